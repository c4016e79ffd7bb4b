//! Reads the files of names. `[ru]` begins a language; `KP: Северная Корея; КНДР` gives a concept its
//! names there. A name is written as texts write it, and changes as its language does; `stem*` stands
//! for all words that begin so, `=name` never changes, `~name` gives way to any other name that it
//! overlaps, `-name` takes back what CLDR has. Behind `not:` stand phrases that look like a name and
//! are none; behind `before:` and `behind:` words that make any country's name beside them another's
//! ("hotel Moskva", "Moszkva tér"), behind `amid NAME:` those that give it another sense
//! near them, and behind `needs NAME:` those without which it is no name ("Kim" beside Putin).

use super::super::language::Language;
use super::{World, WorldConcept, WorldId, slug};
use std::collections::{HashMap, HashSet};

/// A name as a file has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Written {
    /// `None` in the sections for all languages.
    pub(in super::super) language: Option<Language>,
    /// `None` for what is no name of anything.
    pub(in super::super) concept: Option<WorldId>,
    /// With its `*` or `=`.
    pub(in super::super) name: &'static str,
    /// Gives way to whatever it overlaps.
    pub(in super::super) weak: bool,
}

impl Written {
    /// Whether it is only a part of a word.
    pub(super) fn is_stem(&self) -> bool {
        self.weak || self.name.contains('*')
    }
}

/// The concepts that the index lists: `name: Title; other name -> implied, implied` and `name: Title
/// = member, member` for a concept that takes in others.
pub(super) fn index(text: &'static str) -> World {
    let mut world = World { concepts: Vec::new(), by_name: HashMap::new() };
    let mut relations = Vec::new();
    for line in lines(text) {
        let Some((name, rest)) = line.split_once(": ") else { continue };
        let (rest, implies) = rest.split_once(" -> ").unwrap_or((rest, ""));
        let (titles, any) = rest.split_once(" = ").unwrap_or((rest, ""));
        let id = world.concepts.len();
        let title = titles.split(';').next().unwrap_or(name).trim();
        world.concepts.push(WorldConcept { name, title, implies: Vec::new(), any: Vec::new() });
        for known in std::iter::once(name).chain(titles.split(';')) {
            world.by_name.entry(slug(known)).or_insert(id);
        }
        relations.push((id, implies, any));
    }
    for (id, implies, any) in relations {
        let found = |list: &str| -> Vec<WorldId> {
            list.split(", ").filter_map(|name| world.by_name.get(&slug(name)).copied()).collect()
        };
        let (implies, any) = (found(implies), found(any));
        world.concepts[id].implies = implies;
        world.concepts[id].any = any;
    }
    world
}

/// All names of all files: ours, and CLDR's that ours do not take back.
pub(super) fn names(world: &World, cldr: &'static str, own: &[&'static str]) -> Vec<Written> {
    let mut names = Vec::with_capacity(100_000);
    let mut taken_back = HashSet::new();
    for text in own {
        for (written, mark) in entries(world, text) {
            if mark == '-' {
                taken_back.insert((written.language, written.concept, written.name));
            } else {
                names.push(written);
            }
        }
    }
    let mined = entries(world, cldr).map(|(written, _)| written);
    names.extend(mined.filter(|w| !taken_back.contains(&(w.language, w.concept, w.name))));
    names
}

/// Words beside names, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Beside {
    pub(in super::super) language: Language,
    pub(in super::super) side: Side,
    pub(in super::super) words: Vec<&'static str>,
}

/// On which side of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Side {
    Before,
    Behind,
    /// Near these names, which stand between `|`.
    Amid(&'static str),
    /// Near these names, which are none without.
    Needs(&'static str),
}

impl Side {
    /// Of a line that begins with `key`.
    pub(super) fn of(key: &'static str) -> Option<Self> {
        match key {
            "before" => Some(Self::Before),
            "behind" => Some(Self::Behind),
            _ => {
                let amid = key.strip_prefix("amid ").map(Self::Amid);
                amid.or_else(|| key.strip_prefix("needs ").map(Self::Needs))
            }
        }
    }
}

/// What one file lists that stands beside names.
pub(super) fn beside(text: &'static str) -> Vec<Beside> {
    let mut languages: Vec<Language> = Vec::new();
    let mut found = Vec::new();
    for line in lines(text) {
        if let Some(tags) = section(line) {
            languages = tags.split(' ').filter_map(Language::of).collect();
        }
        let Some((key, list)) = line.split_once(": ") else { continue };
        let Some(side) = Side::of(key) else { continue };
        let words: Vec<_> =
            list.split("; ").map(str::trim).filter(|word| !word.is_empty()).collect();
        let each = languages.iter();
        found.extend(each.map(|&language| Beside { language, side, words: words.clone() }));
    }
    found
}

/// The tags of a line that begins a language.
fn section(line: &'static str) -> Option<&'static str> {
    line.strip_prefix('[').and_then(|line| line.strip_suffix(']'))
}

/// The names of one file, each with its mark, a space where it has none.
fn entries(world: &World, text: &'static str) -> impl Iterator<Item = (Written, char)> {
    let mut languages: Vec<Option<Language>> = vec![None];
    lines(text).flat_map(move |line| {
        if let Some(tags) = section(line) {
            languages = tags.split(' ').filter_map(Language::of).map(Some).collect();
            if tags == "*" {
                languages = vec![None];
            }
            return Vec::new();
        }
        let Some((name, list)) = line.split_once(": ") else { return Vec::new() };
        let concept = world.by_name.get(&slug(name)).copied();
        if concept.is_none() && name != "not" {
            return Vec::new();
        }
        let each = |language: Option<Language>| {
            list.split("; ").map(str::trim).filter(|name| !name.is_empty()).map(move |name| {
                let mark = name.chars().next().filter(|c| matches!(c, '-' | '~')).unwrap_or(' ');
                let name = name.trim_start_matches(['-', '~']);
                (Written { language, concept, name, weak: mark == '~' }, mark)
            })
        };
        languages.iter().flat_map(|language| each(*language)).collect::<Vec<_>>()
    })
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}
