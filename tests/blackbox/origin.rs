//! The origin of these tests does what it is told: a test is only as good as what it stands on.

use crate::pyongyang;
use crate::support::feeds::{self, Feed};
use crate::support::origin::{self, Answer, Origin, Page};
use crate::support::wait;
use crate::support::wire::{self, Reply};
use std::io::Read as _;

fn get(origin: &Origin, path: &str, headers: &[(&str, &str)]) -> std::io::Result<Reply> {
    wire::request(&origin.address.to_string(), "GET", path, headers)
}

fn river() -> Page {
    Feed::rss("Rivers", feeds::series("river", 3)).page()
}

#[test]
fn it_answers_conditional_requests_and_remembers_them() {
    let origin = Origin::start();
    origin.serve("/feed", river());
    let first = get(&origin, "/feed", &[]).expect("an answer");
    assert_eq!((first.status, first.body), (200, river().body));
    let etag = first.headers.iter().find(|(name, _)| name == "etag").expect("an ETag").1.clone();
    let second = get(&origin, "/feed", &[("If-None-Match", &etag)]).expect("an answer");
    assert_eq!((second.status, second.body.len()), (304, 0));
    origin.serve("/feed", Page::xml("<rss/>"));
    let third = get(&origin, "/feed", &[("If-None-Match", &etag)]).expect("an answer");
    assert_eq!((third.status, third.text()), (200, "<rss/>"));
    assert_eq!(get(&origin, "/other", &[]).expect("an answer").status, 404);
    let statuses: Vec<u16> =
        origin.requests("/feed").iter().map(|request| request.status).collect();
    assert_eq!((statuses, origin.count()), (vec![200, 304, 200], 4));
}

#[test]
fn it_compresses_cuts_and_holds() {
    let origin = Origin::start();
    origin.serve("/gzip", Page { gzip: true, ..river() });
    let packed = get(&origin, "/gzip", &[("accept-encoding", "gzip")]).expect("an answer");
    assert_eq!(packed.body, origin::gzip(&river().body));
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut plain).expect("gzip");
    assert_eq!(plain, river().body);

    origin.serve("/cut", Answer::Cut(river()));
    let cut = get(&origin, "/cut", &[]).expect("half an answer");
    assert!(cut.body.len() < river().body.len());

    origin.serve("/held", Answer::Held(river()));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| get(&origin, "/held", &[]).expect("an answer").status);
        wait::until_true("it waits", || !origin.requests("/held").is_empty());
        assert_eq!(origin.requests("/held")[0].status, 0);
        origin.release();
        assert_eq!(waiting.join().expect("no panic"), 200);
    });
}

#[test]
fn its_feeds_are_what_they_say_in_every_shape_and_encoding() {
    for outlet in pyongyang::outlets() {
        let body = outlet.feed.page().body;
        let known = encoding_rs::Encoding::for_label(outlet.feed.encoding.as_bytes());
        let (text, _, is_broken) = known.expect("a known encoding").decode(&body);
        assert!(!is_broken, "{}", outlet.id);
        let utf8 = text.replacen(&outlet.feed.encoding, "utf-8", 1);
        let feed = feed_rs::parser::parse(utf8.as_bytes()).expect("a feed");
        let titles: Vec<String> =
            feed.entries.into_iter().filter_map(|e| e.title).map(|t| t.content).collect();
        let printed: Vec<String> =
            outlet.feed.entries.iter().map(|entry| entry.title.trim().to_owned()).collect();
        assert_eq!(titles, printed, "{}", outlet.id);
    }
}
