//! RSS 2.0, with the `atom`, `content`, `dc`, `media` and `sy` modules, and `fh` in archives.
//! <https://www.rssboard.org/rss-specification>, and the board's profile where readers differ.

use super::page::{Item, Page};
use super::xml::Xml;
use super::{Document, GENERATOR, GENERATOR_URL, HISTORY, MEDIA};
use crate::model::{Enclosure, Format};

/// Marks the categories that say why an item is in the topic.
pub(super) const REASON: &str = "urn:muara:reason";

pub(super) fn document(page: &Page) -> Document {
    let mut xml = Xml::new();
    xml.open(
        "rss",
        &[
            ("version", Some("2.0")),
            ("xmlns:atom", Some("http://www.w3.org/2005/Atom")),
            ("xmlns:content", Some("http://purl.org/rss/1.0/modules/content/")),
            ("xmlns:dc", Some("http://purl.org/dc/elements/1.1/")),
            ("xmlns:fh", page.archive.map(|_| HISTORY)),
            ("xmlns:media", Some(MEDIA)),
            ("xmlns:sy", Some("http://purl.org/rss/1.0/modules/syndication/")),
            ("xml:base", Some(&page.home)),
        ],
    );
    xml.open("channel", &[]);
    channel(&mut xml, page);
    let mut items = Vec::with_capacity(page.items.len());
    for one in &page.items {
        let start = xml.len();
        item(&mut xml, one);
        items.push(start..xml.len());
    }
    xml.close("channel");
    xml.close("rss");
    Document { body: xml.finish(), items }
}

fn channel(xml: &mut Xml, page: &Page) {
    xml.text("title", &[], &page.title);
    xml.text("link", &[], &page.home);
    xml.text("description", &[], &page.description);
    if let Some(language) = page.language {
        xml.text("language", &[], language);
    }
    xml.text("lastBuildDate", &[], &page.changed_at.to_rfc2822());
    xml.text("generator", &[], &format!("{GENERATOR} ({GENERATOR_URL})"));
    xml.text("docs", &[], "https://www.rssboard.org/rss-specification");
    // `link` says it already.
    for (rel, href) in page.relations(Format::Rss).into_iter().filter(|it| it.0 != "alternate") {
        let kind = (rel != "hub").then_some("application/rss+xml");
        xml.empty("atom:link", &[("rel", Some(rel)), ("type", kind), ("href", Some(&href))]);
    }
    if page.archive.is_some() {
        return xml.empty("fh:archive", &[]);
    }
    let (period, frequency) = pace(page.ttl);
    xml.text("ttl", &[], &page.ttl.to_string());
    xml.text("sy:updatePeriod", &[], period);
    xml.text("sy:updateFrequency", &[], &frequency.to_string());
}

/// A number of minutes as the syndication module writes it: how often in an hour or a day.
fn pace(ttl: u32) -> (&'static str, u32) {
    const HOUR: u32 = 60;
    let ttl = ttl.max(1);
    if ttl <= HOUR { ("hourly", HOUR / ttl) } else { ("daily", (24 * HOUR / ttl).max(1)) }
}

fn item(xml: &mut Xml, item: &Item) {
    xml.open("item", &[]);
    xml.text("title", &[], &item.title);
    if let Some(link) = &item.link {
        xml.text("link", &[], link);
    }
    xml.text("guid", &[("isPermaLink", Some("false"))], &item.id);
    xml.text("pubDate", &[], &item.published.to_rfc2822());
    for name in &item.authors {
        xml.text("dc:creator", &[], name);
    }
    if let Some(language) = item.language {
        xml.text("dc:language", &[], language);
    }
    categories(xml, item);
    if !item.summary.is_empty() {
        xml.text("description", &[], &item.summary);
    }
    if let Some(content) = &item.content {
        xml.text("content:encoded", &[], content);
    }
    files(xml, item);
    if !item.source.feed_url.is_empty() {
        xml.text("source", &[("url", Some(&item.source.feed_url))], &item.source.name);
    }
    xml.close("item");
}

fn categories(xml: &mut Xml, item: &Item) {
    for name in &item.categories {
        xml.text("category", &[], name);
    }
    for term in item.terms() {
        xml.text("category", &[("domain", Some(REASON))], term);
    }
}

/// One enclosure, which is all that many readers take: what is to be heard or seen before what
/// illustrates. The media module has every file.
fn files(xml: &mut Xml, item: &Item) {
    let heard = item.enclosures.iter().find(|file| !file.is_image());
    if let Some(file) = heard.or(item.enclosures.first()) {
        enclosure(xml, file);
    }
    for file in &item.enclosures {
        let bytes = file.bytes.map(|bytes| bytes.to_string());
        xml.empty(
            "media:content",
            &[
                ("url", Some(&file.url)),
                ("type", file.media_type.as_deref()),
                ("medium", medium(file)),
                ("fileSize", bytes.as_deref()),
            ],
        );
    }
    if let Some(image) = item.image() {
        xml.empty("media:thumbnail", &[("url", Some(&image.url))]);
    }
}

/// All three attributes must be there; 0 says that the length is not known (RSS Advisory Board's
/// profile).
fn enclosure(xml: &mut Xml, file: &Enclosure) {
    let kind = file.media_type.as_deref().unwrap_or("application/octet-stream");
    let length = file.bytes.unwrap_or(0).to_string();
    xml.empty(
        "enclosure",
        &[("url", Some(&file.url)), ("length", Some(&length)), ("type", Some(kind))],
    );
}

fn medium(file: &Enclosure) -> Option<&'static str> {
    let kind = file.media_type.as_deref().unwrap_or_default();
    if file.is_image() {
        Some("image")
    } else {
        ["audio", "video"].into_iter().find(|medium| kind.starts_with(medium))
    }
}
