//! What people see in a browser, and what programs find there.

use crate::pyongyang;
use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use crate::support::wire::Reply;

const BROWSER: (&str, &str) =
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

fn home(origin: &Origin, config: Config) -> Home {
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 20)).page());
    let topic = "aliases = [\"streams\"]";
    let config = config.source("rivers", &origin.url("/feed"), "");
    Home::new(&config.topic("river", "river", topic).topic("sea", "sea", ""))
}

fn browse(daemon: &Daemon, path: &str) -> Reply {
    daemon.request("GET", path, &[BROWSER])
}

/// Waits until the index shows `text`; gives it.
#[track_caller]
fn wait_for_index(daemon: &Daemon, text: &str) -> Reply {
    wait::until(&format!("the index shows {text}"), || {
        let index = browse(daemon, "/");
        (index.status == 200 && index.text().contains(text)).then_some(index)
    })
}

#[track_caller]
fn assert_page(reply: &Reply) {
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = reply.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    assert!(!reply.text().contains("<script"));
}

#[test]
fn the_index_and_the_topics_lead_to_each_other_and_to_the_feeds() {
    let origin = Origin::start();
    let daemon = home(&origin, Config::new()).start();
    daemon.wait_for_items("river", 20);
    let index = wait_for_index(&daemon, "number 19");
    assert_page(&index);
    for part in ["href=\"river\"", "All of river", "href=\"sea\"", "href=\"index.opml\""] {
        assert!(index.text().contains(part), "{part}");
    }
    let topic = browse(&daemon, "/river");
    assert_page(&topic);
    for format in ["rss+xml", "atom+xml", "feed+json"] {
        let link = format!("<link rel=\"alternate\" type=\"application/{format}\"");
        assert!(topic.text().contains(&link), "{link}");
    }
    assert_eq!(topic.text().matches("<article").count(), 20);
    assert_eq!(browse(&daemon, "/streams").header("location"), Some("/feeds/river"));
    assert_eq!(browse(&daemon, "/river.html").header("location"), Some("/feeds/river"));
    assert_eq!(browse(&daemon, "/feeds").header("location"), Some("/feeds/"));
}

#[test]
fn browsers_get_a_page_at_a_feeds_address_and_readers_the_feed() {
    let origin = Origin::start();
    let daemon = home(&origin, Config::new()).start();
    daemon.wait_for_items("river", 20);
    for format in ["rss", "atom", "json"] {
        let path = format!("/river.{format}");
        let page = browse(&daemon, &path);
        assert_page(&page);
        let address = format!("https://news.example.org/feeds/river.{format}");
        assert!(page.text().contains(&address), "{address}");
        let feed = daemon.get(&path);
        assert!(!feed.text().starts_with("<!doctype"), "{path}");
        for reply in [&page, &feed] {
            let vary = reply.header("vary").expect("it varies");
            assert!(vary.split(", ").any(|name| name == "Accept"), "{vary}");
        }
        let again = daemon.request(
            "GET",
            &path,
            &[BROWSER, ("if-none-match", page.header("etag").expect("an ETag"))],
        );
        assert_eq!(again.status, 304);
    }
}

#[test]
fn pages_are_compressed_and_known_again() {
    let origin = Origin::start();
    let daemon = home(&origin, Config::new()).start();
    daemon.wait_for_items("river", 20);
    wait_for_index(&daemon, "number 19");
    for path in ["/", "/river", "/opml"] {
        let plain = daemon.get(path);
        let packed = daemon.request("GET", path, &[("accept-encoding", "br")]);
        assert_eq!(packed.header("content-encoding"), Some("br"), "{path}");
        assert!(packed.body.len() < plain.body.len());
        for (name, value) in [
            ("if-none-match", plain.header("etag").expect("an ETag")),
            ("if-modified-since", plain.header("last-modified").expect("a date")),
        ] {
            let known = daemon.request("GET", path, &[(name, value)]);
            assert_eq!((known.status, known.body.len()), (304, 0), "{path} {name}");
            let policy = known.header("content-security-policy");
            assert_eq!(policy, plain.header("content-security-policy"), "{path}");
        }
        let head = daemon.request("HEAD", path, &[]);
        assert_eq!(head.header("content-length"), plain.header("content-length"), "{path}");
    }
}

