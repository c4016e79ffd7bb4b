//! What publishers do to their entries' ids, addresses, dates and titles. Whatever it is, what was
//! published once is never published again, and what is new is.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{Entry, Feed};
use crate::support::origin::{Origin, Page};
use serde_json::Value;
use std::collections::BTreeSet;

/// A newspaper that writes one feed, and a muara that publishes all of it.
struct Paper {
    origin: Origin,
    home: Home,
}

impl Paper {
    fn with(polling: &str) -> Self {
        let origin = Origin::start();
        let config = Config::new()
            .polling(&format!("every = \"6h\"\n{polling}"))
            .publish("directory = \"out\"\nitems = 500")
            .source("paper", &origin.url("/feed"), "")
            .topic("all", "the", "collapse = \"off\"");
        Self { origin, home: Home::new(&config) }
    }

    fn new() -> Self {
        Self::with("first_poll = 100")
    }

    /// The ids of everything that is published once the feed says this.
    fn says(&self, entries: &[Entry]) -> BTreeSet<String> {
        self.origin.serve("/feed", Feed::rss("The paper", entries.to_vec()).page());
        self.home.ok(&["poll", "--all"]);
        self.published()
    }

    fn items(&self) -> Vec<Value> {
        let Ok(text) = std::fs::read_to_string(self.home.path("out/all.json")) else {
            return Vec::new();
        };
        let feed: Value = serde_json::from_str(&text).expect("a JSON feed");
        feed["items"].as_array().expect("items").clone()
    }

    fn published(&self) -> BTreeSet<String> {
        let items = self.items();
        let ids = items.iter().map(|item| item["id"].as_str().expect("an id").to_owned());
        ids.collect()
    }

    fn held(&self) -> Value {
        self.home.source_status("paper")["held"].clone()
    }
}

const HEADLINES: [(&str, &str); 8] = [
    (
        "The harbour bridge opens after nine years",
        "Thousands walked over it in the rain this morning.",
    ),
    (
        "Fishermen reject the minister's new quota",
        "They say that the cod has never been so plentiful.",
    ),
    (
        "Two trams collide near the old market",
        "Nobody was badly hurt; the line is closed until noon.",
    ),
    (
        "The council votes to keep the lending library",
        "Eleven members were for it and ten against it.",
    ),
    (
        "Ferries stop as the storm reaches the strait",
        "Gusts of forty metres a second were measured at sea.",
    ),
    (
        "A museum returns the bronze bells to Benin",
        "The crates left the port under police escort today.",
    ),
    (
        "The spring exhibition draws a record crowd",
        "Visitors waited for three hours along the river wall.",
    ),
    (
        "Farmers block the ring road for the third day",
        "The queue of tractors is eleven kilometres long now.",
    ),
];

/// The newest comes first; each has a minute of its own.
fn edition() -> Vec<Entry> {
    let of = |(n, (title, text)): (usize, &(&str, &str))| {
        let link = format!("http://www.paper.example/news/{}", slug(title));
        let date = format!("2026-11-2{}T0{}:1{n}:07Z", 5 - n / 4, 8 - n % 4);
        dated(Entry::new(title, text, &link).guid(&link), &date)
    };
    HEADLINES.iter().enumerate().map(of).collect()
}

fn slug(title: &str) -> String {
    title.to_lowercase().replace([' ', '\''], "-")
}

fn dated(entry: Entry, date: &str) -> Entry {
    Entry { published: date.to_owned(), ..entry }
}

fn changed(entries: &[Entry], change: impl Fn(usize, &mut Entry)) -> Vec<Entry> {
    let mut entries = entries.to_vec();
    entries.iter_mut().enumerate().for_each(|(n, entry)| change(n, entry));
    entries
}

/// Something that was never said before.
fn fresh(n: usize) -> Entry {
    let title = format!("The wind of number {n} blows from {}", ["north", "south", "east"][n % 3]);
    let link = format!("http://www.paper.example/wind/{n}");
    let text = format!("Sailors of the {n}th fleet report that it blows, and how.");
    dated(Entry::new(&title, &text, &link).guid(&link), &format!("2026-11-25T10:{:02}:33Z", n + 10))
}

