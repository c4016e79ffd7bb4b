//! Two daemons that subscribe to each other's topics: stories keep their ids and their sources, and none
//! comes around twice.

use crate::support::clock::Clock;
use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{Entry, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use serde_json::Value;

fn entries(last: usize) -> Vec<Entry> {
    let entry = |n: usize| {
        let title = format!("Report number {n} from the river");
        let summary = format!("<p>What the people at the river saw on day {n} of this year.</p>");
        let link =
            if n.is_multiple_of(3) { String::new() } else { format!("https://river.example/{n}") };
        Entry::new(&title, &summary, &link).guid(&format!("river-{n}"))
    };
    (1..=last).rev().map(entry).collect()
}

fn sorted(items: &[Value], of: impl Fn(&Value) -> &Value) -> Vec<String> {
    let mut texts: Vec<String> = items.iter().map(|item| of(item).to_string()).collect();
    texts.sort();
    texts
}

fn through(ending: &str) {
    let origin = Origin::start();
    let serve = |last| {
        let mut page = Feed::rss("The river", entries(last)).page();
        let text = String::from_utf8(page.body).expect("UTF-8");
        page.body = text.replace("<link></link>", "").into_bytes();
        origin.serve("/feed", page);
    };
    serve(6);
    let all = |config: Config| config.topic("all", "/./", "");
    let river = Config::new().source("river", &origin.url("/feed"), "name = \"The river\"");
    let first = Home::new(&all(river.clone()));
    let upper = first.start();
    upper.wait_for_items("all", 6);
    let feed = |address: &str| format!("http://{address}/all.{ending}");
    let second = Home::new(&all(Config::new().source("upper", &feed(&upper.address), "")));
    let lower = second.start();
    lower.wait_for_items("all", 6);
    first.configure(&all(river.source("lower", &feed(&lower.address), "")));
    first.ok(&["reload"]);

    for round in 0..3 {
        first.ok(&["poll", "--all"]);
        second.ok(&["poll", "--all"]);
        if round == 0 {
            serve(9);
        }
    }
    wait::until_true("the lower one has them too", || lower.items("all").len() >= 9);
    let (above, below) = (upper.items("all"), lower.items("all"));
    assert_eq!((above.len(), below.len()), (9, 9), "{above:#?}");
    assert_eq!(sorted(&above, |item| &item["id"]), sorted(&below, |item| &item["id"]));
    for item in above.iter().chain(&below) {
        let source = &item["_muara"]["source"];
        assert_eq!(source["name"], "The river", "{item}");
        assert_eq!(source["feed_url"], origin.url("/feed").as_str());
        assert_eq!(item["_muara"]["also"], serde_json::json!([]), "nobody else tells it: {item}");
    }
}

#[test]
fn nothing_comes_around_twice_through_atom() {
    through("atom");
}

#[test]
fn nothing_comes_around_twice_through_rss() {
    through("rss");
}

#[test]
fn nothing_comes_around_twice_through_json_feed() {
    through("json");
}

/// By then nothing is compared with it any more.
#[test]
fn a_story_that_comes_around_after_a_week_is_known_by_its_address() {
    let origin = Origin::start();
    origin.serve("/feed", Feed::rss("The river", entries(4)).page());
    let all = |config: Config| config.topic("all", "/./", "");
    let river = Config::new().source("river", &origin.url("/feed"), "");
    let home = Home::new(&all(river.clone()));
    let Some(clock) = Clock::at(&home.path(""), "2026-11-02T10:00:00Z") else { return };
    let daemon = Daemon::start(clock.over(home.command(&["run"])));
    let before = daemon.wait_for_items("all", 4);
    clock.set("2026-11-09T10:00:00Z");
    let others_words = |entry: Entry| {
        Entry::new(&format!("Elsewhere: {}", entry.title.len()), "Other words", &entry.link)
    };
    let linked = |entry: &Entry| !entry.link.is_empty();
    let mut around: Vec<Entry> = entries(4).into_iter().filter(linked).map(others_words).collect();
    around.push(Entry::new("News of the lake", "Something else", "https://lake.example/1"));
    origin.serve("/around", Feed::rss("A planet", around).page());
    home.configure(&all(river.source("planet", &origin.url("/around"), "")));
    home.ok(&["reload"]);
    home.ok(&["poll", "--all"]);
    let after = daemon.wait_for_items("all", 5);
    assert_eq!(after[0]["title"], "News of the lake");
    assert_eq!(sorted(&after[1..], |item| &item["id"]), sorted(&before, |item| &item["id"]));
}
