//! Notices that the config file may have changed. Editors and deployments rename over it, so the
//! directory is watched, and for a symbolic link the directories that it leads through. What changed,
//! and whether anything did, is for `reload`.

use anyhow::Result;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// An edit is over when nothing happened for this long: not every editor writes in one step.
const QUIET: Duration = Duration::from_millis(200);
/// In a directory where something always happens, do not wait for longer than this.
const LONGEST: Duration = Duration::from_secs(2);
/// A chain of symbolic links is followed as far as this.
const LINKS: usize = 16;

/// Puts a word into `edits` whenever the file at `path` may have changed, until `cancel`.
pub(super) async fn watch(path: PathBuf, edits: mpsc::Sender<()>, cancel: CancellationToken) {
    if let Err(error) = cancel.run_until_cancelled(follow(path, edits)).await.unwrap_or(Ok(())) {
        tracing::warn!("edits of the config are not noticed, SIGHUP is: {error:#}");
        cancel.cancelled().await;
    }
}

async fn follow(path: PathBuf, edits: mpsc::Sender<()>) -> Result<()> {
    let (sender, mut events) = mpsc::channel(1);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Reading the file is an event too, and we read it.
        if !event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
            // Full means that the same word is waiting already.
            let _ = sender.try_send(());
        }
    })?;
    let mut present = HashSet::new();
    loop {
        rewatch(&mut watcher, &mut present, &path)?;
        // Full means that the same word is waiting already.
        let _ = edits.try_send(());
        if events.recv().await.is_none() {
            return Ok(());
        }
        let longest = Instant::now() + LONGEST;
        let mut quiet = Instant::now() + QUIET;
        while let Ok(Some(())) = timeout_at(quiet.min(longest), events.recv()).await {
            quiet = Instant::now() + QUIET;
            if quiet > longest {
                break;
            }
        }
    }
}

/// Watches the directories that `path` leads through now, and no others. An error means that none of
/// them can be watched.
fn rewatch(
    watcher: &mut RecommendedWatcher,
    present: &mut HashSet<PathBuf>,
    path: &Path,
) -> Result<()> {
    let wanted = directories(path);
    for directory in present.difference(&wanted) {
        // One that was deleted is not watched any more.
        drop(watcher.unwatch(directory));
    }
    present.retain(|directory| wanted.contains(directory));
    let mut failed = None;
    for directory in wanted {
        if present.contains(&directory) {
            continue;
        }
        match watcher.watch(&directory, RecursiveMode::NonRecursive) {
            Ok(()) => drop(present.insert(directory)),
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) if present.is_empty() => Err(error.into()),
        _ => Ok(()),
    }
}

/// The directories, without symbolic links in their own paths, in which a change may make `path` mean
/// another file.
fn directories(path: &Path) -> HashSet<PathBuf> {
    let mut directories = HashSet::new();
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new(".")).to_owned();
        directories.extend(parent.canonicalize());
        match path.read_link() {
            Ok(target) => path = parent.join(target),
            Err(_) => break,
        }
    }
    directories
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_is_watched_where_it_stands_and_where_it_leads() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        // As a cluster mounts a config: the link stays, and the folder behind it is exchanged.
        for version in ["v1", "v2"] {
            fs::create_dir(folder.join(version)).unwrap();
            fs::write(folder.join(version).join("config.toml"), "").unwrap();
        }
        symlink("v1", folder.join("data")).unwrap();
        let config = folder.join("config.toml");
        symlink("data/config.toml", &config).unwrap();
        assert_eq!(directories(&config), HashSet::from([folder.clone(), folder.join("v1")]));
        fs::remove_file(folder.join("data")).unwrap();
        symlink("v2", folder.join("data")).unwrap();
        assert_eq!(directories(&config), HashSet::from([folder.clone(), folder.join("v2")]));
    }
}
