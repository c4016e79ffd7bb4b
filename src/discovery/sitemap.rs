//! Sitemaps that list other sitemaps.

use super::resolve;
use html5gum::{Token, Tokenizer};
use url::Url;

/// Sitemaps of an index beyond this number are not looked at.
const MOST: usize = 10_000;

/// The sitemaps that an index lists, those that call themselves news first; empty for anything else.
/// (Sitemap protocol 0.9, `sitemapindex`.)
#[must_use]
pub fn listed(xml: &str, url: &Url) -> Vec<Url> {
    let mut found = Vec::new();
    let (mut is_inside, mut address) = (false, None::<Vec<u8>>);
    for Ok(token) in Tokenizer::new(xml) {
        match token {
            Token::StartTag(tag) => match &tag.name[..] {
                b"sitemap" => is_inside = true,
                b"loc" if is_inside => address = Some(Vec::new()),
                _ => {}
            },
            Token::String(text) => {
                if let Some(address) = &mut address {
                    address.extend_from_slice(&text.value);
                }
            }
            Token::EndTag(tag) if &tag.name[..] == b"loc" => {
                let whole = address.take();
                found.extend(whole.and_then(|it| resolve(url, &String::from_utf8_lossy(&it))));
            }
            Token::EndTag(tag) if &tag.name[..] == b"sitemap" => is_inside = false,
            _ => {}
        }
        if found.len() >= MOST {
            break;
        }
    }
    found.sort_by_key(|url| !is_news(url));
    found
}

fn is_news(url: &Url) -> bool {
    url.path().to_ascii_lowercase().contains("news")
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
}
