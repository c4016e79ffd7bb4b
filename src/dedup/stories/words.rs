//! The words of a title and the beginning of a text, as far as stories are told by them: stems, what kind
//! of word each is, and which of them are names by how they are written.

use crate::text::{Script, fold, script, words};
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// Words that are compared of title and text together: titles, and what summaries begin with.
const MOST: usize = 60;
/// Words by which it is judged whether a title writes all its words with capitals.
const TITLE: usize = 14;
/// Letters of a word that are compared: endings change from outlet to outlet, and languages that put
/// most into endings have long words.
const STEM: usize = 5;
/// The same in Hangul, where a name has three syllables and particles follow.
const HANGUL_STEM: usize = 2;

/// A word that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) stem: u32,
    pub(super) kind: Kind,
    /// Letters, or a stand-in for them where letters are syllables: how common such words are.
    pub(super) letters: u8,
    /// Its place among the words of the entry.
    pub(super) at: u8,
}

/// What kind of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Plain,
    /// Written with a capital where no sentence begins.
    Name,
    Number,
    /// Two letters of a script that does not divide words.
    Piece,
}

/// The words of folded texts, of which `written` is how their publisher wrote them.
pub(super) fn read(written: [&str; 2], folded: [&str; 2]) -> Vec<Word> {
    let names = names(written);
    let mut found = Vec::with_capacity(MOST);
    for run in folded.into_iter().flat_map(words) {
        if found.len() >= MOST {
            break;
        }
        for part in parts(run) {
            push(&mut found, &run[part], &names);
        }
    }
    found.truncate(MOST);
    found
}

fn push(found: &mut Vec<Word>, word: &str, names: &[u32]) {
    let at = u8::try_from(found.len()).unwrap_or(u8::MAX);
    let first = word.chars().next().unwrap_or(' ');
    let (length, kind) = (word.chars().count(), kind_of(first));
    let letters = u8::try_from(length).unwrap_or(u8::MAX);
    match (kind, script(first)) {
        (Kind::Piece, Script::Hiragana) => {}
        (Kind::Piece, Script::Katakana) if length > 2 => {
            found.push(Word { stem: stem(word), kind: Kind::Plain, letters: 9, at });
        }
        (Kind::Piece, _) => {
            let ends = word.char_indices().map(|(at, _)| at).skip(2).chain([word.len()]);
            for (at, (start, end)) in (at..).zip(word.char_indices().map(|(at, _)| at).zip(ends)) {
                found.push(Word { stem: hash(&word[start..end]), kind, letters: 9, at });
            }
        }
        (kind, script) => {
            let stem = stem(word);
            let is_name = kind == Kind::Plain && names.binary_search(&stem).is_ok();
            let letters = if script == Script::Hangul { letters + 2 } else { letters };
            found.push(Word { stem, kind: if is_name { Kind::Name } else { kind }, letters, at });
        }
    }
}

fn kind_of(first: char) -> Kind {
    match script(first) {
        Script::Common if first.is_numeric() => Kind::Number,
        script if script.is_spaced() => Kind::Plain,
        _ => Kind::Piece,
    }
}

/// A run of letters taken apart where its script changes: "2024年6月19日", "BTS의".
fn parts(run: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = if run.is_ascii() { run.len()..run.len() } else { 0..run.len() };
    let whole = run.is_ascii().then_some(0..run.len());
    let pieces = std::iter::from_fn(move || {
        let from = rest.start;
        let first = run[rest.clone()].chars().next()?;
        let end = run[rest.clone()].char_indices().find(|&(_, c)| !goes_on(first, c));
        rest.start = end.map_or(run.len(), |(at, _)| from + at);
        Some(from..rest.start)
    });
    whole.into_iter().chain(pieces)
}

/// Whether `c` belongs to the word that `first` begins; marks and signs belong to any.
fn goes_on(first: char, c: char) -> bool {
    let (of, script) = (script(first), script(c));
    let same = of == script || c == 'ー';
    if first.is_ascii_digit() || c.is_ascii_digit() {
        return same || (of.is_spaced() && script.is_spaced());
    }
    same || script == Script::Common
        || (of.is_spaced() && of != Script::Hangul && script.is_spaced())
}

