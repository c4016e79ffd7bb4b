//! Which entries tell one story: how often that is right, over the thresholds.
//!
//! `cargo bench --bench stories -- FILE…`: of titles in order of time (`.jsonl`, each line with `id`, `title`,
//! `source`, `link`, `published` in epoch seconds and `story`, the true one) `BCubed` precision and recall; of
//! pairs of texts (`.tsv`: 1 where they tell one story, else 0, and both) precision, recall and F1 of "one
//! story". The two texts of a pair are an hour apart, pairs four days. All goes through the real dedup.
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]

use chrono::DateTime;
use muara::dedup::{Replay, Stories};
use muara::feed::{self, Parts};
use muara::model::{SourceId, Strictness, Time};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// The thresholds of the curves.
const LEAST: [f32; 8] = [0.11, 0.13, 0.15, 0.16, 0.19, 0.22, 0.26, 0.30];

fn main() {
    let paths: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    if paths.is_empty() {
        println!("skipped: no file was given");
    }
    for path in paths {
        let is_pairs = Path::new(&path).extension().is_some_and(|ending| ending == "tsv");
        let entries = if is_pairs { pairs(&path) } else { titles(&path) };
        println!("{path}: {} entries", entries.len());
        let settings = [Strictness::Strict, Strictness::Balanced, Strictness::Loose];
        let named = settings.map(|it| (format!("{it:?}").to_lowercase(), Stories::new(it)));
        let curve = LEAST.map(|least| (format!("{least:.2}"), Stories::with_least(least)));
        for (name, stories) in named.into_iter().chain(curve) {
            let start = Instant::now();
            let found = replay(&entries, stories);
            let took = start.elapsed();
            let score =
                if is_pairs { of_pairs(&entries, &found) } else { bcubed(&entries, &found) };
            println!(
                "  {name:<9} {score}, {:.1?} an entry",
                took / u32::try_from(entries.len()).unwrap_or(1)
            );
        }
    }
}

struct Entry {
    source: String,
    link: String,
    title: String,
    published: i64,
    /// The true story; of pairs, whether it is one.
    story: String,
}

fn titles(path: &str) -> Vec<Entry> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    lines
        .map(|line| Entry {
            source: of(&line, "source"),
            link: of(&line, "link"),
            title: of(&line, "title"),
            published: line["published"].as_i64().unwrap_or_default(),
            story: of(&line, "story"),
        })
        .collect()
}

fn pairs(path: &str) -> Vec<Entry> {
    const APART: i64 = 4 * 24 * 3600;
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut entries = Vec::new();
    for (n, line) in (0..).zip(text.lines()) {
        let mut cells = line.split('\t');
        let story = cells.next().unwrap_or_default().to_owned();
        for (side, title) in ["a", "b"].into_iter().zip(cells) {
            entries.push(Entry {
                source: side.to_owned(),
                link: format!("https://{side}.example/{n}"),
                title: title.to_owned(),
                published: 1_500_000_000 + n * APART + if side == "b" { 3600 } else { 0 },
                story: story.clone(),
            });
        }
    }
    entries
}

fn replay(entries: &[Entry], stories: Stories) -> Vec<i64> {
    let mut replay = Replay::new(Duration::from_secs(72 * 3600), stories, None);
    let mut sources: HashMap<&str, SourceId> = HashMap::new();
    let mut found = Vec::new();
    for entry in entries {
        let no = sources.len();
        let named = || format!("s{no}").parse().expect("a name");
        let source = sources.entry(&entry.source).or_insert_with(named).clone();
        let seen: Time = DateTime::from_timestamp(entry.published, 0).unwrap_or_default();
        let parts = Parts {
            guid: None,
            link: Some(&entry.link),
            title: &entry.title,
            text: "",
            language: None,
            published: Some(seen),
        };
        found.push(replay.take(&source, feed::compose(parts), seen).story.0);
    }
    found
}

/// The mean over entries of what share of its story is rightly there, and of what share of its true story
/// is there.
#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn bcubed(entries: &[Entry], found: &[i64]) -> String {
    let (mut both, mut said, mut right) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (entry, story) in entries.iter().zip(found) {
        *both.entry((&entry.story, story)).or_insert(0.0) += 1.0;
        *said.entry(story).or_insert(0.0) += 1.0;
        *right.entry(&entry.story).or_insert(0.0) += 1.0;
    }
    let all = entries.len().max(1) as f64;
    let precision = both.iter().map(|((_, story), n)| n * n / said[story]).sum::<f64>() / all;
    let recall = both.iter().map(|((story, _), n)| n * n / right[story]).sum::<f64>() / all;
    format!(
        "BCubed precision {precision:.3} recall {recall:.3} F1 {:.3}, {} stories for {}",
        f1(precision, recall),
        said.len(),
        right.len()
    )
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn of_pairs(entries: &[Entry], found: &[i64]) -> String {
    let (mut hits, mut said, mut right) = (0, 0, 0);
    for (entries, found) in entries.chunks(2).zip(found.chunks(2)) {
        let (is_one, is_said) = (entries[0].story == "1", found.first() == found.last());
        hits += usize::from(is_one && is_said);
        said += usize::from(is_said);
        right += usize::from(is_one);
    }
    let share = |of: usize| hits as f64 / of.max(1) as f64;
    let (precision, recall) = (share(said), share(right));
    format!("precision {precision:.3} recall {recall:.3} F1 {:.3}", f1(precision, recall))
}

fn f1(precision: f64, recall: f64) -> f64 {
    2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE)
}
