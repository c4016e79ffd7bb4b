//! Another config while the daemon runs.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::Origin;
use crate::support::wait;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixDatagram;
use std::process::Command;

/// Sends SIGHUP.
#[track_caller]
pub(crate) fn hang_up(daemon: &Daemon) {
    let sent = Command::new("kill").args(["-HUP", &daemon.pid().to_string()]).status();
    assert!(sent.expect("kill").success(), "nobody to send SIGHUP to");
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

fn titled(name: &str, title: &str, rule: &str) -> String {
    format!("name = \"{name}\"\ntitle = \"{title}\"\nrule = '{rule}'")
}

/// A source `rivers` at `/rivers` of five entries.
fn rivers(origin: &Origin) -> Config {
    origin.serve("/rivers", Feed::rss("Rivers", feeds::series("river", 5)).page());
    Config::new().source("rivers", &origin.url("/rivers"), "")
}

#[test]
fn sources_come_change_and_go_while_it_runs() {
    let origin = Origin::start();
    for word in ["lake", "sea"] {
        let feed = Feed::rss(word, feeds::series(word, 3));
        origin.serve(&format!("/{word}"), feed.page());
    }
    let first = rivers(&origin).source("lakes", &origin.url("/lake"), "");
    let home = Home::new(&first.topic("all", "river or lake or sea", ""));
    let daemon = home.start();
    daemon.wait_for_items("all", 8);
    let before = home.source_status("lakes");

    let mut grown = feeds::series("river", 6);
    grown.rotate_left(1);
    origin.serve("/moved", Feed::rss("Rivers", grown).page());
    let then = Config::new()
        .source("rivers", &origin.url("/moved"), "name = \"Le Fleuve\"")
        .source("seas", &origin.url("/sea"), "");
    home.configure(&then.topic("all", "river or lake or sea", ""));
    home.ok(&["reload"]);

    daemon.wait_for_items("all", 12);
    wait::until_true("the new name is published", || {
        daemon.get("/all.rss").text().contains("Le Fleuve")
    });
    assert_eq!(home.source_status("rivers")["entries"], 6, "its entries are known by its id");
    let lakes = home.source_status("lakes");
    assert_eq!((&lakes["entries"], &lakes["due_at"]), (&before["entries"], &Value::Null));
    assert_eq!(origin.requests("/lake").len(), 1);
    let log = daemon.log();
    assert!(log.contains("sources: 1 added, 1 changed, 1 removed; topics: as before"), "{log}");
}

#[test]
fn a_source_follows_another_interval_at_once() {
    let origin = Origin::start();
    let home = Home::new(&rivers(&origin).topic("all", "river", ""));
    let daemon = home.start();
    daemon.wait_for_items("all", 5);
    assert_eq!(origin.requests("/rivers").len(), 1);
    let often = "every = \"1s\"\nmin = \"1s\"\nmax = \"2s\"\n";
    home.configure(&rivers(&origin).polling(often).topic("all", "river", ""));
    hang_up(&daemon);
    wait::until_true("it is polled again and again", || origin.requests("/rivers").len() > 2);
}

#[test]
fn a_removed_topic_is_gone_and_goes_on_when_it_is_added_again() {
    let origin = Origin::start();
    let home = Home::new(&Config::new());
    let files = home.path("public");
    let base = rivers(&origin)
        .publish(&format!("directory = \"{}\"", files.display()))
        .topic("all", "river", "");
    let both = base.clone().topic("few", "river", "items = 3");
    home.configure(&both);
    let mut daemon = home.start();
    daemon.wait_for_items("all", 5);
    let few = daemon.wait_for_items("few", 3);
    let all = daemon.get("/all.rss");

    home.configure(&base);
    home.ok(&["reload"]);
    for restarted in [false, true] {
        for path in ["/few.rss", "/few.atom", "/few.json", "/few"] {
            assert_eq!(daemon.get(path).status, 410, "{path}, restarted: {restarted}");
        }
        let again = daemon.get("/all.rss");
        assert_eq!((again.header("etag"), &again.body), (all.header("etag"), &all.body));
        assert!(files.join("all.rss").exists() && !files.join("few.rss").exists());
        if !restarted {
            daemon.terminate();
            daemon = home.start();
        }
    }

    home.configure(&both);
    home.ok(&["reload"]);
    assert_eq!(ids(&daemon.items("few")), ids(&few), "its items have other ids");
    assert!(files.join("few.rss").exists());
    origin.serve("/rivers", Feed::rss("Rivers", feeds::series("river", 6)).page());
    home.ok(&["poll", "--all"]);
    let now = daemon.items("few");
    assert_eq!(ids(&now)[1..], ids(&few)[..2], "it does not go on where it was");
    let topics = home.json(&["topics", "--json"]);
    let row = topics.as_array().expect("rows").iter().find(|row| row["name"] == "few");
    assert_eq!(row.expect("a row")["last_seq"], 6);
}

#[test]
fn topics_come_are_renamed_and_are_rendered_again_only_when_they_changed() {
    let origin = Origin::start();
    let base = rivers(&origin).topic("still", "river", "");
    let then = base.clone().table("[topic]", &titled("all", "Rivers", "river"));
    let home = Home::new(&then);
    let daemon = home.start();
    let items = daemon.wait_for_items("all", 5);
    daemon.wait_for_items("still", 5);
    let (still, all) = (daemon.get("/still.rss"), daemon.get("/all.rss"));

    home.configure(&base.clone().table("[topic]", &titled("all", "Fleuves", "river")));
    home.ok(&["reload"]);
    let titled_anew = daemon.get("/all.rss");
    assert!(titled_anew.text().contains("<title>Fleuves</title>"), "{}", titled_anew.text());
    assert_ne!(titled_anew.header("etag"), all.header("etag"));

    let renamed = titled("waters", "Fleuves", "river") + "\naliases = [\"all\"]";
    home.configure(&base.table("[topic]", &renamed).topic("second", "title:/2$/", ""));
    home.ok(&["reload"]);
    let moved = daemon.get("/all.json");
    assert_eq!((moved.status, moved.header("location")), (301, Some("/feeds/waters.json")));
    assert_eq!(ids(&daemon.items("waters")), ids(&items));
    assert_eq!(daemon.items("second").len(), 1, "it begins with what is stored");
    let again = daemon.get("/still.rss");
    assert_eq!((again.header("etag"), &again.body), (still.header("etag"), &still.body));
}

#[test]
fn edits_are_noticed_however_they_are_written() {
    let origin = Origin::start();
    let home = Home::new(&rivers(&origin));
    let daemon = home.start();
    let with = |name: &str| rivers(&origin).topic(name, "river", "").text(&home.state());
    let config = home.path("config.toml");

    home.write("config.toml", with("in-place"));
    daemon.wait_for_items("in-place", 5);
    fs::rename(home.write("new.toml", with("renamed")), &config).expect("a rename");
    daemon.wait_for_items("renamed", 5);

    fs::create_dir(home.path("far")).expect("a folder");
    let far = home.write("far/config.toml", with("linked"));
    symlink(&far, home.path("link")).expect("a link");
    fs::rename(home.path("link"), &config).expect("a rename");
    daemon.wait_for_items("linked", 5);
    fs::rename(home.write("far/new.toml", with("behind-the-link")), &far).expect("a rename");
    daemon.wait_for_items("behind-the-link", 5);
    fs::remove_file(&far).expect("a file");
    home.write("far/config.toml", with("removed-first"));
    daemon.wait_for_items("removed-first", 5);
    assert_eq!(daemon.get("/linked.rss").status, 410);
}

#[test]
fn a_config_with_errors_changes_nothing_and_says_why() {
    let origin = Origin::start();
    let good = rivers(&origin).topic("all", "river", "");
    let home = Home::new(&good);
    let path = home.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(wait::PATIENCE)).expect("a time-out");
    let hear = |word: &str| loop {
        let mut buffer = [0; 4096];
        let length = socket.recv(&mut buffer).expect("a message to systemd");
        let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if message.contains(word) {
            return message;
        }
    };
    let mut command = home.command(&["run"]);
    let daemon = Daemon::start({
        command.env("NOTIFY_SOCKET", &path);
        command
    });
    daemon.wait_for_items("all", 5);
    let before = daemon.get("/all.rss");
    assert!(hear("READY=1").contains("STATUS=1 sources, 1 topics"));

    home.write("config.toml", "[daemon]\nlisten = \"nowhere\"\nshelv = 3\n");
    hang_up(&daemon);
    assert!(hear("RELOADING=1").contains("MONOTONIC_USEC="));
    let status = hear("READY=1");
    for words in ["config.toml:2:10: ", "(1 of 2 errors)", "1 sources, 1 topics"] {
        assert!(status.contains(words), "{words} is not in {status}");
    }
    wait::until("the log says why", || {
        let log = daemon.log();
        (log.contains("config not reloaded") && log.contains("config.toml:2:10")).then_some(())
    });
    let refused = home.run(&["reload"]);
    assert_eq!(refused.code, Some(78), "{refused}");
    assert!(refused.err.contains("config.toml:3:1"), "{refused}");
    assert_eq!(daemon.get("/all.rss").body, before.body);

    home.configure(&good);
    hang_up(&daemon);
    let ready = hear("STATUS=1 sources, 1 topics");
    assert!(ready.contains("READY=1"), "{ready}");
}

