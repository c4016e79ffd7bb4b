//! The file of one topic: a line of JSON that describes it, then every format in every coding,
//! one after the other. One file, so that one rename replaces all of them: no crash can leave
//! formats of different versions.

use super::{Encoding, Stamp, replace::replace_file};
use crate::model::{Format, Time};
use bytes::Bytes;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Only the daemon reads it; the feeds themselves are public.
const MODE: u32 = 0o644;
/// The longest description that is believed; a real one has about 700 bytes.
const LONGEST_HEADER: u64 = 16 * 1024;
/// Moves with the layout: files of another one count as absent.
const LAYOUT: u32 = 1;

/// The description of one topic's file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    layout: u32,
    pub stamp: Stamp,
    pub sheets: Vec<SheetHeader>,
}

/// What is known of one format without reading it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SheetHeader {
    format: String,
    /// Seconds since the epoch.
    last_modified: i64,
    /// One a coding, in the order of [`Encoding::ALL`].
    pub bodies: Vec<BodyHeader>,
}

/// What is known of one body without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BodyHeader {
    /// The first 16 bytes of BLAKE3, as hex.
    pub hash: String,
    pub bytes: u64,
}

/// A format in every coding, about to be written.
pub(super) struct NewSheet {
    pub header: SheetHeader,
    /// In the order of [`Encoding::ALL`].
    pub bodies: Vec<Bytes>,
}

impl NewSheet {
    pub(super) fn of(format: Format, last_modified: Time, body: &Bytes) -> Self {
        let bodies: Vec<Bytes> = Encoding::ALL.map(|encoding| encoding.encode(body)).into();
        let headers = bodies.iter().map(|body| BodyHeader::of(body)).collect();
        let header = SheetHeader {
            format: format.extension().to_owned(),
            last_modified: last_modified.timestamp(),
            bodies: headers,
        };
        Self { header, bodies }
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

impl BodyHeader {
    fn of(body: &[u8]) -> Self {
        Self { hash: hash(body), bytes: body.len() as u64 }
    }
}

pub(super) fn hash(body: &[u8]) -> String {
    blake3::hash(body).to_hex()[..32].to_owned()
}

/// Replaces the file at `path`; returns its description and where the bodies begin.
pub(super) fn write(path: &Path, stamp: Stamp, sheets: &[NewSheet]) -> io::Result<(Header, u64)> {
    let header = Header {
        layout: LAYOUT,
        stamp,
        sheets: sheets.iter().map(|sheet| sheet.header.clone()).collect(),
    };
    let mut bytes = serde_json::to_vec(&header)?;
    bytes.push(b'\n');
    let start = bytes.len() as u64;
    for body in sheets.iter().flat_map(|sheet| &sheet.bodies) {
        bytes.extend_from_slice(body);
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
    let bodies = header.sheets.iter().flat_map(|sheet| &sheet.bodies);
    let whole = bodies.fold(start, |sum, body| sum.saturating_add(body.bytes)) == length;
    let complete = header
        .sheets
        .iter()
        .all(|sheet| sheet.format().is_some() && sheet.bodies.len() == Encoding::ALL.len());
    if header.layout == LAYOUT && whole && complete {
        Ok((header, start))
    } else {
        Err(io::Error::new(ErrorKind::InvalidData, "it is cut short or of another layout"))
    }
}

/// The body that `header` describes, at `offset` of the file at `path`.
pub(super) fn read(path: &Path, offset: u64, header: &BodyHeader) -> io::Result<Bytes> {
    let file = File::open(path)?;
    // Before allocating: a damaged description must not ask for terabytes.
    if offset.saturating_add(header.bytes) > file.metadata()?.len() {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let mut body = vec![0; usize::try_from(header.bytes).map_err(io::Error::other)?];
    file.read_exact_at(&mut body, offset)?;
    if hash(&body) == header.hash {
        Ok(body.into())
    } else {
        Err(io::Error::new(ErrorKind::InvalidData, "its bytes are not those that were written"))
    }
}
