//! From a place inside a string value to the place in the file that wrote it.
//!
//! A rule's error points at a byte of the rule; the operator looks at the file, where the rule stands
//! in quotes, with escapes, perhaps over several lines. The decoding of TOML 1.1 strings is followed
//! once more here, noting where each byte came from.

use std::ops::Range;

/// The bytes of `raw` (a TOML string with its quotes) that wrote the bytes `part` of `value` (what it
/// means). `None` if `raw` does not read as `value`: then only the whole value can be pointed at.
pub(super) fn locate(raw: &str, value: &str, part: &Range<usize>) -> Option<Range<usize>> {
    let (kind, body) = Kind::of(raw)?;
    let mut decoder =
        Decoder { raw, end: body.end, at: body.start, value: String::new(), written: vec![] };
    decoder.run(kind)?;
    if decoder.value != value {
        return None;
    }
    if part.is_empty() {
        let at = decoder.written.get(part.start).map_or(decoder.end, |written| written.start);
        return (part.start <= value.len()).then_some(at..at);
    }
    let first = decoder.written.get(part.start)?;
    let last = decoder.written.get(part.end - 1)?;
    Some(first.start..last.end)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Basic,
    BasicLines,
    Literal,
}

impl Kind {
    /// Which of the four kinds of string `raw` is, and the bytes between its delimiters. The newline
    /// right after an opening triple delimiter does not belong to the value.
    fn of(raw: &str) -> Option<(Self, Range<usize>)> {
        let (kind, delimiter) = [
            (Self::BasicLines, "\"\"\""),
            (Self::Literal, "'''"),
            (Self::Basic, "\""),
            (Self::Literal, "'"),
        ]
        .into_iter()
        .find(|(_, delimiter)| raw.starts_with(delimiter))?;
        let inner = raw.get(delimiter.len()..)?.strip_suffix(delimiter)?;
        let mut start = delimiter.len();
        if delimiter.len() == 3 {
            start +=
                ["\r\n", "\n"].iter().find(|nl| inner.starts_with(**nl)).map_or(0, |nl| nl.len());
        }
        Some((kind, start..raw.len() - delimiter.len()))
    }
}

struct Decoder<'r> {
    raw: &'r str,
    /// Where the body ends.
    end: usize,
    /// The next byte of `raw` to read.
    at: usize,
    value: String,
    /// For each byte of `value` where its character was written in `raw`.
    written: Vec<Range<usize>>,
}

impl Decoder<'_> {
    fn run(&mut self, kind: Kind) -> Option<()> {
        while let Some(c) = self.rest().chars().next() {
            if c == '\\' && kind != Kind::Literal {
                self.escape(kind)?;
            } else {
                self.put(c, c.len_utf8());
            }
        }
        Some(())
    }

    fn rest(&self) -> &str {
        &self.raw[self.at..self.end]
    }

    /// Appends `c`, which took `written` bytes.
    fn put(&mut self, c: char, written: usize) {
        self.value.push(c);
        self.written.resize(self.value.len(), self.at..self.at + written);
        self.at += written;
    }

    fn escape(&mut self, kind: Kind) -> Option<()> {
        let rest = self.rest();
        let letter = rest[1..].chars().next()?;
        let simple = match letter {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            '"' => '"',
            '\\' => '\\',
            'x' => return self.code(2),
            'u' => return self.code(4),
            'U' => return self.code(8),
            ' ' | '\t' | '\r' | '\n' if kind == Kind::BasicLines => {
                let skipped = rest[1..].find(|c| !" \t\r\n".contains(c));
                self.at += 1 + skipped.unwrap_or(rest.len() - 1);
                return Some(());
            }
            _ => return None,
        };
        self.put(simple, 2);
        Some(())
    }

    /// `\xHH`, `\uHHHH`, `\UHHHHHHHH`.
    fn code(&mut self, digits: usize) -> Option<()> {
        let number = u32::from_str_radix(self.rest().get(2..2 + digits)?, 16).ok()?;
        self.put(char::from_u32(number)?, 2 + digits);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `locate` points at for `word` in the value of `key = RAW`.
    fn pointed<'r>(raw: &'r str, word: &str) -> Option<&'r str> {
        let document: toml::Table = format!("key = {raw}").parse().unwrap();
        let value = document["key"].as_str().unwrap();
        let start = value.find(word).unwrap();
        locate(raw, value, &(start..start + word.len())).map(|part| &raw[part])
    }

    #[test]
    fn plain_strings_of_every_kind_point_at_the_very_word() {
        for raw in [
            r#""북한 and missile""#,
            "'북한 and missile'",
            "\"\"\"\n북한 and missile\"\"\"",
            "'''\r\n북한 and missile\n'''",
            "\"\"\"북한 and missile\"\"\"\"",
        ] {
            assert_eq!(pointed(raw, "missile"), Some("missile"), "{raw}");
            assert_eq!(pointed(raw, "북한"), Some("북한"), "{raw}");
        }
    }

    #[test]
    fn escapes_are_pointed_at_as_they_are_written() {
        let raw = r#""\"arms deal\" and \uBD81한 or \U0001F680 \t x""#;
        assert_eq!(pointed(raw, "북한"), Some(r"\uBD81한"));
        assert_eq!(pointed(raw, "\"arms deal\""), Some(r#"\"arms deal\""#));
        assert_eq!(pointed(raw, "🚀"), Some(r"\U0001F680"));
        assert_eq!(pointed(raw, "x"), Some("x"));
    }

    #[test]
    fn a_hidden_line_ending_does_not_shift_what_follows() {
        let raw = "\"\"\"\\\n   korea and \\\n   russia\"\"\"";
        assert_eq!(pointed(raw, "korea"), Some("korea"));
        assert_eq!(pointed(raw, "and "), Some("and "));
        assert_eq!(pointed(raw, "russia"), Some("russia"));
    }

    #[test]
    fn the_end_of_the_value_is_where_the_closing_quote_stands() {
        assert_eq!(locate("\"a and\"", "a and", &(5..5)), Some(6..6));
        assert_eq!(locate("\"한\"", "한", &(0..3)), Some(1..4));
    }

    #[test]
    fn what_reads_otherwise_is_not_guessed_at() {
        assert_eq!(locate("\"a\"", "b", &(0..1)), None);
        assert_eq!(locate("plain", "plain", &(0..1)), None);
        assert_eq!(locate("\"a\"", "a", &(0..9)), None);
    }
}
