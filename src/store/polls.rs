//! What one poll changes, in one unit, fenced by its lease: the source's state, new and revised
//! entries, keys, and the window. Which entry is which was decided before, by `dedup::identify`.

use super::rows::{Cells, json, keys_blob, keys_from, list_json, to_us, window_blob};
use super::{SqliteStore, StoreError, held, state};
use crate::clock;
use crate::model::{
    Entry, EntryId, EntryKey, GuidTrust, Identified, Identity, KeyKind, Known, KnownEntry, Lease,
    PollRecord, SourceNo, StoredEntry,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::HashSet;
use std::sync::LazyLock;

/// How recording a poll ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// All of it is on disk.
    Done {
        /// The numbers of the entries that were stored, in the order of the record.
        new: Vec<EntryId>,
        /// Stored entries whose text changed.
        revised: Vec<EntryId>,
    },
    /// Somebody else has leased the source since; nothing was changed.
    Fenced,
}

impl SqliteStore {
    /// What is stored of these keys of a source. A key of an entry that was never taken belongs to
    /// `EntryId(0)`.
    pub async fn known(&self, source: SourceNo, keys: Vec<EntryKey>) -> Result<Known, StoreError> {
        self.read(move |connection| known(connection, source, &keys)).await
    }

    /// What these entries say.
    pub async fn say(&self, entries: Vec<EntryId>) -> Result<Vec<StoredEntry>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(&SAID)?;
            let said = entries.iter().map(|id| statement.query_row([id.0], said).optional());
            said.filter_map(Result::transpose).collect()
        })
        .await
    }

    /// `also`, and what the newest entries of a source say, up to `NEWEST`.
    pub async fn newest_say(
        &self,
        source: SourceNo,
        also: Vec<StoredEntry>,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.read(move |connection| {
            let there: HashSet<EntryId> = also.iter().map(|stored| stored.id).collect();
            let mut all = also;
            let mut statement = connection.prepare_cached(&NEWEST_SAID)?;
            for stored in statement.query_map(params![source.0, NEWEST], said)? {
                let stored = stored?;
                if !there.contains(&stored.id) {
                    all.push(stored);
                }
            }
            Ok(all)
        })
        .await
    }

    /// Saves everything that a poll changes, unless its lease was taken over.
    pub async fn finish_poll(
        &self,
        lease: &Lease,
        record: PollRecord,
    ) -> Result<Finish, StoreError> {
        let (source, epoch) = (lease.source, lease.epoch);
        self.write(move |connection| finish_poll(connection, source, epoch, &record)).await
    }
}

/// Entries of a source that are looked through when it seems to say everything again.
const NEWEST: usize = 5_000;

static SAID: LazyLock<String> = LazyLock::new(|| format!("{SAYS} WHERE e.entry_id = ?1"));

static NEWEST_SAID: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{SAYS} WHERE e.entry_id IN (
           SELECT DISTINCT entry_id FROM entry_keys WHERE source_no = ?1 AND entry_id > 0
           ORDER BY entry_id DESC LIMIT ?2)"
    )
});

const SAYS: &str = "SELECT e.entry_id, e.digest, e.title, coalesce(t.text, ''), e.canonical_link,
    e.published_at, e.redated_at
  FROM entries e LEFT JOIN entry_texts t ON t.entry_id = e.entry_id";

fn said(row: &Row<'_>) -> Result<StoredEntry> {
    let mut cells = Cells::of(row);
    Ok(StoredEntry {
        id: EntryId(cells.take()?),
        digest: cells.take()?,
        title: cells.take()?,
        text: cells.take()?,
        canonical_link: cells.take()?,
        published: cells.maybe_time()?,
        redated: cells.maybe_time()?,
    })
}

fn known(connection: &Connection, source: SourceNo, keys: &[EntryKey]) -> Result<Known> {
    let mut known = Known::default();
    let mut details = connection
        .prepare_cached("SELECT digest, keys, published_at FROM entries WHERE entry_id = ?1")?;
    for key in keys {
        let Some(entry) = entry_of(connection, source, *key)? else { continue };
        known.by_key.insert(*key, entry);
        if entry.0 == 0 || known.entries.contains_key(&entry) {
            continue;
        }
        let found = details.query_row([entry.0], |row| {
            let mut cells = Cells::of(row);
            Ok(KnownEntry {
                digest: cells.take()?,
                keys: keys_from(&cells.take::<Vec<u8>>()?),
                published: cells.maybe_time()?,
            })
        });
        if let Some(found) = found.optional()? {
            known.entries.insert(entry, found);
        }
    }
    Ok(known)
}

fn entry_of(connection: &Connection, source: SourceNo, key: EntryKey) -> Result<Option<EntryId>> {
    connection
        .prepare_cached("SELECT entry_id FROM entry_keys WHERE source_no = ?1 AND key = ?2")?
        .query_row(params![source.0, key.to_bytes()], |row| row.get(0).map(EntryId))
        .optional()
}

