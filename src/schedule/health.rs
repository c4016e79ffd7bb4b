//! How a source fares, judged from its state after a poll, and what a person should look at.

use super::pace::{HOURS, between};
use super::words::{duration, number};
use crate::model::{FailureClass, Health, Oddity, Pace, PollKind, SPANS, SourceState, Time};
use std::time::Duration;

/// Permanent redirects are believed once they were seen for this long without a break.
const MOVED_FOR: Duration = Duration::from_secs(3 * 24 * 3600);
/// How often the own address of a source is asked that has moved, in days.
const OWN_ADDRESS_EVERY: i64 = 8;
/// A gap is told for this long.
const GAP_TOLD: Duration = Duration::from_secs(24 * 3600);
/// A source is not called stale before it was silent for this many hours, whatever it did before.
const LEAST_SILENCE: f64 = 72.0;
/// The same where only the dates of its first document tell of its silence.
const LEAST_SILENCE_AT_FIRST_SIGHT: f64 = 14.0 * 24.0;
/// Nor before this many entries should have come by its own history.
const ENTRIES_OVERDUE: f64 = 20.0;
/// Which takes at least this many that were counted.
const ENTRIES_KNOWN: f64 = 4.0;

/// How the source fares, and why in words; no words where all is well or the last poll says it all.
#[must_use]
pub fn judge(state: &SourceState, now: Time) -> (Health, Option<String>) {
    match state.last.as_ref().map(|last| last.kind) {
        None => (Health::New, None),
        Some(PollKind::Failed(FailureClass::Gone)) => (Health::Retired, None),
        Some(PollKind::Failed(_)) => (Health::Failing, None),
        Some(_) => match concern(state, now) {
            Some(concern) => (Health::Degraded, Some(concern)),
            None => (Health::Healthy, None),
        },
    }
}

fn concern(state: &SourceState, now: Time) -> Option<String> {
    let odd = state.oddity.map(|oddity| match oddity {
        Oddity::NoEntries => "it is a feed without entries".to_owned(),
        Oddity::AllIdsChanged => "all ids changed: its entries look new and are not".to_owned(),
    });
    odd.or_else(|| stale(state, now)).or_else(|| gap(state, now)).or_else(|| {
        let to = moved_to(state, now)?;
        Some(format!("moved for good to {to}; change its url in the config"))
    })
}

/// It answers, and nothing new comes, against its own history.
fn stale(state: &SourceState, now: Time) -> Option<String> {
    let pace = state.pace.as_ref()?;
    let (since, least) = silent_since(state)?;
    let silent = between(since, now);
    let before = rate_before(pace, silent)?;
    let overdue = silent * before >= ENTRIES_OVERDUE && silent >= least;
    let silent = Duration::try_from_secs_f64(silent * 3600.0).unwrap_or_default();
    overdue
        .then(|| format!("stale: nothing new for {}, after {}", duration(silent), number(before)))
}

/// Since when nothing new came, and for how many hours it must not have to be called stale. Of a first
/// document, dates tell, and less surely: a list may hold what was written on one day.
fn silent_since(state: &SourceState) -> Option<(Time, f64)> {
    let last_new = state.last_new?;
    if state.first_polled == Some(last_new) {
        return Some((state.newest.unwrap_or(last_new), LEAST_SILENCE_AT_FIRST_SIGHT));
    }
    Some((last_new, LEAST_SILENCE))
}

/// Entries an hour, when the last of them came `silent` hours ago: what was counted over the longest
/// span, with what was forgotten since put back.
fn rate_before(pace: &Pace, silent: f64) -> Option<f64> {
    let longest = SPANS - 1;
    let span = HOURS[longest];
    let kept = (-silent / span).exp();
    let count = f64::from(pace.counts[longest]) / kept;
    let watched = (f64::from(pace.watched[0][longest]) - span * (1.0 - kept)) / kept;
    (count >= ENTRIES_KNOWN && watched > 1.0).then(|| count / watched)
}

fn gap(state: &SourceState, now: Time) -> Option<String> {
    let ago = (now - state.gap_at?).to_std().unwrap_or_default();
    let told = ago < GAP_TOLD;
    told.then(|| format!("a gap {} ago: entries may have been missed", duration(ago)))
}

/// Where permanent redirects lead, once they are believed.
#[must_use]
pub fn moved_to(state: &SourceState, now: Time) -> Option<&url::Url> {
    let (to, since) = state.moved.as_ref()?;
    ((now - *since).to_std().unwrap_or_default() >= MOVED_FOR).then_some(to)
}

