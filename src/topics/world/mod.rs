//! The concepts that are built in: the countries of the world, who governs them, and the best-known
//! organisations, with their names in the languages of newspapers. The names stand in text files
//! under `concepts/`: what is mined from CLDR, and what is written by us, which goes before it.

mod files;
mod read;

use super::language::Language;
use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, OnceLock};

pub(super) use read::{Beside, Side, Written};

/// A built-in concept, by its place.
pub(super) type WorldId = usize;

/// A built-in concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorldConcept {
    /// What rules call it: the upper-case code of a country, else a name of small letters.
    pub(super) name: &'static str,
    /// Its English name.
    pub(super) title: &'static str,
    /// Concepts that are meant where it is found.
    pub(super) implies: Vec<WorldId>,
    /// Concepts that it takes in.
    pub(super) any: Vec<WorldId>,
}

/// All built-in concepts, without their names: cheap enough for every command.
#[derive(Debug)]
pub(super) struct World {
    pub(super) concepts: Vec<WorldConcept>,
    by_name: HashMap<String, WorldId>,
}

/// The built-in concepts.
pub(super) fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(|| read::index(files::INDEX));
    &WORLD
}

/// What beside a country's name says that it is another's.
pub(super) fn beside() -> Vec<Beside> {
    files::OWN.iter().flat_map(|text| read::beside(text)).collect()
}

impl World {
    /// The concept that a rule calls `name`: its code, its English name, or its name in another
    /// language with hyphens for spaces. Names in other languages cost reading the table.
    pub(super) fn find(&self, name: &str) -> Option<WorldId> {
        let name = slug(name);
        self.by_name.get(&name).copied().or_else(|| self.find_in_all_languages(&name))
    }

    fn find_in_all_languages(&self, slug: &str) -> Option<WorldId> {
        static SLUGS: OnceLock<HashMap<String, Option<WorldId>>> = OnceLock::new();
        *SLUGS.get_or_init(|| self.slugs()).get(slug)?
    }

    /// The first name of each concept in each language; `None` where two concepts share it.
    fn slugs(&self) -> HashMap<String, Option<WorldId>> {
        let mut slugs: HashMap<String, Option<WorldId>> = HashMap::new();
        for (name, id) in first_names(self) {
            slugs
                .entry(slug(name))
                .and_modify(|known| *known = known.filter(|known| *known == id))
                .or_insert(Some(id));
        }
        slugs
    }

    /// Every name of every concept, in the order of the files.
    pub(super) fn names(&self) -> Vec<Written> {
        read::names(self, files::CLDR, files::OWN)
    }

    /// Whether the concept is a country or some part of the world: what marks beside a name concern.
    pub(super) fn is_place(&self, id: WorldId) -> bool {
        self.concepts.get(id).is_some_and(|concept| concept.implies.is_empty())
    }

    /// The concept's names by language.
    pub(super) fn names_of(&self, id: WorldId) -> BTreeMap<&'static str, Vec<&'static str>> {
        let mut by_language: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for written in self.names().into_iter().filter(|written| written.concept == Some(id)) {
            let tag = written.language.map_or("*", Language::tag);
            let names = by_language.entry(tag).or_default();
            if !names.contains(&written.name) {
                names.push(written.name);
            }
        }
        by_language
    }

    /// The English names, for suggestions.
    pub(super) fn known(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }
}

fn first_names(world: &World) -> impl Iterator<Item = (&'static str, WorldId)> {
    let mut last = None;
    world.names().into_iter().filter_map(move |written| {
        let id = written.concept?;
        let here = Some((written.language, id));
        let first = last != here && !written.is_stem();
        last = here;
        first.then_some((written.name, id))
    })
}

/// A name as rules write it behind `@`: small letters, hyphens for spaces.
fn slug(name: &str) -> String {
    let folded = name.to_lowercase();
    let parts =
        folded.split(|c: char| c.is_whitespace() || c == '-' || c == '_' || c == '\'' || c == '’');
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests;
