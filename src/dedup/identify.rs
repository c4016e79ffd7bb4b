//! Identity within a source: a ladder of keys, with every key an entry ever had as an alias.
//!
//! A guid is believed while the source uses guids honestly; then the canonical link, then title and
//! date, then the content. A weaker key proves nothing against a stronger one: two items of one
//! document that share a link (a live blog, a home page) stay two entries.

use crate::model::{
    DocumentEntry, Entry, EntryId, EntryKey, GuidTrust, Identity, KeyKind, Known, KnownEntry,
};
use std::collections::{HashMap, HashSet};

/// Guids that changed under entries that stayed, in one document, before guids are no longer
/// believed. A single one is a correction; three are a habit.
pub(super) const CHURN: usize = 3;

/// Letters of title and text that no column repeats by chance.
const LEAST_LETTERS: usize = 40;

/// What is to be done about one item of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The item, by its place in the document.
    pub index: usize,
    /// What it is.
    pub identity: Identity,
    /// Its keys that the store does not have yet and that no other entry of the source has.
    pub new_keys: Vec<EntryKey>,
    /// Whether it waits for an operator before it goes on to topics.
    pub held: bool,
}

/// Decides what each item of a document that was read is. Items that repeat another item of the same
/// document get no decision. Also says how far the source's guids can be trusted from now on.
///
/// `known` must cover every key of `items`, and the keys of items that were not read again.
#[must_use]
pub fn identify(
    items: &[DocumentEntry],
    known: &Known,
    trust: GuidTrust,
) -> (Vec<Decision>, GuidTrust) {
    let trust = trust.lowered_to(judge_guids(items, known));
    let trust = trust.lowered_to(judge_links(items, known, trust));
    let mut document = Seen::of_unread(items, known);
    let decisions = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| match item {
            DocumentEntry::Known(_) => None,
            DocumentEntry::Read { entry, .. } => document.decide(index, entry, known, trust),
        })
        .collect();
    (decisions, trust)
}

/// What the items of the document that were decided already are.
#[derive(Default)]
struct Seen {
    entries: HashSet<EntryId>,
    keys: HashSet<EntryKey>,
}

impl Seen {
    fn of_unread(items: &[DocumentEntry], known: &Known) -> Self {
        let mut seen = Self::default();
        for item in items {
            if let DocumentEntry::Known(slot) = item {
                seen.keys.insert(slot.key);
                seen.entries.extend(taken(known, slot.key));
            }
        }
        seen
    }

    fn decide(
        &mut self,
        index: usize,
        entry: &Entry,
        known: &Known,
        trust: GuidTrust,
    ) -> Option<Decision> {
        let ladder = ladder(entry, trust);
        let strongest = *ladder.first()?;
        if self.keys.contains(&strongest) {
            return None;
        }
        let rung = ladder.iter().find(|key| self.proves(**key, strongest, entry, known));
        let identity = rung.map_or(Identity::New, |key| identity_of(*key, entry, known));
        let id = match identity {
            Identity::New => None,
            Identity::Revises(id) => Some(id),
            Identity::Unchanged(id) => id,
        };
        let new_keys = entry
            .keys
            .iter()
            .filter(|key| !known.by_key.contains_key(key) && !self.keys.contains(key))
            .copied()
            .collect();
        self.entries.extend(id);
        self.keys.extend(entry.keys.iter().copied());
        Some(Decision { index, identity, new_keys, held: false })
    }

    /// Whether `key` of an item proves that it is the entry which the store has under it.
    fn proves(&self, key: EntryKey, strongest: EntryKey, entry: &Entry, known: &Known) -> bool {
        if !known.by_key.contains_key(&key) {
            return false;
        }
        if key == strongest {
            return true;
        }
        let Some(id) = taken(known, key) else {
            return proves_never_taken(key, strongest, entry, known);
        };
        if self.entries.contains(&id) {
            return false;
        }
        match (strongest.kind, key.kind) {
            // The same words under a new date, where there is nothing else to go by.
            (KeyKind::TitleDate, KeyKind::Content) => says_enough(entry),
            (_, KeyKind::Content) => false,
            // The item's guid is new while its link is known. A publisher's change of guids keeps
            // more than the link; the next entry of a live blog does not.
            (KeyKind::Guid, KeyKind::Link) => shares_more_than_link(entry, id, known),
            _ => true,
        }
    }
}

