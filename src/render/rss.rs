//! RSS 2.0, with the `atom`, `content`, `dc`, `media` and `sy` modules, and `fh` in archives.
//! <https://www.rssboard.org/rss-specification>, and the board's profile where readers differ.
//!
//! The channel and each item are written by themselves, so that it is known where in the bytes an item
//! stands: what comes in since a version is cut from there.

use super::page::{Item, Page};
use super::{Document, GENERATOR, GENERATOR_URL, HISTORY, MEDIA};
use crate::model::{Enclosure, Format};
use ::rss::extension::atom::{AtomExtension, Link};
use ::rss::extension::dublincore::DublinCoreExtension;
use ::rss::extension::{Extension, ExtensionMap};
use ::rss::{Category, Channel, Guid, Source};
use std::collections::BTreeMap;

/// Marks the categories that say why an item is in the topic.
pub(super) const REASON: &str = "urn:muara:reason";

pub(super) fn document(page: &Page) -> Document {
    let mut body = written(&channel(page));
    let end = body.split_off(place(&body, b"</channel>").unwrap_or(body.len()));
    let mut items = Vec::with_capacity(page.items.len());
    for one in &page.items {
        let start = body.len();
        body.extend(item_bytes(one));
        items.push(start..body.len());
    }
    body.extend(end);
    Document { body, items }
}

fn written(channel: &Channel) -> Vec<u8> {
    channel.write_to(Vec::new()).expect("writing to memory does not fail")
}

/// The last place of `tag`: text before it may hold the same in CDATA.
fn place(body: &[u8], tag: &[u8]) -> Option<usize> {
    body.windows(tag.len()).rposition(|window| window == tag)
}

/// The element alone, out of a channel without any words of its own.
fn item_bytes(one: &Item) -> Vec<u8> {
    const END: &[u8] = b"</item>";
    let mut body = written(&Channel { items: vec![item(one)], ..Channel::default() });
    body.truncate(place(&body, END).map_or(0, |end| end + END.len()));
    let start = body.windows(6).position(|window| window == b"<item>").unwrap_or(0);
    body.split_off(start)
}

fn channel(page: &Page) -> Channel {
    let is_archive = page.archive.is_some();
    Channel {
        title: page.title.to_string(),
        link: page.home.clone(),
        description: page.description.to_string(),
        language: page.language.map(str::to_owned),
        last_build_date: Some(page.changed_at.to_rfc2822()),
        generator: Some(format!("{GENERATOR} ({GENERATOR_URL})")),
        docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
        ttl: (!is_archive).then(|| page.ttl.to_string()),
        atom_ext: Some(AtomExtension { links: links(page) }),
        namespaces: namespaces(is_archive),
        extensions: if is_archive { archive() } else { syndication(page.ttl) },
        ..Channel::default()
    }
}

