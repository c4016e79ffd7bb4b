//! Topics that sum up what came in: one item a run, each story in one of them, whatever happens to the daemon and to
//! its clock.

use crate::support::clock::Clock;
use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use crate::validity::assert_valid;
use serde_json::Value;
use std::collections::BTreeSet;

const EVERY_SECOND: &str = "digest = \"* * * * * *\"";
const BERLIN: &str = "digest = \"0 30 2 * * *\"\ntimezone = \"Europe/Berlin\"";

/// An outlet about rivers, and a topic about the same.
struct River {
    origin: Origin,
    home: Home,
}

impl River {
    fn new(topic: &str) -> Self {
        let origin = Origin::start();
        let home = Home::new(&Self::config(&origin, topic));
        let river = Self { origin, home };
        river.publish(0);
        river
    }

    fn config(origin: &Origin, topic: &str) -> Config {
        let source = Config::new().source("rivers", &origin.url("/feed"), "");
        source.topic("river", "river", topic)
    }

    /// The outlet has published so many stories.
    fn publish(&self, count: usize) {
        self.origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", count)).page());
    }

    /// They are fetched and sequenced.
    fn bring(&self, count: usize) {
        self.publish(count);
        self.home.ok(&["poll", "--all"]);
    }

    fn start(&self, clock: &Clock) -> Daemon {
        Daemon::start(clock.over(self.home.command(&["run"])))
    }
}

fn stories(digest: &Value) -> Vec<String> {
    let stories = digest["_muara"]["stories"].as_array().expect("stories");
    stories.iter().map(|story| story["title"].as_str().expect("a title").to_owned()).collect()
}

fn all_stories(digests: &[Value]) -> Vec<String> {
    digests.iter().flat_map(stories).collect()
}

fn dates(digests: &[Value]) -> Vec<&str> {
    digests.iter().map(|digest| digest["date_published"].as_str().expect("a date")).collect()
}

#[test]
fn a_run_lists_what_came_since_the_last_and_a_run_without_stories_is_none() {
    let river = River::new(EVERY_SECOND);
    let daemon = river.home.start();
    river.bring(2);
    let first = daemon.wait_for_items("river", 1);
    assert_eq!(stories(&first[0]), ["river report number 1", "river report number 0"]);
    let label = first[0]["title"].as_str().expect("a title");
    assert!(label.starts_with("All of river · 20"), "{label}");
    let link = first[0]["url"].as_str().expect("an address");
    let id = first[0]["id"].as_str().expect("an id").strip_prefix("urn:uuid:").expect("a UUID");
    assert_eq!(link, format!("https://news.example.org/feeds/river#{id}"));
    let html = first[0]["content_html"].as_str().expect("a list");
    assert!(html.contains("<a href=\"https://river.example/1\""), "{html}");
    assert!(html.contains(">river report number 1</a> · Rivers (en)</li>"), "{html}");

    let formats = ["atom", "rss", "json"];
    let before = formats.map(|format| daemon.get(&format!("/river.{format}")));
    for reply in &before {
        assert_valid(reply.text());
    }
    river.home.ok(&["poll", "--all"]);
    let seconds = || dates(&daemon.items("river")).len();
    wait::pause(std::time::Duration::from_millis(1_500));
    assert_eq!(seconds(), 1, "runs without stories publish nothing");
    for (format, before) in formats.iter().zip(&before) {
        assert_eq!(daemon.get(&format!("/river.{format}")).body, before.body, "{format}");
    }

    river.bring(3);
    let both = daemon.wait_for_items("river", 2);
    assert_eq!(stories(&both[0]), ["river report number 2"]);
    assert_eq!(both[1], first[0], "a digest stays as it was made");
    let page = daemon.get("/river");
    assert!(page.text().contains(&format!("<article id=\"{id}\"")), "{}", page.text());
    assert!(page.text().contains("<span>2 stories</span>"), "{}", page.text());
}

#[test]
fn what_is_counted_is_what_a_reader_sees() {
    let river = River::new(EVERY_SECOND);
    let items = || {
        let topic = river.home.json(&["topics", "--json"])[0].clone();
        let total = river.home.json(&["status", "--json"])["counts"]["items"].clone();
        assert_eq!(topic["items"], total, "{topic}");
        (topic["items"].as_u64(), topic["newest"].is_string(), topic["pace"].as_f64() > Some(0.0))
    };
    river.bring(3);
    assert_eq!(items(), (Some(0), false, false), "all of it waits for a digest");
    let daemon = river.home.start();
    daemon.wait_for_items("river", 1);
    assert_eq!(items(), (Some(1), true, true));
    assert!(river.home.ok(&["status"]).contains(" 3 stories, 1 items, "));
    for story in ["0", "1"] {
        river.home.ok(&["hide", &format!("https://river.example/{story}")]);
        assert_eq!(items().0, Some(1), "something is left of it");
    }
    river.home.ok(&["hide", "https://river.example/2"]);
    assert_eq!(items().0, Some(0), "a digest of nothing is none");
    river.home.configure(&River::config(&river.origin, ""));
    river.home.ok(&["reload"]);
    river.bring(5);
    daemon.wait_for_items("river", 2);
    assert_eq!(items().0, Some(2));
}

