//! From an output feed to RSS 2.0, Atom 1.0, JSON Feed 1.1 and pages. Pure.
//!
//! A body depends on the feed and its settings alone, never on the time of rendering, so that the
//! same content is the same bytes and keeps its `ETag`. `page` decides what is shown and makes
//! it safe to show; the formats only arrange it. Compressing and keeping is `publish`'s.

mod address;
mod atom;
mod html;
mod json;
mod page;
mod rss;
mod site;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod valid_tests;
mod xml;

use crate::model::{FeedSettings, Format, OutputFeed, Rendition, RenditionSet, Time};
use chrono::SecondsFormat;
use page::Page;
use std::ops::Range;

pub use site::{TopicDigest, index, missing, page_policy, search_page, search_policy};

/// Moves whenever the same feed would give other bytes than before: kept renditions of an older
/// version are rendered anew.
pub const RENDERER_VERSION: u32 = 6;

/// The name that our feeds give as their generator.
const GENERATOR: &str = "Muara";
/// Where to read about it.
const GENERATOR_URL: &str = env!("CARGO_PKG_REPOSITORY");

/// Feed paging and archiving (RFC 5005).
const HISTORY: &str = "http://purl.org/syndication/history/1.0";
/// Media RSS.
const MEDIA: &str = "http://search.yahoo.com/mrss/";

/// A document and where its items stand in it.
struct Document {
    body: Vec<u8>,
    items: Vec<Range<usize>>,
}

impl Document {
    fn of(format: Format, page: &Page) -> Self {
        let name = page.name;
        let plain = |body| Self { body, items: Vec::new() };
        match format {
            Format::Rss => rss::document(page),
            Format::Atom => atom::document(page),
            Format::Json => json::document(page),
            Format::Page => plain(site::topic(page, name)),
            Format::Subscribe | Format::Opml => plain(site::subscribe(page, name)),
        }
    }

    fn rendition(self, format: Format) -> Rendition {
        Rendition { format, body: self.body.into(), items: self.items }
    }
}

/// Renders `feed` in all formats of a topic.
#[must_use]
pub fn render(feed: &OutputFeed, settings: &FeedSettings) -> RenditionSet {
    set(&Page::of(feed, settings), &Format::TOPIC, feed, settings)
}

/// Renders the answer to a rule that was asked, in one format.
#[must_use]
pub fn answer(feed: &OutputFeed, settings: &FeedSettings, format: Format) -> Rendition {
    Document::of(format, &Page::of(feed, settings)).rendition(format)
}

/// Renders page `number` of a topic's archive (RFC 5005 §4), with all items of `feed`.
#[must_use]
pub fn archive_page(feed: &OutputFeed, settings: &FeedSettings, number: i64) -> RenditionSet {
    set(&Page::of_archive(feed, settings, number), &Format::FEEDS, feed, settings)
}

fn set(
    page: &Page,
    formats: &[Format],
    feed: &OutputFeed,
    settings: &FeedSettings,
) -> RenditionSet {
    let rendition = |format: &Format| Document::of(*format, page).rendition(*format);
    RenditionSet {
        name: settings.name.clone(),
        version: feed.version,
        changed_at: feed.changed_at,
        fresh_for: page.fresh_for(),
        renditions: formats.iter().map(rendition).collect(),
    }
}

fn rfc3339(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
