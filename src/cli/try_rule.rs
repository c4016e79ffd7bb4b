//! `muara try`.

use super::args::Try;
use super::exit::{Exit, Failure};
use super::jsonl::{self, Line};
use super::out::Out;
use super::stored;
use crate::config::Config;
use crate::model::{PendingEntry, Reason, SourceId, Time, TopicMatch, TopicName};
use crate::topics::{Concepts, Rule, RuleError, Subject, Topic, TopicIndex};
use crate::{clock, text};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Matches that people are shown; the rest is counted.
const SAMPLE: usize = 20;

/// One match, for programs.
#[derive(Debug, Serialize)]
struct Match<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'a str>,
    score: f32,
    reasons: &'a [Reason],
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

/// Tries a rule, or the rules of all topics, over the store or a file.
pub(super) async fn try_rule(config: Option<&Path>, wanted: Try) -> Result<Exit, Failure> {
    let config = match Config::find(config) {
        Ok(path) => Some(Config::load(&path)?),
        // A rule over a file needs no config, unless it names concepts.
        Err(_) if wanted.jsonl.is_some() && wanted.rule.is_some() && config.is_none() => None,
        Err(error) => return Err(error.into()),
    };
    let trial = Trial::new(config.as_ref(), wanted.rule.as_deref())?;
    match (&wanted.jsonl, config) {
        (Some(path), _) => over_lines(&trial, path),
        (None, Some(config)) => over_store(&trial, &config, &wanted).await,
        (None, None) => Ok(Exit::Usage),
    }
}

/// The rules on trial.
struct Trial {
    topics: Vec<Topic>,
    index: TopicIndex,
    /// Whether matches tell their topic.
    named: bool,
}

impl Trial {
    fn new(config: Option<&Config>, rule: Option<&str>) -> Result<Self, Failure> {
        let none = Concepts::default();
        let concepts = config.map_or(&none, |config| &config.concepts);
        let topics = match rule {
            Some(text) => vec![topic(text, concepts)?],
            None => config.map(|config| config.topics.clone()).unwrap_or_default(),
        };
        let index = TopicIndex::build(&topics)
            .map_err(|error| Failure::new(Exit::Data, error.to_string()))?;
        Ok(Self { topics, index, named: rule.is_none() })
    }

    fn name(&self, found: &TopicMatch) -> Option<&str> {
        let topic = self.topics.get(found.topic)?;
        self.named.then(|| topic.name.as_str())
    }
}

fn topic(text: &str, concepts: &Concepts) -> Result<Topic, Failure> {
    let rule = Rule::parse(text, concepts).map_err(|error| pointed(text, &error))?;
    let Ok(name) = "rule".parse::<TopicName>() else { unreachable!("`rule` is a name") };
    Ok(Topic::new(name, text, rule))
}

/// A rule's error under the rule, with a caret at the character.
fn pointed(rule: &str, error: &RuleError) -> Failure {
    let before = rule.get(..error.span.start).unwrap_or_default();
    let marked = rule.get(error.span.clone()).unwrap_or_default();
    let width = |text: &str| text.chars().map(columns).sum::<usize>();
    let caret = format!("{}{}", " ".repeat(width(before)), "^".repeat(width(marked).max(1)));
    let help = error.help.as_deref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
    Failure::new(Exit::Usage, format!("{}\n  {rule}\n  {caret}{help}", error.message))
}

/// Columns that a character takes on a terminal, near enough for a caret.
fn columns(c: char) -> usize {
    use text::Script::{Han, Hangul, Hiragana, Katakana};
    if matches!(text::script(c), Han | Hangul | Hiragana | Katakana) { 2 } else { 1 }
}

fn over_lines(trial: &Trial, path: &Path) -> Result<Exit, Failure> {
    let mut out = Out::new();
    let now = clock::now();
    let Ok(unnamed) = "file".parse::<SourceId>() else { unreachable!("`file` is a name") };
    for line in jsonl::lines(path)? {
        let line = line?;
        for found in matches_of(trial, &line, &unnamed, now) {
            out.json(&Match {
                id: &line.id,
                topic: trial.name(&found),
                score: found.score,
                reasons: &found.reasons,
                title: None,
                source: None,
            })?;
        }
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn matches_of(trial: &Trial, line: &Line, unnamed: &SourceId, now: Time) -> Vec<TopicMatch> {
    let body = text::plain(line.body());
    let source = line.source.as_deref().and_then(|source| source.parse().ok());
    trial.index.matching(&Subject {
        title: &line.title,
        text: &body,
        prepared: None,
        authors: &[],
        categories: &[],
        language: line.language.as_deref(),
        link: line.link.as_deref(),
        source: source.as_ref().unwrap_or(unnamed),
        source_name: line.source.as_deref().unwrap_or_default(),
        tags: &[],
        published: line.published(),
        seen: line.published().unwrap_or(now),
    })
}

async fn over_store(trial: &Trial, config: &Config, wanted: &Try) -> Result<Exit, Failure> {
    let mut out = Out::new();
    let mut caught = Caught::default();
    let seen = stored::each(config, wanted.since, |entry| {
        for found in trial.index.matching(&stored::subject(config, entry)) {
            caught.count(entry);
            if wanted.json || wanted.all || caught.all <= SAMPLE {
                show(&mut out, wanted.json, trial, entry, &found)?;
            }
        }
        Ok(())
    });
    let seen = seen.await?;
    if !wanted.json {
        caught.tell(&mut out, seen, wanted.all)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

/// How many matches there were, in which languages, from which sources.
#[derive(Default)]
struct Caught {
    all: usize,
    languages: BTreeMap<String, usize>,
    sources: BTreeMap<String, usize>,
}

impl Caught {
    fn count(&mut self, entry: &PendingEntry) {
        self.all += 1;
        let language = entry.language.clone().unwrap_or_else(|| "unknown".to_owned());
        *self.languages.entry(language).or_default() += 1;
        *self.sources.entry(entry.source_id.to_string()).or_default() += 1;
    }

    fn tell(&self, out: &mut Out, seen: usize, shown: bool) -> std::io::Result<()> {
        if !shown && self.all > SAMPLE {
            out.line(format_args!("… and {} more; --all shows them", self.all - SAMPLE))?;
        }
        out.line(format_args!("{} of {seen} entries", self.all))?;
        for (what, counts) in [("languages", &self.languages), ("sources", &self.sources)] {
            if !counts.is_empty() {
                out.line(format_args!("{what}: {}", most_first(counts)))?;
            }
        }
        Ok(())
    }
}

/// "ko 12, en 7".
fn most_first(counts: &BTreeMap<String, usize>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}

fn show(
    out: &mut Out,
    json: bool,
    trial: &Trial,
    entry: &PendingEntry,
    found: &TopicMatch,
) -> std::io::Result<()> {
    if json {
        return out.json(&Match {
            id: &entry.id.0.to_string(),
            topic: trial.name(found),
            score: found.score,
            reasons: &found.reasons,
            title: Some(&entry.title),
            source: Some(entry.source_id.as_str()),
        });
    }
    let why: Vec<String> = found
        .reasons
        .iter()
        .map(|reason| format!("{} ×{} in {}", reason.term, reason.count, reason.field))
        .collect();
    let topic = trial.name(found).map(|name| format!("{name}: ")).unwrap_or_default();
    out.line(format_args!("{:6.1}  {topic}{} [{}]", found.score, entry.title, entry.source_id))?;
    out.line(format_args!("        {}", why.join(", ")))
}
