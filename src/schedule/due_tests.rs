use super::*;
use crate::model::ServerHints;

const MINUTE: Duration = Duration::from_secs(60);
const BOUNDS: IntervalBounds = IntervalBounds {
    every: Duration::from_secs(15 * 60),
    min: Duration::from_secs(2 * 60),
    max: Duration::from_secs(24 * 3600),
};

fn now() -> Time {
    "2026-01-10T00:00:00Z".parse().unwrap()
}

fn state(kind: PollKind, hints: ServerHints) -> SourceState {
    let last = PollSummary { at: now(), kind, detail: String::new(), took: MINUTE, hints };
    SourceState { last: Some(last), ..SourceState::default() }
}

/// A source that for a week brought an entry each `every` hours, in a list of a thousand.
fn publishing(every: f64) -> SourceState {
    let mut dates = Vec::new();
    let mut ago = 0.0;
    while ago < 7.0 * 24.0 {
        dates.push(now() - hours(ago));
        ago += every;
    }
    let mut state = state(PollKind::NotModified, ServerHints::default());
    (state.pace, state.window_len) = (Some(first_look(&dates, now())), 1000);
    state.first_polled = Some(now() - chrono::Duration::days(7));
    state
}

fn due(state: &SourceState, multiplier: f64) -> Due {
    next_due(&Situation { now: now(), bounds: BOUNDS, cron: None, state, multiplier, jitter: 0.5 })
}

fn wait(state: &SourceState) -> Duration {
    (due(state, 1.0).at - now()).to_std().unwrap()
}

fn minutes(state: &SourceState) -> u64 {
    (wait(state).as_secs() + 30) / 60
}

#[test]
fn a_source_of_which_nothing_is_known_is_polled_at_every() {
    assert_eq!(wait(&state(PollKind::NotModified, ServerHints::default())), BOUNDS.every);
}

#[test]
fn a_young_source_is_polled_at_every_at_least() {
    let mut young = state(PollKind::NotModified, ServerHints::default());
    young.pace = Some(first_look(&[], now()));
    assert_eq!(wait(&young), BOUNDS.every);
    assert!(due(&young, 1.0).reason.contains("less than a day"));
}

#[test]
fn sources_that_were_new_together_come_apart() {
    let unknown = state(PollKind::NotModified, ServerHints::default());
    let mut young = unknown.clone();
    young.pace = Some(first_look(&[], now()));
    for state in [&unknown, &young] {
        let (cron, multiplier) = (None, 1.0);
        let at = |jitter| {
            next_due(&Situation { now: now(), bounds: BOUNDS, cron, state, multiplier, jitter }).at
        };
        assert!((at(1.0) - at(0.0)).to_std().unwrap() >= BOUNDS.every / 4);
    }
}

#[test]
fn a_source_that_was_just_met_is_polled_again_at_every_at_least() {
    let mut met = publishing(160.0);
    met.first_polled = Some(now());
    assert_eq!(wait(&met), BOUNDS.every);
    met.first_polled = Some(now() - chrono::Duration::minutes(15));
    assert!(wait(&met) > BOUNDS.every);
}

#[test]
fn four_times_the_entries_mean_twice_the_polls() {
    let ratio = wait(&publishing(1.0)).as_secs_f64() / wait(&publishing(0.25)).as_secs_f64();
    assert!((1.8..2.2).contains(&ratio), "{ratio}");
}

#[test]
fn a_larger_budget_means_more_polls() {
    let at = |multiplier| due(&publishing(0.5), multiplier).at - now();
    assert!(at(1.0) > at(1.5));
}

#[test]
fn bounds_hold_for_the_silent_and_the_frantic() {
    let silent = publishing(160.0);
    assert_eq!((due(&silent, 1e-4).at - now()).to_std().unwrap(), BOUNDS.max);
    let frantic = due(&publishing(0.05), 1e4);
    assert_eq!((frantic.at - now()).to_std().unwrap(), BOUNDS.min);
    assert!(frantic.reason.ends_with("at most every 2m"), "{}", frantic.reason);
}

