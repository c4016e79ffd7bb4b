//! One supervised set of named tasks: one that ends before shutdown ends the daemon.

use crate::store::StoreError;
use crate::systemd;
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// How long a task waits before it tries again what the disk did not let it do.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets a failure of the disk pass: says it, and waits before the next try. Other failures are not
/// for waiting.
pub(super) async fn let_pass(
    failed: StoreError,
    cancel: &CancellationToken,
) -> Result<(), StoreError> {
    if !failed.is_passing() {
        return Err(failed);
    }
    tracing::error!("{failed}; trying again in {PATIENCE:?}");
    systemd::status(&format!("waiting for the disk: {failed}"));
    // Whether it was the wait or the cancel that ended, the caller's loop goes on and sees.
    let _ = tokio::time::timeout(PATIENCE, cancel.cancelled()).await;
    Ok(())
}

/// How a task ends.
pub type TaskResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Why the daemon cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TasksError {
    /// A task failed.
    #[error("the {name} failed")]
    Failed {
        /// Which.
        name: &'static str,
        /// Why.
        #[source]
        error: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A task ended although nobody asked it to.
    #[error("the {0} ended by itself; this is a bug")]
    Ended(&'static str),
    /// A task panicked.
    #[error("the {name} panicked: {error}; this is a bug")]
    Panicked {
        /// Which.
        name: &'static str,
        /// What it said.
        error: JoinError,
    },
}

/// The set.
#[derive(Debug, Default)]
pub struct Tasks {
    set: JoinSet<TaskResult>,
    names: HashMap<Id, &'static str>,
}

impl Tasks {
    /// Starts a task.
    pub fn start<F>(&mut self, name: &'static str, task: F)
    where
        F: Future<Output = TaskResult> + Send + 'static,
    {
        let handle = self.set.spawn(task);
        self.names.insert(handle.id(), name);
    }

    /// Waits until `cancel` is called and all tasks have ended, or until the first one ends before
    /// that; then cancels the others and waits for them. Tasks that go on for longer than `grace`
    /// after the cancel are dropped: what they had not recorded will be done again. How the first
    /// one ended is the verdict all the same.
    pub async fn supervise(
        mut self,
        cancel: CancellationToken,
        grace: Duration,
    ) -> Result<(), TasksError> {
        let mut verdict = Ok(());
        let deadline = async {
            cancel.cancelled().await;
            tokio::time::sleep(grace).await;
        };
        tokio::pin!(deadline);
        loop {
            let ended = tokio::select! {
                Some(ended) = self.set.join_next_with_id() => ended,
                () = &mut deadline, if !self.set.is_empty() => {
                    tracing::warn!("tasks did not end within {grace:?} and were dropped");
                    break;
                }
                else => break,
            };
            let stopping = cancel.is_cancelled();
            let result = self.judge(ended, stopping);
            if result.is_err() {
                cancel.cancel();
                if verdict.is_ok() {
                    verdict = result;
                }
            }
        }
        verdict
    }

    fn judge(
        &self,
        ended: Result<(Id, TaskResult), JoinError>,
        stopping: bool,
    ) -> Result<(), TasksError> {
        let name = |id: Id| self.names.get(&id).copied().unwrap_or("task");
        match ended {
            Ok((_, Ok(()))) if stopping => Ok(()),
            Ok((id, Ok(()))) => Err(TasksError::Ended(name(id))),
            Ok((id, Err(error))) => Err(TasksError::Failed { name: name(id), error }),
            Err(error) => Err(TasksError::Panicked { name: name(error.id()), error }),
        }
    }
}

/// Runs what takes long where it holds nobody up.
pub(super) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done),
        // Not to be caught: the daemon must not run on without knowing what went wrong.
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_ends_by_itself_ends_the_set() {
        let cancel = CancellationToken::new();
        let mut tasks = Tasks::default();
        let others = cancel.clone();
        tasks.start("waiter", async move {
            others.cancelled().await;
            Ok(())
        });
        tasks.start("quitter", async { Ok(()) });
        let error = tasks.supervise(cancel.clone(), PATIENCE).await.unwrap_err();
        assert!(matches!(error, TasksError::Ended("quitter")), "{error}");
        assert!(cancel.is_cancelled());
    }

    #[tokio::test]
    async fn tasks_that_end_when_asked_end_well() {
        let cancel = CancellationToken::new();
        let mut tasks = Tasks::default();
        let asked = cancel.clone();
        tasks.start("waiter", async move {
            asked.cancelled().await;
            Ok(())
        });
        cancel.cancel();
        tasks.supervise(cancel, PATIENCE).await.unwrap();
    }

    #[tokio::test]
    async fn a_failure_is_told_even_when_another_task_does_not_end() {
        let cancel = CancellationToken::new();
        let mut tasks = Tasks::default();
        tasks.start("sleeper", std::future::pending());
        tasks.start("sequencer", async { Err("out of numbers".into()) });
        let error = tasks.supervise(cancel, Duration::from_millis(1)).await.unwrap_err();
        assert!(matches!(error, TasksError::Failed { name: "sequencer", .. }), "{error}");
    }
}
