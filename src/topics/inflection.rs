//! How names change in each family of languages: what of a word always stands. What may follow it is
//! told by `inflected`. Words of rules, whose language is not known, are left to `ending`.

use super::ending::{Ending, letters};
use super::inflected::{GREEK, Inflected, ROMANCE, ROMANCE_AN, ROMANCE_ES, ROMANCE_VOWEL};
use super::language::Family;

/// The stem of a folded word of a name, and what may follow it. `small`: the table writes it with a
/// small initial, so it is an adjective where the family has capitals for names.
pub(super) fn inflect(word: &str, family: Family, small: bool) -> (&str, Ending) {
    use Family as F;
    let count = letters(word);
    let shortest = match family {
        F::Indic | F::Dravidian => 1,
        F::English
        | F::Filipino
        | F::Malay
        | F::German
        | F::Hindi
        | F::Arabic
        | F::Persian
        | F::Hebrew
        | F::Ethiopic => 2,
        F::Nordic if small => 2,
        F::Turkic | F::Caucasian => 3,
        _ => 4,
    };
    if count < shortest {
        return (word, Ending::None);
    }
    match family {
        F::SlavicCyrillic => slavic_cyrillic(word, small),
        F::SlavicLatin => noun(family, word, cut(word, "aeiouyáéíýóąęěů", 3)),
        F::Romance if small => romance(word),
        F::Romanian => adjective(family, word, cut(word, "aăei", 3)),
        F::Dutch => (cut(word, "e", 4).unwrap_or(word), noun(family, word, None).1),
        F::German => german(word, small),
        F::Nordic if small => nordic(word),
        F::Greek => greek(word),
        F::Hindi => noun(family, word, cut(word, "ाी", 3)),
        // A country's name takes nothing, an adjective much.
        F::Arabic if !word.ends_with('ی') => (word, Ending::None),
        F::English
        | F::Filipino
        | F::Malay
        | F::Nordic
        | F::Turkic
        | F::Arabic
        | F::Persian
        | F::Hebrew
        | F::Ethiopic => noun(family, word, None),
        F::Fixed | F::Romance | F::Bantu | F::Celtic => (word, Ending::None),
        _ => piled(word, family),
    }
}

/// A noun: its stem if its last vowel is taken off, else the word.
fn noun<'w>(family: Family, word: &'w str, stem: Option<&'w str>) -> (&'w str, Ending) {
    let inflected = Inflected::Noun { family, open: stem.is_some() };
    (stem.unwrap_or(word), Ending::Inflected(inflected))
}

fn adjective<'w>(family: Family, word: &'w str, stem: Option<&'w str>) -> (&'w str, Ending) {
    let inflected = Inflected::Adjective { family, open: stem.is_some() };
    (stem.unwrap_or(word), Ending::Inflected(inflected))
}

/// Families whose endings are only limited in length.
fn piled(word: &str, family: Family) -> (&str, Ending) {
    use Family as F;
    let (stem, most) = match family {
        F::Baltic => match baltic(word) {
            // "poļi" are Poles, and no police.
            Some(stem) if letters(stem) <= 4 => return noun(family, word, Some(stem)),
            Some(stem) => (stem, 5),
            None => (word, 4),
        },
        F::Finnic | F::Hungarian => cut(word, "aäeiuáé", 4).map_or((word, 7), |stem| (stem, 8)),
        F::Basque => (word, 7),
        F::Mongolic => (cut(word, "ая", 4).unwrap_or(word), 6),
        F::Caucasian => (cut(word, "იაეოუ", 3).unwrap_or(word), 7),
        F::Armenian => (cut(word, "ա", 4).unwrap_or(word), 6),
        F::Albanian => (cut(word, "aeië", 4).unwrap_or(word), 4),
        F::Indic | F::Dravidian if word.chars().count() >= 3 => {
            (cut(word, "ाাાਾாుుುുुুુ్್്்", 3).unwrap_or(word), 8)
        }
        _ => return (word, Ending::None),
    };
    (stem, Ending::Inflected(Inflected::UpTo(most)))
}

fn german(word: &str, small: bool) -> (&str, Ending) {
    let family = Family::German;
    let ends = ["isch", "ische", "ischer", "isches"];
    if let Some(end) = ends.iter().find(|end| word.ends_with(**end)) {
        return adjective(family, &word[..word.len() - end.len() + 4], None);
    }
    if small {
        let stem = cut(word, "e", 3).unwrap_or(word);
        return adjective(family, stem, None);
    }
    // "Ukrainekrieg", "Koreas"; shorter names begin too many words.
    if letters(word) >= 5 { noun(family, word, None) } else { adjective(family, word, None) }
}

