//! What subscribers get over HTTP and as files.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use crate::topics::read_back;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;

fn river_home(origin: &Origin, config: Config) -> Home {
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 20)).page());
    let topic = "aliases = [\"streams\"]";
    Home::new(&config.source("rivers", &origin.url("/feed"), "").topic("river", "river", topic))
}

fn decode(encoding: &str, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut plain),
        "br" => brotli::Decompressor::new(body, 4096).read_to_end(&mut plain),
        other => panic!("{other} was not asked for"),
    }
    .expect("a whole compressed body");
    plain
}

const FEEDS: [(&str, &str); 3] = [
    ("/river.rss", "application/rss+xml; charset=utf-8"),
    ("/river.atom", "application/atom+xml; charset=utf-8"),
    ("/river.json", "application/feed+json; charset=utf-8"),
];

#[test]
fn feeds_are_served_plain_and_compressed_and_not_at_all_to_who_has_them() {
    let origin = Origin::start();
    let daemon = river_home(&origin, Config::new()).start();
    daemon.wait_for_items("river", 20);
    for (address, media_type) in FEEDS {
        let plain = daemon.get(address);
        assert_eq!(plain.header("content-type"), Some(media_type));
        assert_eq!(plain.header("content-encoding"), None);
        assert!(
            plain.header("cache-control").is_some()
                && plain.header("x-robots-tag") == Some("noindex")
        );
        assert!(
            plain
                .header("vary")
                .is_some_and(|vary| vary.to_lowercase().contains("accept-encoding"))
        );
        let mut etags = vec![assert_conditional(&daemon, address, None)];
        for encoding in ["gzip", "br"] {
            let packed = daemon.request("GET", address, &[("accept-encoding", encoding)]);
            assert_eq!(packed.header("content-encoding"), Some(encoding), "{address}");
            assert_eq!(decode(encoding, &packed.body), plain.body, "{address} {encoding}");
            assert!(packed.body.len() < plain.body.len());
            etags.push(assert_conditional(&daemon, address, Some(encoding)));
        }
        etags.sort_unstable();
        etags.dedup();
        assert_eq!(etags.len(), 3, "a strong ETag names one sequence of bytes: {etags:?}");
        let refused = daemon.request("GET", address, &[("accept-encoding", "gzip;q=0, br;q=0")]);
        assert_eq!(refused.header("content-encoding"), None, "{address}");
    }
}

/// Checks HEAD and both conditional requests; gives the `ETag`.
fn assert_conditional(daemon: &Daemon, address: &str, encoding: Option<&str>) -> String {
    let with = |method: &str, header: Option<(&str, &str)>| {
        let headers: Vec<_> =
            encoding.map(|e| ("accept-encoding", e)).into_iter().chain(header).collect();
        daemon.request(method, address, &headers)
    };
    let whole = with("GET", None);
    let etag = whole.header("etag").expect("an ETag").to_owned();
    assert!(etag.starts_with('"'), "{etag} is not strong");
    let head = with("HEAD", None);
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in ["etag", "content-type", "content-length", "content-encoding", "last-modified"] {
        assert_eq!(head.header(name), whole.header(name), "{address}: {name} of HEAD");
    }
    let date = whole.header("last-modified").expect("a date");
    let list = format!("\"other\", W/{etag}");
    for header in [
        ("if-none-match", etag.as_str()),
        ("if-none-match", &list),
        ("if-none-match", "*"),
        ("if-modified-since", date),
    ] {
        let reply = with("GET", Some(header));
        assert_eq!((reply.status, reply.body.len()), (304, 0), "{address} {header:?}");
        assert_eq!(reply.header("etag"), Some(etag.as_str()));
    }
    for header in
        [("if-none-match", "\"other\""), ("if-modified-since", "Sat, 01 Jan 2000 00:00:00 GMT")]
    {
        assert_eq!(with("GET", Some(header)).status, 200, "{address} {header:?}");
    }
    etag
}

#[test]
fn other_addresses_are_answered_as_they_should() {
    let origin = Origin::start();
    let daemon = river_home(&origin, Config::new()).start();
    daemon.wait_for_items("river", 20);
    let renamed = daemon.get("/streams.atom");
    assert_eq!(renamed.status, 301);
    let target = renamed.header("location").expect("a location");
    assert!(target.ends_with("river.atom"), "{target}");
    for missing in
        ["/rivers.rss", "/river.xml", "/../../etc/passwd", "/%2e%2e/config.toml", "/river.rss/"]
    {
        assert_eq!(daemon.get(missing).status, 404, "{missing}");
    }
    assert_eq!(daemon.request("POST", "/river.rss", &[("content-length", "0")]).status, 405);
    assert_eq!(daemon.get("/healthz").status, 200);
}

