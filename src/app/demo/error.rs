//! Why a demo cannot begin.

use crate::config::Problems;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a demo cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The address is taken or not ours.
    #[error(
        "cannot listen on {address}: {error}; `--listen 127.0.0.1:0` takes a port that is free"
    )]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// The recordings cannot be read.
    #[error("the recordings in {} cannot be read: {error}", folder.display())]
    Unreadable {
        /// Where they should be.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// There is nothing to play.
    #[error("there are no feeds in {}", .0.display())]
    Empty(PathBuf),
    /// Two recordings would be the same source.
    #[error("{first} and {second} would both be the source `{id}`: rename one of them")]
    SameId {
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// What both would be called.
        id: String,
    },
    /// The config that was made of all this does not hold; for our own recordings a bug.
    #[error("{0}")]
    Config(#[from] Problems),
    /// The example config is no TOML: a bug.
    #[error("the example config cannot be used: {0}")]
    Example(String),
    /// The temporary folder cannot be made or written to.
    #[error("the temporary folder cannot be used: {0}")]
    Folder(#[from] io::Error),
}
