//! JSON Feed 1.1 <https://www.jsonfeed.org/version/1.1/>.

use super::values::{Complaints, is_language, is_media_type};
use serde_json::Value;
use std::collections::HashSet;

const TOP: [&str; 13] = [
    "version",
    "title",
    "home_page_url",
    "feed_url",
    "description",
    "user_comment",
    "next_url",
    "icon",
    "favicon",
    "authors",
    "language",
    "hubs",
    "items",
];
const ITEM: [&str; 15] = [
    "id",
    "url",
    "external_url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "image",
    "banner_image",
    "date_published",
    "date_modified",
    "authors",
    "tags",
    "language",
    "attachments",
];
const ADDRESSES: [&str; 7] =
    ["home_page_url", "feed_url", "next_url", "url", "external_url", "image", "banner_image"];

pub(super) fn check(document: &str, found: &mut Complaints) {
    let Ok(feed) = serde_json::from_str::<Value>(document) else {
        return found.add("JSON", "this is none");
    };
    keys(&feed, &TOP, found);
    found.unless(
        feed["version"] == "https://jsonfeed.org/version/1.1",
        "version",
        &feed["version"],
    );
    found.not_blank(text(&feed, "title"), "title");
    for hub in list(&feed, "hubs") {
        found.not_blank(text(hub, "type"), "type of a hub");
        found.address(text(hub, "url"), "hub");
    }
    found.unless(feed["items"].is_array(), "items", "they are missing");
    let mut ids = HashSet::new();
    for item in list(&feed, "items") {
        self::item(item, found);
        found.unless(ids.insert(text(item, "id").to_owned()), "id", "two items have one");
    }
}

fn item(item: &Value, found: &mut Complaints) {
    keys(item, &ITEM, found);
    found.not_blank(text(item, "id"), "id");
    let html = item.get("content_html").map(|_| text(item, "content_html"));
    found.unless(html.is_some() || item.get("content_text").is_some(), "content", "there is none");
    if let Some(html) = html {
        found.html(html, "content_html");
    }
    for name in ["date_published", "date_modified"].iter().filter(|name| item.get(**name).is_some())
    {
        found.rfc3339(text(item, name), name);
    }
    for author in list(item, "authors") {
        let says = ["name", "url", "avatar"].iter().any(|key| !text(author, key).is_empty());
        found.unless(says, "authors", "one without anything");
    }
    for tag in list(item, "tags") {
        found.not_blank(tag.as_str().unwrap_or_default(), "tag");
    }
    for file in list(item, "attachments") {
        found.address(text(file, "url"), "attachment");
        found.unless(is_media_type(text(file, "mime_type")), "mime_type", &file["mime_type"]);
        let bytes = file.get("size_in_bytes");
        found.unless(bytes.is_none_or(Value::is_u64), "size_in_bytes", &file["size_in_bytes"]);
    }
}

/// Known keys or extensions, nothing without a value, and addresses that are some.
fn keys(object: &Value, known: &[&str], found: &mut Complaints) {
    for (key, value) in object.as_object().into_iter().flatten() {
        let is_known = known.contains(&key.as_str()) || key.starts_with('_');
        found.unless(is_known, "key", key);
        found.unless(!value.is_null(), "null", key);
        if ADDRESSES.contains(&key.as_str()) {
            found.address(value.as_str().unwrap_or_default(), key);
        }
        if key == "language" {
            found.unless(is_language(value.as_str().unwrap_or_default()), "language", value);
        }
    }
}

fn text<'v>(object: &'v Value, key: &str) -> &'v str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(object: &'v Value, key: &str) -> &'v [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
