//! Servers that had too much of us (429, 503) are left alone for as long as they ask.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::{Answer, Origin, Page};
use chrono::{DateTime, Duration, Utc};
use std::ops::RangeInclusive;

const HOUR: i64 = 3600;
const WEEK: i64 = 7 * 24 * HOUR;

fn river() -> Page {
    Feed::rss("Rivers", feeds::series("river", 3)).page()
}

#[expect(clippy::disallowed_methods, reason = "dates are reckoned from the daemon's own clock")]
fn in_two_hours(format: &str) -> String {
    (Utc::now() + Duration::hours(2)).format(format).to_string()
}

/// What a server says, and after how many seconds it is asked again, by a daemon that backs off for
/// ten minutes by itself.
fn wishes() -> Vec<(String, RangeInclusive<i64>)> {
    let back_off = || 450..=750;
    let two_hours = || 2 * HOUR - 5..=2 * HOUR * 11 / 10;
    let a_week = || WEEK..=WEEK * 11 / 10;
    vec![
        ("7200".to_owned(), two_hours()),
        (in_two_hours("%a, %d %b %Y %H:%M:%S GMT"), two_hours()),
        (in_two_hours("%A, %d-%b-%y %H:%M:%S GMT"), two_hours()),
        (in_two_hours("%a %b %e %H:%M:%S %Y"), two_hours()),
        (in_two_hours("%a, %-d %b %Y %H:%M:%S +0000"), two_hours()),
        ("99999999999999999999".to_owned(), a_week()),
        ("31536000".to_owned(), a_week()),
        ("Fri, 01 Jan 2286 00:00:00 GMT".to_owned(), a_week()),
        ("Sun, 06 Nov 1994 08:49:37 GMT".to_owned(), back_off()),
        ("0".to_owned(), back_off()),
        ("-30".to_owned(), back_off()),
        ("in a while".to_owned(), back_off()),
    ]
}

#[test]
fn every_form_of_retry_after_is_understood_and_none_holds_for_more_than_a_week() {
    let mut config =
        Config::new().polling("every = \"10m\"\nmin = \"1m\"\n").topic("all", "river", "");
    let mut told = Vec::new();
    for status in [429, 503] {
        for (wish, seconds) in wishes() {
            // A host each: what one says would hold for its neighbours.
            let origin = Origin::start_at(&format!("127.0.2.{}", told.len() + 1));
            origin.serve("/feed", Answer::status(status, &[("retry-after", &wish)]));
            let id = format!("s{}", told.len());
            config = config.source(&id, &origin.url("/feed"), "");
            told.push((id, status, wish, seconds, origin));
        }
    }
    let home = Home::new(&config);
    home.run(&["poll", "--all"]);
    let all = home.json(&["status", "--json"]);
    for (id, status, wish, seconds, _) in &told {
        let sources = all["sources"].as_array().expect("sources");
        let source = sources.iter().find(|source| source["id"] == **id).expect("the source");
        assert_eq!(source["last"]["class"], "throttled", "{source}");
        let at = |value: &serde_json::Value| {
            value.as_str().expect("a time").parse::<DateTime<Utc>>().expect("a time")
        };
        let wait = (at(&source["due_at"]) - at(&source["last"]["at"])).num_seconds();
        assert!(seconds.contains(&wait), "{status}, {wish:?}: {wait} s is not in {seconds:?}");
    }
    let shown = home.ok(&["status", "s0"]);
    assert!(shown.contains("the server asks to wait 2h"), "{shown}");
    assert!(shown.contains("HTTP 429 Too Many Requests"), "{shown}");
}

/// Two sources of one domain, of which the first was just told to wait.
fn told_to_wait() -> (Origin, Home) {
    let origin = Origin::start();
    origin.serve("/a", Answer::status(503, &[("retry-after", "36000")]));
    origin.serve("/b", river());
    let config = Config::new().polite().topic("all", "river", "");
    let config = config.source("a", &origin.url("/a"), "").source("b", &origin.url("/b"), "");
    let home = Home::new(&config);
    home.run(&["poll", "a"]);
    assert_eq!(origin.requests("/a").len(), 1);
    (origin, home)
}

#[test]
fn a_restart_does_not_forget_what_a_server_asked_for() {
    let (origin, home) = told_to_wait();
    let elsewhere = Origin::start_at("127.0.0.8");
    elsewhere.serve("/c", river());
    let config = Config::new().polite().topic("all", "river", "");
    let config = config.source("a", &origin.url("/a"), "").source("b", &origin.url("/b"), "");
    home.configure(&config.source("c", &elsewhere.url("/c"), ""));
    let daemon = home.start();
    daemon.wait_for_items("all", 3);
    assert_eq!(elsewhere.count(), 1, "other domains are polled");
    let refused = home.run(&["poll", "b"]);
    assert!(refused.err.contains("not to be polled before"), "{refused}");
    assert!(origin.requests("/b").is_empty(), "it was asked all the same");
}

#[test]
fn status_says_of_the_neighbours_of_a_source_why_they_wait() {
    let (_origin, home) = told_to_wait();
    let shown = home.ok(&["status", "b"]);
    let why = "its domain asked to be left alone (a: HTTP 503 Service Unavailable)";
    assert!(shown.contains(&format!("in 9h: {why}")), "{shown}");
    let table = home.ok(&["status"]);
    let row = table.lines().find(|line| line.trim_start().starts_with("b ")).expect("a row");
    assert!(row.contains("in 9h") && row.contains(why), "{table}");
}
