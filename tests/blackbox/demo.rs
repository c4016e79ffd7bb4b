//! The demo: from the bare binary to a right feed, without a network.

use crate::support::daemon::{self, Daemon, Ran};
use crate::support::feeds::{Entry, Feed};
use crate::support::wait;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The links of the recordings that belong to "Korea–Russia", without what trackers add; in one line
/// the entries that are copies of each other.
const BELONGS: &[&[&str]] = &[
    &["https://hangang.example/world/20240619-0311", "https://namsan.example/view/AKR20240619003"],
    &["https://hangang.example/world/20240619-1920"],
    &["https://hangang.example/politics/20240620-1700"],
    &["https://hangang.example/world/20240620-0900"],
    &["https://namsan.example/view/AKR20240620031"],
    &["https://nevskaya.example/a/24061917", "https://polyus.example/news/190624/treaty"],
    &["https://nevskaya.example/a/24061921"],
    &["https://nevskaya.example/a/24062002"],
    &["https://polyus.example/news/190624/welcome"],
    &["https://polyus.example/news/200624/hanoi"],
    &[
        "https://pelabuhan.example/dunia/putin-kim-teken-pakta",
        "https://selat.example/berita?id=88121&rubrik=dunia",
    ],
    &["https://pelabuhan.example/dunia/anjing-pungsan"],
    &["https://pelabuhan.example/dunia/seoul-protes-pakta"],
    &["https://selat.example/berita?id=88140&rubrik=dunia"],
    &[
        "https://harbour.example/world/2024/06/19/mutual-aid-treaty",
        "https://digest.example/wire/5521",
        "https://peninsula.example/notes/mutual-aid",
    ],
    &[
        "https://harbour.example/world/2024/06/20/treaty-explained",
        "https://harbour.example/world/2024/06/20/treaty-explained",
    ],
    &["https://harbour.example/world/2024/06/20/washington-seoul"],
    &["https://digest.example/wire/5540"],
    &["https://peninsula.example/notes/rehearsal"],
    &["https://peninsula.example/notes/five-guesses"],
    &["https://changjiang.example/gj/0619/101.html"],
    &["https://changjiang.example/gj/0620/088.html"],
    &["https://danshui.example/intl/20240620/3345"],
    &["https://danshui.example/intl/20240620/3361"],
    &["https://sumida.example/articles/S20240619A"],
    &["https://sumida.example/articles/S20240620C"],
    &["https://nahr.example/news/88410"],
    &["https://nahr.example/news/88477"],
    &["https://elbbote.example/ausland/empfang"],
    &["https://elbbote.example/ausland/beistand"],
    &["https://elbbote.example/ausland/seoul-waffen"],
    &["https://lagune.example/monde/poutine-pyongyang"],
    &["https://lagune.example/monde/traite-assistance"],
    &["https://ribera.example/internacional/coche-kim"],
    &["https://ribera.example/internacional/pacto-defensa"],
    &["https://songhong.example/the-gioi/putin-den-ha-noi-4801.html"],
    &["https://bogaz.example/dunya/karsilikli-yardim"],
    &["https://bogaz.example/dunya/av-kopekleri"],
];

/// A running demo in a folder of its own, where it finds no config.
pub(crate) struct Demo {
    pub(crate) daemon: Daemon,
    folder: tempfile::TempDir,
}

