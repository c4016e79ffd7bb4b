//! Known items cost nothing and change nothing; no input panics.

use super::*;
use crate::model::WindowSlot;
use proptest::prelude::*;

/// The window that is kept after a document was read.
fn window(feed: &ReadFeed) -> Window {
    let slot = |entry: &DocumentEntry| match entry {
        DocumentEntry::Known(slot) => Some(*slot),
        DocumentEntry::Read { fingerprint, entry } => {
            Some(WindowSlot { fingerprint: (*fingerprint)?, key: entry.keys[0] })
        }
    };
    Window { slots: feed.entries.iter().filter_map(slot).collect() }
}

/// Reads `second` with the window of `first`, and checks that this gives what reading it whole does.
fn check_both_ways(first: &[u8], second: &[u8]) {
    let first = read_whole(first);
    let before = first.as_ref().map(window).unwrap_or_default();
    let orders = first.map(|feed| feed.date_orders).unwrap_or_default();
    let whole = read_after(second, &Window::default(), orders);
    let (cut, whole) = match (read_after(second, &before, orders), whole) {
        (Ok(cut), Ok(whole)) => (cut, whole),
        (cut, whole) => return assert_eq!(cut, whole),
    };
    assert_eq!(cut.date_orders, whole.date_orders);
    assert_eq!(window(&cut).slots, window(&whole).slots);
    assert_eq!(
        (&cut.title, &cut.language, &cut.site),
        (&whole.title, &whole.language, &whole.site)
    );
    for (cut, whole) in cut.entries.iter().zip(&whole.entries) {
        match (cut, whole) {
            (DocumentEntry::Known(slot), DocumentEntry::Read { entry, .. }) => {
                assert_eq!(slot.key, entry.keys[0]);
            }
            (cut, whole) => assert_eq!(cut, whole),
        }
    }
}

fn known(feed: &ReadFeed) -> usize {
    feed.entries.iter().filter(|entry| matches!(entry, DocumentEntry::Known(_))).count()
}

fn rss(head: &str, items: &[String]) -> Vec<u8> {
    format!("<rss version='2.0'><channel><title>t</title>{head}{}</channel></rss>", items.concat())
        .into_bytes()
}

fn item(number: u32) -> String {
    format!(
        "<item><guid>{number}</guid><title>뉴스 {number}</title><description>본문 {number}</description></item>"
    )
}

#[test]
fn items_of_the_last_document_are_known() {
    let first = rss("<language>ko</language>", &[item(1), item(2)]);
    let second = rss(
        "<language>ko</language><lastBuildDate>x</lastBuildDate>",
        &[item(3), item(1).replace("본문", "고친"), item(2)],
    );
    let feed = read_with(&second, &window(&read_whole(&first).unwrap())).unwrap();
    assert_eq!((feed.title.as_deref(), known(&feed)), (Some("t"), 1));
    assert_eq!(
        entries(&feed).iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>(),
        ["뉴스 3", "뉴스 1"]
    );
    check_both_ways(&first, &second);
}

#[test]
fn what_items_inherit_is_part_of_them() {
    let first = rss("<language>ko</language>", &[item(1)]);
    let before = window(&read_whole(&first).unwrap());
    assert_eq!(known(&read_with(&first, &before).unwrap()), 1);
    assert_eq!(known(&read_with(&rss("<language>en</language>", &[item(1)]), &before).unwrap()), 0);
    let based =
        String::from_utf8(first.clone()).unwrap().replace("<channel>", "<channel xml:base='/x/'>");
    assert_eq!(known(&read_with(based.as_bytes(), &before).unwrap()), 0);
    let source = Source { language: Some("id".to_owned()), ..source() };
    let document = document(&first, None);
    let context = ReadContext {
        document: &document,
        window: &before,
        date_orders: DateOrders::default(),
        source: &source,
        now: now(),
    };
    assert_eq!(known(&read(&context).unwrap()), 0);
}

#[test]
fn json_items_are_known_too() {
    let first = br#"{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"a"},{"id":"2"}]}"#;
    let before = window(&read_whole(first).unwrap());
    let second = br#"{"version":"https://jsonfeed.org/version/1","items":[{"id":"3"},{"id":"1","title":"a"}]}"#;
    assert_eq!(known(&read_with(second, &before).unwrap()), 1);
    check_both_ways(first, second);
}

#[test]
fn broken_documents_have_known_items_as_well() {
    let broken = |items: &str| {
        format!("<rss version='2.0'><channel><title>AT&T</title>{items}").into_bytes()
    };
    let first = broken(&format!("{}{}", item(1), item(2)));
    let second = broken(&format!("{}{}{}", item(3), item(1), item(2)));
    let feed = read_with(&second, &window(&read_whole(&first).unwrap())).unwrap();
    assert_eq!(known(&feed), 2);
}

