//! Undoes Content-Encoding (RFC 9110 §8.4), with a cap on what comes out.
//!
//! reqwest could do it, but its layer knows the names in lower case only, leaves `x-gzip` and bare
//! deflate streams alone, and of two Content-Encoding headers undoes one and hides the other.

use super::failure;
use crate::model::{FailureClass, FetchFailure};
use bytes::Bytes;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use std::io::{self, Read};

/// What we ask for.
pub(super) const ACCEPTED: &str = "gzip, br, deflate";

/// How a body was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 1950 by the letter, RFC 1951 by some servers.
    Deflate,
    /// RFC 7932.
    Brotli,
}

impl Coding {
    /// What the headers declare; a failure where it is unknown to us or more than one, as in
    /// `gzip, gzip`, which no honest server needs.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, FetchFailure> {
        let mut found = Self::Identity;
        for value in headers.get_all(CONTENT_ENCODING) {
            let value = String::from_utf8_lossy(value.as_bytes());
            for name in value.split(',').map(str::trim) {
                match Self::named(name) {
                    Some(Self::Identity) => {}
                    Some(coding) if found == Self::Identity => found = coding,
                    _ => return Err(unknown(&value)),
                }
            }
        }
        Ok(found)
    }

    fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "" | "identity" => Some(Self::Identity),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            _ => None,
        }
    }

    /// The body as it was before encoding; a failure where that is larger than `most` bytes. What
    /// is decoded is never more than that, whatever the ratio.
    pub(super) fn undo(self, body: Bytes, most: usize) -> Result<Bytes, FetchFailure> {
        let undone = match self {
            // Some servers label an empty body, too.
            _ if body.is_empty() => return Ok(body),
            Self::Identity => return Ok(body),
            Self::Gzip => gunzip(&body, most),
            Self::Deflate if is_zlib(&body) => read_all(ZlibDecoder::new(&*body), most),
            Self::Deflate => read_all(DeflateDecoder::new(&*body), most),
            Self::Brotli => read_all(brotli::Decompressor::new(&*body, 4096), most),
        };
        match undone {
            Ok(undone) if undone.len() > most => Err(too_large(most)),
            Ok(undone) => Ok(undone.into()),
            Err(error) => Err(self.damaged(&error)),
        }
    }

    fn damaged(self, error: &io::Error) -> FetchFailure {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return failure::new(FailureClass::Broken, "the compressed body ends too early");
        }
        let detail = format!("the body is not what its Content-Encoding ({self:?}) says");
        failure::new(FailureClass::Encoding, detail)
    }
}

/// A body that is larger than the cap, on the wire or decompressed.
pub(super) fn too_large(most: usize) -> FetchFailure {
    let detail = match most >> 20 {
        0 => format!("the document is larger than {most} bytes"),
        mebibytes => format!("the document is larger than {mebibytes} MiB"),
    };
    failure::new(FailureClass::TooLarge, detail)
}

fn unknown(value: &str) -> FetchFailure {
    let detail = format!("Content-Encoding: {} cannot be undone", failure::cut(value));
    failure::new(FailureClass::Encoding, detail)
}

/// Every member (RFC 1952 §2.2), and no word about what follows the last: scripts leave line ends
/// there.
fn gunzip(mut rest: &[u8], most: usize) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(length_by_trailer(rest, most));
    loop {
        let mut member = GzDecoder::new(rest);
        member.by_ref().take(room(&out, most)).read_to_end(&mut out)?;
        rest = member.into_inner();
        if out.len() > most || !rest.starts_with(&[0x1f, 0x8b]) {
            return Ok(out);
        }
    }
}

/// What the trailer of the last member says of its length (ISIZE), as far as that can be true: a buffer of
/// the right size from the beginning need not grow.
fn length_by_trailer(body: &[u8], most: usize) -> usize {
    /// More than this is no text but an attack, which may wait for its memory.
    const USUAL_RATIO: usize = 32;
    let trailer = body.last_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let length = usize::try_from(trailer).unwrap_or(usize::MAX);
    length.min(most).min(body.len().saturating_mul(USUAL_RATIO)) + 1
}

fn read_all(decoder: impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    decoder.take(room(&out, most)).read_to_end(&mut out)?;
    Ok(out)
}

/// One byte more than fits, so that too much is seen as such.
fn room(out: &[u8], most: usize) -> u64 {
    (most.saturating_sub(out.len()) as u64).saturating_add(1)
}

/// Whether the first two bytes are a zlib header (RFC 1950 §2.2): method 8, and a multiple of 31.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..]
        if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0)
}
