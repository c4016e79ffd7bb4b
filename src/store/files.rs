//! The store's files: whether what lies there is ours to open, making a new one, and connections
//! with the settings that the store rests on. A file that is not ours, or too new, is never written.

use super::{StoreError, schema};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The database's name in the state directory.
const NAME: &str = "muara.db";

/// How long SQLite waits for a lock that another program holds.
const BUSY: Duration = Duration::from_secs(5);

/// Bytes of a page. An entry's texts fit into one, where SQLite's 4 KiB would need a chain of pages, each
/// read and written by itself.
const PAGE: u32 = 16 * 1024;

/// Pages after which a commit moves the log into the file: 16 MiB, since pages of busy tables are
/// then written once instead of four times.
const CHECKPOINT_PAGES: u32 = 16 * 1024 * 1024 / PAGE;

/// The database in `dir`.
pub(super) fn database(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// Makes sure that `dir` is a directory; makes it where there is nothing.
pub(super) fn prepare_directory(dir: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(dir).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            StoreError::NotADirectory(dir.to_owned())
        }
        _ => not_writable(dir, &error),
    })
}

/// Opens the file for the one who writes, makes it where there is none, and brings its schema up.
pub(super) fn open_writing(dir: &Path) -> Result<Connection, StoreError> {
    let path = database(dir);
    if inspect(&path)? {
        check_writable(&path)?;
    } else {
        create(dir).map_err(|error| StoreError::opening(&path, &error))??;
    }
    let mut connection = connect_writing(&path)?;
    schema::migrate(&mut connection).map_err(|error| StoreError::opening(&path, &error))?;
    Ok(connection)
}

/// Makes sure that the file can be read as it is, without changing anything.
pub(super) fn check_reading(dir: &Path) -> Result<(), StoreError> {
    let path = database(dir);
    if dir.exists() && !dir.is_dir() {
        return Err(StoreError::NotADirectory(dir.to_owned()));
    }
    if !inspect(&path)? {
        return Err(StoreError::Missing(path));
    }
    let connection = connect_reading(&path)?;
    let found = schema::version(&connection).map_err(|e| StoreError::opening(&path, &e))?;
    if found < schema::VERSION {
        return Err(StoreError::Older { path, found, known: schema::VERSION });
    }
    Ok(())
}

/// A connection that cannot write.
pub(super) fn connect_reading(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.pragma_update(None, "cache_size", -2048)?;
        connection.set_prepared_statement_cache_capacity(64);
        schema::is_whole(&connection).map(|whole| (connection, whole))
    };
    whole(path, open())
}

/// The connection that writes: every commit is on disk before it returns (`synchronous=FULL`).
fn connect_writing(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // Before anything that could write.
        let whole = schema::is_whole(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        connection.pragma_update(None, "cache_size", -8 * 1024)?;
        // What a SAVEPOINT may have to undo stays in memory.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok((connection, whole))
    };
    whole(path, open())
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    // Plans do not depend on bound values. Otherwise SQLite, built with STAT4, prepares a statement
    // anew whenever one changes: that was half the time of all reading.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

fn whole(
    path: &Path,
    opened: rusqlite::Result<(Connection, bool)>,
) -> Result<Connection, StoreError> {
    match opened {
        Ok((connection, true)) => Ok(connection),
        Ok((_, false)) => {
            Err(StoreError::Damaged(format!("{}: tables are missing", path.display())))
        }
        Err(error) => Err(StoreError::opening(path, &error)),
    }
}

/// Makes a new store under another name first: a crash leaves either none or a whole one.
fn create(dir: &Path) -> rusqlite::Result<Result<(), StoreError>> {
    let (path, fresh) = (database(dir), dir.join("muara.db.new"));
    if let Err(error) = clear_the_way(&path, &fresh) {
        return Ok(Err(error));
    }
    let mut connection = Connection::open(&fresh)?;
    connection.pragma_update(None, "page_size", PAGE)?;
    schema::migrate(&mut connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.close().map_err(|(_, error)| error)?;
    let moved = fs::rename(&fresh, &path).and_then(|()| File::open(dir)?.sync_all());
    Ok(moved.map_err(|error| not_writable(&path, &error)))
}

/// Removes what a crash left of a new store. The log of a database that is gone is left alone, and
/// nothing is made beside it: SQLite would read it into the new file.
fn clear_the_way(path: &Path, fresh: &Path) -> Result<(), StoreError> {
    if log_length(path) > 0 {
        let detail = "muara.db-wal is there and muara.db is not: put both back, or both away";
        return Err(StoreError::Damaged(detail.to_owned()));
    }
    for ending in ["", "-journal", "-wal", "-shm"] {
        let rest = beside(fresh, ending);
        match fs::remove_file(&rest) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(not_writable(&rest, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The file that SQLite keeps beside `path`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Bytes of the log; 0 where there is none.
fn log_length(path: &Path) -> u64 {
    fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len())
}

/// Whether a store of ours lies at `path`; `false` where nothing does. It looks at the header, so
/// that what is not ours is not even opened by SQLite, which would roll back or recover it.
pub(super) fn inspect(path: &Path) -> Result<bool, StoreError> {
    let Some(header) = read_header(path)? else {
        return Ok(false);
    };
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(StoreError::NotADatabase(path.to_owned()));
    }
    // Offsets by https://sqlite.org/fileformat2.html §1.3.
    if number_at(&header, 68) != schema::APPLICATION_ID {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    let known = schema::VERSION;
    let found = number_at(&header, 60).max(version_in_log(path)?);
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    Ok(true)
}

/// The first 100 bytes; `None` where there is no file, or an empty one.
fn read_header(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let unreadable = |error: &io::Error| not_writable(path, error);
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| unreadable(&error))?,
    };
    let mut header = Vec::with_capacity(100);
    file.take(100).read_to_end(&mut header).map_err(|error| unreadable(&error))?;
    match header.len() {
        0 => Ok(None),
        100 => Ok(Some(header)),
        _ => Err(StoreError::NotADatabase(path.to_owned())),
    }
}

/// A version that was committed but still stands only in the log; 0 where there is no log.
fn version_in_log(path: &Path) -> Result<i32, StoreError> {
    if log_length(path) == 0 {
        return Ok(0);
    }
    let connection = connect_reading(path)?;
    schema::version(&connection).map_err(|error| StoreError::opening(path, &error))
}

fn number_at(header: &[u8], at: usize) -> i32 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&header[at..at + 4]);
    i32::from_be_bytes(bytes)
}

/// SQLite would open a file that cannot be written for reading only, and say so late.
fn check_writable(path: &Path) -> Result<(), StoreError> {
    let readonly = fs::metadata(path).is_ok_and(|found| found.permissions().readonly());
    let opened = File::options().append(true).open(path);
    match opened {
        _ if readonly => Err(StoreError::NotWritable {
            path: path.to_owned(),
            detail: "its permissions allow reading only".to_owned(),
        }),
        Err(error) => Err(not_writable(path, &error)),
        Ok(_) => Ok(()),
    }
}

fn not_writable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::NotWritable { path: path.to_owned(), detail: error.to_string() }
}
