//! Who owns the store: an exclusive lock on `muara.lock`, and in that file who holds it and where it
//! listens. The lock dies with its process; the file stays, since deleting it would let two
//! processes lock two files of one name.

use super::StoreError;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Its name in the state directory.
const NAME: &str = "muara.lock";

/// Even who does not want to wait does for so long: a command that looks whether the lock is held
/// holds it for a moment.
const LEAST_WAIT: Duration = Duration::from_millis(200);

/// How often a waiting process looks again.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Who holds the lock, as far as its file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holder {
    /// Its process.
    pub pid: Option<u32>,
    /// The socket on which it takes commands; `None` while it starts, or when it is a command.
    pub control: Option<PathBuf>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, " by process {pid}; stop it first"),
            None => f.write_str(" by another process; stop it first"),
        }
    }
}

/// Who holds the lock of the store in `dir`; `None` when nobody does. It takes no lock itself.
#[must_use]
pub fn lock_holder(dir: &Path) -> Option<Holder> {
    let path = dir.join(NAME);
    let file = File::open(&path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(read(&path)),
        _ => None,
    }
}

/// Takes the lock, waiting up to `wait` for a command of another process to let go.
pub(super) async fn acquire(dir: &Path, wait: Duration) -> Result<File, StoreError> {
    let path = dir.join(NAME);
    let refused = |error: &io::Error| StoreError::NotWritable {
        path: path.clone(),
        detail: error.to_string(),
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|error| refused(&error))?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(refused(&error)),
            Err(TryLockError::WouldBlock) => {
                let (holder, waited) = (read(&path), began.elapsed());
                // A command lets go soon. A daemon, who says where it takes commands, does not:
                // only one that is just stopping is worth the shortest wait.
                let patience = if holder.control.is_some() { LEAST_WAIT } else { wait };
                if waited >= patience.max(LEAST_WAIT) {
                    return Err(StoreError::Locked(holder));
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
    write(&path, None).map_err(|error| refused(&error))?;
    Ok(file)
}

/// Says in the lock file of `dir` where its holder takes commands. Only the holder may call it.
pub(super) fn announce(dir: &Path, control: &Path) -> Result<(), StoreError> {
    let path = dir.join(NAME);
    write(&path, Some(control))
        .map_err(|error| StoreError::NotWritable { path, detail: error.to_string() })
}

/// Two lines, process and socket. Never truncated first, so that a reader never finds it empty.
fn write(path: &Path, control: Option<&Path>) -> io::Result<()> {
    let mut text = format!("{}\n", std::process::id()).into_bytes();
    if let Some(control) = control {
        text.extend_from_slice(control.as_os_str().as_encoded_bytes());
        text.push(b'\n');
    }
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(&text)?;
    file.set_len(text.len() as u64)
}

fn read(path: &Path) -> Holder {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    Holder {
        pid: lines.next().and_then(|line| line.parse().ok()),
        control: lines.next().filter(|line| !line.is_empty()).map(PathBuf::from),
    }
}
