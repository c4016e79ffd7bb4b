//! Entries as the items of a feed that somebody asked for, whether or not a topic shows them.

use super::output::{Lasting, Look, TopicPage, take};
use super::search::SHOWN;
use super::{SqliteStore, StoreError, seeds};
use crate::model::{EntryId, OutputFeed, Reason, Time, TopicName, TopicNo};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::HashSet;
use std::sync::LazyLock;
use uuid::Uuid;

/// An entry that a rule means.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The entry; its story is shown by it.
    pub entry: EntryId,
    /// The id that it would get as an item, and the one where another entry has that.
    pub ids: (Uuid, Uuid),
    /// Why the rule means it.
    pub reasons: Vec<Reason>,
}

impl SqliteStore {
    /// Entries as items of a feed, in the order of `asked`, each with the id that it has or would get.
    /// Nothing that is hidden or held back is among them.
    pub async fn asked_items(
        &self,
        asked: Vec<Asked>,
        look: Look,
    ) -> Result<TopicPage, StoreError> {
        self.read(move |connection| asked_items(connection, asked, &look)).await
    }
}

/// An entry's place, as if it had opened an item.
static PLACE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT 1, e.story_id, e.entry_id, 0,
           coalesce(x.item_id, iif(EXISTS (SELECT 1 FROM item_ids WHERE item_id = ?2), ?3, ?2)),
           e.first_seen_at, NULL, coalesce(e.published_at, e.first_seen_at), x.item_id IS NOT NULL
         FROM entries e LEFT JOIN item_ids x ON x.entry_id = e.entry_id
         WHERE e.entry_id = ?1 AND e.story_id IS NOT NULL AND {SHOWN}
           AND NOT EXISTS (SELECT 1 FROM hidden_ids WHERE item_id IN (?2, ?3, x.item_id))"
    )
});

fn asked_items(connection: &Connection, asked: Vec<Asked>, look: &Look) -> Result<TopicPage> {
    let mut page = empty();
    let mut ids = HashSet::new();
    // The oldest first: what comes later takes no id from what was there.
    for asked in asked.into_iter().rev() {
        let fallback = asked.ids.1;
        let Some(mut lasting) = place(connection, asked)? else { continue };
        if !ids.insert(lasting.id) {
            lasting.id = fallback;
            ids.insert(fallback);
        }
        take(connection, &mut page, lasting, look)?;
    }
    page.feed.items.reverse();
    let last = page.feed.items.len().saturating_sub(1);
    for raw in &mut page.unsanitized {
        raw.place = last - raw.place;
    }
    Ok(page)
}

fn place(connection: &Connection, asked: Asked) -> Result<Option<Lasting>> {
    let Asked { entry, ids: (id, fallback), reasons } = asked;
    let found = connection
        .prepare_cached(&PLACE)?
        .query_row(params![entry.0, id.as_bytes(), fallback.as_bytes()], |row| {
            Ok((Lasting::read(row, TopicNo(0))?, row.get::<_, bool>(8)?))
        })
        .optional()?;
    let Some((mut lasting, has_id)) = found else { return Ok(None) };
    lasting.reasons = reasons;
    if let Some(before) = seeds::published(connection, entry)?.filter(|_| !has_id) {
        lasting.id = before;
    }
    Ok(Some(lasting))
}

fn empty() -> TopicPage {
    let feed = OutputFeed {
        topic: TopicNo(0),
        version: 0,
        changed_at: Time::UNIX_EPOCH,
        archived: 0,
        items: Vec::new(),
    };
    TopicPage { name: TopicName::search(), feed, unsanitized: Vec::new() }
}
