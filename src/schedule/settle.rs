//! How a source fares after a poll.

use super::{estimate, learn};
use crate::model::{Document, PollKind, PollSummary, SourceState, Time, Validators};
use std::time::Duration;

/// Validators are left out once in this time: some servers answer 304 for ever.
const VALIDATORS_FOR: Duration = Duration::from_secs(8 * 24 * 3600);

/// What to make the next request conditional with; empty when it is time to read the feed whole.
#[must_use]
pub fn validators(state: &SourceState, now: Time) -> Validators {
    let age = state.validators_since.and_then(|since| (now - since).to_std().ok());
    if age.is_some_and(|age| age >= VALIDATORS_FOR) {
        Validators::default()
    } else {
        state.validators.clone()
    }
}

/// Notes what is known once a document arrived whole. Validators are kept only with the entries of
/// their document, so this is part of the same record.
pub fn arrived(state: &mut SourceState, document: &Document, conditional: bool, now: Time) {
    state.validators = document.validators.clone();
    if !conditional || state.validators_since.is_none() {
        state.validators_since = Some(now);
    }
    state.moved = match (document.moved_to.clone(), state.moved.take()) {
        (Some(to), Some((before, since))) if to == before => Some((to, since)),
        (Some(to), _) => Some((to, now)),
        (None, _) => None,
    };
}

/// What a document that was read says about its source.
#[derive(Debug, Clone, Copy)]
pub struct Harvest<'a> {
    /// Items in it.
    pub items: u32,
    /// Entries never seen before.
    pub new: u32,
    /// The dates of its entries, as far as they were read.
    pub dates: &'a [Time],
}

/// Notes the pace and the gaps that a document shows.
pub fn harvested(state: &mut SourceState, harvest: &Harvest, now: Time) {
    match (state.first_polled, since_last_success(state, now)) {
        (Some(_), Some(elapsed)) => {
            state.rate = Some(learn(state.rate, harvest.new, elapsed));
            if state.window_len > 0 && harvest.items > 0 && harvest.new == harvest.items {
                state.gaps += 1;
            }
        }
        _ => state.rate = estimate(harvest.dates, now),
    }
    // What an empty document brings next is still a first sight.
    if harvest.items > 0 {
        state.first_polled = state.first_polled.or(Some(now));
    }
    if harvest.new > 0 {
        state.last_new = Some(now);
    }
    if harvest.items > 0 {
        state.window_len = harvest.items;
    }
}

/// Notes how a poll ended; call it last, since the earlier steps look at the poll before.
pub fn ended(state: &mut SourceState, summary: PollSummary) {
    match summary.kind {
        PollKind::Failed(_) => {
            state.failures = state.failures.saturating_add(1);
            state.failing_since = state.failing_since.or(Some(summary.at));
        }
        PollKind::NotModified | PollKind::SameBody => {
            if let Some(elapsed) = since_last_success(state, summary.at) {
                state.rate = Some(learn(state.rate, 0, elapsed));
            }
            well(state);
        }
        PollKind::Fetched { .. } => well(state),
    }
    state.last = Some(summary);
}

fn well(state: &mut SourceState) {
    state.failures = 0;
    state.failing_since = None;
}

fn since_last_success(state: &SourceState, now: Time) -> Option<Duration> {
    let last = state.failing_since.or_else(|| state.last.as_ref().map(|last| last.at))?;
    Some((now - last).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FailureClass, ServerHints};

    fn at(minutes: i64) -> Time {
        Time::UNIX_EPOCH + chrono::Duration::minutes(minutes)
    }

    fn summary(minutes: i64, kind: PollKind) -> PollSummary {
        PollSummary {
            at: at(minutes),
            kind,
            detail: String::new(),
            took: Duration::ZERO,
            hints: ServerHints::default(),
        }
    }

    const READ: PollKind = PollKind::Fetched { new: 0, revised: 0, items: 10 };

    #[test]
    fn failures_are_counted_since_the_first_and_forgotten_by_a_success() {
        let mut state = SourceState::default();
        for minute in [5, 10] {
            ended(&mut state, summary(minute, PollKind::Failed(FailureClass::Server)));
        }
        assert_eq!((state.failures, state.failing_since), (2, Some(at(5))));
        ended(&mut state, summary(15, PollKind::NotModified));
        assert_eq!((state.failures, state.failing_since), (0, None));
    }

    #[test]
    fn a_document_without_any_entry_of_the_last_one_is_a_gap() {
        let mut state = SourceState::default();
        let harvest = |new| Harvest { items: 10, new, dates: &[] };
        harvested(&mut state, &harvest(10), at(0));
        ended(&mut state, summary(0, READ));
        assert_eq!(state.gaps, 0, "the first document is no gap");
        harvested(&mut state, &harvest(9), at(15));
        ended(&mut state, summary(15, READ));
        assert_eq!(state.gaps, 0);
        harvested(&mut state, &harvest(10), at(30));
        assert_eq!(state.gaps, 1);
    }

    #[test]
    fn validators_are_left_out_once_in_eight_days() {
        let state = SourceState {
            validators: Validators { etag: Some("\"a\"".to_owned()), last_modified: None },
            validators_since: Some(at(0)),
            ..SourceState::default()
        };
        assert!(!validators(&state, at(60)).is_empty());
        assert!(validators(&state, at(8 * 24 * 60)).is_empty());
    }
}
