//! What the publisher reads and writes: which topics are to be rendered, a topic's newest items
//! with everything that a format shows, and the cache of sanitized HTML.

use super::rows::{Cells, from_us, to_us, unit_from};
use super::{SqliteStore, StoreError};
use crate::model::{
    Content, EntryId, GroupId, ItemUnit, Outlet, OutputFeed, OutputItem, PublishContent,
    SanitizedHtml, StoryId, Time, TopicName, TopicNo,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::HashSet;
use std::sync::LazyLock;
use url::Url;
use uuid::Uuid;

/// A topic that is to be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicDue {
    /// Its number.
    pub topic: TopicNo,
    /// Its name.
    pub name: TopicName,
    /// Its version now.
    pub version: i64,
}

/// A topic as it is to be published, but for the HTML that the sanitizer has not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicPage {
    /// Its name.
    pub name: TopicName,
    /// Its items. `summary` and `content` of those in `unsanitized` are empty.
    pub feed: OutputFeed,
    /// What is to be sanitized before `feed` is whole.
    pub unsanitized: Vec<Unsanitized>,
}

/// HTML of an item that the sanitizer has not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsanitized {
    /// Its place in `feed.items`.
    pub place: usize,
    /// The entry that it belongs to.
    pub entry: EntryId,
    /// The entry's revision.
    pub digest: [u8; 16],
    /// The HTML as it came. `full` is left out where the topic publishes summaries and there is one.
    pub content: Content,
}

/// The sanitizer's results for one entry, to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Sanitized {
    /// The entry.
    pub entry: EntryId,
    /// The revision that it was made from.
    pub digest: [u8; 16],
    /// The version of the sanitizer.
    pub policy: u32,
    /// Which kind of topic it was made for.
    pub publish: PublishContent,
    /// What is published of the summary.
    pub summary: SanitizedHtml,
    /// The full content, where it is published.
    pub content: Option<SanitizedHtml>,
}

/// The entries of a group of copies. They are all of the story of its first entry, which is what the
/// index knows.
pub(super) const GROUP_ENTRIES: &str = "SELECT entry_id FROM entries
  WHERE story_id = (SELECT story_id FROM entries WHERE entry_id = ?1) AND group_id = ?1
  ORDER BY entry_id";

impl SqliteStore {
    /// Topics of config whose rendering is due at `now`.
    pub async fn topics_due(&self, now: Time) -> Result<Vec<TopicDue>, StoreError> {
        const SQL: &str = "SELECT topic_no, name, version FROM topics
            WHERE active = 1 AND render_due <= ?1 ORDER BY render_due, topic_no";
        self.read(move |connection| {
            connection.prepare_cached(SQL)?.query_map([to_us(now)], read_due)?.collect()
        })
        .await
    }

    /// When the next topic's rendering is due; `None` while nothing waits.
    pub async fn next_render_due(&self) -> Result<Option<Time>, StoreError> {
        const SQL: &str = "SELECT min(render_due) FROM topics WHERE active = 1";
        self.read(|connection| {
            let due: Option<i64> = connection.prepare_cached(SQL)?.query_row([], |r| r.get(0))?;
            Ok(due.map(from_us))
        })
        .await
    }

    /// Notes that a topic was rendered, if it is still the version that was.
    pub async fn rendered(&self, topic: TopicNo, version: i64) -> Result<(), StoreError> {
        const SQL: &str =
            "UPDATE topics SET render_due = NULL WHERE topic_no = ?1 AND version = ?2";
        self.write(move |connection| {
            connection.prepare_cached(SQL)?.execute([topic.0, version]).map(drop)
        })
        .await
    }

    /// A topic with its newest `limit` items that are not hidden, HTML as sanitized by version
    /// `policy` of the sanitizer; `None` for no such topic.
    pub async fn topic_items(
        &self,
        topic: TopicNo,
        limit: usize,
        publish: PublishContent,
        policy: u32,
    ) -> Result<Option<TopicPage>, StoreError> {
        self.items(topic, Span { places: (0, i64::MAX), limit }, publish, policy).await
    }

    /// The items of a topic at some of its places.
    pub(super) async fn items(
        &self,
        topic: TopicNo,
        span: Span,
        publish: PublishContent,
        policy: u32,
    ) -> Result<Option<TopicPage>, StoreError> {
        self.read(move |connection| topic_items(connection, topic, span, (publish, policy))).await
    }

    /// Keeps what the sanitizer made of entries, so that it is made once.
    pub async fn keep_sanitized(&self, results: Vec<Sanitized>) -> Result<(), StoreError> {
        self.write(move |connection| results.iter().try_for_each(|it| keep(connection, it))).await
    }
}

