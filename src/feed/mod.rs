//! From the bytes of a document to normalized entries. Pure.
//!
//! [`read`] decodes, finds the items, passes over those that stood in the last document byte for
//! byte, has feed-rs read the rest, and normalizes what it says. Broken documents are repaired and
//! the repairs told. Which entries are new is for `dedup` to say.

mod base64;
mod challenge;
mod compose;
mod cut;
mod dates;
mod decode;
mod entities;
mod fields;
mod fingerprint;
mod gather;
mod head;
mod item;
mod json;
mod json_repair;
mod links;
mod media;
mod mends;
mod namespaces;
mod normalize;
mod parse;
mod people;
mod prolog;
mod prose;
mod raw;
mod refusal;
mod repair;
mod sanitize;
mod scan;
mod sitemap;
mod speech;
#[cfg(fuzzing)]
pub mod stages;
mod together;
mod unpack;
mod xml;

use crate::model::{DateOrders, Document, DocumentEntry, Repair, Source, SourceKind, Time, Window};
pub use challenge::challenge;
pub use compose::{Parts, compose};
pub use mends::DAMAGE;
use mends::Mends;
pub use refusal::NotAFeed;
pub use sanitize::{SANITIZER_VERSION, sanitize};
use std::time::Duration;
pub use together::read_together;
use url::Url;
pub use xml::SITEMAP;

/// The reader's version. It is part of every fingerprint: raise it when the same bytes would be
/// read otherwise, so that they are read again.
pub const READER_VERSION: u32 = 5;

/// Entries beyond this number are left out; a feed lists its newest first.
const MOST_ENTRIES: usize = 5_000;

/// What a document is read with.
#[derive(Debug, Clone, Copy)]
pub struct ReadContext<'a> {
    /// The document as it was fetched.
    pub document: &'a Document,
    /// The items of the source's last document; empty to have every item read.
    pub window: &'a Window,
    /// What dates of the source's former documents told of the order of day and month.
    pub date_orders: DateOrders,
    /// The source as config describes it: its language overrides the feed's.
    pub source: &'a Source,
    /// The time of this reading; dates after it are clamped to it.
    pub now: Time,
}

/// What a document says.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadFeed {
    /// What the feed calls itself, as one line of plain text.
    pub title: Option<String>,
    /// The page that the feed says it belongs to; absolute.
    pub site: Option<String>,
    /// The language that the feed declares, BCP 47; [`ReadFeed::judge_language`] adds what it does not.
    pub language: Option<String>,
    /// The format by its usual name: `"RSS 2.0"`, `"Atom 1.0"`, `"JSON Feed 1.1"`.
    pub format: &'static str,
    /// The encoding, by the name of the Encoding Standard.
    pub encoding: String,
    /// What told the encoding: `"HTTP"`, `"valid UTF-8"`, …
    pub encoding_from: &'static str,
    /// What had to be mended before the document could be read; empty for a healthy one.
    pub repairs: Vec<Repair>,
    /// What the source's dates have told of the order of day and month until now.
    pub date_orders: DateOrders,
    /// For how long the publisher says that the document may be cached (RSS `ttl`).
    pub ttl: Option<Duration>,
    /// Its items in the order of the document.
    pub entries: Vec<DocumentEntry>,
}

/// What a document is, before entries are made of its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// As in [`ReadFeed`].
    pub format: &'static str,
    /// As in [`ReadFeed`].
    pub repairs: Vec<Repair>,
    /// How many items it holds.
    pub items: usize,
}

/// What one format's reader makes of a document.
struct Draft {
    format: &'static str,
    head: head::Head,
    /// The base that items inherit.
    base: Url,
    /// Every item, known or not.
    slots: fingerprint::Slots,
    /// What was read of those that are not known.
    items: Vec<item::Item>,
}

impl Draft {
    /// What the dates of the items that were read tell of the order of their numbers.
    fn date_orders(&self) -> DateOrders {
        let dates = self.items.iter().flat_map(|item| [&item.published, &item.updated]);
        let told = dates.flatten().map(|date| dates::evidence(date));
        told.fold(DateOrders::default(), DateOrders::and)
    }
}

