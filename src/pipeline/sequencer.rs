//! The one task that resolves pending entries into stories and gives them their places in topics.

use super::copying::{self, Copying, Look, Repeated};
use super::tasks::{TaskResult, let_pass, off_the_runtime};
use super::telling::{self, Telling};
use super::{Plan, PlannedTopic, SLOW_TICK, Shared};
use crate::clock;
use crate::dedup::{self, Copies, Originals, Resolution, Stories, TERMS_VERSION, Terms, Witnesses};
use crate::model::{
    EntryId, Evidence, ItemUnit, PendingEntry, Placed, Relation, Sequenced, SequencedBatch,
    SourceNo, StoryId, Time, TopicMatch, Witness,
};
use crate::store::{SqliteStore, StoreError};
use crate::telemetry;
use crate::text::{fold, leave_out};
use crate::topics::{self, Covered, Placement, Prepared};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
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
    plan: Arc<Plan>,
    asks: mpsc::Receiver<Ask>,
    copying: Copying,
    telling: Telling,
    /// Whether the plan's new topics wait to be given what is stored.
    to_fill: bool,
    /// Who waits until nothing is pending.
    waiting: Vec<oneshot::Sender<()>>,
}

impl Sequencer {
    /// A sequencer that can be asked through `asks`.
    #[must_use]
    pub fn new(shared: Shared, asks: mpsc::Receiver<Ask>) -> Self {
        let (plan, copying, telling) = (shared.plan(), Copying::default(), Telling::default());
        Self { plan, shared, asks, copying, telling, to_fill: true, waiting: Vec::new() }
    }

    /// Works until `cancel`; a batch that is under way is finished.
    pub async fn run(mut self, cancel: CancellationToken) -> TaskResult {
        while !cancel.is_cancelled() {
            self.hear_all();
            match self.work().await {
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
                Ok(()) = self.shared.plan.changed() => self.take_up_plan(),
                Some(ask) = self.asks.recv() => self.hear(ask),
                () = tokio::time::sleep(SLOW_TICK) => {}
            }
        }
        Ok(())
    }

    /// What every batch and every filling begins with. Says whether there was anything to do.
    async fn work(&mut self) -> Result<bool, StoreError> {
        if self.shared.has_new_plan() {
            self.take_up_plan();
        }
        if self.to_fill {
            self.fill_new_topics().await?;
            self.to_fill = false;
        }
        self.sequence().await
    }

    /// Sequences one batch. Says whether there was anything to do.
    async fn sequence(&mut self) -> Result<bool, StoreError> {
        let store = self.shared.store.clone();
        let pending = store.take_pending(BATCH).await?;
        if pending.is_empty() {
            return Ok(false);
        }
        let (now, window) = (clock::now(), self.plan.config.dedup.window);
        while !self.copying.load(&store, (now, window)).await?
            || !self.telling.load(&store, now, self.plan.tellings()).await?
        {
            self.hear_all();
        }
        let (plan, batch) = (Arc::clone(&self.plan), Arc::new(pending));
        let repeated = store.boilerplate(copying::sources(&batch)).await?;
        let repeated = Repeated::new(&repeated, window);
        let looked = look_at(&plan, &batch, (self.copying.lend(window), repeated), now).await?;
        let Looked { entries, matches, copies, boilerplate } = looked;
        let mut known = known(&store, &entries, now - window).await?;
        known.stories = self.telling.lend();
        let (resolved, stories) = off_the_runtime({
            let batch = Arc::clone(&batch);
            move || (resolve(&batch, entries, &mut known), known.stories)
        })
        .await?;
        let covered = store.coverage(units(&batch, &resolved)).await?;
        let decided = place(&plan, &batch, resolved, (matches, covered));
        publish(&self.shared, SequencedBatch { at: Some(now), boilerplate, ..decided }).await?;
        self.copying.keep(copies);
        self.telling.keep(stories);
        Ok(true)
    }

    /// Between two batches: each is decided under one plan.
    fn take_up_plan(&mut self) {
        self.plan = self.shared.take_up_plan();
        self.to_fill = true;
    }

    fn hear_all(&mut self) {
        while let Ok(ask) = self.asks.try_recv() {
            self.hear(ask);
        }
    }

    fn hear(&mut self, ask: Ask) {
        match ask {
            Ask::Alive(asker) => answer(asker),
            Ask::Drained(asker) => self.waiting.push(asker),
        }
    }

