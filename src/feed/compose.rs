//! An entry from parts that somebody has already, as if a document had brought it.

use super::normalize::{Ladder, digest, hash_of_text};
use crate::model::{Content, Entry, Time};
use crate::{link, text};
use url::Url;

/// What an entry is composed of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parts<'a> {
    /// What identifies it where it comes from.
    pub guid: Option<&'a str>,
    /// Its address; left out where it is none.
    pub link: Option<&'a str>,
    /// Plain text or HTML.
    pub title: &'a str,
    /// Plain text or HTML.
    pub text: &'a str,
    /// BCP 47.
    pub language: Option<&'a str>,
    /// When it was published.
    pub published: Option<Time>,
}

/// Makes an entry of parts, with the keys and the digest that a document would have given it.
#[must_use]
pub fn compose(parts: Parts) -> Entry {
    let link = parts.link.and_then(|link| Url::parse(link).ok());
    let canonical_link = link.as_ref().map(link::canonical);
    let (title, text) = (text::one_line(parts.title), text::plain(parts.text));
    let date = parts.published.map(|at| at.to_rfc3339());
    let text_hash = hash_of_text(&text);
    let ladder = Ladder {
        guid: parts.guid,
        canonical_link: canonical_link.as_deref(),
        title: &title,
        date: date.as_deref(),
        text: &text_hash,
    };
    let mut entry = Entry {
        keys: ladder.keys(),
        guid: parts.guid.map(str::to_owned),
        link,
        canonical_link,
        title,
        text,
        content: Content::default(),
        authors: Vec::new(),
        categories: Vec::new(),
        enclosures: Vec::new(),
        language: parts.language.map(str::to_owned),
        origin: None,
        published: parts.published,
        updated: None,
        date_clamped: false,
        date_guessed: false,
        digest: [0; 16],
    };
    entry.digest = digest(&entry, &text_hash);
    entry
}
