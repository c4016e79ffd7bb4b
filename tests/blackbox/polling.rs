//! When and how sources are asked.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::{Answer, Origin, Page};
use crate::support::wait;

fn river(count: usize) -> Page {
    Feed::rss("Rivers", feeds::series("river", count)).page()
}

#[test]
fn a_second_poll_sends_the_validators_and_a_304_is_enough_for_it() {
    let origin = Origin::start();
    let date = "Wed, 19 Jun 2024 09:00:00 GMT".to_owned();
    origin.serve("/etag", river(3));
    origin.serve("/date", Page { has_etag: false, last_modified: Some(date.clone()), ..river(4) });
    origin.serve("/both", Page { last_modified: Some(date.clone()), gzip: true, ..river(5) });
    let home = Home::new(
        &["etag", "date", "both"]
            .iter()
            .fold(Config::new().topic("all", "river", ""), |config, id| {
                config.source(id, &origin.url(&format!("/{id}")), "")
            }),
    );
    home.ok(&["poll", "--all"]);
    for id in ["etag", "date", "both"] {
        assert_eq!(home.source_status(id)["last"]["outcome"], "fetched", "{id}");
    }
    home.ok(&["poll", "--all"]);
    for id in ["etag", "date", "both"] {
        let [first, second] = &origin.requests(&format!("/{id}"))[..] else {
            panic!("{id}: not two requests")
        };
        assert_eq!((first.status, second.status), (200, 304), "{id}");
        assert_eq!(
            first.header("if-none-match").or(first.header("if-modified-since")),
            None,
            "{id}"
        );
        assert_eq!(second.header("if-none-match").is_some(), id != "date", "{id}");
        let since = second.header("if-modified-since");
        assert_eq!(since, (id != "etag").then_some(date.as_str()), "{id}");
        assert!(first.header("accept-encoding").is_some_and(|list| list.contains("gzip")));
        assert!(
            first.header("user-agent").is_some_and(|agent| agent.contains("http")),
            "it says who asks"
        );
        assert_eq!(home.source_status(id)["last"]["outcome"], "not-modified", "{id}");
    }
}

#[test]
fn a_body_that_is_the_same_without_validators_counts_as_the_same() {
    let origin = Origin::start();
    origin.serve("/feed", Page { has_etag: false, ..river(3) });
    let home = Home::new(
        &Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", ""),
    );
    home.ok(&["poll", "--all"]);
    home.ok(&["poll", "--all"]);
    assert_eq!(home.source_status("rivers")["last"]["outcome"], "same-body");
}

#[test]
fn a_source_with_a_schedule_is_polled_by_it_and_the_others_are_not() {
    let origin = Origin::start();
    origin.serve("/often", river(3));
    origin.serve("/rarely", river(4));
    let config = Config::new()
        .source("often", &origin.url("/often"), "schedule = \"* * * * * *\"")
        .source("rarely", &origin.url("/rarely"), "")
        .topic("all", "river", "");
    let home = Home::new(&config);
    let daemon = home.start();
    wait::until_true("the schedule came around three times", || {
        origin.requests("/often").len() >= 3
    });
    assert_eq!(origin.requests("/rarely").len(), 1);
    drop(daemon);
}

#[test]
fn a_schedule_keeps_to_the_clocks_of_its_zone_in_summer_and_winter() {
    let origin = Origin::start();
    let zone = "timezone = \"Europe/Berlin\"";
    // Half past noon by the clocks there: an hour earlier in UTC while they are put forward.
    let days = [("summer", "1 7", "-07-01T10:30:00Z"), ("winter", "1 1", "-01-01T11:30:00Z")];
    let config =
        days.iter().fold(Config::new().topic("all", "river", ""), |config, (id, day, _)| {
            origin.serve(&format!("/{id}"), river(3));
            let lines = format!("schedule = \"0 30 12 {day} *\"\n{zone}");
            config.source(id, &origin.url(&format!("/{id}")), &lines)
        });
    let home = Home::new(&config);
    home.ok(&["poll", "--all"]);
    for (id, _, time) in days {
        let due = home.source_status(id)["due_at"].as_str().expect("a time").to_owned();
        assert!(due.ends_with(time), "{id}: {due}");
    }
}

#[test]
fn sources_that_hang_keep_no_other_source_waiting() {
    let hanging = Origin::start_at("127.0.0.4");
    let (a, b) = (Origin::start_at("127.0.0.5"), Origin::start_at("127.0.0.6"));
    let mut config = Config::new()
        .polling("every = \"1s\"\nmin = \"1s\"\nmax = \"1s\"\nconcurrency = 4\ntimeout = \"60s\"\nread_timeout = \"60s\"")
        .topic("all", "river", "");
    for n in 0..20 {
        let path = format!("/hang{n}");
        hanging.serve(&path, Answer::Hang);
        config = config.source(&format!("h{n}"), &hanging.url(&path), "");
    }
    for (name, origin) in [("a", &a), ("b", &b)] {
        origin.serve("/feed", river(3));
        config = config.source(name, &origin.url("/feed"), "");
    }
    let daemon = Home::new(&config).start();
    wait::until_true("two of them hang", || hanging.in_flight() == 2);
    are_polled_on(&a, &b);
    assert_eq!((hanging.in_flight(), hanging.count()), (2, 2), "they hang all the while");
    drop(daemon);
}

