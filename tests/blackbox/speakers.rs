//! Which of several entries is shown for an item. Whichever it is: id, place and date stay.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{Entry, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use serde_json::Value;

/// Two outlets with one article, the Herald's; the Courier tells it later, at more length and in Korean.
struct Outlets {
    origin: Origin,
    home: Home,
}

const ENGLISH: &str = "Bridge opens";
const KOREAN: &str = "새 다리 개통";
const ARTICLE: &str = "https://herald.example/2024/06/bridge";

fn feed(outlet: &str, language: &str, entry: Entry) -> Feed {
    Feed {
        language: language.to_owned(),
        site: format!("https://{outlet}.example/"),
        ..Feed::rss(outlet, vec![entry])
    }
}

impl Outlets {
    fn new() -> Self {
        let origin = Origin::start();
        let early = Entry::new(ENGLISH, "The bridge opens today.", ARTICLE).guid("1");
        let late = Entry {
            published: "2024-06-19T18:00:00+09:00".to_owned(),
            ..Entry::new(
                KOREAN,
                "The bridge opens today. 오늘 새 다리가 개통됐다. 시민 수천 명이 다리를 건넜고, 시장은 테이프를 \
                 끊었다. 공사는 아홉 해가 걸렸다.",
                ARTICLE,
            )
        };
        origin.serve("/herald", feed("herald", "en", early).page());
        origin.serve("/courier", feed("courier", "ko", late.guid("77")).page());
        let outlets = Self { home: Home::new(&Config::new()), origin };
        outlets.home.configure(&outlets.config("prefer = []"));
        outlets.home.ok(&["poll", "herald"]);
        outlets.home.ok(&["poll", "courier"]);
        outlets
    }

    fn config(&self, topic: &str) -> Config {
        Config::new()
            .source("herald", &self.origin.url("/herald"), "")
            .source("courier", &self.origin.url("/courier"), "rank = 1")
            .topic("bridges", "bridge", topic)
    }

    /// The one item of the topic under these lines, once it has this title.
    #[track_caller]
    fn shows(&self, topic: &str, title: &str) -> Value {
        self.home.configure(&self.config(topic));
        let daemon = self.home.start();
        let item = wait::until(title, || {
            let items = daemon.items("bridges");
            assert_eq!(items.len(), 1);
            (items[0]["title"] == title).then(|| items[0].clone())
        });
        assert!(daemon.terminate().0.success());
        item
    }
}

#[test]
fn whichever_copy_is_shown_the_item_keeps_its_id_and_its_date() {
    let outlets = Outlets::new();
    let first = outlets.shows("prefer = []", ENGLISH);
    assert_eq!(first["url"], ARTICLE);
    let fuller = outlets.shows("prefer = [\"complete\", \"earliest\"]", KOREAN);
    assert!(fuller["content_html"].as_str().expect("a text").contains("아홉 해"), "{fuller:#}");
    assert_eq!(fuller["language"], "ko");
    assert_eq!(fuller["_muara"]["source"]["name"], "courier");
    assert_eq!(fuller["_muara"]["also"][0]["name"], "herald");
    for kept in ["id", "date_published", "date_modified"] {
        assert_eq!(first[kept], fuller[kept], "{kept}");
    }
    outlets.shows("prefer = [\"earliest\"]", ENGLISH);
    outlets.shows("prefer = [\"source-rank\"]", KOREAN);
    let explained = outlets.home.json(&["explain", "1", "--json"]);
    let place = &explained["topics"][0];
    assert_eq!((&place["opened_by"], &place["shown_by"]), (&1.into(), &2.into()));
    // By default the outlet to which the other leads.
    outlets.shows("", ENGLISH);
}

#[test]
fn the_languages_that_a_topic_prefers_speak_first() {
    let outlets = Outlets::new();
    outlets.shows("prefer_languages = [\"ru\", \"ko\"]", KOREAN);
    outlets.shows("language = \"ko\"\nprefer_languages = [\"en\"]", ENGLISH);
    outlets.shows("language = \"ko\"", KOREAN);
}

#[test]
fn an_entry_that_the_rule_does_not_match_never_speaks() {
    let outlets = Outlets::new();
    // A topic that begins under these lines, and takes only the Herald.
    let config = outlets.config("").topic(
        "herald-only",
        "bridge",
        "sources = [\"herald\"]\nprefer = [\"complete\"]\nprefer_languages = [\"ko\"]",
    );
    outlets.home.configure(&config);
    let daemon = outlets.home.start();
    assert_eq!(daemon.wait_for_items("herald-only", 1)[0]["title"], ENGLISH);
}

#[test]
fn what_cannot_be_preferred_is_told_by_check() {
    let outlets = Outlets::new();
    outlets.home.configure(&outlets.config("prefer = [\"newest\"]"));
    let ran = outlets.home.run(&["check"]);
    assert_eq!(ran.code, Some(78), "{ran}");
    assert!((ran.out + &ran.err).contains("source-rank"), "the words are not named");
}
