//! Entries, stories, topics and the state of sources in SQLite. The only room that speaks SQL.
