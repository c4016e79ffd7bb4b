//! Taking out for good: what an operator hid is in no output, whoever says it again. The ids that it
//! has or could get are remembered, so that it stays out of a store that was restored or begun anew.

use super::rows::{to_us, unit_columns};
use super::{SqliteStore, StoreError, Subject, audit, subject};
use crate::clock;
use crate::dedup::item_ids;
use crate::model::{EntryId, EntryKey, GroupId, ItemUnit, SourceId, StoryId};
use rusqlite::{Connection, Result, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What hiding changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hidden {
    /// The entries that are out of all outputs.
    pub entries: Vec<EntryId>,
    /// How many items of topics are gone.
    pub items: usize,
}

impl SqliteStore {
    /// Takes what `subject` names out of all outputs, with everything that an item shows it with.
    /// `None`: there is nothing of that name. An address that no source has is remembered all the
    /// same: it will not come.
    pub async fn hide(&self, subject: Subject) -> Result<Option<Hidden>, StoreError> {
        self.write(move |connection| hide(connection, &subject)).await
    }
}

fn hide(connection: &Connection, subject: &Subject) -> Result<Option<Hidden>> {
    let named = subject::named(connection, subject)?;
    if named.is_empty() {
        return refuse_address(connection, subject);
    }
    let mut units = BTreeSet::new();
    for entry in &named {
        units.extend(units_of(connection, *entry)?);
    }
    let mut hidden = Hidden::default();
    for unit in units {
        refuse_unit(connection, unit)?;
        hidden.entries.extend(super::publishing::entries_of(connection, unit)?);
        hidden.items += hide_items(connection, unit)?;
    }
    hidden.entries.sort_unstable();
    hidden.entries.dedup();
    for entry in &hidden.entries {
        refuse_unit(connection, ItemUnit::Entry(*entry))?;
        refuse_ids_of(connection, *entry)?;
        hidden.items += hide_opened_by(connection, *entry)?;
        touch_digests(connection, *entry)?;
    }
    let what = format!("{} entries out of {} items", hidden.entries.len(), hidden.items);
    audit::note(connection, "hide", &what, &hidden.entries)?;
    Ok(Some(hidden))
}

/// Nothing has the address yet; an item of it would have this id.
fn refuse_address(connection: &Connection, subject: &Subject) -> Result<Option<Hidden>> {
    let Subject::Address { canonical, .. } = subject else { return Ok(None) };
    refuse_id(connection, crate::dedup::link_id(canonical))?;
    audit::note(connection, "hide", &format!("the address {canonical}"), &[])?;
    Ok(Some(Hidden::default()))
}

/// What must go for an entry to be gone: what items show it as part of, at least its group.
fn units_of(connection: &Connection, entry: EntryId) -> Result<Vec<ItemUnit>> {
    let mut units = vec![ItemUnit::Entry(entry)];
    let place: (Option<i64>, Option<i64>) = connection
        .prepare_cached("SELECT story_id, group_id FROM entries WHERE entry_id = ?1")?
        .query_row([entry.0], |row| row.try_into())?;
    if let (Some(story), Some(group)) = place {
        units.push(ItemUnit::Group(GroupId(group)));
        let is_shown_as_story = connection
            .prepare_cached("SELECT 1 FROM items WHERE unit_id = ?1 AND unit_kind = 1")?
            .exists([story])?;
        if is_shown_as_story {
            units.push(ItemUnit::Story(StoryId(story)));
        }
    }
    Ok(units)
}

fn refuse_unit(connection: &Connection, unit: ItemUnit) -> Result<()> {
    let (kind, id) = unit_columns(unit);
    connection
        .prepare_cached("INSERT OR IGNORE INTO hidden_units (unit_id, unit_kind) VALUES (?1, ?2)")?
        .execute([id, kind])
        .map(drop)
}

fn hide_items(connection: &Connection, unit: ItemUnit) -> Result<usize> {
    let (kind, id) = unit_columns(unit);
    let now = to_us(clock::now());
    let topics: Vec<i64> = connection
        .prepare_cached(
            "SELECT topic_no FROM items WHERE unit_id = ?1 AND unit_kind = ?2 AND hidden_at IS NULL",
        )?
        .query_map([id, kind], |row| row.get(0))?
        .collect::<Result<_>>()?;
    connection
        .prepare_cached(
            "UPDATE items SET hidden_at = ?3
             WHERE unit_id = ?1 AND unit_kind = ?2 AND hidden_at IS NULL",
        )?
        .execute([id, kind, now])?;
    super::publishing::touch(connection, &topics, now)?;
    Ok(topics.len())
}

/// Items that the entry opened while it stood elsewhere.
fn hide_opened_by(connection: &Connection, entry: EntryId) -> Result<usize> {
    let now = to_us(clock::now());
    let topics: Vec<i64> = connection
        .prepare_cached(
            "SELECT i.topic_no FROM ledger l
             JOIN items i ON i.topic_no = l.topic_no AND i.seq = l.seq
             WHERE l.entry_id = ?1 AND i.opening_entry = ?1 AND i.hidden_at IS NULL",
        )?
        .query_map([entry.0], |row| row.get(0))?
        .collect::<Result<_>>()?;
    let mut update = connection.prepare_cached(
        "UPDATE items SET hidden_at = ?3 WHERE topic_no = ?1 AND opening_entry = ?2",
    )?;
    for topic in &topics {
        update.execute([*topic, entry.0, now])?;
    }
    super::publishing::touch(connection, &topics, now)?;
    Ok(topics.len())
}

/// A digest may show it in the words that it had when others told its story with it.
fn touch_digests(connection: &Connection, entry: EntryId) -> Result<()> {
    let topics: Vec<i64> = connection
        .prepare_cached(
            "SELECT l.topic_no FROM ledger l
             JOIN items i ON i.topic_no = l.topic_no AND i.seq = l.seq
             WHERE l.entry_id = ?1 AND i.digest > 0 AND i.hidden_at IS NULL",
        )?
        .query_map([entry.0], |row| row.get(0))?
        .collect::<Result<_>>()?;
    super::publishing::touch(connection, &topics, to_us(clock::now()))
}

/// The id that an entry has, and those that it would get in a store that begins anew.
fn refuse_ids_of(connection: &Connection, entry: EntryId) -> Result<()> {
    let (link, source, key): (Option<String>, String, Vec<u8>) = connection
        .prepare_cached(
            "SELECT e.canonical_link, o.id, e.keys FROM entries e
             JOIN sources o ON o.source_no = e.source_no WHERE e.entry_id = ?1",
        )?
        .query_row([entry.0], |row| row.try_into())?;
    let key = key.get(..17).and_then(EntryKey::from_bytes);
    if let (Some(key), Ok(source)) = (key, source.parse::<SourceId>()) {
        let (by_link, by_key) = item_ids(link.as_deref(), &source, key);
        refuse_id(connection, by_link)?;
        refuse_id(connection, by_key)?;
    }
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO hidden_ids (item_id, hidden_at)
             SELECT item_id, ?2 FROM item_ids WHERE entry_id = ?1",
        )?
        .execute([entry.0, to_us(clock::now())])
        .map(drop)
}

fn refuse_id(connection: &Connection, id: Uuid) -> Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO hidden_ids (item_id, hidden_at) VALUES (?1, ?2)")?
        .execute(params![id.as_bytes(), to_us(clock::now())])
        .map(drop)
}

/// Whether an item of this unit, or with one of these ids, was hidden. What shares a unit with a hidden
/// id is hidden with it.
pub(super) fn is_hidden(connection: &Connection, units: &[ItemUnit], ids: &[Uuid]) -> Result<bool> {
    let mut of_unit = connection
        .prepare_cached("SELECT 1 FROM hidden_units WHERE unit_id = ?1 AND unit_kind = ?2")?;
    for unit in units {
        let (kind, id) = unit_columns(*unit);
        if of_unit.exists([id, kind])? {
            return Ok(true);
        }
    }
    let mut of_id = connection.prepare_cached("SELECT 1 FROM hidden_ids WHERE item_id = ?1")?;
    for id in ids {
        if of_id.exists([id.as_bytes()])? {
            for unit in units {
                refuse_unit(connection, *unit)?;
            }
            return Ok(true);
        }
    }
    Ok(false)
}
