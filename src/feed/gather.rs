//! One XML item: feed-rs's reading of it, with what feed-rs hides read from the item's own bytes.
//!
//! Where feed-rs refuses an item, its bytes are all there is, and they are enough.

use super::fields::Field;
use super::item::Item;
use super::namespaces::{Prefixes, Space};
use super::parse::Envelope;
use super::prose::{Kind, Prose};
use super::raw::{Around, Raw, is_body};
use super::scan::{Dialect, Scan};
use super::{base64, links, media, prose, sitemap};
use crate::model::Origin;
use feed_rs::model as rs;
use url::Url;

/// Reads the items at these places.
pub(super) fn items(scan: &Scan<'_>, unread: &[usize], around: &Around<'_>) -> Vec<Item> {
    let raw = |index: &usize| Raw::of(scan.items[*index], scan.children_of(*index), around);
    let raw: Vec<Raw<'_>> = unread.iter().map(raw).collect();
    if around.dialect == Dialect::Sitemap {
        return raw.iter().map(sitemap::item).collect();
    }
    let entries = Envelope::new(around, &raw).entries(&raw);
    raw.into_iter().zip(entries).map(|(raw, entry)| Gathered { raw, entry }.item()).collect()
}

/// An item's own bytes, and what feed-rs made of them, if anything.
struct Gathered<'a> {
    raw: Raw<'a>,
    entry: Option<rs::Entry>,
}

impl Gathered<'_> {
    fn item(&self) -> Item {
        Item {
            links: links::candidates(&self.raw, self.entry.as_ref()),
            original: links::original(&self.raw),
            guid: self.raw.guid(),
            title: self.title(),
            summary: self.summary(),
            content: self.content(),
            caption: media::text(&self.raw, "description")
                .map(|text| Prose::body(text, Kind::Plain)),
            authors: self.authors(),
            categories: self.categories(),
            enclosures: media::enclosures(&self.raw, self.entry.as_ref()),
            language: self.language(),
            origin: self.origin(),
            published: self
                .raw
                .first_text(&PUBLISHED)
                .or_else(|| self.raw.element.attribute("LASTMOD")),
            updated: self.raw.first_text(&UPDATED).or_else(|| self.later_date()),
            base: self.raw.base(),
        }
    }

    /// Dublin Core's date beside a date of publication: that of a revision.
    fn later_date(&self) -> Option<String> {
        self.raw.first_text(&PUBLISHED[..3])?;
        self.raw.text(Space::DublinCore, "date")
    }

    fn is_atom(&self) -> bool {
        self.raw.around.dialect == Dialect::Atom
    }

    fn title(&self) -> Option<Prose> {
        self.prose(&["title"]).or_else(|| {
            let title =
                self.raw.first_text(&[(Space::DublinCore, "title"), (Space::Atom, "title")]);
            title.or_else(|| media::text(&self.raw, "title")).map(Prose::html)
        })
    }

    /// A text of the format's own; of several, people mean the first.
    fn prose(&self, names: &[&str]) -> Option<Prose> {
        let field = names.iter().find_map(|name| self.raw.field(Space::Own, name))?;
        Some(self.prose_of(field)).filter(|prose| !prose.is_blank())
    }

    fn prose_of(&self, field: &Field<'_>) -> Prose {
        let is_atom = self.is_atom();
        if field.has_elements() {
            Prose::markup(field.markup())
        } else if let Some(decoded) = base64::of(field) {
            Prose::html(decoded)
        } else {
            Prose::new(field.text().unwrap_or_default(), prose::kind(field, is_atom))
        }
    }

    fn summary(&self) -> Option<Prose> {
        let names: &[&str] =
            if self.is_atom() { &["summary"] } else { &["description", "summary"] };
        let own = self.prose(names).map(Prose::into_body);
        own.or_else(|| self.raw.first_text(&OTHER_SUMMARIES).map(Prose::html))
    }

    fn content(&self) -> Option<Prose> {
        let bodies = || self.raw.fields.iter().filter(|field| is_body(field));
        if let Some(field) = bodies().find(|field| field.has_elements()) {
            return Some(Prose::markup(field.markup()));
        }
        bodies().map(|field| self.prose_of(field).into_body()).find(|prose| !prose.is_blank())
    }

    /// iTunes names the show's people on every episode, so that they count only where nobody else
    /// is named.
    fn authors(&self) -> Vec<String> {
        let people = |names| -> Vec<String> {
            self.raw.named(names).filter_map(|field| person(field, &self.raw.prefixes)).collect()
        };
        let own = people(&AUTHORS);
        let own = if own.is_empty() { people(&OTHER_AUTHORS) } else { own };
        if own.is_empty() && self.is_atom() { self.authors_of_source() } else { own }
    }

    /// Those of the feed that the entry was taken from (RFC 4287 §4.2.1).
    fn authors_of_source(&self) -> Vec<String> {
        let prefixes = &self.raw.prefixes;
        let sources = self.raw.named(&[(Space::Own, "source")]);
        let authors = sources.flat_map(|source| source.children(prefixes));
        let authors = authors.filter(|field| field.is(Space::Own, "author"));
        authors.filter_map(|field| person(&field, prefixes)).collect()
    }

    fn categories(&self) -> Vec<String> {
        let mut categories: Vec<String> = match &self.entry {
            Some(entry) => entry.categories.iter().map(label).collect(),
            None => self.raw.named(&[(Space::Own, "category")]).filter_map(category).collect(),
        };
        categories
            .extend(self.raw.named(&[(Space::DublinCore, "subject")]).filter_map(Field::text));
        categories
    }

    fn language(&self) -> Option<String> {
        let names = [(Space::DublinCore, "language"), (Space::Own, "language")];
        let of_fields = || self.raw.fields.iter().find_map(|field| field.attribute("xml:lang"));
        let own = self.raw.element.attribute("xml:lang");
        own.or_else(|| self.raw.first_text(&names)).or_else(of_fields)
    }

    /// RSS `<source url="…">name</source>`; Atom `<source>` with a title and links.
    fn origin(&self) -> Option<Origin> {
        let source = self.raw.named(&[(Space::Own, "source"), (Space::Atom, "source")]).next()?;
        let children = source.children(&self.raw.prefixes);
        let child = |name: &'static str| children.iter().filter(move |field| field.local == name);
        let title =
            if children.is_empty() { source.text() } else { child("title").find_map(Field::text) };
        let url = source
            .attribute("url")
            .or_else(|| child("link").find_map(|link| link.attribute("href")))
            .or_else(|| child("id").find_map(Field::text));
        let title = title.map(|title| Prose::html(title).line()).filter(|title| !title.is_empty());
        let url = url.and_then(|url| self.raw.around.base.join(&url).ok()).filter(Url::has_host);
        let origin = Origin { title, url: url.map(String::from) };
        (origin.title.is_some() || origin.url.is_some()).then_some(origin)
    }
}

