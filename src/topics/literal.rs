//! A term as it is looked for in folded text: words, how they hang together, and where they may
//! begin and end. Finding candidates is the automaton's work; here each is accepted or refused.

use super::boundary::{Start, divides, is_apostrophe, is_letter, is_spaced};
use super::ending::{Ending, letters};
use super::folded::Folded;
use crate::text::{Script, fold, script};
use std::ops::Range;

/// Words to be found in a row. Equal ones are looked for once, whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Literal {
    start: Start,
    /// One or more.
    words: Vec<Word>,
    /// A short name in capitals (US, AS, RI), not the small word that is spelled so.
    capitals: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Word {
    /// What is written of it in any form.
    stem: String,
    ending: Ending,
    /// Written with a `*`.
    prefix: bool,
    /// What divides it from the word before.
    joint: Joint,
}

/// What stands between two words of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Joint {
    /// White space or hyphens.
    Gap,
    /// White space, hyphens or nothing: scripts without spaces, and Korean, whose spaces vary.
    Loose,
    /// An apostrophe.
    Apostrophe,
}

/// The longest names, in letters, that are told from words by their capitals.
const LONGEST_CAPITALS: usize = 5;
/// The longest Korean particle between two words of a term, in syllables.
const LONGEST_PARTICLE: usize = 3;
/// The longest rest of a word behind a prefix, in letters. A text without spaces is one word; this
/// keeps the matcher linear in it.
const LONGEST_WORD: usize = 64;

impl Literal {
    /// The literal for a word or phrase as written, `*` included; `None` if nothing is left of it
    /// once it is folded.
    pub(super) fn of(written: &str) -> Option<Self> {
        let folded = fold(written);
        let mut words: Vec<Word> = Vec::new();
        let mut before = (0, "");
        for (at, text) in split(&folded) {
            let joint = joint(before.1, &folded[before.0 + before.1.len()..at], text);
            let mut divided = 0;
            if let (Joint::Apostrophe, Some(last)) = (joint, words.last_mut()) {
                *last = Word::exact(before.1, last.joint);
                divided = letters(before.1);
            }
            words.push(Word::of(text, joint, divided));
            before = (at, text);
        }
        let start = Start::of(&words.first()?.stem);
        let capitals = words.len() == 1 && is_short_name(written);
        Some(Self { start, words, capitals })
    }

    /// What the automaton looks for: the first word's stem, and its other spellings.
    pub(super) fn heads(&self) -> Vec<String> {
        let first = &self.words[0].stem;
        let mut heads = vec![first.clone()];
        if let (Start::Arabic, Some(rest)) = (self.start, first.strip_prefix("ال")) {
            // "For the …" is written لل without the article's alef.
            heads.push(format!("لل{rest}"));
        }
        heads
    }

    /// Where the term ends (inflection left out), if it stands where a head was found.
    pub(super) fn ends(&self, folded: &Folded, head: Range<usize>) -> Option<usize> {
        let text = folded.text();
        if !self.start.allows(text, head.start) {
            return None;
        }
        let mut at = head.end;
        for pair in self.words.windows(2) {
            at = pair[0].reaches(&pair[1], text, at)? + pair[1].stem.len();
        }
        let last = self.words.last()?;
        if !last.prefix {
            last.ending.rest(&text[at..])?;
        }
        (!self.capitals || folded.is_upper(head.start..at)).then_some(at)
    }
}

impl Word {
    fn of(text: &str, joint: Joint, divided: usize) -> Self {
        if let Some(stem) = text.strip_suffix('*').filter(|stem| !stem.is_empty()) {
            return Self { stem: stem.to_owned(), ending: Ending::Any, prefix: true, joint };
        }
        let (stem, ending) = Ending::of(text, divided);
        Self { stem: stem.to_owned(), ending, prefix: false, joint }
    }

    /// The part of a word before an apostrophe.
    fn exact(text: &str, joint: Joint) -> Self {
        Self { stem: text.to_owned(), ending: Ending::None, prefix: false, joint }
    }

    /// Where `next` begins, if it follows this word's stem, which ends at byte `at`.
    fn reaches(&self, next: &Self, text: &str, at: usize) -> Option<usize> {
        if next.joint == Joint::Apostrophe {
            let apostrophe = text[at..].chars().next().filter(|c| is_apostrophe(*c))?;
            let at = at + apostrophe.len_utf8();
            return text[at..].starts_with(&next.stem).then_some(at);
        }
        if next.joint == Joint::Loose {
            let close = skip(text, at, divides);
            if text[close..].starts_with(&next.stem) {
                return Some(close);
            }
        }
        let end = self.end_of_form(text, at)?;
        let begin = skip(text, end, divides);
        (begin > end && text[begin..].starts_with(&next.stem)).then_some(begin)
    }

    /// Where the form of the word ends that stands in the text, its stem ending at byte `at`.
    fn end_of_form(&self, text: &str, at: usize) -> Option<usize> {
        if self.prefix {
            let mut letters = 0..LONGEST_WORD;
            return Some(skip(text, at, |c| is_letter(c) && letters.next().is_some()));
        }
        let end = at + self.ending.rest(&text[at..])?.len();
        Some(match self.ending {
            Ending::Any if self.stem.ends_with(is_hangul) => {
                let mut syllables = 0..LONGEST_PARTICLE;
                skip(text, end, |c| is_hangul(c) && syllables.next().is_some())
            }
            Ending::Plural => skip_possessive(text, end),
            _ => end,
        })
    }
}

fn is_hangul(c: char) -> bool {
    script(c) == Script::Hangul
}

/// Behind all characters from byte `at` that are `such`.
fn skip(text: &str, at: usize, mut such: impl FnMut(char) -> bool) -> usize {
    text[at..].find(|c| !such(c)).map_or(text.len(), |length| at + length)
}

/// Behind `'s` or a lone apostrophe at byte `at`: "Korea's army", "ministers' talks".
fn skip_possessive(text: &str, at: usize) -> usize {
    let Some(apostrophe) = text[at..].chars().next().filter(|c| is_apostrophe(*c)) else {
        return at;
    };
    let at = at + apostrophe.len_utf8();
    match text[at..].strip_prefix('s') {
        Some(rest) if !rest.starts_with(is_spaced) => at + 1,
        _ => at,
    }
}

/// The words of a folded term with their places. An apostrophe divides only between letters.
fn split(folded: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in folded.char_indices() {
        let next_is_letter = || folded[at + c.len_utf8()..].chars().next().is_some_and(is_letter);
        if divides(c) || (is_apostrophe(c) && is_letter(before) && next_is_letter()) {
            words.push((start, &folded[start..at]));
            start = at + c.len_utf8();
        }
        before = c;
    }
    words.push((start, &folded[start..]));
    words.retain(|(_, word)| !word.is_empty());
    words
}

fn joint(before: &str, between: &str, after: &str) -> Joint {
    if between.contains(is_apostrophe) {
        return Joint::Apostrophe;
    }
    let loose = |c: char| is_letter(c) && !is_spaced(c);
    let all_loose = before.ends_with(loose) && after.starts_with(loose);
    if all_loose { Joint::Loose } else { Joint::Gap }
}

/// Whether a term is written as a name of up to five Latin capitals.
fn is_short_name(written: &str) -> bool {
    let written = written.trim_end_matches('*');
    let letters = || written.chars().filter(|c| c.is_alphabetic());
    (1..=LONGEST_CAPITALS).contains(&letters().count())
        && letters().all(|c| script(c) == Script::Latin && c.is_uppercase())
}
