//! A few connections that only read, used on blocking threads. Each piece of work sees one state of
//! the store from its first statement to its last.

use super::{StoreError, files};
use rusqlite::{Connection, Result as SqlResult};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Connections at most: reading is a matter of microseconds, and each has a cache of 4 MiB.
const CONNECTIONS: u32 = 4;

/// Connections for reading. They are opened when first needed.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Readers of the file at `path`.
    pub(super) fn of(path: PathBuf) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(CONNECTIONS as usize));
        Arc::new(Self { path, permits, idle: Mutex::default() })
    }

    /// Does `work` on a blocking thread.
    pub(super) async fn run<T, F>(self: &Arc<Self>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> SqlResult<T> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| StoreError::Closed)?;
        let readers = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let outcome = readers.run_here(work);
            drop(permit);
            outcome
        });
        task.await.map_err(|error| StoreError::Bug(error.to_string()))?
    }

    /// Waits for work under way and closes the connections; later calls answer `Closed`.
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(CONNECTIONS).await;
        self.permits.close();
        self.idle().clear();
        drop(all);
    }

    fn run_here<T>(&self, work: impl FnOnce(&Connection) -> SqlResult<T>) -> Result<T, StoreError> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => files::connect_reading(&self.path)?,
        };
        let outcome = in_one_state(&connection, work).map_err(|error| StoreError::of(&error))?;
        self.idle().push(connection);
        Ok(outcome)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One read transaction: consistent, and cheaper than a lock of the log for each statement.
fn in_one_state<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> SqlResult<T>,
) -> SqlResult<T> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let outcome = work(connection)?;
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(outcome)
}
