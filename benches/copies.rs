//! How well copies are recognised, against what other programs do, on the same titles: each rule
//! sees originals and edited copies of them, in order of time.
//!
//! `cargo bench --bench copies -- TITLES.jsonl [SEED]`, each line with `id`, `title`, `source`, `link`,
//! `published` (epoch seconds), `language` and `story`, the true one. One title in three is an original;
//! half of those with eight words or more get copies from other outlets within a day: the outlet's name
//! behind it, a word left out, a word exchanged for one of another title, cut to 70 %, "UPDATE 2-"
//! before it. Titles that were not edited and are of different stories are no copies of each other.
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]

use chrono::DateTime;
use muara::dedup::{Replay, ReplayRelation, Stories};
use muara::feed::{self, Parts};
use muara::model::{Relation, SourceId, Strictness, Time};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

const DAY: i64 = 24 * 3600;

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let Some(path) = words.next() else {
        println!("skipped: no file of titles was given");
        return;
    };
    let seed = words.next().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let titles = read(&path);
    let entries = with_copies(&titles, &mut Random(seed));
    let originals = entries.iter().filter(|entry| entry.edit.is_none()).count();
    println!("{originals} titles, {} copies of them, seed {seed}", entries.len() - originals);
    println!(
        "{:<38}{:>8}{:>8}{:>8}{:>8}{:>8}{:>11}",
        "", "suffix", "drop", "swap", "cut", "update", "precision"
    );
    let rules: [(&str, Rule); 5] = [
        ("exact link", |entries| by_key(entries, |entry| entry.link.clone())),
        ("exact title", |entries| by_key(entries, |entry| flat(&entry.title))),
        ("title trigrams 0.75, within a day", |entries| {
            by_pairs(entries, trigrams, like_by_trigrams)
        }),
        ("words 0.6 and three shared, in a day", |entries| {
            by_pairs(entries, word_set, like_by_words)
        }),
        ("Muara", ours),
    ];
    for (name, rule) in rules {
        let start = Instant::now();
        let groups = rule(&entries);
        report(name, &entries, &groups, start.elapsed());
    }
}

/// Gives each entry its group, by the group's first entry.
type Rule = fn(&[Entry]) -> Vec<usize>;

struct Entry {
    id: String,
    title: String,
    link: String,
    source: String,
    language: String,
    published: i64,
    story: String,
    /// The place of its original, and the edit.
    edit: Option<(String, &'static str)>,
}

fn read(path: &str) -> Vec<Entry> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .map(|line| entry(&line))
        .collect()
}

fn entry(line: &Value) -> Entry {
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    Entry {
        id: text("id"),
        title: text("title"),
        link: text("link"),
        source: text("source"),
        language: text("language"),
        published: line["published"].as_i64().unwrap_or_default(),
        story: text("story"),
        edit: None,
    }
}

fn with_copies(titles: &[Entry], random: &mut Random) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (n, title) in (0..).zip(titles.iter().step_by(3)) {
        let published = 1_400_000_000 + 60 * n;
        if title.title.split(' ').count() >= 8 && random.below(2) == 0 {
            let filler = &titles[random.below(titles.len())];
            for (edit, edited) in edits(title, filler, random) {
                entries.push(Entry {
                    id: format!("{}/{edit}", title.id),
                    title: edited,
                    link: format!("https://{edit}.example/{n}"),
                    source: format!("{edit}.example"),
                    published: published + 600 + i64::try_from(random.below(79_000)).unwrap_or(0),
                    edit: Some((title.id.clone(), edit)),
                    ..copied(title)
                });
            }
        }
        entries.push(Entry { published, ..copied(title) });
    }
    entries.sort_by_key(|entry| entry.published);
    entries
}

fn copied(of: &Entry) -> Entry {
    Entry {
        id: of.id.clone(),
        title: of.title.clone(),
        link: of.link.clone(),
        source: of.source.clone(),
        language: of.language.clone(),
        published: of.published,
        story: of.story.clone(),
        edit: None,
    }
}

