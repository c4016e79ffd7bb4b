//! What is written is read again, by feed-rs as a reader would and by quick-xml to the letter.

use super::*;
use crate::model::{
    Collapse, Enclosure, EntryId, Outlet, OutputItem, Profile, PublishContent, Reason,
    SanitizedHtml, Speakers, Time, TopicNo,
};
use crate::text;
use chrono::{DateTime, TimeDelta};
use feed_rs::model::Feed;
use proptest::prelude::*;
use quick_xml::events::Event;
use uuid::Uuid;

pub(super) fn at(seconds: i64) -> Time {
    DateTime::from_timestamp(1_763_856_000 + seconds, 987_654_321).unwrap()
}

pub(super) fn settings() -> FeedSettings {
    FeedSettings {
        name: "korea-russia".parse().unwrap(),
        title: "Korea–Russia".into(),
        description: Some("What is written about the two of them".into()),
        language: None,
        public_url: "https://news.example.org/feeds/".parse().unwrap(),
        items: 100,
        content: PublishContent::Summary,
        collapse: Collapse::Story,
        profile: Profile::default(),
        speakers: Speakers::default(),
        hubs: Vec::new(),
        asked: None,
    }
}

pub(super) fn html(text: &str) -> SanitizedHtml {
    SanitizedHtml::trusted(text.into())
}

pub(super) fn outlet(name: &str, host: &str, language: &str) -> Outlet {
    Outlet {
        name: name.into(),
        feed_url: format!("https://{host}/feed.xml"),
        site: Some(format!("https://{host}/")),
        link: Some(format!("https://{host}/story?a=1&b=2")),
        title: format!("A title of {name}"),
        language: Some(language.into()),
        published: "2024-06-19T03:00:00Z".parse().unwrap(),
    }
}

pub(super) fn item(seq: i64) -> OutputItem {
    OutputItem {
        seq,
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, &seq.to_be_bytes()),
        placed_at: at(seq * 3600),
        entry: EntryId(seq),
        title: "북한 외무상, 모스크바 방문 시작".into(),
        link: Some("https://yna.example.kr/view/AKR1?section=nk&x=1".into()),
        summary: html("<p>최선희 외무상이 <b>모스크바</b>에 도착했다.</p>"),
        content: None,
        text: "최선희 외무상이 모스크바에 도착했다.".into(),
        authors: vec!["김민지".into()],
        categories: vec!["북한".into()],
        enclosures: Vec::new(),
        language: Some("ko".into()),
        published: at(seq * 3600 - 60),
        updated: at(seq * 3600 - 60),
        source: outlet("연합뉴스", "yna.example.kr", "ko"),
        origin: None,
        grown: None,
        others: Vec::new(),
        reasons: vec![Reason {
            term: "북한".into(),
            concept: Some("korea".into()),
            field: "title".into(),
            count: 1,
        }],
        listed: Vec::new(),
    }
}

pub(super) fn feed(items: Vec<OutputItem>) -> OutputFeed {
    OutputFeed { topic: TopicNo(1), version: 7, changed_at: at(0), archived: 0, items }
}

/// Two items that have everything and next to nothing.
pub(super) fn small() -> OutputFeed {
    let mut full = item(2);
    full.content = Some(html("<p>최선희 외무상이 <b>모스크바</b>에 도착했다.</p><p>… ]]> …</p>"));
    full.updated = at(9000);
    full.others = vec![
        outlet("РИА & Новости", "ria.example.ru", "ru"),
        outlet("وكالة \"النور\"", "noor.example.net", "ar"),
    ];
    full.enclosures = vec![
        Enclosure {
            url: "https://yna.example.kr/1.jpg?w=1&h=2".into(),
            media_type: Some("image/jpeg".into()),
            bytes: Some(51_200),
        },
        Enclosure { url: "https://yna.example.kr/1.mp4".into(), media_type: None, bytes: None },
    ];
    let mut bare = item(1);
    bare.title = String::new();
    bare.link = None;
    bare.summary = SanitizedHtml::default();
    bare.text = "Министр <прибыла> в Москву.\nПереговоры начнутся завтра.".into();
    bare.language = Some("ru".into());
    bare.authors.clear();
    bare.categories.clear();
    bare.reasons.clear();
    bare.source = Outlet { site: None, link: None, ..outlet("ТАСС", "tass.example.ru", "ru") };
    feed(vec![full, bare])
}

