//! Replacing the config file: whole or not at all, with the owner and the permissions it had, and only
//! while it holds what was read.

use super::EditError;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::Path;

/// Puts `new` into the file at `path` if it still holds `old`.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), EditError> {
    match try_replace(path, old, new) {
        Ok(true) => Ok(()),
        Ok(false) => Err(EditError::Changed(path.to_owned())),
        Err(error) => Err(EditError::Io { path: path.to_owned(), error }),
    }
}

/// Whether it was replaced.
fn try_replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<bool> {
    // Where the config is a link, what it leads to is replaced and not the link.
    let path = fs::canonicalize(path)?;
    let file = File::open(&path)?;
    let before = file.metadata()?;
    // Of two commands at once the second finds that the file has changed.
    file.lock()?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".{name}.new"));
    let replaced = write_through(&unfinished, new, &before).and_then(|()| {
        let is_same = fs::read(&path)? == old;
        if is_same {
            fs::rename(&unfinished, &path)?;
        }
        Ok(is_same)
    });
    if !matches!(replaced, Ok(true)) {
        // The first error is the one worth telling.
        let _ = fs::remove_file(&unfinished);
    }
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    replaced
}

/// A file that a crash left behind is in nobody's way.
fn write_through(path: &Path, bytes: &[u8], like: &Metadata) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        fs::remove_file(path)?;
    }
    // Never wider open than the file that it becomes, which may be for one group alone.
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let made = file.metadata()?;
    if (made.uid(), made.gid()) != (like.uid(), like.gid()) {
        chown(path, Some(like.uid()), Some(like.gid()))?;
    }
    file.set_permissions(like.permissions())?;
    file.write_all(bytes)?;
    file.sync_all()
}
