//! What a source repeats: lines and sentences that stood in three or more of its other entries say
//! nothing about this one ("Sign up for our newsletter", "Baca Juga:", the outlet's name behind each
//! title). Learned per source, forgotten when it is no longer seen; the same history always gives
//! the same memory.

use super::letters::hash_of_words;
use super::marked;
use std::borrow::Cow;
use std::ops::Range;

/// Sightings in other entries that make a line boilerplate.
const SIGHTINGS: usize = 3;
/// Lines remembered of a source; the ones that were not seen for longest go first.
const LINES: usize = 256;
/// Lines beyond that before they go, many at once.
const SURPLUS: usize = 64;
/// Lines looked at from either end of a text: boilerplate stands there, and a long article must not
/// push out what is known.
const ENDS: usize = 12;
/// A line longer than this is taken apart into sentences.
const LONG_LINE: usize = 160;
/// Letters that a line must have to be remembered.
const LEAST_BYTES: usize = 4;
/// Bytes of one line, as the store keeps them.
const LINE_BYTES: usize = 4 + 2 * SIGHTINGS;

/// What one source repeats.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Boilerplate {
    /// Sorted by hash.
    lines: Vec<Line>,
}

/// A line, and when it was last seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    hash: u32,
    /// Hours, newest first, wrapping every seven years; 0 for never.
    seen: [u16; SIGHTINGS],
}

/// Where lines and sentences stand in a text, and their hashes.
#[derive(Debug, Clone, Default)]
pub struct Lines(Vec<(Range<usize>, u32)>);

impl Lines {
    /// The parts of a folded title: all of it, and what is divided by dashes and bars.
    #[must_use]
    pub fn of_title(folded: &str) -> Self {
        let whole = hashed(folded, 0..folded.len());
        let mut parts: Vec<_> = split(folded, 0..folded.len(), title_breaks).collect();
        if parts.len() < 2 {
            parts.clear();
        }
        let parts = parts.into_iter().filter_map(|part| hashed(folded, part));
        Self(whole.into_iter().chain(parts).collect())
    }

    /// The lines of a folded text that stand near its ends, long ones by sentences.
    #[must_use]
    pub fn of_text(folded: &str) -> Self {
        let mut parts = Vec::with_capacity(4 * ENDS);
        for line in split(folded, 0..folded.len(), line_breaks) {
            if line.len() > LONG_LINE {
                parts.extend(split(folded, line, sentence_breaks));
            } else {
                parts.push(line);
            }
        }
        if parts.len() > 2 * ENDS {
            parts.drain(ENDS..parts.len() - ENDS);
        }
        Self(parts.into_iter().filter_map(|part| hashed(folded, part)).collect())
    }
}

impl Boilerplate {
    /// What of a folded title and text is no part of the article: what markers announce, and what the
    /// source repeats. What they hold is noted for later entries.
    pub fn take(
        &mut self,
        [title, text]: [&str; 2],
        hour: u16,
        window: u16,
    ) -> [Vec<Range<usize>>; 2] {
        let (titles, texts) = (Lines::of_title(title), Lines::of_text(text));
        let found = [(title, &titles), (text, &texts)]
            .map(|(folded, lines)| joined(self.repeated(lines, hour, window), marked(folded)));
        self.note(&titles, &texts, hour, window);
        found
    }

    /// The same without noting anything.
    #[must_use]
    pub fn find(&self, [title, text]: [&str; 2], hour: u16, window: u16) -> [Vec<Range<usize>>; 2] {
        let all = [(title, Lines::of_title(title)), (text, Lines::of_text(text))];
        all.map(|(folded, lines)| joined(self.repeated(&lines, hour, window), marked(folded)))
    }

    /// Notes what an entry holds that was first seen in `hour`; what was not seen in the `window` hours
    /// before is forgotten.
    pub fn note(&mut self, title: &Lines, text: &Lines, hour: u16, window: u16) {
        self.lines.retain(|line| age(hour, line.seen[0]) <= window);
        let mut hashes: Vec<u32> = title.0.iter().chain(&text.0).map(|(_, hash)| *hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        for hash in hashes {
            match self.lines.binary_search_by_key(&hash, |line| line.hash) {
                Ok(at) => self.lines[at].see(hour),
                Err(at) => self.lines.insert(at, Line::new(hash, hour)),
            }
        }
        self.forget_surplus(hour);
    }

    fn forget_surplus(&mut self, hour: u16) {
        if self.lines.len() <= LINES + SURPLUS {
            return;
        }
        let rank = |line: &Line| (age(hour, line.seen[0]), line.seen[1] == 0, line.hash);
        let mut ages: Vec<_> = self.lines.iter().map(rank).collect();
        ages.sort_unstable();
        let youngest = ages[LINES];
        self.lines.retain(|line| rank(line) < youngest);
    }

    /// Those of the lines that are boilerplate, none within another.
    fn repeated(&self, lines: &Lines, hour: u16, window: u16) -> Vec<Range<usize>> {
        let mut repeated: Vec<Range<usize>> = Vec::new();
        for (place, hash) in &lines.0 {
            let is_free = repeated.last().is_none_or(|last| place.start >= last.end);
            if is_free && self.holds(*hash, hour, window) {
                repeated.push(place.clone());
            }
        }
        repeated
    }

    fn holds(&self, hash: u32, hour: u16, window: u16) -> bool {
        self.lines
            .binary_search_by_key(&hash, |line| line.hash)
            .is_ok_and(|at| self.lines[at].is_repeated(hour, window))
    }

    /// As the store keeps it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.lines.len() * LINE_BYTES);
        for line in &self.lines {
            bytes.extend_from_slice(&line.hash.to_be_bytes());
            line.seen.iter().for_each(|hour| bytes.extend_from_slice(&hour.to_be_bytes()));
        }
        bytes
    }

