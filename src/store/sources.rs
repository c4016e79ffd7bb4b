//! Sources as config last described them. The store keeps only what its own sentences need: names,
//! addresses, and who was there before.

use super::rows::to_us;
use super::{SqliteStore, StoreError};
use crate::clock;
use crate::model::{Source, SourceId, SourceNo, Time};
use rusqlite::{Connection, Result, params};
use std::collections::{HashMap, HashSet};

/// What a sync of sources found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncedSources {
    /// The number of each source, in the order in which they were given.
    pub numbers: Vec<SourceNo>,
    /// Sources that were not in config before: new ones, and ones that came back.
    pub added: Vec<SourceId>,
    /// Sources whose address or name changed.
    pub changed: Vec<SourceId>,
    /// Sources that left config.
    pub removed: Vec<SourceId>,
}

impl SqliteStore {
    /// Says when sources are due whose bounds or schedule changed, and why. A source that is being
    /// polled is left alone: its poll will say.
    pub async fn reschedule(&self, dues: Vec<(SourceNo, Time, String)>) -> Result<(), StoreError> {
        self.write(move |connection| {
            let mut statement = connection.prepare_cached(
                "UPDATE source_state SET due_at = ?2, reason = ?3
                 WHERE source_no = ?1 AND due_at IS NOT NULL AND lease_until IS NULL",
            )?;
            for (source, due, reason) in dues {
                statement.execute(params![source.0, to_us(due), reason])?;
            }
            Ok(())
        })
        .await
    }
}

/// The columns of `sources` that config decides.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Described {
    id: SourceId,
    url: String,
    domain: String,
    name: Option<String>,
}

impl Described {
    pub(super) fn of(source: &Source) -> Self {
        Self {
            id: source.id.clone(),
            url: source.url.to_string(),
            domain: source.domain.clone(),
            name: source.name.clone(),
        }
    }
}

struct Stored {
    number: i64,
    url: String,
    domain: String,
    name: Option<String>,
    active: bool,
}

pub(super) fn sync_sources(
    connection: &Connection,
    described: Vec<Described>,
) -> Result<SyncedSources> {
    let now = to_us(clock::now());
    let mut stored = stored_sources(connection)?;
    adopt_renamed(connection, &described, &mut stored)?;
    let mut synced = SyncedSources::default();
    for source in described {
        let number = match stored.remove(source.id.as_str()) {
            None => {
                let number = insert_source(connection, &source, now)?;
                synced.added.push(source.id);
                number
            }
            Some(old) => {
                update_source(connection, &old, &source, now)?;
                let same = (&old.url, &old.name) == (&source.url, &source.name);
                match (old.active, same) {
                    (false, _) => synced.added.push(source.id),
                    (true, false) => synced.changed.push(source.id),
                    (true, true) => {}
                }
                old.number
            }
        };
        synced.numbers.push(SourceNo(number));
    }
    for (id, old) in stored.into_iter().filter(|(_, old)| old.active) {
        retire_source(connection, old.number)?;
        synced.removed.extend(id.parse());
    }
    synced.removed.sort_unstable();
    if !synced.changed.is_empty() {
        render_all(connection, now)?;
    }
    Ok(synced)
}

/// Feeds name the sources of their items, also as other outlets. Rendering all topics is cheap where
/// nothing changes: a feed that is the same byte for byte stays as it was.
fn render_all(connection: &Connection, now: i64) -> Result<()> {
    connection.execute("UPDATE topics SET render_due = ?1 WHERE active = 1", [now]).map(drop)
}

/// A source that config calls by a new name, at an address that a source had which config no longer
/// names, is that source: under a number of its own it would bring all of its entries once more.
fn adopt_renamed(
    connection: &Connection,
    described: &[Described],
    stored: &mut HashMap<String, Stored>,
) -> Result<()> {
    let named: HashSet<&str> = described.iter().map(|source| source.id.as_str()).collect();
    for source in described {
        if stored.contains_key(source.id.as_str()) {
            continue;
        }
        let at_its_address =
            stored.iter().filter(|(id, old)| old.url == source.url && !named.contains(id.as_str()));
        let Some((id, _)) = at_its_address.max_by_key(|(_, old)| (old.active, old.number)) else {
            continue;
        };
        let id = id.clone();
        connection
            .execute("UPDATE sources SET id = ?2 WHERE id = ?1", params![id, source.id.as_str()])?;
        if let Some(old) = stored.remove(&id) {
            stored.insert(source.id.to_string(), old);
        }
    }
    Ok(())
}

fn stored_sources(connection: &Connection) -> Result<HashMap<String, Stored>> {
    connection
        .prepare("SELECT id, source_no, url, domain, name, active FROM sources")?
        .query_map([], |row| {
            let stored = Stored {
                number: row.get(1)?,
                url: row.get(2)?,
                domain: row.get(3)?,
                name: row.get(4)?,
                active: row.get(5)?,
            };
            Ok((row.get(0)?, stored))
        })?
        .collect()
}

fn insert_source(connection: &Connection, source: &Described, now: i64) -> Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO sources (bucket, id, url, domain, name, first_seen_at, active)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)",
        )?
        .execute(params![
            bucket(&source.domain),
            source.id.as_str(),
            source.url,
            source.domain,
            source.name,
            now
        ])?;
    let number = connection.last_insert_rowid();
    connection
        .prepare_cached(
            "INSERT INTO source_state
               (source_no, due_at, lease_epoch, entries, guid_trust, date_orders, failures, window_len, gaps,
                health, reason)
             VALUES (?1, ?2, 0, 0, 0, 0, 0, 0, 0, 'new', 'new')",
        )?
        .execute(params![number, now])?;
    Ok(number)
}

/// Which of the 256 parts of a divided store a domain belongs to.
fn bucket(domain: &str) -> u8 {
    blake3::hash(domain.as_bytes()).as_bytes()[0]
}

fn update_source(
    connection: &Connection,
    old: &Stored,
    source: &Described,
    now: i64,
) -> Result<()> {
    let described = (&source.url, &source.domain, &source.name);
    if !old.active || (&old.url, &old.domain, &old.name) != described {
        connection
            .prepare_cached(
                "UPDATE sources SET url = ?2, domain = ?3, name = ?4, active = 1 WHERE source_no = ?1",
            )?
            .execute(params![old.number, source.url, source.domain, source.name])?;
    }
    if old.url != source.url {
        // Validators of the old address must not make the new one answer 304.
        connection
            .prepare_cached(
                "UPDATE source_state SET etag = NULL, last_modified = NULL, body_hash = NULL,
                   visits = NULL, moved_url = NULL, moved_since = NULL, not_before = NULL, due_at = ?2,
                   lease_owner = NULL, lease_until = NULL, lease_epoch = lease_epoch + 1,
                   reason = 'its address changed'
                 WHERE source_no = ?1",
            )?
            .execute(params![old.number, now])?;
    } else if !old.active {
        connection
            .prepare_cached(
                "UPDATE source_state SET due_at = ?2, reason = 'it came back'
                 WHERE source_no = ?1",
            )?
            .execute(params![old.number, now])?;
    }
    Ok(())
}

fn retire_source(connection: &Connection, number: i64) -> Result<()> {
    connection.execute("UPDATE sources SET active = 0 WHERE source_no = ?1", [number])?;
    connection.execute(
        "UPDATE source_state SET due_at = NULL, lease_owner = NULL, lease_until = NULL,
           lease_epoch = lease_epoch + 1, reason = 'not in config'
         WHERE source_no = ?1",
        [number],
    )?;
    Ok(())
}