/// Reads a document.
///
/// # Errors
/// [`NotAFeed`] says what the document is instead.
pub fn read(context: &ReadContext<'_>) -> Result<ReadFeed, NotAFeed> {
    let mut mends = Mends::default();
    let body = unpack::unpacked(&context.document.body);
    let decoded = decoded(&body, context, &mut mends);
    let mut draft = draft(&decoded.text, context, &mut mends)?;
    let date_orders = context.date_orders.and(draft.date_orders());
    let order = dates::settled(date_orders);
    if order != dates::settled(context.date_orders) && draft.slots.has_known() {
        // It holds for all dates of the document.
        let window = &Window::default();
        draft =
            self::draft(&decoded.text, &ReadContext { window, ..*context }, &mut Mends::default())?;
    }
    let surroundings =
        normalize::Surroundings { context, head: &draft.head, base: &draft.base, order };
    let entries = draft.items.into_iter().map(|item| surroundings.entry(item)).collect();
    Ok(ReadFeed {
        entries: draft.slots.joined(entries),
        title: draft.head.title,
        site: draft.head.site,
        language: draft.head.language,
        format: draft.format,
        encoding: decoded.encoding.to_owned(),
        encoding_from: decoded.from,
        repairs: mends.into_repairs(),
        date_orders,
        ttl: draft.head.ttl,
    })
}

/// Reads a document as far as its formats go: decoded, repaired and parsed, not normalized.
///
/// # Errors
/// [`NotAFeed`] says what the document is instead.
pub fn survey(context: &ReadContext<'_>) -> Result<Survey, NotAFeed> {
    let mut mends = Mends::default();
    let body = unpack::unpacked(&context.document.body);
    let decoded = decoded(&body, context, &mut mends);
    let draft = draft(&decoded.text, context, &mut mends)?;
    let items = draft.slots.len();
    Ok(Survey { format: draft.format, repairs: mends.into_repairs(), items })
}

/// The address that a document gives as its own, else that of the page it belongs to: what its
/// relative addresses most likely refer to where nobody knows where it came from.
#[must_use]
pub fn own_address(document: &Document) -> Option<Url> {
    let body = unpack::unpacked(&document.body);
    let decoded = decode::decode(&body, document.charset.as_deref());
    match prolog::document(&decoded.text, &mut Mends::default()).ok()? {
        prolog::Document::Xml(text) => xml::own_address(&text),
        prolog::Document::Json(text) => json::own_address(&text),
    }
}

/// The text of any document, as far as its encoding can be told.
#[must_use]
pub fn text(document: &Document) -> String {
    let body = unpack::unpacked(&document.body);
    decode::decode(&body, document.charset.as_deref()).text.into_owned()
}

fn decoded<'a>(
    body: &'a [u8],
    context: &ReadContext<'_>,
    mends: &mut Mends,
) -> decode::Decoded<'a> {
    let decoded = decode::decode(body, context.document.charset.as_deref());
    mends.add("bytes foreign to the encoding", decoded.replaced);
    decoded
}

fn draft(text: &str, context: &ReadContext<'_>, mends: &mut Mends) -> Result<Draft, NotAFeed> {
    let document = prolog::document(text, mends);
    let draft = match document.map_err(|refusal| refusal.seen_from(&context.document.url))? {
        prolog::Document::Xml(text) => xml::read(&text, context, mends)?,
        prolog::Document::Json(text) => json::read(&text, context, mends)?,
    };
    match context.source.kind {
        Some(SourceKind::Feed) if draft.format == xml::SITEMAP => Err(NotAFeed::new("a sitemap")),
        Some(SourceKind::Sitemap) if draft.format != xml::SITEMAP => {
            Err(NotAFeed::instead_of_sitemap(draft.format))
        }
        _ => Ok(draft),
    }
}

#[cfg(test)]
mod tests;
