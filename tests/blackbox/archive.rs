//! What fell out of a feed can be read back, page by page, and a client that was there before gets what
//! came in since.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use crate::support::wire::Reply;
use crate::validity::assert_valid;
use std::collections::BTreeSet;

/// A feed of six items that had `last` in steps of two.
fn river(origin: &Origin, last: usize) -> (Home, Daemon) {
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 4)).page());
    let config = Config::new().source("rivers", &origin.url("/feed"), "");
    let home = Home::new(&config.topic("river", "river", "items = 6\naliases = [\"streams\"]"));
    let daemon = home.start();
    daemon.wait_for_items("river", 4);
    for count in (6..=last).step_by(2) {
        grow(origin, &home, &daemon, count);
    }
    (home, daemon)
}

/// Stops the daemon, puts `to` in the place of `from` in its config, and starts it again.
fn reconfigured(home: &Home, daemon: Daemon, (from, to): (&str, &str)) -> Daemon {
    drop(daemon);
    let config = std::fs::read_to_string(home.path("config.toml")).expect("a config");
    assert!(config.contains(from), "{config}");
    home.write("config.toml", config.replace(from, to));
    home.start()
}

fn grow(origin: &Origin, home: &Home, daemon: &Daemon, count: usize) {
    let etag = daemon.get("/river.atom").header("etag").expect("an ETag").to_owned();
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", count)).page());
    home.ok(&["poll", "--all"]);
    wait::until_true("the feed has changed", || {
        daemon.request("GET", "/river.atom", &[("if-none-match", &etag)]).status == 200
    });
}

fn ids(document: &str) -> Vec<String> {
    let pieces = document.split("<id>urn:uuid:").skip(2);
    pieces.filter_map(|piece| Some(piece.split_once("</id>")?.0.to_owned())).collect()
}

fn link(reply: &Reply, rel: &str) -> Option<String> {
    let (_, after) = reply.text().split_once(&format!("rel=\"{rel}\""))?;
    let (_, href) = after.split_once("href=\"")?;
    let (href, _) = href.split_once('"')?;
    Some(href.replace("https://news.example.org/feeds/", "/"))
}

#[test]
fn a_new_subscriber_reads_back_to_the_first_item_and_misses_none() {
    let origin = Origin::start();
    let (_home, daemon) = river(&origin, 16);
    let mut seen = BTreeSet::new();
    let mut at = Some("/river.atom".to_owned());
    let mut pages = 0;
    while let Some(address) = at {
        let reply = daemon.get(&address);
        assert_eq!(reply.status, 200, "{address}");
        assert_valid(reply.text());
        seen.extend(ids(reply.text()));
        if pages > 0 {
            assert!(reply.text().contains("<fh:archive/>"), "{address}");
            assert_eq!(link(&reply, "current").as_deref(), Some("/river.atom"));
        }
        at = link(&reply, "prev-archive");
        pages += 1;
    }
    assert_eq!(seen.len(), 16, "each of them");
    assert!(pages >= 4, "{pages} pages");
}

#[test]
fn closed_pages_stay_as_they_are_and_are_cached() {
    let origin = Origin::start();
    let (home, daemon) = river(&origin, 12);
    let before = daemon.get("/river/archive/1.atom");
    let etag = before.header("etag").expect("an ETag").to_owned();
    for format in ["rss", "json"] {
        assert_valid(daemon.get(&format!("/river/archive/1.{format}")).text());
    }
    grow(&origin, &home, &daemon, 14);
    drop(daemon);
    let daemon = home.start();
    let after = daemon.get("/river/archive/1.atom");
    assert_eq!(after.body, before.body);
    let known = daemon.request("GET", "/river/archive/1.atom", &[("if-none-match", &etag)]);
    assert_eq!((known.status, known.body.len()), (304, 0));
    let packed = daemon.request("HEAD", "/river/archive/1.atom", &[("accept-encoding", "br")]);
    assert_eq!(packed.header("content-encoding"), Some("br"));

    let newest = link(&daemon.get("/river.atom"), "prev-archive").expect("an archive");
    let next = link(&daemon.get(&newest), "next-archive").expect("an address");
    let coming = daemon.get(&next);
    assert_eq!((coming.status, coming.header("location")), (307, Some("/feeds/river.atom")));
    let renamed = daemon.get("/streams/archive/1.rss");
    assert_eq!(renamed.header("location"), Some("/feeds/river/archive/1.rss"));
    for missing in [
        "/river/archive/99.atom",
        "/river/archive/01.atom",
        "/river/archive/1.html",
        "/x/archive/1.rss",
    ] {
        assert_eq!(daemon.get(missing).status, 404, "{missing}");
    }
}

