//! The paths where common programs put their feeds.

use super::{Hint, Way};
use url::Url;

/// At the root of a site: `WordPress`, Hugo, Jekyll, Ghost, Blogger, Drupal, Substack, and habits.
const AT_ROOT: [&str; 9] = [
    "/feed/",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/rss/",
    "/rss",
    "/feeds/posts/default",
    "/feed.json",
];

/// Below a section of a site.
const BELOW: [&str; 3] = ["feed/", "rss.xml", "index.xml"];

/// Where the feeds of the page at `url` usually are: those of its section first.
#[must_use]
pub fn usual(url: &Url) -> Vec<Hint> {
    let mut section = url.clone();
    section.set_query(None);
    section.set_fragment(None);
    if !section.path().ends_with('/') {
        section.set_path(&format!("{}/", url.path()));
    }
    let below: &[&str] = if section.path() == "/" { &[] } else { &BELOW };
    let paths = below.iter().chain(&AT_ROOT);
    paths
        .filter_map(|path| section.join(path).ok())
        .map(|url| Hint { url, way: Way::Usual })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_goes_before_its_site() {
        let of = |url: &str| usual(&Url::parse(url).unwrap());
        let section = of("https://a.example/world?page=2#top");
        assert_eq!(section[0].url.as_str(), "https://a.example/world/feed/");
        assert_eq!(section[3].url.as_str(), "https://a.example/feed/");
        assert_eq!(of("https://a.example/")[0].url.as_str(), "https://a.example/feed/");
    }
}
