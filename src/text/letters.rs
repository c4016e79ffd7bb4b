//! The letters of text without what differs between outlets: punctuation, quotes, layout. What two
//! texts are compared by; how much text there is to compare.

use super::script::{Script, script};

/// The letters and digits of folded text, words parted by single spaces.
#[must_use]
pub fn letters(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    for word in words(folded) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The runs of letters and digits of folded text.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        rest = &rest[length_of(rest, true)..];
        let (word, behind) = rest.split_at(length_of(rest, false));
        rest = behind;
        (!word.is_empty()).then_some(word)
    })
}

/// The length of the characters that `text` begins with and that all part words, or that all do not. By their
/// first bytes, as far as these say which: this runs over every text several times.
fn length_of(text: &str, parting: bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let (parts, length) = match byte {
            0..=0x7f => (!byte.is_ascii_alphanumeric(), 1),
            0xc4..=0xd5 => (false, 2),
            0xe4..=0xee => (false, 3),
            _ => match text[at..].chars().next() {
                Some(c) => (parts_words(c), c.len_utf8()),
                None => break,
            },
        };
        if parts != parting {
            break;
        }
        at += length;
    }
    at
}

/// A hash of the words of folded text, and the bytes that they have: the same for texts that differ in
/// what parts their words. Not for keys: 64 bits, and made to be quick.
#[must_use]
pub fn hash_of_words(folded: &str) -> (u64, usize) {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (mut hash, mut bytes, mut is_parted) = (0u64, 0, false);
    for c in folded.chars() {
        if parts_words(c) {
            is_parted = bytes > 0;
            continue;
        }
        hash =
            (hash.rotate_left(5) ^ u64::from(c) ^ u64::from(is_parted) << 32).wrapping_mul(FACTOR);
        bytes += c.len_utf8();
        is_parted = false;
    }
    (hash ^ hash >> 32, bytes)
}

/// How much `text` says, counted no further than `most`: a letter of a script without spaces and a
/// Korean syllable count twice, for they say as much as two others.
#[must_use]
pub fn weight(text: &str, most: usize) -> usize {
    let mut weight = 0;
    for c in text.chars().filter(|&c| !parts_words(c)) {
        weight += if is_dense(c) { 2 } else { 1 };
        if weight >= most {
            return most;
        }
    }
    weight
}

/// Whether a character says as much as a syllable or a word.
#[must_use]
#[inline]
pub fn is_dense(c: char) -> bool {
    c >= '\u{e00}' && { matches!(script(c), Script::Hangul) || !script(c).is_spaced() }
}

/// White space, punctuation and signs of the scripts that news is written in. By ranges, the commonest
/// first: asking the tables of Unicode for each letter costs more than everything else here.
#[inline]
fn parts_words(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => !c.is_ascii_alphanumeric(),
        '\u{c0}'..='\u{588}' => matches!(c, '×' | '÷'),
        '\u{3021}'..='\u{fe0f}' => c == '\u{30fb}',
        _ => parts_words_elsewhere(c),
    }
}

fn parts_words_elsewhere(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{bf}'
        | '\u{589}'..='\u{58f}' | '\u{5be}' | '\u{5f3}' | '\u{5f4}'
        | '\u{600}'..='\u{60f}' | '\u{61b}'..='\u{61f}' | '\u{66a}'..='\u{66d}' | '\u{6d4}'
        | '\u{964}' | '\u{965}' | '\u{e2f}' | '\u{e5a}' | '\u{e5b}'
        | '\u{2000}'..='\u{206f}' | '\u{2190}'..='\u{2bff}'
        | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
        | '\u{fe10}'..='\u{fe6f}' | '\u{1f000}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_outlets_is_left_out() {
        assert_eq!(letters("“putin  arrives” — in pyongyang!"), "putin arrives in pyongyang");
        assert_eq!(letters("「普京」抵達。"), "普京 抵達");
    }

    #[test]
    fn what_a_first_byte_says_of_parting_words_is_so() {
        for c in '\0'..=char::MAX {
            let (text, parts) = (c.to_string(), parts_words(c));
            assert_eq!(length_of(&text, parts), text.len(), "U+{:04X}", u32::from(c));
            assert_eq!(length_of(&text, !parts), 0, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn the_hash_of_words_is_that_of_their_letters() {
        let hash = |text| hash_of_words(text).0;
        assert_eq!(hash("baca juga: lain"), hash(" - baca  juga lain."));
        assert_ne!(hash("baca juga lain"), hash("bacajuga lain"));
        assert_ne!(hash("baca juga lain"), hash("juga baca lain"));
        assert_eq!(hash_of_words("평양, ").1, "평양".len());
    }

    #[test]
    fn a_letter_that_says_as_much_as_a_syllable_weighs_two() {
        assert_eq!(weight("abc, d", 100), 4);
        assert_eq!(weight("平壤", 100), 4);
        assert_eq!(weight("한국", 100), 4);
        assert_eq!(weight("abcdef", 3), 3);
    }
}
