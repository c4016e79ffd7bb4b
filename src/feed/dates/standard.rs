//! The two forms that standards ask for, as nearly all feeds write them, read without taking the text
//! apart. Whatever differs in anything is left to the lenient reader, which says the same of these.

use crate::model::Time;
use chrono::{DateTime, Datelike, SubsecRound, Utc};

/// `2026-11-26T03:44:27+09:00` (RFC 3339) or `Thu, 26 Nov 2026 03:44:27 +0900` (RFC 2822).
pub(super) fn read(text: &str) -> Option<Time> {
    let parsed = if looks_like_rfc3339(text.as_bytes()) {
        DateTime::parse_from_rfc3339(text)
    } else if looks_like_rfc2822(text) {
        DateTime::parse_from_rfc2822(text)
    } else {
        return None;
    };
    let time = parsed.ok()?.with_timezone(&Utc).trunc_subsecs(0);
    YEARS.contains(&time.year()).then_some(time)
}

/// Before, dates are often nobody's; later years are often counted from elsewhere.
const YEARS: std::ops::Range<i32> = 1980..2100;

fn looks_like_rfc3339(text: &[u8]) -> bool {
    matches!(text, [b'1' | b'2', _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', s, ..]
        if *s != b'6')
}

/// With a weekday, a year of four digits, and a zone that means the same to everybody.
fn looks_like_rfc2822(text: &str) -> bool {
    let mut words = text.split(' ');
    let mut next = || words.next().unwrap_or_default();
    let (weekday, _day, month, year, time, zone) = (next(), next(), next(), next(), next(), next());
    weekday.len() == 4
        && weekday.ends_with(',')
        && month.len() == 3
        && year.len() == 4
        && time.len() == 8
        && !time.ends_with("60")
        && (zone == "GMT" || (zone.len() == 5 && zone.starts_with(['+', '-'])))
        && words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::super::{Habits, Order, leniently};
    use super::*;
    use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};

    const HABITS: Habits<'_> = Habits { order: Order::DayFirst, is_settled: false, language: None };

    #[test]
    fn what_the_standards_ask_for_is_read() {
        for text in [
            "Thu, 26 Nov 2026 03:44:27 +0900",
            "2026-11-26T03:44:27+09:00",
            "2026-11-25T18:44:27.5Z",
        ] {
            assert_eq!(read(text).map(|time| time.timestamp()), Some(1_795_632_267), "{text}");
        }
    }

    #[test]
    fn other_spellings_are_left_to_the_lenient_reader() {
        for text in [
            "26 Nov 2026 03:44:27 +0900",
            "Thu, 26 Nov 26 03:44:27 +0900",
            "Thu, 26 Nov 2026 03:44:27 KST",
            "Thu, 26 Nov 2026 03:44 GMT",
            "2026-11-26 03:44:27",
            "2026-11-26",
            "Thu, 31 Feb 2026 03:44:27 GMT",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    fn times() -> impl Strategy<Value = (i64, i32)> {
        (0_i64..5_000_000_000, -14_i32..=14)
            .prop_map(|(at, zone)| (at, zone * 3600 + (zone % 2) * 1800))
    }

    proptest! {
        #[test]
        fn it_says_the_same_as_the_lenient_reader((at, zone) in times(), with_z in any::<bool>()) {
            let zone = chrono::FixedOffset::east_opt(zone).expect("a zone of the world");
            let time = DateTime::from_timestamp(at, 0).expect("within range").with_timezone(&zone);
            let z = time.with_timezone(&Utc).format("%Y-%m-%dT%H:%M:%S.123Z").to_string();
            let texts = [time.to_rfc2822(), if with_z { z } else { time.to_rfc3339() }];
            for text in texts {
                let Some(read) = read(&text) else { continue };
                let lenient = leniently(&text, HABITS).expect("a whole date");
                prop_assert_eq!((read, false), (lenient.time, lenient.guess), "{}", text);
                prop_assert_eq!(read.timestamp(), at, "{}", text);
            }
        }
    }
}