fn are_polled_on(a: &Origin, b: &Origin) {
    let before = [a.count(), b.count()];
    wait::until_true("the others are polled several times", || {
        a.count() >= before[0] + 3 && b.count() >= before[1] + 3
    });
}

#[test]
fn more_domains_that_hang_than_may_be_asked_at_once_keep_no_other_source_waiting() {
    let hanging: Vec<Origin> =
        (0..10).map(|n| Origin::start_at(&format!("127.0.0.{}", 20 + n))).collect();
    let (a, b) = (Origin::start_at("127.0.0.5"), Origin::start_at("127.0.0.6"));
    let mut config = Config::new()
        .polling("every = \"1s\"\nmin = \"1s\"\nmax = \"1s\"\nconcurrency = 4\ntimeout = \"60s\"\nread_timeout = \"60s\"")
        .source("a", &a.url("/feed"), "")
        .source("b", &b.url("/feed"), "")
        .topic("all", "river", "");
    for origin in [&a, &b] {
        origin.serve("/feed", river(3));
    }
    for (n, origin) in hanging.iter().enumerate() {
        origin.serve("/feed", Answer::Hang);
        config = config.source(&format!("h{n}"), &origin.url("/feed"), "");
    }
    let daemon = Home::new(&config).start();
    // More than twice as many as may be under way at once, in the end.
    for many in [3, 10] {
        wait::until_true("many of them hang", || {
            hanging.iter().map(Origin::in_flight).sum::<usize>() >= many
        });
        are_polled_on(&a, &b);
    }
    assert!(hanging.iter().all(|origin| origin.count() == 1), "they hang all the while");
    drop(daemon);
}

#[test]
fn no_more_than_two_requests_at_once_reach_one_domain() {
    let origin = Origin::start();
    let ids: Vec<String> = (0..6).map(|n| format!("s{n}")).collect();
    let config = ids.iter().fold(Config::new().polite().topic("all", "river", ""), |config, id| {
        let path = format!("/{id}");
        origin.serve(&path, Answer::Held(river(3)));
        config.source(id, &origin.url(&path), "")
    });
    let home = Home::new(&config);
    let daemon = home.start();
    for answered in 0..ids.len() {
        let expected = 2.min(ids.len() - answered);
        wait::until_true("two requests wait", || origin.in_flight() == expected);
        origin.release();
        wait::until_true("one is answered", || {
            ids.iter()
                .flat_map(|id| origin.requests(&format!("/{id}")))
                .filter(|r| r.status == 200)
                .count()
                > answered
        });
    }
    assert_eq!(origin.most_in_flight(), 2);
    assert_eq!(origin.count(), ids.len());
    drop(daemon);
}

#[test]
fn a_domain_in_the_config_may_be_asked_more_at_once() {
    let origin = Origin::start();
    let config = (0..6).fold(Config::new().topic("all", "river", ""), |config, n| {
        let path = format!("/{n}");
        origin.serve(&path, Answer::Held(river(3)));
        config.source(&format!("s{n}"), &origin.url(&path), "")
    });
    let daemon = Home::new(&config).start();
    wait::until_true("all six wait at once", || origin.in_flight() == 6);
    drop(daemon);
}

#[test]
fn private_addresses_are_refused_unless_the_source_says_so() {
    let origin = Origin::start();
    origin.serve("/feed", river(3));
    origin.serve("/allowed", river(4));
    let port = origin.address.port();
    let hosts = [
        "127.0.0.1",
        "localhost",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "127.1",
        "[64:ff9b::7f00:1]",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.1.2.3",
        "169.254.169.254",
    ];
    let config = hosts.iter().enumerate().fold(
        Config::new().topic("all", "river", ""),
        |config, (n, host)| {
            config.table(
                "[source]",
                &format!("id = \"p{n}\"\nurl = \"http://{host}:{port}/feed?{n}\""),
            )
        },
    );
    let home = Home::new(&config.source("allowed", &origin.url("/allowed"), ""));
    let ran = home.run(&["poll", "--all"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    for (n, host) in hosts.iter().enumerate() {
        assert_eq!(home.source_status(&format!("p{n}"))["last"]["class"], "blocked", "{host}");
    }
    assert_eq!(home.source_status("allowed")["last"]["outcome"], "fetched");
    assert_eq!(origin.count(), 1, "a request reached a private address");
}

#[test]
fn redirects_are_followed_and_what_they_lead_to_is_the_base_of_links() {
    let origin = Origin::start();
    let elsewhere = Origin::start_at("127.0.0.3");
    let mut entries = feeds::series("river", 2);
    "/news/1".clone_into(&mut entries[0].link);
    elsewhere.serve("/deep/feed", Feed::rss("Rivers", entries).page());
    origin.serve("/feed", Answer::status(301, &[("location", "/moved")]));
    origin.serve("/moved", Answer::status(302, &[("location", &elsewhere.url("/deep/feed"))]));
    let config = Config::new().source("rivers", &origin.url("/feed"), "").topic("all", "river", "");
    let home = Home::new(&config);
    let daemon = home.start();
    let items = daemon.wait_for_items("all", 2);
    assert_eq!(items[0]["url"], elsewhere.url("/news/1"));
}