fn read_due(row: &Row<'_>) -> Result<TopicDue> {
    let mut cells = Cells::of(row);
    Ok(TopicDue {
        topic: TopicNo(cells.take()?),
        name: cells.parsed(|name| name.parse().ok())?,
        version: cells.take()?,
    })
}

fn keep(connection: &Connection, sanitized: &Sanitized) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO sanitized (entry_id, whole, digest, policy, summary, content)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            sanitized.entry.0,
            is_whole(sanitized.publish),
            sanitized.digest,
            sanitized.policy,
            sanitized.summary.as_str(),
            sanitized.content.as_ref().map(SanitizedHtml::as_str)
        ])
        .map(drop)
}

fn is_whole(publish: PublishContent) -> bool {
    publish == PublishContent::Full
}

fn topic_items(
    connection: &Connection,
    topic: TopicNo,
    Span { places, limit }: Span,
    (publish, policy): (PublishContent, u32),
) -> Result<Option<TopicPage>> {
    let Some(mut page) = empty_page(connection, topic)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(ITEMS)?;
    let mut rows =
        statement.query(params![topic.0, limit, is_whole(publish), policy, places.0, places.1])?;
    while let Some(row) = rows.next()? {
        let read = read_item(row, page.feed.items.len(), publish)?;
        let mut item = read.item;
        let origin = item.origin.as_ref().and_then(|origin| origin.url.clone());
        let own = (read.source, [Some(item.source.feed_url.clone()), origin]);
        (item.others, item.grown) = others(connection, read.unit, own)?;
        page.feed.items.push(item);
        page.unsanitized.extend(read.unsanitized);
    }
    Ok(Some(page))
}

fn empty_page(connection: &Connection, topic: TopicNo) -> Result<Option<TopicPage>> {
    connection
        .prepare_cached(
            "SELECT name, version, changed_at, (SELECT coalesce(max(page), 0) FROM archive_pages p
               WHERE p.topic_no = t.topic_no AND p.hidden IS NOT NULL AND p.dropped_at IS NULL)
             FROM topics t WHERE topic_no = ?1",
        )?
        .query_row([topic.0], |row| {
            let mut cells = Cells::of(row);
            Ok(TopicPage {
                name: cells.parsed(|name| name.parse().ok())?,
                feed: OutputFeed {
                    topic,
                    version: cells.take()?,
                    changed_at: cells.time()?,
                    archived: cells.take()?,
                    items: Vec::new(),
                },
                unsanitized: Vec::new(),
            })
        })
        .optional()
}

/// An item's own columns, its opening entry's, the outlet's, and the HTML: sanitized if that fits,
/// and else as it came.
const ITEMS: &str = "SELECT i.unit_kind, i.unit_id, e.source_no,
    i.seq, i.item_id, i.placed_at, i.reasons,
    e.entry_id, e.title, e.link, e.authors, e.categories, e.enclosures, e.language,
    coalesce(e.published_at, e.first_seen_at), e.revised_at, coalesce(t.text, ''),
    coalesce(o.name, s.title, o.domain), o.url, s.site,
    e.origin, e.digest, h.summary, h.content,
    iif(h.summary IS NULL, t.summary_html, NULL),
    iif(h.summary IS NULL AND (?3 OR t.summary_html IS NULL), t.content_html, NULL), t.base
  FROM items i
  JOIN entries e ON e.entry_id = i.opening_entry
  JOIN sources o ON o.source_no = e.source_no
  JOIN source_state s ON s.source_no = e.source_no
  LEFT JOIN entry_texts t ON t.entry_id = e.entry_id
  LEFT JOIN sanitized h
    ON h.entry_id = e.entry_id AND h.whole = ?3 AND h.policy = ?4 AND h.digest = e.digest
  WHERE i.topic_no = ?1 AND i.hidden_at IS NULL AND i.seq BETWEEN ?5 AND ?6
  ORDER BY i.seq DESC LIMIT ?2";

/// Some of a topic's places: from the first to the last, the newest so many of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub places: (i64, i64),
    pub limit: usize,
}

struct ReadItem {
    unit: ItemUnit,
    source: i64,
    item: OutputItem,
    unsanitized: Option<Unsanitized>,
}

