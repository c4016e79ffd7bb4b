//! Writes text piece by piece with the white space that it needs and no more. It knows lines and
//! spaces; what makes a line is said by its callers.

use super::clean::is_clean;

/// What must stand between what is written and what comes next, the stronger one winning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// One space.
    Space,
    /// One line feed.
    Line,
}

/// Clean text in the making.
#[derive(Debug)]
pub(super) struct Layout {
    out: String,
    gap: Gap,
}

impl Layout {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), gap: Gap::None }
    }

    /// Asks for at least `gap` before the next visible character.
    pub(super) fn separate(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Appends `text`, its white space folded; its line feeds are kept if `keep_lines`.
    pub(super) fn push(&mut self, text: &str, keep_lines: bool) {
        let mut rest = text;
        loop {
            let (graphic, tail) = rest.split_at(graphic_length(rest.as_bytes()));
            if !graphic.is_empty() {
                self.close_gap();
                self.out.push_str(graphic);
            }
            let mut chars = tail.chars();
            let Some(c) = chars.next() else { return };
            self.push_char(c, keep_lines);
            rest = chars.as_str();
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn push_char(&mut self, c: char, keep_lines: bool) {
        if c.is_whitespace() {
            let line = keep_lines && matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
            self.separate(if line { Gap::Line } else { Gap::Space });
        } else if is_clean(c) {
            self.close_gap();
            self.out.push(c);
        }
    }

    fn close_gap(&mut self) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        if self.out.is_empty() {
            return;
        }
        match gap {
            Gap::None => {}
            Gap::Space => self.out.push(' '),
            Gap::Line => self.out.push('\n'),
        }
    }
}

/// How many bytes there are of words parted by single spaces, which need no other layout. Most of a text
/// is of these, and is copied at once.
fn graphic_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let is_graphic = |byte: &u8| GRAPHIC[usize::from(*byte)];
        at += bytes[at..].iter().position(|byte| !is_graphic(byte)).unwrap_or(bytes.len() - at);
        match bytes[at..] {
            [b' ', ref next, ..] if at > 0 && is_graphic(next) => at += 1,
            _ => return at,
        }
    }
}

/// By its first byte, whether a character is neither white space nor unclean, whatever follows: most of
/// what the world writes. The others are looked at one by one.
const GRAPHIC: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte, 0x21..=0x7e | 0x80..=0xbf | 0xc3..=0xe0 | 0xe4..=0xee);
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_pass_unseen_are_clean_and_no_white_space() {
        for c in '\0'..=char::MAX {
            let first = c.to_string().as_bytes()[0];
            if GRAPHIC[usize::from(first)] {
                assert!(is_clean(c) && !c.is_whitespace(), "U+{:04X}", u32::from(c));
            }
        }
    }
}
