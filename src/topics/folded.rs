//! An entry's text as it is matched: folded and loosened, with a way back to the letters that were
//! written.

use crate::text::{fold, loosen};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

/// Folded text that remembers its original.
#[derive(Debug)]
pub(super) struct Folded<'a> {
    original: &'a str,
    text: Cow<'a, str>,
    /// The original is ASCII, and so the text is the original byte for byte, but for case.
    ascii: bool,
    /// Loosening left letters out, so that places in the text say nothing of the original.
    shifted: bool,
    /// Which letters were small, where that can be told letter by letter.
    aligned: OnceCell<Option<Capitals>>,
    /// Which parts of the original became which parts of the text; only made when asked for.
    pieces: OnceCell<Vec<Piece>>,
}

/// A part of the original that folds by itself.
#[derive(Debug, Clone)]
struct Piece {
    original: Range<usize>,
    folded: Range<usize>,
    ascii: bool,
    /// Without any small letter.
    upper: bool,
}

/// The longest piece, in bytes, that is looked at letter by letter. Longer ones hold whole texts
/// without ASCII; looking at all of one for each find in it would be quadratic.
const LONGEST_MIXED: usize = 1024;

impl<'a> Folded<'a> {
    pub(super) fn new(original: &'a str) -> Self {
        Self::from(original, fold(original))
    }

    /// The same where somebody folded it already.
    pub(super) fn known(original: &'a str, folded: Option<&'a str>) -> Self {
        match folded {
            // What is not looked at is empty, whatever its folded form.
            Some(folded) if !original.is_empty() => Self::from(original, Cow::Borrowed(folded)),
            _ => Self::new(original),
        }
    }