/// Of an entry that was never taken only its keys are known. One beside the link must say so where the
/// item has a guid that is new.
fn proves_never_taken(key: EntryKey, strongest: EntryKey, entry: &Entry, known: &Known) -> bool {
    let more =
        |kind: KeyKind| key_of(entry, kind).is_some_and(|key| known.by_key.contains_key(&key));
    match key.kind {
        KeyKind::Guid | KeyKind::TitleDate => true,
        KeyKind::Link => {
            strongest.kind != KeyKind::Guid || more(KeyKind::TitleDate) || more(KeyKind::Content)
        }
        KeyKind::Content => strongest.kind == KeyKind::TitleDate && says_enough(entry),
    }
}

/// Whether title and text tell their article from the next one of the same column.
fn says_enough(entry: &Entry) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    !entry.text.is_empty() && letters(&entry.title) + letters(&entry.text) >= LEAST_LETTERS
}

fn shares_more_than_link(entry: &Entry, id: EntryId, known: &Known) -> bool {
    let Some(stored) = known.entries.get(&id) else { return true };
    let has_guid = stored.keys.iter().any(|key| key.kind == KeyKind::Guid);
    !has_guid
        || stored.digest == entry.digest
        || entry.keys.iter().any(|key| key.kind >= KeyKind::TitleDate && stored.keys.contains(key))
}

/// The keys that may prove identity, strongest first.
fn ladder(entry: &Entry, trust: GuidTrust) -> Vec<EntryKey> {
    let mut keys = entry.keys.clone();
    keys.sort_by_key(|key| key.kind);
    if keys.iter().any(|key| trust.believes(key.kind)) {
        keys.retain(|key| trust.believes(key.kind));
    }
    keys
}

/// The entry under `key`; `None` for a key that is unknown or was never taken.
fn taken(known: &Known, key: EntryKey) -> Option<EntryId> {
    known.by_key.get(&key).copied().filter(|id| *id != EntryId(0))
}

fn identity_of(key: EntryKey, entry: &Entry, known: &Known) -> Identity {
    let Some(id) = taken(known, key) else { return Identity::Unchanged(None) };
    match known.entries.get(&id) {
        Some(stored) if stored.digest != entry.digest => Identity::Revises(id),
        _ => Identity::Unchanged(Some(id)),
    }
}

/// Judges guids from one document and what is stored: dishonest when one guid stands on items with
/// different links or titles, when guids change under entries that stay, or when entries exchange theirs.
fn judge_guids(items: &[DocumentEntry], known: &Known) -> GuidTrust {
    let read: Vec<&Entry> = items
        .iter()
        .filter_map(|item| match item {
            DocumentEntry::Read { entry, .. } => Some(entry.as_ref()),
            DocumentEntry::Known(_) => None,
        })
        .collect();
    let unread: HashSet<EntryKey> = items
        .iter()
        .filter_map(|item| match item {
            DocumentEntry::Known(slot) => Some(slot.key),
            DocumentEntry::Read { .. } => None,
        })
        .collect();
    if repeats(&read)
        || repeats_unread(&read, &unread, known)
        || churn(&read, known)
        || moved(&read, known) >= CHURN
    {
        GuidTrust::Dishonest
    } else {
        GuidTrust::Honest
    }
}

/// Judges links where no item has a guid to go by: dishonest when one stands on items of different
/// titles and dates, read now or not.
fn judge_links(items: &[DocumentEntry], known: &Known, trust: GuidTrust) -> GuidTrust {
    let mut unread: HashSet<EntryKey> = HashSet::new();
    let mut read: Vec<&Entry> = Vec::new();
    for item in items {
        match item {
            DocumentEntry::Known(slot) => drop(unread.insert(slot.key)),
            DocumentEntry::Read { entry, .. } => read.push(entry),
        }
    }
    let is_guid = |key: &EntryKey| key.kind == KeyKind::Guid;
    let has_guid = unread.iter().any(is_guid) || read.iter().any(|e| e.keys.iter().any(is_guid));
    if trust == GuidTrust::Honest && has_guid {
        return trust;
    }
    let mut first_by_link: HashMap<EntryKey, &Entry> = HashMap::new();
    let shared = read.iter().any(|entry| {
        let Some(link) = key_of(entry, KeyKind::Link) else { return false };
        let first = *first_by_link.entry(link).or_insert(entry);
        !(first.title == entry.title || shares_weaker_key(&first.keys, entry))
            || (unread.contains(&link) && !is_entry_under(link, entry, known))
    });
    if shared { GuidTrust::NorLinks } else { trust }
}

