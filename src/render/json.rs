//! JSON Feed 1.1 <https://www.jsonfeed.org/version/1.1/>, with our own `_muara` beside each item.

use super::page::{Item, Listed, Outlet, Page};
use super::{Document, GENERATOR_URL, rfc3339};
use crate::model::{Enclosure, Format, Reason};
use serde::Serialize;
use url::Url;

#[derive(Serialize)]
struct Head<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: String,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    /// The archive's newest page, or the page before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    _muara: About,
    /// Last, so that the items can be written behind it one by one.
    items: [(); 0],
}

#[derive(Serialize)]
struct Hub<'a> {
    r#type: &'static str,
    url: &'a Url,
}

/// An extension says where it is explained.
#[derive(Serialize)]
struct About {
    about: &'static str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [std::borrow::Cow<'a, str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    _muara: Extension<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Extension<'a> {
    source: Source<'a>,
    also: Vec<Also<'a>>,
    reasons: &'a [Reason],
    /// The stories that a digest lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stories: Vec<Story<'a>>,
}

#[derive(Serialize)]
struct Story<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    /// How many other outlets told it.
    others: usize,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    /// Of a digest, which is the topic's own, there is none.
    #[serde(skip_serializing_if = "str::is_empty")]
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    /// The feed that brought it, where that is not `feed_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<&'a str>,
}

#[derive(Serialize)]
struct Also<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    date_published: String,
}

pub(super) fn document(page: &Page) -> Document {
    let head = Head {
        version: "https://jsonfeed.org/version/1.1",
        title: &page.title,
        home_page_url: &page.home,
        feed_url: page.address(Format::Json),
        description: &page.description,
        language: page.language,
        next_url: page.previous.map(|number| page.archive_address(number, Format::Json)),
        hubs: page.hubs.iter().map(|url| Hub { r#type: "WebSub", url }).collect(),
        _muara: About { about: GENERATOR_URL },
        items: [],
    };
    let mut body = serialized(&head);
    // Where the list and the document end.
    body.truncate(body.len() - 2);
    let mut items = Vec::with_capacity(page.items.len());
    for one in &page.items {
        if !items.is_empty() {
            body.push(b',');
        }
        let start = body.len();
        body.extend(serialized(&item(one)));
        items.push(start..body.len());
    }
    body.extend(b"]}");
    Document { body, items }
}

fn serialized(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain structs and strings serialize")
}

fn item<'a>(item: &'a Item) -> JsonItem<'a> {
    let html = item.content.as_deref().or((!item.summary.is_empty()).then_some(&*item.summary));
    JsonItem {
        id: &item.id,
        url: item.link.as_deref(),
        title: &item.title,
        content_html: html,
        content_text: html.is_none().then_some(&*item.title),
        summary: &item.excerpt,
        image: item.image().map(|file| file.url.as_str()),
        date_published: rfc3339(item.published),
        date_modified: rfc3339(item.updated),
        authors: item.authors.iter().map(|name| Author { name }).collect(),
        tags: &item.categories,
        language: item.language,
        attachments: item.enclosures.iter().map(attachment).collect(),
        _muara: Extension {
            source: source(item),
            also: item.others.iter().map(also).collect(),
            reasons: &item.reasons,
            stories: item.listed.iter().map(story).collect(),
        },
    }
}

fn attachment(file: &Enclosure) -> Attachment<'_> {
    Attachment {
        url: &file.url,
        mime_type: file.media_type.as_deref().unwrap_or("application/octet-stream"),
        size_in_bytes: file.bytes,
    }
}

fn source<'a>(item: &'a Item) -> Source<'a> {
    let outlet = &item.source;
    Source {
        via: item.via.as_deref(),
        name: &outlet.name,
        url: outlet.site.as_deref(),
        feed_url: &outlet.feed_url,
        language: outlet.language,
    }
}

fn story<'a>(story: &'a Listed) -> Story<'a> {
    Story {
        title: &story.title,
        url: story.link.as_deref(),
        source: &story.outlet,
        language: story.language,
        others: story.others,
    }
}

fn also<'a>(outlet: &'a Outlet) -> Also<'a> {
    Also {
        name: &outlet.name,
        url: outlet.link.as_deref(),
        title: &outlet.title,
        language: outlet.language,
        date_published: rfc3339(outlet.published),
    }
}
