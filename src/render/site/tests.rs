//! Pages are read again by the tokenizer that browsers' rules are written for.

use crate::model::{
    Collapse, EntryId, FeedSettings, Format, Outlet, OutputFeed, OutputItem, Profile,
    PublishContent, RenditionSet, SanitizedHtml, Speakers, Time, TopicNo,
};
use crate::render::{TopicDigest, index, missing, page_policy, render};
use chrono::DateTime;
use html5gum::{Token, Tokenizer};
use proptest::prelude::*;
use std::collections::BTreeMap;
use url::Url;
use uuid::Uuid;

fn at(minutes: i64) -> Time {
    DateTime::from_timestamp(1_718_780_400 + minutes * 60, 500_000_000).unwrap()
}

fn public_url() -> Url {
    "https://news.example.org/feeds/".parse().unwrap()
}

fn settings(name: &str) -> FeedSettings {
    FeedSettings {
        name: name.parse().unwrap(),
        title: "Korea–Russia".into(),
        description: Some("What is written about the two of them".into()),
        language: None,
        public_url: public_url(),
        items: 100,
        content: PublishContent::Summary,
        collapse: Collapse::Story,
        profile: Profile::default(),
        speakers: Speakers::default(),
        hubs: Vec::new(),
        asked: None,
    }
}

fn outlet(name: &str, language: Option<&str>) -> Outlet {
    Outlet {
        name: name.into(),
        feed_url: "https://outlet.example/feed.xml".into(),
        site: Some("https://outlet.example/".into()),
        link: Some("https://outlet.example/story?a=1&b=2".into()),
        title: "A title".into(),
        language: language.map(str::to_owned),
        published: chrono::DateTime::UNIX_EPOCH,
    }
}

fn item(seq: i64, title: &str, language: Option<&str>) -> OutputItem {
    OutputItem {
        seq,
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, &seq.to_be_bytes()),
        placed_at: at(seq),
        entry: EntryId(seq),
        title: title.into(),
        link: Some(format!("https://outlet.example/{seq}?a=1&b=2")),
        summary: SanitizedHtml::trusted(
            "<p>an <img src=\"https://outlet.example/x.png\"></p>".into(),
        ),
        content: None,
        text: format!("Text of number {seq}."),
        authors: Vec::new(),
        categories: Vec::new(),
        enclosures: Vec::new(),
        language: language.map(str::to_owned),
        published: at(seq * 300),
        updated: at(seq * 300),
        source: outlet("Ein Blatt", language),
        origin: None,
        grown: None,
        others: Vec::new(),
        reasons: Vec::new(),
        listed: Vec::new(),
    }
}

fn feed(items: Vec<OutputItem>) -> OutputFeed {
    OutputFeed { topic: TopicNo(1), version: 7, changed_at: at(0), archived: 0, items }
}

fn several() -> OutputFeed {
    let mut told = item(3, "푸틴, 평양 도착", Some("ko"));
    told.others = ["ru", "ar", "id", "de", "zh", "ja", "fr"]
        .map(|tag| outlet(&format!("Outlet {tag}"), Some(tag)))
        .into();
    feed(vec![
        told,
        item(2, "معاهدة جديدة في بيونغ يانغ", Some("ar")),
        item(1, "Nobody knows <b>the language</b> & \"all\"", None),
    ])
}

fn body(set: &RenditionSet, format: Format) -> String {
    let rendition = set.renditions.iter().find(|r| r.format == format).unwrap();
    String::from_utf8(rendition.body.to_vec()).unwrap()
}

fn page(feed: &OutputFeed, format: Format) -> String {
    body(&render(feed, &settings("korea-russia")), format)
}

fn index_of(feed: &OutputFeed, format: Format) -> String {
    let digest = TopicDigest::of(feed, &settings("korea-russia"));
    body(&index(&[&digest], &public_url(), 1, true), format)
}

type Attributes = BTreeMap<String, String>;

/// Every element's start, with its attributes.
fn elements(html: &str) -> Vec<(String, Attributes)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut found = Vec::new();
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        if let Token::StartTag(tag) = token {
            let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value)));
            found.push((text(&tag.name), attributes.collect()));
        }
    }
    found
}

fn with(html: &str, name: &str, attribute: &str) -> Vec<String> {
    let of = |(tag, attributes): (String, Attributes)| {
        (tag == name).then(|| attributes.get(attribute).cloned()).flatten()
    };
    elements(html).into_iter().filter_map(of).collect()
}

fn pages(feed: &OutputFeed) -> [String; 4] {
    [
        page(feed, Format::Page),
        page(feed, Format::Subscribe),
        index_of(feed, Format::Page),
        String::from_utf8(missing(&public_url())).unwrap(),
    ]
}

#[test]
fn a_topics_page_leads_to_its_feeds() {
    let html = page(&several(), Format::Page);
    let links: Vec<_> = elements(&html).into_iter().filter(|(name, _)| name == "link").collect();
    let alternates: Vec<_> = links
        .iter()
        .filter(|(_, link)| link["rel"] == "alternate")
        .map(|(_, link)| (link["type"].as_str(), link["href"].as_str()))
        .collect();
    let at = "https://news.example.org/feeds/korea-russia";
    let [rss, atom, json] = ["rss", "atom", "json"].map(|ending| format!("{at}.{ending}"));
    assert_eq!(
        alternates,
        [
            ("application/rss+xml", rss.as_str()),
            ("application/atom+xml", &atom),
            ("application/feed+json", &json)
        ]
    );
    let subscribe = page(&several(), Format::Subscribe);
    for address in [rss, atom, json] {
        assert!(subscribe.contains(&format!("<code>{address}</code>")), "{address}");
    }
}

