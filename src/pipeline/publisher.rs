//! Renders the topics whose time has come, and the index, and puts them on the shelf.

use super::archive;
use super::index::Index;
use super::tasks::{TaskResult, let_pass};
use super::{Plan, PlannedTopic, SLOW_TICK, Shared};
use crate::clock;
use crate::feed::{SANITIZER_VERSION, sanitize};
use crate::model::{Content, OutputFeed, PublishContent, TopicNo};
use crate::publish::{PublishError, Stamp};
use crate::render::{TopicDigest, render};
use crate::store::{Sanitized, StoreError, TopicPage, Unsanitized};
use crate::telemetry;
use crate::text;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// A summary of more plain text than this, in characters, is the article itself: unless the topic
/// publishes full content, an excerpt stands for it.
const LONGEST_SUMMARY: usize = 1_000;
/// The length of that excerpt, in characters.
const EXCERPT: usize = 500;

/// A topic that has just been rendered waits so long for its next rendering: many sources that bring
/// something at once are one change.
const REST: Duration = Duration::from_millis(400);

/// The publisher.
#[derive(Debug)]
pub struct Publisher {
    shared: Shared,
    plan: Arc<Plan>,
    index: Index,
    /// When each topic was last rendered.
    rendered: HashMap<TopicNo, Instant>,
    /// Whether the shelf is to be looked through: it may hold what the plan does not want.
    to_refresh: bool,
    pings: mpsc::Receiver<oneshot::Sender<()>>,
}

/// Why a topic is not on the shelf, or a page not in the archive.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was rendered cannot be put where it belongs.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// It failed inside.
    #[error("rendering failed inside ({0}); this is a bug")]
    Panicked(#[from] tokio::task::JoinError),
}

impl Publisher {
    /// A publisher that answers each ping once every topic that is due is on the shelf.
    #[must_use]
    pub fn new(shared: Shared, pings: mpsc::Receiver<oneshot::Sender<()>>) -> Self {
        let plan = shared.plan();
        Self {
            plan,
            shared,
            index: Index::default(),
            rendered: HashMap::new(),
            to_refresh: true,
            pings,
        }
    }

    /// Works until `cancel`.
    pub async fn run(mut self, cancel: CancellationToken) -> TaskResult {
        let mut asked: Vec<oneshot::Sender<()>> = Vec::new();
        while !cancel.is_cancelled() {
            let next = match self.work(!asked.is_empty()).await {
                Ok(next) => next,
                Err(failed) => {
                    let_pass(failed, &cancel).await?;
                    continue;
                }
            };
            for answer in asked.drain(..) {
                // Whoever asked may have stopped waiting.
                let _ = answer.send(());
            }
            tokio::select! {
                () = cancel.cancelled() => break,
                () = self.shared.changed.notified() => {}
                Ok(()) = self.shared.plan.changed() => self.take_up_plan(),
                Some(answer) = self.pings.recv() => asked.push(answer),
                () = tokio::time::sleep_until(next.into()) => {}
            }
        }
        Ok(())
    }

    /// Renders what is due; `at_once`: what was rendered a moment ago too. Gives when to look again,
    /// unless there is a hint before.
    async fn work(&mut self, at_once: bool) -> Result<Instant, StoreError> {
        if self.shared.has_new_plan() {
            self.take_up_plan();
        }
        if self.to_refresh {
            self.remove_former().await;
            self.refresh_shelf().await?;
            self.to_refresh = false;
        }
        self.render_due(at_once).await
    }

    fn take_up_plan(&mut self) {
        self.plan = self.shared.take_up_plan();
        self.to_refresh = true;
    }

