//! The index of copies: which entries of the window may be like one, found without looking at the
//! others. It only proposes; [`super::likeness`] decides on the texts. Its memory is bounded, nothing in
//! it ever moves, and what it answers depends on the order of entries alone: loaded again from the
//! store it answers the same.

mod segment;

use super::signature::{Minima, Sketch, guess};
use crate::model::{EntryId, Time};
use segment::{Indexed, Segment};
use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Duration;

/// Entries that are remembered, whatever the window.
pub const MOST_ENTRIES: usize = 500_000;
/// Texts that are read to decide about one.
const MOST_CANDIDATES: usize = 8;
/// What share of pieces must seem to be in both for a text to be read: the guess is off by a tenth,
/// and a text that quotes another whole may be much longer.
const LEAST_GUESS: f32 = 0.3;

/// Entries of the window by what they look like.
#[derive(Debug)]
pub struct Copies {
    window: Duration,
    /// Oldest first.
    segments: VecDeque<Segment>,
    /// Entries that were ever added.
    added: usize,
    /// Entries that have been looked at for the one in question.
    met: Vec<(usize, usize)>,
}

/// An entry whose text may be like the one in question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The entry.
    pub entry: EntryId,
    /// What share of the pieces seems to be in both.
    pub guess: f32,
}

impl Copies {
    /// An empty index that answers with entries first seen within `window` of the one in question.
    #[must_use]
    pub fn new(window: Duration) -> Self {
        Self { window, segments: VecDeque::new(), added: 0, met: Vec::new() }
    }

    /// Looks from now on within another window.
    pub fn set_window(&mut self, window: Duration) {
        self.window = window;
    }

    /// Adds an entry, in the order of sequencing.
    pub fn add(&mut self, entry: EntryId, seen: Time, minima: &Minima) {
        if self.segments.back().is_none_or(Segment::is_full) {
            self.segments.push_back(Segment::after(self.segments.back(), self.added));
        }
        let (sketch, bare) = (minima.sketch(), minima.bare);
        let indexed = Indexed { sketch, entry, seen: seconds(seen), bare };
        if let Some(segment) = self.segments.back_mut() {
            segment.add(indexed, &minima.bands());
            self.added += 1;
        }
        self.drop_oldest(seen);
    }

    /// Gives one segment back when none of its entries can be asked for any more.
    fn drop_oldest(&mut self, now: Time) {
        let (Some(oldest), Some(second)) = (self.segments.front(), self.segments.get(1)) else {
            return;
        };
        let is_over =
            oldest.newest().is_none_or(|newest| !self.is_within(newest.seen, seconds(now)));
        if is_over || self.added - second.first >= MOST_ENTRIES {
            self.segments.pop_front();
        }
    }

    fn is_within(&self, seen: u32, now: u32) -> bool {
        u64::from(now.abs_diff(seen)) <= self.window.as_secs()
    }

    /// The entries whose texts are to be compared with one first seen at `seen`, the likeliest first,
    /// older ones before newer ones.
    pub fn candidates(&mut self, seen: Time, minima: &Minima) -> Vec<Candidate> {
        let bands = minima.bands();
        let asked = (seconds(seen), minima.sketch(), minima.bare);
        let mut met = std::mem::take(&mut self.met);
        met.clear();
        for (place, segment) in self.segments.iter().enumerate() {
            segment.meeting(&bands, |entry| met.push((place, entry)));
        }
        met.sort_unstable();
        met.dedup();
        // As with the lines of cells: all that met is asked for before the first is looked at.
        let met_at = |&(segment, place): &(usize, usize)| self.segments[segment].get(place);
        black_box(met.iter().filter_map(met_at).fold(0, |any, indexed| any | indexed.seen));
        let found =
            met.iter().filter_map(|&(segment, place)| self.candidate(segment, place, &asked));
        let mut found: Vec<Candidate> = found.collect();
        found.sort_by(|a, b| b.guess.total_cmp(&a.guess).then(a.entry.cmp(&b.entry)));
        found.truncate(MOST_CANDIDATES);
        self.met = met;
        found
    }

