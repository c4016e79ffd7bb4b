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

/// The problems found so far in a text.
pub(super) struct Findings<'t> {
    text: &'t str,
    list: Vec<Problem>,
    /// Lines that are not TOML. What recovery made of them is not worth a second message.
    broken: Vec<Range<usize>>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, list: Vec::new(), broken: Vec::new() }
    }

    /// Notes what the TOML parser says, in the way of every other problem.
    pub(super) fn syntax(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let start = self.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[span.start..].find('\n').map_or(self.text.len(), |at| span.start + at);
        // After a slip the parser often stumbles on over the same line.
        if self.broken.contains(&(start..end)) {
            return;
        }
        self.broken.push(start..end);
        let problem = match (error.message(), &self.text[span.clone()]) {
            (message, "") if message.starts_with(UNQUOTED) => Problem::error("a value is missing"),
            (message, value) if message.starts_with(UNQUOTED) => {
                Problem::error(UNQUOTED).help(format!("`\"{value}\"`"))
            }
            (message, _) => Problem::error(message),
        };
        self.list.push(problem.at(span));
    }

    /// Whether a line that is not TOML was to begin a section.
    pub(super) fn misses_a_header(&self) -> bool {
        self.broken.iter().any(|line| self.text[line.clone()].trim_start().starts_with('['))
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
