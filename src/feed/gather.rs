//! One XML item: feed-rs's reading of it, with what feed-rs hides read from the item's own bytes.
//!
//! Where feed-rs refuses an item, its bytes are all there is, and they are enough.

use super::fields::Field;
use super::item::Item;
use super::media;
use super::namespaces::{Prefixes, Space};
use super::parse::Envelope;
use super::prose::{Kind, Prose};
use super::raw::{Around, Raw, is_body};
use super::scan::Dialect;
use crate::model::Origin;
use feed_rs::model as rs;

/// Reads the items.
pub(super) fn items(slices: &[&str], around: &Around<'_>) -> Vec<Item> {
    let raw: Vec<Raw<'_>> = slices.iter().map(|slice| Raw::of(slice, around)).collect();
    let for_feed_rs = |raw: &Raw<'_>| around.dialect != Dialect::Sitemap && !panics_feed_rs(raw);
    let sound = slices.iter().zip(&raw).filter(|(_, raw)| for_feed_rs(raw));
    let sound: Vec<&str> = sound.map(|(slice, _)| *slice).collect();
    let mut parsed = Envelope::new(around, &raw).entries(&sound).into_iter();
    raw.into_iter()
        .map(|raw| {
            let entry = if for_feed_rs(&raw) { parsed.next().flatten() } else { None };
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
        let mut item = Item {
            guid: self.guid(),
            links: self.links(),
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
        };
        if self.raw.around.dialect == Dialect::Sitemap {
            self.add_news(&mut item);
        }
        item
    }

    fn is_atom(&self) -> bool {
        self.raw.around.dialect == Dialect::Atom
    }

    /// RSS 1.0 has no guid; the subject of its statement is one.
    fn guid(&self) -> Option<String> {
        let name = if self.is_atom() { "id" } else { "guid" };
        self.raw
            .text(Space::Own, name)
            .or_else(|| self.raw.text(Space::Own, if name == "id" { "guid" } else { "id" }))
            .or_else(|| self.raw.text(Space::Atom, "id"))
            .or_else(|| self.raw.element.attribute("rdf:about"))
    }

    /// The link that a publisher meant before a counting service, the link itself, the guid if it
    /// is one, and then whatever leads to the matter.
    fn links(&self) -> Vec<String> {
        let original = self.raw.text(Space::Feedburner, "origLink");
        let mut links: Vec<String> =
            original.filter(|link| link.starts_with("http")).into_iter().collect();
        links.extend(self.alternates());
        links.extend(self.link_elements(&["", "alternate"]));
        links.extend(self.guid());
        if self.is_atom() {
            let content = self.entry.as_ref().and_then(|entry| entry.content.as_ref());
            links.extend(
                content.and_then(|content| content.src.as_ref()).map(|link| link.href.clone()),
            );
        }
        links.extend(self.link_elements(&["via", "related", "self"]));
        links
    }

    /// feed-rs's links to the item itself, pages before other files.
    fn alternates(&self) -> Vec<String> {
        let is_alternate = |link: &&rs::Link| {
            matches!(link.rel.as_deref(), None | Some("alternate")) && link.target.is_none()
        };
        let is_no_page = |link: &&rs::Link| {
            link.media_type.as_deref().is_some_and(|kind| !kind.contains("html"))
        };
        let links = self.entry.iter().flat_map(|entry| &entry.links);
        let mut alternates: Vec<&rs::Link> = links.filter(is_alternate).collect();
        alternates.sort_by_key(is_no_page);
        alternates.into_iter().map(|link| link.href.clone()).collect()
    }

    /// Links of any vocabulary as their elements say them.
    fn link_elements(&self, relations: &[&str]) -> Vec<String> {
        let is_wanted = |field: &&Field<'_>| {
            field.local.eq_ignore_ascii_case("link")
                && relations.contains(&field.attribute("rel").unwrap_or_default().as_str())
        };
        let address = |field: &Field<'_>| {
            let attribute = field.attribute("href").or_else(|| field.attribute("rdf:resource"));
            attribute.or_else(|| field.text())
        };
        self.raw.fields.iter().filter(is_wanted).filter_map(address).collect()
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
        let is_only = self
            .raw
            .fields
            .iter()
            .filter(|known| field.is_some_and(|field| known.is(Space::Own, field.local)))
            .count()
            < 2;
        let text = match parsed {
            Some(text) if is_only && !text.content.trim().is_empty() => Some(text.content.clone()),
            _ => field.and_then(Field::text),
        };
        text.map(|text| Prose::new(text, kind)).filter(|prose| !prose.is_blank())
    }

    /// RSS texts are HTML; Atom says which of its are.
    fn kind(&self, field: &Field<'_>) -> Kind {
        let kind = field.attribute("type");
        match kind.as_deref() {
            _ if !self.is_atom() => Kind::Html,
            None | Some("text" | "text/plain") => Kind::Plain,
            Some(_) => Kind::Html,
        }
    }

    fn summary(&self) -> Option<Prose> {
        let names: &[&str] =
            if self.is_atom() { &["summary"] } else { &["description", "summary"] };
        let parsed = self.entry.as_ref().and_then(|entry| entry.summary.as_ref());
        let own = self.prose(names, parsed).map(Prose::as_body);
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
        let named = |names: &[(Space, &str)]| -> Vec<String> {
            let is_named =
                |field: &&Field<'_>| names.iter().any(|(space, local)| field.is(*space, local));
            self.raw
                .fields
                .iter()
                .filter(is_named)
                .filter_map(|field| person(field, &self.raw.prefixes))
                .collect()
        };
        let own = named(&[
            (Space::Own, "author"),
            (Space::DublinCore, "creator"),
            (Space::Atom, "author"),
        ]);
        if own.is_empty() {
            named(&[(Space::Itunes, "author"), (Space::DublinCore, "author")])
        } else {
            own
        }
    }

    fn categories(&self) -> Vec<String> {
        let own: Vec<String> = match &self.entry {
            Some(entry) => entry.categories.iter().map(label).collect(),
            None => self
                .raw
                .fields
                .iter()
                .filter(|field| field.is(Space::Own, "category"))
                .filter_map(category)
                .collect(),
        };
        let subjects =
            self.raw.fields.iter().filter(|field| field.is(Space::DublinCore, "subject"));
        own.into_iter().chain(subjects.filter_map(Field::text)).collect()
    }

    fn language(&self) -> Option<String> {
        let element = self.raw.element.attribute("xml:lang");
        element
            .or_else(|| {
                self.raw.first_text(&[(Space::DublinCore, "language"), (Space::Own, "language")])
            })
            .or_else(|| self.raw.fields.iter().find_map(|field| field.attribute("xml:lang")))
    }

    /// RSS `<source url="…">name</source>`; Atom `<source>` with a title and links.
    fn origin(&self) -> Option<Origin> {
        let source = self
            .raw
            .field(Space::Own, "source")
            .or_else(|| self.raw.field(Space::Atom, "source"))?;
        let children = source.children(&self.raw.prefixes);
        let child = |name: &str| children.iter().find(|field| field.local == name);
        let link = || {
            children
                .iter()
                .filter(|field| field.local == "link")
                .find_map(|field| field.attribute("href"))
        };
        let title =
            if children.is_empty() { source.text() } else { child("title").and_then(Field::text) };
        let url =
            source.attribute("url").or_else(link).or_else(|| child("id").and_then(Field::text));
        let title = title.map(|title| Prose::html(title).line()).filter(|title| !title.is_empty());
        let url =
            url.and_then(|url| self.raw.around.base.join(&url).ok()).filter(|url| url.has_host());
        let origin = Origin { title, url: url.map(String::from) };
        (origin.title.is_some() || origin.url.is_some()).then_some(origin)
    }

    /// A news sitemap says in `news:news` what it has to say.
    fn add_news(&self, item: &mut Item) {
        item.links = self.raw.text(Space::Own, "loc").into_iter().collect();
        item.updated = self.raw.text(Space::Own, "lastmod");
        let Some(news) = self.raw.field(Space::News, "news") else { return };
        for field in news.children(&self.raw.prefixes) {
            match field.local {
                "title" => item.title = field.text().map(Prose::html),
                "publication_date" => item.published = field.text(),
                "keywords" => {
                    item.categories = field
                        .text()
                        .iter()
                        .flat_map(|words| words.split(','))
                        .map(str::to_owned)
                        .collect()
                }
                "publication" => {
                    let children = field.children(&self.raw.prefixes);
                    item.language = children
                        .iter()
                        .find(|field| field.local == "language")
                        .and_then(Field::text);
                }
                _ => {}
            }
        }
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
