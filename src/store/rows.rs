//! How values of the domain stand in columns: times, durations, lists, keys.

use crate::model::{EntryId, EntryKey, GroupId, Pace, StoryId};
use crate::model::{Evidence, Fingerprint, ItemUnit, Time, Window, WindowSlot};
use chrono::DateTime;
use rusqlite::types::{FromSql, Type, ValueRef};
use rusqlite::{Error, Result, Row};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

/// Microseconds since the epoch.
pub(super) fn to_us(time: Time) -> i64 {
    time.timestamp_micros()
}

/// The inverse of [`to_us`]; what no calendar holds becomes the last day that it does.
pub(super) fn from_us(us: i64) -> Time {
    DateTime::from_timestamp_micros(us).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC)
}

/// A duration in microseconds; three hundred thousand years at most.
pub(super) fn duration_us(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The inverse of [`duration_us`].
pub(super) fn from_duration_us(us: i64) -> Duration {
    Duration::from_micros(u64::try_from(us).unwrap_or(0))
}

/// A list as JSON, `None` when it is empty.
pub(super) fn list_json<T: Serialize>(list: &[T]) -> Result<Option<String>> {
    if list.is_empty() { Ok(None) } else { json(&list).map(Some) }
}

/// A value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

/// Reads a row's columns one after the other, so that a long `SELECT` needs no numbers.
pub(super) struct Cells<'r, 's> {
    row: &'r Row<'s>,
    at: usize,
}

impl<'r, 's> Cells<'r, 's> {
    /// From the first column on.
    pub(super) fn of(row: &'r Row<'s>) -> Self {
        Self { row, at: 0 }
    }

    /// The next column.
    pub(super) fn take<T: FromSql>(&mut self) -> Result<T> {
        self.at += 1;
        self.row.get(self.at - 1)
    }

    /// The next column, a time.
    pub(super) fn time(&mut self) -> Result<Time> {
        self.take().map(from_us)
    }

    /// The next column, a time or NULL.
    pub(super) fn maybe_time(&mut self) -> Result<Option<Time>> {
        Ok(self.take::<Option<i64>>()?.map(from_us))
    }

    /// The next column, a duration or NULL.
    pub(super) fn maybe_duration(&mut self) -> Result<Option<Duration>> {
        Ok(self.take::<Option<i64>>()?.map(from_duration_us))
    }

    /// The next column, text or NULL, where SQLite holds it.
    fn text(&mut self) -> Result<Option<&'r str>> {
        self.at += 1;
        match self.row.get_ref(self.at - 1)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => {
                simdutf8::basic::from_utf8(bytes).map(Some).map_err(|error| self.odd(error))
            }
            other => Err(Error::InvalidColumnType(self.at - 1, String::new(), other.data_type())),
        }
    }

    /// The next column, text.
    pub(super) fn string(&mut self) -> Result<String> {
        self.maybe_string()?.ok_or_else(|| self.odd("no text"))
    }

    /// The next column, text or NULL.
    pub(super) fn maybe_string(&mut self) -> Result<Option<String>> {
        Ok(self.text()?.map(str::to_owned))
    }

    /// The next column, a JSON list or NULL.
    pub(super) fn list<T: DeserializeOwned>(&mut self) -> Result<Vec<T>> {
        match self.text()? {
            None => Ok(Vec::new()),
            Some(json) => serde_json::from_str(json).map_err(|error| self.odd(error)),
        }
    }

    /// The next column, keys of an entry: the strongest of them.
    pub(super) fn strongest_key(&mut self) -> Result<EntryKey> {
        let keys: Vec<u8> = self.take()?;
        let first = keys.get(..17).and_then(EntryKey::from_bytes);
        first.ok_or_else(|| self.odd("an entry without a key"))
    }

    /// The next column, read by `parse`.
    pub(super) fn parsed<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let text = self.text()?.ok_or_else(|| self.odd("no text"))?;
        parse(text).ok_or_else(|| self.odd(format!("{text:?} means nothing here")))
    }

    /// The next column, read by `parse`, or NULL.
    pub(super) fn maybe_parsed<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.text()? {
            None => Ok(None),
            Some(text) => parse(text)
                .map(Some)
                .ok_or_else(|| self.odd(format!("{text:?} means nothing here"))),
        }
    }

    /// What the last column holds cannot be: the file was damaged or written by something else.
    pub(super) fn odd(&self, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::FromSqlConversionFailure(self.at - 1, Type::Text, why.into())
    }
}

