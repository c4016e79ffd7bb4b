//! The content codings that every rendition is prepared in (RFC 9110 §8.4).

use bytes::Bytes;
use flate2::{Compression, GzBuilder};
use std::io::Write;

/// Beyond this, output shrinks little and time doubles: 100 items of a topic in 1 ms.
const GZIP_LEVEL: u32 = 6;
/// Denser than gzip 6 in about the same time.
const BROTLI_QUALITY: u32 = 5;
/// Base-2 logarithm of brotli's window; its own default.
const BROTLI_WINDOW: u32 = 22;

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
}

impl Encoding {
    /// Every coding, in the order of files on the shelf.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Gzip, Self::Brotli];

    /// Its name in `Accept-Encoding` and `Content-Encoding`.
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    /// Its place in [`Encoding::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// `body` in this coding. The same bytes give the same bytes: no time, no name in the header.
    pub(super) fn encode(self, body: &Bytes) -> Bytes {
        match self {
            Self::Identity => body.clone(),
            Self::Gzip => gzip(body).into(),
            Self::Brotli => brotli(body).into(),
        }
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let out = Vec::with_capacity(body.len() / 3);
    let mut encoder = GzBuilder::new().mtime(0).write(out, Compression::new(GZIP_LEVEL));
    encoder.write_all(body).expect("writing to memory does not fail");
    encoder.finish().expect("writing to memory does not fail")
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let out = Vec::with_capacity(body.len() / 3);
    let mut encoder = brotli::CompressorWriter::new(out, 0, BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(body).expect("writing to memory does not fail");
    encoder.into_inner()
}
