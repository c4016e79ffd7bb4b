//! What a document says of one item, before anything is made of it. Every format is read into
//! this; `normalize` makes an entry of it.

use super::prose::Prose;
use crate::model::{Enclosure, Origin};
use url::Url;

/// One item as its document describes it.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    /// The guid or id as written, outer white space gone.
    pub(super) guid: Option<String>,
    /// Addresses that may be its link, best first; absolute or relative to `base`.
    pub(super) links: Vec<String>,
    /// Where its link leads to in the end, if the document says so.
    pub(super) original: Option<String>,
    pub(super) title: Option<Prose>,
    pub(super) summary: Option<Prose>,
    pub(super) content: Option<Prose>,
    /// What stands in for a text where there is none, as `media:description`.
    pub(super) caption: Option<Prose>,
    /// Names as written, with whatever stands around them.
    pub(super) authors: Vec<String>,
    pub(super) categories: Vec<String>,
    pub(super) enclosures: Vec<Enclosure>,
    pub(super) language: Option<String>,
    pub(super) origin: Option<Origin>,
    /// Dates as written.
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
    /// What relative addresses in it refer to; `None` for the document's.
    pub(super) base: Option<Url>,
}
