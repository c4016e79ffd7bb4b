//! Polls that somebody asked for, whatever is due, and how they went.

use crate::model::{PollSummary, SourceId, Time};
use std::collections::{HashMap, HashSet, VecDeque};
use tokio::sync::mpsc;

/// Polls that somebody asked for, whatever is due.
#[derive(Debug)]
pub struct PollRequest {
    /// Which sources.
    pub sources: Vec<SourceId>,
    /// Where to say how each went, with room for all; the request is done when this is dropped.
    /// `None`: nobody asks, their schedules say that they are due; they are polled only if the
    /// store says so as well, since the poller may have been quicker.
    pub events: Option<mpsc::Sender<PollEvent>>,
}

/// How a requested poll went.
#[derive(Debug, Clone)]
pub enum PollEvent {
    /// It ended.
    Polled(SourceId, PollSummary),
    /// It was not made.
    Refused(SourceId, Refusal),
}

/// Why a requested poll was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The server asked not to be polled before this.
    NotBefore(Time),
    /// It is not in config.
    Unknown,
    /// Its last poll was not recorded; it comes due by itself then.
    Unrecorded(Time),
    /// Its domain was busy for too long; it comes due by itself.
    Busy,
    /// It failed inside; the log says more.
    Broken,
}

/// What was asked for and is not answered yet.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// Sources that are not leased yet, in the order in which they were asked for.
    asked: VecDeque<SourceId>,
    waiting: HashMap<SourceId, Vec<mpsc::Sender<PollEvent>>>,
}

impl Requests {
    /// Somebody asks for a source, and listens at `events`.
    pub(super) fn ask(&mut self, id: SourceId, events: mpsc::Sender<PollEvent>) {
        let waiting = self.waiting.entry(id.clone()).or_default();
        if waiting.is_empty() {
            self.asked.push_back(id);
        }
        waiting.push(events);
    }

    /// Those that are not leased yet.
    pub(super) fn asked(&self) -> &VecDeque<SourceId> {
        &self.asked
    }

    /// Takes those of `chosen` out of what is not leased yet.
    pub(super) fn take(&mut self, chosen: &HashSet<SourceId>) -> Vec<SourceId> {
        let (taken, later): (VecDeque<_>, _) =
            self.asked.drain(..).partition(|id| chosen.contains(id));
        self.asked = later;
        taken.into()
    }

    /// They could not be leased: they are asked for until they are answered.
    pub(super) fn put_back(&mut self, ids: &[SourceId]) {
        ids.iter().rev().for_each(|id| self.asked.push_front(id.clone()));
    }

    /// Those that wait for an answer and of which `is_gone` says so.
    pub(super) fn gone(&self, is_gone: impl Fn(&SourceId) -> bool) -> Vec<SourceId> {
        self.waiting.keys().filter(|id| is_gone(id)).cloned().collect()
    }

    /// Says that a poll is not made.
    pub(super) fn refuse(&mut self, id: &SourceId, why: Refusal) {
        self.asked.retain(|asked| asked != id);
        self.tell(id, &PollEvent::Refused(id.clone(), why));
    }

    /// Says how a poll went to whoever asked for it.
    pub(super) fn tell(&mut self, id: &SourceId, event: &PollEvent) {
        for events in self.waiting.remove(id).into_iter().flatten() {
            deliver(&events, event.clone());
        }
    }
}

/// Whoever asked may have gone: polling does not wait for that.
pub(super) fn deliver(events: &mpsc::Sender<PollEvent>, event: PollEvent) {
    if events.try_send(event).is_err() {
        tracing::debug!("nobody reads how a requested poll went");
    }
}
