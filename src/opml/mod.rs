//! Lists of subscriptions as feed readers exchange them: OPML, read as it is found and written as it
//! should be. Pure.
//!
//! Which subscriptions become sources is for `config`; here they are only what a list says.

mod decode;
mod read;
mod write;

pub use read::{NotOpml, Opml, PassedOver, read};
pub use write::write;

/// One feed of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subscription {
    /// The address of the feed, as the list gives it.
    pub feed: String,
    /// Its name for people, on one line.
    pub title: Option<String>,
    /// The page that the feed belongs to, as the list gives it.
    pub site: Option<String>,
    /// The language of the feed, as the list gives it.
    pub language: Option<String>,
    /// The folders that it lies in, the outermost first, and its categories; each once. When
    /// written, the first one is its folder and all are its categories.
    pub tags: Vec<String>,
}
