//! The composition root: builds the daemon from its config, starts it, stops it.
//!
//! Commands that write go through here as well: to the running daemon by its control socket, or,
//! when none runs, by the same engine in their own process.

mod change;
pub mod control;
mod daemon;
pub mod demo;
mod discover;
mod engine;
mod heartbeat;
pub mod operate;
mod planning;
mod polls;
mod reload;
pub mod seeds;
mod watch;

pub use change::{Change, Tally};
pub use daemon::run;
pub use discover::{Discovery, Found, discover};
pub use engine::Engine;
pub use polls::{daemon, poll};
pub use reload::{Refused, Request};
