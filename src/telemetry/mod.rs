//! Logs and metrics: where they go and what they are called. What is worth saying is for the rooms
//! that do the work; all names of metrics stand in `metrics`.

mod logs;
mod metrics;

pub use logs::{LogFormat, UnknownLogFormat, init};
pub use metrics::{
    Metrics, entries_held, entries_pending, gap_found, items_published, poll_finished, repaired,
    request_answered, sources_in, sources_overdue, store_written, topic_rendered, topics_served,
};
