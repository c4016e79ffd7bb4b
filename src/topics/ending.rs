//! Endings that a word may take and still be the same word. Closed lists: a stemmer finds little
//! more and confuses much more. Here are those for words of rules, whose language is not known:
//! Slavic in Cyrillic, and the Latin plural. Names of known languages change by `inflection`.

use super::boundary::{is_letter, run};
use super::inflected::Inflected;
use crate::text::{Script, script};

/// What may follow the stem of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Ending {
    /// Anything: scripts without spaces, Korean particles, prefixes.
    Any,
    /// No further katakana.
    Katakana,
    /// The end of the word.
    None,
    /// The end of the word or a Latin plural.
    Plural,
    /// A Slavic noun whose stem is the whole word.
    Noun,
    /// A Slavic noun, its last vowel or sign taken off.
    OpenNoun,
    /// A Slavic adjective, its ending taken off.
    Adjective,
    /// As a family of languages changes its names.
    Inflected(Inflected),
}

/// The shortest words, in letters, that take endings.
const SHORTEST: usize = 4;
/// The shortest stems, in letters, that may stand without an ending when one was taken off.
const SHORTEST_BARE: usize = 4;
/// The longest ending in the lists, in letters.
const LONGEST: usize = 4;

const PLURALS: &[&str] = &["es", "s"];

/// Of nouns in Russian, Ukrainian, Belarusian, Bulgarian, Macedonian and Serbian.
pub(super) const NOUNS: &[&str] = &[
    "а", "е", "ё", "є", "и", "і", "ї", "о", "у", "ы", "ю", "я", "й", "ь", "ј", // one letter
    "ам", "ям", "ах", "ях", "ом", "ем", "ём", "єм", "им", "ым", "ов", "ев", "ів", "їв", // two
    "ой", "ей", "ёй", "ою", "ею", "єю", "ых", "ий", "ій", // adjectival and instrumental
    "ами", "ями", "ыми", "ові", "еві", "єві", "ови", "еви", "ова", "ева", // three
    "ът", "ят", "та", "те", "то", "ия", "ата", "ята", "ите", "има",
    "ама", // with articles; Serbian
];

/// Of adjectives in the same languages.
pub(super) const ADJECTIVES: &[&str] = &[
    "ий", "ый", "ой", "ій", "ая", "яя", "ое", "ее", "ие", "ые", "а", "е", "є", "и", "і", "ї", "о",
    "у", "ого", "его", "ому", "ему", "им", "ым", "ом", "ем", "ім", "ей", "ую", "юю", "ою", "ею",
    "ої", "их", "ых", "іх", "ими", "ыми", "іми", "ьої", "ього",
    "ьому", // Russian and Ukrainian
    "ия", "ият", "ата", "ото", "ите", // Bulgarian and Macedonian
    "ог", "ег", "ога", "ој", // Serbian
];

impl Ending {
    /// The stem of a folded word, and what may follow it. `before` are the letters of the same word
    /// that an apostrophe divides from these.
    pub(super) fn of(word: &str, before: usize) -> (&str, Self) {
        let Some(last) = word.chars().next_back() else { return (word, Self::Any) };
        let letters = before + letters(word);
        match script(last) {
            Script::Katakana => (word, Self::Katakana),
            Script::Hangul => (word, Self::Any),
            other if !other.is_spaced() => (word, Self::Any),
            Script::Latin if letters >= SHORTEST => (word, Self::Plural),
            Script::Cyrillic if letters >= SHORTEST => slavic(word),
            _ if is_letter(last) => (word, Self::None),
            _ => (word, Self::Any),
        }
    }

    /// The rest of the word that begins `text`, behind a stem; `None` if it makes another word.
    pub(super) fn rest(self, text: &str) -> Option<&str> {
        let list = match self {
            Self::Any => return Some(""),
            Self::Katakana => {
                let goes_on = text.chars().next().is_some_and(|c| script(c) == Script::Katakana);
                return (!goes_on).then_some("");
            }
            Self::None => return run(text, 0),
            Self::Plural => PLURALS,
            Self::Noun | Self::OpenNoun => NOUNS,
            Self::Adjective => ADJECTIVES,
            Self::Inflected(inflected) => return inflected.rest(text),
        };
        let rest = run(text, LONGEST)?;
        let fits = (rest.is_empty() && self.stands_bare()) || list.contains(&rest);
        fits.then_some(rest)
    }

    fn stands_bare(self) -> bool {
        matches!(self, Self::Plural | Self::Noun)
    }
}

/// How many letters a word has.
pub(super) fn letters(word: &str) -> usize {
    word.chars().filter(|c| c.is_alphabetic()).count()
}

/// Takes off the ending of the dictionary's form.
fn slavic(word: &str) -> (&str, Ending) {
    if let Some(stem) = adjective_stem(word) {
        return (stem, Ending::Adjective);
    }
    let Some(stem) = word.strip_suffix(is_vowel_or_sign) else { return (word, Ending::Noun) };
    // A genitive plural may have no ending (ракета, ракет), but «куб» is not Куба, nor «коре» Корея.
    let bare = stem.chars().count() >= SHORTEST_BARE
        && !word.ends_with(['й', 'ь', 'ј'])
        && !stem.ends_with(is_vowel_or_sign);
    (stem, if bare { Ending::Noun } else { Ending::OpenNoun })
}

fn is_vowel_or_sign(c: char) -> bool {
    matches!(
        c,
        'а' | 'е' | 'ё' | 'є' | 'и' | 'і' | 'ї' | 'о' | 'у' | 'ы' | 'ю' | 'я' | 'й' | 'ь' | 'ј'
    )
}

/// The stem of what is an adjective by its ending. Those in -ий and -ие only behind the consonants
/// that nouns (Василий, учение) rarely have there; those in -ой only where герой is not meant.
fn adjective_stem(word: &str) -> Option<&str> {
    const ALWAYS: &[&str] = &["ый", "ая", "яя", "ое", "ее", "ые"];
    const BEHIND_VELARS: &[&str] = &["ий", "ие", "ій"];
    let enough = |stem: &&str| stem.chars().count() >= 3;
    if let Some(stem) = ALWAYS.iter().find_map(|ending| word.strip_suffix(ending)) {
        return Some(stem).filter(enough);
    }
    if let Some(stem) = BEHIND_VELARS.iter().find_map(|ending| word.strip_suffix(ending)) {
        let velar = stem.ends_with(['к', 'г', 'х', 'ж', 'ш', 'ч', 'щ']);
        let soft = stem.ends_with('н') && !word.ends_with("ие");
        return Some(stem).filter(|_| velar || soft).filter(enough);
    }
    word.strip_suffix("ой")
        .filter(|stem| stem.ends_with("ск") || stem.ends_with("цк"))
        .filter(enough)
}
