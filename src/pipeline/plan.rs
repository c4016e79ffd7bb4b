//! What config asks for, with the store's numbers: the part of a reload that is swapped.

use crate::config::Config;
use crate::model::{FeedSettings, PendingEntry, Source, SourceId, TopicNo};
use crate::schedule::Cron;
use crate::store::SyncedTopic;
use crate::topics::{IndexError, Subject, Topic, TopicIndex};
use std::collections::HashMap;
use std::sync::Arc;

/// A topic with its number in the store and its settings for rendering.
#[derive(Debug)]
pub struct PlannedTopic {
    /// The store's number.
    pub no: TopicNo,
    /// Whether it still waits to be given what is stored.
    pub is_new: bool,
    /// The rule and everything around it.
    pub topic: Topic,
    /// How it is shown.
    pub settings: FeedSettings,
}

/// Config, ready for the tasks.
#[derive(Debug)]
pub struct Plan {
    /// The checked config.
    pub config: Config,
    /// All topics, in the order of config and of `index`.
    pub topics: Vec<PlannedTopic>,
    /// All rules, compiled.
    pub index: TopicIndex,
    sources: HashMap<SourceId, Arc<Source>>,
    crons: HashMap<SourceId, Cron>,
    connections: HashMap<String, usize>,
}

/// Requests at once to one registrable domain, unless `[[domain]]` says otherwise.
const CONNECTIONS: usize = 2;

impl Plan {
    /// Joins config with the numbers that the store gave its topics, in the same order.
    pub fn new(config: Config, synced: &[SyncedTopic]) -> Result<Self, IndexError> {
        let index = TopicIndex::build(&config.topics)?;
        let topics = config
            .topics
            .iter()
            .zip(synced)
            .map(|(topic, synced)| PlannedTopic {
                no: synced.topic,
                is_new: synced.is_new,
                topic: topic.clone(),
                settings: settings(&config, topic),
            })
            .collect();
        let sources = config.sources.iter().map(|s| (s.id.clone(), Arc::new(s.clone()))).collect();
        let crons = config.sources.iter().filter_map(cron_of).collect();
        let connections = config.domains.iter().map(|d| (d.name.clone(), d.connections)).collect();
        Ok(Self { config, topics, index, sources, crons, connections })
    }

    /// The source of that name, unless config no longer has it.
    #[must_use]
    pub fn source(&self, id: &SourceId) -> Option<&Arc<Source>> {
        self.sources.get(id)
    }

    /// The schedule of a source that has one of its own.
    #[must_use]
    pub fn cron(&self, id: &SourceId) -> Option<&Cron> {
        self.crons.get(id)
    }

    /// Sources with a schedule of their own, and their cron expressions.
    pub fn scheduled(&self) -> impl Iterator<Item = (&SourceId, &str)> {
        self.config
            .sources
            .iter()
            .filter_map(|source| Some((&source.id, source.schedule.as_deref()?)))
    }

    /// How many requests may go to `domain` at once.
    #[must_use]
    pub fn connections(&self, domain: &str) -> usize {
        self.connections.get(domain).copied().unwrap_or(CONNECTIONS)
    }

    /// A source as topics see it: its name for people and its tags.
    #[must_use]
    pub fn describe(&self, id: &SourceId) -> (&str, &[String]) {
        self.source(id).map_or(("", &[][..]), |source| (source.label(), &source.tags))
    }

    /// An entry as rules see it.
    #[must_use]
    pub fn subject<'a>(
        &'a self,
        entry: &'a PendingEntry,
        folded: Option<[&'a str; 2]>,
    ) -> Subject<'a> {
        let (source_name, tags) = self.describe(&entry.source_id);
        Subject {
            title: &entry.title,
            text: &entry.text,
            folded,
            authors: &entry.authors,
            categories: &entry.categories,
            language: entry.language.as_deref(),
            link: entry.link.as_deref(),
            source: &entry.source_id,
            source_name,
            tags,
            published: entry.published,
            seen: entry.first_seen,
        }
    }
}

fn cron_of(source: &Source) -> Option<(SourceId, Cron)> {
    let expression = source.schedule.as_deref()?;
    // Config has checked it; a schedule that ends while we run falls back to adaptive polling.
    let cron = Cron::parse(expression, crate::clock::now()).ok()?;
    Some((source.id.clone(), cron))
}

fn settings(config: &Config, topic: &Topic) -> FeedSettings {
    FeedSettings {
        name: topic.name.clone(),
        title: topic.title.clone(),
        description: topic.description.clone(),
        language: topic.language.clone(),
        public_url: config.daemon.public_url.clone(),
        items: topic.items.unwrap_or(config.publish.items),
        content: topic.content,
        collapse: topic.collapse,
    }
}
