//! feed-rs, kept to what it is good at.
//!
//! It gets well-formed items in an envelope of our making: a root that it knows, every namespace
//! declared as it expects. One item that it refuses (an empty `media:title`, an unknown type) would
//! cost it the whole document, so the items are then given to it one by one.

use super::fields::{self, Field};
use super::namespaces::Space;
use super::raw::{Around, Raw};
use super::scan::Dialect;
use feed_rs::model::Entry;
use feed_rs::parser::Builder;
use std::collections::BTreeSet;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What stands around the items that feed-rs gets.
#[derive(Debug)]
pub(super) struct Envelope {
    open: String,
    close: &'static str,
    base: String,
}

impl Envelope {
    /// Everything that is not Atom is given as RSS 2.0: feed-rs knows more of it there than in RDF,
    /// and keeps items without a link.
    pub(super) fn new(around: &Around<'_>, items: &[Raw<'_>]) -> Self {
        let (root, close) = match around.dialect {
            Dialect::Atom => ("<feed xmlns=\"http://www.w3.org/2005/Atom\"", "</feed>"),
            _ => ("<rss version=\"2.0\"", "</channel></rss>"),
        };
        let used: BTreeSet<&str> = items.iter().flat_map(Raw::used_prefixes).collect();
        let mut open = root.to_owned();
        for (prefix, address) in around.prefixes.declarations(used) {
            let address = quick_xml::escape::escape(address.as_str());
            open.extend([" xmlns:", &prefix, "=\"", &address, "\""]);
        }
        open.push('>');
        if around.dialect != Dialect::Atom {
            open.push_str("<channel>");
        }
        Self { open, close, base: around.base.to_string() }
    }

    /// What feed-rs makes of each item; `None` where it makes nothing of it.
    pub(super) fn entries(&self, items: &[Raw<'_>]) -> Vec<Option<Entry>> {
        if items.is_empty() {
            return Vec::new();
        }
        match self.parsed(items) {
            Some(entries) if entries.len() == items.len() => {
                entries.into_iter().map(Some).collect()
            }
            _ if items.len() == 1 => vec![None],
            _ => items.chunks(1).flat_map(|item| self.entries(item)).collect(),
        }
    }

    fn parsed(&self, items: &[Raw<'_>]) -> Option<Vec<Entry>> {
        let mut segments = vec![self.open.as_bytes()];
        for item in items {
            segments.push(item.element.tag.trim_end_matches(['/', '>']).as_bytes());
            segments.push(b">");
            let structured = item.fields.iter().filter(|field| has_structure(field));
            segments.extend(structured.map(|field| field.element.as_bytes()));
            segments.extend([b"</".as_slice(), fields::name(item.element.tag).as_bytes(), b">"]);
        }
        segments.push(self.close.as_bytes());
        let document = Segments { segments: segments.into_iter(), current: &[] };
        // Missing ids must stay visible as such, and dates are read elsewhere, from the raw text.
        let parser = Builder::new()
            .base_uri(Some(&self.base))
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(|_| None)
            .sanitize_content(false)
            .build();
        // feed-rs 3.0 slices mail addresses between bytes and unwraps what it reads as durations:
        // a stranger's text must not end the daemon. The parser is dropped with its state.
        let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse(document)));
        parsed.ok()?.ok().map(|feed| feed.entries)
    }
}

/// What feed-rs is given of an item: what has a structure that it understands. Plain texts are
/// most of a feed's bytes, and it copies each several times; they are read from the bytes.
fn has_structure(field: &Field<'_>) -> bool {
    match field.space {
        Space::Own => match field.local {
            "link" | "category" | "enclosure" => true,
            "content" => field.attribute("src").is_some(),
            _ => false,
        },
        Space::Media => true,
        _ => field.prefix == "podcast",
    }
}

/// Slices read one after the other, so that a document with cuts need not be copied together.
struct Segments<'a> {
    segments: std::vec::IntoIter<&'a [u8]>,
    current: &'a [u8],
}

impl Read for Segments<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.current.is_empty() {
            let Some(next) = self.segments.next() else { return Ok(0) };
            self.current = next;
        }
        self.current.read(buffer)
    }
}
