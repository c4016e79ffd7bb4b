//! Dates as real feeds write them.
//!
//! RFC 2822 and RFC 3339 are the minority that behaves: others leave out commas, seconds and zones,
//! name months in their own language, or write numbers only. One lenient reader takes them all: it
//! picks time, zone, month and numbers out of the text, and then decides which number is what.

mod months;
mod tokens;
mod zones;

use crate::model::Time;
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use tokens::{Token, spelled_plainly, tokens};

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

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// The point in time; UTC where the text names no zone.
    pub(super) time: Time,
    /// Whether another reading of its numbers was possible.
    pub(super) guess: bool,
}

/// Reads a date; `None` for what holds no date, and for the epoch itself and before (nobody's
/// dates, but the zero of many programs).
pub(super) fn read(text: &str, order: Order) -> Option<Reading> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let text = spelled_plainly(text);
    let reading = epoch(&text).or_else(|| Parts::of(&tokens(&text)).reading(order))?;
    (reading.time > Time::UNIX_EPOCH).then_some(reading)
}

/// Seconds, milliseconds or microseconds since the epoch.
fn epoch(text: &str) -> Option<Reading> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let time = match text.len() {
        9 | 10 => DateTime::from_timestamp(number, 0),
        13 => DateTime::from_timestamp_millis(number),
        16 => DateTime::from_timestamp_micros(number),
        14 => NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok().map(|time| time.and_utc()),
        _ => None,
    };
    time.map(|time| Reading { time, guess: false })
}

/// Seconds of a day.
const DAY: u32 = 24 * 60 * 60;

/// A number of the date: its value, its digits and the mark after it.
#[derive(Debug, Clone, Copy)]
struct Number {
    value: u32,
    digits: usize,
    then: Option<char>,
}

/// What the tokens say, each kept as it stands.
#[derive(Debug, Default)]
struct Parts {
    numbers: Vec<Number>,
    month: Option<u32>,
    time: Option<NaiveTime>,
    /// The hour 24 of the day: the next day's 0.
    next_day: bool,
    afternoon: Option<bool>,
    /// Minutes east of UTC.
    offset: Option<i32>,
    /// Whether `offset` came as a number, which is better than a name.
    offset_is_number: bool,
}

