//! `muara backup` and `muara restore`.

use super::exit::{Exit, Failure};
use super::out::Out;
use crate::app::{self, seeds};
use crate::clock;
use crate::config::Config;
use crate::store::{self, Mode, SqliteStore};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a command waits for the lock of another command.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Serialize)]
struct BackedUp {
    backup: PathBuf,
}

/// What a restore did.
#[derive(Serialize, Default)]
struct Restored {
    /// The backup that is the store now.
    backup: Option<PathBuf>,
    /// Where the store is that was there before.
    former_store: Option<PathBuf>,
    /// Published items whose ids are known now.
    items: usize,
    /// Addresses and titles that stand for one of them, and did not before.
    names: usize,
}

/// Writes a copy of the store to a file, or to a new file in a directory.
pub(super) async fn backup(
    config: Option<&Path>,
    to: PathBuf,
    json: bool,
) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let backup = if to.is_dir() {
        to.join(format!("muara-{}.db", clock::now().format("%Y%m%dT%H%M%SZ")))
    } else {
        to
    };
    SqliteStore::open(&config.daemon.state, Mode::Read).await?.backup(backup.clone()).await?;
    let message = format!("the store is copied to {}", backup.display());
    say(&[message], &BackedUp { backup }, json)
}

/// Puts a backup in the place of the store, takes ids over from published files, or both.
pub(super) async fn restore(
    config: Option<&Path>,
    (file, from): (Option<PathBuf>, Option<PathBuf>),
    json: bool,
) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let state = &config.daemon.state;
    if app::daemon(state).is_some() {
        let message = "the daemon is running; stop it before the store is restored";
        return Err(Failure::new(Exit::Temporary, message));
    }
    let (mut restored, mut messages) = (Restored::default(), Vec::new());
    if let Some(file) = file {
        restored.former_store = store::replace_with(state, &file, PATIENCE).await?;
        let former = restored.former_store.as_ref();
        let kept = former.map(|path| format!("; the former one is {}", path.display()));
        let kept = kept.unwrap_or_default();
        messages.push(format!("the store is that of {}{kept}", file.display()));
        restored.backup = Some(file);
    }
    if let Some(from) = from {
        (restored.items, restored.names) = seed(state, &from).await?;
        messages.push(format!(
            "{} published items are known, by {} addresses and titles that were not",
            restored.items, restored.names
        ));
    }
    say(&messages, &restored, json)
}

/// Takes over the ids that the feeds in `from` show: how many items, and how many names that are new.
async fn seed(state: &Path, from: &Path) -> Result<(usize, usize), Failure> {
    let seeds = seeds::read(from)?;
    if seeds.is_empty() {
        let message = format!("{} holds no published feed of Muara", from.display());
        return Err(Failure::new(Exit::NoInput, message));
    }
    let store = SqliteStore::open(state, Mode::Daemon { wait: PATIENCE }).await?;
    let items = seeds.len();
    let sown = store.seed(seeds, from.display().to_string()).await;
    store.close().await?;
    Ok((items, sown?))
}

fn say(messages: &[String], value: &impl Serialize, json: bool) -> Result<Exit, Failure> {
    let mut out = Out::new();
    if json {
        out.json(value)?;
    } else {
        messages.iter().try_for_each(|message| out.line(message))?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}