/// The stem of what the family derives from a country's name, if it does so regularly.
pub(super) fn derivation(word: &str, family: Family) -> Option<(&str, Ending)> {
    use Family as F;
    let stem = match family {
        F::SlavicCyrillic => cut(word, "аяоеиіїуюы", 4).unwrap_or(word),
        F::SlavicLatin => cut(word, "aeiouyáéíýóąęěů", 4).unwrap_or(word),
        F::Finnic | F::Greek => cut(word, "aäeiuαηοσ", 4).unwrap_or(word),
        F::Hungarian => cut(word, "ae", 4).unwrap_or(word),
        F::German | F::Nordic | F::Basque | F::Armenian => word,
        F::Baltic => word.strip_suffix("ija")?,
        F::Arabic => {
            let bare = word.strip_prefix("ال").unwrap_or(word);
            cut(bare, "اه", 2).unwrap_or(bare)
        }
        F::Persian => cut(word, "هاه", 2)?,
        F::Hebrew => cut(word, "ה", 3).unwrap_or(word),
        _ => return None,
    };
    let shortest = match family {
        F::Arabic | F::Persian => 3,
        F::Hebrew => 2,
        _ => 4,
    };
    (letters(stem) >= shortest).then_some((stem, Ending::Inflected(Inflected::Derived(family))))
}

/// The word without its last letter, if that is one of `letters` and `at_least` are left.
fn cut<'w>(word: &'w str, letters: &str, at_least: usize) -> Option<&'w str> {
    let c = word.chars().next_back().filter(|c| letters.contains(*c))?;
    let stem = &word[..word.len() - c.len_utf8()];
    (stem.chars().count() >= at_least).then_some(stem)
}

fn slavic_cyrillic(word: &str, small: bool) -> (&str, Ending) {
    let (stem, ending) = Ending::of(word, 0);
    if letters(word) < 4 {
        return (word, Ending::None);
    }
    match ending {
        Ending::Noun | Ending::OpenNoun if small => (
            stem,
            Ending::Inflected(Inflected::Adjective { family: Family::SlavicCyrillic, open: false }),
        ),
        _ => (stem, ending),
    }
}

/// By the ending of the dictionary: "francés" has "francesa", "alemão" has "alemã", "russo" has
/// "russa"; others add theirs.
fn romance(word: &str) -> (&str, Ending) {
    let long = |stem: &&str| stem.chars().count() >= 3;
    let ended = |ends: &[&str]| ends.iter().find_map(|end| word.strip_suffix(end)).filter(long);
    let (stem, endings) = if let Some(stem) = ended(&["és", "ês", "ès"]) {
        (stem, ROMANCE_ES)
    } else if let Some(stem) = ended(&["án", "ão", "ín", "à"]) {
        (stem, ROMANCE_AN)
    } else if let Some(stem) = ended(&["o", "a", "e", "i"]) {
        (stem, ROMANCE_VOWEL)
    } else {
        (word, ROMANCE)
    };
    (stem, Ending::Inflected(Inflected::Listed(endings)))
}

fn nordic(word: &str) -> (&str, Ending) {
    let family = Family::Nordic;
    for end in ["sk", "ska", "skt", "ske", "skur", "skar"] {
        if let Some(before) = word.strip_suffix(end) {
            if letters(before) >= 5 {
                return adjective(family, word, Some(before));
            }
            return adjective(family, &word[..before.len() + 2], None);
        }
    }
    adjective(family, cut(word, "e", 4).unwrap_or(word), None)
}

fn baltic(word: &str) -> Option<&str> {
    let ends = ["as", "is", "ys", "us", "os", "a", "ė", "e", "i", "s", "š"];
    let stem = ends.iter().find_map(|end| word.strip_suffix(end))?;
    (letters(stem) >= 3).then_some(stem)
}

fn greek(word: &str) -> (&str, Ending) {
    let ends = ["οσ", "ησ", "εσ", "οι", "α", "η", "ο", "ι"];
    let stem = ends.iter().find_map(|end| word.strip_suffix(end)).filter(|stem| letters(stem) >= 3);
    (stem.unwrap_or(word), Ending::Inflected(Inflected::Listed(GREEK)))
}
