//! Redirects: followed at once, remembered only when they stood for days, told to the operator, and
//! never written into the config.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::{Answer, Origin, Page};

fn river(count: usize) -> Page {
    Feed::rss("Rivers", feeds::series("river", count)).page()
}

/// A source at `/old` of an origin, with more keys.
fn home(origin: &Origin, lines: &str) -> Home {
    let config = Config::new().source("rivers", &origin.url("/old"), lines);
    Home::new(&config.topic("all", "river", ""))
}

/// Lets days pass since the redirect was first seen.
fn days_pass(home: &Home, days: i64) {
    let connection = rusqlite::Connection::open(home.database()).expect("a database");
    let sql = "UPDATE source_state SET moved_since = moved_since - ?1";
    connection.execute(sql, [days * 24 * 3600 * 1_000_000]).expect("a redirect that is remembered");
}

fn moved(origin: &Origin, status: u16, to: &str) {
    origin.serve("/old", Answer::status(status, &[("location", to)]));
}

#[test]
fn permanent_redirects_are_followed_at_once_and_believed_after_days() {
    for status in [301, 308] {
        let origin = Origin::start();
        moved(&origin, status, "/new");
        origin.serve("/new", river(3));
        let home = home(&origin, "");
        let config = std::fs::read(home.path("config.toml")).expect("the config");
        home.ok(&["poll", "--all"]);
        assert_eq!(home.source_status("rivers")["entries"], 3, "{status}");
        assert!(!home.ok(&["status"]).contains("moved for good"), "it was seen once");
        home.ok(&["poll", "--all"]);
        assert_eq!(origin.requests("/old").len(), 2, "it is not believed yet");

        days_pass(&home, 4);
        home.ok(&["poll", "--all"]);
        let told = format!("moved for good to {}; change its url", origin.url("/new"));
        assert!(home.ok(&["status"]).contains(&told), "{}", home.ok(&["status"]));
        home.ok(&["poll", "--all"]);
        assert_eq!(origin.requests("/old").len(), 2, "the way around is taken all the same");
        assert_eq!(home.source_status("rivers")["last"]["outcome"], "not-modified");
        assert_eq!(std::fs::read(home.path("config.toml")).expect("the config"), config);
    }
}

#[test]
fn other_redirects_are_followed_and_never_believed() {
    for status in [302, 303, 307] {
        let origin = Origin::start();
        moved(&origin, status, "/new");
        origin.serve("/new", river(3));
        let home = home(&origin, "");
        home.ok(&["poll", "--all"]);
        let source = home.source_status("rivers");
        assert_eq!((&source["entries"], &source["moved_to"]), (&3.into(), &().into()), "{status}");
    }
}

#[test]
fn a_redirect_that_is_taken_back_is_forgotten_even_when_nothing_else_changed() {
    let origin = Origin::start();
    moved(&origin, 301, "/new");
    origin.serve("/new", river(3));
    let home = home(&origin, "");
    home.ok(&["poll", "--all"]);
    assert!(home.source_status("rivers")["moved_to"].is_string());
    // The same document, and so the same ETag.
    origin.serve("/old", river(3));
    home.ok(&["poll", "--all"]);
    let source = home.source_status("rivers");
    assert_eq!(source["last"]["outcome"], "not-modified");
    assert!(source["moved_to"].is_null(), "{source}");
}

#[test]
fn where_a_source_went_and_is_no_more_its_own_address_is_asked_in_the_same_poll() {
    let origin = Origin::start();
    moved(&origin, 301, "/new");
    origin.serve("/new", river(3));
    let home = home(&origin, "");
    home.ok(&["poll", "--all"]);
    days_pass(&home, 4);
    origin.serve("/new", Answer::status(404, &[]));
    origin.serve("/old", river(5));
    home.ok(&["poll", "--all"]);
    let source = home.source_status("rivers");
    assert_eq!((&source["state"], &source["entries"]), (&"healthy".into(), &5.into()), "{source}");
    assert!(source["moved_to"].is_null(), "{source}");
}

#[test]
fn credentials_stay_with_their_own_site_through_redirects_and_out_of_the_log() {
    let elsewhere = Origin::start_at("127.0.0.3");
    elsewhere.serve("/new", river(3));
    for (lines, sent) in [
        ("user = \"kim\"\npassword = \"geheim-1\"", "Basic a2ltOmdlaGVpbS0x"),
        ("bearer = \"geheim-2\"", "Bearer geheim-2"),
    ] {
        let origin = Origin::start();
        moved(&origin, 301, &elsewhere.url("/new"));
        let home = home(&origin, &format!("{lines}\nheaders = {{ X-Key = \"geheim-3\" }}"));
        home.ok(&["poll", "--all"]);
        days_pass(&home, 4);
        home.ok(&["poll", "--all"]);
        let mut run = home.command(&["run"]);
        run.env("MUARA_LOG", "trace");
        let daemon = crate::support::daemon::Daemon::start(run);
        home.ok(&["poll", "--all"]);

        let at_home = origin.requests("/old");
        assert_eq!(at_home.len(), 1, "the third poll and the second went straight on");
        assert_eq!(at_home[0].header("authorization"), Some(sent));
        assert_eq!(at_home[0].header("x-key"), Some("geheim-3"));
        let abroad = elsewhere.requests("/new");
        assert!(abroad.len() >= 3);
        for request in abroad {
            assert_eq!(request.header("authorization").or(request.header("x-key")), None);
        }
        let (log, status) = (daemon.log(), home.ok(&["status", "rivers"]));
        assert!(log.contains("127.0.0.3"), "nothing was logged at all");
        for secret in ["geheim", "a2ltOmdlaGVpbS0x"] {
            assert!(!log.contains(secret) && !status.contains(secret), "{secret} is told");
        }
    }
}
