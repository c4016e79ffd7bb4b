//! What the sequencer decided about a batch, saved in one unit: places among stories, evidence,
//! items with their topics' next sequence numbers, the ledger, and which topics are to be rendered.

use super::rows::{evidence_bytes, list_json, to_us, unit_columns};
use super::{SqliteStore, StoreError, hiding, seeds};
use crate::clock;
use crate::model::{
    EntryId, GroupId, Growth, ItemUnit, NewItem, Relation, Sequenced, SequencedBatch, Signature,
    SourceNo, StoryId, TopicNo,
};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How long growth of an item may wait for the topic's next rendering: 15 minutes.
const GROWTH_WAITS: i64 = 15 * 60 * 1_000_000;

/// What publishing a batch changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// Entries that do not wait any more. The others of the batch changed meanwhile and stay pending.
    pub cleared: usize,
    /// Items that were placed. Those whose opening entry their topic covers already are not.
    pub items: usize,
    /// Topics with anything visible changed.
    pub topics: Vec<TopicNo>,
}

impl SqliteStore {
    /// Saves a batch. To publish the same batch again changes nothing visible.
    pub async fn publish(&self, batch: SequencedBatch) -> Result<Published, StoreError> {
        self.write(move |connection| publish(connection, &batch)).await
    }
}

/// How a topic was touched; the greater one decides when it is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Touch {
    Growth,
    Now,
}

struct Publishing<'c> {
    connection: &'c Connection,
    at: i64,
    touched: BTreeMap<i64, Touch>,
    numbering: BTreeMap<i64, Numbering>,
    /// Whether anything was ever hidden, and whether ids are known that were published before this store
    /// began: mostly neither, and then no item need be looked for among them.
    hides: bool,
    has_seeds: bool,
}

/// How far a topic's items are numbered: written once a batch.
#[derive(Debug, Clone, Copy)]
struct Numbering {
    last: i64,
    /// Whether its items wait for a digest.
    is_digest: bool,
}

fn publish(connection: &Connection, batch: &SequencedBatch) -> Result<Published> {
    let at = to_us(batch.at.unwrap_or_else(clock::now));
    let mut publishing = Publishing::new(connection, at)?;
    let cleared = publishing.sequence(&batch.entries)?;
    for (source, lines) in &batch.boilerplate {
        publishing.keep_boilerplate(*source, lines)?;
    }
    let mut items = 0;
    for item in &batch.items {
        items += usize::from(publishing.place(item)?);
    }
    for growth in &batch.growth {
        publishing.grow(*growth)?;
    }
    for entry in &batch.corrected {
        publishing.correct(*entry)?;
    }
    publishing.keep_numbering()?;
    publishing.mark_topics()?;
    let topics = publishing.touched.into_keys().map(TopicNo).collect();
    Ok(Published { cleared, items, topics })
}

/// The entries of a unit, as far as they are sequenced.
pub(super) fn entries_of(connection: &Connection, unit: ItemUnit) -> Result<Vec<EntryId>> {
    let (sql, id) = match unit {
        ItemUnit::Entry(entry) => return Ok(vec![entry]),
        ItemUnit::Story(story) => {
            ("SELECT entry_id FROM entries WHERE story_id = ?1 ORDER BY entry_id", story.0)
        }
        ItemUnit::Group(group) => (super::output::GROUP_ENTRIES, group.0),
    };
    connection.prepare_cached(sql)?.query_map([id], |row| row.get(0).map(EntryId))?.collect()
}

/// Moves the version of topics in which something visible changed by an operator's word.
pub(super) fn touch(connection: &Connection, topics: &[i64], at: i64) -> Result<()> {
    let touched = topics.iter().map(|topic| (*topic, Touch::Now)).collect();
    Publishing { touched, ..Publishing::new(connection, at)? }.mark_topics()
}

