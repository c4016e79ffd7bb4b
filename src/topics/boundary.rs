//! Where words begin and end in folded text, by script.

use super::ending::letters;
use super::language::Family;
use crate::text::{Script, script};
use unicode_normalization::char::is_combining_mark;

/// What must stand before a term for it to begin there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Start {
    /// Scripts without spaces, signs, and Korean of three syllables or more, which also names things
    /// at the end of a compound.
    Anywhere,
    /// No letter or digit of a script with spaces.
    Word,
    /// As `Word`, or one of the particles that Arabic writes together with the word.
    Arabic,
    /// As `Word`, or up to three of the particles that Hebrew writes together with the word.
    Hebrew,
    /// As `Word`, or the prepositions that Amharic writes together with the word.
    Ethiopic,
    /// No katakana: タイ is not in タイトル, nor トル.
    Katakana,
    /// No Hangul: one or two syllables are found within too many words.
    Hangul,
}

/// The shortest words, in letters, that particles are taken off from.
const SHORTEST_PARTICLED: usize = 3;
/// Syllables from which on a Korean term may also end a compound.
const LONG_KOREAN: usize = 3;

impl Start {
    /// What the first word of a term asks for.
    pub(super) fn of(word: &str) -> Self {
        let Some(first) = word.chars().next() else { return Self::Anywhere };
        let letters = letters(word);
        match script(first) {
            Script::Katakana => Self::Katakana,
            Script::Hangul => {
                let syllables = word.chars().filter(|c| script(*c) == Script::Hangul).count();
                if syllables < LONG_KOREAN { Self::Hangul } else { Self::Anywhere }
            }
            Script::Arabic if letters >= SHORTEST_PARTICLED => Self::Arabic,
            Script::Hebrew if letters >= SHORTEST_PARTICLED => Self::Hebrew,
            _ if is_spaced(first) => Self::Word,
            _ => Self::Anywhere,
        }
    }

    /// What the first word of a name asks for, in a language of the family.
    pub(super) fn of_name(word: &str, family: Family) -> Self {
        match (Self::of(word), family) {
            (Self::Word, Family::Ethiopic) => Self::Ethiopic,
            // Two letters are enough where the language is known: סין, מצרים.
            (Self::Word, Family::Hebrew) if word.chars().next().is_some_and(is_hebrew) => {
                Self::Hebrew
            }
            (Self::Arabic, Family::Persian) => Self::Word,
            (start, _) => start,
        }
    }

    /// Whether a term may begin at byte `at` of `text`.
    pub(super) fn allows(self, text: &str, at: usize) -> bool {
        if at == 0 || self == Self::Anywhere {
            return true;
        }
        let Some(before) = text[..at].chars().next_back() else { return true };
        match self {
            Self::Anywhere => true,
            Self::Word => !is_spaced(before),
            Self::Arabic => !is_spaced(before) || is_arabic_particle(word_before(&text[..at])),
            Self::Hebrew => !is_spaced(before) || is_hebrew_particle(word_before(&text[..at])),
            Self::Ethiopic => !is_spaced(before) || is_ethiopic_particle(word_before(&text[..at])),
            Self::Katakana => script(before) != Script::Katakana,
            Self::Hangul => script(before) != Script::Hangul,
        }
    }
}

/// Whether byte `at` of `text` stands behind a letter of a script with spaces.
pub(super) fn is_within_word(text: &str, at: usize) -> bool {
    // Most text is ASCII, or what is before is a space.
    match text.as_bytes().get(at.wrapping_sub(1)) {
        None => false,
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text[..at].chars().next_back().is_some_and(is_spaced),
    }
}

/// Whether `c` is part of a word of a script whose words are divided by spaces. Korean is left out:
/// its particles follow words of other scripts directly.
pub(super) fn is_spaced(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    is_letter(c) && script(c).is_spaced() && script(c) != Script::Hangul
}

/// Whether `c` is a letter, a digit, or a mark on one.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Whether words of one term may be divided by `c`.
pub(super) fn divides(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '‐'..='―' | '−' | '·' | '・')
}

/// Whether `c` is written for an apostrophe.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

/// The letters of spaced scripts that `text` begins with, unless they are more than `most`.
pub(super) fn run(text: &str, most: usize) -> Option<&str> {
    let mut chars = text.char_indices();
    for _ in 0..=most {
        match chars.next() {
            None => return Some(text),
            Some((at, c)) if !is_spaced(c) => return Some(&text[..at]),
            Some(_) => {}
        }
    }
    None
}

/// The part of a word that stands at the end of `text`; long ones are cut to six letters.
fn word_before(text: &str) -> &str {
    let letters = text.char_indices().rev().take(6).take_while(|(_, c)| is_spaced(*c));
    letters.last().map_or("", |(at, _)| &text[at..])
}

/// "And" or "so"; then "in", "as" or "for"; then the article, which melts with "for" into لل.
fn is_arabic_particle(part: &str) -> bool {
    let part = part.strip_prefix(['و', 'ف']).unwrap_or(part);
    let part = part.strip_prefix(['ب', 'ک', 'ك', 'ل']).unwrap_or(part);
    matches!(part, "" | "ال" | "ل")
}

fn is_hebrew(c: char) -> bool {
    script(c) == Script::Hebrew
}

/// "Of", "in", "to", "from", "about", "that of", "and", and two of them.
fn is_ethiopic_particle(part: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "የ",
        "በ",
        "ለ",
        "ከ",
        "እ",
        "ስለ",
        "እንደ",
        "ወደ",
        "ያለ",
        "እና",
        "የሚ",
        "በየ",
        "ከየ",
        "ለየ",
        "ስለየ",
        "ናይ",
        "ን",
    ];
    PARTICLES.contains(&part)
}

/// "And", "the", "in", "as", "to", "from", "that", in the orders that happen.
fn is_hebrew_particle(part: &str) -> bool {
    let is_particle = |c| matches!(c, 'ו' | 'ה' | 'ב' | 'כ' | 'ל' | 'מ' | 'ש');
    part.chars().count() <= 3 && part.chars().all(is_particle)
}
