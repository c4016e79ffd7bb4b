//! Which number of a date is the year, which the month, which the day.

use super::calendars;
use super::months::Month;
use super::{Habits, Order};
use chrono::NaiveDate;

/// A number of the date: its value, its digits and the mark after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) digits: usize,
    pub(super) then: Option<char>,
    /// The year before the first of its era, where it is the year of one.
    pub(super) era: Option<i32>,
}

impl Number {
    /// A year of which nothing is left out.
    pub(super) fn is_full_year(&self) -> bool {
        self.digits == 4 || self.era.is_some()
    }

    fn is_year(&self) -> bool {
        self.is_full_year() || (self.digits <= 2 && self.value > 31)
    }

    /// The year as it is counted there: two digits mean 1970 to 2069. So do four that begin with
    /// two zeros: a program filled them up.
    fn year(&self) -> Option<i32> {
        let year = i32::try_from(self.value).ok()?;
        Some(match (self.era, year) {
            (Some(before), year) => before + year,
            // Programs begin to count there: no date at all.
            (None, 0 | 1) if self.digits == 4 => return None,
            (None, _) if !matches!(self.digits, 1 | 2 | 4) => return None,
            (None, 0..70) => year + 2000,
            (None, 70..100) => year + 1900,
            (None, year) => year,
        })
    }
}

/// A day, and whether another one may be meant.
pub(super) type Day = (NaiveDate, bool);

/// The day where the month has a name: the longer or greater number is the year.
pub(super) fn in_month(month: Month, numbers: &[Number]) -> Option<Day> {
    let full = numbers.iter().position(Number::is_full_year);
    let year_at = full.or_else(|| match numbers {
        [first, ..] if first.is_year() => Some(0),
        [_, second, ..] if second.digits <= 2 => Some(1),
        _ => None,
    })?;
    let year = numbers[year_at];
    let day = (0..numbers.len()).find(|at| *at != year_at).map(|at| numbers[at]);
    let guess = !year.is_full_year() || year.value < 100 && year.era.is_none();
    match day {
        Some(day) => named(year.year()?, month, day.value, guess),
        None => named(year.year()?, month, 1, true),
    }
}

fn named(year: i32, month: Month, day: u32, guess: bool) -> Option<Day> {
    match month {
        Month::Ours(month) => of_calendar(year, month, day, guess),
        Month::Iranian(month) => Some((calendars::iranian(year, month, day)?, guess)),
    }
}

/// The day where all is numbers.
pub(super) fn of_numbers(numbers: &[Number], habits: Habits<'_>) -> Option<Day> {
    let together = numbers.windows(3).find(|three| is_together(three));
    match *together.unwrap_or(numbers) {
        [all, ..] if all.digits == 8 => {
            of_calendar(year_of(all.value / 10000)?, all.value / 100 % 100, all.value % 100, false)
        }
        [all] if all.digits == 6 => {
            of_calendar(year_of(all.value / 100)?, all.value % 100, 1, true)
        }
        [year] if year.is_full_year() => Some((NaiveDate::from_yo_opt(year.year()?, 1)?, true)),
        [year] if year.digits == 7 => {
            Some((NaiveDate::from_yo_opt(year_of(year.value / 1000)?, year.value % 1000)?, false))
        }
        [year, day] if year.digits == 4 && day.digits == 3 => {
            Some((NaiveDate::from_yo_opt(year.year()?, day.value)?, false))
        }
        [year, month] if year.is_full_year() => of_calendar(year.year()?, month.value, 1, true),
        [month, year] if year.is_full_year() => of_calendar(year.year()?, month.value, 1, true),
        [year, month, day, ..] if year.is_year() => year_first(year, month, day),
        [first, second, year, ..] => year_last(first, second, year, habits),
        _ => None,
    }
}

/// Whether a date stands among the numbers that needs no name of a month.
pub(super) fn has_whole(numbers: &[Number]) -> bool {
    let is_whole = |three: &[Number]| {
        is_together(three) && (three[0].is_full_year() || three[2].is_full_year())
    };
    numbers.windows(3).any(is_whole)
}

fn year_of(value: u32) -> Option<i32> {
    i32::try_from(value).ok()
}

/// Whether three numbers are joined by the same mark, as those of a date are.
fn is_together(three: &[Number]) -> bool {
    let [first, second, third] = three else { return false };
    first.then == second.then
        && matches!(first.then, Some('/' | '-' | '.'))
        && (first.is_year() || third.is_full_year() || third.digits == 2)
        && (first.value <= 31 || first.is_year())
}

fn year_first(year: Number, month: Number, day: Number) -> Option<Day> {
    let swapped = month.value > 12;
    let (month, day) = if swapped { (day, month) } else { (month, day) };
    let guess = swapped || !year.is_full_year() || (year.value < 100 && year.era.is_none());
    of_calendar(year.year()?, month.value, day.value, guess)
}

/// `07.02.2025` is day first wherever dots are written; strokes and hyphens depend on the country.
fn year_last(first: Number, second: Number, year: Number, habits: Habits<'_>) -> Option<Day> {
    let dotted = first.then == Some('.');
    let is_iranian = year.year().is_some_and(calendars::is_iranian_year);
    let month_first = second.value > 12
        || (first.value <= 12 && !dotted && !is_iranian && habits.order == Order::MonthFirst);
    let (month, day) = if month_first { (first, second) } else { (second, first) };
    let only_reading =
        habits.is_settled || first.value > 12 || second.value > 12 || first.value == second.value;
    let guess = !year.is_full_year() || !(dotted || only_reading || is_iranian);
    of_calendar(year.year()?, month.value, day.value, guess)
}

/// A day of the calendar that its year belongs to.
fn of_calendar(year: i32, month: u32, day: u32, guess: bool) -> Option<Day> {
    if calendars::is_iranian_year(year) {
        return Some((calendars::iranian(year, month, day)?, guess));
    }
    of_ours(calendars::gregorian_year(year), month, day, guess)
}

/// The 31st of a shorter month is the day after its last, as programs mean it that add to a day.
fn of_ours(year: i32, month: u32, day: u32, guess: bool) -> Option<Day> {
    if let Some(date) = NaiveDate::from_ymd_opt(year, month, day) {
        return Some((date, guess));
    }
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let days = chrono::Days::new(u64::from(day.checked_sub(1)?));
    let runs_over = (29..=32).contains(&day);
    runs_over.then(|| first.checked_add_days(days)).flatten().map(|date| (date, true))
}
