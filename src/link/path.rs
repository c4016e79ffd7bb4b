//! Paths: what in them is the article, and what is only its form.

use super::percent;

/// Pages of a content system under which hundreds of Korean papers stand, for AMP and for paper; the
/// article is in the query.
const TWINS: [(&str, &str); 2] =
    [("/articleViewAmp.html", "/articleView.html"), ("/articlePrint.html", "/articleView.html")];

/// `path` normalized, without marks of AMP, of printing and of sessions, without slashes at its end
/// (but `/`).
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
    let end = end.strip_suffix("/print").filter(|rest| !rest.is_empty()).unwrap_or(end);
    if let Some((before, after)) = end.split_once("/amp/") {
        return Some(format!("{before}/{after}"));
    }
    for (twin, page) in TWINS {
        if let Some(stem) = end.strip_suffix(twin) {
            return Some(format!("{stem}{page}"));
        }
    }
    match end.strip_suffix(".amp.html") {
        Some(stem) => Some(format!("{stem}.html")),
        None => (end.len() < path.len()).then(|| end.to_owned()),
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
