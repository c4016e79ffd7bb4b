//! A thing with names in many languages, as config defines it, and what its terms are looked for as.

use super::language::{Language, Languages};
use super::literal::Literal;
use super::names::{ConceptId, NOTHING, Name, Rank};
use super::rule::Term;
use super::world::world;
use std::borrow::Cow;
use std::sync::Arc;

/// A concept as config defines it. One that has the name of a built-in concept adds to that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concept {
    /// What rules call it, without the `@`; case does not matter.
    pub name: String,
    /// Its name for people.
    pub title: Option<String>,
    /// Other concepts that it takes in, with or without the `@`.
    pub any: Vec<String>,
    /// What names it.
    pub terms: Vec<Wording>,
    /// Concepts that are meant where it is found, with or without the `@`.
    pub implies: Vec<String>,
    /// Phrases that hold one of its terms and do not mean it.
    pub except: Vec<String>,
}

/// A term as a rule would write it; several words are a phrase even without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The term.
    pub text: String,
    /// BCP 47; the term then changes as names do in this language, and stands in its texts only.
    pub language: Option<String>,
}

impl From<&str> for Wording {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), language: None }
    }
}

/// What config says of a concept itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Definition {
    /// As defined.
    pub(super) name: Arc<str>,
    pub(super) terms: Vec<ConceptTerm>,
    pub(super) except: Vec<String>,
}

/// A term of a definition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ConceptTerm {
    pub(super) term: Term,
    pub(super) weight: f32,
    pub(super) language: Option<Language>,
}

impl ConceptTerm {
    pub(super) fn is_regex(&self) -> bool {
        matches!(self.term, Term::Regex(_))
    }

    /// As a literal is written.
    fn written(&self) -> Option<String> {
        match &self.term {
            Term::Word(text) | Term::Phrase(text) => Some(text.clone()),
            Term::Prefix(stem) => Some(format!("{stem}*")),
            Term::Regex(_) => None,
        }
    }
}

impl Definition {
    /// Its terms but for regexes, and its exceptions, as names of the concept of that number.
    pub(super) fn names(&self, concept: ConceptId) -> impl Iterator<Item = Name> {
        let terms = self.terms.iter().flat_map(move |term| {
            let written = term.written().unwrap_or_default();
            let literals = match term.language {
                Some(language) => Literal::of_name(&written, language),
                None => Literal::of(&written).into_iter().collect(),
            };
            let languages = term.language.map_or(Languages::ALL, Languages::only);
            literals.into_iter().map(move |literal| Name {
                literal,
                concept,
                languages,
                written: Cow::from(written.clone()),
                rank: Rank::Own,
                weight: term.weight,
            })
        });
        let exceptions = self.except.iter().filter_map(|phrase| {
            Some(Name {
                literal: Literal::of(phrase)?,
                concept: NOTHING,
                languages: Languages::ALL,
                written: Cow::from(phrase.clone()),
                rank: Rank::Strong,
                weight: 1.0,
            })
        });
        terms.chain(exceptions)
    }
}

impl Concept {
    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.any.is_empty()
            && self.terms.is_empty()
            // What adds to a built-in concept may only say what is not meant.
            && (self.except.is_empty() && self.implies.is_empty() || world().find(&self.name).is_none())
    }
}
