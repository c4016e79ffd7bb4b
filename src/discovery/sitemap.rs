//! Sitemaps that list other sitemaps.

use super::resolve;
use html5gum::{Token, Tokenizer};
use std::cmp::Reverse;
use url::Url;

/// Sitemaps of an index beyond this number are not looked at.
const MOST: usize = 10_000;

/// How far into a document the root of an index is looked for, in bytes.
const REACH: usize = 4096;

/// A sitemap of an index.
struct Listed {
    url: Url,
    /// When it last changed, as it is written: a date that begins with the year.
    changed: String,
}

/// Whether a document, whatever its encoding, is an index of sitemaps, or may be one in a gzip file.
#[must_use]
pub fn is_index(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(REACH)];
    head.starts_with(&[0x1f, 0x8b])
        || String::from_utf8_lossy(head).replace('\0', "").contains("sitemapindex")
}

/// The sitemaps that an index lists, those that call themselves news first, the newest first; empty for
/// anything else. (Sitemap protocol 0.9, `sitemapindex`.)
#[must_use]
pub fn listed(xml: &str, url: &Url) -> Vec<Url> {
    if !xml.contains("sitemapindex") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut reader = Reader::default();
    for Ok(token) in Tokenizer::new(xml) {
        if let Some((address, changed)) = reader.take(token) {
            found.extend(resolve(url, &address).map(|url| Listed { url, changed }));
        }
        if found.len() >= MOST {
            break;
        }
    }
    found.sort_by_cached_key(|it| Reverse((is_news(&it.url), it.changed.clone(), dated(&it.url))));
    found.into_iter().map(|it| it.url).collect()
}

/// What a `sitemap` element has said until now.
#[derive(Default)]
struct Reader {
    is_inside: bool,
    /// The text of which of the two is being read.
    reading: Option<bool>,
    address: String,
    changed: String,
}

impl Reader {
    /// Gives the address and the date of a sitemap at its end.
    fn take(&mut self, token: Token<()>) -> Option<(String, String)> {
        match token {
            Token::StartTag(tag) => match local(&tag.name) {
                b"sitemap" => *self = Self { is_inside: true, ..Self::default() },
                b"loc" if self.is_inside => self.reading = Some(true),
                b"lastmod" if self.is_inside => self.reading = Some(false),
                _ => {}
            },
            Token::String(text) => {
                let text = String::from_utf8_lossy(&text.value);
                match self.reading {
                    Some(true) => self.address.push_str(&text),
                    Some(false) => self.changed.push_str(text.trim()),
                    None => {}
                }
            }
            Token::EndTag(tag) => {
                self.reading = None;
                if local(&tag.name) == b"sitemap" && std::mem::take(&mut self.is_inside) {
                    return Some((
                        std::mem::take(&mut self.address),
                        std::mem::take(&mut self.changed),
                    ));
                }
            }
            _ => {}
        }
        None
    }
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b':').next().unwrap_or(name)
}

fn is_news(url: &Url) -> bool {
    url.path().to_ascii_lowercase().contains("news")
}

/// The date in an address, as archives have it: `sitemap-2024-06.xml`. Other numbers only count pages.
fn dated(url: &Url) -> Option<Vec<u32>> {
    let text = url.as_str();
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| (1..=8).contains(&digits.len()))
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let is_year = |number: &u32| (1990..2200).contains(number) || *number > 199_000;
    let at = numbers.iter().position(is_year)?;
    Some(numbers[at..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_lists_sitemaps_and_news_go_first() {
        let url = Url::parse("https://a.example/sitemap.xml").unwrap();
        let index = "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\
            <sitemap><loc> https://a.example/pages.xml </loc><lastmod>2024-06-19</lastmod></sitemap>\
            <sitemap><loc>/google-news.xml?a=1&amp;b=2</loc></sitemap>\
            <sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>";
        let found: Vec<String> = listed(index, &url).into_iter().map(String::from).collect();
        assert_eq!(
            found,
            ["https://a.example/google-news.xml?a=1&b=2", "https://a.example/pages.xml"]
        );
        assert_eq!(listed("<urlset><url><loc>https://a.example/</loc></url></urlset>", &url), []);
    }

    #[test]
    fn of_an_archive_the_newest_goes_first() {
        let url = Url::parse("https://a.example/").unwrap();
        let of = |sitemaps: &[(&str, &str)]| {
            let sitemap = |(path, changed): &(&str, &str)| {
                format!(
                    "<sm:sitemap><sm:loc>/{path}</sm:loc><sm:lastmod>{changed}</sm:lastmod></sm:sitemap>"
                )
            };
            let sitemaps: String = sitemaps.iter().map(sitemap).collect();
            let first = listed(&format!("<sm:sitemapindex>{sitemaps}</sm:sitemapindex>"), &url);
            first[0].path().to_owned()
        };
        assert_eq!(of(&[("a.xml", "2024-05-01"), ("b.xml", "2024-06-19T10:00:00Z")]), "/b.xml");
        assert_eq!(
            of(&[("2024-05.xml", ""), ("2024-06.xml", ""), ("2023-12.xml", "")]),
            "/2024-06.xml"
        );
        assert_eq!(of(&[("post-1.xml", ""), ("post-2.xml", "")]), "/post-1.xml");
        assert_eq!(of(&[("p.xml", "2024-06-19"), ("news.xml.gz", "")]), "/news.xml.gz");
    }

    #[test]
    fn indexes_are_known_by_their_root_in_any_encoding() {
        let index = "<?xml version='1.0'?><sitemapindex/>";
        let wide: Vec<u8> = index.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_index(index.as_bytes()) && is_index(&wide) && is_index(&[0x1f, 0x8b, 8]));
        assert!(!is_index(b"<urlset/>") && !is_index(b""));
    }
}
