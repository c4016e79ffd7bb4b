//! What an operator says about which entries tell the same story. Ids and places stay: two stories that
//! a topic shows both stay two items there, and know of each other.

use super::rows::{to_us, unit_columns};
use super::{SqliteStore, StoreError, Subject, audit, publishing, subject};
use crate::clock;
use crate::model::{EntryId, ItemUnit, StoryId};
use rusqlite::{Connection, OptionalExtension, Result, params};

/// How a merge ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// They tell one story now.
    One(StoryId),
    /// They did before.
    Already(StoryId),
    /// Some topic shows both: they stay two, and are noted as related.
    Related(StoryId, StoryId),
    /// Nothing is named so, or it waits for the sequencer or a release.
    Unknown(Subject),
}

/// How a split ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parted {
    /// The entry tells a story of its own now, or, where it had opened the story, the others do.
    New(StoryId),
    /// It was alone.
    Alone,
    /// Nothing is named so, or it waits for the sequencer or a release.
    Unknown,
}

impl SqliteStore {
    /// Says that two entries tell the same story.
    pub async fn merge(&self, one: Subject, other: Subject) -> Result<Merged, StoreError> {
        self.write(move |connection| merge(connection, one, other)).await
    }

    /// Says that an entry does not tell the story that it stands in.
    pub async fn split(&self, subject: Subject) -> Result<Parted, StoreError> {
        self.write(move |connection| split(connection, &subject)).await
    }
}

#[derive(Clone, Copy)]
struct Place {
    entry: i64,
    story: i64,
    group: i64,
}

fn place(connection: &Connection, subject: &Subject) -> Result<Option<Place>> {
    let Some(entry) = subject::named(connection, subject)?.first().copied() else {
        return Ok(None);
    };
    connection
        .prepare_cached(
            "SELECT story_id, group_id FROM entries WHERE entry_id = ?1 AND story_id IS NOT NULL",
        )?
        .query_row([entry.0], |row| {
            Ok(Place { entry: entry.0, story: row.get(0)?, group: row.get(1)? })
        })
        .optional()
}

fn merge(connection: &Connection, one: Subject, other: Subject) -> Result<Merged> {
    let Some(a) = place(connection, &one)? else { return Ok(Merged::Unknown(one)) };
    let Some(b) = place(connection, &other)? else { return Ok(Merged::Unknown(other)) };
    // The story that was there first keeps its name.
    let (kept, gone) = if a.story <= b.story { (a, b) } else { (b, a) };
    if kept.story == gone.story {
        return Ok(Merged::Already(StoryId(kept.story)));
    }
    let (first, second) = (StoryId(kept.story), StoryId(gone.story));
    let what = format!("the stories {} and {}", first.0, second.0);
    if are_both_shown(connection, kept.story, gone.story)? {
        connection
            .prepare_cached("INSERT OR IGNORE INTO related (story_id, other_id) VALUES (?1, ?2)")?
            .execute([kept.story, gone.story])?;
        let what = format!("{what}: a topic shows both, so they stay two and are related");
        audit::note(connection, "merge", &what, &[EntryId(a.entry), EntryId(b.entry)])?;
        return Ok(Merged::Related(first, second));
    }
    let moved = publishing::entries_of(connection, ItemUnit::Story(second))?;
    relabel(connection, kept, gone)?;
    cover_all(connection, ItemUnit::Story(first))?;
    audit::note(connection, "merge", &what, &[vec![EntryId(kept.entry)], moved].concat())?;
    Ok(Merged::One(first))
}

/// Whether some topic has items of both stories, as stories or as parts of them.
fn are_both_shown(connection: &Connection, one: i64, other: i64) -> Result<bool> {
    connection
        .prepare_cached(
            "WITH shown AS (
               SELECT DISTINCT l.topic_no, e.story_id FROM entries e
               JOIN ledger l ON l.entry_id = e.entry_id WHERE e.story_id IN (?1, ?2))
             SELECT 1 FROM shown GROUP BY topic_no HAVING count(*) = 2",
        )?
        .exists([one, other])
}

fn relabel(connection: &Connection, kept: Place, gone: Place) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE entries SET relation = 'telling', of_entry = ?2
             WHERE story_id = ?1 AND relation = 'opens'",
        )?
        .execute([gone.story, kept.entry])?;
    for sql in [
        "UPDATE entries SET story_id = ?2 WHERE story_id = ?1",
        "UPDATE evidence SET story_id = ?2 WHERE story_id = ?1",
        "UPDATE items SET unit_id = ?2 WHERE unit_id = ?1 AND unit_kind = 1",
    ] {
        connection.prepare_cached(sql)?.execute([gone.story, kept.story])?;
    }
    Ok(())
}

/// Every entry of a unit is covered wherever an item stands for it.
fn cover_all(connection: &Connection, unit: ItemUnit) -> Result<()> {
    let (kind, id) = unit_columns(unit);
    let items: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT topic_no, seq FROM items WHERE unit_id = ?1 AND unit_kind = ?2")?
        .query_map([id, kind], |row| row.try_into())?
        .collect::<Result<_>>()?;
    let mut cover = connection.prepare_cached(
        "INSERT OR IGNORE INTO ledger (entry_id, topic_no, seq, matched) VALUES (?1, ?2, ?3, 0)",
    )?;
    for entry in publishing::entries_of(connection, unit)? {
        for (topic, seq) in &items {
            cover.execute([entry.0, *topic, *seq])?;
        }
    }
    let topics: Vec<i64> = items.into_iter().map(|(topic, _)| topic).collect();
    publishing::touch(connection, &topics, to_us(clock::now()))
}

