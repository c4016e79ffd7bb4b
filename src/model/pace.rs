//! What has been learned of when a source publishes. How it is learned and what follows from it is
//! for `schedule`.

use super::Time;

/// Over how many spans of time entries are counted.
pub const SPANS: usize = 6;

/// What has been learned of when a source publishes. Counts and times are forgotten exponentially;
/// times are in hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Until when it has been learned.
    pub at: Time,
    /// Entries, forgotten over each span.
    pub counts: [f32; SPANS],
    /// For how long entries were looked for, forgotten over each span: by the clock, and by the
    /// source's own day, in which an hour counts as much as it usually brings.
    pub watched: [[f32; SPANS]; 2],
    /// Entries by hour of the day (UTC).
    pub hours: [f32; 24],
    /// For how long entries were looked for in each hour of the day.
    pub hours_watched: [f32; 24],
    /// How well each way to foretell the next entry has done: log-likelihoods, forgotten from entry to
    /// entry; by the clock, and by the source's own day.
    pub credit: [[f32; SPANS]; 2],
    /// The most that `counts` have been, forgotten over weeks.
    pub peaks: [f32; SPANS],
    /// Polls an hour that it would get for a multiplier of one, averaged over a day: what it asks
    /// of the budget.
    pub demand: f32,
}

impl Pace {
    /// Nothing learned, watched from `at` on.
    #[must_use]
    pub fn new(at: Time) -> Self {
        Self {
            at,
            counts: [0.0; SPANS],
            watched: [[0.0; SPANS]; 2],
            hours: [0.0; 24],
            hours_watched: [0.0; 24],
            credit: [[0.0; SPANS]; 2],
            peaks: [0.0; SPANS],
            demand: 0.0,
        }
    }
}
