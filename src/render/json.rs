//! JSON Feed 1.1 <https://www.jsonfeed.org/version/1.1/>, with our own `_muara` beside each item.

use super::GENERATOR_URL;
use super::page::{Item, Outlet, Page};
use crate::model::{Enclosure, Format, Reason, Time};
use chrono::SecondsFormat;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: String,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    _muara: About,
    items: Vec<JsonItem<'a>>,
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
    content_html: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
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
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

#[derive(Serialize)]
struct Also<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

pub(super) fn document(page: &Page) -> Vec<u8> {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &page.title,
        home_page_url: &page.home,
        feed_url: page.address(Format::Json),
        description: &page.description,
        language: page.language,
        _muara: About { about: GENERATOR_URL },
        items: page.items.iter().map(item).collect(),
    };
    serde_json::to_vec(&document).expect("plain structs and strings serialize")
}

fn item<'a>(item: &'a Item) -> JsonItem<'a> {
    JsonItem {
        id: &item.id,
        url: item.link.as_deref(),
        title: &item.title,
        content_html: item.content.as_ref().unwrap_or(&item.summary),
        summary: &item.excerpt,
        date_published: rfc3339(item.published),
        date_modified: rfc3339(item.updated),
        authors: item.authors.iter().map(|name| Author { name }).collect(),
        tags: &item.categories,
        language: item.language,
        attachments: item.enclosures.iter().map(attachment).collect(),
        _muara: Extension {
            source: source(&item.source),
            also: item.others.iter().map(also).collect(),
            reasons: &item.reasons,
        },
    }
}

fn rfc3339(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn attachment(file: &Enclosure) -> Attachment<'_> {
    Attachment {
        url: &file.url,
        mime_type: file.media_type.as_deref().unwrap_or("application/octet-stream"),
        size_in_bytes: file.bytes,
    }
}

fn source<'a>(outlet: &'a Outlet) -> Source<'a> {
    Source {
        name: &outlet.name,
        url: outlet.site.as_deref(),
        feed_url: &outlet.feed_url,
        language: outlet.language,
    }
}

fn also<'a>(outlet: &'a Outlet) -> Also<'a> {
    Also {
        name: &outlet.name,
        url: outlet.link.as_deref(),
        title: &outlet.title,
        language: outlet.language,
    }
}
