//! How fast feeds are served, rendered and put on the shelf.
//!
//! `cargo bench --bench serve`; a handler of axum that returns the same bytes is the measure for serving, in
//! the same process and in turns: absolute figures mean little.
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]

use arc_swap::ArcSwap;
use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use chrono::DateTime;
use muara::http::{self, HttpState, Listener, Names};
use muara::model::{
    Collapse, EntryId, FeedSettings, Format, Outlet, OutputFeed, OutputItem, Profile,
    PublishContent, Reason, RenditionSet, SanitizedHtml, Speakers, TopicNo,
};
use muara::publish::{Encoding, Shelf, Stamp};
use muara::render::{TopicDigest, index, render};
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Rounds of each side, in turns; the fastest counts, which is what noise spares.
const ROUNDS: usize = 15;
/// Requests of a round, over one connection that is kept.
const REQUESTS: usize = 1_500;
const TOPICS: i64 = 1_000;

fn main() {
    let feed = feed(200, 200);
    rendering(&feed);
    serving(&feed);
    one_of_many();
}

fn settings(name: &str) -> FeedSettings {
    FeedSettings {
        name: name.parse().expect("a name"),
        title: "Korea–Russia".to_owned(),
        description: None,
        language: None,
        public_url: "https://news.example.org/".parse().expect("an address"),
        items: 200,
        content: PublishContent::Summary,
        collapse: Collapse::Story,
        profile: Profile::default(),
        speakers: Speakers::default(),
        hubs: vec!["https://news.example.org/hub".parse().expect("an address")],
        asked: None,
    }
}

/// Words that no dictionary has, so that they compress no better than news do.
fn words(seed: i64, count: u64) -> String {
    let mut state = seed.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut word = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let letters = (0..4 + state % 5)
            .map(|at| char::from_u32(0x430 + u32::try_from((state >> (5 * at)) % 32).unwrap_or(0)));
        letters.flatten().collect::<String>()
    };
    std::iter::repeat_with(&mut word)
        .take(usize::try_from(count).unwrap_or(0))
        .collect::<Vec<_>>()
        .join(" ")
}

fn outlet(seed: i64) -> Outlet {
    Outlet {
        name: words(seed, 2),
        feed_url: format!("https://outlet{}.example/feed.xml", seed % 40),
        site: Some(format!("https://outlet{}.example/", seed % 40)),
        link: Some(format!("https://outlet{}.example/news/{seed}", seed % 40)),
        title: words(seed, 7),
        language: Some("ru".to_owned()),
        published: chrono::DateTime::UNIX_EPOCH,
    }
}

fn feed(items: i64, last: i64) -> OutputFeed {
    let at = |seconds| DateTime::from_timestamp(1_763_856_000 + seconds, 0).unwrap_or_default();
    let item = |seq: i64| OutputItem {
        seq,
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, &seq.to_be_bytes()),
        placed_at: at(seq * 600),
        entry: EntryId(seq),
        title: words(seq, 8),
        link: Some(format!("https://outlet{}.example/news/{seq}", seq % 40)),
        summary: SanitizedHtml::trusted(format!("<p>{}</p>", words(seq + 7, 30))),
        content: None,
        text: words(seq + 7, 30),
        authors: vec![words(seq, 2)],
        categories: vec![words(seq % 9, 1)],
        enclosures: Vec::new(),
        language: Some("ru".to_owned()),
        published: at(seq * 600 - 60),
        updated: at(seq * 600 - 60),
        source: outlet(seq),
        origin: None,
        grown: None,
        others: (0..seq % 3).map(|other| outlet(seq * 3 + other)).collect(),
        reasons: vec![Reason {
            term: words(seq % 5, 1),
            concept: None,
            field: "title".into(),
            count: 1,
        }],
        listed: Vec::new(),
    };
    OutputFeed {
        topic: TopicNo(1),
        version: last,
        changed_at: at(last * 600),
        archived: 3,
        items: (last - items + 1..=last).rev().map(item).collect(),
    }
}

fn fastest<T>(rounds: usize, mut work: impl FnMut() -> T) -> Duration {
    let time = |_| {
        let started = Instant::now();
        black_box(work());
        started.elapsed()
    };
    (0..rounds).map(time).min().unwrap_or_default()
}

fn rendering(feed: &OutputFeed) {
    let settings = settings("korea-russia");
    let took = fastest(40, || render(feed, &settings));
    println!("a topic of 200 items in all formats and pages: {took:.2?} (goal: under 5 ms)");
}

fn stamp(version: i64) -> Stamp {
    Stamp { version, renderer: 1, settings: 1 }
}

fn state(shelf: Arc<Shelf>) -> HttpState {
    let names = Names { topics: ["korea-russia".to_owned()].into(), ..Names::default() };
    HttpState {
        shelf,
        names: Arc::new(ArcSwap::from_pointee(names)),
        public_url: settings("a").public_url,
        hub: tokio::sync::mpsc::channel(1).0,
        search: Arc::new(|_| Box::pin(async { None })),
        pages: Arc::new(|_, _| Box::pin(async { None })),
        acts: Arc::default(),
        metrics: Arc::new(String::new),
        ready: Arc::new(AtomicBool::new(true)),
        health: Arc::new(|| true),
    }
}

