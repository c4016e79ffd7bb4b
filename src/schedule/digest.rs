//! When a topic's digest is due, and what it is called. Every run is that of a time of its schedule, however late it
//! is made: a restart, or a clock that was changed, neither leaves one out nor makes one twice.

use super::Cron;
use crate::model::Time;
use chrono::{Duration, Timelike};

/// What is to be done about a topic's digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestDue {
    /// Nothing before that time; `None`: never, the schedule has no further time.
    Wait(Option<Time>),
    /// The run of that time is due. It makes up for all that were missed before it.
    Run(Time),
    /// The clock went back by more than what lies between two runs: they count from now.
    StartOver,
}

/// What is due at `now`, where `ran` is the time of the newest run, or that from which runs count.
#[must_use]
pub fn digest_due(cron: &Cron, ran: Time, now: Time) -> DigestDue {
    let next = cron.next_after(now);
    if ran > now {
        // Else a clock that was years ahead for a minute would end the digests for years.
        let is_lost = next.is_some_and(|next| next < ran);
        return if is_lost { DigestDue::StartOver } else { DigestDue::Wait(cron.next_after(ran)) };
    }
    match latest(cron, ran, now) {
        Some(at) => DigestDue::Run(at),
        None => DigestDue::Wait(next),
    }
}

/// The newest time of the schedule after `ran`, `now` included. Looked for from shortly before `now`, then from
/// earlier and earlier: after a long absence not every time has to be walked through.
fn latest(cron: &Cron, ran: Time, now: Time) -> Option<Time> {
    let spans = [Duration::minutes(1), Duration::hours(1), Duration::days(1), Duration::days(40)];
    let starts = spans.into_iter().filter_map(|span| now.checked_sub_signed(span));
    let starts = starts.filter(|start| *start > ran);
    starts.chain([ran]).find_map(|start| last_of(cron, start, now))
}

/// The last time of the schedule after `start` and not after `end`.
fn last_of(cron: &Cron, start: Time, end: Time) -> Option<Time> {
    let times = std::iter::successors(cron.next_after(start), |at| cron.next_after(*at));
    times.take_while(|at| *at <= end).last()
}

