//! Polls on request: through the daemon that owns the store, or, when none runs, in this process.

use super::Engine;
use super::control::{self, Command, Event};
use crate::config::Config;
use crate::model::SourceId;
use crate::pipeline::Tasks;
use crate::store::{self, Holder, Mode, SqliteStore, StoreError};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long a command waits for the lock of another command.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Polls `sources` (all when `None`), whatever is due, and returns when what came is published.
/// `on_event` hears how each poll went.
pub async fn poll(
    config: Config,
    sources: Option<Vec<SourceId>>,
    mut on_event: impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    if let Some(socket) = daemon(&config.daemon.state) {
        return through(&socket, sources, on_event).await;
    }
    let opened = SqliteStore::open(&config.daemon.state, Mode::Daemon { wait: PATIENCE }).await;
    let store = match opened {
        // A daemon may have started meanwhile.
        Err(StoreError::Locked(Holder { control: Some(socket), .. })) => {
            return through(&socket, sources, on_event).await;
        }
        opened => opened?,
    };
    let closing = store.clone();
    let polled = here(config, store, sources, &mut on_event).await;
    closing.close().await?;
    polled
}

/// The control socket of the daemon that owns the store at `state`, when one runs.
#[must_use]
pub fn daemon(state: &Path) -> Option<PathBuf> {
    store::lock_holder(state)?.control
}

async fn through(
    socket: &Path,
    sources: Option<Vec<SourceId>>,
    on_event: impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    let sources = sources.map(|ids| ids.iter().map(ToString::to_string).collect());
    control::ask(socket, &Command::Poll { sources }, on_event).await
}

async fn here(
    config: Config,
    store: SqliteStore,
    sources: Option<Vec<SourceId>>,
    on_event: &mut impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    let (engine, ends) = Engine::build(config, store).await?;
    let (cancel, mut tasks) = (CancellationToken::new(), Tasks::default());
    engine.start(ends, &mut tasks, &cancel, false);
    let work = async {
        let mut events = engine.poll(sources).await?;
        while let Some(event) = events.recv().await {
            on_event(event.into())?;
        }
        engine.settled().await
    };
    let supervised = tasks.supervise(cancel.clone(), PATIENCE);
    tokio::pin!(supervised);
    let worked = tokio::select! {
        worked = work => worked,
        ended = &mut supervised => return ended.context("the pipeline stopped"),
    };
    cancel.cancel();
    supervised.await?;
    worked
}