/// Publishes an edition, then what `change` makes of it with one more entry on top; only that one may
/// be new.
#[track_caller]
fn brings_nothing_again(change: impl Fn(usize, &mut Entry)) {
    let paper = Paper::new();
    let edition = edition();
    let before = paper.says(&edition);
    assert_eq!(before.len(), edition.len());
    let mut again = changed(&edition, change);
    again.insert(0, fresh(1));
    let after = paper.says(&again);
    let new: Vec<_> = after.difference(&before).collect();
    assert_eq!(new.len(), 1, "{:#?}", paper.items());
    assert!(before.is_subset(&after), "something is gone");
    assert_eq!(paper.held(), Value::Null);
    again.insert(0, fresh(2));
    assert_eq!(paper.says(&again).len(), after.len() + 1, "the next one is lost");
}

#[test]
fn guids_that_change_under_entries_that_stay() {
    brings_nothing_again(|n, entry| entry.guid = Some(format!("tag:paper.example,2026:{n}")));
}

#[test]
fn https_in_the_place_of_http() {
    brings_nothing_again(|_, entry| {
        entry.link = entry.link.replace("http:", "https:");
        entry.guid = Some(entry.link.clone());
    });
}

#[test]
fn https_in_the_place_of_http_with_new_titles() {
    brings_nothing_again(|n, entry| {
        entry.link = entry.link.replace("http:", "https:");
        entry.guid = Some(entry.link.clone());
        entry.title = format!("Rewritten, the {n}th");
    });
}

#[test]
fn another_host() {
    brings_nothing_again(|_, entry| {
        entry.link = entry.link.replace("www.paper.example", "the-paper-online.example");
        entry.guid = Some(entry.link.clone());
    });
}

#[test]
fn another_host_and_other_dates() {
    brings_nothing_again(|n, entry| {
        entry.link = entry.link.replace("www.paper.example", "the-paper-online.example");
        entry.guid = Some(entry.link.clone());
        entry.published = format!("2026-11-25T09:00:{n:02}Z");
    });
}

#[test]
fn another_program_with_other_addresses_and_other_dates() {
    brings_nothing_again(|n, entry| {
        entry.link = format!("https://www.paper.example/?p={}", 4000 + n);
        entry.guid = Some(entry.link.clone());
        entry.published = format!("2026-11-25T09:00:{n:02}Z");
    });
}

#[test]
fn another_program_that_lists_more_than_the_last_one_did() {
    let paper = Paper::new();
    let edition = edition();
    let before = paper.says(&edition);
    assert_eq!(paper.says(&edition[..5]), before);
    let moved = changed(&edition, |n, entry| {
        entry.link = format!("https://www.paper.example/?p={}", 4000 + n);
        entry.guid = Some(entry.link.clone());
        entry.published = format!("2026-11-25T09:00:{n:02}Z");
    });
    assert_eq!(paper.says(&moved), before, "{:#?}", paper.items());
    assert_eq!(paper.held(), Value::Null);
}

#[test]
fn slugs_renamed_after_a_retitle() {
    let paper = Paper::new();
    let edition = edition();
    let before = paper.says(&edition);
    let retitled = changed(&edition, |n, entry| {
        if n == 2 {
            entry.title = "Eleven hurt as trams collide".to_owned();
            entry.link = format!("http://www.paper.example/news/{}", slug(&entry.title));
            entry.guid = Some(entry.link.clone());
        }
    });
    assert_eq!(paper.says(&retitled), before);
    let titles: Vec<_> = paper.items().iter().map(|item| item["title"].clone()).collect();
    assert!(titles.contains(&"Eleven hurt as trams collide".into()), "{titles:?}");
}

#[test]
fn a_slug_renamed_after_a_retitle_with_another_text() {
    let paper = Paper::new();
    let edition = edition();
    let before = paper.says(&edition);
    let retitled = changed(&edition, |n, entry| {
        if n == 2 {
            entry.title = "Two trams collide near the old market, eleven are hurt".to_owned();
            entry.summary = "Ambulances came from three towns. The line is open again.".to_owned();
            entry.link = format!("http://www.paper.example/news/{}", slug(&entry.title));
            entry.guid = Some(entry.link.clone());
        }
    });
    assert_eq!(paper.says(&retitled), before);
}

