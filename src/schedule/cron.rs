//! Cron expressions, in the grammar of the scheduler that runs them.

use crate::model::Time;
use chrono::{SubsecRound, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds};
use std::fmt;

/// Why an expression cannot be a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// It does not follow the grammar.
    #[error(
        "not a cron expression: {0}; write six fields, seconds first, as in \"0 */10 * * * *\""
    )]
    Grammar(String),
    /// No time in the next years fits, such as the 31st of February.
    #[error("this never comes: no time in the next years fits")]
    Never,
}

/// A checked cron expression in its time zone.
#[derive(Clone)]
pub struct Cron {
    cron: croner::Cron,
    timezone: Tz,
}

impl Cron {
    /// Reads `expression` and makes sure that it fires at some time after `now`.
    pub fn parse(expression: &str, timezone: Tz, now: Time) -> Result<Self, CronError> {
        // The same settings as tokio-cron-scheduler uses inside: what passes here runs there.
        let cron = CronParser::builder()
            .seconds(Seconds::Required)
            .dom_and_dow(true)
            .build()
            .parse(expression)
            .map_err(|error| CronError::Grammar(error.to_string()))?;
        let cron = Self { cron, timezone };
        cron.next_after(now).ok_or(CronError::Never)?;
        Ok(cron)
    }

    /// The first time after `now` that fits.
    #[must_use]
    pub fn next_after(&self, now: Time) -> Option<Time> {
        // croner carries fractions of a second over into what it finds.
        let local = now.trunc_subsecs(0).with_timezone(&self.timezone);
        let next = self.cron.find_next_occurrence(&local, false).ok()?;
        Some(next.with_timezone(&Utc))
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({:?} in {})", self.cron.as_str(), self.timezone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_time_is_after_now() {
        let cron = Cron::parse("0 */10 * * * *", Tz::UTC, at("2026-01-01T00:00:00Z")).unwrap();
        assert_eq!(cron.next_after(at("2026-01-01T00:10:00Z")), Some(at("2026-01-01T00:20:00Z")));
        assert_eq!(cron.next_after(at("2026-01-01T00:10:01Z")), Some(at("2026-01-01T00:20:00Z")));
    }

    #[test]
    fn a_poll_that_ended_between_two_seconds_does_not_put_off_the_next() {
        let cron = Cron::parse("*/5 * * * * *", Tz::UTC, at("2026-01-01T00:00:00Z")).unwrap();
        let next = cron.next_after(at("2026-01-01T00:00:05.609545Z"));
        assert_eq!(next, Some(at("2026-01-01T00:00:10Z")));
    }

    /// Berlin leaves out 02:00 to 03:00 on 29 March 2026 and has it twice on 25 October.
    #[test]
    fn a_schedule_in_a_time_zone_is_right_over_both_changes_of_the_clock() {
        let times = |expression, from, count| {
            let cron = Cron::parse(expression, Tz::Europe__Berlin, at(from)).unwrap();
            let mut now = at(from);
            let next = || {
                now = cron.next_after(now).unwrap();
                now.format("%d %H:%M").to_string()
            };
            std::iter::repeat_with(next).take(count).collect::<Vec<_>>()
        };
        // At six by their clocks, whatever it is in UTC.
        let six = times("0 0 6 * * *", "2026-03-27T12:00:00Z", 3);
        assert_eq!(six, ["28 05:00", "29 04:00", "30 04:00"]);
        let six = times("0 0 6 * * *", "2026-10-23T12:00:00Z", 3);
        assert_eq!(six, ["24 04:00", "25 05:00", "26 05:00"]);
        // The half past two that does not exist comes when the clocks go on; the one that comes
        // twice is taken once.
        let half = times("0 30 2 * * *", "2026-03-28T12:00:00Z", 2);
        assert_eq!(half, ["29 01:00", "30 00:30"]);
        let half = times("0 30 2 * * *", "2026-10-24T12:00:00Z", 2);
        assert_eq!(half, ["25 00:30", "26 01:30"]);
    }

    #[test]
    fn seconds_are_required_and_the_error_says_so() {
        let error = Cron::parse("*/5 * * * *", Tz::UTC, at("2026-01-01T00:00:00Z")).unwrap_err();
        assert!(error.to_string().contains("seconds first"), "{error}");
    }

    #[test]
    fn a_time_that_never_comes_is_refused() {
        let never = Cron::parse("0 0 0 31 2 *", Tz::UTC, at("2026-01-01T00:00:00Z"));
        assert_eq!(never.unwrap_err(), CronError::Never);
    }
}
