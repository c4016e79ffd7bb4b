//! Between reading and saving: what each item of a document is, by what the store knows, and what is to
//! be kept of it.

use crate::dedup::{self, Arrival, Decision, Question, Settled};
use crate::model::{
    DocumentEntry, Entry, EntryKey, GuidTrust, Identified, Identity, Known, Lease, Window,
    WindowSlot,
};
use crate::schedule;
use crate::store::{SqliteStore, StoreError};
use std::collections::HashSet;

/// Decides what the items of a document are: by their keys, and where those leave it open, by what the
/// stored entries say. `before` is the document before this one, `trust` how far guids are believed.
pub(super) async fn identify(
    store: &SqliteStore,
    lease: &Lease,
    items: &[DocumentEntry],
    (before, trust): (&Window, GuidTrust),
) -> Result<Settled, StoreError> {
    let known = known(store, lease, items, before).await?;
    let (decisions, trust) = dedup::identify(items, &known, trust);
    let last_read = lease.state.first_polled.and_then(|_| schedule::last_success(&lease.state));
    let arrival = Arrival { items, known: &known, before, last_read };
    let stored = match arrival.question(&decisions) {
        Question::None => {
            return Ok(Settled { decisions, trust, held: None, is_upheaval: false });
        }
        Question::Entries(entries) => store.say(entries).await?,
        Question::Source => store.newest_say(lease.source, Vec::new()).await?,
    };
    let mut settled = arrival.settle(decisions.clone(), stored.clone());
    if settled.is_upheaval {
        settled = arrival.settle(decisions, store.newest_say(lease.source, stored).await?);
    }
    Ok(Settled { trust: trust.lowered_to(settled.trust), ..settled })
}

/// What the store knows of the items, and of those of the last document that are not there any
/// more. Of a source at first sight it knows nothing, and asking for every key of a whole document
/// costs as much as half of its reading.
async fn known(
    store: &SqliteStore,
    lease: &Lease,
    items: &[DocumentEntry],
    before: &Window,
) -> Result<Known, StoreError> {
    if lease.state.first_polled.is_none() {
        return Ok(Known::default());
    }
    let mut keys: Vec<EntryKey> = items.iter().flat_map(keys_of).collect();
    let here: HashSet<EntryKey> = keys.iter().copied().collect();
    keys.extend(before.slots.iter().map(|slot| slot.key).filter(|key| !here.contains(key)));
    store.known(lease.source, keys).await
}

fn keys_of(item: &DocumentEntry) -> Vec<EntryKey> {
    match item {
        DocumentEntry::Known(slot) => vec![slot.key],
        DocumentEntry::Read { entry, .. } => entry.keys.clone(),
    }
}

/// Each item by the strongest key that tells it from the others.
pub(super) fn window_of(items: &[DocumentEntry], trust: GuidTrust) -> Window {
    let key = |entry: &Entry| {
        let believed = entry.keys.iter().find(|key| trust.believes(key.kind));
        believed.or(entry.keys.first()).copied()
    };
    let slot = |item: &DocumentEntry| match item {
        DocumentEntry::Known(slot) => Some(*slot),
        DocumentEntry::Read { fingerprint, entry } => {
            Some(WindowSlot { fingerprint: (*fingerprint)?, key: key(entry)? })
        }
    };
    Window { slots: items.iter().filter_map(slot).collect() }
}

/// Joins items with their decisions, oldest first: documents list the newest first, and dates, where
/// they are given, know better. Unchanged ones change nothing, but for a guessed date where the
/// order of day and month has just been told.
pub(super) fn identified(
    items: Vec<DocumentEntry>,
    decisions: Vec<Decision>,
    redated: bool,
) -> Vec<Identified> {
    let mut items: Vec<Option<DocumentEntry>> = items.into_iter().map(Some).collect();
    let mut entries: Vec<Identified> = decisions
        .into_iter()
        .rev()
        .filter_map(|decision| match items.get_mut(decision.index)?.take()? {
            DocumentEntry::Read { entry, .. } => Some(Identified {
                identity: decision.identity,
                new_keys: decision.new_keys,
                taken: true,
                held: decision.held,
                entry,
            }),
            DocumentEntry::Known(_) => None,
        })
        .filter(|i| redated || !is_unchanged(i.identity) || !i.new_keys.is_empty())
        .collect();
    entries.sort_by_key(|i| i.entry.published.map_or(i64::MAX, |at| at.timestamp()));
    entries
}

pub(super) fn is_unchanged(identity: Identity) -> bool {
    matches!(identity, Identity::Unchanged(_))
}
