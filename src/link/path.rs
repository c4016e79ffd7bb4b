//! Paths: what in them is the article, and what is only its form.

use super::percent;

/// `path` normalized, without marks of AMP and of sessions, without slashes at its end (but `/`).
pub(super) fn canonical(path: &str) -> String {
    let mut path = percent::normalized(path).into_owned();
    // One cut may lay bare the next.
    while let Some(shorter) = shortened(&path) {
        path = shorter;
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// `path` without one layer of what is not the article, or `None`.
fn shortened(path: &str) -> Option<String> {
    let end = path.trim_end_matches('/');
    let end = without_session(end).filter(|rest| !is_dotted(rest)).unwrap_or(end);
    let end = end.strip_suffix(".amp").filter(|rest| !is_dotted(rest)).unwrap_or(end);
    let end = end.strip_suffix("/amp").unwrap_or(end);
    let rest = end.strip_prefix("/amp").filter(|rest| rest.starts_with('/')).unwrap_or(end);
    match rest.strip_suffix(".amp.html") {
        Some(stem) => Some(format!("{stem}.html")),
        None => (rest.len() < path.len()).then(|| rest.to_owned()),
    }
}

/// Java servers write the session into the path for those who keep no cookies: every fetch of a
/// feed would make new links.
fn without_session(path: &str) -> Option<&str> {
    let at = path.rfind(';')?;
    path[at..].to_ascii_lowercase().starts_with(";jsessionid=").then_some(&path[..at])
}

/// Whether the last segment would be read as "here" or "one up".
fn is_dotted(path: &str) -> bool {
    path.ends_with("/.") || path.ends_with("/..")
}
