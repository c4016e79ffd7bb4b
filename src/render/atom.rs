//! Atom 1.0 (RFC 4287).

use super::page::{Item, Outlet, Page};
use super::rss::REASON;
use super::{GENERATOR, GENERATOR_URL};
use crate::model::{Enclosure, Format};
use atom_syndication::{Category, Content, Entry, Feed, Generator, Link, Person, Source, Text};

pub(super) fn document(page: &Page) -> Vec<u8> {
    feed(page).write_to(Vec::new()).expect("writing to memory does not fail")
}

fn feed(page: &Page) -> Feed {
    let own = Link {
        mime_type: Some("application/atom+xml".to_owned()),
        ..link("self", &page.address(Format::Atom))
    };
    Feed {
        title: Text::plain(page.title.as_ref()),
        id: page.id.clone(),
        updated: page.changed_at.fixed_offset(),
        generator: Some(Generator {
            value: GENERATOR.to_owned(),
            uri: Some(GENERATOR_URL.to_owned()),
            version: None,
        }),
        links: vec![own, link("alternate", &page.home)],
        subtitle: Some(Text::plain(page.description.as_ref())),
        entries: page.items.iter().map(entry).collect(),
        lang: page.language.map(str::to_owned),
        // Entries name their own authors; RFC 4287 §4.1.1 wants one here where there are none.
        authors: if page.items.is_empty() { vec![person(&page.title)] } else { Vec::new() },
        ..Feed::default()
    }
}

fn entry(item: &Item) -> Entry {
    // Without a link there must be a content (RFC 4287 §4.1.2).
    let content = item.content.as_ref().or(item.link.is_none().then_some(&item.summary));
    Entry {
        title: Text { lang: language(item), ..Text::plain(item.title.as_ref()) },
        id: item.id.clone(),
        updated: item.updated.fixed_offset(),
        published: Some(item.published.fixed_offset()),
        authors: item.authors.iter().map(|name| person(name)).collect(),
        categories: categories(item),
        links: links(item),
        source: source(item),
        summary: Some(Text { lang: language(item), ..Text::html(item.summary.as_str()) }),
        content: content.map(|html| Content {
            lang: language(item),
            value: Some(html.clone()),
            content_type: Some("html".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// Stands on each text of an entry: the crate cannot put it on the entry itself.
fn language(item: &Item) -> Option<String> {
    item.language.map(str::to_owned)
}

fn person(name: &str) -> Person {
    Person { name: name.to_owned(), ..Person::default() }
}

fn link(rel: &str, href: &str) -> Link {
    Link { rel: rel.to_owned(), href: href.to_owned(), ..Link::default() }
}

fn links(item: &Item) -> Vec<Link> {
    let own =
        item.link.iter().map(|href| Link { hreflang: language(item), ..link("alternate", href) });
    own.chain(item.others.iter().filter_map(related))
        .chain(item.enclosures.iter().map(enclosure))
        .collect()
}

/// Another outlet's telling of the same story.
fn related(outlet: &Outlet) -> Option<Link> {
    let title = match &outlet.title {
        title if title.is_empty() => outlet.name.to_string(),
        title => format!("{}: {title}", outlet.name),
    };
    Some(Link {
        title: Some(title),
        hreflang: outlet.language.map(str::to_owned),
        ..link("related", outlet.link.as_ref()?)
    })
}

fn enclosure(file: &Enclosure) -> Link {
    Link {
        mime_type: file.media_type.clone(),
        length: file.bytes.map(|bytes| bytes.to_string()),
        ..link("enclosure", &file.url)
    }
}

fn categories(item: &Item) -> Vec<Category> {
    let own = item
        .categories
        .iter()
        .map(|term| Category { term: term.to_string(), ..Category::default() });
    let reason = |term: &str| Category {
        term: term.to_owned(),
        scheme: Some(REASON.to_owned()),
        label: None,
    };
    own.chain(item.terms().into_iter().map(reason)).collect()
}

/// Where the entry comes from. Its feed's own id and date are not known here: its address stands
/// for the one, and for the other the entry's date, before which the feed cannot have changed last.
fn source(item: &Item) -> Option<Source> {
    let outlet = &item.source;
    if outlet.feed_url.is_empty() {
        return None;
    }
    let own = link("self", &outlet.feed_url);
    let site = outlet.site.iter().map(|site| link("alternate", site));
    Some(Source {
        title: Text::plain(outlet.name.as_ref()),
        id: outlet.feed_url.to_string(),
        updated: item.updated.fixed_offset(),
        links: std::iter::once(own).chain(site).collect(),
        ..Source::default()
    })
}
