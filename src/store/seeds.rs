//! Ids that were published before this store began: an entry at an address that our own published files
//! show gets the id that it has there.

use super::rows::Cells;
use super::{SqliteStore, StoreError, audit};
use crate::model::{EntryId, Time, TopicNo};
use crate::text::fold;
use rusqlite::{Connection, OptionalExtension, Result, params};
use uuid::Uuid;

/// An item as a published file shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// Its id.
    pub id: Uuid,
    /// The canonical links of the articles that it shows: its own and those of other outlets.
    pub links: Vec<String>,
    /// Its title, and when it was published: another outlet's copy may come before the article that
    /// the file shows.
    pub title: Option<(String, Time)>,
}

impl SqliteStore {
    /// Remembers the ids of published items. What is known already stays as it is. Gives the number of
    /// addresses and titles that have an id from now on.
    pub async fn seed(&self, seeds: Vec<Seed>, from: String) -> Result<usize, StoreError> {
        self.write(move |connection| {
            let mut sown = 0;
            let mut statement = connection
                .prepare_cached("INSERT OR IGNORE INTO seeds (name, item_id) VALUES (?1, ?2)")?;
            for seed in &seeds {
                let names = seed.links.iter().map(|link| hash(link)).chain(titled(seed));
                for name in names {
                    sown += statement.execute(params![name, seed.id.as_bytes()])?;
                }
            }
            audit::note(connection, "restore", &format!("{sown} names of items from {from}"), &[])?;
            Ok(sown)
        })
        .await
    }
}

/// Letters that a title must have to name its article of a day.
const LEAST_TITLE: usize = 20;

fn titled(seed: &Seed) -> Option<[u8; 16]> {
    let (title, at) = seed.title.as_ref()?;
    hash_of_title(title, *at)
}

/// The day too: a column's title comes again.
fn hash_of_title(title: &str, at: Time) -> Option<[u8; 16]> {
    let letters = title.chars().filter(|c| c.is_alphanumeric()).count();
    let name = format!("{}\n{}", fold(title), at.format("%F"));
    (letters >= LEAST_TITLE).then(|| hash(&name))
}

fn hash(link: &str) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::hash(link.as_bytes()).as_bytes()[..16]);
    hash
}

/// The id under which an entry's address, else its title, was published before.
pub(super) fn id_of(connection: &Connection, entry: EntryId) -> Result<Option<Uuid>> {
    let found = connection
        .prepare_cached(
            "SELECT canonical_link, title, coalesce(published_at, first_seen_at) FROM entries
             WHERE entry_id = ?1",
        )?
        .query_row([entry.0], |row| {
            let mut cells = Cells::of(row);
            Ok((cells.take()?, cells.take()?, cells.time()?))
        })
        .optional()?;
    let Some((link, title, at)): Option<(Option<String>, String, Time)> = found else {
        return Ok(None);
    };
    let names = link.as_deref().map(hash).into_iter().chain(hash_of_title(&title, at));
    let mut statement = connection.prepare_cached("SELECT item_id FROM seeds WHERE name = ?1")?;
    for name in names {
        let id: Option<[u8; 16]> = statement.query_row([name], |row| row.get(0)).optional()?;
        if let Some(id) = id {
            return Ok(Some(Uuid::from_bytes(id)));
        }
    }
    Ok(None)
}

/// The place in a topic of the item that shows an entry's address under its seeded id, opened by
/// another entry.
pub(super) fn shown_by_another(
    connection: &Connection,
    topic: TopicNo,
    entry: EntryId,
) -> Result<Option<i64>> {
    let Some(id) = id_of(connection, entry)? else { return Ok(None) };
    connection
        .prepare_cached(
            "SELECT l.seq FROM item_ids i JOIN ledger l ON l.entry_id = i.entry_id
             WHERE i.item_id = ?1 AND i.entry_id <> ?2 AND l.topic_no = ?3",
        )?
        .query_row(params![id.as_bytes(), entry.0, topic.0], |row| row.get(0))
        .optional()
}
