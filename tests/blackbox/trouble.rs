//! What goes wrong around a daemon must not become a loss, a double, a hang or a leak.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::{Answer, Origin, Page};
use crate::support::wait;
use std::time::Duration;

#[expect(clippy::disallowed_methods, reason = "ages are reckoned from the daemon's own clock")]
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

fn note(n: u8, link: &str, guid: Option<&str>) -> Entry {
    let entry = Entry::new(&format!("River note {n}"), &format!("What happened on day {n}"), link);
    Entry {
        guid: guid.map(ToOwned::to_owned),
        published: format!("2024-06-{n:02}T09:00:00Z"),
        ..entry
    }
}

#[test]
fn a_feed_whose_entries_all_link_to_its_home_page_loses_none_of_them() {
    for guid in [None, Some("https://example.org/news")] {
        let origin = Origin::start();
        let home = Home::new(&Config::new().source("notes", &origin.url("/feed"), "").topic(
            "all",
            "river",
            "collapse = \"off\"",
        ));
        let serve = |days: std::ops::Range<u8>| {
            let entries = days.rev().map(|n| note(n, "https://example.org/news", guid)).collect();
            origin.serve("/feed", Feed::rss("Notes", entries).page());
            home.ok(&["poll", "--all"]);
        };
        serve(1..4);
        assert_eq!(home.source_status("notes")["entries"], 3, "guid {guid:?}");
        serve(2..5);
        serve(4..6);
        assert_eq!(home.source_status("notes")["entries"], 5, "guid {guid:?}");
        let daemon = home.start();
        daemon.wait_for_items("all", 5);
    }
}

#[test]
fn a_source_that_gets_another_id_brings_nothing_twice() {
    let origin = Origin::start();
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 5)).page());
    let config = |id: &str| {
        Config::new().source(id, &origin.url("/feed"), "").topic(
            "all",
            "river",
            "collapse = \"off\"",
        )
    };
    let home = Home::new(&config("old-name"));
    home.ok(&["poll", "--all"]);
    home.configure(&config("new-name"));
    home.ok(&["poll", "--all"]);
    let status = home.source_status("new-name");
    assert_eq!(
        (&status["entries"], &status["last"]["outcome"]),
        (&5.into(), &"not-modified".into())
    );
    let daemon = home.start();
    assert_eq!(daemon.wait_for_items("all", 5).len(), 5);
}

#[test]
fn a_copy_that_is_revised_stays_a_copy() {
    let origin = Origin::start();
    let link = "https://river.example/1";
    let text = "The ferry across the river goes again after three weeks of high water.";
    let serve = |path: &str, title: &str| {
        let entry = Entry::new(title, text, link).guid(path);
        origin.serve(path, Feed::rss(path, vec![entry]).page());
    };
    serve("/a", "River ferry goes again");
    serve("/b", "River ferry goes again");
    let home = Home::new(
        &Config::new()
            .source("a", &origin.url("/a"), "")
            .source("b", &origin.url("/b"), "")
            .topic("all", "river", ""),
    );
    home.ok(&["poll", "a"]);
    home.ok(&["poll", "b"]);
    serve("/b", "River ferry goes again, at last");
    home.ok(&["poll", "b"]);
    let story = &home.json_lines(&["stories", "--json"])[0];
    let relations: Vec<_> = story["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| entry["relation"].as_str().expect("a relation").to_owned())
        .collect();
    assert_eq!(relations, ["opens", "copy"], "{story}");
    assert!(story["entries"][1]["of"].is_number(), "{story}");
}

#[test]
fn an_entry_that_a_revision_brings_into_a_topic_has_the_id_that_its_link_gives() {
    let ids = ["first", "second"].map(|way| {
        let origin = Origin::start();
        let serve = |title: &str| {
            let entry = Entry::new(title, "Three weeks of high water", "https://river.example/1");
            origin.serve("/feed", Feed::rss("Rivers", vec![entry.guid("1")]).page());
        };
        let home = Home::new(
            &Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "ferry", ""),
        );
        if way == "second" {
            serve("News of the day");
            home.ok(&["poll", "--all"]);
        }
        serve("The ferry goes again");
        home.ok(&["poll", "--all"]);
        let daemon = home.start();
        daemon.wait_for_items("all", 1)[0]["id"].clone()
    });
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn what_is_older_than_max_age_is_not_taken_by_later_polls_either() {
    let origin = Origin::start();
    let now = now();
    let aged = |days: i64| {
        let link = format!("https://river.example/{days}");
        let entry = Entry::new(&format!("River note {days}"), "text of some length", &link);
        Entry { published: (now - chrono::Duration::days(days)).to_rfc3339(), ..entry }
    };
    let home = Home::new(
        &Config::new()
            .polling("every = \"6h\"\nmax_age = \"30d\"")
            .source("rivers", &origin.url("/feed"), "")
            .topic("all", "river", ""),
    );
    for (days, entries) in [(vec![1, 400], 1), (vec![0, 1, 300, 400, 500], 2), (vec![0, 300], 2)] {
        let feed = days.into_iter().map(aged).collect();
        origin.serve("/feed", Feed::rss("Rivers", feed).page());
        home.ok(&["poll", "--all"]);
        assert_eq!(home.source_status("rivers")["entries"], entries);
    }
}

#[test]
fn a_schedule_polls_once_each_time() {
    let origin = Origin::start();
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 2)).page());
    let home = Home::new(
        &Config::new()
            .source("rivers", &origin.url("/feed"), "schedule = \"*/4 * * * * *\"")
            .topic("all", "river", ""),
    );
    home.ok(&["poll", "--all"]);
    let daemon = home.start();
    wait::until_true("a first scheduled poll", || origin.count() > 1);
    let before = origin.count();
    wait::until_true("a second", || origin.count() > before);
    wait::pause(Duration::from_millis(2500));
    assert_eq!(origin.count(), before + 1, "more than one poll for one time of the schedule");
    drop(daemon);
}

