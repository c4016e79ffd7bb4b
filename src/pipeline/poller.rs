//! Claims the sources that are due, within what `domains`, `pacer` and config allow at once, and runs the collectors.

use super::budget::Budget;
use super::collector::{Collected, collect, lease_time};
use super::domains::Domains;
use super::pacer::Pacer;
use super::requests::{PollEvent, PollRequest, Refusal, Requests, deliver};
use super::running::{Outcome, Running};
use super::tasks::{TaskResult, let_pass};
use super::{Plan, SLOW_TICK, Shared, jitter};
use crate::clock;
use crate::model::{Lease, PollKind, PollSummary, Source, SourceId, Time};
use crate::schedule;
use crate::store::{self, Due, StoreError};
use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

/// Leases that may be held for domains that are busy. Each domain holds its own bound only, so this
/// many domains would have to be slow at once to keep the others waiting.
const HELD: usize = 2048;
/// A clock that is put right by less than this is no clock that was wrong.
const CLOCK_SLACK: Duration = Duration::from_secs(60);
/// How often to look while a domain has more sources due than it may have leases. It is looked at
/// once as well when it has used up those that it has.
const CROWDED_TICK: Duration = Duration::from_secs(1);
/// How long a claim of a few only waits for more to become free: claiming in batches costs a fraction
/// of claiming one by one.
const BATCH_WAIT: Duration = Duration::from_millis(100);

/// The poller.
#[derive(Debug)]
pub struct Poller {
    shared: Shared,
    plan: Arc<Plan>,
    requests: mpsc::Receiver<PollRequest>,
    /// Whether sources that are due are polled, or only those that are asked for.
    due_too: bool,
    running: Running,
    held: VecDeque<Held>,
    /// Leases of sources that `plan` does not have, or has under another address. The store is brought
    /// in line before the plan comes that knows them; those that no plan wants run out here.
    ahead: Vec<(Lease, Instant)>,
    asked_for: Requests,
    domains: Domains,
    pacer: Pacer,
    budget: Budget,
    /// Places for documents that are being read: each may take many times its size.
    reading: Arc<Semaphore>,
    look_again: Instant,
    /// When sources were last claimed.
    claimed: Instant,
    /// When the clock was last looked at, by two clocks.
    looked: (Instant, Time),
}

/// A lease that waits for its domain.
#[derive(Debug)]
struct Held {
    lease: Lease,
    source: Arc<Source>,
    since: Instant,
}

impl Poller {
    /// A poller that takes requests from `requests`.
    #[must_use]
    pub fn new(shared: Shared, requests: mpsc::Receiver<PollRequest>, due_too: bool) -> Self {
        let plan = shared.plan();
        Self {
            pacer: Pacer::new(plan.polls_a_second(), Instant::now()),
            budget: Budget::new(),
            plan,
            shared,
            requests,
            due_too,
            running: Running::default(),
            held: VecDeque::new(),
            ahead: Vec::new(),
            asked_for: Requests::default(),
            domains: Domains::default(),
            reading: Arc::new(Semaphore::new(available_parallelism().map_or(2, usize::from))),
            look_again: Instant::now(),
            claimed: Instant::now(),
            looked: (Instant::now(), clock::now()),
        }
    }

    /// Polls until `cancel`; polls that are under way then are dropped, unrecorded.
    pub async fn run(mut self, cancel: CancellationToken) -> TaskResult {
        while let Err(failed) = self.take_stock().await {
            let_pass(failed, &cancel).await?;
        }
        loop {
            self.budget.add_up(Instant::now(), &self.shared.multiplier);
            if let Err(failed) = self.claim().await {
                let_pass(failed, &cancel).await?;
                continue;
            }
            self.start();
            let (next_claim, pause) = (self.next_claim(), self.pause_ends());
            let few = self.claimed + BATCH_WAIT;
            tokio::select! {
                () = cancel.cancelled() => break,
                Some((source, ended)) = self.running.next() => self.ended(&source, ended),
                Some(request) = self.requests.recv() => self.ask(request),
                Ok(()) = self.shared.plan.changed() => self.take_up_plan(),
                () = tokio::time::sleep_until(next_claim.into()), if self.wants_due() => {}
                () = tokio::time::sleep_until(few.into()), if self.wants_few_asked() => {}
                () = tokio::time::sleep_until(pause.into()), if self.wants_start() => {}
            }
        }
        self.running.shutdown().await;
        Ok(())
    }

