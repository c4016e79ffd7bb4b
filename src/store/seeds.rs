//! Ids that were published before this store began: an entry at an address that our own published files
//! show, or with a title that they show for its day, gets the id that it has there.

use super::rows::Cells;
use super::{SqliteStore, StoreError, audit};
use crate::dedup::link_id;
use crate::model::{EntryId, Time, TopicNo};
use crate::text::fold;
use rusqlite::{Connection, OptionalExtension, Result, params};
use uuid::Uuid;

/// An item as published files show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// Its id.
    pub id: Uuid,
    /// The canonical links of the article that speaks for it.
    pub links: Vec<String>,
    /// Its titles, and when it was published.
    pub titles: Vec<(String, Time)>,
    /// The canonical links of other outlets that tell it: a copy may come before the article.
    pub others: Vec<String>,
}

impl Seed {
    /// An item of which nothing else is known.
    #[must_use]
    pub fn of(id: Uuid) -> Self {
        Self { id, links: Vec::new(), titles: Vec::new(), others: Vec::new() }
    }
}

impl SqliteStore {
    /// Remembers the ids of published items, and gives the number of names that stand for one that they
    /// did not stand for before.
    pub async fn seed(&self, seeds: Vec<Seed>, from: String) -> Result<usize, StoreError> {
        self.write(move |connection| {
            let mut sown = 0;
            for seed in &seeds {
                sown += sow(connection, seed)?;
            }
            audit::note(connection, "restore", &format!("{sown} names of items from {from}"), &[])?;
            Ok(sown)
        })
        .await
    }
}

/// Of two items with one name the better right has it; where none has, it is no evidence.
fn sow(connection: &Connection, seed: &Seed) -> Result<usize> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO seeds (name, item_id, claim) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET claim = max(claim, excluded.claim),
           item_id = iif(excluded.claim > claim, excluded.item_id, NULL)
         WHERE excluded.claim >= claim AND item_id IS NOT excluded.item_id",
    )?;
    let mut sown = 0;
    for (name, claim) in names(seed) {
        sown += statement.execute(params![name, seed.id.as_bytes(), claim])?;
    }
    Ok(sown)
}

/// The names of an item, and by what right: 2 for the link that its id was made from, 1 for what speaks for
/// it, 0 for what other outlets have.
fn names(seed: &Seed) -> Vec<([u8; 16], u8)> {
    let claim = |link: &String, else_: u8| if link_id(link) == seed.id { 2 } else { else_ };
    let links = seed.links.iter().map(|link| (hash(link), claim(link, 1)));
    let others = seed.others.iter().map(|link| (hash(link), claim(link, 0)));
    let titles = seed.titles.iter().filter_map(|(title, at)| Some((hash_of_title(title, *at)?, 1)));
    links.chain(others).chain(titles).collect()
}

/// Letters that a title must have to name its article of a day.
const LEAST_TITLE: usize = 20;

/// The day too: a column's title comes again.
fn hash_of_title(title: &str, at: Time) -> Option<[u8; 16]> {
    let letters = title.chars().filter(|c| c.is_alphanumeric()).count();
    let name = format!("{}\n{}", fold(title), at.format("%F"));
    (letters >= LEAST_TITLE).then(|| hash(&name))
}

fn hash(name: &str) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
    hash
}

/// The id under which an entry was published before this store began, by its title of that day, else by its
/// address: a live page has one address for many.
pub(super) fn published(connection: &Connection, entry: EntryId) -> Result<Option<Uuid>> {
    let found = connection
        .prepare_cached(
            "SELECT canonical_link, title, coalesce(published_at, first_seen_at) FROM entries
             WHERE entry_id = ?1 AND EXISTS (SELECT 1 FROM seeds)",
        )?
        .query_row([entry.0], |row| {
            let mut cells = Cells::of(row);
            Ok((cells.take()?, cells.take()?, cells.time()?))
        })
        .optional()?;
    let Some((link, title, at)): Option<(Option<String>, String, Time)> = found else {
        return Ok(None);
    };
    let mut statement = connection
        .prepare_cached("SELECT item_id FROM seeds WHERE name = ?1 AND item_id IS NOT NULL")?;
    for name in hash_of_title(&title, at).into_iter().chain(link.as_deref().map(hash)) {
        let id: Option<[u8; 16]> = statement.query_row([name], |row| row.get(0)).optional()?;
        if let Some(id) = id {
            return Ok(Some(Uuid::from_bytes(id)));
        }
    }
    Ok(None)
}

/// The place in a topic of the item that shows an entry under an id of its own, such as that it was published
/// with or that its address has, opened by an entry of another source. Two entries of one source at one address are two,
/// and so are those that an operator has split.
pub(super) fn shown_by_another(
    connection: &Connection,
    topic: TopicNo,
    entry: EntryId,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Option<i64>> {
    for id in ids {
        if let Some(seq) = shown_under(connection, topic, entry, id)? {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

fn shown_under(
    connection: &Connection,
    topic: TopicNo,
    entry: EntryId,
    id: Uuid,
) -> Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT l.seq FROM item_ids i JOIN ledger l ON l.entry_id = i.entry_id
             JOIN entries opened ON opened.entry_id = i.entry_id
             JOIN entries e ON e.entry_id = ?2 AND e.source_no <> opened.source_no
             WHERE i.item_id = ?1 AND l.topic_no = ?3
               AND NOT EXISTS (SELECT 1 FROM act_entries a WHERE a.entry_id = ?2)",
        )?
        .query_row(params![id.as_bytes(), entry.0, topic.0], |row| row.get(0))
        .optional()
}
