//! What can go wrong with the store, in words that an operator can act on. The driver's errors stop
//! here.

use super::lock::Holder;
use rusqlite::{Error, ErrorCode};
use std::path::{Path, PathBuf};

/// Why the store could not be opened, or could not do what it was asked. Nothing of a unit of work
/// that ends in an error is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The state directory is something else.
    #[error("{} is not a directory; `daemon.state` must name one", .0.display())]
    NotADirectory(PathBuf),
    /// No store there, and it was to be read only.
    #[error("there is no store at {}; `muara run` or `muara poll` makes it", .0.display())]
    Missing(PathBuf),
    /// The directory or the file cannot be written.
    #[error("{} cannot be written ({detail}); check its owner and its permissions", path.display())]
    NotWritable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The file is not SQLite's.
    #[error("{} is not a database; it was left as it is: move it away or restore a backup", .0.display())]
    NotADatabase(PathBuf),
    /// It is a database of another program.
    #[error("{} is a database of another program; it was left as it is", .0.display())]
    Foreign(PathBuf),
    /// It was written by a newer Muara.
    #[error(
        "{} has schema {found}, and this program knows {known} at most; it was left as it is: \
         run the newer muara, or restore a backup from before", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i32,
        /// The newest that this program knows.
        known: i32,
    },
    /// It was written by an older Muara, and only a writer may change that.
    #[error(
        "{} has schema {found}, and this program reads {known}; starting the daemon brings it up",
        path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i32,
        /// The one that this program reads.
        known: i32,
    },
    /// What the file holds cannot be.
    #[error(
        "the store is damaged ({0}); nothing was changed: run `muara doctor`, or restore a backup"
    )]
    Damaged(String),
    /// Another process owns the store.
    #[error("the store is in use{0}")]
    Locked(Holder),
    /// Something else holds SQLite's own lock.
    #[error("another program keeps the store's file locked; end what has muara.db open")]
    Busy,
    /// No space left.
    #[error("no space left for the store; nothing was stored: free some, it goes on by itself")]
    Full,
    /// The disk failed.
    #[error("the store's disk failed ({0}); nothing was stored")]
    Io(String),
    /// It was opened for reading.
    #[error("the store is open for reading only")]
    ReadOnly,
    /// It was closed.
    #[error("the store is closed")]
    Closed,
    /// A fault of this program.
    #[error("the store could not do that ({0}); nothing was stored; please report it")]
    Bug(String),
}

impl StoreError {
    /// Whether the same may work later, without anything being done about this store but about the
    /// disk under it.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Full | Self::Io(_) | Self::Busy | Self::NotWritable { .. })
    }

    /// What a driver's error means for the work that met it.
    pub(super) fn of(error: &Error) -> Self {
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly) => {
                Self::Io(detail)
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(detail),
            Some(_) => Self::Bug(detail),
            None => Self::of_value(error, detail),
        }
    }

    /// A value that cannot be read was not written by us.
    fn of_value(error: &Error, detail: String) -> Self {
        match error {
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
            | Error::InvalidColumnType(..) => Self::Damaged(detail),
            _ => Self::Bug(detail),
        }
    }

    /// What a driver's error means for opening `path`.
    pub(super) fn opening(path: &Path, error: &Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase(path.to_owned()),
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::NotWritable { path: path.to_owned(), detail: error.to_string() }
            }
            _ => match Self::of(error) {
                Self::Damaged(detail) => Self::Damaged(format!("{}: {detail}", path.display())),
                other => other,
            },
        }
    }
}
