//! How a source fares after a poll.

use super::health::judge;
use super::pace::{first_look, learn};
use crate::model::{Document, Oddity, PollKind, PollSummary, SourceState, Time, Validators, Visit};
use std::time::Duration;
use url::Url;

/// Validators are left out once in this time: some servers answer 304 for ever.
const VALIDATORS_FOR: Duration = Duration::from_secs(8 * 24 * 3600);

/// Without anything new for so long, a source that comes back is looked at as if for the first time.
const SILENT: Duration = Duration::from_secs(60 * 24 * 3600);

/// What to make the next requests conditional with: the one for the source's own document and those
/// for what that lists. Empty when it is time to read all of it whole.
#[must_use]
pub fn validators(state: &SourceState, now: Time) -> (Validators, &[Visit]) {
    let age = state.validators_since.and_then(|since| (now - since).to_std().ok());
    if age.is_some_and(|age| age >= VALIDATORS_FOR) {
        (Validators::default(), &[])
    } else {
        (state.validators.clone(), &state.visits)
    }
}

/// Notes what is known once a document arrived whole. Validators are kept only with the entries of
/// their document, so this is part of the same record.
pub fn arrived(state: &mut SourceState, document: &Document, conditional: bool, now: Time) {
    state.validators = document.validators.clone();
    if !conditional || state.validators_since.is_none() {
        state.validators_since = Some(now);
    }
    led(state, document.moved_to.clone(), now);
}

/// Notes where permanent redirects led this time, if anywhere.
pub fn led(state: &mut SourceState, to: Option<Url>, now: Time) {
    let before = state.moved.take();
    state.moved = to.map(|to| match before {
        Some((known, since)) if known == to => (to, since),
        _ => (to, now),
    });
}

/// What a document that was read says about its source.
#[derive(Debug, Clone, Copy)]
pub struct Harvest<'a> {
    /// Items in it.
    pub items: u32,
    /// The dates of the entries that were never seen before; `None` for one that gives none.
    pub new: &'a [Option<Time>],
}

/// Notes the pace and the gaps that a document shows.
pub fn harvested(state: &mut SourceState, harvest: &Harvest, now: Time) {
    state.oddity = None;
    if let Some(pace) = state.pace.as_mut().filter(|_| state.first_polled.is_some()) {
        learn(pace, &dated(harvest.new, pace.at, now), now);
        if is_all_new(harvest, state.window_len) {
            not_a_word_of_the_last(state, harvest, now);
        }
    } else {
        let dates: Vec<Time> = harvest.new.iter().copied().flatten().collect();
        state.pace = Some(first_look(&dates, now));
    }
    if harvest.items == 0 {
        state.oddity = Some(Oddity::NoEntries);
    }
    // What an empty document brings next is still a first sight.
    if harvest.items > 0 {
        state.first_polled = state.first_polled.or(Some(now));
        state.window_len = harvest.items;
    }
    if !harvest.new.is_empty() {
        state.last_new = Some(now);
        state.newest = harvest.new.iter().copied().flatten().max().max(state.newest);
    }
}

/// Tells entries that scrolled by from those that only look new.
fn not_a_word_of_the_last(state: &mut SourceState, harvest: &Harvest, now: Time) {
    if are_old(harvest.new, state.newest) {
        state.oddity = Some(Oddity::AllIdsChanged);
    } else {
        state.gaps += 1;
        state.gap_at = Some(now);
    }
}

/// Whether most of these entries are no newer than the newest that was seen: they are no news.
fn are_old(new: &[Option<Time>], newest: Option<Time>) -> bool {
    let dated = new.iter().flatten().count();
    let old = new.iter().flatten().filter(|date| Some(**date) <= newest).count();
    dated > 0 && old * 4 >= dated * 3
}

/// Whether a document shows nothing of the one before: entries may have scrolled by unseen.
fn is_all_new(harvest: &Harvest, window: u32) -> bool {
    window > 0 && harvest.items > 0 && harvest.new.len() >= harvest.items as usize
}

