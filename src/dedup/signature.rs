//! A fixed number of bytes that two like texts have mostly in common: minima of many hash functions
//! over the pieces of a text (min-wise hashing). Equal minima are as frequent as pieces that are in both.

use super::gist::Gist;
use super::grams::each_gram;
use crate::model::{Signature, StoredSignature};
use std::array;

/// Minima over title and text.
pub(super) const OF_WHOLE: usize = 64;
/// Minima over the title alone: a source without summaries must find one that has them.
pub(super) const OF_TITLE: usize = 32;
/// All of them.
const HASHES: usize = OF_WHOLE + OF_TITLE;
/// Minima that must all agree for two texts to meet. With three, texts that have a twentieth in
/// common would meet a thousand times a day.
pub(super) const ROWS: usize = 4;
/// Times that two like texts can meet.
pub(super) const BANDS: usize = HASHES / ROWS;

/// How signatures are made. Another number makes those of the store be made again.
pub const SIGNATURE_VERSION: u16 = 1;

/// What a signature says, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minima {
    values: [i16; HASHES],
    /// Whether it is of a title without a text.
    pub(super) bare: bool,
}

/// The last four bits of each minimum: enough to guess how much two texts have in common, and small
/// enough that all that is known of an entry is one line of a processor's cache.
pub(super) type Sketch = [u64; HASHES / IN_WORD];

/// Minima of a sketch in one word.
const IN_WORD: usize = 16;

impl Minima {
    /// The minima of a gist.
    #[must_use]
    pub fn of(gist: &Gist) -> Self {
        let mut values = [i16::MAX; HASHES];
        let (whole, title) = values.split_at_mut(OF_WHOLE);
        each_gram(gist.title(), |gram| lower(title, gram, &TITLE));
        each_gram(gist.text(), |gram| lower(whole, gram, &WHOLE));
        Self { values, bare: gist.lead().is_none() }
    }

    /// As the store keeps them, with what they were made from.
    #[must_use]
    pub fn signature(&self, gist: &Gist) -> Signature {
        Signature {
            version: SIGNATURE_VERSION,
            minima: self.values.iter().flat_map(|minimum| minimum.to_be_bytes()).collect(),
            bare: self.bare,
            text: gist.text().to_owned(),
            edition: gist.edition,
        }
    }

    /// The minima of a signature of the store; made again where they were made in another way.
    #[must_use]
    pub fn stored(signature: StoredSignature) -> Self {
        match signature.remade_from {
            Some(text) => Self::of(&Gist::from_text(text, false)),
            None => Self::read(&signature.minima, signature.bare),
        }
    }

    fn read(bytes: &[u8], bare: bool) -> Self {
        let mut pairs = bytes.chunks_exact(2);
        let values = array::from_fn(|_| match pairs.next() {
            Some([high, low]) => i16::from_be_bytes([*high, *low]),
            _ => i16::MAX,
        });
        Self { values, bare }
    }

    /// One hash a band: equal where all of its minima are.
    pub(super) fn bands(&self) -> [u32; BANDS] {
        array::from_fn(|band| {
            let rows = &self.values[band * ROWS..(band + 1) * ROWS];
            let rows =
                rows.iter().fold(0u64, |sum, row| sum << 16 | u64::from(row.cast_unsigned()));
            (mixed(rows ^ (band as u64) << 56) >> 32) as u32
        })
    }

    pub(super) fn sketch(&self) -> Sketch {
        array::from_fn(|word| {
            let minima = &self.values[word * IN_WORD..(word + 1) * IN_WORD];
            minima.iter().fold(0, |sum, minimum| sum << 4 | u64::from(minimum.cast_unsigned() & 15))
        })
    }
}

/// What share of pieces two sketches suggest to be in both: of whole texts, and of titles.
pub(super) fn guess(a: &Sketch, b: &Sketch) -> (f32, f32) {
    const LOWEST: u64 = 0x1111_1111_1111_1111;
    let unequal = |word: usize| {
        let bits = a[word] ^ b[word];
        let bits = bits | bits >> 2;
        (bits | bits >> 1) & LOWEST
    };
    let (whole, title) = (0..OF_WHOLE / IN_WORD, OF_WHOLE / IN_WORD..HASHES / IN_WORD);
    (share(OF_WHOLE, whole.map(unequal).sum()), share(OF_TITLE, title.map(unequal).sum()))
}

