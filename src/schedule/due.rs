//! The rule itself: a first, simple adaptive one. Claims in order: what the server asks for, the
//! operator's bounds, the pace of the source, hints of cadence.

use super::Cron;
use crate::model::{Due, FailureClass, IntervalBounds, PollKind, PollSummary, SourceState, Time};
use std::time::Duration;

/// `Retry-After` is believed up to this: a server that asks for a year is broken.
const LONGEST_RETRY: Duration = Duration::from_secs(7 * 24 * 3600);
/// Failing sources are asked at least this often; nothing is given up for good.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(24 * 3600);
/// A source that is gone (410) is asked again after this.
const GONE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Hints of cadence put a poll off by this at most.
const LONGEST_HINT: Duration = Duration::from_secs(3600);
/// A source that is known for less than this is polled at least at `every`.
const YOUNG: Duration = Duration::from_secs(24 * 3600);
/// How far jitter moves a poll, as a part of its interval, to both sides.
const JITTER: f64 = 0.1;

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
            reason: format!("the server asks to wait {}", words(wait)),
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

/// Until when a server that had too much of us (429, 503) asked to be left alone. What it says to
/// one of its feeds holds for all of them.
#[must_use]
pub fn leave_alone_until(poll: &PollSummary) -> Option<Time> {
    let wait = poll.hints.retry_after?.min(LONGEST_RETRY);
    (poll.kind == PollKind::Failed(FailureClass::Throttled)).then(|| poll.at + wait)
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
    if class == FailureClass::Gone {
        let at = situation.now + spread(GONE, situation.jitter);
        return Due { at, reason: "gone (410); asked again monthly".to_owned() };
    }
    let failures = situation.state.failures.max(1);
    let doubled = every.saturating_mul(1 << (failures - 1).min(16));
    let wait = spread(doubled.min(LONGEST_BACK_OFF).max(every), situation.jitter).max(min);
    let times = if failures == 1 { "once".to_owned() } else { format!("{failures} times") };
    Due {
        at: situation.now + wait.min(max.max(LONGEST_BACK_OFF)),
        reason: format!("failed {times} ({}); backing off", class.word()),
    }
}

fn by_pace(situation: &Situation) -> Due {
    let IntervalBounds { every, min, max } = situation.bounds;
    let (mut pace, mut reason) = wanted(situation.state, every);
    if pace > every && is_young(situation) {
        pace = every;
        reason = format!("every {}: known for less than a day", words(every));
    }
    let mut wait = spread(pace, situation.jitter);
    if let Some(bound) = window_bound(situation.state)
        && wait > bound
    {
        wait = bound;
        reason = format!("{reason}; half a window of {}", situation.state.window_len);
    }
    if let Some(later) = cadence_hint(situation, wait) {
        wait = later;
        reason.push_str("; put off by the server's cadence");
    }
    Due { at: situation.now + wait.clamp(min, max), reason }
}

/// The mean delay of entries is least, for a given number of requests, when the rate of polls is
/// proportional to the square root of the rate of entries. `every` is what a source with one entry
/// in that time gets.
fn wanted(state: &SourceState, every: Duration) -> (Duration, String) {
    let Some(rate) = state.rate else {
        return (every, format!("every {}: its pace is not known yet", words(every)));
    };
    let expected = rate * every.as_secs_f64() / 3600.0;
    // A source silent for months still gets a finite interval; `max` bounds it after this.
    let pace = every.div_f64(expected.max(1e-6).sqrt());
    (pace, format!("every {} for {rate:.1} entries/h", words(pace)))
}

/// The dates in a first document tell a pace that may be over: for a day, polls tell.
fn is_young(situation: &Situation) -> bool {
    let age = situation.state.first_polled.and_then(|at| (situation.now - at).to_std().ok());
    age.is_none_or(|age| age < YOUNG)
}

/// Half the time in which the source's own list would scroll by.
fn window_bound(state: &SourceState) -> Option<Duration> {
    let rate = state.rate.filter(|rate| *rate > 0.0)?;
    if state.window_len == 0 {
        return None;
    }
    Duration::try_from_secs_f64(f64::from(state.window_len) / rate * 3600.0 / 2.0).ok()
}

fn cadence_hint(situation: &Situation, wait: Duration) -> Option<Duration> {
    let hints = situation.state.last.as_ref()?.hints;
    let expires = hints.expires.and_then(|at| (at - situation.now).to_std().ok());
    let hint = hints.max_age.max(expires)?;
    let later = hint.min(wait + LONGEST_HINT).min(LONGEST_HINT.max(wait));
    let bound = window_bound(situation.state).unwrap_or(Duration::MAX);
    (later > wait && later <= bound).then_some(later)
}