#[test]
fn what_is_written_in_titles_is_text_in_a_digest() {
    let river = River::new(EVERY_SECOND);
    let title = "river & <script>alert(1)</script> \"quoted\"";
    let entry = Entry::new(title, "text", "https://river.example/?a=1&b=\"2\"");
    river.origin.serve("/feed", Feed::rss("Rivers & <b>Lakes</b>", vec![entry]).page());
    let daemon = river.home.start();
    river.home.ok(&["poll", "--all"]);
    let digest = &daemon.wait_for_items("river", 1)[0];
    let html = digest["content_html"].as_str().expect("a list");
    assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    for format in ["atom", "rss", "json"] {
        assert_valid(daemon.get(&format!("/river.{format}")).text());
    }
}

#[test]
fn what_is_hidden_leaves_digests_and_their_archive() {
    let river = River::new(&format!("{EVERY_SECOND}\nitems = 1"));
    let daemon = river.home.start();
    river.bring(2);
    daemon.wait_for_items("river", 1);
    river.bring(3);
    wait::until_true("the first digest is archived", || {
        daemon.get("/river/archive/1.atom").status == 200
    });
    let archived = |text: &str| daemon.get("/river/archive/1.atom").text().contains(text);
    assert!(archived("number 0") && archived("number 1"));
    river.home.ok(&["hide", "https://river.example/0"]);
    wait::until_true("it is gone from the page", || !archived("number 0"));
    assert!(archived("number 1"));
    river.home.ok(&["hide", "https://river.example/2"]);
    wait::until_true("a digest of nothing is none", || daemon.items("river").is_empty());
    for format in ["atom", "rss", "json"] {
        assert_valid(daemon.get(&format!("/river/archive/1.{format}")).text());
        assert_valid(daemon.get(&format!("/river.{format}")).text());
    }
}

#[test]
fn no_story_is_lost_or_listed_twice_however_often_the_daemon_is_killed() {
    let river = River::new(EVERY_SECOND);
    let mut seen: BTreeSet<(String, Vec<String>)> = BTreeSet::new();
    let mut look = |daemon: &Daemon| {
        let digests = daemon.items("river");
        seen.extend(digests.iter().map(|it| (it["id"].to_string(), stories(it))));
        all_stories(&digests).len()
    };
    for round in 1..=8 {
        let daemon = river.home.start();
        river.bring(2 * round);
        // Near the second at which a run is made, on either side of it.
        wait::pause(std::time::Duration::from_millis(130 * round as u64));
        look(&daemon);
        daemon.kill();
    }
    let daemon = river.home.start();
    wait::until_true("all stories are listed", || look(&daemon) == 16);
    let ids: BTreeSet<&String> = seen.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), seen.len(), "a digest changed after it was seen: {seen:?}");
    let listed: Vec<&String> = seen.iter().flat_map(|(_, stories)| stories).collect();
    let distinct: BTreeSet<_> = listed.iter().collect();
    assert_eq!((listed.len(), distinct.len()), (16, 16), "{seen:?}");
}

#[test]
fn missed_runs_are_made_up_for_by_one_that_bears_the_date_of_the_last() {
    let river = River::new("digest = \"0 0 7 * * *\"\ntimezone = \"Asia/Seoul\"");
    let Some(clock) = Clock::at(&river.home.path(""), "2026-11-02T10:00:00+09:00") else { return };
    let daemon = river.start(&clock);
    river.bring(3);
    drop(daemon);
    clock.set("2026-11-05T21:30:00+09:00");
    let daemon = river.start(&clock);
    let digests = daemon.wait_for_items("river", 1);
    assert_eq!(dates(&digests), ["2026-11-04T22:00:00Z"]);
    assert_eq!(digests[0]["title"], "All of river · 2026-11-05");
    assert_eq!(stories(&digests[0]).len(), 3);
    drop(daemon);
    let daemon = river.start(&clock);
    assert_eq!(daemon.wait_for_items("river", 1), digests, "once, whoever starts again");
    river.bring(4);
    clock.set("2026-11-06T06:59:59+09:00");
    let digests = daemon.wait_for_items("river", 2);
    assert_eq!(dates(&digests)[0], "2026-11-05T22:00:00Z");
    assert_eq!(stories(&digests[0]), ["river report number 3"]);
}

