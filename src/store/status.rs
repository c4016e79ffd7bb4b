//! What people ask of the store: how sources and topics fare, which stories there are, how much
//! there is of everything, and whether the file is sound.

use super::rows::{Cells, to_us};
use super::{SqliteStore, StoreError, explain, sequencing, state};
use crate::clock;
use crate::model::{
    EntryId, Relation, SourceId, SourceNo, SourceState, StoryId, Time, TopicName, TopicNo,
};
use chrono::Duration;
use rusqlite::{Connection, Result, Row, params};
use std::sync::LazyLock;

/// How one source fares.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceStatus {
    /// Its number.
    pub number: SourceNo,
    /// Its name in config.
    pub id: SourceId,
    /// Where the feed is.
    pub url: String,
    /// Its registrable domain.
    pub domain: String,
    /// Its name for people: config's, else the feed's own title.
    pub name: Option<String>,
    /// Whether it stands in config.
    pub active: bool,
    /// When it was first in config.
    pub first_seen: Time,
    /// When it is due; while it is polled, when its lease runs out. `None`: never.
    pub due_at: Option<Time>,
    /// Whether it is being polled.
    pub leased: bool,
    /// How many of its entries were ever stored.
    pub entries: u64,
    /// Its entries that are held back, and why; `None` where none are.
    pub held: Option<(u64, String)>,
    /// All else.
    pub state: SourceState,
}

/// How one topic fares.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicStatus {
    /// Its number.
    pub topic: TopicNo,
    /// Its name.
    pub name: TopicName,
    /// Whether it stands in config.
    pub active: bool,
    /// One more with each visible change.
    pub version: i64,
    /// The last place given.
    pub last_seq: i64,
    /// Items that its feed and its archive show, or showed before they were too old: none is hidden, and stories that
    /// digests list or wait for one are none.
    pub items: u64,
    /// When the newest of them was placed.
    pub newest: Option<Time>,
    /// When anything visible last changed.
    pub changed_at: Time,
    /// Items a day, over the last seven days.
    pub per_day: f64,
}

/// Which stories are wanted, by how many entries tell them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// All of them.
    Any,
    /// Those that more than one entry tells.
    BySeveral,
}

/// A story with its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStory {
    /// The story.
    pub story: StoryId,
    /// First sight of the entry that opened it.
    pub first_seen: Time,
    /// Its entries, in the order of first sight.
    pub entries: Vec<StoryEntry>,
    /// Stories that are probably this one, and were published apart.
    pub also: Vec<StoryId>,
}

/// One entry of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryEntry {
    /// The entry.
    pub id: EntryId,
    /// Its source.
    pub source: SourceId,
    /// The link as the feed gave it.
    pub link: Option<String>,
    /// Plain text.
    pub title: String,
    /// BCP 47.
    pub language: Option<String>,
    /// How it relates to the story.
    pub relation: Relation,
    /// The entry that it copies or tells again.
    pub of: Option<EntryId>,
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Sources in config.
    pub sources: u64,
    /// Entries ever stored.
    pub entries: u64,
    /// Entries that wait for the sequencer.
    pub pending: u64,
    /// Stories ever opened.
    pub stories: u64,
    /// Items over all topics of config, as in [`TopicStatus`].
    pub items: u64,
}

/// A source that is due for longer and not polled is overdue: after a start or an outage those that are
/// due are led out one by one.
pub const OVERDUE: Duration = Duration::seconds(60);

/// How sources fare, by number, and what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// Sources that were never polled.
    pub new: usize,
    /// Those whose last poll ended well.
    pub healthy: usize,
    /// Those of which something wants a look.
    pub degraded: usize,
    /// Those whose last poll failed.
    pub failing: usize,
    /// Those that are gone for good.
    pub retired: usize,
    /// Those that were due more than [`OVERDUE`] ago and are not being polled.
    pub overdue: usize,
    /// Entries that wait for the sequencer.
    pub pending: usize,
    /// Entries that are held back until an operator releases them.
    pub held: usize,
}

impl SqliteStore {
    /// How each source fares that stands in config or ever did, by name.
    pub async fn source_statuses(&self) -> Result<Vec<SourceStatus>, StoreError> {
        self.read(|connection| {
            let sql = format!("{} ORDER BY o.id", *SOURCES);
            connection.prepare_cached(&sql)?.query_map([], read_source)?.collect()
        })
        .await
    }

    /// How one source fares; `None` when there never was one of that name.
    pub async fn source_status(&self, id: SourceId) -> Result<Option<SourceStatus>, StoreError> {
        self.read(move |connection| {
            let sql = format!("{} WHERE o.id = ?1", *SOURCES);
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map([id.as_str()], read_source)?.next().transpose()
        })
        .await
    }

