//! What many publishers do to their feeds over a long time, at random: whatever it is, each article is in
//! the output once, under one id. `MUARA_STEPS` says how much they do (100,000 by default), `MUARA_SEED`
//! repeats a run.

#[expect(dead_code, reason = "shared with the black-box tests, which need more of it")]
#[path = "../support/mod.rs"]
mod support;

mod publisher;
#[path = "../crash/random.rs"]
mod random;

use publisher::Publisher;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use support::daemon::{Config, Daemon, Home, tell};
use support::origin::{Origin, Page};

const PUBLISHERS: usize = 24;
/// What a publisher does between two polls.
const BETWEEN_POLLS: u64 = 30;
/// Collapse of each topic: one shows every entry, one what is left when copies are told once.
const TOPICS: [(&str, &str); 2] = [("all", "off"), ("once", "copy")];

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// What subscribers have seen: the id of each article in each topic.
#[derive(Default)]
struct Seen(HashMap<(&'static str, String), String>);

impl Seen {
    /// Reads the topics; complains of an article that is there under a second id.
    fn look(&mut self, daemon: &Daemon) -> Result<(), String> {
        for (topic, _) in TOPICS {
            for item in daemon.items(topic) {
                let (name, id) = (truth(&item), item["id"].as_str().expect("an id").to_owned());
                let known = self.0.entry((topic, name.clone())).or_insert_with(|| id.clone());
                if *known != id {
                    return Err(format!("{name} is in {topic} as {known} and as {id} : {item:#}"));
                }
            }
        }
        Ok(())
    }

    fn has(&self, topic: &'static str, name: &str) -> bool {
        self.0.contains_key(&(topic, name.to_owned()))
    }
}

fn truth(item: &Value) -> String {
    let tags = item["tags"].as_array().expect("tags");
    let mut names = tags.iter().filter_map(Value::as_str);
    names.find(|tag| tag.starts_with("truth-")).expect("its true name").to_owned()
}

fn home(origin: &Origin) -> Home {
    let polling = "every = \"24h\"\nmin = \"12h\"\nmax = \"24h\"\nfirst_poll = 1000";
    let mut config = Config::new().polling(polling).publish("items = 400");
    for number in 0..PUBLISHERS {
        config = config.source(&format!("p{number}"), &origin.url(&format!("/{number}")), "");
    }
    for (topic, collapse) in TOPICS {
        // So few in the second that both together cost little more than one.
        let rule = if topic == "all" { "/./" } else { "title:/^[a-e]/" };
        config = config.topic(topic, rule, &format!("collapse = \"{collapse}\""));
    }
    Home::new(&config)
}

fn serve(origin: &Origin, publishers: &mut [Publisher]) {
    for (number, publisher) in publishers.iter_mut().enumerate() {
        let page = Page::new("application/rss+xml", publisher.document());
        origin.serve(&format!("/{number}"), page);
    }
}

/// What no poll may leave: something held back, or an article that is nowhere.
fn check(home: &Home, seen: &Seen, publishers: &[Publisher]) -> Result<(), String> {
    let status = home.json(&["status", "--json"]);
    for source in status["sources"].as_array().expect("sources") {
        if !source["held"].is_null() || source["last"]["outcome"] == "failed" {
            return Err(format!("{source:#}"));
        }
    }
    for publisher in publishers {
        if let Some(lost) = publisher.shows().find(|name| !seen.has("all", name)) {
            return Err(format!("{lost} is lost"));
        }
    }
    Ok(())
}

#[test]
fn whatever_publishers_do_each_article_is_there_once_under_one_id() {
    let seed = setting("MUARA_SEED", u64::from(std::process::id()));
    let steps = setting("MUARA_STEPS", 100_000);
    tell(&format!("MUARA_SEED={seed} repeats this run of {steps} steps"));
    let origin = Origin::start();
    let home = home(&origin);
    let mut publishers: Vec<_> = (0..PUBLISHERS).map(|n| Publisher::new(n, seed)).collect();
    serve(&origin, &mut publishers);
    let mut daemon = home.start();
    let mut known = Seen::default();
    let rounds = steps.div_ceil(BETWEEN_POLLS * PUBLISHERS as u64);
    for round in 0..=rounds {
        serve(&origin, &mut publishers);
        home.ok(&["poll", "--all"]);
        let outcome = known.look(&daemon).and_then(|()| check(&home, &known, &publishers));
        if let Err(complaint) = outcome {
            let deeds: BTreeMap<_, _> = publishers.iter().map(|p| &p.deeds).enumerate().collect();
            let ids = complaint.split_whitespace().filter(|word| word.starts_with("urn:uuid:"));
            let told: String = ids
                .take(2)
                .map(|id| home.run(&["explain", id.trim_end_matches(':')]).out)
                .collect();
            panic!("round {round}, seed {seed}: {complaint}\n{told}\n{deeds:#?}");
        }
        if round % 50 == 49 {
            daemon.terminate();
            daemon = home.start();
        }
        for publisher in &mut publishers {
            publisher.polled();
            (0..BETWEEN_POLLS).for_each(|_| publisher.act());
        }
    }
}
