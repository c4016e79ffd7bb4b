//! `muara concepts`.

use super::args::{Concepts as Wanted, ConceptsCommand};
use super::exit::{Exit, Failure};
use super::jsonl;
use super::names_table;
use super::out::Out;
use crate::config::Config;
use crate::text;
use crate::topics::{Concepts, Listed, Mention, Recognizer, called, listed};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What stands in one line of a file.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    concepts: &'a [String],
    implied: &'a [String],
    /// Absent where the language was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Vec<Evidence<'a>>>,
}

#[derive(Debug, Serialize)]
struct Evidence<'a> {
    concept: &'a str,
    name: &'a str,
    field: &'static str,
}

/// A concept, for programs.
#[derive(Debug, Serialize)]
struct Shown {
    name: String,
    title: String,
    implies: Vec<&'static str>,
    any: Vec<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    names: BTreeMap<&'static str, Vec<&'static str>>,
}

/// Lists concepts, shows one, or finds them in texts.
pub(super) fn concepts(config: Option<&Path>, wanted: Wanted) -> Result<Exit, Failure> {
    if let Some(path) = &wanted.jsonl {
        return over_lines(&own(config)?, path, wanted.evidence);
    }
    match wanted.command {
        None => list(wanted.json),
        Some(ConceptsCommand::List { json }) => list(json),
        Some(ConceptsCommand::Show { name, json }) => show(&name, json),
        Some(ConceptsCommand::Import { file, dry_run }) => {
            names_table::import(config, &file, dry_run)
        }
    }
}

/// The concepts of the config; a config that is not there has none.
fn own(config: Option<&Path>) -> Result<Concepts, Failure> {
    match Config::find(config) {
        Ok(path) => Ok(Config::load(&path)?.concepts),
        Err(_) if config.is_none() => Ok(Concepts::default()),
        Err(error) => Err(error.into()),
    }
}

fn over_lines(concepts: &Concepts, path: &Path, evidence: bool) -> Result<Exit, Failure> {
    let recognizer =
        Recognizer::new(concepts).map_err(|error| Failure::new(Exit::Data, error.to_string()))?;
    let mut out = Out::new();
    for line in jsonl::lines(path)? {
        let line = line?;
        let body = text::plain(line.body());
        let found = recognizer.recognize(&line.title, &body, line.language.as_deref());
        let evidence = evidence.then(|| found.mentions.iter().map(words).collect());
        out.json(&Row {
            id: &line.id,
            concepts: &found.concepts,
            implied: &found.implied,
            language: (!found.language_known).then_some("unknown"),
            evidence,
        })?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn words(mention: &Mention) -> Evidence<'_> {
    Evidence { concept: &mention.concept, name: &mention.name, field: mention.field }
}

fn shown(concept: &Listed) -> Shown {
    Shown {
        name: concept.name.to_owned(),
        title: concept.title.to_owned(),
        implies: concept.implies.clone(),
        any: concept.any.clone(),
        names: BTreeMap::new(),
    }
}

fn list(json: bool) -> Result<Exit, Failure> {
    let mut out = Out::new();
    for concept in listed() {
        if json {
            out.json(&shown(&concept))?;
            continue;
        }
        let note = match (concept.implies.as_slice(), concept.any.as_slice()) {
            ([], []) => String::new(),
            ([], any) => format!(" (takes in {})", any.join(", ")),
            (implies, _) => format!(" (implies {})", implies.join(", ")),
        };
        out.line(format_args!("@{:24} {}{note}", concept.name, concept.title))?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn show(name: &str, json: bool) -> Result<Exit, Failure> {
    let wanted = name.trim_start_matches('@');
    let Some(concept) = called(wanted) else {
        let message =
            format!("there is no built-in concept `@{wanted}`; `muara concepts list` lists them");
        return Err(Failure::new(Exit::Usage, message));
    };
    let mut out = Out::new();
    let names = concept.names();
    if json {
        out.json(&Shown { names, ..shown(&concept) })?;
    } else {
        out.line(format_args!("@{}  {}", concept.name, concept.title))?;
        for (relation, others) in [("implies", &concept.implies), ("takes in", &concept.any)] {
            if !others.is_empty() {
                out.line(format_args!("{relation}: {}", others.join(", ")))?;
            }
        }
        for (language, names) in names {
            out.line(format_args!("{language:4} {}", names.join("; ")))?;
        }
    }
    out.flush()?;
    Ok(Exit::Ok)
}
