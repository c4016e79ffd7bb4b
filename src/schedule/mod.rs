//! When a source is due next, and why; and how it fares after a poll. Pure: the time, what is known of the source and the jitter
//! come in as arguments; a [`Due`](crate::model::Due) goes out. What it costs and whom it may
//! offend is for the poller to watch.

mod cron;
mod due;
mod rate;
mod settle;

pub use cron::{Cron, CronError};
pub use due::{Situation, leave_alone_until, next_due};
pub use rate::{estimate, learn};
pub use settle::{Harvest, arrived, ended, harvested, validators};