#[test]
fn an_emptied_file_does_not_take_all_feeds_away() {
    let origin = Origin::start();
    let home = Home::new(&rivers(&origin).topic("all", "river", ""));
    let daemon = home.start();
    daemon.wait_for_items("all", 5);
    home.write("config.toml", "");
    hang_up(&daemon);
    wait::until_true("it refuses", || daemon.log().contains("names no source and no topic"));
    assert_eq!(daemon.get("/all.rss").status, 200);
}

#[test]
fn what_holds_from_the_next_start_is_named_and_stays() {
    let origin = Origin::start();
    let home = Home::new(&rivers(&origin).topic("all", "river", ""));
    let daemon = home.start();
    daemon.wait_for_items("all", 5);
    let before = daemon.get("/all.rss");
    let text = rivers(&origin).topic("all", "river", "").topic("more", "river", "");
    let text = text.text(&home.state()).replace("127.0.0.1:0", "127.0.0.1:1");
    home.write("config.toml", text.replace("news.example.org", "other.example.org"));
    let ran = home.run(&["reload"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let log = daemon.log();
    for key in ["daemon.listen", "daemon.public_url"] {
        assert!(log.contains(&format!("`{key}` holds from the next start")), "{log}");
    }
    assert_eq!(daemon.get("/all.rss").body, before.body);
    assert!(daemon.get("/more.rss").text().contains("news.example.org/feeds/more.rss"));
}

#[test]
fn a_poll_under_way_ends_as_it_began() {
    let origin = Origin::start();
    let config = rivers(&origin).topic("all", "river or lake", "");
    let slow = Feed::rss("Lakes", vec![Entry::new("lake", "lake", "https://lake.example/1")]);
    origin.serve("/slow", crate::support::origin::Answer::Held(slow.page()));
    let both = config.clone().source("slow", &origin.url("/slow"), "");
    let home = Home::new(&both);
    let daemon = home.start();
    daemon.wait_for_items("all", 5);
    wait::until_true("the slow one is asked", || origin.in_flight() == 1);
    home.configure(&both.topic("other", "lake", ""));
    home.ok(&["reload"]);
    origin.release();
    daemon.wait_for_items("all", 6);
    daemon.wait_for_items("other", 1);
    assert_eq!(origin.requests("/slow").len(), 1);
}

#[test]
fn without_a_daemon_there_is_nothing_to_reload() {
    let home = Home::new(&Config::new());
    let ran = home.run(&["reload"]);
    assert_eq!(ran.code, Some(69), "{ran}");
    assert!(ran.err.contains("no daemon runs"), "{ran}");
}
