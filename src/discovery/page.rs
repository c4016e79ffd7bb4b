//! What a page says of feeds: what it announces to readers in its head, and links to what looks like
//! feeds.

use super::{Hint, Way, looks_like_a_feed, resolve};
use html5gum::{DefaultEmitter, EndTag, StartTag, Token, Tokenizer};
use std::collections::HashSet;
use url::Url;

/// Hints beyond this number are left out.
const MOST: usize = 100;
/// Bytes of a link's text that are looked at.
const LONGEST_TEXT: usize = 200;

/// Where a link and a picture in it say what they are; of a link's classes nothing follows.
const LINK: [&str; 2] = ["title", "aria-label"];
const ICON: [&str; 4] = ["title", "aria-label", "alt", "class"];

/// The types that announce feeds, without their parameters.
const TYPES: [&str; 8] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/x.atom+xml",
    "application/rss",
    "application/xml",
    "text/xml",
];

/// The feeds that the page `html`, which came from `url`, speaks of: the announced ones first, each
/// once, in the order of the page.
#[must_use]
pub fn page(html: &str, url: &Url) -> Vec<Hint> {
    let mut emitter = DefaultEmitter::default();
    // What stands in scripts and comments is no link.
    emitter.naively_switch_states(true);
    let mut scan = Scan { base: url.clone(), has_base: false, link: None, hints: Vec::new() };
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => scan.start(&tag),
            Token::EndTag(tag) => scan.end(&tag),
            Token::String(text) => scan.text(&text.value),
            _ => {}
        }
    }
    scan.close_link();
    scan.into_hints(url)
}

/// A link whose text is being read.
struct Link {
    url: Url,
    /// Its text, its title and the names of its pictures.
    text: String,
}

struct Scan {
    base: Url,
    has_base: bool,
    link: Option<Link>,
    hints: Vec<Hint>,
}

impl Scan {
    fn start(&mut self, tag: &StartTag<()>) {
        match &tag.name[..] {
            b"base" if !self.has_base => {
                if let Some(url) = attribute(tag, "href").and_then(|h| resolve(&self.base, &h)) {
                    self.base = url;
                    self.has_base = true;
                }
            }
            b"link" => self.announced(tag),
            b"a" | b"area" => {
                self.close_link();
                let url = attribute(tag, "href").and_then(|href| resolve(&self.base, &href));
                self.link = url.map(|url| Link { url, text: labels(tag, &LINK) });
            }
            b"img" | b"svg" | b"span" | b"i" => {
                if let Some(link) = &mut self.link {
                    link.text.push_str(&labels(tag, &ICON));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: &EndTag<()>) {
        if &tag.name[..] == b"a" {
            self.close_link();
        }
    }

    fn text(&mut self, text: &[u8]) {
        if let Some(link) = self.link.as_mut().filter(|link| link.text.len() < LONGEST_TEXT) {
            let end = text.len().min(LONGEST_TEXT);
            link.text.push_str(&String::from_utf8_lossy(&text[..end]));
        }
    }

    fn announced(&mut self, tag: &StartTag<()>) {
        let rel = attribute(tag, "rel").unwrap_or_default().to_ascii_lowercase();
        let has_rel = |wanted| rel.split_ascii_whitespace().any(|word| word == wanted);
        let Some(url) = attribute(tag, "href").and_then(|href| resolve(&self.base, &href)) else {
            return;
        };
        let kind = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let is_feed = match kind {
            // Also the type of a page's data for programs, which nobody subscribes to.
            "" | "application/json" => looks_like_a_feed(&url),
            kind => TYPES.contains(&kind),
        };
        if has_rel("alternate") && is_feed || has_rel("feed") {
            self.push(url, Way::Announced);
        }
    }

    fn close_link(&mut self) {
        if let Some(link) = self.link.take()
            && (looks_like_a_feed(&link.url) || speaks_of_feeds(&link.text))
        {
            self.push(link.url, Way::Linked);
        }
    }

    fn push(&mut self, url: Url, way: Way) {
        if self.hints.len() < 4 * MOST {
            self.hints.push(Hint { url, way });
        }
    }

    fn into_hints(mut self, page: &Url) -> Vec<Hint> {
        self.hints.sort_by_key(|hint| hint.way);
        let mut seen = HashSet::from([without_fragment(page)]);
        self.hints.retain(|hint| seen.insert(hint.url.clone()));
        self.hints.truncate(MOST);
        self.hints
    }
}

fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(&value.value).into_owned())
}

/// What an element calls itself, for those who do not see it.
fn labels(tag: &StartTag<()>, names: &[&str]) -> String {
    let labels: Vec<String> = names.iter().filter_map(|name| attribute(tag, name)).collect();
    labels.join(" ") + " "
}

/// Whether a link calls itself a feed in a few words: a sentence that mentions RSS is an article.
fn speaks_of_feeds(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.len() <= 6 && words.iter().any(|word| matches!(word.as_str(), "rss" | "atom" | "feed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hints(html: &str) -> Vec<(String, Way)> {
        let url = Url::parse("https://news.example/world/").unwrap();
        page(html, &url).into_iter().map(|hint| (hint.url.to_string(), hint.way)).collect()
    }

    fn hint(url: &str, way: Way) -> (String, Way) {
        (url.to_owned(), way)
    }

    #[test]
    fn what_a_page_announces_goes_before_what_it_links() {
        let html = r#"<!DOCTYPE html><html><head>
            <link rel="stylesheet" href="/feed.css">
            <LINK REL="Alternate" TYPE="application/rss+xml; charset=utf-8" TITLE="뉴스" HREF="rss.xml?a=1&amp;b=2">
            <link rel='alternate home' type=application/atom+xml href=//cdn.example/atom>
            <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
            <link rel="alternate" type="application/json" href="/feed.json">
            <link rel="alternate" hreflang="ko" href="/ko/">
            <script>document.write('<a href="/rss/script">RSS</a>')</script>
            <!-- <a href="/rss/comment">RSS</a> -->
            </head><body><a href="/rss/politics">Politics</a> <a href="/feedback">Feedback</a>
            <a href="/subscribe"><img src=x alt="RSS"></a> <a href="/world/rss.xml?a=1&b=2">RSS</a>
            <a href="/2024/why-we-love-it">Why we have loved our RSS reader for ten years</a>
            <a href="mailto:rss@news.example">RSS</a> <a href="javascript:feed()">RSS</a>"#;
        assert_eq!(
            hints(html),
            [
                hint("https://news.example/world/rss.xml?a=1&b=2", Way::Announced),
                hint("https://cdn.example/atom", Way::Announced),
                hint("https://news.example/feed.json", Way::Announced),
                hint("https://news.example/rss/politics", Way::Linked),
                hint("https://news.example/subscribe", Way::Linked),
            ]
        );
    }

    #[test]
    fn a_base_counts_and_the_page_itself_does_not() {
        let html = "<base href='https://static.example/x/'><a href='feed/'>все новости</a>\
            <a href='https://news.example/world/#rss'>RSS</a><a href='feed://b.example/f'>feed";
        assert_eq!(
            hints(html),
            [
                hint("https://static.example/x/feed/", Way::Linked),
                hint("https://b.example/f", Way::Linked),
            ]
        );
    }

    #[test]
    fn endless_lists_of_links_end() {
        let links: Vec<String> =
            (0..5_000).map(|n| format!("<a href='/rss/{n}'>{n}</a>")).collect();
        assert_eq!(hints(&links.concat()).len(), MOST);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(html in "(<a href=|<link rel=alternate |[a-z<>'\"&/# ]|\\PC){0,60}") {
            drop(hints(&html));
        }
    }
}