#[test]
fn a_crowded_domain_is_waited_for_without_spinning() {
    let origin = Origin::start();
    let config = (0..20).fold(Config::new().polite().topic("all", "river", ""), |config, n| {
        let path = format!("/hang{n}");
        origin.serve(&path, Answer::Hang);
        config.source(&format!("h{n}"), &origin.url(&path), "")
    });
    let home = Home::new(&config);
    let daemon = home.start();
    wait::until_true("two of them hang", || origin.in_flight() == 2);
    let units = || {
        let metrics = daemon.get("/metrics");
        let line = metrics.text().lines().find(|line| line.starts_with("muara_store_units_total"));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).expect("a number")
    };
    wait::until_true("a first measurement", || units() > 0.0);
    let before = units();
    wait::until_true("a second measurement", || units() > before);
    assert!(units() - before < 40.0, "the store was asked {} times", units() - before);
    assert!(origin.most_in_flight() <= 2);
}

#[test]
fn the_metrics_say_how_the_sources_fare() {
    let origin = Origin::start();
    origin.serve("/good", Feed::rss("Rivers", feeds::series("river", 3)).page());
    origin.serve("/bad", Answer::status(500, &[]));
    let home = Home::new(
        &Config::new()
            .source("good", &origin.url("/good"), "")
            .source("bad", &origin.url("/bad"), "")
            .topic("all", "river", ""),
    );
    home.ok(&["poll", "--all"]);
    let daemon = home.start();
    let wanted = [
        "muara_sources{state=\"healthy\"} 1",
        "muara_sources{state=\"failing\"} 1",
        "muara_sources{state=\"new\"} 0",
        "muara_topics 1",
    ];
    wait::until_true("the gauges are set", || {
        let metrics = daemon.get("/metrics");
        wanted.iter().all(|line| metrics.text().lines().any(|found| found == *line))
    });
}

#[test]
fn a_directory_that_cannot_be_written_does_not_keep_a_topic_from_being_served() {
    let origin = Origin::start();
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 3)).page());
    let config = Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", "");
    let home = Home::new(&config);
    let files = home.path("files");
    home.configure(&config.publish(&format!("directory = \"{}\"", files.display())));
    origin.serve("/feed", Answer::status(500, &[]));
    let daemon = home.start();
    wait::until_true("the empty feed is there", || daemon.get("/all.json").status == 200);
    std::fs::rename(&files, home.path("aside")).expect("a directory");
    std::fs::write(&files, "in the way").expect("a writable folder");
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 3)).page());
    home.ok(&["poll", "--all"]);
    daemon.wait_for_items("all", 3);
}

#[test]
fn a_daemon_that_cannot_have_its_port_ends_with_69() {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let config = std::fs::read_to_string(home.path("config.toml")).expect("a config");
    home.write("config.toml", config.replace("127.0.0.1:0", &address));
    let ran = home.run(&["run"]);
    assert_eq!(ran.code, Some(69), "{ran}");
}

#[test]
fn an_empty_feed_is_no_first_sight() {
    let origin = Origin::start();
    origin.serve("/feed", Feed::rss("Rivers", Vec::new()).page());
    let home = Home::new(
        &Config::new()
            .polling("every = \"6h\"\nfirst_poll = 5")
            .source("rivers", &origin.url("/feed"), "")
            .topic("all", "river", ""),
    );
    home.ok(&["poll", "--all"]);
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 50)).page());
    home.ok(&["poll", "--all"]);
    assert_eq!(home.source_status("rivers")["entries"], 5);
}

#[test]
fn a_source_that_config_has_and_no_daemon_yet_is_shown_as_new() {
    let origin = Origin::start();
    origin.serve("/feed", Page::xml("<rss/>"));
    let config = Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", "");
    let home = Home::new(&config);
    home.run(&["poll", "--all"]);
    home.configure(&config.source("lakes", &origin.url("/lakes"), ""));
    assert_eq!(home.source_status("lakes")["state"], "new");
    assert!(home.ok(&["status", "lakes"]).contains("lakes"));
}

#[test]
fn what_a_server_asks_of_one_source_holds_for_its_others() {
    let origin = Origin::start();
    for path in ["/a", "/b"] {
        origin.serve(path, Feed::rss("Rivers", feeds::series("river", 3)).page());
    }
    let config = Config::new().polite().topic("all", "river", "");
    let config = config.source("a", &origin.url("/a"), "").source("b", &origin.url("/b"), "");
    let home = Home::new(&config);
    home.ok(&["poll", "--all"]);
    origin.serve("/a", Answer::status(429, &[("retry-after", "3600")]));
    let daemon = home.start();
    home.run(&["poll", "a"]);
    let refused = home.run(&["poll", "b"]);
    assert_eq!(refused.code, Some(69), "{refused}");
    assert!(refused.err.contains("not to be polled before"), "{refused}");
    assert_eq!(origin.requests("/b").len(), 1, "it was asked all the same");
    drop(daemon);
}
