//! One normalized item of one source, and what identifies it there.

use super::Time;
use std::collections::HashMap;
use url::Url;

/// The store's number for an entry. Numbers rise in the order of first sight and are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

/// A hash of what identifies an entry within its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey {
    /// Which rung of the ladder it is.
    pub kind: KeyKind,
    /// The first 16 bytes of BLAKE3 over the kind's text.
    pub hash: [u8; 16],
}

/// The rungs of the ladder, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The guid or Atom id, as written, outer white space gone.
    Guid = 1,
    /// The canonical link.
    Link = 2,
    /// The folded title and the raw date string.
    TitleDate = 3,
    /// The folded title and the plain text's hash.
    Content = 4,
}

impl EntryKey {
    /// The key of `kind` for `text`.
    #[must_use]
    pub fn of(kind: KeyKind, text: &str) -> Self {
        Self::of_lines(kind, &[text])
    }

    /// The key of `kind` for `lines`, as if they were joined by line feeds.
    #[must_use]
    pub fn of_lines(kind: KeyKind, lines: &[impl AsRef<[u8]>]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[kind as u8]);
        for (place, line) in lines.iter().enumerate() {
            if place > 0 {
                hasher.update(b"\n");
            }
            hasher.update(line.as_ref());
        }
        let mut hash = [0; 16];
        hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Self { kind, hash }
    }

    /// Kind and hash in 17 bytes, as the store keeps them.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 17] {
        let mut bytes = [0; 17];
        bytes[0] = self.kind as u8;
        bytes[1..].copy_from_slice(&self.hash);
        bytes
    }

    /// The inverse of [`EntryKey::to_bytes`]; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, hash) = bytes.split_first()?;
        let kind = match kind {
            1 => KeyKind::Guid,
            2 => KeyKind::Link,
            3 => KeyKind::TitleDate,
            4 => KeyKind::Content,
            _ => return None,
        };
        Some(Self { kind, hash: hash.try_into().ok()? })
    }
}

/// One normalized item of one source, before it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// All keys that the entry has, strongest first; at least one.
    pub keys: Vec<EntryKey>,
    /// The guid or Atom id as written, outer white space gone.
    pub guid: Option<String>,
    /// The absolute link as the feed gave it.
    pub link: Option<Url>,
    /// `link` in its canonical form: the evidence of sameness, and what ids are made from.
    pub canonical_link: Option<String>,
    /// Plain text, one line.
    pub title: String,
    /// Plain text of the content, else of the summary; paragraphs by line feeds.
    pub text: String,
    /// HTML as it came. Boxed: most of an entry's bytes, moved around whole.
    pub content: Content,
    /// Names of its authors, as plain text.
    pub authors: Vec<String>,
    /// Category terms or labels, as plain text.
    pub categories: Vec<String>,
    /// Files that belong to it.
    pub enclosures: Vec<Enclosure>,
    /// BCP 47, from the entry, the feed or config.
    pub language: Option<String>,
    /// RSS `<source>` or Atom `<source>`: where the publisher took it from.
    pub origin: Option<Origin>,
    /// When it was published by its own account; never after `first sight`.
    pub published: Option<Time>,
    /// When it was updated by its own account, where the feed tells that apart.
    pub updated: Option<Time>,
    /// Whether `published` lay in the future and was clamped to first sight.
    pub date_clamped: bool,
    /// Whether another reading of `published` was possible: the order of its numbers, two digits
    /// of a year, a zone's name that stands for several.
    pub date_guessed: bool,
    /// Hash over what makes a revision: title, plain text, canonical link, authors and enclosures,
    /// each with white space folded.
    pub digest: [u8; 16],
}

/// The HTML of an entry, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// The summary or description.
    pub summary: Option<String>,
    /// The full content, where the feed tells it apart from the summary.
    pub full: Option<String>,
    /// What relative addresses in them refer to.
    pub base: Option<Url>,
}

/// A file that belongs to an entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enclosure {
    /// Absolute http(s) address.
    pub url: String,
    /// Its media type, when given.
    pub media_type: Option<String>,
    /// Its size in bytes, when given.
    pub bytes: Option<u64>,
}

impl Enclosure {
    /// Whether it is an image, by its media type, else by the end of its address.
    #[must_use]
    pub fn is_image(&self) -> bool {
        if let Some(kind) = &self.media_type {
            return kind.starts_with("image");
        }
        let path = self.url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg"]
            .iter()
            .any(|end| path.ends_with(end))
    }
}

/// Where the publisher of an entry took it from, by its own account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Origin {
    /// Its name.
    pub title: Option<String>,
    /// Its feed or page.
    pub url: Option<String>,
}

/// Hash of an item's bytes in its document and of everything it inherits from there, with the
/// reader's version: equal fingerprints mean that reading again would give the same entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u128);

/// What is remembered of one item of a source's last document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSlot {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Its strongest key, so that an item that was not read again still counts.
    pub key: EntryKey,
}

/// The items of a source's last document, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// One slot an item.
    pub slots: Vec<WindowSlot>,
}

impl Window {
    /// The keys by fingerprint.
    #[must_use]
    pub fn by_fingerprint(&self) -> HashMap<Fingerprint, EntryKey> {
        self.slots.iter().map(|slot| (slot.fingerprint, slot.key)).collect()
    }
}

/// One item of a document, after the reader.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentEntry {
    /// It stood in the last document byte for byte and was not read again.
    Known(WindowSlot),
    /// It was read.
    Read {
        /// `None` where the item could not be told apart in the bytes; it is then read every time.
        fingerprint: Option<Fingerprint>,
        /// What was read.
        entry: Box<Entry>,
    },
}

/// What the store knows of some keys of one source.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The entry that each known key belongs to.
    pub by_key: HashMap<EntryKey, EntryId>,
    /// What is known of those entries. An entry that retention removed, or that was never taken, is
    /// in `by_key` but not here.
    pub entries: HashMap<EntryId, KnownEntry>,
}

/// What identity needs to know of a stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEntry {
    /// The digest of its newest revision.
    pub digest: [u8; 16],
    /// All of its keys.
    pub keys: Vec<EntryKey>,
    /// When it was published by its own account.
    pub published: Option<Time>,
}

/// What a stored entry says, where its keys do not settle which one an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The entry.
    pub id: EntryId,
    /// The digest of its newest revision.
    pub digest: [u8; 16],
    /// Plain text.
    pub title: String,
    /// Plain text; empty where retention took it.
    pub text: String,
    /// Its canonical link.
    pub canonical_link: Option<String>,
    /// When it was published by its own account: the first date that it gave.
    pub published: Option<Time>,
    /// The date that it gave last.
    pub redated: Option<Time>,
}
