//! Concepts and rules as an operator meets them before anything is published.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{Entry, Feed};
use crate::support::origin::Origin;

fn entries() -> Vec<Entry> {
    let entry = |number: usize, title: &str| {
        Entry::new(title, "A few words.", &format!("https://paper.example/{number}"))
            .guid(&number.to_string())
    };
    vec![
        entry(1, "Putin lands in Pyongyang"),
        entry(2, "North Korea and Russia sign a treaty"),
        entry(3, "Russia and Ukraine exchange prisoners"),
        entry(4, "Korean barbecue opens in Moscow, Idaho"),
    ]
}

fn home(origin: &Origin, rule: &str) -> Home {
    origin.serve("/feed", Feed::rss("Paper", entries()).page());
    let config = Config::new().source("paper", &origin.url("/feed"), "language = \"en\"");
    let home = Home::new(&config.topic("korea-russia", rule, ""));
    home.ok(&["poll", "--all"]);
    home
}

#[test]
fn a_rule_is_tried_over_what_is_stored_and_summed_up_by_language_and_source() {
    let origin = Origin::start();
    let home = home(&origin, "@korea and @russia");
    let said = home.ok(&["try", "@korea and @russia"]);
    assert!(said.contains("2 of 4 entries"), "{said}");
    assert!(said.contains("languages: en 2") && said.contains("sources: paper 2"), "{said}");
    assert!(said.contains("Putin lands in Pyongyang"), "{said}");
}

#[test]
fn a_changed_config_is_compared_with_the_one_in_use() {
    let origin = Origin::start();
    let home = home(&origin, "@korea and @russia");
    let old = std::fs::read_to_string(home.path("config.toml")).expect("a config");
    let new = old.replace("@korea and @russia", "@russia and (@ukraine or treaty)");
    let new = home.write("new.toml", new);
    let said = home.ok(&["check", new.to_str().expect("a path"), "--against-running"]);
    assert!(said.contains("korea-russia: +1 −1, 1 as before"), "{said}");
    assert!(said.contains("+ Russia and Ukraine exchange prisoners [paper]"), "{said}");
    assert!(said.contains("− Putin lands in Pyongyang [paper]"), "{said}");
}

#[test]
fn a_config_that_was_edited_is_compared_with_the_one_that_last_ran() {
    let origin = Origin::start();
    let home = home(&origin, "@korea and @russia");
    let unchanged = home.ok(&["check", "--against-running"]);
    assert!(unchanged.contains("korea-russia: +0 −0, 2 as before"), "{unchanged}");
    let old = std::fs::read_to_string(home.path("config.toml")).expect("a config");
    home.write(
        "config.toml",
        old.replace("@korea and @russia", "@russia and (@ukraine or treaty)"),
    );
    let edited = home.ok(&["check", "--against-running"]);
    assert!(edited.contains("korea-russia: +1 −1, 1 as before"), "{edited}");
}

#[test]
fn concepts_are_listed_shown_and_found_in_texts() {
    let origin = Origin::start();
    let home = home(&origin, "@korea");
    assert!(home.ok(&["concepts"]).contains("North Korea"));
    let shown = home.ok(&["concepts", "show", "@북한"]);
    assert!(shown.contains("@KP") && shown.contains("朝鲜") && shown.contains("КНДР"), "{shown}");
    assert_eq!(home.run(&["concepts", "show", "atlantis"]).code, Some(64));
    let lines = [
        r#"{"id":"1","text":"Путин прибыл в Пхеньян","language":"ru"}"#,
        r#"{"id":"2","title":"露朝首脳会談","text":""}"#,
    ];
    let file = home.write("lines.jsonl", lines.join("\n"));
    let found =
        home.json_lines(&["concepts", "--jsonl", file.to_str().expect("a path"), "--evidence"]);
    assert_eq!(found[0]["concepts"], serde_json::json!(["KP", "putin"]));
    assert_eq!(found[0]["implied"], serde_json::json!(["RU", "korea"]));
    assert_eq!(found[0]["language"], serde_json::Value::Null);
    assert_eq!(found[0]["evidence"][0]["concept"], "putin");
    assert_eq!(found[1]["concepts"], serde_json::json!(["KP", "RU"]));
    assert_eq!(found[1]["language"], "unknown");
}

#[test]
fn what_a_topic_excludes_is_left_out() {
    let origin = Origin::start();
    origin.serve("/feed", Feed::rss("Paper", entries()).page());
    let config = Config::new().source("paper", &origin.url("/feed"), "language = \"en\"");
    let home = Home::new(&config.topic(
        "koreas",
        "@korea and @russia",
        "exclude = 'treaty or \"arms deal\"'",
    ));
    home.ok(&["poll", "--all"]);
    let said = home.ok(&["try"]);
    assert!(said.contains("1 of 4 entries") && said.contains("Putin lands"), "{said}");
}

#[test]
fn a_table_of_names_becomes_concepts_of_the_config() {
    let origin = Origin::start();
    let home = home(&origin, "@korea");
    let table = "item,itemLabel,lang,label,implies\n\
        http://www.wikidata.org/entity/Q11,Arctic Fleet,en,Arctic Fleet,@RU\n\
        http://www.wikidata.org/entity/Q11,Arctic Fleet,ko,북극 함대,\n\
        http://www.wikidata.org/entity/Q11,Arctic Fleet,mul,\"AF (\"\"Arctic\"\")\",\n";
    let table = home.write("names.csv", table);
    let table = table.to_str().expect("a path");
    let before = std::fs::read_to_string(home.path("config.toml")).expect("a config");
    assert!(
        home.ok(&["concepts", "import", table, "--dry-run"])
            .contains("new      @arctic-fleet  3 names")
    );
    home.ok(&["concepts", "import", table]);
    let after = std::fs::read_to_string(home.path("config.toml")).expect("a config");
    assert!(after.starts_with(&before) && after.contains("[concepts.arctic-fleet]"), "{after}");
    let line = r#"{"id":"1","text":"북극 함대의 훈련","language":"ko"}"#;
    let file = home.write("lines.jsonl", line);
    let found = home.json_lines(&["concepts", "--jsonl", file.to_str().expect("a path")]);
    assert_eq!(found[0]["concepts"], serde_json::json!(["arctic-fleet"]));
    assert_eq!(found[0]["implied"], serde_json::json!(["RU"]));
    assert!(
        home.ok(&["concepts", "import", table])
            .contains("the config defines `@arctic-fleet` already")
    );
}

#[test]
fn an_entry_is_explained_with_what_it_names_and_why_it_is_in_no_other_topic() {
    let origin = Origin::start();
    origin.serve("/feed", Feed::rss("Paper", entries()).page());
    let config = Config::new()
        .source("paper", &origin.url("/feed"), "language = \"en\"")
        .topic("koreas", "@korea and @russia", "")
        .topic("treaties", "@korea and treaty and not title:putin", "")
        .topic("elsewhere", "@korea", "languages = [\"ko\"]");
    let home = Home::new(&config);
    home.ok(&["poll", "--all"]);
    let said = home.ok(&["explain", "https://paper.example/1"]);
    for line in [
        "names        @putin: Putin in title",
        "names        @KP: Pyongyang in title",
        "implies      @RU, @korea",
        "now          koreas takes it, with a score of",
        "now          treaties does not take it: `treaty` is not there; `title:putin` is there",
        "now          elsewhere does not take it: its `languages` leave it out",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let told = home.json_lines(&["explain", "https://paper.example/1", "--json"]);
    assert_eq!(told[0]["rules"]["asked"][0]["takes"], true);
}
