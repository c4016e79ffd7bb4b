//! The promise to subscribers: what appeared once never appears again under another id.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::{Answer, Origin};
use crate::support::wait;
use crate::support::wire::Reply;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const TOPICS: [&str; 3] = ["river", "lake", "shore"];

/// Three topics of 100 items each from two sources of 120 entries.
fn three_topics(origin: &Origin) -> Home {
    for word in ["river", "lake"] {
        let page = Feed::rss(word, feeds::series(word, 120)).page();
        origin.serve(&format!("/{word}"), page);
    }
    let config = Config::new()
        .polling("every = \"6h\"\nfirst_poll = 1000")
        .source("rivers", &origin.url("/river"), "")
        .source("lakes", &origin.url("/lake"), "")
        .topic("river", "river", "collapse = \"copy\"")
        .topic("lake", "lake", "collapse = \"off\"")
        .topic("shore", "title:river or title:lake", "");
    Home::new(&config)
}

/// Every rendition of every topic, once all of them are there.
fn renditions(daemon: &Daemon) -> Vec<(String, Reply)> {
    for topic in TOPICS {
        daemon.wait_for_items(topic, 100);
    }
    let addresses =
        TOPICS.iter().flat_map(|topic| ["rss", "atom", "json"].map(|f| format!("/{topic}.{f}")));
    addresses
        .map(|address| {
            let mut reply = daemon.get(&address);
            assert_eq!(reply.status, 200, "{address}");
            reply.headers.retain(|(name, _)| name != "date");
            (address, reply)
        })
        .collect()
}

#[track_caller]
fn assert_same(before: &[(String, Reply)], after: &[(String, Reply)], what: &str) {
    for ((address, before), (_, after)) in before.iter().zip(after) {
        assert_eq!(before.headers, after.headers, "the headers of {address} changed by {what}");
        assert_eq!(before.text(), after.text(), "the body of {address} changed by {what}");
    }
}

#[test]
fn restarts_repolls_and_kills_change_no_byte_of_an_output() {
    let origin = Origin::start();
    let home = three_topics(&origin);
    home.ok(&["poll", "--all"]);
    let daemon = home.start();
    let first = renditions(&daemon);

    home.ok(&["poll", "--all"]);
    assert_same(&first, &renditions(&daemon), "a second poll");
    assert!(daemon.terminate().0.success());
    let daemon = home.start();
    assert_same(&first, &renditions(&daemon), "a restart");
    daemon.kill();
    home.ok(&["poll", "--all"]);
    let daemon = home.start();
    assert_same(&first, &renditions(&daemon), "a kill");

    for word in ["river", "lake"] {
        let mut page = Feed::rss(word, feeds::series(word, 120)).page();
        page.body.extend_from_slice(b"<!-- served in 3 ms -->\n");
        origin.serve(&format!("/{word}"), page);
    }
    home.ok(&["poll", "--all"]);
    assert_same(&first, &renditions(&daemon), "a document with other bytes and the same entries");
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

/// Serves `entries` with one more of number `n`, polls, and gives the items, which must be one more.
fn poll_with_one_more(
    origin: &Origin,
    home: &Home,
    daemon: &Daemon,
    entries: &[Entry],
    n: usize,
) -> Vec<Value> {
    let fresh = Entry::new(
        &format!("Bulletin {n}"),
        "Of the harbour.",
        &format!("https://bulletin.example/{n}"),
    );
    let mut entries = entries.to_vec();
    entries.insert(0, fresh.guid(&format!("bulletin-{n}")));
    origin.serve("/feed", Feed::rss("Rivers", entries).page());
    home.ok(&["poll", "--all"]);
    daemon.wait_for_items("all", 12 + n)
}

/// What a publisher does to each of its entries.
type Change = fn(&mut Entry);

#[test]
fn an_entry_is_never_there_twice_whatever_its_publisher_changes() {
    let origin = Origin::start();
    let entries = feeds::series("river", 12);
    origin.serve("/feed", Feed::rss("Rivers", entries.clone()).page());
    let config = Config::new().source("rivers", &origin.url("/feed"), "").topic(
        "all",
        "river or bulletin",
        "",
    );
    let home = Home::new(&config);
    let daemon = home.start();
    let first = daemon.wait_for_items("all", 12);

    let changed = |change: Change| {
        let mut entries = entries.clone();
        entries.iter_mut().for_each(change);
        entries
    };
    let steps: [(&str, Change); 5] = [
        ("the guids changed", |e| {
            e.guid = Some(format!("https://cms.example/?p={}", e.link.len()) + &e.title);
        }),
        ("https became http", |e| e.link = e.link.replace("https://", "http://")),
        ("the guids went away", |e| e.guid = None),
        ("tracking parameters came", |e| e.link += "?utm_source=feed&utm_campaign=june"),
        ("they came back as they were", |_| ()),
    ];
    for (n, (what, change)) in (1..).zip(steps) {
        let items = poll_with_one_more(&origin, &home, &daemon, &changed(change), n);
        assert!(ids(&items).ends_with(&ids(&first)), "after {what}: {items:#?}");
    }
    assert_eq!(home.source_status("rivers")["entries"], 12 + steps.len());
}

#[test]
fn guids_that_are_new_at_every_request_bring_nothing_twice() {
    let origin = Origin::start();
    let asked = AtomicUsize::new(0);
    let page = move || {
        let n = asked.fetch_add(1, Ordering::Relaxed);
        let mut entries = feeds::series("river", 6);
        for entry in &mut entries {
            entry.guid = Some(format!("{}#{n}", entry.link));
        }
        Feed::rss("Rivers", entries).page()
    };
    origin.serve("/feed", Answer::Made(Arc::new(page)));
    let config = Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", "");
    let home = Home::new(&config);
    for _ in 0..4 {
        home.ok(&["poll", "--all"]);
    }
    assert_eq!(origin.count(), 4);
    let rivers = home.source_status("rivers");
    assert_eq!((&rivers["entries"], &rivers["last"]["new"]), (&6.into(), &0.into()), "{rivers}");
}

#[test]
fn a_corrected_entry_keeps_its_id_and_its_place() {
    let origin = Origin::start();
    let mut entries = feeds::series("river", 5);
    origin.serve("/feed", Feed::rss("Rivers", entries.clone()).page());
    let config = Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", "");
    let home = Home::new(&config);
    let daemon = home.start();
    let before = daemon.wait_for_items("all", 5);

    "river report, corrected".clone_into(&mut entries[2].title);
    origin.serve("/feed", Feed::rss("Rivers", entries).page());
    home.ok(&["poll", "--all"]);
    let after = wait::until("the correction is published", || {
        let items = daemon.items("all");
        (items[2]["title"] == "river report, corrected").then_some(items)
    });
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(before[2]["date_published"], after[2]["date_published"]);
    assert_ne!(before[2].get("date_modified"), after[2].get("date_modified"));
    assert_eq!(before[3], after[3]);
}