#[test]
fn a_change_of_one_topic_reaches_its_subscribers_and_no_others() {
    let origin = Origin::start();
    let home = river_home(&origin, Config::new().topic("old", "title:19", ""));
    let daemon = home.start();
    daemon.wait_for_items("river", 20);
    daemon.wait_for_items("old", 1);
    let old = daemon.get("/old.rss");
    let etag = daemon.get("/river.rss").header("etag").expect("an ETag").to_owned();
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 21)).page());
    home.ok(&["poll", "--all"]);
    wait::until_true("the new item is there", || {
        daemon.request("GET", "/river.rss", &[("if-none-match", &etag)]).status == 200
    });
    assert_eq!(daemon.get("/old.rss").body, old.body);
}

#[test]
fn hostile_characters_arrive_harmless_and_nothing_else_is_lost() {
    let title = "Ends ]]> here 🚀👩‍👩‍👧 & then “שלום עולם” مرحبا — 한국어\u{301}";
    let summary = "<p>Text ]]&gt; with 🚀, עברית, <script>alert(1)</script>&lt;b&gt; and an <a href=\"javascript:x\" \
                   onclick=\"y\">anchor</a></p>";
    let mut page = Feed::rss(
        "Odd",
        vec![
            Entry::new(title, summary, "https://odd.example/?a=1&b=%3C%5D"),
            Entry::new(
                "Bell\u{fffe}s \u{202e}and whistles",
                "<p>quiet</p>",
                "https://odd.example/2",
            ),
        ],
    )
    .page();
    // Control characters as they really come: raw, and as references.
    let text = String::from_utf8(page.body).expect("UTF-8");
    page.body =
        text.replace("Bell", "Be\u{8}ll&#7;").replace("quiet", "quiet\u{1b}[31m").into_bytes();
    let origin = Origin::start();
    origin.serve("/feed", page);
    let config = Config::new().source("odd", &origin.url("/feed"), "").topic("odd", "/./", "");
    let daemon = Home::new(&config).start();
    daemon.wait_for_items("odd", 2);
    for format in ["rss", "atom", "json"] {
        let reply = daemon.get(&format!("/odd.{format}"));
        let items = read_back(&reply.body);
        let mut titles: Vec<&str> = items.iter().map(|item| item[1].as_str()).collect();
        titles.sort_unstable();
        assert_eq!(titles, ["Bells and whistles", title], "{format}");
        assert!(
            items.iter().any(|item| item[2] == "https://odd.example/?a=1&b=%3C%5D"),
            "{items:?}"
        );
        let forbidden =
            |c: char| (c.is_control() && !"\n\t\r".contains(c)) || "\u{fffe}\u{202e}".contains(c);
        assert_eq!(reply.text().chars().find(|c| forbidden(*c)), None, "{format}");
        for evil in ["alert(1)", "javascript:", "onclick"] {
            assert!(!reply.text().contains(evil), "{evil} in {format}");
        }
        for kept in ["🚀, עברית", "quiet"] {
            assert!(reply.text().contains(kept), "{kept} is lost in {format}");
        }
    }
}

#[test]
fn the_feeds_are_written_as_files_too() {
    let origin = Origin::start();
    let folder = tempfile::tempdir().expect("a folder");
    let directory = format!("directory = \"{}\"", folder.path().display());
    let daemon = river_home(&origin, Config::new().publish(&directory)).start();
    daemon.wait_for_items("river", 20);
    for (address, _) in FEEDS {
        let path = folder.path().join(&address[1..]);
        let body = daemon.get(address).body;
        wait::until_true("the file is as served", || {
            std::fs::read(&path).is_ok_and(|file| file == body)
        });
        let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o644, "{}", path.display());
    }
}

#[test]
fn items_at_most_stand_in_a_feed() {
    let origin = Origin::start();
    let daemon = river_home(&origin, Config::new().publish("items = 7")).start();
    daemon.wait_for_items("river", 7);
    for (address, _) in FEEDS {
        assert_eq!(read_back(&daemon.get(address).body).len(), 7, "{address}");
    }
}
