//! How fast documents are read: decode, repair and parse against plain feed-rs on the healthy feeds
//! that others saved from live sites, and a second poll that brings three new entries against the
//! first.
//!
//! `cargo bench --bench read`; absolute figures mean little, both sides run in turns in one process.
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]

use bytes::Bytes;
use muara::feed::{self, ReadContext, ReadFeed};
use muara::model::{
    DateOrders, Document, DocumentEntry, ServerHints, Source, Time, Validators, Window, WindowSlot,
};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use url::Url;

/// Rounds over all feeds; the fastest of each side counts, which is what noise spares.
const ROUNDS: usize = 25;

fn main() {
    let Some(files) = corpus() else {
        println!("skipped: ../shared/corpora is not here");
        return;
    };
    let documents: Vec<Document> =
        files.iter().filter_map(|path| document(path)).filter(is_healthy).collect();
    let bytes = documents.iter().map(|document| document.body.len()).sum();
    let entries = documents.iter().map(survey).sum();
    println!("{} healthy feeds, {bytes} bytes, {entries} entries", documents.len());
    let (ours, theirs) = in_turns(|| each(&documents, survey), || each(&documents, plain_feed_rs));
    report("decode + repair + parse", ours, bytes, entries);
    report("plain feed-rs", theirs, bytes, entries);
    println!("ratio of throughputs: {:.2} (goal: at least 0.80)", ratio(theirs, ours));
    let empty = Window::default();
    let (whole, _) = in_turns(|| each(&documents, |document| read(document, &empty)), || ());
    report("the same with normalize", whole, bytes, entries);
    second_polls(&documents);
}

/// Feeds of at least 30 entries, of which three are new at the second poll.
fn second_polls(documents: &[Document]) {
    let polls: Vec<(&Document, Window)> = documents
        .iter()
        .filter_map(|document| Some((document, read(document, &Window::default())?)))
        .filter(|(_, feed)| feed.entries.len() >= 30)
        .map(|(document, feed)| (document, window_but_three(&feed)))
        .collect();
    let bytes = polls.iter().map(|(document, _)| document.body.len()).sum();
    let entries = polls.iter().map(|(_, window)| window.slots.len() + 3).sum();
    println!("\n{} of them with at least 30 entries", polls.len());
    let empty = Window::default();
    let (first, second) = in_turns(
        || each(&polls, |(document, _)| read(document, &empty)),
        || each(&polls, |(document, window)| read(document, window)),
    );
    report("first poll", first, bytes, entries);
    report("second poll, 3 new", second, bytes, entries);
    println!("second poll is {:.1} times as fast (goal: at least 3)", ratio(first, second));
}

fn survey(document: &Document) -> usize {
    with_context(document, &Window::default(), |context| feed::survey(context).ok())
        .map_or(0, |survey| survey.items)
}

fn plain_feed_rs(document: &Document) -> Option<feed_rs::model::Feed> {
    let parser = feed_rs::parser::Builder::new().base_uri(Some(&document.url)).build();
    parser.parse(&document.body[..]).ok()
}

/// A feed that feed-rs reads whole, without its inventing or losing an entry.
fn is_healthy(document: &Document) -> bool {
    let theirs = plain_feed_rs(document).map_or(0, |feed| feed.entries.len());
    theirs > 0
        && with_context(document, &Window::default(), |context| feed::survey(context).ok())
            .is_some_and(|survey| survey.repairs.is_empty() && survey.items == theirs)
}

fn read(document: &Document, window: &Window) -> Option<ReadFeed> {
    with_context(document, window, |context| feed::read(context).ok())
}

fn with_context<T>(
    document: &Document,
    window: &Window,
    what: impl FnOnce(&ReadContext<'_>) -> Option<T>,
) -> Option<T> {
    let source = source();
    let now = Time::from_timestamp(1_800_000_000, 0)?;
    what(&ReadContext {
        document,
        window,
        date_orders: DateOrders::default(),
        source: &source,
        now,
    })
}

fn window_but_three(feed: &ReadFeed) -> Window {
    let slot = |item: &DocumentEntry| match item {
        DocumentEntry::Known(slot) => Some(*slot),
        DocumentEntry::Read { fingerprint, entry } => {
            Some(WindowSlot { fingerprint: (*fingerprint)?, key: *entry.keys.first()? })
        }
    };
    Window { slots: feed.entries.iter().skip(3).filter_map(slot).collect() }
}

fn source() -> Source {
    let (Ok(id), Ok(url)) = ("bench".parse(), Url::parse("https://example.org/feed")) else {
        unreachable!("both are constants")
    };
    Source::bare(id, url)
}

fn document(path: &Path) -> Option<Document> {
    Some(Document {
        body: Bytes::from(std::fs::read(path).ok()?),
        url: Url::parse("https://example.org/feed").ok()?,
        charset: None,
        validators: Validators::default(),
        hints: ServerHints::default(),
        moved_to: None,
    })
}

/// Every file below the feeds that were saved from live sites.
fn corpus() -> Option<Vec<PathBuf>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let real = ["../shared/corpora/real", "../../shared/corpora/real"];
    let mut folders =
        vec![real.into_iter().map(|path| root.join(path)).find(|path| path.is_dir())?];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().ok()?.filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Some(files)
}

/// The fastest round of each of two, run in turns.
fn in_turns(mut one: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    (0..ROUNDS).fold((Duration::MAX, Duration::MAX), |(first, second), _| {
        (first.min(timed(&mut one)), second.min(timed(&mut other)))
    })
}

fn each<T, R>(items: &[T], what: impl Fn(&T) -> R) {
    for item in items {
        black_box(what(item));
    }
}

/// The time that this thread was on a processor, where the kernel tells: what else runs on the
/// machine then matters little. Elsewhere the time that went by.
fn timed(one: &mut impl FnMut()) -> Duration {
    let (before, started) = (on_processor(), Instant::now());
    one();
    match (before, on_processor()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => started.elapsed(),
    }
}

fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

fn ratio(slow: Duration, fast: Duration) -> f64 {
    slow.as_secs_f64() / fast.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn report(what: &str, took: Duration, bytes: usize, entries: usize) {
    let seconds = took.as_secs_f64();
    let (rate, items) = (bytes as f64 / 1e6 / seconds, entries as f64 / seconds);
    println!("{what:24} {:8.2} ms {rate:7.1} MB/s {items:9.0} entries/s", seconds * 1e3);
}
