//! The floors of the house: a room imports only from floors below its own, and what is dangerous or
//! hard to exchange is named in one room only. The scanner is in `layers/scan.rs`.

#[path = "layers/scan.rs"]
mod scan;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms by floor, the ground floor first.
const FLOORS: [&[&str]; 7] = [
    &["model", "text", "link"],
    &["feed", "dedup", "topics", "schedule", "render", "opml", "discovery"],
    &["config", "clock"],
    &["fetch", "store", "publish", "systemd", "telemetry"],
    &["pipeline", "http"],
    &["app"],
    &["cli"],
];

/// Something that only some rooms may name.
struct Confined {
    /// The path as code writes it.
    path: &'static str,
    /// Where it may stand: files and folders under `src`.
    homes: &'static [&'static str],
    /// Where test code may name it as well; `""` is everywhere.
    tests: Option<&'static str>,
    reason: &'static str,
}

const CONFINED: [Confined; 10] = [
    Confined {
        path: "feed_rs",
        homes: &["feed"],
        tests: Some("render"),
        reason: "it panics on documents that were not prepared; tests of render read back with it",
    },
    Confined { path: "rusqlite", homes: &["store"], tests: None, reason: "SQL stops at the store" },
    Confined {
        path: "reqwest",
        homes: &["fetch"],
        tests: None,
        reason: "no request leaves without the check for private addresses",
    },
    Confined {
        path: "Utc::now",
        homes: &["clock.rs"],
        tests: None,
        reason: "time comes in as an argument",
    },
    Confined {
        path: "Local::now",
        homes: &["clock.rs"],
        tests: None,
        reason: "time comes in as an argument",
    },
    Confined {
        path: "SystemTime::now",
        homes: &["clock.rs"],
        tests: None,
        reason: "time comes in as an argument",
    },
    Confined {
        path: "SanitizedHtml::trusted",
        homes: &["feed/sanitize.rs", "feed/sanitize", "store", "model"],
        tests: Some(""),
        reason: "only what the sanitizer made may reach an output",
    },
    Confined {
        path: "ammonia",
        homes: &["feed"],
        tests: None,
        reason: "it needs the guard against deep nesting",
    },
    Confined {
        path: "anyhow",
        homes: &["cli", "app"],
        tests: None,
        reason: "below, an error variant exists because a caller acts on it",
    },
    Confined {
        path: "tokio_cron_scheduler",
        homes: &["pipeline"],
        tests: None,
        reason: "its job bodies only put things into queues of the pipeline",
    },
];

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// One source file: its path under `src` and its text.
struct File {
    path: PathBuf,
    text: String,
}

impl File {
    /// The top-level module that it belongs to; `None` for `lib.rs` and `main.rs`.
    fn room(&self) -> Option<String> {
        let first = self.path.iter().next()?.to_str()?.trim_end_matches(".rs").to_owned();
        (!["lib", "main"].contains(&first.as_str())).then_some(first)
    }

    /// How deep its module lies below the crate's root.
    fn depth(&self) -> usize {
        let names = self.path.iter().count();
        if self.path.ends_with("mod.rs") { names - 1 } else { names }
    }

    /// Whether the whole file is test code by the custom of this project.
    fn is_tests(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.iter().any(|part| part == "tests")
    }
}

/// What is wrong with the imports of `files`, one line each.
fn upward_imports(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let Some(room) = file.room() else { continue };
        let tokens = scan::tokens(&file.text);
        for used in scan::rooms_used(&tokens, file.depth()) {
            if used.room == room {
                continue;
            }
            let place = format!("src/{}:{}", file.path.display(), used.line);
            complaints.extend(match (floor_of(&room), floor_of(&used.room)) {
                (Some(own), Some(other)) if other < own => None,
                (Some(own), Some(other)) => Some(format!(
                    "{place}: {room} (floor {own}) may not use {} (floor {other})",
                    used.room
                )),
                _ => Some(format!("{place}: {room} uses {}, which has no floor", used.room)),
            });
        }
    }
    complaints
}

/// Where something stands outside the rooms that may name it, one line each.
fn strays(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let tokens = scan::tokens(&file.text);
        for rule in &CONFINED {
            let at_home = rule.homes.iter().any(|home| file.path.starts_with(home));
            let test_may = rule.tests.is_some_and(|room| file.path.starts_with(room));
            for token in scan::mentions(&tokens, rule.path) {
                let is_test = token.in_test || file.is_tests();
                if !(at_home || is_test && test_may) {
                    complaints.push(format!(
                        "src/{}:{}: {} belongs in {} only: {}",
                        file.path.display(),
                        token.line,
                        rule.path,
                        rule.homes.join(", "),
                        rule.reason
                    ));
                }
            }
        }
    }
    complaints
}

/// Rooms without a floor and floors without a room.
fn misfits(rooms: &BTreeSet<String>) -> Vec<String> {
    let planned: BTreeSet<String> =
        FLOORS.iter().flat_map(|rooms| rooms.iter().map(|room| (*room).to_owned())).collect();
    let homeless = rooms.difference(&planned).map(|room| format!("{room} has no floor"));
    let empty = planned.difference(rooms).map(|room| format!("{room} has a floor and no module"));
    homeless.chain(empty).collect()
}

