//! What had to be mended in a document, counted, for people.

use crate::model::Repair;

/// Every kind of damage that is mended.
pub const DAMAGE: [&str; 22] = [
    "HTML entity",
    "a page around the feed",
    "attribute without a value",
    "attribute without quotes",
    "bare <",
    "bare ampersand",
    "bytes foreign to the encoding",
    "character that XML forbids",
    "comma before nothing",
    "control characters in JSON",
    "declaration within the document",
    "end tag in other letters",
    "entry beyond the first 5,000 left out",
    "junk before the feed",
    "nesting beyond all reason",
    "reference to no character",
    "stray end tag",
    "truncated",
    "unclosed CDATA",
    "unclosed element",
    "unclosed tag",
    "unknown entity",
];

/// The mends of one document, in the order in which each kind was first needed.
#[derive(Debug, Default)]
pub(super) struct Mends {
    counts: Vec<(&'static str, usize)>,
}

impl Mends {
    /// Notes that `what` was mended `times` times; nothing for zero.
    pub(super) fn add(&mut self, what: &'static str, times: usize) {
        debug_assert!(DAMAGE.contains(&what), "{what} is not in the list");
        if times == 0 {
            return;
        }
        match self.counts.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += times,
            None => self.counts.push((what, times)),
        }
    }

    /// One repair a kind.
    pub(super) fn into_repairs(self) -> Vec<Repair> {
        let repair = |(what, times): (&str, usize)| Repair { what: what.to_owned(), times };
        self.counts.into_iter().map(repair).collect()
    }

    /// One line a kind: `"bare ampersand ×3"`.
    #[cfg(test)]
    pub(super) fn into_lines(self) -> Vec<String> {
        self.into_repairs().iter().map(Repair::to_string).collect()
    }
}
