//! Entries, stories, topics and the state of sources in SQLite. The only room that speaks SQL.
//!
//! [`SqliteStore`] has a method for each sentence of the domain, and each is one transaction. One
//! thread writes (`writer`), a few connections read (`readers`); times are by the clock that the
//! store asks itself. `schema.sql` explains every column.

mod archive;
mod asked;
mod audit;
mod backup;
mod digests;
mod error;
mod explain;
mod files;
mod grouping;
mod held;
mod hiding;
mod hub;
mod leases;
mod likeness;
mod lock;
mod output;
mod polls;
mod publishing;
mod readers;
mod retention;
mod rows;
mod schema;
mod search;
mod seeds;
mod sequencing;
mod sources;
mod state;
mod status;
mod subject;
mod sync;
mod tellers;
mod tellings;
mod topics;
mod writer;

#[cfg(test)]
mod tests;

pub use archive::{Dropped, PageDue};
pub use asked::Asked;
pub use audit::Act;
pub use backup::replace_with;
pub use digests::DigestRun;
pub use error::StoreError;
pub use explain::{Explained, PlacedItem, RevisionOf, Teller};
pub use grouping::{Merged, Parted};
pub use held::Release;
pub use hiding::Hidden;
pub use hub::HubLimits;
pub use leases::{Claimed, DomainRoom, Due, Refusal, Refused};
pub use lock::{Holder, lock_holder};
pub use output::{Look, Sanitized, TopicDue, TopicPage, Unsanitized};
pub use polls::Finish;
pub use publishing::Published;
pub use retention::{Retained, Retention};
pub use seeds::Seed;
pub use sources::SyncedSources;
pub use status::{
    Counts, Health, OVERDUE, SourceStatus, StoredStory, StoryEntry, Telling, TopicStatus,
};
pub use subject::Subject;
pub use sync::Synced;
pub use topics::{SyncedTopic, TopicSpec};

use readers::Readers;
use rusqlite::{Connection, Result as SqlResult};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use writer::Writer;

/// As what a store is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As its one owner, the daemon or a command that writes: takes the lock, brings the schema up
    /// and ends all leases.
    Daemon {
        /// How long to wait for another process to let go of the lock.
        wait: Duration,
    },
    /// To read what is there, also while a daemon runs: takes no lock and ends no lease.
    Read,
}

/// The store in a state directory. Clones are the same store.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    dir: PathBuf,
    /// `None` where it was opened for reading.
    writer: Option<Writer>,
    readers: Arc<Readers>,
    /// What leases of this process are signed with.
    owner: Arc<str>,
}

impl SqliteStore {
    /// Opens the store in `dir`; an owner makes directory and store where there are none.
    pub async fn open(dir: &Path, mode: Mode) -> Result<Self, StoreError> {
        let writer = match mode {
            Mode::Read => {
                let dir = dir.to_owned();
                blocking(move || files::check_reading(&dir)).await?;
                None
            }
            Mode::Daemon { wait } => Some(Self::own(dir.to_owned(), wait).await?),
        };
        let store = Self {
            dir: dir.to_owned(),
            writer,
            readers: Readers::of(files::database(dir)),
            owner: format!("process {}", std::process::id()).into(),
        };
        if store.writer.is_some() {
            store.end_all_leases().await?;
            store.clock_was_ahead().await?;
        }
        Ok(store)
    }

    /// Takes the lock and starts the writer.
    async fn own(dir: PathBuf, wait: Duration) -> Result<Writer, StoreError> {
        files::prepare_directory(&dir)?;
        let lock = lock::acquire(&dir, wait).await?;
        blocking(move || Writer::start(files::open_writing(&dir)?, lock)).await
    }

    /// Says in the lock file where this process takes commands.
    pub fn announce(&self, control: &Path) -> Result<(), StoreError> {
        if self.writer.is_none() {
            return Err(StoreError::ReadOnly);
        }
        lock::announce(&self.dir, control)
    }

    /// A round trip through the writing thread and back, to disk if anything waited.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.write(|connection| connection.query_row("SELECT 1", [], |_| Ok(()))).await
    }

    /// Units that this process has written, and the commits that they were grouped into.
    #[must_use]
    pub fn written(&self) -> (u64, u64) {
        self.writer.as_ref().map_or((0, 0), Writer::written)
    }

    /// Moves the log into the file and empties it.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.checkpoint().await
    }

    /// Ends reading, stores what waits, empties the log, and lets go of the lock. What is asked of
    /// any clone afterwards is answered with [`StoreError::Closed`].
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close().await;
        match &self.writer {
            // It was closed before.
            Some(writer) => match writer.close().await {
                Err(StoreError::Closed) => Ok(()),
                closed => closed,
            },
            None => Ok(()),
        }
    }

    /// One unit of writing.
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> SqlResult<T> + Send + 'static,
    {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.run(work).await
    }

    /// One piece of reading.
    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> SqlResult<T> + Send + 'static,
    {
        self.readers.run(work).await
    }
}

/// Opening reads files and may rewrite much of them.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let task = tokio::task::spawn_blocking(work);
    task.await.map_err(|error| StoreError::Bug(error.to_string()))?
}
