//! The file of one topic: a line of JSON that describes it, then every format, one after the
//! other. One file, so that one rename replaces all of them: no crash can leave formats of
//! different versions.

use super::delta::{self, Piece, Step};
use super::shelved::Sheet;
use super::{Stamp, replace::replace_file};
use crate::model::{Format, Rendition, Time};
use bytes::Bytes;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

/// Only the daemon reads it; the feeds themselves are public.
const MODE: u32 = 0o644;
/// The longest description that is believed; one of a hundred items has about ten kilobytes.
const LONGEST_HEADER: u64 = 1024 * 1024;
/// Moves with the layout: files of another one count as absent.
const LAYOUT: u32 = 2;

/// The description of one topic's file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    layout: u32,
    pub stamp: Stamp,
    /// How long a copy may be used unasked, in seconds.
    pub fresh_for: u64,
    pub sheets: Vec<SheetHeader>,
}

/// What is known of one format without reading it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SheetHeader {
    format: String,
    /// Seconds since the epoch.
    last_modified: i64,
    /// The first 16 bytes of BLAKE3 of the body, as hex.
    pub hash: String,
    /// The length of the body.
    pub bytes: u64,
    /// The items in it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub pieces: Vec<Piece>,
    /// What came in since earlier versions.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<Step>,
}

/// A format, about to be written.
pub(super) struct NewSheet {
    pub header: SheetHeader,
    pub body: Bytes,
}

impl NewSheet {
    /// `last` is the version before.
    pub(super) fn of(rendition: &Rendition, last_modified: Time, last: Option<&Sheet>) -> Self {
        let body = &rendition.body;
        let pieces = delta::pieces(rendition);
        let hash = hash(body);
        let steps = last.map(|last| delta::steps(last, &hash, &pieces)).unwrap_or_default();
        let header = SheetHeader {
            format: rendition.format.extension().to_owned(),
            last_modified: last_modified.timestamp(),
            hash,
            bytes: body.len() as u64,
            pieces,
            steps,
        };
        Self { header, body: body.clone() }
    }
}

impl SheetHeader {
    pub(super) fn format(&self) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.extension() == self.format)
    }

    pub(super) fn last_modified(&self) -> Time {
        DateTime::from_timestamp(self.last_modified, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

pub(super) fn hash(body: &[u8]) -> String {
    blake3::hash(body).to_hex()[..32].to_owned()
}

/// Replaces the file at `path`; returns its description and where the bodies begin.
pub(super) fn write(
    path: &Path,
    stamp: Stamp,
    fresh_for: Duration,
    sheets: &[NewSheet],
) -> io::Result<(Header, u64)> {
    let header = Header {
        layout: LAYOUT,
        stamp,
        fresh_for: fresh_for.as_secs(),
        sheets: sheets.iter().map(|sheet| sheet.header.clone()).collect(),
    };
    let mut bytes = serde_json::to_vec(&header)?;
    bytes.push(b'\n');
    let start = bytes.len() as u64;
    for sheet in sheets {
        bytes.extend_from_slice(&sheet.body);
    }
    replace_file(path, &bytes, MODE)?;
    Ok((header, start))
}

/// The description of the file at `path` and where its bodies begin; the bodies are not read.
pub(super) fn describe(path: &Path) -> io::Result<(Header, u64)> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut line = Vec::new();
    BufReader::new(file).take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
    let header: Header = serde_json::from_slice(&line)?;
    let start = line.len() as u64;
    let end = header.sheets.iter().fold(start, |end, sheet| end.saturating_add(sheet.bytes));
    let known = header.sheets.iter().all(|sheet| sheet.format().is_some());
    if header.layout == LAYOUT && known && end == length {
        Ok((header, start))
    } else {
        Err(io::Error::new(ErrorKind::InvalidData, "it is cut short or of another layout"))
    }
}

/// The body of `bytes` bytes at `offset` of the file at `path`, if its hash is `expected`.
pub(super) fn read(path: &Path, offset: u64, bytes: u64, expected: &str) -> io::Result<Bytes> {
    let file = File::open(path)?;
    // Before allocating: a damaged description must not ask for terabytes.
    if offset.saturating_add(bytes) > file.metadata()?.len() {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let mut body = vec![0; usize::try_from(bytes).map_err(io::Error::other)?];
    file.read_exact_at(&mut body, offset)?;
    if hash(&body) == expected {
        Ok(body.into())
    } else {
        Err(io::Error::new(ErrorKind::InvalidData, "its bytes are not those that were written"))
    }
}
