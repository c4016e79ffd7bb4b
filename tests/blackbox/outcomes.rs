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
fn a_page_that_keeps_programs_out_is_named_whatever_its_status() {
    let page =
        "<!DOCTYPE html><title>Just a moment...</title><script>window._cf_chl_opt={}</script>";
    let cloudflare = [("content-type", "text/html"), ("server", "cloudflare")];
    let packed = [("content-type", "text/html"), ("content-encoding", "gzip")];
    let forbidden = "<html><title>403 Forbidden</title><h1>Forbidden</h1></html>";
    let origin = Origin::start();
    let config = [
        ("c200", Answer::fixed(200, &cloudflare, page)),
        ("c403", Answer::fixed(403, &packed, origin::gzip(page.as_bytes()))),
        ("c429", Answer::fixed(429, &cloudflare[..1], page)),
        ("c503", Answer::fixed(503, &cloudflare, page)),
        ("denied", Answer::fixed(403, &cloudflare[..1], forbidden)),
    ]
    .into_iter()
    .fold(Config::new().topic("all", "river", ""), |config, (id, answer)| {
        origin.serve(&format!("/{id}"), answer);
        config.source(id, &origin.url(&format!("/{id}")), "")
    });
    let home = Home::new(&config);
    home.run(&["poll", "--all"]);
    for id in ["c200", "c403", "c429", "c503"] {
        let last = &home.source_status(id)["last"];
        assert_eq!(last["class"], "challenge", "{id}: {last}");
        assert!(last["detail"].to_string().contains("a Cloudflare challenge"), "{id}: {last}");
    }
    assert_eq!(home.source_status("denied")["last"]["class"], "denied");
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
fn a_poll_that_finds_nothing_of_the_last_one_is_a_gap_told_counted_and_minded() {
    let origin = Origin::start();
    let mut entries = feeds::series("river", 60);
    let older = entries.split_off(40);
    let config = Config::new().polling("every = \"2h\"\nmin = \"1m\"");
    let config = config.source("rivers", &origin.url("/feed"), "").topic("all", "river", "");
    origin.serve("/feed", Feed::rss("Rivers", older).page());
    let home = Home::new(&config);
    let daemon = home.start();
    daemon.wait_for_items("all", 20);
    assert_eq!(home.source_status("rivers")["gaps"], 0, "the first document is none");
    origin.serve("/feed", Feed::rss("Rivers", entries).page());
    home.ok(&["poll", "--all"]);
    let source = home.source_status("rivers");
    assert_eq!((&source["gaps"], &source["entries"]), (&1.into(), &60.into()));
    assert!(source["reason"].to_string().contains("half its interval: a gap"), "{source}");
    assert!(home.ok(&["status"]).contains("rivers: a gap "), "it wants a look");
    assert!(daemon.get("/metrics").text().lines().any(|line| line == "muara_gaps_total 1"));
}

#[test]
fn a_source_that_fell_silent_long_ago_is_called_stale() {
    #[expect(clippy::disallowed_methods, reason = "ages are reckoned from the daemon's own clock")]
    let now = chrono::Utc::now();
    let origin = Origin::start();
    let config = [("alive", 0), ("silent", 20)].into_iter().fold(
        Config::new().topic("all", "river", ""),
        |config, (id, days)| {
            let ended = now - chrono::Duration::days(days);
            let mut entries = feeds::series("river", 24);
            for (hours, entry) in (0..).zip(&mut entries) {
                entry.published = (ended - chrono::Duration::hours(hours)).to_rfc3339();
            }
            origin.serve(&format!("/{id}"), Feed::rss("Rivers", entries).page());
            config.source(id, &origin.url(&format!("/{id}")), "")
        },
    );
    let home = Home::new(&config);
    home.ok(&["poll", "--all"]);
    let status = home.ok(&["status"]);
    assert!(status.contains("silent: stale: nothing new for 20d"), "{status}");
    assert_eq!(home.source_status("silent")["state"], "degraded");
    assert_eq!(home.source_status("alive")["state"], "healthy");
}