    /// How each topic fares that stands in config or ever did, by name.
    pub async fn topic_statuses(&self) -> Result<Vec<TopicStatus>, StoreError> {
        self.read(topic_statuses).await
    }

    /// The newest `limit` stories opened at or after `since`, newest first.
    pub async fn stories(
        &self,
        limit: usize,
        since: Option<Time>,
        told: Telling,
    ) -> Result<Vec<StoredStory>, StoreError> {
        self.read(move |connection| stories(connection, limit, (since, told))).await
    }

    /// How much there is of everything.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        self.read(counts).await
    }

    /// How the sources of config fare, and how many entries wait.
    pub async fn health(&self) -> Result<Health, StoreError> {
        const SQL: &str = "SELECT count(*) FILTER (WHERE s.health = 'new'),
              count(*) FILTER (WHERE s.health = 'healthy'),
              count(*) FILTER (WHERE s.health = 'degraded'),
              count(*) FILTER (WHERE s.health = 'failing'),
              count(*) FILTER (WHERE s.health = 'retired'),
              count(*) FILTER (WHERE s.due_at < ?1 AND s.lease_until IS NULL),
              (SELECT count(*) FROM entries WHERE pending IS NOT NULL),
              (SELECT count(*) FROM entries WHERE held_at IS NOT NULL)
            FROM sources o JOIN source_state s ON s.source_no = o.source_no WHERE o.active = 1";
        self.read(|connection| {
            let long_ago = to_us(clock::now() - OVERDUE);
            connection.prepare_cached(SQL)?.query_row([long_ago], |row| {
                let mut cells = Cells::of(row);
                Ok(Health {
                    new: cells.take()?,
                    healthy: cells.take()?,
                    degraded: cells.take()?,
                    failing: cells.take()?,
                    retired: cells.take()?,
                    overdue: cells.take()?,
                    pending: cells.take()?,
                    held: cells.take()?,
                })
            })
        })
        .await
    }

    /// What SQLite finds wrong with the file, reading all of it; nothing when it is sound.
    pub async fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare("PRAGMA integrity_check")?;
            let found: Vec<String> =
                statement.query_map([], |r| r.get(0))?.collect::<Result<_>>()?;
            Ok(found.into_iter().filter(|line| line != "ok").collect())
        })
        .await
    }
}

static SOURCES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT s.source_no, o.id, o.url, o.domain, coalesce(o.name, s.title), o.active,
           o.first_seen_at, s.due_at, s.lease_until, s.entries, s.held_why,
           (SELECT count(*) FROM entries e WHERE e.source_no = o.source_no AND e.held_at IS NOT NULL), {}
         FROM sources o JOIN source_state s ON s.source_no = o.source_no",
        state::COLUMNS
    )
});

fn read_source(row: &Row<'_>) -> Result<SourceStatus> {
    let mut cells = Cells::of(row);
    Ok(SourceStatus {
        number: SourceNo(cells.take()?),
        id: cells.parsed(|id| id.parse().ok())?,
        url: cells.take()?,
        domain: cells.take()?,
        name: cells.take()?,
        active: cells.take()?,
        first_seen: cells.time()?,
        due_at: cells.maybe_time()?,
        leased: cells.maybe_time()?.is_some_and(|until| until > clock::now()),
        entries: cells.take()?,
        held: {
            let why: Option<String> = cells.take()?;
            let entries = cells.take()?;
            why.map(|why| (entries, why))
        },
        state: state::read(&mut cells)?,
    })
}

/// How many items a topic `t` has that no operator hid: its places but for stories that come in digests, hidden items,
/// and digests of which all is hidden. What is subtracted is little, or none, and has indexes.
const ITEMS: &str = "t.last_seq
    - (SELECT count(*) FROM items i WHERE i.topic_no = t.topic_no AND i.digest IS NOT NULL)
    - (SELECT count(*) FROM items i INDEXED BY items_hidden
       WHERE i.topic_no = t.topic_no AND i.hidden_at IS NOT NULL AND i.digest IS NULL)
    - (SELECT count(*) FROM digests d
       WHERE d.topic_no = t.topic_no AND EXISTS (SELECT 1 FROM hidden_units) AND NOT EXISTS (
         SELECT 1 FROM json_each(d.stories) s
           LEFT JOIN items i ON i.topic_no = d.topic_no AND i.seq = s.value ->> 'seq'
         WHERE i.hidden_at IS NULL AND NOT EXISTS (SELECT 1 FROM hidden_units h
           WHERE h.unit_id = s.value ->> 'entry' AND h.unit_kind = 3)))";

