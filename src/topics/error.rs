//! What is wrong with a rule or a concept, and where. Rendering it under a line of a file is left to
//! `config`.

use std::ops::Range;

/// Why a text is not a rule, pointing at the place in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    /// The bytes of the rule text that it is about; empty only where something is missing.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl RuleError {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// The same error seen from a text that holds this one at `offset`.
    pub(super) fn shifted(mut self, offset: usize) -> Self {
        self.span = self.span.start + offset..self.span.end + offset;
        self
    }
}

/// Why a concept cannot be used, pointing at the place in its definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("concept `{concept}`: {message}")]
pub struct ConceptError {
    /// The concept's name, as defined.
    pub concept: String,
    /// Which part of the definition it is about.
    pub place: ConceptPlace,
    /// The bytes of that part's text that it is about.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// A part of a concept's definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConceptPlace {
    /// Its name.
    Name,
    /// One of the concepts in `any`, by its place there.
    Any(usize),
    /// One of its `terms`, by its place there.
    Term(usize),
    /// One of the concepts in `implies`, by its place there.
    Implies(usize),
    /// One of its exceptions, by its place there.
    Except(usize),
}

/// "did you mean" for a name that is unknown: the nearest known one, if any is near at all.
pub(super) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (strsim::jaro_winkler(wanted, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, x), (b, y)| a.total_cmp(b).then_with(|| y.cmp(x)))
        .map(|(_, name)| name)
}