#[test]
fn a_text_that_is_moved_retitled_and_dated_anew_under_its_guid() {
    let paper = Paper::new();
    let edition = changed(&edition(), |n, entry| entry.guid = Some(format!("paper-{n}")));
    let before = paper.says(&edition);
    let again = changed(&edition, |n, entry| {
        if n == 2 {
            entry.title = "Eleven hurt: what we know".to_owned();
            entry.link = format!("http://www.paper.example/news/{}", slug(&entry.title));
            entry.published = "2026-11-25T09:44:07Z".to_owned();
        }
    });
    assert_eq!(paper.says(&again), before);
}

#[test]
fn the_same_guid_on_all_items() {
    let paper = Paper::new();
    let same =
        |entries: &[Entry]| changed(entries, |_, entry| entry.guid = Some("paper".to_owned()));
    let edition = edition();
    let before = paper.says(&same(&edition));
    assert_eq!(before.len(), edition.len());
    let mut next = edition.clone();
    next.insert(0, fresh(1));
    assert_eq!(paper.says(&same(&next)).len(), before.len() + 1);
}

#[test]
fn one_guid_in_a_feed_of_one_item() {
    let paper = Paper::new();
    for (n, entry) in edition().into_iter().rev().enumerate() {
        assert_eq!(paper.says(&[entry.guid("latest")]).len(), n + 1);
    }
}

#[test]
fn ids_that_are_dates() {
    let paper = Paper::new();
    let days = changed(&edition(), |_, entry| entry.guid = Some(entry.published[..10].to_owned()));
    for n in (0..days.len()).rev() {
        let list = &days[n..days.len().min(n + 2)];
        assert_eq!(paper.says(list).len(), days.len() - n, "{:#?}", paper.items());
    }
}

#[test]
fn ids_that_are_places_in_the_list() {
    let placed = |entries: &[Entry]| {
        changed(entries, |place, entry| entry.guid = Some(format!("{}", place + 1)))
    };
    let at_home = |entries: &[Entry]| {
        changed(entries, |_, entry| entry.link = "http://www.paper.example/".to_owned())
    };
    let as_they_are = |entries: &[Entry]| entries.to_vec();
    for address in [as_they_are as fn(&[Entry]) -> Vec<Entry>, at_home] {
        let paper = Paper::new();
        let mut list = edition();
        assert_eq!(paper.says(&placed(&address(&list))).len(), 8);
        for n in 0..3 {
            list.insert(0, fresh(n));
            let published = paper.says(&placed(&address(&list)));
            assert_eq!(published.len(), 9 + n, "{:#?}", paper.items());
        }
    }
}

#[test]
fn a_list_that_is_empty_for_once() {
    let paper = Paper::new();
    let edition = edition();
    let before = paper.says(&edition);
    assert_eq!(paper.says(&[]), before);
    let renamed = changed(&edition, |n, entry| {
        if n == 2 {
            entry.title = "Two trams collide near the old market, eleven are hurt".to_owned();
            entry.link = format!("http://www.paper.example/news/{}", slug(&entry.title));
            entry.guid = Some(entry.link.clone());
        }
    });
    assert_eq!(paper.says(&renamed), before);
}

#[test]
fn new_dates_at_every_poll() {
    let paper = Paper::new();
    let edition = edition();
    let before = paper.says(&edition);
    for round in 0..3 {
        let redated = changed(&edition, |n, entry| {
            entry.published = format!("2026-11-25T1{round}:00:{n:02}Z");
        });
        assert_eq!(paper.says(&redated), before);
        let bare = changed(&redated, |n, entry| {
            entry.guid = None;
            entry.published = format!("2026-11-25T1{round}:30:{n:02}Z");
        });
        assert_eq!(paper.says(&bare), before);
    }
}

#[test]
fn new_dates_where_there_is_neither_guid_nor_address() {
    let paper = Paper::new();
    let bare = changed(&edition(), |_, entry| entry.link = "http://www.paper.example/".to_owned());
    let bare = changed(&bare, |_, entry| entry.guid = None);
    let before = paper.says(&bare);
    assert_eq!(before.len(), bare.len());
    let redated = changed(&bare, |n, e| e.published = format!("2026-11-25T11:00:{n:02}Z"));
    assert_eq!(paper.says(&redated), before);
}

