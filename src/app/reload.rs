//! Another config while the daemon runs: on SIGHUP, when the file changes, on request. It is checked
//! first; with anything wrong everything stays as it was, and the log and the service manager hear why.

use super::change::{self, Change};
use super::{Engine, watch};
use crate::config::{Config, Problems};
use crate::pipeline::Plan;
use crate::systemd;
use anyhow::anyhow;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::signal::unix::Signal;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// A file is read when two looks at it, this far from each other, see the same.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// A file that never stays the same is read all the same after so many looks.
const LOOKS: usize = 40;

/// Why a reload did not take place.
#[derive(Debug)]
pub enum Refused {
    /// The config has errors.
    Invalid(Problems),
    /// It cannot be carried out now.
    Failed(anyhow::Error),
}

/// Somebody who asks for a reload and waits for what comes of it.
pub type Request = oneshot::Sender<Result<Change, Refused>>;

/// The config file as it was read.
pub(super) struct Reading {
    path: PathBuf,
    /// `None` while there is no such file.
    content: Option<blake3::Hash>,
}

impl Reading {
    /// The file at `path` as it is now.
    pub(super) fn of(path: &Path) -> Self {
        let content = std::fs::read(path).ok().map(|bytes| blake3::hash(&bytes));
        Self { path: path.to_owned(), content }
    }

    /// The file at `path` once nobody seems to be writing it: not every editor writes in one step, and
    /// half a config would take away the feeds of the other half.
    async fn settled(path: &Path) -> Self {
        let mut reading = Self::of(path);
        for _ in 0..LOOKS {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            let before = std::mem::replace(&mut reading, Self::of(path));
            if before.content == reading.content {
                break;
            }
        }
        reading
    }
}

/// The one task that reloads.
pub(super) struct Reloader {
    pub(super) engine: Engine,
    /// The file as the config in force, or the last that was refused, was read from it.
    pub(super) reading: Reading,
    pub(super) hangup: Signal,
    pub(super) requests: mpsc::Receiver<Request>,
}

impl Reloader {
    /// Works until `cancel`.
    pub(super) async fn run(mut self, cancel: CancellationToken) {
        let (sender, mut edits) = mpsc::channel(1);
        let watching = watch::watch(self.reading.path.clone(), sender, cancel.clone());
        tokio::pin!(watching);
        loop {
            tokio::select! {
                () = cancel.cancelled() => break,
                () = &mut watching => break,
                Some(()) = edits.recv() => self.look().await,
                _ = self.hangup.recv() => drop(self.reload().await),
                Some(asker) = self.requests.recv() => {
                    // Whoever asked may have stopped waiting.
                    drop(asker.send(self.reload().await));
                }
            }
        }
    }

    /// Reloads if the file holds something else than before. A file that is not there is about to come
    /// back: some editors remove it first.
    async fn look(&mut self) {
        let now = Reading::of(&self.reading.path);
        if now.content.is_some() && now.content != self.reading.content {
            drop(self.reload().await);
        }
    }

    async fn reload(&mut self) -> Result<Change, Refused> {
        systemd::reloading();
        let reloaded = self.try_reload().await;
        let plan = self.engine.shared.plan();
        match &reloaded {
            Ok(change) => {
                tracing::info!("config reloaded: {change}");
                for key in &change.kept {
                    tracing::warn!("`{key}` holds from the next start on; until then it stays");
                }
                systemd::ready(&status(&plan));
            }
            Err(refused) => {
                let why = refused.brief();
                tracing::error!("config not reloaded, everything stays as it was: {why}");
                systemd::ready(&format!("config not reloaded: {why}; {}", status(&plan)));
            }
        }
        reloaded
    }

    async fn try_reload(&mut self) -> Result<Change, Refused> {
        // Before it is read for good: what is written meanwhile counts as another edit.
        self.reading = Reading::settled(&self.reading.path).await;
        let path = self.reading.path.clone();
        let loaded = tokio::task::spawn_blocking(move || Config::load(&path)).await;
        let loaded = loaded.map_err(|error| Refused::Failed(error.into()))?;
        let mut config = loaded.map_err(Refused::Invalid)?;
        let running = self.engine.shared.plan();
        if is_void(&config) && !is_void(&running.config) {
            return Err(Refused::Failed(anyhow!(
                "{} names no source and no topic, as if it were cut short; if that is meant, restart",
                config.path.display()
            )));
        }
        let kept = change::keep(&mut config, &running.config);
        self.engine.replan(config, kept).await.map_err(Refused::Failed)
    }
}

/// What a file looks like that was emptied to be written anew. Taken at its word, it would tell every
/// subscriber that all feeds are gone.
fn is_void(config: &Config) -> bool {
    config.sources.is_empty() && config.topics.is_empty()
}

impl Refused {
    /// The first reason, in one line.
    fn brief(&self) -> String {
        match self {
            Self::Invalid(problems) => problems.brief(),
            Self::Failed(error) => format!("{error:#}"),
        }
    }
}

/// What the daemon works on, for `systemctl status`.
pub(super) fn status(plan: &Plan) -> String {
    format!("{} sources, {} topics", plan.config.sources.len(), plan.config.topics.len())
}
