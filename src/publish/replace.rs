//! Replacing a file so that a reader, a crash or a full disk finds the old one or the new one,
//! whole.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// How the names of unfinished files begin.
const UNFINISHED: &str = ".new-";

/// Puts `bytes` into the file at `path`, with the permissions `mode`, and returns when that would
/// survive a power cut. Two calls for one path must not overlap.
pub fn replace_file(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let unfinished = unfinished_beside(path)?;
    let written =
        write_through(&unfinished, bytes, mode).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // It may hold the last blocks of a full disk. The first error is the one worth telling.
        let _ = fs::remove_file(&unfinished);
    }
    written?;
    sync_folder(path)
}

/// Whether a file of this name is the remains of a [`replace_file`] that a crash cut short.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.starts_with(UNFINISHED)
}

/// In the same folder: a rename is atomic only within a file system.
fn unfinished_beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or(ErrorKind::InvalidFilename)?;
    Ok(path.with_file_name(format!("{UNFINISHED}{name}")))
}

fn write_through(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = create(path, mode)?;
    // The umask may have taken bits that were asked for.
    file.set_permissions(Permissions::from_mode(mode))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A file that was not there before: in a folder that others may write to, a waiting link would
/// lead anywhere.
fn create(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    match options.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)
        }
        opened => opened,
    }
}

/// The rename itself is in the folder, which has its own blocks to write.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
