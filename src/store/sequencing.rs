//! What the sequencer reads: entries that wait, what shares evidence with them, and which topics
//! show their stories already.

use super::rows::{Cells, evidence_bytes, from_us, to_us, unit_columns};
use super::{SqliteStore, StoreError};
use crate::model::{
    EntryId, Evidence, GroupId, ItemUnit, PendingEntry, Placed, SourceNo, StoryId, Time, TopicNo,
    Witness,
};
use rusqlite::{Connection, OptionalExtension, Params, Result, Row, params};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A batch ends when its texts pass this: a text may have a megabyte.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// Witnesses of one piece of evidence: a link to a home page may stand on every entry of a day.
const WITNESSES: usize = 100;

impl SqliteStore {
    /// Up to `max` entries that wait for the sequencer, in the order of first sight; fewer where
    /// texts are long, none only when nothing waits.
    pub async fn take_pending(&self, max: usize) -> Result<Vec<PendingEntry>, StoreError> {
        self.read(move |connection| select(connection, &PENDING, [max])).await
    }

    /// Who bears these pieces of evidence among entries first seen at or after `since`, by evidence;
    /// the first hundred, in the order of first sight. Evidence without a witness is left out.
    pub async fn evidence(
        &self,
        wanted: Vec<Evidence>,
        since: Time,
    ) -> Result<HashMap<Evidence, Vec<Witness>>, StoreError> {
        self.read(move |connection| {
            let mut found = HashMap::new();
            for evidence in wanted {
                let witnesses = witnesses(connection, &evidence, since)?;
                if !witnesses.is_empty() {
                    found.insert(evidence, witnesses);
                }
            }
            Ok(found)
        })
        .await
    }

    /// Which topics have an item for any of these units.
    pub async fn coverage(&self, units: Vec<ItemUnit>) -> Result<HashSet<Placed>, StoreError> {
        self.read(move |connection| {
            let mut placed = HashSet::new();
            for unit in units {
                placed.extend(topics_of(connection, unit)?);
            }
            Ok(placed)
        })
        .await
    }

    /// Sequenced entries before `before` (all when `None`), newest first, up to `limit`; fewer where
    /// texts are long, none only at the end. A new topic begins with them.
    pub async fn newest_entries(
        &self,
        limit: usize,
        before: Option<EntryId>,
    ) -> Result<Vec<PendingEntry>, StoreError> {
        let before = before.map_or(i64::MAX, |entry| entry.0);
        self.read(move |connection| select(connection, &NEWEST, params![limit, before])).await
    }

    /// The first entries of these stories before `before`, in the order of first sight; of each story up to
    /// `limit`.
    pub async fn first_entries(
        &self,
        stories: Vec<StoryId>,
        before: EntryId,
        limit: usize,
    ) -> Result<Vec<PendingEntry>, StoreError> {
        self.read(move |connection| {
            let mut entries = Vec::new();
            for story in stories {
                entries.extend(select(connection, &FIRST, params![limit, story.0, before.0])?);
            }
            Ok(entries)
        })
        .await
    }

    /// Entries first seen at or after `since`, in that order, up to `limit`, after `after` where a
    /// former call ended; fewer where texts are long, none only at the end.
    pub async fn entries_since(
        &self,
        since: Time,
        limit: usize,
        after: Option<EntryId>,
    ) -> Result<Vec<PendingEntry>, StoreError> {
        self.read(move |connection| {
            let from = match after {
                Some(entry) => entry.0 + 1,
                None => first_entry_since(connection, since)?,
            };
            select(connection, &SINCE, params![limit, from])
        })
        .await
    }
}

/// The columns that [`read`] takes, in its order, and the tables that they are from.
const FROM: &str = "SELECT e.entry_id, e.changes, e.pending, e.source_no, o.id, e.first_seen_at,
    e.published_at, e.link, e.canonical_link, e.title, coalesce(t.text, ''), e.authors,
    e.categories, e.language, e.story_id, e.group_id, e.keys
  FROM entries e
  JOIN sources o ON o.source_no = e.source_no
  LEFT JOIN entry_texts t ON t.entry_id = e.entry_id";

static PENDING: LazyLock<String> =
    LazyLock::new(|| format!("{FROM} WHERE e.pending IS NOT NULL ORDER BY e.entry_id LIMIT ?1"));

