//! Which story an entry tells: the stories that are still told, each by what its tellings have in common,
//! found by their rarest words. Precise before complete: a story whose tellings are too unlike stays
//! several. Memory is bounded, nothing in it ever moves, and a story ends when it was quiet for long.

mod across;
mod keys;
mod meetings;
mod open;
mod rarity;
mod shared;
mod terms;
mod words;

pub use keys::{Named, lead};
pub use shared::shared;
pub use terms::{TERMS_VERSION, Terms};

use crate::model::{EntryId, GroupId, Relation, StoryId, Strictness, Time, Verdict};
use meetings::Meetings;
use open::{Asked, Open, Weights};
use rarity::Rarity;
use std::hint::black_box;
use std::time::Duration;

/// Stories that are remembered at most.
const MOST_STORIES: usize = 500_000;
/// The time after which a story that nobody told has ended.
pub const QUIET: Duration = Duration::from_secs(72 * 3600);
/// Seconds in which a story reaches other languages: what the same people do the day after is another.
const ACROSS: i64 = 36 * 3600;
/// Terms of an entry by which its story is looked for: its rarest.
const ASKED: usize = 12;
/// Stories that are compared with an entry: those that share most with it.
const COMPARED: usize = 12;
/// Words that an entry must have to tell a story that another opened: "Weather" proves nothing.
const FEWEST_WORDS: u8 = 3;
/// Stories of a chunk: they are never moved when more come.
const CHUNK: usize = 4096;
/// Places that are looked at for ended stories with each entry.
const SWEPT: usize = 2;
/// Places that are looked at for the quietest story when there is no room.
const LOOKED_AT: usize = 16;

/// The stories that are still told.
pub struct Stories {
    least: f32,
    rarity: Rarity,
    meetings: Meetings,
    /// All chunks but the last are full.
    open: Vec<Vec<Option<Open>>>,
    free: Vec<usize>,
    hand: usize,
    /// When the entry that comes was first seen, in seconds.
    seen: i64,
    /// The terms of the entry in question.
    asked: Vec<Asked>,
    /// The rarest of them.
    rarest: Vec<Asked>,
    /// Their weights by hashes.
    weights: Weights,
    found: Vec<(usize, f32)>,
}

/// The story that an entry tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// The story.
    pub story: StoryId,
    /// How alike it is, 0 to 1.
    pub likeness: f32,
    /// Another story that is alike as well: both are probably one.
    pub also: Option<StoryId>,
}

impl std::fmt::Debug for Stories {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stories")
            .field("least", &self.least)
            .field("open", &self.len())
            .finish_non_exhaustive()
    }
}

/// How alike a title must be to a story that one entry has told.
fn least(strictness: Strictness) -> f32 {
    match strictness {
        Strictness::Strict => 0.21,
        Strictness::Balanced => 0.176,
        Strictness::Loose => 0.13,
    }
}

impl Stories {
    /// No stories yet.
    #[must_use]
    pub fn new(strictness: Strictness) -> Self {
        Self::with_least(least(strictness))
    }

    /// For curves over the threshold.
    #[must_use]
    pub fn with_least(least: f32) -> Self {
        Self {
            least,
            rarity: Rarity::new(),
            meetings: Meetings::new(),
            open: Vec::with_capacity(MOST_STORIES / CHUNK + 1),
            free: Vec::with_capacity(MOST_STORIES),
            hand: 0,
            seen: 0,
            asked: Vec::new(),
            rarest: Vec::new(),
            weights: Weights::default(),
            found: Vec::new(),
        }
    }

    /// Takes another threshold; what is known stays.
    pub fn set_strictness(&mut self, strictness: Strictness) {
        self.least = least(strictness);
    }

    /// The open story that an entry with these terms tells, published at `seen`.
    pub fn told(&mut self, seen: Time, terms: &Terms) -> Option<Told> {
        self.weigh(terms);
        self.told_as_weighed(seen, terms)
    }

