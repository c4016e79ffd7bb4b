//! What the sequencer says about topics: matches, items and their growth.

use super::{EntryId, GroupId, Sequenced, SourceNo, StoryId, Time};
use chrono_tz::Tz;

/// The store's number for a topic; never used again for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicNo(pub i64);

/// What a topic shows once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Collapse {
    /// A story, however many entries tell it.
    #[default]
    Story,
    /// A group of copies.
    Copy,
    /// Every entry.
    Off,
}

impl Collapse {
    /// What an item that `entry` opens stands for.
    #[must_use]
    pub fn unit(self, entry: EntryId, story: StoryId, group: GroupId) -> ItemUnit {
        match self {
            Self::Story => ItemUnit::Story(story),
            Self::Copy => ItemUnit::Group(group),
            Self::Off => ItemUnit::Entry(entry),
        }
    }
}

/// When a topic sums up its stories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestTimes {
    /// A cron expression, seconds first.
    pub schedule: String,
    /// Whose clocks it goes by.
    pub timezone: Tz,
}

/// How much of an entry a topic publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PublishContent {
    /// The summary.
    #[default]
    Summary,
    /// The full content where the feed gives it.
    Full,
    /// Nothing but its title.
    Title,
}

/// What an item stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemUnit {
    /// A story.
    Story(StoryId),
    /// A group of copies.
    Group(GroupId),
    /// A single entry.
    Entry(EntryId),
}

/// Why an entry is in a topic: one term, where it stands and how often.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    /// The term as the rule writes it.
    pub term: String,
    /// The concept that brought the term, when one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub concept: Option<String>,
    /// `title`, `text`, `author`, `category`, `source`, `lang` or `link`.
    pub field: String,
    /// How often it stands there.
    pub count: u32,
}

/// A topic that an entry belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicMatch {
    /// Which topic, by its place in the index.
    pub topic: usize,
    /// The score; higher is more about the topic.
    pub score: f32,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// An item to be placed in a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct NewItem {
    /// The topic.
    pub topic: TopicNo,
    /// What the item stands for.
    pub unit: ItemUnit,
    /// The first of its entries that the topic's rule matched.
    pub opening: EntryId,
    /// The opening entry's id for subscribers, preferred; the store takes `fallback_id` when another
    /// entry has it already.
    pub item_id: uuid::Uuid,
    /// The id made from source and key.
    pub fallback_id: uuid::Uuid,
    /// The opening entry's score.
    pub score: f32,
    /// Why it is in the topic.
    pub reasons: Vec<Reason>,
}

/// An entry that an existing item covers from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Growth {
    /// The topic.
    pub topic: TopicNo,
    /// What the item stands for; it may have been placed earlier in the same batch.
    pub unit: ItemUnit,
    /// The entry.
    pub entry: EntryId,
    /// Whether the topic's rule matches it.
    pub matches: bool,
}

/// An item that covers some unit already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Placed {
    /// The topic.
    pub topic: TopicNo,
    /// What the item stands for.
    pub unit: ItemUnit,
}

/// Everything that the sequencer decided about one batch, saved in one transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SequencedBatch {
    /// When it was decided.
    pub at: Option<Time>,
    /// Each entry's place among stories.
    pub entries: Vec<Sequenced>,
    /// Items to be placed, in order.
    pub items: Vec<NewItem>,
    /// Entries that join items.
    pub growth: Vec<Growth>,
    /// Entries whose text changed and that were sequenced before: topics that cover them are
    /// corrected.
    pub corrected: Vec<EntryId>,
    /// What sources repeat, by the entries so far: as `text::Boilerplate` is kept.
    pub boilerplate: Vec<(SourceNo, Vec<u8>)>,
}