fn serving(feed: &OutputFeed) {
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = Arc::new(Shelf::open(folder.path(), 64 << 20).expect("a shelf"));
    shelf.put(&render(feed, &settings("korea-russia")), stamp(1)).expect("a rendition");
    let loaded = shelf.load("korea-russia", Format::Atom, Encoding::Gzip).expect("a rendition");
    let (shelved, body) = loaded.expect("a rendition");
    let etag = shelved.etag(Encoding::Gzip).to_owned();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let cancel = CancellationToken::new();
    let ours = runtime.block_on(Listener::bind_tcp("127.0.0.1:0".parse().expect("an address")));
    let ours = ours.expect("a port");
    let address = ours.address().expect("an address");
    runtime.spawn(http::serve(ours, state(shelf), cancel.clone()));
    let plain = runtime.block_on(plain_axum(etag.clone(), body.clone()));
    println!("serving {} bytes, gzip", body.len());
    let gzip = "accept-encoding: gzip\r\n";
    let known = format!("{gzip}if-none-match: {etag}\r\n");
    for (what, headers) in [("200", gzip), ("304", known.as_str())] {
        let (mut our_best, mut their_best) = (f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            our_best = our_best.min(round(address, headers, what));
            their_best = their_best.min(round(plain, headers, what));
        }
        let rate = |seconds: f64| f64::from(u32::try_from(REQUESTS).unwrap_or(0)) / seconds;
        println!(
            "{what}: {:.0} a second, plain axum {:.0}: ratio {:.2} (goal: at least 0.80)",
            rate(our_best),
            rate(their_best),
            their_best / our_best
        );
    }
    cancel.cancel();
}

/// The same answers by a handler that does nothing else.
async fn plain_axum(etag: String, body: Bytes) -> SocketAddr {
    let answer = move |asked: HeaderMap| async move {
        let headers = [
            (header::ETAG, etag.clone()),
            (header::CONTENT_TYPE, "application/atom+xml; charset=utf-8".to_owned()),
            (header::CONTENT_ENCODING, "gzip".to_owned()),
            (header::CACHE_CONTROL, "public, max-age=300".to_owned()),
            (header::VARY, "Accept-Encoding".to_owned()),
        ];
        let is_known = asked.get(header::IF_NONE_MATCH).is_some_and(|tag| *tag == *etag);
        if is_known {
            (StatusCode::NOT_MODIFIED, headers).into_response()
        } else {
            (headers, body.clone()).into_response()
        }
    };
    let router = Router::new().route("/korea-russia.atom", get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    #[expect(clippy::disallowed_methods, reason = "the benchmark's end is its end")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Seconds for the requests of a round.
fn round(address: SocketAddr, headers: &str, status: &str) -> f64 {
    let mut stream = TcpStream::connect(address).expect("the server");
    stream.set_nodelay(true).expect("a socket");
    let request = format!("GET /korea-russia.atom HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
    let started = Instant::now();
    let mut buffer = vec![0; 256 * 1024];
    for _ in 0..REQUESTS {
        stream.write_all(request.as_bytes()).expect("a request");
        read_answer(&mut stream, &mut buffer, status);
    }
    started.elapsed().as_secs_f64()
}

fn read_answer(stream: &mut TcpStream, buffer: &mut [u8], status: &str) {
    let mut filled = 0;
    loop {
        filled += stream.read(&mut buffer[filled..]).expect("an answer");
        let Some(end) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        assert_eq!(&head[9..12], status);
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
        let length: usize = length.map_or(0, |length| length.parse().expect("a number"));
        while filled < end + 4 + length {
            filled += stream.read(&mut buffer[filled..]).expect("an answer");
        }
        return;
    }
}

/// What a change of one topic costs beside a thousand that do not change, and beside none.
fn one_of_many() {
    let set = |name: &str, last: i64| -> RenditionSet { render(&feed(20, last), &settings(name)) };
    let change = |topics: i64| {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::open(folder.path(), 64 << 20).expect("a shelf");
        for topic in 1..=topics {
            shelf.put(&set(&format!("topic-{topic}"), 40), stamp(1)).expect("a rendition");
        }
        let mut last = 40;
        fastest(30, || {
            last += 1;
            shelf.put(&set("topic-1", last), stamp(last)).expect("a rendition");
        })
    };
    let (alone, beside) = (change(1), change(TOPICS));
    println!("a change of a topic: {alone:.2?} alone, {beside:.2?} beside {TOPICS} others");
    let digest = TopicDigest::of(&feed(20, 40), &settings("topic-1"));
    let digests: Vec<&TopicDigest> = (0..TOPICS).map(|_| &digest).collect();
    let took = fastest(10, || index(&digests, &settings("a").public_url, 1, true));
    println!("the list of {TOPICS} topics: {took:.2?}, at most once in 19 s");
}
