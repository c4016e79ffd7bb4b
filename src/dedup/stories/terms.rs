//! What of an entry is compared with stories: its words, pairs of words that follow each other in its
//! head, and what stands in which frame.

use super::keys::{Named, keys};
use super::words::{self, Kind, Word};

/// Words that an entry begins with and that say what it is about; later ones count less.
const HEAD: usize = 12;
/// What stands in frames, of one entry.
const MOST_FRAMES: usize = 16;
/// Letters of a word that can be a frame.
const FRAME: u8 = 4;
/// Bytes of a term and of a frame, as the store keeps them.
const TERM_BYTES: usize = 5;
const FRAME_BYTES: usize = 7;

/// How terms are made. Another number makes those of the store worthless.
pub const TERMS_VERSION: u16 = 2;

/// What is compared of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Words that were read.
    pub(super) length: u8,
    /// Sorted by hash, each once.
    pub(super) words: Vec<Term>,
    pub(super) frames: Vec<Frame>,
    /// The language as a hash, or 0: entries of one language are compared by words, those of others by keys.
    pub(super) tongue: u16,
    /// What is the same in all languages, sorted by hash.
    pub(super) keys: Vec<Term>,
}

/// A word, or two that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) hash: u32,
    pub(super) class: Class,
}

/// What a term's weight depends on beside how rare it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class(u8);

/// A name or a number beside a word that frames it: "*Tver* region", "*8* November". Two tellings of one
/// story do not fill a frame differently; two reports of one make do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// The word, and on which side it stands.
    pub(super) place: u16,
    /// The name's or number's stem.
    pub(super) value: u32,
    pub(super) is_number: bool,
}

impl Class {
    const PAIR: u8 = 1 << 3;
    const HEAD: u8 = 1 << 4;
    const NAME: u8 = 1 << 5;
    const KEY: u8 = 1 << 6;
    /// Of keys: not said by the title itself.
    const ASIDE: u8 = 1 << 3;
    /// Of keys: too little to say of whom or where.
    const VAGUE: u8 = 1 << 4;

    fn of(word: Word) -> Self {
        let commonness = match (word.kind, word.letters) {
            (Kind::Number | Kind::Piece, _) => 4,
            (_, letters) => letters.clamp(1, 5) - 1,
        };
        let head = if usize::from(word.at) < HEAD { Self::HEAD } else { 0 };
        let name = if word.kind == Kind::Name { Self::NAME } else { 0 };
        Self(commonness | head | name)
    }

    /// How many of a thousand entries have such a term, before any was seen: short words mostly say
    /// little, in every language that divides words.
    pub(super) fn prior(self) -> f32 {
        if let Some(kind) = self.key() {
            return kind.prior();
        }
        if self.is_pair() {
            return 1.0;
        }
        [200.0, 100.0, 30.0, 8.0, 2.0, 2.0, 2.0, 2.0][usize::from(self.0 & 7)]
    }

    pub(super) fn weight(self) -> f32 {
        const PAIR: f32 = 0.4;
        const NAME: f32 = 1.2;
        const TAIL: f32 = 0.4;
        const ASIDE: f32 = 0.5;
        const VAGUE: f32 = 0.6;
        if let Some(kind) = self.key() {
            let aside = if self.0 & Self::ASIDE == 0 { 1.0 } else { ASIDE };
            let is_vague = kind == KeyKind::Sound && self.0 & Self::VAGUE != 0;
            let vague = if is_vague { VAGUE } else { 1.0 };
            return kind.weight() * aside * vague;
        }
        let place = if self.0 & Self::HEAD == 0 { TAIL } else { 1.0 };
        let kind = if self.is_pair() { PAIR } else { 1.0 };
        let name = if self.0 & Self::NAME == 0 { 1.0 } else { NAME };
        place * kind * name
    }

    pub(super) fn of_key(kind: KeyKind) -> Self {
        Self(Self::KEY | kind as u8)
    }

