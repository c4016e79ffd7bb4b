//! The runs of topics' digests: which stories each lists, decided and kept in one unit, so that none is made twice and no
//! story is in two.

use super::output::{self, Lasting, Look, Span, TopicPage};
use super::rows::{Cells, from_us, json, to_us};
use super::{SqliteStore, StoreError, publishing};
use crate::clock;
use crate::model::{EntryId, ListedStory, Outlet, OutputItem, SanitizedHtml, Time, TopicNo};
use crate::text;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use uuid::Uuid;

/// How many characters of its text stand in for the title of a story.
const TITLE_CHARS: usize = 90;

/// A run of a topic's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestRun {
    /// The topic.
    pub topic: TopicNo,
    /// The time of its schedule that it is the run of.
    pub at: Time,
    /// What subscribers know the digest by.
    pub id: Uuid,
    /// What it is called beside the topic's title.
    pub label: String,
}

impl SqliteStore {
    /// Which time of its schedule a topic's newest run was of, or from when its runs count; `None` where it
    /// has no digests.
    pub async fn digest_ran(&self, topic: TopicNo) -> Result<Option<Time>, StoreError> {
        const SQL: &str = "SELECT digest_ran FROM topics WHERE topic_no = ?1 AND active = 1";
        self.read(move |connection| {
            let ran = connection.prepare_cached(SQL)?.query_row([topic.0], |row| row.get(0));
            Ok(ran.optional()?.flatten().map(from_us))
        })
        .await
    }

    /// Lets the runs of a topic's digest count from `at`.
    pub async fn count_digests_from(&self, topic: TopicNo, at: Time) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE topics SET digest_ran = ?2
            WHERE topic_no = ?1 AND digest_ran IS NOT NULL";
        self.write(move |it| it.prepare_cached(SQL)?.execute([topic.0, to_us(at)]).map(drop)).await
    }

    /// Makes a run: one item with the stories that were placed up to its time and that no other lists. Gives how
    /// many; without any there is no item, but the run counts as made.
    pub async fn run_digest(&self, run: DigestRun, look: Look) -> Result<usize, StoreError> {
        self.write(move |connection| make(connection, &run, &look)).await
    }
}

fn make(connection: &Connection, run: &DigestRun, look: &Look) -> Result<usize> {
    let (topic, at) = (run.topic.0, to_us(run.at));
    let counted = connection
        .prepare_cached(
            "UPDATE topics SET digest_ran = ?2 WHERE topic_no = ?1 AND digest_ran < ?2",
        )?
        .execute([topic, at])?;
    // A clock that went far back comes to the same time again.
    let is_there = connection
        .prepare_cached("SELECT 1 FROM digests WHERE topic_no = ?1 AND run_at = ?2")?
        .exists([topic, at])?;
    if counted == 0 || is_there {
        return Ok(0);
    }
    let stories = waiting(connection, run, look)?;
    if stories.is_empty() {
        return Ok(0);
    }
    let seq = place(connection, run, &stories)?;
    let mut list = connection
        .prepare_cached("UPDATE items SET digest = ?3 WHERE topic_no = ?1 AND seq = ?2")?;
    for story in &stories {
        list.execute([topic, story.seq, seq])?;
    }
    publishing::touch(connection, &[topic], to_us(clock::now()))?;
    Ok(stories.len())
}

/// The stories that a run lists, newest first.
fn waiting(connection: &Connection, run: &DigestRun, look: &Look) -> Result<Vec<ListedStory>> {
    let Some(mut page) = output::empty_page(connection, run.topic)? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT i.unit_kind, i.unit_id, i.opening_entry, i.seq, i.item_id, i.placed_at, i.reasons,
           coalesce(e.published_at, e.first_seen_at)
         FROM items i JOIN entries e ON e.entry_id = i.opening_entry
         WHERE i.topic_no = ?1 AND i.digest = 0 AND i.placed_at <= ?2 AND i.hidden_at IS NULL
         ORDER BY i.seq DESC",
    )?;
    let mut rows = statement.query([run.topic.0, to_us(run.at)])?;
    while let Some(row) = rows.next()? {
        output::take(connection, &mut page, Lasting::read(row, run.topic)?, look)?;
    }
    Ok(page.feed.items.into_iter().map(listed).collect())
}

fn listed(item: OutputItem) -> ListedStory {
    let mut outlet = item.source;
    outlet.take_origin(item.origin);
    let beginning = || text::excerpt(&item.text, TITLE_CHARS);
    let titles = [item.title.clone(), beginning(), outlet.name.clone()];
    ListedStory {
        seq: item.seq,
        entry: item.entry.0,
        title: titles.into_iter().find(|title| !title.trim().is_empty()).unwrap_or_default(),
        link: item.link,
        outlet: outlet.name,
        language: item.language,
        others: item.others.len(),
    }
}

