//! One automaton for the literals of all rules and the names of all concepts: what stands in a text,
//! and where. It knows neither topics nor what a find is worth.

use super::boundary;
use super::context::context;
use super::folded::Folded;
use super::language::Languages;
use super::literal::Literal;
use super::names::{Candidate, ConceptId, Name, built_in, choose};
use super::world::world;
use super::zone::Zones;
use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// What was found: the number of a literal, or of a concept with [`CONCEPT`] added.
pub(super) type Thing = u32;
/// Numbers of concepts begin here; those of literals never come near.
pub(super) const CONCEPT: Thing = 1 << 31;
/// A find of a literal has no name.
pub(super) const NAMELESS: u32 = u32::MAX;

/// All literals and names.
#[derive(Debug)]
pub(super) struct Automaton {
    searcher: AhoCorasick,
    heads: Vec<Head>,
    /// What begins with each head, and in which languages, by their place in `spoken`: numbers of
    /// literals, then built-in names, then own names.
    members: Vec<(u32, u16)>,
    /// The sets of languages that there are.
    spoken: Vec<Languages>,
    literals: Vec<Literal>,
    built_in: &'static [Name],
    own: Vec<Name>,
    /// The zones that some rule asks about.
    pub(super) zones: Zones,
}

/// A find in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Find {
    pub(super) thing: Thing,
    pub(super) name: u32,
    pub(super) place: Range<usize>,
}

/// The longest head, in bytes: what is behind it is compared when it was found. Short heads make a
/// small automaton; few texts hold the beginning of a name and not the name.
const HEAD: usize = 12;

impl Automaton {
    /// `with_names`: whether some rule asks for concepts that are built in.
    pub(super) fn build(
        literals: Vec<Literal>,
        own: Vec<Name>,
        with_names: bool,
        zones: Zones,
    ) -> Result<Self, BuildError> {
        let built_in = if with_names { built_in() } else { &[] };
        let mut heads = Heads::default();
        let names = built_in.iter().chain(&own).map(|name| (&name.literal, name.languages));
        let all = literals.iter().map(|literal| (literal, Languages::ALL)).chain(names);
        for (number, (literal, languages)) in (0..).zip(all) {
            for head in literal.heads() {
                heads.add(head, number, literal, languages);
            }
        }
        let searcher = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(kind_for(&heads.texts)))
            .build(heads.texts.iter().map(|head| head.as_bytes()))?;
        let spoken = std::mem::take(&mut heads.spoken);
        let (heads, members) = heads.into_lists();
        Ok(Self { searcher, heads, members, spoken, literals, built_in, own, zones })
    }

    /// Calls `accept` with everything that stands in a text that may be in any of `languages`, but for
    /// what begins in one of the places that are `left_out`, which are sorted.
    pub(super) fn run(
        &self,
        folded: &Folded,
        languages: Languages,
        left_out: &[Range<usize>],
        accept: impl FnMut(Find),
    ) {
        let (mut finds, mut candidates) = (Vec::new(), Vec::new());
        for found in self.searcher.find_overlapping_iter(folded.text()) {
            let (head, start) = (&self.heads[found.pattern().as_usize()], found.start());
            if !head.may_begin(folded.text(), start, languages) {
                continue;
            }
            for &(number, spoken) in
                &self.members[head.members.start as usize..head.members.end as usize]
            {
                if !self.spoken[usize::from(spoken)].meets(languages) {
                    continue;
                }
                if let Some(literal) = self.literals.get(number as usize) {
                    let end = literal.ends(folded, start);
                    let find = |end| Find { thing: number, name: NAMELESS, place: start..end };
                    finds.extend(end.map(find));
                } else if let Some(name) = self.name(number) {
                    candidates.extend(candidate(name, number, folded, start));
                }
            }
        }
        let is_meant = |candidate: &Candidate| self.is_meant(candidate, folded, languages);
        let names = choose(candidates).into_iter().filter(is_meant).map(|candidate| Find {
            thing: CONCEPT | candidate.concept,
            name: candidate.name,
            place: candidate.place,
        });
        let finds = finds.into_iter().chain(names);
        finds.filter(|find| !is_in(left_out, find.place.start)).for_each(accept);
    }

    /// Whether nothing beside a built-in name says that it is a name of something else.
    fn is_meant(&self, candidate: &Candidate, folded: &Folded, languages: Languages) -> bool {
        if candidate.name as usize >= self.literals.len() + self.built_in.len() {
            return true;
        }
        let country = world().is_place(candidate.concept as usize);
        let written = self.name(candidate.name).map_or("", |name| &*name.written);
        !context().tells_otherwise(folded, &candidate.place, (written, country), languages)
    }

    /// The name that a find says.
    pub(super) fn name(&self, number: u32) -> Option<&Name> {
        let at = (number as usize).checked_sub(self.literals.len())?;
        self.built_in.get(at).or_else(|| self.own.get(at - self.built_in.len()))
    }

    /// How many distinct terms of rules there are.
    pub(super) fn len(&self) -> usize {
        self.literals.len()
    }

    /// How many names of concepts there are.
    pub(super) fn names(&self) -> usize {
        self.built_in.len() + self.own.len()
    }

    /// The memory of the automaton and its lists, in bytes; names are counted by `names`.
    pub(super) fn memory(&self) -> usize {
        self.searcher.memory_usage()
            + size_of_val(self.heads.as_slice())
            + size_of_val(self.members.as_slice())
    }
}

