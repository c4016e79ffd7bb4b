//! The ids that our own published files show: JSON, Atom and RSS of topics, and the pages of their
//! archives. JSON names the other outlets of an item as well, so it comes first.

use crate::link;
use crate::model::Time;
use crate::store::Seed;
use anyhow::{Context, Result};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;
use uuid::Uuid;

/// The longest file that is read.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Every item of every feed in `folder` and below, each with all the addresses that any format shows it
/// with. Files that are none of our feeds are passed over.
pub fn read(folder: &Path) -> Result<Vec<Seed>> {
    let mut files = Vec::new();
    list(folder, &mut files).with_context(|| format!("{} cannot be read", folder.display()))?;
    files.sort();
    let mut seeds: BTreeMap<Uuid, Seed> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let is_json = file.extension().is_some_and(|it| it == "json");
        for shown in if is_json { of_json(&text) } else { of_xml(&text) } {
            let seed = seeds.entry(shown.id).or_insert_with(|| Seed {
                id: shown.id,
                links: Vec::new(),
                title: None,
            });
            add_links(seed, &shown.addresses);
            seed.title = seed.title.take().or(shown.title);
        }
    }
    Ok(seeds.into_values().collect())
}

fn add_links(seed: &mut Seed, addresses: &[String]) {
    for address in addresses {
        let Ok(url) = Url::parse(address) else { continue };
        let canonical = link::canonical(&url);
        if !link::is_root(&canonical) && !seed.links.contains(&canonical) {
            seed.links.push(canonical);
        }
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let (path, kind) = (file.path(), file.metadata()?);
        if kind.is_dir() {
            list(&path, files)?;
        } else if kind.len() <= LONGEST
            && path.extension().is_some_and(|it| it == "json" || it == "atom" || it == "rss")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// An item as a file shows it.
struct Shown {
    id: Uuid,
    addresses: Vec<String>,
    title: Option<(String, Time)>,
}

fn of_json(text: &str) -> Vec<Shown> {
    let feed: Value = serde_json::from_str(text).unwrap_or_default();
    let items = feed["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let item = |item: &Value| {
        let id = id_of(item["id"].as_str()?)?;
        let also = item["_muara"]["also"].as_array().map(Vec::as_slice).unwrap_or_default();
        let addresses = std::iter::once(item).chain(also).filter_map(|it| it["url"].as_str());
        let at = item["date_published"].as_str().and_then(|at| at.parse().ok());
        let title = item["title"].as_str().map(str::to_owned);
        Some(Shown { id, addresses: addresses.map(str::to_owned).collect(), title: title.zip(at) })
    };
    items.iter().filter_map(item).collect()
}

/// RSS and Atom: what stands in `guid` or `id`, and in `link`.
fn of_xml(text: &str) -> Vec<Shown> {
    let mut reader = Reader::from_str(text);
    let (mut items, mut item) = (Vec::new(), None::<(Option<Uuid>, Vec<String>)>);
    let mut written = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                written.clear();
                if is_item(tag.name().as_ref()) {
                    item = Some((None, Vec::new()));
                }
            }
            Ok(Event::Empty(tag)) if tag.name().as_ref() == "link" => {
                let address = alternate(&tag);
                if let Some((_, addresses)) = &mut item {
                    addresses.extend(address);
                }
            }
            Ok(Event::Text(text)) => written.push_str(&text),
            Ok(Event::CData(text)) => written.push_str(&text),
            // In an address there is no other.
            Ok(Event::GeneralRef(name)) if &*name == "amp" => written.push('&'),
            Ok(Event::End(tag)) if is_item(tag.name().as_ref()) => {
                let (id, addresses) = item.take().unwrap_or_default();
                items.extend(id.map(|id| Shown { id, addresses, title: None }));
            }
            Ok(Event::End(tag)) => match (tag.name().as_ref(), &mut item) {
                ("guid" | "id", Some((id, _))) => *id = id.or_else(|| id_of(&written)),
                ("link", Some((_, addresses))) => addresses.push(written.trim().to_owned()),
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return items,
            Ok(_) => {}
        }
    }
}

fn is_item(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

/// Where a link of Atom leads, if it leads to the article.
fn alternate(tag: &BytesStart<'_>) -> Option<String> {
    let leads = attribute(tag, "rel").is_none_or(|rel| rel == "alternate");
    attribute(tag, "href").filter(|_| leads)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

fn id_of(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text.trim().strip_prefix("urn:uuid:")?).ok()
}
