//! The one task that resolves pending entries into stories and gives them their places in topics.

use super::tasks::{TaskResult, let_pass};
use super::{Plan, PlannedTopic, SLOW_TICK, Shared};
use crate::clock;
use crate::dedup::{self, Resolution, Witnesses};
use crate::model::{
    Evidence, ItemUnit, PendingEntry, Placed, Sequenced, SequencedBatch, Time, TopicMatch, Witness,
};
use crate::store::StoreError;
use crate::telemetry;
use crate::text::fold;
use crate::topics::{self, Placement};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Entries that one transaction places: enough to share its cost, few enough that readers and polls
/// do not wait for it.
const BATCH: usize = 500;

/// What the sequencer can be asked.
#[derive(Debug)]
pub enum Ask {
    /// To answer between two batches: it works.
    Alive(oneshot::Sender<()>),
    /// To answer once nothing is pending.
    Drained(oneshot::Sender<()>),
}

/// The sequencer.
#[derive(Debug)]
pub struct Sequencer {
    shared: Shared,
    asks: mpsc::Receiver<Ask>,
    /// Who waits until nothing is pending.
    waiting: Vec<oneshot::Sender<()>>,
}

impl Sequencer {
    /// A sequencer that can be asked through `asks`.
    #[must_use]
    pub fn new(shared: Shared, asks: mpsc::Receiver<Ask>) -> Self {
        Self { shared, asks, waiting: Vec::new() }
    }

    /// Works until `cancel`; a batch that is under way is finished.
    pub async fn run(mut self, cancel: CancellationToken) -> TaskResult {
        fill_new_topics(&self.shared).await?;
        while !cancel.is_cancelled() {
            while let Ok(ask) = self.asks.try_recv() {
                self.hear(ask);
            }
            match sequence(&self.shared).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(failed) => {
                    let_pass(failed, &cancel).await?;
                    continue;
                }
            }
            self.waiting.drain(..).for_each(answer);
            tokio::select! {
                () = cancel.cancelled() => break,
                () = self.shared.pending.notified() => {}
                Some(ask) = self.asks.recv() => self.hear(ask),
                () = tokio::time::sleep(SLOW_TICK) => {}
            }
        }
        Ok(())
    }

    fn hear(&mut self, ask: Ask) {
        match ask {
            Ask::Alive(asker) => answer(asker),
            Ask::Drained(asker) => self.waiting.push(asker),
        }
    }
}

/// Whoever asked may have stopped waiting.
fn answer(asker: oneshot::Sender<()>) {
    let _ = asker.send(());
}

/// Sequences one batch. Says whether there was anything to do.
async fn sequence(shared: &Shared) -> Result<bool, StoreError> {
    let pending = shared.store.take_pending(BATCH).await?;
    if pending.is_empty() {
        return Ok(false);
    }
    let now = clock::now();
    let window = shared.plan.config.dedup.window;
    let (batch, plan) = (Arc::new(pending), Arc::clone(&shared.plan));
    let (entries, matches) = off_the_runtime({
        let batch = Arc::clone(&batch);
        move || look_at(&plan, &batch)
    })
    .await?;
    let wanted = entries.iter().flatten().copied().collect();
    let witnesses = Witnesses::new(shared.store.evidence(wanted, now - window).await?);
    let resolved = resolve(&batch, entries, witnesses, window);
    let units = units(&resolved);
    let covered = shared.store.coverage(units).await?;
    let decided = place(&shared.plan, &batch, resolved, (matches, covered));
    publish(shared, SequencedBatch { at: Some(now), ..decided }).await?;
    Ok(true)
}

