//! What is rendered is valid by the rules of its format, whatever feeds say and however a topic shows
//! it.

#[path = "../../tests/support/validity/mod.rs"]
mod validity;

use super::tests::{at, body, feed, html, item, outlet, settings, small};
use super::*;
use crate::model::{
    Enclosure, ListedStory, OnGrowth, Origin, Outlet, OutputItem, Profile, PublishContent,
    SanitizedHtml, Shown,
};
use proptest::prelude::*;
use uuid::Uuid;
use validity::{assert_valid, complaints, schema};

/// A topic that shows everything that there is to show.
fn talkative() -> FeedSettings {
    FeedSettings {
        language: Some("en".into()),
        profile: Profile {
            title: "{title} · {source} [{language}/{outlets}]".parse().unwrap(),
            shown: Shown { byline: true, outlets: true, reasons: true },
            on_growth: OnGrowth::Bump,
        },
        hubs: vec!["https://news.example.org/hub".parse().unwrap()],
        ..settings()
    }
}

fn feeds(feed: &OutputFeed, settings: &FeedSettings) -> [String; 3] {
    let set = render(feed, settings);
    Format::FEEDS.map(|format| body(&set, format).to_owned())
}

#[track_caller]
fn assert_all_valid(feed: &OutputFeed) {
    for content in [PublishContent::Summary, PublishContent::Full, PublishContent::Title] {
        for settings in [settings(), talkative()] {
            let settings = FeedSettings { content, ..settings };
            for document in feeds(feed, &settings) {
                assert_valid(&document);
            }
            let archive = archive_page(feed, &settings, 2);
            for format in Format::FEEDS {
                assert_valid(body(&archive, format));
            }
        }
    }
}

#[test]
fn feeds_with_everything_next_to_nothing_and_nothing_at_all_are_valid() {
    assert_all_valid(&small());
    assert_all_valid(&feed(Vec::new()));
    assert_all_valid(&OutputFeed { archived: 3, ..small() });
    let mut bare = item(1);
    bare.title = String::new();
    bare.text = String::new();
    bare.link = None;
    bare.summary = SanitizedHtml::default();
    bare.source =
        Outlet { name: String::new(), site: None, link: None, language: None, ..bare.source };
    bare.language = None;
    assert_all_valid(&feed(vec![bare]));
}

