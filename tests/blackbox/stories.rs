//! One story, however it is told: what a topic shows of it, by its `collapse`.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{Entry, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use serde_json::Value;

const STORY: &str = "collapse = \"story\"";
const AGROUND: &str = "Ferry runs aground off Gothenburg with 400 aboard";
const EVACUATED: &str = "Passengers evacuated after ferry runs aground near Gothenburg";
const ELSEWHERE: &str = "Museum of modern art opens on Sicily after long works";

fn serve(origin: &Origin, outlet: &str, titles: &[&str]) {
    let entry = |(n, title): (usize, &&str)| {
        Entry::new(title, "", &format!("https://{outlet}.example/{n}"))
            .guid(&format!("{outlet}-{n}"))
    };
    let entries = titles.iter().enumerate().rev().map(entry).collect();
    origin.serve(&format!("/{outlet}"), Feed::rss(outlet, entries).page());
}

fn outlets(origin: &Origin, topic: &str) -> Config {
    let config =
        ["echo", "tribune", "gazette"].into_iter().fold(Config::new(), |config, outlet| {
            config.source(outlet, &origin.url(&format!("/{outlet}")), "")
        });
    config.topic("all", "/./", topic)
}

/// A daemon with one topic, to which one outlet after the other told the story.
fn told(origin: &Origin, home: &Home) -> Daemon {
    for outlet in ["echo", "tribune", "gazette"] {
        serve(origin, outlet, &[]);
    }
    let daemon = home.start();
    for (outlet, titles) in [
        ("echo", vec![AGROUND]),
        ("tribune", vec![EVACUATED]),
        ("gazette", vec![ELSEWHERE, EVACUATED]),
    ] {
        serve(origin, outlet, &titles);
        home.ok(&["poll", outlet]);
    }
    daemon
}

fn titles(items: &[Value]) -> Vec<&str> {
    let mut titles: Vec<&str> = items.iter().filter_map(|item| item["title"].as_str()).collect();
    titles.sort_unstable();
    titles
}

#[test]
fn a_topic_shows_a_story_once_with_all_who_tell_it() {
    let origin = Origin::start();
    let home = Home::new(&outlets(&origin, STORY));
    let daemon = told(&origin, &home);
    daemon.wait_for_items("all", 2);
    let items = daemon.items("all");
    assert_eq!(titles(&items), [AGROUND, ELSEWHERE], "{items:#?}");
    let story = items.iter().find(|item| item["title"] == AGROUND).expect("the story");
    let also: Vec<_> =
        story["_muara"]["also"].as_array().into_iter().flatten().map(|it| &it["title"]).collect();
    assert_eq!(also, [EVACUATED, EVACUATED], "{story:#}");
}

#[test]
fn a_story_that_grows_keeps_its_place_its_id_and_its_date() {
    let origin = Origin::start();
    for outlet in ["echo", "tribune", "gazette"] {
        serve(&origin, outlet, &[]);
    }
    let home = Home::new(&outlets(&origin, STORY));
    let daemon = home.start();
    serve(&origin, "echo", &[AGROUND]);
    home.ok(&["poll", "echo"]);
    daemon.wait_for_items("all", 1);
    let before = daemon.items("all");
    serve(&origin, "tribune", &[EVACUATED]);
    serve(&origin, "gazette", &[ELSEWHERE]);
    // In this order: what is new brings along what has grown by then, and what grows later alone waits for minutes.
    home.ok(&["poll", "tribune"]);
    home.ok(&["poll", "gazette"]);
    let same = |items: &[Value]| {
        items.iter().find(|item| item["id"] == before[0]["id"]).cloned().expect("the same id")
    };
    wait::until_true("the story has grown beside another", || {
        let items = daemon.items("all");
        items.len() == 2 && same(&items)["_muara"]["also"].as_array().map(Vec::len) == Some(1)
    });
    let grown = same(&daemon.items("all"));
    assert_eq!(grown["date_published"], before[0]["date_published"]);
    assert_eq!(grown["title"], before[0]["title"]);
}

#[test]
fn a_topic_can_show_copies_once_or_everything_and_repeats_nothing_when_that_changes() {
    let origin = Origin::start();
    let home = Home::new(&outlets(&origin, "collapse = \"copy\""));
    let daemon = told(&origin, &home);
    daemon.wait_for_items("all", 3);
    assert_eq!(titles(&daemon.items("all")), [AGROUND, ELSEWHERE, EVACUATED]);
    let before = daemon.items("all");
    for topic in ["collapse = \"off\"", STORY, "collapse = \"copy\""] {
        home.configure(&outlets(&origin, topic));
        home.ok(&["reload"]);
        home.ok(&["poll", "--all"]);
        assert_eq!(daemon.items("all"), before, "{topic}");
    }
    home.configure(&outlets(&origin, "collapse = \"off\""));
    home.ok(&["reload"]);
    serve(&origin, "echo", &[AGROUND, "Divers look for the cause of a leak in the hull"]);
    home.ok(&["poll", "echo"]);
    wait::until_true("what is new has an item", || daemon.items("all").len() == 4);
}

#[test]
fn stories_go_on_after_a_restart() {
    let origin = Origin::start();
    for outlet in ["echo", "tribune", "gazette"] {
        serve(&origin, outlet, &[]);
    }
    let home = Home::new(&outlets(&origin, STORY));
    serve(&origin, "echo", &[AGROUND]);
    {
        let daemon = home.start();
        daemon.wait_for_items("all", 1);
    }
    serve(&origin, "tribune", &[EVACUATED]);
    let daemon = home.start();
    home.ok(&["poll", "--all"]);
    let shown = home.ok(&["stories", "--json"]);
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert_eq!(daemon.items("all").len(), 1);
}