    /// What each source asks of the budget, by what was learned of it before, and which servers asked
    /// to be left alone.
    async fn take_stock(&mut self) -> Result<(), StoreError> {
        for status in self.shared.store.source_statuses().await? {
            let Some(source) = self.plan.source(&status.id).cloned() else { continue };
            if status.state.failures == 0 {
                let (pace, window) = (status.state.pace.as_ref(), status.state.window_len);
                self.budget.note(&self.plan, &source, pace, window);
            }
            if let Some(last) = &status.state.last {
                self.heed(&source.domain, last);
            }
        }
        Ok(())
    }

    /// Goes over to the plan in force. Polls under way end as they began; what waits goes on under the
    /// new plan, and the store has made due what is new.
    fn take_up_plan(&mut self) {
        self.plan = self.shared.take_up_plan();
        self.pacer = Pacer::new(self.plan.polls_a_second(), Instant::now());
        self.budget.keep_to(&self.plan);
        let held = std::mem::take(&mut self.held);
        let ahead = std::mem::take(&mut self.ahead);
        for Held { lease, source, since } in held {
            self.domains.release(&source.domain);
            self.hold(lease, since);
        }
        for (lease, since) in ahead {
            self.hold(lease, since);
        }
        for id in self.asked_for.gone(|id| self.plan.source(id).is_none()) {
            self.asked_for.refuse(&id, Refusal::Unknown);
        }
        self.look_again = Instant::now();
    }

    fn concurrency(&self) -> usize {
        self.plan.config.polling.concurrency
    }

    /// Whether there is room for another claim of due sources.
    fn wants_due(&self) -> bool {
        self.due_too && self.room() > 0
    }

    /// How many more polls may start.
    fn free(&self) -> usize {
        self.running.free(self.concurrency(), Instant::now())
    }

    /// How many leases to claim now.
    fn room(&self) -> usize {
        let now = Instant::now();
        let may_start = |held: &&Held| self.domains.may_start(&self.plan, &held.source.domain, now);
        let startable = self.held.iter().filter(may_start).count();
        if self.held.len() >= HELD { 0 } else { self.free().saturating_sub(startable) }
    }

    /// Whether there is room enough to claim so many, or many.
    fn has_room_for(&self, claims: usize) -> bool {
        self.room() >= claims.min(self.concurrency() / 4)
    }

    /// When to claim sources that are due: later where that would be a few only.
    fn next_claim(&self) -> Instant {
        let is_batch = self.has_room_for(usize::MAX);
        if is_batch { self.look_again } else { self.look_again.max(self.claimed + BATCH_WAIT) }
    }

    /// Whether there is room for a few of the many that are asked for: they wait for more to become free.
    fn wants_few_asked(&self) -> bool {
        self.room() > 0 && !self.has_room_for(self.asked_for.asked().len())
    }

    async fn claim(&mut self) -> Result<(), StoreError> {
        self.domains.tidy(Instant::now(), clock::now());
        self.refuse_left_alone();
        self.claim_asked().await?;
        self.mind_the_clock().await?;
        while self.wants_due() && self.next_claim() <= Instant::now() {
            let room = self.room().min(self.pacer.left(Instant::now()));
            if room == 0 {
                self.look_again = Instant::now() + self.pacer.wait();
                break;
            }
            self.claimed = Instant::now();
            let (lease, domains) = (lease_time(&self.plan), self.domains.room(&self.plan));
            let Due { leases, crowded } = self.shared.store.claim_due(room, lease, domains).await?;
            let all = leases.len() < room;
            self.pacer.take(leases.len());
            self.hold_all(leases);
            self.domains.crowd(crowded);
            if all {
                self.look_again = Instant::now() + self.until_due().await?;
            }
        }
        Ok(())
    }