/// What all entries of one record share.
struct Intake<'c> {
    connection: &'c Connection,
    source: SourceNo,
    bucket: i64,
    now: i64,
    /// Which keys identify an entry.
    trust: GuidTrust,
}

fn finish_poll(
    connection: &Connection,
    source: SourceNo,
    epoch: i64,
    record: &PollRecord,
) -> Result<Finish> {
    let lease = (source.0, epoch);
    let new_at_most = record.entries.iter().filter(|entry| brings_new(entry)).count();
    if !state::replace(connection, lease, &record.state, (record.due_at, new_at_most))? {
        return Ok(Finish::Fenced);
    }
    if let Some(why) = &record.held {
        held::hold(connection, source, why)?;
    }
    let (mut new, mut revised) = (Vec::new(), Vec::new());
    if !record.entries.is_empty() {
        let intake = Intake::of(connection, source, record)?;
        for identified in &record.entries {
            intake.take(identified, &mut new, &mut revised)?;
        }
    }
    if new.len() != new_at_most {
        correct_count(connection, source, new_at_most - new.len())?;
    }
    if let Some(window) = &record.window {
        connection
            .prepare_cached("INSERT OR REPLACE INTO windows (source_no, slots) VALUES (?1, ?2)")?
            .execute(params![source.0, window_blob(window)])?;
    }
    Ok(Finish::Done { new, revised })
}

fn brings_new(identified: &Identified) -> bool {
    identified.identity == Identity::New && identified.taken
}

/// Some entries of the record turned out to be the same.
fn correct_count(connection: &Connection, source: SourceNo, fewer: usize) -> Result<()> {
    connection
        .execute(
            "UPDATE source_state SET entries = entries - ?2 WHERE source_no = ?1",
            params![source.0, fewer],
        )
        .map(drop)
}

impl<'c> Intake<'c> {
    fn of(connection: &'c Connection, source: SourceNo, record: &PollRecord) -> Result<Self> {
        let bucket = connection
            .prepare_cached("SELECT bucket FROM sources WHERE source_no = ?1")?
            .query_row([source.0], |row| row.get(0))?;
        let trust = record.state.guid_trust;
        Ok(Self { connection, source, bucket, now: to_us(clock::now()), trust })
    }

    fn take(
        &self,
        identified: &Identified,
        new: &mut Vec<EntryId>,
        revised: &mut Vec<EntryId>,
    ) -> Result<()> {
        let keys = &identified.new_keys;
        match identified.identity {
            Identity::New => match self.same_as(keys)? {
                Some(entry) => self.add_aliases(entry, keys),
                None if !identified.taken => self.add_keys(EntryId(0), keys),
                None => {
                    let entry = self.insert(identified)?;
                    new.push(entry);
                    self.add_keys(entry, keys)
                }
            },
            Identity::Revises(entry) => {
                if self.revise(entry, &identified.entry, identified.taken)? {
                    revised.push(entry);
                }
                self.add_aliases(entry, keys)
            }
            Identity::Unchanged(entry) => {
                let entry = entry.unwrap_or(EntryId(0));
                self.correct_date(entry, &identified.entry)?;
                self.redate(entry, &identified.entry, keys)?;
                self.add_aliases(entry, keys)
            }
        }
    }

    /// The entry that a "new" one already is, because its document held it twice. Only the strongest
    /// key that identifies decides: that weaker ones are known was seen and judged before.
    fn same_as(&self, keys: &[EntryKey]) -> Result<Option<EntryId>> {
        match keys.iter().find(|key| self.trust.believes(key.kind)) {
            Some(key) => entry_of(self.connection, self.source, *key),
            None => Ok(None),
        }
    }

    fn insert(&self, identified: &Identified) -> Result<EntryId> {
        let entry = &*identified.entry;
        self.connection.prepare_cached(INSERT_ENTRY)?.execute(params![
            self.bucket,
            self.source.0,
            self.now,
            entry.published.map(to_us),
            entry.updated.map(to_us),
            entry.digest,
            keys_blob(&identified.new_keys),
            entry.date_clamped,
            entry.date_guessed,
            entry.link.as_ref().map(url::Url::as_str),
            entry.canonical_link,
            entry.title,
            entry.language,
            list_json(&entry.authors)?,
            list_json(&entry.categories)?,
            list_json(&entry.enclosures)?,
            entry.origin.as_ref().map(json).transpose()?,
            identified.held.then_some(self.now),
        ])?;
        let id = EntryId(self.connection.last_insert_rowid());
        self.put_texts(id, entry)?;
        Ok(id)
    }