/// The share of pieces in both, when so many of `minima`, counted in fours of bits, have unequal last
/// bits: those of others are equal once in sixteen times.
fn share(minima: usize, unequal: u64) -> f32 {
    const LOW_HALVES: u64 = 0x0f0f_0f0f_0f0f_0f0f;
    let by_bytes = (unequal & LOW_HALVES) + (unequal >> 4 & LOW_HALVES);
    let unequal = by_bytes.wrapping_mul(0x0101_0101_0101_0101) >> 56;
    #[expect(clippy::cast_precision_loss, reason = "a hundred at most")]
    {
        1.0 - unequal as f32 / minima as f32 * (16.0 / 15.0)
    }
}

/// Sixteen bits, because the smallest instruction sets have minima of signed 16-bit lanes.
#[inline]
fn lower<const N: usize>(minima: &mut [i16], gram: u64, [factors, shifts]: &[[i16; N]; 2]) {
    let hash = (mixed(gram) >> 48) as u16;
    for ((minimum, factor), shift) in minima.iter_mut().zip(factors).zip(shifts) {
        let value = hash.cast_signed().wrapping_mul(*factor).wrapping_add(*shift);
        *minimum = value.min(*minimum);
    }
}

static WHOLE: [[i16; OF_WHOLE]; 2] = functions(1);
static TITLE: [[i16; OF_TITLE]; 2] = functions(2);

/// Factors (odd, so that each function is a permutation) and shifts.
#[expect(clippy::cast_possible_truncation, reason = "random bits")]
const fn functions<const N: usize>(seed: u64) -> [[i16; N]; 2] {
    let mut functions = [[0; N]; 2];
    let mut at = 0;
    while at < N {
        let random = mixed(seed << 32 | at as u64);
        functions[0][at] = ((random >> 48 | 1) as u16).cast_signed();
        functions[1][at] = ((random >> 24) as u16).cast_signed();
        at += 1;
    }
    functions
}

/// A finalizer of 64 bits.
#[inline]
const fn mixed(mut x: u64) -> u64 {
    x = (x ^ x >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntryId;

    fn minima(title: &str) -> Minima {
        Minima::of(&Gist::of([title, ""]).unwrap())
    }

    #[test]
    fn like_texts_meet_and_unlike_ones_do_not() {
        let one = minima("putin arrives in north korea for a two day state visit");
        let like = minima("putin arrives in north korea for two day state visit today");
        let other = minima("apple unveils a thinner laptop with a brighter screen");
        let meetings = |a: &Minima, b: &Minima| {
            a.bands().iter().zip(b.bands()).filter(|(a, b)| *a == b).count()
        };
        assert!(meetings(&one, &like) > 4);
        assert_eq!(meetings(&one, &other), 0);
        assert!(guess(&one.sketch(), &like.sketch()).0 > 0.6);
        assert!(guess(&one.sketch(), &other.sketch()).0 < 0.1);
    }

    #[test]
    fn signatures_never_change_within_a_version() {
        let bands = minima("putin arrives in north korea for a two day state visit").bands();
        assert_eq!(bands[..2], [1_615_672_739, 1_775_265_663], "raise SIGNATURE_VERSION");
    }

    #[test]
    fn a_signature_of_another_version_is_made_again_from_its_text() {
        let lead = "and a text below it that is long enough to count";
        for text in ["", lead] {
            let gist = Gist::of(["a title that says enough to be compared", text]).unwrap();
            let minima = Minima::of(&gist);
            let signature = minima.signature(&gist);
            let mut stored = StoredSignature {
                entry: EntryId(1),
                seen: chrono::DateTime::UNIX_EPOCH,
                minima: signature.minima,
                bare: signature.bare,
                remade_from: None,
            };
            assert_eq!(Minima::stored(stored.clone()), minima);
            (stored.minima, stored.remade_from) = (vec![1, 2, 3], Some(signature.text));
            assert_eq!(Minima::stored(stored), minima);
        }
    }
}
