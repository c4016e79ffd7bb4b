//! Atom 1.0: the schema of RFC 4287 appendix B, and what its text asks beyond it.

use super::tree::Element;
use super::values::{Complaints, is_media_type};
use std::collections::HashSet;
use url::Url;

/// What a feed may say of itself (RFC 4287 §4.1.1), and its copy in an entry's source (§4.2.11).
const METADATA: [&str; 12] = [
    "author*",
    "category*",
    "contributor*",
    "generator?",
    "icon?",
    "id",
    "link*",
    "logo?",
    "rights?",
    "subtitle?",
    "title",
    "updated",
];

pub(super) fn check(feed: &Element, found: &mut Complaints) {
    if feed.name != "feed" || feed.attribute("xmlns") != "http://www.w3.org/2005/Atom" {
        return found.add("UndefinedElement", format_args!("{} is no feed", feed.name));
    }
    let parts: Vec<&str> = METADATA.into_iter().chain(["entry*", "fh:archive?"]).collect();
    found.children(feed, &parts);
    found.attributes(feed, &["xmlns"]);
    found.address(feed.attribute("xml:base"), "xml:base");
    head(feed, found);
    let mut ids = HashSet::new();
    for entry in feed.all("entry") {
        let has_author = [feed, entry].iter().any(|element| element.one("author").is_some());
        found.unless(has_author, "MissingElement", "an author");
        found.unless(ids.insert(entry.text_of("id")), "DuplicateEntries", entry.text_of("id"));
        self::entry(entry, found);
    }
    found.unless(
        feed.one("entry").is_some() || feed.one("author").is_some(),
        "MissingElement",
        "author",
    );
    history(feed, found);
}

/// What feeds, entries and sources have alike.
fn head(element: &Element, found: &mut Complaints) {
    let id = element.text_of("id");
    let is_iri = Url::parse(id).is_ok();
    found.unless(is_iri, "InvalidFullLink", format_args!("id {id:?}"));
    for name in ["updated", "published"] {
        element.all(name).for_each(|date| found.rfc3339(&date.text, name));
    }
    for name in ["title", "subtitle", "summary", "rights"] {
        element.all(name).for_each(|text| self::text(text, found));
    }
    found.not_blank(element.text_of("title"), "title");
    for person in element.all("author").chain(element.all("contributor")) {
        found.children(person, &["name", "uri?", "email?"]);
        found.not_blank(person.text_of("name"), "name");
    }
    for category in element.all("category") {
        found.attributes(category, &["term", "scheme?", "label?"]);
        let scheme = category.attribute("scheme");
        found.unless(scheme.is_empty() || Url::parse(scheme).is_ok(), "InvalidURI", scheme);
    }
    for generator in element.all("generator") {
        found.attributes(generator, &["uri?", "version?"]);
        found.not_blank(&generator.text, "generator");
    }
    element.all("link").for_each(|link| self::link(link, found));
    let mut alternates = HashSet::new();
    for link in element.all("link").filter(|link| link.attribute("rel") == "alternate") {
        let kind = (link.attribute("type"), link.attribute("hreflang"));
        found.unless(alternates.insert(kind), "DuplicateAtomLink", link.attribute("href"));
    }
}

fn text(text: &Element, found: &mut Complaints) {
    found.attributes(text, &["type?"]);
    match text.attribute("type") {
        "" | "text" => {}
        "html" => found.html(&text.text, &text.name),
        other => found.add("InvalidTextType", other),
    }
    found.unless(text.children.is_empty(), "UndefinedElement", &text.name);
}

fn link(link: &Element, found: &mut Complaints) {
    const RELATIONS: [&str; 10] = [
        "alternate",
        "self",
        "related",
        "enclosure",
        "via",
        "hub",
        "current",
        "prev-archive",
        "next-archive",
        "license",
    ];
    found.attributes(link, &["href", "rel?", "type?", "hreflang?", "title?", "length?"]);
    found.address(link.attribute("href"), "link");
    let rel = link.attribute("rel");
    found.unless(rel.is_empty() || RELATIONS.contains(&rel), "UnregisteredAtomLinkRel", rel);
    let kind = link.attribute("type");
    found.unless(kind.is_empty() || is_media_type(kind), "InvalidMIMEType", kind);
    let length = link.attribute("length");
    found.unless(length.bytes().all(|b| b.is_ascii_digit()), "InvalidNonNegativeInteger", length);
}

fn entry(entry: &Element, found: &mut Complaints) {
    found.children(
        entry,
        &[
            "author*",
            "category*",
            "content?",
            "contributor*",
            "id",
            "link*",
            "published?",
            "rights?",
            "source?",
            "summary?",
            "title",
            "updated",
            "media:thumbnail?",
        ],
    );
    found.attributes(entry, &[]);
    head(entry, found);
    let has_alternate = entry.all("link").any(|link| link.attribute("rel") == "alternate");
    found.unless(
        has_alternate || entry.one("content").is_some(),
        "MissingAlternateLink",
        entry.text_of("id"),
    );
    if let Some(content) = entry.one("content") {
        text(content, found);
        found.unless(content.text != entry.text_of("summary"), "DuplicateSummary", &content.text);
        found.not_blank(&content.text, "content");
    }
    for source in entry.all("source") {
        // RFC 4287 §4.2.11 asks for id, title and updated of a copied entry's feed.
        found.children(source, &METADATA);
        found.attributes(source, &[]);
        head(source, found);
    }
    for thumbnail in entry.all("media:thumbnail") {
        found.attributes(thumbnail, &["url", "width?", "height?"]);
        found.address(thumbnail.attribute("url"), "media:thumbnail");
    }
}

/// RFC 5005 §4, and the address of the document itself.
fn history(feed: &Element, found: &mut Complaints) {
    let related = |rel: &str| feed.all("link").filter(|link| link.attribute("rel") == rel).count();
    found.unless(related("self") == 1, "MissingSelf", "one link to itself");
    for rel in ["current", "prev-archive", "next-archive", "alternate"] {
        found.unless(related(rel) <= 1, "DuplicateAtomLink", rel);
    }
    let is_archive = feed.one("fh:archive").is_some();
    found.unless(!is_archive || related("current") == 1, "MissingCurrentInArchive", "link");
}
