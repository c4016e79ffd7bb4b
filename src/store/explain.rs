//! Everything that is known of one entry: how it was recognized, what it said before, with whom it
//! stands together and why, where it is published, and what operators did to it.

use super::rows::{Cells, keys_from, unit_from};
use super::status::{StoryEntry, story_entries};
use super::tellers::{self, Standing};
use super::{Act, SqliteStore, StoreError, audit};
use crate::model::{
    EntryId, EntryKey, GroupId, Reason, SourceId, Speakers, StoryId, Time, TopicName, TopicNo,
};
use rusqlite::{Connection, OptionalExtension, Result};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is known of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Its number.
    pub id: EntryId,
    /// Its source.
    pub source: SourceId,
    /// What it says now: title and text. The text is `None` where retention took it.
    pub words: (String, Option<String>),
    /// As the feed gave it.
    pub link: Option<String>,
    /// What stands for all spellings of it.
    pub canonical_link: Option<String>,
    /// By its own account.
    pub published: Option<Time>,
    /// First sight.
    pub first_seen: Time,
    /// Its own keys and those that were added later, in that order.
    pub keys: Vec<EntryKey>,
    /// What it said before, oldest first.
    pub revisions: Vec<RevisionOf>,
    /// Since when it is held back.
    pub held_at: Option<Time>,
    /// Whether it waits for the sequencer.
    pub is_pending: bool,
    /// Its group and its story; `None` until it was sequenced.
    pub place: Option<(GroupId, StoryId)>,
    /// All entries of its story, itself too.
    pub story: Vec<Teller>,
    /// Stories that an operator said are the same.
    pub related: Vec<StoryId>,
    /// The items that cover it.
    pub items: Vec<PlacedItem>,
    /// What operators did to it.
    pub acts: Vec<Act>,
}

/// An entry of a story.
#[derive(Debug, Clone, PartialEq)]
pub struct Teller {
    /// The entry.
    pub entry: StoryEntry,
    /// Its link in canonical form.
    pub canonical_link: Option<String>,
    /// Whether an operator said that it belongs here.
    pub was_merged: bool,
}

/// What an entry said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionOf {
    /// When other words took their place.
    pub replaced_at: Time,
    /// Its title then.
    pub title: String,
    /// Its text then; `None` where retention took it.
    pub text: Option<String>,
}

/// An item that covers an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedItem {
    /// The topic.
    pub topic: TopicName,
    /// Its place there.
    pub seq: i64,
    /// What subscribers know it by.
    pub id: Uuid,
    /// The entry that opened it.
    pub opening: EntryId,
    /// The entry that speaks for it.
    pub speaker: EntryId,
    /// When it was placed.
    pub placed_at: Time,
    /// Where digests list the topic's stories, what the one that lists it is called; empty while it waits for one.
    pub digest: Option<String>,
    /// When it was hidden.
    pub hidden_at: Option<Time>,
    /// Why the opening entry is in the topic.
    pub reasons: Vec<Reason>,
}

impl SqliteStore {
    /// What is known of an entry, where topics prefer their `speakers`; `None` for no such entry.
    pub async fn explain(
        &self,
        entry: EntryId,
        speakers: BTreeMap<TopicName, Speakers>,
    ) -> Result<Option<Explained>, StoreError> {
        self.read(move |connection| explain(connection, entry, &speakers).optional()).await
    }
}

fn explain(
    connection: &Connection,
    entry: EntryId,
    speakers: &BTreeMap<TopicName, Speakers>,
) -> Result<Explained> {
    let mut explained = itself(connection, entry)?;
    explained.revisions = revisions(connection, entry)?;
    if let Some((_, story)) = explained.place {
        explained.story = told(connection, story)?;
        explained.related = related(connection, story)?;
    }
    for (mut item, standing) in items(connection, entry)? {
        if let Some(speakers) = speakers.get(&item.topic) {
            item.speaker = tellers::told(connection, standing, speakers)?.speaker;
        }
        explained.items.push(item);
    }
    explained.acts = audit::of(connection, entry)?;
    Ok(explained)
}