impl<'c> Publishing<'c> {
    fn new(connection: &'c Connection, at: i64) -> Result<Self> {
        let (hides, has_seeds) = connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM hidden_units) OR EXISTS (SELECT 1 FROM hidden_ids),
                   EXISTS (SELECT 1 FROM seeds)",
            )?
            .query_row([], |row| row.try_into())?;
        let (touched, numbering) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { connection, at, touched, numbering, hides, has_seeds })
    }

    /// Gives entries their places; how many of them do not wait any more.
    fn sequence(&self, entries: &[Sequenced]) -> Result<usize> {
        let (mut cleared, mut opened) = (0, 0);
        for entry in entries {
            if self.give_first_place(entry)? {
                opened += i64::from(entry.relation == Relation::Opens);
                cleared += 1;
                self.keep_evidence(entry)?;
                continue;
            }
            let Some((sequenced, pending)) = self.before(entry.entry)? else { continue };
            // Only a first sequencing counts: a revision keeps the story that it opened.
            opened += i64::from(!sequenced && entry.relation == Relation::Opens);
            // One that was revised since it was taken goes on waiting.
            let waits = pending.filter(|change| *change != entry.change);
            cleared += usize::from(waits.is_none());
            if sequenced {
                self.let_wait(entry.entry, waits)?;
            } else {
                self.give_place(entry, waits)?;
                self.keep_evidence(entry)?;
            }
        }
        if opened > 0 {
            self.connection
                .prepare_cached("UPDATE meta SET number = number + ?1 WHERE name = 'stories'")?
                .execute([opened])?;
        }
        Ok(cleared)
    }

    /// Whether an entry has a place already, and the change that waits.
    fn before(&self, entry: EntryId) -> Result<Option<(bool, Option<i64>)>> {
        self.connection
            .prepare_cached(
                "SELECT story_id IS NOT NULL, pending FROM entries WHERE entry_id = ?1",
            )?
            .query_row([entry.0], |row| row.try_into())
            .optional()
    }

    /// A revision keeps the place that the entry was given.
    fn let_wait(&self, entry: EntryId, waits: Option<i64>) -> Result<()> {
        self.connection
            .prepare_cached("UPDATE entries SET pending = ?2 WHERE entry_id = ?1")?
            .execute(params![entry.0, waits])
            .map(drop)
    }

    /// Gives a new entry its place where nothing happened to it since it was taken: nearly every entry,
    /// with one statement instead of two. `false`: it is to be looked at.
    fn give_first_place(&self, entry: &Sequenced) -> Result<bool> {
        let given = self
            .connection
            .prepare_cached(
                "UPDATE entries SET story_id = ?2, group_id = ?3, relation = ?4, of_entry = ?5,
                   pending = NULL
                 WHERE entry_id = ?1 AND story_id IS NULL AND pending = ?6",
            )?
            .execute(place_columns(entry, Some(entry.change)))?;
        Ok(given == 1)
    }

    /// No RETURNING here: SQLite would open a journal for each statement.
    fn give_place(&self, entry: &Sequenced, waits: Option<i64>) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE entries SET story_id = ?2, group_id = ?3, relation = ?4, of_entry = ?5,
                   pending = ?6
                 WHERE entry_id = ?1",
            )?
            .execute(place_columns(entry, waits))
            .map(drop)
    }

    /// What it shows to later entries.
    fn keep_evidence(&self, entry: &Sequenced) -> Result<()> {
        self.keep_signature(entry)?;
        self.keep_telling(entry)?;
        let mut statement = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO evidence
               (evidence, entry_id, source_no, story_id, group_id, seen_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for evidence in &entry.evidence {
            statement.execute(params![
                evidence_bytes(evidence),
                entry.entry.0,
                entry.source.0,
                entry.story.0,
                entry.group.0,
                to_us(entry.seen)
            ])?;
        }
        Ok(())
    }

    fn keep_signature(&self, entry: &Sequenced) -> Result<()> {
        let Some(Signature { version, minima, bare, text, edition }) = &entry.signature else {
            return Ok(());
        };
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO signatures
                   (entry_id, seen_at, version, minima, bare, edition, text)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                entry.entry.0,
                to_us(entry.seen),
                version,
                minima,
                bare,
                edition,
                text
            ])
            .map(drop)
    }

    fn keep_telling(&self, entry: &Sequenced) -> Result<()> {
        let (version, terms) = &entry.terms;
        if !terms.is_empty() {
            self.connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO tellings (entry_id, version, terms) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![entry.entry.0, version, terms])?;
        }
        let Some(also) = entry.also else { return Ok(()) };
        let (first, other) = (entry.story.min(also), entry.story.max(also));
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO related (story_id, other_id) VALUES (?1, ?2)")?
            .execute([first.0, other.0])
            .map(drop)
    }

    fn keep_boilerplate(&self, source: SourceNo, lines: &[u8]) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO boilerplate (source_no, lines) VALUES (?1, ?2)",
            )?
            .execute(params![source.0, lines])
            .map(drop)
    }

    /// Places an item, unless its topic shows it already, under whatever unit: never twice.
    fn place(&mut self, item: &NewItem) -> Result<bool> {
        if self.covers(item.topic, item.opening)? || self.is_hidden(item)? {
            return Ok(false);
        }
        // An address that is evidence has an id of its own: what comes around through aggregators that read each
        // other is the same, however late. Where each entry is an item there are as many as entries.
        let is_alone = matches!(item.unit, ItemUnit::Entry(_)) || item.item_id == item.fallback_id;
        let by_link = (!is_alone).then_some(item.item_id);
        let (topic, entry) = (item.topic, item.opening);
        let published = self.published(entry)?;
        let known = published.into_iter().chain(by_link);
        if let Some(shown) = seeds::shown_by_another(self.connection, topic, entry, known)? {
            // It stands in the topic already, under the name of another outlet's entry.
            self.cover(item.topic, shown, item.opening, true)?;
            return Ok(false);
        }
        if self.seq_of(item.topic, item.unit)?.is_some() {
            let (topic, unit, entry) = (item.topic, item.unit, item.opening);
            self.grow(Growth { topic, unit, entry, matches: true })?;
            return Ok(false);
        }
        let Numbering { last: seq, is_digest: waits } = self.next_number(item.topic)?;
        self.insert_item(item, published, (seq, waits))?;
        self.cover(item.topic, seq, item.opening, true)?;
        for entry in entries_of(self.connection, item.unit)? {
            self.cover(item.topic, seq, entry, false)?;
        }
        if !waits {
            self.touched.insert(item.topic.0, Touch::Now);
        }
        Ok(true)
    }

    /// The number of the next item of a topic.
    fn next_number(&mut self, topic: TopicNo) -> Result<Numbering> {
        let mut numbering = match self.numbering.get(&topic.0) {
            Some(numbering) => *numbering,
            None => self
                .connection
                .prepare_cached(
                    "SELECT last_seq, digest IS NOT NULL FROM topics WHERE topic_no = ?1",
                )?
                .query_row([topic.0], |row| {
                    Ok(Numbering { last: row.get(0)?, is_digest: row.get(1)? })
                })?,
        };
        numbering.last += 1;
        self.numbering.insert(topic.0, numbering);
        Ok(numbering)
    }

    fn keep_numbering(&self) -> Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("UPDATE topics SET last_seq = ?2 WHERE topic_no = ?1")?;
        for (topic, numbering) in &self.numbering {
            statement.execute([*topic, numbering.last])?;
        }
        Ok(())
    }

    /// The id that an entry was published with before this store began.
    fn published(&self, entry: EntryId) -> Result<Option<Uuid>> {
        if self.has_seeds { seeds::published(self.connection, entry) } else { Ok(None) }
    }

    fn is_hidden(&self, item: &NewItem) -> Result<bool> {
        if !self.hides {
            return Ok(false);
        }
        let place: (Option<i64>, Option<i64>) = self
            .connection
            .prepare_cached("SELECT story_id, group_id FROM entries WHERE entry_id = ?1")?
            .query_row([item.opening.0], |row| row.try_into())
            .optional()?
            .unwrap_or_default();
        let mut units = vec![item.unit, ItemUnit::Entry(item.opening)];
        units.extend(place.0.map(|id| ItemUnit::Story(StoryId(id))));
        units.extend(place.1.map(|id| ItemUnit::Group(GroupId(id))));
        hiding::is_hidden(self.connection, &units, &[item.item_id, item.fallback_id])
    }

    fn covers(&self, topic: TopicNo, entry: EntryId) -> Result<bool> {
        self.connection
            .prepare_cached("SELECT 1 FROM ledger WHERE entry_id = ?1 AND topic_no = ?2")?
            .exists([entry.0, topic.0])
    }

    fn seq_of(&self, topic: TopicNo, unit: ItemUnit) -> Result<Option<i64>> {
        let (kind, id) = unit_columns(unit);
        self.connection
            .prepare_cached(
                "SELECT seq FROM items WHERE unit_id = ?1 AND unit_kind = ?2 AND topic_no = ?3
                 ORDER BY seq LIMIT 1",
            )?
            .query_row([id, kind, topic.0], |row| row.get(0))
            .optional()
    }

    /// `waits`: it is one of the stories that the topic's next digest lists, and no item of its feed.
    fn insert_item(
        &self,
        item: &NewItem,
        published: Option<Uuid>,
        (seq, waits): (i64, bool),
    ) -> Result<()> {
        let (kind, unit) = unit_columns(item.unit);
        let id = self.item_id(item, published)?;
        self.connection
            .prepare_cached(
                "INSERT INTO items (topic_no, seq, opening_entry, unit_kind, unit_id, item_id,
                   score, reasons, placed_at, digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, iif(?10, 0, NULL))",
            )?
            .execute(params![
                item.topic.0,
                seq,
                item.opening.0,
                kind,
                unit,
                id.as_bytes(),
                f64::from(item.score),
                list_json(&item.reasons)?,
                self.at,
                waits
            ])
            .map(drop)
    }

    /// The id of the opening entry: the one that it has, else the first that no other entry has.
    fn item_id(&self, item: &NewItem, published: Option<Uuid>) -> Result<Uuid> {
        let entry = item.opening;
        let given: Option<[u8; 16]> = self
            .connection
            .prepare_cached("SELECT item_id FROM item_ids WHERE entry_id = ?1")?
            .query_row([entry.0], |row| row.get(0))
            .optional()?;
        if let Some(given) = given {
            return Ok(Uuid::from_bytes(given));
        }
        let last_resort = |n: u32| {
            Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("muara {} {n}", entry.0).as_bytes())
        };
        let mut candidates = published
            .into_iter()
            .chain([item.item_id, item.fallback_id])
            .chain((0..).map(last_resort));
        loop {
            let Some(id) = candidates.next() else { return Ok(item.fallback_id) };
            if self.claim_id(id, entry)? {
                return Ok(id);
            }
        }
    }

    fn claim_id(&self, id: Uuid, entry: EntryId) -> Result<bool> {
        let inserted = self
            .connection
            .prepare_cached("INSERT OR IGNORE INTO item_ids (item_id, entry_id) VALUES (?1, ?2)")?
            .execute(params![id.as_bytes(), entry.0])?;
        Ok(inserted == 1)
    }

    /// Says whether that is new: that the item covers the entry, or that the rule matches it.
    fn cover(&self, topic: TopicNo, seq: i64, entry: EntryId, matches: bool) -> Result<bool> {
        let changed = self
            .connection
            .prepare_cached(
                "INSERT INTO ledger (entry_id, topic_no, seq, matched) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET matched = 1 WHERE excluded.matched > matched",
            )?
            .execute(params![entry.0, topic.0, seq, matches])?;
        Ok(changed == 1)
    }

    fn grow(&mut self, growth: Growth) -> Result<()> {
        let Some(seq) = self.seq_of(growth.topic, growth.unit)? else { return Ok(()) };
        if self.cover(growth.topic, seq, growth.entry, growth.matches)?
            && self.is_of_the_feed(growth.topic, seq)?
        {
            self.touched.entry(growth.topic.0).or_insert(Touch::Growth);
        }
        Ok(())
    }

    /// Digests stay as they were made, and what waits for one is not seen yet.
    fn is_of_the_feed(&self, topic: TopicNo, seq: i64) -> Result<bool> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM items WHERE topic_no = ?1 AND seq = ?2 AND digest IS NULL",
            )?
            .exists([topic.0, seq])
    }

    fn correct(&mut self, entry: EntryId) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT l.topic_no FROM ledger l
             JOIN items i ON i.topic_no = l.topic_no AND i.seq = l.seq
             WHERE l.entry_id = ?1 AND i.digest IS NULL",
        )?;
        for topic in statement.query_map([entry.0], |row| row.get(0))? {
            self.touched.insert(topic?, Touch::Now);
        }
        Ok(())
    }

    /// Moves each touched topic's version by one, whatever the number of changes.
    fn mark_topics(&self) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE topics SET version = version + 1, changed_at = ?2,
               render_due = min(coalesce(render_due, ?3), ?3)
             WHERE topic_no = ?1",
        )?;
        for (topic, touch) in &self.touched {
            let due = match touch {
                Touch::Now => self.at,
                Touch::Growth => self.at + GROWTH_WAITS,
            };
            statement.execute([*topic, self.at, due])?;
        }
        Ok(())
    }
}

/// Number, story, group, relation and what it relates to, with a change number.
fn place_columns(
    entry: &Sequenced,
    change: Option<i64>,
) -> (i64, i64, i64, &'static str, Option<i64>, Option<i64>) {
    let (story, group) = (entry.story.0, entry.group.0);
    (entry.entry.0, story, group, entry.relation.word(), entry.of.map(|of| of.0), change)
}
