//! Which pages of the topics' archives are closed: cut by place when their items are about to leave the
//! feed, written when somebody asks for them, and again when something on them is hidden, dropped by
//! retention, oldest first.

use super::output::{Look, Span, TopicPage};
use super::rows::{from_us, to_us};
use super::{SqliteStore, StoreError};
use crate::model::{PageState, Time, TopicNo};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::path::Path;
use url::Url;

/// A page that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageDue {
    /// Its number.
    pub page: i64,
    /// Its first and its last place.
    pub places: (i64, i64),
    /// What is hidden on it, to be noted when it is written.
    pub hidden: String,
    /// When it last changed: with its newest item, or with what was hidden.
    pub changed_at: Time,
}

/// The newest page of a topic that retention dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped {
    /// The topic.
    pub topic: TopicNo,
    /// It and all before it are gone.
    pub page: i64,
}

impl SqliteStore {
    /// Closes the pages of a topic whose items would leave a feed of `items` items, each of `length`.
    pub async fn cut_archive(
        &self,
        topic: TopicNo,
        items: i64,
        length: i64,
    ) -> Result<(), StoreError> {
        if self.read(move |connection| places_left(connection, topic)).await? > items {
            self.write(move |connection| cut(connection, topic, items, length)).await?;
        }
        Ok(())
    }

    /// The closed pages of a topic that are to be written: those with something hidden since they were,
    /// and, with `unwritten`, those that nobody has asked for so far.
    pub async fn archive_due(
        &self,
        topic: TopicNo,
        unwritten: bool,
    ) -> Result<Vec<PageDue>, StoreError> {
        let wanted = Wanted { pages: (1, i64::MAX), even_unwritten: unwritten, even_right: false };
        self.read(move |connection| due(connection, topic, &wanted)).await
    }

    /// What there is at page `page` of a topic; and, where it is to be written before it is given, how:
    /// when it is not as it should be, or its file `is_lost`.
    pub async fn archive_page(
        &self,
        topic: TopicNo,
        page: i64,
        is_lost: bool,
    ) -> Result<(PageState, Option<PageDue>), StoreError> {
        let wanted = Wanted { pages: (page, page), even_unwritten: true, even_right: is_lost };
        self.read(move |connection| {
            let state = state(connection, topic, page)?;
            let due = due(connection, topic, &wanted)?.pop();
            Ok((state, due))
        })
        .await
    }

    /// What stands on a page, as [`Self::topic_items`] gives it.
    pub async fn archived_items(
        &self,
        topic: TopicNo,
        places: (i64, i64),
        look: Look,
    ) -> Result<Option<TopicPage>, StoreError> {
        let span = Span { places, limit: usize::MAX >> 1 };
        self.items(topic, span, look).await
    }

    /// Lets the pages be written again where they name another address of ours than `public_url`, or
    /// are files elsewhere than in `directory`.
    pub async fn archive_at(
        &self,
        public_url: &Url,
        directory: Option<&Path>,
    ) -> Result<(), StoreError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(public_url.as_str().as_bytes());
        if let Some(directory) = directory {
            hasher.update(b"\0").update(directory.as_os_str().as_encoded_bytes());
        }
        let hash = hasher.finalize();
        let mut number = [0; 8];
        number.copy_from_slice(&hash.as_bytes()[..8]);
        self.write(move |connection| archive_at(connection, i64::from_be_bytes(number))).await
    }

    /// Notes that a page was written.
    pub async fn archived(
        &self,
        topic: TopicNo,
        page: i64,
        hidden: String,
    ) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE archive_pages SET hidden = ?3 WHERE topic_no = ?1 AND page = ?2";
        self.write(move |connection| {
            connection.prepare_cached(SQL)?.execute(params![topic.0, page, hidden]).map(drop)
        })
        .await
    }

    /// Drops the pages whose items were all placed before `before`, oldest first. Says of every topic
    /// which page is the newest that was ever dropped.
    pub async fn drop_archives(&self, before: Time) -> Result<Vec<Dropped>, StoreError> {
        self.write(move |connection| drop_old(connection, before)).await
    }
}

fn archive_at(connection: &Connection, address: i64) -> Result<()> {
    let before: Option<i64> = connection
        .query_row("SELECT number FROM meta WHERE name = 'archived_at'", [], |row| row.get(0))
        .optional()?;
    if before == Some(address) {
        return Ok(());
    }
    connection.execute(
        "INSERT OR REPLACE INTO meta (name, number) VALUES ('archived_at', ?1)",
        [address],
    )?;
    connection.execute("UPDATE archive_pages SET hidden = NULL WHERE dropped_at IS NULL", [])?;
    Ok(())
}

/// How many places of a topic are on no page; not all of them need be items of its feed.
fn places_left(connection: &Connection, topic: TopicNo) -> Result<i64> {
    connection
        .prepare_cached(
            "SELECT last_seq - coalesce((SELECT max(last_seq) FROM archive_pages
               WHERE topic_no = ?1), 0) FROM topics WHERE topic_no = ?1",
        )?
        .query_row([topic.0], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

fn cut(connection: &Connection, topic: TopicNo, items: i64, length: i64) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO archive_pages (topic_no, page, first_seq, last_seq)
         SELECT ?1, coalesce(max(page), 0) + 1, coalesce(max(last_seq), 0) + 1, ?2
         FROM archive_pages WHERE topic_no = ?1",
    )?;
    // A page that is not longer than the feed leaves no gap between the two.
    let length = length.clamp(1, items.max(1));
    let left = uncut(connection, topic)?;
    let mut left = left.as_slice();
    let (items, length) = (as_size(items), as_size(length));
    while left.len() > items {
        let (page, rest) = left.split_at(length.min(left.len()));
        insert.execute(params![topic.0, page.last()])?;
        left = rest;
    }
    Ok(())
}

