//! Renders the topics whose time has come, and the index, and puts them on the shelf.

use super::index::Index;
use super::tasks::{TaskResult, let_pass};
use super::{PlannedTopic, SLOW_TICK, Shared};
use crate::clock;
use crate::feed::{SANITIZER_VERSION, sanitize};
use crate::model::{Content, OutputFeed, PublishContent};
use crate::publish::{PublishError, Stamp};
use crate::render::{TopicDigest, render};
use crate::store::{Sanitized, StoreError, TopicPage, Unsanitized};
use crate::telemetry;
use crate::text;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// A summary of more plain text than this, in characters, is the article itself: unless the topic
/// publishes full content, an excerpt stands for it.
const LONGEST_SUMMARY: usize = 1_000;
/// The length of that excerpt, in characters.
const EXCERPT: usize = 500;

/// The publisher.
#[derive(Debug)]
pub struct Publisher {
    shared: Shared,
    index: Index,
    pings: mpsc::Receiver<oneshot::Sender<()>>,
}

/// Why a topic is not on the shelf.
#[derive(Debug, thiserror::Error)]
pub(super) enum RenderError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error("rendering failed inside ({0}); this is a bug")]
    Panicked(#[from] tokio::task::JoinError),
}

impl Publisher {
    /// A publisher that answers each ping once every topic that is due is on the shelf.
    #[must_use]
    pub fn new(shared: Shared, pings: mpsc::Receiver<oneshot::Sender<()>>) -> Self {
        Self { shared, index: Index::default(), pings }
    }

    /// Works until `cancel`.
    pub async fn run(mut self, cancel: CancellationToken) -> TaskResult {
        self.refresh_shelf().await?;
        let mut asked: Vec<oneshot::Sender<()>> = Vec::new();
        while !cancel.is_cancelled() {
            if let Err(failed) = self.render_due().await {
                let_pass(failed, &cancel).await?;
                continue;
            }
            for answer in asked.drain(..) {
                // Whoever asked may have stopped waiting.
                let _ = answer.send(());
            }
            tokio::select! {
                () = cancel.cancelled() => break,
                () = self.shared.changed.notified() => {}
                Some(answer) = self.pings.recv() => asked.push(answer),
                () = tokio::time::sleep(SLOW_TICK) => {}
            }
        }
        Ok(())
    }

    /// Renders what differs from what the last run left on the shelf: nothing, mostly.
    async fn refresh_shelf(&mut self) -> Result<(), StoreError> {
        let topics = self.shared.store.topic_statuses().await?;
        let versions: HashMap<_, _> =
            topics.iter().map(|topic| (topic.topic, topic.version)).collect();
        let plan = Arc::clone(&self.shared.plan);
        for planned in &plan.topics {
            let (name, settings) = (&planned.topic.name, &planned.settings);
            let stamp = Stamp::of(versions.get(&planned.no).copied().unwrap_or_default(), settings);
            let lacks_files = self.shared.files.as_ref().is_some_and(|files| files.lack(name));
            if lacks_files || self.shared.shelf.stamp(name) != Some(stamp) {
                self.render(planned).await;
            }
        }
        Ok(())
    }

    async fn render_due(&mut self) -> Result<(), StoreError> {
        let plan = Arc::clone(&self.shared.plan);
        for due in self.shared.store.topics_due(clock::now()).await? {
            if let Some(planned) = plan.topics.iter().find(|planned| planned.no == due.topic) {
                self.render(planned).await;
            }
        }
        self.render_index().await;
        Ok(())
    }

    /// After the topics of a round, not after each. A failure passes: the next round tries again.
    async fn render_index(&mut self) {
        let files = self.shared.files.clone();
        let public_url = &self.shared.plan.config.daemon.public_url;
        let plan = &self.shared.plan;
        if let Err(error) = self.index.render(&self.shared, &plan.topics, files, public_url).await {
            tracing::error!("the index is not rendered: {error}");
        }
    }

    /// Renders one topic. A failure is of this topic: it stays due, and the others go on.
    async fn render(&mut self, planned: &PlannedTopic) {
        let started = Instant::now();
        match self.try_render(planned).await {
            Ok(()) => telemetry::topic_rendered(started.elapsed()),
            Err(error) => tracing::error!(topic = %planned.topic.name, "not rendered: {error}"),
        }
    }

    async fn try_render(&mut self, planned: &PlannedTopic) -> Result<(), RenderError> {
        let (store, settings) = (&self.shared.store, planned.settings.clone());
        let (items, content) = (settings.items, settings.content);
        let page = store.topic_items(planned.no, items, content, SANITIZER_VERSION).await?;
        let Some(page) = page else { return Ok(()) };
        let version = page.feed.version;
        let stamp = Stamp::of(version, &settings);
        let (renditions, files) = (Arc::clone(&self.shared.shelf), self.shared.files.clone());
        let (sanitized, digest) = tokio::task::spawn_blocking(move || {
            let (feed, sanitized) = complete(page, content);
            let set = render(&feed, &settings);
            if let Some(files) = files {
                files.write(&set)?;
            }
            renditions.put(&set, stamp)?;
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
fn complete(page: TopicPage, publish: PublishContent) -> (OutputFeed, Vec<Sanitized>) {
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
    let short = |html: &&String| text::plain(html).chars().count() <= LONGEST_SUMMARY;
    let whole = match publish {
        PublishContent::Full => full.as_ref().or(summary.as_ref()).map(clean),
        PublishContent::Summary => None,
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
