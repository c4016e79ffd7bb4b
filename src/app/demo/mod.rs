//! The demo: the real daemon in a temporary folder, polling an origin on loopback that plays recorded
//! feeds. What it says to the person who watches is the command's part; reading, deciding and
//! publishing are what they always are.

mod embedded;
mod error;
mod origin;
mod recording;
mod settings;
mod stage;

pub use error::DemoError;

use super::daemon;
use crate::config::Config;
use crate::http::Listener;
use recording::Recording;
use stage::Stage;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// What the person who starts a demo may choose.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// A folder of recordings to play in place of our own.
    pub feeds: Option<PathBuf>,
    /// Where to serve; port 0 takes one that is free.
    pub listen: SocketAddr,
    /// The time between two new versions.
    pub pace: Duration,
}

/// A demo that is ready to run. Its sockets are open: whoever connects waits until it runs.
#[derive(Debug)]
pub struct Demo {
    config: Config,
    stage: Arc<Stage>,
    origin: TcpListener,
    listener: Listener,
    pace: Duration,
    folder: TempDir,
}

impl Demo {
    /// Opens the sockets, makes the folder and writes the config.
    pub async fn prepare(wishes: &Wishes) -> Result<Self, DemoError> {
        let recordings = match &wishes.feeds {
            Some(folder) => Recording::read_all(folder)?,
            None => Recording::embedded()?,
        };
        let (listener, listen) = bind(wishes.listen).await?;
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (origin, address) = bind(loopback).await?;
        let folder = tempfile::Builder::new().prefix("muara-demo-").tempdir()?;
        let text = settings::Settings {
            state: folder.path().join("state"),
            listen,
            origin: address,
            with_everything: wishes.feeds.is_some(),
        }
        .text(&recordings)?;
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text)?;
        let config = Config::load(&path)?;
        let stage = Arc::new(Stage::new(recordings, crate::clock::now()));
        let (listener, pace) = (listener.into(), wishes.pace);
        Ok(Self { config, stage, origin, listener, pace, folder })
    }

    /// The config that the daemon will run with; `path` leads other commands to it.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The folder that holds everything, and goes when the demo ends.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs until SIGTERM or SIGINT, then removes the folder.
    pub async fn run(self) -> anyhow::Result<()> {
        let ran = tokio::select! {
            ran = daemon::run_on(self.config, Some(self.listener)) => ran,
            ended = origin::serve(self.origin, Arc::clone(&self.stage)) => {
                Err(anyhow::anyhow!("the recorded feeds are no longer served: {ended:?}"))
            }
            never = stage::play(&self.stage, self.pace) => match never {},
        };
        self.folder.close()?;
        ran
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), DemoError> {
    let listen = async || -> io::Result<_> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listen().await.map_err(|error| DemoError::Listen { address, error })
}