/// When entries came to be; those without a date somewhere since the poll before.
fn dated(new: &[Option<Time>], since: Time, now: Time) -> Vec<Time> {
    let undated = new.iter().filter(|date| date.is_none()).count();
    let step = (now - since) / i32::try_from(undated + 1).unwrap_or(i32::MAX);
    let mut between = since;
    let place = |date: &Option<Time>| {
        date.unwrap_or_else(|| {
            between += step;
            between
        })
    };
    new.iter().map(place).collect()
}

/// Notes how a poll ended; call it last, since the earlier steps look at the poll before.
pub fn ended(state: &mut SourceState, summary: PollSummary) {
    match summary.kind {
        PollKind::Failed(_) => {
            state.failures = state.failures.saturating_add(1);
            state.failing_since = state.failing_since.or(Some(summary.at));
        }
        PollKind::NotModified | PollKind::SameBody => {
            if let Some(pace) = state.pace.as_mut() {
                learn(pace, &[], summary.at);
            }
            well(state);
        }
        PollKind::Fetched { .. } => well(state),
    }
    let at = summary.at;
    state.last = Some(summary);
    (state.health, state.concern) = judge(state, at);
}

fn well(state: &mut SourceState) {
    state.failures = 0;
    state.failing_since = None;
}

/// When a source last answered well, as far as that is known.
#[must_use]
pub fn last_success(state: &SourceState) -> Option<Time> {
    state.failing_since.or_else(|| state.last.as_ref().map(|last| last.at))
}

/// Whether a source that brought nothing for months is back with a document of which nothing is
/// known; to be asked before the document is noted.
#[must_use]
pub fn is_revived(state: &SourceState, all_is_new: bool, now: Time) -> bool {
    let silent = state.last_new.or(state.first_polled).map(|last| now - last);
    all_is_new && silent.and_then(|it| it.to_std().ok()).is_some_and(|it| it >= SILENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FailureClass, Health, ServerHints};

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
        let none = [None; 10];
        let harvest = |new| Harvest { items: 10, new: &none[..new] };
        harvested(&mut state, &harvest(10), at(0));
        ended(&mut state, summary(0, READ));
        assert_eq!(state.gaps, 0, "the first document is no gap");
        harvested(&mut state, &harvest(9), at(15));
        ended(&mut state, summary(15, READ));
        assert_eq!(state.gaps, 0);
        harvested(&mut state, &harvest(10), at(30));
        assert_eq!((state.gaps, state.gap_at), (1, Some(at(30))));
    }

    #[test]
    fn old_entries_under_other_ids_are_no_gap() {
        let mut state = SourceState::default();
        let old: Vec<Option<Time>> = (0..10).map(|n| Some(at(n - 100))).collect();
        harvested(&mut state, &Harvest { items: 10, new: &old }, at(0));
        ended(&mut state, summary(0, READ));
        harvested(&mut state, &Harvest { items: 10, new: &old }, at(30));
        assert_eq!((state.gaps, state.oddity), (0, Some(Oddity::AllIdsChanged)));
        harvested(&mut state, &Harvest { items: 10, new: &[] }, at(60));
        assert_eq!(state.oddity, None);
    }

    #[test]
    fn a_feed_without_entries_is_told_until_one_comes() {
        let mut state = SourceState::default();
        harvested(&mut state, &Harvest { items: 0, new: &[] }, at(0));
        ended(&mut state, summary(0, READ));
        assert_eq!(state.health, Health::Degraded);
        harvested(&mut state, &Harvest { items: 1, new: &[None] }, at(30));
        ended(&mut state, summary(30, READ));
        assert_eq!(state.health, Health::Healthy);
    }

    #[test]
    fn entries_without_dates_came_some_time_since_the_poll_before() {
        let dates = dated(&[None, Some(at(7)), None], at(0), at(30));
        assert_eq!(dates, [at(10), at(7), at(20)]);
    }

    #[test]
    fn validators_are_left_out_once_in_eight_days() {
        let state = SourceState {
            validators: Validators { etag: Some("\"a\"".to_owned()), last_modified: None },
            validators_since: Some(at(0)),
            ..SourceState::default()
        };
        let left = |minutes| validators(&state, at(minutes)).0.is_empty();
        assert!(!left(60) && left(8 * 24 * 60));
    }
}
