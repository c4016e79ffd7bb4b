//! Atom 1.0 (RFC 4287), with archives by RFC 5005, its hub by WebSub, and Media RSS thumbnails.

use super::page::{Item, Outlet, Page};
use super::rss::REASON;
use super::xml::{Attribute, Xml};
use super::{Document, GENERATOR, GENERATOR_URL, HISTORY, MEDIA, rfc3339};
use crate::model::{Enclosure, Format};

const MEDIA_TYPE: &str = "application/atom+xml";

pub(super) fn document(page: &Page) -> Document {
    let mut xml = Xml::new();
    xml.open(
        "feed",
        &[
            ("xmlns", Some("http://www.w3.org/2005/Atom")),
            ("xmlns:fh", page.archive.map(|_| HISTORY)),
            ("xmlns:media", page.has_images().then_some(MEDIA)),
            ("xml:lang", page.language),
            ("xml:base", Some(&page.home)),
        ],
    );
    head(&mut xml, page);
    let mut items = Vec::with_capacity(page.items.len());
    for item in &page.items {
        let start = xml.len();
        entry(&mut xml, item);
        items.push(start..xml.len());
    }
    xml.close("feed");
    Document { body: xml.finish(), items }
}

fn head(xml: &mut Xml, page: &Page) {
    xml.text("title", &[], &page.title);
    xml.text("subtitle", &[], &page.description);
    xml.text("id", &[], &page.id);
    xml.text("updated", &[], &rfc3339(page.changed_at));
    xml.text("generator", &[("uri", Some(GENERATOR_URL))], GENERATOR);
    for (rel, href) in page.relations(Format::Atom) {
        let kind = (rel != "alternate" && rel != "hub").then_some(MEDIA_TYPE);
        xml.empty("link", &[("rel", Some(rel)), ("type", kind), ("href", Some(&href))]);
    }
    if page.archive.is_some() {
        xml.empty("fh:archive", &[]);
    }
    // Entries name their own authors; RFC 4287 §4.1.1 wants one here where there are none.
    if page.items.is_empty() {
        person(xml, &page.title);
    }
}

fn entry(xml: &mut Xml, item: &Item) {
    xml.open("entry", &[("xml:lang", item.language)]);
    xml.text("title", &[], &item.title);
    xml.text("id", &[], &item.id);
    xml.text("published", &[], &rfc3339(item.published));
    xml.text("updated", &[], &rfc3339(item.updated));
    item.authors.iter().for_each(|name| person(xml, name));
    links(xml, item);
    categories(xml, item);
    texts(xml, item);
    if let Some(image) = item.image() {
        xml.empty("media:thumbnail", &[("url", Some(&image.url))]);
    }
    source(xml, item);
    xml.close("entry");
}

/// Without a link there must be a content, and a summary must say something else than the content
/// (RFC 4287 §4.1.2).
fn texts(xml: &mut Xml, item: &Item) {
    const HTML: Attribute = ("type", Some("html"));
    match (&item.content, &item.link) {
        (Some(content), _) => {
            if !item.summary.is_empty() && item.summary != *content {
                xml.text("summary", &[HTML], &item.summary);
            }
            xml.text("content", &[HTML], content);
        }
        (None, Some(_)) if item.summary.is_empty() => {}
        (None, Some(_)) => xml.text("summary", &[HTML], &item.summary),
        (None, None) if item.summary.is_empty() => xml.text("content", &[], &item.title),
        (None, None) => xml.text("content", &[HTML], &item.summary),
    }
}

fn person(xml: &mut Xml, name: &str) {
    xml.open("author", &[]);
    xml.text("name", &[], name);
    xml.close("author");
}

fn links(xml: &mut Xml, item: &Item) {
    if let Some(href) = &item.link {
        xml.empty(
            "link",
            &[("rel", Some("alternate")), ("href", Some(href)), ("hreflang", item.language)],
        );
    }
    item.others.iter().for_each(|outlet| related(xml, outlet));
    if let Some(via) = &item.via {
        xml.empty("link", &[("rel", Some("via")), ("href", Some(via))]);
    }
    item.enclosures.iter().for_each(|file| enclosure(xml, file));
}

/// Another outlet's telling of the same story.
fn related(xml: &mut Xml, outlet: &Outlet) {
    let Some(href) = &outlet.link else { return };
    let title = match &outlet.title {
        title if title.is_empty() => outlet.name.to_string(),
        title => format!("{}: {title}", outlet.name),
    };
    xml.empty(
        "link",
        &[
            ("rel", Some("related")),
            ("href", Some(href)),
            ("hreflang", outlet.language),
            ("title", Some(&title)),
        ],
    );
}

fn enclosure(xml: &mut Xml, file: &Enclosure) {
    let length = file.bytes.map(|bytes| bytes.to_string());
    xml.empty(
        "link",
        &[
            ("rel", Some("enclosure")),
            ("type", file.media_type.as_deref()),
            ("length", length.as_deref()),
            ("href", Some(&file.url)),
        ],
    );
}

fn categories(xml: &mut Xml, item: &Item) {
    for term in &item.categories {
        xml.empty("category", &[("term", Some(term))]);
    }
    for term in item.terms() {
        xml.empty("category", &[("term", Some(term)), ("scheme", Some(REASON))]);
    }
}

/// Where the entry comes from. Its feed's own id and date are not known here: its address stands
/// for the one, and for the other the entry's date, before which the feed cannot have changed last.
fn source(xml: &mut Xml, item: &Item) {
    let outlet = &item.source;
    if outlet.feed_url.is_empty() {
        return;
    }
    xml.open("source", &[("xml:lang", outlet.language)]);
    xml.text("id", &[], &outlet.feed_url);
    xml.text("title", &[], &outlet.name);
    xml.text("updated", &[], &rfc3339(item.updated));
    xml.empty("link", &[("rel", Some("self")), ("href", Some(&outlet.feed_url))]);
    if let Some(site) = &outlet.site {
        xml.empty("link", &[("rel", Some("alternate")), ("href", Some(site))]);
    }
    xml.close("source");
}
