//! What two texts have in common, exactly: pieces of four characters, of two where a character says
//! as much as a syllable or a word; and pairs of words.

use crate::text::{is_dense, script};

/// A set of short pieces: a table with a free place after every chain of pieces that wanted the same
/// one. Most are made for one comparison, so what counts is that they are made quickly.
#[derive(Debug, Clone)]
pub(super) struct Grams {
    /// A power of two of them, at most half of them taken.
    places: Vec<u64>,
    len: usize,
}

/// What stands in a free place: four characters that no clean text has.
const FREE: u64 = u64::MAX;

impl Grams {
    /// The pieces of characters.
    pub(super) fn of(letters: &str) -> Self {
        let mut grams = Self::with_room_for(letters.len());
        each_gram(letters, |gram| grams.insert(gram));
        grams
    }

    /// The pairs of neighbouring words; in scripts without spaces, of neighbouring pairs of
    /// characters.
    pub(super) fn of_words(letters: &str) -> Self {
        let mut pairs = Self::with_room_for(letters.len() / 2);
        let mut before = None;
        each_word(letters, |word| {
            let word = xxhash_rust::xxh3::xxh3_64(word.as_bytes());
            if let Some(before) = before.replace(word) {
                pairs.insert(u64::rotate_left(before, 21) ^ word);
            }
        });
        pairs
    }

    fn with_room_for(grams: usize) -> Self {
        Self { places: vec![FREE; (2 * grams).next_power_of_two().max(2)], len: 0 }
    }

    fn insert(&mut self, gram: u64) {
        let place = self.place(gram);
        if self.places[place] == FREE {
            self.places[place] = gram;
            self.len += 1;
        }
    }

    fn contains(&self, gram: u64) -> bool {
        self.places[self.place(gram)] == gram
    }

