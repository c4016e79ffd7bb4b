//! What is stored, searched by words: an index that follows the entries in batches, off their way in, and a
//! look at those that it has not reached yet.

use super::rows::Cells;
use super::{SqliteStore, StoreError};
use crate::model::{EntryId, Hit};
use crate::text::{SearchQuery, excerpt, search_words};
use rusqlite::{Connection, Result, Row, params};

/// Entries of one unit of indexing: about 30 ms, then others get their turn.
const STEP: usize = 200;
/// Characters of a text that are indexed: a reporter names what it is about before that.
const INDEXED: usize = 20_000;
/// Entries beyond the index that are looked at one by one.
const TAIL: usize = 2_000;
/// Characters of a hit's text.
const EXCERPT: usize = 280;

/// What is hidden in any topic is not found, nor what is like it, nor what is held back.
pub(super) const SHOWN: &str =
    "e.held_at IS NULL AND NOT EXISTS (SELECT 1 FROM ledger l JOIN items i
    ON i.topic_no = l.topic_no AND i.seq = l.seq
    WHERE l.entry_id = e.entry_id AND i.hidden_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM hidden_units h WHERE h.unit_id = e.entry_id AND h.unit_kind = 3)
  AND NOT EXISTS (SELECT 1 FROM hidden_units h WHERE h.unit_id = e.group_id AND h.unit_kind = 2)
  AND NOT EXISTS (SELECT 1 FROM hidden_units h WHERE h.unit_id = e.story_id AND h.unit_kind = 1)";

const HIT: &str = "SELECT e.entry_id, e.title, e.link, e.language,
    coalesce(e.published_at, e.first_seen_at), coalesce(o.name, s.title, o.domain),
    coalesce(t.text, '')
  FROM entries e
  JOIN sources o ON o.source_no = e.source_no
  JOIN source_state s ON s.source_no = e.source_no
  LEFT JOIN entry_texts t ON t.entry_id = e.entry_id";

impl SqliteStore {
    /// Takes entries that came or were revised since into the index; how many. Fewer than a step means
    /// that it has all.
    pub async fn index_for_search(&self) -> Result<usize, StoreError> {
        let behind = self.read(|connection| Ok(state(connection)?.is_behind())).await?;
        if !behind {
            return Ok(0);
        }
        self.write(index).await
    }

    /// The newest entries that a query means, up to `limit`; before `before`, where a former call ended.
    pub async fn search(
        &self,
        query: SearchQuery,
        limit: usize,
        before: Option<EntryId>,
    ) -> Result<Vec<Hit>, StoreError> {
        if query.is_empty() {
            return Ok(Vec::new());
        }
        self.read(move |connection| {
            let before = before.map_or(i64::MAX, |entry| entry.0);
            let mut hits = unindexed(connection, &query, limit, before)?;
            let left = limit - hits.len();
            hits.extend(indexed(connection, &query, left, before)?);
            Ok(hits)
        })
        .await
    }
}

/// How far the index is.
struct Indexed {
    /// The last entry that it has by first sight.
    entry: i64,
    /// The last revision that it has.
    revised: i64,
    newest: i64,
    newest_revision: i64,
}

impl Indexed {
    fn is_behind(&self) -> bool {
        self.entry < self.newest || self.revised < self.newest_revision
    }
}

fn state(connection: &Connection) -> Result<Indexed> {
    connection
        .prepare_cached(
            "SELECT coalesce((SELECT number FROM meta WHERE name = 'searched'), 0),
               coalesce((SELECT number FROM meta WHERE name = 'searched_revisions'), 0),
               coalesce((SELECT max(entry_id) FROM entries), 0),
               coalesce((SELECT max(revised_at) FROM entries WHERE revised_at IS NOT NULL), 0)",
        )?
        .query_row([], |row| {
            Ok(Indexed {
                entry: row.get(0)?,
                revised: row.get(1)?,
                newest: row.get(2)?,
                newest_revision: row.get(3)?,
            })
        })
}