fn read_sources(folder: &Path, below: &Path, files: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder.join(below)).expect("a readable folder") {
        let path = below.join(entry.expect("a readable folder").file_name());
        if folder.join(&path).is_dir() {
            read_sources(folder, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(folder.join(&path)).expect("UTF-8");
            files.push(File { path, text });
        }
    }
}

fn house() -> Vec<File> {
    let mut files = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read_sources(&folder, Path::new(""), &mut files);
    assert!(files.len() > 20, "the sources were not found in {}", folder.display());
    files
}

fn made_up(path: &str, text: &str) -> Vec<File> {
    vec![File { path: PathBuf::from(path), text: text.to_owned() }]
}

#[test]
fn imports_point_down() {
    let complaints = upward_imports(&house());
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn dangerous_crates_stay_in_their_rooms() {
    let complaints = strays(&house());
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_room_has_a_floor_and_every_floor_its_rooms() {
    let rooms: BTreeSet<String> = house().iter().filter_map(File::room).collect();
    let complaints = misfits(&rooms);
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn the_table_in_lib_rs_tells_the_truth() {
    let lib = house().into_iter().find(|file| file.path == Path::new("lib.rs")).expect("lib.rs");
    let mut told: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for line in lib.text.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let Some((floor, rooms)) = line.split_once(" | ") else { continue };
        let Ok(floor) = floor.parse() else { continue };
        told.insert(floor, rooms.split('`').skip(1).step_by(2).collect());
    }
    for (floor, rooms) in FLOORS.iter().enumerate() {
        assert_eq!(told.get(&floor), Some(&rooms.iter().copied().collect()), "floor {floor}");
    }
}

#[test]
fn the_checker_complains_of_an_upward_import() {
    let ways = [
        "use crate::store::Store;",
        "use crate::{model::Time, store::Store};",
        "use crate::{\n    model::{Time, Url},\n    store,\n};",
        "fn f() { crate::store::open(); }",
        "macro_rules! m { () => { $crate::store::open() }; }",
        "use super::super::store::Store;",
        "mod inner { use super::super::super::store::Store; }",
        "#[cfg(test)] mod tests { use crate::store::Store; }",
    ];
    for text in ways {
        let complaints = upward_imports(&made_up("feed/read.rs", text));
        assert_eq!(complaints.len(), 1, "{text}: {complaints:?}");
        assert!(complaints[0].contains("feed (floor 1) may not use store (floor 3)"), "{text}");
    }
    assert_eq!(upward_imports(&made_up("clock.rs", "use super::store::Store;")).len(), 1);
}

#[test]
fn the_checker_complains_of_a_sideways_import_and_of_what_it_cannot_judge() {
    assert_eq!(upward_imports(&made_up("text/mod.rs", "use crate::link;")).len(), 1);
    assert_eq!(upward_imports(&made_up("app/mod.rs", "use crate::utils;")).len(), 1);
    assert_eq!(upward_imports(&made_up("app/mod.rs", "use crate::*;")).len(), 1);
    assert_eq!(upward_imports(&made_up("app/mod.rs", "use crate as house;")).len(), 1);
}

#[test]
fn the_checker_is_content_with_downward_imports_comments_and_strings() {
    let text = r##"
        //! See [`crate::store`].
        /* crate::store /* crate::app */ */
        use crate::model::{Time, EntryId};
        use super::date;
        const A: &str = "crate::store \" crate::app";
        const B: &str = r#"crate::store " crate::app"#;
        fn f<'a>(x: &'a str) -> char { if x == "}" { '"' } else { '\'' } }
        mod inner { use super::super::read; }
    "##;
    assert_eq!(upward_imports(&made_up("feed/read.rs", text)), Vec::<String>::new());
    let test_after_braces = format!("{text}\nuse crate::store::Store;");
    assert_eq!(upward_imports(&made_up("feed/read.rs", &test_after_braces)).len(), 1);
}

#[test]
fn the_checker_knows_test_code_from_the_rest() {
    let read_back = "#[cfg(test)]\nmod tests { fn f() { feed_rs::parser::parse(x) } }";
    assert_eq!(strays(&made_up("render/rss.rs", read_back)).len(), 0);
    assert_eq!(strays(&made_up("render/tests.rs", "use feed_rs::parser;")).len(), 0);
    assert_eq!(strays(&made_up("render/rss.rs", "use feed_rs::parser;")).len(), 1);
    assert_eq!(strays(&made_up("http/mod.rs", read_back)).len(), 1);
    let after = format!("{read_back}\nfn g() {{ feed_rs::parser::parse(x) }}");
    assert_eq!(strays(&made_up("render/rss.rs", &after)).len(), 1);
    assert_eq!(strays(&made_up("storefront.rs", "use rusqlite::Connection;")).len(), 1);
    assert_eq!(strays(&made_up("feed/date.rs", "let now = Utc::now();")).len(), 1);
    assert_eq!(strays(&made_up("render/rss.rs", "SanitizedHtml::trusted(x)")).len(), 1);
}

#[test]
fn the_checker_sees_a_room_without_a_floor_and_a_floor_without_a_room() {
    let mut rooms: BTreeSet<String> =
        FLOORS.iter().flat_map(|rooms| rooms.iter().map(|room| (*room).to_owned())).collect();
    assert!(misfits(&rooms).is_empty());
    rooms.insert("utils".to_owned());
    rooms.remove("link");
    assert_eq!(misfits(&rooms), ["utils has no floor", "link has a floor and no module"]);
}
