//! What the shelf knows of a topic's renditions, and the bodies that it holds in memory.

use super::delta::{self, Piece, Step};
use super::kept::{Header, SheetHeader};
use super::{Encoding, Stamp};
use crate::model::{Format, Time};
use arc_swap::ArcSwapOption;
use bytes::Bytes;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One topic's renditions; never changed but for what is held in memory.
#[derive(Debug)]
pub(super) struct Topic {
    pub path: PathBuf,
    pub stamp: Stamp,
    pub fresh_for: Duration,
    pub sheets: Vec<Sheet>,
    /// Whether its file turned out not to hold what was written.
    pub damaged: AtomicBool,
}

#[derive(Debug)]
pub(super) struct Sheet {
    pub format: Format,
    pub last_modified: Time,
    /// Of the body as it is.
    pub hash: String,
    /// The length of the body as it is.
    pub bytes: u64,
    /// Where it is in the file.
    pub offset: u64,
    pub pieces: Vec<Piece>,
    pub steps: Vec<Step>,
    /// In the order of [`Encoding::ALL`].
    pub bodies: [Body; 3],
}

/// The body in one coding.
#[derive(Debug)]
pub(super) struct Body {
    etag: String,
    pub held: ArcSwapOption<Held>,
    /// The shelf's count of uses when it was last used.
    pub used: AtomicU64,
    /// Held by who prepares the body, so that many who ask at once wait for one.
    pub preparing: Mutex<()>,
}

/// A body in memory; counted as long as it exists.
#[derive(Debug)]
pub(super) struct Held {
    pub body: Bytes,
    total: Arc<AtomicU64>,
}

/// A rendition on the shelf, by what is known of it without its body. It stays as it is when the
/// topic is rendered again.
#[derive(Debug, Clone)]
pub struct Shelved {
    pub(super) topic: Arc<Topic>,
    /// Which of its sheets.
    pub(super) sheet: usize,
}

impl Topic {
    /// From the description of the file at `path`, whose bodies begin at `start`.
    pub(super) fn new(path: PathBuf, header: &Header, start: u64) -> Self {
        let mut offset = start;
        let sheets = header.sheets.iter().filter_map(|sheet| Sheet::new(sheet, &mut offset));
        Self {
            path,
            stamp: header.stamp,
            fresh_for: Duration::from_secs(header.fresh_for),
            sheets: sheets.collect(),
            damaged: AtomicBool::new(false),
        }
    }

    pub(super) fn sheet(&self, format: Format) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.format == format)
    }
}

impl Sheet {
    fn new(header: &SheetHeader, end: &mut u64) -> Option<Self> {
        let offset = *end;
        *end += header.bytes;
        Some(Self {
            format: header.format()?,
            last_modified: header.last_modified(),
            hash: header.hash.clone(),
            bytes: header.bytes,
            offset,
            pieces: header.pieces.clone(),
            steps: header.steps.clone(),
            bodies: Encoding::ALL.map(|encoding| Body::new(&header.hash, encoding)),
        })
    }

    pub(super) fn body(&self, encoding: Encoding) -> &Body {
        &self.bodies[encoding as usize]
    }
}

impl Body {
    fn new(hash: &str, encoding: Encoding) -> Self {
        Self {
            etag: format!("\"{hash}{}\"", encoding.etag_suffix()),
            held: ArcSwapOption::empty(),
            used: AtomicU64::new(0),
            preparing: Mutex::new(()),
        }
    }
}

impl Held {
    pub(super) fn new(body: Bytes, total: &Arc<AtomicU64>) -> Self {
        total.fetch_add(body.len() as u64, Relaxed);
        Self { body, total: total.clone() }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.total.fetch_sub(self.body.len() as u64, Relaxed);
    }
}

impl Shelved {
    /// The strong entity tag of the rendition in a coding, quotes included.
    #[must_use]
    pub fn etag(&self, encoding: Encoding) -> &str {
        &self.sheet().body(encoding).etag
    }

    /// When the rendition last changed, in whole seconds. It always moves when the body does.
    #[must_use]
    pub fn last_modified(&self) -> Time {
        self.sheet().last_modified
    }

    /// How long a copy may be used unasked.
    #[must_use]
    pub fn fresh_for(&self) -> Duration {
        self.topic.fresh_for
    }

    /// Whether `etag`, in whatever coding, is that of an earlier version which is remembered.
    #[must_use]
    pub fn remembers(&self, etag: &str) -> bool {
        delta::step(&self.sheet().steps, etag).is_some()
    }

    pub(super) fn sheet(&self) -> &Sheet {
        &self.topic.sheets[self.sheet]
    }
}