    /// Takes what is no topic any more from the shelf and from the directory of files. Here and
    /// nowhere else: a rendering under way must not put it back.
    async fn remove_former(&self) {
        let (renditions, plan) = (Arc::clone(&self.shared.shelf), Arc::clone(&self.plan));
        let turn = self.shared.turn_at_archives().await;
        let removed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let names: Vec<_> = plan.topics.iter().map(|it| it.topic.name.clone()).collect();
            renditions.retain(&names)?;
            for topic in plan.topics.iter().map(|it| &it.topic) {
                for former in &topic.aliases {
                    renditions.archive().rename(former, &topic.name)?;
                }
            }
            let Some(files) = &plan.files else { return Ok(()) };
            plan.former_names().try_for_each(|name| files.remove(name))
        });
        let removed = removed.await.map_err(RenderError::from);
        if let Err(error) = removed.and_then(|removed| removed.map_err(PublishError::into)) {
            tracing::error!("feeds of former topics are still there: {error}");
        }
    }

    /// Renders what differs from what was left on the shelf, by the last run or under the last plan:
    /// nothing, mostly.
    async fn refresh_shelf(&mut self) -> Result<(), StoreError> {
        let topics = self.shared.store.topic_statuses().await?;
        let versions: HashMap<_, _> =
            topics.iter().map(|topic| (topic.topic, topic.version)).collect();
        let plan = Arc::clone(&self.plan);
        for planned in &plan.topics {
            let (name, settings) = (&planned.topic.name, &planned.settings);
            let stamp = Stamp::of(versions.get(&planned.no).copied().unwrap_or_default(), settings);
            let lacks_files = self.plan.files.as_ref().is_some_and(|files| files.lack(name));
            if lacks_files || self.shared.shelf.stamp(name) != Some(stamp) {
                self.render(planned).await;
            }
        }
        Ok(())
    }

    async fn render_due(&mut self, at_once: bool) -> Result<Instant, StoreError> {
        let (plan, mut next) = (Arc::clone(&self.plan), None);
        for due in self.shared.store.topics_due(clock::now()).await? {
            let Some(planned) = plan.topic(due.topic) else { continue };
            match self.rendered.get(&due.topic).map(|at| *at + REST) {
                Some(rested) if !at_once && rested > Instant::now() => {
                    next = next.map_or(Some(rested), |next: Instant| Some(next.min(rested)));
                }
                _ => self.render(planned).await,
            }
        }
        self.render_index().await;
        Ok(next.unwrap_or_else(|| Instant::now() + SLOW_TICK))
    }

    /// After the topics of a round, not after each. A failure passes: the next round tries again.
    async fn render_index(&mut self) {
        let plan = &self.plan;
        let (files, public_url) = (plan.files.clone(), &plan.config.daemon.public_url);
        if let Err(error) = self.index.render(&self.shared, &plan.topics, files, public_url).await {
            tracing::error!("the index is not rendered: {error}");
        }
    }

    /// Renders one topic. A failure is of this topic: it stays due, and the others go on.
    async fn render(&mut self, planned: &PlannedTopic) {
        let started = Instant::now();
        match self.try_render(planned).await {
            Ok(()) => {
                telemetry::topic_rendered(started.elapsed());
                self.rendered.insert(planned.no, Instant::now());
            }
            Err(error) => tracing::error!(topic = %planned.topic.name, "not rendered: {error}"),
        }
    }

    async fn try_render(&mut self, planned: &PlannedTopic) -> Result<(), RenderError> {
        let (store, settings) = (&self.shared.store, planned.settings.clone());
        let (items, content) = (settings.items, settings.content);
        archive::close_pages(&self.shared, planned, self.plan.files.as_ref()).await?;
        let page = store.topic_items(planned.no, items, planned.look()).await?;
        let Some(page) = page else { return Ok(()) };
        let version = page.feed.version;
        let stamp = Stamp::of(version, &settings);
        let (renditions, files) = (Arc::clone(&self.shared.shelf), self.plan.files.clone());
        let (sanitized, digest) = tokio::task::spawn_blocking(move || {
            let (feed, sanitized) = complete(page, content);
            let set = render(&feed, &settings);
            renditions.put(&set, stamp)?;
            // What is served does not wait for a directory that cannot be written.
            files.map_or(Ok(()), |files| files.write(&set))?;
            Ok::<_, PublishError>((sanitized, TopicDigest::of(&feed, &settings)))
        })
        .await??;
        self.index.keep(planned.no, stamp, digest);
        if !sanitized.is_empty() {
            store.keep_sanitized(sanitized).await?;
        }
        store.rendered(planned.no, version).await?;
        Ok(())
    }
}

/// Sanitizes what enters an output for the first time. Gives the whole feed, and what to remember.
pub(super) fn complete(page: TopicPage, publish: PublishContent) -> (OutputFeed, Vec<Sanitized>) {
    let TopicPage { mut feed, unsanitized, .. } = page;
    let sanitized: Vec<Sanitized> = unsanitized
        .into_iter()
        .filter_map(|raw| {
            let item = feed.items.get_mut(raw.place)?;
            let sanitized = sanitized(&raw, &item.text, publish);
            item.summary.clone_from(&sanitized.summary);
            item.content.clone_from(&sanitized.content);
            Some(sanitized)
        })
        .collect();
    (feed, sanitized)
}

fn sanitized(raw: &Unsanitized, text: &str, publish: PublishContent) -> Sanitized {
    let Content { summary, full, base } = &raw.content;
    let clean = |html: &String| sanitize(html, base.as_ref());
    let excerpt = || sanitize(&escaped(&text::excerpt(text, EXCERPT)), None);
    let is_short = |text: &str| text.chars().nth(LONGEST_SUMMARY).is_none();
    let short = |html: &&String| {
        if raw.is_summary_alone { is_short(text) } else { is_short(&text::plain(html)) }
    };
    let whole = match publish {
        PublishContent::Full => full.as_ref().or(summary.as_ref()).map(clean),
        PublishContent::Summary | PublishContent::Title => None,
    };
    Sanitized {
        entry: raw.entry,
        digest: raw.digest,
        policy: SANITIZER_VERSION,
        publish,
        summary: summary.as_ref().filter(short).map_or_else(excerpt, clean),
        content: whole,
    }
}

/// Plain text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