#[test]
fn dates_in_another_form() {
    // RSS writes RFC 2822 and Atom RFC 3339: the same moment.
    let paper = Paper::new();
    let bare = changed(&edition(), |n, entry| entry.guid = Some(format!("{n}")));
    let before = paper.says(&bare);
    let other = changed(&bare, |n, entry| {
        entry.guid = Some(format!("other-{n}"));
        entry.link = format!("https://elsewhere.example/{n}");
    });
    let shape = crate::support::feeds::Shape::Atom;
    let page = Feed { shape, ..Feed::rss("The paper", other) }.page();
    paper.origin.serve("/feed", page);
    paper.home.ok(&["poll", "--all"]);
    assert_eq!(paper.published(), before);
}

#[test]
fn guids_of_another_feed() {
    let origin = Origin::start();
    let config = Config::new()
        .publish("directory = \"out\"\nitems = 500")
        .source("paper", &origin.url("/feed"), "")
        .source("other", &origin.url("/other"), "")
        .topic("all", "the", "collapse = \"off\"");
    let paper = Paper { home: Home::new(&config), origin };
    let ours = changed(&edition(), |n, entry| entry.guid = Some(format!("{n}")));
    let theirs: Vec<Entry> = (0..8).map(|n| fresh(n).guid(&format!("{n}"))).collect();
    paper.origin.serve("/other", Feed::rss("The other", theirs).page());
    assert_eq!(paper.says(&ours).len(), 16);
}

#[test]
fn a_changed_text_is_a_revision_that_explain_shows() {
    let paper = Paper::new();
    let edition = edition();
    let before = paper.says(&edition);
    let edited = changed(&edition, |n, entry| {
        if n == 0 {
            entry.summary = "Thousands walked over it, and the mayor danced.".to_owned();
        }
    });
    assert_eq!(paper.says(&edited), before);
    let explained = paper.home.json(&["explain", &edition[0].link, "--json"]);
    let revisions = explained["revisions"].as_array().expect("revisions");
    assert_eq!(revisions.len(), 1, "{explained:#}");
    assert_eq!(revisions[0]["changed"], serde_json::json!(["text"]));
    assert!(revisions[0]["text_before"].as_str().expect("a text").contains("in the rain"));
}

/// Every id, address, date and text is new; the titles are known.
fn unsure(entries: &[Entry]) -> Vec<Entry> {
    changed(entries, |n, entry| {
        entry.link = format!("https://www.paper.example/?p={}", 4000 + n);
        entry.guid = Some(entry.link.clone());
        entry.published = format!("2026-11-25T09:00:{n:02}Z");
        entry.summary = format!("Read more: {}{}{}{}{}", n, n + 3, n * 7, n + 1, n * 5);
    })
}

#[test]
fn a_source_that_changes_everything_is_held_back_until_it_is_released() {
    let paper = Paper::new();
    let before = paper.says(&edition());
    let mut again = unsure(&edition());
    assert_eq!(paper.says(&again), before);
    assert_eq!(paper.held()["entries"], 8, "{}", paper.held());
    assert!(paper.home.ok(&["status"]).contains("muara release paper"));
    // Not by another poll, nor by a restart, nor by a correction of what is held.
    "Read more, again".clone_into(&mut again[0].summary);
    assert_eq!(paper.says(&again), before);
    again.insert(0, fresh(1));
    let with_fresh = paper.says(&again);
    assert_eq!(with_fresh.len(), before.len() + 1, "what is new goes on");
    assert_eq!(paper.held()["entries"], 8);
    assert!(paper.home.ok(&["release", "paper"]).contains("8 entries"));
    assert_eq!(paper.says(&again).len(), with_fresh.len() + 8);
    assert_eq!(paper.held(), Value::Null);
}

#[test]
fn what_is_held_back_can_be_dropped_for_good() {
    let paper = Paper::new();
    let before = paper.says(&edition());
    let again = unsure(&edition());
    paper.says(&again);
    paper.home.ok(&["release", "--drop", "paper"]);
    assert_eq!(paper.held(), Value::Null);
    assert_eq!(paper.says(&again), before);
    let corrected = changed(&again, |_, entry| entry.summary += " Corrected.");
    assert_eq!(paper.says(&corrected), before);
}

#[test]
fn old_entries_under_new_ids_are_held_back() {
    let paper = Paper::new();
    let before = paper.says(&edition());
    let archive: Vec<Entry> =
        (0..9).map(|n| dated(fresh(n), &format!("2026-10-0{}T12:00:00Z", n + 1))).collect();
    assert_eq!(paper.says(&archive), before);
    assert_eq!(paper.held()["entries"], 9, "{}", paper.held());
}

