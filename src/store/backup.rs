//! Copies of the store: taken while it is in use, and put in its place.

use super::{SqliteStore, StoreError, files, lock, schema};
use rusqlite::backup::Backup;
use rusqlite::{Connection, Result, params};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

impl SqliteStore {
    /// Writes a copy of the store, as it is at one moment, to `to`, which appears whole or not at all.
    /// Whoever writes to the store meanwhile is not held up.
    pub async fn backup(&self, to: PathBuf) -> Result<(), StoreError> {
        let partial = beside(&to, "partial");
        let copy = partial.clone();
        self.read(move |connection| {
            drop(fs::remove_file(&copy));
            let mut target = Connection::open(&copy)?;
            // All pages in one step: between two, somebody may write, and the copy begins again.
            Backup::new(connection, &mut target)?.step(-1)?;
            // Without a log beside it, it can be carried anywhere.
            target.pragma_update(None, "journal_mode", "DELETE")
        })
        .await?;
        finish(&partial, &to)
    }
}

/// Puts the backup at `from` in the place of the store in `dir`, and gives the path that the former
/// store has now. What was hidden in the former one stays hidden. Nobody may use the store.
pub async fn replace_with(
    dir: &Path,
    from: &Path,
    wait: Duration,
) -> Result<Option<PathBuf>, StoreError> {
    files::prepare_directory(dir)?;
    let _lock = lock::acquire(dir, wait).await?;
    let (dir, from) = (dir.to_owned(), from.to_owned());
    super::blocking(move || replace(&dir, &from)).await
}

fn replace(dir: &Path, from: &Path) -> Result<Option<PathBuf>, StoreError> {
    let (current, incoming) = (files::database(dir), beside(&files::database(dir), "restored"));
    check(from)?;
    fs::copy(from, &incoming).map_err(|error| StoreError::Io(error.to_string()))?;
    let hidden = if current.exists() { hidden_of(&current) } else { Vec::new() };
    prepare(&incoming, &hidden).map_err(|error| StoreError::of(&error))?;
    let former = current.exists().then(|| beside(&current, "before-restore"));
    if let Some(former) = &former {
        fold_log(&current);
        fs::rename(&current, former).map_err(|error| StoreError::Io(error.to_string()))?;
    }
    for ending in ["-wal", "-shm"] {
        drop(fs::remove_file(beside_name(&current, ending)));
    }
    finish(&incoming, &current)?;
    Ok(former)
}

/// Refuses what is no whole store of this version.
fn check(from: &Path) -> Result<(), StoreError> {
    if !files::inspect(from)? {
        return Err(StoreError::Missing(from.to_owned()));
    }
    let connection = files::connect_reading(from)?;
    let opening = |error| StoreError::opening(from, &error);
    let found = schema::version(&connection).map_err(opening)?;
    if found > schema::VERSION {
        return Err(StoreError::Newer { path: from.to_owned(), found, known: schema::VERSION });
    }
    let verdict: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(opening)?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged(verdict)) }
}

/// The ids hidden in the store that is replaced; none where it cannot be read.
fn hidden_of(path: &Path) -> Vec<(Vec<u8>, i64)> {
    let read = |connection: &Connection| -> Result<Vec<(Vec<u8>, i64)>> {
        connection
            .prepare("SELECT item_id, hidden_at FROM hidden_ids")?
            .query_map([], |row| row.try_into())?
            .collect()
    };
    files::connect_reading(path).ok().and_then(|it| read(&it).ok()).unwrap_or_default()
}

/// What a restored store must know before it is used: what was hidden since, that everything is to be
/// rendered again, and under versions that were never used.
fn prepare(path: &Path, hidden: &[(Vec<u8>, i64)]) -> Result<()> {
    let connection = Connection::open(path)?;
    let mut insert = connection
        .prepare("INSERT OR IGNORE INTO hidden_ids (item_id, hidden_at) VALUES (?1, ?2)")?;
    for (id, at) in hidden {
        insert.execute(params![id, at])?;
    }
    drop(insert);
    connection.execute_batch(
        "INSERT OR IGNORE INTO hidden_units (unit_id, unit_kind)
           SELECT i.entry_id, 3 FROM hidden_ids h JOIN item_ids i ON i.item_id = h.item_id;
         INSERT OR IGNORE INTO hidden_units (unit_id, unit_kind)
           SELECT x.unit_id, x.unit_kind FROM hidden_ids h JOIN item_ids i ON i.item_id = h.item_id
           JOIN items x ON x.opening_entry = i.entry_id;
         UPDATE items SET hidden_at = (SELECT max(hidden_at) FROM hidden_ids)
           WHERE hidden_at IS NULL AND item_id IN (SELECT item_id FROM hidden_ids);
         UPDATE topics SET version = version + 1000000, render_due = 0;",
    )
}

/// Moves the log of a store that nobody uses into its file. What cannot be read needs no care.
fn fold_log(path: &Path) {
    if let Ok(connection) = Connection::open(path) {
        drop(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    }
}

/// Makes a finished file durable under its name.
fn finish(from: &Path, to: &Path) -> Result<(), StoreError> {
    let moved = File::open(from)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(from, to))
        .and_then(|()| match to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => File::open(parent)?.sync_all(),
            None => Ok(()),
        });
    moved.map_err(|error| StoreError::Io(format!("{}: {error}", to.display())))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    beside_name(path, &format!(".{ending}"))
}

fn beside_name(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
