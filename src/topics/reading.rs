//! In which languages an entry is to be read: the one that it says, if its letters can be that
//! language; else all.

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
        let language = declared.and_then(Language::of).filter(|it| fits(*it, title, text));
        let Some(language) = language else { return Self { languages: Languages::ALL, language } };
        let own = Languages::only(language);
        // Names in Latin letters within other scripts are mostly English ones.
        let english = Language::of("en").filter(|_| language.script() != Script::Latin);
        Self {
            languages: english.map_or(own, |english| own.with(english)),
            language: Some(language),
        }
    }
}

/// Whether a text can be of the language: some of its letters are in one of its scripts. Names in
/// other letters may be most of a short text.
fn fits(language: Language, title: &str, text: &str) -> bool {
    let letters = title.chars().chain(text.chars()).map(script).filter(|s| *s != Script::Common);
    let (mut all, mut own) = (0, 0);
    for script in letters.take(SAMPLE) {
        all += 1;
        own += usize::from(is_written_in(language, script));
    }
    own * LEAST >= all
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
    fn what_is_unknown_is_open_to_all() {
        assert_eq!(Reading::of(None, "Putin", "").languages, Languages::ALL);
    }
}
