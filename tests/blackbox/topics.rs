//! From many feeds to the right items of a topic.

use crate::pyongyang;
use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use std::collections::{BTreeMap, BTreeSet};

/// Id, title and link of every item of a feed, read as a feed reader would.
pub(crate) fn read_back(body: &[u8]) -> Vec<[String; 3]> {
    let feed = feed_rs::parser::parse(body).expect("a feed that feed-rs reads");
    let item = |entry: feed_rs::model::Entry| {
        let title = entry.title.map(|title| title.content).unwrap_or_default();
        let link = entry.links.first().map(|link| link.href.clone()).unwrap_or_default();
        [entry.id, title, link]
    };
    feed.entries.into_iter().map(item).collect()
}

/// The links of each group of copies that belongs to the topic, as their publishers wrote them.
fn expected(origin: &Origin) -> BTreeMap<String, BTreeSet<String>> {
    let mut groups: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for outlet in pyongyang::outlets() {
        for (entry, group) in outlet.feed.entries.iter().zip(&outlet.groups) {
            let is_relative = entry.link.starts_with('/');
            let link = if is_relative { origin.url(&entry.link) } else { entry.link.clone() };
            if let Some(group) = group {
                groups.entry(group.clone()).or_default().insert(link);
            }
        }
    }
    groups
}

/// The address without what publishers add to it, well enough for the links of these tests.
fn bare(link: &str) -> String {
    let (page, _) =
        link.split_once("utm_").or_else(|| link.split_once("fbclid")).unwrap_or((link, ""));
    page.trim_end_matches('?').to_lowercase().replace(":443", "")
}

fn assert_right_links(daemon: &Daemon, groups: &BTreeMap<String, BTreeSet<String>>) {
    let found: Vec<String> = daemon
        .items("korea-russia")
        .iter()
        .map(|item| bare(item["url"].as_str().expect("a link")))
        .collect();
    for (group, links) in groups {
        let links: BTreeSet<String> = links.iter().map(|link| bare(link)).collect();
        let count = found.iter().filter(|link| links.contains(*link)).count();
        assert_eq!(count, 1, "the group {group} of {links:?} stands {count} times in {found:#?}");
    }
    assert_eq!(found.len(), groups.len(), "something does not belong: {found:#?}");
}

#[test]
fn fourteen_newspapers_in_eleven_languages_end_in_a_right_korea_russia_feed_in_all_formats() {
    let origin = Origin::start();
    let config = pyongyang::serve(&origin);
    let home = Home::new(&config.topic("korea-russia", pyongyang::RULE, "collapse = \"copy\""));
    home.ok(&["poll", "--all"]);
    let daemon = home.start();
    let groups = expected(&origin);
    daemon.wait_for_items("korea-russia", groups.len());
    // What the commands left is served until the daemon has rendered who joined a story since.
    let feeds = wait::until("all who tell a story are named", || {
        let feeds =
            ["rss", "atom", "json"].map(|format| daemon.get(&format!("/korea-russia.{format}")));
        let named = |other: &str| feeds.iter().all(|reply| reply.text().contains(other));
        ["World Digest", "Coast Telegraph", "Harbour Post"].into_iter().all(named).then_some(feeds)
    });
    assert_right_links(&daemon, &groups);
    let [rss, atom, json] = feeds.each_ref().map(|reply| read_back(&reply.body));
    assert_eq!(rss, atom, "RSS and Atom differ");
    assert_eq!(rss, json, "RSS and JSON Feed differ");

    for reply in &feeds {
        let text = reply.text();
        for outlet in
            ["한강신보", "Невская хроника", "隅田新報", "长江晚报", "صحيفة النهر", "La Lagune"]
        {
            assert!(text.contains(outlet), "{outlet} is not named as a source in {text}");
        }
    }
}

#[test]
fn every_title_arrives_as_it_was_printed_whatever_its_encoding() {
    let origin = Origin::start();
    let config = pyongyang::serve(&origin).topic("everything", "/./", "collapse = \"off\"");
    let home = Home::new(&config);
    home.ok(&["poll", "--all"]);
    let printed: Vec<Entry> =
        pyongyang::outlets().into_iter().flat_map(|outlet| outlet.feed.entries).collect();
    let items = home.start().wait_for_items("everything", printed.len());
    let mut published: Vec<&str> =
        items.iter().map(|item| item["title"].as_str().expect("a title")).collect();
    let mut printed: Vec<&str> = printed.iter().map(|entry| entry.title.trim()).collect();
    published.sort_unstable();
    printed.sort_unstable();
    assert_eq!(published, printed);
}

#[test]
fn a_topic_added_to_the_config_begins_with_what_is_stored() {
    let origin = Origin::start();
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 30)).page());
    let config = Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", "");
    let home = Home::new(&config);
    home.ok(&["poll", "--all"]);

    home.configure(&config.topic("seventh", "title:/7$/", "").topic(
        "newest",
        "river",
        "items = 4",
    ));
    let daemon = home.start();
    assert_eq!(daemon.wait_for_items("all", 30).len(), 30);
    let sevens = daemon.wait_for_items("seventh", 3);
    let newest = daemon.wait_for_items("newest", 4);
    let title = |item: &serde_json::Value| item["title"].as_str().expect("a title").to_owned();
    let titles: BTreeSet<String> = sevens.iter().map(title).collect();
    assert_eq!(
        titles,
        ["river report number 7", "river report number 17", "river report number 27"]
            .map(str::to_owned)
            .into()
    );
    let titles: Vec<String> = newest.iter().map(title).collect();
    assert_eq!(titles, [29, 28, 27, 26].map(|n| format!("river report number {n}")));
}

#[test]
fn a_first_poll_brings_the_newest_first_poll_entries_and_never_the_others() {
    let origin = Origin::start();
    let mut entries = feeds::series("river", 21);
    let newest = entries.remove(0);
    origin.serve("/feed", Feed::rss("Rivers", entries.clone()).page());
    let config = Config::new()
        .polling("every = \"6h\"\nfirst_poll = 5")
        .source("rivers", &origin.url("/feed"), "")
        .topic("all", "river", "");
    let home = Home::new(&config);
    let daemon = home.start();
    let titles = |items: &[serde_json::Value]| -> Vec<String> {
        items.iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
    };
    let first = titles(&daemon.wait_for_items("all", 5));
    assert_eq!(first, [19, 18, 17, 16, 15].map(|n| format!("river report number {n}")));

    entries.insert(0, newest);
    origin.serve("/feed", Feed::rss("Rivers", entries).page());
    home.ok(&["poll", "--all"]);
    let then = titles(&daemon.wait_for_items("all", 6));
    assert_eq!(then[0], "river report number 20");
    assert_eq!(then[1..], first);
}
