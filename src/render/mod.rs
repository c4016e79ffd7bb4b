//! From an output feed to RSS 2.0, Atom 1.0, JSON Feed 1.1 and pages. Pure.
//!
//! A body depends on the feed and its settings alone, never on the time of rendering, so that the
//! same content is the same bytes and keeps its `ETag`. `page` decides what is shown and makes
//! it safe to show; the formats only arrange it. Compressing and keeping is `publish`'s.

mod atom;
mod html;
mod json;
mod page;
mod rss;
mod site;
#[cfg(test)]
mod tests;

use crate::model::{FeedSettings, Format, OutputFeed, Rendition, RenditionSet};
use page::Page;

pub use site::{TopicDigest, index, missing, page_policy};

/// Moves whenever the same feed would give other bytes than before: kept renditions of an older
/// version are rendered anew.
pub const RENDERER_VERSION: u32 = 2;

/// The name that our feeds give as their generator.
const GENERATOR: &str = "Muara";
/// Where to read about it.
const GENERATOR_URL: &str = env!("CARGO_PKG_REPOSITORY");

/// Renders `feed` in all formats of a topic.
#[must_use]
pub fn render(feed: &OutputFeed, settings: &FeedSettings) -> RenditionSet {
    let page = Page::of(feed, settings);
    let name = settings.name.as_str();
    let renditions = [
        (Format::Rss, rss::document(&page)),
        (Format::Atom, atom::document(&page)),
        (Format::Json, json::document(&page)),
        (Format::Page, site::topic(&page, name)),
        (Format::Subscribe, site::subscribe(&page, name)),
    ]
    .map(|(format, body)| Rendition { format, body: body.into() });
    RenditionSet {
        name: settings.name.clone(),
        version: feed.version,
        changed_at: feed.changed_at,
        renditions: renditions.into(),
    }
}