    /// Once the clock is set back, what it had made due would be so only when it gets there again.
    async fn mind_the_clock(&mut self) -> Result<(), StoreError> {
        let (then, was) = self.looked;
        let (instant, now) = (Instant::now(), clock::now());
        if was + instant.duration_since(then) > now + CLOCK_SLACK {
            let sources = self.shared.store.clock_was_ahead().await?;
            tracing::warn!(sources, "the clock was set back; what it had put off is due");
            self.look_again = instant;
        }
        self.looked = (instant, now);
        Ok(())
    }

    async fn claim_asked(&mut self) -> Result<(), StoreError> {
        let room = self.room().min(self.asked_for.asked().len());
        let is_early = self.wants_few_asked() && Instant::now() < self.claimed + BATCH_WAIT;
        if room == 0 || is_early {
            return Ok(());
        }
        self.claimed = Instant::now();
        let ids = self.next_asked(room);
        if ids.is_empty() {
            return Ok(());
        }
        let claimed = self.shared.store.claim(&ids, lease_time(&self.plan)).await;
        let claimed = claimed.inspect_err(|_| self.asked_for.put_back(&ids))?;
        for refused in claimed.refused {
            match refused.why {
                // It is being polled right now: that poll answers.
                store::Refusal::Leased(_) if self.has(&refused.source) => {}
                store::Refusal::Leased(until) => {
                    self.asked_for.refuse(&refused.source, Refusal::Unrecorded(until));
                }
                store::Refusal::NotBefore(at) => {
                    self.asked_for.refuse(&refused.source, Refusal::NotBefore(at));
                }
                store::Refusal::Unknown => {
                    self.asked_for.refuse(&refused.source, Refusal::Unknown);
                }
            }
        }
        self.hold_all(claimed.leases);
        Ok(())
    }

    /// Whether a source is being polled, or about to be.
    fn has(&self, id: &SourceId) -> bool {
        self.running.has(id)
            || self.held.iter().any(|held| held.lease.id == *id)
            || self.ahead.iter().any(|(lease, _)| lease.id == *id)
    }

    fn refuse_left_alone(&mut self) {
        if !self.domains.leaves_any_alone() {
            return;
        }
        let until = |id: &SourceId| {
            let source = self.plan.source(id)?;
            self.domains.left_alone(&source.domain).map(|until| (id.clone(), until))
        };
        let refused: Vec<(SourceId, Time)> =
            self.asked_for.asked().iter().filter_map(until).collect();
        for (id, until) in refused {
            self.asked_for.refuse(&id, Refusal::NotBefore(until));
        }
    }

    /// Notes what a server asks for all of its feeds. A host of many independent sites, which has a
    /// rule of its own, speaks for one of them.
    fn heed(&mut self, domain: &str, summary: &PollSummary) {
        let has_rule = self.plan.config.domains.iter().any(|rule| rule.name == domain);
        let until = schedule::leave_alone_until(summary, jitter(domain.as_bytes()));
        if let Some(until) = until.filter(|_| !has_rule) {
            self.domains.leave_alone(domain, until);
        }
    }

    /// The next sources that were asked for, as far as their domains have room.
    fn next_asked(&mut self, most: usize) -> Vec<SourceId> {
        let plan = &self.plan;
        let with_domain = |id| Some((id, plan.source(id)?.domain.as_str()));
        let asked = self.asked_for.asked().iter().filter_map(with_domain);
        let chosen = self.domains.with_room(plan, asked, most);
        self.asked_for.take(&chosen)
    }

    async fn until_due(&self) -> Result<Duration, StoreError> {
        if let Some(soon) = self.domains.crowded() {
            return Ok(if soon { CROWDED_TICK } else { SLOW_TICK });
        }
        let next = self.shared.store.next_due_at().await?;
        let wait = next.and_then(|at| (at - clock::now()).to_std().ok());
        let wait = if next.is_some() { wait.unwrap_or_default() } else { SLOW_TICK };
        Ok(wait.clamp(Duration::from_millis(20), SLOW_TICK))
    }

    fn hold_all(&mut self, leases: Vec<Lease>) {
        let since = Instant::now();
        for lease in leases {
            self.hold(lease, since);
        }
    }