    /// A new topic begins with the newest of what is stored, before anything is sequenced under the
    /// plan that brought it. Interrupted, it begins again: what it has already is not placed twice.
    async fn fill_new_topics(&mut self) -> Result<(), StoreError> {
        let plan = Arc::clone(&self.plan);
        for (place, planned) in plan.topics.iter().enumerate() {
            if planned.is_new {
                let found = self.newest_matching(&plan, place).await?;
                fill(&self.shared, &plan, place, found).await?;
                self.shared.store.filled(planned.no).await?;
            }
        }
        self.shared.changed.notify_one();
        Ok(())
    }

    /// The newest sequenced entries that a topic's rule matches, enough for all of its items, oldest
    /// first. It may have to read the whole store, so it answers in between.
    async fn newest_matching(
        &mut self,
        plan: &Arc<Plan>,
        topic: usize,
    ) -> Result<Matching, StoreError> {
        let planned = &plan.topics[topic];
        let (mut found, mut units) = (Vec::new(), HashSet::new());
        let mut before = None;
        while units.len() < planned.settings.items {
            self.hear_all();
            let page = Arc::new(self.shared.store.newest_entries(BATCH, before).await?);
            let Some(last) = page.last() else { break };
            before = Some(last.id);
            let (of, read) = (Arc::clone(plan), Arc::clone(&page));
            let matched = off_the_runtime(move || matches(&of, &read)).await?;
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
}

/// Entries, and the topics that each belongs to.
type Matching = (Vec<PendingEntry>, Vec<Vec<TopicMatch>>);

/// Whoever asked may have stopped waiting.
fn answer(asker: oneshot::Sender<()>) {
    let _ = asker.send(());
}

async fn publish(shared: &Shared, batch: SequencedBatch) -> Result<(), StoreError> {
    let published = shared.store.publish(batch).await?;
    telemetry::items_published(published.items);
    if !published.topics.is_empty() {
        shared.changed.notify_one();
    }
    Ok(())
}

/// Everything that an item may stand for to cover one of these entries. What an entry opens that was
/// not sequenced before, itself, its group and its story, is no item yet.
fn units(batch: &[PendingEntry], resolved: &[(Sequenced, bool)]) -> Vec<ItemUnit> {
    let new = batch.iter().filter(|entry| entry.sequenced.is_none()).map(|entry| entry.id);
    let new: HashSet<EntryId> = new.collect();
    let units = resolved.iter().flat_map(|(s, _)| {
        let story = (EntryId(s.story.0), ItemUnit::Story(s.story));
        let group = (EntryId(s.group.0), ItemUnit::Group(s.group));
        [story, group, (s.entry, ItemUnit::Entry(s.entry))]
    });
    let units = units.filter(|(opening, _)| !new.contains(opening)).map(|(_, unit)| unit);
    units.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What was found out about a batch before its verdicts.
struct Looked {
    /// What each entry shows to others, and which of them it may copy.
    entries: Vec<Bearing>,
    matches: Vec<Vec<TopicMatch>>,
    copies: Copies,
    boilerplate: Vec<(SourceNo, Vec<u8>)>,
}

/// What an entry shows to others.
#[derive(Default)]
struct Bearing {
    evidence: Vec<Evidence>,
    look: Look,
    /// What of it is compared with stories, where that is asked.
    terms: Option<Terms>,
}

impl Bearing {
    fn link_of(entry: &PendingEntry) -> Self {
        Self { evidence: dedup::evidence_of(entry), ..Self::default() }
    }
}

/// Looks at each entry of a batch: what it shows to others, and which rules it matches at `now`.
async fn look_at(
    plan: &Arc<Plan>,
    batch: &Arc<Vec<PendingEntry>>,
    (mut copies, mut repeated): (Copies, Repeated),
    now: Time,
) -> Result<Looked, StoreError> {
    let (plan, batch) = (Arc::clone(plan), Arc::clone(batch));
    let asked = plan.tellings();
    off_the_runtime(move || {
        let each = batch.iter().map(|entry| {
            let (title, text) = (fold(&entry.title), fold(&entry.text));
            let folded = [&*title, &*text];
            let left_out = repeated.take(entry, folded);
            let kept = [leave_out(&title, &left_out[0]), leave_out(&text, &left_out[1])];
            let kept = [&*kept[0], &*kept[1]];
            let look = copying::look(&mut copies, entry, kept);
            let terms = asked.and_then(|asked| telling::terms(entry, kept, asked.across_languages));
            let bearing = Bearing { look, terms, ..Bearing::link_of(entry) };
            let left_out = [left_out[0].as_slice(), left_out[1].as_slice()];
            (bearing, matching(&plan, entry, Prepared { folded, left_out }, now))
        });
        let (entries, matches) = each.unzip();
        Looked { entries, matches, copies, boilerplate: repeated.to_stored() }
    })
    .await
}

/// Which rules an entry matches at `now`. One that was sequenced before was revised, and is as old then
/// as it is: a topic does not open its doors to last year's news because a comma moved.
fn matching(plan: &Plan, entry: &PendingEntry, prepared: Prepared, now: Time) -> Vec<TopicMatch> {
    let mut subject = plan.subject(entry, Some(prepared));
    if entry.sequenced.is_some() {
        subject.seen = now;
    }
    plan.index.matching(&subject)
}

/// What a batch is compared with.
struct Known {
    witnesses: Witnesses,
    originals: Originals,
    /// Where a topic shows them.
    stories: Option<Stories>,
}

/// What the store knows that a batch is compared with.
async fn known(store: &SqliteStore, entries: &[Bearing], since: Time) -> Result<Known, StoreError> {
    let wanted = entries.iter().flat_map(|bearing| bearing.evidence.iter().copied()).collect();
    let texts = entries.iter().flat_map(|bearing| bearing.look.candidates.iter().copied());
    let texts: BTreeSet<EntryId> = texts.collect();
    let witnesses = Witnesses::new(store.evidence(wanted, since).await?);
    let originals = Originals::new(store.originals(texts.into_iter().collect()).await?);
    Ok(Known { witnesses, originals, stories: None })
}

fn matches(plan: &Plan, batch: &[PendingEntry]) -> Vec<Vec<TopicMatch>> {
    batch.iter().map(|entry| plan.index.matching(&plan.subject(entry, None))).collect()
}

/// Resolves a batch in order, each new entry a witness for those behind it. One that was sequenced
/// before keeps its place and is a witness already; of it only its link is judged.
fn resolve(
    batch: &[PendingEntry],
    entries: Vec<Bearing>,
    known: &mut Known,
) -> Vec<(Sequenced, bool)> {
    batch
        .iter()
        .zip(entries)
        .map(|(entry, mut bearing)| {
            let Look { likeness, candidates } = &bearing.look;
            let likeness = likeness.as_ref();
            let copied = likeness.and_then(|l| known.originals.copied(l, entry.source, candidates));
            let mut resolution = dedup::resolve(entry, &bearing.evidence, &known.witnesses, copied);
            let also = tell(entry, &mut resolution, &bearing, known.stories.as_mut());
            if entry.sequenced.is_some() {
                bearing.evidence.clear();
            }
            let sequenced = Sequenced { also, ..sequenced(entry, resolution, &mut bearing) };
            let witness = witness(&sequenced);
            known.witnesses.add(&sequenced.evidence, &witness);
            if let Some(likeness) = &bearing.look.likeness {
                let copied = sequenced.of.filter(|_| sequenced.relation == Relation::Copy);
                known.originals.add(likeness, &witness, copied);
            }
            (sequenced, resolution.link_is_evidence)
        })
        .collect()
}

/// Lets an entry that copies nothing tell an open story; gives another that it tells as well.
fn tell(
    entry: &PendingEntry,
    resolution: &mut Resolution,
    bearing: &Bearing,
    stories: Option<&mut Stories>,
) -> Option<StoryId> {
    let (stories, terms) = stories.zip(bearing.terms.as_ref())?;
    stories.arrive(entry.first_seen);
    let published = entry.published.unwrap_or(entry.first_seen);
    let (verdict, told) = stories.take(entry.id, published, terms, resolution.verdict);
    resolution.verdict = verdict;
    told.and_then(|told| told.also)
}

fn sequenced(entry: &PendingEntry, resolution: Resolution, bearing: &mut Bearing) -> Sequenced {
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
        evidence: std::mem::take(&mut bearing.evidence),
        signature: bearing.look.likeness.as_ref().map(|it| it.minima.signature(&it.gist)),
        terms: (TERMS_VERSION, bearing.terms.as_ref().map(Terms::to_bytes).unwrap_or_default()),
        also: None,
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
    (matches, covered): (Vec<Vec<TopicMatch>>, HashSet<Placed>),
) -> SequencedBatch {
    let mut covered: Covered = covered.into_iter().collect();
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

async fn fill(
    shared: &Shared,
    plan: &Plan,
    topic: usize,
    (batch, matches): Matching,
) -> Result<(), StoreError> {
    let bearing: Vec<_> = batch.iter().map(Bearing::link_of).collect();
    let mut known = known(&shared.store, &bearing, Time::UNIX_EPOCH).await?;
    let resolved = resolve(&batch, bearing, &mut known);
    let mut covered = shared.store.coverage(units(&batch, &resolved)).await?;
    covered.retain(|placed| placed.topic == plan.topics[topic].no);
    let decided = place(plan, &batch, resolved, (matches, covered));
    let (items, growth) = (decided.items, decided.growth);
    let at = Some(clock::now());
    publish(shared, SequencedBatch { at, items, growth, ..SequencedBatch::default() }).await
}
