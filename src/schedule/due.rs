//! The rule itself. Claims in order: what the server asks for, the window, the operator's bounds,
//! the budget, hints of cadence. Whatever decides says so in words.

use super::Cron;
use super::budget::{is_young, longest_as_expected, longest_by_window};
use super::outlook::{entries_an_hour, worth_a_poll};
use super::pace::{between, narrow};
#[cfg(test)]
use super::pace::{first_look, hours};
use super::words::{duration, number};
use crate::model::{
    Due, FailureClass, IntervalBounds, Pace, PollKind, PollSummary, SourceState, Time,
};
use std::time::Duration;

/// `Retry-After` is believed up to this: a server that asks for a year is broken.
const LONGEST_RETRY: Duration = Duration::from_secs(7 * 24 * 3600);
/// Failing sources are asked at least this often; nothing is given up for good.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(24 * 3600);
/// A source that is gone (410) is asked again after this.
const GONE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Hints of cadence put a poll off by this at most.
const LONGEST_HINT: Duration = Duration::from_secs(3600);
/// After a gap a source is polled twice as often for this long.
const MINDFUL: Duration = Duration::from_secs(24 * 3600);
/// How far jitter moves a poll, as a part of its interval, to both sides. Paces differ, so that little
/// parts sources that meet; and entries wait the longer the less even the intervals are.
const JITTER: f64 = 0.02;
/// The same where `every` decides: what was new together would be polled together for a day.
const JITTER_OF_NEW: f64 = 0.25;
/// The same where sources failed together: they must not come back together.
const JITTER_OF_FAILURES: f64 = 0.25;
/// How far it moves what a server asks for, to the later side only.
const JITTER_OF_RETRIES: f64 = 0.1;

/// Everything that the decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// When the poll ended.
    pub now: Time,
    /// The operator's bounds.
    pub bounds: IntervalBounds,
    /// The source's own schedule, when it has one.
    pub cron: Option<&'a Cron>,
    /// How the source fares, this poll included.
    pub state: &'a SourceState,
    /// What the budget of all sources allows: see [`super::multiplier`].
    pub multiplier: f64,
    /// A number in `0.0..1.0` that spreads sources which would meet.
    pub jitter: f64,
}

/// When the source is due next, and why.
#[must_use]
pub fn next_due(situation: &Situation) -> Due {
    let asked = retry_after(situation);
    let due = match (situation.cron, last_failure(situation.state)) {
        (Some(cron), _) => by_schedule(cron, situation),
        (None, Some(class)) => after_failure(class, situation),
        (None, None) => by_pace(situation),
    };
    match asked {
        Some(wait) if situation.now + wait > due.at => Due {
            at: situation.now + spread_later(wait, situation.jitter),
            reason: format!("the server asks to wait {}", duration(wait)),
        },
        _ => due,
    }
}

fn last_failure(state: &SourceState) -> Option<FailureClass> {
    match state.last.as_ref()?.kind {
        PollKind::Failed(class) => Some(class),
        _ => None,
    }
}

fn retry_after(situation: &Situation) -> Option<Duration> {
    let hints = situation.state.last.as_ref()?.hints;
    hints.retry_after.map(|wait| wait.min(LONGEST_RETRY))
}

/// Until when a server that had too much of us (429, 503) asked to be left alone, and a little
/// longer by `jitter`, so that servers which asked for the same time are not all met at its end.
/// What it says to one of its feeds holds for all of them.
#[must_use]
pub fn leave_alone_until(poll: &PollSummary, jitter: f64) -> Option<Time> {
    let wait = poll.hints.retry_after?.min(LONGEST_RETRY);
    let throttled = poll.kind == PollKind::Failed(FailureClass::Throttled);
    throttled.then(|| poll.at + spread_later(wait, jitter))
}

fn by_schedule(cron: &Cron, situation: &Situation) -> Due {
    cron.next_after(situation.now).map_or_else(
        || Due {
            at: situation.now + situation.bounds.max,
            reason: "its schedule has no further time".to_owned(),
        },
        |at| Due { at, reason: "its schedule".to_owned() },
    )
}

fn after_failure(class: FailureClass, situation: &Situation) -> Due {
    let IntervalBounds { every, min, max } = situation.bounds;
    let by = JITTER_OF_FAILURES;
    if class == FailureClass::Gone {
        let at = situation.now + spread(GONE, by, situation.jitter);
        return Due { at, reason: "gone (410); asked again monthly".to_owned() };
    }
    let failures = situation.state.failures.max(1);
    let doubled = every.saturating_mul(1 << (failures - 1).min(16));
    let longest = LONGEST_BACK_OFF.max(every);
    let wait = spread(doubled.min(longest), by, situation.jitter).min(longest).max(min);
    let times = if failures == 1 { "once".to_owned() } else { format!("{failures} times") };
    Due {
        at: situation.now + wait.min(max.max(LONGEST_BACK_OFF)),
        reason: format!("failed {times} ({}); backing off", class.word()),
    }
}

fn by_pace(situation: &Situation) -> Due {
    let Situation { now, bounds, state, .. } = *situation;
    let Some(pace) = state.pace.as_ref() else {
        let at = now + spread(bounds.every, JITTER_OF_NEW, situation.jitter);
        return Due {
            at,
            reason: format!("about every {}: nothing is known of it yet", duration(bounds.every)),
        };
    };
    let Wanted { wait, jitter, mut reason } = wanted(pace, situation);
    let mut wait = spread(wait, jitter, situation.jitter).clamp(bounds.min, bounds.max);
    if let Some((sooner, why)) = by_window(pace, situation).filter(|(sooner, _)| *sooner < wait) {
        (wait, reason) = (sooner, why);
    } else if let Some(later) = cadence_hint(situation, wait) {
        wait = later;
        reason.push_str("; put off by the server's cadence");
    }
    Due { at: now + wait, reason }
}

