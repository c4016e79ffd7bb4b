//! One XML item: feed-rs's reading of it, with what feed-rs hides read from the item's own bytes.
//!
//! Where feed-rs refuses an item, its bytes are all there is, and they are enough.

use super::fields::{self, Field};
use super::item::Item;
use super::namespaces::{Prefixes, Space};
use super::parse::Envelope;
use super::prose::{Kind, Prose};
use super::scan::Dialect;
use crate::model::{Enclosure, Origin};
use feed_rs::model as rs;
use url::Url;

/// What all items of one document share.
#[derive(Debug)]
pub(super) struct Around<'a> {
    pub(super) dialect: Dialect,
    pub(super) prefixes: &'a Prefixes,
    /// The base that they inherit.
    pub(super) base: &'a Url,
}

/// Reads the items.
pub(super) fn items(slices: &[&str], around: &Around<'_>) -> Vec<Item> {
    let raw: Vec<Raw<'_>> = slices.iter().map(|slice| Raw::of(slice, around)).collect();
    let mut used: Vec<String> = raw.iter().flat_map(Raw::used_prefixes).collect();
    used.sort_unstable();
    used.dedup();
    let envelope = Envelope::new(around.dialect, around.prefixes, &used, around.base);
    let entries = match around.dialect {
        Dialect::Sitemap => vec![None; slices.len()],
        _ => envelope.entries(slices),
    };
    raw.iter().zip(entries).map(|(raw, entry)| raw.item(entry)).collect()
}

/// An item's own bytes, taken apart.
struct Raw<'a> {
    element: Field<'a>,
    fields: Vec<Field<'a>>,
    around: &'a Around<'a>,
}

impl<'a> Raw<'a> {
    fn of(slice: &'a str, around: &'a Around<'a>) -> Self {
        let element = fields::element(slice, around.prefixes);
        Self { element, fields: element.children(around.prefixes), around }
    }

    fn used_prefixes(&self) -> impl Iterator<Item = String> {
        let own = std::iter::once(&self.element).chain(&self.fields);
        own.map(|field| field.prefix.to_owned()).filter(|prefix| !prefix.is_empty())
    }

    fn item(&self, entry: Option<rs::Entry>) -> Item {
        let entry = entry.unwrap_or_default();
        let base = self.base();
        let mut item = Item {
            guid: self.guid(),
            links: self.links(&entry),
            title: self.prose(&["title"], entry.title.as_ref()).or_else(|| self.other_title()),
            summary: self.summary(&entry),
            content: self.content(&entry),
            caption: self.caption(&entry),
            authors: self.authors(),
            categories: self.categories(&entry),
            enclosures: enclosures(&entry),
            language: self.language(&entry),
            origin: self.origin(),
            published: self.first_text(&PUBLISHED),
            updated: self.first_text(&UPDATED),
            base,
        };
        if self.around.dialect == Dialect::Sitemap {
            self.add_news(&mut item);
        }
        item
    }

