//! A database that is not ours, not of our time or not whole is refused and left as it is.

use crate::support::daemon::{Config, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::Origin;
use std::path::Path;

/// A home with a database of 40 entries that was closed well.
fn filled(origin: &Origin) -> Home {
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 40)).page());
    let config =
        Config::new().source("rivers", &origin.url("/feed"), "").topic("river", "river", "");
    let home = Home::new(&config);
    home.ok(&["poll", "--all"]);
    home
}

/// Runs what opens the store and checks that each refuses, says `word`, and changes nothing.
#[track_caller]
fn assert_refused(home: &Home, path: &Path, words: &[&str]) {
    let before = std::fs::read(path).expect("the database");
    for arguments in [vec!["run"], vec!["poll", "--all"], vec!["status"]] {
        let ran = home.run(&arguments);
        assert!(![Some(0), Some(101), None].contains(&ran.code), "{arguments:?}: {ran}");
        let file = path.file_name().and_then(|name| name.to_str()).expect("a name");
        assert!(ran.err.contains(file), "{arguments:?} does not name the file: {ran}");
        let has_word = words.iter().any(|word| ran.err.to_lowercase().contains(word));
        assert!(has_word, "{arguments:?} says none of {words:?}: {ran}");
        assert!(
            std::fs::read(path).expect("the database") == before,
            "{arguments:?} changed the file"
        );
    }
}

fn sql(path: &Path, statement: &str) {
    let connection = rusqlite::Connection::open(path).expect("a database");
    connection.execute_batch(statement).expect("a statement");
    // Ends the write-ahead log, so that the file holds everything.
    connection.pragma_update(None, "journal_mode", "DELETE").expect("no other user");
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let origin = Origin::start();
    let home = filled(&origin);
    let path = home.database();
    sql(&path, "PRAGMA user_version = 9999");
    assert_refused(&home, &path, &["newer"]);
}

#[test]
fn a_database_of_another_program_is_refused() {
    let origin = Origin::start();
    let home = filled(&origin);
    let path = home.database();
    std::fs::remove_file(&path).expect("the database");
    sql(&path, "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('broth')");
    assert_refused(
        &home,
        &path,
        &[
            "not a muara",
            "another program",
            "foreign",
            "not muara",
            "does not belong",
            "not of muara",
        ],
    );
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let origin = Origin::start();
    let home = filled(&origin);
    let path = home.database();
    std::fs::write(&path, "my diary, do not read ".repeat(400)).expect("the file");
    assert_refused(
        &home,
        &path,
        &["not a database", "no database", "damaged", "not an sqlite", "not a sqlite"],
    );
}

#[test]
fn a_damaged_database_is_refused() {
    let origin = Origin::start();
    let home = filled(&origin);
    let path = home.database();
    let mut bytes = std::fs::read(&path).expect("the database");
    let length = bytes.len();
    assert!(length > 40_000, "too small to be damaged in the middle: {length}");
    bytes[8_192..length - 8_192].fill(0xA5);
    std::fs::write(&path, bytes).expect("the file");
    assert_refused(&home, &path, &["damaged", "malformed", "corrupt"]);
}

#[test]
fn a_truncated_database_is_refused() {
    let origin = Origin::start();
    let home = filled(&origin);
    let path = home.database();
    let bytes = std::fs::read(&path).expect("the database");
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("the file");
    assert_refused(&home, &path, &["damaged", "malformed", "corrupt"]);
}