fn itself(connection: &Connection, entry: EntryId) -> Result<Explained> {
    connection
        .prepare_cached(
            "SELECT e.entry_id, o.id, e.title, t.text, e.link, e.canonical_link, e.published_at,
               e.first_seen_at, e.keys, e.held_at, e.pending IS NOT NULL, e.group_id, e.story_id
             FROM entries e JOIN sources o ON o.source_no = e.source_no
             LEFT JOIN entry_texts t ON t.entry_id = e.entry_id WHERE e.entry_id = ?1",
        )?
        .query_row([entry.0], |row| {
            let mut cells = Cells::of(row);
            Ok(Explained {
                id: EntryId(cells.take()?),
                source: cells.parsed(|id| id.parse().ok())?,
                words: (cells.take()?, cells.take()?),
                link: cells.take()?,
                canonical_link: cells.take()?,
                published: cells.maybe_time()?,
                first_seen: cells.time()?,
                keys: keys_from(&cells.take::<Vec<u8>>()?),
                revisions: Vec::new(),
                held_at: cells.maybe_time()?,
                is_pending: cells.take()?,
                place: {
                    let group: Option<i64> = cells.take()?;
                    let story: Option<i64> = cells.take()?;
                    group.map(GroupId).zip(story.map(StoryId))
                },
                story: Vec::new(),
                related: Vec::new(),
                items: Vec::new(),
                acts: Vec::new(),
            })
        })
}

fn revisions(connection: &Connection, entry: EntryId) -> Result<Vec<RevisionOf>> {
    connection
        .prepare_cached(
            "SELECT replaced_at, title, text FROM revisions WHERE entry_id = ?1 ORDER BY change",
        )?
        .query_map([entry.0], |row| {
            let mut cells = Cells::of(row);
            Ok(RevisionOf { replaced_at: cells.time()?, title: cells.take()?, text: cells.take()? })
        })?
        .collect()
}

fn told(connection: &Connection, story: StoryId) -> Result<Vec<Teller>> {
    let mut more = connection.prepare_cached(
        "SELECT canonical_link, EXISTS (SELECT 1 FROM act_entries e JOIN acts a ON a.act_no = e.act_no
           WHERE e.entry_id = ?1 AND a.command = 'merge')
         FROM entries WHERE entry_id = ?1",
    )?;
    let teller = |entry: StoryEntry| {
        let (canonical_link, was_merged) = more.query_row([entry.id.0], |row| row.try_into())?;
        Ok(Teller { entry, canonical_link, was_merged })
    };
    story_entries(connection, story)?.into_iter().map(teller).collect()
}

/// Stories that are this one, and were published apart.
pub(super) fn related(connection: &Connection, story: StoryId) -> Result<Vec<StoryId>> {
    connection
        .prepare_cached(
            "SELECT iif(story_id = ?1, other_id, story_id) FROM related
             WHERE ?1 IN (story_id, other_id) ORDER BY 1",
        )?
        .query_map([story.0], |row| row.get(0).map(StoryId))?
        .collect()
}

fn items(connection: &Connection, entry: EntryId) -> Result<Vec<(PlacedItem, Standing)>> {
    connection
        .prepare_cached(
            "SELECT t.name, i.seq, i.item_id, i.opening_entry, i.placed_at,
               iif(i.digest IS NULL, NULL, coalesce(d.label, '')), i.hidden_at, i.reasons,
               i.topic_no, i.unit_kind, i.unit_id
             FROM ledger l JOIN items i ON i.topic_no = l.topic_no AND i.seq = l.seq
             LEFT JOIN digests d ON d.topic_no = i.topic_no AND d.seq = i.digest
             JOIN topics t ON t.topic_no = i.topic_no WHERE l.entry_id = ?1 ORDER BY t.name",
        )?
        .query_map([entry.0], |row| {
            let mut cells = Cells::of(row);
            let (topic, seq) = (cells.parsed(|name| name.parse().ok())?, cells.take()?);
            let (id, opening) = (Uuid::from_bytes(cells.take()?), EntryId(cells.take()?));
            let item = PlacedItem {
                topic,
                seq,
                id,
                opening,
                speaker: opening,
                placed_at: cells.time()?,
                digest: cells.take()?,
                hidden_at: cells.maybe_time()?,
                reasons: cells.list()?,
            };
            let (topic, kind, unit) = (TopicNo(cells.take()?), cells.take()?, cells.take()?);
            let unit = unit_from(kind, unit).ok_or_else(|| cells.odd("no such kind of unit"))?;
            Ok((item, Standing { topic, unit, opening }))
        })?
        .collect()
}
