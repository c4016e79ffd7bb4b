//! The language of entries whose feed says none: judged from all its titles, never from one.

use super::ReadFeed;
use crate::model::{DocumentEntry, Entry};
use crate::text;

/// Titles that are looked at.
const TITLES: usize = 20;
/// With fewer than this many, the texts have to say it.
const ENOUGH: usize = 10;
/// Bytes of a text that are looked at.
const OF_A_TEXT: usize = 400;

impl ReadFeed {
    /// Gives the feed the language that `former` documents were in, or that its titles are judged to
    /// be in, where it declares none; and each entry without a language that of the feed.
    pub fn judge_language(&mut self, former: Option<&str>) {
        let entries = || self.entries.iter().filter_map(read);
        if entries().all(|entry| entry.language.is_some()) {
            return;
        }
        let judged = || text::language(&sample(entries())).map(str::to_owned);
        let language = self.language.clone().or_else(|| former.map(str::to_owned));
        let Some(language) = language.or_else(judged) else { return };
        for entry in &mut self.entries {
            if let DocumentEntry::Read { entry, .. } = entry {
                entry.language.get_or_insert_with(|| language.clone());
            }
        }
        self.language = Some(language);
    }
}

fn read(item: &DocumentEntry) -> Option<&Entry> {
    match item {
        DocumentEntry::Known(_) => None,
        DocumentEntry::Read { entry, .. } => Some(entry),
    }
}

/// What is judged; empty where there is too little of it.
fn sample<'a>(entries: impl Iterator<Item = &'a Entry>) -> String {
    let entries: Vec<&Entry> = entries.take(TITLES).collect();
    let with_texts = entries.len() < ENOUGH;
    let mut sample = String::new();
    for entry in entries {
        sample.push_str(&entry.title);
        sample.push('\n');
        if with_texts {
            let end = entry.text.char_indices().map(|(at, _)| at).take_while(|at| *at <= OF_A_TEXT);
            sample.push_str(&entry.text[..end.last().unwrap_or(0)]);
            sample.push('\n');
        }
    }
    if with_texts && sample.len() < ENOUGH * LEAST { String::new() } else { sample }
}

/// Bytes of a short title.
const LEAST: usize = 30;
