//! The control socket: how commands talk to the daemon that owns the store. One JSON object a line,
//! a command in, events out, the last of them `done` or `error`.

use super::Engine;
use super::change::Change;
use super::operate::{self, Done, Operation};
use super::reload::{Refused, Request};
use crate::model::{PollKind, PollSummary, SourceId};
use crate::pipeline::{PollEvent, Refusal};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The longest path that a unix socket may have, on Linux, less the final NUL.
const LONGEST_PATH: usize = 107;

/// After a command that could not be heard.
const PAUSE: Duration = Duration::from_millis(100);

/// What a command asks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Who is there.
    About,
    /// Polls of some sources, or of all.
    Poll {
        /// Which; `None`: all.
        sources: Option<Vec<String>>,
    },
    /// A reload of the config.
    Reload,
    /// Something that an operator says about entries.
    Operate(Operation),
}

/// What the daemon says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The answer to `About`.
    About {
        /// The daemon's process.
        pid: u32,
        /// Where it serves.
        listen: String,
    },
    /// A requested poll ended.
    Polled(Polled),
    /// A requested poll was not made.
    Refused {
        /// The source.
        source: String,
        /// Why.
        why: String,
    },
    /// What an operator said was done.
    Operated(Done),
    /// The config was reloaded.
    Reloaded(Change),
    /// The config has errors and was not reloaded: the last answer to `Reload`.
    Invalid {
        /// All of them, drawn.
        problems: String,
    },
    /// Everything that was asked is done and published.
    Done,
    /// The command cannot be carried out.
    Error {
        /// Why.
        message: String,
    },
}

/// How a requested poll ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Polled {
    /// The source.
    pub source: String,
    /// `not-modified`, `same-body`, `fetched` or `failed`.
    pub outcome: String,
    /// The class of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What a person should know beside that.
    pub detail: String,
    /// New entries.
    pub new: u32,
    /// Revised entries.
    pub revised: u32,
    /// Items in the document.
    pub items: u32,
}

impl Polled {
    /// A poll's end in words.
    #[must_use]
    pub fn of(source: &SourceId, summary: &PollSummary) -> Self {
        let (class, (new, revised, items)) = match summary.kind {
            PollKind::Failed(class) => (Some(class.word().to_owned()), (0, 0, 0)),
            PollKind::Fetched { new, revised, items } => (None, (new, revised, items)),
            PollKind::NotModified | PollKind::SameBody => (None, (0, 0, 0)),
        };
        Self {
            source: source.to_string(),
            outcome: summary.kind.word().to_owned(),
            class,
            detail: summary.detail.clone(),
            new,
            revised,
            items,
        }
    }
}

impl From<PollEvent> for Event {
    fn from(event: PollEvent) -> Self {
        match event {
            PollEvent::Polled(source, summary) => Self::Polled(Polled::of(&source, &summary)),
            PollEvent::Refused(source, why) => {
                Self::Refused { source: source.to_string(), why: refusal(&why) }
            }
        }
    }
}

fn refusal(why: &Refusal) -> String {
    match why {
        Refusal::NotBefore(at) => {
            format!("its server asks not to be polled before {}", at.format("%F %T UTC"))
        }
        Refusal::Unknown => "config has no such source".to_owned(),
        Refusal::Unrecorded(until) => format!(
            "its last poll was not recorded; it comes due by itself at {}",
            until.format("%F %T UTC")
        ),
        Refusal::Busy => "its domain was busy for too long; it comes due by itself".to_owned(),
        Refusal::Broken => "the poll failed inside; see the log".to_owned(),
    }
}

/// Where the socket goes: beside the state unless its path is too long for a socket.
#[must_use]
pub fn socket_path(state: &Path) -> PathBuf {
    let runtime = std::env::var_os("RUNTIME_DIRECTORY").map(PathBuf::from);
    let beside = runtime.as_deref().unwrap_or(state).join("control.sock");
    if beside.as_os_str().len() <= LONGEST_PATH {
        return beside;
    }
    std::env::temp_dir().join(format!("muara-{}.sock", std::process::id()))
}

/// Binds the socket. The store's lock is held, so a socket that is there already is a dead daemon's.
pub fn bind(path: &Path) -> Result<UnixListener> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)
        .with_context(|| format!("the control socket {} cannot be bound", path.display()))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// What commands are answered with.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The pipeline.
    pub engine: Engine,
    /// To the reloader.
    pub reloads: mpsc::Sender<Request>,
    /// Where the daemon serves.
    pub listen: String,
}

