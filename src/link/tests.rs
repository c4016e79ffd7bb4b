use proptest::prelude::{prop_assert, prop_assert_eq, prop_assert_ne, proptest};
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
        "https://example.org/1?id=7&source=rss----35a1b6c2d3e4---2&rss=1",
        "https://example.org/1?id=7&ref=feedburner&erid=2VtzqwX1abc",
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
        "ref=feed-the-poor",
        "source=rss-readers-compared",
        "erid=20240619",
        "ncid=77",
        "ocid=9",
        "sc_code=1700000001",
        "m=202406",
        "page=2",
        "print=14",
        "view=1203",
        "output=9",
        "rss=204",
        "feedname=world",
        "v=dQw4w9WgXcQ",
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
    assert_ne!(
        key("https://www.ohmynews.com/view.asp?at_code=470001"),
        key("https://www.ohmynews.com/view.asp?at_code=470002")
    );
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
fn the_dress_of_an_article_is_not_the_article() {
    same(&[
        "https://example.org/2024/06/story.html",
        "https://example.org/2024/06/story.html?print=true",
        "https://example.org/2024/06/story.html/print",
        "https://touch.example.org/2024/06/story.html?view=mobile",
        "https://pda.example.org/2024/06/story.html?output=print&page=all",
        "https://lite.example.org/2024/06/story.html?pagewanted=all&_amp=true",
    ]);
    same(&["https://bbc.com/news/world-1", "https://www.bbc.co.uk/news/amp/world-1"]);
    same(&[
        "https://www.example.co.kr/news/articleView.html?idxno=55",
        "https://m.example.co.kr/news/articleViewAmp.html?idxno=55",
        "http://www.example.co.kr/news/articlePrint.html?idxno=55",
    ]);
    assert!(!is_root(&key("https://example.org/print")));
}

#[test]
fn sites_with_several_forms_of_address_have_one() {
    same(&[
        "https://n.news.naver.com/article/001/0014757713",
        "https://n.news.naver.com/mnews/article/001/0014757713?sid=100",
        "https://news.naver.com/main/read.naver?mode=LSD&mid=sec&sid1=100&oid=001&aid=0014757713",
        "http://m.news.naver.com/read.nhn?oid=001&aid=0014757713",
    ]
    .map(|url| url.trim_end_matches("?sid=100")));
    same(&[
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?si=m8ZTp82_HS-mihaX",
        "https://m.youtube.com/shorts/dQw4w9WgXcQ",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
    ]);
    same(&[
        "https://a.blogspot.com/2024/06/x.html",
        "http://a.blogspot.co.uk/2024/06/x.html?m=1",
        "http://a.blogspot.kr/2024/06/x.html",
    ]);
    assert_ne!(key("https://youtu.be/about"), key("https://youtube.com/about"));
}

#[test]
fn caches_of_light_pages_are_their_articles() {
    same(&[
        "https://example.org/story?id=1",
        "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/story/amp?id=1",
        "https://cdn.ampproject.org/v/s/amp.example.org/story?id=1&amp_js_v=0.1",
        "https://www.google.com/amp/s/www.example.org/story%3fid=1",
        "https://www.google.com/amp/s/www.example.org/story%3Famp%3D1%26id%3D1",
        "https://www.bing.com/amp/s/www.example.org/story?id=1",
        "https://www-example-org.bing-amp.com/c/s/www.example.org/amp/story?id=1",
        "https://example-org.turbopages.org/turbo/example.org/s/story?id=1",
        "https://yandex.ru/turbo/example.org/s/story?id=1",
        "https://yandex.ru/turbo?text=https%3A%2F%2Fexample.org%2Fstory%3Fid%3D1",
    ]);
}

#[test]
fn redirectors_that_carry_their_target_give_way_to_it() {
    same(&[
        "https://example.org/story?id=1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fstory%3Fid%3D1%26fbclid%3Dx&h=AT0",
        "https://lm.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fstory%3Fid%3D1",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fstory%3Fid%3D1&data=05&sdata=x",
        "https://urldefense.proofpoint.com/v1/url?u=https://example.org/story?id%3D1&k=x",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.example.org_story-3Fid-3D1&d=DwMF",
        "https://urldefense.com/v3/__https://www.example.org/story?id=1__;!!abc!x$",
        "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Fstory%3Fid%3D1&rut=0",
        "https://r.search.yahoo.com/_ylt=A;_ylu=B/RV=2/RE=1/RO=10/RU=https%3a%2f%2fexample.org%2fstory%3fid%3d1/RK=2/RS=x-",
        "https://clck.yandex.ru/redir/nWO_r*https://example.org/story?id=1",
        "https://go.theregister.com/feed/www.example.org/story?id=1",
        "https://href.li/?https://example.org/story?id=1",
        "https://disq.us/url?url=https%3A%2F%2Fexample.org%2Fstory%3Fid%3D1%3AK3x2&cuid=1",
        "https://t.me/iv?url=https%3A%2F%2Fexample.org%2Fstory%3Fid%3D1&rhash=0",
        "https://out.reddit.com/t3_x?url=https%3A%2F%2Fexample.org%2Fstory%3Fid%3D1&token=y",
        "https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fexample.org%252Fstory%253Fid%253D1",
    ]);
    same(&[
        "https://example.org/a%C2%B7b",
        "https://urldefense.com/v3/__https://example.org/a*b__;wrc!!abc!x$",
    ]);
}

