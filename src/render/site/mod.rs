//! The site: the pages that people open, and the list of all feeds.
//!
//! Pages hold text and links, never HTML of a feed; nothing in them runs, and all that they load is
//! the style sheet that they bring. What is shown of a topic is decided in `page`, as for the feeds;
//! the words around it are ours and English.

mod index;
mod language;
mod policy;
mod search;
mod subscribe;
#[cfg(test)]
mod tests;
mod topic;
mod words;

pub use index::{TopicDigest, index};
pub use policy::{page_policy, search_policy};
pub use search::search_page;

pub(super) use subscribe::document as subscribe;
pub(super) use topic::document as topic;

use super::page::{self, Item};
use crate::model::{Format, Time};
use askama::Template;
use language::{direction, language_name};
use std::borrow::Cow;
use url::Url;

/// The bytes of a page.
fn rendered(template: &impl Template) -> Vec<u8> {
    let mut body = template.render().expect("templates of strings render to memory");
    body.truncate(body.trim_end().len());
    body.push('\n');
    body.into_bytes()
}

/// What stands around every page.
struct Frame {
    style: &'static str,
    policy: &'static str,
}

impl Frame {
    fn new() -> Self {
        Self { style: policy::STYLE, policy: policy::meta_policy() }
    }

    /// Around the one page with a form.
    fn searching() -> Self {
        Self { style: policy::STYLE, policy: policy::meta_search_policy() }
    }
}

/// A text with what is known of its language.
#[derive(Debug)]
struct Words<'a> {
    text: Cow<'a, str>,
    /// Empty where it is not known, which is what HTML calls it then.
    lang: Cow<'a, str>,
    dir: &'static str,
}

impl<'a> Words<'a> {
    fn new(text: impl Into<Cow<'a, str>>, language: Option<&'a str>) -> Self {
        let dir = direction(language);
        Self { text: text.into(), lang: language.unwrap_or_default().into(), dir }
    }

    fn into_owned(self) -> Words<'static> {
        Words {
            text: self.text.into_owned().into(),
            lang: self.lang.into_owned().into(),
            dir: self.dir,
        }
    }
}

/// An outlet as a page names it.
struct Teller<'a> {
    name: Words<'a>,
    link: Option<&'a str>,
    /// In English; `None` where it is not known.
    language: Option<Cow<'static, str>>,
}

impl<'a> Teller<'a> {
    fn new(outlet: &'a page::Outlet, link: Option<&'a str>) -> Self {
        Self {
            name: Words::new(&*outlet.name, outlet.language),
            link,
            language: outlet.language.map(language_name),
        }
    }
}

/// A time for people and for programs.
#[derive(Debug)]
struct Moment {
    iso: String,
    words: String,
}

impl Moment {
    fn new(time: Time) -> Self {
        Self { iso: words::iso(time), words: words::moment(time) }
    }
}

/// A feed of a topic.
struct FeedLink {
    name: &'static str,
    media_type: &'static str,
    /// Relative to the page's address.
    href: String,
    /// As subscribers need it.
    address: String,
}

impl FeedLink {
    /// The feeds of the topic `name`.
    fn all(name: &str, public_url: &str) -> Vec<Self> {
        let link = |format: Format| {
            let href = format!("{name}.{}", format.extension());
            let media_type = format.media_type();
            Self {
                name: format_name(format),
                media_type: media_type.split_once(';').map_or(media_type, |(kind, _)| kind),
                address: format!("{public_url}{href}"),
                href,
            }
        };
        Format::FEEDS.map(link).into()
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Rss => "RSS",
        Format::Atom => "Atom",
        Format::Json => "JSON Feed",
        Format::Page | Format::Subscribe => "Page",
        Format::Opml => "OPML",
    }
}

/// By their own dates, newest first: a reader of a page looks for the news, a subscriber for what
/// is new in the feed.
fn newest_first<'i, 'a>(items: &'i [Item<'a>]) -> Vec<&'i Item<'a>> {
    let mut sorted: Vec<_> = items.iter().collect();
    sorted.sort_by_key(|item| std::cmp::Reverse(item.published));
    sorted
}

#[derive(Template)]
#[template(path = "missing.html", config = "src/render/site/askama.toml")]
struct Missing<'a> {
    frame: Frame,
    home: &'a str,
}

/// What a browser gets where there is no topic: nothing in it comes from a feed or the request.
#[must_use]
pub fn missing(public_url: &Url) -> Vec<u8> {
    rendered(&Missing { frame: Frame::new(), home: public_url.path() })
}
