//! What one poll has to read: a document, or all that an index of sitemaps lists.

use crate::feed::{self, NotAFeed, ReadContext, ReadFeed};
use crate::model::{Document, Visit};

/// What one poll has to read.
pub(super) struct Documents {
    /// At least one.
    all: Vec<Document>,
    /// What was asked for them, where they are the sitemaps that an index lists; empty where not.
    pub(super) visits: Vec<Visit>,
}

impl Documents {
    /// The only one.
    pub(super) fn only(document: Document) -> Self {
        Self { all: vec![document], visits: Vec::new() }
    }

    /// The sitemaps of an index, one at least.
    pub(super) fn of_index(sitemaps: Vec<Document>, visits: Vec<Visit>) -> Self {
        Self { all: sitemaps, visits }
    }

    /// Over all of them.
    pub(super) fn hash(&self) -> [u8; 16] {
        match &self.all[..] {
            [only] => hash16(&only.body),
            several => {
                let hashes: Vec<_> =
                    several.iter().map(|document| hash16(&document.body)).collect();
                hash16(&hashes.concat())
            }
        }
    }

    /// Reads them as one feed.
    pub(super) fn read<'d>(
        &'d self,
        context: impl Fn(&'d Document) -> ReadContext<'d>,
    ) -> Result<ReadFeed, NotAFeed> {
        let context = context(&self.all[0]);
        if self.visits.is_empty() {
            feed::read(&context)
        } else {
            feed::read_together(&self.all, &context)
        }
    }
}

/// The first 16 bytes of BLAKE3.
pub(super) fn hash16(bytes: &[u8]) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    hash
}