    fn candidate(
        &self,
        segment: usize,
        place: usize,
        (seen, sketch, bare): &(u32, Sketch, bool),
    ) -> Option<Candidate> {
        let segment = self.segments.get(segment)?;
        let indexed = segment.get(place)?;
        let newer = self.added - segment.first - place - 1;
        if newer >= MOST_ENTRIES || !self.is_within(indexed.seen, *seen) {
            return None;
        }
        let (whole, title) = guess(sketch, &indexed.sketch);
        let guess = if *bare || indexed.bare { whole.max(title) } else { whole };
        (guess >= LEAST_GUESS).then_some(Candidate { entry: indexed.entry, guess })
    }

    /// Entries that are remembered now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.front().map_or(0, |oldest| self.added - oldest.first)
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes reserved for them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.segments.iter().map(Segment::bytes).sum()
    }
}

/// Seconds since 1970, the first or the last that there is room for where it is none of them.
fn seconds(time: Time) -> u32 {
    u32::try_from(time.timestamp().max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::Gist;

    const HOUR: i64 = 3600;

    fn minima(text: &str) -> Minima {
        Minima::of(&Gist::of([text, ""]).unwrap())
    }

    fn at(seconds: i64) -> Time {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn index(entries: &[(i64, &str)]) -> Copies {
        let mut copies = Copies::new(Duration::from_secs(72 * 3600));
        for (entry, (seen, text)) in (1..).zip(entries) {
            copies.add(EntryId(entry), at(*seen), &minima(text));
        }
        copies
    }

    fn found(copies: &mut Copies, seen: i64, text: &str) -> Vec<i64> {
        copies.candidates(at(seen), &minima(text)).iter().map(|it| it.entry.0).collect()
    }

    #[test]
    fn the_likest_comes_first_and_the_earlier_of_two() {
        let mut copies = index(&[
            (0, "apple unveils a thinner laptop with a brighter screen"),
            (1, "putin arrives in north korea for a two day visit, kremlin says"),
            (2, "putin arrives in north korea for a two day visit"),
            (3, "putin arrives in north korea for a two day visit"),
        ]);
        assert_eq!(
            found(&mut copies, 9, "putin arrives in north korea for a two day visit"),
            [3, 4, 2]
        );
    }

    #[test]
    fn what_is_older_than_the_window_is_not_found() {
        let mut copies = index(&[(0, "putin arrives in north korea for a two day visit")]);
        let same = "putin arrives in north korea for a two day visit";
        assert_eq!(found(&mut copies, 72 * HOUR, same), [1]);
        assert_eq!(found(&mut copies, 72 * HOUR + 1, same), [] as [i64; 0]);
    }

    #[test]
    fn an_index_that_starts_later_answers_the_same() {
        let texts: Vec<String> = (0..40_000)
            .map(|n| format!("{} is the headline that this item {n} bears", n % 997))
            .collect();
        let all: Vec<_> = texts.iter().map(|text| (10, text.as_str())).collect();
        let mut whole = index(&all);
        let mut late = Copies::new(Duration::from_secs(72 * 3600));
        for (entry, (seen, text)) in (1..).zip(&all).skip(3_000) {
            late.add(EntryId(entry), at(*seen), &minima(text));
        }
        for text in texts.iter().skip(30_000).step_by(711) {
            let after = |entry: &i64| *entry > 3_000;
            let whole: Vec<i64> = found(&mut whole, 11, text).into_iter().filter(after).collect();
            assert_eq!(whole[..1], found(&mut late, 11, text)[..1]);
        }
    }

    #[test]
    fn memory_is_given_back() {
        let mut copies = Copies::new(Duration::from_secs(60));
        let minima = minima("putin arrives in north korea for a two day visit");
        for n in 0..200_000 {
            copies.add(EntryId(n), at(n / 100), &minima);
        }
        assert!(copies.len() < 200_000);
        assert!(copies.segments.len() <= 2, "{}", copies.segments.len());
    }
}