    /// Of a key that the title does not say itself.
    pub(super) fn aside(self) -> Self {
        Self(self.0 | Self::ASIDE)
    }

    /// Of a key that says too little to tell of whom or where.
    pub(super) fn vague(self) -> Self {
        Self(self.0 | Self::VAGUE)
    }

    /// What tells a key from a word, and keys of one kind from those of another.
    pub(super) fn salt(self) -> u32 {
        u32::from(self.0 & !(Self::ASIDE | Self::VAGUE)).wrapping_mul(0x9e37_79b1)
    }

    /// Of a key that two classes were found for: what one title says stays said.
    pub(super) fn firmer(self, other: Self) -> Self {
        if self.0 & Self::KEY == 0 { self } else { Self(self.0 & (other.0 | !Self::ASIDE)) }
    }

    /// Whether a key speaks against a story that has none such: the title says it, and other languages
    /// would say it so that it is known.
    pub(super) fn is_firm(self) -> bool {
        self.key() != Some(KeyKind::Sound) && self.0 & Self::ASIDE == 0
    }

    /// Whether a key says what happens.
    pub(super) fn happens(self) -> bool {
        use KeyKind::{Answer, Disaster, Happening, Number};
        matches!(self.key(), Some(Happening | Disaster | Answer | Number))
    }

    /// Whether a key says of whom or where.
    pub(super) fn places(self) -> bool {
        use KeyKind::{Country, Named, Number, Sound};
        matches!(self.key(), Some(Country | Named | Number | Sound)) && self.0 & Self::VAGUE == 0
    }

    pub(super) fn key(self) -> Option<KeyKind> {
        if self.0 & Self::KEY == 0 {
            None
        } else {
            KeyKind::ALL.get(usize::from(self.0 & 7)).copied()
        }
    }

    fn is_pair(self) -> bool {
        self.0 & Self::PAIR != 0
    }
}

/// What is the same in all languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    Country = 0,
    /// A person or an organisation.
    Named = 1,
    Happening = 2,
    Number = 3,
    /// A small number.
    Count = 4,
    /// A name by its sound.
    Sound = 5,
    /// A disaster, of which a title tells one: an earthquake or a flood.
    Disaster = 6,
    /// A happening that answers another: a protest, a warning.
    Answer = 7,
}

impl KeyKind {
    /// In the order of their numbers.
    const ALL: [Self; 8] = [
        Self::Country,
        Self::Named,
        Self::Happening,
        Self::Number,
        Self::Count,
        Self::Sound,
        Self::Disaster,
        Self::Answer,
    ];

    /// How many of a thousand entries have such a key, before any was seen.
    fn prior(self) -> f32 {
        match self {
            Self::Country | Self::Happening | Self::Disaster | Self::Answer => 20.0,
            Self::Named => 4.0,
            Self::Number => 3.0,
            Self::Count => 50.0,
            Self::Sound => 2.0,
        }
    }

    fn weight(self) -> f32 {
        match self {
            Self::Country | Self::Number => 1.0,
            Self::Happening | Self::Disaster | Self::Answer => 1.3,
            Self::Named | Self::Sound => 1.1,
            Self::Count => 0.5,
        }
    }
}

impl Terms {
    /// The terms of a folded title and text, what their source repeats taken away; `written` is how the
    /// publisher wrote them.
    #[must_use]
    pub fn of(written: [&str; 2], folded: [&str; 2]) -> Self {
        let words = words::read(written, folded);
        let mut terms: Vec<Term> = Vec::with_capacity(words.len() + HEAD);
        terms.extend(words.iter().map(|word| Term { hash: word.stem, class: Class::of(*word) }));
        terms.extend(words.windows(2).take(HEAD + 1).filter_map(pair));
        // The heavier class of a term stands for it.
        terms.sort_unstable_by(|a, b| {
            a.hash.cmp(&b.hash).then(b.class.weight().total_cmp(&a.class.weight()))
        });
        terms.dedup_by_key(|term| term.hash);
        let length = u8::try_from(words.len()).unwrap_or(u8::MAX);
        Self { length, frames: frames(&words), words: terms, ..Self::default() }
    }

