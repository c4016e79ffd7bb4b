//! What stories are recognised by: what is compared of entries, for the time in which stories are told.

use super::rows::Cells;
use super::{SqliteStore, StoreError, sequencing};
use crate::model::{EntryId, Relation, StoredTelling, StoryId, Time};
use rusqlite::{Result, Row, params};

/// Letters of a text that are enough to make again what is compared of it.
const BEGINNING: usize = 2_000;

impl SqliteStore {
    /// The first entry that was seen at or after `since`.
    pub async fn first_telling(&self, since: Time) -> Result<EntryId, StoreError> {
        self.read(move |connection| sequencing::first_entry_since(connection, since).map(EntryId))
            .await
    }

    /// How often operators said which entries tell the same story: what is known of stories is then to be
    /// read again.
    pub async fn regroupings(&self) -> Result<i64, StoreError> {
        const SQL: &str =
            "SELECT coalesce(max(act_no), 0) FROM acts WHERE command IN ('merge', 'split')";
        self.read(|connection| connection.prepare_cached(SQL)?.query_row([], |row| row.get(0)))
            .await
    }

    /// Up to `limit` sequenced entries from the entry `from` on, in order, as stories are told by them;
    /// with their texts where what is compared was not made as `version` makes it.
    pub async fn tellings(
        &self,
        from: EntryId,
        limit: usize,
        version: u16,
    ) -> Result<Vec<StoredTelling>, StoreError> {
        const SQL: &str = "SELECT e.entry_id, e.first_seen_at, coalesce(e.published_at, e.first_seen_at), e.story_id, e.relation, t.terms,
              iif(t.terms IS NULL, e.title, NULL),
              iif(t.terms IS NULL, (SELECT substr(x.text, 1, ?4) FROM entry_texts x
                WHERE x.entry_id = e.entry_id), NULL)
            FROM entries e LEFT JOIN tellings t ON t.entry_id = e.entry_id AND t.version = ?3
            WHERE e.entry_id >= ?1 AND e.story_id IS NOT NULL ORDER BY e.entry_id LIMIT ?2";
        self.read(move |connection| {
            connection
                .prepare_cached(SQL)?
                .query_map(params![from.0, limit, version, BEGINNING], read_telling)?
                .collect()
        })
        .await
    }
}

fn read_telling(row: &Row<'_>) -> Result<StoredTelling> {
    let mut cells = Cells::of(row);
    let entry = EntryId(cells.take()?);
    let (seen, published) = (cells.time()?, cells.time()?);
    let story = StoryId(cells.take()?);
    let relation = cells.parsed(Relation::from_word)?;
    let terms: Option<Vec<u8>> = cells.take()?;
    let title: Option<String> = cells.take()?;
    let text: Option<String> = cells.take()?;
    let remade_from = title.map(|title| [title, text.unwrap_or_default()]);
    Ok(StoredTelling {
        entry,
        seen,
        published,
        story,
        relation,
        terms: terms.unwrap_or_default(),
        remade_from,
    })
}
