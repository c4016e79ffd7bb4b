//! Why an entry stands with others: the words that it shares with them, as people read them.

use super::words::stem;
use crate::text::{Script, fold, script, words};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Words that are named.
const NAMED: usize = 4;
/// Letters of a word that is named.
const LETTERS: usize = 3;

/// A word of a title as it is written.
struct Written {
    word: String,
    /// Names and numbers before others, long ones before short ones.
    rank: (bool, usize),
}

/// What `title` shares with `others`, the most telling first; "Путин/Путина" where it is written otherwise.
#[must_use]
pub fn shared(title: &str, others: &[&str]) -> Vec<String> {
    let mut theirs: HashMap<u32, String> = HashMap::new();
    for other in others {
        for (stem, written) in written(other) {
            theirs.entry(stem).or_insert(written.word);
        }
    }
    let mut found: Vec<(Written, &String)> = Vec::new();
    for (stem, ours) in written(title) {
        let Some(other) = theirs.get(&stem) else { continue };
        if !found.iter().any(|(known, _)| known.word == ours.word) {
            found.push((ours, other));
        }
    }
    found.sort_by_key(|(ours, _)| Reverse(ours.rank));
    found.truncate(NAMED);
    found.into_iter().map(|(ours, other)| both(&ours.word, other)).collect()
}

fn both(ours: &str, other: &str) -> String {
    let alike = fold(ours) == fold(other) || fold(ours).starts_with(&*fold(other));
    if alike { ours.to_owned() } else { format!("{ours}/{other}") }
}

fn written(title: &str) -> Vec<(u32, Written)> {
    let mut found = Vec::new();
    for (at, run) in words(title).enumerate() {
        let first = run.chars().next().unwrap_or(' ');
        if !script(first).is_spaced() {
            found.extend(pairs(run));
            continue;
        }
        let count = run.chars().count();
        let is_number = first.is_numeric();
        if count >= LETTERS || is_number || script(first) == Script::Hangul {
            let is_named = is_number || (at > 0 && first.is_uppercase());
            let written = Written { word: run.to_owned(), rank: (is_named, count) };
            found.push((stem(&fold(run)), written));
        }
    }
    found
}

/// Pairs of letters of a script that does not divide words.
fn pairs(run: &str) -> impl Iterator<Item = (u32, Written)> {
    let letters: Vec<char> = run.chars().collect();
    let pairs: Vec<String> = letters.windows(2).map(|pair| pair.iter().collect()).collect();
    let is_word =
        |pair: &String| pair.chars().all(|c| script(c) != Script::Hiragana && !c.is_ascii());
    pairs.into_iter().filter(is_word).map(|pair| {
        (
            super::words::hash(&fold(&pair)),
            Written { rank: (false, pair.chars().count()), word: pair },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_told_first() {
        let one = "Passengers evacuated after ferry with 400 aboard runs aground near Gothenburg";
        let others = ["Ferry runs aground off Gothenburg with 400 aboard"];
        assert_eq!(shared(one, &others), ["Gothenburg", "400", "aground", "aboard"]);
    }

    #[test]
    fn other_forms_are_shown_beside_each_other() {
        let found = shared("Визит Путина в Пхеньян", &["Путин прибыл в Пхеньян"]);
        assert_eq!(found, ["Пхеньян", "Путина"]);
        assert_eq!(
            shared("назначила выборы", &["выборы назначат"]),
            ["назначила/назначат", "выборы"]
        );
        assert_eq!(shared("普京抵達平壤", &["普京訪問平壤"]), ["普京", "平壤"]);
    }
}