    fn put_texts(&self, id: EntryId, entry: &Entry) -> Result<()> {
        let content = &entry.content;
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO entry_texts (entry_id, text, summary_html, content_html, base)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                id.0,
                entry.text,
                content.summary,
                content.full,
                content.base.as_ref().map(url::Url::as_str)
            ])
            .map(drop)
    }

    /// Replaces what an entry says and keeps what it said. `false`: there is no such entry any more.
    fn revise(&self, id: EntryId, entry: &Entry, taken: bool) -> Result<bool> {
        self.connection.prepare_cached(KEEP_REVISION)?.execute(params![id.0, self.now])?;
        let changed = self.connection.prepare_cached(REVISE_ENTRY)?.execute(params![
            id.0,
            self.now,
            taken,
            entry.published.map(to_us),
            entry.updated.map(to_us),
            entry.digest,
            entry.link.as_ref().map(url::Url::as_str),
            entry.canonical_link,
            entry.title,
            entry.language,
            list_json(&entry.authors)?,
            list_json(&entry.categories)?,
            list_json(&entry.enclosures)?,
            entry.origin.as_ref().map(json).transpose()?,
        ])?;
        if changed == 1 {
            self.put_texts(id, entry)?;
        }
        Ok(changed == 1)
    }

    /// The dates of the source have told since how a guessed one is to be read.
    fn correct_date(&self, id: EntryId, entry: &Entry) -> Result<()> {
        let published = entry.published.map(to_us);
        self.connection
            .prepare_cached(CORRECT_DATE)?
            .execute(params![id.0, published, entry.date_guessed])
            .map(drop)
    }

    /// Keeps the date that an entry gives now, by which it is known when its title changes next.
    fn redate(&self, id: EntryId, entry: &Entry, keys: &[EntryKey]) -> Result<()> {
        if id.0 == 0 || !keys.iter().any(|key| key.kind == KeyKind::TitleDate) {
            return Ok(());
        }
        self.connection
            .prepare_cached("UPDATE entries SET redated_at = ?2 WHERE entry_id = ?1")?
            .execute(params![id.0, entry.published.map(to_us)])
            .map(drop)
    }

    /// A key that another entry of the source has already stays that one's.
    fn add_keys(&self, entry: EntryId, keys: &[EntryKey]) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT OR IGNORE INTO entry_keys (source_no, key, entry_id) VALUES (?1, ?2, ?3)",
        )?;
        for key in keys {
            statement.execute(params![self.source.0, key.to_bytes(), entry.0])?;
        }
        Ok(())
    }

    /// Further keys of an entry that is there, in both places that hold them.
    fn add_aliases(&self, entry: EntryId, keys: &[EntryKey]) -> Result<()> {
        self.add_keys(entry, keys)?;
        if entry.0 == 0 || keys.is_empty() {
            return Ok(());
        }
        let old: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT keys FROM entries WHERE entry_id = ?1")?
            .query_row([entry.0], |row| row.get(0))
            .optional()?;
        let Some(old) = old else { return Ok(()) };
        let mut all = keys_from(&old);
        let had = all.len();
        for key in keys {
            if !all.contains(key) {
                all.push(*key);
            }
        }
        if all.len() > had {
            self.connection
                .prepare_cached("UPDATE entries SET keys = ?2 WHERE entry_id = ?1")?
                .execute(params![entry.0, keys_blob(&all)])?;
        }
        Ok(())
    }
}

const INSERT_ENTRY: &str = "INSERT INTO entries
    (bucket, source_no, first_seen_at, published_at, updated_at, changes, pending, digest, keys,
     date_clamped, date_guessed, link, canonical_link, title, language, authors, categories,
     enclosures, origin, held_at)
  VALUES (?1, ?2, ?3, ?4, ?5, 1, iif(?18 IS NULL, 1, NULL), ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
    ?14, ?15, ?16, ?17, ?18)";

// Only what was a guess is corrected: the first date that an entry gave stays.
const CORRECT_DATE: &str = "UPDATE entries SET published_at = ?2, date_guessed = ?3
  WHERE entry_id = ?1 AND date_guessed = 1 AND ?2 IS NOT NULL";

const KEEP_REVISION: &str =
    "INSERT OR IGNORE INTO revisions (entry_id, change, replaced_at, title, text)
  SELECT e.entry_id, e.changes, ?2, e.title, t.text
  FROM entries e LEFT JOIN entry_texts t ON t.entry_id = e.entry_id
  WHERE e.entry_id = ?1";

// The first date that an entry gave stays: readers sort by it.
const REVISE_ENTRY: &str = "UPDATE entries SET
    revised_at = ?2, changes = changes + 1, pending = iif(?3 AND held_at IS NULL, changes + 1, pending),
    published_at = coalesce(published_at, ?4), updated_at = ?5, digest = ?6, link = ?7,
    canonical_link = ?8, title = ?9, language = ?10, authors = ?11, categories = ?12,
    enclosures = ?13, origin = ?14, redated_at = ?4
  WHERE entry_id = ?1";