pub(super) fn body(set: &RenditionSet, format: Format) -> &str {
    let rendition = set.renditions.iter().find(|r| r.format == format).unwrap();
    std::str::from_utf8(&rendition.body).unwrap()
}

fn documents(feed: &OutputFeed) -> [String; 3] {
    let set = render(feed, &settings());
    Format::FEEDS.map(|format| body(&set, format).to_owned())
}

/// Reads to the end as XML, and gives the text of every element called `name`.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut found, mut open) = (Vec::new(), None::<String>);
    let add = |open: &mut Option<String>, text: &str| {
        if let Some(open) = open {
            open.push_str(text);
        }
    };
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) if start.name().as_ref() == name => open = Some(String::new()),
            Event::End(end) if end.name().as_ref() == name => found.extend(open.take()),
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(data) => add(&mut open, &data.xml10_content()),
            Event::GeneralRef(reference) => {
                let written = format!("&{};", &*reference);
                add(&mut open, &quick_xml::escape::unescape(&written).unwrap());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn reread(xml: &str) -> Feed {
    feed_rs::parser::parse(xml.as_bytes()).unwrap()
}

#[test]
fn rss_is_as_it_was() {
    insta::assert_snapshot!(documents(&small())[0].replace("><", ">\n<"));
}

#[test]
fn atom_is_as_it_was() {
    insta::assert_snapshot!(documents(&small())[1].replace("><", ">\n<"));
}

#[test]
fn json_is_as_it_was() {
    let value: serde_json::Value = serde_json::from_str(&documents(&small())[2]).unwrap();
    insta::assert_json_snapshot!(value);
}

#[test]
fn readers_find_everything_again() {
    let source = small();
    let [rss, atom, json] = documents(&source);
    for document in [&rss, &atom, &json] {
        let feed = reread(document);
        assert_eq!(feed.title.as_ref().unwrap().content, "Korea–Russia");
        assert_eq!(feed.entries.len(), 2);
        let (full, bare) = (&feed.entries[0], &feed.entries[1]);
        assert_eq!(full.id, format!("urn:uuid:{}", source.items[0].id));
        assert_eq!(full.title.as_ref().unwrap().content, source.items[0].title);
        assert_eq!(full.links[0].href, source.items[0].link.clone().unwrap());
        assert_eq!(full.published.unwrap().timestamp(), source.items[0].published.timestamp());
        assert_eq!(full.authors[0].name.as_deref(), Some("김민지"));
        assert!(full.categories.iter().any(|category| category.term == "북한"));
        assert_eq!(
            bare.title.as_ref().unwrap().content,
            "Министр <прибыла> в Москву. Переговоры начнутся завтра."
        );
        assert_eq!(
            bare.authors[0].name.as_deref(),
            Some("ТАСС"),
            "the source stands in for the author"
        );
        assert!(!bare.links.iter().any(|link| link.rel.as_deref() == Some("alternate")));
    }
    for xml in [&rss, &atom] {
        let feed = reread(xml);
        let content = feed.entries[0].content.as_ref().unwrap().body.clone().unwrap();
        assert!(content.contains("… ]]> …"), "{content}");
        assert!(content.contains(">РИА &amp; Новости</a> (ru)"), "{content}");
    }
}

#[test]
fn the_same_feed_is_the_same_bytes() {
    let (feed, settings) = (small(), settings());
    assert_eq!(render(&feed, &settings), render(&feed.clone(), &settings.clone()));
}

#[test]
fn parts_of_seconds_do_not_show() {
    let mut later = small();
    later.changed_at += TimeDelta::microseconds(1000);
    for item in &mut later.items {
        item.published += TimeDelta::microseconds(1000);
        item.updated += TimeDelta::microseconds(1000);
    }
    assert_eq!(documents(&small()), documents(&later));
}

#[test]
fn an_item_keeps_its_id_and_bytes_while_others_come_and_go() {
    let entry_of = |xml: &str, seq: i64| {
        let id = item(seq).id.to_string();
        let entries = xml.split("<entry ").map(str::to_owned);
        entries.into_iter().find(|entry| entry.contains(&id)).unwrap()
    };
    let before = documents(&feed((1..=5).rev().map(item).collect()));
    let after = documents(&feed((3..=9).rev().map(item).collect()));
    for seq in 4..=5 {
        assert_eq!(entry_of(&before[1], seq), entry_of(&after[1], seq));
    }
}

#[test]
fn ids_do_not_depend_on_where_the_daemon_is() {
    let elsewhere =
        FeedSettings { public_url: "http://other.example/".parse().unwrap(), ..settings() };
    let (here, there) = (render(&small(), &settings()), render(&small(), &elsewhere));
    assert_eq!(texts(body(&here, Format::Atom), "id"), texts(body(&there, Format::Atom), "id"));
    assert_eq!(texts(body(&here, Format::Rss), "guid"), texts(body(&there, Format::Rss), "guid"));
}

#[test]
fn no_more_items_than_settings_say() {
    let settings = FeedSettings { items: 3, ..settings() };
    let set = render(&feed((1..=9).rev().map(item).collect()), &settings);
    let guids = texts(body(&set, Format::Rss), "guid");
    let newest: Vec<_> = (7..=9).rev().map(|seq| item(seq).id.urn().to_string()).collect();
    assert_eq!(guids, newest);
}

#[test]
fn a_feed_without_items_is_still_a_feed() {
    let [rss, atom, json] = documents(&feed(Vec::new()));
    for document in [rss, atom, json] {
        assert_eq!(reread(&document).entries.len(), 0);
    }
}

#[test]
fn nothing_that_breaks_xml_or_a_screen_comes_through() {
    let nasty = "a\u{0}b\u{8}c\u{b}d\u{1b}[31m\u{fffe}e\u{85}f\u{202e}g ]]> <b>&amp;\r\n\t\"'👩🏽‍🚀";
    let mut bad = item(1);
    bad.title = nasty.into();
    bad.summary = html(nasty);
    bad.content = Some(html(nasty));
    bad.text = nasty.into();
    bad.authors = vec![nasty.into(), "  ".into()];
    bad.categories = vec![nasty.into(), String::new()];
    bad.language = Some("<en>".into());
    bad.link = Some("javascript:alert(1)".into());
    bad.source.name = nasty.into();
    bad.source.feed_url = "https://user:secret@feeds.example.org/a?b\"c".into();
    bad.others = vec![Outlet { name: nasty.into(), ..outlet("x", "x.example", "not a tag") }];
    bad.others[0].link = Some("https://x.example/\"onload=\"x".into());
    bad.enclosures = vec![Enclosure {
        url: "data:text/html,x".into(),
        media_type: Some("x".into()),
        bytes: None,
    }];
    bad.reasons[0].term = nasty.into();
    let documents = documents(&feed(vec![bad]));
    for document in &documents {
        let forbidden = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!document.contains(forbidden) && !document.contains(['\u{202e}', '\u{fffe}']));
        for gone in ["javascript:", "secret", "data:text", "<en>", "\"onload"] {
            assert!(!document.contains(gone), "{gone} in {document}");
        }
        assert!(document.contains("👩🏽‍🚀"), "a joined emoji is no control character");
    }
    let clean = text::squash(&text::clean(nasty)).into_owned();
    assert_eq!(texts(&documents[0], "title")[1], clean);
    assert_eq!(texts(&documents[1], "title")[1], clean);
}

