//! Counts what a tree builder would have to carry, before it is given any of it. Limits only; what
//! is done when one is passed is `rewrite`'s.

use super::policy;

/// Elements open at once. Time in the tree builder grows with its square.
const DEEPEST: u32 = 512;

/// Tags.
pub(super) const MOST_TAGS: u32 = 30_000;

/// Tags and texts between the cells of tables. Each is moved before its table, and the place is
/// found by searching among all that were moved before.
const MOST_MISPLACED: u32 = 2_000;

/// Formatting elements (`<b>`, `<a>` …) that may have to be opened again, summed over all tags and
/// texts: unclosed ones are repeated in every following paragraph.
const MOST_REOPENED: u32 = 250_000;

/// Character references. A tree builder joins what each gives to the text before it, and touches
/// all of that text each time.
const MOST_REFERENCES: usize = 30_000;

/// What the tree of the written tags would cost.
#[derive(Debug)]
pub(super) struct Load {
    /// How many of each of [`policy::TAGS`] are open.
    open: Vec<u32>,
    depth: u32,
    tags: u32,
    formatting: u32,
    reopened: u32,
    misplaced: u32,
    references: usize,
    /// Whether content written now would stand in a table, but in no cell.
    between_cells: bool,
}

impl Load {
    pub(super) fn new() -> Self {
        Self {
            open: vec![0; policy::TAGS.len()],
            depth: 0,
            tags: 0,
            formatting: 0,
            reopened: 0,
            misplaced: 0,
            references: 0,
            between_cells: false,
        }
    }

    pub(super) fn is_too_much(&self) -> bool {
        self.depth > DEEPEST
            || self.tags > MOST_TAGS
            || self.reopened > MOST_REOPENED
            || self.misplaced > MOST_MISPLACED
            || self.references > MOST_REFERENCES
    }

    /// Counts a text that is written with this many character references.
    pub(super) fn text(&mut self, text: &str, references: usize) {
        self.references += references;
        // White space between cells stays where it is.
        if !text.trim_ascii().is_empty() {
            self.content();
        }
    }

    pub(super) fn start(&mut self, tag: &str) {
        match tag {
            "table" | "tbody" | "tfoot" | "thead" | "tr" => self.between_cells = true,
            "caption" | "td" | "th" => self.between_cells = false,
            _ => self.content(),
        }
        self.tags += 1;
        if policy::is_void(tag) {
            return;
        }
        if let Some(open) = self.open_mut(tag) {
            *open += 1;
        }
        self.depth += u32::from(!policy::closes_itself(tag));
        self.formatting += u32::from(policy::reopens(tag));
    }

    /// Whether an end tag closes anything; stray ones are not worth writing.
    pub(super) fn end(&mut self, tag: &str) -> bool {
        let Some(open) = self.open_mut(tag).filter(|open| **open > 0) else {
            return false;
        };
        *open -= 1;
        match tag {
            "caption" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" => {
                self.between_cells = true;
            }
            // It stood in a cell, or in no table at all.
            "table" => self.between_cells = false,
            _ => {}
        }
        self.tags += 1;
        self.depth -= u32::from(!policy::closes_itself(tag));
        self.formatting -= u32::from(policy::reopens(tag));
        true
    }

    /// Counts something visible at this place.
    fn content(&mut self) {
        self.reopened = self.reopened.saturating_add(self.formatting);
        self.misplaced += u32::from(self.between_cells);
    }

    fn open_mut(&mut self, tag: &str) -> Option<&mut u32> {
        let at = policy::TAGS.iter().position(|known| *known == tag)?;
        self.open.get_mut(at)
    }
}
