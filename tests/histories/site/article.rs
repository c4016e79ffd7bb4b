//! An article as its site keeps it, as a feed shows it, and what of that is evidence.

use super::dates::Told;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Report,
    /// One of a series under one title.
    Column,
    /// A post of a live page, whose address they share.
    Live(u64),
}

#[derive(Debug, Clone)]
pub(super) struct Article {
    /// Its true name.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The system's number for it; another after a migration.
    pub(super) number: u64,
    pub(super) title: String,
    /// The other title, while readers choose.
    pub(super) tested: String,
    pub(super) slug: String,
    pub(super) lead: String,
    pub(super) body: String,
    pub(super) author: String,
    pub(super) comments: u64,
    pub(super) version: u64,
    /// In seconds, as `changed`.
    pub(super) born: i64,
    pub(super) changed: i64,
    /// The site's domain when it was written.
    pub(super) birthplace: usize,
    pub(super) is_listed: bool,
    pub(super) is_sticky: bool,
}

/// An article as an item of a document.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) link: Option<String>,
    pub(super) guid: Option<String>,
    pub(super) is_permalink: bool,
    pub(super) date: Option<String>,
    pub(super) changed: String,
    pub(super) html: String,
    pub(super) author: String,
    pub(super) comments: u64,
}

/// What an item says that could prove which article it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Face {
    pub(super) guid: Option<String>,
    /// Host and path without their dress; `None` where nobody can undress them.
    pub(super) page: Option<String>,
    pub(super) path: Option<String>,
    pub(super) date: Option<Told>,
    /// With white space folded.
    pub(super) title: String,
    pub(super) text: String,
}

impl Face {
    pub(super) fn has_title_of(&self, other: &Self) -> bool {
        !self.title.is_empty() && self.title == other.title
    }

    pub(super) fn has_text_of(&self, other: &Self) -> bool {
        !self.text.is_empty() && self.text == other.text
    }

    pub(super) fn has_date_of(&self, other: &Self) -> bool {
        self.date.is_some() && self.date == other.date
    }

    pub(super) fn has_second_of(&self, other: &Self) -> bool {
        self.has_date_of(other) && self.date.as_ref().is_some_and(|date| date.is_second)
    }

    pub(super) fn has_path_of(&self, other: &Self) -> bool {
        self.path.is_some() && self.path == other.path
    }
}
