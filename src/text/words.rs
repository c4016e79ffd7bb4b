//! Cuts text into the smallest pieces that can be compared: words where a script has spaces,
//! characters where it has none. Stemming, phrases and positions are left to `topics`.

use unicode_normalization::char::is_combining_mark;

use super::script::script;

/// The words of `text` in order, as slices of it.
///
/// A word is a run of letters, digits and marks. In scripts without spaces each letter, with its
/// marks, is a word. Apostrophes inside a word divide it.
#[must_use]
pub fn words(text: &str) -> Words<'_> {
    Words { rest: text }
}

/// The iterator of [`words`].
#[derive(Debug, Clone)]
pub struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let start = self.rest.find(char::is_alphanumeric)?;
        let text = &self.rest[start..];
        let mut chars = text.char_indices();
        let (_, first) = chars.next()?;
        let spaced = script(first).is_spaced();
        let end = chars.find(|&(_, c)| !continues(c, spaced)).map_or(text.len(), |(at, _)| at);
        let (word, rest) = text.split_at(end);
        self.rest = rest;
        Some(word)
    }
}

/// Whether `c` belongs to a word of a script with (or without) spaces that began before it.
fn continues(c: char, spaced: bool) -> bool {
    if c.is_ascii() {
        return spaced && c.is_ascii_alphanumeric();
    }
    is_combining_mark(c) || (spaced && c.is_alphanumeric() && script(c).is_spaced())
}

#[cfg(test)]
mod tests {
    use super::words;

    fn cut(text: &str) -> Vec<&str> {
        words(text).collect()
    }

    #[test]
    fn spaced_scripts_are_cut_at_spaces_and_signs() {
        assert_eq!(
            cut("Kim Jong-un’s «Россия–КНДР», 2026!"),
            ["Kim", "Jong", "un", "s", "Россия", "КНДР", "2026"]
        );
        assert_eq!(cut("북한이 러시아와"), ["북한이", "러시아와"]);
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_characters_with_their_marks() {
        assert_eq!(cut("朝鮮とロシア"), ["朝", "鮮", "と", "ロ", "シ", "ア"]);
        assert_eq!(cut("ที่นี่"), ["ที่", "นี่"]);
    }

    #[test]
    fn a_change_of_script_without_a_space_is_a_cut() {
        assert_eq!(cut("AI時代"), ["AI", "時", "代"]);
        assert_eq!(cut("第5回G7"), ["第", "5", "回", "G7"]);
    }

    #[test]
    fn marks_do_not_divide_words() {
        assert_eq!(cut("हिन्दी में"), ["हिन्दी", "में"]);
        assert_eq!(cut(""), [""; 0]);
    }
}
