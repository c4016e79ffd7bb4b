//! Queries: what of them is the article, and when their order means nothing.

use super::{dress, percent, tracking};

/// `query` of a link to `host` without what only says how a reader came, sorted where that is
/// harmless; `None` if nothing is left.
pub(super) fn canonical(query: &str, host: &str) -> Option<String> {
    let query = percent::normalized(query);
    let mut parameters: Vec<(&str, Option<&str>)> = query
        .split('&')
        // A feed that escapes twice leaves `?a=1&amp;b=2`.
        .map(|parameter| parameter.trim_start_matches("amp;"))
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| match parameter.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (parameter, None),
        })
        .filter(|&(name, value)| {
            let (name, value) = (name.to_ascii_lowercase(), value.unwrap_or_default());
            !tracking::is_tracking(host, &name, value) && !dress::is_dress(host, &name, value)
        })
        .collect();
    if parameters.iter().all(|(_, value)| value.is_some()) {
        parameters.sort_by_key(|&(name, _)| name);
    }
    let parts: Vec<String> = parameters
        .into_iter()
        .map(|(name, value)| value.map_or(name.to_owned(), |value| format!("{name}={value}")))
        .collect();
    (!parts.is_empty()).then(|| parts.join("&"))
}
