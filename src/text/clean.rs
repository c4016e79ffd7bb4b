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
    let Some(first) = text.char_indices().find(|&(_, c)| !is_clean(c)).map(|(at, _)| at) else {
        return Cow::Borrowed(text);
    };
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

/// Runs of Unicode white space as one space, none at the ends. Line feeds are white space.
#[must_use]
pub fn squash(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if is_squashed(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
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

/// Whether trimmed `text` has no white space but single spaces.
fn is_squashed(text: &str) -> bool {
    let mut after_space = false;
    text.chars().all(|c| {
        let space = c == ' ';
        let good = !(space && after_space) && (space || !c.is_whitespace());
        after_space = space;
        good
    })
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
}