    fn from(original: &'a str, folded: Cow<'a, str>) -> Self {
        let length = folded.len();
        let loosened = match loosen(&folded) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
        let text = loosened.map_or(folded, Cow::Owned);
        Self {
            original,
            ascii: original.is_ascii(),
            shifted: text.len() != length,
            text,
            aligned: OnceCell::new(),
            pieces: OnceCell::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether places in the text are other ones than in the folded original.
    pub(super) fn is_shifted(&self) -> bool {
        self.shifted
    }

    /// Whether what became `range` of the text was written in capitals.
    pub(super) fn is_upper(&self, range: Range<usize>) -> bool {
        if self.ascii {
            return no_lower(&self.original[range]);
        }
        if let Some(capitals) = self.aligned.get_or_init(|| Capitals::of(self.original, &self.text))
        {
            return !capitals.small_within(range);
        }
        if self.shifted {
            return true;
        }
        let pieces = self.pieces.get_or_init(|| pieces(self.original));
        let first = pieces.partition_point(|piece| piece.folded.end <= range.start);
        let touched = pieces[first..].iter().take_while(|piece| piece.folded.start < range.end);
        touched.into_iter().all(|piece| self.is_upper_within(piece, &range))
    }

    /// Whether the letter at `at` was written as a capital, or has no capitals.
    pub(super) fn starts_upper(&self, at: usize) -> bool {
        let length = self.text[at..].chars().next().map_or(0, char::len_utf8);
        self.is_upper(at..at + length)
    }

    fn is_upper_within(&self, piece: &Piece, range: &Range<usize>) -> bool {
        let original = &self.original[piece.original.clone()];
        if piece.ascii {
            let from = range.start.saturating_sub(piece.folded.start);
            let to = range.end.min(piece.folded.end) - piece.folded.start;
            return no_lower(&original[from..to]);
        }
        if piece.upper || original.len() > LONGEST_MIXED {
            return piece.upper;
        }
        // Letter by letter, which is exact but where letters combine; those pieces are short.
        let mut at = piece.folded.start;
        original.chars().all(|c| {
            let start = at;
            at += fold(c.encode_utf8(&mut [0; 4])).len();
            at <= range.start || start >= range.end || !c.is_lowercase()
        })
    }
}

/// Which bytes of the text were small letters in the original.
#[derive(Debug)]
struct Capitals {
    small: Vec<u64>,
}

impl Capitals {
    /// `None` where letters combine, so that they cannot be folded one by one.
    fn of(original: &str, text: &str) -> Option<Self> {
        let mut small = vec![0_u64; text.len() / 64 + 1];
        let mut at = 0;
        for c in original.chars() {
            let length = folded_length(c, &text[at..])?;
            if if c.is_ascii() { c.is_ascii_lowercase() } else { c.is_lowercase() } {
                for place in at..at + length {
                    small[place / 64] |= 1 << (place % 64);
                }
            }
            at += length;
        }
        (at == text.len()).then_some(Self { small })
    }

    fn small_within(&self, range: Range<usize>) -> bool {
        range.into_iter().any(|at| self.small[at / 64] & (1 << (at % 64)) != 0)
    }
}

/// How long the letter has become that `text` begins with; `None` if it is another one.
fn folded_length(c: char, text: &str) -> Option<usize> {
    let first = text.chars().next();
    if first == Some(c) || (c.is_ascii() && first == Some(c.to_ascii_lowercase())) {
        return Some(c.len_utf8());
    }
    let mut bytes = [0; 4];
    let folded = fold(c.encode_utf8(&mut bytes));
    let loose = loosen(&folded);
    text.starts_with(&*loose).then_some(loose.len())
}

fn no_lower(text: &str) -> bool {
    !text.chars().any(char::is_lowercase)
}

/// Cuts `original` where folding the parts and folding the whole come to the same: before ASCII
/// characters, which combine with nothing that stands before them. What follows an ASCII character
/// may combine with it, so the last one before others belongs to them.
fn pieces(original: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut at, mut folded) = (0, 0);
    while at < original.len() {
        let rest = &original[at..];
        let ascii = rest.bytes().position(|b| !b.is_ascii()).unwrap_or(rest.len());
        let length = if ascii > 1 && ascii < rest.len() {
            ascii - 1
        } else if ascii == rest.len() {
            ascii
        } else {
            let others = &rest[ascii..];
            ascii + others.bytes().position(|b| b.is_ascii()).unwrap_or(others.len())
        };
        let end = folded + fold(&rest[..length]).len();
        pieces.push(Piece {
            original: at..at + length,
            folded: folded..end,
            ascii: length <= ascii,
            upper: no_lower(&rest[..length]),
        });
        (at, folded) = (at + length, end);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    fn upper(original: &str, part: &str) -> bool {
        let folded = Folded::new(original);
        let start = folded.text().find(part).expect("the part is there");
        folded.is_upper(start..start + part.len())
    }

    #[test]
    fn capitals_are_told_from_small_letters_in_the_original() {
        assert!(upper("talks with the US today", "us"));
        assert!(!upper("tell us today", "us"));
        assert!(!upper("Us and them", "us"));
        assert!(upper("“Ça va” – l’US Open", "us"));
        assert!(!upper("“Ça va” – avec us", "us"));
        assert!(upper("die ÖVP sagt", "övp"));
        assert!(!upper("die Övp sagt", "övp"));
        assert!(upper("米ＵＳ軍", "us"));
        assert!(upper("Straße der USA", "usa"));
        let long = "small letters ".repeat(200);
        assert!(upper(&format!("é {long} US {long}"), "us"));
        assert!(!upper(&format!("é {long} Us {long}"), "us"));
    }

    proptest! {
        #[test]
        fn the_pieces_cover_the_folded_text_exactly(text in any::<String>()) {
            let whole: String = pieces(&text).iter().map(|p| fold(&text[p.original.clone()]).into_owned()).collect();
            prop_assert_eq!(whole, fold(&text).into_owned());
        }

        #[test]
        fn so_they_do_where_letters_combine(text in "[a-cA-C \u{300}-\u{304}éß\u{ad}\u{200d}\u{ac00}\u{11a8}]{0,24}") {
            let whole: String = pieces(&text).iter().map(|p| fold(&text[p.original.clone()]).into_owned()).collect();
            prop_assert_eq!(whole, fold(&text).into_owned());
        }
    }
}
