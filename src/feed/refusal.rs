//! Documents that are no feeds: what they are instead, in words that help an operator.

use super::challenge::challenge;
use super::cut::cut;
use super::fields;
use crate::text;
use url::Url;

/// A document that is not a feed, and what it is instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct NotAFeed {
    what: String,
    /// What it should have been.
    wanted: &'static str,
    /// Whether it is an index of sitemaps.
    is_index: bool,
    /// Whether it stands there to keep programs out.
    is_challenge: bool,
    /// The addresses of feeds, or of sitemaps, that it links.
    links: Vec<String>,
}

impl std::fmt::Display for NotAFeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, not {}", self.what, self.wanted)?;
        match &self.links[..] {
            [] => Ok(()),
            links => write!(f, "; it links {}", links.join(", ")),
        }
    }
}

/// Links beyond this number are left out.
const MOST_LINKS: usize = 20;

/// How far into a page its title and its links are looked for, in bytes.
const REACH: usize = 64 * 1024;

impl NotAFeed {
    pub(super) fn new(what: impl Into<String>) -> Self {
        let (what, links) = (what.into(), Vec::new());
        Self { what, wanted: "a feed", is_index: false, is_challenge: false, links }
    }

    /// A feed where config says that there is a sitemap.
    pub(super) fn instead_of_sitemap(format: &str) -> Self {
        Self { wanted: "a sitemap, which is what config calls it", ..Self::new(format) }
    }

    /// Whether it lists sitemaps, which may hold the news.
    #[must_use]
    pub fn is_index(&self) -> bool {
        self.is_index
    }

    /// Whether a guard put it there to keep programs out.
    #[must_use]
    pub fn is_challenge(&self) -> bool {
        self.is_challenge
    }

    /// The feeds that a page links, or the sitemaps that an index lists, in their order.
    #[must_use]
    pub fn links(&self) -> &[String] {
        &self.links
    }

    /// The same with its links made absolute.
    pub(super) fn seen_from(mut self, base: &Url) -> Self {
        let absolute = |link: &String| base.join(link).ok().map(String::from);
        self.links = self.links.iter().filter_map(absolute).take(MOST_LINKS).collect();
        self
    }

    /// Names an XML document by the name of its root element.
    pub(super) fn xml(root: &str, text: &str) -> Self {
        let local = root.rsplit(':').next().unwrap_or(root);
        match local.to_ascii_lowercase().as_str() {
            "service" => Self::new("an AtomPub service document"),
            "categories" => Self::new("an AtomPub category document"),
            "opml" => Self::new("an OPML list of feeds"),
            "sitemapindex" => {
                let locations = text.split("<loc>").skip(1);
                let end = |rest: &str| rest.split('<').next().map(|loc| loc.trim().to_owned());
                let links = locations.filter_map(end).take(MOST_LINKS).collect();
                Self { is_index: true, links, ..Self::new("an index of sitemaps") }
            }
            _ => Self::new(format!("an XML document whose root is <{root}>")),
        }
    }

    /// Names an HTML page by its challenge, else by its title.
    pub(super) fn page(html: &str) -> Self {
        let head = cut(html, REACH);
        let folded = head.to_ascii_lowercase();
        if let Some(name) = challenge(head) {
            return Self { is_challenge: true, ..Self::new(name) };
        }
        let what = match title(head, &folded) {
            Some(title) => format!("an HTML page (“{title}”)"),
            None => "an HTML page".to_owned(),
        };
        Self { links: alternates(head, &folded), ..Self::new(what) }
    }
}

/// The feeds that a page names as other forms of itself.
fn alternates(html: &str, folded: &str) -> Vec<String> {
    let tags = folded.match_indices("<link").map(|(at, _)| at);
    let tags = tags.filter_map(|at| html.get(at..at + folded[at..].find('>')? + 1));
    tags.filter_map(|tag| {
        let attributes = fields::attributes(tag);
        let get = |name: &str| {
            let found = attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.to_ascii_lowercase())
        };
        let is_feed = get("type").is_some_and(|kind| {
            ["rss", "atom", "rdf+xml", "feed+json"].iter().any(|mark| kind.contains(mark))
        });
        let is_alternate = get("rel").is_some_and(|rel| rel.contains("alternate"));
        let href = attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case("href"));
        (is_feed && is_alternate).then(|| href.map(|(_, value)| value.clone())).flatten()
    })
    .take(MOST_LINKS)
    .collect()
}

/// The page's title in at most 60 characters. `folded` has the same byte offsets as `html`.
fn title(html: &str, folded: &str) -> Option<String> {
    let open = folded.find("<title")?;
    let start = open + folded[open..].find('>')? + 1;
    let end = start + folded[start..].find("</title")?;
    let title = text::one_line(&html[start..end]);
    (!title.is_empty()).then(|| text::excerpt(&title, 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_the_feeds_that_it_links() {
        let page = NotAFeed::page(
            "<html><title>소식</title><LINK REL='alternate' type=\"application/rss+xml\" href=\"/rss.xml\">\
             <link rel=stylesheet href=/a.css><link rel=alternate type=text/html href=/en>",
        );
        let page = page.seen_from(&Url::parse("https://example.org/news/").unwrap());
        assert_eq!(page.links(), ["https://example.org/rss.xml"]);
        assert_eq!(
            page.to_string(),
            "an HTML page (“소식”), not a feed; it links https://example.org/rss.xml"
        );
    }

    #[test]
    fn documents_that_only_look_like_feeds_are_named() {
        let named = |root: &str, text: &str| NotAFeed::xml(root, text).to_string();
        assert_eq!(named("app:service", ""), "an AtomPub service document, not a feed");
        assert_eq!(
            named("sitemapindex", "<sitemap><loc> https://example.org/a.xml </loc></sitemap>"),
            "an index of sitemaps, not a feed; it links https://example.org/a.xml"
        );
    }

    #[test]
    fn pages_are_named_by_what_an_operator_must_do_about_them() {
        let page = |html: &str| NotAFeed::page(html).to_string();
        assert_eq!(page("<html><p>hi"), "an HTML page, not a feed");
        assert_eq!(
            page("<HTML><TITLE>404 &ndash; 찾을 수 없음</TITLE>"),
            "an HTML page (“404 – 찾을 수 없음”), not a feed"
        );
        let challenge = "<!DOCTYPE html><title>Just a moment...</title><script src=\"/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1\">";
        assert_eq!(page(challenge), "a Cloudflare challenge, not a feed");
    }
}