fn split(connection: &Connection, subject: &Subject) -> Result<Parted> {
    let Some(place) = place(connection, subject)? else { return Ok(Parted::Unknown) };
    let story = publishing::entries_of(connection, ItemUnit::Story(StoryId(place.story)))?;
    let members = story.iter().map(|entry| member(connection, entry.0)).collect::<Result<_>>()?;
    let leaving = leaving(place, members);
    let Some((opens, _)) = leaving.first().copied() else { return Ok(Parted::Alone) };
    let topics = take_out(connection, &leaving)?;
    for (entry, group) in &leaving {
        let former = member(connection, *entry)?.1;
        let to = Destination { entry: *entry, story: opens, group: *group };
        to.enter(connection)?;
        to.bring_items(connection, place.story, former)?;
    }
    publishing::touch(connection, &topics, to_us(clock::now()))?;
    let what = format!("{} entries out of the story {}", leaving.len(), place.story);
    audit::note(connection, "split", &what, &story)?;
    Ok(Parted::New(StoryId(opens)))
}

/// An entry and its group.
type Member = (i64, i64);

fn member(connection: &Connection, entry: i64) -> Result<Member> {
    let group = connection
        .prepare_cached("SELECT group_id FROM entries WHERE entry_id = ?1")?
        .query_row([entry], |row| row.get(0))?;
    Ok((entry, group))
}

/// Which entries of a story leave it, with their groups from then on. A story is named by the entry that
/// opened it: that one stays, and the others go. One that others copy takes its copies along.
fn leaving(split: Place, members: Vec<Member>) -> Vec<Member> {
    let goes = |(entry, group): &Member| match split.entry {
        opener if opener == split.story => *entry != opener,
        leader if leader == split.group => *group == leader,
        copy => *entry == copy,
    };
    let mut leaving: Vec<Member> = members.into_iter().filter(goes).collect();
    // A group is named by its first entry.
    let firsts: Vec<Member> = leaving.clone();
    for (_, group) in &mut leaving {
        if let Some((first, _)) = firsts.iter().find(|(_, theirs)| theirs == group) {
            *group = *first;
        }
    }
    leaving
}

/// Takes entries out of items that others opened: there they were only listed, and the rules may make
/// items of their own of them. Gives the topics.
fn take_out(connection: &Connection, leaving: &[Member]) -> Result<Vec<i64>> {
    let mut topics = Vec::new();
    let mut covered = connection.prepare_cached(
        "SELECT l.topic_no, i.opening_entry FROM ledger l
         JOIN items i ON i.topic_no = l.topic_no AND i.seq = l.seq WHERE l.entry_id = ?1",
    )?;
    let mut delete =
        connection.prepare_cached("DELETE FROM ledger WHERE entry_id = ?1 AND topic_no = ?2")?;
    for (entry, _) in leaving {
        let items: Vec<(i64, i64)> =
            covered.query_map([entry], |row| row.try_into())?.collect::<Result<_>>()?;
        for (topic, opening) in items {
            topics.push(topic);
            if leaving.iter().all(|(entry, _)| *entry != opening) {
                delete.execute([*entry, topic])?;
            }
        }
    }
    Ok(topics)
}

/// Where an entry that leaves its story goes.
struct Destination {
    entry: i64,
    story: i64,
    group: i64,
}

impl Destination {
    fn enter(&self, connection: &Connection) -> Result<()> {
        let (relation, of) = if self.entry == self.story {
            ("opens", None)
        } else if self.entry == self.group {
            ("telling", Some(self.story))
        } else {
            ("copy", Some(self.group))
        };
        connection
            .prepare_cached(
                "UPDATE entries SET story_id = ?2, group_id = ?3, relation = ?4, of_entry = ?5,
                   pending = changes WHERE entry_id = ?1",
            )?
            .execute(params![self.entry, self.story, self.group, relation, of])?;
        connection
            .prepare_cached("UPDATE evidence SET story_id = ?2, group_id = ?3 WHERE entry_id = ?1")?
            .execute([self.entry, self.story, self.group])
            .map(drop)
    }

    /// An item stands from then on for the unit that its opening entry is in.
    fn bring_items(&self, connection: &Connection, story: i64, group: i64) -> Result<()> {
        let mut statement = connection.prepare_cached(
            "UPDATE items SET unit_id = ?4
             WHERE unit_id = ?3 AND unit_kind = ?2 AND opening_entry = ?1",
        )?;
        statement.execute([self.entry, 1, story, self.story])?;
        statement.execute([self.entry, 2, group, self.group]).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Story 1: entry 1 with its copy 2; the telling 3 with its copies 4 and 5.
    fn story() -> Vec<Member> {
        vec![(1, 1), (2, 1), (3, 3), (4, 3), (5, 3)]
    }

    fn split_of(entry: i64, group: i64) -> Vec<Member> {
        leaving(Place { entry, story: 1, group }, story())
    }

    #[test]
    fn who_leaves_a_story_takes_the_copies_of_itself_along() {
        assert_eq!(split_of(2, 1), [(2, 2)]);
        assert_eq!(split_of(4, 3), [(4, 4)]);
        assert_eq!(split_of(3, 3), [(3, 3), (4, 3), (5, 3)]);
    }

    #[test]
    fn the_one_that_opened_a_story_stays_and_the_others_leave() {
        assert_eq!(split_of(1, 1), [(2, 2), (3, 3), (4, 3), (5, 3)]);
    }
}
