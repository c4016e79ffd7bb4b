//! `muara explain`.

use super::exit::{Exit, Failure};
use super::out::Out;
use super::why::{Rules, Why};
use crate::app::operate;
use crate::config::Config;
use crate::model::{EntryKey, KeyKind, Reason, Relation, Time};
use crate::pipeline;
use crate::store::{Explained, Mode, SqliteStore, Teller};
use serde::Serialize;
use std::path::Path;

/// What is said of one entry.
#[derive(Serialize)]
struct Explanation {
    entry: i64,
    source: String,
    title: String,
    link: Option<String>,
    canonical_link: Option<String>,
    published: Option<Time>,
    first_seen: Time,
    state: &'static str,
    keys: Vec<Key>,
    revisions: Vec<Change>,
    group: Option<i64>,
    story: Option<i64>,
    told_by: Vec<Telling>,
    related_stories: Vec<i64>,
    topics: Vec<Place>,
    acts: Vec<Act>,
    /// What the rules of the config say of it now; `None` while it waits for the sequencer.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Why>,
}

#[derive(Serialize)]
struct Key {
    kind: &'static str,
    hash: String,
}

/// What changed, and when.
#[derive(Serialize)]
struct Change {
    at: Time,
    changed: Vec<&'static str>,
    title_before: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_before: Option<String>,
}

#[derive(Serialize)]
struct Telling {
    entry: i64,
    source: String,
    title: String,
    link: Option<String>,
    relation: &'static str,
    of: Option<i64>,
    why: String,
}

#[derive(Serialize)]
struct Place {
    topic: String,
    id: String,
    seq: i64,
    opened_by: i64,
    shown_by: i64,
    at: Time,
    /// Empty while it waits for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    hidden_at: Option<Time>,
    reasons: Vec<Reason>,
}

#[derive(Serialize)]
struct Act {
    at: Time,
    command: String,
    what: String,
}

/// Says everything that is known of the entries that `what` names.
pub(super) async fn explain(
    config: Option<&Path>,
    what: &str,
    json: bool,
) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let subject =
        operate::subject(what).map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    let store = SqliteStore::open(&config.daemon.state, Mode::Read).await?;
    let entries = store.entries_named(subject).await?;
    let speakers = pipeline::speakers_of(&config);
    let mut out = Out::new();
    let mut is_known = false;
    let rules = Rules::new(&config)?;
    for entry in entries {
        let Some(explained) = store.explain(entry, speakers.clone()).await? else { continue };
        let rules = rules.ask(&store, entry).await?;
        let explanation = Explanation { rules, ..explanation(explained) };
        if is_known && !json {
            out.line("")?;
        }
        is_known = true;
        if json { out.json(&explanation)? } else { show(&mut out, &explanation)? }
    }
    out.flush()?;
    if is_known {
        return Ok(Exit::Ok);
    }
    Err(Failure::new(Exit::Data, format!("nothing is known under {what}")))
}

fn explanation(it: Explained) -> Explanation {
    Explanation {
        state: state(&it),
        revisions: changes(&it),
        told_by: it.story.iter().map(|teller| telling(&it, teller)).collect(),
        entry: it.id.0,
        source: it.source.to_string(),
        title: it.words.0,
        link: it.link,
        canonical_link: it.canonical_link,
        published: it.published,
        first_seen: it.first_seen,
        keys: it.keys.iter().map(key).collect(),
        group: it.place.map(|(group, _)| group.0),
        story: it.place.map(|(_, story)| story.0),
        related_stories: it.related.iter().map(|story| story.0).collect(),
        topics: it.items.into_iter().map(place).collect(),
        acts: it
            .acts
            .into_iter()
            .map(|act| Act { at: act.at, command: act.command, what: act.what })
            .collect(),
        rules: None,
    }
}

fn state(it: &Explained) -> &'static str {
    match it {
        Explained { held_at: Some(_), .. } => "held back",
        Explained { is_pending: true, .. } => "waits for the sequencer",
        Explained { place: None, .. } => "without a place",
        Explained { items, .. } if items.is_empty() => "in no topic",
        Explained { items, .. } if items.iter().all(|item| item.hidden_at.is_some()) => "hidden",
        _ => "published",
    }
}

fn key(key: &EntryKey) -> Key {
    let kind = match key.kind {
        KeyKind::Guid => "guid",
        KeyKind::Link => "canonical link",
        KeyKind::TitleDate => "title and date",
        KeyKind::Content => "title and text",
    };
    let hash = format!("{:032x}", u128::from_be_bytes(key.hash));
    Key { kind, hash }
}

