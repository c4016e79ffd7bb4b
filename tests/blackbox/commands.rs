//! Every command, with a daemon running and without one.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Entry, Feed};
use crate::support::origin::{Answer, Origin};
use serde_json::Value;

/// Two outlets on three rivers, one of the reports in both.
fn two_outlets(origin: &Origin) -> Home {
    let mut entries = feeds::series("river", 3);
    let mut copied = entries[0].clone();
    "https://lakes.example/copied".clone_into(&mut copied.link);
    origin.serve("/rivers", Feed::rss("River Post", entries.clone()).page());
    entries = feeds::series("lake", 2);
    entries.insert(0, copied);
    origin.serve("/lakes", Feed::rss("Lake Post", entries).page());
    let config = Config::new()
        .source("rivers", &origin.url("/rivers"), "")
        .source("lakes", &origin.url("/lakes"), "")
        .topic("river", "river", "")
        .topic("lake", "lake", "");
    Home::new(&config)
}

/// The ways to run a command: alone, and beside the daemon that owns the store.
fn alone_and_beside(home: &Home, check: impl Fn()) {
    check();
    let daemon = home.start();
    check();
    assert!(daemon.terminate().0.success());
    check();
}

#[test]
fn status_tells_the_same_with_and_without_a_daemon() {
    let origin = Origin::start();
    let home = two_outlets(&origin);
    home.ok(&["poll", "rivers"]);
    assert_eq!(home.source_status("lakes")["state"], "new");
    home.ok(&["poll", "--all"]);
    let check = |daemon: Option<&Daemon>| {
        let status = home.json(&["status", "--json"]);
        assert_eq!(status["daemon"]["running"], daemon.is_some());
        if let Some(daemon) = daemon {
            assert_eq!(status["daemon"]["pid"], daemon.pid());
            let listen = status["daemon"]["listen"].as_str().expect("an address");
            assert!(listen.contains(&daemon.address), "{listen}");
        }
        let counts = &status["counts"];
        assert_eq!((&counts["sources"], &counts["entries"]), (&2.into(), &6.into()), "{counts}");
        assert_eq!((&counts["pending"], &counts["stories"]), (&0.into(), &5.into()), "{counts}");
        assert_eq!(counts["items"], 5, "{counts}");
        assert_eq!(home.source_status("rivers")["last"]["outcome"], "not-modified");
        let source = &home.source_status("lakes");
        assert_eq!((&source["state"], &source["entries"]), (&"healthy".into(), &3.into()));
        assert_eq!((&source["last"]["new"], &source["last"]["items"]), (&3.into(), &3.into()));
        assert!(source["due_at"].is_string() && source["reason"].as_str() > Some(""), "{source}");
        assert!(home.ok(&["status"]).contains("rivers"));
        let one = home.ok(&["status", "lakes"]);
        assert!(one.contains("lakes") && !one.contains("rivers"), "{one}");
    };
    check(None);
    let daemon = home.start();
    check(Some(&daemon));
    daemon.kill();
    check(None);
    let unknown = home.run(&["status", "river"]);
    assert_ne!(unknown.code, Some(0), "{unknown}");
    assert!(unknown.err.contains("rivers"), "no suggestion: {unknown}");
}

#[test]
fn topics_lists_each_topic_with_its_address() {
    let origin = Origin::start();
    let home = two_outlets(&origin);
    home.ok(&["poll", "--all"]);
    alone_and_beside(&home, || {
        let topics = home.json(&["topics", "--json"]);
        let river = &topics[0];
        assert_eq!((&river["name"], &river["title"]), (&"river".into(), &"All of river".into()));
        assert_eq!((&river["items"], &river["last_seq"]), (&3.into(), &3.into()), "{topics}");
        let address = river["address"].as_str().expect("an address");
        assert!(address.starts_with("https://news.example.org/feeds/river"), "{address}");
        assert_eq!(topics[1]["items"], 2, "{topics}");
        assert!(home.ok(&["topics"]).contains("All of lake"));
    });
}

