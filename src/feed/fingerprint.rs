//! Which items of a document stood in the last one byte for byte.
//!
//! A fingerprint covers everything that an item's reading depends on: the reader's version, the
//! item's bytes, and what it inherits from the document around it.

use super::{READER_VERSION, ReadContext};
use crate::model::{DocumentEntry, Entry, EntryKey, Fingerprint, WindowSlot};
use xxhash_rust::xxh3::Xxh3Default;

/// What an item inherits, hashed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inherited(u128);

impl Inherited {
    /// `parts` are the document's: start tags of its ancestors, the feed's language and authors.
    pub(super) fn new<'p>(
        context: &'p ReadContext<'_>,
        parts: impl IntoIterator<Item = &'p str>,
    ) -> Self {
        let mut hasher = Xxh3Default::new();
        hasher.update(&READER_VERSION.to_le_bytes());
        let own = [context.document.url.as_str(), context.source.language.as_deref().unwrap_or("")];
        for part in own.into_iter().chain(parts) {
            // Lengths keep neighbours apart: "ab" + "c" is not "a" + "bc".
            hasher.update(&part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self(hasher.digest128())
    }

    fn fingerprint(self, item: &str) -> Fingerprint {
        let mut hasher = Xxh3Default::new();
        hasher.update(&self.0.to_le_bytes());
        hasher.update(item.as_bytes());
        Fingerprint(hasher.digest128())
    }
}

/// The items of a document, each with its fingerprint, and with its key where it is known.
#[derive(Debug)]
pub(super) struct Slots(Vec<(Fingerprint, Option<EntryKey>)>);

/// Tells the items apart; returns also the places of those to be read, in their order.
pub(super) fn split(
    items: &[&str],
    inherited: Inherited,
    context: &ReadContext<'_>,
) -> (Slots, Vec<usize>) {
    let known = context.window.by_fingerprint();
    let mut slots = Vec::with_capacity(items.len());
    let mut unread = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let fingerprint = inherited.fingerprint(item);
        let key = known.get(&fingerprint).copied();
        if key.is_none() {
            unread.push(index);
        }
        slots.push((fingerprint, key));
    }
    (Slots(slots), unread)
}

impl Slots {
    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether any item was passed over.
    pub(super) fn has_known(&self) -> bool {
        self.0.iter().any(|(_, key)| key.is_some())
    }

    /// Puts what was made of the items to be read, one entry each, back among the known.
    pub(super) fn joined(self, entries: Vec<Entry>) -> Vec<DocumentEntry> {
        let mut entries = entries.into_iter();
        let joined = |(fingerprint, key)| match key {
            Some(key) => Some(DocumentEntry::Known(WindowSlot { fingerprint, key })),
            None => entries.next().map(|entry| DocumentEntry::Read {
                fingerprint: Some(fingerprint),
                entry: Box::new(entry),
            }),
        };
        self.0.into_iter().filter_map(joined).collect()
    }
}