/// Berlin's clocks show half past two twice on 25 October 2026, and not at all on 28 March 2027.
#[test]
fn both_changes_of_the_clock_have_one_run() {
    let river = River::new(BERLIN);
    let Some(clock) = Clock::at(&river.home.path(""), "2026-10-24T20:00:00Z") else { return };
    let daemon = river.start(&clock);
    let times = [
        ("2026-10-25T00:29:59Z", Some("2026-10-25T00:30:00Z")),
        // Half past two for the second time.
        ("2026-10-25T01:29:59Z", None),
        ("2026-10-26T01:29:59Z", Some("2026-10-26T01:30:00Z")),
        // After a winter's rest, the newest of the runs that were missed.
        ("2027-03-27T01:29:30Z", Some("2027-03-26T01:30:00Z")),
        ("2027-03-27T01:29:59Z", Some("2027-03-27T01:30:00Z")),
        // Half past two is left out: clocks go from two to three.
        ("2027-03-28T00:59:59Z", Some("2027-03-28T01:00:00Z")),
        ("2027-03-29T00:29:59Z", Some("2027-03-29T00:30:00Z")),
    ];
    let mut expected: Vec<&str> = Vec::new();
    for (round, (time, run)) in times.into_iter().enumerate() {
        river.bring(round + 1);
        clock.set(time);
        let Some(run) = run else {
            river.home.ok(&["poll", "--all"]);
            wait::pause(std::time::Duration::from_millis(1_500));
            river.home.ok(&["poll", "--all"]);
            assert_eq!(daemon.items("river").len(), expected.len(), "a second run that day");
            continue;
        };
        expected.insert(0, run);
        let digests = daemon.wait_for_items("river", expected.len());
        assert_eq!(dates(&digests), expected);
    }
    assert_eq!(all_stories(&daemon.items("river")).len(), 7);
}

#[test]
fn a_clock_that_goes_back_makes_no_run_twice_and_one_that_was_years_ahead_stops_none() {
    let river = River::new(BERLIN);
    let Some(clock) = Clock::at(&river.home.path(""), "2026-11-10T01:29:00Z") else { return };
    let daemon = river.start(&clock);
    river.bring(1);
    clock.set("2026-11-10T01:30:01Z");
    daemon.wait_for_items("river", 1);
    clock.set("2026-11-10T01:20:00Z");
    river.bring(2);
    clock.set("2026-11-10T01:30:01Z");
    river.home.ok(&["poll", "--all"]);
    assert_eq!(daemon.items("river").len(), 1, "that run was made");

    clock.set("2031-01-01T12:00:00Z");
    let ahead = daemon.wait_for_items("river", 2);
    assert_eq!(stories(&ahead[0]), ["river report number 1"]);
    clock.set("2026-11-11T01:29:00Z");
    river.bring(3);
    clock.set("2026-11-11T01:30:01Z");
    let back = daemon.wait_for_items("river", 3);
    assert_eq!(dates(&back)[0], "2026-11-11T01:30:00Z");
    assert_eq!(stories(&back[0]), ["river report number 2"]);
}

#[test]
fn another_schedule_holds_from_now_on_and_without_one_stories_are_items_again() {
    let river = River::new("digest = \"0 0 0 1 1 *\"");
    let daemon = river.home.start();
    river.bring(2);
    assert_eq!(daemon.items("river").len(), 0);
    river.home.configure(&River::config(&river.origin, "digest = \"* * * * * *\""));
    river.home.ok(&["reload"]);
    let digests = daemon.wait_for_items("river", 1);
    assert_eq!(stories(&digests[0]).len(), 2);
    let explained = river.home.ok(&["explain", "https://river.example/1"]);
    assert!(explained.contains("listed in the digest of 20"), "{explained}");

    river.home.configure(&River::config(&river.origin, "digest = \"0 0 0 1 1 *\""));
    river.home.ok(&["reload"]);
    river.bring(3);
    assert_eq!(daemon.items("river"), digests);
    let explained = river.home.ok(&["explain", "https://river.example/2"]);
    assert!(explained.contains("waits for the next digest"), "{explained}");
    river.home.configure(&River::config(&river.origin, ""));
    river.home.ok(&["reload"]);
    let items = daemon.wait_for_items("river", 2);
    assert_eq!(items[0]["title"], "river report number 2");
    assert_eq!(items[1], digests[0], "what was published stays");
    river.bring(4);
    daemon.wait_for_items("river", 3);
}
