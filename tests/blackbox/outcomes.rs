//! Whatever an origin does, it is told apart, visible in `muara status`, and harms nothing else.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::{self, Answer, Origin, Page};
use std::net::TcpListener;

const MIB: usize = 1024 * 1024;

/// A gzip of white space that is a thousand times larger than itself.
fn bomb() -> Answer {
    let headers = [("content-encoding", "gzip"), ("content-type", "application/xml")];
    Answer::fixed(200, &headers, origin::gzip(&vec![b' '; 64 * MIB]))
}

/// An address on which nobody listens.
fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}/feed", listener.local_addr().expect("an address"))
}

/// What each path answers and the class that this is.
fn misfortunes() -> Vec<(&'static str, Answer)> {
    let page = Feed::rss("Rivers", feeds::series("river", 40)).page();
    let html = Page::new("text/html", "<!doctype html><html><body><h1>Welcome</h1></body></html>");
    vec![
        ("not-found", Answer::status(404, &[])),
        ("gone", Answer::status(410, &[])),
        ("denied", Answer::status(403, &[])),
        ("auth", Answer::status(401, &[("www-authenticate", "Basic realm=\"rivers\"")])),
        (
            "challenge",
            Answer::status(403, &[("cf-mitigated", "challenge"), ("server", "cloudflare")]),
        ),
        ("server", Answer::status(500, &[])),
        ("not-a-feed", html.into()),
        ("broken", Answer::Cut(page.clone())),
        ("timeout", Answer::Hang),
        ("redirect", Answer::status(302, &[("location", "/redirect")])),
        ("encoding", Answer::fixed(200, &[("content-encoding", "zstd")], page.body)),
        ("too-large", bomb()),
        ("too-large-as-announced", Answer::status(200, &[("content-length", "999999999")])),
    ]
}

#[test]
fn every_way_to_fail_is_told_apart_in_status_and_harms_no_other_source() {
    let origin = Origin::start();
    let throttling = Origin::start_at("127.0.0.9"); // Retry-After holds for the whole domain
    throttling.serve("/feed", Answer::status(429, &[("retry-after", "3600")]));
    origin.serve("/good", Feed::rss("Rivers", feeds::series("river", 3)).page());
    let config = misfortunes().into_iter().fold(
        Config::new().polling("every = \"6h\"\ntimeout = \"2s\"\nread_timeout = \"1s\""),
        |config, (class, answer)| {
            let path = format!("/{class}");
            origin.serve(&path, answer);
            config.source(class, &origin.url(&path), "")
        },
    );
    let config = config
        .source("good", &origin.url("/good"), "")
        .source("throttled", &throttling.url("/feed"), "")
        .source("refused", &closed_port(), "")
        .source("dns", "http://no-such-host.invalid/feed", "")
        .source("tls", &origin.url("/good").replace("http:", "https:"), "")
        .topic("all", "river", "");
    let home = Home::new(&config);
    let ran = home.run(&["poll", "--all"]);
    assert_eq!(ran.code, Some(0), "{ran}");

    let status = home.json(&["status", "--json"]);
    for source in status["sources"].as_array().expect("sources") {
        let id = source["id"].as_str().expect("an id");
        let last = &source["last"];
        if id == "good" {
            assert_eq!(
                (&last["outcome"], &source["state"]),
                (&"fetched".into(), &"healthy".into())
            );
            assert_eq!(source["entries"], 3);
            continue;
        }
        assert_eq!(last["outcome"], "failed", "{source}");
        assert_eq!(last["class"], id.trim_end_matches("-as-announced"), "{source}");
        let state = if id == "gone" { "retired" } else { "failing" };
        assert_eq!(source["state"], state, "{source}");
        assert_eq!(source["failures"], 1, "{source}");
        assert_ne!(last["detail"], "", "{source}");
        assert_eq!(source["entries"], 0, "half a document is no document: {source}");
    }
    let challenge = home.source_status("challenge")["last"]["detail"].to_string();
    assert!(challenge.contains("Cloudflare"), "the challenge is not named: {challenge}");
    let not_a_feed = home.source_status("not-a-feed")["last"]["detail"].to_string();
    assert!(
        not_a_feed.to_lowercase().contains("html"),
        "what it is instead is not said: {not_a_feed}"
    );
}