    /// The inverse of [`Boilerplate::to_bytes`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let line = |bytes: &[u8]| {
            let (hash, hours) = bytes.split_first_chunk::<4>()?;
            let mut seen = [0; SIGHTINGS];
            for (hour, bytes) in seen.iter_mut().zip(hours.chunks_exact(2)) {
                *hour = u16::from_be_bytes(bytes.try_into().ok()?);
            }
            Some(Line { hash: u32::from_be_bytes(*hash), seen })
        };
        Self { lines: bytes.chunks_exact(LINE_BYTES).filter_map(line).collect() }
    }
}

impl Line {
    fn new(hash: u32, hour: u16) -> Self {
        let mut line = Self { hash, seen: [0; SIGHTINGS] };
        line.see(hour);
        line
    }

    fn see(&mut self, hour: u16) {
        self.seen.rotate_right(1);
        self.seen[0] = hour.max(1);
    }

    fn is_repeated(&self, hour: u16, window: u16) -> bool {
        let oldest = self.seen[SIGHTINGS - 1];
        oldest != 0 && age(hour, oldest) <= window
    }
}

/// Both in one order, and what overlaps made one.
fn joined(mut parts: Vec<Range<usize>>, more: Vec<Range<usize>>) -> Vec<Range<usize>> {
    parts.extend(more);
    parts.sort_unstable_by_key(|part| (part.start, part.end));
    parts.dedup_by(|next, last| {
        let overlaps = next.start < last.end;
        if overlaps {
            last.end = last.end.max(next.end);
        }
        overlaps
    });
    parts
}

/// `folded` without these parts, which are in its order.
#[must_use]
pub fn leave_out<'t>(folded: &'t str, parts: &[Range<usize>]) -> Cow<'t, str> {
    if parts.is_empty() {
        return Cow::Borrowed(folded);
    }
    let mut kept = String::with_capacity(folded.len());
    let mut end = 0;
    for part in parts {
        kept.push_str(&folded[end..part.start]);
        kept.push(' ');
        end = part.end;
    }
    kept.push_str(&folded[end..]);
    Cow::Owned(kept)
}

/// Hours from `seen` to `hour`; none where the entries' order is not that of their times.
fn age(hour: u16, seen: u16) -> u16 {
    let age = hour.wrapping_sub(seen);
    if age > u16::MAX / 2 { 0 } else { age }
}

/// A place and the hash of its words; `None` where there are too few letters.
fn hashed(folded: &str, place: Range<usize>) -> Option<(Range<usize>, u32)> {
    let (hash, bytes) = hash_of_words(&folded[place.clone()]);
    #[expect(clippy::cast_possible_truncation, reason = "a hash")]
    (bytes >= LEAST_BYTES).then_some((place, hash as u32))
}

/// The parts of `place` between the breaks that `next` finds: from a place on, the next break.
fn split(
    text: &str,
    place: Range<usize>,
    next: impl Fn(&str) -> Option<Range<usize>>,
) -> impl Iterator<Item = Range<usize>> {
    let mut from = Some(place.start);
    std::iter::from_fn(move || {
        let start = from?;
        let found = next(&text[start..place.end]);
        from = found.as_ref().map(|found| start + found.end);
        Some(start..found.map_or(place.end, |found| start + found.start))
    })
}

fn line_breaks(text: &str) -> Option<Range<usize>> {
    text.find('\n').map(|at| at..at + 1)
}

fn sentence_breaks(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|byte| MAY_END[usize::from(*byte)])?;
        let end = match bytes[at..] {
            [b'.' | b'!' | b'?', b' ', ..] => Some(at + 1),
            [0xd8, 0x9f, b' ', ..] | [0xdb, 0x94, ..] => Some(at + 2),
            [0xe3, 0x80, 0x82, ..] | [0xe0, 0xa5, 0xa4, ..] => Some(at + 3),
            _ => None,
        };
        if let Some(end) = end {
            return Some(end..end);
        }
        at += 1;
    }
}