    /// Only under the address for which it was given: the validators in it are of that address.
    fn hold(&mut self, lease: Lease, since: Instant) {
        match self.plan.source(&lease.id).cloned() {
            Some(source) if source.url.as_str() == lease.url => {
                self.domains.hold(&source.domain);
                self.held.push_back(Held { lease, source, since });
            }
            _ if since.elapsed() < lease_time(&self.plan) => self.ahead.push((lease, since)),
            _ => self.asked_for.refuse(&lease.id, Refusal::Busy),
        }
    }

    /// Whether a lease, or a claim, waits for its turn.
    fn wants_start(&self) -> bool {
        !self.held.is_empty() || self.free() == 0
    }

    /// When the first pause ends that a lease waits for, or a poll under way makes room for it.
    fn pause_ends(&self) -> Instant {
        let now = Instant::now();
        if self.free() == 0 {
            return self.running.slow_at(now).unwrap_or(now + SLOW_TICK);
        }
        let ends = self
            .held
            .iter()
            .filter_map(|held| self.domains.pause_ends(&self.plan, &held.source.domain));
        ends.min().unwrap_or(now + SLOW_TICK)
    }

    /// Starts what may start, in the order of claiming.
    fn start(&mut self) {
        let (mut blocked, mut free) = (VecDeque::new(), self.free());
        while let Some(held) = self.held.pop_front() {
            let now = Instant::now();
            let domain = &held.source.domain;
            if free == 0 || !self.domains.may_start(&self.plan, domain, now) {
                blocked.push_back(held);
                continue;
            }
            let Held { lease, source, since } = held;
            // A lease that waited too long may run out under the poll; it comes due again by itself.
            if since.elapsed() > lease_time(&self.plan) / 2 {
                self.domains.release(&source.domain);
                self.asked_for.refuse(&lease.id, Refusal::Busy);
                continue;
            }
            self.domains.start(&source.domain, now, self.plan.pause(&source.domain));
            let (shared, polled) = (self.shared.clone(), Arc::clone(&source));
            let reading = Arc::clone(&self.reading);
            let poll = async move { collect(&shared, &reading, polled, lease).await };
            self.running.start(source, now, poll);
            free -= 1;
        }
        self.held = blocked;
    }

    fn ended(&mut self, source: &Source, ended: Result<Outcome, JoinError>) {
        if self.domains.end(&source.domain) {
            self.look_again = Instant::now();
        }
        let event = match ended {
            Ok(Ok(Some(collected))) => {
                self.heed(&source.domain, &collected.summary);
                self.note(source, &collected);
                self.look_by(collected.due_at);
                PollEvent::Polled(source.id.clone(), collected.summary)
            }
            Ok(Ok(None)) => PollEvent::Refused(source.id.clone(), Refusal::Broken),
            Ok(Err(error)) => {
                tracing::error!(source = %source.id, "the poll was not recorded: {error}");
                PollEvent::Refused(source.id.clone(), Refusal::Broken)
            }
            Err(panic) => {
                tracing::error!(source = %source.id, "the poll panicked: {panic}; this is a bug");
                PollEvent::Refused(source.id.clone(), Refusal::Broken)
            }
        };
        self.asked_for.tell(&source.id, &event);
    }

    /// Notes what the source asks of the budget now.
    fn note(&mut self, source: &Source, collected: &Collected) {
        if matches!(collected.summary.kind, PollKind::Failed(_)) {
            self.budget.leave_out(&source.id);
        } else {
            let pace = collected.pace.as_ref();
            self.budget.note(&self.plan, source, pace, collected.window);
        }
    }

    fn look_by(&mut self, due: Time) {
        let wait = (due - clock::now()).to_std().unwrap_or_default();
        self.look_again = self.look_again.min(Instant::now() + wait);
    }

    fn ask(&mut self, request: PollRequest) {
        // Who asks knows the plan in force.
        if self.shared.has_new_plan() {
            self.take_up_plan();
        }
        let Some(events) = request.events else {
            self.look_again = Instant::now();
            return;
        };
        for id in request.sources {
            if self.plan.source(&id).is_some() {
                self.asked_for.ask(id, events.clone());
            } else {
                deliver(&events, PollEvent::Refused(id, Refusal::Unknown));
            }
        }
    }
}