fn read_item(row: &Row<'_>, place: usize, publish: PublishContent) -> Result<ReadItem> {
    let mut cells = Cells::of(row);
    let (kind, id) = (cells.take()?, cells.take()?);
    let unit = unit_from(kind, id).ok_or_else(|| cells.odd("no such kind of unit"))?;
    let source = cells.take()?;
    let mut item = read_output(&mut cells)?;
    item.origin = cells.maybe_parsed(|json| serde_json::from_str(json).ok())?;
    let digest = cells.take()?;
    let summary: Option<String> = cells.take()?;
    let content: Option<String> = cells.take()?;
    let raw = Content {
        summary: cells.take()?,
        full: cells.take()?,
        base: cells.maybe_parsed(|url| Some(Url::parse(url).ok()))?.flatten(),
    };
    let unsanitized = if let Some(summary) = summary {
        item.summary = SanitizedHtml::trusted(summary);
        item.content = content.filter(|_| is_whole(publish)).map(SanitizedHtml::trusted);
        None
    } else if raw.summary.is_none() && raw.full.is_none() {
        None
    } else {
        Some(Unsanitized { place, entry: item.entry, digest, content: raw })
    };
    Ok(ReadItem { unit, source, item, unsanitized })
}

fn read_output(cells: &mut Cells<'_, '_>) -> Result<OutputItem> {
    let seq = cells.take()?;
    let id = Uuid::from_bytes(cells.take()?);
    let placed_at = cells.time()?;
    let reasons = cells.list()?;
    let entry = EntryId(cells.take()?);
    let title: String = cells.take()?;
    let link: Option<String> = cells.take()?;
    let (authors, categories, enclosures) = (cells.list()?, cells.list()?, cells.list()?);
    let language: Option<String> = cells.take()?;
    let published = cells.time()?;
    let updated = cells.maybe_time()?.unwrap_or(published);
    let text = cells.take()?;
    let source = Outlet {
        name: cells.take()?,
        feed_url: cells.take()?,
        site: cells.take()?,
        link: link.clone(),
        title: title.clone(),
        language: language.clone(),
    };
    let (summary, content, others) = (SanitizedHtml::default(), None, Vec::new());
    Ok(OutputItem {
        seq,
        id,
        placed_at,
        entry,
        title,
        link,
        summary,
        content,
        text,
        authors,
        categories,
        enclosures,
        language,
        published,
        updated,
        source,
        origin: None,
        grown: None,
        others,
        reasons,
    })
}

/// The outlets that tell a unit beside the one that its item is from, each by its first entry, and
/// when the newest of them was first seen.
fn others(
    connection: &Connection,
    unit: ItemUnit,
    (own, own_feeds): (i64, [Option<String>; 2]),
) -> Result<(Vec<Outlet>, Option<Time>)> {
    let (sql, id) = match unit {
        ItemUnit::Entry(_) => return Ok((Vec::new(), None)),
        ItemUnit::Story(StoryId(id)) => (&STORY_OUTLETS, id),
        ItemUnit::Group(GroupId(id)) => (&GROUP_OUTLETS, id),
    };
    let mut seen = HashSet::from([own]);
    let mut feeds: HashSet<String> = own_feeds.into_iter().flatten().collect();
    let (mut outlets, mut newest) = (Vec::new(), None);
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        let source: i64 = cells.take()?;
        let mut outlet = Outlet {
            name: cells.take()?,
            feed_url: cells.take()?,
            site: cells.take()?,
            link: cells.take()?,
            title: cells.take()?,
            language: cells.take()?,
        };
        let seen_at = cells.time()?;
        let origin = cells.maybe_parsed(|json| serde_json::from_str(json).ok())?;
        // Another aggregator does not tell the story: the source that it names does.
        outlet.take_origin(origin);
        if feeds.insert(outlet.feed_url.clone()) && seen.insert(source) {
            newest = newest.max(Some(seen_at));
            outlets.push(outlet);
        }
    }
    Ok((outlets, newest))
}

static STORY_OUTLETS: LazyLock<String> = LazyLock::new(|| outlets_of("e.story_id = ?1"));

static GROUP_OUTLETS: LazyLock<String> = LazyLock::new(|| {
    let story = "SELECT story_id FROM entries WHERE entry_id = ?1";
    outlets_of(&format!("e.story_id = ({story}) AND e.group_id = ?1"))
});

fn outlets_of(entries: &str) -> String {
    format!(
        "SELECT e.source_no, coalesce(o.name, s.title, o.domain), o.url, s.site, e.link, e.title,
           e.language, e.first_seen_at, e.origin
         FROM entries e
         JOIN sources o ON o.source_no = e.source_no
         JOIN source_state s ON s.source_no = e.source_no
         WHERE {entries} AND NOT EXISTS (SELECT 1 FROM hidden_units h
           WHERE h.unit_id = e.entry_id AND h.unit_kind = 3)
         ORDER BY e.entry_id"
    )
}
