//! Sources as config last described them. The store keeps only what its own sentences need: names,
//! addresses, and who was there before.

use super::rows::to_us;
use super::{SqliteStore, StoreError};
use crate::clock;
use crate::model::{Source, SourceId, SourceNo};
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
    /// Makes the stored sources those of config. New ones and ones that came back are due at once;
    /// one whose address changed forgets its validators and is due at once. Polls under way of
    /// changed and removed sources are fenced.
    pub async fn sync_sources(&self, sources: &[Source]) -> Result<SyncedSources, StoreError> {
        let described: Vec<Described> = sources.iter().map(Described::of).collect();
        self.write(move |connection| sync_sources(connection, described)).await
    }
}

/// The columns of `sources` that config decides.
#[derive(Debug, Clone, PartialEq)]
struct Described {
    id: SourceId,
    url: String,
    domain: String,
    name: Option<String>,
}

impl Described {
    fn of(source: &Source) -> Self {
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

fn sync_sources(connection: &Connection, described: Vec<Described>) -> Result<SyncedSources> {
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
    Ok(synced)
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
               (source_no, due_at, lease_epoch, entries, guid_trust, failures, window_len, gaps, reason)
             VALUES (?1, ?2, 0, 0, 0, 0, 0, 0, 'new')",
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
                   moved_url = NULL, moved_since = NULL, not_before = NULL, due_at = ?2,
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
