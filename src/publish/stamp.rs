//! What a rendition was made from: equal stamps mean that rendering again would give the same.

use crate::{model::FeedSettings, render::RENDERER_VERSION};
use serde::{Deserialize, Serialize};
use std::hash::Hasher;
use url::Url;
use xxhash_rust::xxh3::Xxh3Default;

/// What a rendition was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// The topic's version.
    pub version: i64,
    /// The renderer's version.
    pub renderer: u32,
    /// A hash of the settings of the feed.
    pub settings: u64,
}

impl Stamp {
    /// The stamp of `version` of a topic, rendered by this program with `settings`.
    #[must_use]
    pub fn of(version: i64, settings: &FeedSettings) -> Self {
        Self { version, renderer: RENDERER_VERSION, settings: hash(settings) }
    }

    /// The stamp of the index of topics whose renditions have these stamps, in the order of the
    /// index.
    #[must_use]
    pub fn of_index(topics: &[Self], public_url: &Url) -> Self {
        let mut hasher = Xxh3Default::new();
        hasher.write(public_url.as_str().as_bytes());
        for stamp in topics {
            hasher.write_i64(stamp.version);
            hasher.write_u32(stamp.renderer);
            hasher.write_u64(stamp.settings);
        }
        let version = topics.iter().map(|stamp| stamp.version).sum();
        Self { version, renderer: RENDERER_VERSION, settings: hasher.finish() }
    }
}

/// Taken apart field by field: a new setting must be thought of here.
fn hash(settings: &FeedSettings) -> u64 {
    let FeedSettings {
        name,
        title,
        description,
        language,
        public_url,
        items,
        content,
        collapse,
        profile,
        speakers,
        hubs,
        asked,
    } = settings;
    let numbers =
        format!("{items} {content:?} {collapse:?} {profile:?} {speakers:?} {hubs:?} {asked:?}");
    let mut hasher = Xxh3Default::new();
    for text in [
        Some(name.as_str()),
        Some(title),
        description.as_deref(),
        language.as_deref(),
        Some(public_url.as_str()),
        Some(&numbers),
    ] {
        hasher.write_u8(u8::from(text.is_some()));
        hasher.write_usize(text.map_or(0, str::len));
        hasher.write(text.unwrap_or_default().as_bytes());
    }
    hasher.finish()
}
