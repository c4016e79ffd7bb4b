//! What the tokens of a date say: time, zone, month, numbers.

use super::day::{self, Number};
use super::halves::{self, Half};
use super::months::{self, Month};
use super::tokens::Token;
use super::{Habits, Reading, calendars, is_nobodys, since_epoch, zones};
use crate::model::Time;
use chrono::{Duration, NaiveTime};

/// Seconds of a day.
const DAY: u32 = 24 * 60 * 60;

/// What the tokens say, each kept as it stands.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    language: Option<&'a str>,
    numbers: Vec<Number>,
    month: Option<Month>,
    time: Option<NaiveTime>,
    /// Where the time ends among the tokens.
    time_end: usize,
    /// The hour 24 of the day: the next day's 0.
    next_day: bool,
    half: Option<Half>,
    /// Minutes east of UTC.
    offset: Option<i32>,
    /// Whether `offset` came as a number, which is better than a name.
    offset_is_number: bool,
    /// Whether the name of the zone stands for several.
    zone_is_guess: bool,
    /// Of the era that was named last: the year before its first.
    era: Option<i32>,
    /// A number among the others that counts from the epoch.
    since_epoch: Option<Time>,
}

impl<'a> Parts<'a> {
    /// Takes the tokens of a text in `language`.
    pub(super) fn of(tokens: &[Token<'_>], language: Option<&'a str>) -> Self {
        let mut parts = Self { language, ..Self::default() };
        let mut at = 0;
        while at < tokens.len() {
            at += parts
                .take_time(tokens, at)
                .or_else(|| parts.take_offset(tokens, at))
                .or_else(|| parts.take_word(tokens, at))
                .or_else(|| parts.take_number(&tokens[at..]))
                .unwrap_or(1);
        }
        parts.take_dotted_time();
        parts
    }

    /// A time at this place. Returns how many tokens it was.
    fn take_time(&mut self, tokens: &[Token<'_>], at: usize) -> Option<usize> {
        if self.time.is_some() {
            return None;
        }
        let follows_dot = matches!(tokens[..at], [.., Token::Mark('.')]);
        let in_words = |parts: &mut Self| parts.take_time_in_words(&tokens[at..]);
        let clock = self.take_clock_time(&tokens[at..]);
        let taken = clock.or_else(|| if follows_dot { None } else { in_words(self) })?;
        self.time_end = at + taken;
        Some(taken)
    }

    /// `H:MM`, `H:MM:SS`, `H:MM:SS.fraction`, `THHMMSS`.
    fn take_clock_time(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        use Token::{Mark, Number, Word};
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

    /// `14h05`, `14 h`, `14 Uhr`, and what counters of East Asia become: `14h 5m 9s`.
    fn take_time_in_words(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        const HOURS: [&str; 7] = ["h", "hs", "hrs", "uhr", "uur", "ч", "giờ"];
        const MINUTES: [&str; 4] = ["m", "mn", "min", "phut"];
        let mut reader = Ahead { tokens, at: 0 };
        let hour = reader.number()?;
        reader.word(&HOURS)?;
        let (minute, second) = match reader.number_close_by() {
            Some(minute) => {
                let has_unit = reader.word(&MINUTES).is_some();
                let second = if has_unit { reader.counted("s") } else { None };
                (minute, second.unwrap_or(0))
            }
            None => (0, 0),
        };
        self.set_time(hour, minute, second)?;
        Some(reader.at)
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
        (self.offset_is_number, self.zone_is_guess) = (true, false);
        Some(taken)
    }

    /// Months, zones, halves of the day, eras; other words (weekdays, "at", "г.") say nothing.
    fn take_word(&mut self, tokens: &[Token<'_>], at: usize) -> Option<usize> {
        let Token::Word(word) = tokens[at] else { return None };
        let rest = &tokens[at + 1..];
        if let Some((half, taken)) = self.half(word, rest, at) {
            self.half = Some(half);
            return Some(taken);
        }
        let after_date = self.time.is_some() || self.numbers.len() > 2;
        if let Some(zone) = zones::of(word).filter(|_| after_date) {
            if self.offset.is_none() {
                (self.offset, self.zone_is_guess) = (Some(zone.minutes), zone.is_ambiguous);
            }
            return Some(1);
        }
        if let Some(before) = calendars::era(word) {
            self.era = Some(before);
            return Some(1);
        }
        let (month, taken) = self.month_of(word, rest)?;
        // A weekday may look like a month (French "mar."); the month comes later.
        self.month = Some(month);
        Some(taken)
    }

    fn half(&self, word: &str, rest: &[Token<'_>], at: usize) -> Option<(Half, usize)> {
        use Token::{Mark, Word};
        let behind = at.checked_sub(self.time_end).filter(|_| self.time.is_some());
        match rest {
            [Mark('.'), Word(second), Mark('.'), ..] | [Mark('.'), Word(second)] => {
                halves::of_letters(word, second).map(|half| (half, 3))
            }
            [Mark('.'), Mark(' '), Word(second), ..] => {
                halves::of_letters(word, second).map(|half| (half, 4))
            }
            _ => None,
        }
        .or_else(|| Some((halves::of(word, behind.is_some_and(|gap| gap <= 1))?, 1)))
    }

    /// The month that a word names, perhaps with the next one.
    fn month_of(&self, word: &str, rest: &[Token<'_>]) -> Option<(Month, usize)> {
        use Token::{Mark, Number, Word};
        let (rest, gap) = if let [Mark(' '), rest @ ..] = rest { (rest, 1) } else { (rest, 0) };
        match (word, rest) {
            ("thang" | "thg" | "th", [Number(number), ..]) if word != "th" || gap == 0 => {
                let month = number.parse().ok().filter(|month| (1..=12).contains(month))?;
                return Some((Month::Ours(month), 2 + gap));
            }
            ("thang", [Word(count), Mark(' '), Word(next), ..]) => {
                let taken = if *count == "muoi" && matches!(*next, "mot" | "hai") { 4 } else { 2 };
                return Some((months::of_count(count, Some(next))?, taken + gap));
            }
            ("thang", [Word(count), ..]) => {
                return Some((months::of_count(count, None)?, 2 + gap));
            }
            (_, [Word(next), ..]) => {
                if let Some(month) = months::of_two(word, next) {
                    return Some((month, 2 + gap));
                }
            }
            _ => {}
        }
        Some((months::of(word, self.language)?, 1))
    }

    fn take_number(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        let Token::Number(digits) = *tokens.first()? else { return None };
        let then = if let Some(Token::Mark(mark)) = tokens.get(1) { Some(*mark) } else { None };
        if matches!(digits.len(), 10 | 13) {
            // `/Date(1738937109000)/`: nothing else of a date has so many digits.
            self.since_epoch = self.since_epoch.or(since_epoch(digits));
        }
        let value = digits.get(..digits.len().min(9))?.parse().ok()?;
        let number = Number { value, digits: digits.len(), then, era: self.era.take() };
        // An era's year may stand before the usual one: 주체114(2025)년.
        let is_repeated =
            number.is_full_year() && self.numbers.last().is_some_and(|it| it.era.is_some());
        if is_repeated {
            self.numbers.pop();
        }
        self.numbers.push(number);
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

    /// The point in time that all of it means.
    pub(super) fn reading(&self, habits: Habits<'_>) -> Option<Reading> {
        if let (Some(time), 1 | 2) = (self.since_epoch, self.numbers.len()) {
            return Some(Reading { time, guess: false });
        }
        // What looks like a month beside a whole date in numbers is a weekday (Vietnamese "Sáu").
        let month = self.month.filter(|_| !day::has_whole(&self.numbers));
        let (date, guess) = match month {
            Some(month) => day::in_month(month, &self.numbers)?,
            None => day::of_numbers(&self.numbers, habits)?,
        };
        let time = on_half(self.time.unwrap_or_default(), self.half);
        let days = if self.next_day { Duration::days(1) } else { Duration::zero() };
        let offset = Duration::minutes(i64::from(self.offset.unwrap_or(0)));
        let local = date.and_time(time).checked_add_signed(days)?;
        let utc = local.checked_sub_signed(offset)?;
        let guess = guess || self.zone_is_guess;
        (!is_nobodys(local, utc)).then(|| Reading { time: utc.and_utc(), guess })
    }
}

fn on_half(time: NaiveTime, half: Option<Half>) -> NaiveTime {
    use chrono::Timelike;
    match (time.hour(), half) {
        (12, Some(Half::Morning)) => time.with_hour(0),
        (hour @ ..12, Some(Half::Afternoon)) => time.with_hour(hour + 12),
        _ => None,
    }
    .unwrap_or(time)
}

/// Reads on among tokens, past single spaces, and stays where something else stands.
struct Ahead<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
}

impl Ahead<'_, '_> {
    fn next_at(&self) -> usize {
        self.at + usize::from(self.tokens.get(self.at) == Some(&Token::Mark(' ')))
    }

    fn number(&mut self) -> Option<u32> {
        let at = self.next_at();
        let Some(Token::Number(digits)) = self.tokens.get(at) else { return None };
        let value = digits.parse().ok().filter(|_| digits.len() <= 2)?;
        self.at = at + 1;
        Some(value)
    }

    fn word(&mut self, words: &[&str]) -> Option<()> {
        let at = self.next_at();
        let Some(Token::Word(word)) = self.tokens.get(at) else { return None };
        words.contains(word).then(|| self.at = at + 1)
    }

    /// A number that belongs to the hour before it: right behind it, or with a unit of its own.
    fn number_close_by(&mut self) -> Option<u32> {
        let is_close = self.next_at() == self.at;
        let before = self.at;
        let number = self.number()?;
        if is_close
            || matches!(
                self.tokens.get(self.next_at()),
                Some(Token::Word("m" | "mn" | "min" | "phut"))
            )
        {
            return Some(number);
        }
        self.at = before;
        None
    }

    /// A number with this unit.
    fn counted(&mut self, unit: &str) -> Option<u32> {
        let before = self.at;
        let number = self.number();
        if number.is_some() && self.word(&[unit]).is_some() {
            return number;
        }
        self.at = before;
        None
    }
}