/// The stem of a folded word, as a hash.
pub(super) fn stem(word: &str) -> u32 {
    let word = bare(word);
    let first = word.chars().next().unwrap_or(' ');
    let most = if script(first) == Script::Hangul { HANGUL_STEM } else { STEM };
    let mut ends = word.char_indices().map(|(at, _)| at);
    match ends.nth(most) {
        Some(end) => hash(&word[..end]),
        None if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") => {
            hash(&word[..word.len() - 1])
        }
        None => hash(word),
    }
}

/// Without the article that Arabic writes with its word.
fn bare(word: &str) -> &str {
    let rest = word.strip_prefix("وال").or_else(|| word.strip_prefix("ال"));
    rest.filter(|rest| rest.len() > 4).unwrap_or(word)
}

/// A language as a number, never 0; its regions are one.
pub(super) fn tongue(language: &str) -> u16 {
    let language = language.split(['-', '_']).next().unwrap_or_default();
    (hash(language) >> 16) as u16 | 1
}

/// What stands for a language that is not known: the script.
pub(super) fn script_of(text: &str) -> u16 {
    let first = text.chars().map(script).find(|script| *script != Script::Common);
    first.map_or(1, |script| script as u16 * 2 + 3)
}

pub(super) fn hash(text: &str) -> u32 {
    (xxh3_64(text.as_bytes()) >> 32) as u32
}

/// Stems of the words that are written as names, sorted. A title that writes most of its words with
/// capitals says nothing about them.
fn names(written: [&str; 2]) -> Vec<u32> {
    let mut names = Vec::new();
    let (mut seen, mut long, mut high) = (0, 0, 0);
    let mut of_title = 0;
    for text in written {
        let mut end = 0;
        let mut before = 0;
        for word in words(text) {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let begins = end == 0 || (before > 2 && ends_sentence(&text[end..start]));
            (end, before) = (start + word.len(), word.len());
            let is_high = word.chars().next().is_some_and(char::is_uppercase);
            if seen < TITLE && !begins && word.len() > 3 {
                (long, high) = (long + 1, high + usize::from(is_high));
            }
            if is_high && !begins {
                names.push(stem(&fold(word)));
                of_title += usize::from(seen < TITLE);
            }
            seen += 1;
            if seen >= MOST {
                break;
            }
        }
    }
    if long >= 3 && high * 10 > long * 6 {
        names.drain(..of_title);
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn ends_sentence(gap: &str) -> bool {
    gap.contains(['.', '!', '?', ':', '\n', '»', '”', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(written: &str) -> Vec<(u32, Kind)> {
        let folded = fold(written);
        read([written, ""], [&folded, ""]).iter().map(|word| (word.stem, word.kind)).collect()
    }

    #[test]
    fn endings_are_left_out() {
        for (a, b) in [
            ("назначил", "назначила"),
            ("marijuana", "marijuanas"),
            ("recall", "recalls"),
            ("푸틴이", "푸틴은"),
            ("الرئيس", "رئيس"),
        ] {
            assert_eq!(stem(a), stem(b), "{a} {b}");
        }
        assert_ne!(stem("north"), stem("south"));
    }

    #[test]
    fn names_are_known_by_their_capitals_where_not_all_words_have_them() {
        use Kind::{Name, Number, Plain};
        let kinds = |title| stems(title).into_iter().map(|(_, kind)| kind).collect::<Vec<_>>();
        assert_eq!(kinds("Officials say Putin met Kim"), [Plain, Plain, Name, Plain, Name]);
        assert_eq!(kinds("Rain Falls On Many Towns 2024").last(), Some(&Number));
        assert!(!kinds("Rain Falls On Many Towns 2024").contains(&Name));
        assert_eq!(kinds("It rains. Kyiv waits")[2], Plain, "a sentence begins");
    }

    #[test]
    fn scripts_without_spaces_are_compared_by_pairs_of_letters() {
        let all = stems("2024年6月19日、プーチン大統領が平壌に到着");
        assert!(all.contains(&(hash("大統"), Kind::Piece)));
        assert!(all.contains(&(hash("統領"), Kind::Piece)));
        assert!(all.contains(&(stem("プーチン"), Kind::Plain)));
        assert!(all.contains(&(hash("2024"), Kind::Number)));
        assert!(!all.iter().any(|(stem, _)| *stem == hash("に")));
    }
}
