//! One poll from lease to record: fetch, read, identify, decide when next, save.

use super::{Plan, Shared};
use crate::clock;
use crate::dedup::{self, Bounds, Decision};
use crate::feed::{self, ReadContext, ReadFeed};
use crate::fetch::FetchRequest;
use crate::model::{
    Document, DocumentEntry, EntryKey, FailureClass, FetchFailure, FetchOutcome, GuidTrust,
    Identified, Identity, Known, Lease, PollKind, PollRecord, PollSummary, ServerHints, Source,
    SourceState, Time, Validators, Window, WindowSlot,
};
use crate::schedule::{self, Harvest, Situation};
use crate::store::{Finish, StoreError};
use crate::telemetry;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// How one poll went.
#[derive(Debug)]
pub(super) struct Collected {
    /// When the source is due next.
    pub due_at: Time,
    /// How the poll ended.
    pub summary: PollSummary,
}

/// Polls a source under its lease and saves everything that this changes; `None`: the lease ran out
/// before that, and nothing was saved. `reading` has a permit for each document that may be read at
/// the same time.
pub(super) async fn collect(
    shared: &Shared,
    reading: &Semaphore,
    source: Arc<Source>,
    lease: Lease,
) -> Result<Option<Collected>, StoreError> {
    let poll = Poll { shared, reading, source, started: Instant::now() };
    let validators = schedule::validators(&lease.state, clock::now());
    let request = FetchRequest {
        url: &poll.source.url,
        validators: &validators,
        allow_private: poll.source.allow_private,
    };
    let outcome = shared.plan().fetcher.fetch(&request, clock::now()).await;
    let record = match outcome {
        FetchOutcome::Failed(failure) => poll.failed(&lease, failure),
        FetchOutcome::NotModified { hints, validators } => {
            poll.not_modified(&lease, hints, validators)
        }
        FetchOutcome::Fetched(document) => {
            poll.fetched(&lease, document, !validators.is_empty()).await?
        }
    };
    poll.save(lease, record).await
}

struct Poll<'a> {
    shared: &'a Shared,
    reading: &'a Semaphore,
    source: Arc<Source>,
    started: Instant,
}