#[test]
fn other_peoples_feeds_are_the_same_both_ways() {
    let Some(corpora) = corpora() else { return };
    let paths = std::fs::read_to_string(corpora.join("reference.jsonl")).unwrap();
    let mut last = Vec::new();
    for line in paths.lines() {
        let reference: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = reference["path"].as_str().unwrap();
        let body = std::fs::read(corpora.join(path)).unwrap();
        check_both_ways(&body[..body.len() / 2], &body);
        if path.starts_with("real/") {
            check_both_ways(&body, &body[..body.len() / 3 * 2]);
        } else {
            // The small ones are versions of each other.
            check_both_ways(&last, &body);
        }
        last = body;
    }
}

fn dated(number: u32, date: &str) -> String {
    format!(
        "<item><guid>{number}</guid><title>뉴스 {number}</title><pubDate>{date}</pubDate></item>"
    )
}

fn days(feed: &ReadFeed) -> Vec<(String, bool)> {
    let day =
        |entry: &&Entry| (entry.published.unwrap().format("%m-%d").to_string(), entry.date_guessed);
    entries(feed).iter().map(day).collect()
}

#[test]
fn one_date_tells_the_order_of_all() {
    let first = rss("", &[dated(1, "07/02/2025"), dated(2, "03/04/2025")]);
    let before = read_whole(&first).unwrap();
    assert_eq!(days(&before), [("02-07".to_owned(), true), ("04-03".to_owned(), true)]);

    let second = rss("", &[dated(3, "02/13/2025"), dated(1, "07/02/2025")]);
    let after = read_after(&second, &window(&before), before.date_orders).unwrap();
    assert_eq!(days(&after), [("02-13".to_owned(), false), ("07-02".to_owned(), false)]);
    assert_eq!(after.repairs, []);

    // What was told once holds for documents that do not tell it.
    let third = rss("", &[dated(4, "03/04/2025"), dated(1, "07/02/2025")]);
    let later = read_after(&third, &window(&after), after.date_orders).unwrap();
    assert_eq!((days(&later), known(&later)), (vec![("03-04".to_owned(), false)], 1));
}

/// Feeds to be mutated: one of each syntax, with a bit of everything.
const SEEDS: [&str; 3] = [
    "<?xml version='1.0'?><rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><title>ㄱ</title><item><title><![CDATA[a & b]]></title><link>https://a.example/?a=1&amp;b=2</link><author>é@joe@example.org（é）</author><pubDate>Fri, 07 Feb 2025 14:05:09 +0900</pubDate><media:content url='x' duration='9'><media:title>x</media:title></media:content></item></channel></rss>",
    "<feed xmlns='http://www.w3.org/2005/Atom'><title type='html'>&lt;b&gt;</title><entry xml:base='http://[x'><content type='xhtml'><div>한 <br/></div></content><updated>2025-02-07</updated></entry></feed>",
    "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":1,\"url\":\"/é\",\"content_html\":\"<p>\",\"authors\":[{\"name\":\"x\"}]}]}",
];

proptest! {
    #[test]
    fn successive_versions_are_read_alike_with_and_without_a_window(
        first in prop::collection::vec((0u32..8, 0u8..7), 0..8),
        second in prop::collection::vec((0u32..8, 0u8..7), 0..8),
        same_head in any::<bool>(),
    ) {
        let version = |numbers: &[(u32, u8)], head: &str| {
            let edited = |(number, edit): &(u32, u8)| match edit {
                0 => item(*number),
                1 => item(*number).replace("본문", "고친 본문 &nbsp; & "),
                2 => item(*number).replace("</title>", "</title><media:title/>"),
                3 => dated(*number, "03/04/2025"),
                4 => dated(*number, "13/02/2025"),
                5 => dated(*number, "02/13/2025"),
                _ => format!("{}\n<!-- {number} -->", item(*number)),
            };
            rss(head, &numbers.iter().map(edited).collect::<Vec<_>>())
        };
        let head = if same_head { "<language>ko</language>" } else { "<language>ru</language>" };
        check_both_ways(&version(&first, "<language>ko</language>"), &version(&second, head));
    }

    #[test]
    fn no_document_panics(
        seed in 0usize..3,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 0..12),
    ) {
        let mut body = SEEDS[seed].as_bytes().to_vec();
        for (at, byte, kind) in edits {
            if body.is_empty() {
                break;
            }
            let at = at.index(body.len());
            match kind {
                0 => body[at] = byte,
                1 => { body.remove(at); }
                2 => body.insert(at, b"<>&;\"'/]"[usize::from(byte % 8)]),
                _ => body.truncate(at + usize::from(byte)),
            }
        }
        let _ = read_whole(&body);
    }
}
