//! One letter for letters that writers of the same language use for one another: accents of Greek,
//! hamzas and the several ya, kaf and ha of Arabic script, Hebrew points, Indian nuktas, ё. Keys and
//! sameness are `fold`'s; this goes further, for finding words only.

use std::borrow::Cow;

/// Folded text with such letters made one. Idempotent. What has none of them is borrowed.
#[must_use]
pub fn loosen(folded: &str) -> Cow<'_, str> {
    if folded.is_ascii() {
        return Cow::Borrowed(folded);
    }
    let Some(first) = folded.char_indices().find(|&(_, c)| loose(c) != Some(c)).map(|(at, _)| at)
    else {
        return Cow::Borrowed(folded);
    };
    let mut out = String::with_capacity(folded.len());
    out.push_str(&folded[..first]);
    out.extend(folded[first..].chars().filter_map(loose));
    Cow::Owned(out)
}

/// What a folded character is taken for; `None` if it is left out.
fn loose(c: char) -> Option<char> {
    if !('\u{131}'..'\u{d00}').contains(&c) {
        // Latin, and everything from Malayalam on: Thai, Georgian, Ethiopic, kana, Han, Hangul.
        return Some(c);
    }
    Some(match c {
        'ı' => 'i',
        'ş' => 'ș',
        'ţ' => 'ț',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ё' => 'е',
        '׳' => '\'',
        '״' => '"',
        'آ' | 'أ' | 'إ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        'ئ' | 'ي' | 'ى' | 'ے' | 'ې' | 'ۍ' => 'ی',
        'ك' | 'ڪ' => 'ک',
        'ة' | 'ۀ' | 'ە' | 'ہ' | 'ھ' | 'ۂ' | 'ۃ' => 'ه',
        other if is_mark(other) => return None,
        'ৰ' => 'র',
        'ँ' => 'ं',
        other => other,
    })
}

/// Marks that many leave out: the dot of a small İ, Hebrew points, Arabic vowels and the tatweel,
/// Indian nuktas, the moon dot of Bengali.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{307}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{93c}' | '\u{981}' | '\u{9bc}' | '\u{a3c}' | '\u{abc}' | '\u{b3c}'
    )
}

#[cfg(test)]
mod tests {
    use super::super::fold;
    use super::loosen;
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use std::borrow::Cow;

    fn loose(text: &str) -> String {
        loosen(&fold(text)).into_owned()
    }

    #[test]
    fn spellings_that_writers_exchange_become_one() {
        for (a, b) in [
            ("Ρωσία", "ΡΩΣΙΑ"),
            ("Королёв", "королев"),
            ("أوكرانيا", "اوكرانيا"),
            ("کره شمالی", "كره شمالي"),
            ("روسيــا", "روسِيا"),
            ("फ़्रांस", "फ्रांस"),
            ("TÜRKİYE", "Türkiye"),
            ("KIBRIS", "Kıbrıs"),
            ("Franţa", "Franța"),
            ("ארה״ב", "ארה\"ב"),
        ] {
            assert_eq!(loose(a), loose(b), "{a} {b}");
        }
    }

    #[test]
    fn other_letters_stay_apart_and_are_borrowed() {
        assert_ne!(loose("más"), loose("mas"));
        assert_ne!(loose("Hà"), loose("Há"));
        for text in ["north korea", "переговоры", "북러 정상회담", "日本", "ข่าวเช้า"]
        {
            assert!(matches!(loosen(text), Cow::Borrowed(_)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn loosening_is_idempotent(text in any::<String>()) {
            let once = loose(&text);
            prop_assert_eq!(loosen(&once).into_owned(), once);
        }
    }
}
