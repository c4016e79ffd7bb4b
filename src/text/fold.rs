//! One spelling for all spellings of the same letters, for matching and for keys: never for
//! showing. Languages are not known here; what a word's endings mean is left to `topics`.

use std::borrow::Cow;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// `text` in NFKC, full default case folding, NFKC again, and without default-ignorable
/// characters (soft hyphens, joiners, direction marks, variation selectors).
///
/// This is the idea of Unicode's `NFKC_Casefold` (The Unicode Standard, section 3.13, R5).
/// Idempotent. Folded ASCII, and text of the common scripts that is folded already, is borrowed.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let simple = simple_length(text);
    if simple == text.len() { fold_simple(text) } else { fold_in_runs(text, simple) }
}

/// The length of the simple characters that `text` begins with.
fn simple_length(text: &str) -> usize {
    let mut at = 0;
    loop {
        at += settled_length(&text.as_bytes()[at..], true);
        match text[at..].chars().next() {
            Some(c) if is_simple(c) => at += c.len_utf8(),
            _ => return at,
        }
    }
}

/// The length of the characters that `bytes`, which are UTF-8, begin with and that are simple and folded
/// already, by their bytes: small letters of Latin and Cyrillic, Arabic, Devanagari, kana, Han, Hangul. Capitals of ASCII count if
/// `with_capitals`. Asking for each character by itself costs several times more, and folding
/// runs over every text.
fn settled_length(bytes: &[u8], with_capitals: bool) -> usize {
    let mut at = 0;
    loop {
        at += match bytes[at..] {
            [b'A'..=b'Z', ..] if !with_capitals => return at,
            [0..=0x7f, ..] => 1,
            [0xd0, 0xb0..=0xbf, ..]
            | [0xd1, 0x80..=0x8f, ..]
            | [0xc3, 0xa0..=0xb6 | 0xb8..=0xbf, ..]
            | [0xd8, 0xa1..=0xba, ..]
            | [0xd9, 0x81..=0x8a, ..] => 2,
            [0xe5..=0xe9 | 0xeb | 0xec, _, _, ..]
            | [0xe0, 0xa4, 0x84..=0xb9 | 0xbd..=0xbf, ..]
            | [0xe0, 0xa5, 0x80..=0x8c, ..]
            | [0xe3, 0x81, 0x81..=0xbf, ..]
            | [0xe3, 0x82, 0x80..=0x96 | 0xa1..=0xbf, ..]
            | [0xe3, 0x83, 0x80..=0xba | 0xbc, ..] => 3,
            _ => return at,
        };
    }
}

/// Appends simple characters, folded.
fn push_folded(out: &mut String, simple: &str) {
    let mut rest = simple;
    loop {
        let (settled, tail) = rest.split_at(settled_length(rest.as_bytes(), false));
        out.push_str(settled);
        let mut chars = tail.chars();
        let Some(c) = chars.next() else { return };
        out.push(lower(c));
        rest = chars.as_str();
    }
}

/// One ellipsis or full-width comma must not send a whole article the slow way: only what is not
/// simple goes there, with the character before it, which it may combine with. A simple character
/// combines with nothing that stands before it; Thai tone marks may have to change places with it.
fn fold_in_runs(text: &str, simple: usize) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let (mut rest, mut simple) = (text, simple);
    while simple < rest.len() {
        let (plain, odd) = rest.split_at(simple);
        if let Some((folded, length)) = fold_alone(odd, plain.chars().next_back()) {
            push_folded(&mut out, plain);
            out.push_str(folded);
            rest = &odd[length..];
        } else {
            let before = plain.char_indices().rfind(|&(_, c)| !is_tone(c)).map_or(0, |(at, _)| at);
            let end = simple + odd.find(|c| is_simple(c) && !is_tone(c)).unwrap_or(odd.len());
            push_folded(&mut out, &plain[..before]);
            out.extend(folded(&rest[before..end]));
            rest = &rest[end..];
        }
        simple = simple_length(rest);
    }
    push_folded(&mut out, rest);
    Cow::Owned(out)
}

