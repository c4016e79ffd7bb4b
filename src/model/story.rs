//! What a subscriber should see once, and how entries come to tell it together.

use super::{EntryId, EntryKey, SourceId, SourceNo, Time};

/// A story, by the entry that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoryId(pub i64);

/// A group of copies, by its first entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub i64);

/// How an entry relates to its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It is the story's first entry.
    Opens,
    /// The same text, or the same page, as another entry of the story.
    Copy,
    /// Another text about the same happening.
    Telling,
}

impl Relation {
    /// The word that stands for it in the store and in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Opens => "opens",
            Self::Copy => "copy",
            Self::Telling => "telling",
        }
    }

    /// The relation that `word` stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Opens, Self::Copy, Self::Telling].into_iter().find(|r| r.word() == word)
    }
}

/// How alike entries must be to tell one story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Strictness {
    /// Few errors: what is told in very other words opens a story of its own.
    Strict,
    /// What suits most topics.
    #[default]
    Balanced,
    /// Few stories are divided; more entries come into a wrong one.
    Loose,
}

/// What `dedup::resolve` says of a stored entry across sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing like it is known.
    OpensStory,
    /// It belongs to a story.
    JoinsStory {
        /// The story.
        story: StoryId,
        /// Its group of copies: `of`'s group for a copy, its own for a telling.
        group: GroupId,
        /// As what; never `Opens`.
        relation: Relation,
        /// The entry that it copies or tells again.
        of: EntryId,
    },
}

impl Verdict {
    /// Where `entry` stands: its story, its group of copies, its relation and what it relates to.
    #[must_use]
    pub fn place(self, entry: EntryId) -> (StoryId, GroupId, Relation, Option<EntryId>) {
        match self {
            Self::OpensStory => (StoryId(entry.0), GroupId(entry.0), Relation::Opens, None),
            Self::JoinsStory { story, group, relation, of } => (story, group, relation, Some(of)),
        }
    }
}

/// What two entries must share to be copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// Which kind.
    pub kind: EvidenceKind,
    /// The first 16 bytes of BLAKE3 over what is shared.
    pub hash: [u8; 16],
}

/// The kinds of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// The canonical link; of an entry without a link, the id that we publish it under.
    Link = 1,
}

/// A sequenced entry that bears a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The entry.
    pub entry: EntryId,
    /// Its source.
    pub source: SourceNo,
    /// Its story.
    pub story: StoryId,
    /// Its group of copies.
    pub group: GroupId,
    /// When it was first seen.
    pub seen: Time,
}

/// What an entry's text looks like, for finding those that are like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// How it was made.
    pub version: u16,
    /// Bytes that like texts have mostly in common.
    pub minima: Vec<u8>,
    /// Whether it is of a title without a text.
    pub bare: bool,
    /// What it was made from: the letters of the title and, behind a line feed, those that the text
    /// begins with.
    pub text: String,
    /// Whether the title bore the mark of an edition.
    pub edition: bool,
}

/// A signature of the store, for the index of copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSignature {
    /// The entry.
    pub entry: EntryId,
    /// When it was first seen.
    pub seen: Time,
    /// Bytes that like texts have mostly in common.
    pub minima: Vec<u8>,
    /// Whether it is of a title without a text.
    pub bare: bool,
    /// What it was made from, where that was done in another way than the one asked for.
    pub remade_from: Option<String>,
}

/// A sequenced entry of the store, for the stories that are still told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTelling {
    /// The entry.
    pub entry: EntryId,
    /// When it was first seen.
    pub seen: Time,
    /// When it was published, else first seen.
    pub published: Time,
    /// Its story.
    pub story: StoryId,
    /// As what it came to it.
    pub relation: Relation,
    /// What is compared of it, as [`Sequenced::terms`]; empty where that was never kept, or made in
    /// another way than the one asked for.
    pub terms: Vec<u8>,
    /// Title and beginning of the text, where `terms` is empty.
    pub remade_from: Option<[String; 2]>,
}

/// A sequenced entry whose text may be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The entry.
    pub entry: EntryId,
    /// Its source.
    pub source: SourceNo,
    /// Its story.
    pub story: StoryId,
    /// Its group of copies.
    pub group: GroupId,
    /// The text of its signature.
    pub text: String,
    /// Whether its title bore the mark of an edition.
    pub edition: bool,
    /// The text of the signature of its group's first entry; `None` where that is itself or is gone.
    pub opening: Option<String>,
}

/// A stored entry that waits for the sequencer: what resolving and matching read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingEntry {
    /// Its number.
    pub id: EntryId,
    /// Its change number when it was taken; `publish` clears the entry only if it is still this one.
    pub change: i64,
    /// Its source by number.
    pub source: SourceNo,
    /// Its source by name.
    pub source_id: SourceId,
    /// Its strongest key.
    pub key: EntryKey,
    /// When it was first seen.
    pub first_seen: Time,
    /// When it was published by its own account.
    pub published: Option<Time>,
    /// The link as the feed gave it.
    pub link: Option<String>,
    /// The canonical link.
    pub canonical_link: Option<String>,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub text: String,
    /// Names.
    pub authors: Vec<String>,
    /// Terms or labels.
    pub categories: Vec<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The place it has already, when it was sequenced before (a revision, a backfill).
    pub sequenced: Option<(StoryId, GroupId)>,
}

/// A pending entry's place among stories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequenced {
    /// The entry.
    pub entry: EntryId,
    /// Its change number when it was taken.
    pub change: i64,
    /// Its source.
    pub source: SourceNo,
    /// Its story.
    pub story: StoryId,
    /// Its group of copies.
    pub group: GroupId,
    /// How it relates to its story.
    pub relation: Relation,
    /// The entry that it copies or tells again.
    pub of: Option<EntryId>,
    /// What it shows to later entries; empty when it was sequenced before.
    pub evidence: Vec<Evidence>,
    /// What its text looks like; `None` when it was sequenced before, or says too little.
    pub signature: Option<Signature>,
    /// What of it is compared with stories, and how that was made; empty when it was sequenced before, or
    /// no topic shows stories.
    pub terms: (u16, Vec<u8>),
    /// Another story that it tells as well: both are probably one.
    pub also: Option<StoryId>,
    /// When it was first seen.
    pub seen: Time,
}