impl Demo {
    /// Starts `muara demo` on a free port and waits until it listens.
    #[track_caller]
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let temporary = folder.path().join("tmp");
        fs::create_dir(&temporary).expect("a folder in it");
        let said = File::create(folder.path().join("said")).expect("a file in it");
        let mut command = daemon::muara(folder.path());
        command.env("TMPDIR", temporary);
        command.args(["demo", "--listen", "127.0.0.1:0"]).args(arguments);
        Self { daemon: Daemon::start_with(command, said), folder }
    }

    /// What it says to whoever started it.
    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("said")).expect("text")
    }

    /// Runs a command as the demo tells to.
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        let said = self.said();
        let mut lines = said.lines().filter_map(|line| line.trim().strip_prefix("muara --config "));
        let config = lines.find_map(|rest| rest.split_once(' ')).expect("a command").0;
        let mut command = daemon::muara(self.folder.path());
        command.args(["--config", config]).args(arguments);
        let ran = daemon::run(command);
        assert_eq!(ran.code, Some(0), "{ran}");
        ran.out
    }

    /// Waits until every recording shows its last version and all of them are read and published.
    #[track_caller]
    pub(crate) fn play_to_the_end(&self) {
        wait::until_true("every recording is at its last version", || {
            self.daemon.log().contains("every recording is at its last version")
        });
        // A poll that was under way already may have met the version before.
        for _ in 0..2 {
            self.run(&["poll", "--all"]);
        }
        // Outlets that joined a story after everything new came would be named minutes later.
        self.run(&["reload"]);
    }

    /// What is in the folder for temporary files.
    fn temporary_files(&self) -> Vec<PathBuf> {
        files(&self.folder.path().join("tmp"))
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("a folder").flatten().map(|file| file.path()).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

/// A link without what was added to it on the way.
fn bare(link: &str) -> &str {
    let tracked = link.split_once("?utm_").or_else(|| link.split_once("?fbclid="));
    tracked.map_or(link, |(page, _)| page)
}

/// The addresses of each story's entries.
fn jsonl(stories: &str) -> Vec<Vec<String>> {
    let urls = |line: &str| {
        let story: Value = serde_json::from_str(line).expect("one JSON object a line");
        let entries = story["entries"].as_array().expect("entries").clone();
        entries.iter().map(|entry| bare(text(entry, "link")).to_owned()).collect()
    };
    stories.lines().map(urls).collect()
}

#[test]
fn the_korea_russia_feed_holds_what_belongs_in_all_languages_and_none_of_the_noise() {
    let demo = Demo::start(&["--pace", "100ms"]);
    demo.play_to_the_end();
    let items = demo.daemon.items("korea-russia");
    let stories: Vec<Vec<String>> = jsonl(&demo.run(&["stories", "--json", "--since", "5000d"]));
    let shown = |url: &str| items.iter().find(|item| bare(text(item, "url")) == url);
    for copies in BELONGS {
        let story = stories.iter().find(|story| story.iter().any(|url| copies.contains(&&**url)));
        let story = story.unwrap_or_else(|| panic!("{copies:?} are in no story"));
        let urls: BTreeSet<&String> = story.iter().collect();
        let found: Vec<_> = urls.into_iter().filter_map(|url| shown(url)).collect();
        assert_eq!(found.len(), 1, "the story of {copies:?} stands there {} times", found.len());
        let also = found[0]["_muara"]["also"].as_array().expect("other outlets");
        assert!(
            also.iter().all(|it| story.iter().any(|url| url == bare(text(it, "url")))),
            "{also:?}"
        );
        assert!(
            also.len() + 1 >= copies.iter().collect::<BTreeSet<_>>().len(),
            "{copies:?}: {also:?}"
        );
    }
    let noise: Vec<_> = items
        .iter()
        .filter(|item| !BELONGS.iter().any(|copies| copies.contains(&bare(text(item, "url")))))
        .collect();
    assert!(noise.is_empty(), "{noise:#?}");

    let told = |item: &Value| item["_muara"]["also"].as_array().cloned().unwrap_or_default();
    let tellers = items.iter().flat_map(|item| [vec![item.clone()], told(item)].concat());
    let languages: BTreeSet<String> =
        tellers.map(|teller| text(&teller, "language").to_owned()).collect();
    let all =
        ["ar", "de", "en", "es", "fr", "id", "ja", "ko", "ru", "tr", "vi", "zh-Hans", "zh-Hant"];
    assert_eq!(languages, all.map(str::to_owned).into());
    let edited = items.iter().find(|item| text(item, "url").ends_with("/notes/rehearsal"));
    let title = text(edited.expect("the edited entry"), "title");
    assert_eq!(title, "Satellite images show how Pyongyang rehearsed for Putin");
}

/// Who tells that the treaty was signed, and what is in it. No other language does: in Japanese, Chinese and
/// Vietnamese the recordings have the arrival, the departure, gifts and reactions.
const TREATY: &[(&str, &str)] = &[
    ("ar", "https://nahr.example/news/88410"),
    ("de", "https://elbbote.example/ausland/beistand"),
    ("en", "https://harbour.example/world/2024/06/19/mutual-aid-treaty"),
    ("en", "https://digest.example/wire/5521"),
    ("en", "https://peninsula.example/notes/mutual-aid"),
    ("es", "https://ribera.example/internacional/pacto-defensa"),
    ("fr", "https://lagune.example/monde/traite-assistance"),
    ("id", "https://pelabuhan.example/dunia/putin-kim-teken-pakta"),
    ("id", "https://selat.example/berita?id=88121&rubrik=dunia"),
    ("ko", "https://hangang.example/world/20240619-1920"),
    ("ru", "https://nevskaya.example/a/24061917"),
    ("ru", "https://polyus.example/news/190624/treaty"),
    ("tr", "https://bogaz.example/dunya/karsilikli-yardim"),
];

/// What others say of it on the day after.
const REACTIONS: &[&str] = &[
    "https://pelabuhan.example/dunia/seoul-protes-pakta",
    "https://nahr.example/news/88477",
    "https://harbour.example/world/2024/06/20/washington-seoul",
    "https://danshui.example/intl/20240620/3361",
    "https://sumida.example/articles/S20240620C",
    "https://namsan.example/view/AKR20240620031",
    "https://changjiang.example/gj/0620/088.html",
    "https://selat.example/berita?id=88140&rubrik=dunia",
    "https://hangang.example/politics/20240620-1700",
    "https://elbbote.example/ausland/seoul-waffen",
    "https://polyus.example/news/200624/hanoi",
];

/// What else the same two did on those days.
const BESIDE: &[&str] = &[
    "https://hangang.example/world/20240619-0311",
    "https://sumida.example/articles/S20240619A",
    "https://changjiang.example/gj/0619/101.html",
    "https://danshui.example/intl/20240620/3345",
    "https://songhong.example/the-gioi/putin-den-ha-noi-4801.html",
    "https://pelabuhan.example/dunia/anjing-pungsan",
    "https://bogaz.example/dunya/av-kopekleri",
    "https://elbbote.example/ausland/empfang",
    "https://lagune.example/monde/poutine-pyongyang",
];

#[test]
fn the_treaty_is_one_story_in_every_language_that_tells_it_and_the_reactions_are_others() {
    let demo = Demo::start(&["--pace", "100ms"]);
    demo.play_to_the_end();
    let stories = demo.run(&["stories", "--json", "--since", "5000d"]);
    let stories = stories.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let stories: Vec<Value> = stories.collect();
    let told_by = |story: &Value, url: &str| {
        let entries = story["entries"].as_array().expect("entries");
        entries.iter().any(|entry| bare(text(entry, "link")) == url)
    };
    let treaty = stories.iter().find(|story| told_by(story, TREATY[0].1)).expect("the treaty");
    let missing: Vec<_> = TREATY.iter().filter(|(_, url)| !told_by(treaty, url)).collect();
    assert!(missing.is_empty(), "{missing:#?} are apart from {treaty:#}");
    let entries = treaty["entries"].as_array().expect("entries");
    let languages: BTreeSet<&str> = entries.iter().map(|entry| text(entry, "language")).collect();
    assert_eq!(languages, TREATY.iter().map(|(language, _)| *language).collect());
    let shares = |entry: &&Value| entry["shares"].to_string();
    let told = entries.iter().filter(|entry| entry["relation"] == "telling");
    let reasons: Vec<String> = told.map(|entry| shares(&entry)).collect();
    assert!(reasons.iter().any(|it| it.contains('/')), "no reason in two languages: {reasons:#?}");
    for other in REACTIONS.iter().chain(BESIDE) {
        assert!(stories.iter().any(|story| told_by(story, other)), "{other} is in no story");
        assert!(!told_by(treaty, other), "{other} is no signing: {treaty:#}");
    }
}

#[test]
fn new_entries_arrive_while_one_watches_and_what_stood_there_stays() {
    let demo = Demo::start(&["--pace", "1s"]);
    let ids = || -> Vec<String> {
        let items = demo.daemon.items("korea-russia");
        items.iter().map(|item| text(item, "id").to_owned()).collect()
    };
    let first = wait::until("there are entries", || Some(ids()).filter(|ids| ids.len() > 12));
    let later =
        wait::until("more arrive", || Some(ids()).filter(|ids| ids.len() > first.len() + 2));
    assert_eq!(later[later.len() - first.len()..], first, "new ones stand above the old");
}

#[test]
fn who_has_the_feed_gets_304_and_so_does_the_daemon_from_the_origin() {
    let demo = Demo::start(&["--pace", "100ms"]);
    demo.play_to_the_end();
    for format in ["rss", "atom", "json"] {
        let path = format!("/korea-russia.{format}");
        let first = demo.daemon.request("HEAD", &path, &[]);
        assert_eq!(first.status, 200);
        let etag = first.header("etag").expect("an ETag");
        let again = demo.daemon.request("HEAD", &path, &[("if-none-match", etag)]);
        assert_eq!(again.status, 304, "{path}");
    }
    demo.run(&["poll", "--all"]);
    let status: Value =
        serde_json::from_str(&demo.run(&["status", "--json"])).expect("one JSON object");
    let sources = status["sources"].as_array().expect("sources");
    assert!(sources.len() >= 12, "{status}");
    assert!(sources.iter().all(|source| source["last"]["outcome"] == "not-modified"), "{status}");
}

#[test]
fn it_says_where_to_subscribe_and_leaves_nothing_behind() {
    let demo = Demo::start(&[]);
    let (address, said) = (&demo.daemon.address, demo.said());
    assert!(said.contains(&format!("http://{address}/\n")), "{said}");
    for topic in ["korea-russia", "north-korea", "china-russia"] {
        assert!(said.contains(&format!("http://{address}/{topic}.rss ")), "{said}");
    }
    assert_eq!(demo.temporary_files().len(), 1);
    let Demo { daemon, folder } = demo;
    let (status, _) = daemon.end_by("INT");
    assert_eq!(status.code(), Some(0));
    assert_eq!(files(&folder.path().join("tmp")), Vec::<PathBuf>::new());
}

#[test]
fn other_recordings_are_played_in_the_same_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, titles: &[&str]| {
        let entry = |title: &&str| {
            let link = format!("https://bay.example/{}", title.replace(' ', "-"));
            Entry::new(title, "", &link)
        };
        let feed = Feed::rss("The Bay", titles.iter().map(entry).collect());
        fs::write(folder.path().join(name), feed.page().body).expect("a file");
    };
    let treaty = "Russia and North Korea sign a treaty";
    write("bay.en.rss", &["Low tide at noon", treaty]);
    write("bay.en.rss.2", &["High tide at six", "Low tide at noon", treaty]);
    write("Bay (evening).xml", &["Lanterns are lit along the quay"]);
    write(".hidden.xml", &["Not to be read"]);

    let demo = Demo::start(&["--pace", "100ms", "--feeds", &folder.path().to_string_lossy()]);
    demo.play_to_the_end();
    let titles = |topic: &str| -> BTreeSet<String> {
        demo.daemon.items(topic).iter().map(|item| text(item, "title").to_owned()).collect()
    };
    let all = ["High tide at six", "Low tide at noon", treaty, "Lanterns are lit along the quay"];
    assert_eq!(titles("everything"), all.map(str::to_owned).into());
    assert_eq!(titles("korea-russia"), [treaty.to_owned()].into());
    let log = demo.daemon.log();
    assert!(log.contains("bay.en.rss moves on to version 2 of 2"), "{log}");
}

#[test]
fn what_it_cannot_play_or_where_it_cannot_listen_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| -> Ran {
        let mut command = daemon::muara(folder.path());
        command.arg("demo").args(arguments);
        daemon::run(command)
    };
    let empty = run(&["--listen", "127.0.0.1:0", "--feeds", "."]);
    assert_eq!(empty.code, Some(66), "{empty}");
    assert!(empty.err.contains("there are no feeds"), "{empty}");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let refused = run(&["--listen", &address]);
    assert_eq!(refused.code, Some(69), "{refused}");
    assert!(refused.err.contains("--listen 127.0.0.1:0"), "{refused}");
}