/// Joins two letters of Devanagari into one.
const VIRAMA: char = '\u{94d}';

/// The signs that are commonest among those that are not simple, each by itself: what it becomes, and
/// its length. Not when something stands `before` or behind it that it may combine with.
fn fold_alone(text: &str, before: Option<char>) -> Option<(&'static str, usize)> {
    const FULL_WIDTH: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@abcdefghijklmnopqrstuvwxyz[\\]^_`\
        abcdefghijklmnopqrstuvwxyz{|}~";
    let mut chars = text.chars();
    let c = chars.next()?;
    let folded = match c {
        '！'..='～' => {
            let at = usize::try_from(u32::from(c) - u32::from('！')).ok()?;
            FULL_WIDTH.get(at..=at)?
        }
        '…' => "...",
        'ß' => "ss",
        // Between letters it stays where it is.
        VIRAMA if before.is_some_and(|c| matches!(c, 'क'..='ह')) => "\u{94d}",
        '\u{a0}' | '\u{3000}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => " ",
        '‑' => "‐",
        '€' => "€",
        '₩' => "₩",
        '₽' => "₽",
        '→' => "→",
        '●' => "●",
        '■' => "■",
        '▲' => "▲",
        '▶' => "▶",
        '◆' => "◆",
        '★' => "★",
        '※' => "※",
        _ => return None,
    };
    let stands_alone =
        chars.next().is_none_or(|next| is_simple(next) || (next == c && c != VIRAMA));
    stands_alone.then_some((folded, c.len_utf8()))
}

fn fold_ascii(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn fold_simple(text: &str) -> Cow<'_, str> {
    let settled = settled_length(text.as_bytes(), false);
    let unsettled = || text[settled..].char_indices().find(|&(_, c)| lower(c) != c);
    let Some(first) = unsettled().map(|(at, _)| settled + at) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    push_folded(&mut out, &text[first..]);
    Cow::Owned(out)
}

/// The characters of any text, folded.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    // Decomposed first: case folding of U+0345 and of letters that contain it is only stable so.
    let kept = text.nfkd().filter(|&c| !is_ignorable(c));
    kept.default_case_fold().nfkd().default_case_fold().nfkc()
}

/// Letters and signs that NFKC leaves alone whatever stands beside them (of this same set), and
/// that [`lower`] folds: what most of the world's news is written with.
fn is_simple(c: char) -> bool {
    matches!(c,
        '\0'..='\u{7f}'
        | '\u{a1}'..='\u{a7}' | '«' | '°' | '±' | '¶' | '·' | '»' | '¿'
        | 'À'..='Þ' | 'à'..='ÿ'
        | 'Ā'..='į' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž'
        | 'Ѐ'..='ӿ'
        | 'Ạ'..='ỹ'
        | 'א'..='ת' | 'ء'..='غ' | 'ف'..='ي' | 'پ' | 'چ' | 'ژ' | 'ک' | 'گ' | 'ی' | '،'
        | 'ऄ'..='ह' | 'ऽ'..='ौ' | 'ॐ' | '।'..='॰'
        | 'ก'..='า' | 'ิ'..='ื' | 'เ'..='็' | '่'..='๋'
        | '‐' | '–' | '—' | '‘' | '’' | '‚' | '“' | '”' | '„' | '•' | '№'
        | '、' | '。' | '「'..='】' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー'
        | '一'..='\u{9fff}' | '가'..='힣'
    ) && !matches!(c, 'İ' | '№' | '\u{483}'..='\u{489}')
}

/// Thai tone marks: alone among simple characters they change places with other marks beside them.
fn is_tone(c: char) -> bool {
    matches!(c, '\u{e48}'..='\u{e4b}')
}

/// Default case folding of one simple character.
fn lower(c: char) -> char {
    match c {
        '\0'..='\u{7f}' => c.to_ascii_lowercase(),
        // The bulk of Cyrillic, without a search in the tables of case.
        'а'..='я' => c,
        'А'..='Я' => char::from_u32(u32::from(c) + 0x20).unwrap_or(c),
        '\u{80}'..='¿' | 'א'..='ỿ' if !('Ạ'..='ỹ').contains(&c) => c,
        'À'..='ӿ' | 'Ạ'..='ỹ' => c.to_lowercase().next().unwrap_or(c),
        c => c,
    }
}

/// `Default_Ignorable_Code_Point` (Unicode 16), but for the Hangul fillers,
/// which normalization handles.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{fold, folded, is_simple, lower, settled_length};

    fn fold_any(text: &str) -> String {
        folded(text).collect()
    }

    #[test]
    fn what_is_folded_already_is_borrowed() {
        for text in [
            "north korea",
            "переговоры в сеуле",
            "북러 정상회담",
            "日本のニュース",
            "ข่าวเช้านี้",
            "आज की खबर",
        ] {
            assert!(matches!(fold(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn spellings_of_the_same_word_become_one() {
        assert_eq!(fold("KOREA"), "korea");
        assert_eq!(fold("ПХЕНЬЯН, Ёлка"), "пхеньян, ёлка");
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("ΟΔΥΣΣΕΥΣ"), fold("οδυσσεύς").replace('ύ', "υ"));
        assert_eq!(fold("Ｋｏｒｅａ ２０２６"), "korea 2026");
        assert_eq!(fold("ﾆｭｰｽ"), "ニュース");
        assert_eq!(fold("Cafe\u{301}"), fold("CAFÉ"));
        assert_eq!(fold("한국"), fold("\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"));
        assert_eq!(fold("ﬁnance №5 ½"), "finance no5 1⁄2");
        assert_eq!(fold("Rus\u{ad}sia"), "russia");
        assert_eq!(fold("می\u{200c}خواهد"), "میخواهد");
    }

    #[test]
    fn the_fast_way_says_the_same_as_the_slow_one_for_every_simple_character() {
        for c in ('\0'..=char::MAX).filter(|&c| is_simple(c)) {
            let text = format!("{c}é");
            assert_eq!(fold(&text), fold_any(&text), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn what_is_settled_is_simple_and_folded() {
        for c in ('\0'..=char::MAX).filter(|c| !c.is_ascii()) {
            let text = c.to_string();
            let length = settled_length(text.as_bytes(), false);
            assert!(length == 0 || (length == text.len() && is_simple(c) && lower(c) == c), "{c}");
        }
    }

    #[test]
    fn folding_every_character_twice_changes_nothing_more() {
        for c in '\0'..=char::MAX {
            let once = fold(c.encode_utf8(&mut [0; 4])).into_owned();
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn thai_tone_marks_take_their_places_among_other_marks() {
        for text in ["\u{483}\u{e48}", "ก\u{483}\u{e48}\u{e49}", "ก\u{e48}\u{e49}\u{e38}"] {
            assert_eq!(fold(text), fold_any(text), "{}", text.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn marks_of_several_scripts_are_ordered(text in "[a\u{e01}\u{e31}-\u{e3a}\u{e47}-\u{e4e}\u{300}-\u{345}\u{483}-\u{487}…]{0,10}") {
            prop_assert_eq!(fold(&text).into_owned(), fold_any(&text));
        }

        #[test]
        fn folding_is_idempotent(text in any::<String>()) {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once).into_owned(), once);
        }

        #[test]
        fn folding_in_runs_says_the_same_as_folding_the_whole(
            text in "([a-zà-ÿß가-힣一-龥А-яऄ-ॐ]|[！-～…\u{a0}\u{3000}‑€₩→]|[\u{300}-\u{345}\u{1100}-\u{11ff}]|[क-न\u{93c}\u{94d}\u{951}\u{e48}]|\\PC){0,24}"
        ) {
            prop_assert_eq!(fold(&text).into_owned(), fold_any(&text));
        }

        #[test]
        fn simple_neighbours_do_not_combine(text in "[À-ÿĀ-žЀ-ӿẠ-ỹא-תء-غऄ-ॣก-๋ぁ-ヺ가-힣]{0,8}") {
            prop_assert_eq!(fold(&text).into_owned(), fold_any(&text));
        }
    }
}
