//! What many publishers do to their feeds over a long time, at random: whatever it is, each article is in
//! the output once, under one id. `MUARA_STEPS` says how much each model does (by default what all can do
//! in some minutes). Each model is played with one seed, so that a change is judged by what it does and not by
//! what happened to be played; `MUARA_SEED` plays another.

#[expect(dead_code, reason = "shared with the black-box tests, which need more of it")]
#[path = "../support/mod.rs"]
mod support;

mod newsroom;
mod publisher;
#[path = "../crash/random.rs"]
mod random;
mod site;

use newsroom::Newsroom;
use publisher::Publisher;
use serde_json::Value;
use site::Site;
use std::collections::{BTreeMap, HashMap};
use support::daemon::{Config, Daemon, Home, tell};
use support::origin::{Answer, Origin, Page};

const HOUSES: usize = 24;
/// What a house does between two polls.
const BETWEEN_POLLS: u64 = 30;
/// Collapse of each topic: one shows every entry, one what is left when copies are told once.
const TOPICS: [(&str, &str); 2] = [("all", "off"), ("once", "copy")];

/// A model of a publisher: a truth about its articles, and a feed that it changes.
trait House {
    /// Does one thing that publishers do.
    fn act(&mut self);
    /// What its server answers now.
    fn page(&mut self) -> Page;
    /// Whether it answers with an error instead.
    fn is_down(&self) -> bool {
        false
    }
    /// The true names of the articles in its last page.
    fn shows(&self) -> &[String];
    /// Its last page was read.
    fn polled(&mut self);
    /// What it did since its page was read.
    fn deeds(&self) -> &[String];
}

#[test]
fn whatever_publishers_do_each_article_is_there_once_under_one_id() {
    World::begin(501, Publisher::new, "title:/^[a-e]/").live(100_000);
}

#[test]
fn whatever_newsrooms_do_each_report_is_there_once_under_one_id() {
    World::begin(9474, Newsroom::new, "category:/[05]$/").live(100_000);
}

