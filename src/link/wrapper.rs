//! Addresses that carry another address: redirectors, as search engines put them into their feeds,
//! and AMP caches. Those that hide it (shorteners) need the network and are left as they are.

use url::Url;

use super::{host, path, percent};

/// Redirectors whose query holds the article's address: folded host, path, parameter.
const REDIRECTORS: &[(&str, &str, &str)] = &[
    ("google.com", "/url", "url"), // Google Alerts' feeds
    ("google.com", "/url", "q"),
    ("bing.com", "/news/apiclick.aspx", "url"), // Bing News' feeds
    ("l.facebook.com", "/l.php", "u"),
    ("vk.com", "/away.php", "to"),
    ("youtube.com", "/redirect", "q"),
    ("t.umblr.com", "/redirect", "z"),
];

/// No honest address is wrapped so often.
const DEEPEST: usize = 16;

/// The address inside `url`, or inside that one, and so on; `None` if there is none.
pub(super) fn unwrapped(url: &Url) -> Option<Url> {
    std::iter::successors(inner(url), inner).take(DEEPEST).last()
}

/// What `url` wraps. It sees host and path as a canonical link has them: else a link could be
/// recognized only after it was made canonical, and the second time would say more than the first.
fn inner(url: &Url) -> Option<Url> {
    let host = host::folded(url);
    let host = if is_google(&host) { "google.com" } else { &host };
    let text = redirected(url, host).or_else(|| cached(url, host))?;
    let inner = Url::parse(&text).ok()?;
    let is_whole = super::is_web(&inner) && inner.host_str().is_some_and(|host| host.contains('.'));
    is_whole.then_some(inner)
}

/// Whether a folded host is Google's in some country.
fn is_google(host: &str) -> bool {
    host.starts_with("google.") && psl::domain_str(host) == Some(host)
}

fn redirected(url: &Url, host: &str) -> Option<String> {
    let mut forms = REDIRECTORS.iter().filter(|(its_host, _, _)| *its_host == host).peekable();
    forms.peek()?;
    let path = path::canonical(url.path());
    forms
        .filter(|(_, its_path, _)| *its_path == path)
        .find_map(|(_, _, name)| {
            url.query_pairs().find(|(key, _)| key.trim_start_matches("amp;") == *name)
        })
        .map(|(_, value)| value.into_owned())
}

/// `google.com/amp/s/…`, and `….cdn.ampproject.org/c/s/…` with `v` and `wp` for other viewers.
/// `s` stands for https.
fn cached(url: &Url, host: &str) -> Option<String> {
    let path = if host == "google.com" {
        percent::normalized(url.path()).strip_prefix("/amp/")?.to_owned()
    } else if host.ends_with("cdn.ampproject.org") {
        let path = path::canonical(url.path());
        ["/c/", "/v/", "/wp/"].iter().find_map(|form| path.strip_prefix(form))?.to_owned()
    } else {
        return None;
    };
    let rest = path.strip_prefix("s/").unwrap_or(&path);
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("https://{rest}{query}"))
}
