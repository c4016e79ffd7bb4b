//! The daemon's tasks: the poller and its collectors, the sequencer, the publisher and the chores.
//!
//! Concurrency lives here. What is decided is decided in the pure rooms; a task here brings them
//! their arguments, saves what they say, and hints the next stage. Hints may be lost: every stage
//! also looks for itself, on start and on a slow tick.

mod chores;
mod collector;
mod index;
mod plan;
mod poller;
mod publisher;
mod sequencer;
mod tasks;

pub use chores::Chores;
pub use plan::{Plan, PlannedTopic};
pub use poller::{PollEvent, PollRequest, Poller, Refusal};
pub use publisher::Publisher;
pub use sequencer::{Ask, Sequencer};
pub use tasks::{TaskResult, Tasks, TasksError};

use crate::fetch::Fetcher;
use crate::publish::{Files, Shelf};
use crate::store::SqliteStore;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How often each stage looks for work by itself, in case a hint was lost.
const SLOW_TICK: Duration = Duration::from_secs(5);

/// What the tasks share.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Where everything is kept.
    pub store: SqliteStore,
    /// Fetches documents.
    pub fetcher: Arc<Fetcher>,
    /// The renditions, shared with HTTP.
    pub shelf: Arc<Shelf>,
    /// The feeds as files, where config asks for them.
    pub files: Option<Files>,
    /// What config asks for.
    pub plan: Arc<Plan>,
    /// Says that entries are pending.
    pub pending: Arc<Notify>,
    /// Says that topics have changed.
    pub changed: Arc<Notify>,
}
