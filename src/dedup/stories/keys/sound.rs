//! Names by their sound: the consonants that scripts agree on. Путин, 푸틴 and Putin are one, and so are
//! Тебриз, タブリーズ and Tabriz; what a script cannot write apart is one class.

use super::happening;
use crate::text::{Script, fold, loosen, script, words};

/// Consonants of a name by which it can be known.
pub(super) const LEAST: usize = 3;
/// No more are compared: endings follow.
const MOST: usize = 6;

/// The sounds of the names in a text. What says what happens is no name, with a capital or without.
pub(super) fn all(text: &str) -> Vec<String> {
    let names = words(text).filter(|word| !happening::is_one(&loosen(&fold(word))));
    let mut found: Vec<String> = names.filter_map(of_word).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn of_word(word: &str) -> Option<String> {
    let first = word.chars().next()?;
    let of = script(first);
    let is_name = match of {
        Script::Latin | Script::Cyrillic | Script::Greek | Script::Armenian => first.is_uppercase(),
        Script::Katakana | Script::Hangul | Script::Arabic | Script::Hebrew => true,
        _ => false,
    };
    if !is_name {
        return None;
    }
    let sounds = match of {
        Script::Latin => latin(&word.to_lowercase()),
        Script::Hangul => word.chars().flat_map(hangul).collect(),
        _ => word.to_lowercase().chars().filter_map(letter).collect(),
    };
    let mut sounds: Vec<char> = sounds.into_iter().filter(|sound| *sound != ' ').collect();
    sounds.dedup();
    sounds.truncate(MOST);
    (sounds.len() >= LEAST).then(|| sounds.into_iter().collect())
}

/// P: p b f v; K: k g q; T: t d; S: all that hisses; L: l r; M; N. Vowels, h and w are left out.
#[expect(clippy::match_same_arms, reason = "pairs of letters stand before single ones")]
fn latin(word: &str) -> Vec<char> {
    let letters: Vec<char> = word.chars().collect();
    let mut sounds = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let (sound, taken) = match (letters[at], next) {
            ('c' | 's' | 'z', 'h') | ('c', 'z' | 'e' | 'i' | 'y') | ('t', 's' | 'z') => ('S', 2),
            ('k' | 'g', 'h') => ('K', 2),
            ('p', 'h') => ('P', 2),
            ('t', 'h') => ('T', 2),
            ('x', _) => ('S', 1),
            ('p' | 'b' | 'f' | 'v', _) => ('P', 1),
            ('k' | 'g' | 'q' | 'c', _) => ('K', 1),
            ('t' | 'd' | 'ť' | 'ď' | 'đ', _) => ('T', 1),
            ('s' | 'z' | 'j' | 'š' | 'ž' | 'č' | 'ć' | 'ç' | 'ş' | 'ś' | 'ź' | 'ż' | 'ß', _) => {
                ('S', 1)
            }
            ('l' | 'r' | 'ł' | 'ř', _) => ('L', 1),
            ('m', _) => ('M', 1),
            ('n' | 'ñ' | 'ń' | 'ň', _) => ('N', 1),
            _ => (' ', 1),
        };
        sounds.push(sound);
        at += taken;
    }
    sounds
}

#[expect(clippy::match_same_arms, reason = "a line for each script")]
fn letter(c: char) -> Option<char> {
    Some(match c {
        'п' | 'б' | 'в' | 'ф' | 'π' | 'β' | 'φ' | 'ب' | 'پ' | 'ف' | 'ڤ' | 'ב' | 'פ' | 'ף' => {
            'P'
        }
        'バ'..='ポ' if !matches!(c, 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ') => 'P',
        'フ' | 'ヴ' => 'P',
        'к' | 'г' | 'ґ' | 'κ' | 'γ' | 'χ' | 'ك' | 'ق' | 'غ' | 'گ' | 'ک' | 'ג' | 'כ' | 'ך' | 'ק' => {
            'K'
        }
        'カ'..='ゴ' => 'K',
        'т' | 'д' | 'τ' | 'δ' | 'θ' | 'ت' | 'د' | 'ط' | 'ض' | 'ث' | 'ذ' | 'ד' | 'ט' | 'ת' => {
            'T'
        }
        'タ' | 'ダ' | 'テ' | 'デ' | 'ト' | 'ド' => 'T',
        'с' | 'з' | 'ж' | 'ш' | 'щ' | 'ч' | 'ц' | 'σ' | 'ς' | 'ζ' | 'ξ' => 'S',
        'س' | 'ش' | 'ص' | 'ز' | 'ج' | 'چ' | 'ظ' | 'ז' | 'ס' | 'צ' | 'ץ' | 'ש' => 'S',
        'サ'..='ゾ' | 'チ' | 'ヂ' | 'ツ' | 'ヅ' => 'S',
        'л' | 'р' | 'λ' | 'ρ' | 'ل' | 'ر' | 'ל' | 'ר' | 'ラ'..='ロ' => 'L',
        'м' | 'μ' | 'م' | 'מ' | 'ם' | 'マ'..='モ' => 'M',
        'н' | 'ν' | 'ن' | 'נ' | 'ן' | 'ナ'..='ノ' | 'ン' => 'N',
        _ => return None,
    })
}

/// First and last consonant of a syllable; ㄹ closes where others have l or r.
fn hangul(c: char) -> [char; 2] {
    const FIRST: [char; 19] = [
        'K', 'K', 'N', 'T', 'T', 'L', 'M', 'P', 'P', 'S', 'S', ' ', 'S', 'S', 'S', 'K', 'T', 'P',
        ' ',
    ];
    let Some(at) = u32::from(c).checked_sub(0xac00).filter(|at| *at < 11_172) else {
        return [' ', ' '];
    };
    let first = FIRST[(at / 588) as usize];
    let last = match at % 28 {
        0 | 21 => ' ',
        1..=3 | 24 => 'K',
        4..=6 => 'N',
        7 | 19 | 20 | 22 | 23 | 25 => 'T',
        8..=15 => 'L',
        16 => 'M',
        _ => 'P',
    };
    [first, last]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_sounds_the_same_in_all_scripts() {
        let same = |names: &[&str]| {
            let sounds: Vec<_> = names.iter().map(|name| of_word(name)).collect();
            assert!(
                sounds[0].is_some() && sounds.iter().all(|s| *s == sounds[0]),
                "{names:?} {sounds:?}"
            );
        };
        same(&["Putin", "Путин", "푸틴", "بوتين", "פוטין"]);
        same(&["Tabriz", "Тебриз", "タブリーズ"]);
        same(&["Gershkovich", "Гершкович"]);
        same(&["Nusantara", "ヌサンタラ", "누산타라"]);
    }

    #[test]
    fn short_words_and_words_without_capitals_have_no_sound() {
        assert_eq!(all("the prime minister said it to Mao"), [] as [&str; 0]);
    }
}