fn spread(wait: Duration, jitter: f64) -> Duration {
    wait.mul_f64(1.0 - JITTER + 2.0 * JITTER * jitter)
}

fn spread_later(wait: Duration, jitter: f64) -> Duration {
    wait.mul_f64(1.0 + JITTER * jitter)
}

fn words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..120 => format!("{seconds}s"),
        seconds @ 120..7200 => format!("{}m", seconds / 60),
        seconds @ 7200..172_800 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServerHints;

    const MINUTE: Duration = Duration::from_secs(60);
    const BOUNDS: IntervalBounds = IntervalBounds {
        every: Duration::from_secs(15 * 60),
        min: Duration::from_secs(2 * 60),
        max: Duration::from_secs(24 * 3600),
    };

    fn now() -> Time {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn state(kind: PollKind, hints: ServerHints) -> SourceState {
        let last = PollSummary { at: now(), kind, detail: String::new(), took: MINUTE, hints };
        SourceState { last: Some(last), ..SourceState::default() }
    }

    fn wait(state: &SourceState) -> Duration {
        let due =
            next_due(&Situation { now: now(), bounds: BOUNDS, cron: None, state, jitter: 0.5 });
        (due.at - now()).to_std().unwrap()
    }

    #[test]
    fn a_source_of_unknown_pace_is_polled_at_every() {
        assert_eq!(wait(&state(PollKind::NotModified, ServerHints::default())), BOUNDS.every);
    }

    #[test]
    fn four_times_the_entries_mean_twice_the_polls() {
        let mut busy = state(PollKind::NotModified, ServerHints::default());
        busy.rate = Some(16.0);
        assert_eq!(wait(&busy).as_secs(), BOUNDS.every.as_secs() / 2);
    }

    #[test]
    fn bounds_hold_for_the_silent_and_the_frantic() {
        let mut source = state(PollKind::NotModified, ServerHints::default());
        source.rate = Some(0.0);
        assert_eq!(wait(&source), BOUNDS.every, "a young source may yet prove busy");
        source.first_polled = Some(now() - chrono::Duration::days(2));
        assert_eq!(wait(&source), BOUNDS.max);
        source.rate = Some(1e9);
        assert_eq!(wait(&source), BOUNDS.min);
    }

    #[test]
    fn a_short_window_is_polled_before_half_of_it_scrolls_by() {
        let mut source = state(PollKind::NotModified, ServerHints::default());
        (source.rate, source.window_len) = (Some(10.0), 2);
        assert_eq!(wait(&source), 6 * MINUTE);
    }

    #[test]
    fn failures_back_off_to_a_day_and_no_further() {
        let mut source = state(PollKind::Failed(FailureClass::Server), ServerHints::default());
        let waits: Vec<u64> = (1..=12)
            .map(|failures| {
                source.failures = failures;
                wait(&source).as_secs() / 60
            })
            .collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440, 1440]);
    }

    #[test]
    fn retry_after_wins_and_is_believed_for_a_week_at_most() {
        let ask = |seconds| ServerHints {
            retry_after: Some(Duration::from_secs(seconds)),
            ..ServerHints::default()
        };
        let throttled = |seconds| state(PollKind::Failed(FailureClass::Throttled), ask(seconds));
        assert!(wait(&throttled(7200)) >= Duration::from_secs(7200));
        let absurd = wait(&throttled(u64::from(u32::MAX)));
        assert!(absurd >= LONGEST_RETRY && absurd < LONGEST_RETRY.mul_f64(1.2));
    }

    #[test]
    fn cadence_hints_put_off_by_an_hour_at_most() {
        let hints = |seconds| ServerHints {
            max_age: Some(Duration::from_secs(seconds)),
            ..ServerHints::default()
        };
        assert_eq!(wait(&state(PollKind::NotModified, hints(1800))), 30 * MINUTE);
        assert_eq!(wait(&state(PollKind::NotModified, hints(86_400))), 60 * MINUTE);
        assert_eq!(wait(&state(PollKind::NotModified, hints(60))), BOUNDS.every);
    }

    #[test]
    fn a_source_that_is_gone_is_asked_again_monthly() {
        let gone = state(PollKind::Failed(FailureClass::Gone), ServerHints::default());
        assert!(wait(&gone) > Duration::from_secs(20 * 24 * 3600));
    }

    #[test]
    fn a_schedule_replaces_the_pace() {
        let cron = Cron::parse("0 30 * * * *", now()).unwrap();
        let state = state(PollKind::NotModified, ServerHints::default());
        let situation =
            Situation { now: now(), bounds: BOUNDS, cron: Some(&cron), state: &state, jitter: 0.9 };
        assert_eq!(next_due(&situation).at, now() + 30 * MINUTE);
    }
}