const PUBLISHED: [(Space, &str); 12] = [
    (Space::Own, "pubDate"),
    (Space::Own, "published"),
    (Space::Own, "issued"),
    (Space::DublinCore, "date"),
    (Space::Atom, "published"),
    (Space::DcTerms, "issued"),
    (Space::DcTerms, "created"),
    (Space::Own, "created"),
    (Space::DublinCore, "issued"),
    (Space::Own, "date"),
    (Space::DcTerms, "date"),
    (Space::Own, "pub_date"),
];

const UPDATED: [(Space, &str); 5] = [
    (Space::Own, "updated"),
    (Space::Own, "modified"),
    (Space::Atom, "updated"),
    (Space::DcTerms, "modified"),
    (Space::Own, "lastBuildDate"),
];

const AUTHORS: [(Space, &str); 3] =
    [(Space::Own, "author"), (Space::DublinCore, "creator"), (Space::Atom, "author")];

const OTHER_AUTHORS: [(Space, &str); 2] =
    [(Space::Itunes, "author"), (Space::DublinCore, "author")];

const OTHER_SUMMARIES: [(Space, &str); 6] = [
    (Space::DublinCore, "description"),
    (Space::Itunes, "summary"),
    (Space::Atom, "summary"),
    (Space::DcTerms, "abstract"),
    (Space::Own, "abstract"),
    (Space::Itunes, "subtitle"),
];

fn label(category: &rs::Category) -> String {
    let label = category.label.clone().filter(|label| !label.trim().is_empty());
    label.unwrap_or_else(|| category.term.clone())
}

fn category(field: &Field<'_>) -> Option<String> {
    field.attribute("label").or_else(|| field.attribute("term")).or_else(|| field.text())
}

/// A person's name: of Atom's construct, else the text as it stands.
pub(super) fn person(field: &Field<'_>, prefixes: &Prefixes) -> Option<String> {
    let children = field.children(prefixes);
    let child =
        |name: &str| children.iter().find(|child| child.local == name).and_then(Field::text);
    if children.is_empty() {
        return field.text();
    }
    let known =
        || children.iter().any(|child| matches!(child.local, "name" | "email" | "uri" | "url"));
    let named = child("name").or_else(|| child("email")).or_else(|| child("uri"));
    named.or_else(|| (!known()).then(|| field.markup()))
}
