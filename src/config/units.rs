//! Durations and sizes as people write them: `"1h 30m"`, `"10 MiB"`.

use super::findings::Complaint;
use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

/// Longer than any duration that has a meaning here, and safe to add to any date.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 86_400);

/// Units of time and their milliseconds, longest first.
const TIME: [(&str, u64); 6] = [
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Units of size and their bytes.
const SIZE: [(&str, u64); 10] = [
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

const TIME_HELP: &str = "the units are ms, s, m, h, d and w: `\"90s\"`, `\"1h 30m\"`, `\"7d\"`";
const SIZE_HELP: &str = "the units are B, KiB, MiB, GiB and KB, MB, GB: `\"10 MiB\"`";

/// Reads a duration as config writes it, for other places where people write one; the error says what
/// is wrong and what would be right.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    duration(text).map_err(Complaint::into_line)
}

/// Reads `"90s"`, `"15m"`, `"1h 30m"`, `"7d"`, `"500ms"`.
pub(super) fn duration(text: &str) -> Result<Duration, Complaint> {
    let parts = quantities(text)?;
    if parts.is_empty() {
        return Err(Complaint::new("a duration is missing").help(TIME_HELP));
    }
    let mut total = 0_u64;
    for part in parts {
        let factor = part.factor(&TIME, TIME_HELP)?;
        total = part
            .number
            .checked_mul(factor)
            .and_then(|more| total.checked_add(more))
            .filter(|sum| Duration::from_millis(*sum) <= LONGEST)
            .ok_or_else(|| {
                Complaint::new("longer than a hundred years").part(part.whole.clone())
            })?;
    }
    Ok(Duration::from_millis(total))
}

/// Reads `"10 MiB"`, `"64 KiB"`, `"1 MB"`, `"1024"` into bytes.
pub(super) fn size(text: &str) -> Result<u64, Complaint> {
    let parts = quantities(text)?;
    let [part] = parts.as_slice() else {
        return Err(Complaint::new("a size is one number and its unit").help(SIZE_HELP));
    };
    let factor = if part.unit.is_empty() { 1 } else { part.factor(&SIZE, SIZE_HELP)? };
    part.number
        .checked_mul(factor)
        .filter(|bytes| i64::try_from(*bytes).is_ok())
        .ok_or_else(|| Complaint::new("larger than any file can be").part(part.whole.clone()))
}

/// A duration as config would write it: the inverse of [`duration`].
pub(super) fn say(duration: Duration) -> String {
    let mut rest = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut said = String::new();
    // Weeks are left out: "14d" is what people write.
    for (unit, factor) in &TIME[1..] {
        if rest / factor > 0 {
            let space = if said.is_empty() { "" } else { " " };
            // Writing to a String cannot fail.
            let _ = write!(said, "{space}{}{unit}", rest / factor);
            rest %= factor;
        }
    }
    if said.is_empty() { "0s".to_owned() } else { said }
}

/// A number with the letters that follow it.
struct Quantity<'t> {
    number: u64,
    unit: &'t str,
    /// The bytes of the number, and of both.
    digits: Range<usize>,
    whole: Range<usize>,
}

impl Quantity<'_> {
    fn factor(&self, units: &[(&str, u64)], help: &'static str) -> Result<u64, Complaint> {
        if self.unit.is_empty() {
            let part = self.digits.clone();
            return Err(Complaint::new("a number needs a unit").part(part).help(help));
        }
        let known = units.iter().find(|(unit, _)| *unit == self.unit);
        known.map(|(_, factor)| *factor).ok_or_else(|| {
            let part = self.whole.end - self.unit.len()..self.whole.end;
            Complaint::new(format!("`{}` is not a unit", self.unit)).part(part).help(help)
        })
    }
}

/// Cuts `"1h 30m"` into its quantities; white space may stand between and within them.
fn quantities(text: &str) -> Result<Vec<Quantity<'_>>, Complaint> {
    let mut found = Vec::new();
    let mut at = skip(text, 0, char::is_whitespace);
    while at < text.len() {
        let digits = at..skip(text, at, |c| c.is_ascii_digit());
        if digits.is_empty() {
            let part = at..skip(text, at, |c| !c.is_whitespace());
            return Err(Complaint::new("a number was expected here").part(part));
        }
        if text[digits.end..].starts_with(['.', ',', '_']) {
            let part = at..skip(text, at, |c| c.is_ascii_digit() || ".,_".contains(c));
            return Err(Complaint::new("only whole numbers can be written").part(part));
        }
        let number = text[digits.clone()]
            .parse()
            .map_err(|_| Complaint::new("the number is too large").part(digits.clone()))?;
        let unit = skip(text, digits.end, char::is_whitespace);
        let end = skip(text, unit, |c| !c.is_whitespace() && !c.is_ascii_digit());
        let whole = digits.start..if end > unit { end } else { digits.end };
        found.push(Quantity { number, unit: &text[unit..end], digits, whole });
        at = skip(text, end, char::is_whitespace);
    }
    Ok(found)
}

/// The first byte from `at` on whose character does not fit `skipped`.
fn skip(text: &str, at: usize, skipped: impl Fn(char) -> bool) -> usize {
    text[at..].find(|c| !skipped(c)).map_or(text.len(), |more| at + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(outcome: Result<impl std::fmt::Debug, Complaint>, text: &str) -> String {
        let complaint = outcome.unwrap_err();
        let part = complaint.part.map(|part| format!(" at {:?}", &text[part]));
        format!("{}{}", complaint.message, part.unwrap_or_default())
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, millis) in [
            ("90s", 90_000),
            ("15m", 900_000),
            ("1h 30m", 5_400_000),
            ("1h30m", 5_400_000),
            (" 7 d ", 604_800_000),
            ("500ms", 500),
            ("2w", 1_209_600_000),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_is_said_at_its_place() {
        for (text, said) in [
            ("15", "a number needs a unit at \"15\""),
            ("1h 30", "a number needs a unit at \"30\""),
            ("15 min", "`min` is not a unit at \"min\""),
            ("15M", "`M` is not a unit at \"M\""),
            ("십오분", "a number was expected here at \"십오분\""),
            ("-5m", "a number was expected here at \"-5m\""),
            ("1.5h", "only whole numbers can be written at \"1.5\""),
            ("", "a duration is missing"),
            ("99999999999999999999s", "the number is too large at \"99999999999999999999\""),
            ("5d 40000d", "longer than a hundred years at \"40000d\""),
        ] {
            assert_eq!(complaint(duration(text), text), said, "{text}");
        }
    }

    #[test]
    fn sizes_are_read_with_binary_and_decimal_units() {
        for (text, bytes) in [
            ("10 MiB", 10_485_760),
            ("64KiB", 65_536),
            ("1 MB", 1_000_000),
            ("1024", 1_024),
            ("12 B", 12),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for (text, said) in [
            ("10M", "`M` is not a unit at \"M\""),
            ("10 mib", "`mib` is not a unit at \"mib\""),
            ("", "a size is one number and its unit"),
            ("1 MiB 2 KiB", "a size is one number and its unit"),
            ("9999999 TiB", "larger than any file can be at \"9999999 TiB\""),
        ] {
            assert_eq!(complaint(size(text), text), said, "{text}");
        }
    }

    #[test]
    fn a_duration_is_said_as_it_can_be_read() {
        for text in ["15m", "1h 30m", "14d", "500ms", "1d 2h 3m 4s 5ms", "0s"] {
            assert_eq!(duration(text).map(say).as_deref(), Ok(text));
        }
    }
}
