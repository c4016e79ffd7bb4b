//! What operators say about entries: explain, hide, merge, split, backup, restore. Each with the daemon
//! running and without it.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{Entry, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use serde_json::Value;

/// Two outlets, and topics that show stories and single entries.
struct Desk {
    origin: Origin,
    home: Home,
}

const TEXT: &str = "Thousands walked over the new bridge in the rain, and the mayor cut a ribbon.";

fn bridge(outlet: &str, title: &str, text: &str) -> Entry {
    let link = format!("https://{outlet}.example/bridge/{}", title.len());
    Entry::new(title, text, &link).guid(&link)
}

fn config(origin: &Origin) -> Config {
    Config::new()
        .publish("directory = \"out\"")
        .source("herald", &origin.url("/herald"), "")
        .source("courier", &origin.url("/courier"), "")
        .topic("bridges", "bridge", "")
}

impl Desk {
    fn new(herald: Vec<Entry>, courier: Vec<Entry>) -> Self {
        let origin = Origin::start();
        origin.serve("/herald", Feed::rss("The Herald", herald).page());
        origin.serve("/courier", Feed::rss("The Courier", courier).page());
        let home = Home::new(&config(&origin));
        home.ok(&["poll", "herald"]);
        home.ok(&["poll", "courier"]);
        Self { origin, home }
    }

    fn poll(&self) {
        self.home.ok(&["poll", "--all"]);
    }

    fn published(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.home.path("out/bridges.json")).expect("a feed");
        let feed: Value = serde_json::from_str(&text).expect("JSON");
        feed["items"].as_array().expect("items").clone()
    }

    fn explain(&self, what: &str) -> Value {
        self.home.json(&["explain", what, "--json"])
    }
}

fn texts(items: &[Value], name: &str) -> Vec<String> {
    items.iter().map(|item| item[name].as_str().expect("text").to_owned()).collect()
}

fn wait_for(daemon: &Daemon, count: usize) -> Vec<Value> {
    wait::until("the topic is as it should be", || {
        let items = daemon.items("bridges");
        (items.len() == count).then_some(items)
    })
}

/// One agency report that both have, and one of the Herald's own.
fn two_outlets() -> Desk {
    let report = bridge("herald", "The harbour bridge opens after nine years", TEXT);
    let copy = bridge("courier", "The harbour bridge opens after nine years", TEXT);
    let own = bridge("herald", "Why the old bridge had to go", "An engineer explains the rust.");
    Desk::new(vec![report, own], vec![copy])
}

#[test]
fn what_is_hidden_is_gone_for_good_from_every_output() {
    let desk = two_outlets();
    let daemon = desk.home.start();
    let before = wait_for(&daemon, 2);
    let report =
        before.iter().find(|item| item["title"] == "The harbour bridge opens after nine years");
    let id = report.expect("the report")["id"].as_str().expect("an id").to_owned();
    let said = desk.home.ok(&["hide", &id]);
    assert!(said.contains("2 entries"), "{said}");
    let left = daemon.items("bridges");
    assert_eq!(texts(&left, "title"), ["Why the old bridge had to go"]);
    assert!(!daemon.get("/bridges").text().contains("harbour bridge"), "the page shows it");
    for file in ["bridges.rss", "bridges.atom", "bridges.json", "bridges.html"] {
        let text = std::fs::read_to_string(desk.home.path(&format!("out/{file}"))).expect(file);
        assert!(!text.contains("harbour bridge"), "{file} shows it");
    }
    // A correction, a third copy and a topic that begins now bring nothing of it back.
    let title = "The harbour bridge opens after nine years";
    let corrected = bridge("herald", title, &format!("{TEXT} Corrected."));
    desk.origin.serve("/herald", Feed::rss("The Herald", vec![corrected]).page());
    let again = Entry::new(title, TEXT, "https://courier.example/again").guid("again");
    desk.origin.serve("/courier", Feed::rss("The Courier", vec![again]).page());
    desk.poll();
    assert_eq!(texts(&daemon.items("bridges"), "title").len(), 1);
    assert!(daemon.terminate().0.success());
    desk.home.configure(&config(&desk.origin).topic("later", "harbour", "collapse = \"off\""));
    let daemon = desk.home.start();
    wait_for(&daemon, 1);
    assert_eq!(daemon.items("later"), Vec::<Value>::new());
    let explained = desk.explain(&id);
    assert_eq!(explained["state"], "hidden");
    assert_eq!(explained["acts"][0]["command"], "hide", "{explained:#}");
}

