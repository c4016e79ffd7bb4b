//! How rare terms are, learned from the entries that come and forgotten as others do. A fixed number of
//! counters that terms share: of those that a term has, the least is taken, so that one is rarely
//! taken for more common than it is.

use super::terms::Term;

/// Counters of a row, a power of two.
const COUNTERS: usize = 1 << 20;
/// Entries after which all that was learned counts half.
const MEMORY: u32 = 400_000;
/// Entries that what is known beforehand of a term weighs as much as.
const PRIOR: f32 = 5000.0;
/// What the most common term weighs.
const LEAST: f32 = 0.1;

/// In how many entries each term stood.
pub(super) struct Rarity {
    rows: [Box<[u16]>; 2],
    entries: u32,
}

impl Rarity {
    /// Bytes taken.
    pub(super) const BYTES: usize = 2 * COUNTERS * size_of::<u16>();

    pub(super) fn new() -> Self {
        let row = || vec![0; COUNTERS].into_boxed_slice();
        Self { rows: [row(), row()], entries: 0 }
    }

    /// What a term says by being there.
    pub(super) fn weight(&self, term: Term) -> f32 {
        let [a, b] = places(term.hash);
        let count = f32::from(self.rows[0][a].min(self.rows[1][b]));
        let expected = term.class.prior() * PRIOR / 1000.0;
        #[expect(clippy::cast_precision_loss, reason = "some hundred thousand")]
        let all = self.entries as f32 + PRIOR;
        (all / (count + expected)).ln().max(LEAST)
    }

    /// Notes the terms of an entry.
    pub(super) fn note(&mut self, terms: [&[Term]; 2]) {
        for term in terms.into_iter().flatten() {
            let [a, b] = places(term.hash);
            let least = self.rows[0][a].min(self.rows[1][b]);
            for (row, at) in self.rows.iter_mut().zip([a, b]) {
                row[at] = row[at].max(least.saturating_add(1));
            }
        }
        self.entries += 1;
        if self.entries >= MEMORY {
            self.entries /= 2;
            self.rows.iter_mut().flat_map(|row| row.iter_mut()).for_each(|count| *count /= 2);
        }
    }
}

fn places(hash: u32) -> [usize; 2] {
    const BITS: u32 = COUNTERS.trailing_zeros();
    let other = hash.wrapping_mul(0x9e37_79b1);
    [hash >> (32 - BITS), other >> (32 - BITS)].map(|place| place as usize)
}
