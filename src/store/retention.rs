//! The chore that gives space back: old texts, the caches made from them, and old evidence. Entries,
//! keys, ledger and ids stay, so that nothing that was deleted comes back or changes its id.

use super::rows::to_us;
use super::{SqliteStore, StoreError, sequencing};
use crate::model::Time;
use rusqlite::{Connection, Result, params};

/// Rows of one unit: polls and the sequencer get their turn in between.
const STEP: usize = 500;

/// What may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Texts of entries first seen before this.
    pub texts_before: Time,
    /// Evidence of entries first seen before this.
    pub evidence_before: Time,
    /// Texts that the newest so many items of any topic of config show stay whatever their age.
    pub keep_items: usize,
}

/// What went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retained {
    /// Texts of entries, with their former revisions and sanitized HTML.
    pub texts: usize,
    /// Pieces of evidence.
    pub evidence: usize,
}

impl SqliteStore {
    /// Deletes what may go, in many small units.
    pub async fn retain(&self, retention: Retention) -> Result<Retained, StoreError> {
        let mut retained = Retained::default();
        let mut from = 0;
        loop {
            let step = self.write(move |it| delete_texts(it, &retention, from)).await?;
            retained.texts += step.deleted;
            match step.next {
                Some(next) => from = next,
                None => break,
            }
        }
        for part in 0..=u8::MAX {
            let before = retention.evidence_before;
            retained.evidence += self.write(move |it| delete_evidence(it, part, before)).await?;
        }
        Ok(retained)
    }
}

struct Step {
    deleted: usize,
    next: Option<i64>,
}

fn delete_texts(connection: &Connection, retention: &Retention, from: i64) -> Result<Step> {
    let end = sequencing::first_entry_since(connection, retention.texts_before)?;
    let entries: Vec<i64> = connection
        .prepare_cached(OLD_TEXTS)?
        .query_map(params![from, end, retention.keep_items, STEP], |row| row.get(0))?
        .collect::<Result<_>>()?;
    for entry in &entries {
        for table in ["entry_texts", "revisions", "sanitized"] {
            connection
                .prepare_cached(&format!("DELETE FROM {table} WHERE entry_id = ?1"))?
                .execute([entry])?;
        }
    }
    let next = entries.last().filter(|_| entries.len() == STEP).map(|last| last + 1);
    Ok(Step { deleted: entries.len(), next })
}

const OLD_TEXTS: &str = "SELECT t.entry_id FROM entry_texts t
  WHERE t.entry_id >= ?1 AND t.entry_id < ?2
    AND t.entry_id NOT IN (SELECT entry_id FROM entries WHERE pending IS NOT NULL)
    AND t.entry_id NOT IN (
      SELECT i.opening_entry FROM topics o JOIN items i ON i.topic_no = o.topic_no
      WHERE o.active = 1 AND i.seq IN (
        SELECT n.seq FROM items n WHERE n.topic_no = o.topic_no AND n.hidden_at IS NULL
        ORDER BY n.seq DESC LIMIT ?3))
  ORDER BY t.entry_id LIMIT ?4";

/// By the first byte of the hash: no index by time is written for a chore that runs once a day.
fn delete_evidence(connection: &Connection, part: u8, before: Time) -> Result<usize> {
    let mut deleted = 0;
    for kind in [1, 2] {
        let from = [kind, part];
        let to = if part == u8::MAX { [kind + 1, 0] } else { [kind, part + 1] };
        deleted += connection
            .prepare_cached(
                "DELETE FROM evidence WHERE evidence >= ?1 AND evidence < ?2 AND seen_at < ?3",
            )?
            .execute(params![from, to, to_us(before)])?;
    }
    Ok(deleted)
}