impl Parts {
    fn of(tokens: &[Token<'_>]) -> Self {
        let mut parts = Self::default();
        let mut at = 0;
        while at < tokens.len() {
            at += parts
                .take_time(&tokens[at..])
                .or_else(|| parts.take_offset(tokens, at))
                .or_else(|| parts.take_word(&tokens[at..]))
                .or_else(|| parts.take_number(&tokens[at..]))
                .unwrap_or(1);
        }
        parts.take_dotted_time();
        parts
    }

    /// `H:MM`, `H:MM:SS`, `H:MM:SS.fraction`, `THHMMSS`. Returns how many tokens it was.
    fn take_time(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        use Token::{Mark, Number, Word};
        if self.time.is_some() {
            return None;
        }
        let (hour, minute, second, taken) = match tokens {
            [Number(h), Mark(':'), Number(m), Mark(':'), Number(s), ..] => (*h, *m, *s, 5),
            [Number(h), Mark(':'), Number(m), ..] => (*h, *m, "0", 3),
            [Word("t"), Number(all), ..] if all.len() == 6 => (&all[..2], &all[2..4], &all[4..], 2),
            [Word("t"), Number(all), ..] if all.len() == 4 => (&all[..2], &all[2..], "0", 2),
            _ => return None,
        };
        self.set_time(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?)?;
        let fraction = matches!(tokens[taken..], [Mark('.' | ','), Number(_), ..]);
        Some(taken + if fraction { 2 } else { 0 })
    }

    fn set_time(&mut self, hour: u32, minute: u32, second: u32) -> Option<()> {
        // What overflows runs over, as programs mean it that add to an hour or a minute.
        if hour >= 48 || minute >= 100 || second >= 100 {
            return None;
        }
        let seconds = (hour * 60 + minute) * 60 + second.min(if second == 60 { 59 } else { 99 });
        self.time = NaiveTime::from_num_seconds_from_midnight_opt(seconds % DAY, 0);
        self.next_day = seconds >= DAY;
        Some(())
    }

    /// `+09:00`, `+0900`, `+9` after a time or a zone's name.
    fn take_offset(&mut self, tokens: &[Token<'_>], at: usize) -> Option<usize> {
        use Token::{Mark, Number};
        let may_stand_here = self.time.is_some()
            && !self.offset_is_number
            && !matches!(tokens[..at], [.., Mark('-' | '.' | '/')]);
        let ([Mark(sign @ ('+' | '-')), Number(digits), rest @ ..], true) =
            (&tokens[at..], may_stand_here)
        else {
            return None;
        };
        let (hours, minutes, taken) = match (digits.len(), rest) {
            (1 | 2, [Mark(':'), Number(minutes), ..]) => (*digits, *minutes, 4),
            (1 | 2, _) => (*digits, "0", 2),
            (3 | 4, _) => (&digits[..digits.len() - 2], &digits[digits.len() - 2..], 2),
            _ => return None,
        };
        let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
        self.offset = Some(if *sign == '-' { -minutes } else { minutes });
        self.offset_is_number = true;
        Some(taken)
    }

    /// Months, zones, halves of the day; other words (weekdays, "at", "г.") say nothing.
    fn take_word(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        let Token::Word(word) = *tokens.first()? else { return None };
        let after_date = self.time.is_some() || self.numbers.len() > 2;
        match word {
            "am" | "오전" | "上午" | "午前" => self.afternoon = Some(false),
            "pm" | "오후" | "下午" | "午後" => self.afternoon = Some(true),
            _ => {
                if let Some(offset) = zones::minutes(word).filter(|_| after_date) {
                    self.offset = self.offset.or(Some(offset));
                } else if let Some(taken) = self.take_counted_month(word, &tokens[1..]) {
                    return Some(taken);
                } else if let Some(month) = months::of(word) {
                    // A weekday may look like a month (French "mar."); the month comes later.
                    self.month = Some(month);
                }
            }
        }
        Some(1)
    }

    /// Vietnamese counts its months: "tháng 2".
    fn take_counted_month(&mut self, word: &str, rest: &[Token<'_>]) -> Option<usize> {
        let rest = if let [Token::Mark(' '), rest @ ..] = rest { rest } else { rest };
        let [Token::Number(number), ..] = rest else { return None };
        let month = number.parse().ok().filter(|month| (1..=12).contains(month))?;
        matches!(word, "tháng" | "thg").then(|| self.month = Some(month))?;
        Some(3)
    }

    fn take_number(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        let Token::Number(number) = *tokens.first()? else { return None };
        let then = if let Some(Token::Mark(mark)) = tokens.get(1) { Some(*mark) } else { None };
        self.numbers.push(Number { value: number.parse().ok()?, digits: number.len(), then });
        Some(1)
    }

    /// Finnish and Indonesian write 12.30: two numbers more than a date needs are a time.
    fn take_dotted_time(&mut self) {
        let of_date = if self.month.is_some() { 2 } else { 3 };
        if let ([hour, minute, ..], None) =
            (self.numbers.get(of_date..).unwrap_or_default(), self.time)
            && hour.value < 24
            && minute.value < 60
        {
            let (hour, minute) = (hour.value, minute.value);
            self.set_time(hour, minute, 0);
        }
    }

    fn reading(&self, order: Order) -> Option<Reading> {
        let (date, guess) = match self.month {
            Some(month) => self.date_in(month)?,
            None => self.date_of_numbers(order)?,
        };
        let mut time = self.time.unwrap_or_default();
        if let Some(afternoon) = self.afternoon {
            time = on_that_half(time, afternoon);
        }
        let days = if self.next_day { Duration::days(1) } else { Duration::zero() };
        let offset = Duration::minutes(i64::from(self.offset.unwrap_or(0)));
        let local = date.and_time(time).checked_add_signed(days)?;
        Some(Reading { time: local.checked_sub_signed(offset)?.and_utc(), guess })
    }

    /// The date where the month has a name: the longer or greater number is the year.
    fn date_in(&self, month: u32) -> Option<(NaiveDate, bool)> {
        let is_year = |number: &Number| number.digits >= 4 || number.value > 31;
        let (year, day, guess) = match self.numbers[..] {
            [year] if is_year(&year) => (year, 1, true),
            [year, day, ..] if is_year(&year) => (year, day.value, false),
            [day, year, ..] => (year, day.value, year.digits < 4),
            _ => return None,
        };
        Some((day_of(full_year(year)?, month, day)?, guess))
    }

    fn date_of_numbers(&self, order: Order) -> Option<(NaiveDate, bool)> {
        match self.numbers[..] {
            [all, ..] if all.digits == 8 => {
                let (year, month, day) =
                    (all.value / 10000, all.value / 100 % 100, all.value % 100);
                Some((NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?, false))
            }
            [year] if year.digits == 4 => {
                Some((NaiveDate::from_yo_opt(full_year(year)?, 1)?, true))
            }
            [year, day] if year.digits == 4 && day.digits == 3 => {
                Some((NaiveDate::from_yo_opt(full_year(year)?, day.value)?, false))
            }
            [year, month] if year.digits == 4 => {
                Some((NaiveDate::from_ymd_opt(full_year(year)?, month.value, 1)?, true))
            }
            [year, month, day, ..] if year.digits == 4 || year.value > 31 => {
                let (month, day) = if month.value > 12 { (day, month) } else { (month, day) };
                Some((day_of(full_year(year)?, month.value, day.value)?, false))
            }
            [first, second, year, ..] => day_and_month(first, second, year, order),
            _ => None,
        }
    }
}

/// `07.02.2025` is day first wherever dots are written; strokes and hyphens depend on the country.
fn day_and_month(
    first: Number,
    second: Number,
    year: Number,
    order: Order,
) -> Option<(NaiveDate, bool)> {
    let dotted = first.then == Some('.');
    let month_first =
        second.value > 12 || (first.value <= 12 && !dotted && order == Order::MonthFirst);
    let (month, day) = if month_first { (first, second) } else { (second, first) };
    let only_reading = first.value > 12 || second.value > 12 || first.value == second.value;
    let guess = year.digits < 4 || !(dotted || only_reading);
    Some((day_of(full_year(year)?, month.value, day.value)?, guess))
}

/// A day of the calendar; the 31st of a shorter month is the day after its last.
fn day_of(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).or_else(|| {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let days = chrono::Days::new(u64::from(day.checked_sub(1)?));
        (29..=32).contains(&day).then(|| first.checked_add_days(days)).flatten()
    })
}

/// Two digits mean 1970 to 2069; Thai feeds count from the Buddha.
fn full_year(number: Number) -> Option<i32> {
    let year = i32::try_from(number.value).ok()?;
    Some(match year {
        0..70 if number.digits <= 2 => year + 2000,
        70..100 if number.digits <= 2 => year + 1900,
        2400..2700 => year - 543,
        _ => year,
    })
}

fn on_that_half(time: NaiveTime, afternoon: bool) -> NaiveTime {
    use chrono::Timelike;
    match (time.hour(), afternoon) {
        (12, false) => time.with_hour(0),
        (hour @ ..12, true) => time.with_hour(hour + 12),
        _ => None,
    }
    .unwrap_or(time)
}

#[cfg(test)]
mod tests;