#[test]
fn a_list_that_scrolls_by_goes_before_the_budget_and_before_min() {
    let mut source = publishing(1.0 / 31.0);
    source.window_len = 30;
    let due = due(&source, 1e-3);
    let wait = (due.at - now()).to_std().unwrap();
    assert!(wait < 31 * MINUTE, "{wait:?}");
    assert!(due.reason.contains("window of 30"), "{}", due.reason);
    source.window_len = 1;
    assert!(self::wait(&source) < BOUNDS.min, "{:?}", self::wait(&source));
}

#[test]
fn a_gap_halves_the_interval_for_a_day() {
    let mut source = publishing(1.0);
    let before = minutes(&source);
    source.gap_at = Some(now() - chrono::Duration::hours(1));
    assert!(minutes(&source).abs_diff(before / 2) <= 1, "{}", minutes(&source));
    source.gap_at = Some(now() - chrono::Duration::hours(30));
    assert_eq!(minutes(&source), before);
}

#[test]
fn failures_back_off_to_a_day_and_no_further() {
    let mut source = state(PollKind::Failed(FailureClass::Server), ServerHints::default());
    let waits: Vec<u64> = (1..=12)
        .map(|failures| {
            source.failures = failures;
            minutes(&source)
        })
        .collect();
    assert_eq!(waits, [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440, 1440]);
}

#[test]
fn sources_that_failed_together_come_back_apart() {
    let mut source = state(PollKind::Failed(FailureClass::Server), ServerHints::default());
    source.failures = 1;
    let at = |jitter| {
        let situation = Situation {
            now: now(),
            bounds: BOUNDS,
            cron: None,
            state: &source,
            multiplier: 1.0,
            jitter,
        };
        next_due(&situation).at
    };
    assert!(at(1.0) - at(0.0) >= chrono::Duration::minutes(7));
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
fn what_a_throttling_server_asks_holds_for_a_week_at_most_and_does_not_end_at_once_for_all() {
    let asked = |kind, seconds, jitter| {
        let retry_after = Some(Duration::from_secs(seconds));
        let hints = ServerHints { retry_after, ..ServerHints::default() };
        leave_alone_until(&state(kind, hints).last.unwrap(), jitter).map(|until| until - now())
    };
    let throttled = PollKind::Failed(FailureClass::Throttled);
    assert_eq!(asked(throttled, 600, 0.0), Some(chrono::Duration::seconds(600)));
    assert_eq!(asked(throttled, 600, 0.5), Some(chrono::Duration::seconds(630)));
    assert_eq!(asked(throttled, 1 << 31, 0.0), Some(chrono::Duration::days(7)));
    assert_eq!(asked(PollKind::NotModified, 600, 0.0), None);
}

#[test]
fn cadence_hints_put_off_by_an_hour_at_most() {
    let hints = |seconds| ServerHints {
        max_age: Some(Duration::from_secs(seconds)),
        ..ServerHints::default()
    };
    let asked = |seconds| {
        let mut source = publishing(1.0);
        source.last = state(PollKind::NotModified, hints(seconds)).last;
        minutes(&source)
    };
    let unasked = minutes(&publishing(1.0));
    assert_eq!(asked(60), unasked);
    assert_eq!(asked(1800), 30.max(unasked));
    assert_eq!(asked(86_400), 60.max(unasked));
}

#[test]
fn a_source_that_is_gone_is_asked_again_monthly() {
    let gone = state(PollKind::Failed(FailureClass::Gone), ServerHints::default());
    assert!(wait(&gone) > Duration::from_secs(20 * 24 * 3600));
}

#[test]
fn a_schedule_replaces_the_pace() {
    let cron = Cron::parse("0 30 * * * *", chrono_tz::Tz::UTC, now()).unwrap();
    let source = publishing(1.0);
    let situation = Situation {
        now: now(),
        bounds: BOUNDS,
        cron: Some(&cron),
        state: &source,
        multiplier: 1.0,
        jitter: 0.9,
    };
    assert_eq!(next_due(&situation).at, now() + 30 * MINUTE);
}