impl Poll<'_> {
    fn failed(&self, lease: &Lease, failure: FetchFailure) -> PollRecord {
        let detail = match failure.status {
            Some(status) => format!("HTTP {status}: {}", failure.detail),
            None => failure.detail,
        };
        let kind = PollKind::Failed(failure.class);
        self.record(lease, lease.state.clone(), (kind, detail, failure.hints))
    }

    fn not_modified(
        &self,
        lease: &Lease,
        hints: ServerHints,
        validators: Validators,
    ) -> PollRecord {
        let mut state = lease.state.clone();
        if !validators.is_empty() {
            state.validators = validators;
        }
        self.record(lease, state, (PollKind::NotModified, String::new(), hints))
    }

    async fn fetched(
        &self,
        lease: &Lease,
        document: Document,
        conditional: bool,
    ) -> Result<PollRecord, StoreError> {
        let now = clock::now();
        let mut state = lease.state.clone();
        let body_hash = hash16(&document.body);
        let (same, hints) = (state.body_hash == Some(body_hash), document.hints);
        schedule::arrived(&mut state, &document, conditional, now);
        if same {
            return Ok(self.record(lease, state, (PollKind::SameBody, String::new(), hints)));
        }
        match self.read(lease, Arc::new(document), now).await? {
            Ok(harvest) => {
                state.body_hash = Some(body_hash);
                Ok(self.harvested(lease, state, harvest, now))
            }
            Err(not_a_feed) => {
                let failure = FetchFailure {
                    class: FailureClass::NotAFeed,
                    status: None,
                    detail: not_a_feed,
                    hints,
                };
                Ok(self.failed(lease, failure))
            }
        }
    }

    /// Reads the document and decides what its items are. Judgements over a whole document hold for
    /// all of its items: when one changes, the items that were not read again are read as well.
    async fn read(
        &self,
        lease: &Lease,
        document: Arc<Document>,
        now: Time,
    ) -> Result<Result<Reading, String>, StoreError> {
        let mut window = match lease.state.first_polled {
            Some(_) => self.shared.store.window(lease.source).await?,
            None => Window::default(),
        };
        let mut trust = lease.state.guid_trust;
        loop {
            let partly = !window.slots.is_empty();
            let feed = match self.parse(Arc::clone(&document), window, now).await {
                Ok(feed) => feed,
                Err(not_a_feed) => return Ok(Err(not_a_feed)),
            };
            let known = self.known(lease, &feed.entries).await?;
            let (decisions, judged) = dedup::identify(&feed.entries, &known, trust);
            if judged == trust || !partly {
                let hints = hints_of(&document, &feed);
                return Ok(Ok(Reading { feed, decisions, trust: judged, hints }));
            }
            (trust, window) = (judged, Window::default());
        }
    }

    /// What the store knows of the items. Of a source at first sight it knows nothing, and asking for
    /// every key of a whole document costs as much as half of its reading.
    async fn known(&self, lease: &Lease, items: &[DocumentEntry]) -> Result<Known, StoreError> {
        if lease.state.first_polled.is_none() {
            return Ok(Known::default());
        }
        self.shared.store.known(lease.source, items.iter().flat_map(keys_of).collect()).await
    }

    async fn parse(
        &self,
        document: Arc<Document>,
        window: Window,
        now: Time,
    ) -> Result<ReadFeed, String> {
        let source = Arc::clone(&self.source);
        // It is never closed.
        let _place = self.reading.acquire().await;
        let reading = tokio::task::spawn_blocking(move || {
            feed::read(&ReadContext { document: &document, window: &window, source: &source, now })
        });
        match reading.await {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(panic) => Err(format!("reading it failed inside ({panic}); this is a bug")),
        }
    }

    fn harvested(
        &self,
        lease: &Lease,
        mut state: SourceState,
        reading: Reading,
        now: Time,
    ) -> PollRecord {
        let Reading { feed, decisions, trust, hints } = reading;
        state.guid_trust = trust;
        (state.title, state.site) = (feed.title, feed.site);
        state.language = feed.language;
        let first_sight = state.first_polled.is_none();
        let window = window_of(&feed.entries);
        let items = count(feed.entries.len());
        let dates = dates_of(&feed.entries);
        let mut entries = identified(feed.entries, decisions);
        let new = count(entries.iter().filter(|i| i.identity == Identity::New).count());
        let revised =
            count(entries.iter().filter(|i| matches!(i.identity, Identity::Revises(_))).count());
        let plan = self.shared.plan();
        let polling = &plan.config.polling;
        let most = if first_sight { polling.first_poll } else { usize::MAX };
        Bounds { most, max_age: polling.max_age }.apply(&mut entries, now);
        schedule::harvested(&mut state, &Harvest { items, new, dates: &dates }, now);
        let kind = PollKind::Fetched { new, revised, items };
        let mut record = self.record(lease, state, (kind, feed.repairs.join(", "), hints));
        (record.entries, record.window) = (entries, Some(window));
        record
    }

    /// Everything that a poll without entries changes.
    fn record(
        &self,
        lease: &Lease,
        mut state: SourceState,
        (kind, detail, hints): (PollKind, String, ServerHints),
    ) -> PollRecord {
        let at = clock::now();
        schedule::ended(
            &mut state,
            PollSummary { at, kind, detail, took: self.started.elapsed(), hints },
        );
        // The bounds may have changed while it was polled.
        let plan = self.shared.plan();
        let source = plan.source(&self.source.id).unwrap_or(&self.source);
        let due = schedule::next_due(&Situation {
            now: at,
            bounds: source.interval,
            cron: plan.cron(&source.id),
            state: &state,
            jitter: jitter(lease),
        });
        state.reason = due.reason;
        PollRecord { at, state, due_at: due.at, entries: Vec::new(), window: None }
    }

    async fn save(
        &self,
        lease: Lease,
        record: PollRecord,
    ) -> Result<Option<Collected>, StoreError> {
        let due_at = record.due_at;
        let gap = record.state.gaps > lease.state.gaps;
        let Some(summary) = record.state.last.clone() else {
            unreachable!("every record is of a poll that ended")
        };
        let pending = record.entries.iter().any(|i| i.taken && !is_unchanged(i.identity));
        match self.shared.store.finish_poll(&lease, record).await? {
            Finish::Done { .. } => telemetry::poll_finished(summary.kind, summary.took),
            Finish::Fenced => {
                tracing::warn!(
                    source = %lease.id,
                    "the poll was not recorded: its lease ended before it did"
                );
                return Ok(None);
            }
        }
        if gap {
            telemetry::gap_found();
        }
        if pending {
            self.shared.pending.notify_one();
        }
        log(&self.source, &summary);
        Ok(Some(Collected { due_at, summary }))
    }
}