#[test]
fn stories_tells_which_entries_are_copies() {
    let origin = Origin::start();
    let home = two_outlets(&origin);
    home.ok(&["poll", "rivers"]);
    home.ok(&["poll", "lakes"]);
    alone_and_beside(&home, || {
        let stories = home.json_lines(&["stories", "--json"]);
        assert_eq!(stories.len(), 5, "{stories:#?}");
        let is_shared = |story: &&Value| story["entries"].as_array().expect("entries").len() == 2;
        let [shared] = stories.iter().filter(is_shared).collect::<Vec<_>>()[..] else {
            panic!("not one story of two entries: {stories:#?}")
        };
        let [first, second] = [0, 1].map(|n| &shared["entries"][n]);
        assert_eq!((&first["source"], &first["relation"]), (&"rivers".into(), &"opens".into()));
        assert_eq!((&second["source"], &second["relation"]), (&"lakes".into(), &"copy".into()));
        assert_eq!(second["of"], first["id"]);
        assert_eq!(first["title"], "river report number 2");
        assert_eq!(second["link"], "https://lakes.example/copied");
        let (told, all) = (home.ok(&["stories"]), home.ok(&["stories", "--all"]));
        let opened = |text: &str| text.lines().filter(|line| !line.starts_with(' ')).count();
        assert_eq!((opened(&told), opened(&all)), (1, 5), "{told}\n{all}");
        assert!(told.contains(&format!("story {}", shared["story"])), "{told}");
    });
}

