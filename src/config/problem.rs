//! What is wrong with a config file, and how that is shown: message, place, source line, caret, help.
//!
//! Finding problems is the work of the readers of each section; here they are only kept, put in the
//! order of the file and drawn.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Everything that is wrong with one config file, in the order of the file.
///
/// Its `Display` is plain text without colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    path: PathBuf,
    text: String,
    list: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    severity: Severity,
    message: String,
    /// `None` where the file as a whole is meant.
    place: Option<Place>,
    /// Other places that the message speaks of, in the same file.
    others: Vec<Place>,
    help: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    Error,
    Warning,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// Bytes of the file.
    span: Range<usize>,
    label: Option<String>,
}

impl Problem {
    /// A problem that keeps the config from being used.
    pub(super) fn error(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, message.into())
    }

    /// Something that is probably not what the operator meant, but can be used.
    pub(super) fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message.into())
    }

    fn new(severity: Severity, message: String) -> Self {
        Self { severity, message, place: None, others: Vec::new(), help: None }
    }

    /// Says where it is: bytes of the file.
    pub(super) fn at(self, span: Range<usize>) -> Self {
        Self { place: Some(Place { span, label: None }), ..self }
    }

    /// Says a few words beside the caret.
    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        if let Some(place) = &mut self.place {
            place.label = Some(label.into());
        }
        self
    }

    /// Points at another place that the message speaks of.
    pub(super) fn also(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.others.push(Place { span, label: Some(label.into()) });
        self
    }

    /// Says what to do.
    pub(super) fn help(self, help: impl Into<Option<String>>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// The byte of the file where it begins.
    pub(super) fn start(&self) -> usize {
        self.place.as_ref().map_or(0, |place| place.span.start)
    }

    fn level(&self) -> Level<'static> {
        match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        }
    }
}

impl Problems {
    pub(super) fn new(path: &Path, text: &str, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(Problem::start);
        Self { path: path.to_owned(), text: text.to_owned(), list }
    }

    /// How many there are, errors and warnings together.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// How many of them keep the config from being used.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|problem| problem.severity == Severity::Error).count()
    }

    /// How many of them are only warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.count() - self.errors()
    }

    /// `"2 errors and 1 warning in config.toml"`.
    #[must_use]
    pub fn summary(&self) -> String {
        let counted = |n: usize, word: &str| match n {
            0 => None,
            1 => Some(format!("1 {word}")),
            _ => Some(format!("{n} {word}s")),
        };
        let parts: Vec<String> =
            [counted(self.errors(), "error"), counted(self.warnings(), "warning")]
                .into_iter()
                .flatten()
                .collect();
        let what = if parts.is_empty() { "no problems".to_owned() } else { parts.join(" and ") };
        format!("{what} in {}", self.path.display())
    }

    /// The first error with its place, and how many there are, in one line:
    /// `"config.toml:3:14: not an address (1 of 2 errors)"`.
    #[must_use]
    pub fn brief(&self) -> String {
        let mut errors = self.list.iter().filter(|problem| problem.severity == Severity::Error);
        let Some(first) = errors.next() else { return self.summary() };
        let path = self.path.display();
        let place = first.place.as_ref().map_or_else(String::new, |place| {
            let (line, column) = Lines::of(&self.text).number(place.span.start);
            format!(":{line}:{column}")
        });
        let count = match self.errors() {
            1 => String::new(),
            n => format!(" (1 of {n} errors)"),
        };
        format!("{path}{place}: {}{count}", first.message)
    }

    /// All problems drawn one below the other, a blank line between them; `styled` with terminal
    /// colours.
    #[must_use]
    pub fn render(&self, styled: bool) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        let lines = Lines::of(&self.text);
        let drawn: Vec<String> =
            self.list.iter().map(|problem| self.draw(problem, &lines, &renderer)).collect();
        drawn.join("\n\n")
    }

    fn draw(&self, problem: &Problem, lines: &Lines<'_>, renderer: &Renderer) -> String {
        let path = self.path.to_string_lossy();
        let mut group = Group::with_title(problem.level().primary_title(&problem.message));
        group = match &problem.place {
            Some(place) => group.element(snippet(place, &problem.others, lines).path(path)),
            None => group.element(Origin::path(path)),
        };
        if let Some(help) = &problem.help {
            group = group.element(Level::HELP.message(help));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

/// Draws from the first to the last line that is spoken of. The drawing library would take the whole
/// file each time, which costs the square of its size when every source of a long list is wrong.
fn snippet<'a>(
    place: &'a Place,
    others: &'a [Place],
    lines: &Lines<'a>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let main = lines.fit(&place.span);
    let rest: Vec<Range<usize>> = others.iter().map(|other| lines.fit(&other.span)).collect();
    let first = rest.iter().map(|span| span.start).fold(main.start, usize::min);
    let last = rest.iter().map(|span| span.start).fold(main.start, usize::max);
    let (number, shown) = lines.between(first, last);
    let within = |span: &Range<usize>| span.start - shown.start..span.end - shown.start;

    let mut snippet = Snippet::source(&lines.text[shown.clone()])
        .line_start(number)
        .annotation(AnnotationKind::Primary.span(within(&main)).label(place.label.as_deref()));
    for (other, span) in others.iter().zip(&rest) {
        let mark = AnnotationKind::Context.span(within(span)).label(other.label.as_deref());
        snippet = snippet.annotation(mark);
    }
    snippet
}

/// A text and where its lines begin.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let after_feeds = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_feeds).collect() }
    }

    /// Which line (from 0) holds the byte `at`.
    fn holding(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// The line and the column of the byte `at`, both from 1, the column in characters.
    fn number(&self, at: usize) -> (usize, usize) {
        let (line, at) = (self.holding(at), self.boundary(at));
        (line + 1, self.text[self.starts[line]..at].chars().count() + 1)
    }

    /// The number (from 1) of the line that holds `first`, and the bytes from its start to the end of
    /// the line that holds `last`.
    fn between(&self, first: usize, last: usize) -> (usize, Range<usize>) {
        let line = self.holding(first);
        (line + 1, self.starts[line]..self.end(self.holding(last)))
    }

    /// Where the line ends, its line feed left out.
    fn end(&self, line: usize) -> usize {
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        if self.text[..end].ends_with('\r') && end > self.starts[line] { end - 1 } else { end }
    }

    /// The last place at or before `at` where a character begins.
    fn boundary(&self, at: usize) -> usize {
        (0..=at.min(self.text.len())).rev().find(|i| self.text.is_char_boundary(*i)).unwrap_or(0)
    }

    /// `span` cut to its first line and to whole characters, and one character wide at least: syntax
    /// errors come with empty spans, and a caret under the first line of a long value says enough.
    fn fit(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.boundary(span.start);
        let line_end = self.end(self.holding(start));
        let start = start.min(line_end);
        let end = self.boundary(span.end.min(line_end)).max(start);
        if end > start {
            return start..end;
        }
        let next = self.text[start..line_end].chars().next().map_or(0, char::len_utf8);
        start..start + next
    }
}
