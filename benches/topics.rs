//! What topics cost: texts matched per second with all concepts, how that grows from 1 to 1,000 topics,
//! how long the matcher takes to be ready, and the memory that it holds.
//!
//! `cargo bench --bench topics`, on the sentences of `../shared/topics` in 21 languages where they lie
//! beside the checkout. Times are those of the processor; the fastest of several rounds counts.
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]

use muara::model::{SourceId, Time};
use muara::topics::{Concepts, Rule, Subject, Topic, TopicIndex, listed};
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// Rounds over all texts.
const ROUNDS: usize = 5;
/// Sentences that make a text as long as an entry's.
const SENTENCES: usize = 4;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/topics/sentences.tsv");
    let Ok(file) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/topics is not here");
        return;
    };
    let texts = texts(&file);
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    println!("{} texts, {:.1} MB, in 21 languages", texts.len(), mega(bytes));
    let before = resident();
    let first = Instant::now();
    let index = index(500);
    println!("ready with 500 topics: {:.0} ms (goal: under 500)", milli(first.elapsed()));
    let held = resident().saturating_sub(before);
    println!("memory: {:.1} MB (goal: under 40)", mega(held));
    let again = Instant::now();
    let one = self::index(1);
    println!("ready again, as at a reload: {:.0} ms", milli(again.elapsed()));
    let many = self::index(1_000);
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        for (best, index) in best.iter_mut().zip([&one, &index, &many]) {
            *best = (*best).min(round(index, &texts));
        }
    }
    for (topics, time) in [1, 500, 1_000].into_iter().zip(best) {
        println!("{topics:5} topics: {:.1} MB/s", mega(bytes) / time.as_secs_f64());
    }
    println!("500 topics: at least 10 MB/s is the goal");
    let growth = best[2].as_secs_f64() / best[0].as_secs_f64();
    println!("1,000 topics cost {growth:.2} times what 1 costs (goal: at most 1.20)");
    for (what, text) in HOSTILE {
        let times = [1, 2].map(|times| {
            let text = [("", text.repeat(times * HOSTILE_BYTES / text.len()))];
            (0..ROUNDS).map(|_| round(&index, &text)).min().unwrap_or_default()
        });
        let growth = times[1].as_secs_f64() / times[0].as_secs_f64();
        println!("{what}: twice the text costs {growth:.2} times as much");
    }
}

/// Texts that repeat what could be looked at again and again.
const HOSTILE: [(&str, &str); 6] = [
    ("names within names", "Korea South "),
    ("names without spaces", "露朝"),
    ("one long word", "кореякорея"),
    ("markers", "Read also: "),
    ("beginnings of phrases", "South   "),
    ("letters that combine", "e\u{301}К\u{306}"),
];
/// Bytes of such a text, and half of what the other has.
const HOSTILE_BYTES: usize = 1 << 20;

/// Texts with their language, of a few sentences each.
fn texts(file: &str) -> Vec<(&str, String)> {
    let rows: Vec<(&str, &str)> = file
        .lines()
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?, fields.nth(1)?))
        })
        .collect();
    let of_one_language = rows.chunk_by(|a, b| a.0 == b.0);
    let chunks = of_one_language.flat_map(|rows| rows.chunks(SENTENCES));
    let join = |rows: &[(&str, &str)]| rows.iter().map(|row| row.1).collect::<Vec<_>>().join(" ");
    chunks.filter_map(|rows| Some((rows.first()?.0, join(rows)))).collect()
}

/// So many topics, no two alike: pairs of concepts, and words of their own.
fn index(count: usize) -> TopicIndex {
    let concepts = Concepts::default();
    let names: Vec<&str> = listed().map(|concept| concept.name).collect();
    let topics: Vec<Topic> = (0..count)
        .map(|at| {
            let a = names[at % names.len()];
            let b = names[(at * 7 + at / names.len() + 1) % names.len()];
            let rule =
                format!("@{a} and (@{b} or treaty{at} or \"summit {at}\") and not title:football");
            topic(&format!("topic-{at}"), &rule, &concepts)
        })
        .collect();
    TopicIndex::build(&topics).expect("the rules are sound")
}

fn topic(name: &str, text: &str, concepts: &Concepts) -> Topic {
    let rule = Rule::parse(text, concepts).expect("a rule");
    Topic::new(name.parse().expect("a name"), text, rule)
}

/// The time to match all texts, folding included.
fn round(index: &TopicIndex, texts: &[(&str, String)]) -> Duration {
    let source: SourceId = "bench".parse().expect("a name");
    let seen = Time::default();
    let start = cpu();
    for (language, text) in texts {
        black_box(index.matching(&Subject {
            title: "",
            text,
            prepared: None,
            authors: &[],
            categories: &[],
            language: Some(language),
            link: None,
            source: &source,
            source_name: "",
            tags: &[],
            published: None,
            seen,
        }));
    }
    cpu().saturating_sub(start)
}

/// The time that this process has had of a processor.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// What the process holds, in bytes.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

#[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn milli(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