/// Whether the entry that the store has under `link` can be this one.
fn is_entry_under(link: EntryKey, entry: &Entry, known: &Known) -> bool {
    let stored = taken(known, link).and_then(|id| known.entries.get(&id));
    stored.is_none_or(|stored| shares_weaker_key(&stored.keys, entry))
}

fn shares_weaker_key(keys: &[EntryKey], entry: &Entry) -> bool {
    entry.keys.iter().any(|key| key.kind > KeyKind::Link && keys.contains(key))
}

fn key_of(entry: &Entry, kind: KeyKind) -> Option<EntryKey> {
    entry.keys.iter().copied().find(|key| key.kind == kind)
}

/// Whether a guid stands on different entries. Two titles under one guid and one link may be two
/// versions of an entry (RFC 4287 §4.1.1 allows that); three are a guid that is always the same.
fn repeats(read: &[&Entry]) -> bool {
    let mut first_by_guid: HashMap<EntryKey, (&Entry, HashSet<&str>)> = HashMap::new();
    read.iter().any(|entry| {
        let Some(guid) = key_of(entry, KeyKind::Guid) else { return false };
        let (first, titles) = first_by_guid.entry(guid).or_insert_with(|| (entry, HashSet::new()));
        titles.insert(&entry.title);
        first.canonical_link != entry.canonical_link
            || (first.canonical_link.is_none() && !has_words_of(first, entry))
            || titles.len() > 2
    })
}

/// By the title, where there is one.
fn has_words_of(entry: &Entry, other: &Entry) -> bool {
    entry.title == other.title && (!entry.title.is_empty() || entry.text == other.text)
}

/// Whether an item has the guid of one that was not read again and that it cannot be.
fn repeats_unread(read: &[&Entry], unread: &HashSet<EntryKey>, known: &Known) -> bool {
    read.iter().any(|entry| {
        let guid = key_of(entry, KeyKind::Guid).filter(|guid| unread.contains(guid));
        let stored = guid.and_then(|guid| known.entries.get(&taken(known, guid)?));
        stored.is_some_and(|stored| {
            !entry.keys.iter().any(|key| key.kind > KeyKind::Guid && stored.keys.contains(key))
        })
    })
}

/// Whether guids change under entries that stay: of the items whose link is known, half have a new guid and
/// the title and date, or the title and text, of the entry that is stored there under another one.
fn churn(read: &[&Entry], known: &Known) -> bool {
    let stored_under = |entry: &Entry| {
        key_of(entry, KeyKind::Guid)?;
        known.entries.get(&taken(known, key_of(entry, KeyKind::Link)?)?)
    };
    let is_churned = |(entry, stored): &(&Entry, &KnownEntry)| {
        let has_new_guid = key_of(entry, KeyKind::Guid)
            .is_some_and(|guid| !known.by_key.contains_key(&guid))
            && stored.keys.iter().any(|key| key.kind == KeyKind::Guid);
        has_new_guid && shares_weaker_key(&stored.keys, entry)
    };
    let there: Vec<_> =
        read.iter().filter_map(|entry| Some((*entry, stored_under(entry)?))).collect();
    let churned = there.iter().filter(|pair| is_churned(pair)).count();
    churned >= CHURN.max(there.len().div_ceil(2))
}

/// How many stored entries are told again under the guid of another: places in a list, say.
fn moved(read: &[&Entry], known: &Known) -> usize {
    let by_words = |entry: &&Entry| {
        let of = |kind| key_of(entry, kind).and_then(|key| taken(known, key));
        let words = of(KeyKind::TitleDate).or_else(|| of(KeyKind::Content))?;
        of(KeyKind::Guid).filter(|by_guid| *by_guid != words).map(|_| words)
    };
    read.iter().filter_map(by_words).collect::<HashSet<EntryId>>().len()
}

#[cfg(test)]
#[path = "identify_tests.rs"]
mod tests;