#[test]
fn the_document_of_another_feed_is_held_back() {
    let paper = Paper::new();
    let before = paper.says(&edition());
    let foreign: Vec<Entry> = (0..6)
        .map(fresh)
        .map(|entry| {
            let link = entry.link.replace("www.paper.example", "casino.example");
            Entry { guid: Some(link.clone()), link, ..entry }
        })
        .collect();
    assert_eq!(paper.says(&foreign), before);
    assert_eq!(paper.held()["entries"], 6, "{}", paper.held());
}

#[test]
fn a_first_poll_brings_the_newest_and_the_others_never_come() {
    let paper = Paper::with("first_poll = 3");
    let edition = edition();
    let before = paper.says(&edition);
    assert_eq!(before.len(), 3);
    assert_eq!(paper.says(&changed(&edition, |n, e| e.guid = Some(format!("g{n}")))), before);
    let moved = changed(&edition, |n, entry| {
        entry.link = format!("https://moved.example/{n}");
        entry.guid = Some(entry.link.clone());
    });
    assert_eq!(paper.says(&moved), before);
}

#[test]
fn columns_with_one_name_are_entries_of_their_own() {
    let paper = Paper::new();
    let column = |day: usize| {
        let link = format!("http://www.paper.example/crossword/{day}");
        let entry = Entry::new(
            "The daily crossword of the paper",
            "Fifteen clues, and one of them is the hardest.",
            &link,
        );
        dated(entry.guid(&link), &format!("2026-11-{:02}T05:00:00Z", 10 + day))
    };
    for day in 0..6 {
        assert_eq!(paper.says(&[column(day)]).len(), day + 1);
    }
}

/// Moves into the past when the source last brought something.
fn silent_for_months(home: &Home) {
    let connection = rusqlite::Connection::open(home.database()).expect("the store");
    let months = 100_i64 * 24 * 3600 * 1_000_000;
    let changed = connection
        .execute("UPDATE source_state SET last_new_at = last_new_at - ?1", [months])
        .expect("SQL");
    assert_eq!(changed, 1);
}

#[test]
fn a_source_that_was_silent_for_months_brings_no_flood() {
    let paper = Paper::with("first_poll = 8");
    let edition = edition();
    assert_eq!(paper.says(&edition).len(), 8);
    silent_for_months(&paper.home);
    let back: Vec<Entry> = (0..30).rev().map(fresh).collect();
    let after = paper.says(&back);
    assert_eq!(after.len(), 16, "as many as at first sight");
    assert!(paper.items().iter().any(|item| item["title"] == back[0].title.as_str()));
    // The others are known, and never come.
    assert_eq!(paper.says(&changed(&back, |n, e| e.guid = Some(format!("again-{n}")))), after);
}

#[test]
fn an_address_that_a_source_uses_for_two_entries_says_nothing_about_a_third() {
    let origin = Origin::start();
    let live = "https://www.paper.example/live";
    let entry = |n: usize| {
        let (title, text) = HEADLINES[n];
        Entry::new(title, text, live).guid(&format!("{n}"))
    };
    let config = Config::new()
        .publish("directory = \"out\"")
        .source("paper", &origin.url("/feed"), "")
        .source("other", &origin.url("/other"), "")
        .topic("all", "the", "");
    let paper = Paper { home: Home::new(&config), origin };
    let serve = |path: &str, entries: Vec<Entry>| {
        paper.origin.serve(path, Feed::rss("A paper", entries).page());
    };
    serve("/feed", vec![entry(0), entry(1)]);
    serve("/other", vec![entry(2)]);
    paper.home.ok(&["poll", "paper"]);
    paper.home.ok(&["poll", "other"]);
    assert_eq!(paper.published().len(), 3, "{:#?}", paper.items());
    // An address with one entry to each source is the same article.
    serve("/feed", vec![entry(0), entry(1), Entry { link: format!("{live}/1"), ..entry(3) }]);
    serve("/other", vec![entry(2), Entry { link: format!("{live}/1"), ..entry(4) }]);
    paper.home.ok(&["poll", "paper"]);
    paper.home.ok(&["poll", "other"]);
    assert_eq!(paper.published().len(), 4, "{:#?}", paper.items());
}

