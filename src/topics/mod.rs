//! Rules: their language, and all of them compiled into one matcher. Pure: what an entry's matches
//! lead to is decided in `placement`, and done by the store.
//!
//! A rule's way: `lexer` → `parser` → `sense` → [`Rule`]; then `literal` makes of each term what is
//! looked for in folded text, and `compile` makes of all rules one [`TopicIndex`]. An entry's way:
//! `scan` finds all terms in one pass, `evaluate` asks each rule, `score` weighs what it found.

mod automaton;
mod boundary;
mod compile;
mod concept;
#[cfg(test)]
mod concept_tests;
mod concepts;
mod context;
mod dateline;
mod definitions;
mod ending;
mod error;
mod evaluate;
mod explain;
mod folded;
mod index;
mod inflected;
mod inflection;
mod language;
mod lexer;
mod literal;
mod names;
mod operands;
mod parser;
mod placement;
mod positions;
mod reading;
mod recognize;
mod rule;
mod scan;
mod score;
mod sense;
#[cfg(test)]
mod tests;
mod topic;
mod word;
mod world;
mod zone;

pub use concept::{Concept, Wording};
pub use concepts::Concepts;
pub use error::{ConceptError, ConceptPlace, RuleError};
pub use explain::{Answer, Failing};
pub use index::{IndexError, TopicIndex};
pub use placement::{Covered, Placement, place};
pub use recognize::{Listed, Mention, Recognized, Recognizer, called, listed};
pub use rule::Rule;
pub use topic::{Narrow, Prepared, Scope, Subject, Topic};

/// A regex over folded text. The limits keep a rule from taking more than about a megabyte, and
/// its syntax tree from overflowing the stack.
fn regex(pattern: &str) -> Result<::regex::Regex, ::regex::Error> {
    ::regex::RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(1 << 20)
        .nest_limit(64)
        .build()
}