#[test]
fn each_story_says_its_language_and_runs_its_way() {
    let html = page(&several(), Format::Page);
    assert_eq!(with(&html, "h3", "lang"), ["ko", "ar", ""]);
    assert_eq!(with(&html, "h3", "dir"), ["ltr", "rtl", "auto"]);
    assert_eq!(with(&html, "article", "dir"), ["ltr", "rtl", "auto"]);
    for name in ["Korean", "Russian", "Arabic", "Indonesian", "French"] {
        assert!(html.contains(&format!("<span class=\"language\">{name}</span>")), "{name}");
    }
    assert!(html.contains("<summary>2 more</summary>"), "who tells it beyond five unfolds");
    assert!(
        index_of(&several(), Format::Page)
            .contains("Korean, Russian, Arabic, Indonesian and 4 more languages")
    );
}

#[test]
fn stories_stand_under_their_days_newest_first() {
    let mut feed = feed((1..=8).map(|n| item(n, &format!("Number {n}"), Some("en"))).collect());
    feed.items.reverse();
    feed.items[7].published = at(5000);
    let html = page(&feed, Format::Page);
    let sections = with(&html, "section", "aria-labelledby");
    assert_eq!(sections, ["day-2024-06-22", "day-2024-06-20", "day-2024-06-19"]);
    assert!(html.find("Number 1<").unwrap() < html.find("Number 8<").unwrap());
}

#[test]
fn pages_hold_nothing_that_runs_or_loads() {
    for html in pages(&several()) {
        for (name, attributes) in elements(&html) {
            assert!(!["script", "img", "iframe", "object", "form", "b"].contains(&name.as_str()));
            assert!(!attributes.keys().any(|name| name.starts_with("on") || name == "style"));
        }
        let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        assert_eq!(style, super::policy::STYLE, "the policy names its digest");
        let policy = &with(&html, "meta", "content")[1];
        assert!(page_policy().starts_with(policy.as_str()), "{policy}");
    }
}

#[test]
fn pages_can_be_walked_by_their_landmarks() {
    for html in pages(&several()) {
        for landmark in ["header", "main", "footer", "h1", "title"] {
            assert_eq!(elements(&html).iter().filter(|(name, _)| name == landmark).count(), 1);
        }
        assert_eq!(with(&html, "html", "lang"), ["en"]);
        assert_eq!(with(&html, "a", "href")[0], "#main");
    }
}

#[test]
fn the_same_is_the_same_bytes_and_parts_of_seconds_do_not_show() {
    let mut later = several();
    later.changed_at += chrono::TimeDelta::microseconds(9);
    later.items[0].published += chrono::TimeDelta::microseconds(9);
    assert_eq!(pages(&several()), pages(&later));
    assert_eq!(index_of(&several(), Format::Opml), index_of(&later, Format::Opml));
}

#[test]
fn a_digest_is_the_same_from_few_items_as_from_all() {
    let items: Vec<_> = (1..=60).rev().map(|n| item(n, "A title", Some("id"))).collect();
    let few = feed(items[..TopicDigest::ITEMS].to_vec());
    assert_eq!(index_of(&feed(items), Format::Page), index_of(&few, Format::Page));
}

#[test]
fn topics_without_stories_and_no_topics_at_all_have_pages() {
    assert!(page(&feed(Vec::new()), Format::Page).contains("Nothing yet."));
    assert!(index_of(&feed(Vec::new()), Format::Page).contains("Nothing yet."));
    let set = index(&[], &public_url(), 0, true);
    assert!(body(&set, Format::Page).contains("There are no topics yet."));
    assert!(body(&set, Format::Opml).contains("<body>"));
}

#[test]
fn opml_names_every_feed() {
    let mut odd = settings("odd");
    odd.title = "A \"B\" & <C>".into();
    odd.language = Some("ko".into());
    odd.description = None;
    let digests =
        [TopicDigest::of(&several(), &settings("korea-russia")), TopicDigest::of(&several(), &odd)];
    let opml = body(&index(&[&digests[0], &digests[1]], &public_url(), 1, true), Format::Opml);
    let document = quick_xml::Reader::from_str(&opml);
    let mut outlines = Vec::new();
    let mut reader = document;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Empty(element) => {
                let attributes = element.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                outlines.push(attributes.collect::<BTreeMap<_, _>>());
            }
            _ => {}
        }
    }
    assert_eq!(outlines.len(), 2);
    assert_eq!(outlines[0]["xmlUrl"], "https://news.example.org/feeds/korea-russia.rss");
    assert_eq!(outlines[0]["htmlUrl"], "https://news.example.org/feeds/korea-russia");
    assert_eq!(outlines[0]["description"], "What is written about the two of them");
    assert_eq!(outlines[1]["text"], "A \"B\" & <C>");
    assert_eq!((outlines[1]["type"].as_str(), outlines[1]["language"].as_str()), ("rss", "ko"));
}

proptest! {
    #[test]
    fn whatever_feeds_say_stays_text(
        title in any::<String>(),
        name in "[<>&\"'a-z =/]{0,20}",
        text in any::<String>(),
        link in "(javascript|data|https):[<>\"'a-z/ ]{0,12}",
    ) {
        let plain = elements(&page(&feed(vec![item(1, "Plain", Some("en"))]), Format::Page));
        let mut any = item(1, &title, Some("en"));
        any.text = text;
        any.link = Some(link);
        any.source.name = name;
        let html = page(&feed(vec![any]), Format::Page);
        for (name, attributes) in elements(&html) {
            prop_assert!(plain.iter().any(|(known, _)| *known == name), "{}", name);
            for (attribute, value) in attributes {
                prop_assert!(!attribute.starts_with("on"));
                prop_assert!(attribute != "href" || !value.starts_with("javascript"));
            }
        }
    }
}
