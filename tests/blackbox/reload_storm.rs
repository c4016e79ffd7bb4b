//! Fifty reloads while feeds grow and readers read: nothing may be lost, and nobody may notice.

use crate::reload::hang_up;
use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::{Answer, Origin};
use crate::support::wait::{self, PATIENCE};
use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const RELOADS: usize = 50;
const SOURCES: usize = 12;
const READERS: usize = 3;

/// A connection that stays open.
struct Reader(BufReader<TcpStream>);

impl Reader {
    fn new(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        Self(BufReader::new(stream))
    }

    /// Status, `ETag` and body of `path`.
    fn get(&mut self, path: &str) -> io::Result<(u16, String, Vec<u8>)> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
        self.0.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut etag, mut length) = (0, String::new(), 0);
        for number in 0.. {
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").unwrap_or_default();
            match name.to_ascii_lowercase().as_str() {
                "etag" => value.clone_into(&mut etag),
                "content-length" => length = value.parse().expect("a length"),
                _ if number == 0 => status = line[9..12].parse().expect("a status"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok((status, etag, body))
    }
}

/// Reads over one connection until `over`; gives how often.
fn keep_reading(daemon: &Daemon, over: &Arc<AtomicBool>) -> JoinHandle<usize> {
    let mut reader = Reader::new(&daemon.address);
    let over = Arc::clone(over);
    let (_, still_etag, still) = reader.get("/still.atom").expect("an answer");
    thread::spawn(move || {
        let (mut count, mut ids) = (0, HashMap::<String, String>::new());
        while !over.load(Ordering::Relaxed) {
            let (status, etag, body) = reader.get("/still.atom").expect("a kept connection");
            assert_eq!((status, &etag, &body), (200, &still_etag, &still), "a byte has changed");
            let (status, _, body) = reader.get("/all.json").expect("a kept connection");
            assert_eq!(status, 200);
            let feed: serde_json::Value = serde_json::from_slice(&body).expect("a feed");
            let items = feed["items"].as_array().expect("items");
            for item in items {
                let text = |key| item[key].as_str().expect("a text").to_owned();
                let id = ids.entry(text("url")).or_insert_with(|| text("id"));
                assert_eq!(*id, text("id"), "an item has another id");
            }
            assert_eq!(ids.len(), items.len(), "an item is missing");
            count += 1;
        }
        count
    })
}

/// A feed that shows an entry once: a poll that is lost loses it for good.
fn fleeting(origin: &Origin, source: usize) {
    let count = AtomicUsize::new(0);
    let page = move || {
        // So that a poll is under way most of the time.
        wait::pause(Duration::from_millis(50));
        let n = count.fetch_add(1, Ordering::Relaxed);
        let link = format!("https://fleeting{source}.example/{n}");
        let title = format!("A river report, number {n} of source {source}");
        Feed::rss("Fleeting", vec![Entry::new(&title, &format!("<p>{title}.</p>"), &link)]).page()
    };
    origin.serve(&format!("/{source}"), Answer::Made(Arc::new(page)));
}

/// The config of the `n`th good reload: a source and a topic come, change and go, settings change.
fn variant(origin: &Origin, n: usize) -> Config {
    let config = Config::new()
        .polling(&format!(
            "every = \"1s\"\nmin = \"1s\"\nmax = \"{}s\"\nconcurrency = {}\n",
            2 + n % 2,
            8 + n
        ))
        .source("still", &origin.url("/still"), "schedule = \"0 0 3 1 1 *\"")
        .topic("still", "lake", "")
        .topic("all", "river", "collapse = \"off\"\nitems = 1000");
    let config = (0..SOURCES).fold(config, |config, s| {
        config.source(&format!("s{s}"), &origin.url(&format!("/{s}")), "")
    });
    let config = match n % 3 {
        0 => config,
        1 => config.source("extra", &origin.url("/extra"), ""),
        _ => config.source("extra", &origin.url("/other"), "schedule = \"0 0 4 1 1 *\""),
    };
    match n % 4 {
        0 => config,
        1 => config.topic("extra", "river", ""),
        2 => config.topic("extra", "river or lake", "items = 5"),
        _ => config.topic("renamed", "river", "aliases = [\"extra\"]"),
    }
}

/// How many reloads have taken place and how many were refused.
fn outcomes(daemon: &Daemon) -> (usize, usize) {
    let log = daemon.log();
    (log.matches("config reloaded: ").count(), log.matches("config not reloaded").count())
}

/// Good and broken configs in turn, in place or renamed over, with SIGHUP.
fn reload(daemon: &Daemon, home: &Home, origin: &Origin, n: usize) {
    let (good, bad) = outcomes(daemon);
    let text = variant(origin, n / 2).text(&home.state());
    let text = if n.is_multiple_of(2) { text } else { text.replace("rule = ", "rul = ") };
    if n % 4 < 2 {
        home.write("config.toml", text);
    } else {
        let renamed = std::fs::rename(home.write("new.toml", text), home.path("config.toml"));
        renamed.expect("a rename");
    }
    hang_up(daemon);
    wait::until_true("it has reloaded or refused to", || {
        let now = outcomes(daemon);
        if n.is_multiple_of(2) { now.0 > good } else { now.1 > bad }
    });
}

#[test]
fn fifty_reloads_under_load_lose_no_poll_and_no_connection_and_change_no_byte() {
    let origin = Origin::start();
    origin.serve("/still", Feed::rss("Lakes", feeds::series("lake", 5)).page());
    for path in ["/extra", "/other"] {
        origin.serve(path, Feed::rss("Extra", feeds::series("sea", 5)).page());
    }
    (0..SOURCES).for_each(|source| fleeting(&origin, source));
    let home = Home::new(&variant(&origin, 0));
    let daemon = home.start();
    daemon.wait_for_items("still", 5);
    wait::until_true("there is something to read", || !daemon.items("all").is_empty());

    let over = Arc::<AtomicBool>::default();
    let readers: Vec<_> = (0..READERS).map(|_| keep_reading(&daemon, &over)).collect();
    let mut idle = Reader::new(&daemon.address);
    let mut is_healthy = || idle.get("/healthz").expect("a kept connection").0 == 200;
    for n in 0..RELOADS {
        let polls = origin.count();
        reload(&daemon, &home, &origin, n);
        assert!(is_healthy());
        wait::until_true("polling goes on", || origin.count() > polls + 1);
    }
    home.configure(&variant(&origin, 0));
    home.ok(&["reload"]);
    assert!(is_healthy());
    over.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.join().expect("a reader that saw nothing wrong") > 5, "it hardly read");
    }

    (0..SOURCES).for_each(|s| origin.serve(&format!("/{s}"), Answer::status(503, &[])));
    wait::until_true("nothing is under way", || origin.in_flight() == 0);
    let served =
        |s: usize| origin.requests(&format!("/{s}")).iter().filter(|r| r.status == 200).count();
    let served: Vec<usize> = (0..SOURCES).map(served).collect();
    assert!(served.iter().sum::<usize>() > RELOADS, "hardly any load: {served:?}");
    for (source, served) in served.iter().enumerate() {
        wait::until_true("every poll is recorded", || {
            home.source_status(&format!("s{source}"))["entries"] == *served
        });
    }
    daemon.wait_for_items("all", served.iter().sum());
}
