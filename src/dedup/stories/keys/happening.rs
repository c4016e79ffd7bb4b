//! What happens, by words of headlines in many languages: `happenings.txt` beside this room.

use crate::text::script;
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// All words, and the happening of each by number.
struct Words {
    automaton: Option<AhoCorasick>,
    happenings: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let lines = include_str!("../happenings.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
    let words = lines.flat_map(|(name, words)| {
        words
            .split(';')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(move |word| (word, name))
    });
    let (words, happenings): (Vec<&str>, Vec<&str>) = words.unzip();
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).ok();
    Words { automaton, happenings }
});

/// The happenings in a folded text, each once.
pub(super) fn all(folded: &str) -> impl Iterator<Item = &'static str> {
    let mut found = BTreeSet::new();
    let mut from = 0;
    while let Some(automaton) = &WORDS.automaton {
        let Some(word) = automaton.find(&folded[from..]) else { break };
        let (start, end) = (from + word.start(), from + word.end());
        if begins_word(folded, start) {
            found.insert(WORDS.happenings[word.pattern().as_usize()]);
            from = end;
        } else {
            from = start + folded[start..].chars().next().map_or(1, char::len_utf8);
        }
    }
    found.into_iter()
}

/// Any letter does in scripts that do not divide words, and in Korean, which writes nouns together.
fn begins_word(folded: &str, start: usize) -> bool {
    let first = folded[start..].chars().next().unwrap_or(' ');
    let of = script(first);
    if !of.is_spaced() || of == crate::text::Script::Hangul {
        return true;
    }
    !folded[..start].chars().next_back().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_happens_in_all_languages() {
        for title in [
            "putin and kim sign treaty",
            "путин и ким подписали договор",
            "푸틴·김정은 조약 서명",
            "普京与金正恩签署条约",
            "putin ve kim anlaşma imzaladı",
        ] {
            let found: Vec<_> = all(title).collect();
            assert_eq!(found, ["sign", "treaty"], "{title}");
        }
    }

    #[test]
    fn a_word_counts_from_its_beginning() {
        assert_eq!(all("a designer resigned").collect::<Vec<_>>(), ["resign"]);
    }
}
