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

/// What opens the store to write, and what opens it to read.
const WRITERS: [&[&str]; 2] = [&["run"], &["poll", "--all"]];
const ALL: [&[&str]; 3] = [&["run"], &["poll", "--all"], &["status"]];

/// Checks that each of `commands` refuses the database, says `word`, and changes nothing.
#[track_caller]
fn assert_refused(home: &Home, path: &Path, commands: &[&[&str]], word: &str) {
    let before = std::fs::read(path).expect("the database");
    for arguments in commands {
        let ran = home.run(arguments);
        let is_crash = matches!(ran.code, Some(101) | None);
        assert!(ran.code != Some(0) && !is_crash, "{arguments:?}: {ran}");
        assert!(ran.err.contains(word), "{arguments:?} does not say {word}: {ran}");
        let after = std::fs::read(path).expect("the database");
        assert!(after == before, "{arguments:?} changed the file");
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
    assert_refused(&home, &path, &ALL, "newer");
}

#[test]
fn a_database_of_another_program_is_refused() {
    let origin = Origin::start();
    let home = filled(&origin);
    let path = home.database();
    std::fs::remove_file(&path).expect("the database");
    sql(&path, "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('broth')");
    assert_refused(&home, &path, &ALL, "another program");
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let origin = Origin::start();
    let home = filled(&origin);
    let path = home.database();
    std::fs::write(&path, "my diary, do not read ".repeat(400)).expect("the file");
    assert_refused(&home, &path, &ALL, "not a database");
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
    assert_refused(&home, &path, &WRITERS, "damaged");
}

#[test]
fn a_truncated_database_is_refused() {
    let origin = Origin::start();
    let home = filled(&origin);
    let path = home.database();
    let bytes = std::fs::read(&path).expect("the database");
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("the file");
    assert_refused(&home, &path, &WRITERS, "damaged");
}