    /// Where a piece stands, or would.
    fn place(&self, gram: u64) -> usize {
        let last = self.places.len() - 1;
        let mut place = (gram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & last;
        while self.places[place] != FREE && self.places[place] != gram {
            place = (place + 1) & last;
        }
        place
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How many pieces are in both.
    fn shared(&self, other: &Self) -> usize {
        let (few, many) =
            if self.places.len() < other.places.len() { (self, other) } else { (other, self) };
        few.places.iter().filter(|gram| **gram != FREE && many.contains(**gram)).count()
    }

    /// The share of all pieces that is in both.
    #[expect(clippy::cast_precision_loss, reason = "some hundreds at most")]
    pub(super) fn jaccard(&self, other: &Self) -> f32 {
        let shared = self.shared(other);
        let all = self.len() + other.len() - shared;
        if all == 0 { 0.0 } else { shared as f32 / all as f32 }
    }

    /// The most that [`Grams::jaccard`] can be with those of `letters`, without making their set.
    #[expect(clippy::cast_precision_loss, reason = "some hundreds at most")]
    pub(super) fn at_most(&self, letters: &str) -> f32 {
        let mut shared = 0_usize;
        each_gram(letters, |gram| shared += usize::from(self.contains(gram)));
        if self.len() == 0 { 0.0 } else { shared as f32 / self.len() as f32 }
    }

    /// The share of the smaller set that is in the other.
    #[expect(clippy::cast_precision_loss, reason = "some hundreds at most")]
    pub(super) fn containment(&self, other: &Self) -> f32 {
        let least = self.len().min(other.len());
        if least == 0 { 0.0 } else { self.shared(other) as f32 / least as f32 }
    }
}

/// Calls `each` for every piece of characters, in order, repeated ones too.
#[inline]
pub(super) fn each_gram(letters: &str, mut each: impl FnMut(u64)) {
    // The characters before this one, newest lowest; 16 bits each are exact for all living scripts.
    let mut last: u64 = 0;
    let mut length = 0;
    for c in letters.chars() {
        last = last << 16 | u64::from(u32::from(c) & 0xffff);
        length += 1;
        if is_dense(c) {
            if length >= 2 && last >> 16 & 0xffff != u64::from(b' ') {
                each(last & 0xffff_ffff);
            }
        } else if length >= 4 {
            each(last);
        }
    }
}

fn each_word<'t>(letters: &'t str, mut each: impl FnMut(&'t str)) {
    for word in letters.split([' ', '\n']) {
        let unspaced = word.chars().next().is_some_and(|c| !script(c).is_spaced());
        if !unspaced {
            each(word);
            continue;
        }
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
        let starts = word.char_indices().map(|(at, _)| at);
        starts.zip(ends.skip(1)).for_each(|(start, end)| each(&word[start..end]));
    }
}

/// The numbers of a text, by the values of their digits, each once and in order.
pub(super) fn numbers(letters: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut number = String::new();
    for c in letters.chars().chain([' ']) {
        match digit(c) {
            Some(digit) => number.push(digit),
            None if !number.is_empty() => {
                let kept = number.trim_start_matches('0');
                numbers.push(if kept.is_empty() { "0" } else { kept }.to_owned());
                number.clear();
            }
            None => {}
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// ASCII for a digit of any script that newspapers print.
fn digit(c: char) -> Option<char> {
    const ZEROS: [char; 10] = [
        '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{ae6}', '\u{be6}', '\u{c66}', '\u{ce6}',
        '\u{e50}', '\u{1040}',
    ];
    if c.is_ascii() || !c.is_numeric() {
        return c.is_ascii_digit().then_some(c);
    }
    let value = ZEROS.iter().filter_map(|zero| u32::from(c).checked_sub(u32::from(*zero)));
    value.filter(|value| *value < 10).find_map(|value| char::from_digit(value, 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn spaced_scripts_are_cut_into_fours_and_dense_ones_into_twos() {
        assert_eq!(Grams::of("abcde").len(), 2);
        assert_eq!(Grams::of("普京抵達").len(), 3);
        assert_eq!(Grams::of("푸틴 평양").len(), 2);
        assert_eq!(Grams::of("abc").len(), 0);
    }

    #[test]
    fn what_is_in_both_is_counted_once() {
        let (a, b) = (Grams::of("one two three"), Grams::of("one two three four"));
        assert!((a.jaccard(&b) - 10.0 / 15.0).abs() < 1e-6);
        assert!((a.containment(&b) - 1.0).abs() < 1e-6);
        assert!((a.jaccard(&a) - 1.0).abs() < 1e-6);
        assert!(a.jaccard(&Grams::of("другое письмо")).abs() < 1e-6);
    }

    #[test]
    fn pairs_of_words_stand_for_what_is_quoted_whole() {
        let (a, b) = (Grams::of_words("a b c d"), Grams::of_words("x a b c d y"));
        assert!((a.containment(&b) - 1.0).abs() < 1e-6);
        assert!(Grams::of_words("普京抵達平壤").len() == 4);
    }

    proptest::proptest! {
        #[test]
        fn they_are_counted_as_sets(a in "[a-c普京 ]{0,40}", b in "[a-c普京 ]{0,40}") {
            let set = |text: &str| {
                let mut set = HashSet::new();
                each_gram(text, |gram| { set.insert(gram); });
                set
            };
            let (grams, sets) = ([Grams::of(&a), Grams::of(&b)], [set(&a), set(&b)]);
            proptest::prop_assert_eq!(grams[0].len(), sets[0].len());
            proptest::prop_assert_eq!(grams[0].shared(&grams[1]), sets[0].intersection(&sets[1]).count());
            proptest::prop_assert!(grams[0].jaccard(&grams[1]) <= grams[0].at_most(&b));
        }
    }

    #[test]
    fn numbers_are_the_same_in_all_digits() {
        assert_eq!(numbers("24 годa ٢٤ २४ 024"), ["24"]);
    }
}
