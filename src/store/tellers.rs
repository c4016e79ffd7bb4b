//! Who tells an item: the entry that speaks for it, and the outlets beside that one's.

use super::rows::Cells;
use crate::dedup;
use crate::link;
use crate::model::{
    EntryId, GroupId, ItemUnit, Origin, Outlet, Speakers, StoryId, Time, TopicNo, Voice,
};
use rusqlite::{Connection, Result, Row};
use std::collections::HashSet;
use std::sync::LazyLock;
use url::Url;

/// An item, as far as it says who may tell it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub topic: TopicNo,
    pub unit: ItemUnit,
    pub opening: EntryId,
}

/// Who tells an item.
#[derive(Debug)]
pub(super) struct Told {
    /// The entry that speaks for it.
    pub speaker: EntryId,
    /// The other outlets, each by its first entry, in the order of first sight.
    pub others: Vec<Outlet>,
    /// When the newest of those beside the opening entry's was first seen.
    pub grown: Option<Time>,
}

/// An entry of an item's unit.
struct Teller {
    source: i64,
    /// Its source's own feed, and that of the source that it was taken from.
    feeds: [Option<String>; 2],
    outlet: Outlet,
    seen: Time,
    /// Whether the topic's rule matched it: only then may it speak.
    is_matched: bool,
    voice: Voice,
}

/// Who tells an item, and who speaks for it by what `speakers` prefers.
pub(super) fn told(connection: &Connection, item: Standing, speakers: &Speakers) -> Result<Told> {
    let (sql, id) = match item.unit {
        ItemUnit::Entry(speaker) => {
            return Ok(Told { speaker, others: Vec::new(), grown: None });
        }
        ItemUnit::Story(StoryId(id)) => (&STORY, id),
        ItemUnit::Group(GroupId(id)) => (&GROUP, id),
    };
    if is_alone(connection, item)? {
        return Ok(Told { speaker: item.opening, others: Vec::new(), grown: None });
    }
    let tellers: Vec<Teller> = connection
        .prepare_cached(sql)?
        .query_map([id, item.topic.0], read)?
        .collect::<Result<_>>()?;
    let may_speak = |it: &&Teller| it.is_matched || it.voice.entry == item.opening;
    let voices: Vec<Voice> =
        tellers.iter().filter(may_speak).map(|teller| teller.voice.clone()).collect();
    let speaker = dedup::speaker(&voices, item.opening, speakers);
    let grown = beside(&tellers, item.opening).map(|teller| teller.seen).max();
    let others = beside(&tellers, speaker).map(|teller| teller.outlet.clone()).collect();
    Ok(Told { speaker, others, grown })
}

/// Whether the entry that opened an item is the only one of its unit, as most are: who speaks need not be
/// asked then.
fn is_alone(connection: &Connection, item: Standing) -> Result<bool> {
    const OTHERS: [&str; 2] = [
        "SELECT 1 FROM entries WHERE story_id = ?1 AND entry_id <> ?2",
        "SELECT 1 FROM entries WHERE group_id = ?1 AND entry_id <> ?2
           AND story_id = (SELECT story_id FROM entries WHERE entry_id = ?1)",
    ];
    let (sql, unit) = match item.unit {
        ItemUnit::Entry(_) => return Ok(true),
        ItemUnit::Story(StoryId(id)) => (OTHERS[0], id),
        ItemUnit::Group(GroupId(id)) => (OTHERS[1], id),
    };
    let mut others = connection.prepare_cached(sql)?;
    Ok(!others.exists([unit, item.opening.0])?)
}

/// The first entry of each outlet but that of `entry`. Another aggregator is no outlet of its own: the
/// source that it names is.
fn beside(tellers: &[Teller], entry: EntryId) -> impl Iterator<Item = &Teller> {
    let own = tellers.iter().find(|teller| teller.voice.entry == entry);
    let mut sources: HashSet<i64> = own.map(|teller| teller.source).into_iter().collect();
    let mut feeds: HashSet<&str> = own
        .into_iter()
        .flat_map(|teller| teller.feeds.iter().flatten())
        .map(String::as_str)
        .collect();
    tellers.iter().filter(move |teller| {
        feeds.insert(&teller.outlet.feed_url) && sources.insert(teller.source)
    })
}

fn read(row: &Row<'_>) -> Result<Teller> {
    let mut cells = Cells::of(row);
    let source = cells.take()?;
    let mut outlet = Outlet {
        name: cells.take()?,
        feed_url: cells.take()?,
        site: cells.take()?,
        link: cells.take()?,
        title: cells.take()?,
        language: cells.take()?,
        published: Time::UNIX_EPOCH,
    };
    let seen = cells.time()?;
    let origin: Option<Origin> = cells.maybe_parsed(|json| serde_json::from_str(json).ok())?;
    let is_matched = cells.take::<Option<bool>>()?.unwrap_or(false);
    let canonical: Option<String> = cells.take()?;
    let voice = Voice {
        entry: EntryId(cells.take()?),
        group: GroupId(cells.take()?),
        source: cells.parsed(|id| id.parse().ok())?,
        name: outlet.name.clone(),
        domains: [Some(&outlet.feed_url), outlet.site.as_ref()]
            .into_iter()
            .filter_map(|url| domain(url?))
            .collect(),
        link_domain: canonical.as_deref().and_then(domain),
        language: outlet.language.clone(),
        authors: cells.list()?,
        origin: origin
            .as_ref()
            .map(|origin| (origin.title.clone(), origin.url.as_deref().and_then(domain))),
        length: cells.take()?,
        published: cells.time()?,
    };
    outlet.published = voice.published;
    let feeds = [Some(outlet.feed_url.clone()), origin.as_ref().and_then(|it| it.url.clone())];
    outlet.take_origin(origin);
    Ok(Teller { source, feeds, outlet, seen, is_matched, voice })
}

fn domain(url: impl AsRef<str>) -> Option<String> {
    Url::parse(url.as_ref()).ok().map(|url| link::registrable_domain(&url))
}

static STORY: LazyLock<String> = LazyLock::new(|| of("e.story_id = ?1"));

static GROUP: LazyLock<String> = LazyLock::new(|| {
    of("e.story_id = (SELECT story_id FROM entries WHERE entry_id = ?1) AND e.group_id = ?1")
});

/// What is hidden tells nothing.
fn of(entries: &str) -> String {
    format!(
        "SELECT e.source_no, coalesce(o.name, s.title, o.domain), o.url, s.site, e.link, e.title,
           e.language, e.first_seen_at, e.origin,
           (SELECT matched FROM ledger l WHERE l.entry_id = e.entry_id AND l.topic_no = ?2),
           e.canonical_link, e.entry_id, e.group_id, o.id, e.authors,
           coalesce((SELECT octet_length(text) FROM entry_texts t WHERE t.entry_id = e.entry_id), 0),
           coalesce(e.published_at, e.first_seen_at)
         FROM entries e
         JOIN sources o ON o.source_no = e.source_no
         JOIN source_state s ON s.source_no = e.source_no
         WHERE {entries} AND NOT EXISTS (SELECT 1 FROM hidden_units h
           WHERE h.unit_id = e.entry_id AND h.unit_kind = 3)
         ORDER BY e.entry_id"
    )
}
