//! What config asks for, with the store's numbers: what a reload replaces, whole.

use crate::config::{Config, DedupSettings};
use crate::feed::SANITIZER_VERSION;
use crate::fetch::Fetcher;
use crate::model::{
    Collapse, DigestTimes, FeedSettings, PendingEntry, Source, SourceId, Speakers, TopicName,
    TopicNo,
};
use crate::publish::Files;
use crate::schedule::Cron;
use crate::store::{Look, Synced};
use crate::topics::{Prepared, Subject, Topic, TopicIndex};
use chrono_tz::Tz;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

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
    /// When its digests are made, where its stories come in digests.
    pub digest: Option<Cron>,
}

impl PlannedTopic {
    /// How its items are read from the store.
    #[must_use]
    pub fn look(&self) -> Look {
        Look {
            publish: self.settings.content,
            policy: SANITIZER_VERSION,
            speakers: self.settings.speakers.clone(),
        }
    }
}

/// What config's settings make, beside values.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Fetches documents, within the bounds of config.
    pub fetcher: Arc<Fetcher>,
    /// The feeds as files, where config asks for them.
    pub files: Option<Files>,
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
    /// Names that were a topic's and are no topic's now.
    pub gone: Vec<TopicName>,
    /// Fetches documents, within the bounds of config.
    pub fetcher: Arc<Fetcher>,
    /// The feeds as files, where config asks for them.
    pub files: Option<Files>,
    sources: HashMap<SourceId, Arc<Source>>,
    crons: HashMap<SourceId, Cron>,
    manners: HashMap<String, (usize, Duration)>,
}

/// Requests at once to one registrable domain, unless `[[domain]]` says otherwise.
pub(super) const CONNECTIONS: usize = 2;
/// Between the starts of two of them, unless `[[domain]]` says otherwise.
const PAUSE: Duration = Duration::from_millis(500);

impl Plan {
    /// Joins config and `index`, which is of its topics, with what the store says of them.
    #[must_use]
    pub fn new(config: Config, index: TopicIndex, synced: Synced, tools: Tools) -> Self {
        let ranks = ranks(&config);
        let topics = config
            .topics
            .iter()
            .zip(&synced.topics)
            .map(|(topic, synced)| PlannedTopic {
                no: synced.topic,
                is_new: synced.is_new,
                topic: topic.clone(),
                settings: settings(&config, topic, &ranks),
                digest: topic.digest.as_ref().and_then(digest_of),
            })
            .collect();
        let sources = config.sources.iter().map(|s| (s.id.clone(), Arc::new(s.clone()))).collect();
        let crons = config.sources.iter().filter_map(cron_of).collect();
        let manners =
            config.domains.iter().map(|d| (d.name.clone(), (d.connections, d.pause))).collect();
        let (gone, Tools { fetcher, files }) = (synced.gone, tools);
        Self { config, topics, index, gone, fetcher, files, sources, crons, manners }
    }

    /// How stories are told; `None` while no topic shows them, so that it is not asked.
    #[must_use]
    pub fn tellings(&self) -> Option<DedupSettings> {
        let shown = self.topics.iter().any(|planned| planned.topic.collapse == Collapse::Story);
        shown.then_some(self.config.dedup)
    }

    /// The topic with that number, unless config no longer has it.
    #[must_use]
    pub fn topic(&self, no: TopicNo) -> Option<&PlannedTopic> {
        self.topics.iter().find(|planned| planned.no == no)
    }

    /// The topic of that name.
    #[must_use]
    pub fn named(&self, name: &TopicName) -> Option<&PlannedTopic> {
        self.topics.iter().find(|planned| planned.topic.name == *name)
    }

    /// Names under which no feed is to be found: of topics that are gone, and those that topics had
    /// before.
    pub fn former_names(&self) -> impl Iterator<Item = &TopicName> {
        self.config.topics.iter().flat_map(|topic| &topic.aliases).chain(&self.gone)
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

    /// Sources with a schedule of their own in UTC, and their cron expressions. Those in other zones come
    /// due by the times that [`Cron`] gives: the job runner would keep their offset over a change of
    /// the clock.
    pub fn scheduled(&self) -> impl Iterator<Item = (&SourceId, &str)> {
        self.config
            .sources
            .iter()
            .filter(|source| source.timezone == Tz::UTC)
            .filter_map(|source| Some((&source.id, source.schedule.as_deref()?)))
    }

    /// How many requests may go to `domain` at once.
    #[must_use]
    pub fn connections(&self, domain: &str) -> usize {
        self.manners.get(domain).map_or(CONNECTIONS, |(connections, _)| *connections)
    }

    /// How long to wait between the starts of two requests to `domain`.
    #[must_use]
    pub fn pause(&self, domain: &str) -> Duration {
        self.manners.get(domain).map_or(PAUSE, |(_, pause)| *pause)
    }

    /// How many polls a second all sources together are to get.
    #[must_use]
    pub fn polls_a_second(&self) -> f64 {
        let each = |source: &Source| source.interval.every.as_secs_f64().recip();
        self.config.sources.iter().map(each).sum()
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
        prepared: Option<Prepared<'a>>,
    ) -> Subject<'a> {
        let (source_name, tags) = self.describe(&entry.source_id);
        Subject {
            title: &entry.title,
            text: &entry.text,
            prepared,
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
    let cron = Cron::parse(expression, source.timezone, crate::clock::now()).ok()?;
    Some((source.id.clone(), cron))
}

fn digest_of(times: &DigestTimes) -> Option<Cron> {
    Cron::parse(&times.schedule, times.timezone, crate::clock::now()).ok()
}

/// The hubs that feeds name.
fn hubs(config: &Config) -> Vec<url::Url> {
    let own = config.hub.enabled.then(|| config.daemon.public_url.join("hub").ok()).flatten();
    own.into_iter().chain(config.hub.external.iter().cloned()).collect()
}

type Ranks = Arc<BTreeMap<SourceId, usize>>;

fn ranks(config: &Config) -> Ranks {
    let ranked = config.sources.iter().filter_map(|it| Some((it.id.clone(), it.rank?)));
    Arc::new(ranked.collect())
}

fn speakers(config: &Config, topic: &Topic, ranks: &Ranks) -> Speakers {
    let preferred = topic.prefer_languages.iter().chain(&topic.language);
    Speakers {
        prefer: topic.prefer.clone().unwrap_or_else(|| config.publish.prefer.clone()),
        languages: preferred.cloned().collect(),
        ranks: Arc::clone(ranks),
    }
}

/// Which of an item's entries speaks for it, in each topic of config.
#[must_use]
pub fn speakers_of(config: &Config) -> BTreeMap<TopicName, Speakers> {
    let ranks = ranks(config);
    let of = |topic: &Topic| (topic.name.clone(), speakers(config, topic, &ranks));
    config.topics.iter().map(of).collect()
}

fn settings(config: &Config, topic: &Topic, ranks: &Ranks) -> FeedSettings {
    FeedSettings {
        speakers: speakers(config, topic, ranks),
        name: topic.name.clone(),
        title: topic.title.clone(),
        description: topic.description.clone(),
        language: topic.language.clone(),
        public_url: config.daemon.public_url.clone(),
        items: topic.items.unwrap_or(config.publish.items),
        content: topic.content,
        collapse: topic.collapse,
        profile: topic.profile.clone(),
        hubs: hubs(config),
        asked: None,
    }
}
