//! What the store promises, tried on real files. Here: the makings; the promises are in the files
//! beside.

mod archiving;
mod hub;
mod opening;
mod polling;
mod publishing;
mod retaining;
mod searching;
mod seeding;
mod syncing;
mod writing;

use super::*;
use crate::clock;
use crate::model::{
    Content, Entry, EntryId, EntryKey, GroupId, Identified, Identity, IntervalBounds, ItemUnit,
    KeyKind, Lease, NewItem, PendingEntry, PollKind, PollRecord, PollSummary, PublishContent,
    Relation, Sequenced, SequencedBatch, ServerHints, Source, SourceState, Speakers, StoryId,
    TopicNo,
};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

const OWNER: Mode = Mode::Daemon { wait: Duration::ZERO };
const LONG: Duration = Duration::from_secs(3600);

async fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir, OWNER).await.unwrap()
}

/// A store with sources `a.example`, `b.example`, `c.example`, all due.
async fn with_sources() -> (TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    sync_sources(&store, &[source("a"), source("b"), source("c")]).await;
    (dir, store)
}

async fn sync_sources(store: &SqliteStore, sources: &[Source]) -> SyncedSources {
    let described = sources.iter().map(super::sources::Described::of).collect();
    store.write(move |connection| sources::sync_sources(connection, described)).await.unwrap()
}

async fn sync_topics(store: &SqliteStore, topics: &[TopicSpec]) -> Vec<SyncedTopic> {
    let topics = topics.to_vec();
    store.write(move |connection| topics::sync_topics(connection, &topics)).await.unwrap()
}

fn source(id: &str) -> Source {
    Source {
        id: id.parse().unwrap(),
        url: Url::parse(&format!("https://{id}.example/rss")).unwrap(),
        name: None,
        language: None,
        tags: Vec::new(),
        rank: None,
        schedule: None,
        interval: IntervalBounds {
            every: Duration::from_secs(900),
            min: Duration::from_secs(60),
            max: LONG,
        },
        kind: None,
        allow_private: false,
        access: crate::model::Access::default(),
        timezone: chrono_tz::Tz::UTC,
        domain: format!("{id}.example"),
    }
}

async fn lease(store: &SqliteStore, id: &str) -> Lease {
    let mut claimed = store.claim(&[id.parse().unwrap()], LONG).await.unwrap();
    claimed.leases.pop().unwrap_or_else(|| panic!("{id} refused: {:?}", claimed.refused))
}

fn key(text: &str) -> EntryKey {
    EntryKey::of(KeyKind::Guid, text)
}

fn entry(guid: &str, title: &str) -> Entry {
    let link = Url::parse(&format!("https://news.example/{guid}")).unwrap();
    Entry {
        guid: Some(guid.to_owned()),
        keys: vec![key(guid), EntryKey::of(KeyKind::Link, link.as_str())],
        canonical_link: Some(link.to_string()),
        link: Some(link),
        title: title.to_owned(),
        text: format!("{title}. 평양과 모스크바"),
        content: Content { summary: Some(format!("<p>{title}</p>")), full: None, base: None },
        authors: vec!["Анна Ким".to_owned()],
        categories: Vec::new(),
        enclosures: Vec::new(),
        language: Some("ko".to_owned()),
        origin: None,
        published: None,
        updated: None,
        date_clamped: false,
        date_guessed: false,
        digest: key(title).hash,
    }
}

fn new(guid: &str, title: &str) -> Identified {
    let entry = entry(guid, title);
    let new_keys = entry.keys.clone();
    Identified {
        identity: Identity::New,
        new_keys,
        taken: true,
        held: false,
        entry: Box::new(entry),
    }
}

fn revision(of: EntryId, guid: &str, title: &str) -> Identified {
    let entry = Box::new(entry(guid, title));
    Identified {
        identity: Identity::Revises(of),
        new_keys: Vec::new(),
        taken: true,
        held: false,
        entry,
    }
}

fn record(lease: &Lease, entries: Vec<Identified>) -> PollRecord {
    let at = clock::now();
    let last = PollSummary {
        at,
        kind: PollKind::NotModified,
        detail: String::new(),
        took: Duration::from_millis(120),
        hints: ServerHints::default(),
    };
    let state = SourceState { last: Some(last), ..lease.state.clone() };
    PollRecord { at, state, due_at: at + LONG, entries, window: None, held: None }
}

/// Polls `id` with these entries; the numbers of the new ones.
async fn poll(store: &SqliteStore, id: &str, entries: Vec<Identified>) -> Vec<EntryId> {
    let lease = lease(store, id).await;
    match store.finish_poll(&lease, record(&lease, entries)).await.unwrap() {
        Finish::Done { new, .. } => new,
        Finish::Fenced => panic!("{id} was fenced"),
    }
}

async fn topic(store: &SqliteStore, name: &str) -> TopicNo {
    let spec = TopicSpec {
        name: name.parse().unwrap(),
        aliases: Vec::new(),
        rule_hash: [0; 16],
        digest: None,
    };
    sync_topics(store, &[spec]).await[0].topic
}

/// Every entry opens its own story.
fn opening(entry: &PendingEntry) -> Sequenced {
    Sequenced {
        entry: entry.id,
        change: entry.change,
        source: entry.source,
        story: StoryId(entry.id.0),
        group: GroupId(entry.id.0),
        relation: Relation::Opens,
        of: None,
        evidence: Vec::new(),
        signature: None,
        terms: (0, Vec::new()),
        also: None,
        seen: entry.first_seen,
    }
}

fn item(topic: TopicNo, opening: EntryId) -> NewItem {
    let name = |prefix: &str| format!("{prefix}{}", opening.0);
    NewItem {
        topic,
        unit: ItemUnit::Story(StoryId(opening.0)),
        opening,
        item_id: Uuid::new_v5(&Uuid::NAMESPACE_URL, name("link ").as_bytes()),
        fallback_id: Uuid::new_v5(&Uuid::NAMESPACE_URL, name("key ").as_bytes()),
        score: 1.5,
        reasons: Vec::new(),
    }
}

fn look(publish: PublishContent, policy: u32) -> Look {
    Look { publish, policy, speakers: Speakers::default() }
}

/// Sequences all that waits, each entry as a story of its own and an item of `topic`.
async fn publish_all(store: &SqliteStore, topic: TopicNo) -> Published {
    let pending = store.take_pending(1000).await.unwrap();
    let batch = SequencedBatch {
        at: None,
        entries: pending.iter().map(opening).collect(),
        items: pending.iter().map(|entry| item(topic, entry.id)).collect(),
        ..SequencedBatch::default()
    };
    store.publish(batch).await.unwrap()
}

/// The files of a store as a crash at this instant would leave them.
fn crash_image(dir: &Path) -> TempDir {
    let image = tempfile::tempdir().unwrap();
    for name in ["muara.db", "muara.db-wal"] {
        std::fs::copy(dir.join(name), image.path().join(name)).unwrap();
    }
    image
}
