//! RSS 2.0, with the `atom`, `content`, `dc` and `media` modules.
//! <https://www.rssboard.org/rss-specification>, and the board's profile where readers differ.

use super::page::{Item, Page};
use super::{GENERATOR, GENERATOR_URL};
use crate::model::{Enclosure, Format};
use ::rss::extension::atom::{AtomExtension, Link};
use ::rss::extension::dublincore::DublinCoreExtension;
use ::rss::extension::{Extension, ExtensionMap};
use ::rss::{Category, Channel, Guid, Source};
use std::collections::BTreeMap;

/// Marks the categories that say why an item is in the topic.
pub(super) const REASON: &str = "urn:muara:reason";

pub(super) fn document(page: &Page) -> Vec<u8> {
    channel(page).write_to(Vec::new()).expect("writing to memory does not fail")
}

fn channel(page: &Page) -> Channel {
    Channel {
        title: page.title.to_string(),
        link: page.home.clone(),
        description: page.description.to_string(),
        language: page.language.map(str::to_owned),
        last_build_date: Some(page.changed_at.to_rfc2822()),
        generator: Some(format!("{GENERATOR} ({GENERATOR_URL})")),
        docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
        ttl: Some(page.ttl.to_string()),
        items: page.items.iter().map(item).collect(),
        atom_ext: Some(AtomExtension { links: vec![self_link(page)] }),
        // The crate declares the other prefixes itself.
        namespaces: BTreeMap::from([("media".into(), "http://search.yahoo.com/mrss/".into())]),
        ..Channel::default()
    }
}

fn self_link(page: &Page) -> Link {
    Link {
        href: page.address(Format::Rss),
        rel: "self".to_owned(),
        mime_type: Some("application/rss+xml".to_owned()),
        ..Link::default()
    }
}

fn item(item: &Item) -> ::rss::Item {
    let source = (!item.source.feed_url.is_empty()).then(|| Source {
        url: item.source.feed_url.to_string(),
        title: Some(item.source.name.to_string()),
    });
    ::rss::Item {
        title: Some(item.title.to_string()),
        link: item.link.as_ref().map(ToString::to_string),
        description: Some(item.summary.clone()),
        categories: categories(item),
        enclosure: item.enclosures.first().map(enclosure),
        guid: Some(Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(item.published.to_rfc2822()),
        source,
        content: item.content.clone(),
        extensions: media(item.enclosures.get(1..).unwrap_or_default()),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: item.authors.iter().map(ToString::to_string).collect(),
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

/// The first file: many readers take only one. All three attributes must be there; 0 says that
/// the length is not known (RSS Advisory Board's profile).
fn enclosure(file: &Enclosure) -> ::rss::Enclosure {
    ::rss::Enclosure {
        url: file.url.clone(),
        length: file.bytes.unwrap_or(0).to_string(),
        mime_type: file.media_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
    }
}

/// The other files.
fn media(files: &[Enclosure]) -> ExtensionMap {
    if files.is_empty() {
        return ExtensionMap::new();
    }
    let contents: Vec<Extension> = files.iter().map(media_content).collect();
    BTreeMap::from([("media".to_owned(), BTreeMap::from([("content".to_owned(), contents)]))])
}

fn media_content(file: &Enclosure) -> Extension {
    let mut attrs = BTreeMap::from([("url".to_owned(), file.url.clone())]);
    attrs.extend(file.media_type.clone().map(|kind| ("type".to_owned(), kind)));
    attrs.extend(file.bytes.map(|bytes| ("fileSize".to_owned(), bytes.to_string())));
    Extension { name: "media:content".to_owned(), attrs, ..Extension::default() }
}
