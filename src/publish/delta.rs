//! What came into a feed since the version that a client has: for RFC 3229's `feed`, for subscribers
//! of the hub and for streams of events.
//!
//! A version is remembered by its entity tag and by the items that the next one brought, so that
//! remembering one costs no more than what it changed.

use super::shelved::{Sheet, Shelved};
use crate::model::Rendition;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use xxhash_rust::xxh3::xxh3_64;

/// How many versions are remembered: a day of a topic that changes every half hour.
const REMEMBERED: usize = 48;

/// An item in a body: where it begins, how long it is, and a hash of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Piece(usize, usize, u64);

/// A step from one version to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Step {
    /// The hash of the earlier version's body.
    from: String,
    /// The hashes of the items that the later one has and the earlier one had not, or not so.
    brought: Vec<u64>,
}

/// What a rendition has that an earlier version had not.
#[derive(Debug, Clone)]
pub struct Since {
    /// The rendition.
    pub shelved: Shelved,
    /// It as a document, with nothing but the items that are new or changed.
    pub body: Bytes,
    /// Those items, each as it stands in the document, newest first.
    pub items: Vec<Bytes>,
}

pub(super) fn pieces(rendition: &Rendition) -> Vec<Piece> {
    let piece = |range: &std::ops::Range<usize>| {
        Piece(range.start, range.len(), xxh3_64(&rendition.body[range.clone()]))
    };
    rendition.items.iter().map(piece).collect()
}

/// The steps to a version with this hash and these pieces, newest first.
pub(super) fn steps(last: &Sheet, hash: &str, pieces: &[Piece]) -> Vec<Step> {
    if pieces.is_empty() {
        return Vec::new();
    }
    // A version that is the same, or that has been before, must not lead to itself.
    let mut steps: Vec<Step> =
        last.steps.iter().filter(|step| step.from != hash).cloned().collect();
    let has: HashSet<u64> = pieces.iter().map(|piece| piece.2).collect();
    if last.hash != hash {
        let had: HashSet<u64> = last.pieces.iter().map(|piece| piece.2).collect();
        if !had.is_empty() && had.is_disjoint(&has) {
            // Others may have come and gone in between.
            return Vec::new();
        }
        let brought = pieces.iter().map(|piece| piece.2).filter(|hash| !had.contains(hash));
        steps.insert(0, Step { from: last.hash.clone(), brought: brought.collect() });
    }
    steps.truncate(REMEMBERED);
    // Once everything is new and some of it is gone, there is nothing to go on from.
    let mut brought = HashSet::new();
    let is_worth = |step: &&Step| {
        brought.extend(step.brought.iter().copied());
        brought.len() < has.len() || brought.is_subset(&has)
    };
    let worth = steps.iter().take_while(is_worth).count();
    steps.truncate(worth);
    steps
}

/// The place of the step from the version with the entity tag `etag`, in whatever coding.
pub(super) fn step(steps: &[Step], etag: &str) -> Option<usize> {
    let tag = etag.trim_start_matches("W/").trim_matches('"');
    let hash = tag.split('-').next()?;
    steps.iter().position(|step| step.from == hash)
}

impl Since {
    pub(super) fn of(shelved: Shelved, body: &Bytes, known: &str) -> Option<Self> {
        let sheet = shelved.sheet();
        let last = step(&sheet.steps, known)?;
        let brought: HashSet<u64> =
            sheet.steps[..=last].iter().flat_map(|step| step.brought.iter().copied()).collect();
        let new = sheet.pieces.iter().filter(|piece| brought.contains(&piece.2));
        let items: Vec<Bytes> =
            new.map(|Piece(start, length, _)| body.slice(*start..start + length)).collect();
        let body = document(body, &sheet.pieces, &items)?;
        Some(Self { shelved, body, items })
    }
}

/// `body` with `items` in place of all of its items.
fn document(body: &Bytes, pieces: &[Piece], items: &[Bytes]) -> Option<Bytes> {
    let (first, last) = (pieces.first()?, pieces.last()?);
    let end = |piece: &Piece| piece.0 + piece.1;
    let between = pieces.get(1).map_or(&[][..], |second| &body[end(first)..second.0]);
    let parts = [&body[..first.0], &items.join(between), &body[end(last)..]];
    Some(parts.concat().into())
}