    /// Weighs the terms of the next entry, by the entries before it.
    fn weigh(&mut self, terms: &Terms) {
        self.asked.clear();
        self.asked.extend(terms.words.iter().map(|term| Asked {
            hash: term.hash,
            weight: term.class.weight() * self.rarity.weight(*term),
        }));
        self.rarest.clone_from(&self.asked);
        if self.rarest.len() > ASKED {
            let heavier =
                |a: &Asked, b: &Asked| b.weight.total_cmp(&a.weight).then(a.hash.cmp(&b.hash));
            self.rarest.select_nth_unstable_by(ASKED, heavier);
            self.rarest.truncate(ASKED);
        }
    }

    fn told_as_weighed(&mut self, seen: Time, terms: &Terms) -> Option<Told> {
        if terms.length < FEWEST_WORDS {
            return None;
        }
        self.find();
        let norm = norm(&self.asked);
        self.weights.set(&self.asked);
        let now = seen.timestamp();
        // Each is asked for something before it is needed: memory is slow, but answers many at once.
        let lasts = self.found.iter().filter_map(|(place, _)| Some(self.at(*place)?.last));
        black_box(lasts.fold(0, |any, last| any | last));
        let firsts = self.found.iter().filter_map(|(place, _)| self.at(*place)?.first_hash());
        black_box(firsts.fold(0, |any, hash| any | hash));
        let (mut best, mut next): (Option<Told>, Option<Told>) = (None, None);
        for (place, _) in &self.found {
            let Some(open) = self.open[place / CHUNK][place % CHUNK].as_ref() else { continue };
            let likeness = open.likeness(&self.weights, norm);
            let least = self.least * of_length(terms.length) * of_size(open.tellings);
            if likeness < least || has_ended(open, now) {
                continue;
            }
            let likeness = open.fitting(likeness, terms);
            if likeness < least * open.doubt(terms, self.age(open, now), &self.rarity)
                || self.differs(open.story, terms)
            {
                continue;
            }
            let told = Told { story: open.story, likeness, also: None };
            next = better(next, told);
            if best.is_none_or(|best| best.likeness < likeness) {
                (next, best) = (best, Some(told));
            }
        }
        best.map(|best| Told { also: next.map(|next| next.story), ..best })
            .or_else(|| self.told_across(seen, terms))
    }

    /// The open story that is told in other languages, and by an entry with these keys in its own.
    fn told_across(&mut self, seen: Time, terms: &Terms) -> Option<Told> {
        let now = seen.timestamp();
        self.found.clear();
        for pair in across::pairs(&terms.keys) {
            self.found.extend(self.meetings.having(pair).map(|place| (place, 1.0)));
        }
        self.keep_likeliest();
        let mut best: Option<Told> = None;
        for (place, _) in &self.found {
            let Some(open) = self.at(*place) else { continue };
            let age = self.age(open, now);
            if open.tongue == terms.tongue || open.tongue == 0 || age > ACROSS {
                continue;
            }
            let across = open.likeness_across(&terms.keys, &self.rarity);
            let is_best = best.is_none_or(|best| best.likeness < across.likeness);
            if is_best && across.is_telling(age) && !self.differs(open.story, terms) {
                best = Some(Told { story: open.story, likeness: across.likeness, also: None });
            }
        }
        best
    }

    /// Whether an entry cannot be what a story tells in one of its languages.
    fn differs(&self, story: StoryId, terms: &Terms) -> bool {
        if terms.tongue == 0 {
            return false;
        }
        let strands = self.meetings.having(by_id(story)).filter_map(|place| self.at(place));
        strands.filter(|open| open.story == story).any(|open| open.differs(&terms.keys))
    }

    /// Seconds between a story's last telling and an entry of `now`. Where one of both has no date but that
    /// of its arrival, both arrived so long after each other.
    fn age(&self, open: &Open, now: i64) -> i64 {
        let age = (now - open.last).abs();
        let is_undated = now == self.seen || open.last == open.seen;
        if is_undated { age.min((self.seen - open.seen).abs()) } else { age }
    }