    /// With what is the same in all languages: `named` in a title and text, which are in `language`.
    #[must_use]
    pub fn across(self, written: [&str; 2], language: Option<&str>, named: &[Named]) -> Self {
        let tongue = language.map_or_else(|| words::script_of(written[0]), words::tongue);
        Self { tongue, keys: keys(written, named), ..self }
    }

    /// As the store keeps them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = u8::try_from(self.words.len()).unwrap_or(u8::MAX);
        let keys = u8::try_from(self.keys.len()).unwrap_or(u8::MAX);
        let terms = usize::from(count) + usize::from(keys);
        let mut bytes =
            Vec::with_capacity(5 + terms * TERM_BYTES + self.frames.len() * FRAME_BYTES);
        bytes.extend([self.length, count, keys]);
        bytes.extend(self.tongue.to_be_bytes());
        let terms = self.words.iter().take(usize::from(count));
        for term in terms.chain(self.keys.iter().take(usize::from(keys))) {
            bytes.extend(term.hash.to_be_bytes());
            bytes.push(term.class.0);
        }
        for frame in &self.frames {
            bytes.extend(frame.place.to_be_bytes());
            bytes.extend(frame.value.to_be_bytes());
            bytes.push(u8::from(frame.is_number));
        }
        bytes
    }

    /// What [`Terms::to_bytes`] made.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let [length, count, keys, high, low, rest @ ..] = bytes else { return Self::default() };
        let (words, rest) = read_terms(rest, *count);
        let (keys, frames) = read_terms(rest, *keys);
        let frames = frames.chunks_exact(FRAME_BYTES).map(|frame| Frame {
            place: u16::from_be_bytes([frame[0], frame[1]]),
            value: u32::from_be_bytes([frame[2], frame[3], frame[4], frame[5]]),
            is_number: frame[6] == 1,
        });
        let tongue = u16::from_be_bytes([*high, *low]);
        Self { length: *length, words, frames: frames.collect(), tongue, keys }
    }
}

/// So many terms, and what stands behind them.
fn read_terms(bytes: &[u8], count: u8) -> (Vec<Term>, &[u8]) {
    let (terms, rest) = bytes.split_at(bytes.len().min(usize::from(count) * TERM_BYTES));
    let terms = terms.chunks_exact(TERM_BYTES).map(|term| Term {
        hash: u32::from_be_bytes([term[0], term[1], term[2], term[3]]),
        class: Class(term[4]),
    });
    (terms.collect(), rest)
}

fn pair(two: &[Word]) -> Option<Term> {
    let [a, b] = two else { return None };
    if a.kind == Kind::Piece || b.kind == Kind::Piece {
        return None;
    }
    let head = if usize::from(b.at) < HEAD + 2 { Class::HEAD } else { 0 };
    let hash = a.stem.rotate_left(9).wrapping_mul(0x9e37_79b1) ^ b.stem;
    Some(Term { hash, class: Class(Class::PAIR | head) })
}

/// Months are names in some languages; a name does not frame another.
fn can_frame(kind: Kind, a_number: bool) -> bool {
    kind == Kind::Plain || (a_number && kind == Kind::Name)
}

fn frames(words: &[Word]) -> Vec<Frame> {
    let mut frames = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_number = word.kind == Kind::Number;
        if !is_number && word.kind != Kind::Name {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        for (side, beside) in [(1, before), (2, words.get(at + 1))] {
            let frame =
                beside.filter(|word| word.letters >= FRAME && can_frame(word.kind, is_number));
            let Some(frame) = frame else { continue };
            let salt = side | u16::from(is_number) << 2;
            let place = (frame.stem.wrapping_mul(0x85eb_ca6b) >> 16) as u16 ^ salt;
            frames.push(Frame { place, value: word.stem, is_number });
        }
    }
    frames.truncate(MOST_FRAMES);
    frames
}
