//! What a text names, whatever the topics: all concepts that are built in and all that config defines,
//! and what follows from them. For whoever wants to see what the matcher sees.

use super::automaton::{Automaton, CONCEPT};
use super::concept::Definition;
use super::concepts::Concepts;
use super::context::context;
use super::folded::Folded;
use super::index::IndexError;
use super::names::{self, ConceptId};
use super::reading::Reading;
use super::world::world;
use super::zone::Zones;
use crate::text::marked;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All concepts in one matcher.
#[derive(Debug)]
pub struct Recognizer {
    automaton: Automaton,
    /// Names by number, built-in concepts first.
    names: Vec<Arc<str>>,
    /// What each stands for beside itself.
    implied: Vec<Vec<ConceptId>>,
}

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognized {
    /// Concepts that the text itself names, sorted: countries by their upper-case codes.
    pub concepts: Vec<String>,
    /// Those that follow from them and are not named.
    pub implied: Vec<String>,
    /// Each name that was found, in the order of the text.
    pub mentions: Vec<Mention>,
    /// Whether the text's language was known; else the names of all languages were looked for.
    pub language_known: bool,
}

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The concept.
    pub concept: String,
    /// The name as its list has it.
    pub name: String,
    /// `title` or `text`.
    pub field: &'static str,
    /// Whether such a name is one only by what stands near it: "Kim" beside Putin.
    pub by_others: bool,
}

/// A concept that is built in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What rules call it.
    pub name: &'static str,
    /// Its English name.
    pub title: &'static str,
    /// What it implies.
    pub implies: Vec<&'static str>,
    /// What it takes in.
    pub any: Vec<&'static str>,
}

impl Listed {
    /// Its names by language tag; `*` for those that are the same everywhere.
    #[must_use]
    pub fn names(&self) -> BTreeMap<&'static str, Vec<&'static str>> {
        world().find(self.name).map(|id| world().names_of(id)).unwrap_or_default()
    }
}

/// The concepts that are built in.
pub fn listed() -> impl Iterator<Item = Listed> {
    let world = world();
    let names = |ids: &[usize]| ids.iter().map(|id| world.concepts[*id].name).collect();
    world.concepts.iter().map(move |concept| Listed {
        name: concept.name,
        title: concept.title,
        implies: names(&concept.implies),
        any: names(&concept.any),
    })
}

impl Recognizer {
    /// A matcher for the concepts of config and those that are built in.
    pub fn new(concepts: &Concepts) -> Result<Self, IndexError> {
        let world = world();
        let mut names: Vec<Arc<str>> = world.concepts.iter().map(|c| Arc::from(c.name)).collect();
        let mut own = Vec::new();
        for (id, definition) in concepts.numbered() {
            own.extend(Definition::names(definition, id));
            names.push(Arc::clone(&definition.name));
        }
        let implied = concepts.implied();
        let automaton = Automaton::build(Vec::new(), own, true, Zones::default())?;
        Ok(Self { automaton, names, implied })
    }

    /// What stands in a title and a text in `language`, if it is known.
    #[must_use]
    pub fn recognize(&self, title: &str, text: &str, language: Option<&str>) -> Recognized {
        let reading = Reading::of(language, title, text);
        let mut found: Vec<(ConceptId, &str, usize, u32)> = Vec::new();
        for (field, text) in [("title", title), ("text", text)] {
            let folded = Folded::new(text);
            let left_out = marked(folded.text());
            self.automaton.run(&folded, reading.languages, &left_out, |find| {
                found.push((find.thing & !CONCEPT, field, find.place.start, find.name));
            });
        }
        let named: BTreeSet<ConceptId> = found.iter().map(|(concept, ..)| *concept).collect();
        let mentions = found.iter().map(|(concept, field, _, name)| {
            let written = self.automaton.name(*name).map(|name| name.written.to_string());
            let name = written.unwrap_or_default();
            let by_others = context().needs_others(&name);
            Mention { concept: self.name(*concept), name, field, by_others }
        });
        Recognized {
            concepts: self.sorted(&named),
            implied: self.sorted(&self.following(&named)),
            mentions: mentions.collect(),
            language_known: reading.language.is_some(),
        }
    }

    /// How many names are looked for, and the bytes that the automaton takes.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.automaton.names(), self.automaton.memory())
    }

    fn name(&self, concept: ConceptId) -> String {
        self.names.get(concept as usize).map(ToString::to_string).unwrap_or_default()
    }

    fn sorted(&self, concepts: &BTreeSet<ConceptId>) -> Vec<String> {
        let mut names: Vec<String> = concepts.iter().map(|concept| self.name(*concept)).collect();
        names.sort_unstable();
        names
    }

    /// What `named` leads to, itself left out.
    fn following(&self, named: &BTreeSet<ConceptId>) -> BTreeSet<ConceptId> {
        let mut seen = named.clone();
        let mut next: Vec<ConceptId> = named.iter().copied().collect();
        while let Some(concept) = next.pop() {
            let implied = self.implied.get(concept as usize).into_iter().flatten();
            next.extend(implied.filter(|other| seen.insert(**other)));
        }
        seen.difference(named).copied().collect()
    }
}

impl Concepts {
    /// The definitions with their numbers behind those that are built in. One that adds to a built-in
    /// concept has that one's number.
    fn numbered(&self) -> impl Iterator<Item = (ConceptId, &Definition)> {
        let first = world().concepts.len();
        self.definitions().enumerate().map(move |(at, (definition, extends))| {
            (names::number(extends.unwrap_or(first + at)), definition)
        })
    }
}

/// The built-in concept that a rule calls `name`.
#[must_use]
pub fn called(name: &str) -> Option<Listed> {
    let id = world().find(name.trim_start_matches('@'))?;
    listed().nth(id)
}
