//! The id of a source whose config gives none.

use super::shapes;
use crate::model::SourceId;
use url::Url;

/// The longest slug; ids may have 64 bytes, and some need room for a hash.
const LONGEST: usize = 64;
/// Hex digits of the hash, with its hyphen.
const MARK: usize = 9;

/// The id that `url` stands for: host, port, path and query in lower-case ASCII words joined by hyphens,
/// `www.` left out: `https://www.example.co.kr/rss/north.xml` is `example-co-kr-rss-north-xml`.
///
/// It depends on the URL alone, never on what else is in config, so that adding a source renames no
/// other. The scheme does not count: moving from http to https keeps the id. Where that loses
/// something (letters beyond ASCII, more than fits), eight hex digits of a hash over the whole
/// make up for it. Two addresses can still come to the same id; config then asks for an explicit one.
#[must_use]
pub fn derive(url: &Url) -> Option<SourceId> {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let whole = format!("{host}{port}{}{query}", url.path());

    let (readable, is_all) = without_percents(&whole);
    let mut slug = shapes::slug(&readable);
    if slug.is_empty() || !is_all || slug.len() > LONGEST {
        slug.truncate(LONGEST - MARK);
        let hash = blake3::hash(whole.as_bytes()).to_hex();
        slug = format!("{}-{}", slug.trim_end_matches('-'), &hash[..MARK - 1]);
    }
    slug.trim_start_matches('-').parse().ok()
}

/// The text without its percent-encoded bytes, and whether there were none.
fn without_percents(text: &str) -> (String, bool) {
    let mut parts = text.split('%');
    let mut readable = parts.next().unwrap_or_default().to_owned();
    let mut is_all = true;
    for part in parts {
        is_all = false;
        readable.push('-');
        readable.push_str(part.get(2..).unwrap_or_default());
    }
    (readable, is_all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(url: &str) -> String {
        derive(&Url::parse(url).unwrap()).unwrap().to_string()
    }

    /// What these say is in the databases of operators: a change makes all their entries new.
    #[test]
    fn derived_ids_never_change() {
        for (url, expected) in [
            ("https://www.example.co.kr/rss/northkorea.xml", "example-co-kr-rss-northkorea-xml"),
            ("http://example.co.kr/rss/northkorea.xml", "example-co-kr-rss-northkorea-xml"),
            ("https://example.org/", "example-org"),
            ("http://127.0.0.1:8080/feed/17", "127-0-0-1-8080-feed-17"),
            ("http://[::1]:8080/a", "1-8080-a"),
            ("https://example.org/feed?section=World&x=1", "example-org-feed-section-world-x-1"),
            ("https://한겨레.example/rss", "xn-h89at9srwx-example-rss"),
            ("http://[::]/", "97e36f02"),
            ("https://example.org/북한/rss", "example-org-rss-643e8f20"),
            (
                "https://example.org/a/very/long/path/that/goes/on/and/on/until/it/does/not/fit.xml",
                "example-org-a-very-long-path-that-goes-on-and-on-until-e54798c3",
            ),
        ] {
            assert_eq!(id(url), expected, "{url}");
        }
    }

    proptest! {
        #[test]
        fn every_address_has_an_id(host in "[a-z가-힣.-]{1,80}", path in "\\PC{0,80}") {
            if let Ok(url) = Url::parse(&format!("http://{host}/{path}")) {
                assert!(derive(&url).is_some());
            }
        }
    }

    #[test]
    fn addresses_that_differ_only_beyond_ascii_get_different_ids() {
        assert_ne!(id("https://example.org/북한"), id("https://example.org/남한"));
    }
}
