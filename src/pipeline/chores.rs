//! What is really cron: sources with a schedule of their own, and housekeeping. A job's body only
//! puts a word into a channel; the work is done here, supervised.

use super::requests::PollRequest;
use super::tasks::TaskResult;
use super::{Plan, SLOW_TICK, Shared};
use super::{archive, digests};
use crate::clock;
use crate::dedup;
use crate::model::{SourceId, Time};
use crate::store::{Retention, StoreError};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Retention runs at this minute of every hour: little each time, and machines that sleep at night
/// do it too.
const RETENTION: &str = "0 17 * * * *";
/// The write-ahead log is folded into the database at this minute of every hour.
const CHECKPOINT: &str = "0 47 * * * *";

/// Search looks at what came since one by one, so that nothing has to be indexed the moment it comes.
const INDEX: &str = "23 * * * * *";

/// How early a job may run, which counts whole seconds.
const EARLY: Duration = Duration::from_secs(2);

/// What a job says.
#[derive(Debug, Clone)]
enum Chore {
    Poll(SourceId),
    Retention,
    Checkpoint,
    Index,
    Digests,
}

/// The chores.
#[derive(Debug)]
pub struct Chores {
    shared: Shared,
    polls: mpsc::Sender<PollRequest>,
}

impl Chores {
    /// Chores that ask for polls through `polls`.
    #[must_use]
    pub fn new(shared: Shared, polls: mpsc::Sender<PollRequest>) -> Self {
        Self { shared, polls }
    }

    /// Works until `cancel`.
    pub async fn run(mut self, cancel: CancellationToken) -> TaskResult {
        let (sender, mut chores) = mpsc::channel(1024);
        let mut timetable = Timetable::new(sender, self.shared.plan().scheduled().count()).await?;
        timetable.follow(&self.shared.take_up_plan()).await?;
        timetable.scheduler.start().await?;
        self.make_digests(&mut timetable).await;
        loop {
            tokio::select! {
                () = cancel.cancelled() => break,
                Some(chore) = chores.recv() => self.work(chore, &mut timetable).await,
                Ok(()) = self.shared.plan.changed() => {
                    let plan = self.shared.take_up_plan();
                    if let Err(error) = timetable.follow(&plan).await {
                        // They are polled all the same: their due times follow their schedules.
                        tracing::error!("not every schedule was taken up: {error}");
                    }
                    self.make_digests(&mut timetable).await;
                }
                // Digests fall due otherwise as well: the machine slept, or the clock was set.
                () = tokio::time::sleep(SLOW_TICK) => self.make_digests(&mut timetable).await,
            }
        }
        timetable.scheduler.shutdown().await?;
        Ok(())
    }

    async fn work(&self, chore: Chore, timetable: &mut Timetable) {
        let done = match chore {
            Chore::Poll(source) => {
                let request = PollRequest { sources: vec![source], events: None };
                if self.polls.send(request).await.is_err() {
                    tracing::debug!("the poller is gone; so is this schedule");
                }
                Ok(())
            }
            Chore::Retention => self.retain().await,
            Chore::Checkpoint => self.shared.store.checkpoint().await,
            Chore::Index => self.index().await,
            Chore::Digests => {
                self.make_digests(timetable).await;
                Ok(())
            }
        };
        if let Err(error) = done {
            tracing::error!("a chore failed and will run again in an hour: {error}");
        }
    }

    /// Makes the digests that are due, and sees to it that the next is made at its time.
    async fn make_digests(&self, timetable: &mut Timetable) {
        let plan = self.shared.plan();
        match digests::make_due(&self.shared, &plan).await {
            Ok(next) => {
                if let Err(error) = timetable.wake_for_digests(next).await {
                    tracing::error!("the next digest may be late: {error}");
                }
            }
            Err(error) => tracing::error!("digests will be tried again: {error}"),
        }
    }

