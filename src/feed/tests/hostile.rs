//! Documents made to cost much. None may take longer than its size deserves; a search that starts
//! anew for each of a million brackets would not end while anybody waits.

use super::*;

/// 32 KiB of one pattern: enough to tell what is quadratic, even unoptimized.
fn much(pattern: &str) -> String {
    pattern.repeat(32 * 1024 / pattern.len())
}

const PATTERNS: &[&str] = &[
    "<",
    "&",
    "<a",
    "<a>",
    "</a>",
    "<![CDATA[",
    "<a><![CDATA[",
    "<a><![CDATA[]]>",
    "<!--",
    "<?x",
    "<!x [",
    "<!x \"",
    "<item>",
    "<item/>",
    "<entry><",
    "<a b=\"",
    "<a b='c",
    "]]>",
    "&#1;",
    "&amp",
    "<br>",
    "<media:group>",
    "<a xmlns:b='c'/>",
    " a=b",
    "<x:y>",
    "@",
    "a@b",
    "<description><p>",
    "<category>x</category>",
    "{",
    "[",
    "<link href='x'/>",
    "<itunes:category text='x'>",
    "<title>x</title>",
];

#[test]
fn no_pattern_costs_more_than_its_size_deserves() {
    for pattern in PATTERNS {
        let much = much(pattern);
        for document in [
            much.clone(),
            format!("<rss version='2.0'><channel><item><description>{much}"),
            format!("<rss version='2.0'><channel><item>{much}</item></channel></rss>"),
            format!(
                "<rss version='2.0' {much}><channel><item><title>x</title></item></channel></rss>"
            ),
            format!(
                "<rss version='2.0'><channel><item><title><![CDATA[{much}]]></title><author>{much}</author></item></channel></rss>"
            ),
            format!(
                "<feed xmlns='http://www.w3.org/2005/Atom'><title type='xhtml'>{much}</title><entry><content type='xhtml'>{much}"
            ),
            format!(
                "{{\"items\":[{{\"id\":\"{much}\",\"title\":\"{much}\",\"tags\":[\"{much}\"]}}]}}"
            ),
        ] {
            let started = std::time::Instant::now();
            let _ = read_whole(document.as_bytes());
            let took = started.elapsed();
            assert!(took < Duration::from_secs(8), "{pattern}: {took:?} for {}", &document[..60]);
        }
    }
}

#[test]
fn depth_does_not_overflow_the_stack() {
    for name in ["a", "media:group", "itunes:category", "p"] {
        let depth = 20_000;
        let nested =
            format!("{}{}", format!("<{name}>").repeat(depth), format!("</{name}>").repeat(depth));
        let body = format!(
            "<rss version='2.0'><channel>{nested}<item><title>x</title>{nested}</item></channel></rss>"
        );
        let feed = read_whole(body.as_bytes()).unwrap();
        assert_eq!(entries(&feed)[0].title, "x", "{name}");
    }
}
