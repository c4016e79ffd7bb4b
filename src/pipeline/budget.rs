//! What all sources together ask for, and what that leaves to each: the poller adds up, collectors
//! read the outcome.

use super::Plan;
use crate::model::{Pace, Source, SourceId};
use crate::schedule::{self, Demand};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often what all ask for is added up again: ten thousand sources take a millisecond.
const EVERY: Duration = Duration::from_secs(10);

/// The multiplier in force.
#[derive(Debug, Clone)]
pub struct Multiplier(Arc<AtomicU64>);

impl Default for Multiplier {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(1_f64.to_bits())))
    }
}

impl Multiplier {
    /// The multiplier in force.
    #[must_use]
    pub fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }

    fn set(&self, multiplier: f64) {
        self.0.store(multiplier.to_bits(), Ordering::Relaxed);
    }
}

/// What each source asks for.
#[derive(Debug)]
pub(super) struct Budget {
    demands: HashMap<SourceId, Demand>,
    added_up: Option<Instant>,
}

impl Budget {
    /// Of nobody yet.
    pub(super) fn new() -> Self {
        Self { demands: HashMap::new(), added_up: None }
    }

    /// Notes what a source asks for; one with a schedule of its own asks for nothing.
    pub(super) fn note(&mut self, plan: &Plan, source: &Source, pace: Option<&Pace>, window: u32) {
        match pace.filter(|_| plan.cron(&source.id).is_none()) {
            Some(pace) => {
                let demand = Demand::of(pace, window, source.interval);
                self.demands.insert(source.id.clone(), demand);
            }
            None => drop(self.demands.remove(&source.id)),
        }
    }

    /// A source that fails does not publish; what it brings goes to nobody.
    pub(super) fn leave_out(&mut self, source: &SourceId) {
        self.demands.remove(source);
    }

    /// Forgets sources that config no longer has.
    pub(super) fn keep_to(&mut self, plan: &Plan) {
        self.demands.retain(|id, _| plan.source(id).is_some());
        self.added_up = None;
    }

    /// Adds up, when it is time for that.
    pub(super) fn add_up(&mut self, now: Instant, multiplier: &Multiplier) {
        if self.added_up.is_some_and(|at| now.duration_since(at) < EVERY) {
            return;
        }
        let demands: Vec<Demand> = self.demands.values().copied().collect();
        multiplier.set(schedule::multiplier(&demands));
        self.added_up = Some(now);
    }
}
