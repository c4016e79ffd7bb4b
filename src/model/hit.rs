//! What a search finds.

use super::{EntryId, Time};

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub entry: EntryId,
    /// Plain text.
    pub title: String,
    /// The address of the article.
    pub link: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Its own date, else first sight.
    pub published: Time,
    /// The source's name for people.
    pub source: String,
    /// How its text begins.
    pub excerpt: String,
}