#[test]
fn a_story_that_everyone_tells_names_twenty_and_counts_the_rest() {
    let mut popular = item(1);
    popular.others =
        (0..30).map(|n| outlet(&format!("Outlet {n}"), &format!("o{n}.example"), "id")).collect();
    popular.others.push(popular.others[3].clone());
    let [rss, atom, json] = documents(&feed(vec![popular]));
    let description = &texts(&rss, "description")[1];
    assert_eq!(description.matches("<a href=").count(), 20);
    assert!(description.ends_with("<li lang=\"en\">and 10 more</li></ul>"), "{description}");
    assert_eq!(atom.matches("rel=\"related\"").count(), 31, "programs get all of them");
    assert_eq!(json.matches("\"name\":\"Outlet ").count(), 31);
}

#[test]
fn the_pace_of_a_topic_is_round_and_bounded() {
    for (hours, ttl) in [(1, "60"), (3, "120"), (100, "240")] {
        let items = (1..=10).rev().map(|n| item(n * hours)).collect();
        assert_eq!(texts(&documents(&feed(items))[0], "ttl"), [ttl]);
    }
    let at_once = (1..=10).map(|n| OutputItem { placed_at: at(0), ..item(n) }).collect();
    assert_eq!(texts(&documents(&feed(at_once))[0], "ttl"), ["15"]);
}

