//! Entries from a file: one JSON object a line, the same for all commands that take them.

use super::exit::{Exit, Failure};
use crate::model::Time;
use chrono::DateTime;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::Path;

/// One entry of a file.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Line {
    /// What the file calls it.
    pub id: String,
    /// The outlet.
    pub source: Option<String>,
    /// Its address.
    pub link: Option<String>,
    /// Plain text.
    #[serde(default)]
    pub title: String,
    /// Plain text or HTML.
    pub summary: Option<String>,
    /// Plain text or HTML; the whole article.
    pub text: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Epoch seconds or RFC 3339.
    published: Option<Published>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Published {
    Seconds(i64),
    Fraction(f64),
    Text(String),
}

impl Line {
    /// When it was published, if the line says so in a way that can be read.
    pub(super) fn published(&self) -> Option<Time> {
        match self.published.as_ref()? {
            Published::Seconds(seconds) => DateTime::from_timestamp(*seconds, 0),
            #[expect(clippy::cast_possible_truncation, reason = "a time in microseconds fits")]
            Published::Fraction(seconds) => DateTime::from_timestamp_micros((seconds * 1e6) as i64),
            Published::Text(text) => DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()),
        }
    }

    /// The whole text that there is.
    pub(super) fn body(&self) -> &str {
        self.text.as_deref().or(self.summary.as_deref()).unwrap_or_default()
    }
}

/// The lines of `path`; `-` is standard input. A line that cannot be read ends the command: a result
/// over half of a file would pass for one over all of it.
pub(super) fn lines(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Line, Failure>> + use<>, Failure> {
    let name = path.display().to_string();
    let reader: Box<dyn Read> = if name == "-" {
        Box::new(stdin())
    } else {
        Box::new(File::open(path).map_err(|error| {
            Failure::new(Exit::NoInput, format!("{name} cannot be read: {error}"))
        })?)
    };
    let lines = BufReader::new(reader).lines().enumerate();
    Ok(lines.filter_map(move |(at, line)| match line {
        Ok(line) if line.trim().is_empty() => None,
        Ok(line) => Some(serde_json::from_str(&line).map_err(|error| {
            Failure::new(Exit::Data, format!("{name}:{}: not an entry: {error}", at + 1))
        })),
        Err(error) => Some(Err(Failure::new(Exit::Io, format!("{name}:{}: {error}", at + 1)))),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(json: &str) -> Line {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn dates_are_seconds_or_rfc_3339() {
        let at = DateTime::from_timestamp(1_718_755_200, 0);
        assert_eq!(line(r#"{"id":"1","published":1718755200}"#).published(), at);
        assert_eq!(line(r#"{"id":"1","published":1718755200.0}"#).published(), at);
        assert_eq!(line(r#"{"id":"1","published":"2024-06-19T09:00:00+09:00"}"#).published(), at);
        assert_eq!(line(r#"{"id":"1"}"#).published(), None);
    }
}
