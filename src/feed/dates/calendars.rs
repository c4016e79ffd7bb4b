//! Years that are not counted from the birth of Christ, and Iran's solar calendar.

use chrono::{Days, NaiveDate};

/// Eras after whose name a small number is a year, and the year before their first.
const ERAS: [(&str, i32); 11] = [
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
    // Taiwan, and North Korea in its own words.
    ("民國", 1911),
    ("民国", 1911),
    ("中華民國", 1911),
    ("주체", 1911),
    ("juche", 1911),
    ("чучхе", 1911),
];

/// The year before the first of the era that a folded word names.
pub(super) fn era(word: &str) -> Option<i32> {
    ERAS.iter().find(|(name, _)| *name == word).map(|(_, before)| *before)
}

/// The Gregorian year that a full year most likely means: Thailand counts from the Buddha.
pub(super) fn gregorian_year(year: i32) -> i32 {
    if (2400..2700).contains(&year) { year - 543 } else { year }
}

/// Whether a full year is one of Iran's solar calendar: no feed is of the Middle Ages.
pub(super) fn is_iranian_year(year: i32) -> bool {
    (1300..1500).contains(&year)
}

/// A day of Iran's solar calendar. Its leap years follow the cycle of 33 years, which holds from 1244
/// to 1503 (AD 1865 to 2124).
pub(super) fn iranian(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 => 29 + u32::from(is_iranian_leap(year)),
        _ => return None,
    };
    if !is_iranian_year(year) || !(1..=length).contains(&day) {
        return None;
    }
    let leaps = (1300..year).filter(|year| is_iranian_leap(*year)).count();
    let years = u64::try_from(year - 1300).ok()?;
    let months = u64::from(month - 1);
    let days =
        years * 365 + u64::try_from(leaps).ok()? + months * 30 + months.min(6) + u64::from(day - 1);
    // The first of Farvardin 1300.
    NaiveDate::from_ymd_opt(1921, 3, 21)?.checked_add_days(Days::new(days))
}

fn is_iranian_leap(year: i32) -> bool {
    matches!(year.rem_euclid(33), 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_irans_calendar_are_days_of_ours() {
        for (iranian_day, ours) in [
            ((1300, 1, 1), "1921-03-21"),
            ((1357, 11, 22), "1979-02-11"),
            ((1399, 12, 30), "2021-03-20"),
            ((1400, 1, 1), "2021-03-21"),
            ((1403, 11, 19), "2025-02-07"),
            ((1403, 12, 30), "2025-03-20"),
            ((1404, 1, 1), "2025-03-21"),
            ((1405, 9, 5), "2026-11-26"),
        ] {
            let (year, month, day) = iranian_day;
            assert_eq!(iranian(year, month, day), ours.parse().ok(), "{iranian_day:?}");
        }
        for (year, month, day) in [(1404, 12, 30), (1403, 13, 1), (1403, 1, 0), (1600, 1, 1)] {
            assert_eq!(iranian(year, month, day), None);
        }
    }
}