/// Gives a digest its topic's next place.
fn place(connection: &Connection, run: &DigestRun, stories: &[ListedStory]) -> Result<i64> {
    let seq: i64 = connection
        .prepare_cached(
            "UPDATE topics SET last_seq = last_seq + 1 WHERE topic_no = ?1 RETURNING last_seq",
        )?
        .query_row([run.topic.0], |row| row.get(0))?;
    connection
        .prepare_cached(
            "INSERT INTO digests (topic_no, seq, run_at, item_id, label, stories, placed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            run.topic.0,
            seq,
            to_us(run.at),
            run.id.as_bytes(),
            run.label,
            json(&stories)?,
            to_us(clock::now())
        ])?;
    Ok(seq)
}

/// Adds the digests among a topic's items to a page, as if they had been read with the others.
pub(super) fn add(connection: &Connection, page: &mut TopicPage, span: Span) -> Result<()> {
    let topic = page.feed.topic;
    let mut statement = connection.prepare_cached(
        "SELECT seq, run_at, item_id, label, stories, placed_at FROM digests
         WHERE topic_no = ?1 AND seq BETWEEN ?3 AND ?4 ORDER BY seq DESC LIMIT ?2",
    )?;
    let (first, last) = span.places;
    let mut rows = statement.query(params![topic.0, span.limit, first, last])?;
    let mut digests = Vec::new();
    while let Some(row) = rows.next()? {
        digests.extend(without_hidden(connection, topic, read(row)?)?);
    }
    if digests.is_empty() {
        return Ok(());
    }
    let mut order: Vec<(OutputItem, Option<usize>)> =
        std::mem::take(&mut page.feed.items).into_iter().zip((0..).map(Some)).collect();
    order.extend(digests.into_iter().map(|digest| (digest, None)));
    order.sort_by_key(|(item, _)| std::cmp::Reverse(item.seq));
    order.truncate(span.limit);
    let new_place = |old| order.iter().position(|(_, place)| *place == Some(old));
    page.unsanitized.retain_mut(|raw| match new_place(raw.place) {
        Some(place) => {
            raw.place = place;
            true
        }
        None => false,
    });
    page.feed.items = order.into_iter().map(|(item, _)| item).collect();
    Ok(())
}

/// A digest without what an operator has hidden since; `None` where nothing is left of it.
fn without_hidden(
    connection: &Connection,
    topic: TopicNo,
    mut digest: OutputItem,
) -> Result<Option<OutputItem>> {
    let mut by_item = connection
        .prepare_cached("SELECT hidden_at FROM items WHERE topic_no = ?1 AND seq = ?2")?;
    let mut by_entry = connection
        .prepare_cached("SELECT 1 FROM hidden_units WHERE unit_id = ?1 AND unit_kind = 3")?;
    let mut shown = Vec::with_capacity(digest.listed.len());
    for story in std::mem::take(&mut digest.listed) {
        let hidden: Option<i64> =
            by_item.query_row([topic.0, story.seq], |row| row.get(0)).optional()?.flatten();
        if let Some(hidden) = hidden {
            digest.updated = digest.updated.max(from_us(hidden));
        } else if !by_entry.exists([story.entry])? {
            shown.push(story);
        }
    }
    digest.listed = shown;
    Ok((!digest.listed.is_empty()).then_some(digest))
}

fn read(row: &Row<'_>) -> Result<OutputItem> {
    let mut cells = Cells::of(row);
    let (seq, run_at) = (cells.take()?, cells.time()?);
    let id = Uuid::from_bytes(cells.take()?);
    let (title, listed) = (cells.take()?, cells.list()?);
    let source = Outlet {
        name: String::new(),
        feed_url: String::new(),
        site: None,
        link: None,
        title: String::new(),
        language: None,
        published: run_at,
    };
    Ok(OutputItem {
        seq,
        id,
        placed_at: cells.time()?,
        entry: EntryId(0),
        title,
        link: None,
        summary: SanitizedHtml::default(),
        content: None,
        text: String::new(),
        authors: Vec::new(),
        categories: Vec::new(),
        enclosures: Vec::new(),
        language: None,
        published: run_at,
        updated: run_at,
        source,
        origin: None,
        grown: None,
        others: Vec::new(),
        reasons: Vec::new(),
        listed,
    })
}