#[test]
fn google_news_tells_its_articles_as_long_as_the_address_is_in_it() {
    same(&[
        "https://example.org/story",
        "https://news.google.com/rss/articles/CBMiGWh0dHBzOi8vZXhhbXBsZS5vcmcvc3RvcnnSAQA?oc=5",
        "https://news.google.com/__i/rss/rd/articles/CBMiGWh0dHBzOi8vZXhhbXBsZS5vcmcvc3RvcnnSAQA?oc=5",
        "https://news.google.com/articles/CBMiGWh0dHBzOi8vZXhhbXBsZS5vcmcvc3RvcnnSAQA",
    ]);
    let silent = "https://news.google.com/rss/articles/CBMiWkFVX3lxTE1PcXJz";
    assert_eq!(key(&format!("{silent}?oc=5&hl=fr&gl=BE&ceid=BE:fr")), silent);
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

const PARTS: &str = "(a|B|m\\.|www\\.|amp\\.|/amp|\\.amp|/amp/|/print|/s/|\\.html|articlePrint\\.html|amp|/|//|;jsessionid=|%|%7e|%37|%2E|%3F|%5F|2e|\\.|\\.\\.|\\?|&|=|&amp;|utm_source=x|amp=1|print=1|m=1|#|#!|#/|!|é|한| |url=|u=|text=|https:|:80|:443|@|q=|\\+|\\*|__|__;|\\\\|oid=1|aid=2|dQw4w9WgXcQ|https-3A__a\\.b_c|https://example\\.org/|https%3A%2F%2Fa\\.example\\.org%2F){0,16}";
const HOSTS: &str = "(www\\.|m\\.|amp\\.|a\\.){0,3}(example\\.org|co\\.kr|github\\.io|google\\.com|news\\.google\\.com|cdn\\.ampproject\\.org|bing\\.com|facebook\\.com|urldefense\\.com|urldefense\\.proofpoint\\.com|x\\.safelinks\\.protection\\.outlook\\.com|r\\.search\\.yahoo\\.com|clck\\.yandex\\.ru|go\\.theregister\\.com|turbopages\\.org|href\\.li|disq\\.us|yandex\\.ru|news\\.naver\\.com|n\\.news\\.naver\\.com|youtu\\.be|youtube\\.com|bbc\\.co\\.uk|news\\.v\\.daum\\.net|blogspot\\.co\\.uk|blogspot\\.kr|localhost|1\\.2\\.3\\.4)\\.?";
const PATHS: &str = "(/|/amp/s/|/c/s/|/v3/__|/v2/url\\?u=|/url\\?q=https://|/url\\?url=http%3A%2F%2F|/l\\.php\\?u=|/RU=|/feed/|/turbo/|/turbo|/mnews/article/1/2|/main/read\\.nhn\\?|/shorts/|/articles/CBMi|:80/|:443/)";

proptest! {
    #[test]
    fn a_canonical_link_is_its_own_canonical_link(tail in PARTS, host in HOSTS, path in PATHS, scheme in "https?") {
        if let Ok(url) = Url::parse(&format!("{scheme}://{host}{path}{tail}")) {
            let once = canonical(&url);
            let again = Url::parse(&once);
            prop_assert!(again.is_ok(), "{url} gives {once}");
            prop_assert_eq!(canonical(&again.unwrap()), once, "{}", url);
        }
    }

    #[test]
    fn an_article_id_in_the_query_survives(name in "(id|no|idx|idxno|aid|oid|p|a|article|article_id|articleid|newsid|news_id|nid|num|seq|sn|story|key|code|ncd|ref|from|source|cid|iid|mod|m|s|t|v|view|page|print|format|output|rss|feed|erid|ncid|ocid|sh|section)", one in "[1-9][0-9]{1,9}", other in "[1-9][0-9]{1,9}") {
        let at = |id: &str| key(&format!("https://www.example.org/read.php?{name}={id}&utm_source=rss"));
        if one != other {
            prop_assert_ne!(at(&one), at(&other));
        }
    }

    #[test]
    fn no_address_breaks_it(text in "[a-z]{1,6}:.{0,40}") {
        if let Ok(url) = Url::parse(&text) {
            let _ = (canonical(&url), registrable_domain(&url), is_root(&text));
        }
    }
}
