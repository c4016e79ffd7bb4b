//! Which entries an operator means: by the id that subscribers know, by the store's own number, or by
//! an address.

use super::{SqliteStore, StoreError};
use crate::model::{EntryId, EntryKey, KeyKind};
use rusqlite::{Connection, OptionalExtension, Result, params};
use uuid::Uuid;

/// What names an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The id of an item.
    Item(Uuid),
    /// The number of an entry.
    Entry(EntryId),
    /// The canonical link, and what sources may have said instead.
    Address {
        /// In its canonical form.
        canonical: String,
        /// As it was given.
        given: String,
    },
}

impl SqliteStore {
    /// The entries that `subject` names, oldest first; several where more than one source has the
    /// address.
    pub async fn entries_named(&self, subject: Subject) -> Result<Vec<EntryId>, StoreError> {
        self.read(move |connection| named(connection, &subject)).await
    }
}

/// The entries that `subject` names, oldest first.
pub(super) fn named(connection: &Connection, subject: &Subject) -> Result<Vec<EntryId>> {
    match subject {
        Subject::Item(id) => {
            let sql = "SELECT entry_id FROM item_ids WHERE item_id = ?1";
            one(connection.prepare_cached(sql)?.query_row([id.as_bytes()], |row| row.get(0)))
        }
        Subject::Entry(id) => {
            let sql = "SELECT entry_id FROM entries WHERE entry_id = ?1";
            one(connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)))
        }
        Subject::Address { canonical, given } => {
            let keys = [EntryKey::of(KeyKind::Link, canonical), EntryKey::of(KeyKind::Guid, given)];
            at_keys(connection, &keys)
        }
    }
}

fn one(found: Result<i64>) -> Result<Vec<EntryId>> {
    Ok(found.optional()?.map(EntryId).into_iter().collect())
}

/// Every source is asked by number: keys are stored by source, and there are few sources.
fn at_keys(connection: &Connection, keys: &[EntryKey]) -> Result<Vec<EntryId>> {
    let mut found = Vec::new();
    let mut statement = connection.prepare_cached(
        "SELECT k.entry_id FROM sources o JOIN entry_keys k ON k.source_no = o.source_no
         WHERE k.key = ?1 AND k.entry_id > 0",
    )?;
    for key in keys {
        let entries =
            statement.query_map(params![key.to_bytes()], |row| row.get(0).map(EntryId))?;
        for entry in entries {
            found.push(entry?);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