#[test]
fn an_address_that_nobody_has_yet_can_be_hidden() {
    let desk = two_outlets();
    let coming = bridge("herald", "A bridge that must not be named", "Its name is not for print.");
    desk.home.ok(&["hide", &coming.link]);
    desk.origin.serve("/herald", Feed::rss("The Herald", vec![coming]).page());
    desk.poll();
    assert_eq!(desk.published().len(), 2);
    let ran = desk.home.run(&["hide", "urn:uuid:b25bf38b-db41-58db-baaf-a51d23341981"]);
    assert_eq!(ran.code, Some(65), "{ran}");
}

#[test]
fn what_was_hidden_stays_hidden_when_an_older_backup_is_restored() {
    let desk = two_outlets();
    desk.home.ok(&["backup", "store.backup"]);
    let id = desk.published()[0]["id"].as_str().expect("an id").to_owned();
    let title = desk.published()[0]["title"].clone();
    desk.home.ok(&["hide", &id]);
    let said = desk.home.ok(&["restore", "store.backup"]);
    assert!(said.contains("before-restore"), "{said}");
    desk.poll();
    let daemon = desk.home.start();
    let items = wait_for(&daemon, 1);
    assert_ne!(items[0]["title"], title);
}

#[test]
fn a_backup_is_whole_while_the_daemon_runs_and_brings_every_id_back() {
    let desk = two_outlets();
    let daemon = desk.home.start();
    let before = wait_for(&daemon, 2);
    std::fs::create_dir(desk.home.path("backups")).expect("a folder");
    let backup = desk.home.json(&["backup", "backups", "--json"]);
    assert!(backup["backup"].as_str().expect("a path").starts_with("backups/muara-"), "{backup}");
    let refused = desk.home.run(&["restore", "backups"]);
    assert_eq!(refused.code, Some(75), "{refused}");
    assert!(daemon.terminate().0.success());
    let file = std::fs::read_dir(desk.home.path("backups")).expect("a folder").next();
    let file = file.expect("a backup").expect("a backup").path();
    std::fs::remove_dir_all(desk.home.state()).expect("the state");
    desk.home.ok(&["restore", file.to_str().expect("UTF-8")]);
    let daemon = desk.home.start();
    assert_eq!(texts(&wait_for(&daemon, 2), "id"), texts(&before, "id"));
    desk.poll();
    assert_eq!(texts(&daemon.items("bridges"), "id"), texts(&before, "id"));
}

#[test]
fn a_store_that_begins_anew_takes_its_ids_from_published_files() {
    let report = "The harbour bridge opens after nine years";
    // The link of a live page is no evidence: its entries have ids by their keys, and the last resort.
    let live = |n: usize, text: &str| {
        let title = format!("At {n} o'clock beside the harbour bridge");
        Entry::new(&title, text, "https://herald.example/live").guid(&format!("live-{n}"))
    };
    let at_one = live(1, "Brass bands arrive, and policemen close the northern quay to lorries.");
    let at_two =
        live(2, "A boy of nine asks the minister why she is late; laughter, then speeches.");
    let desk = Desk::new(
        vec![bridge("herald", report, TEXT), at_one.clone(), at_two.clone()],
        vec![bridge("courier", report, TEXT)],
    );
    let before = desk.published();
    assert_eq!(before.len(), 3);
    std::fs::remove_dir_all(desk.home.state()).expect("the state");
    let said = desk.home.json(&["restore", "--from", "out", "--json"]);
    assert_eq!(said["items"], 3, "{said}");
    let again = desk.home.ok(&["restore", "--from", "out"]);
    assert!(again.contains("by 0 addresses"), "{again}");
    // The copy comes first this time, and the live page the other way round; the items are the same.
    let turned = vec![at_two, at_one, bridge("herald", report, TEXT)];
    desk.origin.serve("/herald", Feed::rss("The Herald", turned).page());
    desk.home.ok(&["poll", "courier"]);
    desk.home.ok(&["poll", "herald"]);
    let mut ids = [texts(&before, "id"), texts(&desk.published(), "id")];
    for ids in &mut ids {
        ids.sort();
    }
    assert_eq!(ids[0], ids[1]);
    let none = desk.home.run(&["restore", "--from", "state"]);
    assert_eq!(none.code, Some(66), "{none}");
}

