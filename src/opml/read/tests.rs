//! Lists in the manner of the programs that people leave.

use super::*;

fn list(text: &str) -> Opml {
    read(text.as_bytes()).unwrap()
}

/// Address, title and tags of each feed.
fn feeds(text: &str) -> Vec<(String, Option<String>, String)> {
    let subscriptions = list(text).subscriptions;
    subscriptions.into_iter().map(|s| (s.feed, s.title, s.tags.join(" | "))).collect()
}

fn feed(address: &str, title: &str, tags: &str) -> (String, Option<String>, String) {
    let title = (!title.is_empty()).then(|| title.to_owned());
    (address.to_owned(), title, tags.to_owned())
}

#[test]
fn nested_folders_are_tags_from_the_outermost() {
    let text = r#"<?xml version="1.0" encoding="UTF-8"?>
        <opml version="2.0"><head><title>Subscriptions</title></head><body>
        <outline text="아시아" title="아시아">
          <outline text="Korea">
            <outline type="rss" text="연합뉴스" xmlUrl="https://yna.example/rss.xml" htmlUrl="https://yna.example/" language="ko"/>
          </outline>
          <outline type="rss" text="Antara" xmlUrl="https://antara.example/feed"></outline>
        </outline>
        <outline type="rss" text="ТАСС" xmlUrl="https://tass.example/rss"/>
        </body></opml>"#;
    assert_eq!(
        feeds(text),
        [
            feed("https://yna.example/rss.xml", "연합뉴스", "아시아 | Korea"),
            feed("https://antara.example/feed", "Antara", "아시아"),
            feed("https://tass.example/rss", "ТАСС", ""),
        ]
    );
    let first = &list(text).subscriptions[0];
    assert_eq!(
        (first.site.as_deref(), first.language.as_deref()),
        (Some("https://yna.example/"), Some("ko"))
    );
    assert_eq!(list(text).defects, Vec::<String>::new());
}

#[test]
fn names_of_attributes_count_in_any_case_and_most_may_be_missing() {
    let text = "<OPML><body>
        <outline XMLURL='https://a.example/1'>
        <OUTLINE xmlurl=https://a.example/2 TITLE='Zwei'/>
        <outline type=rss url='https://a.example/3' text='Drei' />
        <outline text='https://a.example/4' xmlUrl='https://a.example/4'/>
        </body></OPML>";
    assert_eq!(
        feeds(text),
        [
            feed("https://a.example/1", "", ""),
            feed("https://a.example/2", "Zwei", ""),
            feed("https://a.example/3", "Drei", ""),
            feed("https://a.example/4", "", ""),
        ]
    );
    let bare = "<outline text='Без головы' xmlUrl='https://a.example/5'/>";
    assert_eq!(feeds(bare), [feed("https://a.example/5", "Без головы", "")]);
}

#[test]
fn references_of_html_and_bare_ampersands_are_read_as_people_meant_them() {
    let text = "<opml><body><outline text='Caf&eacute;&nbsp;&amp;&nbsp;News & more &#8212; &hellip;' \
        xmlUrl='https://a.example/f?a=1&amp;b=2&c=3&copy=4'/></body></opml>";
    assert_eq!(
        feeds(text),
        [feed("https://a.example/f?a=1&b=2&c=3&copy=4", "Café & News & more — …", "")]
    );
}

#[test]
fn categories_are_tags_and_their_paths_one_for_each_step() {
    let text = "<opml><body><outline text='News'><outline xmlUrl='https://a.example/' text='a' \
        category='agency,/Asia/Korea, News'/></outline></body></opml>";
    assert_eq!(feeds(text), [feed("https://a.example/", "a", "News | agency | Asia | Korea")]);
}

#[test]
fn a_list_that_is_cut_off_keeps_what_arrived_whole() {
    let text = "<opml version='1.0'><body><outline text='Tech'><outline text='a' xmlUrl='https://a.example/'/>\
        <outline text='b' xmlUrl='https://b.exam";
    assert_eq!(feeds(text), [feed("https://a.example/", "a", "Tech")]);
    assert_eq!(list(text).defects, ["it has no end: what came after may be lost"]);
}

#[test]
fn feeds_that_nobody_closed_are_no_folders() {
    let text = "<opml><body><outline text='F'><outline text='a' xmlUrl='https://a.example/'>\
        <outline text='b' xmlUrl='https://b.example/'></outline></outline></outline></body></opml>";
    assert_eq!(feeds(text)[1], feed("https://b.example/", "b", "F"));
}

#[test]
fn what_is_no_feed_is_told() {
    let text = "<opml><body>
        <outline text='Old' isComment='true'><outline text='gone' xmlUrl='https://gone.example/'/></outline>
        <outline text='Kept' xmlUrl='https://kept.example/'/>
        <outline type='include' text='More' url='https://a.example/more.opml'/>
        <outline type='link' text='A page' url='https://a.example/'/>
        <outline type='rss' text='Nothing' xmlUrl=''/>
        <outline text='Empty folder'></outline></body></opml>";
    let list = list(text);
    let told: Vec<_> = list.passed_over.iter().map(|p| (p.title.as_str(), p.reason)).collect();
    assert_eq!(
        told,
        [
            ("gone", "it is commented out"),
            ("More", "it stands for another list"),
            ("A page", "it is a link, not a feed"),
            ("Nothing", "it has no address of a feed"),
        ]
    );
    assert_eq!(list.subscriptions.len(), 1);
}

#[test]
fn bytes_that_are_no_text_cost_only_themselves() {
    let bytes = b"<opml><body><outline text='Caf\xe9' xmlUrl='https://a.example/'/></body></opml>";
    let list = read(bytes).unwrap();
    assert_eq!(list.subscriptions[0].title.as_deref(), Some("Caf\u{fffd}"));
    assert_eq!(list.defects, ["bytes that are no text ×1"]);
}

#[test]
fn other_documents_are_named() {
    let said = |text: &str| read(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(said("  \n"), "an empty file, not an OPML list");
    assert_eq!(said("<!DOCTYPE html><html><body>hi"), "an HTML page, not an OPML list");
    assert_eq!(
        said("<?xml version='1.0'?><rss><channel/></rss>"),
        "a feed (`muara add` takes its address), not an OPML list"
    );
    assert_eq!(said("https://a.example/\n"), "a text without elements, not an OPML list");
    assert_eq!(read(b"<opml/>").unwrap().subscriptions, []);
}

#[test]
fn depth_costs_nothing() {
    let text = "<outline text='x'>".repeat(10_000) + "<outline xmlUrl='https://a.example/'/>";
    assert_eq!(feeds(&text), [feed("https://a.example/", "", "x")]);
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_fail(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let mut list = b"<opml><outline xmlUrl='".to_vec();
        list.extend(&bytes);
        assert!(read(&list).is_ok());
        drop(read(&bytes));
    }
}
