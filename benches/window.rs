//! What recognising copies and tellings costs with 500,000 entries in the window: microseconds an entry from folded
//! title and text to the verdict, and memory.
//!
//! `cargo bench --bench window [-- TITLES.jsonl] [--across]`: titles of made-up words, else recombined from those
//! of the file; with `--across` as if in twelve languages, to compare tellings across them. One entry in five is an edited copy of one of the last 20,000; one in two has a text of forty
//! words. Texts that are compared stay in memory here; the daemon reads them from the store.
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]

use muara::dedup::{Copies, Likeness, MOST_ENTRIES, Originals, Stories, Terms};
use muara::model::{EntryId, GroupId, SourceNo, StoryId, Strictness, Time, Verdict, Witness};
use muara::pipeline;
use muara::text::{Boilerplate, leave_out};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Sources that the entries are from.
const SOURCES: usize = 5_000;
/// Entries that are measured once the window is full.
const MEASURED: usize = 100_000;
/// Languages that sources are said to be in, where tellings are compared across them.
const LANGUAGES: [&str; 12] =
    ["ar", "de", "en", "es", "fr", "id", "ja", "ko", "ru", "tr", "vi", "zh"];

fn main() {
    let path = std::env::args().skip(1).find(|word| !word.starts_with("--"));
    let mut maker = Maker::new(path.as_deref());
    let mut window = Window::new(std::env::args().any(|word| word == "--across"));
    for _ in 0..MOST_ENTRIES {
        let texts = maker.next();
        window.take(&texts, false);
    }
    println!("{} entries fill the window, {} MB for the index", window.copies.len(), megabytes());
    window.took.clear();
    window.told.clear();
    window.joined = 0;
    for _ in 0..MEASURED {
        let texts = maker.next();
        window.take(&texts, true);
    }
    report("before the verdict: look and index", &mut window.took);
    report("with the verdict, texts in memory", &mut window.whole);
    report("stories: terms, find and add", &mut window.told);
    println!(
        "stories: {} open, {} of {MEASURED} entries told one; copies and stories take {} MB",
        window.stories.len(),
        window.joined,
        (window.copies.bytes() + window.stories.bytes()) >> 20
    );
    println!(
        "copies found: {} of {MEASURED}; {} MB reserved",
        window.found,
        window.copies.bytes() >> 20
    );
}

fn report(name: &str, took: &mut [Duration]) {
    took.sort_unstable();
    let at = |share: usize| took[(took.len() * share / 1000).min(took.len() - 1)];
    println!("{name}: p50 {:.1?}, p99 {:.1?}, max {:.1?}", at(500), at(990), at(1000));
}

/// Resident memory of the process.
fn megabytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    (pages.unwrap_or(0) * 4096) >> 20
}

struct Window {
    copies: Copies,
    originals: Originals,
    boilerplate: Vec<Boilerplate>,
    next: i64,
    stories: Stories,
    took: Vec<Duration>,
    told: Vec<Duration>,
    joined: usize,
    whole: Vec<Duration>,
    found: usize,
    across: bool,
}

impl Window {
    fn new(across: bool) -> Self {
        Self {
            across,
            copies: Copies::new(Duration::from_secs(72 * 3600)),
            originals: Originals::default(),
            boilerplate: vec![Boilerplate::default(); SOURCES],
            next: 0,
            stories: Stories::new(Strictness::Balanced),
            took: Vec::new(),
            told: Vec::new(),
            joined: 0,
            whole: Vec::new(),
            found: 0,
        }
    }

    fn take(&mut self, [title, text]: &[String; 2], decide: bool) {
        self.next += 1;
        let place = usize::try_from(self.next).unwrap_or(0) % SOURCES;
        let source = SourceNo(i64::try_from(place).unwrap_or(0));
        // The whole window passes in two days.
        let seen = Time::UNIX_EPOCH + chrono::Duration::milliseconds(self.next * 345);
        let start = Instant::now();
        let [titles, texts] =
            self.boilerplate[place].take([title, text], muara::dedup::hour(seen), 72);
        let kept = [leave_out(title, &titles), leave_out(text, &texts)];
        let Some(likeness) = Likeness::of([&kept[0], &kept[1]]) else { return };
        let found = self.copies.candidates(seen, &likeness.minima);
        self.copies.add(EntryId(self.next), seen, &likeness.minima);
        self.took.push(start.elapsed());
        if decide {
            let ids: Vec<EntryId> = found.iter().map(|candidate| candidate.entry).collect();
            let copied = self.originals.copied(&likeness, source, &ids).is_some();
            self.found += usize::from(copied);
            self.whole.push(start.elapsed());
        }
        let language = self.across.then(|| LANGUAGES[place % LANGUAGES.len()]);
        let named = language.map(|_| pipeline::named([title, text], Some("en")));
        let start = Instant::now();
        let mut terms = Terms::of([title, text], [&kept[0], &kept[1]]);
        if let Some(named) = &named {
            terms = terms.across([title, text], language, named);
        }
        let (_, told) = self.stories.take(EntryId(self.next), seen, &terms, Verdict::OpensStory);
        self.told.push(start.elapsed());
        self.joined += usize::from(told.is_some());
        let (story, group) = (StoryId(self.next), GroupId(self.next));
        let witness = Witness { entry: EntryId(self.next), source, story, group, seen };
        self.originals.add(&likeness, &witness, None);
    }
}

/// Makes titles and texts, folded.
struct Maker {
    words: Vec<String>,
    recent: VecDeque<[String; 2]>,
    random: u64,
}

impl Maker {
    fn new(path: Option<&str>) -> Self {
        let text = path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let titles = text.lines().filter_map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(muara::text::fold(line["title"].as_str()?).into_owned())
        });
        let mut words: Vec<String> = titles
            .flat_map(|title| title.split(' ').map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let mut maker = Self { words: Vec::new(), recent: VecDeque::new(), random: 7 };
        if words.is_empty() {
            words = (0..40_000).map(|_| maker.made_up()).collect();
        }
        maker.words = words;
        maker
    }

    fn made_up(&mut self) -> String {
        const SYLLABLES: [&str; 16] = [
            "ka", "ro", "min", "ster", "la", "ti", "on", "ver", "do", "pre", "s", "ent", "ur",
            "gal", "e", "ish",
        ];
        let length = 1 + self.below(4);
        (0..length).map(|_| SYLLABLES[self.below(16)]).collect()
    }

    /// Low numbers are frequent, as words are.
    fn word(&mut self) -> String {
        let end = self.words.len();
        let at = (self.below(end) * self.below(end)) / end;
        self.words[at].clone()
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn next(&mut self) -> [String; 2] {
        let made = if self.below(5) == 0 && !self.recent.is_empty() {
            let at = self.below(self.recent.len());
            let [title, text] = self.recent[at].clone();
            [format!("update 2-{title}"), text]
        } else {
            let length = 7 + self.below(8);
            let text = if self.below(2) == 0 { self.words(40) } else { String::new() };
            [self.words(length), text]
        };
        self.recent.push_back(made.clone());
        if self.recent.len() > 20_000 {
            self.recent.pop_front();
        }
        made
    }

    fn below(&mut self, end: usize) -> usize {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.random >> 33).unwrap_or(0) % end.max(1)
    }
}