    /// In small units, so that polls get their turn.
    async fn index(&self) -> Result<(), StoreError> {
        while self.shared.store.index_for_search().await? > 0 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn retain(&self) -> Result<(), StoreError> {
        let plan = self.shared.plan();
        let config = &plan.config;
        let now = clock::now();
        let keep = plan.topics.iter().map(|topic| topic.settings.items).max();
        let kept = config.retention.texts.max(config.dedup.window);
        let retention = Retention {
            texts_before: now - kept,
            evidence_before: now - kept,
            signatures_before: now - config.dedup.window,
            tellings_before: now - dedup::QUIET,
            keep_items: keep.unwrap_or_default(),
        };
        // First: the texts of pages that are gone may go with them.
        archive::drop_pages(&self.shared, retention.texts_before).await?;
        let gone = self.shared.store.retain(retention).await?;
        tracing::info!(
            texts = gone.texts,
            evidence = gone.evidence,
            signatures = gone.signatures,
            "retention made room"
        );
        Ok(())
    }
}

/// What is to be done when.
struct Timetable {
    scheduler: JobScheduler,
    sender: mpsc::Sender<Chore>,
    /// The jobs of sources, each with its cron expression.
    polls: HashMap<SourceId, (String, Uuid)>,
    /// When digests are due next, and the job for it.
    digests: Option<(Time, Uuid)>,
}

impl Timetable {
    /// Housekeeping alone, with room for the schedules of `polls` sources.
    async fn new(sender: mpsc::Sender<Chore>, polls: usize) -> Result<Self, JobSchedulerError> {
        // Its default channel drops runs silently when more jobs than that fall on one second.
        let scheduler = JobScheduler::new_with_channel_size((4 * polls).max(1024)).await?;
        scheduler.add(job(RETENTION, Chore::Retention, &sender)?).await?;
        scheduler.add(job(CHECKPOINT, Chore::Checkpoint, &sender)?).await?;
        scheduler.add(job(INDEX, Chore::Index, &sender)?).await?;
        Ok(Self { scheduler, sender, polls: HashMap::new(), digests: None })
    }

    /// Schedules what `plan` schedules and nothing else; what stays the same is not touched.
    async fn follow(&mut self, plan: &Plan) -> Result<(), JobSchedulerError> {
        let wanted: HashMap<&SourceId, &str> = plan.scheduled().collect();
        let is_over = |(id, (cron, job)): (&SourceId, &(String, Uuid))| {
            (wanted.get(id) != Some(&cron.as_str())).then(|| (id.clone(), *job))
        };
        let over: Vec<(SourceId, Uuid)> = self.polls.iter().filter_map(is_over).collect();
        for (id, job) in over {
            self.scheduler.remove(&job).await?;
            self.polls.remove(&id);
        }
        for (id, cron) in wanted {
            if !self.polls.contains_key(id) {
                let job = job(cron, Chore::Poll(id.clone()), &self.sender)?;
                let number = self.scheduler.add(job).await?;
                self.polls.insert(id.clone(), (cron.to_owned(), number));
            }
        }
        Ok(())
    }

    /// A job for the time that digests are due next, in place of the last one. Jobs in zones would keep their offset
    /// over a change of the clock.
    async fn wake_for_digests(&mut self, next: Option<Time>) -> Result<(), JobSchedulerError> {
        let now = clock::now();
        if let Some((at, job)) = self.digests {
            // It may run a little early, and is over then.
            if Some(at) == next && at > now + EARLY {
                return Ok(());
            }
            self.digests = None;
            self.scheduler.remove(&job).await?;
        }
        if let Some(at) = next {
            let wait = (at - now).to_std().unwrap_or_default();
            let sender = self.sender.clone();
            let job = Job::new_one_shot_async(wait, move |_, _| {
                let sender = sender.clone();
                Box::pin(async move { drop(sender.try_send(Chore::Digests)) })
            })?;
            self.digests = Some((at, self.scheduler.add(job).await?));
        }
        Ok(())
    }
}

fn job(cron: &str, chore: Chore, sender: &mpsc::Sender<Chore>) -> Result<Job, JobSchedulerError> {
    let sender = sender.clone();
    Job::new_async(cron, move |_, _| {
        let (sender, chore) = (sender.clone(), chore.clone());
        Box::pin(async move {
            // Full means that the same words are waiting already.
            drop(sender.try_send(chore));
        })
    })
}
