//! Who speaks for an item that several entries tell: what a topic prefers, and what is known of those
//! that can.

use super::{EntryId, GroupId, SourceId, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What may make an entry the better speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preference {
    /// It is the publisher's own: others name it, or at least it names no other.
    Original,
    /// It says clearly more.
    Complete,
    /// It is older.
    Earliest,
    /// Its source has the better rank in config.
    SourceRank,
}

impl Preference {
    /// All, in the order in which they are asked unless config says otherwise.
    pub const ALL: [Self; 4] = [Self::Original, Self::Complete, Self::Earliest, Self::SourceRank];
}

/// What a topic prefers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Speakers {
    /// In this order; empty: the entry that opened an item speaks for it.
    pub prefer: Vec<Preference>,
    /// BCP 47 ranges that come before everything else, the best first.
    pub languages: Vec<String>,
    /// The ranks of sources that have one; 1 is the best, none the worst.
    pub ranks: Arc<BTreeMap<SourceId, usize>>,
}

/// An entry that may speak for an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// The entry.
    pub entry: EntryId,
    /// Its group of copies.
    pub group: GroupId,
    /// Its source.
    pub source: SourceId,
    /// What people and other outlets call its source.
    pub name: String,
    /// Registrable domains of its source's feed and page.
    pub domains: Vec<String>,
    /// Registrable domain of its link.
    pub link_domain: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Names.
    pub authors: Vec<String>,
    /// What it says it was taken from: the title, and the registrable domain of the address.
    pub origin: Option<(Option<String>, Option<String>)>,
    /// Bytes of its plain text.
    pub length: u64,
    /// When it was published by its own account, else first seen.
    pub published: Time,
}

/// Whether a language tag is within a language range (RFC 4647 §3.3.1, basic filtering).
#[must_use]
pub fn speaks(language: &str, range: &str) -> bool {
    match (language.get(..range.len()), language.get(range.len()..)) {
        (Some(start), Some(rest)) => {
            start.eq_ignore_ascii_case(range) && (rest.is_empty() || rest.starts_with(['-', '_']))
        }
        _ => false,
    }
}
