//! Sources and topics as config last described them. The store keeps only what its own sentences
//! need: names, addresses, and who was there before.

use super::rows::{json, list_json, to_us};
use super::{SqliteStore, StoreError};
use crate::clock;
use crate::model::{Source, SourceId, SourceNo, TopicName, TopicNo};
use rusqlite::{Connection, OptionalExtension, Result, params};
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

/// What the store needs to know of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name now.
    pub name: TopicName,
    /// Names that it had.
    pub aliases: Vec<TopicName>,
    /// Hash of its rule and of what narrows it.
    pub rule_hash: [u8; 16],
}

/// A topic after the sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncedTopic {
    /// Its number.
    pub topic: TopicNo,
    /// Whether it still waits to be given what is stored, see [`SqliteStore::filled`].
    pub is_new: bool,
    /// Whether its rule is another one than last time.
    pub rule_changed: bool,
}

impl SqliteStore {
    /// Makes the stored sources those of config. New ones and ones that came back are due at once;
    /// one whose address changed forgets its validators and is due at once. Polls under way of
    /// changed and removed sources are fenced.
    pub async fn sync_sources(&self, sources: &[Source]) -> Result<SyncedSources, StoreError> {
        let described: Vec<Described> = sources.iter().map(Described::of).collect();
        self.write(move |connection| sync_sources(connection, described)).await
    }

    /// Makes the stored topics those of config; answers in the order of `topics`. A name that is
    /// not stored takes over the row of the first alias that is.
    pub async fn sync_topics(&self, topics: &[TopicSpec]) -> Result<Vec<SyncedTopic>, StoreError> {
        let topics = topics.to_vec();
        self.write(move |connection| sync_topics(connection, &topics)).await
    }

    /// Notes that a new topic was given what is stored. Until then each sync calls it new, so that a
    /// crash in between leaves no topic empty.
    pub async fn filled(&self, topic: TopicNo) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE topics SET filled_at = ?2 WHERE topic_no = ?1";
        self.write(move |connection| {
            connection.execute(SQL, params![topic.0, to_us(clock::now())]).map(drop)
        })
        .await
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
                "UPDATE source_state SET due_at = ?2, reason = 'it came back' WHERE source_no = ?1",
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

fn sync_topics(connection: &Connection, topics: &[TopicSpec]) -> Result<Vec<SyncedTopic>> {
    let now = to_us(clock::now());
    let current: HashSet<&TopicName> = topics.iter().map(|topic| &topic.name).collect();
    let mut synced = Vec::with_capacity(topics.len());
    for topic in topics {
        synced.push(match find_topic(connection, topic, &current)? {
            Some(row) => update_topic(connection, &row, topic, now)?,
            None => insert_topic(connection, topic, now)?,
        });
    }
    let kept: Vec<i64> = synced.iter().map(|topic| topic.topic.0).collect();
    connection.execute(
        "UPDATE topics SET active = 0
         WHERE active = 1 AND topic_no NOT IN (SELECT value FROM json_each(?1))",
        [json(&kept)?],
    )?;
    Ok(synced)
}

struct TopicRow {
    number: i64,
    name: String,
    rule: Vec<u8>,
    active: bool,
    filled: bool,
}

/// The row of a topic by its name, else by the first alias that no topic of config has for a name.
fn find_topic(
    connection: &Connection,
    topic: &TopicSpec,
    current: &HashSet<&TopicName>,
) -> Result<Option<TopicRow>> {
    let aliases = topic.aliases.iter().filter(|alias| !current.contains(alias));
    for name in std::iter::once(&topic.name).chain(aliases) {
        if let Some(row) = topic_named(connection, name)? {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

fn topic_named(connection: &Connection, name: &TopicName) -> Result<Option<TopicRow>> {
    connection
        .query_row(
            "SELECT topic_no, name, rule, active, filled_at IS NOT NULL FROM topics WHERE name = ?1",
            [name.as_str()],
            |row| {
                Ok(TopicRow {
                    number: row.get(0)?,
                    name: row.get(1)?,
                    rule: row.get(2)?,
                    active: row.get(3)?,
                    filled: row.get(4)?,
                })
            },
        )
        .optional()
}

/// A renamed topic's feed says its new address, so its version moves; one that came back may have
/// lost its rendition.
fn update_topic(
    connection: &Connection,
    row: &TopicRow,
    topic: &TopicSpec,
    now: i64,
) -> Result<SyncedTopic> {
    let renamed = row.name != topic.name.as_str();
    connection.execute(
        "UPDATE topics SET name = ?2, aliases = ?3, rule = ?4, active = 1,
           version = version + ?5, changed_at = iif(?5, ?6, changed_at),
           render_due = iif(?5 OR ?7, ?6, render_due)
         WHERE topic_no = ?1",
        params![
            row.number,
            topic.name.as_str(),
            alias_json(topic)?,
            topic.rule_hash,
            renamed,
            now,
            !row.active
        ],
    )?;
    Ok(SyncedTopic {
        topic: TopicNo(row.number),
        is_new: !row.filled,
        rule_changed: row.rule != topic.rule_hash,
    })
}

fn insert_topic(connection: &Connection, topic: &TopicSpec, now: i64) -> Result<SyncedTopic> {
    connection.execute(
        "INSERT INTO topics
           (name, aliases, rule, active, created_at, last_seq, version, changed_at, render_due)
         VALUES (?1, ?2, ?3, 1, ?4, 0, 1, ?4, ?4)",
        params![topic.name.as_str(), alias_json(topic)?, topic.rule_hash, now],
    )?;
    let topic = TopicNo(connection.last_insert_rowid());
    Ok(SyncedTopic { topic, is_new: true, rule_changed: false })
}

fn alias_json(topic: &TopicSpec) -> Result<Option<String>> {
    list_json(&topic.aliases)
}
