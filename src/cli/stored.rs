//! Entries of the store as rules see them, for the commands that try rules over what was read.

use super::exit::Failure;
use crate::clock;
use crate::config::Config;
use crate::model::{EntryId, PendingEntry};
use crate::store::{Mode, SqliteStore};
use crate::topics::Subject;
use std::time::Duration;

/// Entries that are read from the store at once.
const PAGE: usize = 500;

/// Calls `look` with each entry that was first seen within `since`, newest first; says how many there
/// were.
pub(super) async fn each(
    config: &Config,
    since: Duration,
    mut look: impl FnMut(&PendingEntry) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    let store = SqliteStore::open(&config.daemon.state, Mode::Read).await?;
    let from = clock::now() - since;
    let (mut before, mut seen) = (None::<EntryId>, 0);
    loop {
        let page = store.newest_entries(PAGE, before).await?;
        let Some(last) = page.last() else { return Ok(seen) };
        before = Some(last.id);
        for entry in &page {
            if entry.first_seen < from {
                return Ok(seen);
            }
            seen += 1;
            look(entry)?;
        }
    }
}

/// An entry as the rules of `config` see it.
pub(super) fn subject<'a>(config: &'a Config, entry: &'a PendingEntry) -> Subject<'a> {
    let source = config.sources.iter().find(|source| source.id == entry.source_id);
    Subject {
        title: &entry.title,
        text: &entry.text,
        prepared: None,
        authors: &entry.authors,
        categories: &entry.categories,
        language: entry.language.as_deref(),
        link: entry.link.as_deref(),
        source: &entry.source_id,
        source_name: source.map_or("", |source| source.label()),
        tags: source.map_or(&[], |source| &source.tags),
        published: entry.published,
        seen: entry.first_seen,
    }
}
