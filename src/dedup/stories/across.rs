//! What a story and an entry in another language have in common, by what is the same in all languages.

use super::open::Held;
use super::rarity::Rarity;
use super::terms::{Class, KeyKind, Term};

/// Seconds within which tellings mostly come.
const SOON: f32 = 12.0 * 3600.0;
/// What likeness a telling needs that comes so soon.
const LEAST: f32 = 0.7;
/// How much more of it with each hour that it comes later.
const LATER: f32 = 0.015;
/// No more than this much more.
const LATEST: f32 = 0.25;

/// Pairs of keys by which an entry is found.
const PAIRS: usize = 24;

/// What both have in common, and what speaks against it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Across {
    pub(super) likeness: f32,
    /// Keys that both have.
    shared: u32,
    /// How much those say.
    product: f32,
    /// Whether both titles say the same of what happens: the same people do many things on a day.
    happens: bool,
    /// Numbers that both titles have.
    numbers: u32,
    /// Whether both say of whom or where: the same happens to many on a day.
    is_placed: bool,
    /// Whether what they say cannot be one.
    differs: bool,
}

impl Across {
    /// Compares a story's keys with those of an entry, both sorted by hash. Sounds of names, and what is
    /// only said beside the title, count where both have them: most are heard or said otherwise elsewhere.
    pub(super) fn of(held: &[Held], keys: &[Term], rarity: &Rarity) -> Self {
        let mut across = Self::default();
        let (mut ours, mut theirs) = (0.0, 0.0);
        for held in held.iter().filter(|held| held.class.is_firm()) {
            ours += held.weight(rarity).powi(2);
        }
        for key in keys {
            let weight = key.class.weight() * rarity.weight(*key);
            let firm = key.class.is_firm();
            theirs += if firm { weight * weight } else { 0.0 };
            let Some(held) = find(held, key.hash) else { continue };
            let known = held.weight(rarity);
            across.product += weight * known;
            across.shared += 1;
            let is_said = firm && held.class.is_firm();
            across.happens |= is_said && key.class.happens();
            across.numbers += u32::from(is_said && key.class.key() == Some(KeyKind::Number));
            across.is_placed |= key.class.places();
            ours += if held.class.is_firm() { 0.0 } else { known * known };
            theirs += if firm { 0.0 } else { weight * weight };
        }
        across.is_placed |= across.numbers > 1;
        across.differs = differ(held, keys);
        across.likeness = across.product / (ours * theirs).sqrt().max(f32::MIN_POSITIVE);
        across
    }

    /// Whether both say the same, `age` seconds after the last telling.
    pub(super) fn is_same(self, age: i64) -> bool {
        const SAME: f32 = 0.9;
        self.likeness >= SAME + lateness(age) && self.is_placed
    }

    /// Whether it is enough to be one story, `age` seconds after the last telling.
    pub(super) fn is_telling(self, age: i64) -> bool {
        const SHARED: u32 = 2;
        const PRODUCT: f32 = 30.0;
        self.happens
            && self.is_placed
            && !self.differs
            && self.likeness >= LEAST + lateness(age)
            && self.shared >= SHARED
            && self.product >= PRODUCT
    }
}

/// How much more alike a telling must be for coming `age` seconds after the last: what the same people do
/// later is the likelier another story.
#[expect(clippy::cast_precision_loss, reason = "some days in seconds")]
pub(super) fn lateness(age: i64) -> f32 {
    ((age as f32 - SOON) / 3600.0 * LATER).clamp(0.0, LATEST)
}

/// Whether both name countries, or disasters, and none that is the same; or each names somebody whom the
/// other does not; or one of them answers what the other tells.
pub(super) fn differ(held: &[Held], keys: &[Term]) -> bool {
    is_apart(held, keys, KeyKind::Country)
        || is_apart(held, keys, KeyKind::Disaster)
        || are_others(held, keys)
        || answers(held.iter().filter(|held| held.is_usual()).map(|held| held.class))
            != answers(keys.iter().map(|key| key.class))
}

fn is_apart(held: &[Held], keys: &[Term], kind: KeyKind) -> bool {
    let is_of = |class: Class| class.key() == Some(kind);
    let is_theirs = |class: Class| is_of(class) && class.is_firm();
    let mut theirs = keys.iter().filter(|key| is_theirs(key.class)).peekable();
    held.iter().any(|held| is_theirs(held.class))
        && theirs.peek().is_some()
        && !keys.iter().any(|key| is_of(key.class) && find(held, key.hash).is_some())
}

fn are_others(held: &[Held], keys: &[Term]) -> bool {
    let is_named = |class: Class| class.key() == Some(KeyKind::Named) && class.is_firm();
    let known = |hash| keys.binary_search_by_key(&hash, |key: &Term| key.hash).is_ok();
    keys.iter().any(|key| is_named(key.class) && find(held, key.hash).is_none())
        && held.iter().any(|held| is_named(held.class) && held.is_usual() && !known(held.hash))
}

fn answers(mut classes: impl Iterator<Item = Class>) -> bool {
    classes.any(|class| class.key() == Some(KeyKind::Answer) && class.is_firm())
}

fn find(held: &[Held], hash: u32) -> Option<&Held> {
    held.binary_search_by_key(&hash, |held| held.hash).ok().map(|at| &held[at])
}

/// By what stories in other languages are found: each happening together with of whom or where it is told.
/// Alone, either stands in so many titles that the newest of them would hide all others.
pub(super) fn pairs(keys: &[Term]) -> impl Iterator<Item = u32> {
    let happenings = keys.iter().filter(|key| key.class.is_firm() && key.class.happens());
    let of = |happening: Term| {
        let others = keys.iter().filter(move |key| key.hash != happening.hash);
        let placing =
            others.filter(|key| key.class.places() || key.class.key() == Some(KeyKind::Number));
        placing.map(move |key| happening.hash.rotate_left(11) ^ key.hash)
    };
    happenings.flat_map(move |happening| of(*happening)).take(PAIRS)
}
