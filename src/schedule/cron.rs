//! Cron expressions, in the grammar of the scheduler that runs them.

use crate::model::Time;
use chrono::{Duration, FixedOffset, NaiveDateTime, Offset, SubsecRound, TimeZone, Timelike, Utc};
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

/// Minutes that clocks leave out at once, at most: islands that change the side of the date line skip a day.
const MOST_LEFT_OUT: i64 = 24 * 60;

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

    /// The zone whose clocks it goes by.
    #[must_use]
    pub fn timezone(&self) -> Tz {
        self.timezone
    }

    /// The first time after `now` that fits.
    ///
    /// An hour that clocks show twice counts twice where every hour does (`*`, `*/2`), and else once.
    #[must_use]
    pub fn next_after(&self, now: Time) -> Option<Time> {
        // croner carries fractions of a second over into what it finds.
        let now = now.trunc_subsecs(0);
        let shown = self.next_shown(now)?;
        let again = self.is_of_every_hour().then(|| self.next_at_one_offset(now, shown)).flatten();
        Some(again.map_or(shown, |again| again.min(shown)))
    }

    /// The next time that clocks show. Times are found without a zone: in zones croner takes times for
    /// missing that are there, and finds those of the first pass of an hour in its second.
    fn next_shown(&self, now: Time) -> Option<Time> {
        let mut shown = now.with_timezone(&self.timezone).naive_local();
        loop {
            shown = self.cron.find_next_occurrence(&shown.and_utc(), false).ok()?.naive_utc();
            let next = self.time_of(shown);
            if let Some(next) = next.filter(|next| *next > now) {
                return Some(next);
            }
        }
    }

    /// When clocks show that; the first time, where they do so twice. What they leave out comes when they go on,
    /// unless it is one of every hour's.
    fn time_of(&self, shown: NaiveDateTime) -> Option<Time> {
        let time = |shown: NaiveDateTime| self.timezone.from_local_datetime(&shown).earliest();
        let found = time(shown).or_else(|| {
            let whole = shown.with_second(0).filter(|_| !self.is_of_every_hour())?;
            (1..=MOST_LEFT_OUT).find_map(|minutes| time(whole + Duration::minutes(minutes)))
        });
        found.map(|time| time.with_timezone(&Utc))
    }

    fn is_of_every_hour(&self) -> bool {
        self.cron.pattern.hours.from_wildcard
    }

    /// The next time up to `shown` by a clock that is not changed, where that one is right: it shows the second
    /// pass of an hour as well.
    fn next_at_one_offset(&self, now: Time, shown: Time) -> Option<Time> {
        let offset_at = |at: Time| at.with_timezone(&self.timezone).offset().fix();
        let offsets = [offset_at(now), offset_at(shown)].into_iter();
        let next = |offset: FixedOffset| {
            let next = self.cron.find_next_occurrence(&now.with_timezone(&offset), false).ok()?;
            let next = next.with_timezone(&Utc);
            (offset_at(next) == offset).then_some(next)
        };
        offsets.filter_map(next).min()
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
        let half = times("0 30 2,14 * * *", "2026-03-28T20:00:00Z", 2);
        assert_eq!(half, ["29 01:00", "29 12:30"]);
        let before = times("0 30 1 * * *", "2026-03-28T20:00:00Z", 2);
        assert_eq!(before, ["29 00:30", "29 23:30"]);
        let half = times("0 30 2 * * *", "2026-10-24T12:00:00Z", 2);
        assert_eq!(half, ["25 00:30", "26 01:30"]);
    }

    /// 01:10 UTC is 02:10 in Berlin, for the second time.
    #[test]
    fn no_time_of_an_hour_that_comes_twice_is_before_now() {
        let next = |expression, from| {
            let cron = Cron::parse(expression, Tz::Europe__Berlin, at(from)).unwrap();
            cron.next_after(at(from)).unwrap()
        };
        assert_eq!(next("0 30 2 * * *", "2026-10-25T01:10:00Z"), at("2026-10-26T01:30:00Z"));
        assert_eq!(next("0 30 2,14 * * *", "2026-10-25T01:10:00Z"), at("2026-10-25T13:30:00Z"));
        assert_eq!(next("0 30 * * * *", "2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
        assert_eq!(next("0 30 * * * *", "2026-10-25T01:10:00Z"), at("2026-10-25T01:30:00Z"));
        assert_eq!(next("0 30 * * * *", "2026-10-25T01:30:00Z"), at("2026-10-25T02:30:00Z"));
        assert_eq!(next("0 */10 * * * *", "2026-03-29T00:50:00Z"), at("2026-03-29T01:00:00Z"));
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
