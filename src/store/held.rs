//! New entries that are held back because their source changed everything at once: stored and known,
//! but not pending until an operator says what they are.

use super::rows::keys_from;
use super::{SqliteStore, StoreError, audit};
use crate::model::{EntryId, EntryKey, SourceId, SourceNo};
use rusqlite::{Connection, OptionalExtension, Result, params};

/// What is to be done with the entries of a source that are held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// They go on to topics.
    Publish,
    /// They are known from now on, and never taken.
    Drop,
}

impl SqliteStore {
    /// Ends the holding back of a source's entries; how many there were. `None`: there is no such
    /// source.
    pub async fn release(
        &self,
        source: SourceId,
        how: Release,
    ) -> Result<Option<usize>, StoreError> {
        self.write(move |connection| release(connection, &source, how)).await
    }
}

/// Notes why entries of a source are held back.
pub(super) fn hold(connection: &Connection, source: SourceNo, why: &str) -> Result<()> {
    connection
        .prepare_cached("UPDATE source_state SET held_why = ?2 WHERE source_no = ?1")?
        .execute(params![source.0, why])
        .map(drop)
}

fn release(connection: &Connection, source: &SourceId, how: Release) -> Result<Option<usize>> {
    let number: Option<i64> = connection
        .prepare_cached("SELECT source_no FROM sources WHERE id = ?1")?
        .query_row([source.as_str()], |row| row.get(0))
        .optional()?;
    let Some(number) = number else { return Ok(None) };
    let released = match how {
        Release::Publish => connection
            .prepare_cached(
                "UPDATE entries SET held_at = NULL, pending = changes
                 WHERE source_no = ?1 AND held_at IS NOT NULL",
            )?
            .execute([number])?,
        Release::Drop => forget(connection, number)?,
    };
    connection
        .prepare_cached("UPDATE source_state SET held_why = NULL WHERE source_no = ?1")?
        .execute([number])?;
    if released > 0 {
        let verb = match how {
            Release::Publish => "release",
            Release::Drop => "release --drop",
        };
        audit::note(connection, verb, &format!("{released} entries of {source}"), &[])?;
    }
    Ok(Some(released))
}

/// Leaves of each entry that is held only that it is known.
fn forget(connection: &Connection, source: i64) -> Result<usize> {
    let held: Vec<(EntryId, Vec<EntryKey>)> = connection
        .prepare_cached(
            "SELECT entry_id, keys FROM entries WHERE source_no = ?1 AND held_at IS NOT NULL",
        )?
        .query_map([source], |row| {
            let keys: Vec<u8> = row.get(1)?;
            Ok((EntryId(row.get(0)?), keys_from(&keys)))
        })?
        .collect::<Result<_>>()?;
    let mut unown = connection.prepare_cached(
        "UPDATE entry_keys SET entry_id = 0 WHERE source_no = ?1 AND key = ?2 AND entry_id = ?3",
    )?;
    for (entry, keys) in &held {
        for key in keys {
            unown.execute(params![source, key.to_bytes(), entry.0])?;
        }
        for sql in [
            "DELETE FROM entries WHERE entry_id = ?1",
            "DELETE FROM entry_texts WHERE entry_id = ?1",
            "DELETE FROM revisions WHERE entry_id = ?1",
        ] {
            connection.prepare_cached(sql)?.execute([entry.0])?;
        }
    }
    Ok(held.len())
}