/// Of all items: the crate declares only what the channel itself uses.
fn namespaces(is_archive: bool) -> BTreeMap<String, String> {
    let always = [
        ("content", "http://purl.org/rss/1.0/modules/content/"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("media", MEDIA),
    ];
    let either = if is_archive {
        ("fh", HISTORY)
    } else {
        ("sy", "http://purl.org/rss/1.0/modules/syndication/")
    };
    always.into_iter().chain([either]).map(|(name, url)| (name.into(), url.into())).collect()
}

/// `link` says already where the page is.
fn links(page: &Page) -> Vec<Link> {
    let relations = page.relations(Format::Rss).into_iter().filter(|it| it.0 != "alternate");
    let link = |(rel, href): (&str, String)| Link {
        mime_type: (rel != "hub").then(|| "application/rss+xml".to_owned()),
        rel: rel.to_owned(),
        href,
        ..Link::default()
    };
    relations.map(link).collect()
}

/// A number of minutes as the syndication module writes it: how often in an hour or a day.
fn syndication(ttl: u32) -> ExtensionMap {
    const HOUR: u32 = 60;
    let ttl = ttl.max(1);
    let (period, frequency) =
        if ttl <= HOUR { ("hourly", HOUR / ttl) } else { ("daily", (24 * HOUR / ttl).max(1)) };
    extensions(
        "sy",
        [
            ("updatePeriod", vec![(Some(period.to_owned()), BTreeMap::new())]),
            ("updateFrequency", vec![(Some(frequency.to_string()), BTreeMap::new())]),
        ],
    )
}

fn archive() -> ExtensionMap {
    extensions("fh", [("archive", vec![(None, BTreeMap::new())])])
}

/// Text and attributes of an element of a module.
type Plain = (Option<String>, BTreeMap<String, String>);

fn extensions<'n>(
    prefix: &str,
    elements: impl IntoIterator<Item = (&'n str, Vec<Plain>)>,
) -> ExtensionMap {
    let mut map = BTreeMap::new();
    for (name, elements) in elements.into_iter().filter(|(_, elements)| !elements.is_empty()) {
        let element = |(value, attrs)| Extension {
            name: format!("{prefix}:{name}"),
            value,
            attrs,
            ..Extension::default()
        };
        map.insert(name.to_owned(), elements.into_iter().map(element).collect());
    }
    if map.is_empty() { ExtensionMap::new() } else { BTreeMap::from([(prefix.to_owned(), map)]) }
}

fn item(item: &Item) -> ::rss::Item {
    let source = (!item.source.feed_url.is_empty()).then(|| Source {
        url: item.source.feed_url.to_string(),
        title: Some(item.source.name.to_string()),
    });
    ::rss::Item {
        title: Some(item.title.to_string()),
        link: item.link.as_ref().map(ToString::to_string),
        description: Some(item.summary.clone()).filter(|html| !html.is_empty()),
        categories: categories(item),
        enclosure: file(item).map(enclosure),
        guid: Some(Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(item.published.to_rfc2822()),
        source,
        content: item.content.clone(),
        extensions: media(item),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: item.authors.iter().map(ToString::to_string).collect(),
            languages: item.language.map(str::to_owned).into_iter().collect(),
            ..DublinCoreExtension::default()
        }),
        ..::rss::Item::default()
    }
}

fn categories(item: &Item) -> Vec<Category> {
    let own = item.categories.iter().map(|name| Category { name: name.to_string(), domain: None });
    let reason = |term: &str| Category { name: term.to_owned(), domain: Some(REASON.to_owned()) };
    own.chain(item.terms().into_iter().map(reason)).collect()
}

/// One file, which is all that many readers take: what is to be heard or seen before what illustrates.
/// The media module has all of them.
fn file<'i>(item: &'i Item) -> Option<&'i Enclosure> {
    item.enclosures.iter().find(|file| !file.is_image()).or(item.enclosures.first())
}

/// All three attributes must be there; 0 says that the length is not known (RSS Advisory Board's
/// profile).
fn enclosure(file: &Enclosure) -> ::rss::Enclosure {
    ::rss::Enclosure {
        url: file.url.clone(),
        length: file.bytes.unwrap_or(0).to_string(),
        mime_type: file.media_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
    }
}

fn media(item: &Item) -> ExtensionMap {
    let picture = |file: &Enclosure| (None, BTreeMap::from([("url".to_owned(), file.url.clone())]));
    extensions(
        "media",
        [
            ("content", item.enclosures.iter().map(media_content).collect()),
            ("thumbnail", item.image().map(picture).into_iter().collect()),
        ],
    )
}

fn media_content(file: &Enclosure) -> Plain {
    let attributes = [
        ("url", Some(file.url.clone())),
        ("type", file.media_type.clone()),
        ("medium", medium(file).map(str::to_owned)),
        ("fileSize", file.bytes.map(|bytes| bytes.to_string())),
    ];
    let given = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    (None, given.collect())
}

fn medium(file: &Enclosure) -> Option<&'static str> {
    let kind = file.media_type.as_deref().unwrap_or_default();
    if file.is_image() {
        Some("image")
    } else {
        ["audio", "video"].into_iter().find(|medium| kind.starts_with(medium))
    }
}