fn as_size(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The places that are on no page, in order: of items, hidden ones too, and of digests.
fn uncut(connection: &Connection, topic: TopicNo) -> Result<Vec<i64>> {
    connection
        .prepare_cached(
            "SELECT i.seq FROM items i WHERE i.topic_no = ?1 AND i.digest IS NULL AND i.seq > (
               SELECT coalesce(max(last_seq), 0) FROM archive_pages WHERE topic_no = ?1)
             UNION ALL
             SELECT d.seq FROM digests d WHERE d.topic_no = ?1 AND d.seq > (
               SELECT coalesce(max(last_seq), 0) FROM archive_pages WHERE topic_no = ?1)
             ORDER BY 1",
        )?
        .query_map([topic.0], |row| row.get(0))?
        .collect()
}

fn state(connection: &Connection, topic: TopicNo, page: i64) -> Result<PageState> {
    let is_dropped: Option<bool> = connection
        .prepare_cached(
            "SELECT dropped_at IS NOT NULL FROM archive_pages WHERE topic_no = ?1 AND page = ?2",
        )?
        .query_row(params![topic.0, page], |row| row.get(0))
        .optional()?;
    let next = || {
        connection
            .prepare_cached(
                "SELECT coalesce(max(page), 0) + 1 FROM archive_pages WHERE topic_no = ?1",
            )?
            .query_row([topic.0], |row| row.get::<_, i64>(0))
    };
    Ok(match is_dropped {
        Some(true) => PageState::Dropped,
        Some(false) => PageState::Closed,
        None if page == next()? => PageState::Next,
        None => PageState::Absent,
    })
}

/// Which pages are to be written.
struct Wanted {
    /// From the first to the last.
    pages: (i64, i64),
    /// Those that were never written too.
    even_unwritten: bool,
    /// Those that are as they should be too.
    even_right: bool,
}

/// The index is named because SQLite would rather walk over all items of the topic, at every render.
fn due(connection: &Connection, topic: TopicNo, wanted: &Wanted) -> Result<Vec<PageDue>> {
    let (first, last) = wanted.pages;
    connection
        .prepare_cached(
            "SELECT * FROM (
               SELECT p.page, p.first_seq, p.last_seq, p.hidden AS written,
                 (SELECT json_group_array(i.seq) FROM items i INDEXED BY items_hidden
                  WHERE i.topic_no = p.topic_no AND i.hidden_at IS NOT NULL
                  AND coalesce(i.digest, i.seq) BETWEEN p.first_seq AND p.last_seq) AS hidden,
                 max(
                   (SELECT coalesce(max(i.placed_at), 0) FROM items i WHERE i.topic_no = p.topic_no
                    AND i.seq BETWEEN p.first_seq AND p.last_seq AND i.digest IS NULL),
                   (SELECT coalesce(max(d.placed_at), 0) FROM digests d
                    WHERE d.topic_no = p.topic_no AND d.seq BETWEEN p.first_seq AND p.last_seq),
                   (SELECT coalesce(max(i.hidden_at), 0) FROM items i INDEXED BY items_hidden
                    WHERE i.topic_no = p.topic_no AND i.hidden_at IS NOT NULL
                    AND coalesce(i.digest, i.seq) BETWEEN p.first_seq AND p.last_seq))
               FROM archive_pages p WHERE p.topic_no = ?1 AND p.dropped_at IS NULL
                 AND p.page BETWEEN ?2 AND ?3 AND (?4 OR p.hidden IS NOT NULL))
             WHERE ?5 OR written IS NOT hidden ORDER BY page",
        )?
        .query_map(
            params![topic.0, first, last, wanted.even_unwritten, wanted.even_right],
            |row| {
                Ok(PageDue {
                    page: row.get(0)?,
                    places: (row.get(1)?, row.get(2)?),
                    hidden: row.get(4)?,
                    changed_at: from_us(row.get::<_, Option<i64>>(5)?.unwrap_or_default()),
                })
            },
        )?
        .collect()
}

fn drop_old(connection: &Connection, before: Time) -> Result<Vec<Dropped>> {
    let now = to_us(crate::clock::now());
    // A page is old when the newest of its items is; those before it are older.
    connection
        .prepare_cached(
            "UPDATE archive_pages SET dropped_at = ?2 WHERE dropped_at IS NULL AND coalesce(
               (SELECT d.placed_at FROM digests d WHERE d.topic_no = archive_pages.topic_no
                AND d.seq = archive_pages.last_seq),
               (SELECT i.placed_at FROM items i WHERE i.topic_no = archive_pages.topic_no
                AND i.seq <= archive_pages.last_seq ORDER BY i.seq DESC LIMIT 1)) < ?1",
        )?
        .execute([to_us(before), now])?;
    // Feeds that linked to a page which is gone link no more.
    connection
        .prepare_cached(
            "UPDATE topics SET version = version + 1, render_due = min(coalesce(render_due, ?1), ?1)
             WHERE topic_no IN (SELECT topic_no FROM archive_pages GROUP BY topic_no
               HAVING count(*) FILTER (WHERE dropped_at IS NULL) = 0 AND max(dropped_at) = ?1)",
        )?
        .execute([now])?;
    connection
        .prepare_cached(
            "SELECT topic_no, max(page) FROM archive_pages WHERE dropped_at IS NOT NULL
             GROUP BY topic_no",
        )?
        .query_map([], |row| Ok(Dropped { topic: TopicNo(row.get(0)?), page: row.get(1)? }))?
        .collect()
}
