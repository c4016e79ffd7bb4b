//! The store's shape on disk: its SQL stands in `schema.sql`, this file brings a file up to it.
//! Whether a file may be touched at all is decided before, in `files`.

use super::rows::to_us;
use crate::clock;
use rusqlite::{Connection, Result, TransactionBehavior};

/// "Muar": says that a SQLite file is ours.
pub(super) const APPLICATION_ID: i32 = 0x4d75_6172;

/// Each brings the schema from its place in this list to the next version, in one transaction.
/// Those that were released are never edited again.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];

/// The version that this program reads and writes.
#[expect(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "a short list")]
pub(super) const VERSION: i32 = MIGRATIONS.len() as i32;

/// A table of each kind that must be there, whatever the version.
const LANDMARKS: [&str; 4] = ["entries", "entry_keys", "source_state", "topics"];

/// Brings the schema to [`VERSION`]; an empty file gets all of it.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let found = version(connection)?;
    for (step, sql) in (1..).zip(MIGRATIONS).filter(|(step, _)| *step > found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        if step == 1 {
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.execute(
                "INSERT INTO meta (name, number) VALUES ('created_at', ?1), ('stories', 0)",
                [to_us(clock::now())],
            )?;
        }
        transaction.pragma_update(None, "user_version", step)?;
        transaction.commit()?;
    }
    Ok(())
}

/// The schema version that a file says it has.
pub(super) fn version(connection: &Connection) -> Result<i32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Whether the tables that everything rests on are there.
pub(super) fn is_whole(connection: &Connection) -> Result<bool> {
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
    Ok(LANDMARKS.iter().all(|landmark| names.iter().any(|name| name == landmark)))
}