/// Bytes of one key.
const KEY: usize = 17;
/// Bytes of one window slot.
const SLOT: usize = 16 + KEY;

/// Keys in a row, as an entry keeps its own.
pub(super) fn keys_blob(keys: &[EntryKey]) -> Vec<u8> {
    keys.iter().flat_map(|key| key.to_bytes()).collect()
}

/// The inverse of [`keys_blob`].
pub(super) fn keys_from(blob: &[u8]) -> Vec<EntryKey> {
    blob.chunks_exact(KEY).filter_map(EntryKey::from_bytes).collect()
}

/// A window's slots in a row.
pub(super) fn window_blob(window: &Window) -> Vec<u8> {
    let mut blob = Vec::with_capacity(window.slots.len() * SLOT);
    for slot in &window.slots {
        blob.extend_from_slice(&slot.fingerprint.0.to_be_bytes());
        blob.extend_from_slice(&slot.key.to_bytes());
    }
    blob
}

/// The inverse of [`window_blob`]. A slot that cannot be read is left out: its item is then read
/// again, which is all that a window saves.
pub(super) fn window_from(blob: &[u8]) -> Window {
    let slot = |bytes: &[u8]| {
        let (fingerprint, key) = bytes.split_at_checked(16)?;
        let fingerprint = Fingerprint(u128::from_be_bytes(fingerprint.try_into().ok()?));
        Some(WindowSlot { fingerprint, key: EntryKey::from_bytes(key)? })
    };
    Window { slots: blob.chunks_exact(SLOT).filter_map(slot).collect() }
}

/// Kind and hash in 17 bytes.
pub(super) fn evidence_bytes(evidence: &Evidence) -> [u8; 17] {
    let mut bytes = [0; 17];
    bytes[0] = evidence.kind as u8;
    bytes[1..].copy_from_slice(&evidence.hash);
    bytes
}

/// What an item stands for, as its two columns (`unit_kind`, `unit_id`).
pub(super) fn unit_columns(unit: ItemUnit) -> (i64, i64) {
    match unit {
        ItemUnit::Story(StoryId(id)) => (1, id),
        ItemUnit::Group(GroupId(id)) => (2, id),
        ItemUnit::Entry(EntryId(id)) => (3, id),
    }
}

/// The inverse of [`unit_columns`].
pub(super) fn unit_from(kind: i64, id: i64) -> Option<ItemUnit> {
    match kind {
        1 => Some(ItemUnit::Story(StoryId(id))),
        2 => Some(ItemUnit::Group(GroupId(id))),
        3 => Some(ItemUnit::Entry(EntryId(id))),
        _ => None,
    }
}
/// A pace as one value.
pub(super) fn pace_blob(pace: &Pace) -> Vec<u8> {
    let Pace { at, counts, watched, hours, hours_watched, credit, peaks, demand } = pace;
    let mut blob = to_us(*at).to_le_bytes().to_vec();
    let demand = std::slice::from_ref(demand);
    let fields: [&[f32]; 7] = [
        counts,
        watched.as_flattened(),
        hours,
        hours_watched,
        credit.as_flattened(),
        peaks,
        demand,
    ];
    fields.into_iter().flatten().for_each(|number| blob.extend(number.to_le_bytes()));
    blob
}

/// The inverse of [`pace_blob`]; `None` where it has another length: it is learned anew then.
pub(super) fn pace_from(blob: &[u8]) -> Option<Pace> {
    let (at, numbers) = blob.split_first_chunk::<8>()?;
    let mut pace = Pace::new(from_us(i64::from_le_bytes(*at)));
    let mut numbers = numbers
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    let Pace { counts, watched, hours, hours_watched, credit, peaks, demand, .. } = &mut pace;
    let fields: [&mut [f32]; 7] = [
        counts,
        watched.as_flattened_mut(),
        hours,
        hours_watched,
        credit.as_flattened_mut(),
        peaks,
        std::slice::from_mut(demand),
    ];
    for number in fields.into_iter().flatten() {
        *number = numbers.next()?;
    }
    numbers.next().is_none().then_some(pace)
}
