//! A rule as a value, and its normal form as text. Reading one is the work of `parser`; matching, of
//! `index`.

use super::concepts::{Concepts, ResolvedConcept};
use super::error::RuleError;
use super::{parser, sense};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::Arc;

/// A rule: which entries belong to a topic.
///
/// Its [`Display`] is the normal form: fields stand at each term, groups only where precedence needs
/// them. Parsing the normal form gives an equal rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub(super) expr: Expr,
}

impl Rule {
    /// Reads a rule; `concepts` are those that it may name.
    pub fn parse(text: &str, concepts: &Concepts) -> Result<Self, RuleError> {
        let expr = parser::parse(text, concepts)?;
        sense::check(&expr, text)?;
        Ok(Self { expr })
    }
}

/// An expression; lists are flat and hold two or more.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Leaf(Leaf),
    Near(Near),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// At least so many of these.
    AtLeast(usize, Vec<Expr>),
}

/// Something to look for, where, and what finding it is worth.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    pub(super) what: What,
    /// `None`: title and text, within the topic's scope.
    pub(super) field: Option<Field>,
    pub(super) weight: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Term(Term),
    Concept(Arc<ResolvedConcept>),
}

/// A term as the rule writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Term {
    Word(String),
    /// Without its quotes; a `*` may end each of its words.
    Phrase(String),
    /// Without its `*`.
    Prefix(String),
    /// Without its slashes.
    Regex(String),
}

/// Two sets of alternatives that must stand close together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Near {
    pub(super) field: Option<Field>,
    /// Leaves without fields of their own; one or more.
    pub(super) left: Vec<Leaf>,
    pub(super) right: Vec<Leaf>,
    /// Neighbours are one word apart.
    pub(super) words: u32,
}

/// A part of an entry that a term can be confined to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Title,
    Text,
    Source,
    Author,
    Category,
    Lang,
    Link,
}

impl Field {
    pub(super) const ALL: [Self; 7] = [
        Self::Title,
        Self::Text,
        Self::Source,
        Self::Author,
        Self::Category,
        Self::Lang,
        Self::Link,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::Source => "source",
            Self::Author => "author",
            Self::Category => "category",
            Self::Lang => "lang",
            Self::Link => "link",
        }
    }
}

impl FromStr for Field {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|field| name.eq_ignore_ascii_case(field.name())).ok_or(())
    }
}

/// How tightly an expression binds: what stands inside something tighter needs parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Or,
    And,
    Near,
    Not,
}

impl Expr {
    fn tightness(&self) -> Tightness {
        match self {
            Self::Or(_) => Tightness::Or,
            Self::And(_) => Tightness::And,
            // `title:(a near/3 b)` brings its own parentheses.
            Self::Near(near) if near.field.is_none() => Tightness::Near,
            Self::Near(_) | Self::Not(_) | Self::Leaf(_) | Self::AtLeast(..) => Tightness::Not,
        }
    }

    fn write(&self, f: &mut Formatter<'_>, outside: Tightness) -> fmt::Result {
        if self.tightness() < outside { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(leaf) => leaf.fmt(f),
            Self::Near(near) => near.fmt(f),
            Self::Not(inner) => {
                f.write_str("not ")?;
                inner.write(f, Tightness::Not)
            }
            Self::And(parts) => joined(f, parts, " and ", Tightness::And),
            Self::Or(parts) => joined(f, parts, " or ", Tightness::Or),
            Self::AtLeast(count, parts) => {
                write!(f, "{count} of (")?;
                joined(f, parts, ", ", Tightness::Or)?;
                f.write_str(")")
            }
        }
    }
}

fn joined(f: &mut Formatter<'_>, parts: &[Expr], by: &str, outside: Tightness) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(by)?;
        }
        part.write(f, outside)?;
    }
    Ok(())
}

impl Display for Near {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{}:(", field.name())?;
        }
        alternatives(f, &self.left)?;
        write!(f, " near/{} ", self.words)?;
        alternatives(f, &self.right)?;
        f.write_str(if self.field.is_some() { ")" } else { "" })
    }
}

fn alternatives(f: &mut Formatter<'_>, leaves: &[Leaf]) -> fmt::Result {
    if let [only] = leaves {
        return only.fmt(f);
    }
    f.write_str("(")?;
    for (place, leaf) in leaves.iter().enumerate() {
        f.write_str(if place > 0 { " or " } else { "" })?;
        leaf.fmt(f)?;
    }
    f.write_str(")")
}

impl Display for Leaf {
    #[expect(clippy::float_cmp, reason = "exactly 1 is what a term without a weight has")]
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{}:", field.name())?;
        }
        match &self.what {
            What::Term(term) => term.fmt(f)?,
            What::Concept(concept) => write!(f, "@{}", concept.name)?,
        }
        if self.weight == 1.0 { Ok(()) } else { write!(f, "^{}", self.weight) }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Phrase(phrase) => write!(f, "\"{phrase}\""),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
            Self::Regex(pattern) => write!(f, "/{pattern}/"),
        }
    }
}