#[test]
fn one_feed_speaks_forty_languages() {
    const TAGS: [&str; 40] = [
        "ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "hy",
        "id", "it", "ja", "ka", "kk", "km", "ko", "lo", "mn", "ms", "my", "nl", "pl", "pt-BR",
        "ro", "ru", "sr-Latn", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh-Hant",
    ];
    let of = |(seq, tag): (i64, &&str)| OutputItem {
        language: Some((*tag).to_owned()),
        others: vec![outlet("دیگر", "other.example", tag)],
        ..item(seq)
    };
    let everything = feed((1..).zip(&TAGS).map(of).collect());
    assert_all_valid(&everything);
    let [rss, atom, json] = feeds(&everything, &settings());
    for tag in TAGS {
        assert!(atom.contains(&format!("<entry xml:lang=\"{tag}\">")), "{tag}");
        assert!(rss.contains(&format!("<dc:language>{tag}</dc:language>")), "{tag}");
        assert!(json.contains(&format!("\"language\":\"{tag}\"")), "{tag}");
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let [rss, atom, json] = feeds(&small(), &settings());
    let broken = [
        (&atom, "<updated>2025-11-23T00:00:00Z</updated>", "", "MissingElement"),
        (&atom, "2025-11-23T02:30:00Z", "yesterday", "InvalidRFC3339Date"),
        (&atom, "rel=\"self\"", "rel=\"other\"", "MissingSelf"),
        (&atom, "<name>김민지</name>", "", "MissingElement"),
        (&atom, "&lt;b&gt;", "&lt;script&gt;", "SecurityRisk"),
        (&atom, "href=&quot;https://ria.example.ru", "href=&quot;", "ContainsRelRef"),
        (&atom, "<title>", "<headline/><title>", "UndefinedElement"),
        (&atom, "</feed>", "", "SAXError"),
        (&rss, "<pubDate>Sun, 23 Nov 2025 ", "<pubDate>Sun, 23 Nov 25 ", "InvalidRFC2822Date"),
        (&rss, "length=\"0\" ", "", "MissingAttribute"),
        (&rss, "<ttl>60", "<ttl>0", "InvalidPositiveInteger"),
        (&rss, "xmlns:media=\"http://search.yahoo.com/mrss/\"", "", "SAXError"),
        (&rss, "rel=\"self\"", "rel=\"hub\"", "MissingAtomSelfLink"),
        (&json, "\"id\":\"urn", "\"guid\":\"urn", "key"),
        (&json, "\"content_html\"", "\"_html\"", "content"),
        (&json, "\"url\":\"https", "\"url\":\"ftp", "InvalidFullLink"),
    ];
    for (document, whole, part, rule) in broken {
        assert!(document.contains(whole), "{whole} is not in {document}");
        let found = complaints(&document.replacen(whole, part, 1));
        assert!(found.iter().any(|line| line.starts_with(rule)), "{part}: {rule} in {found:?}");
    }
    let twice = feed(vec![item(1), item(1)]);
    for document in feeds(&twice, &settings()) {
        assert_ne!(complaints(&document), Vec::<String>::new(), "two items have one id");
    }
}

#[test]
fn the_schema_of_atom_finds_what_is_wrong() {
    let [_, atom, _] = feeds(&small(), &settings());
    if !schema::is_checked() {
        return;
    }
    assert_eq!(schema::complaints(&atom), Vec::<String>::new());
    for (whole, part) in [
        ("<updated>2025-11-23T00:00:00Z</updated>", ""),
        ("2025-11-23T02:30:00Z", "yesterday"),
        ("<name>김민지</name>", ""),
        ("<title>", "<headline/><title>"),
        ("type=\"html\"", "type=\"markdown\""),
        ("hreflang=\"", "hreflang=\"_"),
        ("<entry ", "<entry age=\"2\" "),
    ] {
        assert!(atom.contains(whole), "{whole} is not in {atom}");
        let found = schema::complaints(&atom.replacen(whole, part, 1));
        assert!(!found.is_empty(), "{part}");
    }
}

/// Story by story as hostile as an item may be.
#[test]
fn digests_are_valid_whatever_their_stories_say() {
    let story = |seq, title: &str, link: Option<&str>, language: Option<&str>| ListedStory {
        seq,
        entry: seq,
        title: title.to_owned(),
        link: link.map(str::to_owned),
        outlet: "Ein \u{1}Blatt & <b>mehr</b>".into(),
        language: language.map(str::to_owned),
        others: usize::try_from(seq).unwrap(),
    };
    let listed = vec![
        story(0, "]]> <script>alert(1)</script> \u{0}", Some("javascript:alert(1)"), None),
        story(1, "\u{202e}مرحبا\u{ffff}", Some("https://a.example/?a=1&b=\"2\""), Some("ar")),
        story(2, "", None, Some("\"><img src=x>")),
        story(3, &"長い".repeat(9_999), Some("https://b.example/💥 x"), Some("ja")),
    ];
    let digest = OutputItem { title: "2026-11-26".into(), listed, ..item(1) };
    let digests = feed(vec![digest, item(0)]);
    assert_all_valid(&digests);
    for document in feeds(&digests, &settings()) {
        assert!(!document.contains("javascript:"), "{document}");
    }
}

#[test]
fn an_item_stands_where_the_rendition_says() {
    for rendition in &render(&small(), &settings()).renditions {
        let body = std::str::from_utf8(&rendition.body).unwrap();
        let pieces: Vec<&str> = rendition.items.iter().map(|item| &body[item.clone()]).collect();
        assert_eq!(pieces.len(), if Format::FEEDS.contains(&rendition.format) { 2 } else { 0 });
        for (piece, of) in pieces.iter().zip(small().items) {
            assert!(piece.contains(&of.id.to_string()));
            let is_whole = match rendition.format {
                Format::Atom => piece.starts_with("<entry") && piece.ends_with("</entry>"),
                Format::Rss => {
                    piece.starts_with("<item>")
                        && piece.ends_with("</item>")
                        && !piece.contains("<channel")
                }
                _ => serde_json::from_str::<serde_json::Value>(piece).is_ok(),
            };
            assert!(is_whole, "{piece}");
        }
    }
}

#[test]
fn a_topic_says_how_its_items_look() {
    let [rss, atom, json] = feeds(&small(), &talkative());
    for document in [&rss, &atom, &json] {
        assert!(
            document.contains("북한 외무상, 모스크바 방문 시작 · 연합뉴스 [ko/3]"),
            "{document}"
        );
        assert!(document.contains("Here because of: 북한"), "{document}");
        assert!(
            document.contains("연합뉴스</a> · 김민지")
                || document.contains("연합뉴스&lt;/a&gt; · 김민지")
        );
        assert!(document.contains("https://news.example.org/hub"));
    }
    let titles = FeedSettings { content: PublishContent::Title, ..settings() };
    for document in feeds(&small(), &titles) {
        assert!(!document.contains("모스크바에 도착했다"), "{document}");
    }
}

#[test]
fn growth_is_quiet_unless_a_topic_wants_to_hear_of_it() {
    let mut grown = item(1);
    grown.others = vec![outlet("ТАСС", "tass.example", "ru")];
    grown.grown = Some(at(90_000));
    let grown = feed(vec![grown]);
    let updated = |settings: &FeedSettings| {
        let [_, _, json] = feeds(&grown, settings);
        let item = serde_json::from_str::<serde_json::Value>(&json).unwrap()["items"][0].take();
        (item["date_published"].clone(), item["date_modified"].clone())
    };
    let (published, quiet) = updated(&settings());
    assert_eq!(published, quiet);
    let (still, bumped) = updated(&talkative());
    assert_eq!((still, bumped.as_str().unwrap()), (published, "2025-11-24T01:00:00Z"));
}

#[test]
fn an_entry_of_another_aggregator_keeps_the_source_that_it_had() {
    let mut passed_on = item(1);
    passed_on.origin = Some(Origin {
        title: Some("RIA & Co".into()),
        url: Some("https://ria.example.ru/feed.xml".into()),
    });
    let [rss, atom, json] = feeds(&feed(vec![passed_on]), &settings());
    assert!(rss.contains("<source url=\"https://ria.example.ru/feed.xml\">RIA &amp; Co</source>"));
    assert!(atom.contains("<id>https://ria.example.ru/feed.xml</id><title>RIA &amp; Co</title>"));
    assert!(atom.contains("<link rel=\"via\" href=\"https://yna.example.kr/feed.xml\"/>"));
    assert!(json.contains("\"via\":\"https://yna.example.kr/feed.xml\""));
}

#[test]
fn archives_are_linked_in_both_directions() {
    let set = archive_page(&small(), &talkative(), 2);
    let atom = body(&set, Format::Atom);
    let at = "https://news.example.org/feeds/korea-russia";
    for (rel, href) in [
        ("self", "/archive/2.atom"),
        ("current", ".atom"),
        ("prev-archive", "/archive/1.atom"),
        ("next-archive", "/archive/3.atom"),
    ] {
        let link =
            format!("<link rel=\"{rel}\" type=\"application/atom+xml\" href=\"{at}{href}\"/>");
        assert!(atom.contains(&link), "{link} in {atom}");
    }
    assert!(atom.contains("<fh:archive/>") && !atom.contains("rel=\"hub\""));
    let first = archive_page(&small(), &settings(), 1);
    assert!(!body(&first, Format::Rss).contains("prev-archive"));
    let current = feeds(&OutputFeed { archived: 7, ..small() }, &settings());
    assert!(current[0].contains("archive/7.rss") && current[2].contains("archive/7.json"));
}

/// What feeds say where it is not what it should be.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(]]>|<b>|</p>|&amp;|&|\u{0}|\u{b}|\u{1b}|\u{202e}|\u{fffe}|👩🏽\u{200d}🚀|שלום|平壌| |\\n|\"|'){0,12}",
        Just("x".repeat(20_000)),
    ]
}

