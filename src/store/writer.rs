//! The one thread that writes. It owns the write connection, puts whatever waits for it into one
//! commit, and answers only when that commit is on disk: one fsync a group instead of one a unit.

use super::StoreError;
use rusqlite::{Connection, Result as SqlResult};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
    written: Arc<Written>,
}

/// What was written since the start.
#[derive(Debug, Default)]
struct Written {
    units: AtomicU64,
    commits: AtomicU64,
}

enum Job {
    Unit(Box<dyn Unit>),
    Checkpoint(Answer<()>),
    Close(Answer<()>),
}

/// Work that is stored whole or not at all.
trait Unit: Send {
    /// Does it; after an error nothing of it is kept.
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError>;
    /// Answers who waits, when the fate of the group's commit is known.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Work<T, F> {
    todo: Option<F>,
    /// `None` until it was done.
    outcome: Option<Result<T, StoreError>>,
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
        let done = catch_unwind(AssertUnwindSafe(|| work(connection)));
        let outcome = match done {
            Ok(result) => result.map_err(|error| StoreError::of(&error)),
            Err(_) => Err(StoreError::Bug("it panicked".to_owned())),
        };
        let judged = outcome.as_ref().map(drop).map_err(Clone::clone);
        self.outcome = Some(outcome);
        judged
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        let answer = commit.and(self.outcome.unwrap_or(Err(StoreError::Closed)));
        // Where nobody waits any more, the unit is stored all the same.
        let _ = self.answer.send(answer);
    }
}

impl Writer {
    /// Starts the thread. It holds `lock` until the connection is closed.
    pub(super) fn start(connection: Connection, lock: File) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let written = Arc::<Written>::default();
        let counted = Arc::clone(&written);
        std::thread::Builder::new()
            .name("muara-store".to_owned())
            .spawn(move || serve(connection, jobs, lock, &counted))
            .map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self { queue, written })
    }

    /// Units that were written since the start, and the commits that they took.
    pub(super) fn written(&self) -> (u64, u64) {
        let Written { units, commits } = &*self.written;
        (units.load(Ordering::Relaxed), commits.load(Ordering::Relaxed))
    }

    /// Does `work` as one unit; answers when it is on disk. Once sent, it is done even if the caller
    /// stops waiting.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> SqlResult<T> + Send + 'static,
    {
        self.send(|answer| Job::Unit(Box::new(Work { todo: Some(work), outcome: None, answer })))
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

/// Works until it is closed or nobody is left who could ask. The lock is let go of after the
/// connection, and before anybody is told that the store is closed.
fn serve(connection: Connection, mut jobs: mpsc::Receiver<Job>, lock: File, written: &Written) {
    let mut closing = None;
    let mut next = jobs.blocking_recv();
    while let Some(job) = next.take() {
        match job {
            Job::Unit(first) => next = commit_group(&connection, first, &mut jobs, written),
            Job::Checkpoint(answer) => drop(answer.send(truncate_log(&connection))),
            Job::Close(answer) => {
                // What was sent before still arrives.
                jobs.close();
                closing.get_or_insert(answer);
            }
        }
        next = next.or_else(|| jobs.blocking_recv());
    }
    let emptied = truncate_log(&connection);
    let closed = connection.close().map_err(|(_, error)| StoreError::of(&error));
    drop(lock);
    if let Some(answer) = closing {
        let _ = answer.send(emptied.and(closed));
    }
}

/// Does `first` and what waits behind it in one transaction. Returns the job that ended the group,
/// when that was not a unit.
fn commit_group(
    connection: &Connection,
    mut first: Box<dyn Unit>,
    jobs: &mut mpsc::Receiver<Job>,
    written: &Written,
) -> Option<Job> {
    let began = Instant::now();
    // The first needs no savepoint, which would cost a copy of each page that it touches.
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE").and_then(|()| first.run(connection))
    {
        roll_back(connection);
        first.answer(Err(error));
        return None;
    }
    let mut done = vec![first];
    let mut gathered = Ok(());
    let mut next = None;
    while gathered.is_ok() && done.len() < GROUP && began.elapsed() < GATHER {
        next = jobs.try_recv().ok();
        let Some(Job::Unit(_)) = next else { break };
        if let Some(Job::Unit(mut unit)) = next.take() {
            gathered = in_savepoint(connection, &mut *unit);
            done.push(unit);
        }
    }
    let fate = gathered.and_then(|()| execute(connection, "COMMIT"));
    if fate.is_err() {
        roll_back(connection);
    } else {
        written.units.fetch_add(done.len() as u64, Ordering::Relaxed);
        written.commits.fetch_add(1, Ordering::Relaxed);
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

/// SQLite may have done it already; where it cannot, the next BEGIN says so.
fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        let _ = execute(connection, "ROLLBACK");
    }
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
