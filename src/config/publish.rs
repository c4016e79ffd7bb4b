//! `[publish]`, `[dedup]` and `[retention]`: what is shown, compared and kept.

use super::findings::Complaint;
use super::polling::at_least;
use super::reader::Section;
use super::shapes;
use crate::model::{Preference, Strictness};
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishSettings {
    /// Where feeds are also written as files.
    pub directory: Option<PathBuf>,
    /// How many items a feed shows, where its topic does not say.
    pub items: usize,
    /// Which of the entries that tell an item speaks for it, where its topic does not say: the first
    /// difference decides.
    pub prefer: Vec<Preference>,
    /// Whether anyone may have the answer to any rule as a feed.
    pub search_feeds: bool,
}

/// How sameness is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DedupSettings {
    /// How far back across sources.
    pub window: Duration,
    /// How alike entries must be to tell one story.
    pub stories: Strictness,
    /// Whether tellings in other languages are looked for.
    pub across_languages: bool,
}

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Texts of entries. Keys and the ledger of what was published stay for good.
    pub texts: Duration,
}

const STRICTNESSES: [(&str, Strictness); 3] = [
    ("strict", Strictness::Strict),
    ("balanced", Strictness::Balanced),
    ("loose", Strictness::Loose),
];
const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;
const ITEMS: usize = 100;
/// More than any reader takes, and a megabyte or so a rendition.
pub(super) const MOST_ITEMS: usize = 1_000;

pub(super) fn read_publish(mut section: Section<'_, '_, '_>) -> PublishSettings {
    let directory = section.text("directory", directory);
    let items = section.whole("items", 1..=MOST_ITEMS);
    let prefer = read_preferences(&mut section);
    let search_feeds = section.flag("search_feeds");
    section.finish();
    PublishSettings {
        search_feeds: search_feeds.unwrap_or(false),
        directory: directory.map(Spanned::into_inner),
        items: items.map_or(ITEMS, Spanned::into_inner),
        prefer: prefer.unwrap_or_else(|| Preference::ALL.to_vec()),
    }
}

/// `prefer`, which topics have too; `None` where it is not said.
pub(super) fn read_preferences(section: &mut Section<'_, '_, '_>) -> Option<Vec<Preference>> {
    let is_absent = section.lacks("prefer");
    // Asked for all the same, so that it is known.
    let prefer = section.texts("prefer", |text| shapes::word(text, &PREFERENCES));
    (!is_absent).then(|| prefer.into_iter().map(Spanned::into_inner).collect())
}

const PREFERENCES: [(&str, Preference); 4] = [
    ("original", Preference::Original),
    ("complete", Preference::Complete),
    ("earliest", Preference::Earliest),
    ("source-rank", Preference::SourceRank),
];

fn directory(text: &str) -> Result<PathBuf, Complaint> {
    if text.trim().is_empty() {
        return Err(Complaint::new("the path is empty").help("leave the key out to write no files"));
    }
    Ok(PathBuf::from(text))
}

pub(super) fn read_dedup(mut section: Section<'_, '_, '_>) -> DedupSettings {
    let window = at_least(&mut section, "window", Duration::from_secs(60));
    let stories = section.text("stories", |text| shapes::word(text, &STRICTNESSES));
    let across_languages = section.flag("across_languages").unwrap_or_default();
    section.finish();
    DedupSettings {
        window: window.map_or(Duration::from_secs(72 * HOUR), Spanned::into_inner),
        stories: stories.map(Spanned::into_inner).unwrap_or_default(),
        across_languages,
    }
}

pub(super) fn read_retention(mut section: Section<'_, '_, '_>) -> Retention {
    let texts = at_least(&mut section, "texts", Duration::from_secs(HOUR));
    section.finish();
    Retention { texts: texts.map_or(Duration::from_secs(90 * DAY), Spanned::into_inner) }
}
