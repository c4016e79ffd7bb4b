//! From `config.toml` to checked config: every problem at once, each with its place in the file.
//!
//! The file is parsed to a document with spans, and each section has a reader that turns its keys into
//! checked values and notes what is wrong. Past [`Config::load`] types cannot be wrong. What the
//! values do is left to the rooms that get them.

mod access;
mod cron;
mod daemon;
mod edit;
mod find;
mod findings;
mod hub;
mod literal;
mod polling;
mod problem;
mod publish;
mod reader;
mod rules;
mod shapes;
mod source;
mod source_id;
mod suggest;
#[cfg(test)]
mod tests;
mod topic;
mod units;
mod values;

pub use daemon::{Daemon, Listen};
pub use edit::{Edit, EditError, NewConcept, NewSource, Refusal, feed_address};
pub use find::NotFound;
pub use hub::HubSettings;
pub use polling::{DomainRule, Polling, Timeouts};
pub use problem::Problems;
pub use publish::{DedupSettings, PublishSettings, Retention};
pub use source_id::derive as source_id;
pub use units::parse_duration;

use crate::model::Source;
use crate::topics::{Concepts, Topic};
use findings::Findings;
use problem::Problem;
use reader::Section;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A config without errors.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file that it came from.
    pub path: PathBuf,
    /// What stands there.
    pub text: String,
    /// The daemon itself.
    pub daemon: Daemon,
    /// How sources are polled.
    pub polling: Polling,
    /// Exceptions from politeness.
    pub domains: Vec<DomainRule>,
    /// What is published.
    pub publish: PublishSettings,
    /// Who tells subscribers of changes.
    pub hub: HubSettings,
    /// How sameness is looked for.
    pub dedup: DedupSettings,
    /// How long things are kept.
    pub retention: Retention,
    /// The concepts that rules may name.
    pub concepts: Concepts,
    /// The feeds that are polled, in the order of the file; ids and URLs are unique.
    pub sources: Vec<Source>,
    /// What is republished, in the order of the file; names and aliases are unique.
    pub topics: Vec<Topic>,
    /// What is probably not meant, though it can be used.
    pub warnings: Problems,
}

/// What a config depends on beside its text.
struct Surroundings {
    path: PathBuf,
    state_directory: Option<PathBuf>,
    /// Looks up an environment variable.
    variable: fn(&str) -> Option<String>,
}

impl Surroundings {
    /// Those of this process, for the config at `path`.
    fn of(path: &Path) -> Self {
        let state_directory =
            std::env::var_os("STATE_DIRECTORY").and_then(|list| first_directory(&list));
        let variable = |name: &str| std::env::var(name).ok();
        Self { path: path.to_owned(), state_directory, variable }
    }
}

/// The file in the state directory that keeps the config in force, or the last that was.
pub const IN_FORCE: &str = "config-in-force.toml";

impl Config {
    /// The config file to use: `explicit`, else `./config/config.toml`, else `/etc/muara/config.toml`.
    pub fn find(explicit: Option<&Path>) -> Result<PathBuf, NotFound> {
        find::find(explicit, &find::usual_places())
    }

    /// Reads and checks the config at `path`.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        Self::load_copy(path, path)
    }

    /// The same for `copy`, a copy of it from another time: what is relative in it is so to `path`.
    pub fn load_copy(copy: &Path, path: &Path) -> Result<Self, Problems> {
        let surroundings = Surroundings::of(path);
        let bytes = std::fs::read(copy).map_err(|error| {
            let problem = Problem::error(format!("the config cannot be read: {error}"));
            Problems::new(copy, "", vec![problem])
        })?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Self::read(text, &surroundings),
            Err(error) => {
                let at = error.valid_up_to();
                let problem = Problem::error("the config is not UTF-8")
                    .at(at..at)
                    .help("save the file as UTF-8".to_owned());
                Err(Problems::new(copy, &String::from_utf8_lossy(&bytes), vec![problem]))
            }
        }
    }

    fn read(text: &str, surroundings: &Surroundings) -> Result<Self, Problems> {
        let mut findings = Findings::new(text);
        let (document, errors) = toml::de::DeTable::parse_recoverable(text);
        for error in &errors {
            findings.syntax(error);
        }
        // Where the header of a section is broken, its keys seem to belong to the section before.
        let config = (!findings.misses_a_header())
            .then(|| Self::read_sections(Section::root(&document, &mut findings), surroundings));
        let problems = Problems::new(&surroundings.path, text, findings.into_list());
        match config {
            Some(config) if problems.errors() == 0 => {
                Ok(Self { warnings: problems, text: text.to_owned(), ..config })
            }
            _ => Err(problems),
        }
    }

    /// Reads every section; what is wrong is noted and replaced by its default.
    fn read_sections(mut root: Section<'_, '_, '_>, surroundings: &Surroundings) -> Self {
        let daemon = daemon::read(root.section("daemon"), surroundings);
        let polling = polling::read(root.section("polling"));
        let mut domains = polling::Domains::default();
        root.each("domain", |section| domains.read(section));
        let publish = publish::read_publish(root.section("publish"));
        let hub = hub::read(root.section("hub"));
        let dedup = publish::read_dedup(root.section("dedup"));
        let retention = publish::read_retention(root.section("retention"));
        let mut sources = source::Sources::default();
        root.each("source", |section| sources.read(section, &polling, surroundings));
        let concepts = rules::concepts(&mut root);
        let mut topics = topic::Topics::new(&concepts, &sources.list, sources.is_partial);
        root.each("topic", |section| topics.read(section));
        let topics = topics.list;
        root.finish();
        Self {
            path: surroundings.path.clone(),
            text: String::new(),
            daemon,
            polling,
            domains: domains.rules,
            publish,
            hub,
            dedup,
            retention,
            concepts,
            sources: sources.list,
            topics,
            warnings: Problems::new(&surroundings.path, "", Vec::new()),
        }
    }
}

/// systemd separates the directories of a unit that asks for several by colons.
fn first_directory(value: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(value).next().filter(|path| !path.as_os_str().is_empty())
}
