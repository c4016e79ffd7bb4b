//! One story that is still told: what its tellings have in common, the newer the more.

use super::across::{self, Across, lateness};
use super::rarity::Rarity;
use super::terms::{Class, Frame, Term, Terms};
use crate::model::StoryId;

/// Terms that are remembered of a story.
const MOST_TERMS: usize = 128;
/// Terms beyond that before the least go, many at once.
const SURPLUS: usize = 32;
/// The same of what is the same in all languages.
const MOST_KEYS: usize = 24;
/// Seconds in which a telling comes to count half.
const HALF_LIFE: f32 = 48.0 * 3600.0;
/// What likeness is left where a frame is filled otherwise.
const OTHERWISE: f32 = 0.5;
/// From here on that frame is one of a form that is filled in again and again: forecasts, results, lists.
const FORM: f32 = 0.4;

/// An open story.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) story: StoryId,
    /// When its newest telling was published, in seconds.
    pub(super) last: i64,
    /// When its last telling was first seen, in seconds.
    pub(super) seen: i64,
    /// Tellings, older ones for less.
    pub(super) tellings: f32,
    /// The length of its terms as a vector.
    norm: f32,
    /// Sorted by hash.
    terms: Vec<Held>,
    /// Of the entry that opened it.
    frames: Box<[Frame]>,
    /// The language that it is told in here; other languages tell it elsewhere.
    pub(super) tongue: u16,
    /// What is the same in all languages, sorted by hash.
    keys: Vec<Held>,
}

/// A term of a story.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) hash: u32,
    /// In what share of the tellings it stands, by its weight there: in 1/32768.
    share: u16,
    pub(super) class: Class,
}

/// A term of the entry in question, and its weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) hash: u32,
    pub(super) weight: f32,
}

/// The squared weights of the terms of the entry in question by their hashes: a table with a free place
/// after every chain of terms that wanted the same one.
#[derive(Debug, Default)]
pub(super) struct Weights {
    /// A bit for each term by the upper bits of its hash: few of the terms that stories hold are looked up.
    known: [u64; KNOWN / 64],
    /// A power of two of them, at most half of them taken.
    places: Vec<(u32, f32)>,
}

/// Bits of [`Weights::known`], a power of two.
const KNOWN: usize = 2048;

impl Weights {
    /// Makes it that of these terms, which all weigh something.
    pub(super) fn set(&mut self, asked: &[Asked]) {
        let places = (2 * asked.len() + 1).next_power_of_two();
        self.known.fill(0);
        self.places.clear();
        self.places.resize(places, (0, 0.0));
        for one in asked {
            let (word, bit) = known(one.hash);
            self.known[word] |= bit;
            let place = self.place(one.hash);
            self.places[place] = (one.hash, one.weight * one.weight);
        }
    }

    /// `None` for a term that is none of them.
    fn get(&self, hash: u32) -> Option<f32> {
        let (word, bit) = known(hash);
        (self.known[word] & bit != 0).then(|| self.places[self.place(hash)].1)
    }

    /// Where a term stands, or would.
    fn place(&self, hash: u32) -> usize {
        let last = self.places.len() - 1;
        let mut place = hash as usize & last;
        while self.places[place].1 > 0.0 && self.places[place].0 != hash {
            place = (place + 1) & last;
        }
        place
    }
}

/// Where the bit of a term is.
fn known(hash: u32) -> (usize, u64) {
    let bit = (hash >> (u32::BITS - KNOWN.trailing_zeros())) as usize;
    (bit / 64, 1 << (bit % 64))
}

impl Open {
    /// A story that an entry opens, whose terms are a vector of this length.
    pub(super) fn new(story: StoryId, seen: i64, terms: &Terms, norm: f32) -> Self {
        Self {
            story,
            last: seen,
            seen,
            tellings: 1.0,
            norm,
            terms: terms.words.iter().copied().map(Held::first).collect(),
            frames: terms.frames.as_slice().into(),
            tongue: terms.tongue,
            keys: terms.keys.iter().copied().map(Held::first).collect(),
        }
    }

    /// It was told again at `seen`.
    pub(super) fn tell(&mut self, seen: i64, terms: &Terms, rarity: &Rarity) {
        #[expect(clippy::cast_precision_loss, reason = "some days in seconds")]
        let age = (seen - self.last).max(0) as f32;
        let before = self.tellings * (-age / HALF_LIFE).exp2();
        self.last = self.last.max(seen);
        self.tellings = before + 1.0;
        self.terms = merged(&self.terms, &terms.words, before);
        self.keys = merged(&self.keys, &terms.keys, before);
        if self.keys.len() > MOST_KEYS {
            self.keys.sort_unstable_by(|a, b| b.share.cmp(&a.share).then(a.hash.cmp(&b.hash)));
            self.keys.truncate(MOST_KEYS);
            self.keys.sort_unstable_by_key(|held| held.hash);
        }
        if self.terms.len() > MOST_TERMS + SURPLUS {
            self.forget_least(rarity);
        }
        self.measure(rarity);
    }