fn index(connection: &Connection) -> Result<usize> {
    let done = state(connection)?;
    let new = words_of(
        connection,
        "WHERE e.entry_id > ?1 ORDER BY e.entry_id LIMIT ?2",
        params![done.entry, STEP],
    )?;
    let revised = words_of(
        connection,
        "WHERE e.revised_at > ?1 AND e.entry_id <= ?3 ORDER BY e.revised_at LIMIT ?2",
        params![done.revised, STEP, done.entry],
    )?;
    let mut delete = connection.prepare_cached("DELETE FROM search WHERE rowid = ?1")?;
    let mut insert =
        connection.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?;
    for (entry, _, _) in &revised {
        delete.execute([entry])?;
    }
    for (entry, _, words) in new.iter().chain(&revised) {
        insert.execute(params![entry, words])?;
    }
    let mut note =
        connection.prepare_cached("INSERT OR REPLACE INTO meta (name, number) VALUES (?1, ?2)")?;
    if let Some((entry, _, _)) = new.last() {
        note.execute(params!["searched", entry])?;
    }
    // A revision of an entry that is not indexed yet comes with it.
    let last = revised.last().map_or(done.newest_revision, |(_, revised, _)| *revised);
    let all = if revised.len() < STEP { done.newest_revision.max(last) } else { last };
    note.execute(params!["searched_revisions", all])?;
    Ok(new.len() + revised.len())
}

fn words_of(
    connection: &Connection,
    which: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<(i64, i64, String)>> {
    let sql = format!(
        "SELECT e.entry_id, coalesce(e.revised_at, 0), e.title, coalesce(t.text, '')
         FROM entries e LEFT JOIN entry_texts t ON t.entry_id = e.entry_id {which}"
    );
    connection
        .prepare_cached(&sql)?
        .query_map(params, |row| {
            let (title, text): (String, String) = (row.get(2)?, row.get(3)?);
            Ok((row.get(0)?, row.get(1)?, words(&title, &text)))
        })?
        .collect()
}

fn words(title: &str, text: &str) -> String {
    let end = text.char_indices().nth(INDEXED).map_or(text.len(), |(at, _)| at);
    format!("{} {}", search_words(title), search_words(&text[..end]))
}

fn indexed(
    connection: &Connection,
    query: &SearchQuery,
    limit: usize,
    before: i64,
) -> Result<Vec<Hit>> {
    let sql = format!(
        "{HIT} WHERE e.entry_id IN (SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?2
           ORDER BY rowid DESC LIMIT ?3) AND {SHOWN} ORDER BY e.entry_id DESC LIMIT ?4"
    );
    // More than are wanted: some may be hidden.
    let looked_at = limit.saturating_mul(2);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![query.for_index(), before, looked_at, limit], hit)?;
    rows.collect()
}

/// Those that came after what the index has; the newest of them, should it be far behind.
fn unindexed(
    connection: &Connection,
    query: &SearchQuery,
    limit: usize,
    before: i64,
) -> Result<Vec<Hit>> {
    let done = state(connection)?;
    if done.entry >= done.newest {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{HIT} WHERE e.entry_id > ?1 AND e.entry_id < ?2 AND {SHOWN}
         ORDER BY e.entry_id DESC LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![done.entry, before, TAIL])?;
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        let (title, text): (String, String) = (row.get(1)?, row.get(6)?);
        if query.matches(&words(&title, &text)) {
            hits.push(hit(row)?);
        }
        if hits.len() == limit {
            break;
        }
    }
    Ok(hits)
}

fn hit(row: &Row<'_>) -> Result<Hit> {
    let mut cells = Cells::of(row);
    Ok(Hit {
        entry: EntryId(cells.take()?),
        title: cells.take()?,
        link: cells.take()?,
        language: cells.take()?,
        published: cells.time()?,
        source: cells.take()?,
        excerpt: excerpt(&cells.take::<String>()?, EXCERPT),
    })
}
