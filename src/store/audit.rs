//! What operators did to entries, for ever: who asks why an item is gone, or why two are one, is told.

use super::rows::{Cells, from_us, to_us};
use super::{SqliteStore, StoreError};
use crate::clock;
use crate::model::{EntryId, Time};
use rusqlite::{Connection, OptionalExtension, Result, params};

/// One thing that an operator did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: Time,
    /// Which command.
    pub command: String,
    /// What it did, in words.
    pub what: String,
}

impl SqliteStore {
    /// When an operator last did anything to entries; `None` while nobody has.
    pub async fn last_act(&self) -> Result<Option<Time>, StoreError> {
        const SQL: &str = "SELECT at FROM acts ORDER BY act_no DESC LIMIT 1";
        self.read(|connection| {
            let at = connection.prepare_cached(SQL)?.query_row([], |row| row.get(0)).optional()?;
            Ok(at.map(from_us))
        })
        .await
    }
}

/// Notes an act and the entries that it concerns.
pub(super) fn note(
    connection: &Connection,
    command: &str,
    what: &str,
    entries: &[EntryId],
) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO acts (at, command, what) VALUES (?1, ?2, ?3)")?
        .execute(params![to_us(clock::now()), command, what])?;
    let act = connection.last_insert_rowid();
    let mut statement = connection
        .prepare_cached("INSERT OR IGNORE INTO act_entries (entry_id, act_no) VALUES (?1, ?2)")?;
    for entry in entries {
        statement.execute([entry.0, act])?;
    }
    Ok(())
}

/// What was done to an entry, oldest first.
pub(super) fn of(connection: &Connection, entry: EntryId) -> Result<Vec<Act>> {
    connection
        .prepare_cached(
            "SELECT a.at, a.command, a.what FROM act_entries e JOIN acts a ON a.act_no = e.act_no
             WHERE e.entry_id = ?1 ORDER BY a.act_no",
        )?
        .query_map([entry.0], |row| {
            let mut cells = Cells::of(row);
            Ok(Act { at: cells.time()?, command: cells.take()?, what: cells.take()? })
        })?
        .collect()
}