/// When a source is to be polled, but for its window.
struct Wanted {
    wait: Duration,
    /// How far it may be moved, as a part of itself.
    jitter: f64,
    reason: String,
}

/// What the budget is worth for this source, after what it lets the operator and the unknown want.
fn wanted(pace: &Pace, situation: &Situation) -> Wanted {
    let Situation { now, bounds: IntervalBounds { every, min, max }, .. } = *situation;
    let worth = worth_a_poll(pace, share(situation), now + max);
    let wait = (worth.at - now).to_std().unwrap_or_default();
    let pace_in_words = format!("{} expected", number(entries_an_hour(pace)));
    if wait > every && (is_young(pace) || is_just_met(situation)) {
        let reason = format!("about every {}: known for less than a day", duration(every));
        return Wanted { wait: every, jitter: JITTER_OF_NEW, reason };
    }
    let reason = match wait {
        wait if wait >= max => format!("{pace_in_words}, at least every {}", duration(max)),
        wait if wait <= min => format!("{pace_in_words}, at most every {}", duration(min)),
        wait => format!("{pace_in_words}, worth a poll in {} within the budget", duration(wait)),
    };
    Wanted { wait, jitter: JITTER, reason }
}

/// The multiplier of the square root of its rate, polls an hour.
fn share(situation: &Situation) -> f64 {
    situation.multiplier * 3600.0 / situation.bounds.every.as_secs_f64().max(1e-3)
}

/// Notes what the source asks of the budget: what it would get for a multiplier of one, averaged
/// over a day. Call it before [`next_due`].
pub fn note_demand(pace: &mut Pace, bounds: IntervalBounds, multiplier: f64) {
    let share = multiplier * 3600.0 / bounds.every.as_secs_f64().max(1e-3);
    let worth = worth_a_poll(pace, share, pace.at + bounds.max);
    let wait = between(pace.at, worth.at);
    let weight = if pace.demand > 0.0 { 1.0 - (-wait / 24.0).exp() } else { 1.0 };
    pace.demand += (narrow(worth.root) - pace.demand) * narrow(weight);
}

/// What dates in a first document tell may be over, and what the budget allows to many new sources is
/// not added up yet: the second poll tells more.
fn is_just_met(situation: &Situation) -> bool {
    let since = situation.state.first_polled.map(|at| situation.now - at);
    since.is_none_or(|since| since.to_std().unwrap_or_default() < situation.bounds.every / 2)
}

/// The latest time by which the list may have scrolled by, and how that is known.
fn by_window(pace: &Pace, situation: &Situation) -> Option<(Duration, String)> {
    let Situation { now, bounds, state, .. } = *situation;
    let window = state.window_len;
    if window == 0 {
        return None;
    }
    let rate = entries_an_hour(pace);
    let (scrolls, rate_in_words) = (in_words(f64::from(window) / rate), number(rate));
    let expected = (
        longest_as_expected(rate, window),
        format!("{rate_in_words}, window of {window} scrolls by in {scrolls}"),
    );
    let least = bounds.min.as_secs_f64() / 3600.0;
    let remembered = longest_by_window(pace, window, bounds.every).map(|(longest, burst)| {
        let (most, span) = (burst.entries, in_words(burst.span));
        let reason = if most > 0.0 {
            format!("a window of {window}, and up to {most:.0} entries in {span} before")
        } else {
            format!("a window of {window} only: a burst would scroll by")
        };
        (longest.max(least), reason)
    });
    let after_gap = state.gap_at.filter(|at| (now - *at).to_std().unwrap_or_default() < MINDFUL);
    let after_gap = after_gap.map(|at| {
        let (half, since) = (wanted(pace, situation).wait.as_secs_f64() / 7200.0, between(at, now));
        (half.max(least), format!("half its interval: a gap {} ago", in_words(since)))
    });
    let claims = [Some(expected), remembered, after_gap].into_iter().flatten();
    let (hours, reason) = claims.min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some((Duration::try_from_secs_f64(hours * 3600.0).ok()?, reason))
}

fn in_words(hours: f64) -> String {
    duration(Duration::try_from_secs_f64(hours * 3600.0).unwrap_or(Duration::MAX))
}

fn cadence_hint(situation: &Situation, wait: Duration) -> Option<Duration> {
    let hints = situation.state.last.as_ref()?.hints;
    let expires = hints.expires.and_then(|at| (at - situation.now).to_std().ok());
    let hint = hints.max_age.max(expires)?;
    let later = hint.min(wait + LONGEST_HINT).min(LONGEST_HINT.max(wait));
    let window = situation.state.pace.as_ref().and_then(|pace| by_window(pace, situation));
    let bound = window.map_or(Duration::MAX, |(bound, _)| bound).min(situation.bounds.max);
    (later > wait && later <= bound).then_some(later)
}

fn spread(wait: Duration, by: f64, jitter: f64) -> Duration {
    wait.mul_f64(1.0 - by + 2.0 * by * jitter)
}

fn spread_later(wait: Duration, jitter: f64) -> Duration {
    wait.mul_f64(1.0 + JITTER_OF_RETRIES * jitter)
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
