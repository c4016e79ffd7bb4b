//! Keeps the current renditions: for HTTP, as files for the next start, and as files for a web
//! server.
//!
//! What is rendered is written in one atomic step, compressed when it is first asked for, and
//! served from then on without asking the store; `delta` says what came in since, `archive` keeps what
//! fell out. Blocking throughout; when to render, and answering requests, is for others.

mod archive;
mod delta;
mod encoding;
mod files;
mod kept;
mod replace;
mod shelf;
mod shelved;
mod stamp;
#[cfg(test)]
mod tests;

pub use archive::Archive;
pub use delta::Since;
pub use encoding::Encoding;
pub use files::Files;
pub use replace::replace_file;
pub use shelf::Shelf;
pub use shelved::Shelved;
pub use stamp::Stamp;

use std::io;
use std::path::{Path, PathBuf};

/// A file of the shelf could not be read or written; what was on the shelf stays as it was.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}: {source}", path.display())]
pub struct PublishError {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl PublishError {
    fn when(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { doing, path, source }
    }

    /// Whether the file is to blame, not the moment: then trying again would not help.
    fn is_damage(&self) -> bool {
        use io::ErrorKind::{InvalidData, NotFound, UnexpectedEof};
        matches!(self.source.kind(), InvalidData | NotFound | UnexpectedEof)
    }
}
