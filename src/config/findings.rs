//! Collects what is wrong while a config is read: what the TOML parser says, and what the readers of
//! the sections say of texts whose place in the file they need not know.

use super::literal;
use super::problem::Problem;
use std::ops::Range;

/// What is wrong with a text, said before it is known where in the file that text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// The bytes of the text that are meant; the whole text when `None`.
    pub(super) part: Option<Range<usize>>,
}

impl Complaint {
    /// What is wrong and what would be right, in one line.
    pub(super) fn into_line(self) -> String {
        match self.help {
            Some(help) => format!("{}: {help}", self.message),
            None => self.message,
        }
    }

    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, part: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(super) fn part(self, part: Range<usize>) -> Self {
        Self { part: Some(part), ..self }
    }
}

/// What the TOML parser says of the commonest slip, `every = 15m`, and of no value at all.
const UNQUOTED: &str = "string values must be quoted";
/// What it says of a key or a section that is there twice: wrong, but understood.
const DUPLICATE: &str = "duplicate key";

/// The problems found so far in a text.
pub(super) struct Findings<'t> {
    text: &'t str,
    list: Vec<Problem>,
    /// Lines that are not TOML. What recovery made of them is not worth a second message.
    broken: Vec<Range<usize>>,
    misses_a_header: bool,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, list: Vec::new(), broken: Vec::new(), misses_a_header: false }
    }

    /// Notes what the TOML parser says, in the way of every other problem.
    pub(super) fn syntax(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let line = self.line_at(span.start);
        // After a slip the parser often stumbles on over the same line.
        if self.broken.contains(&line) {
            return;
        }
        self.misses_a_header |= error.message() != DUPLICATE && self.is_header(&line);
        self.broken.push(line);
        let written = self.text.get(span.clone()).unwrap_or_default();
        let problem = match (error.message().starts_with(UNQUOTED), written) {
            (true, "") => Problem::error("a value is missing"),
            (true, value) => Problem::error(UNQUOTED).help(format!("`\"{value}\"`")),
            (false, _) => Problem::error(error.message()),
        };
        self.list.push(problem.at(span));
    }

    /// The bytes of the line that holds `at`, without its line feed.
    fn line_at(&self, at: usize) -> Range<usize> {
        let (before, after) = self.text.as_bytes().split_at(at.min(self.text.len()));
        let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |feed| feed + 1);
        let rest = after.iter().position(|b| *b == b'\n').unwrap_or(after.len());
        start..before.len() + rest
    }

    fn is_header(&self, line: &Range<usize>) -> bool {
        self.text.get(line.clone()).is_some_and(|line| line.trim_start().starts_with('['))
    }

    /// Whether a line that is not TOML was to begin a section.
    pub(super) fn misses_a_header(&self) -> bool {
        self.misses_a_header
    }

    /// Whether the text is TOML as a whole. If it is not, something that seems to be missing may
    /// stand in the broken lines.
    pub(super) fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }

    /// Notes a problem, unless it is what recovery made of a line that is not TOML.
    pub(super) fn push(&mut self, problem: Problem) {
        let at = problem.start();
        if !self.broken.iter().any(|line| (line.start..=line.end).contains(&at)) {
            self.list.push(problem);
        }
    }

    /// Notes what is wrong with the string `value`, pointing at the part that the complaint means.
    pub(super) fn complain(
        &mut self,
        key: &str,
        value: &str,
        span: &Range<usize>,
        complaint: Complaint,
    ) {
        let part = complaint.part.and_then(|part| {
            let within = literal::locate(self.text.get(span.clone())?, value, &part)?;
            Some(span.start + within.start..span.start + within.end)
        });
        self.push(
            Problem::error(format!("`{key}`: {}", complaint.message))
                .at(part.unwrap_or_else(|| span.clone()))
                .help(complaint.help),
        );
    }

    /// All of them.
    pub(super) fn into_list(self) -> Vec<Problem> {
        self.list
    }
}
