//! Numbers as they are meant, however they are written: "1,300", "1.300", "13만", "3.6億", "50 Milliarden".

use std::fmt;

/// A number, to three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number {
    digits: u32,
    exponent: i32,
}

/// What a word behind a number multiplies it by, longest first where one begins another.
const SCALES: &[(&str, i32)] = &[
    ("mil millones", 9),
    ("thousand", 3),
    ("тыс", 3),
    ("tausend", 3),
    ("mille ", 3),
    ("mil ", 3),
    ("ribu", 3),
    ("bin ", 3),
    ("nghìn", 3),
    ("ألف", 3),
    ("천", 3),
    ("千", 3),
    ("million", 6),
    ("millon", 6),
    ("millón", 6),
    ("milhõ", 6),
    ("milion", 6),
    ("milyon", 6),
    ("миллион", 6),
    ("млн", 6),
    ("juta", 6),
    ("triệu", 6),
    ("مليون", 6),
    ("milliard", 9),
    ("billion", 9),
    ("миллиард", 9),
    ("млрд", 9),
    ("miliar", 9),
    ("milyar", 9),
    ("tỷ", 9),
    ("مليار", 9),
    ("trillion", 12),
    ("триллион", 12),
    ("трлн", 12),
    ("万", 4),
    ("萬", 4),
    ("만", 4),
    ("億", 8),
    ("亿", 8),
    ("억", 8),
    ("兆", 12),
    ("조", 12),
];

impl Number {
    /// Whether it is rare: a single digit is in every headline, and so is the year.
    pub(super) fn is_telling(self) -> bool {
        let is_year = self.exponent == 3 && (190..=210).contains(&self.digits);
        !is_year && (self.exponent >= 1 || !self.digits.is_multiple_of(100))
    }

    /// Whether it is so rare that it says what it is about: three digits that count.
    pub(super) fn is_one_of_many(self) -> bool {
        self.is_telling() && !self.digits.is_multiple_of(10)
    }

    fn of(value: f64) -> Option<Self> {
        let exponent = if value > 0.0 { value.log10().floor() } else { return None };
        let digits = (value / 10f64.powf(exponent - 2.0)).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "three digits")]
        Some(Self { digits: digits as u32, exponent: exponent as i32 })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}e{}", self.digits, self.exponent)
    }
}

/// The numbers of a folded text.
pub(super) fn all(folded: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut rest = folded;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let before = rest[..start].chars().next_back();
        rest = &rest[start..];
        let end = end_of_number(rest);
        let (written, behind) = rest.split_at(end);
        rest = behind;
        // Parts of names are no numbers: "Su-57" is one, "mh370" is not.
        if before.is_some_and(char::is_alphabetic) && before.is_some_and(|c| c.is_ascii()) {
            continue;
        }
        found.extend(value(written).and_then(|value| Number::of(value * scale(behind))));
    }
    found
}

/// Digits, and separators between them.
fn end_of_number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while digit(at) || (matches!(bytes.get(at), Some(b'.' | b',')) && digit(at + 1)) {
        at += 1;
    }
    at
}

/// A separator before three digits divides thousands, another a fraction.
fn value(written: &str) -> Option<f64> {
    let parts: Vec<&str> = written.split(['.', ',']).collect();
    let (last, first) = parts.split_last()?;
    if first.is_empty() || last.len() == 3 {
        return parts.concat().parse().ok();
    }
    format!("{}.{last}", first.concat()).parse().ok()
}

fn scale(behind: &str) -> f64 {
    let behind = behind.trim_start_matches([' ', '-', '\u{a0}']);
    let scale = SCALES.iter().find(|(word, _)| behind.starts_with(word));
    10f64.powi(scale.map_or(0, |(_, power)| *power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> String {
        all(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for text in [
            "50 billion",
            "50-milliarden-kredit",
            "500億ドル",
            "50 миллиардов",
            "50 mil millones de",
        ] {
            assert_eq!(only(text), "500e10", "{text}");
        }
        assert_eq!(only("1,300 dead"), only("1.300 orang"));
        assert_eq!(only("6.8"), only("6,8"));
        assert_eq!(only("12.5万"), only("125,000"));
        assert_eq!(only("mh370 is no number"), "");
    }
}