#[test]
fn poll_takes_one_source_or_all_and_says_what_came() {
    let origin = Origin::start();
    let home = two_outlets(&origin);
    home.ok(&["poll", "rivers"]);
    assert_eq!((origin.requests("/rivers").len(), origin.requests("/lakes").len()), (1, 0));
    let daemon = home.start();
    daemon.wait_for_items("lake", 2);
    assert_eq!(origin.requests("/rivers").len(), 1, "it was not due");

    origin.serve("/rivers", Feed::rss("River Post", feeds::series("river", 7)).page());
    origin.serve("/lakes", Answer::status(500, &[]));
    let ran = home.run(&["poll", "--all"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains('4'), "four new entries: {said}");
    assert!(said.contains("lakes") && said.contains("500"), "the failure is not named: {said}");
    assert_eq!(
        home.json(&["status", "--json"])["counts"]["pending"],
        0,
        "poll ends when all is published"
    );
    daemon.wait_for_items("river", 7);
}

#[test]
fn try_says_which_entries_match_and_why() {
    let origin = Origin::start();
    let home = two_outlets(&origin);
    let lines = [
        r#"{"id":"a","title":"Missiles over the river","text":"Two missiles.","language":"en"}"#,
        r#"{"id":"b","title":"Quiet day at the lake","source":"lakes","published":1718787600}"#,
        r#"{"id":"c","title":"한강에 배가 떴다","summary":"<p>한강의 하루</p>","published":"2024-06-19T09:00:00Z"}"#,
    ];
    let file = home.write("lines.jsonl", lines.join("\n"));
    let file = file.to_str().expect("UTF-8");
    home.ok(&["poll", "--all"]);
    alone_and_beside(&home, || {
        let found = home.json_lines(&["try", "missile* or 한강", "--jsonl", file]);
        let ids: Vec<&Value> = found.iter().map(|line| &line["id"]).collect();
        assert_eq!(ids, ["a", "c"]);
        let reason = &found[0]["reasons"][0];
        assert_eq!(
            (&reason["term"], &reason["count"]),
            (&"missile*".into(), &1.into()),
            "{found:#?}"
        );
        assert!(found[0]["score"].as_f64() > Some(0.0), "{found:#?}");
        assert!(home.ok(&["try", "lake", "--since", "7d"]).contains("lake report number 1"));
    });
    let wrong = home.run(&["try", "river and (lake"]);
    assert!(![Some(0), None].contains(&wrong.code), "{wrong}");
    assert!(wrong.err.contains('^'), "the place is not pointed at: {wrong}");
}

#[test]
fn stories_replays_entries_of_a_file_through_the_real_dedup() {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    let lines = [
        r#"{"id":"1","source":"a","link":"https://a.example/x?utm_source=f","title":"Ferry sinks","text":"Nobody hurt.","published":1718787600}"#,
        r#"{"id":"2","source":"b","link":"https://a.example/x","title":"Seen elsewhere","published":1718787700}"#,
        r#"{"id":"3","source":"b","link":"https://b.example/y","title":"FERRY  sinks","text":"Nobody  hurt.","published":1718787800}"#,
        r#"{"id":"4","source":"c","link":"https://c.example/z","title":"Bridge opens","published":1718787900}"#,
        r#"{"id":"5","source":"c","link":"https://c.example/z","title":"Bridge opens at last","published":1718788000}"#,
        r#"{"id":"6","source":"c","link":"https://c.example/z","title":"Bridge opens at last","published":1718788100}"#,
    ];
    let file = home.write("lines.jsonl", lines.join("\n"));
    let replayed = home.json_lines(&["stories", "--replay", file.to_str().expect("UTF-8")]);
    let relations: Vec<&str> =
        replayed.iter().map(|line| line["relation"].as_str().expect("a word")).collect();
    assert_eq!(relations, ["opens", "copy", "copy", "opens", "revision", "unchanged"]);
    let story = |n: usize| &replayed[n]["story"];
    assert_eq!((story(0), story(1)), (story(1), story(2)));
    assert_eq!((story(3), story(4)), (story(4), story(5)));
    assert_ne!(story(0), story(3));
    assert_eq!((&replayed[1]["of"], &replayed[2]["of"]), (&"1".into(), &"1".into()));
}

#[test]
fn read_shows_what_a_document_holds() {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    let entry = Entry::new("Ледоход & рыбалка", "<p>На <b>реке</b></p>", "/news/1").guid("n1");
    let feed = Feed {
        encoding: "koi8-r".to_owned(),
        language: "ru".to_owned(),
        ..Feed::rss("Река", vec![entry])
    };
    let good = home.write("good.xml", feed.page().body);
    let bad = home.write("bad.xml", "<html><body>no feed</body></html>");
    let paths = [&good, &bad].map(|path| path.to_str().expect("UTF-8"));
    let ran = home.run(&["read", "--json", paths[0], paths[1]]);
    let documents = crate::support::daemon::json_lines(&ran.out);
    assert_eq!(documents.len(), 2, "{ran}");
    let [good, bad] = [&documents[0], &documents[1]];
    assert_eq!((&good["path"], &good["ok"]), (&paths[0].into(), &true.into()));
    assert_eq!((&good["title"], &good["format"]), (&"Река".into(), &"RSS 2.0".into()));
    assert_eq!(good["encoding"].as_str().map(str::to_lowercase).as_deref(), Some("koi8-r"));
    assert_eq!(good["entries"][0]["title"], "Ледоход & рыбалка");
    assert_eq!(good["language"], "ru");
    assert_eq!((&bad["path"], &bad["ok"]), (&paths[1].into(), &false.into()));
    assert!(bad["error"].as_str() > Some(""), "{bad}");
    assert!(home.ok(&["read", paths[0]]).contains("Ледоход"));
}

#[test]
fn completions_and_help_need_neither_config_nor_state() {
    let home = Home::new(&Config::new());
    std::fs::remove_file(home.path("config.toml")).expect("the file");
    for shell in ["bash", "zsh", "fish"] {
        assert!(home.ok(&["completions", shell]).contains("muara"), "{shell}");
    }
    let help = home.ok(&["--help"]);
    for command in [
        "run",
        "check",
        "status",
        "poll",
        "read",
        "topics",
        "try",
        "stories",
        "completions",
        "add",
        "import",
        "export",
    ] {
        assert!(help.contains(command), "{command} is not in\n{help}");
    }
}
