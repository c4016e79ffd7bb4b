//! A term as it is looked for in folded text: words, how they hang together, and where they may
//! begin and end. Finding candidates is the automaton's work; here each is accepted or refused.

use super::boundary::{Start, divides, is_apostrophe, is_letter, is_spaced};
use super::ending::{Ending, letters};
use super::folded::Folded;
use super::inflection::{derivation, inflect};
use super::language::{Family, Language};
use crate::text::{Script, fold, loosen, script};
use std::borrow::Cow;

/// Words to be found in a row. Equal ones are looked for once, whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Literal {
    start: Start,
    /// One or more; boxes, for there are a hundred thousand of them.
    words: Box<[Word]>,
    case: Case,
}

/// Which letters must be capitals in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Case {
    /// None.
    Any,
    /// The first: Oman, not the Finnish "oman".
    Initial,
    /// All: a short name in capitals (US, AS, RI), not the small word that is spelled so.
    All,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Word {
    /// What is written of it in any form.
    stem: Box<str>,
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
    /// A point or a hyphen, or nothing: "미·중", which is not "미 중".
    Tight,
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
        Self::with(written, Case::of_term(written), &Word::of)
    }

    /// The literals for a name of the table: the name with its endings, and what its language derives
    /// from it. A word with a `*` is a stem; a name behind a `=` stands as it is written.
    pub(super) fn of_name(written: &str, language: Language) -> Vec<Self> {
        let (exact, written) =
            written.strip_prefix('=').map_or((false, written), |name| (true, name));
        let first = written.chars().find(|c| c.is_alphabetic());
        let family = language.family(first.map_or(Script::Common, script));
        let case = Case::of_name(written);
        if exact || case == Case::All {
            let as_written = |word: &str, joint, _| Word::closed(word, joint);
            return Self::with(written, case, &as_written).into_iter().collect();
        }
        let softened = softened(written, family);
        if !softened.is_empty() {
            let all = softened.iter().map(String::as_str).chain([written]);
            return all.filter_map(|stem| Self::with(stem, case, &Word::of)).collect();
        }
        let small = case == Case::Any;
        let inflected = |word: &str, joint, _| Word::in_family(word, joint, family, small);
        let mut literals: Vec<Self> = Self::with(written, case, &inflected).into_iter().collect();
        let derived = |word: &str, joint, _| {
            let (stem, ending) = derivation(word, family)?;
            Some(Word { stem: stem.into(), ending, prefix: false, joint })
        };
        let single = literals
            .first()
            .is_some_and(|literal| literal.words.len() == 1 && !literal.words[0].prefix);
        if single {
            let folded = fold(written);
            let word = derived(&loosen(&folded), Joint::Gap, 0);
            literals.extend(word.map(|word| Self {
                start: Start::of_name(&word.stem, family),
                words: Box::new([word]),
                case: Case::Any,
            }));
        }
        for literal in &mut literals {
            literal.start = Start::of_name(&literal.words[0].stem, family);
        }
        literals
    }

    /// The literal for a name that is written so in every language: an acronym, mostly.
    pub(super) fn of_name_anywhere(written: &str) -> Vec<Self> {
        let name = written.strip_prefix('=').unwrap_or(written);
        let as_written = |word: &str, joint, divided| {
            if word.ends_with('*') {
                Word::of(word, joint, divided)
            } else {
                Word::closed(word, joint)
            }
        };
        Self::with(name, Case::of_name(name), &as_written).into_iter().collect()
    }

    fn with(written: &str, case: Case, word: &dyn Fn(&str, Joint, usize) -> Word) -> Option<Self> {
        let folded = fold(written);
        let folded = loosen(&folded);
        let mut words: Vec<Word> = Vec::new();
        let mut before = (0, "");
        for (at, text) in split(&folded) {
            let joint = joint(before.1, &folded[before.0 + before.1.len()..at], text);
            let mut divided = 0;
            if let (Joint::Apostrophe, Some(last)) = (joint, words.last_mut()) {
                *last = Word::exact(before.1, last.joint);
                divided = letters(before.1);
            }
            words.push(word(text, joint, divided));
            before = (at, text);
        }
        let start = Start::of(&words.first()?.stem);
        Some(Self { start, words: words.into(), case })
    }

    /// What the automaton looks for: the first word's stem, and its other spellings.
    pub(super) fn heads(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let first = &self.words[0].stem;
        std::iter::once(Cow::from(&**first)).chain(self.melted().map(Cow::from))
    }

    /// Whether it only stands where no letter of a script with spaces is before it.
    pub(super) fn begins_words(&self) -> bool {
        self.start == Start::Word
    }

    /// "For the …" is written لل without the article's alef.
    fn melted(&self) -> Option<String> {
        let rest = self.words[0].stem.strip_prefix("ال").filter(|_| self.start == Start::Arabic)?;
        Some(format!("لل{rest}"))
    }

    /// Where the term ends (inflection left out), if it stands at byte `start`, where the beginning of
    /// a head was found.
    pub(super) fn ends(&self, folded: &Folded, start: usize) -> Option<usize> {
        let text = folded.text();
        if !self.start.allows(text, start) {
            return None;
        }
        let first = &*self.words[0].stem;
        let length = if text[start..].starts_with(first) {
            first.len()
        } else {
            self.melted().filter(|melted| text[start..].starts_with(melted.as_str()))?.len()
        };
        let mut at = start + length;
        for pair in self.words.windows(2) {
            at = pair[0].reaches(&pair[1], text, at)? + pair[1].stem.len();
        }
        let last = self.words.last()?;
        if !last.prefix {
            last.ending.rest(&text[at..])?;
        }
        let cased = match self.case {
            Case::Any => true,
            Case::Initial => folded.starts_upper(start),
            Case::All => folded.is_upper(start..at),
        };
        cased.then_some(at)
    }
}