fn edits(title: &Entry, filler: &Entry, random: &mut Random) -> [(&'static str, String); 5] {
    const OUTLETS: [&str; 5] = [
        "Harbour Gazette",
        "The Northern Echo of News",
        "Tagblatt",
        "Вестник",
        "Il Corriere Nuovo",
    ];
    let words: Vec<&str> = title.title.split(' ').collect();
    let at = 1 + random.below(words.len() - 2);
    let other = filler.title.split(' ').max_by_key(|word| word.len()).unwrap_or("again");
    let sign = if random.below(2) == 0 { " - " } else { " | " };
    let kept = (words.len() * 7).div_ceil(10).max(5);
    [
        ("suffix", format!("{}{sign}{}", title.title, OUTLETS[random.below(OUTLETS.len())])),
        ("drop", [&words[..at], &words[at + 1..]].concat().join(" ")),
        ("swap", [&words[..at], &[other], &words[at + 1..]].concat().join(" ")),
        ("cut", words[..kept].join(" ")),
        ("update", format!("UPDATE 2-{}", title.title)),
    ]
}

/// Groups by an equal key, whatever the time.
fn by_key(entries: &[Entry], key: impl Fn(&Entry) -> String) -> Vec<usize> {
    let mut first = HashMap::new();
    entries.iter().enumerate().map(|(at, entry)| *first.entry(key(entry)).or_insert(at)).collect()
}

/// Groups by comparing each title with all of the day before it; the first that is like it counts.
fn by_pairs<T>(entries: &[Entry], of: fn(&str) -> T, like: fn(&T, &T) -> bool) -> Vec<usize> {
    let parts: Vec<T> = entries.iter().map(|entry| of(&entry.title)).collect();
    let mut groups: Vec<usize> = Vec::new();
    for at in 0..entries.len() {
        let oldest = entries[at].published - DAY;
        let before = (0..at).rev().take_while(|before| entries[*before].published >= oldest);
        let found = before.filter(|before| like(&parts[at], &parts[*before])).last();
        groups.push(found.map_or(at, |found| groups[found]));
    }
    groups
}

/// As a well-known extension of a database counts them: two blanks before each word, one behind it.
fn trigrams(title: &str) -> HashSet<[char; 3]> {
    let words = flat(title);
    let words = words.split(' ').map(|word| format!("  {word} ").chars().collect::<Vec<_>>());
    words.flat_map(|word| word.windows(3).map(|w| [w[0], w[1], w[2]]).collect::<Vec<_>>()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "some dozens")]
fn like_by_trigrams(a: &HashSet<[char; 3]>, b: &HashSet<[char; 3]>) -> bool {
    let shared = a.intersection(b).count();
    shared as f64 >= 0.75 * (a.len() + b.len() - shared) as f64
}

fn word_set(title: &str) -> HashSet<String> {
    flat(title).split(' ').map(str::to_owned).collect()
}

#[expect(clippy::cast_precision_loss, reason = "some dozens")]
fn like_by_words(a: &HashSet<String>, b: &HashSet<String>) -> bool {
    let shared = a.intersection(b).count();
    shared >= 3 && shared as f64 >= 0.6 * (a.len() + b.len() - shared) as f64
}

fn ours(entries: &[Entry]) -> Vec<usize> {
    let mut replay =
        Replay::new(Duration::from_secs(72 * 3600), Stories::new(Strictness::Balanced), None);
    let mut sources: HashMap<&str, SourceId> = HashMap::new();
    let mut groups: Vec<usize> = Vec::new();
    let mut place = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let no = sources.len();
        let source = sources
            .entry(&entry.source)
            .or_insert_with(|| format!("s{no}").parse().expect("a name"))
            .clone();
        let seen: Time = DateTime::from_timestamp(entry.published, 0).unwrap_or_default();
        let composed = feed::compose(Parts {
            guid: None,
            link: Some(&entry.link),
            title: &entry.title,
            text: "",
            language: Some(&entry.language),
            published: Some(seen),
        });
        let replayed = replay.take(&source, composed, seen);
        let is_copy =
            !matches!(replayed.relation, ReplayRelation::New(Relation::Opens | Relation::Telling));
        let of = replayed.of.filter(|_| is_copy).and_then(|of| place.get(&of).copied());
        place.entry(replayed.entry).or_insert(at);
        groups.push(of.map_or(at, |of: usize| groups[of]));
    }
    groups
}

fn report(name: &str, entries: &[Entry], groups: &[usize], took: Duration) {
    let of: HashMap<&str, usize> =
        entries.iter().zip(groups).map(|(e, g)| (e.id.as_str(), *g)).collect();
    let mut recall: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for entry in entries {
        if let Some((original, edit)) = &entry.edit {
            let found = recall.entry(edit).or_default();
            found.0 += usize::from(of.get(original.as_str()) == of.get(entry.id.as_str()));
            found.1 += 1;
        }
    }
    let share = |edit: &str| recall.get(edit).map_or(f64::NAN, |(found, all)| ratio(*found, *all));
    let (right, wrong) = pairs(entries, groups);
    let [suffix, drop, swap, cut, update] = ["suffix", "drop", "swap", "cut", "update"].map(share);
    println!(
        "{name:<38}{suffix:>8.3}{drop:>8.3}{swap:>8.3}{cut:>8.3}{update:>8.3}{:>11.3} of {} pairs, {took:.1?}",
        ratio(right, right + wrong),
        right + wrong
    );
}

/// Pairs of titles that were not edited and are in one group: of one story or equal, and others.
fn pairs(entries: &[Entry], groups: &[usize]) -> (usize, usize) {
    let mut members: HashMap<usize, Vec<&Entry>> = HashMap::new();
    for (entry, group) in entries.iter().zip(groups).filter(|(entry, _)| entry.edit.is_none()) {
        members.entry(*group).or_default().push(entry);
    }
    let (mut right, mut wrong) = (0, 0);
    for group in members.values() {
        for (at, a) in group.iter().enumerate() {
            let same = |b: &&Entry| a.story == b.story || flat(&a.title) == flat(&b.title);
            let found = group[..at].iter().filter(|b| same(b)).count();
            (right, wrong) = (right + found, wrong + at - found);
        }
    }
    (right, wrong)
}

/// Lower case, letters and digits, single spaces.
fn flat(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 { 1.0 } else { part as f64 / all as f64 }
}

/// A small generator, so that a seed gives the same copies everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end.max(1)
    }
}
