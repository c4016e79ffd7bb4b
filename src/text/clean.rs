//! Removes what no reader can show: characters that XML 1.0 forbids, other controls, overrides of
//! the direction of writing; and folds white space. Meaning is left as it is: no case, no
//! normalization (that is `fold`'s).

use std::borrow::Cow;

/// `text` without characters that must not reach an output.
///
/// Dropped: controls and noncharacters (XML 1.0 §2.2 forbids most of them and discourages the
/// rest), the byte order mark, and U+202D and U+202E, which let one title turn the writing of
/// everything around it. Kept: tab and line feed. CR LF, a lone CR and NEL become a line feed;
/// form feed and vertical tab become a space, so that words are not joined.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let Some(first) = first_unclean(text) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = text[first..].chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\r' && rest.peek() == Some(&'\n') {
            continue;
        }
        out.extend(cleaned(c));
    }
    Cow::Owned(out)
}

/// Where the first character stands that is not clean. By bytes, most of which can begin none: this runs
/// over every text several times.
fn first_unclean(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|byte| MAY_BE_UNCLEAN[usize::from(*byte)])?;
        if !text[at..].chars().next().is_some_and(is_clean) {
            return Some(at);
        }
        at += 1;
    }
}

/// By the first byte of a character, whether it may not be clean.
const MAY_BE_UNCLEAN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte, 0..=0x08 | 0x0b..=0x1f | 0x7f | 0xc2 | 0xe2 | 0xef..=0xff);
        byte += 1;
    }
    table
};

/// Runs of Unicode white space as one space, none at the ends. Line feeds are white space.
#[must_use]
pub fn squash(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let Some(first) = first_to_squash(bytes) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let (mut word, mut at) = (0, first);
    while at < bytes.len() {
        let space = white_space(&bytes[at..]);
        if space == 0 {
            at += 1 + ordinary(&bytes[at + 1..]);
            continue;
        }
        out.push_str(&text[word..at]);
        out.push(' ');
        at += space;
        while at < bytes.len() && white_space(&bytes[at..]) > 0 {
            at += white_space(&bytes[at..]);
        }
        word = at;
    }
    out.push_str(&text[word..]);
    Cow::Owned(out)
}

/// The first white space of trimmed text that is not a single space.
fn first_to_squash(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += ordinary(&bytes[at..]);
        let byte = *bytes.get(at)?;
        let is_space = white_space(&bytes[at..]) > 0;
        if is_space && (byte != b' ' || white_space(&bytes[at + 1..]) > 0) {
            return Some(at);
        }
        at += 1;
    }
}

/// How many bytes there are before the first that white space may begin with, single spaces between
/// others not counted: they stay as they are. This runs over every text several times.
fn ordinary(bytes: &[u8]) -> usize {
    let may_be_space = |byte: &u8| MAY_BE_SPACE[usize::from(*byte)];
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(may_be_space).unwrap_or(bytes.len() - at);
        match bytes[at..] {
            [b' ', ref next, ..] if at > 0 && !may_be_space(next) => at += 2,
            _ => return at,
        }
    }
}

/// By the first byte of a character, whether it may be white space.
const MAY_BE_SPACE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte, 0x09..=0x0d | 0x20 | 0xc2 | 0xe1 | 0xe2 | 0xe3);
        byte += 1;
    }
    table
};

/// The length of the white space character that UTF-8 `bytes` begin with; 0 when it is another one.
fn white_space(bytes: &[u8]) -> usize {
    match bytes {
        [b'\t'..=b'\r' | b' ', ..] => 1,
        [0xc2, 0x85 | 0xa0, ..] => 2,
        [0xe1, 0x9a, 0x80, ..]
        | [0xe2, 0x80, 0x80..=0x8a | 0xa8 | 0xa9 | 0xaf, ..]
        | [0xe2, 0x81, 0x9f, ..]
        | [0xe3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

/// What stands for `c` in clean text. A CR before a line feed is the caller's to leave out.
pub(super) fn cleaned(c: char) -> Option<char> {
    match c {
        '\r' | '\u{85}' => Some('\n'),
        '\u{b}' | '\u{c}' => Some(' '),
        c => is_clean(c).then_some(c),
    }
}

/// Whether `c` passes [`clean`] as it is.
pub(super) fn is_clean(c: char) -> bool {
    match c {
        '\t' | '\n' | ' '..='~' => true,
        '\u{0}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{202d}'
        | '\u{202e}'
        | '\u{feff}'
        | '\u{fdd0}'..='\u{fdef}' => false,
        // The last two code points of every plane are noncharacters.
        c => u32::from(c) & 0xfffe != 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{clean, squash};

    #[test]
    fn clean_text_is_not_copied() {
        let text = "Сеул и Москва\tдоговорились\n서울과 모스크바 👩‍🚀";
        assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        assert_eq!(clean("a\u{0}b\u{8}c\u{fffe}d\u{1ffff}e\u{fdd0}f\u{9b}g"), "abcdefg");
    }

    #[test]
    fn line_ends_of_all_systems_become_line_feeds_and_words_stay_apart() {
        assert_eq!(clean("a\r\nb\rc\u{85}d\u{c}e"), "a\nb\nc\nd e");
    }

    #[test]
    fn no_character_that_is_not_clean_is_missed() {
        for c in '\0'..=char::MAX {
            let found = super::first_unclean(&format!("a{c}"));
            assert_eq!(found, (!super::is_clean(c)).then_some(1), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn a_title_cannot_turn_the_writing_of_its_neighbours() {
        assert_eq!(clean("evil\u{202e}txt.exe"), "eviltxt.exe");
        let hebrew = "\u{200f}שלום\u{200f} \u{2067}עולם\u{2069}";
        assert_eq!(clean(hebrew), hebrew);
    }

    #[test]
    fn white_space_of_every_kind_becomes_one_space() {
        assert_eq!(squash("  Пхеньян\u{a0}\u{2003}и \n Сеул\u{3000}"), "Пхеньян и Сеул");
        assert!(matches!(squash(" one two "), Cow::Borrowed("one two")));
        assert_eq!(squash(" \n "), "");
    }

    #[test]
    fn white_space_is_what_unicode_says_it_is() {
        for c in '\0'..=char::MAX {
            let length = super::white_space(c.to_string().as_bytes());
            let expected = if c.is_whitespace() { c.len_utf8() } else { 0 };
            assert_eq!(length, expected, "U+{:04X}", u32::from(c));
        }
    }

    proptest::proptest! {
        #[test]
        fn squashing_is_joining_words_by_spaces(text in "[ \\t\\na-c가é\u{a0}\u{3000}\u{2003}]{0,20}") {
            let words: Vec<&str> = text.split_whitespace().collect();
            proptest::prop_assert_eq!(squash(&text).into_owned(), words.join(" "));
        }
    }
}
