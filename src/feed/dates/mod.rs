//! Dates as real feeds write them.
//!
//! RFC 2822 and RFC 3339 are the minority that behaves: others leave out commas, seconds and zones,
//! name months in their own language, count years from elsewhere, or write numbers only. One lenient
//! reader takes them all: `parts` picks time, zone, month and numbers out of the text, and `day`
//! decides which number is what.

mod calendars;
mod day;
mod evidence;
mod halves;
mod months;
mod parts;
mod standard;
mod tokens;
mod zones;

use crate::model::Time;
use chrono::{DateTime, Datelike, NaiveDateTime};
pub(super) use evidence::{evidence, settled};
use parts::Parts;
use tokens::{plainly_spelled, tokens};

/// Longer texts are no dates; the bound keeps nonsense cheap.
const LONGEST: usize = 200;

/// What the first of two small numbers means where nothing else tells (`07/02/2025`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Nearly everywhere.
    DayFirst,
    /// The United States.
    MonthFirst,
}

impl Order {
    /// The order that is usual for a language tag.
    pub(super) fn of_language(language: Option<&str>) -> Self {
        let american = language.is_some_and(|tag| tag.eq_ignore_ascii_case("en-us"));
        if american { Self::MonthFirst } else { Self::DayFirst }
    }
}

/// How the dates of a document are to be taken where they leave it open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits<'a> {
    pub(super) order: Order,
    /// Whether other dates of the source have told the order.
    pub(super) is_settled: bool,
    /// BCP 47; a few names of months mean different ones in different languages.
    pub(super) language: Option<&'a str>,
}

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// The point in time; UTC where the text names no zone.
    pub(super) time: Time,
    /// Whether another reading of it was possible.
    pub(super) guess: bool,
}

/// Reads a date; `None` for what holds no date, and for what programs write for none.
pub(super) fn read(text: &str, habits: Habits<'_>) -> Option<Reading> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let standard = standard::read(text).map(|time| Reading { time, guess: false });
    standard.or_else(|| leniently(text, habits))
}

fn leniently(text: &str, habits: Habits<'_>) -> Option<Reading> {
    let text = plainly_spelled(text);
    epoch(&text).or_else(|| Parts::of(&tokens(&text), habits.language).reading(habits))
}

/// Seconds, milliseconds or microseconds since the epoch, or a date and time in digits alone.
fn epoch(text: &str) -> Option<Reading> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_fraction = whole.len() < text.len();
    if !is_number(whole) || (has_fraction && !is_number(&text[whole.len() + 1..])) {
        return None;
    }
    let compact = |format| NaiveDateTime::parse_from_str(whole, format).ok().map(|it| it.and_utc());
    let time = match whole.len() {
        9 | 10 | 13 | 16 => since_epoch(whole),
        12 if !has_fraction => compact("%Y%m%d%H%M"),
        14 => compact("%Y%m%d%H%M%S"),
        _ => None,
    };
    let time = time.filter(|time| *time > Time::UNIX_EPOCH)?;
    Some(Reading { time, guess: false })
}

/// What a count since the epoch means; its length tells the unit.
fn since_epoch(digits: &str) -> Option<Time> {
    let number = digits.parse().ok()?;
    match digits.len() {
        9 | 10 => DateTime::from_timestamp(number, 0),
        13 => DateTime::from_timestamp_millis(number),
        16 => DateTime::from_timestamp_micros(number),
        _ => None,
    }
}

/// Where the clocks of programs begin: Windows, spreadsheets, .NET, old Macs, Unix.
const BEGINNINGS: [(i32, u32, u32); 7] = [
    (1, 1, 1),
    (1601, 1, 1),
    (1899, 12, 30),
    (1899, 12, 31),
    (1900, 1, 1),
    (1904, 1, 1),
    (1970, 1, 1),
];

/// Whether it is what programs write where they have no date.
fn is_nobodys(local: NaiveDateTime, utc: NaiveDateTime) -> bool {
    let seconds = utc.and_utc().timestamp();
    let date = (local.year(), local.month(), local.day());
    matches!(seconds, -1 | 0)
        || (BEGINNINGS.contains(&date) && local.time() == chrono::NaiveTime::MIN)
}

#[cfg(test)]
mod tests;
