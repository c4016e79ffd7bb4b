//! The right to poll a source, and everything that one poll changes.

use super::{
    DateOrders, Entry, EntryId, EntryKey, FailureClass, GuidTrust, Health, Oddity, Pace,
    ServerHints, SourceId, SourceNo, Time, Validators, Visit, Window,
};
use std::time::Duration;
use url::Url;

/// The right to poll a source until a time.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The source by its number.
    pub source: SourceNo,
    /// The source by its name.
    pub id: SourceId,
    /// The address for which it is given.
    pub url: String,
    /// Rises with each lease of this source; a record under an older one is refused.
    pub epoch: i64,
    /// How the source fared until now.
    pub state: SourceState,
}

/// How a source fares. Config says what it is; this says how it does.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceState {
    /// When a poll first brought items; `None` until then: its next entries are a first sight.
    pub first_polled: Option<Time>,
    /// What makes the next request conditional.
    pub validators: Validators,
    /// When validators were last left out; they are dropped once in eight days.
    pub validators_since: Option<Time>,
    /// First 16 bytes of BLAKE3 over the last document's body.
    pub body_hash: Option<[u8; 16]>,
    /// What was asked for the last document, where that was an index of sitemaps: the index, then
    /// what it lists, in order. Empty for all others.
    pub visits: Vec<Visit>,
    /// Whether guids identify entries.
    pub guid_trust: GuidTrust,
    /// What its dates told of the order of day and month.
    pub date_orders: DateOrders,
    /// What had to be mended in the last document that was read; empty for a healthy one.
    pub repairs: Vec<Repair>,
    /// Polls that failed since the last that did not.
    pub failures: u32,
    /// When the first of those failures was.
    pub failing_since: Option<Time>,
    /// How the last poll ended; `None` before the first.
    pub last: Option<PollSummary>,
    /// When a poll last brought a new entry.
    pub last_new: Option<Time>,
    /// The newest date that an entry of it gave.
    pub newest: Option<Time>,
    /// What was learned of when it publishes; `None` until a document was read.
    pub pace: Option<Pace>,
    /// Items of the last document.
    pub window_len: u32,
    /// Polls that found nothing of the poll before: entries may have been missed.
    pub gaps: u32,
    /// When the last of them was.
    pub gap_at: Option<Time>,
    /// What was odd about the last document.
    pub oddity: Option<Oddity>,
    /// How it fares.
    pub health: Health,
    /// What a person should look at, in words.
    pub concern: Option<String>,
    /// Where permanent redirects lead, and since when they do without a break.
    pub moved: Option<(Url, Time)>,
    /// Why it is due when it is, in words.
    pub reason: String,
    /// What the feed calls itself.
    pub title: Option<String>,
    /// The page that the feed says it belongs to.
    pub site: Option<String>,
    /// The language that the feed declares.
    pub language: Option<String>,
}

impl Default for SourceState {
    fn default() -> Self {
        Self {
            first_polled: None,
            validators: Validators::default(),
            validators_since: None,
            body_hash: None,
            visits: Vec::new(),
            guid_trust: GuidTrust::Honest,
            date_orders: DateOrders::default(),
            repairs: Vec::new(),
            failures: 0,
            failing_since: None,
            last: None,
            last_new: None,
            newest: None,
            pace: None,
            window_len: 0,
            gaps: 0,
            gap_at: None,
            oddity: None,
            health: Health::New,
            concern: None,
            moved: None,
            reason: "new".to_owned(),
            title: None,
            site: None,
            language: None,
        }
    }
}

/// A kind of damage that had to be mended in a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Repair {
    /// In words: `bare ampersand`. One of a small set.
    pub what: String,
    /// How often.
    pub times: usize,
}

impl std::fmt::Display for Repair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.times {
            1 => f.write_str(&self.what),
            times => write!(f, "{} ×{times}", self.what),
        }
    }
}

/// How one poll ended.
#[derive(Debug, Clone, PartialEq)]
pub struct PollSummary {
    /// When it ended.
    pub at: Time,
    /// How.
    pub kind: PollKind,
    /// What a person should know beside the kind; empty when nothing.
    pub detail: String,
    /// How long it took, fetch and reading.
    pub took: Duration,
    /// What the server wishes about the next request.
    pub hints: ServerHints,
}

/// How a poll ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollKind {
    /// The server answered 304.
    NotModified,
    /// The body was the same as the last one, byte for byte.
    SameBody,
    /// A document was read.
    Fetched {
        /// Entries never seen before.
        new: u32,
        /// Entries whose text changed.
        revised: u32,
        /// Items in the document.
        items: u32,
    },
    /// Nothing usable arrived.
    Failed(FailureClass),
}

impl PollKind {
    /// The word that stands for it in output and in metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotModified => "not-modified",
            Self::SameBody => "same-body",
            Self::Fetched { .. } => "fetched",
            Self::Failed(_) => "failed",
        }
    }
}

/// When a source is due next, and why then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The time.
    pub at: Time,
    /// One line for people: `"every 15m by config; 2.1 entries/h"`.
    pub reason: String,
}

/// What `dedup::identify` says of an entry within its source, before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Never seen.
    New,
    /// A stored entry whose text changed.
    Revises(EntryId),
    /// A stored entry as it was; also one that retention removed or that was never taken
    /// (`None`): it does not come back.
    Unchanged(Option<EntryId>),
}

/// An entry with its identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    /// What it is.
    pub identity: Identity,
    /// Keys that the store does not have for it yet: all of a new entry's, the new aliases of others.
    pub new_keys: Vec<EntryKey>,
    /// Whether it goes on to topics. An entry of a first sight beyond `first_poll` or `max_age` is
    /// known from now on but never taken.
    pub taken: bool,
    /// Whether it waits for an operator before it goes on: it may be an old one under a new id.
    pub held: bool,
    /// The entry itself.
    pub entry: Box<Entry>,
}

/// Everything that one poll changes, saved in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct PollRecord {
    /// When the poll ended.
    pub at: Time,
    /// How the source fares from now on; replaces what was there.
    pub state: SourceState,
    /// When it is due next.
    pub due_at: Time,
    /// New and revised entries, and unchanged ones with new aliases, in the order in which they
    /// are to be sequenced: oldest first.
    pub entries: Vec<Identified>,
    /// The items of the document, when one was read; `None` keeps the last.
    pub window: Option<Window>,
    /// Why some of the new entries are held back.
    pub held: Option<String>,
}
