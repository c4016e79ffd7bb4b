//! One XML item: feed-rs's reading of it, with what feed-rs hides read from the item's own bytes.
//!
//! Where feed-rs refuses an item, its bytes are all there is, and they are enough.

use super::fields::Field;
use super::item::Item;
use super::namespaces::{Prefixes, Space};
use super::parse::Envelope;
use super::prose::{Kind, Prose};
use super::raw::{Around, Raw, is_body};
use super::scan::Dialect;
use super::{links, media, sitemap};
use crate::model::Origin;
use feed_rs::model as rs;
use url::Url;

/// Reads the items.
pub(super) fn items(slices: &[&str], around: &Around<'_>) -> Vec<Item> {
    let raw: Vec<Raw<'_>> = slices.iter().map(|slice| Raw::of(slice, around)).collect();
    if around.dialect == Dialect::Sitemap {
        return raw.iter().map(sitemap::item).collect();
    }
    let sound = slices.iter().zip(&raw).filter(|(_, raw)| !panics_feed_rs(raw));
    let sound: Vec<&str> = sound.map(|(slice, _)| *slice).collect();
    let mut parsed = Envelope::new(around, &raw).entries(&sound).into_iter();
    raw.into_iter()
        .map(|raw| {
            let entry = if panics_feed_rs(&raw) { None } else { parsed.next().flatten() };
            Gathered { raw, entry }.item()
        })
        .collect()
}

/// feed-rs 3.0 cuts a mail address out of a name by bytes and panics beside a wide character, as
/// in `kim@example.org（김）`. Panics are caught, but a backtrace a poll helps nobody.
fn panics_feed_rs(raw: &Raw<'_>) -> bool {
    let mut people = raw.fields.iter().filter(|field| ["author", "creator"].contains(&field.local));
    people.any(|field| field.text().is_some_and(|text| text.contains('@') && !text.is_ascii()))
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
            published: self.raw.first_text(&PUBLISHED),
            updated: self.raw.first_text(&UPDATED),
            base: self.raw.base(),
        }
    }

    fn is_atom(&self) -> bool {
        self.raw.around.dialect == Dialect::Atom
    }

    fn title(&self) -> Option<Prose> {
        let parsed = self.entry.as_ref().and_then(|entry| entry.title.as_ref());
        self.prose(&["title"], parsed).or_else(|| {
            let title =
                self.raw.first_text(&[(Space::DublinCore, "title"), (Space::Atom, "title")]);
            title.or_else(|| media::text(&self.raw, "title")).map(Prose::html)
        })
    }

    /// A text of the format's own: as feed-rs has it, unless it has only what stands before the
    /// first element in it.
    fn prose(&self, names: &[&str], parsed: Option<&rs::Text>) -> Option<Prose> {
        let field = names.iter().find_map(|name| self.raw.field(Space::Own, name));
        if let Some(field) = field.filter(|field| field.has_elements()) {
            return Some(Prose::markup(field.markup()));
        }
        let kind = field.map_or(Kind::Html, |field| self.kind(field));
        // Of several, feed-rs keeps the last, and people mean the first.
        let alike = field.map_or(0, |field| self.raw.named(&[(Space::Own, field.local)]).count());
        let text = match parsed {
            Some(text) if alike < 2 && !text.content.trim().is_empty() => {
                Some(text.content.clone())
            }
            _ => field.and_then(Field::text),
        };
        text.map(|text| Prose::new(text, kind)).filter(|prose| !prose.is_blank())
    }

    /// RSS texts are HTML; Atom says which of its are.
    fn kind(&self, field: &Field<'_>) -> Kind {
        let is_plain =
            matches!(field.attribute("type").as_deref(), None | Some("text" | "text/plain"));
        if self.is_atom() && is_plain { Kind::Plain } else { Kind::Html }
    }

    fn summary(&self) -> Option<Prose> {
        let names: &[&str] =
            if self.is_atom() { &["summary"] } else { &["description", "summary"] };
        let parsed = self.entry.as_ref().and_then(|entry| entry.summary.as_ref());
        let own = self.prose(names, parsed).map(Prose::into_body);
        own.or_else(|| self.raw.first_text(&OTHER_SUMMARIES).map(Prose::html))
    }

    fn content(&self) -> Option<Prose> {
        let bodies = || self.raw.fields.iter().filter(|field| is_body(field));
        if let Some(field) = bodies().find(|field| field.has_elements()) {
            return Some(Prose::markup(field.markup()));
        }
        let field = bodies().next()?;
        let content = self.entry.as_ref().and_then(|entry| entry.content.as_ref());
        let parsed = content.and_then(|content| content.body.clone());
        let text = parsed.filter(|text| !text.trim().is_empty()).or_else(|| field.text())?;
        Some(Prose::body(text, self.kind(field)))
    }

    /// iTunes names the show's people on every episode, so that they count only where nobody else
    /// is named.
    fn authors(&self) -> Vec<String> {
        let people = |names| -> Vec<String> {
            self.raw.named(names).filter_map(|field| person(field, &self.raw.prefixes)).collect()
        };
        let own = people(&AUTHORS);
        if own.is_empty() { people(&OTHER_AUTHORS) } else { own }
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

const OTHER_SUMMARIES: [(Space, &str); 5] = [
    (Space::DublinCore, "description"),
    (Space::Itunes, "summary"),
    (Space::Atom, "summary"),
    (Space::DcTerms, "abstract"),
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
    if children.is_empty() { field.text() } else { child("name").or_else(|| child("email")) }
}
