//! `muara stories`.

use super::args::Stories;
use super::exit::{Exit, Failure};
use super::jsonl::{self, Line};
use super::out::Out;
use crate::clock;
use crate::config::Config;
use crate::dedup::{Replay, ReplayRelation};
use crate::feed::{self, Parts};
use crate::model::{EntryId, SourceId, Time};
use crate::store::{Mode, SqliteStore, StoredStory, StoryEntry};
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// How many stories are shown to people; programs get all.
const SHOWN: usize = 50;
/// As many as a store holds.
const ALL: usize = u32::MAX as usize;
/// The window of copies where no config says otherwise.
const WINDOW: Duration = Duration::from_secs(72 * 3600);

/// Shows the stories of the store, or replays a file.
pub(super) async fn stories(config: Option<&Path>, wanted: Stories) -> Result<Exit, Failure> {
    if let Some(path) = &wanted.replay {
        let config = Config::find(config).ok().map(|path| Config::load(&path)).transpose()?;
        return replay(path, config.map_or(WINDOW, |config| config.dedup.window));
    }
    let config = Config::load(&Config::find(config)?)?;
    let store = SqliteStore::open(&config.daemon.state, Mode::Read).await?;
    let limit = if wanted.json { ALL } else { SHOWN };
    let stories = store.stories(limit, Some(clock::now() - wanted.since)).await?;
    let mut out = Out::new();
    for story in &stories {
        if wanted.json {
            out.json(&json(story))?;
        } else {
            show(&mut out, story)?;
        }
    }
    out.flush()?;
    Ok(Exit::Ok)
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "programs read these names")]
struct Story<'a> {
    story: i64,
    first_seen: Time,
    entries: Vec<Teller<'a>>,
}

#[derive(Serialize)]
struct Teller<'a> {
    id: i64,
    source: &'a str,
    link: Option<&'a str>,
    title: &'a str,
    language: Option<&'a str>,
    relation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<i64>,
}

fn json(story: &StoredStory) -> Story<'_> {
    Story {
        story: story.story.0,
        first_seen: story.first_seen,
        entries: story.entries.iter().map(teller).collect(),
    }
}

fn teller(entry: &StoryEntry) -> Teller<'_> {
    let StoryEntry { id, source, link, title, language, relation, of } = entry;
    Teller {
        id: id.0,
        source: source.as_str(),
        link: link.as_deref(),
        title,
        language: language.as_deref(),
        relation: relation.word(),
        of: of.map(|of| of.0),
    }
}

fn show(out: &mut Out, story: &StoredStory) -> std::io::Result<()> {
    let Some(opening) = story.entries.first() else { return Ok(()) };
    out.line(format_args!("{}  {}", story.first_seen.format("%F %H:%M"), opening.title))?;
    for entry in &story.entries {
        let language = entry.language.as_deref().unwrap_or("??");
        out.line(format_args!("    {:8}{language:6}{}", entry.relation.word(), entry.source))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct ReplayedLine<'a> {
    id: &'a str,
    story: &'a str,
    relation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
}

/// Replays a file in its order. Sources are told apart by the words that the lines give.
fn replay(path: &Path, window: Duration) -> Result<Exit, Failure> {
    let mut out = Out::new();
    let mut replay = Replay::new(window);
    let mut sources = Sources::default();
    let mut ids: HashMap<EntryId, String> = HashMap::new();
    let mut seen = Time::UNIX_EPOCH;
    for line in jsonl::lines(path)? {
        let line = line?;
        seen = line.published().unwrap_or(seen);
        let source = sources.id(line.source.as_deref().unwrap_or_default());
        let replayed = replay.take(&source, entry(&line, seen), seen);
        if matches!(replayed.relation, ReplayRelation::New(_)) {
            ids.insert(replayed.entry, line.id.clone());
        }
        let named = |id: EntryId| ids.get(&id).map_or("", String::as_str);
        out.json(&ReplayedLine {
            id: &line.id,
            story: named(EntryId(replayed.story.0)),
            relation: replayed.relation.word(),
            of: replayed.of.map(named),
        })?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn entry(line: &Line, seen: Time) -> crate::model::Entry {
    feed::compose(Parts {
        // A line's id names the line, not the entry: two lines may tell of one.
        guid: None,
        link: line.link.as_deref(),
        title: &line.title,
        text: line.body(),
        language: line.language.as_deref(),
        published: line.published().map(|at| at.min(seen)),
    })
}

/// Names for sources that lines call by any word.
#[derive(Default)]
struct Sources(HashMap<String, SourceId>);

impl Sources {
    fn id(&mut self, word: &str) -> SourceId {
        if let Some(id) = self.0.get(word) {
            return id.clone();
        }
        let Ok(id) = format!("source-{}", self.0.len()).parse::<SourceId>() else {
            unreachable!("`source-N` is a name")
        };
        self.0.insert(word.to_owned(), id.clone());
        id
    }
}
