//! Reads the store's file as it lies there and checks that its books are sound.

use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::Path;

/// Checks that every link of `served` is stored once and nothing else is, that each topic has as many
/// items as `topics` says and its history no gap and no repeat, and that SQLite finds its file whole.
pub(crate) fn assert_sound(database: &Path, served: &[String], topics: &BTreeMap<&str, usize>) {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the store's file");
    let verdict: Vec<String> = column(&connection, "PRAGMA integrity_check");
    assert_eq!(verdict, ["ok"]);
    assert_each_once(&connection, served);
    assert_no_gap(&connection, topics);
    for repeated in ["topic_no, seq", "topic_no, opening_entry", "topic_no, item_id"] {
        let again = format!("SELECT count(*) FROM items GROUP BY {repeated} HAVING count(*) > 1");
        assert_eq!(column::<i64>(&connection, &again), [0_i64; 0], "{repeated} stands twice");
    }
}

fn assert_each_once(connection: &Connection, served: &[String]) {
    let mut times: BTreeMap<&str, usize> = served.iter().map(|link| (link.as_str(), 0)).collect();
    let stored: Vec<String> = column(connection, "SELECT link FROM entries");
    for link in &stored {
        let count = times.get_mut(link.as_str());
        *count.unwrap_or_else(|| panic!("{link} was never served")) += 1;
    }
    let lost: Vec<_> = times.iter().filter(|(_, times)| **times == 0).collect();
    let repeated: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), served.len());
    assert!(repeated.is_empty(), "{} are stored more than once: {repeated:?}", repeated.len());
}

fn assert_no_gap(connection: &Connection, topics: &BTreeMap<&str, usize>) {
    for (topic, items) in topics {
        let number = |query: &str| -> i64 {
            let found = column(connection, &query.replace("TOPIC", topic));
            found.first().copied().unwrap_or_else(|| panic!("no topic {topic}"))
        };
        let items = i64::try_from(*items).expect("a small number");
        let of_topic = "FROM items JOIN topics USING (topic_no) WHERE name = 'TOPIC'";
        assert_eq!(number(&format!("SELECT count(*) {of_topic}")), items, "items of {topic}");
        assert_eq!(number(&format!("SELECT min(seq) {of_topic}")), 1, "first place of {topic}");
        assert_eq!(number(&format!("SELECT max(seq) {of_topic}")), items, "last place of {topic}");
        let given = number("SELECT last_seq FROM topics WHERE name = 'TOPIC'");
        assert_eq!(given, items, "places given in {topic}");
    }
}

fn column<T: rusqlite::types::FromSql>(connection: &Connection, query: &str) -> Vec<T> {
    let mut statement = connection.prepare(query).expect("a query that fits the schema");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.map(|row| row.expect("a value")).collect()
}