async fn publish(shared: &Shared, batch: SequencedBatch) -> Result<(), StoreError> {
    let published = shared.store.publish(batch).await?;
    telemetry::items_published(published.items);
    if !published.topics.is_empty() {
        shared.changed.notify_one();
    }
    Ok(())
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done),
        // Not to be caught: the daemon must not run on without knowing what went wrong.
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// Everything that an item may stand for to cover one of these entries.
fn units(resolved: &[(Sequenced, bool)]) -> Vec<ItemUnit> {
    let units = resolved.iter().flat_map(|(s, _)| {
        [ItemUnit::Story(s.story), ItemUnit::Group(s.group), ItemUnit::Entry(s.entry)]
    });
    units.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What each entry of a batch shows to others, unless it did before, and which rules it matches.
fn look_at(plan: &Plan, batch: &[PendingEntry]) -> (Vec<Vec<Evidence>>, Vec<Vec<TopicMatch>>) {
    let look = |entry: &PendingEntry| {
        let (title, text) = (fold(&entry.title), fold(&entry.text));
        let folded = [&*title, &*text];
        let evidence = match entry.sequenced {
            Some(_) => Vec::new(),
            None => dedup::evidence_of(entry, folded),
        };
        (evidence, plan.index.matching(&plan.subject(entry, Some(folded))))
    };
    batch.iter().map(look).unzip()
}

fn evidence(batch: &[PendingEntry]) -> Vec<Vec<Evidence>> {
    let of =
        |entry: &PendingEntry| dedup::evidence_of(entry, [&fold(&entry.title), &fold(&entry.text)]);
    batch.iter().map(of).collect()
}

fn matches(plan: &Plan, batch: &[PendingEntry]) -> Vec<Vec<TopicMatch>> {
    batch.iter().map(|entry| plan.index.matching(&plan.subject(entry, None))).collect()
}

/// Resolves a batch in order, each entry a witness for those behind it.
fn resolve(
    batch: &[PendingEntry],
    evidence: Vec<Vec<Evidence>>,
    mut witnesses: Witnesses,
    window: Duration,
) -> Vec<(Sequenced, bool)> {
    batch
        .iter()
        .zip(evidence)
        .map(|(entry, evidence)| {
            let resolution = dedup::resolve(entry, &evidence, &witnesses, window);
            let sequenced = sequenced(entry, resolution, evidence);
            witnesses.add(&sequenced.evidence, &witness(&sequenced));
            (sequenced, resolution.link_is_evidence)
        })
        .collect()
}

fn sequenced(entry: &PendingEntry, resolution: Resolution, evidence: Vec<Evidence>) -> Sequenced {
    let (mut story, mut group, relation, of) = resolution.verdict.place(entry.id);
    if let Some(kept) = entry.sequenced {
        (story, group) = kept;
    }
    Sequenced {
        entry: entry.id,
        change: entry.change,
        source: entry.source,
        story,
        group,
        relation,
        of,
        evidence,
        seen: entry.first_seen,
    }
}

fn witness(sequenced: &Sequenced) -> Witness {
    Witness {
        entry: sequenced.entry,
        source: sequenced.source,
        story: sequenced.story,
        group: sequenced.group,
        seen: sequenced.seen,
    }
}

/// Gives each entry of a batch its places in topics, in order.
fn place(
    plan: &Plan,
    batch: &[PendingEntry],
    resolved: Vec<(Sequenced, bool)>,
    (matches, mut covered): (Vec<Vec<TopicMatch>>, HashSet<Placed>),
) -> SequencedBatch {
    let mut decided = SequencedBatch::default();
    for ((entry, (sequenced, link_is_evidence)), matches) in batch.iter().zip(resolved).zip(matches)
    {
        let link = entry.canonical_link.as_deref().filter(|_| link_is_evidence);
        let ids = dedup::item_ids(link, &entry.source_id, entry.key);
        let wanted: Vec<_> = matches
            .into_iter()
            .filter_map(|m| {
                let PlannedTopic { no, topic, .. } = plan.topics.get(m.topic)?;
                Some((*no, topic.collapse, m.score, m.reasons))
            })
            .collect();
        let Placement { items, growth } = topics::place(&sequenced, &wanted, &covered, ids);
        covered.extend(items.iter().map(|item| Placed { topic: item.topic, unit: item.unit }));
        decided.items.extend(items);
        decided.growth.extend(growth);
        if entry.sequenced.is_some() {
            decided.corrected.push(entry.id);
        }
        decided.entries.push(sequenced);
    }
    decided
}

/// A new topic begins with the newest of what is stored. Interrupted, it begins again: what it has
/// already is not placed twice.
async fn fill_new_topics(shared: &Shared) -> Result<(), StoreError> {
    for (place, planned) in shared.plan.topics.iter().enumerate() {
        if planned.is_new {
            fill(shared, place).await?;
            shared.store.filled(planned.no).await?;
        }
    }
    shared.changed.notify_one();
    Ok(())
}

async fn fill(shared: &Shared, topic: usize) -> Result<(), StoreError> {
    let (batch, matches) = newest_matching(shared, topic).await?;
    let evidence = evidence(&batch);
    let wanted = evidence.iter().flatten().copied().collect();
    let witnesses = Witnesses::new(shared.store.evidence(wanted, Time::UNIX_EPOCH).await?);
    let resolved = resolve(&batch, evidence, witnesses, Duration::ZERO);
    let units = units(&resolved);
    let mut covered = shared.store.coverage(units).await?;
    covered.retain(|placed| placed.topic == shared.plan.topics[topic].no);
    let decided = place(&shared.plan, &batch, resolved, (matches, covered));
    let (items, growth) = (decided.items, decided.growth);
    let at = Some(clock::now());
    publish(shared, SequencedBatch { at, items, growth, ..SequencedBatch::default() }).await
}

/// The newest sequenced entries that a topic's rule matches, enough for all of its items, oldest
/// first.
async fn newest_matching(
    shared: &Shared,
    topic: usize,
) -> Result<(Vec<PendingEntry>, Vec<Vec<TopicMatch>>), StoreError> {
    let planned = &shared.plan.topics[topic];
    let (mut found, mut units) = (Vec::new(), HashSet::new());
    let mut before = None;
    while units.len() < planned.settings.items {
        let page = Arc::new(shared.store.newest_entries(BATCH, before).await?);
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        let (plan, read) = (Arc::clone(&shared.plan), Arc::clone(&page));
        let matched = off_the_runtime(move || matches(&plan, &read)).await?;
        for (entry, mut matched) in page.iter().zip(matched) {
            matched.retain(|m| m.topic == topic);
            let Some((story, group)) = entry.sequenced else { continue };
            if matched.is_empty() || units.len() >= planned.settings.items {
                continue;
            }
            units.insert(planned.topic.collapse.unit(entry.id, story, group));
            found.push((entry.clone(), matched));
        }
    }
    Ok(found.into_iter().rev().unzip())
}
