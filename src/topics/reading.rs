//! In which languages an entry is to be read: the one that it says, if its letters can be that
//! language; else all that its letters can be.

use super::language::{Language, Languages};
use crate::text::{Script, script};

/// Languages in whose names an entry's words are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) languages: Languages,
    /// The language, where it is known; else everything that any language calls something is found,
    /// and some of it is not meant.
    pub(super) language: Option<Language>,
}

/// Letters by which a text's script is judged.
const SAMPLE: usize = 200;
/// One letter in so many is enough.
const LEAST: usize = 6;

impl Reading {
    pub(super) fn of(declared: Option<&str>, title: &str, text: &str) -> Self {
        let letters = Letters::of(title, text);
        let language = declared.and_then(Language::of).filter(|it| letters.fit(*it));
        let own = language.map_or_else(|| letters.possible(), Languages::only);
        // Names in Latin letters within other scripts are mostly English ones.
        let is_latin = language.is_some_and(|language| language.script() == Script::Latin);
        let english = Language::of("en").filter(|_| !is_latin);
        Self { languages: english.map_or(own, |english| own.with(english)), language }
    }
}

/// How many of a text's letters are of which script.
struct Letters(Vec<(Script, usize)>);

impl Letters {
    fn of(title: &str, text: &str) -> Self {
        let letters = title.chars().chain(text.chars()).map(script);
        let mut counts: Vec<(Script, usize)> = Vec::new();
        for script in letters.filter(|script| *script != Script::Common).take(SAMPLE) {
            match counts.iter_mut().find(|(known, _)| *known == script) {
                Some((_, count)) => *count += 1,
                None => counts.push((script, 1)),
            }
        }
        Self(counts)
    }

    /// Whether they are enough of those that are `such`. Names in other letters may be most of a short
    /// text.
    fn enough(&self, such: impl Fn(Script) -> bool) -> bool {
        let count = |such: &dyn Fn(Script) -> bool| -> usize {
            self.0.iter().filter(|(script, _)| such(*script)).map(|(_, count)| count).sum()
        };
        count(&such) * LEAST >= count(&|_| true)
    }

    /// Whether the text can be of the language.
    fn fit(&self, language: Language) -> bool {
        self.enough(|script| is_written_in(language, script))
    }

    /// The languages that a text can be of that says none; all where nothing is to be seen.
    fn possible(&self) -> Languages {
        let kana = |script| matches!(script, Script::Hiragana | Script::Katakana);
        let is_possible = |language: Language| match language.tag() {
            // Other languages write Chinese letters as well.
            "ko" => self.enough(|script| script == Script::Hangul),
            "zh" => self.fit(language) && !self.enough(kana),
            _ => self.fit(language),
        };
        if self.0.is_empty() {
            return Languages::ALL;
        }
        let possible = Language::all().filter(|language| is_possible(*language));
        // None of those that are known: then it may say something in any.
        possible.map(Languages::only).reduce(Languages::union).unwrap_or(Languages::ALL)
    }
}

/// Whether the language is written in the script.
fn is_written_in(language: Language, script: Script) -> bool {
    use Script::{Arabic, Bopomofo, Cyrillic, Devanagari, Han, Hangul, Hiragana, Katakana, Latin};
    match language.script() {
        Han => matches!(script, Han | Hiragana | Katakana | Bopomofo),
        own if own == script => true,
        Hangul => script == Han,
        _ => match language.tag() {
            // Written in two or three scripts.
            "sr" | "bs" | "uz" | "az" | "kk" | "ky" | "tk" | "tt" | "mn" | "tg" => {
                matches!(script, Latin | Cyrillic | Arabic)
            }
            "pa" | "ku" | "ckb" | "ug" | "sd" | "ms" => {
                matches!(script, Latin | Cyrillic | Arabic | Devanagari)
            }
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(declared: Option<&str>, title: &str, text: &str) -> Option<&'static str> {
        Reading::of(declared, title, text).language.map(Language::tag)
    }

    #[test]
    fn the_declared_language_holds_where_the_letters_can_be_that() {
        assert_eq!(language(Some("ru-RU"), "Путин прибыл в Пхеньян", ""), Some("ru"));
        assert_eq!(language(Some("en"), "Путин прибыл в Пхеньян", ""), None);
        assert_eq!(language(Some("ja"), "ロシア大統領", ""), Some("ja"));
        assert_eq!(language(Some("ko"), "", "朴 대통령, 푸틴과 통화"), Some("ko"));
        assert_eq!(language(Some("sr"), "Putin stigao u Pjongjang", ""), Some("sr"));
        assert_eq!(language(Some("tlh"), "Putin", ""), None);
        assert_eq!(language(None, "Putin", ""), None);
    }

    #[test]
    fn what_is_unknown_is_open_to_all_that_are_written_so() {
        let open = |title: &str, tag: &str| {
            let own = Language::of(tag).map(Languages::only).expect("a language");
            Reading::of(None, title, "").languages.meets(own)
        };
        assert!(open("Putin", "fi") && open("Putin", "vi") && !open("Putin", "ru"));
        assert!(open("露朝首脳", "ja") && open("露朝首脳", "zh") && !open("露朝首脳", "ko"));
        assert!(open("ロシアの首脳", "ja") && !open("ロシアの首脳", "zh"));
        assert!(open("Путин", "mk") && open("2026", "am"));
    }
}