struct Reading {
    feed: ReadFeed,
    decisions: Vec<Decision>,
    trust: GuidTrust,
    hints: ServerHints,
}

/// The feed's own `ttl` is one more hint of cadence.
fn hints_of(document: &Document, feed: &ReadFeed) -> ServerHints {
    ServerHints { max_age: document.hints.max_age.max(feed.ttl), ..document.hints }
}

fn keys_of(item: &DocumentEntry) -> Vec<EntryKey> {
    match item {
        DocumentEntry::Known(slot) => vec![slot.key],
        DocumentEntry::Read { entry, .. } => entry.keys.clone(),
    }
}

fn window_of(items: &[DocumentEntry]) -> Window {
    let slot = |item: &DocumentEntry| match item {
        DocumentEntry::Known(slot) => Some(*slot),
        DocumentEntry::Read { fingerprint, entry } => {
            Some(WindowSlot { fingerprint: (*fingerprint)?, key: *entry.keys.first()? })
        }
    };
    Window { slots: items.iter().filter_map(slot).collect() }
}

fn dates_of(items: &[DocumentEntry]) -> Vec<Time> {
    let date = |item: &DocumentEntry| match item {
        DocumentEntry::Read { entry, .. } => entry.published,
        DocumentEntry::Known(_) => None,
    };
    items.iter().filter_map(date).collect()
}

/// Joins items with their decisions, oldest first: documents list the newest first, and dates, where
/// they are given, know better.
fn identified(items: Vec<DocumentEntry>, decisions: Vec<Decision>) -> Vec<Identified> {
    let mut items: Vec<Option<DocumentEntry>> = items.into_iter().map(Some).collect();
    let mut entries: Vec<Identified> = decisions
        .into_iter()
        .rev()
        .filter_map(|decision| match items.get_mut(decision.index)?.take()? {
            DocumentEntry::Read { entry, .. } => Some(Identified {
                identity: decision.identity,
                new_keys: decision.new_keys,
                taken: true,
                entry,
            }),
            DocumentEntry::Known(_) => None,
        })
        .filter(|i| !(is_unchanged(i.identity) && i.new_keys.is_empty()))
        .collect();
    entries.sort_by_key(|i| i.entry.published.map_or(i64::MAX, |at| at.timestamp()));
    entries
}

fn is_unchanged(identity: Identity) -> bool {
    matches!(identity, Identity::Unchanged(_))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn hash16(bytes: &[u8]) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    hash
}

/// A number in `0.0..1.0` from the lease: spread over sources and over polls, without a generator
/// whose state would have to be kept.
fn jitter(lease: &Lease) -> f64 {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&lease.source.0.to_le_bytes());
    bytes[8..].copy_from_slice(&lease.epoch.to_le_bytes());
    let hash = xxhash_rust::xxh3::xxh3_64(&bytes) >> 11;
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let fraction = hash as f64 / (1_u64 << 53) as f64;
    fraction
}

fn log(source: &Source, summary: &PollSummary) {
    let took_ms = u64::try_from(summary.took.as_millis()).unwrap_or(u64::MAX);
    match summary.kind {
        PollKind::Failed(class) => tracing::warn!(
            source = %source.id, class = class.word(), took_ms, "poll failed: {}", summary.detail
        ),
        PollKind::Fetched { new, revised, items } => {
            tracing::info!(source = %source.id, new, revised, items, took_ms, "polled");
        }
        PollKind::NotModified | PollKind::SameBody => {
            tracing::debug!(source = %source.id, took_ms, "nothing new");
        }
    }
}

/// How long a poll may take at most: the fetch's own bound, and time to read and save.
pub(super) fn lease_time(plan: &Plan) -> Duration {
    plan.config.polling.timeouts.total * 2 + Duration::from_secs(5 * 60)
}