impl Word {
    fn of(text: &str, joint: Joint, divided: usize) -> Self {
        if let Some(stem) = text.strip_suffix('*').filter(|stem| !stem.is_empty()) {
            return Self { stem: stem.into(), ending: Ending::Any, prefix: true, joint };
        }
        let (stem, ending) = Ending::of(text, divided);
        Self { stem: stem.into(), ending, prefix: false, joint }
    }

    /// A word of a name, which changes as its family of languages does.
    fn in_family(text: &str, joint: Joint, family: Family, small: bool) -> Self {
        if text.ends_with('*') || !is_spaced_word(text) {
            return Self::of(text, joint, 0);
        }
        let (stem, ending) = inflect(text, family, small);
        Self { stem: stem.into(), ending, prefix: false, joint }
    }

    /// A word that stands as it is; in scripts without spaces whatever follows.
    fn closed(text: &str, joint: Joint) -> Self {
        if is_spaced_word(text) { Self::exact(text, joint) } else { Self::of(text, joint, 0) }
    }

    /// The part of a word before an apostrophe.
    fn exact(text: &str, joint: Joint) -> Self {
        Self { stem: text.into(), ending: Ending::None, prefix: false, joint }
    }

    /// Where `next` begins, if it follows this word's stem, which ends at byte `at`.
    fn reaches(&self, next: &Self, text: &str, at: usize) -> Option<usize> {
        if next.joint == Joint::Apostrophe {
            let apostrophe = text[at..].chars().next().filter(|c| is_apostrophe(*c))?;
            let at = at + apostrophe.len_utf8();
            return text[at..].starts_with(&*next.stem).then_some(at);
        }
        if matches!(next.joint, Joint::Loose | Joint::Tight) {
            let spaced = next.joint == Joint::Loose;
            let close = skip(text, at, |c| divides(c) && (spaced || !c.is_whitespace()));
            if text[close..].starts_with(&*next.stem) {
                return Some(close);
            }
        }
        if next.joint == Joint::Tight {
            return None;
        }
        let end = self.end_of_form(text, at)?;
        let begin = skip(text, end, divides);
        (begin > end && text[begin..].starts_with(&*next.stem)).then_some(begin)
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

/// The stems of an adjective as they are before a plural's vowel: "rosyjsk*" is "rosyjscy" there in Polish,
/// "rusk*" is "ruští" in Czech.
fn softened(written: &str, family: Family) -> Vec<String> {
    if family != Family::SlavicLatin {
        return Vec::new();
    }
    let forms = [("sk*", ["sc*", "št*"]), ("ck*", ["cc*", "čt*"])];
    let found = forms.iter().find_map(|(end, soft)| Some((written.strip_suffix(end)?, soft)));
    found.map_or(Vec::new(), |(stem, soft)| soft.map(|end| format!("{stem}{end}")).to_vec())
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
    match all_loose {
        true if between.contains(['·', '・']) => Joint::Tight,
        true => Joint::Loose,
        false => Joint::Gap,
    }
}

/// Whether a word is of a script whose words are divided by spaces; Korean is not, for its particles.
fn is_spaced_word(word: &str) -> bool {
    word.chars().rev().find(|c| is_letter(*c)).is_some_and(is_spaced)
}

impl Case {
    /// A term of a rule: only a name of up to five Latin capitals is told by its case.
    fn of_term(written: &str) -> Self {
        let latin = |c: char| script(c) == Script::Latin;
        let single = !written.trim_matches('*').contains(|c: char| divides(c) || is_apostrophe(c));
        if single && is_short_name(written, latin) { Self::All } else { Self::Any }
    }

    /// A name of the table is written as it is in texts.
    fn of_name(written: &str) -> Self {
        if !written.contains(divides) && is_short_name(written, |_| true) {
            return Self::All;
        }
        let first = written.chars().find(|c| c.is_alphabetic());
        if first.is_some_and(char::is_uppercase) { Self::Initial } else { Self::Any }
    }
}

/// Whether a term is up to five capitals.
fn is_short_name(written: &str, such: impl Fn(char) -> bool) -> bool {
    let written = written.trim_end_matches('*');
    let letters = || written.chars().filter(|c| c.is_alphabetic());
    (1..=LONGEST_CAPITALS).contains(&letters().count())
        && letters().all(|c| c.is_uppercase() && such(c))
}
