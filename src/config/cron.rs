//! Cron expressions of sources and of digests, checked by the very parser that will run them.

use super::findings::Complaint;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use std::ops::Range;

const FIELDS: [&str; 6] = ["second", "minute", "hour", "day of month", "month", "day of week"];
const HELP: &str = "six fields: second, minute, hour, day of month, month, day of week; \
     `0 */10 * * * *` is every ten minutes";
const NICKNAMES: &str = "they are `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`";

/// An expression of six fields, seconds first, or a nickname such as `@hourly`, that comes due at some
/// time.
pub(super) fn schedule(text: &str) -> Result<String, Complaint> {
    let fields = fields(text);
    if !text.trim_start().starts_with('@') {
        check_count(text, fields.len())?;
    } else if parse(text).is_err() {
        return Err(Complaint::new("this is not one of the nicknames").help(NICKNAMES));
    }
    let cron = parse(text).map_err(|reason| blame(text, &fields, &reason))?;
    // The job runner drops without a word what never comes due. Years cannot be written, so that any
    // starting point gives the same answer; the search goes over all leap years of a cycle.
    if cron.find_next_occurrence(&DateTime::<Utc>::UNIX_EPOCH, true).is_err() {
        return Err(Complaint::new("this never comes due").help("no year has such a day"));
    }
    Ok(text.trim().to_owned())
}

/// A time zone by its name in the IANA database.
pub(super) fn timezone(text: &str) -> Result<Tz, Complaint> {
    text.parse().map_err(|_| {
        let near = chrono_tz::TZ_VARIANTS
            .iter()
            .map(|zone| (strsim::jaro_winkler(zone.name(), text), zone.name()))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let complaint = Complaint::new("this is not the name of a time zone");
        match near {
            Some((likeness, name)) if likeness > 0.8 => complaint.help(format!("`\"{name}\"`")),
            _ => complaint.help("`\"Asia/Seoul\"`, `\"Europe/Berlin\"`"),
        }
    })
}

fn parse(text: &str) -> Result<Cron, String> {
    let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Disallowed).build();
    parser.parse(text).map_err(|error| error.to_string())
}

fn check_count(text: &str, count: usize) -> Result<(), Complaint> {
    match count {
        6 => Ok(()),
        5 => Err(Complaint::new("five fields; the seconds are missing")
            .help(format!("seconds come first: `\"0 {}\"`", text.trim()))),
        7 => Err(Complaint::new("seven fields; a year cannot be given").help(HELP)),
        _ => Err(Complaint::new(format!("{count} fields instead of six")).help(HELP)),
    }
}

/// Points at the field that is wrong even when all others are `*`; at the whole where none is.
fn blame(text: &str, fields: &[Range<usize>], reason: &str) -> Complaint {
    for (index, field) in fields.iter().enumerate().take(FIELDS.len()) {
        let mut alone = ["*"; FIELDS.len()];
        alone[index] = &text[field.clone()];
        if let Err(reason) = parse(&alone.join(" ")) {
            let message = format!("the {} is wrong: {}", FIELDS[index], plain(&reason));
            return Complaint::new(message).part(field.clone()).help(HELP);
        }
    }
    Complaint::new(format!("this is not a cron expression: {}", plain(reason))).help(HELP)
}

/// The parser's reason without its classes, its full stop and its name for the pattern.
fn plain(reason: &str) -> String {
    let reason = reason.trim_end_matches('.');
    let detail = reason.split_once(": ").map_or(reason, |(_, detail)| detail);
    detail.replace("CronPattern contains", "it contains")
}

/// Where each field stands.
fn fields(text: &str) -> Vec<Range<usize>> {
    let start = text.as_ptr().addr();
    text.split_whitespace()
        .map(|field| field.as_ptr().addr() - start)
        .zip(text.split_whitespace().map(str::len))
        .map(|(at, length)| at..at + length)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_come_due_are_taken() {
        for good in [
            "0 */10 * * * *",
            "0 0 6 * * MON-FRI",
            "30 15 4 29 2 *",
            "0 0 0 L * *",
            "  0 0 12 * * 1#2 ",
            "@hourly",
        ] {
            assert_eq!(schedule(good).as_deref(), Ok(good.trim()), "{good}");
        }
    }

    #[test]
    fn the_field_that_is_wrong_is_pointed_at() {
        for (text, part) in [
            ("0 */10 * * * FUNDAY", Some("FUNDAY")),
            ("0 75 * * * *", Some("75")),
            ("0 0 24 * * *", Some("24")),
            ("0 0 0 * 13 *", Some("13")),
            ("0 0 0 매일 * *", Some("매일")),
            ("*/10 * * * *", None),
            ("0 0 0 1 1 * 2020", None),
            ("soon", None),
            ("", None),
            ("@sometimes", None),
        ] {
            let complaint = schedule(text).unwrap_err();
            assert_eq!(
                complaint.part.map(|part| &text[part]),
                part,
                "{text}: {}",
                complaint.message
            );
        }
    }

    #[test]
    fn a_day_that_no_year_has_is_refused() {
        for never in ["0 0 0 31 2 *", "0 0 0 30 FEB *", "0 0 0 31 4,6,9,11 *"] {
            assert_eq!(schedule(never).unwrap_err().message, "this never comes due", "{never}");
        }
    }
}
