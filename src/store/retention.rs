//! The chore that gives space back: old texts, the caches made from them, and old evidence. Entries,
//! keys, ledger and ids stay, so that nothing that was deleted comes back or changes its id.

use super::rows::to_us;
use super::{SqliteStore, StoreError, sequencing};
use crate::model::{EvidenceKind, Time};
use rusqlite::{Connection, Result, params};
use std::collections::HashMap;
use std::sync::Arc;

/// Rows of one unit: polls and the sequencer get their turn in between.
const STEP: usize = 500;

/// What may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Texts of entries first seen before this.
    pub texts_before: Time,
    /// Evidence of entries first seen before this.
    pub evidence_before: Time,
    /// Signatures of entries first seen before this.
    pub signatures_before: Time,
    /// What entries first seen before this are compared with stories by.
    pub tellings_before: Time,
    /// Texts of all entries that the newest so many items of a topic of config cover stay, whatever
    /// their age.
    pub keep_items: usize,
}

/// What went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retained {
    /// Texts of entries, with their former revisions and sanitized HTML.
    pub texts: usize,
    /// Pieces of evidence.
    pub evidence: usize,
    /// Signatures.
    pub signatures: usize,
}

impl SqliteStore {
    /// Deletes what may go, in many small units.
    pub async fn retain(&self, retention: Retention) -> Result<Retained, StoreError> {
        let mut retained = Retained::default();
        let kept = self.read(move |connection| shown(connection, retention.keep_items)).await?;
        let kept = Arc::new(kept);
        let mut from = Some(0);
        while let Some(start) = from {
            let (kept, before) = (Arc::clone(&kept), retention.texts_before);
            let step = self.write(move |it| delete_texts(it, before, &kept, start)).await?;
            retained.texts += step.deleted;
            from = step.next;
        }
        for part in 0..=u8::MAX {
            let before = retention.evidence_before;
            retained.evidence += self.write(move |it| delete_evidence(it, part, before)).await?;
        }
        self.delete_oldest("tellings", retention.tellings_before).await?;
        retained.signatures = self.delete_oldest("signatures", retention.signatures_before).await?;
        Ok(retained)
    }

    /// Deletes the rows of `table` of entries first seen before `before`; how many went.
    async fn delete_oldest(&self, table: &'static str, before: Time) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            let delete = move |it: &Connection| sequencing::delete_oldest(it, table, before, STEP);
            let gone = self.write(move |it| delete(it)).await?;
            all += gone;
            if gone < STEP {
                return Ok(all);
            }
        }
    }
}

/// The place in each topic after which its feed or its archive shows items. Places only rise, so a state that is
/// some seconds old keeps too much at most; a topic that is not in it is new, and all of it stays.
type Shown = HashMap<i64, i64>;

fn shown(connection: &Connection, keep_items: usize) -> Result<Shown> {
    connection
        .prepare(
            "SELECT t.topic_no, t.active,
               (SELECT min(p.first_seq) - 1 FROM archive_pages p
                WHERE p.topic_no = t.topic_no AND p.dropped_at IS NULL),
               (SELECT i.seq FROM items i
                WHERE i.topic_no = t.topic_no AND i.hidden_at IS NULL AND i.digest IS NULL
                UNION ALL SELECT d.seq FROM digests d WHERE d.topic_no = t.topic_no
                ORDER BY 1 DESC LIMIT 1 OFFSET ?1)
             FROM topics t",
        )?
        .query_map([keep_items], |row| {
            let active: bool = row.get(1)?;
            // A page may be written when somebody asks for it, and again when something on it is hidden.
            let archived: Option<i64> = row.get(2)?;
            let after = row.get::<_, Option<i64>>(3)?.unwrap_or(0);
            let after = archived.map_or(after, |archived| after.min(archived));
            Ok((row.get(0)?, if active { after } else { i64::MAX }))
        })?
        .collect()
}

struct Step {
    deleted: usize,
    next: Option<i64>,
}

fn delete_texts(connection: &Connection, before: Time, kept: &Shown, from: i64) -> Result<Step> {
    let end = sequencing::first_entry_since(connection, before)?;
    let old: Vec<i64> = connection
        .prepare_cached(
            "SELECT t.entry_id FROM entry_texts t CROSS JOIN entries e ON e.entry_id = t.entry_id
             WHERE t.entry_id >= ?1 AND t.entry_id < ?2 AND e.pending IS NULL
             ORDER BY t.entry_id LIMIT ?3",
        )?
        .query_map(params![from, end, STEP], |row| row.get(0))?
        .collect::<Result<_>>()?;
    let mut deleted = 0;
    for entry in &old {
        if !is_shown(connection, *entry, kept)? {
            delete_text(connection, *entry)?;
            deleted += 1;
        }
    }
    let next = old.last().filter(|_| old.len() == STEP).map(|last| last + 1);
    Ok(Step { deleted, next })
}

/// What digests list they keep themselves.
fn is_shown(connection: &Connection, entry: i64, kept: &Shown) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT l.topic_no, l.seq FROM ledger l
         LEFT JOIN items i ON i.topic_no = l.topic_no AND i.seq = l.seq
         WHERE l.entry_id = ?1 AND i.digest IS NULL",
    )?;
    let mut rows = statement.query([entry])?;
    while let Some(row) = rows.next()? {
        let (topic, seq): (i64, i64) = row.try_into()?;
        if kept.get(&topic).is_none_or(|after| seq > *after) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn delete_text(connection: &Connection, entry: i64) -> Result<()> {
    for sql in [
        "DELETE FROM entry_texts WHERE entry_id = ?1",
        "DELETE FROM revisions WHERE entry_id = ?1",
        "DELETE FROM sanitized WHERE entry_id = ?1",
        "DELETE FROM search WHERE rowid = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([entry])?;
    }
    Ok(())
}

/// By the first byte of the hash: no index by time is written for a chore that runs once a day.
fn delete_evidence(connection: &Connection, part: u8, before: Time) -> Result<usize> {
    let kind = EvidenceKind::Link as u8;
    let to = if part == u8::MAX { [kind + 1, 0] } else { [kind, part + 1] };
    connection
        .prepare_cached(
            "DELETE FROM evidence WHERE evidence >= ?1 AND evidence < ?2 AND seen_at < ?3",
        )?
        .execute(params![[kind, part], to, to_us(before)])
}
