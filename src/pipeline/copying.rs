//! What the sequencer remembers to recognise copies: the index, which is read from the store when the
//! first pending entry comes, and forgotten when a batch could not be saved.

use super::tasks::off_the_runtime;
use crate::dedup::{self, Copies, Likeness, MOST_ENTRIES, Minima, SIGNATURE_VERSION};
use crate::model::{EntryId, PendingEntry, SourceNo, StoredSignature, Time};
use crate::store::{SqliteStore, StoreError};
use crate::text::Boilerplate;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::time::Duration;

/// Signatures that are read at once: a hundredth of a second.
const PAGE: usize = 2_000;

/// The index of copies, once there is one.
#[derive(Debug, Default)]
pub(super) struct Copying {
    copies: Option<Copies>,
    loading: Option<(Copies, EntryId)>,
}

impl Copying {
    /// Reads one page into the index, if it is not whole yet. Says whether it is; its reader calls until
    /// then, with other work in between.
    pub(super) async fn load(
        &mut self,
        store: &SqliteStore,
        (now, window): (Time, Duration),
    ) -> Result<bool, StoreError> {
        if let Some(copies) = &mut self.copies {
            copies.set_window(window);
            return Ok(true);
        }
        let (mut copies, from) = match self.loading.take() {
            Some(loading) => loading,
            None => (Copies::new(window), store.first_signature(now - window, MOST_ENTRIES).await?),
        };
        let page = store.signatures(from, PAGE, SIGNATURE_VERSION).await?;
        let is_last = page.len() < PAGE;
        let next = page.last().map_or(from, |last| EntryId(last.entry.0 + 1));
        let copies = off_the_runtime(move || {
            for signature in page {
                add(&mut copies, signature);
            }
            copies
        })
        .await?;
        if is_last {
            tracing::debug!(entries = copies.len(), "the index of copies is loaded");
            self.copies = Some(copies);
        } else {
            self.loading = Some((copies, next));
        }
        Ok(is_last)
    }

    /// The index for the time of a batch; [`Copying::keep`] gives it back once the batch is saved. What
    /// was not saved must not be remembered, so that losing it on the way is right.
    pub(super) fn lend(&mut self, window: Duration) -> Copies {
        self.copies.take().unwrap_or_else(|| Copies::new(window))
    }

    pub(super) fn keep(&mut self, copies: Copies) {
        self.copies = Some(copies);
    }
}

fn add(copies: &mut Copies, signature: StoredSignature) {
    let (entry, seen) = (signature.entry, signature.seen);
    copies.add(entry, seen, &Minima::stored(signature));
}

/// The sources of a batch.
pub(super) fn sources(batch: &[PendingEntry]) -> Vec<SourceNo> {
    batch.iter().map(|entry| entry.source).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What the sources of a batch repeat, as far as is known when an entry's turn comes.
#[derive(Debug)]
pub(super) struct Repeated {
    window: u16,
    sources: BTreeMap<SourceNo, Boilerplate>,
}

impl Repeated {
    pub(super) fn new(stored: &HashMap<SourceNo, Vec<u8>>, window: Duration) -> Self {
        let sources = stored.iter().map(|(no, lines)| (*no, Boilerplate::from_bytes(lines)));
        Self { window: dedup::hours(window), sources: sources.collect() }
    }

    /// What of an entry's folded title and text is boilerplate. What a new entry holds is noted; a
    /// revision was noted when it was new.
    pub(super) fn take(
        &mut self,
        entry: &PendingEntry,
        folded: [&str; 2],
    ) -> [Vec<Range<usize>>; 2] {
        let hour = dedup::hour(entry.first_seen);
        let boilerplate = self.sources.entry(entry.source).or_default();
        if entry.sequenced.is_some() {
            boilerplate.find(folded, hour, self.window)
        } else {
            boilerplate.take(folded, hour, self.window)
        }
    }

    pub(super) fn to_stored(&self) -> Vec<(SourceNo, Vec<u8>)> {
        self.sources.iter().map(|(no, lines)| (*no, lines.to_bytes())).collect()
    }
}

/// What an entry looks like, and which entries before it may be like it. One that was sequenced before
/// keeps its place and is not looked at.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub(super) likeness: Option<Likeness>,
    pub(super) candidates: Vec<EntryId>,
}

/// Looks at an entry, `kept` without what its source repeats; from then on it is in the index.
pub(super) fn look(copies: &mut Copies, entry: &PendingEntry, kept: [&str; 2]) -> Look {
    if entry.sequenced.is_some() {
        return Look::default();
    }
    let Some(likeness) = Likeness::of(kept) else { return Look::default() };
    let found = copies.candidates(entry.first_seen, &likeness.minima);
    copies.add(entry.id, entry.first_seen, &likeness.minima);
    let candidates = found.iter().map(|candidate| candidate.entry).collect();
    Look { likeness: Some(likeness), candidates }
}
