//! What the publisher reads and writes: which topics are to be rendered, a topic's newest items
//! with everything that a format shows, and the cache of sanitized HTML.

use super::rows::{Cells, from_us, to_us, unit_from};
use super::tellers::{self, Standing, Told};
use super::{SqliteStore, StoreError, digests};
use crate::model::{
    Content, EntryId, Outlet, OutputFeed, OutputItem, PublishContent, Reason, SanitizedHtml,
    Speakers, Time, TopicName, TopicNo,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
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

/// How a topic's items are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// How much of an entry.
    pub publish: PublishContent,
    /// The version of the sanitizer whose HTML is shown.
    pub policy: u32,
    /// Which of an item's entries speaks for it.
    pub speakers: Speakers,
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
    /// Whether the item's text is that of its summary, since nothing else came.
    pub is_summary_alone: bool,
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

    /// A topic with its newest `limit` items that are not hidden; `None` for no such topic.
    pub async fn topic_items(
        &self,
        topic: TopicNo,
        limit: usize,
        look: Look,
    ) -> Result<Option<TopicPage>, StoreError> {
        self.items(topic, Span { places: (0, i64::MAX), limit }, look).await
    }

    /// The items of a topic at some of its places.
    pub(super) async fn items(
        &self,
        topic: TopicNo,
        span: Span,
        look: Look,
    ) -> Result<Option<TopicPage>, StoreError> {
        self.read(move |connection| topic_items(connection, topic, span, &look)).await
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
    look: &Look,
) -> Result<Option<TopicPage>> {
    let Some(mut page) = empty_page(connection, topic)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(ITEMS)?;
    let mut rows = statement.query(params![topic.0, limit, places.0, places.1])?;
    while let Some(row) = rows.next()? {
        take(connection, &mut page, Lasting::read(row, topic)?, look)?;
    }
    digests::add(connection, &mut page, Span { places, limit })?;
    Ok(Some(page))
}

/// Adds an item to a page, as the entry that speaks for it tells it.
pub(super) fn take(
    connection: &Connection,
    page: &mut TopicPage,
    lasting: Lasting,
    look: &Look,
) -> Result<()> {
    let told = tellers::told(connection, lasting.standing, &look.speakers)?;
    let place = page.feed.items.len();
    let (item, unsanitized) = spoken(connection, told, lasting, look)?;
    page.feed.items.push(item);
    page.unsanitized.extend(unsanitized.map(|it| Unsanitized { place, ..it }));
    Ok(())
}

pub(super) fn empty_page(connection: &Connection, topic: TopicNo) -> Result<Option<TopicPage>> {
    connection
        .prepare_cached(
            "SELECT name, version, changed_at, (SELECT coalesce(max(page), 0) FROM archive_pages p
               WHERE p.topic_no = t.topic_no AND p.dropped_at IS NULL)
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

/// What stays of an item, whoever speaks for it.
const ITEMS: &str = "SELECT i.unit_kind, i.unit_id, i.opening_entry,
    i.seq, i.item_id, i.placed_at, i.reasons, coalesce(e.published_at, e.first_seen_at)
  FROM items i
  JOIN entries e ON e.entry_id = i.opening_entry
  WHERE i.topic_no = ?1 AND i.hidden_at IS NULL AND i.digest IS NULL
    AND i.seq BETWEEN ?3 AND ?4
  ORDER BY i.seq DESC LIMIT ?2";

/// What an entry says, its outlet, and the HTML: sanitized if that fits, and else as it came.
const SPOKEN: &str = "SELECT e.title, e.link, e.authors, e.categories, e.enclosures, e.language,
    e.revised_at, coalesce(t.text, ''), coalesce(o.name, s.title, o.domain), o.url, s.site,
    e.origin, e.digest, h.summary, h.content,
    iif(h.summary IS NULL, t.summary_html, NULL),
    iif(h.summary IS NULL AND (?2 OR t.summary_html IS NULL), t.content_html, NULL), t.base,
    t.content_html IS NULL
  FROM entries e
  JOIN sources o ON o.source_no = e.source_no
  JOIN source_state s ON s.source_no = e.source_no
  LEFT JOIN entry_texts t ON t.entry_id = e.entry_id
  LEFT JOIN sanitized h
    ON h.entry_id = e.entry_id AND h.whole = ?2 AND h.policy = ?3 AND h.digest = e.digest
  WHERE e.entry_id = ?1";

/// Some of a topic's places: from the first to the last, the newest so many of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub places: (i64, i64),
    pub limit: usize,
}

/// What stays of an item, whoever speaks for it.
pub(super) struct Lasting {
    pub standing: Standing,
    pub seq: i64,
    pub id: Uuid,
    pub placed_at: Time,
    pub reasons: Vec<Reason>,
    pub published: Time,
}

impl Lasting {
    pub(super) fn read(row: &Row<'_>, topic: TopicNo) -> Result<Self> {
        let mut cells = Cells::of(row);
        let (kind, id) = (cells.take()?, cells.take()?);
        let unit = unit_from(kind, id).ok_or_else(|| cells.odd("no such kind of unit"))?;
        Ok(Self {
            standing: Standing { topic, unit, opening: EntryId(cells.take()?) },
            seq: cells.take()?,
            id: Uuid::from_bytes(cells.take()?),
            placed_at: cells.time()?,
            reasons: cells.list()?,
            published: cells.time()?,
        })
    }
}

/// An item as the entry that speaks for it tells it.
fn spoken(
    connection: &Connection,
    told: Told,
    lasting: Lasting,
    look: &Look,
) -> Result<(OutputItem, Option<Unsanitized>)> {
    let speaker = told.speaker;
    connection.prepare_cached(SPOKEN)?.query_row(
        params![speaker.0, is_whole(look.publish), look.policy],
        |row| {
            let mut cells = Cells::of(row);
            let mut item = read_output(&mut cells, told, lasting)?;
            let unsanitized = read_html(&mut cells, &mut item, look.publish)?;
            Ok((item, unsanitized))
        },
    )
}

fn read_html(
    cells: &mut Cells<'_, '_>,
    item: &mut OutputItem,
    publish: PublishContent,
) -> Result<Option<Unsanitized>> {
    let digest = cells.take()?;
    let summary = cells.maybe_string()?;
    let content = cells.maybe_string()?;
    let raw = Content {
        summary: cells.maybe_string()?,
        full: cells.maybe_string()?,
        base: cells.maybe_parsed(|url| Some(Url::parse(url).ok()))?.flatten(),
    };
    let is_summary_alone = cells.take()?;
    if let Some(summary) = summary {
        item.summary = SanitizedHtml::trusted(summary);
        item.content = content.filter(|_| is_whole(publish)).map(SanitizedHtml::trusted);
        return Ok(None);
    }
    let is_empty = raw.summary.is_none() && raw.full.is_none();
    let entry = item.entry;
    let unsanitized = Unsanitized { place: 0, entry, digest, content: raw, is_summary_alone };
    Ok((!is_empty).then_some(unsanitized))
}

fn read_output(cells: &mut Cells<'_, '_>, told: Told, lasting: Lasting) -> Result<OutputItem> {
    let title: String = cells.take()?;
    let link: Option<String> = cells.take()?;
    let (authors, categories, enclosures) = (cells.list()?, cells.list()?, cells.list()?);
    let language: Option<String> = cells.take()?;
    let Lasting { seq, id, placed_at, reasons, published, .. } = lasting;
    let updated = cells.maybe_time()?.map_or(published, |revised| revised.max(published));
    let text = cells.string()?;
    let source = Outlet {
        name: cells.take()?,
        feed_url: cells.take()?,
        site: cells.take()?,
        link: link.clone(),
        title: title.clone(),
        language: language.clone(),
        published,
    };
    Ok(OutputItem {
        seq,
        id,
        placed_at,
        entry: told.speaker,
        title,
        link,
        summary: SanitizedHtml::default(),
        content: None,
        text,
        authors,
        categories,
        enclosures,
        language,
        published,
        updated,
        source,
        origin: cells.maybe_parsed(|json| serde_json::from_str(json).ok())?,
        grown: told.grown,
        others: told.others,
        reasons,
        listed: Vec::new(),
    })
}