/// By the first byte of a character, whether it may end a sentence: . ! ? ؟ ۔ 。 ।
const MAY_END: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte, 0x21 | 0x2e | 0x3f | 0xd8 | 0xdb | 0xe0 | 0xe3);
        byte += 1;
    }
    table
};

/// Where outlets put their name or a rubric beside the headline: signs between two blanks.
fn title_breaks(text: &str) -> Option<Range<usize>> {
    const SIGNS: [&str; 9] = ["- ", "| ", "– ", "— ", ":: ", "· ", "» ", "• ", "/ "];
    let blanks = text.bytes().enumerate().filter(|(_, byte)| *byte == b' ').map(|(at, _)| at);
    blanks.into_iter().find_map(|at| {
        let behind = &text[at + 1..];
        let sign = SIGNS.iter().find(|sign| behind.starts_with(**sign))?;
        Some(at..at + 1 + sign.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: u16 = 72;

    fn seen(boilerplate: &mut Boilerplate, title: &str, text: &str, hour: u16) {
        boilerplate.note(&Lines::of_title(title), &Lines::of_text(text), hour, WINDOW);
    }

    fn title(boilerplate: &Boilerplate, title: &str, hour: u16) -> String {
        leave_out(title, &boilerplate.repeated(&Lines::of_title(title), hour, WINDOW)).into_owned()
    }

    fn text(boilerplate: &Boilerplate, text: &str, hour: u16) -> String {
        leave_out(text, &boilerplate.repeated(&Lines::of_text(text), hour, WINDOW)).into_owned()
    }

    #[test]
    fn a_line_that_stood_in_three_other_entries_is_boilerplate() {
        let mut learned = Boilerplate::default();
        for n in 0..3 {
            assert_eq!(text(&learned, "new\nbaca juga: lain", 10), "new\nbaca juga: lain");
            seen(&mut learned, "", &format!("story {n} of today\nbaca juga - lain"), 10);
        }
        assert_eq!(text(&learned, "new\nbaca juga: lain", 11).trim_end(), "new");
    }

    #[test]
    fn an_outlets_name_behind_each_title_is_boilerplate() {
        let mut learned = Boilerplate::default();
        for n in 0..3 {
            seen(&mut learned, &format!("headline {n} | daily courier"), "", 10);
        }
        assert_eq!(title(&learned, "putin lands - daily courier", 10).trim_end(), "putin lands -");
    }

    #[test]
    fn what_is_no_longer_repeated_is_forgotten() {
        let mut learned = Boilerplate::default();
        for hour in [10, 50, 90] {
            seen(&mut learned, "", "vote for us today", hour);
        }
        assert_eq!(text(&learned, "vote for us today", 95), "vote for us today");
        seen(&mut learned, "", "vote for us today", 91);
        assert_eq!(text(&learned, "vote for us today", 95).trim(), "");
    }

    #[test]
    fn a_sentence_within_a_long_line_is_found() {
        let mut learned = Boilerplate::default();
        let long = |n| format!("{} {n}. our reporter is in seoul. more soon", "word ".repeat(40));
        (0..3).for_each(|n| seen(&mut learned, "", &long(n), 1));
        assert_eq!(text(&learned, &long(9), 1).matches("reporter").count(), 0);
    }

    #[test]
    fn what_a_marker_announces_is_left_out_too() {
        let mut learned = Boilerplate::default();
        (0..3).for_each(|n| seen(&mut learned, "", &format!("story {n}\nall rights reserved"), 1));
        let text = "korea\nread also: russia\nmore\nall rights reserved";
        let [_, parts] = learned.find(["", text], 1, WINDOW);
        assert_eq!(leave_out(text, &parts), "korea\n \nmore\n ");
    }

    #[test]
    fn sentences_end_in_every_script() {
        for text in [
            "푸틴 도착. 회담",
            "как дела? да",
            "普京抵達。會談",
            "وصل؟ نعم",
            "आया। गया",
            "آیا۔ گیا",
        ] {
            let parts = split(text, 0..text.len(), sentence_breaks);
            assert_eq!(parts.count(), 2, "{text}");
        }
        assert_eq!(split("v1.5 is out", 0..11, sentence_breaks).count(), 1);
    }

    #[test]
    fn memory_is_bounded_and_keeps_what_repeats() {
        let mut learned = Boilerplate::default();
        for n in 0..2_000 {
            seen(&mut learned, "", &format!("line {n} a\nline {n} b\nall rights reserved"), 7);
        }
        assert_eq!(text(&learned, "all rights reserved", 7).trim(), "");
        assert!(learned.to_bytes().len() <= (LINES + SURPLUS) * LINE_BYTES);
    }

    #[test]
    fn it_comes_back_from_the_store_as_it_was() {
        let mut learned = Boilerplate::default();
        seen(&mut learned, "one - two", "three\nfour hundred", 65_535);
        seen(&mut learned, "one - five", "three\nfour hundred", 3);
        assert_eq!(Boilerplate::from_bytes(&learned.to_bytes()), learned);
    }
}