/// What each revision replaced, by comparing it with the one after it.
fn changes(it: &Explained) -> Vec<Change> {
    let now = (it.words.0.as_str(), it.words.1.as_deref());
    let said =
        it.revisions.iter().map(|revision| (revision.title.as_str(), revision.text.as_deref()));
    let after = said.skip(1).chain([now]);
    it.revisions
        .iter()
        .zip(after)
        .map(|(before, (title, text))| {
            let mut changed = Vec::new();
            if before.title != title {
                changed.push("title");
            }
            let has_text = before.text.is_some() && text.is_some();
            let same_text = before.text.as_deref() == text;
            if has_text && !same_text {
                changed.push("text");
            }
            if changed.is_empty() {
                changed.push(if has_text {
                    "link, authors or files"
                } else {
                    "something; texts are gone"
                });
            }
            Change {
                at: before.replaced_at,
                changed,
                title_before: before.title.clone(),
                text_before: before.text.clone().filter(|_| has_text && !same_text),
            }
        })
        .collect()
}

fn telling(it: &Explained, teller: &Teller) -> Telling {
    let entry = &teller.entry;
    Telling {
        entry: entry.id.0,
        source: entry.source.to_string(),
        title: entry.title.clone(),
        link: entry.link.clone(),
        relation: entry.relation.word(),
        of: entry.of.map(|of| of.0),
        why: why(it, teller),
    }
}

/// Why an entry stands where it does.
fn why(it: &Explained, teller: &Teller) -> String {
    let of = teller.entry.of.and_then(|of| it.story.iter().find(|other| other.entry.id == of));
    let is_same_page =
        |of: &Teller| teller.canonical_link.is_some() && teller.canonical_link == of.canonical_link;
    match (teller.entry.relation, of) {
        (Relation::Opens, _) => "nothing like it was known".to_owned(),
        (Relation::Copy, Some(of)) if is_same_page(of) => {
            format!("the same page as entry {}", of.entry.id.0)
        }
        (Relation::Copy, Some(of)) => format!("nearly the text of entry {}", of.entry.id.0),
        (Relation::Telling, _) if teller.was_merged => "an operator merged them".to_owned(),
        (Relation::Telling, Some(of)) => format!("tells what entry {} tells", of.entry.id.0),
        (_, None) => "what it is like is not in the story any more".to_owned(),
    }
}

fn place(item: crate::store::PlacedItem) -> Place {
    Place {
        topic: item.topic.to_string(),
        id: item.id.urn().to_string(),
        seq: item.seq,
        opened_by: item.opening.0,
        shown_by: item.speaker.0,
        at: item.placed_at,
        digest: item.digest,
        hidden_at: item.hidden_at,
        reasons: item.reasons,
    }
}

fn show(out: &mut Out, it: &Explanation) -> std::io::Result<()> {
    let mut line = |name: &str, value: &str| out.line(format_args!("{name:12} {value}"));
    line("entry", &format!("{} of {}: {}", it.entry, it.source, it.state))?;
    line("title", &it.title)?;
    line("link", it.link.as_deref().unwrap_or("-"))?;
    line("canonical", it.canonical_link.as_deref().unwrap_or("-"))?;
    line("published", &it.published.map_or_else(|| "-".to_owned(), time))?;
    line("first seen", &time(it.first_seen))?;
    for (place, key) in it.keys.iter().enumerate() {
        line(if place == 0 { "known by" } else { "" }, &format!("{:15} {}", key.kind, key.hash))?;
    }
    for change in &it.revisions {
        let what = change.changed.join(" and ");
        line("revised", &format!("{}: {what}; before: {}", time(change.at), change.title_before))?;
    }
    if let (Some(group), Some(story)) = (it.group, it.story) {
        line("story", &format!("{story}, group of copies {group}"))?;
    }
    for teller in &it.told_by {
        line("", &format!("{:7} {:16} {}", teller.entry, teller.source, teller.title))?;
        line("", &format!("{:7} {}: {}", "", teller.relation, teller.why))?;
    }
    for story in &it.related_stories {
        line("see also", &format!("the story {story}"))?;
    }
    show_topics(out, it)
}

/// Where it is published, and what the rules say now.
fn show_topics(out: &mut Out, it: &Explanation) -> std::io::Result<()> {
    let mut line = |name: &str, value: &str| out.line(format_args!("{name:12} {value}"));
    for place in &it.topics {
        let since = time(place.at);
        line(
            "topic",
            &format!("{}, place {} since {since}, {}", place.topic, place.seq, place.id),
        )?;
        if place.opened_by != it.entry {
            line("", &format!("covered by the item that entry {} opened", place.opened_by))?;
        }
        if place.shown_by != place.opened_by {
            line("", &format!("shown as entry {} tells it", place.shown_by))?;
        }
        for reason in &place.reasons {
            let (field, count) = (&reason.field, reason.count);
            line("", &format!("{} in {field:?}, {count} times", reason.term))?;
        }
        if let Some(digest) = &place.digest {
            let waits = "waits for the next digest".to_owned();
            let listed = format!("listed in the digest of {digest}");
            line("", if digest.is_empty() { &waits } else { &listed })?;
        }
        if let Some(at) = place.hidden_at {
            line("", &format!("hidden {}", time(at)))?;
        }
    }
    for act in &it.acts {
        line("operator", &format!("{} {}: {}", time(act.at), act.command, act.what))?;
    }
    it.rules.as_ref().map_or(Ok(()), |rules| rules.show(out))
}

fn time(at: Time) -> String {
    at.format("%F %T UTC").to_string()
}
