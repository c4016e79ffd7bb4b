//! One poll from lease to record: fetch, read, identify, decide when next, save.

use super::documents::Documents;
use super::identifying::{identified, identify, is_unchanged, window_of};
use super::sitemaps::{self, Sitemaps};
use super::{Plan, Shared, jitter};
use crate::clock;
use crate::dedup::{Bounds, Settled};
use crate::discovery;
use crate::feed::{NotAFeed, ReadContext, ReadFeed};
use crate::fetch::FetchRequest;
use crate::model::{
    DateOrders, Document, FailureClass, FetchFailure, FetchOutcome, Identified, Identity, Lease,
    Pace, PollKind, PollRecord, PollSummary, ServerHints, Source, SourceKind, SourceState, Time,
    Validators, Window,
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
    /// What is known of when the source publishes.
    pub pace: Option<Pace>,
    /// Items in its list.
    pub window: u32,
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
    let (validators, visits) = schedule::validators(&lease.state, clock::now());
    let conditional = !validators.is_empty() || !visits.is_empty();
    let fetcher = Arc::clone(&shared.plan().fetcher);
    let mut sitemaps = Sitemaps::of(&fetcher, &poll.source, visits);
    let mut outcome = poll.fetch(&lease, &validators).await;
    // An index that is as it was says nothing of what it lists.
    if matches!(outcome, FetchOutcome::NotModified { .. })
        && !visits.is_empty()
        && !sitemaps.are_as_before().await
    {
        outcome = poll.fetch(&lease, &Validators::default()).await;
    }
    let record = match outcome {
        FetchOutcome::Failed(failure) => poll.failed(&lease, failure),
        FetchOutcome::NotModified { hints, validators, moved_to } => {
            let mut state = lease.state.clone();
            schedule::led(&mut state, moved_to, clock::now());
            if !validators.is_empty() {
                state.validators = validators;
            }
            poll.record(&lease, state, (PollKind::NotModified, String::new(), hints))
        }
        FetchOutcome::Fetched(document) => {
            poll.fetched(&lease, document, conditional, &mut sitemaps).await?
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
    /// Asks where the source has moved to for good, if it has, and else, or where that fails, at its
    /// own address.
    async fn fetch(&self, lease: &Lease, validators: &Validators) -> FetchOutcome {
        let fetcher = Arc::clone(&self.shared.plan().fetcher);
        let mut request = FetchRequest {
            url: &self.source.url,
            instead: schedule::ask_at(&lease.state, clock::now()),
            validators,
            allow_private: self.source.allow_private,
            access: &self.source.access,
        };
        let outcome = fetcher.fetch(&request, clock::now()).await;
        match &outcome {
            FetchOutcome::Failed(failure)
                if request.instead.is_some() && failure.class != FailureClass::Throttled =>
            {
                request.instead = None;
                fetcher.fetch(&request, clock::now()).await
            }
            _ => outcome,
        }
    }

    fn failed(&self, lease: &Lease, failure: FetchFailure) -> PollRecord {
        let (kind, hints) = (PollKind::Failed(failure.class), failure.hints);
        self.record(lease, lease.state.clone(), (kind, told(failure), hints))
    }

    async fn fetched(
        &self,
        lease: &Lease,
        document: Document,
        conditional: bool,
        sitemaps: &mut Sitemaps<'_>,
    ) -> Result<PollRecord, StoreError> {
        let now = clock::now();
        let mut state = lease.state.clone();
        let hints = document.hints;
        schedule::arrived(&mut state, &document, conditional, now);
        let same =
            |state| Ok(self.record(lease, state, (PollKind::SameBody, String::new(), hints)));
        let documents = match self.arrived(document, sitemaps).await {
            Ok(Some(documents)) => documents,
            Ok(None) => return same(state),
            Err(failure) => return Ok(self.failed(lease, failure)),
        };
        state.visits.clone_from(&documents.visits);
        let body_hash = documents.hash();
        if state.body_hash == Some(body_hash) {
            return same(state);
        }
        match self.read(lease, Arc::new(documents), now).await? {
            Ok(mut reading) => {
                state.body_hash = Some(body_hash);
                reading.hints =
                    ServerHints { max_age: hints.max_age.max(reading.feed.ttl), ..hints };
                Ok(self.harvested(lease, state, reading, now))
            }
            Err(failure) => Ok(self.failed(lease, FetchFailure { hints, ..failure })),
        }
    }

    /// What there is to read: the document, or the sitemaps that it lists; nothing where those are as
    /// they were.
    async fn arrived(
        &self,
        document: Document,
        sitemaps: &mut Sitemaps<'_>,
    ) -> Result<Option<Documents>, FetchFailure> {
        let may_be_index = self.source.kind != Some(SourceKind::Feed);
        if !(may_be_index && discovery::is_index(&document.body)) {
            return Ok(Some(Documents::only(document)));
        }
        if sitemaps.is_known(&document) && sitemaps.are_as_before().await {
            return Ok(None);
        }
        let found = sitemaps.follow(&document).await?;
        Ok(Some(if found.sitemaps.is_empty() {
            // It is then told what it is.
            Documents::only(document)
        } else {
            Documents::of_index(found.sitemaps, found.visits)
        }))
    }

    /// Reads the document and decides what its items are. Judgements over a whole document hold for
    /// all of its items: when one changes, the items that were not read again are read as well.
    async fn read(
        &self,
        lease: &Lease,
        documents: Arc<Documents>,
        now: Time,
    ) -> Result<Result<Reading, FetchFailure>, StoreError> {
        let mut window = match lease.state.first_polled {
            Some(_) => self.shared.store.window(lease.source).await?,
            None => Window::default(),
        };
        let before = window.clone();
        let mut partly = !window.slots.is_empty();
        let mut trust = lease.state.guid_trust;
        loop {
            let past = (window, lease.state.date_orders);
            let feed = match self.parse(Arc::clone(&documents), past, now).await {
                Ok(feed) => feed,
                Err(failure) => return Ok(Err(failure)),
            };
            let store = &self.shared.store;
            let settled = identify(store, lease, &feed.entries, (&before, trust)).await?;
            if settled.trust == trust || !partly {
                let hints = ServerHints::default();
                return Ok(Ok(Reading { feed, settled, hints }));
            }
            (trust, window, partly) = (settled.trust, Window::default(), false);
        }
    }

    async fn parse(
        &self,
        documents: Arc<Documents>,
        (window, date_orders): (Window, DateOrders),
        now: Time,
    ) -> Result<ReadFeed, FetchFailure> {
        let source = Arc::clone(&self.source);
        // It is never closed.
        let _place = self.reading.acquire().await;
        let reading = tokio::task::spawn_blocking(move || {
            let (window, source) = (&window, &*source);
            documents.read(|document| ReadContext { document, window, date_orders, source, now })
        });
        match reading.await {
            Ok(result) => result.map_err(|not_a_feed| refused(&not_a_feed)),
            Err(panic) => {
                let detail = format!("reading it failed inside ({panic}); this is a bug");
                Err(unreadable(FailureClass::NotAFeed, detail))
            }
        }
    }

    fn harvested(
        &self,
        lease: &Lease,
        mut state: SourceState,
        reading: Reading,
        now: Time,
    ) -> PollRecord {
        let Reading { mut feed, settled, hints } = reading;
        feed.judge_language(state.language.as_deref());
        state.guid_trust = settled.trust;
        (state.title, state.site) = (feed.title, feed.site);
        state.language = feed.language;
        let redated = state.date_orders != feed.date_orders;
        state.date_orders = feed.date_orders;
        state.repairs = feed.repairs;
        let first_sight = state.first_polled.is_none();
        // A list that is empty for once does not make what it lists next unknown.
        let is_empty = feed.entries.is_empty();
        let window = (!is_empty).then(|| window_of(&feed.entries, settled.trust));
        let items = count(feed.entries.len());
        let mut entries = identified(feed.entries, settled.decisions, redated);
        let dates = dates_of(&entries);
        let new = count(dates.len());
        let revised =
            count(entries.iter().filter(|i| matches!(i.identity, Identity::Revises(_))).count());
        let plan = self.shared.plan();
        let polling = &plan.config.polling;
        // One that comes back after months brings what it has, as at first sight.
        let afresh = first_sight || schedule::is_revived(&state, new == items, now);
        let most = if afresh { polling.first_poll } else { usize::MAX };
        Bounds { most, max_age: polling.max_age }.apply(&mut entries, now);
        schedule::harvested(&mut state, &Harvest { items, new: &dates }, now);
        let kind = PollKind::Fetched { new, revised, items };
        let mut record = self.record(lease, state, (kind, String::new(), hints));
        (record.entries, record.window, record.held) = (entries, window, settled.held);
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
        let multiplier = self.shared.multiplier.get();
        if let (Some(pace), 0) = (state.pace.as_mut(), state.failures) {
            schedule::note_demand(pace, source.interval, multiplier);
        }
        let due = schedule::next_due(&Situation {
            now: at,
            bounds: source.interval,
            cron: plan.cron(&source.id),
            state: &state,
            multiplier,
            jitter: jitter(&[lease.source.0.to_le_bytes(), lease.epoch.to_le_bytes()].concat()),
        });
        state.reason = due.reason;
        PollRecord { at, state, due_at: due.at, entries: Vec::new(), window: None, held: None }
    }

    async fn save(
        &self,
        lease: Lease,
        record: PollRecord,
    ) -> Result<Option<Collected>, StoreError> {
        let (due_at, pace, window) = (record.due_at, record.state.pace, record.state.window_len);
        let gap = record.state.gaps > lease.state.gaps;
        if let Some(why) = &record.held {
            tracing::warn!(
                source = %lease.id,
                "new entries are held back: {why}; see them with `muara status {id}`, let them go with \
                 `muara release {id}`, or drop them with `muara release --drop {id}`",
                id = lease.id
            );
        }
        let Some(summary) = record.state.last.clone() else {
            unreachable!("every record is of a poll that ended")
        };
        // A document that was not read again keeps its repairs, and counts them no second time.
        let was_read = matches!(summary.kind, PollKind::Fetched { .. });
        let repairs = if was_read { record.state.repairs.clone() } else { Vec::new() };
        let pending = record.entries.iter().any(|i| i.taken && !is_unchanged(i.identity));
        match self.shared.store.finish_poll(&lease, record).await? {
            Finish::Done { .. } => {
                telemetry::poll_finished(summary.kind, summary.took);
                telemetry::repaired(&repairs);
            }
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
        Ok(Some(Collected { due_at, summary, pace, window }))
    }
}

struct Reading {
    feed: ReadFeed,
    settled: Settled,
    hints: ServerHints,
}

/// A failure in words. Most details with a status begin with its line: "503 Service Unavailable".
fn told(failure: FetchFailure) -> String {
    match failure.status {
        Some(status) if failure.detail.starts_with(&status.to_string()) => {
            format!("HTTP {}", failure.detail)
        }
        Some(status) => format!("HTTP {status}: {}", failure.detail),
        None => failure.detail,
    }
}

/// A document that is no feed, as a failure.
fn refused(not_a_feed: &NotAFeed) -> FetchFailure {
    let is_challenge = not_a_feed.is_challenge();
    let class = if is_challenge { FailureClass::Challenge } else { FailureClass::NotAFeed };
    unreadable(class, not_a_feed.to_string())
}

fn unreadable(class: FailureClass, detail: String) -> FetchFailure {
    FetchFailure { class, status: None, detail, hints: ServerHints::default() }
}

/// The dates of new entries; `None` for one without.
fn dates_of(entries: &[Identified]) -> Vec<Option<Time>> {
    let new = entries.iter().filter(|it| it.identity == Identity::New);
    new.map(|it| it.entry.published).collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
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

/// How long a poll may take at most: the bounds of its fetches, and time to read and save.
pub(super) fn lease_time(plan: &Plan) -> Duration {
    plan.config.polling.timeouts.total * (3 + 2 * sitemaps::MOST_REQUESTS)
        + Duration::from_secs(300)
}
