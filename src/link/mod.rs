//! Canonical links and registrable domains: when two addresses are the same article, and who is
//! responsible for a host. Pure rules over URLs, no network; what a shared link proves is `dedup`'s
//! to judge.

mod dress;
mod host;
mod marked;
mod path;
mod percent;
mod query;
mod sites;
mod tracking;
mod wrapper;

use url::Url;

pub use host::registrable_domain;

/// Longer addresses are no article's; they are passed as they are, which also bounds the work.
const LONGEST: usize = 4096;

/// The one spelling of the many addresses of an article: a key, not an address to be fetched.
///
/// * Redirectors and AMP caches that carry the article's address give way to it; of the forms that one
///   site gives its articles, one is taken.
/// * The scheme is `https`; user, password and default port go; the port stays otherwise.
/// * Host: lower case, no final dot, no labels that only name a device (`www`, `m`, `amp`, …).
/// * Path: percent-encoding normalized (RFC 3986 section 6.2.2), marks of AMP, print and
///   sessions gone, no slash at the end (nearly every server treats both alike, and feeds mix them). Double slashes
///   and the case of letters stay: they are somebody's article.
/// * Query: parameters known to be tracking go, and those that only dress the article (AMP,
///   print, all on one page); unknown ones stay, for somewhere each is the article. The rest is sorted by name if each has the form `name=value` (parameters of one name
///   keep their order); with anything else in it, its order may be its meaning and stays.
/// * Fragment: gone, unless it routes (`#!…`, `#/…`).
///
/// Idempotent over [`Url::parse`]. Not for `http(s)`: the URL as it is.
#[must_use]
pub fn canonical(url: &Url) -> String {
    if !is_web(url) || url.as_str().len() > LONGEST {
        return url.as_str().to_owned();
    }
    let inner = wrapper::unwrapped(url);
    compose(inner.as_ref().unwrap_or(url))
}

/// Whether a canonical link names only a host, and so no article: it proves no sameness.
#[must_use]
pub fn is_root(canonical: &str) -> bool {
    // Nearly all name an article, and that is seen without reading the address.
    let path = canonical.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
    if path.is_some_and(|(_, path)| path.starts_with(|c: char| c.is_ascii_alphanumeric())) {
        return false;
    }
    Url::parse(canonical).is_ok_and(|url| {
        is_web(&url)
            && url.path().trim_matches('/').is_empty()
            && url.query().is_none_or(str::is_empty)
            && url.fragment().is_none_or(str::is_empty)
    })
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn compose(url: &Url) -> String {
    let mut out = String::with_capacity(url.as_str().len());
    out.push_str("https://");
    let host = host::folded(url);
    out.push_str(&host);
    if let Some(port) = url.port().filter(|&port| port != 443) {
        out.push(':');
        out.push_str(&port.to_string());
    }
    out.push_str(&path::canonical(url.path()));
    if let Some(query) = url.query().and_then(|query| query::canonical(query, &host)) {
        out.push('?');
        out.push_str(&query);
    }
    if let Some(fragment) = url.fragment().filter(|fragment| routes(fragment)) {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// Whether a fragment chooses the page, as in applications of one page: `#!/news/1`, `#/news/1`.
fn routes(fragment: &str) -> bool {
    fragment.starts_with(['!', '/']) && !fragment.trim_start_matches(['!', '/']).is_empty()
}

#[cfg(test)]
mod tests;