#[test]
fn nothing_is_rendered_again_that_did_not_change() {
    let origin = Origin::start();
    let home = home(&origin, Config::new());
    let daemon = home.start();
    daemon.wait_for_items("river", 20);
    wait_for_index(&daemon, "number 19");
    let bytes = |daemon: &Daemon| ["/", "/river", "/sea", "/opml"].map(|path| daemon.get(path));
    let without_dates = |replies: [Reply; 4]| {
        replies.map(|reply| (reply.header("etag").map(str::to_owned), reply.body))
    };
    let before = without_dates(bytes(&daemon));
    daemon.terminate();
    let daemon = home.start();
    wait_for_index(&daemon, "number 19");
    assert_eq!(without_dates(bytes(&daemon)), before);

    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 21)).page());
    home.ok(&["poll", "--all"]);
    wait_for_index(&daemon, "number 20");
    let after = without_dates(bytes(&daemon));
    assert_ne!((&after[0], &after[1]), (&before[0], &before[1]));
    assert_eq!(after[2], before[2], "a topic that did not change");
}

#[test]
fn stories_of_many_languages_say_which() {
    let origin = Origin::start();
    let config =
        pyongyang::serve(&origin).topic("korea-russia", pyongyang::RULE, "collapse = \"copy\"");
    let daemon = Home::new(&config).start();
    daemon.wait_for_items("korea-russia", 13);
    let page = browse(&daemon, "/korea-russia");
    let arabic = "<h3 lang=\"ar\" dir=\"rtl\">";
    for part in [
        arabic,
        "<h3 lang=\"ko\" dir=\"ltr\">",
        "صحيفة النهر",
        ">Korean</span>",
        ">Vietnamese</span>",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
}

#[test]
fn opml_lists_the_feeds_of_all_topics() {
    let origin = Origin::start();
    let daemon = home(&origin, Config::new()).start();
    daemon.wait_for_items("river", 20);
    wait_for_index(&daemon, "number 19");
    let opml = daemon.get("/opml");
    assert_eq!(opml.header("content-type"), Some("text/x-opml; charset=utf-8"));
    let places = ["river", "sea"].map(|name| {
        let outline = format!("xmlUrl=\"https://news.example.org/feeds/{name}.rss\"");
        opml.text().find(&outline).expect("an outline")
    });
    assert!(places.is_sorted(), "in the order of config");
    assert_eq!(daemon.get("/index.opml").body, opml.body);
}

#[test]
fn a_topic_that_there_is_not_is_a_page_for_people_and_a_line_for_programs() {
    let origin = Origin::start();
    let daemon = home(&origin, Config::new()).start();
    daemon.wait_for_items("river", 20);
    for path in ["/rapids", "/rapids.rss", "/%3Cscript%3E"] {
        let page = browse(&daemon, path);
        assert_eq!(page.status, 404, "{path}");
        assert_page(&page);
        assert!(!page.text().contains("rapids") && !page.text().contains("river"), "{path}");
        assert_eq!(daemon.get(path).text(), "not found\n");
    }
}

#[test]
fn pages_are_written_as_files_too() {
    let origin = Origin::start();
    let folder = tempfile::tempdir().expect("a folder");
    let directory = format!("directory = \"{}\"", folder.path().display());
    let daemon = home(&origin, Config::new().publish(&directory)).start();
    daemon.wait_for_items("river", 20);
    wait_for_index(&daemon, "number 19");
    let files = [
        ("/river", "river.html"),
        ("/sea", "sea.html"),
        ("/", "index.html"),
        ("/opml", "index.opml"),
    ];
    for (path, file) in files {
        let body = daemon.get(path).body;
        let file = folder.path().join(file);
        wait::until_true("the file is as served", || {
            std::fs::read(&file).is_ok_and(|bytes| bytes == body)
        });
    }
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort_unstable();
    let topic = |name| ["atom", "html", "json", "rss"].map(|ending| format!("{name}.{ending}"));
    let index = ["html", "opml"].map(|ending| format!("index.{ending}"));
    let mut expected = [&index[..], &topic("river"), &topic("sea")].concat();
    expected.sort_unstable();
    assert_eq!(names, expected, "and no other");
}
