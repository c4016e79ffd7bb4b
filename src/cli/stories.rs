//! `muara stories`.

use super::args::Stories;
use super::exit::{Exit, Failure};
use super::jsonl::{self, Line};
use super::out::Out;
use crate::clock;
use crate::config::{Config, DedupSettings};
use crate::dedup::{self, Naming, Replay, ReplayRelation, Stories as Tellings};
use crate::feed::{self, Parts};
use crate::model::{EntryId, Relation, SourceId, Strictness, Time};
use crate::pipeline;
use crate::store::{Mode, SqliteStore, StoredStory, StoryEntry, Telling};
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// How many stories are shown to people; programs get all.
const SHOWN: usize = 50;
/// As many as a store holds.
const ALL: usize = u32::MAX as usize;
/// Where no config says otherwise.
const DEDUP: DedupSettings = DedupSettings {
    window: Duration::from_secs(72 * 3600),
    stories: Strictness::Balanced,
    across_languages: false,
};

/// Shows the stories of the store, or replays a file.
pub(super) async fn stories(config: Option<&Path>, wanted: Stories) -> Result<Exit, Failure> {
    if let Some(path) = &wanted.replay {
        let config = Config::find(config).ok().map(|path| Config::load(&path)).transpose()?;
        let dedup = config.map_or(DEDUP, |config| config.dedup);
        let naming: Option<Naming> = dedup.across_languages.then_some(pipeline::named);
        return replay(path, Replay::new(dedup.window, Tellings::new(dedup.stories), naming));
    }
    let config = Config::load(&Config::find(config)?)?;
    let store = SqliteStore::open(&config.daemon.state, Mode::Read).await?;
    let limit = if wanted.json { ALL } else { SHOWN };
    let from = Some(clock::now() - wanted.since);
    let told = if wanted.json || wanted.all { Telling::Any } else { Telling::BySeveral };
    let stories = store.stories(limit, from, told).await?;
    let mut out = Out::new();
    for story in &stories {
        if wanted.json {
            out.json(&json(story))?;
        } else {
            show(&mut out, story)?;
        }
    }
    if stories.is_empty() && told == Telling::BySeveral {
        out.line(format_args!("No story is told by several entries; --all shows the others."))?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "programs read these names")]
struct Story<'a> {
    story: i64,
    first_seen: Time,
    /// Stories that are probably this one, and were published apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<i64>,
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
    /// What a telling shares with those before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shares: Vec<String>,
}

fn json(story: &StoredStory) -> Story<'_> {
    Story {
        story: story.story.0,
        first_seen: story.first_seen,
        also: story.also.iter().map(|story| story.0).collect(),
        entries: (0..story.entries.len()).map(|at| teller(&story.entries, at)).collect(),
    }
}

fn teller(entries: &[StoryEntry], at: usize) -> Teller<'_> {
    let StoryEntry { id, source, link, title, language, relation, of } = &entries[at];
    Teller {
        id: id.0,
        source: source.as_str(),
        link: link.as_deref(),
        title,
        language: language.as_deref(),
        relation: relation.word(),
        of: of.map(|of| of.0),
        shares: shares(entries, at),
    }
}

/// Why a telling is one.
fn shares(entries: &[StoryEntry], at: usize) -> Vec<String> {
    if entries[at].relation != Relation::Telling {
        return Vec::new();
    }
    let telling = &entries[at];
    let titles = entries[..at].iter().map(|entry| (&*entry.title, entry.language.as_deref()));
    let (same, other): (Vec<_>, Vec<_>) =
        titles.partition(|(_, language)| *language == telling.language.as_deref());
    let same: Vec<&str> = same.into_iter().map(|(title, _)| title).collect();
    let shares = dedup::shared(&telling.title, &same);
    if !shares.is_empty() || other.is_empty() {
        return shares;
    }
    pipeline::shared_names((&telling.title, telling.language.as_deref()), &other)
}

fn show(out: &mut Out, story: &StoredStory) -> std::io::Result<()> {
    let Some(opening) = story.entries.first() else { return Ok(()) };
    let (id, first_seen) = (story.story.0, story.first_seen.format("%F %H:%M"));
    out.line(format_args!("{first_seen}  story {id}  {}", opening.title))?;
    for (at, entry) in story.entries.iter().enumerate() {
        let language = entry.language.as_deref().unwrap_or("??");
        let shares = shares(&story.entries, at).join(", ");
        let shares = if shares.is_empty() { shares } else { format!("  shares {shares}") };
        let relation = entry.relation.word();
        out.line(format_args!("    {relation:8}{language:6}{}{shares}", entry.source))?;
    }
    for also in &story.also {
        out.line(format_args!("    see also story {}", also.0))?;
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
fn replay(path: &Path, mut replay: Replay) -> Result<Exit, Failure> {
    let mut out = Out::new();
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
