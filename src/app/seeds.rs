//! The ids that our own published files show: the feeds of topics, and the pages of their archives. JSON
//! also names the other outlets of an item.

use crate::clock;
use crate::feed::{self, ReadContext};
use crate::link;
use crate::model::{
    DateOrders, Document, DocumentEntry, Entry, ServerHints, Source, Validators, Window,
};
use crate::store::Seed;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;
use uuid::Uuid;

/// The longest file that is read.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Every item of every feed in `folder` and below, with all the addresses that any format shows it with.
/// Files that are none of our feeds are passed over.
pub fn read(folder: &Path) -> Result<Vec<Seed>> {
    let mut files = Vec::new();
    list(folder, &mut files).with_context(|| format!("{} cannot be read", folder.display()))?;
    files.sort();
    let mut seeds = BTreeMap::new();
    for file in files {
        let body = std::fs::read(&file).unwrap_or_default();
        add_others(&mut seeds, &body);
        for entry in entries(body) {
            add(&mut seeds, entry);
        }
    }
    Ok(seeds.into_values().collect())
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

/// What a feed holds, as the reader of all feeds understands it; nothing where it is none.
fn entries(body: Vec<u8>) -> Vec<Entry> {
    let url = Url::parse("http://muara.invalid/").ok();
    let source = "published".parse().ok().zip(url).map(|(id, url)| Source::bare(id, url));
    let Some(source) = source else { return Vec::new() };
    let document = Document {
        body: body.into(),
        url: source.url.clone(),
        charset: None,
        validators: Validators::default(),
        hints: ServerHints::default(),
        moved_to: None,
    };
    let context = ReadContext {
        document: &document,
        window: &Window::default(),
        date_orders: DateOrders::default(),
        source: &source,
        now: clock::now(),
    };
    let read = feed::read(&context).map(|feed| feed.entries).unwrap_or_default();
    let entry = |item| match item {
        DocumentEntry::Read { entry, .. } => Some(*entry),
        DocumentEntry::Known(_) => None,
    };
    read.into_iter().filter_map(entry).collect()
}

fn add(seeds: &mut BTreeMap<Uuid, Seed>, entry: Entry) {
    let Some(id) = entry.guid.as_deref().and_then(id_of) else { return };
    let seed = seeds.entry(id).or_insert_with(|| Seed::of(id));
    if let (Some(_), Some(canonical)) = (entry.link, entry.canonical_link) {
        name(&mut seed.links, canonical);
    }
    let title = (entry.title, entry.published);
    if let (title, Some(at)) = title
        && !seed.titles.contains(&(title.clone(), at))
    {
        seed.titles.push((title, at));
    }
}

/// The addresses under which other outlets tell an item.
fn add_others(seeds: &mut BTreeMap<Uuid, Seed>, body: &[u8]) {
    let feed: Value = serde_json::from_slice(body).unwrap_or_default();
    for item in list_of(&feed["items"]) {
        let Some(id) = item["id"].as_str().and_then(id_of) else { continue };
        let seed = seeds.entry(id).or_insert_with(|| Seed::of(id));
        let addresses = list_of(&item["_muara"]["also"]).iter().filter_map(|it| it["url"].as_str());
        for url in addresses.filter_map(|address| Url::parse(address).ok()) {
            name(&mut seed.others, link::canonical(&url));
        }
    }
}

fn name(names: &mut Vec<String>, canonical: String) {
    let is_root = Url::parse(&canonical).is_ok_and(|url| link::is_root(url.as_str()));
    if !is_root && !names.contains(&canonical) {
        names.push(canonical);
    }
}

fn list_of(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn id_of(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text.trim().strip_prefix("urn:uuid:")?).ok()
}