    /// The entries that come now were first seen at `seen`, whenever they were published: what nobody tells
    /// from then on for long is forgotten.
    pub fn arrive(&mut self, seen: Time) {
        self.seen = seen.timestamp();
    }

    /// Takes the next entry, which `verdict` places by what it copies: where it copies nothing it may tell
    /// an open story. From then on it is one of those that later entries are compared with.
    pub fn take(
        &mut self,
        entry: EntryId,
        seen: Time,
        terms: &Terms,
        verdict: Verdict,
    ) -> (Verdict, Option<Told>) {
        self.weigh(terms);
        let opens = verdict == Verdict::OpensStory;
        let told = if opens { self.told_as_weighed(seen, terms) } else { None };
        let verdict = told.map_or(verdict, |told| Verdict::JoinsStory {
            story: told.story,
            group: GroupId(entry.0),
            relation: Relation::Telling,
            of: EntryId(told.story.0),
        });
        let (story, _, relation, _) = verdict.place(entry);
        self.add_as_weighed(story, seen, terms, relation == Relation::Copy);
        (verdict, told)
    }

    /// The places of the stories that share most with what is asked for.
    fn find(&mut self) {
        self.found.clear();
        // All lines are asked for at once, not one after the other: memory is slow, but answers many.
        let lines = self.rarest.iter().map(|asked| self.meetings.newest(asked.hash));
        black_box(lines.fold(0, |any, cell| any | cell));
        for asked in &self.rarest {
            let squared = asked.weight * asked.weight;
            self.found.extend(self.meetings.having(asked.hash).map(|place| (place, squared)));
        }
        self.keep_likeliest();
    }

    /// Of the places that were found, by what each time speaks for them, those that most speaks for.
    fn keep_likeliest(&mut self) {
        self.found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        self.found.dedup_by(|b, a| {
            let same = a.0 == b.0;
            a.1 += if same { b.1 } else { 0.0 };
            same
        });
        let likelier = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
        if self.found.len() > COMPARED {
            self.found.select_nth_unstable_by(COMPARED, likelier);
            self.found.truncate(COMPARED);
        }
        self.found.sort_unstable_by(likelier);
    }

    /// An entry of `story` was published at `seen`. Copies only keep a story open: what is printed a
    /// hundred times is one telling.
    pub fn add(&mut self, story: StoryId, seen: Time, terms: &Terms, is_copy: bool) {
        self.weigh(terms);
        self.add_as_weighed(story, seen, terms, is_copy);
    }

    fn add_as_weighed(&mut self, story: StoryId, seen: Time, terms: &Terms, is_copy: bool) {
        let now = seen.timestamp();
        self.sweep();
        self.rarity.note([&terms.words, &terms.keys]);
        let Some(place) = self.place_of(story, terms.tongue) else {
            let mut open = Open::new(story, now, terms, norm(&self.asked));
            open.seen = self.seen;
            let place = self.put(open);
            self.meetings.note(by_id(story), place);
            self.meet(place, terms);
            return;
        };
        let Some(open) = self.open[place / CHUNK][place % CHUNK].as_mut() else { return };
        open.seen = self.seen;
        if is_copy {
            open.last = open.last.max(now);
        } else {
            open.tell(now, terms, &self.rarity);
        }
        self.meetings.note(by_id(story), place);
        self.meet(place, terms);
    }

    /// The story at `place` is found by the rarest of these terms.
    fn meet(&mut self, place: usize, terms: &Terms) {
        for asked in &self.rarest {
            self.meetings.note(asked.hash, place);
        }
        for pair in across::pairs(&terms.keys) {
            self.meetings.note(pair, place);
        }
    }

