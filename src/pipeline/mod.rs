//! The daemon's tasks: the poller and its collectors, the sequencer, the publisher and the chores.
//!
//! Concurrency lives here. What is decided is decided in the pure rooms; a task here brings them
//! their arguments, saves what they say, and hints the next stage. Hints may be lost: every stage
//! also looks for itself, on start and on a slow tick.

mod archive;
mod budget;
mod chores;
mod collector;
mod copying;
mod delivery;
mod digests;
mod documents;
mod domains;
mod hub;
mod identifying;
mod index;
mod pacer;
mod ping;
mod plan;
mod poller;
mod publisher;
mod requests;
mod running;
mod search;
mod sequencer;
mod sitemaps;
mod tasks;
mod telling;

pub use archive::page_at;
pub use budget::Multiplier;
pub use chores::Chores;
pub use digests::make_due as make_due_digests;
pub use hub::Hub;
pub use pacer::Pacer;
pub use plan::{Plan, PlannedTopic, Tools, speakers_of};
pub use poller::Poller;
pub use publisher::{Publisher, RenderError};
pub use requests::{PollEvent, PollRequest, Refusal};
pub use search::{RuleError, find_rule, find_words};
pub use sequencer::{Ask, Sequencer};
pub use sitemaps::follow;
pub use tasks::{TaskResult, Tasks, TasksError};
pub use telling::{named, shared_names};

use crate::publish::Shelf;
use crate::store::SqliteStore;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, watch};

/// How often each stage looks for work by itself, in case a hint was lost.
const SLOW_TICK: Duration = Duration::from_secs(5);

/// What the tasks share.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Where everything is kept.
    pub store: SqliteStore,
    /// The renditions, shared with HTTP.
    pub shelf: Arc<Shelf>,
    /// What config asks for. A reload replaces it whole; each task goes over to it between two
    /// pieces of work and ends what it has begun under the plan before.
    pub plan: watch::Receiver<Arc<Plan>>,
    /// What the budget of all sources allows each of them.
    pub multiplier: Multiplier,
    /// Says that entries are pending.
    pub pending: Arc<Notify>,
    /// Says that topics have changed.
    pub changed: Arc<Notify>,
    /// How often operators have hidden, merged, split or released something: what was made before is not to be shown
    /// again.
    pub acts: Arc<AtomicU64>,
    /// Taken by who writes or drops pages of archives.
    pub archives: Arc<Mutex<()>>,
}

impl Shared {
    /// The plan in force.
    #[must_use]
    pub fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan.borrow())
    }

    /// Waits until nobody else writes or drops pages of archives.
    async fn turn_at_archives(&self) -> archive::Turn {
        Arc::clone(&self.archives).lock_owned().await
    }

    /// The plan in force, which this task goes over to: only a later one counts as a change.
    fn take_up_plan(&mut self) -> Arc<Plan> {
        Arc::clone(&self.plan.borrow_and_update())
    }

    /// Whether a plan came since the last one was taken up.
    fn has_new_plan(&self) -> bool {
        self.plan.has_changed().unwrap_or_default()
    }
}

/// A number in `0.0..1.0` from what is to be spread, a source and its turn or a domain, without a
/// generator whose state would have to be kept.
fn jitter(of: &[u8]) -> f64 {
    let hash = xxhash_rust::xxh3::xxh3_64(of) >> 11;
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let fraction = hash as f64 / (1_u64 << 53) as f64;
    fraction
}