/// Where to ask in place of the source's own address: where it has moved to for good. After a failure,
/// and once in eight days, its own is asked again: redirects are taken back as well.
#[must_use]
pub fn ask_at(state: &SourceState, now: Time) -> Option<&url::Url> {
    let (since, last) = (state.moved.as_ref()?.1, state.last.as_ref()?.at);
    let spell = |at: Time| (at - since).num_days().div_euclid(OWN_ADDRESS_EVERY);
    moved_to(state, now).filter(|_| state.failures == 0 && spell(last) == spell(now))
}

#[cfg(test)]
mod tests {
    use super::super::pace::{first_look, hours, learn};
    use super::*;
    use crate::model::{PollSummary, ServerHints};

    fn at(hours_on: f64) -> Time {
        "2026-03-02T00:00:00Z".parse::<Time>().unwrap() + hours(hours_on)
    }

    fn ended(kind: PollKind) -> SourceState {
        let hints = ServerHints::default();
        let took = Duration::ZERO;
        let last = PollSummary { at: at(0.0), kind, detail: String::new(), took, hints };
        SourceState { last: Some(last), ..SourceState::default() }
    }

    #[test]
    fn a_source_of_an_entry_an_hour_is_stale_after_three_days_and_one_of_a_week_is_not() {
        for (every, stale) in [(1.0, true), (168.0, false)] {
            let dates: Vec<Time> = (0..8).map(|n| at(-every * f64::from(n))).collect();
            let mut state = ended(PollKind::NotModified);
            let mut pace = first_look(&dates, at(0.0));
            learn(&mut pace, &[], at(80.0));
            (state.pace, state.last_new) = (Some(pace), Some(at(0.0)));
            let (health, why) = judge(&state, at(80.0));
            assert_eq!(health == Health::Degraded, stale, "{why:?}");
            assert_eq!(why.is_some_and(|why| why.starts_with("stale")), stale);
            assert_eq!(judge(&state, at(20.0)).0, Health::Healthy);
        }
    }

    #[test]
    fn a_source_that_was_silent_for_long_when_it_was_first_seen_is_stale_at_once() {
        for (days, stale) in [(20.0, true), (10.0, false)] {
            let dates: Vec<Time> = (0..24).map(|n| at(-24.0 * days - f64::from(n))).collect();
            let mut state = ended(PollKind::Fetched { new: 24, revised: 0, items: 24 });
            (state.first_polled, state.last_new) = (Some(at(0.0)), Some(at(0.0)));
            (state.pace, state.newest) = (Some(first_look(&dates, at(0.0))), Some(dates[0]));
            let (health, why) = judge(&state, at(0.1));
            assert_eq!(health == Health::Degraded, stale, "{days} days: {why:?}");
        }
    }

    #[test]
    fn a_redirect_is_told_once_it_stood_for_days() {
        let mut state = ended(PollKind::NotModified);
        state.moved = Some((url::Url::parse("https://new.example/feed").unwrap(), at(0.0)));
        assert_eq!(judge(&state, at(24.0)).0, Health::Healthy);
        let (health, why) = judge(&state, at(73.0));
        assert_eq!(health, Health::Degraded);
        assert!(why.unwrap().contains("https://new.example/feed"));
    }

    #[test]
    fn a_source_that_has_moved_is_asked_where_it_went_and_now_and_then_at_home() {
        let to = url::Url::parse("https://new.example/feed").unwrap();
        let mut state = ended(PollKind::NotModified);
        state.moved = Some((to.clone(), at(0.0)));
        let asked = |state: &mut SourceState, last: f64, now: f64| {
            state.last.as_mut().unwrap().at = at(last);
            ask_at(state, at(now)).cloned()
        };
        assert_eq!(asked(&mut state, 47.0, 48.0), None, "not before days have passed");
        assert_eq!(asked(&mut state, 73.0, 74.0), Some(to.clone()));
        assert_eq!(asked(&mut state, 191.0, 193.0), None, "eight days are over");
        assert_eq!(asked(&mut state, 193.0, 194.0), Some(to));
        state.failures = 1;
        assert_eq!(asked(&mut state, 194.0, 195.0), None, "it failed there");
    }

    #[test]
    fn what_is_gone_is_retired_and_other_failures_are_failing() {
        let judged = |class| judge(&ended(PollKind::Failed(class)), at(1.0)).0;
        assert_eq!(judged(FailureClass::Gone), Health::Retired);
        assert_eq!(judged(FailureClass::NotFound), Health::Failing);
        assert_eq!(judge(&SourceState::default(), at(1.0)).0, Health::New);
    }
}
