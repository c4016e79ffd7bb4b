//! Why an entry is in the topics that it is in and in no others, for `muara explain`: what it names, what of
//! it is no part of the article, and what each topic says of it now.

use super::exit::{Exit, Failure};
use super::out::Out;
use super::stored;
use crate::config::Config;
use crate::dedup;
use crate::model::{EntryId, PendingEntry, Reason};
use crate::store::SqliteStore;
use crate::text::{Boilerplate, fold};
use crate::topics::{Answer, Failing, Mention, Prepared, Recognizer, Subject, TopicIndex};
use serde::Serialize;

/// What rules see of one entry.
#[derive(Debug, Serialize)]
pub(super) struct Why {
    /// The concepts that it names, and by what.
    concepts: Vec<Named>,
    /// Those that follow from them.
    implied: Vec<String>,
    /// Whether its language is known; else the names of all that its letters can be were looked for.
    language_known: bool,
    /// What outlets put between their lines and what the source repeats, folded.
    left_out: Vec<String>,
    asked: Vec<Asked>,
}

#[derive(Debug, Serialize)]
struct Named {
    concept: String,
    names: Vec<String>,
}

/// What one topic says.
#[derive(Debug, Serialize)]
struct Asked {
    topic: String,
    takes: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not: Option<String>,
}

/// The rules of a config, ready to be asked.
pub(super) struct Rules<'c> {
    config: &'c Config,
    index: TopicIndex,
    recognizer: Recognizer,
}

impl<'c> Rules<'c> {
    pub(super) fn new(config: &'c Config) -> Result<Self, Failure> {
        let failed = |error: crate::topics::IndexError| Failure::new(Exit::Data, error.to_string());
        let index = TopicIndex::build(&config.topics).map_err(failed)?;
        let recognizer = Recognizer::new(&config.concepts).map_err(failed)?;
        Ok(Self { config, index, recognizer })
    }

    /// What they say of an entry; `None` where it waits for the sequencer.
    pub(super) async fn ask(
        &self,
        store: &SqliteStore,
        entry: EntryId,
    ) -> Result<Option<Why>, Failure> {
        let newest = store.newest_entries(1, Some(EntryId(entry.0 + 1))).await?;
        let Some(entry) = newest.into_iter().find(|found| found.id == entry) else {
            return Ok(None);
        };
        let learned = store.boilerplate(vec![entry.source]).await?;
        let learned = learned.get(&entry.source).map(|lines| Boilerplate::from_bytes(lines));
        Ok(Some(self.of(&entry, &learned.unwrap_or_default())))
    }

    fn of(&self, entry: &PendingEntry, learned: &Boilerplate) -> Why {
        let (title, text) = (fold(&entry.title), fold(&entry.text));
        let (hour, window) =
            (dedup::hour(entry.first_seen), dedup::hours(self.config.dedup.window));
        let left_out = learned.find([&title, &text], hour, window);
        let prepared = Prepared {
            folded: [&title, &text],
            left_out: [left_out[0].as_slice(), left_out[1].as_slice()],
        };
        let subject = stored::subject(self.config, entry);
        let answers = self.index.explain(&Subject { prepared: Some(prepared), ..subject });
        let found = self.recognizer.recognize(&entry.title, &entry.text, entry.language.as_deref());
        let titles = left_out[0].iter().map(|place| &title[place.clone()]);
        let texts = left_out[1].iter().map(|place| &text[place.clone()]);
        let asked = self.config.topics.iter().zip(answers);
        Why {
            concepts: named(&found.mentions),
            implied: found.implied,
            language_known: found.language_known,
            left_out: titles.chain(texts).map(|part| part.trim().to_owned()).collect(),
            asked: asked.map(|(topic, answer)| said(topic.name.as_str(), answer)).collect(),
        }
    }
}

/// One for each concept, with its names in the order of the text.
fn named(mentions: &[Mention]) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    for mention in mentions {
        let place = all.iter().position(|named| named.concept == mention.concept);
        let place = place.unwrap_or_else(|| {
            all.push(Named { concept: mention.concept.clone(), names: Vec::new() });
            all.len() - 1
        });
        let name = format!("{} in {}", mention.name, mention.field);
        if !all[place].names.contains(&name) {
            all[place].names.push(name);
        }
    }
    all
}

fn said(topic: &str, answer: Answer) -> Asked {
    let topic = topic.to_owned();
    let refused = |why: String| (false, None, Vec::new(), Some(why));
    let (takes, score, reasons, why_not) = match answer {
        Answer::Takes(found) => (true, Some(found.score), found.reasons, None),
        Answer::Weak(found) => {
            let why = format!("its score of {:.1} is below `min_score`", found.score);
            (false, Some(found.score), found.reasons, Some(why))
        }
        Answer::Narrowed(narrow) => refused(format!("its `{}` leave it out", narrow.key())),
        Answer::Refuses(parts) => refused(parts.iter().map(failing).collect::<Vec<_>>().join("; ")),
    };
    Asked { topic, takes, score, reasons, why_not }
}

fn failing(part: &Failing) -> String {
    let what = if part.is_excluded { "is there" } else { "is not there" };
    format!("`{}` {what}", part.written)
}

impl Why {
    pub(super) fn show(&self, out: &mut Out) -> std::io::Result<()> {
        let mut line = |name: &str, value: &str| out.line(format_args!("{name:12} {value}"));
        for named in &self.concepts {
            line("names", &format!("@{}: {}", named.concept, named.names.join(", ")))?;
        }
        if !self.implied.is_empty() {
            line("implies", &format!("@{}", self.implied.join(", @")))?;
        }
        if !self.language_known {
            line("language", "unknown: the names of all that its letters can be were looked for")?;
        }
        for part in &self.left_out {
            line("left out", part)?;
        }
        for asked in &self.asked {
            let (topic, score) = (&asked.topic, asked.score.unwrap_or_default());
            match &asked.why_not {
                None => line("now", &format!("{topic} takes it, with a score of {score:.1}"))?,
                Some(why) => line("now", &format!("{topic} does not take it: {why}"))?,
            }
        }
        Ok(())
    }
}