fn candidate(name: &Name, number: u32, folded: &Folded, start: usize) -> Option<Candidate> {
    let end = name.literal.ends(folded, start)?;
    Some(Candidate { name: number, place: start..end, rank: name.rank, concept: name.concept })
}

/// What all members of a head have in common: most finds of heads end here.
#[derive(Debug, Clone)]
struct Head {
    members: Range<u32>,
    languages: Languages,
    /// None of them begins within a word of a script with spaces.
    at_words: bool,
}

impl Head {
    fn may_begin(&self, text: &str, start: usize, languages: Languages) -> bool {
        self.languages.meets(languages) && !(self.at_words && boundary::is_within_word(text, start))
    }
}

/// Whether byte `at` is in one of the sorted `ranges`.
pub(super) fn is_in(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.start <= at)
}

/// The distinct heads, and the members that begin with each.
#[derive(Default)]
struct Heads<'a> {
    numbers: HashMap<Cow<'a, str>, u32>,
    texts: Vec<Cow<'a, str>>,
    /// What is common to the members of each, their places still to come.
    shared: Vec<Head>,
    /// Head and member.
    pairs: Vec<(u32, u32, u16)>,
    spoken: Vec<Languages>,
    numbers_spoken: HashMap<Languages, u16>,
}

impl<'a> Heads<'a> {
    fn add(&mut self, head: Cow<'a, str>, member: u32, literal: &Literal, languages: Languages) {
        let head = match head {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..short(text)]),
            Cow::Owned(text) => Cow::Owned(text[..short(&text)].to_owned()),
        };
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(head).or_insert_with_key(|head| {
            self.texts.push(head.clone());
            self.shared.push(Head {
                members: 0..0,
                languages: Languages::default(),
                at_words: true,
            });
            next
        });
        let head = &mut self.shared[number as usize];
        head.languages = head.languages.union(languages);
        head.at_words &= literal.begins_words();
        let spoken = self.number_of(languages);
        self.pairs.push((number, member, spoken));
    }

    /// The place of a set of languages. There are a few thousand; beyond what can be numbered a name
    /// stands in all.
    fn number_of(&mut self, languages: Languages) -> u16 {
        if self.spoken.is_empty() {
            self.spoken.push(Languages::ALL);
        }
        if let Some(known) = self.numbers_spoken.get(&languages) {
            return *known;
        }
        let Ok(next) = u16::try_from(self.spoken.len()) else { return 0 };
        self.spoken.push(languages);
        self.numbers_spoken.insert(languages, next);
        next
    }

    fn into_lists(mut self) -> (Vec<Head>, Vec<(u32, u16)>) {
        self.pairs.sort_unstable_by_key(|(head, member, _)| (*head, *member));
        self.pairs.dedup_by_key(|(head, member, _)| (*head, *member));
        let mut start = 0;
        for pairs in self.pairs.chunk_by(|a, b| a.0 == b.0) {
            let end = start + u32::try_from(pairs.len()).unwrap_or(u32::MAX);
            self.shared[pairs[0].0 as usize].members = start..end;
            start = end;
        }
        (self.shared, self.pairs.into_iter().map(|(_, member, spoken)| (member, spoken)).collect())
    }
}

/// The end of the last letter that begins within [`HEAD`] bytes.
fn short(head: &str) -> usize {
    let within = head.char_indices().map(|(at, c)| at + c.len_utf8());
    within.take_while(|end| *end <= HEAD).last().unwrap_or(head.len())
}

/// Bytes of heads up to which the faster automaton is worth its memory, which is about a kilobyte
/// for each of them.
const SMALL: usize = 8 * 1024;

/// A table of all transitions is searched twice as fast, and grows with what it holds.
fn kind_for(heads: &[Cow<str>]) -> AhoCorasickKind {
    let bytes: usize = heads.iter().map(|head| head.len()).sum();
    if bytes <= SMALL { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA }
}

/// The number of a concept as finds have it.
pub(super) fn thing_of(concept: ConceptId) -> Thing {
    CONCEPT | concept
}