/// Serves commands until `cancel`; those under way are dropped then.
pub async fn serve(listener: UnixListener, desk: Desk, cancel: CancellationToken) -> Result<()> {
    let tracker = TaskTracker::new();
    loop {
        let stream = tokio::select! {
            () = cancel.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Without file descriptors, say; that passes, and trying at once would only spin.
                    tracing::warn!("a command could not be heard: {error}");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
        };
        let (desk, cancel) = (desk.clone(), cancel.clone());
        tracker.spawn(async move {
            tokio::select! {
                () = cancel.cancelled() => {}
                answered = answer(stream, &desk) => {
                    if let Err(error) = answered {
                        tracing::debug!("a command went away: {error:#}");
                    }
                }
            }
        });
    }
    tracker.close();
    tracker.wait().await;
    Ok(())
}

async fn answer(stream: UnixStream, desk: &Desk) -> Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut line = String::new();
    BufReader::new(reader).read_line(&mut line).await?;
    let last = match serde_json::from_str(&line) {
        Ok(Command::About) => {
            Ok(Event::About { pid: std::process::id(), listen: desk.listen.clone() })
        }
        Ok(Command::Poll { sources }) => poll(&desk.engine, sources, &mut writer).await,
        Ok(Command::Reload) => reload(desk, &mut writer).await,
        Ok(Command::Operate(operation)) => operated(&desk.engine, operation, &mut writer).await,
        Err(error) => Ok(Event::Error { message: format!("not a command: {error}") }),
    };
    let last = last.unwrap_or_else(|error| Event::Error { message: format!("{error:#}") });
    say(&mut writer, &last).await
}

/// Gives the last event; it ends when new topics hold what is stored and everything is rendered.
async fn reload(desk: &Desk, writer: &mut (impl AsyncWriteExt + Unpin)) -> Result<Event> {
    let (asker, answer) = oneshot::channel();
    desk.reloads.send(asker).await.context("the reloader is gone")?;
    match answer.await.context("the reloader is gone")? {
        Ok(change) => say(writer, &Event::Reloaded(change)).await?,
        Err(Refused::Invalid(problems)) => {
            return Ok(Event::Invalid { problems: problems.to_string() });
        }
        Err(Refused::Failed(error)) => return Err(error),
    }
    desk.engine.settled().await?;
    Ok(Event::Done)
}

/// Gives the last event; it ends when outputs are as the operator said.
async fn operated(
    engine: &Engine,
    operation: Operation,
    writer: &mut (impl AsyncWriteExt + Unpin),
) -> Result<Event> {
    let done = operate::here(&engine.shared, operation).await?;
    say(writer, &Event::Operated(done)).await?;
    engine.settled().await?;
    Ok(Event::Done)
}

async fn poll(
    engine: &Engine,
    sources: Option<Vec<String>>,
    writer: &mut (impl AsyncWriteExt + Unpin),
) -> Result<Event> {
    let ids = sources.map(|names| names.iter().map(|name| name.parse()).collect());
    let mut events = engine.poll(ids.transpose()?).await?;
    while let Some(event) = events.recv().await {
        say(writer, &event.into()).await?;
    }
    engine.settled().await?;
    Ok(Event::Done)
}

async fn say(writer: &mut (impl AsyncWriteExt + Unpin), event: &Event) -> Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    Ok(writer.write_all(&line).await?)
}

/// Sends `command` to the daemon at `socket` and hands its events to `on_event`, up to the last.
pub async fn ask(
    socket: &Path,
    command: &Command,
    mut on_event: impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    let stream = UnixStream::connect(socket)
        .await
        .with_context(|| format!("the daemon does not answer at {}", socket.display()))?;
    let (reader, mut writer) = stream.into_split();
    let mut line = serde_json::to_vec(command)?;
    line.push(b'\n');
    writer.write_all(&line).await?;
    let mut lines = BufReader::new(reader).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Event::Done => return Ok(()),
            Event::Error { message } => bail!(message),
            last @ (Event::About { .. } | Event::Invalid { .. }) => return on_event(last),
            event => on_event(event)?,
        }
    }
    let away = "the daemon went away before it was done";
    Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, away).into())
}