#[test]
fn dates_beyond_what_feeds_can_write_do_not_panic() {
    let mut odd = item(1);
    odd.published = DateTime::<chrono::Utc>::MIN_UTC;
    odd.updated = DateTime::<chrono::Utc>::MAX_UTC;
    for document in documents(&feed(vec![odd])) {
        reread(&document);
    }
}

#[test]
fn a_hundred_items_in_every_script_come_back_one_by_one() {
    let titles = [
        "Министр & «Роскосмос»",
        "북한·러시아 <정상회담>",
        "平壌とモスクワ：「首脳会談」",
        "朝鲜与俄罗斯签署协议",
        "كوريا الشمالية وروسيا",
        "צפון קוריאה ורוסיה",
        "เกาหลีเหนือและรัสเซีย",
        "Kim tiba di \"Moskow\"",
        "उत्तर कोरिया और रूस",
        "Nordkorea's Kim\nin Moskau",
    ];
    let items: Vec<_> = (0..100)
        .rev()
        .map(|n| OutputItem {
            title: format!("{} {n}", titles[usize::try_from(n).unwrap() % 10]),
            ..item(n)
        })
        .collect();
    let feed = feed(items);
    let [rss, atom, json] = documents(&feed);
    let expected: Vec<_> = feed.items.iter().map(|i| i.title.replace('\n', " ")).collect();
    for document in [rss, atom, json] {
        let read = reread(&document);
        let titles: Vec<_> =
            read.entries.iter().map(|e| e.title.clone().unwrap().content).collect();
        assert_eq!(titles, expected);
    }
}

proptest! {
    #[test]
    fn whatever_feeds_say_is_well_formed_and_comes_back(
        title in any::<String>(),
        words in any::<String>(),
        name in any::<String>(),
        language in "[a-zA-Z_-]{0,6}",
    ) {
        let mut any = item(1);
        any.title.clone_from(&title);
        any.summary = html(&words);
        any.content = Some(html(&words));
        any.text.clone_from(&words);
        any.authors = vec![name.clone()];
        any.categories = vec![words.clone()];
        any.language = Some(language);
        any.others = vec![Outlet { name: name.clone(), title: title.clone(), ..outlet("", "o.example", "ru") }];
        any.reasons[0].term.clone_from(&name);
        let [rss, atom, json] = documents(&feed(vec![any]));
        let clean = text::squash(&text::clean(&title)).into_owned();
        for xml in [&rss, &atom] {
            let shown = texts(xml, "title").swap_remove(1);
            prop_assert!(!shown.is_empty());
            prop_assert!(clean.is_empty() || shown == clean, "{shown:?} is not {clean:?}");
            prop_assert_eq!(reread(xml).entries.len(), 1);
        }
        let html = text::clean(&words).into_owned();
        if !html.trim().is_empty() {
            prop_assert!(texts(&rss, "content:encoded")[0].starts_with(&html));
            prop_assert!(texts(&atom, "content")[0].starts_with(&html));
        }
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert!(clean.is_empty() || json["items"][0]["title"] == clean.as_str());
    }
}
