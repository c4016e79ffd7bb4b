//! A topic with its stories before any format, and in one.

use super::{
    Collapse, Enclosure, EntryId, Origin, PublishContent, Reason, Speakers, Time, TitleTemplate,
    TopicName, TopicNo,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::time::Duration;
use uuid::Uuid;

/// HTML that went through the sanitizer. Only `feed::sanitize` and the store's cache of its results
/// make one (`tests/layers.rs` checks it).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SanitizedHtml(String);

impl SanitizedHtml {
    /// Declares `html` to be the sanitizer's result.
    #[must_use]
    pub fn trusted(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What config says about how a topic is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSettings {
    /// Its address.
    pub name: TopicName,
    /// Its title for people.
    pub title: String,
    /// A sentence about it.
    pub description: Option<String>,
    /// BCP 47; `None` for many.
    pub language: Option<String>,
    /// Where the daemon is reached from outside, with a final slash.
    pub public_url: url::Url,
    /// How many items a feed holds.
    pub items: usize,
    /// How much of an entry is published.
    pub content: PublishContent,
    /// What is shown once.
    pub collapse: Collapse,
    /// How items look in readers that show no more than title and text.
    pub profile: Profile,
    /// Which of an item's entries speaks for it.
    pub speakers: Speakers,
    /// Where subscribers may ask to be told of changes (WebSub).
    pub hubs: Vec<url::Url>,
    /// The rule that was asked, where it is no topic but an answer.
    pub asked: Option<String>,
}

/// How items look in readers that show no more than title and text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// How titles are written.
    pub title: TitleTemplate,
    /// What stands around an entry's text.
    pub shown: Shown,
    /// What an item does when more outlets tell its story.
    pub on_growth: OnGrowth,
}

/// What stands around an entry's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// In front of it, the source and the authors.
    pub byline: bool,
    /// Behind it, the other outlets, with their languages.
    pub outlets: bool,
    /// Behind it, why the item is in the topic.
    pub reasons: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self { byline: false, outlets: true, reasons: false }
    }
}

/// What an item does when more outlets tell its story. Its place and its date it always keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnGrowth {
    /// Names them; it counts as unchanged.
    #[default]
    Quiet,
    /// Counts as updated, so that readers may show it again.
    Bump,
}

/// A topic with its newest items, before any format.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputFeed {
    /// The topic's number.
    pub topic: TopicNo,
    /// The version of the topic that this is.
    pub version: i64,
    /// When anything visible last changed.
    pub changed_at: Time,
    /// How many pages of its archive are closed.
    pub archived: i64,
    /// Items, newest (highest sequence number) first.
    pub items: Vec<OutputItem>,
}

/// One item of a topic with everything that a format may show.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputItem {
    /// Its place in the topic.
    pub seq: i64,
    /// What subscribers know it by; never changes.
    pub id: Uuid,
    /// When it was placed.
    pub placed_at: Time,
    /// The entry that speaks for it.
    pub entry: EntryId,
    /// Plain text.
    pub title: String,
    /// The address of the article.
    pub link: Option<String>,
    /// What is published of it.
    pub summary: SanitizedHtml,
    /// Its full content, where the topic publishes it and the feed gives it.
    pub content: Option<SanitizedHtml>,
    /// Plain text of the entry, whole.
    pub text: String,
    /// Names.
    pub authors: Vec<String>,
    /// Terms.
    pub categories: Vec<String>,
    /// Files.
    pub enclosures: Vec<Enclosure>,
    /// BCP 47.
    pub language: Option<String>,
    /// Its own date, else first sight.
    pub published: Time,
    /// When we first saw its newest revision; `published` where there was none.
    pub updated: Time,
    /// The outlet that it came from.
    pub source: Outlet,
    /// Where that outlet took it from, when it says so: another aggregator names the entry's own
    /// source here.
    pub origin: Option<Origin>,
    /// When the newest of the others was first seen.
    pub grown: Option<Time>,
    /// The other outlets that tell it, in the order of first sight.
    pub others: Vec<Outlet>,
    /// Why it is in the topic.
    pub reasons: Vec<Reason>,
    /// The stories that it lists, newest first, where it is a digest: no entry speaks for it then, and its title
    /// is no more than the digest's day. Empty for all other items.
    pub listed: Vec<ListedStory>,
}

