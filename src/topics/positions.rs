//! How many words apart two places of a text are, for `near`.

use super::boundary::{is_letter, is_spaced};
use crate::text::{Script, script};
use std::ops::Range;

/// Where the words of a text begin, and how far along it each is.
#[derive(Debug)]
pub(super) struct Positions {
    /// Byte offset, and the distance from the text's beginning in sixths of a word.
    words: Vec<(usize, u32)>,
}

/// One word of a script with spaces, in sixths. Scripts without spaces are measured by characters:
/// a word of Chinese or Japanese is about two, one of Thai or Khmer about six with its signs.
const WORD: u32 = 6;
const IDEOGRAPH: u32 = 3;
const SYLLABLE_LETTER: u32 = 1;

impl Positions {
    pub(super) fn of(text: &str) -> Self {
        let mut words = Vec::with_capacity(text.len() / 6);
        let mut along = 0;
        let mut inside = false;
        for (at, c) in text.char_indices() {
            let spaced = is_spaced(c) || script(c) == Script::Hangul;
            if is_letter(c) && !(inside && spaced) {
                words.push((at, along));
                along += length(c, spaced);
            }
            inside = spaced;
        }
        Self { words }
    }

    /// Whether some `right` begins behind some `left`, at most `most` words further on; neighbours
    /// are one word apart. Both are sorted by their beginnings.
    pub(super) fn follows(&self, left: &[Range<usize>], right: &[Range<usize>], most: u32) -> bool {
        left.iter().any(|left| {
            let next = right.partition_point(|right| right.start < left.end);
            right.get(next).is_some_and(|right| {
                let from = self.along(left.end.saturating_sub(1).max(left.start));
                self.along(right.start).saturating_sub(from) <= most.saturating_mul(WORD)
            })
        })
    }

    /// How far along the word is that byte `at` belongs to.
    fn along(&self, at: usize) -> u32 {
        let behind = self.words.partition_point(|(start, _)| *start <= at);
        behind.checked_sub(1).map_or(0, |word| self.words[word].1)
    }
}

fn length(c: char, spaced: bool) -> u32 {
    match script(c) {
        _ if spaced => WORD,
        Script::Han | Script::Hiragana | Script::Katakana | Script::Bopomofo => IDEOGRAPH,
        _ => SYLLABLE_LETTER,
    }
}