    fn field(&self, space: Space, local: &str) -> Option<&Field<'a>> {
        let named = || self.fields.iter().filter(|field| field.is(space, local));
        named().find(|field| field.text().is_some()).or_else(|| named().next())
    }

    fn text(&self, space: Space, local: &str) -> Option<String> {
        self.field(space, local)?.text()
    }

    fn first_text(&self, names: &[(Space, &str)]) -> Option<String> {
        names.iter().find_map(|(space, local)| self.text(*space, local))
    }

    /// RSS 1.0 has no guid; the subject of its statement is one.
    fn guid(&self) -> Option<String> {
        let name = if self.around.dialect == Dialect::Atom { "id" } else { "guid" };
        self.text(Space::Own, name)
            .or_else(|| self.text(Space::Own, if name == "id" { "guid" } else { "id" }))
            .or_else(|| self.text(Space::Atom, "id"))
            .or_else(|| self.element.attribute("rdf:about"))
    }

    fn base(&self) -> Option<Url> {
        let own = self.element.attribute("xml:base");
        let of_body = self.fields.iter().filter(|field| is_body(field));
        let of_body = of_body.filter_map(|field| field.attribute("xml:base")).next_back();
        let mut base = None;
        for part in [own, of_body].into_iter().flatten() {
            base = base.as_ref().unwrap_or(self.around.base).join(&part).ok().or(base);
        }
        base
    }

    /// The link that a publisher meant before a counting service, the link itself, the guid if it
    /// is one, and then whatever leads to the matter.
    fn links(&self, entry: &rs::Entry) -> Vec<String> {
        let mut links: Vec<String> = self.first_text(&ORIGINAL_LINKS).into_iter().collect();
        let alternate = |link: &&rs::Link| {
            matches!(link.rel.as_deref(), None | Some("alternate")) && link.target.is_none()
        };
        let mut alternates: Vec<&rs::Link> = entry.links.iter().filter(alternate).collect();
        alternates.sort_by_key(|link| {
            link.media_type.as_deref().is_some_and(|kind| !kind.contains("html"))
        });
        links.extend(alternates.into_iter().map(|link| link.href.clone()));
        links.extend(self.link_elements(&["", "alternate"]));
        links.extend(self.guid());
        links.extend(
            entry
                .content
                .iter()
                .filter_map(|content| content.src.as_ref())
                .filter(|_| self.around.dialect == Dialect::Atom)
                .map(|link| link.href.clone()),
        );
        links.extend(self.link_elements(&["via", "related", "self"]));
        links
    }

    /// Links of any vocabulary as their elements say them.
    fn link_elements(&self, relations: &[&str]) -> Vec<String> {
        let links = self.fields.iter().filter(|field| field.local.eq_ignore_ascii_case("link"));
        links
            .filter(|field| {
                relations.contains(&field.attribute("rel").unwrap_or_default().as_str())
            })
            .filter_map(|field| {
                field
                    .attribute("href")
                    .or_else(|| field.attribute("rdf:resource"))
                    .or_else(|| field.text())
            })
            .collect()
    }

    /// A text of the format's own: as feed-rs has it, unless it has only what stands before the
    /// first element in it.
    fn prose(&self, names: &[&str], parsed: Option<&rs::Text>) -> Option<Prose> {
        let field = names.iter().find_map(|name| self.field(Space::Own, name));
        if let Some(field) = field.filter(|field| field.has_elements()) {
            return Some(Prose::html(field.markup()));
        }
        let kind = field.map_or(Kind::Html, |field| self.kind(field));
        let text = match parsed {
            Some(text) if !text.content.trim().is_empty() => Some(text.content.clone()),
            _ => field.and_then(Field::text),
        };
        text.map(|text| Prose::new(text, kind)).filter(|prose| !prose.is_blank())
    }

    /// RSS texts are HTML; Atom says which of its are.
    fn kind(&self, field: &Field<'_>) -> Kind {
        let kind = field.attribute("type");
        match kind.as_deref() {
            _ if self.around.dialect != Dialect::Atom => Kind::Html,
            None | Some("text" | "text/plain") => Kind::Plain,
            Some(_) => Kind::Html,
        }
    }

    fn other_title(&self) -> Option<Prose> {
        let title = [(Space::DublinCore, "title"), (Space::Atom, "title"), (Space::Media, "title")];
        self.first_text(&title).map(Prose::html)
    }

    fn summary(&self, entry: &rs::Entry) -> Option<Prose> {
        let names: &[&str] = if self.around.dialect == Dialect::Atom {
            &["summary"]
        } else {
            &["description", "summary"]
        };
        self.prose(names, entry.summary.as_ref())
            .map(Prose::as_body)
            .or_else(|| self.first_text(&OTHER_SUMMARIES).map(Prose::html))
    }

    fn content(&self, entry: &rs::Entry) -> Option<Prose> {
        let field =
            self.fields.iter().filter(|field| is_body(field)).find(|field| field.has_elements());
        if let Some(field) = field {
            return Some(Prose::html(field.markup()));
        }
        let field = self.fields.iter().find(|field| is_body(field))?;
        let parsed = entry.content.as_ref().and_then(|content| content.body.clone());
        let text = parsed.filter(|text| !text.trim().is_empty()).or_else(|| field.text())?;
        Some(Prose::body(text, self.kind(field)))
    }

    fn caption(&self, entry: &rs::Entry) -> Option<Prose> {
        let described = entry.media.iter().find_map(|media| media.description.as_ref());
        let described = described.map(|text| text.content.clone());
        let text = described.or_else(|| self.media_text("description"))?;
        Some(Prose::body(text, Kind::Plain)).filter(|prose| !prose.is_blank())
    }

    /// Media elements stand in the item, in a group, or in a piece of content.
    fn media_text(&self, local: &str) -> Option<String> {
        self.text(Space::Media, local).or_else(|| {
            let holders = self.fields.iter().filter(|field| {
                field.is(Space::Media, "group") || field.is(Space::Media, "content")
            });
            holders
                .flat_map(|field| field.children(self.around.prefixes))
                .filter(|field| field.is(Space::Media, local))
                .find_map(|field| field.text())
        })
    }

    /// iTunes names the show's people on every episode, so that they count only where nobody else
    /// is named.
    fn authors(&self) -> Vec<String> {
        let named = |names: &[(Space, &str)]| -> Vec<String> {
            let is_named =
                |field: &&Field<'_>| names.iter().any(|(space, local)| field.is(*space, local));
            self.fields
                .iter()
                .filter(is_named)
                .filter_map(|field| person(field, self.around.prefixes))
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

    fn categories(&self, entry: &rs::Entry) -> Vec<String> {
        let labels = entry.categories.iter().map(|category| {
            category
                .label
                .clone()
                .filter(|label| !label.trim().is_empty())
                .unwrap_or(category.term.clone())
        });
        let subjects = self.fields.iter().filter(|field| field.is(Space::DublinCore, "subject"));
        labels.chain(subjects.filter_map(Field::text)).collect()
    }

    fn language(&self, entry: &rs::Entry) -> Option<String> {
        self.element
            .attribute("xml:lang")
            .or_else(|| self.text(Space::DublinCore, "language"))
            .or_else(|| self.text(Space::Own, "language"))
            .or_else(|| entry.language.clone())
            .or_else(|| self.fields.iter().find_map(|field| field.attribute("xml:lang")))
    }

    /// RSS `<source url="…">name</source>`; Atom `<source>` with a title and links.
    fn origin(&self) -> Option<Origin> {
        let source =
            self.field(Space::Own, "source").or_else(|| self.field(Space::Atom, "source"))?;
        let children = source.children(self.around.prefixes);
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
        let url = url.and_then(|url| self.around.base.join(&url).ok()).filter(|url| url.has_host());
        let origin = Origin { title, url: url.map(String::from) };
        (origin.title.is_some() || origin.url.is_some()).then_some(origin)
    }

    /// A news sitemap says in `news:news` what it has to say.
    fn add_news(&self, item: &mut Item) {
        item.links = self.text(Space::Own, "loc").into_iter().collect();
        item.updated = self.text(Space::Own, "lastmod");
        let Some(news) = self.field(Space::News, "news") else { return };
        for field in news.children(self.around.prefixes) {
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
                    let children = field.children(self.around.prefixes);
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

const ORIGINAL_LINKS: [(Space, &str); 2] =
    [(Space::Feedburner, "origLink"), (Space::Feedburner, "origEnclosureLink")];

const OTHER_SUMMARIES: [(Space, &str); 5] = [
    (Space::DublinCore, "description"),
    (Space::Itunes, "summary"),
    (Space::Atom, "summary"),
    (Space::DcTerms, "abstract"),
    (Space::Itunes, "subtitle"),
];

/// Whether a field is the full content, as far as formats tell that apart.
fn is_body(field: &Field<'_>) -> bool {
    field.is(Space::Content, "encoded")
        || field.is(Space::Atom, "content")
        || field.is(Space::Own, "content")
        || field.local.eq_ignore_ascii_case("fullbody")
        || (field.local == "body" && field.space != Space::Media)
}

/// A person's name: of Atom's construct, else the text as it stands.
pub(super) fn person(field: &Field<'_>, prefixes: &Prefixes) -> Option<String> {
    let children = field.children(prefixes);
    let child =
        |name: &str| children.iter().find(|child| child.local == name).and_then(Field::text);
    if children.is_empty() { field.text() } else { child("name").or_else(|| child("email")) }
}

/// Enclosures in all their forms; the media of a group are one file in several sizes, of which all
/// are kept.
fn enclosures(entry: &rs::Entry) -> Vec<Enclosure> {
    let media = entry.media.iter().flat_map(|media| &media.content).filter_map(|content| {
        Some(Enclosure {
            url: content.url.as_ref()?.to_string(),
            media_type: content.content_type.as_ref().map(ToString::to_string),
            bytes: content.size.filter(|size| *size > 0),
        })
    });
    let links = entry.links.iter().filter(|link| link.rel.as_deref() == Some("enclosure"));
    let links = links.map(|link| Enclosure {
        url: link.href.clone(),
        media_type: link.media_type.clone(),
        bytes: link.length.filter(|size| *size > 0),
    });
    media.chain(links).collect()
}