/// A story as a digest lists it: as it was when the digest was made, whatever becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedStory {
    /// Its place in the topic.
    pub seq: i64,
    /// The entry that spoke for it.
    pub entry: i64,
    /// Plain text; never empty.
    pub title: String,
    /// The address of the article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<String>,
    /// The outlet's name.
    pub outlet: String,
    /// BCP 47.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    /// How many other outlets told it.
    pub others: usize,
}

/// A source as an output feed names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlet {
    /// Its name for people.
    pub name: String,
    /// Its feed.
    pub feed_url: String,
    /// Its page, when the feed says so.
    pub site: Option<String>,
    /// Its entry's address.
    pub link: Option<String>,
    /// Its entry's title.
    pub title: String,
    /// Its entry's language.
    pub language: Option<String>,
    /// When its entry was published, else first seen.
    pub published: Time,
}

impl Outlet {
    /// Puts the source that an aggregator names in the place of the aggregator.
    pub fn take_origin(&mut self, origin: Option<Origin>) {
        if let Some(Origin { title: Some(title), url: Some(url) }) = origin {
            (self.name, self.feed_url, self.site) = (title, url, None);
        }
    }
}

/// The formats that topics, and the index of all topics, are published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
    /// The page for people.
    Page,
    /// The page that a browser gets at a feed's address: how to subscribe.
    Subscribe,
    /// OPML 2.0: the feeds of all topics.
    Opml,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] =
        [Self::Rss, Self::Atom, Self::Json, Self::Page, Self::Subscribe, Self::Opml];
    /// What feed readers subscribe to.
    pub const FEEDS: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];
    /// What there is of a topic.
    pub const TOPIC: [Self; 5] = [Self::Rss, Self::Atom, Self::Json, Self::Page, Self::Subscribe];
    /// What there is of the index.
    pub const INDEX: [Self; 2] = [Self::Page, Self::Opml];

    /// The ending of its file; of its address too, but for pages, whose addresses have none.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
            Self::Page => "html",
            Self::Subscribe => "subscribe.html",
            Self::Opml => "opml",
        }
    }

    /// Its Content-Type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
            Self::Page | Self::Subscribe => "text/html; charset=utf-8",
            Self::Opml => "text/x-opml; charset=utf-8",
        }
    }

    /// Whether it is written as a file: a web server that serves files would not know when to
    /// give the page about a feed instead of the feed.
    #[must_use]
    pub fn is_file(self) -> bool {
        self != Self::Subscribe
    }
}

/// A topic, or the index, in one format: bytes that are served as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Which format.
    pub format: Format,
    /// The document.
    pub body: Bytes,
    /// Where each item stands in it, in order; empty for what is no feed.
    pub items: Vec<Range<usize>>,
}

/// What there is at a page's number in a topic's archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageState {
    /// A closed page.
    Closed,
    /// One that retention dropped.
    Dropped,
    /// The page that closes next: what will stand there is in the current feed.
    Next,
    /// Nothing.
    Absent,
}

/// A topic, or the index, in all its formats, of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenditionSet {
    /// Which topic; [`TopicName::index`] for the index.
    pub name: TopicName,
    /// The topic's version; of the index, a number made from those of all topics.
    pub version: i64,
    /// When anything visible last changed; the Last-Modified of all formats.
    pub changed_at: Time,
    /// How long a copy may be used unasked.
    pub fresh_for: Duration,
    /// One rendition a format.
    pub renditions: Vec<Rendition>,
}
