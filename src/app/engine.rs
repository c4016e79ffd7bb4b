//! The tasks of the pipeline and the ways to talk to them.

use super::change::Change;
use super::planning;
use crate::config::Config;
use crate::http::Names;
use crate::model::{HubRequest, SourceId, SourceNo, Time};
use crate::pipeline::{
    Ask, Chores, Hub, Multiplier, Plan, PollEvent, PollRequest, Poller, Publisher, Sequencer,
    Shared, Tasks, make_due_digests,
};
use crate::publish::Shelf;
use crate::schedule::{self, Situation};
use crate::store::{SourceStatus, SqliteStore};
use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

/// The pipeline, assembled.
#[derive(Debug, Clone)]
pub struct Engine {
    /// What the tasks share.
    pub shared: Shared,
    /// What names mean to HTTP.
    pub names: Arc<ArcSwap<Names>>,
    plan: Arc<watch::Sender<Arc<Plan>>>,
    polls: mpsc::Sender<PollRequest>,
    sequencer: mpsc::Sender<Ask>,
    publisher: mpsc::Sender<oneshot::Sender<()>>,
    hub: mpsc::Sender<HubRequest>,
}

/// The ends of the channels that the tasks hold.
#[derive(Debug)]
pub struct Ends {
    polls: mpsc::Receiver<PollRequest>,
    sequencer: mpsc::Receiver<Ask>,
    publisher: mpsc::Receiver<oneshot::Sender<()>>,
    hub: mpsc::Receiver<HubRequest>,
}

impl Engine {
    /// Brings the store in line with config and assembles the tasks; nothing runs yet.
    pub async fn build(config: Config, store: SqliteStore) -> Result<(Self, Ends)> {
        let shelf = Shelf::open(&config.daemon.state, config.daemon.shelf)?;
        let plan = planning::plan(config, &store, None).await?;
        let names = Arc::new(ArcSwap::from_pointee(planning::names(&plan)));
        let (plan, planned) = watch::channel(Arc::new(plan));
        let shared = Shared {
            store,
            shelf: Arc::new(shelf),
            plan: planned,
            multiplier: Multiplier::default(),
            pending: Arc::new(Notify::new()),
            changed: Arc::new(Notify::new()),
            acts: Arc::default(),
            archives: Arc::default(),
        };
        let (polls, polls_end) = mpsc::channel(64);
        let (sequencer, sequencer_end) = mpsc::channel(64);
        let (publisher, publisher_end) = mpsc::channel(64);
        let (hub, hub_end) = mpsc::channel(64);
        let ends = Ends {
            polls: polls_end,
            sequencer: sequencer_end,
            publisher: publisher_end,
            hub: hub_end,
        };
        let plan = Arc::new(plan);
        Ok((Self { shared, names, plan, polls, sequencer, publisher, hub }, ends))
    }

    /// Puts `config` in the place of the one in force. The tasks go over to it by themselves, and
    /// nothing that is under way is lost. After an error everything is as it was.
    pub(super) async fn replan(&self, config: Config, kept: Vec<String>) -> Result<Change> {
        let before = self.shared.plan();
        let plan = planning::plan(config, &self.shared.store, Some(&before)).await?;
        let change = Change::between(&before, &plan, kept);
        // Names first: what the publisher is about to take away must be gone, not missing.
        self.names.store(Arc::new(planning::names(&plan)));
        self.plan.send_replace(Arc::new(plan));
        if let Err(error) = self.reschedule(&before).await {
            tracing::error!("changed intervals hold from the next polls on: {error:#}");
        }
        Ok(change)
    }

    /// Sources whose bounds or schedule changed are due when they would be by those.
    async fn reschedule(&self, before: &Plan) -> Result<()> {
        let plan = self.shared.plan();
        let (statuses, multiplier) =
            (self.shared.store.source_statuses().await?, self.shared.multiplier.get());
        let dues = statuses.iter().filter_map(|status| {
            let (then, now) = (before.source(&status.id)?, plan.source(&status.id)?);
            let is_same = (then.interval, &then.schedule, then.timezone)
                == (now.interval, &now.schedule, now.timezone);
            // One whose address changed is due at once.
            if is_same || then.url != now.url { None } else { due(&plan, status, multiplier) }
        });
        Ok(self.shared.store.reschedule(dues.collect()).await?)
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
            let hub = Hub::new(self.shared.clone(), ends.hub);
            tasks.start("hub", hub.run(cancel.clone()));
        }
    }

    /// Where to bring what subscribers ask of the hub.
    #[must_use]
    pub fn hub(&self) -> mpsc::Sender<HubRequest> {
        self.hub.clone()
    }

    /// Asks for polls of `sources` (all when `None`), whatever is due. The channel closes when every
    /// one has been answered.
    pub async fn poll(&self, sources: Option<Vec<SourceId>>) -> Result<mpsc::Receiver<PollEvent>> {
        let all = || self.shared.plan().config.sources.iter().map(|s| s.id.clone()).collect();
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
        // Commands have no chores.
        make_due_digests(&self.shared, &self.shared.plan()).await?;
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

/// When a source is due by what `plan` says of it; `None` before its first poll.
fn due(plan: &Plan, status: &SourceStatus, multiplier: f64) -> Option<(SourceNo, Time, String)> {
    let source = plan.source(&status.id)?;
    let due = schedule::next_due(&Situation {
        now: status.state.last.as_ref()?.at,
        bounds: source.interval,
        cron: plan.cron(&source.id),
        state: &status.state,
        multiplier,
        jitter: 0.5,
    });
    Some((status.number, due.at, due.reason))
}
