//! Real feed readers, newsboat and rss2email of Debian, subscribed to a topic.

use crate::demo::Demo;
use crate::support::daemon;
use crate::support::skip::skipped;
use crate::support::wait;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

/// newsboat with one subscription, and what it remembers.
struct Newsboat {
    folder: tempfile::TempDir,
}

impl Newsboat {
    /// `None` where there is no newsboat.
    fn subscribed_to(url: &str) -> Option<Self> {
        let mut version = Command::new("newsboat");
        version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        version.status().ok()?;
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("urls"), format!("{url}\n")).expect("a file");
        std::fs::write(folder.path().join("config"), "").expect("a file");
        Some(Self { folder })
    }

    fn reload(&self) {
        let path = |name: &str| self.folder.path().join(name);
        let mut command = Command::new("newsboat");
        command.env("HOME", self.folder.path()).env("TERM", "dumb").stdin(Stdio::null());
        command.arg("-u").arg(path("urls")).arg("-C").arg(path("config"));
        command.arg("-c").arg(path("cache.db")).args(["-x", "reload"]);
        let ran = daemon::run(command);
        assert_eq!(ran.code, Some(0), "newsboat failed: {ran}");
    }

    /// The guid and the title of every item that it has ever seen.
    fn items(&self) -> Vec<(String, String)> {
        rows(&self.folder.path().join("cache.db")).expect("newsboat's cache")
    }
}

fn rows(cache: &Path) -> rusqlite::Result<Vec<(String, String)>> {
    let cache = rusqlite::Connection::open(cache)?;
    let mut query = cache.prepare("SELECT guid, title FROM rss_item ORDER BY id")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// How many requests the daemon has answered with 304.
fn not_modified(demo: &Demo) -> u64 {
    let reply = demo.daemon.get("/metrics");
    let lines = reply.text().lines();
    let mut counts =
        lines.filter_map(|line| line.strip_prefix("muara_http_requests_total{status=\"304\"} "));
    counts.next().map_or(0, |count| count.parse().expect("a number"))
}

#[test]
fn newsboat_sees_each_item_once_and_asks_conditionally() {
    let demo = Demo::start(&["--pace", "200ms"]);
    let url = format!("http://{}/korea-russia.rss", demo.daemon.address);
    let Some(newsboat) = Newsboat::subscribed_to(&url) else {
        return skipped("newsboat reads a topic", "there is no newsboat");
    };
    wait::until_true("there are items", || !demo.daemon.items("korea-russia").is_empty());
    // Some of these find new items, others nothing new.
    for _ in 0..8 {
        newsboat.reload();
    }
    demo.play_to_the_end();
    newsboat.reload();
    let before = not_modified(&demo);
    for _ in 0..3 {
        newsboat.reload();
    }
    assert_eq!(not_modified(&demo) - before, 3, "each reload is answered with 304");

    let seen = newsboat.items();
    let guids: BTreeSet<&str> = seen.iter().map(|(guid, _)| guid.as_str()).collect();
    assert_eq!(guids.len(), seen.len(), "something came twice: {seen:#?}");
    let published = demo.daemon.items("korea-russia");
    let ids: BTreeSet<&str> = published.iter().filter_map(|item| item["id"].as_str()).collect();
    assert_eq!(guids, ids, "newsboat saw other items than were published");
}

/// rss2email with one subscription, and the mailbox that it fills.
struct Rss2email {
    folder: tempfile::TempDir,
}

impl Rss2email {
    /// `None` where there is no rss2email.
    fn subscribed_to(url: &str) -> Option<Self> {
        let mut version = Command::new("r2e");
        version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        version.status().ok()?;
        let folder = tempfile::tempdir().expect("a folder");
        let config = format!(
            "[DEFAULT]\nfrom = muara@example.org\nto = reader@example.org\nemail-protocol = maildir\n\
             maildir-path = {}\nmaildir-mailbox = box\nforce-from = True\n",
            folder.path().display()
        );
        std::fs::write(folder.path().join("config"), config).expect("a file");
        let reader = Self { folder };
        reader.run(&["add", "topic", url]);
        Some(reader)
    }

    fn run(&self, arguments: &[&str]) {
        let path = |name: &str| self.folder.path().join(name);
        let mut command = Command::new("r2e");
        command.env("HOME", self.folder.path()).stdin(Stdio::null());
        command.arg("-c").arg(path("config")).arg("-d").arg(path("data.json")).args(arguments);
        let ran = daemon::run(command);
        assert_eq!(ran.code, Some(0), "r2e {} failed: {ran}", arguments.join(" "));
        let complains = ["ERROR", "HTTP status"].iter().any(|word| ran.err.contains(word));
        assert!(!complains, "r2e {}: {ran}", arguments.join(" "));
    }

    /// The id of every message that it has ever delivered.
    fn ids(&self) -> Vec<String> {
        let messages = std::fs::read_dir(self.folder.path().join("box/new"));
        let text = |message: std::fs::DirEntry| {
            let text = std::fs::read_to_string(message.path()).expect("a message");
            let line = text.lines().find_map(|line| line.strip_prefix("X-RSS-ID: "));
            line.unwrap_or_else(|| panic!("no id in {text}")).to_owned()
        };
        messages.into_iter().flatten().flatten().map(text).collect()
    }
}

#[test]
fn rss2email_delivers_each_item_once_and_asks_conditionally() {
    let demo = Demo::start(&["--pace", "200ms"]);
    let url = format!("http://{}/korea-russia.atom", demo.daemon.address);
    let Some(reader) = Rss2email::subscribed_to(&url) else {
        return skipped("rss2email reads a topic", "there is no rss2email");
    };
    wait::until_true("there are items", || !demo.daemon.items("korea-russia").is_empty());
    for _ in 0..4 {
        reader.run(&["run"]);
    }
    demo.play_to_the_end();
    reader.run(&["run"]);
    let before = not_modified(&demo);
    reader.run(&["run"]);
    assert_eq!(not_modified(&demo) - before, 1, "a run with nothing new is answered with 304");

    let delivered = reader.ids();
    let ids: BTreeSet<&str> = delivered.iter().map(String::as_str).collect();
    assert_eq!(ids.len(), delivered.len(), "something came twice: {delivered:#?}");
    let published = demo.daemon.items("korea-russia");
    let published: BTreeSet<&str> =
        published.iter().filter_map(|item| item["id"].as_str()).collect();
    assert_eq!(ids, published, "rss2email delivered other items than were published");
}
