//! Where the feeds of a site may be: what its pages announce and link, the paths that programs use, and
//! the sitemaps that its `robots.txt` names. Pure.
//!
//! These are hints. Asking for them, and finding out which are feeds, is the work of `app`.

mod page;
mod robots;
mod sitemap;
mod usual;

pub use page::page;
pub use robots::Robots;
pub use sitemap::{is_index, listed};
pub use usual::usual;

use url::Url;

/// How a feed was come by, the surest way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// It is the address that was asked for.
    Given,
    /// A page announces it to feed readers (`<link rel="alternate">`).
    Announced,
    /// A page links something that looks like a feed.
    Linked,
    /// A path that programs commonly use.
    Usual,
    /// `robots.txt` names it as a sitemap.
    Sitemap,
}

/// An address where a feed may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The address, without fragment; http or https.
    pub url: Url,
    /// What speaks for it.
    pub way: Way,
}

/// Words in the address of a feed.
const WORDS: [&str; 9] =
    ["rss", "rss2", "rss20", "atom", "rdf", "feed", "feeds", "xmlfeed", "rssfeed"];

/// Whether an address looks as addresses of feeds do.
fn looks_like_a_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let query = url.query().unwrap_or_default().to_ascii_lowercase();
    let mut words = path.split(is_gap).chain(query.split(is_gap));
    let has_extension = std::path::Path::new(&path).extension().is_some_and(|extension| {
        ["rss", "rdf", "atom", "xml"].iter().any(|known| extension == *known)
    });
    has_extension
        || words.any(|word| WORDS.contains(&word))
        || url.host_str().is_some_and(|host| host.starts_with("feeds."))
}

fn is_gap(c: char) -> bool {
    !c.is_ascii_alphanumeric()
}

/// `href` as it leads from `base`: a web address without fragment.
fn resolve(base: &Url, href: &str) -> Option<Url> {
    let href = href.trim();
    let href = match href.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("feed:") => &href[5..],
        _ => href,
    };
    let mut url = base.join(href).ok()?;
    url.set_fragment(None);
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_web && url.username().is_empty() && url.password().is_none()).then_some(url)
}
