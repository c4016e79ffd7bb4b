//! What operators say about entries: hidden, one story, not one story, released. Through the daemon that
//! owns the store, or, when none runs, under the store's lock. Nothing is published here: the daemon
//! does that, now or when it starts.

use super::control::{self, Command, Event};
use super::polls::PATIENCE;
use crate::config::Config;
use crate::link;
use crate::model::{EntryId, SourceId};
use crate::pipeline::Shared;
use crate::store::{Holder, Merged, Mode, Parted, Release, SqliteStore, StoreError, Subject};
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::sync::atomic::Ordering;
use url::Url;
use uuid::Uuid;

/// What is to be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "kebab-case")]
pub enum Operation {
    /// Take out for good.
    Hide {
        /// An id or an address.
        what: String,
    },
    /// Two entries tell the same story.
    Merge {
        /// An id or an address.
        one: String,
        /// Another.
        other: String,
    },
    /// An entry does not tell the story that it stands in.
    Split {
        /// An id or an address.
        what: String,
    },
    /// What is held back of a source goes on, or is dropped.
    Release {
        /// Which.
        source: String,
        /// Whether it is dropped.
        drop: bool,
    },
}

/// What was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    /// In words.
    pub message: String,
    /// Entries that it concerns, by number.
    pub entries: Vec<i64>,
    /// How many items or entries changed.
    pub changed: usize,
}

impl Done {
    fn new(message: String, entries: &[EntryId], changed: usize) -> Self {
        Self { message, entries: entries.iter().map(|entry| entry.0).collect(), changed }
    }
}

/// Does `operation`, in the daemon or here.
pub async fn operate(config: &Config, operation: Operation) -> Result<Done> {
    let state = &config.daemon.state;
    if let Some(socket) = super::daemon(state) {
        return through(&socket, operation).await;
    }
    let store = match SqliteStore::open(state, Mode::Daemon { wait: PATIENCE }).await {
        // A daemon may have started meanwhile.
        Err(StoreError::Locked(Holder { control: Some(socket), .. })) => {
            return through(&socket, operation).await;
        }
        opened => opened?,
    };
    let done = carry_out(&store, operation).await;
    store.close().await?;
    done
}

async fn through(socket: &std::path::Path, operation: Operation) -> Result<Done> {
    let mut answer = None;
    control::ask(socket, &Command::Operate(operation), |event| {
        if let Event::Operated(done) = event {
            answer = Some(done);
        }
        Ok(())
    })
    .await?;
    answer.ok_or_else(|| anyhow::anyhow!("the daemon did not say what it did"))
}

/// Does `operation` in the daemon, and lets the tasks know.
pub(super) async fn here(shared: &Shared, operation: Operation) -> Result<Done> {
    let done = carry_out(&shared.store, operation).await?;
    shared.acts.fetch_add(1, Ordering::SeqCst);
    shared.pending.notify_one();
    shared.changed.notify_one();
    Ok(done)
}

async fn carry_out(store: &SqliteStore, operation: Operation) -> Result<Done> {
    match operation {
        Operation::Hide { what } => hide(store, &what).await,
        Operation::Merge { one, other } => merge(store, &one, &other).await,
        Operation::Split { what } => split(store, &what).await,
        Operation::Release { source, drop } => release(store, &source, drop).await,
    }
}

/// What `text` names: an item's id, an entry's number, or an address.
pub fn subject(text: &str) -> Result<Subject> {
    let text = text.trim();
    if let Ok(id) = Uuid::parse_str(text.strip_prefix("urn:uuid:").unwrap_or(text)) {
        return Ok(Subject::Item(id));
    }
    if let Ok(number) = text.parse() {
        return Ok(Subject::Entry(EntryId(number)));
    }
    match Url::parse(text) {
        Ok(url) if url.has_host() => {
            Ok(Subject::Address { canonical: link::canonical(&url), given: text.to_owned() })
        }
        _ => bail!("{text:?} is no id of an item, no number of an entry and no address"),
    }
}

async fn hide(store: &SqliteStore, what: &str) -> Result<Done> {
    let Some(hidden) = store.hide(subject(what)?).await? else { bail!(unknown(what)) };
    let (entries, items) = (hidden.entries.len(), hidden.items);
    let message = if entries == 0 {
        format!("nothing has that address yet; what comes from {what} will not be shown")
    } else {
        format!("hidden for good: {entries} entries, {items} items of topics")
    };
    Ok(Done::new(message, &hidden.entries, items))
}

async fn merge(store: &SqliteStore, one: &str, other: &str) -> Result<Done> {
    let (message, changed) = match store.merge(subject(one)?, subject(other)?).await? {
        Merged::One(it) => (format!("they tell one story now, {}", it.0), 1),
        Merged::Already(it) => (format!("they tell one story already, {}", it.0), 0),
        Merged::Related(a, b) => (
            format!(
                "a topic shows both, so they stay two items; the stories {} and {} are noted as related",
                a.0, b.0
            ),
            1,
        ),
        Merged::Unknown(subject) => {
            let named = if subject == self::subject(one)? { one } else { other };
            bail!(unplaced(named))
        }
    };
    Ok(Done::new(message, &[], changed))
}

async fn split(store: &SqliteStore, what: &str) -> Result<Done> {
    let (message, changed) = match store.split(subject(what)?).await? {
        Parted::New(it) => (format!("a story of its own now, {}", it.0), 1),
        Parted::Alone => ("it tells its story alone already".to_owned(), 0),
        Parted::Unknown => bail!(unplaced(what)),
    };
    Ok(Done::new(message, &[], changed))
}

async fn release(store: &SqliteStore, source: &str, drop: bool) -> Result<Done> {
    let id: SourceId = source.parse()?;
    let how = if drop { Release::Drop } else { Release::Publish };
    let Some(count) = store.release(id, how).await? else { bail!("there is no source `{source}`") };
    let message = match (count, drop) {
        (0, _) => format!("nothing of {source} is held back"),
        (_, false) => format!("{count} entries of {source} go on to topics"),
        (_, true) => format!("{count} entries of {source} are dropped; they will not come back"),
    };
    Ok(Done::new(message, &[], count))
}

fn unknown(what: &str) -> String {
    format!("nothing is known under {what}")
}

fn unplaced(what: &str) -> String {
    format!("nothing that has a place among stories is known under {what}")
}
