//! JSON Feed 1.x, read leniently: numbers for ids, missing titles and odd types are common, and
//! feed-rs refuses the whole feed for one of them.

use super::fingerprint::{self, Inherited};
use super::head::{Head, tag};
use super::item::Item;
use super::media;
use super::prose::{Kind, Prose};
use super::{Draft, MOST_ENTRIES, NotAFeed, ReadContext, json_repair, mends::Mends};
use crate::model::{Enclosure, Origin};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

/// A feed with its items unread.
#[derive(Deserialize)]
struct Feed<'a> {
    version: Option<Value>,
    title: Option<Value>,
    home_page_url: Option<Value>,
    #[serde(rename = "feed_url")]
    own_url: Option<Value>,
    language: Option<Value>,
    author: Option<Value>,
    authors: Option<Value>,
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

/// Reads a document that begins with a brace.
pub(super) fn read(
    text: &str,
    context: &ReadContext<'_>,
    mends: &mut Mends,
) -> Result<Draft, NotAFeed> {
    if let Ok(feed) = serde_json::from_str(text) {
        return draft(&feed, context, mends);
    }
    let mended = json_repair::repair(text, mends);
    let feed = serde_json::from_str(&mended)
        .map_err(|error| NotAFeed::new(format!("JSON that cannot be read ({error})")))?;
    draft(&feed, context, mends)
}

fn draft(feed: &Feed<'_>, context: &ReadContext<'_>, mends: &mut Mends) -> Result<Draft, NotAFeed> {
    let Some(slices) = &feed.items else {
        return Err(NotAFeed::new("JSON without a feed's items"));
    };
    let mut slices: Vec<&str> = slices.iter().map(|item| item.get()).collect();
    mends.add("entry beyond the first 5,000 left out", slices.len().saturating_sub(MOST_ENTRIES));
    slices.truncate(MOST_ENTRIES);
    let head = head(feed, &context.document.url);
    let parts = head.language.as_deref().into_iter().chain(head.authors.iter().map(String::as_str));
    let (slots, unread) = fingerprint::split(&slices, Inherited::new(context, parts), context);
    let item = |index: usize| item(&serde_json::from_str(slices[index]).unwrap_or_default());
    let items = unread.into_iter().map(item).collect();
    let base = context.document.url.clone();
    Ok(Draft { format: format(feed), head, base, slots, items })
}

/// The address that a feed gives as its own, else that of its page.
pub(super) fn own_address(text: &str) -> Option<Url> {
    let feed: Feed<'_> = serde_json::from_str(text).ok()?;
    let addresses = [feed.own_url.as_ref(), feed.home_page_url.as_ref()];
    addresses.into_iter().flatten().filter_map(Value::as_str).find_map(|url| Url::parse(url).ok())
}

fn format(feed: &Feed<'_>) -> &'static str {
    let version = feed.version.as_ref().and_then(Value::as_str).unwrap_or_default();
    if version.contains("1.1") { "JSON Feed 1.1" } else { "JSON Feed 1.0" }
}

fn head(feed: &Feed<'_>, base: &Url) -> Head {
    let word = |value: &Option<Value>| value.as_ref().and_then(scalar);
    let title = word(&feed.title).map(|title| Prose::plain(title).line());
    Head {
        title: title.filter(|title| !title.is_empty()),
        site: word(&feed.home_page_url).and_then(|url| base.join(&url).ok()).map(String::from),
        language: word(&feed.language).as_deref().and_then(tag),
        ttl: None,
        authors: authors(feed.author.as_ref(), feed.authors.as_ref()),
    }
}

fn item(value: &Value) -> Item {
    let word = |name: &str| value.get(name).and_then(scalar);
    let guid = word("id");
    let content = word("content_html").map(Prose::html);
    let plain = word("content_text").map(|text| Prose::new(text, Kind::Plain));
    let links = [word("url"), word("external_url"), guid.clone()];
    Item {
        links: links.into_iter().flatten().collect(),
        original: None,
        title: word("title").map(Prose::plain),
        summary: word("summary").map(|text| Prose::body(text, Kind::Plain)),
        content: content.or(plain),
        caption: None,
        authors: authors(value.get("author"), value.get("authors")),
        categories: list(value.get("tags")).filter_map(scalar).collect(),
        enclosures: enclosures(value),
        language: word("language"),
        origin: origin(value),
        published: word("date_published"),
        updated: word("date_modified"),
        base: None,
        guid,
    }
}

/// Where another aggregator of our kind took it from.
fn origin(value: &Value) -> Option<Origin> {
    let source = value.get("_muara")?.get("source")?;
    let word = |name: &str| source.get(name).and_then(scalar);
    let url = word("feed_url").filter(|url| url.starts_with("http"));
    let origin = Origin { title: word("name"), url };
    (origin.title.is_some() || origin.url.is_some()).then_some(origin)
}

/// A text, or a number that stands for one.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The members of a list; something else than a list is a list of one.
fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
    .iter()
}

/// Version 1.0 has one author, 1.1 several; names may stand bare.
fn authors(one: Option<&Value>, several: Option<&Value>) -> Vec<String> {
    let people = list(several).chain(list(one));
    people
        .filter_map(|person| person.get("name").and_then(scalar).or_else(|| scalar(person)))
        .collect()
}

/// The attachments, and the picture where none of them is one.
fn enclosures(item: &Value) -> Vec<Enclosure> {
    let mut files: Vec<_> = list(item.get("attachments")).filter_map(enclosure).collect();
    let picture = ["image", "banner_image"].iter().find_map(|name| item.get(name).and_then(scalar));
    if !files.iter().any(Enclosure::is_image) {
        files.extend(picture.map(media::picture));
    }
    files
}

fn enclosure(value: &Value) -> Option<Enclosure> {
    Some(Enclosure {
        url: value.get("url").and_then(scalar)?,
        media_type: value.get("mime_type").and_then(scalar),
        bytes: value.get("size_in_bytes").and_then(scalar).and_then(|size| size.parse().ok()),
    })
}