#[test]
fn posts_of_a_live_page_that_are_dated_by_the_day() {
    let paper = Paper::new();
    let live = "https://www.paper.example/live";
    let post = |n: usize| {
        let (title, text) = HEADLINES[n];
        dated(Entry::new(title, text, live).guid(&format!("post-{n}")), "2026-11-25T00:00:00Z")
    };
    assert_eq!(paper.says(&[fresh(0), post(0)]).len(), 2);
    assert_eq!(paper.says(&[fresh(0), post(1)]).len(), 3, "{:#?}", paper.items());
    assert_eq!(paper.says(&[fresh(0), post(2), post(1)]).len(), 4, "{:#?}", paper.items());
    // The same post under a guid of another system.
    let moved = Entry { guid: Some("9".to_owned()), ..post(2) };
    assert_eq!(paper.says(&[fresh(0), moved]).len(), 4, "{:#?}", paper.items());
    // The next one, when the site has gone to another host.
    let elsewhere = Entry { link: "https://daily.example/live".to_owned(), ..post(3) };
    assert_eq!(paper.says(&[fresh(0), elsewhere]).len(), 5, "{:#?}", paper.items());
}

#[test]
fn columns_that_link_to_the_home_page() {
    let paper = Paper::new();
    let column = |n: usize| {
        let text = format!("{} Read the rest in the paper.", HEADLINES[n].1);
        let date = format!("2026-11-25T10:{n:02}:17Z");
        let column = Entry::new("The morning letter", &text, "https://www.paper.example/");
        dated(column.guid(&format!("letter-{n}")), &date)
    };
    for n in 0..6 {
        assert_eq!(paper.says(&[fresh(0), column(n)]).len(), n + 2, "{:#?}", paper.items());
    }
}

#[test]
fn posts_without_titles_that_are_dated_anew_and_then_moved() {
    let paper = Paper::new();
    let untitled = |round: usize| {
        changed(&edition(), |n, entry| {
            entry.title.clear();
            entry.guid = Some(format!("{round}-{n}"));
        })
    };
    let before = paper.says(&untitled(1));
    assert_eq!(before.len(), 6, "not all of them say \"the\"");
    let redated = |round: usize| {
        let mut entries = untitled(round);
        entries[2] = dated(entries[2].clone(), "2026-11-25T11:12:13Z");
        entries
    };
    assert_eq!(paper.says(&redated(2)), before, "{:#?}", paper.items());
    let mut moved = redated(3);
    moved[2].link = "http://www.paper.example/trams/2".to_owned();
    assert_eq!(paper.says(&moved), before, "{:#?}", paper.items());
}

#[test]
fn a_list_of_a_sitemap_that_is_cut() {
    let paper = Paper::new();
    let sitemap = |count: usize| {
        let page = |n: usize| {
            let title = HEADLINES[n].0;
            format!(
                "<url><loc>https://www.paper.example/{n}</loc><news:news><news:title>{title}</news:title>\
                 </news:news></url>"
            )
        };
        let pages: String = (0..count).map(page).collect();
        format!(
            "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
             xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">{pages}</urlset>"
        )
    };
    let says = |text: &str| {
        paper.origin.serve("/feed", Page::new("application/xml", text.to_owned()));
        paper.home.ok(&["poll", "--all"]);
        paper.items()
    };
    let whole = sitemap(3);
    let third = whole.rfind("<url>").expect("a page");
    assert_eq!(says(&whole[..third + "<url><loc>https://www.paper.example/2".len()]).len(), 2);
    let items = says(&whole);
    assert_eq!(items.len(), 3, "{items:#?}");
    assert!(items.iter().all(|item| item["title"].is_string()), "{items:#?}");
}

#[test]
fn a_rule_that_is_changed_and_changed_back_brings_nothing_again() {
    let paper = Paper::new();
    let edition = edition();
    let before = paper.says(&edition);
    let config = |rule: &str| {
        Config::new()
            .publish("directory = \"out\"\nitems = 500")
            .source("paper", &paper.origin.url("/feed"), "")
            .topic("all", rule, "collapse = \"off\"")
    };
    paper.home.configure(&config("wind"));
    let next = changed(&edition, |_, entry| entry.summary += " Corrected.");
    assert_eq!(paper.says(&next), before, "what is there stays");
    paper.home.configure(&config("the"));
    let last = changed(&next, |n, entry| entry.guid = Some(format!("guid-{n}")));
    assert_eq!(paper.says(&last), before);
}