fn addresses() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "https?://[a-zа-я가-힣.@:]{1,12}/[ -~а-я가-힣]{0,24}",
        "(javascript|data|ftp|mailto):[ -~]{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_feeds_say_the_output_is_valid(
        (title, words, name) in (hostile(), hostile(), hostile()),
        (link, site, picture) in (addresses(), addresses(), addresses()),
        (language, kind) in ("[a-zA-Z_-]{0,9}", "[a-z /;=]{0,12}"),
        has_content in any::<bool>(),
    ) {
        let mut any = item(1);
        // The sanitizer's part: text without tags.
        let safe = html(&words.replace('<', "&lt;"));
        any.title = title.clone();
        any.content = has_content.then(|| safe.clone());
        any.summary = safe;
        any.text = words.clone();
        any.link = Some(link.clone());
        any.authors = vec![name.clone(), words.clone()];
        any.categories = vec![name.clone(), title.clone(), name.clone()];
        any.language = Some(language.clone());
        any.source = Outlet { name: name.clone(), feed_url: site.clone(), site: Some(link.clone()), ..any.source };
        any.origin = Some(Origin { title: Some(title.clone()), url: Some(picture.clone()) });
        any.others = vec![
            Outlet { name, title, link: Some(link), language: Some(language), ..outlet("", "o.example", "ru") },
            outlet("two", "o.example", "ru"),
        ];
        any.enclosures = vec![Enclosure { url: picture, media_type: Some(kind), bytes: Some(u64::MAX) }];
        any.reasons[0].term = words;
        let bare = OutputItem { id: Uuid::nil(), link: None, enclosures: Vec::new(), ..any.clone() };
        let feed = feed(vec![any, bare]);
        for settings in [settings(), talkative()] {
            for document in feeds(&feed, &settings) {
                let found = [complaints(&document), schema::complaints(&document)].concat();
                prop_assert!(found.is_empty(), "{found:?}");
            }
        }
    }
}
