//! Muara's rule, by the very functions that the daemon calls after each poll.

use crate::rivals::Poll;
use chrono::{DateTime, Utc};
use muara::model::{IntervalBounds, PollKind, PollSummary, ServerHints, SourceState, Time};
use muara::schedule::{self, Demand, Harvest, Situation};
use std::time::Duration;

/// One source, as the daemon knows it.
pub(crate) struct Ours {
    state: SourceState,
}

/// The time that is `hours` after the start of play: a Monday, 0:00.
fn time(hours: f64) -> Time {
    let start = DateTime::<Utc>::UNIX_EPOCH + chrono::Duration::days(20_000 - 20_000 % 7 + 4);
    #[expect(clippy::cast_possible_truncation, reason = "microseconds of some months")]
    let passed = chrono::Duration::microseconds((hours * 3.6e9) as i64);
    start + passed
}

/// The bounds of the default config, around another average.
pub(crate) fn bounds(every_hours: f64) -> IntervalBounds {
    IntervalBounds {
        every: Duration::from_secs_f64(every_hours * 3600.0),
        min: Duration::from_secs(2 * 60),
        max: Duration::from_secs(24 * 3600),
    }
}

impl Ours {
    pub(crate) fn new() -> Self {
        Self { state: SourceState::default() }
    }

    /// What it asks of the budget.
    pub(crate) fn demand(&self, every_hours: f64) -> Option<Demand> {
        let pace = self.state.pace.as_ref()?;
        Some(Demand::of(pace, self.state.window_len, bounds(every_hours)))
    }

    /// After how many hours it is due again.
    pub(crate) fn wait(
        &mut self,
        poll: &Poll,
        every_hours: f64,
        multiplier: f64,
        jitter: f64,
    ) -> f64 {
        let now = time(poll.now);
        let (new, items) = (length(poll.new.len()), length(poll.listed));
        if new > 0 {
            let new: Vec<Option<Time>> = poll.new.iter().map(|at| Some(time(*at))).collect();
            schedule::harvested(&mut self.state, &Harvest { items, new: &new }, now);
        }
        let kind = match new {
            0 => PollKind::NotModified,
            new => PollKind::Fetched { new, revised: 0, items },
        };
        let (took, hints) = (Duration::ZERO, ServerHints::default());
        let summary = PollSummary { at: now, kind, detail: String::new(), took, hints };
        schedule::ended(&mut self.state, summary);
        let bounds = bounds(every_hours);
        if let Some(pace) = self.state.pace.as_mut() {
            schedule::note_demand(pace, bounds, multiplier);
        }
        let (cron, state) = (None, &self.state);
        let due = schedule::next_due(&Situation { now, bounds, cron, state, multiplier, jitter });
        (due.at - now).as_seconds_f64() / 3600.0
    }
}

fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap()
}
