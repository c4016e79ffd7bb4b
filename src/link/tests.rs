use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use url::Url;

use super::{canonical, is_root, registrable_domain};

fn key(url: &str) -> String {
    canonical(&Url::parse(url).unwrap())
}

fn same(addresses: &[&str]) {
    for address in addresses {
        assert_eq!(key(address), key(addresses[0]), "{address}");
    }
}

#[test]
fn spellings_of_one_address_are_one_link() {
    same(&[
        "https://example.org/news/1",
        "http://example.org/news/1",
        "HTTPS://WWW.Example.ORG:443/news/1/",
        "http://example.org:80/news/1#comments",
        "https://example.org./news/1?",
        "https://reader:secret@example.org/news/1",
        "https://m.example.org/news/%31",
        "https://example.org/news/1#:~:text=Korea",
    ]);
    assert_eq!(
        key("http://WWW.Example.org:80/News/1/?b=2&a=1#x"),
        "https://example.org/News/1?a=1&b=2"
    );
}

#[test]
fn other_addresses_stay_other_links() {
    for (one, other) in [
        ("https://example.org/News/1", "https://example.org/news/1"),
        ("https://example.org/news/1", "https://example.org:8443/news/1"),
        ("https://example.org/a//b", "https://example.org/a/b"),
        ("https://example.org/read.php?id=1", "https://example.org/read.php?id=2"),
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://ko.example.org/1", "https://ru.example.org/1"),
        ("https://example.org/#!/1", "https://example.org/#!/2"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ] {
        assert_ne!(key(one), key(other));
    }
}

#[test]
fn how_a_reader_came_is_forgotten() {
    same(&[
        "https://example.org/1?id=7",
        "https://example.org/1?id=7&utm_source=rss&utm_medium=feed",
        "https://example.org/1?fbclid=IwAR0&id=7&gclid=x",
        "https://example.org/1?id=7&amp;utm_source=rss",
        "https://example.org/1?id=7&amp;mc_cid=1&amp;mc_eid=2",
        "https://example.org/1?UTM_Source=x&id=7&yclid=1&_openstat=a",
        "https://example.org/1?at_medium=RSS&at_campaign=rss&id=7&from=rss",
        "https://example.org/1;jsessionid=0A1B?id=7",
        "https://example.org/1?id=7&xtor=RSS-3208&_hsenc=x",
    ]);
}

#[test]
fn parameters_that_may_be_the_article_stay() {
    for query in [
        "from=2026-01-01",
        "source=tass",
        "sid=104&oid=001&aid=1",
        "ref=12",
        "idxno=55",
        "mod=viewthread&tid=1",
    ] {
        let (one, _) = query.split_once('&').unwrap_or((query, ""));
        assert!(key(&format!("https://example.org/v?{query}")).contains(one), "{query}");
    }
}

#[test]
fn what_one_site_means_by_a_name_holds_only_there() {
    same(&[
        "https://www.dailymail.co.uk/news/article-1.html",
        "https://www.dailymail.co.uk/news/article-1.html?ITO=1490&ns_mchannel=rss",
        "https://m.dailymail.co.uk/news/article-1.html?ito=1",
    ]);
    assert!(key("https://notdailymail.co.uk/?ito=5").ends_with("?ito=5"));
    assert!(key("https://example.org/?cmp=5").ends_with("?cmp=5"));
}

#[test]
fn a_query_is_sorted_only_when_all_of_it_has_names() {
    same(&["https://example.org/v?a=1&b=2&b=1", "https://example.org/v?b=2&a=1&b=1"]);
    assert_ne!(key("https://example.org/v?b=1&b=2"), key("https://example.org/v?b=2&b=1"));
    assert_eq!(key("https://example.org/?z/2026&a=1"), "https://example.org/?z/2026&a=1");
}

#[test]
fn amp_and_mobile_pages_are_their_articles() {
    same(&[
        "https://www.example.org/story",
        "https://www.example.org/story/amp",
        "https://www.example.org/story/amp/",
        "https://www.example.org/amp/story/",
        "https://amp.example.org/story",
        "https://mobile.example.org/story?amp=1",
        "https://example.org/story?outputType=amp",
        "https://example.org/story.amp",
        "https://www.google.com/amp/s/www.example.org/story/amp/",
        "https://www.google.co.kr/amp/amp.example.org/story",
        "https://www-example-org.cdn.ampproject.org/v/s/www.example.org/amp/story?amp_js_v=0.1&usqp=mq331",
    ]);
    same(&["https://example.org/a.html", "https://example.org/a.amp.html"]);
    assert_eq!(
        key("https://ko.m.wikipedia.org/wiki/%EC%84%9C%EC%9A%B8"),
        "https://ko.wikipedia.org/wiki/%EC%84%9C%EC%9A%B8"
    );
    assert_eq!(key("https://m.me/page"), "https://m.me/page");
    assert_eq!(key("https://amp.dev/about"), "https://amp.dev/about");
    assert_eq!(key("https://example.org/amplifier/camp"), "https://example.org/amplifier/camp");
}

#[test]
fn redirectors_of_search_engines_give_way_to_the_article() {
    same(&[
        "https://example.org/story?id=1",
        "https://www.google.com/url?rct=j&sa=t&url=https://www.example.org/story%3Fid%3D1&ct=ga&usg=x",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url=https%3a%2f%2fexample.org%2fstory%3fid%3d1&c=1",
        "https://vk.com/away.php?to=https%3A%2F%2Fm.example.org%2Fstory%3Fid%3D1",
    ]);
    assert!(
        key("https://www.google.com/url?url=javascript:alert(1)")
            .starts_with("https://google.com/url")
    );
}

#[test]
fn percent_encoding_has_one_spelling() {
    same(&[
        "https://example.org/%d0%9a-%7Euser",
        "https://example.org/%D0%9A-~user",
        "https://example.org/К-~user",
    ]);
    assert_eq!(key("https://example.org/%%37e"), "https://example.org/%257e");
    assert_eq!(key("https://example.org/100%"), "https://example.org/100%25");
}

#[test]
fn fragments_that_route_stay() {
    assert_eq!(key("http://example.org/#!/news/1"), "https://example.org/#!/news/1");
    assert_eq!(key("http://example.org/app/#/news/1"), "https://example.org/app#/news/1");
    assert_eq!(key("http://example.org/app#/"), "https://example.org/app");
}

#[test]
fn what_is_not_of_the_web_stays_as_it_is() {
    for url in [
        "mailto:desk@example.org?subject=a",
        "magnet:?xt=urn:btih:00",
        "ftp://example.org/a/?utm_source=x",
    ] {
        assert_eq!(key(url), url);
    }
    let long = format!("https://www.example.org/?utm_source={}", "x".repeat(5000));
    assert_eq!(key(&long), long);
}

#[test]
fn a_link_to_a_home_page_names_no_article() {
    for url in [
        "https://www.example.org",
        "http://example.org/?utm_source=rss",
        "https://m.example.org//#top",
        "https://example.org/amp",
    ] {
        assert!(is_root(&key(url)), "{url}");
    }
    for url in [
        "https://example.org/1",
        "https://example.org/?p=1",
        "https://example.org/#!/1",
        "mailto:a@example.org",
    ] {
        assert!(!is_root(&key(url)), "{url}");
    }
}

#[test]
fn registrable_domains_follow_the_public_suffix_list() {
    for (url, domain) in [
        ("https://www.example.co.kr/rss", "example.co.kr"),
        ("https://news.example.co.id/", "example.co.id"),
        ("https://a.b.github.io/", "b.github.io"),
        ("https://новости.пример.рф/", "xn--e1afmkfd.xn--p1ai"),
        ("https://EXAMPLE.com./", "example.com"),
        ("http://localhost:8080/", "localhost"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://[::1]/", "[::1]"),
        ("http://co.uk/", "co.uk"),
        ("data:,x", ""),
    ] {
        assert_eq!(registrable_domain(&Url::parse(url).unwrap()), domain, "{url}");
    }
}

const PARTS: &str = "(a|B|m\\.|www\\.|amp\\.|/amp|\\.amp|\\.html|amp|/|//|;jsessionid=|%|%7e|%37|%2E|2e|\\.|\\.\\.|\\?|&|=|&amp;|utm_source=x|amp=1|#|#!|#/|!|é|한| |url=|https:|:80|:443|@|q=|\\+|\\\\){0,16}";

proptest! {
    #[test]
    fn a_canonical_link_is_its_own_canonical_link(tail in PARTS, host in "(www\\.|m\\.|amp\\.|a\\.){0,3}(example\\.org|co\\.kr|github\\.io|google\\.com|cdn\\.ampproject\\.org|localhost|1\\.2\\.3\\.4)\\.?", path in "(/|/amp/s/|/c/s/|/url\\?q=https://|/url\\?url=http%3A%2F%2F|:80/|:443/)", scheme in "https?") {
        if let Ok(url) = Url::parse(&format!("{scheme}://{host}{path}{tail}")) {
            let once = canonical(&url);
            let again = Url::parse(&once);
            prop_assert!(again.is_ok(), "{url} gives {once}");
            prop_assert_eq!(canonical(&again.unwrap()), once, "{}", url);
        }
    }

    #[test]
    fn no_address_breaks_it(text in "[a-z]{1,6}:.{0,40}") {
        if let Ok(url) = Url::parse(&text) {
            let _ = (canonical(&url), registrable_domain(&url), is_root(&text));
        }
    }
}
