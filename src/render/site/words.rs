//! Times and paces in words. No word depends on when it is written: "yesterday" would be wrong
//! tomorrow, and other bytes.

use crate::model::Time;
use chrono::{NaiveDate, SecondsFormat};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
/// How many of a topic's newest items tell its pace.
pub(super) const JUDGED: usize = 20;
/// Fewer say nothing of a pace.
const FEWEST: usize = 4;

pub(super) fn iso(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// "19 June 2024, 07:10 UTC".
pub(super) fn moment(time: Time) -> String {
    time.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// "07:10 UTC".
pub(super) fn clock(time: Time) -> String {
    time.format("%H:%M UTC").to_string()
}

/// "Wednesday, 19 June 2024".
pub(super) fn day(date: NaiveDate) -> String {
    date.format("%A, %-d %B %Y").to_string()
}

/// How often something of these dates comes, roughly; `None` where they are too few to tell. The
/// first `JUDGED` count, and of them the middle half: an entry of ten years ago, or one without a
/// date among older ones, must not make a topic slow.
pub(super) fn pace(dates: impl IntoIterator<Item = Time>) -> Option<String> {
    let dates = dates.into_iter().take(JUDGED);
    let mut seconds: Vec<i64> = dates.map(|date| date.timestamp()).collect();
    if seconds.len() < FEWEST {
        return None;
    }
    seconds.sort_unstable();
    let (first, last) = (seconds.len() / 4, seconds.len() - 1 - seconds.len() / 4);
    // Many at once are a beginning, not a pace.
    let span = (seconds[last] - seconds[first]).max(6 * HOUR);
    Some(every(i64::try_from(last - first).unwrap_or(i64::MAX), span))
}

/// `count` in `span` seconds, in words.
fn every(count: i64, span: i64) -> String {
    for (period, length) in [("day", DAY), ("week", 7 * DAY), ("month", 30 * DAY)] {
        let often = (count.saturating_mul(length) + span / 2) / span;
        match often {
            0 => {}
            1 => return format!("about one story a {period}"),
            _ => return format!("about {} stories a {period}", rounded(often)),
        }
    }
    "less than a story a month".to_owned()
}

/// Round enough to move rarely.
fn rounded(number: i64) -> i64 {
    let step = match number {
        ..10 => 1,
        10..30 => 5,
        30..200 => 10,
        _ => 100,
    };
    (number + step / 2) / step * step
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn paced(days: &[f64]) -> Option<String> {
        #[expect(clippy::cast_possible_truncation, reason = "small numbers of a test")]
        let date =
            |days: &f64| DateTime::from_timestamp(1_718_780_000 - (days * 86_400.0) as i64, 0);
        pace(days.iter().map(|days| date(days).unwrap()))
    }

    #[test]
    fn a_pace_is_round_and_of_the_middle_half() {
        assert_eq!(paced(&[0.0, 1.0, 2.0]), None);
        for (days, words) in [
            (&[0.0, 1.0, 2.0, 3.0][..], "about one story a day"),
            (&[0.0, 0.25, 0.5, 4000.0], "about 4 stories a day"),
            (&[2.0, 0.0, 900.0, 5.0], "about 2 stories a week"),
            (&[0.0, 10.0, 20.0, 30.0], "about one story a week"),
            (&[0.0, 15.0, 30.0, 60.0], "about 2 stories a month"),
            (&[0.0, 200.0, 400.0, 600.0], "less than a story a month"),
            (&[0.0; 20], "about 40 stories a day"),
            (&[0.0, 700.0, 701.0, 702.0, 703.0, 704.0], "about one story a day"),
        ] {
            assert_eq!(paced(days).as_deref(), Some(words), "{days:?}");
        }
    }

    #[test]
    fn times_are_of_no_country_but_utc() {
        let time = DateTime::from_timestamp(1_718_781_000, 0).unwrap();
        assert_eq!(moment(time), "19 June 2024, 07:10 UTC");
        assert_eq!(clock(time), "07:10 UTC");
        assert_eq!(day(time.date_naive()), "Wednesday, 19 June 2024");
        assert_eq!(iso(time), "2024-06-19T07:10:00Z");
    }
}
