//! Files and captions that belong to an item.

use super::fields::Field;
use super::namespaces::Space;
use super::raw::Raw;
use crate::model::Enclosure;
use feed_rs::model as rs;
use std::cmp::Reverse;

/// The item's files, by feed-rs where it read the item, else by the item's own bytes.
pub(super) fn enclosures(raw: &Raw<'_>, entry: Option<&rs::Entry>) -> Vec<Enclosure> {
    let mut files = entry.map_or_else(|| of_fields(raw), of_entry);
    if !files.iter().any(Enclosure::is_image) {
        files.extend(picture_of(raw).map(picture));
    }
    files
}

/// A picture of which only the address is known; it ends in its kind, if anything tells it.
pub(super) fn picture(url: String) -> Enclosure {
    let kinds = [(".png", "image/png"), (".gif", "image/gif"), (".webp", "image/webp")];
    let kind = kinds.iter().find(|(end, _)| url.to_ascii_lowercase().contains(end));
    let media_type = kind.map_or("image/jpeg", |(_, kind)| kind).to_owned();
    Enclosure { url, media_type: Some(media_type), bytes: None }
}

/// The widest thumbnail, else the picture of a podcast's episode, else what calls itself the item's
/// image.
fn picture_of(raw: &Raw<'_>) -> Option<String> {
    let thumbnails = all(raw, &|field| field.is(Space::Media, "thumbnail"));
    let width = |field: &&Field<'_>| {
        field.attribute("width").and_then(|width| width.parse::<u32>().ok()).unwrap_or(0)
    };
    let widest = thumbnails.iter().rev().max_by_key(width);
    let address = |field: &Field<'_>| {
        let attribute = field.attribute("href").or_else(|| field.attribute("url"));
        let child = || {
            field.children(&raw.prefixes).iter().find(|it| it.local == "url").and_then(Field::text)
        };
        attribute.or_else(child).or_else(|| field.text())
    };
    let named = || raw.named(&[(Space::Itunes, "image"), (Space::Own, "image")]);
    widest.and_then(|field| field.attribute("url")).or_else(|| named().find_map(address))
}

/// Enclosures in all their forms; the media of a group are one file in several sizes, of which all
/// are kept.
fn of_entry(entry: &rs::Entry) -> Vec<Enclosure> {
    let contents = entry.media.iter().flat_map(|media| &media.content);
    let mut media: Vec<(Reverse<u32>, Enclosure)> = contents
        .filter_map(|content| {
            let file = Enclosure {
                url: content.url.as_ref()?.to_string(),
                media_type: content.content_type.as_ref().map(ToString::to_string),
                bytes: content.size.filter(|size| *size > 0),
            };
            // Of pictures the widest is the best; other files go first, in their order.
            let width = if file.is_image() { content.width.unwrap_or(0) } else { u32::MAX };
            Some((Reverse(width), file))
        })
        .collect();
    media.sort_by_key(|(width, _)| *width);
    let media = media.into_iter().map(|(_, file)| file);
    let links = entry.links.iter().filter(|link| link.rel.as_deref() == Some("enclosure"));
    let links = links.map(|link| Enclosure {
        url: link.href.clone(),
        media_type: link.media_type.clone(),
        bytes: link.length.filter(|size| *size > 0),
    });
    media.chain(links).collect()
}

fn of_fields(raw: &Raw<'_>) -> Vec<Enclosure> {
    all(raw, &|field| {
        let is_link =
            field.local == "link" && field.attribute("rel").as_deref() == Some("enclosure");
        is_link || field.is(Space::Own, "enclosure") || field.is(Space::Media, "content")
    })
    .iter()
    .filter_map(|field| {
        let size = field.attribute("length").or_else(|| field.attribute("fileSize"));
        Some(Enclosure {
            url: field.attribute("url").or_else(|| field.attribute("href"))?,
            media_type: field.attribute("type"),
            bytes: size.and_then(|size| size.parse().ok()).filter(|size| *size > 0),
        })
    })
    .collect()
}

/// The first text of a media element's name, from the outside in.
pub(super) fn text(raw: &Raw<'_>, local: &str) -> Option<String> {
    all(raw, &|field| field.is(Space::Media, local)).iter().find_map(Field::text)
}

/// The fields that are `wanted`, of the item and of what groups media in it: a group, a piece of
/// content, or one in a group.
fn all<'a>(raw: &Raw<'a>, wanted: &dyn Fn(&Field<'a>) -> bool) -> Vec<Field<'a>> {
    let is_holder =
        |field: &&Field<'_>| field.is(Space::Media, "group") || field.is(Space::Media, "content");
    let mut found = Vec::new();
    let mut level = raw.fields.clone();
    // Each level reads its bytes again, so that a stranger's depth must not set their number.
    for _ in 0..3 {
        found.extend(level.iter().filter(|field| wanted(field)));
        let holders = level.iter().filter(is_holder);
        level = holders.flat_map(|field| field.children(&raw.prefixes)).collect();
    }
    found
}
