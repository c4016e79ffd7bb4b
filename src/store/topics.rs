//! Topics as config last described them: who has which number, under which name, and which of them
//! still wait to be given what is stored.

use super::rows::{Cells, json, list_json, to_us};
use super::{SqliteStore, StoreError, publishing};
use crate::clock;
use crate::model::{TopicName, TopicNo};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::HashSet;

/// What the store needs to know of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name now.
    pub name: TopicName,
    /// Names that it had.
    pub aliases: Vec<TopicName>,
    /// Hash of its rule and of what narrows it.
    pub rule_hash: [u8; 16],
    /// When its digests are made, in words that differ where the times do; `None`: its stories are its items.
    pub digest: Option<String>,
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

/// Makes the stored topics those of config; answers in the order of `topics`.
pub(super) fn sync_topics(
    connection: &Connection,
    topics: &[TopicSpec],
) -> Result<Vec<SyncedTopic>> {
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

/// Names of topics that are not in config, and their aliases, unless a topic of config has taken them
/// over.
pub(super) fn former_names(
    connection: &Connection,
    topics: &[TopicSpec],
) -> Result<Vec<TopicName>> {
    let taken: HashSet<&TopicName> =
        topics.iter().flat_map(|topic| topic.aliases.iter().chain([&topic.name])).collect();
    let mut statement =
        connection.prepare("SELECT name, aliases FROM topics WHERE active = 0 ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let name: TopicName = cells.parsed(|name| name.parse().ok())?;
        let aliases: Vec<String> = cells.list()?;
        let aliases = aliases.iter().filter_map(|alias| alias.parse().ok());
        names.extend(std::iter::once(name).chain(aliases).filter(|name| !taken.contains(name)));
    }
    Ok(names)
}

struct TopicRow {
    number: i64,
    name: String,
    rule: Vec<u8>,
    active: bool,
    filled: bool,
    digest: Option<String>,
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
            "SELECT topic_no, name, rule, active, filled_at IS NOT NULL, digest
             FROM topics WHERE name = ?1",
            [name.as_str()],
            |row| {
                Ok(TopicRow {
                    number: row.get(0)?,
                    name: row.get(1)?,
                    rule: row.get(2)?,
                    active: row.get(3)?,
                    filled: row.get(4)?,
                    digest: row.get(5)?,
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
    if row.digest != topic.digest {
        change_digest(connection, row.number, topic.digest.as_deref(), now)?;
    }
    Ok(SyncedTopic {
        topic: TopicNo(row.number),
        is_new: !row.filled,
        rule_changed: row.rule != topic.rule_hash,
    })
}

/// Other times hold from now on: none that they would have had before is made up for. Without digests, what waits
/// for one becomes items of the feed.
fn change_digest(
    connection: &Connection,
    topic: i64,
    digest: Option<&str>,
    now: i64,
) -> Result<()> {
    connection.execute(
        "UPDATE topics SET digest = ?2, digest_ran = iif(?2 IS NULL, NULL, ?3) WHERE topic_no = ?1",
        params![topic, digest, now],
    )?;
    if digest.is_some() {
        return Ok(());
    }
    let shown = connection
        .execute("UPDATE items SET digest = NULL WHERE topic_no = ?1 AND digest = 0", [topic])?;
    if shown > 0 { publishing::touch(connection, &[topic], now) } else { Ok(()) }
}

fn insert_topic(connection: &Connection, topic: &TopicSpec, now: i64) -> Result<SyncedTopic> {
    connection.execute(
        "INSERT INTO topics
           (name, aliases, rule, active, created_at, last_seq, version, changed_at, render_due, digest,
            digest_ran)
         VALUES (?1, ?2, ?3, 1, ?4, 0, 1, ?4, ?4, ?5, iif(?5 IS NULL, NULL, ?4))",
        params![topic.name.as_str(), alias_json(topic)?, topic.rule_hash, now, topic.digest],
    )?;
    let topic = TopicNo(connection.last_insert_rowid());
    Ok(SyncedTopic { topic, is_new: true, rule_changed: false })
}

fn alias_json(topic: &TopicSpec) -> Result<Option<String>> {
    list_json(&topic.aliases)
}