static TOPICS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT t.topic_no, t.name, t.active, t.version, t.last_seq, {ITEMS},
           nullif(max(
             coalesce((SELECT i.placed_at FROM items i
               WHERE i.topic_no = t.topic_no AND i.hidden_at IS NULL AND i.digest IS NULL
               ORDER BY i.seq DESC LIMIT 1), 0),
             coalesce((SELECT d.placed_at FROM digests d
               WHERE d.topic_no = t.topic_no ORDER BY d.seq DESC LIMIT 1), 0)), 0),
           t.changed_at,
           (SELECT count(*) FROM items i
            WHERE i.topic_no = t.topic_no AND i.hidden_at IS NULL AND i.digest IS NULL
              AND i.seq > coalesce((SELECT o.seq FROM items o
                WHERE o.topic_no = t.topic_no AND o.placed_at < ?1
                ORDER BY o.seq DESC LIMIT 1), 0))
             + (SELECT count(*) FROM digests d
                WHERE d.topic_no = t.topic_no AND d.placed_at >= ?1)
         FROM topics t ORDER BY t.name"
    )
});

static COUNTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT (SELECT count(*) FROM sources WHERE active = 1),
           (SELECT coalesce(sum(entries), 0) FROM source_state),
           (SELECT count(*) FROM entries WHERE pending IS NOT NULL),
           (SELECT number FROM meta WHERE name = 'stories'),
           (SELECT coalesce(sum({ITEMS}), 0) FROM topics t WHERE t.active = 1)"
    )
});

fn topic_statuses(connection: &Connection) -> Result<Vec<TopicStatus>> {
    const DAYS: i32 = 7;
    let week_ago = to_us(clock::now() - Duration::days(DAYS.into()));
    connection
        .prepare_cached(&TOPICS)?
        .query_map([week_ago], |row| {
            let mut cells = Cells::of(row);
            Ok(TopicStatus {
                topic: TopicNo(cells.take()?),
                name: cells.parsed(|name| name.parse().ok())?,
                active: cells.take()?,
                version: cells.take()?,
                last_seq: cells.take()?,
                items: cells.take()?,
                newest: cells.maybe_time()?,
                changed_at: cells.time()?,
                per_day: f64::from(cells.take::<u32>()?) / f64::from(DAYS),
            })
        })?
        .collect()
}

fn stories(
    connection: &Connection,
    limit: usize,
    (since, told): (Option<Time>, Telling),
) -> Result<Vec<StoredStory>> {
    let from = match since {
        Some(since) => sequencing::first_entry_since(connection, since)?,
        None => 0,
    };
    connection
        .prepare_cached(
            "SELECT entry_id, first_seen_at FROM entries e
             WHERE entry_id >= ?1 AND story_id = entry_id AND (?3 OR EXISTS (SELECT 1
               FROM entries o WHERE o.story_id = e.entry_id AND o.entry_id <> e.entry_id))
             ORDER BY entry_id DESC LIMIT ?2",
        )?
        .query_map(params![from, limit, told == Telling::Any], |row| {
            let mut cells = Cells::of(row);
            let story = StoryId(cells.take()?);
            let first_seen = cells.time()?;
            let entries = story_entries(connection, story)?;
            let also = explain::related(connection, story)?;
            Ok(StoredStory { story, first_seen, entries, also })
        })?
        .collect()
}

/// The entries of a story, in the order of first sight.
pub(super) fn story_entries(connection: &Connection, story: StoryId) -> Result<Vec<StoryEntry>> {
    connection
        .prepare_cached(
            "SELECT e.entry_id, o.id, e.link, e.title, e.language, e.relation, e.of_entry
             FROM entries e JOIN sources o ON o.source_no = e.source_no
             WHERE e.story_id = ?1 ORDER BY e.entry_id",
        )?
        .query_map([story.0], |row| {
            let mut cells = Cells::of(row);
            Ok(StoryEntry {
                id: EntryId(cells.take()?),
                source: cells.parsed(|id| id.parse().ok())?,
                link: cells.take()?,
                title: cells.take()?,
                language: cells.take()?,
                relation: cells.parsed(Relation::from_word)?,
                of: cells.take::<Option<i64>>()?.map(EntryId),
            })
        })?
        .collect()
}

/// Sums of counters: counting rows would read the whole file.
fn counts(connection: &Connection) -> Result<Counts> {
    connection.prepare_cached(&COUNTS)?.query_row([], |row| {
        let mut cells = Cells::of(row);
        Ok(Counts {
            sources: cells.take()?,
            entries: cells.take()?,
            pending: cells.take()?,
            stories: cells.take()?,
            items: cells.take()?,
        })
    })
}