#[test]
fn a_page_is_written_for_who_asks_first_and_again_when_it_is_lost() {
    let origin = Origin::start();
    let (home, daemon) = river(&origin, 12);
    let written = home.path("state/archive/river/1");
    assert!(!written.exists(), "nobody asked");
    let page = daemon.get("/river/archive/1.atom");
    assert_eq!(ids(page.text()).len(), 3);
    std::fs::remove_file(&written).expect("it is there");
    let again = daemon.get("/river/archive/1.atom");
    assert_eq!((again.body, again.headers), (page.body, page.headers));
}

#[test]
fn pages_are_files_whether_or_not_somebody_asked_before_there_was_a_directory() {
    let origin = Origin::start();
    let (home, daemon) = river(&origin, 14);
    let page = daemon.get("/river/archive/2.atom");
    let publish = ("[publish]\n", "[publish]\ndirectory = \"out\"\n");
    let _daemon = reconfigured(&home, daemon, publish);
    let file = |number| std::fs::read(home.path(&format!("out/river/archive/{number}.atom"))).ok();
    let files = wait::until("all pages are files", || [1, 2].map(file).into_iter().collect());
    let files: Vec<Vec<u8>> = files;
    assert_eq!(files[1], page.body);
}

#[test]
fn a_client_that_asks_for_the_news_alone_gets_no_more() {
    let origin = Origin::start();
    let (home, daemon) = river(&origin, 4);
    let asked = |etag: &str, wish: &str, format: &str| {
        let headers = [("if-none-match", etag), ("a-im", wish)];
        daemon.request("GET", &format!("/river.{format}"), &headers)
    };
    let etags = ["atom", "rss", "json"].map(|format| {
        let reply = daemon.get(&format!("/river.{format}"));
        reply.header("etag").expect("an ETag").to_owned()
    });
    assert_eq!(asked(&etags[0], "feed", "atom").status, 304);
    let whole = daemon.get("/river.atom").text().len();
    grow(&origin, &home, &daemon, 5);
    for (format, etag) in ["atom", "rss", "json"].into_iter().zip(&etags) {
        let news = asked(etag, "vcdiff;q=0.5, feed", format);
        assert_eq!((news.status, news.header("im")), (226, Some("feed")), "{format}");
        assert_eq!(news.header("delta-base"), Some(etag.as_str()));
        assert!(news.header("cache-control").is_some_and(|control| control.contains("no-store")));
        assert_valid(news.text());
        assert_eq!(crate::topics::read_back(&news.body).len(), 1, "{format}: {}", news.text());
        let now = news.header("etag").expect("an ETag");
        assert_eq!(asked(now, "feed", format).status, 304, "it has all of it now");
        assert_eq!(asked(etag, "feed;q=0", format).status, 200);
        assert_eq!(asked("\"unknown\"", "feed", format).status, 200);
    }
    assert!(asked(&etags[0], "feed", "atom").body.len() < whole);
}

#[test]
fn pages_move_with_the_daemon() {
    let origin = Origin::start();
    let (home, daemon) = river(&origin, 10);
    let before = daemon.get("/river/archive/1.atom");
    let address = ("news.example.org/feeds/", "feeds.example.net/");
    let daemon = reconfigured(&home, daemon, address);
    let after = wait::until("the page is written again", || {
        let reply = daemon.get("/river/archive/1.atom");
        (reply.status == 200 && reply.text() != before.text()).then_some(reply)
    });
    assert_valid(after.text());
    let moved = before.text().replace("news.example.org/feeds/", "feeds.example.net/");
    assert_eq!(after.text(), moved, "and nothing else");
    wait::until_true("the feed leads to it there", || {
        let newest = link(&daemon.get("/river.atom"), "prev-archive");
        newest.is_some_and(|page| page.starts_with("https://feeds.example.net/river/archive/"))
    });
}