/// What the digest of `at` is called: its day in the zone of its schedule, and the time where it is not the only
/// one of that day.
#[must_use]
pub fn digest_label(cron: &Cron, at: Time) -> String {
    let local = at.with_timezone(&cron.timezone());
    let since_midnight = i64::from(local.num_seconds_from_midnight());
    // Two hours more: the day may have had an hour more than its clock says.
    let start = at - Duration::seconds(since_midnight) - Duration::hours(2);
    let is_of_the_day =
        |time: &Time| time.with_timezone(&cron.timezone()).date_naive() == local.date_naive();
    let times = std::iter::successors(cron.next_after(start), |time| cron.next_after(*time));
    let first = times.take_while(|time| *time <= at).find(is_of_the_day);
    let is_alone = first.is_none_or(|first| first == at)
        && cron.next_after(at).is_none_or(|next| !is_of_the_day(&next));
    local.format(if is_alone { "%F" } else { "%F %H:%M" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;
    use proptest::prelude::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn cron(expression: &str, zone: Tz) -> Cron {
        Cron::parse(expression, zone, at("2026-01-01T00:00:00Z")).unwrap()
    }

    fn seoul() -> Cron {
        cron("0 0 7 * * *", Tz::Asia__Seoul)
    }

    #[test]
    fn a_run_is_due_once_from_its_second_on() {
        let ran = at("2026-11-24T22:00:00Z");
        let next = at("2026-11-25T22:00:00Z");
        let before = digest_due(&seoul(), ran, at("2026-11-25T21:59:59.999Z"));
        assert_eq!(before, DigestDue::Wait(Some(next)));
        assert_eq!(digest_due(&seoul(), ran, next), DigestDue::Run(next));
        assert_eq!(digest_due(&seoul(), ran, at("2026-11-26T05:00:00Z")), DigestDue::Run(next));
        let after = digest_due(&seoul(), next, at("2026-11-25T22:00:00.5Z"));
        assert_eq!(after, DigestDue::Wait(Some(at("2026-11-26T22:00:00Z"))));
    }

    #[test]
    fn what_was_missed_is_made_up_for_once_by_the_newest_run() {
        let ran = at("2026-03-02T22:00:00Z");
        let due = digest_due(&seoul(), ran, at("2026-11-25T23:00:00Z"));
        assert_eq!(due, DigestDue::Run(at("2026-11-25T22:00:00Z")));
    }

    #[test]
    fn every_second_of_a_year_of_absence_is_not_walked_through() {
        let every = cron("* * * * * *", Tz::UTC);
        let due = digest_due(&every, at("2020-01-01T00:00:00Z"), at("2026-11-25T23:00:00.7Z"));
        assert_eq!(due, DigestDue::Run(at("2026-11-25T23:00:00Z")));
    }

    #[test]
    fn a_clock_that_goes_back_a_little_makes_no_run_twice() {
        let ran = at("2026-11-25T22:00:00Z");
        let due = digest_due(&seoul(), ran, at("2026-11-25T21:10:00Z"));
        assert_eq!(due, DigestDue::Wait(Some(at("2026-11-26T22:00:00Z"))));
    }

    #[test]
    fn a_clock_that_was_years_ahead_does_not_end_the_digests() {
        let due = digest_due(&seoul(), at("2036-01-01T22:00:00Z"), at("2026-11-25T21:10:00Z"));
        assert_eq!(due, DigestDue::StartOver);
    }

    #[test]
    fn a_digest_is_called_by_its_day_where_it_is_written() {
        assert_eq!(digest_label(&seoul(), at("2026-11-25T22:00:00Z")), "2026-11-26");
        let twice = cron("0 30 6,18 * * *", Tz::Asia__Seoul);
        assert_eq!(digest_label(&twice, at("2026-11-25T21:30:00Z")), "2026-11-26 06:30");
        assert_eq!(digest_label(&twice, at("2026-11-26T09:30:00Z")), "2026-11-26 18:30");
        let weekly = cron("0 0 0 * * MON", Tz::America__New_York);
        assert_eq!(digest_label(&weekly, at("2026-11-02T05:00:00Z")), "2026-11-02");
    }

    /// Runs a digest for `days` days from `start`, looked for every `step` seconds; the times of its runs.
    fn lived(cron: &Cron, start: Time, days: i64, step: i64) -> Vec<Time> {
        let (mut ran, mut now, mut runs) = (start, start, Vec::new());
        while now < start + Duration::days(days) {
            now += Duration::seconds(step);
            if let DigestDue::Run(at) = digest_due(cron, ran, now) {
                runs.push(at);
                ran = at;
            }
        }
        runs
    }

    #[test]
    fn each_day_has_one_run_over_both_changes_of_the_clock() {
        let zones = [Tz::Europe__Berlin, Tz::America__New_York, Tz::Australia__Lord_Howe];
        for zone in zones {
            for hour in 0..4 {
                let cron = cron(&format!("0 30 {hour} * * *"), zone);
                for start in ["2026-03-01T12:00:00Z", "2026-10-01T12:00:00Z"] {
                    let runs = lived(&cron, at(start), 36, 1_700);
                    let day = |run: &Time| run.with_timezone(&zone).date_naive();
                    let days: Vec<_> = runs.iter().map(day).collect();
                    let expected: Vec<_> = days[0].iter_days().take(days.len()).collect();
                    assert_eq!(days, expected, "{zone} {hour}");
                    assert_eq!(days.len(), 36, "{zone} {hour}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_run_is_after_the_last_and_never_ahead_of_the_clock(
            absence in 0_i64..90 * 86_400,
            start in 0_i64..400 * 86_400,
            pattern in 0_usize..5,
        ) {
            let patterns =
                ["0 0 7 * * *", "0 30 2 * * *", "0 */20 * * * *", "0 0 */3 * * MON", "0 15 2,14 * * *"];
            let cron = cron(patterns[pattern], Tz::Europe__Berlin);
            let ran = at("2026-01-01T00:00:00Z") + Duration::seconds(start);
            let now = ran + Duration::seconds(absence);
            match digest_due(&cron, ran, now) {
                DigestDue::Run(at) => {
                    prop_assert!(at > ran && at <= now);
                    let DigestDue::Wait(Some(next)) = digest_due(&cron, at, now) else {
                        return Err(TestCaseError::fail("a run is due again"));
                    };
                    prop_assert!(next > now);
                }
                DigestDue::Wait(next) => prop_assert!(next.is_some_and(|next| next > now)),
                DigestDue::StartOver => prop_assert!(false, "the clock went on"),
            }
        }
    }
}