    fn place_of(&self, story: StoryId, tongue: u16) -> Option<usize> {
        self.meetings.having(by_id(story)).find(|place| {
            self.at(*place).is_some_and(|open| open.story == story && open.tongue == tongue)
        })
    }

    fn at(&self, place: usize) -> Option<&Open> {
        self.open.get(place / CHUNK)?.get(place % CHUNK)?.as_ref()
    }

    /// Ends the stories that were quiet for long, a few places at a time.
    fn sweep(&mut self) {
        for _ in 0..SWEPT.min(self.places()) {
            self.hand = (self.hand + 1) % self.places();
            let quiet = |open: &Open| (self.seen - open.seen).unsigned_abs() > QUIET.as_secs();
            if self.at(self.hand).is_some_and(quiet) {
                self.end(self.hand);
            }
        }
    }

    fn end(&mut self, place: usize) {
        self.open[place / CHUNK][place % CHUNK] = None;
        self.free.push(place);
    }

    fn put(&mut self, open: Open) -> usize {
        if self.free.is_empty() && self.places() >= MOST_STORIES {
            self.end_quietest();
        }
        if let Some(place) = self.free.pop() {
            self.open[place / CHUNK][place % CHUNK] = Some(open);
            return place;
        }
        if let Some(chunk) = self.open.last_mut().filter(|chunk| chunk.len() < CHUNK) {
            chunk.push(Some(open));
        } else {
            let mut chunk = Vec::with_capacity(CHUNK);
            chunk.push(Some(open));
            self.open.push(chunk);
        }
        self.places() - 1
    }

    fn end_quietest(&mut self) {
        let places = (0..LOOKED_AT).map(|step| (self.hand + step) % self.places());
        let quietest =
            places.min_by_key(|place| self.at(*place).map_or(i64::MAX, |open| open.seen));
        self.hand = (self.hand + LOOKED_AT) % self.places();
        if let Some(place) = quietest {
            self.end(place);
        }
    }

    fn places(&self) -> usize {
        self.open.last().map_or(0, |last| (self.open.len() - 1) * CHUNK + last.len())
    }

    /// Stories that are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places() - self.free.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes taken.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let places = self.open.iter().map(|chunk| chunk.capacity() * size_of::<Option<Open>>());
        let stories = self.open.iter().flatten().flatten().map(Open::bytes);
        Rarity::BYTES
            + self.meetings.bytes()
            + places.sum::<usize>()
            + stories.sum::<usize>()
            + self.free.capacity() * size_of::<usize>()
    }
}

/// Whether it was not told for long at `now`; what was published long before is no telling of it either.
fn has_ended(open: &Open, now: i64) -> bool {
    (now - open.last).unsigned_abs() > QUIET.as_secs()
}

/// The length of weighed terms as a vector.
fn norm(asked: &[Asked]) -> f32 {
    asked.iter().map(|asked| asked.weight.powi(2)).sum::<f32>().sqrt()
}

fn better(known: Option<Told>, other: Told) -> Option<Told> {
    known.filter(|known| known.likeness >= other.likeness).or(Some(other))
}

/// Long texts share more words by chance than titles do.
fn of_length(words: u8) -> f32 {
    const TITLE: f32 = 14.0;
    const TEXT: f32 = 44.0;
    const MORE: f32 = 1.4;
    1.0 + MORE * ((f32::from(words) - TITLE) / (TEXT - TITLE)).clamp(0.0, 1.0)
}

/// What many tellings have in common is surer than what one happens to say.
fn of_size(tellings: f32) -> f32 {
    const LESS: f32 = 0.06;
    const LEAST: f32 = 0.3;
    (1.0 - LESS * tellings.max(1.0).ln()).max(LEAST)
}

/// Stories are found by their numbers as by terms.
fn by_id(story: StoryId) -> u32 {
    let bytes = story.0.to_be_bytes();
    (xxhash_rust::xxh3::xxh3_64(&bytes) >> 32) as u32
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
