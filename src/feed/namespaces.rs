//! Namespaces as feeds spell them, and what they mean.
//!
//! Many are misspelt, outdated or not declared at all. What counts here is, in this order: the
//! root's own namespace is that of its format; a known address, however it is written; the prefix
//! that everybody uses.

use super::fields;
use super::scan::{Dialect, Scan};
use std::borrow::Cow;

/// The vocabularies that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// The format's own elements.
    Own,
    /// Atom's elements in a feed of another format.
    Atom,
    Content,
    DublinCore,
    DcTerms,
    Media,
    Itunes,
    Feedburner,
    News,
    /// Understood by nobody here.
    Other,
}

/// Each vocabulary: the prefix that everybody uses, the address that feed-rs knows, and parts by
/// which other spellings are recognised (lower case).
const VOCABULARIES: [(Space, &str, &str, &[&str]); 10] = [
    (Space::Atom, "atom", "http://www.w3.org/2005/Atom", &["w3.org/2005/atom", "purl.org/atom/"]),
    (
        Space::Content,
        "content",
        "http://purl.org/rss/1.0/modules/content/",
        &["rss/1.0/modules/content"],
    ),
    (Space::DcTerms, "dcterms", "http://purl.org/dc/terms/", &["purl.org/dc/terms"]),
    (
        Space::DublinCore,
        "dc",
        "http://purl.org/dc/elements/1.1/",
        &["purl.org/dc/elements", "purl.org/metadata/dublin"],
    ),
    (
        Space::Media,
        "media",
        "http://search.yahoo.com/mrss/",
        &["search.yahoo.com/mrss", "rssboard.org/media-rss", "tools.search.yahoo.com"],
    ),
    (
        Space::Itunes,
        "itunes",
        "http://www.itunes.com/dtds/podcast-1.0.dtd",
        &["itunes.com/dtds/podcast"],
    ),
    (
        Space::Feedburner,
        "feedburner",
        "http://rssnamespace.org/feedburner/ext/1.0",
        &["rssnamespace.org/feedburner", "pheedo.com/namespace"],
    ),
    (
        Space::News,
        "news",
        "http://www.google.com/schemas/sitemap-news/0.9",
        &["schemas/sitemap-news"],
    ),
    (
        Space::Own,
        "rss",
        "http://purl.org/rss/1.0/",
        &[
            "purl.org/rss/1.0",
            "netscape.com/rdf/simple",
            "purl.org/net/rss1.1",
            "backend.userland.com/rss",
            "blogs.law.harvard.edu/tech/rss",
        ],
    ),
    (Space::Feedburner, "pheedo", "http://www.pheedo.com/namespace/pheedo", &[]),
];

/// quick-xml takes at most 128 declarations; no feed has a quarter of that.
const MOST_PREFIXES: usize = 60;

/// What the prefixes of a document mean.
#[derive(Debug, Clone)]
pub(super) struct Prefixes {
    dialect: Dialect,
    /// Prefix (empty: the default), meaning, and the address as declared.
    declared: Vec<(String, Space, String)>,
}

/// The namespaces that a start tag declares, by prefix (empty: the default).
fn declared(tag: &str) -> Vec<(String, String)> {
    let prefix = |name: &str| match name.strip_prefix("xmlns") {
        Some("") => Some(String::new()),
        Some(rest) => rest.strip_prefix(':').map(str::to_owned),
        None => None,
    };
    let attributes = fields::attributes(tag).into_iter();
    attributes
        .filter_map(|(name, address)| Some((prefix(&name)?, address)))
        .take(MOST_PREFIXES)
        .collect()
}

impl Prefixes {
    /// Reads the declarations of the elements around the items.
    pub(super) fn of(scan: &Scan<'_>) -> Self {
        let mut prefixes = Self { dialect: scan.dialect, declared: Vec::new() };
        for tag in &scan.ancestors {
            let own = fields::name(tag).rsplit_once(':').map_or("", |(prefix, _)| prefix);
            for (prefix, address) in declared(tag) {
                prefixes.declare(&prefix, &address, own);
            }
        }
        prefixes
    }

    /// With what the start tag of an element within declares by itself.
    pub(super) fn within(&self, tag: &str) -> Cow<'_, Self> {
        if !tag.contains("xmlns") {
            return Cow::Borrowed(self);
        }
        let mut inner = self.clone();
        for (prefix, address) in declared(tag) {
            inner.declared.retain(|(known, ..)| *known != prefix);
            let space = self.known(&address);
            inner.declared.push((prefix, space, address));
        }
        Cow::Owned(inner)
    }

    /// An RDF root is in RDF's own namespace and its items in the default one.
    fn declare(&mut self, prefix: &str, address: &str, own: &str) {
        let is_own = prefix == own && (self.dialect != Dialect::Rdf || own.is_empty());
        let is_default = prefix.is_empty() && self.dialect != Dialect::Atom;
        let space = if is_own || is_default { Space::Own } else { self.known(address) };
        self.declared.retain(|(known, ..)| known != prefix);
        self.declared.push((prefix.to_owned(), space, address.to_owned()));
    }

    fn known(&self, address: &str) -> Space {
        let folded = address.to_ascii_lowercase();
        let found =
            VOCABULARIES.iter().find(|(.., parts)| parts.iter().any(|part| folded.contains(part)));
        match found.map(|(space, ..)| *space) {
            Some(Space::Atom) if self.dialect == Dialect::Atom => Space::Own,
            Some(space) => space,
            None => Space::Other,
        }
    }

    /// What a prefix means; those that nobody declared mean what everybody means by them.
    pub(super) fn space(&self, prefix: &str) -> Space {
        let declared = self.declared.iter().find(|(known, ..)| known == prefix);
        if let Some((_, space, _)) = declared {
            return *space;
        }
        match VOCABULARIES.iter().find(|(_, usual, ..)| *usual == prefix) {
            _ if prefix.is_empty() => Space::Own,
            Some((Space::Atom, ..)) if self.dialect == Dialect::Atom => Space::Own,
            Some((space, ..)) => *space,
            None => Space::Other,
        }
    }

    /// Every prefix with the address that feed-rs knows it by; `used` are those of the items.
    pub(super) fn declarations<'p>(
        &self,
        used: impl IntoIterator<Item = &'p str>,
    ) -> Vec<(String, String)> {
        let declared = self.declared.iter().filter(|(prefix, ..)| !prefix.is_empty());
        let mut all: Vec<(String, String)> = declared
            .map(|(prefix, space, address)| {
                (prefix.clone(), self.canonical(*space).map_or(address.clone(), str::to_owned))
            })
            .collect();
        let usual = VOCABULARIES.iter().map(|(_, prefix, ..)| *prefix);
        for prefix in usual.chain(used).take(MOST_PREFIXES) {
            if prefix != "xml" && all.iter().all(|(known, _)| known != prefix) {
                let known = self.canonical(self.space(prefix)).unwrap_or("urn:muara:undeclared");
                all.push((prefix.to_owned(), known.to_owned()));
            }
        }
        all
    }

    fn canonical(&self, space: Space) -> Option<&'static str> {
        let space =
            if space == Space::Own && self.dialect == Dialect::Atom { Space::Atom } else { space };
        VOCABULARIES.iter().find(|(known, ..)| *known == space).map(|(_, _, address, _)| *address)
    }
}
