//! Killed at random instants under load, muara loses nothing, repeats nothing, and keeps every id.
//! `MUARA_KILLS` says how often (25 by default), `MUARA_SEED` repeats a run.

#[expect(dead_code, reason = "shared with the black-box tests, which need more of it")]
#[path = "../support/mod.rs"]
mod support;

mod growing;
mod ledger;
mod random;

use growing::Growing;
use random::Random;
use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;
use support::daemon::{Config, Daemon, Home, tell};
use support::origin::Origin;
use support::wait;

const FEEDS: usize = 12;
/// How many items a topic shows.
const ITEMS: usize = 200;
const TOPICS: [&str; 3] = ["all", "odd", "sevens"];

/// What subscribers have seen so far: ids and links name each other, once and for all.
#[derive(Default)]
struct Observed {
    link_of: HashMap<(String, String), String>,
    id_of: HashMap<(String, String), String>,
}

impl Observed {
    /// Reads every topic and compares it with what was seen before.
    fn look(&mut self, daemon: &Daemon) {
        for topic in TOPICS {
            for item in daemon.items(topic) {
                let text = |name: &str| item[name].as_str().expect("text").to_owned();
                let (id, link) = (text("id"), text("url"));
                let of = |name: &str| (topic.to_owned(), name.to_owned());
                let known = self.link_of.entry(of(&id)).or_insert_with(|| link.clone());
                assert_eq!(*known, link, "{id} of {topic} stood for another entry before");
                let known = self.id_of.entry(of(&link)).or_insert_with(|| id.clone());
                assert_eq!(*known, id, "{link} of {topic} had another id before");
            }
        }
    }
}

fn is_odd(link: &str) -> bool {
    link.ends_with(['1', '3', '5', '7', '9'])
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

fn busy_home(origin: &Origin) -> (Home, Vec<Growing>) {
    let polling = "every = \"1s\"\nmin = \"1s\"\nmax = \"5s\"\nfirst_poll = 5000";
    let config = Config::new().polling(polling).publish(&format!("items = {ITEMS}"));
    let config = config.topic("all", "report", "collapse = \"off\"").topic(
        "odd",
        "odd",
        "collapse = \"copy\"",
    );
    let mut config = config.topic("sevens", "title:/7$/", "");
    let mut feeds = Vec::new();
    for n in 0..FEEDS {
        let path = format!("/feed{n}");
        feeds.push(Growing::serve(origin, &path, n));
        config = config.source(&format!("f{n}"), &origin.url(&path), "");
    }
    (Home::new(&config), feeds)
}

/// Lets muara work until the origin has seen some of it, then kills it a random time later. Most lives
/// are those of the daemon, some of a command that owns the store alone.
fn live_and_die(home: &Home, origin: &Origin, random: &mut Random, observed: &mut Observed) {
    let before = origin.count();
    let rest = Duration::from_millis(random.between(50, 400));
    if random.between(0, 5) == 0 {
        let mut alone = home.command(&["poll", "--all"]);
        let mut child =
            alone.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
        wait::until_true("it polls", || {
            origin.count() > before || child.try_wait().expect("a child").is_some()
        });
        wait::pause(rest);
        child.kill().expect("a child to kill");
        child.wait().expect("a child");
        return;
    }
    let daemon = home.start();
    observed.look(&daemon);
    let mut command = home.command(&["poll", "--all"]);
    let mut poll = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
    wait::until_true("it polls", || origin.count() > before);
    wait::pause(rest);
    daemon.kill();
    // Its daemon is gone: whether it minds is not the matter here.
    let _ = poll.kill();
    poll.wait().expect("a child");
}

#[test]
fn kills_at_random_instants_lose_nothing_repeat_nothing_and_change_no_id() {
    let kills = setting("MUARA_KILLS", 25);
    let seed = setting("MUARA_SEED", u64::from(std::process::id()));
    tell(&format!("{kills} kills, MUARA_SEED={seed}"));
    let origin = Origin::start();
    let mut random = Random::new(seed);
    let (home, feeds) = busy_home(&origin);
    let mut observed = Observed::default();
    for _ in 0..kills {
        live_and_die(&home, &origin, &mut random, &mut observed);
    }
    feeds.iter().for_each(Growing::stop);
    let daemon = home.start();
    home.ok(&["poll", "--all"]);
    let served: Vec<String> = feeds.iter().flat_map(Growing::links).collect();
    daemon.wait_for_items("all", served.len().min(ITEMS));
    observed.look(&daemon);
    assert_eq!(home.json(&["status", "--json"])["counts"]["pending"], 0);
    for n in 0..FEEDS {
        assert_eq!(
            home.source_status(&format!("f{n}"))["gaps"],
            0,
            "the test itself lost entries of f{n}"
        );
    }
    assert_eq!(daemon.terminate().0.code(), Some(0));

    tell(&format!("{} entries served in {} requests", served.len(), origin.count()));
    let count = |wanted: fn(&str) -> bool| served.iter().filter(|link| wanted(link)).count();
    let items = [count(|_| true), count(is_odd), count(|link| link.ends_with('7'))];
    ledger::assert_sound(&home.database(), &served, &TOPICS.into_iter().zip(items).collect());
}