#[test]
fn a_poll_in_which_every_source_fails_ends_with_69() {
    let home =
        Home::new(&Config::new().source("closed", &closed_port(), "").topic("all", "river", ""));
    let ran = home.run(&["poll", "--all"]);
    assert_eq!(ran.code, Some(69), "{ran}");
    assert!((ran.out + &ran.err).contains("closed"), "the source is not named");
}

#[test]
fn a_server_that_asks_for_patience_is_not_asked_again_even_by_hand() {
    let origin = Origin::start();
    origin.serve("/feed", Answer::status(503, &[("retry-after", "7200")]));
    let home = Home::new(
        &Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", ""),
    );
    home.run(&["poll", "--all"]);
    assert_eq!(home.source_status("rivers")["last"]["class"], "throttled");
    home.run(&["poll", "--all"]);
    assert_eq!(origin.count(), 1, "Retry-After was not heeded");
}

#[test]
fn a_source_that_answers_again_is_healthy_again() {
    let origin = Origin::start();
    origin.serve("/feed", Answer::status(500, &[]));
    let home = Home::new(
        &Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", ""),
    );
    home.run(&["poll", "--all"]);
    let failing = home.source_status("rivers");
    assert_eq!((&failing["state"], &failing["failures"]), (&"failing".into(), &1.into()));
    assert!(failing["failing_since"].is_string(), "{failing}");
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 3)).page());
    home.ok(&["poll", "--all"]);
    let healthy = home.source_status("rivers");
    assert_eq!((&healthy["state"], &healthy["failures"]), (&"healthy".into(), &0.into()));
    assert_eq!(healthy["entries"], 3);
}

#[test]
fn what_is_odd_about_a_source_that_answers_is_told_and_how_to_mend_it() {
    let origin = Origin::start();
    origin.serve("/empty", Feed::rss("Rivers", Vec::new()).page());
    let mut newer = feeds::series("lake", 20);
    let older = newer.split_off(10);
    origin.serve("/renamed", Feed::rss("Lakes", newer).page());
    origin.serve("/gone", Answer::status(410, &[]));
    let config = ["empty", "renamed", "gone"]
        .iter()
        .fold(Config::new().topic("all", "river or lake", ""), |config, id| {
            config.source(id, &origin.url(&format!("/{id}")), "")
        });
    let home = Home::new(&config);
    home.ok(&["poll", "--all"]);
    origin.serve("/renamed", Feed::rss("Lakes", older).page());
    home.ok(&["poll", "--all"]);
    let status = home.ok(&["status"]);
    for (id, told) in [
        ("empty", "empty: it is a feed without entries"),
        ("renamed", "renamed: all ids changed"),
        ("gone", "gone: gone for good (410)"),
    ] {
        assert!(status.contains(told), "{id}: {status}");
    }
    assert_eq!(home.source_status("empty")["state"], "degraded");
    assert_eq!(home.source_status("renamed")["gaps"], 0);
    assert_eq!(home.source_status("gone")["state"], "retired");
}

#[test]
fn a_poll_that_finds_nothing_of_the_last_one_is_counted_as_a_gap() {
    let origin = Origin::start();
    let mut entries = feeds::series("river", 60);
    let older = entries.split_off(40);
    let home = Home::new(
        &Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", ""),
    );
    for (entries, gaps) in [(older, 0), (entries, 1)] {
        origin.serve("/feed", Feed::rss("Rivers", entries).page());
        home.ok(&["poll", "--all"]);
        assert_eq!(home.source_status("rivers")["gaps"], gaps);
    }
    assert_eq!(home.source_status("rivers")["entries"], 60);
}