/// Rare mixtures remain in which this model and the code disagree (docs/identity.md).
#[test]
fn whatever_sites_and_their_caches_do_each_article_is_there_once_under_one_id() {
    World::begin(36, Site::new, "category:/[05]$/").live(100_000);
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// Many houses, and a muara that reads them.
struct World<H> {
    seed: u64,
    houses: Vec<H>,
    origin: Origin,
    home: Home,
    seen: Seen,
}

/// What subscribers have seen: the id of each article in each topic, and the article of each id.
#[derive(Default)]
struct Seen {
    ids: HashMap<(&'static str, String), String>,
    names: HashMap<String, String>,
}

impl<H: House> World<H> {
    /// `seed` is for when none is set; `few` is the rule of the topic with copies told once: so few that it
    /// costs little.
    fn begin(seed: u64, house: fn(usize, u64) -> H, few: &str) -> Self {
        let seed = setting("MUARA_SEED", seed);
        let origin = Origin::start();
        let home = home(&origin, few);
        let houses = (0..HOUSES).map(|number| house(number, seed)).collect();
        Self { seed, houses, origin, home, seen: Seen::default() }
    }

    fn live(&mut self, steps: u64) {
        let (seed, steps) = (self.seed, setting("MUARA_STEPS", steps));
        tell(&format!("MUARA_SEED={seed} repeats this run of {steps} steps"));
        self.serve();
        let mut daemon = self.home.start();
        for round in 0..=steps.div_ceil(BETWEEN_POLLS * HOUSES as u64) {
            self.serve();
            self.home.ok(&["poll", "--all"]);
            if let Err(complaint) = self.seen.look(&daemon).and_then(|()| self.check()) {
                self.panic(round, &complaint);
            }
            if round % 50 == 49 {
                daemon.terminate();
                daemon = self.home.start();
            }
            for house in &mut self.houses {
                house.polled();
                (0..BETWEEN_POLLS).for_each(|_| house.act());
            }
        }
    }

    fn serve(&mut self) {
        for (number, house) in self.houses.iter_mut().enumerate() {
            let page = house.page();
            let answer = if house.is_down() { Answer::status(500, &[]) } else { page.into() };
            self.origin.serve(&format!("/{number}"), answer);
        }
    }

    /// What no poll may leave: something held back, or an article that is nowhere.
    fn check(&self) -> Result<(), String> {
        let status = self.home.json(&["status", "--json"]);
        for source in status["sources"].as_array().expect("sources") {
            let number = source["id"].as_str().and_then(|id| id.strip_prefix('p'));
            let number: usize = number.and_then(|text| text.parse().ok()).expect("a house");
            let has_failed = source["last"]["outcome"] == "failed";
            if !source["held"].is_null() || (has_failed && !self.houses[number].is_down()) {
                return Err(format!("{source:#}"));
            }
        }
        let mut shown = self.houses.iter().flat_map(House::shows);
        let lost = shown.find(|name| !self.seen.has("all", name));
        lost.map_or(Ok(()), |lost| Err(format!("{lost} is lost")))
    }

    fn panic(&self, round: u64, complaint: &str) -> ! {
        let deeds = self.houses.iter().map(House::deeds).enumerate();
        let deeds: BTreeMap<_, _> =
            deeds.filter(|(number, _)| is_about(complaint, *number)).collect();
        let ids = complaint.split_whitespace().filter(|word| word.starts_with("urn:uuid:"));
        let explain = |id: &str| self.home.run(&["explain", id.trim_end_matches(':')]).out;
        let told: String = ids.take(2).map(explain).collect();
        panic!("round {round}, seed {}: {complaint}\n{told}\n{deeds:#?}", self.seed);
    }
}

impl Seen {
    /// Reads the topics; complains of an article that is there under a second id, and of two under one.
    fn look(&mut self, daemon: &Daemon) -> Result<(), String> {
        for (topic, _) in TOPICS {
            for item in self.read(daemon, topic) {
                let (name, id) = (truth(&item), item["id"].as_str().expect("an id").to_owned());
                let known = self.ids.entry((topic, name.clone())).or_insert_with(|| id.clone());
                if *known != id {
                    return Err(format!("{name} is in {topic} as {known} and as {id} : {item:#}"));
                }
                // Among copies told once another may speak for an item.
                if topic == "all" {
                    let named = self.names.entry(id.clone()).or_insert_with(|| name.clone());
                    if *named != name {
                        return Err(format!("{named} and {name} are one entry: {id} : {item:#}"));
                    }
                }
            }
        }
        Ok(())
    }

    /// What a subscriber reads: the feed and, while all is new, the pages of the archive behind it.
    fn read(&self, daemon: &Daemon, topic: &'static str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(format!("/{topic}.json"));
        while let Some(address) = next {
            let reply = daemon.get(&address);
            if reply.status == 404 {
                break;
            }
            let page = reply.json();
            let of_page = page["items"].as_array().expect("items");
            let is_all_new = of_page.iter().all(|item| !self.has(topic, &truth(item)));
            items.extend_from_slice(of_page);
            let behind = page["next_url"].as_str().filter(|_| is_all_new);
            next = behind.map(|url| url.replace("https://news.example.org/feeds/", "/"));
        }
        items
    }

    fn has(&self, topic: &'static str, name: &str) -> bool {
        self.ids.contains_key(&(topic, name.to_owned()))
    }
}

/// Whether something of a house is complained of.
fn is_about(complaint: &str, number: usize) -> bool {
    complaint.contains(&format!("truth-{number}-"))
        || complaint.contains(&format!("\"id\": \"p{number}\""))
}

fn truth(item: &Value) -> String {
    let tags = item["tags"].as_array().expect("tags");
    let mut names = tags.iter().filter_map(Value::as_str);
    names.find(|tag| tag.starts_with("truth-")).expect("its true name").to_owned()
}

fn home(origin: &Origin, few: &str) -> Home {
    let polling = "every = \"24h\"\nmin = \"12h\"\nmax = \"24h\"\nfirst_poll = 1000";
    let mut config = Config::new().polling(polling).publish("items = 400");
    for number in 0..HOUSES {
        config = config.source(&format!("p{number}"), &origin.url(&format!("/{number}")), "");
    }
    for (topic, collapse) in TOPICS {
        let rule = if topic == "all" { "/./" } else { few };
        config = config.topic(topic, rule, &format!("collapse = \"{collapse}\""));
    }
    Home::new(&config)
}
