//! When a source is due next, and why; how it fares after a poll; and when a topic's digest is due. Pure: the time, what is
//! known of the source, what the budget of all sources allows and the jitter come in as arguments; a
//! [`Due`](crate::model::Due) goes out. What it costs and whom it may offend is for the poller to watch.

mod budget;
mod cron;
mod digest;
mod due;
mod health;
mod outlook;
mod pace;
mod settle;
mod words;

pub use budget::{Demand, multiplier};
pub use cron::{Cron, CronError};
pub use digest::{DigestDue, digest_due, digest_label};
pub use due::{Situation, leave_alone_until, next_due, note_demand};
pub use health::{ask_at, judge, moved_to};
pub use outlook::entries_an_hour;
pub use pace::{first_look, learn};
pub use settle::{Harvest, arrived, ended, harvested, is_revived, last_success, led, validators};
pub use words::{duration, number};
