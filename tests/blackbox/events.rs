//! A topic's items as server-sent events.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::{self, Receiver};

/// A stream that is followed: its lines as they come, without those of the transfer coding.
struct Stream(Receiver<String>);

impl Stream {
    fn open(daemon: &Daemon, path: &str, last: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(&daemon.address).expect("the daemon");
        let last = last.map(|id| format!("last-event-id: {id}\r\n")).unwrap_or_default();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\n{last}\r\n").expect("a request");
        stream.set_read_timeout(Some(wait::PATIENCE)).expect("a timeout");
        let (lines, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    break;
                }
            }
        });
        Self(receiver)
    }

    /// The rest of the next line that begins so.
    fn next(&self, start: &str) -> String {
        loop {
            let line = self.0.recv_timeout(wait::PATIENCE).expect("a line in time");
            if let Some(rest) = line.strip_prefix(start) {
                return rest.to_owned();
            }
        }
    }
}

fn titles(stream: &Stream, count: usize) -> Vec<String> {
    let title = || {
        let data = stream.next("data: ");
        let item: serde_json::Value = serde_json::from_str(&data)
            .unwrap_or_else(|error| panic!("{data} is no item: {error}"));
        item["title"].as_str().expect("a title").to_owned()
    };
    std::iter::repeat_with(title).take(count).collect()
}

#[test]
fn items_come_as_events_in_order_and_nothing_is_missed_between_two_connections() {
    let origin = Origin::start();
    let serve =
        |count| origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", count)).page());
    serve(3);
    let config = Config::new().source("rivers", &origin.url("/feed"), "");
    let home = Home::new(&config.topic("river", "river", "aliases = [\"streams\"]"));
    let daemon = home.start();
    daemon.wait_for_items("river", 3);

    let stream = Stream::open(&daemon, "/river/events", None);
    assert_eq!(stream.next("content-type: "), "text/event-stream");
    let first = stream.next("id: ");
    serve(5);
    home.ok(&["poll", "--all"]);
    assert_eq!(titles(&stream, 2), ["river report number 3", "river report number 4"]);
    drop(stream);

    serve(6);
    home.ok(&["poll", "--all"]);
    daemon.wait_for_items("river", 6);
    let again = Stream::open(&daemon, "/river/events", Some(&first));
    assert_eq!(titles(&again, 3).last().map(String::as_str), Some("river report number 5"));
    let lost = Stream::open(&daemon, "/river/events", Some("\"0123\""));
    assert_eq!(lost.next("event: "), "reset");

    assert_eq!(daemon.get("/none/events").status, 404);
    assert_eq!(daemon.get("/streams/events").header("location"), Some("/feeds/river/events"));
}

#[test]
fn a_digest_comes_as_one_event_and_the_stories_that_wait_for_it_as_none() {
    let origin = Origin::start();
    let serve =
        |count| origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", count)).page());
    serve(3);
    let config = |times: &str| {
        let source = Config::new().source("rivers", &origin.url("/feed"), "");
        let stories = source.topic("river", "river", "");
        stories.topic("digests", "river", &format!("digest = \"{times}\""))
    };
    let home = Home::new(&config("0 0 0 1 1 *"));
    let daemon = home.start();
    daemon.wait_for_items("river", 3);
    let stories = Stream::open(&daemon, "/river/events", None);
    let digests = Stream::open(&daemon, "/digests/events", None);
    let (_, first) = (stories.next("id: "), digests.next("id: "));
    serve(5);
    home.ok(&["poll", "--all"]);
    titles(&stories, 2);

    home.configure(&config("* * * * * *"));
    home.ok(&["reload"]);
    let digest = titles(&digests, 1).remove(0);
    assert!(digest.starts_with("All of digests · "), "a story came first: {digest}");
    serve(6);
    home.ok(&["poll", "--all"]);
    let next = titles(&digests, 1).remove(0);
    assert!(next.starts_with("All of digests · "), "a story came between: {next}");
    drop(digests);
    let again = Stream::open(&daemon, "/digests/events", Some(&first));
    assert_eq!(titles(&again, 2), [digest, next], "who comes back gets both digests");
}
