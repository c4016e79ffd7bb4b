//! Cron expressions, in the grammar of the scheduler that runs them.

use crate::model::Time;
use chrono::SubsecRound;
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

/// A checked cron expression, in UTC.
#[derive(Clone)]
pub struct Cron(croner::Cron);

impl Cron {
    /// Reads `expression` and makes sure that it fires at some time after `now`.
    pub fn parse(expression: &str, now: Time) -> Result<Self, CronError> {
        // The same settings as tokio-cron-scheduler uses inside: what passes here runs there.
        let cron = CronParser::builder()
            .seconds(Seconds::Required)
            .dom_and_dow(true)
            .build()
            .parse(expression)
            .map_err(|error| CronError::Grammar(error.to_string()))?;
        let cron = Self(cron);
        cron.next_after(now).ok_or(CronError::Never)?;
        Ok(cron)
    }

    /// The first time after `now` that fits.
    #[must_use]
    pub fn next_after(&self, now: Time) -> Option<Time> {
        // croner carries fractions of a second over into what it finds.
        self.0.find_next_occurrence(&now.trunc_subsecs(0), false).ok()
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({:?})", self.0.as_str())
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
        let cron = Cron::parse("0 */10 * * * *", at("2026-01-01T00:00:00Z")).unwrap();
        assert_eq!(cron.next_after(at("2026-01-01T00:10:00Z")), Some(at("2026-01-01T00:20:00Z")));
        assert_eq!(cron.next_after(at("2026-01-01T00:10:01Z")), Some(at("2026-01-01T00:20:00Z")));
    }

    #[test]
    fn a_poll_that_ended_between_two_seconds_does_not_put_off_the_next() {
        let cron = Cron::parse("*/5 * * * * *", at("2026-01-01T00:00:00Z")).unwrap();
        let next = cron.next_after(at("2026-01-01T00:00:05.609545Z"));
        assert_eq!(next, Some(at("2026-01-01T00:00:10Z")));
    }

    #[test]
    fn seconds_are_required_and_the_error_says_so() {
        let error = Cron::parse("*/5 * * * *", at("2026-01-01T00:00:00Z")).unwrap_err();
        assert!(error.to_string().contains("seconds first"), "{error}");
    }

    #[test]
    fn a_time_that_never_comes_is_refused() {
        let never = Cron::parse("0 0 0 31 2 *", at("2026-01-01T00:00:00Z"));
        assert_eq!(never.unwrap_err(), CronError::Never);
    }
}
