//! What copies are recognised by: signatures for the index, the texts that it proposes, and what
//! sources repeat.

use super::rows::Cells;
use super::{SqliteStore, StoreError, sequencing};
use crate::model::{EntryId, GroupId, Original, SourceNo, StoredSignature, StoryId, Time};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::HashMap;

impl SqliteStore {
    /// Where the signatures begin that an index has room for: the newest `most` of entries first seen
    /// at or after `since`.
    pub async fn first_signature(&self, since: Time, most: usize) -> Result<EntryId, StoreError> {
        const SQL: &str =
            "SELECT entry_id FROM signatures ORDER BY entry_id DESC LIMIT 1 OFFSET ?1";
        self.read(move |connection| {
            let since = sequencing::first_entry_since(connection, since)?;
            let most = most.saturating_sub(1);
            let last: Option<i64> =
                connection.query_row(SQL, [most], |row| row.get(0)).optional()?;
            Ok(EntryId(last.map_or(since, |last| last.max(since))))
        })
        .await
    }

    /// Up to `limit` signatures from the entry `from` on, in order; with their texts where they were
    /// not made as `version` makes them.
    pub async fn signatures(
        &self,
        from: EntryId,
        limit: usize,
        version: u16,
    ) -> Result<Vec<StoredSignature>, StoreError> {
        const SQL: &str =
            "SELECT entry_id, seen_at, minima, bare, iif(version = ?3, NULL, text) FROM signatures
             WHERE entry_id >= ?1 ORDER BY entry_id LIMIT ?2";
        self.read(move |connection| {
            connection
                .prepare_cached(SQL)?
                .query_map(params![from.0, limit, version], read_signature)?
                .collect()
        })
        .await
    }

    /// The texts of these entries, with their places among stories; what has no signature any more is
    /// left out.
    pub async fn originals(&self, wanted: Vec<EntryId>) -> Result<Vec<Original>, StoreError> {
        self.read(move |connection| {
            let found = wanted.iter().filter_map(|entry| original(connection, *entry).transpose());
            found.collect()
        })
        .await
    }

    /// What these sources repeat.
    pub async fn boilerplate(
        &self,
        sources: Vec<SourceNo>,
    ) -> Result<HashMap<SourceNo, Vec<u8>>, StoreError> {
        self.read(move |connection| {
            let mut found = HashMap::new();
            for source in sources {
                let lines: Option<Vec<u8>> = connection
                    .prepare_cached("SELECT lines FROM boilerplate WHERE source_no = ?1")?
                    .query_row([source.0], |row| row.get(0))
                    .optional()?;
                found.extend(lines.map(|lines| (source, lines)));
            }
            Ok(found)
        })
        .await
    }
}

fn read_signature(row: &Row<'_>) -> Result<StoredSignature> {
    let mut cells = Cells::of(row);
    Ok(StoredSignature {
        entry: EntryId(cells.take()?),
        seen: cells.time()?,
        minima: cells.take()?,
        bare: cells.take()?,
        remade_from: cells.take()?,
    })
}

fn original(connection: &Connection, entry: EntryId) -> Result<Option<Original>> {
    connection
        .prepare_cached(
            "SELECT e.source_no, e.story_id, e.group_id, s.text, s.edition,
               iif(e.group_id = e.entry_id, NULL,
                   (SELECT o.text FROM signatures o WHERE o.entry_id = e.group_id))
             FROM signatures s JOIN entries e ON e.entry_id = s.entry_id
             WHERE s.entry_id = ?1 AND e.story_id IS NOT NULL",
        )?
        .query_row([entry.0], |row| {
            let mut cells = Cells::of(row);
            Ok(Original {
                entry,
                source: SourceNo(cells.take()?),
                story: StoryId(cells.take()?),
                group: GroupId(cells.take()?),
                text: cells.take()?,
                edition: cells.take()?,
                opening: cells.take()?,
            })
        })
        .optional()
}