    fn forget_least(&mut self, rarity: &Rarity) {
        let mut by_weight: Vec<(f32, Held)> =
            self.terms.iter().map(|held| (held.weight(rarity), *held)).collect();
        by_weight.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.hash.cmp(&b.1.hash)));
        by_weight.truncate(MOST_TERMS);
        self.terms = by_weight.into_iter().map(|(_, held)| held).collect();
        self.terms.sort_unstable_by_key(|held| held.hash);
    }

    fn measure(&mut self, rarity: &Rarity) {
        let squares = self.terms.iter().map(|held| held.weight(rarity).powi(2));
        self.norm = squares.sum::<f32>().sqrt();
    }

    /// The hash of one of its terms: who asks for it has the list brought near.
    pub(super) fn first_hash(&self) -> Option<u32> {
        Some(self.terms.first()?.hash)
    }

    /// How alike it is to an entry with terms of these weights: the cosine of both as vectors.
    pub(super) fn likeness(&self, weights: &Weights, norm: f32) -> f32 {
        let product: f32 =
            self.terms.iter().filter_map(|held| Some(weights.get(held.hash)? * held.share())).sum();
        if product > 0.0 { product / (norm * self.norm) } else { 0.0 }
    }

    /// What is left of a likeness where the entry has another name or number in a frame of the story's.
    pub(super) fn fitting(&self, likeness: f32, terms: &Terms) -> f32 {
        if !terms.frames.iter().any(|frame| self.fills_otherwise(*frame, terms)) {
            likeness
        } else if likeness < FORM {
            likeness * OTHERWISE
        } else {
            0.0
        }
    }

    fn fills_otherwise(&self, theirs: Frame, terms: &Terms) -> bool {
        let ours = self
            .frames
            .iter()
            .filter(|ours| ours.place == theirs.place && ours.is_number == theirs.is_number);
        ours.into_iter().any(|ours| {
            ours.value != theirs.value
                && if theirs.is_number {
                    !has_frame(&self.frames, theirs.place, theirs.value)
                        && !has_frame(&terms.frames, ours.place, ours.value)
                } else {
                    self.terms.binary_search_by_key(&theirs.value, |held| held.hash).is_err()
                        && terms.words.binary_search_by_key(&ours.value, |term| term.hash).is_err()
                }
        })
    }

    /// How much more alike in its words an entry must be, `age` seconds after the last telling, for not
    /// saying the same in all languages; 1 while languages are not compared, and where it does say the same.
    pub(super) fn doubt(&self, terms: &Terms, age: i64, rarity: &Rarity) -> f32 {
        const TELLING: usize = 2;
        const LATE: f32 = 10.0;
        if self.tongue == 0 || terms.tongue == 0 {
            return 1.0;
        }
        if self.keys.len() < TELLING || terms.keys.len() < TELLING {
            return 2.0;
        }
        let across = self.likeness_across(&terms.keys, rarity);
        let late = lateness(age);
        match across.likeness - late {
            _ if across.is_same(age) => 1.0,
            0.9.. => 2.0,
            0.4.. => 3.0 + LATE * late,
            _ => f32::INFINITY,
        }
    }

    /// What it has in common with an entry in another language, by keys alone.
    pub(super) fn likeness_across(&self, keys: &[Term], rarity: &Rarity) -> Across {
        Across::of(&self.keys, keys, rarity)
    }

    /// Whether what an entry says, by its keys, cannot be what this tells.
    pub(super) fn differs(&self, keys: &[Term]) -> bool {
        across::differ(&self.keys, keys)
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        (self.terms.capacity() + self.keys.capacity()) * size_of::<Held>()
            + self.frames.len() * size_of::<Frame>()
    }
}

fn has_frame(frames: &[Frame], place: u16, value: u32) -> bool {
    frames.iter().any(|frame| frame.place == place && frame.value == value)
}

impl Held {
    fn first(term: Term) -> Self {
        Self { hash: term.hash, share: share(term.class.weight()), class: term.class }
    }

    fn share(self) -> f32 {
        f32::from(self.share) / 32_768.0
    }

    /// Whether it stands in half of the tellings at least.
    pub(super) fn is_usual(self) -> bool {
        self.share() * 2.0 >= self.class.weight()
    }

    pub(super) fn weight(self, rarity: &Rarity) -> f32 {
        self.share() * rarity.weight(Term { hash: self.hash, class: self.class })
    }
}

fn share(share: f32) -> u16 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
    {
        (share * 32_768.0).clamp(0.0, f32::from(u16::MAX)) as u16
    }
}

/// The terms of a story that was told `before` times, and of one more telling.
fn merged(held: &[Held], told: &[Term], before: f32) -> Vec<Held> {
    let mut all = Vec::with_capacity(held.len() + told.len());
    let (mut held, mut told) = (held.iter().peekable(), told.iter().peekable());
    loop {
        let from_held = match (held.peek(), told.peek()) {
            (None, None) => return all,
            (Some(a), Some(b)) => a.hash <= b.hash,
            (a, _) => a.is_some(),
        };
        let old = if from_held { held.next() } else { None };
        let new = told.next_if(|term| old.is_none_or(|old| old.hash == term.hash));
        let sum = old.map_or(0.0, |old| old.share() * before)
            + new.map_or(0.0, |term| term.class.weight());
        let share = share(sum / (before + 1.0));
        let class = |old: &Held| new.map_or(old.class, |new| old.class.firmer(new.class));
        let known = old.map(|old| (old.hash, class(old))).or(new.map(|new| (new.hash, new.class)));
        if let Some((hash, class)) = known.filter(|_| share > 0) {
            all.push(Held { hash, share, class });
        }
    }
}
