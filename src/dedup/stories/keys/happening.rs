//! What happens, by words of headlines in many languages: `happenings.txt` beside this room.

use super::super::terms::KeyKind;
use crate::text::{Script, fold, loosen, script};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What Arabic writes together with the word behind it: the article, "and", "with", "to".
const PROCLITICS: &[&str] =
    &["ال", "و", "ف", "ب", "ل", "ك", "س", "وال", "فال", "بال", "لل", "كال", "وب", "ول", "وس"];

/// All words, and what each says by number.
struct Words {
    automaton: Option<AhoCorasick>,
    says: Vec<Says>,
}

/// What a word says.
#[derive(Debug, Clone, Copy)]
struct Says {
    happening: &'static str,
    kind: KeyKind,
    /// Whether the word must end there.
    is_whole: bool,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let lines = include_str!("../happenings.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
    let words = lines.flat_map(|(name, words)| {
        let (happening, kind) = kind(name);
        let words = words.split(';').map(str::trim).filter(|word| !word.is_empty());
        words.map(move |word| {
            let bare = word.strip_suffix('.');
            let says = Says { happening, kind, is_whole: bare.is_some() };
            (loosen(&fold(bare.unwrap_or(word))).into_owned(), says)
        })
    });
    let (words, says): (Vec<String>, Vec<Says>) = words.unzip();
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).ok();
    Words { automaton, says }
});

/// What a line's name is, and the sign before it.
fn kind(name: &'static str) -> (&'static str, KeyKind) {
    let signs = [('*', KeyKind::Disaster), ('~', KeyKind::Answer)];
    let found = signs.iter().find_map(|(sign, kind)| Some((name.strip_prefix(*sign)?, *kind)));
    found.unwrap_or((name, KeyKind::Happening))
}

/// The happenings in a text that is folded and loosened, each once.
pub(super) fn all(text: &str) -> impl Iterator<Item = (&'static str, KeyKind)> + use<> {
    let mut found = BTreeMap::new();
    let mut from = 0;
    while let Some((start, end, says)) = next(text, from) {
        if begins_word(text, start) && !(says.is_whole && goes_on(text, end)) {
            found.insert(says.happening, says.kind);
            from = end;
        } else {
            from = start + text[start..].chars().next().map_or(1, char::len_utf8);
        }
    }
    found.into_iter()
}

/// Whether a word, folded and loosened, begins with one that says what happens.
pub(super) fn is_one(word: &str) -> bool {
    next(word, 0).is_some_and(|(start, end, says)| {
        begins_word(word, start)
            && (start == 0 || PROCLITICS.contains(&&word[..start]))
            && !(says.is_whole && goes_on(word, end))
    })
}

fn next(text: &str, from: usize) -> Option<(usize, usize, Says)> {
    let found = WORDS.automaton.as_ref()?.find(&text[from..])?;
    let says = WORDS.says[found.pattern().as_usize()];
    Some((from + found.start(), from + found.end(), says))
}

/// Any letter does in scripts that do not divide words, and in Korean, which writes nouns together; a word
/// in katakana stands alone.
fn begins_word(text: &str, start: usize) -> bool {
    let first = script(text[start..].chars().next().unwrap_or(' '));
    let before = &text[..start];
    let last = before.chars().next_back().unwrap_or(' ');
    match first {
        Script::Katakana => script(last) != Script::Katakana && last != 'ー',
        Script::Hangul => true,
        Script::Arabic => {
            let word = before
                .rfind(|c: char| !c.is_alphanumeric())
                .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
            word == start || PROCLITICS.contains(&&before[word..])
        }
        _ => !first.is_spaced() || !last.is_alphanumeric(),
    }
}

/// Whether the word that ends at `end` goes on behind it.
fn goes_on(text: &str, end: usize) -> bool {
    let of = text[..end].chars().next_back().map(script);
    text[end..].chars().next().is_some_and(|c| c.is_alphanumeric() && Some(script(c)) == of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(title: &str) -> Vec<&'static str> {
        all(&loosen(&fold(title))).map(|(name, _)| name).collect()
    }

    #[test]
    fn the_same_happens_in_all_languages() {
        for title in [
            "Putin and Kim sign treaty",
            "Путин и Ким подписали договор",
            "푸틴·김정은 조약 서명",
            "普京与金正恩签署条约",
            "Putin ve Kim anlaşma imzaladı",
            "بوتين وكيم يوقعان المعاهدة",
        ] {
            assert_eq!(names(title), ["sign", "treaty"], "{title}");
        }
    }

    #[test]
    fn a_word_counts_from_its_beginning() {
        assert_eq!(names("a designer resigned"), ["resign"]);
        assert_eq!(names("プレボスト枢機卿"), [""; 0], "a strike is スト");
        assert_eq!(names("全国でスト"), ["walkout"]);
    }

    #[test]
    fn a_word_with_a_stop_behind_it_ends_there() {
        assert_eq!(names("Sel felaketi"), ["flood"]);
        assert_eq!(names("Selenskyj"), [""; 0]);
    }

    #[test]
    fn what_strikes_and_what_is_said_of_it_are_kinds_of_their_own() {
        let kinds: Vec<_> = all("quake: minister condemns looting in hospital").collect();
        assert!(kinds.contains(&("earthquake", KeyKind::Disaster)), "{kinds:?}");
        assert!(kinds.contains(&("condemn", KeyKind::Answer)), "{kinds:?}");
        assert!(kinds.contains(&("hospital", KeyKind::Happening)), "{kinds:?}");
    }
}
