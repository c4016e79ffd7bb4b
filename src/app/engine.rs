//! The tasks of the pipeline and the ways to talk to them.

use crate::config::{Config, Timeouts};
use crate::fetch::{FetchLimits, Fetcher};
use crate::model::{SourceId, TopicName};
use crate::pipeline::{
    Ask, Chores, Plan, PollEvent, PollRequest, Poller, Publisher, Sequencer, Shared, Tasks,
};
use crate::publish::{Files, Shelf};
use crate::store::{SqliteStore, TopicSpec};
use crate::topics::Topic;
use anyhow::{Context, Result};
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Redirects that one fetch follows.
const REDIRECTS: usize = 8;

/// The pipeline, assembled.
#[derive(Debug, Clone)]
pub struct Engine {
    /// What the tasks share.
    pub shared: Shared,
    polls: mpsc::Sender<PollRequest>,
    sequencer: mpsc::Sender<Ask>,
    publisher: mpsc::Sender<oneshot::Sender<()>>,
}

/// The ends of the channels that the tasks hold.
#[derive(Debug)]
pub struct Ends {
    polls: mpsc::Receiver<PollRequest>,
    sequencer: mpsc::Receiver<Ask>,
    publisher: mpsc::Receiver<oneshot::Sender<()>>,
}

impl Engine {
    /// Brings the store in line with config and assembles the tasks; nothing runs yet.
    pub async fn build(config: Config, store: SqliteStore) -> Result<(Self, Ends)> {
        let synced = store.sync_sources(&config.sources).await?;
        tracing::info!(
            added = synced.added.len(),
            changed = synced.changed.len(),
            removed = synced.removed.len(),
            "sources: {}",
            config.sources.len()
        );
        let topics = store.sync_topics(&specs(&config)).await?;
        let shelf = Shelf::open(&config.daemon.state, config.daemon.shelf)?;
        let names: Vec<TopicName> = config.topics.iter().map(|t| t.name.clone()).collect();
        shelf.retain(&names)?;
        let files = config.publish.directory.as_deref().map(Files::open).transpose()?;
        let fetcher = Fetcher::new(limits(&config)).context("the HTTP client cannot be built")?;
        let plan = Plan::new(config, &topics).context("the rules cannot be compiled")?;
        let shared = Shared {
            store,
            fetcher: Arc::new(fetcher),
            shelf: Arc::new(shelf),
            files,
            plan: Arc::new(plan),
            pending: Arc::new(Notify::new()),
            changed: Arc::new(Notify::new()),
        };
        let (polls, polls_end) = mpsc::channel(64);
        let (sequencer, sequencer_end) = mpsc::channel(64);
        let (publisher, publisher_end) = mpsc::channel(64);
        let ends = Ends { polls: polls_end, sequencer: sequencer_end, publisher: publisher_end };
        Ok((Self { shared, polls, sequencer, publisher }, ends))
    }

    /// Starts the tasks; `due_too`: sources are polled when they are due, and chores done.
    pub fn start(&self, ends: Ends, tasks: &mut Tasks, cancel: &CancellationToken, due_too: bool) {
        let poller = Poller::new(self.shared.clone(), ends.polls, due_too);
        tasks.start("poller", poller.run(cancel.clone()));
        let sequencer = Sequencer::new(self.shared.clone(), ends.sequencer);
        tasks.start("sequencer", sequencer.run(cancel.clone()));
        let publisher = Publisher::new(self.shared.clone(), ends.publisher);
        tasks.start("publisher", publisher.run(cancel.clone()));
        if due_too {
            let chores = Chores::new(self.shared.clone(), self.polls.clone());
            tasks.start("chores", chores.run(cancel.clone()));
        }
    }

    /// Asks for polls of `sources` (all when `None`), whatever is due. The channel closes when every
    /// one has been answered.
    pub async fn poll(&self, sources: Option<Vec<SourceId>>) -> Result<mpsc::Receiver<PollEvent>> {
        let all = || self.shared.plan.config.sources.iter().map(|s| s.id.clone()).collect();
        let sources = sources.unwrap_or_else(all);
        let (events, receiver) = mpsc::channel(sources.len().max(1));
        let request = PollRequest { sources, events: Some(events) };
        self.polls.send(request).await.context("the poller is gone")?;
        Ok(receiver)
    }

    /// Waits until everything that was fetched by now is published.
    pub async fn settled(&self) -> Result<()> {
        let (drained, answer) = oneshot::channel();
        self.sequencer.send(Ask::Drained(drained)).await.context("the sequencer is gone")?;
        answer.await.context("the sequencer is gone")?;
        let (rendered, answer) = oneshot::channel();
        self.publisher.send(rendered).await.context("the publisher is gone")?;
        answer.await.context("the publisher is gone")
    }

    /// A round trip through the writer and the sequencer.
    pub async fn alive(&self) -> Result<()> {
        self.shared.store.ping().await?;
        let (alive, answer) = oneshot::channel();
        self.sequencer.send(Ask::Alive(alive)).await.context("the sequencer is gone")?;
        answer.await.context("the sequencer is gone")
    }
}

fn specs(config: &Config) -> Vec<TopicSpec> {
    config
        .topics
        .iter()
        .map(|topic| TopicSpec {
            name: topic.name.clone(),
            aliases: topic.aliases.clone(),
            rule_hash: rule_hash(topic),
        })
        .collect()
}

/// Over the rule and everything that narrows it.
fn rule_hash(topic: &Topic) -> [u8; 16] {
    let Topic { rule_text, min_score, scope, languages, sources, tags, max_age, .. } = topic;
    let narrowing = format!("{min_score} {scope:?} {languages:?} {sources:?} {tags:?} {max_age:?}");
    let mut hash = [0; 16];
    let digest = blake3::hash(format!("{rule_text}\n{narrowing}").as_bytes());
    hash.copy_from_slice(&digest.as_bytes()[..16]);
    hash
}

pub(super) fn limits(config: &Config) -> FetchLimits {
    let Timeouts { connect, read, total } = config.polling.timeouts;
    FetchLimits { connect, read, total, max_body: config.polling.max_body, redirects: REDIRECTS }
}
