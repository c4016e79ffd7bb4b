//! Items of news sitemaps: a `url` whose `news:news` says what there is to say.

use super::fields::Field;
use super::item::Item;
use super::media;
use super::namespaces::Space;
use super::prose::Prose;
use super::raw::Raw;
use crate::model::Enclosure;

/// Reads an item.
pub(super) fn item(raw: &Raw<'_>) -> Item {
    let mut item = Item {
        links: raw.text(Space::Own, "loc").into_iter().collect(),
        updated: raw.text(Space::Own, "lastmod"),
        ..Item::default()
    };
    item.enclosures = pictures(raw);
    let Some(news) = raw.field(Space::News, "news") else { return item };
    for field in news.children(&raw.prefixes) {
        match field.local {
            "title" => item.title = field.text().map(Prose::html),
            "publication_date" => item.published = field.text(),
            "keywords" => item.categories = words(&field),
            "publication" => {
                let children = field.children(&raw.prefixes);
                let language = children.iter().find(|field| field.local == "language");
                item.language = language.and_then(Field::text);
            }
            _ => {}
        }
    }
    item
}

/// Those that the extension for images names.
fn pictures(raw: &Raw<'_>) -> Vec<Enclosure> {
    let images = raw.fields.iter().filter(|field| field.local == "image");
    let locations = images.flat_map(|image| image.children(&raw.prefixes));
    let locations = locations.filter(|field| field.local == "loc");
    locations.filter_map(|field| field.text()).map(media::picture).collect()
}

fn words(field: &Field<'_>) -> Vec<String> {
    field.text().iter().flat_map(|words| words.split(',')).map(str::to_owned).collect()
}
