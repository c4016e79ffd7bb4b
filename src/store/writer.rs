//! The one thread that writes. It owns the write connection, puts whatever waits for it into one
//! commit, and answers only when that commit is on disk: one fsync a group instead of one a unit.

use super::StoreError;
use rusqlite::{Connection, Result as SqlResult};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Units that may wait; who comes then waits too.
const QUEUE: usize = 256;
/// The most units of one commit, and the longest time to gather them: nobody waits for the units of
/// others for ever.
const GROUP: usize = 128;
const GATHER: Duration = Duration::from_millis(50);

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// The way to the writing thread.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
}

enum Job {
    Unit(Box<dyn Unit>),
    Checkpoint(Answer<()>),
    Close(Answer<()>),
}

/// Work that is stored whole or not at all.
trait Unit: Send {
    /// Does it, within a savepoint; after an error nothing of it is kept.
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError>;
    /// Answers who waits, when the fate of the group's commit is known.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Work<T, F> {
    todo: Option<F>,
    outcome: Result<T, StoreError>,
    answer: Answer<T>,
}

impl<T, F> Unit for Work<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> SqlResult<T> + Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let Some(work) = self.todo.take() else { return Ok(()) };
        // The state behind the reference is SQLite's, and the savepoint puts that back.
        self.outcome = match catch_unwind(AssertUnwindSafe(|| work(connection))) {
            Ok(result) => result.map_err(|error| StoreError::of(&error)),
            Err(_) => Err(StoreError::Bug("it panicked".to_owned())),
        };
        self.outcome.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        // Nobody waits any more: the unit is stored all the same.
        let _ = self.answer.send(self.outcome.and_then(|value| commit.map(|()| value)));
    }
}

impl Writer {
    /// Starts the thread. It holds `lock` until the connection is closed.
    pub(super) fn start(connection: Connection, lock: File) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("muara-store".to_owned())
            .spawn(move || serve(connection, jobs, &lock))
            .map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self { queue })
    }

    /// Does `work` as one unit; answers when it is on disk. Once sent, it is done even if the caller
    /// stops waiting.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> SqlResult<T> + Send + 'static,
    {
        let pending = Err(StoreError::Closed);
        self.send(|answer| Job::Unit(Box::new(Work { todo: Some(work), outcome: pending, answer })))
            .await
    }

    /// Moves the log into the file and empties it.
    pub(super) async fn checkpoint(&self) -> Result<(), StoreError> {
        self.send(Job::Checkpoint).await
    }

    /// Does what waits, empties the log, closes the file and lets go of the lock.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.send(Job::Close).await
    }

    async fn send<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, StoreError> {
        let (answer, outcome) = oneshot::channel();
        self.queue.send(job(answer)).await.map_err(|_| StoreError::Closed)?;
        outcome.await.map_err(|_| StoreError::Closed)?
    }
}

/// Works until it is closed or nobody is left who could ask. `_lock` is let go of only after the
/// connection.
fn serve(connection: Connection, mut jobs: mpsc::Receiver<Job>, _lock: &File) {
    let mut closing = None;
    while let Some(mut job) = jobs.blocking_recv() {
        loop {
            match job {
                Job::Unit(first) => match commit_group(&connection, first, &mut jobs) {
                    Some(next) => {
                        job = next;
                        continue;
                    }
                    None => break,
                },
                Job::Checkpoint(answer) => drop(answer.send(truncate_log(&connection))),
                Job::Close(answer) => {
                    // What was sent before still arrives.
                    jobs.close();
                    closing.get_or_insert(answer);
                }
            }
            break;
        }
    }
    let emptied = truncate_log(&connection);
    let closed = connection.close().map_err(|(_, error)| StoreError::of(&error));
    if let Some(answer) = closing {
        let _ = answer.send(emptied.and(closed));
    }
}

/// Does `first` and what waits behind it in one transaction. Returns the job that ended the group,
/// when that was not a unit.
fn commit_group(
    connection: &Connection,
    first: Box<dyn Unit>,
    jobs: &mut mpsc::Receiver<Job>,
) -> Option<Job> {
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
        first.answer(Err(error));
        return None;
    }
    let began = Instant::now();
    let mut done = Vec::new();
    let mut next = Some(Job::Unit(first));
    let mut gathered = Ok(());
    while let Some(Job::Unit(mut unit)) = next {
        gathered = in_savepoint(connection, &mut *unit);
        done.push(unit);
        let room = gathered.is_ok() && done.len() < GROUP && began.elapsed() < GATHER;
        next = if room { jobs.try_recv().ok() } else { None };
    }
    let fate = gathered.and_then(|()| execute(connection, "COMMIT"));
    if fate.is_err() && !connection.is_autocommit() {
        let _ = execute(connection, "ROLLBACK");
    }
    for unit in done {
        unit.answer(fate.clone());
    }
    next
}

/// Does one unit so that it can fail alone. An error is the whole group's: a full or failing disk
/// makes SQLite roll the transaction back.
fn in_savepoint(connection: &Connection, unit: &mut dyn Unit) -> Result<(), StoreError> {
    execute(connection, "SAVEPOINT unit")?;
    if let Err(error) = unit.run(connection) {
        if connection.is_autocommit() {
            return Err(error);
        }
        execute(connection, "ROLLBACK TO unit")?;
    }
    execute(connection, "RELEASE unit")
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let done = connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    done.map(drop).map_err(|error| StoreError::of(&error))
}

/// A reader that still looks at an old state keeps some of the log; that is no failure.
fn truncate_log(connection: &Connection) -> Result<(), StoreError> {
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(|error| StoreError::of(&error))
}