static NEWEST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{FROM} WHERE e.entry_id < ?2 AND e.story_id IS NOT NULL
         ORDER BY e.entry_id DESC LIMIT ?1"
    )
});

static FIRST: LazyLock<String> = LazyLock::new(|| {
    format!("{FROM} WHERE e.story_id = ?2 AND e.entry_id < ?3 ORDER BY e.entry_id LIMIT ?1")
});

static SINCE: LazyLock<String> =
    LazyLock::new(|| format!("{FROM} WHERE e.entry_id >= ?2 ORDER BY e.entry_id LIMIT ?1"));

fn select(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<PendingEntry>> {
    let mut entries = Vec::new();
    let mut bytes = 0;
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        let entry = read(row)?;
        bytes += entry.text.len();
        entries.push(entry);
        if bytes > BATCH_BYTES {
            break;
        }
    }
    Ok(entries)
}

fn read(row: &Row<'_>) -> Result<PendingEntry> {
    let mut cells = Cells::of(row);
    let id = EntryId(cells.take()?);
    let changes: i64 = cells.take()?;
    Ok(PendingEntry {
        id,
        change: cells.take::<Option<i64>>()?.unwrap_or(changes),
        source: SourceNo(cells.take()?),
        source_id: cells.parsed(|id| id.parse().ok())?,
        first_seen: cells.time()?,
        published: cells.maybe_time()?,
        link: cells.take()?,
        canonical_link: cells.take()?,
        title: cells.string()?,
        text: cells.string()?,
        authors: cells.list()?,
        categories: cells.list()?,
        language: cells.take()?,
        sequenced: {
            let story: Option<i64> = cells.take()?;
            let group: Option<i64> = cells.take()?;
            story.map(StoryId).zip(group.map(GroupId))
        },
        key: cells.strongest_key()?,
    })
}

fn witnesses(connection: &Connection, evidence: &Evidence, since: Time) -> Result<Vec<Witness>> {
    connection
        .prepare_cached(
            "SELECT entry_id, source_no, story_id, group_id, seen_at FROM evidence
             WHERE evidence = ?1 AND seen_at >= ?2 ORDER BY entry_id LIMIT ?3",
        )?
        .query_map(params![evidence_bytes(evidence), to_us(since), WITNESSES], |row| {
            Ok(Witness {
                entry: EntryId(row.get(0)?),
                source: SourceNo(row.get(1)?),
                story: StoryId(row.get(2)?),
                group: GroupId(row.get(3)?),
                seen: from_us(row.get(4)?),
            })
        })?
        .collect()
}

fn topics_of(connection: &Connection, unit: ItemUnit) -> Result<Vec<Placed>> {
    let (kind, id) = unit_columns(unit);
    connection
        .prepare_cached("SELECT topic_no FROM items WHERE unit_id = ?1 AND unit_kind = ?2")?
        .query_map([id, kind], |row| Ok(Placed { topic: TopicNo(row.get(0)?), unit }))?
        .collect()
}

/// Deletes up to `limit` rows of `table`, which has one for an entry, of those first seen before `before`;
/// how many went.
pub(super) fn delete_oldest(
    connection: &Connection,
    table: &'static str,
    before: Time,
    limit: usize,
) -> Result<usize> {
    let sql = format!(
        "DELETE FROM {table} WHERE entry_id IN
           (SELECT entry_id FROM {table} WHERE entry_id < ?1 ORDER BY entry_id LIMIT ?2)"
    );
    let first_kept = first_entry_since(connection, before)?;
    connection.prepare_cached(&sql)?.execute(params![first_kept, limit])
}

/// The number of the first entry seen at or after `since`, or one past the last. Numbers rise with
/// first sight, so twenty looks by number replace an index by time.
pub(super) fn first_entry_since(connection: &Connection, since: Time) -> Result<i64> {
    let mut probe = connection.prepare_cached(
        "SELECT entry_id, first_seen_at FROM entries WHERE entry_id >= ?1 ORDER BY entry_id LIMIT 1",
    )?;
    let last: Option<i64> =
        connection.query_row("SELECT max(entry_id) FROM entries", [], |row| row.get(0))?;
    let (mut low, mut high) = (1, last.unwrap_or(0) + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<(i64, i64)> =
            probe.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match found {
            Some((entry, seen)) if seen < to_us(since) => low = entry + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}
