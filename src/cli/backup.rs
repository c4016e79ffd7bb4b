//! `muara backup` and `muara restore`.

use super::exit::{Exit, Failure};
use super::out::Out;
use crate::app::{self, seeds};
use crate::clock;
use crate::config::Config;
use crate::store::{self, Mode, SqliteStore};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a command waits for the lock of another command.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes a copy of the store to a file, or to a new file in a directory.
pub(super) async fn backup(config: Option<&Path>, to: PathBuf) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let to = if to.is_dir() {
        to.join(format!("muara-{}.db", clock::now().format("%Y%m%dT%H%M%SZ")))
    } else {
        to
    };
    SqliteStore::open(&config.daemon.state, Mode::Read).await?.backup(to.clone()).await?;
    say(&format!("the store is copied to {}", to.display()))
}

/// Puts a backup in the place of the store, or takes ids over from published files.
pub(super) async fn restore(
    config: Option<&Path>,
    file: Option<PathBuf>,
    from: Option<PathBuf>,
) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let state = &config.daemon.state;
    if app::daemon(state).is_some() {
        let message = "the daemon is running; stop it before the store is restored";
        return Err(Failure::new(Exit::Temporary, message));
    }
    if let Some(file) = file {
        let former = store::replace_with(state, &file, PATIENCE).await?;
        let kept = former.map(|path| format!("; the former one is {}", path.display()));
        say(&format!("the store is that of {}{}", file.display(), kept.unwrap_or_default()))?;
    }
    let Some(from) = from else { return Ok(Exit::Ok) };
    let seeds = seeds::read(&from)?;
    if seeds.is_empty() {
        let message = format!("{} holds no published feed of Muara", from.display());
        return Err(Failure::new(Exit::NoInput, message));
    }
    let store = SqliteStore::open(state, Mode::Daemon { wait: PATIENCE }).await?;
    let items = seeds.len();
    let sown = store.seed(seeds, from.display().to_string()).await;
    store.close().await?;
    say(&format!(
        "{items} published items are known, by {} addresses and titles that were not",
        sown?
    ))
}

fn say(message: &str) -> Result<Exit, Failure> {
    let mut out = Out::new();
    out.line(message)?;
    out.flush()?;
    Ok(Exit::Ok)
}
