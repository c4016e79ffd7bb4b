//! `muara check [NEW.toml] --against-running`: what a changed config would add to each topic and take
//! from it. Both rules are asked about the same stored entries.

use super::exit::{Exit, Failure};
use super::out::Out;
use super::stored;
use crate::config::{Config, IN_FORCE};
use crate::model::{PendingEntry, TopicName};
use crate::topics::TopicIndex;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Titles shown of what a topic gains, and of what it loses.
const SAMPLE: usize = 5;

/// What a change does to one topic.
#[derive(Default)]
struct Change {
    kept: usize,
    gained: Vec<String>,
    lost: Vec<String>,
}

/// Compares the config at `new`, else `config` as it is now, with the one in force.
pub(super) async fn against(
    config: Option<&Path>,
    new: Option<&Path>,
    since: Duration,
) -> Result<Exit, Failure> {
    let now = Config::load(&Config::find(config)?)?;
    let new = new.map_or_else(|| Ok(now.clone()), Config::load)?;
    let running = in_force(now)?;
    let (now, then) = (index(&running)?, index(&new)?);
    let mut changes: BTreeMap<TopicName, Change> = BTreeMap::new();
    let seen = stored::each(&running, since, |entry| {
        let is = names(&running, &now, entry);
        let will_be = names(&new, &then, entry);
        for name in is.iter().chain(&will_be) {
            let change = changes.entry(name.clone()).or_default();
            match (is.contains(name), will_be.contains(name)) {
                (true, true) => change.kept += 1,
                (true, false) => change.lost.push(told(entry)),
                (false, _) => change.gained.push(told(entry)),
            }
        }
        Ok(())
    });
    let seen = seen.await?;
    report(&running, &new, &changes, seen)
}

/// The config that the daemon runs with, or last ran with; `config` where none ever did.
fn in_force(config: Config) -> Result<Config, Failure> {
    let kept = config.daemon.state.join(IN_FORCE);
    if !kept.exists() {
        return Ok(config);
    }
    Ok(Config { daemon: config.daemon, ..Config::load_copy(&kept, &config.path)? })
}

fn index(config: &Config) -> Result<TopicIndex, Failure> {
    TopicIndex::build(&config.topics).map_err(|error| Failure::new(Exit::Data, error.to_string()))
}

fn names(config: &Config, index: &TopicIndex, entry: &PendingEntry) -> Vec<TopicName> {
    let found = index.matching(&stored::subject(config, entry));
    found.iter().map(|found| config.topics[found.topic].name.clone()).collect()
}

fn told(entry: &PendingEntry) -> String {
    format!("{} [{}]", entry.title, entry.source_id)
}

fn report(
    running: &Config,
    new: &Config,
    changes: &BTreeMap<TopicName, Change>,
    seen: usize,
) -> Result<Exit, Failure> {
    let mut out = Out::new();
    let quiet = Change::default();
    let has = |config: &Config, name: &TopicName| config.topics.iter().any(|t| t.name == *name);
    let gone = running.topics.iter().filter(|topic| !has(new, &topic.name));
    for topic in new.topics.iter().chain(gone) {
        let change = changes.get(&topic.name).unwrap_or(&quiet);
        let note = match (has(running, &topic.name), has(new, &topic.name)) {
            (false, _) => " (new)",
            (_, false) => " (gone)",
            _ => "",
        };
        // What is kept was counted for both sides.
        let kept = change.kept / 2;
        let (gained, lost) = (change.gained.len(), change.lost.len());
        out.line(format_args!("{}{note}: +{gained} −{lost}, {kept} as before", topic.name))?;
        for (sign, titles) in [("+", &change.gained), ("−", &change.lost)] {
            for title in titles.iter().take(SAMPLE) {
                out.line(format_args!("  {sign} {title}"))?;
            }
        }
    }
    out.line(format_args!("{seen} entries were asked about"))?;
    out.flush()?;
    Ok(Exit::Ok)
}