#[test]
fn what_was_published_after_a_backup_comes_back_under_its_ids() {
    let desk = two_outlets();
    desk.home.ok(&["backup", "store.backup"]);
    let later = bridge("herald", "The first lorry stops on the bridge", "Its driver waves.");
    desk.origin.serve("/herald", Feed::rss("The Herald", vec![later]).page());
    desk.poll();
    let before = desk.published();
    assert_eq!(before.len(), 3);
    desk.home.ok(&["restore", "store.backup"]);
    desk.poll();
    assert_eq!(texts(&desk.published(), "id"), texts(&before, "id"));
}

/// Two entries that tell the same in other words.
fn two_tellings() -> Desk {
    let one = bridge("herald", "Thousands cross the new harbour bridge", TEXT);
    let other = bridge(
        "courier",
        "Rain at the bridge ceremony",
        "It poured, but the crowd stayed all day.",
    );
    Desk::new(vec![one], vec![other])
}

#[test]
fn stories_that_a_topic_shows_as_two_stay_two_and_are_related() {
    let desk = two_tellings();
    let before = desk.published();
    let said = desk.home.ok(&["merge", "1", "2"]);
    assert!(said.contains("stay two"), "{said}");
    desk.poll();
    assert_eq!(texts(&desk.published(), "id"), texts(&before, "id"));
    assert_eq!(desk.explain("1")["related_stories"], serde_json::json!([2]));
}

#[test]
fn merged_before_they_are_published_they_are_one_item_and_split_they_are_two() {
    let desk = two_tellings();
    // A topic in which neither stands yet.
    let quiet = Config::new()
        .publish("directory = \"out\"")
        .source("herald", &desk.origin.url("/herald"), "")
        .source("courier", &desk.origin.url("/courier"), "");
    let home = Home::new(&quiet.clone().topic("quiet", "nothing-of-this-kind", ""));
    home.ok(&["poll", "--all"]);
    home.ok(&["merge", "1", "2"]);
    home.configure(&quiet.topic("bridges", "bridge", "collapse = \"story\""));
    let daemon = home.start();
    let one = wait::until("one item names both outlets", || {
        let items = daemon.items("bridges");
        let others = items.first()?["_muara"]["also"].as_array().map_or(0, Vec::len);
        (items.len() == 1 && others == 1).then_some(items)
    });
    let joined = home.json(&["explain", "2", "--json"]);
    assert_eq!((&joined["story"], &joined["acts"][0]["command"]), (&1.into(), &"merge".into()));

    home.ok(&["split", "2"]);
    let two = wait_for(&daemon, 2);
    assert!(texts(&two, "id").contains(&texts(&one, "id")[0]), "the first keeps its id");
    assert_eq!(home.json(&["explain", "2", "--json"])["story"], 2);
    assert!(daemon.terminate().0.success());
    home.ok(&["poll", "--all"]);
    let daemon = home.start();
    assert_eq!(texts(&wait_for(&daemon, 2), "id"), texts(&two, "id"));
}

#[test]
fn what_was_split_stays_two_whatever_the_entries_say_later() {
    let herald = bridge("herald", "Thousands cross the new harbour bridge", TEXT);
    let courier = bridge("courier", "Thousands cross the new harbour bridge", TEXT);
    let desk = Desk::new(vec![herald.clone()], vec![courier.clone()]);
    assert_eq!(desk.explain("2")["story"], 1, "a copy");
    desk.home.ok(&["split", "2"]);
    desk.poll();
    let apart = desk.published();
    assert_eq!(apart.len(), 2);
    for text in [format!("{TEXT} It rained."), TEXT.to_owned(), format!("{TEXT} It rained again.")]
    {
        for (path, entry) in [("/courier", &courier), ("/herald", &herald)] {
            let revised = Entry { summary: text.clone(), ..entry.clone() };
            desk.origin.serve(path, Feed::rss("A paper", vec![revised]).page());
        }
        desk.poll();
        assert_eq!(desk.explain("2")["story"], 2);
        assert_eq!(texts(&desk.published(), "id"), texts(&apart, "id"));
    }
    // It is remembered, with who was there.
    assert_eq!(desk.explain("2")["acts"][0]["command"], "split");
    assert_eq!(desk.explain("1")["acts"][0]["command"], "split");
}

#[test]
fn what_is_not_there_is_said() {
    let desk = two_tellings();
    for command in
        [vec!["explain", "77"], vec!["split", "https://a.example/1"], vec!["merge", "1", "77"]]
    {
        let ran = desk.home.run(&command);
        assert_eq!(ran.code, Some(65), "{ran}");
    }
    let ran = desk.home.run(&["release", "no-such-source"]);
    assert_eq!(ran.code, Some(65), "{ran}");
    assert!(desk.home.ok(&["release", "herald"]).contains("nothing of herald"));
}
