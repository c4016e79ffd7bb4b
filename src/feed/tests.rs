use super::*;
use crate::model::{DocumentEntry, Entry, ServerHints, Validators};
use std::path::PathBuf;
use url::Url;

/// The feeds of others, where they are at hand beside the checkout.
pub(super) fn corpora() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/corpora", "../../shared/corpora"].map(|path| root.join(path));
    let found = places.into_iter().find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: ../shared/corpora is not here");
    }
    found
}

fn lines(repairs: &[Repair]) -> Vec<String> {
    repairs.iter().map(Repair::to_string).collect()
}

fn source() -> Source {
    Source::bare("example".parse().unwrap(), Url::parse("https://example.org/feed").unwrap())
}

fn document(body: &[u8], charset: Option<&str>) -> Document {
    Document {
        body: body.to_vec().into(),
        url: Url::parse("https://example.org/feed/").unwrap(),
        charset: charset.map(str::to_owned),
        validators: Validators::default(),
        hints: ServerHints::default(),
        moved_to: None,
    }
}

fn now() -> Time {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// Reads a document as that of a source of which this much is known.
fn read_after(body: &[u8], window: &Window, date_orders: DateOrders) -> Result<ReadFeed, NotAFeed> {
    let (document, source) = (document(body, None), source());
    read(&ReadContext { document: &document, window, date_orders, source: &source, now: now() })
}

fn read_with(body: &[u8], window: &Window) -> Result<ReadFeed, NotAFeed> {
    read_after(body, window, DateOrders::default())
}

fn read_whole(body: &[u8]) -> Result<ReadFeed, NotAFeed> {
    read_with(body, &Window::default())
}

/// The entries that were read, in order.
fn entries(feed: &ReadFeed) -> Vec<&Entry> {
    let mut entries = Vec::new();
    for entry in &feed.entries {
        if let DocumentEntry::Read { entry, .. } = entry {
            entries.push(&**entry);
        }
    }
    entries
}

mod corpus;
mod encodings;
mod formats;
mod hostile;
mod windows;
