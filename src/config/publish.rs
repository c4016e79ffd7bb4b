//! `[publish]`, `[dedup]` and `[retention]`: what is shown, compared and kept.

use super::findings::Complaint;
use super::polling::at_least;
use super::reader::Section;
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
}

/// How sameness is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DedupSettings {
    /// How far back across sources.
    pub window: Duration,
}

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Texts of entries. Keys and the ledger of what was published stay for good.
    pub texts: Duration,
}

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;
const ITEMS: usize = 100;
/// More than any reader takes, and a megabyte or so a rendition.
pub(super) const MOST_ITEMS: usize = 1_000;

pub(super) fn read_publish(mut section: Section<'_, '_, '_>) -> PublishSettings {
    let directory = section.text("directory", directory);
    let items = section.whole("items", 1..=MOST_ITEMS);
    section.finish();
    PublishSettings {
        directory: directory.map(Spanned::into_inner),
        items: items.map_or(ITEMS, Spanned::into_inner),
    }
}

fn directory(text: &str) -> Result<PathBuf, Complaint> {
    if text.trim().is_empty() {
        return Err(Complaint::new("the path is empty").help("leave the key out to write no files"));
    }
    Ok(PathBuf::from(text))
}

pub(super) fn read_dedup(mut section: Section<'_, '_, '_>) -> DedupSettings {
    let window = at_least(&mut section, "window", Duration::from_secs(60));
    section.finish();
    DedupSettings { window: window.map_or(Duration::from_secs(72 * HOUR), Spanned::into_inner) }
}

pub(super) fn read_retention(mut section: Section<'_, '_, '_>) -> Retention {
    let texts = at_least(&mut section, "texts", Duration::from_secs(HOUR));
    section.finish();
    Retention { texts: texts.map_or(Duration::from_secs(90 * DAY), Spanned::into_inner) }
}
