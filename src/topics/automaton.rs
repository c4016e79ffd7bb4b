//! One automaton for the literals of all rules and the names of all concepts: what stands in a text,
//! and where. It knows neither topics nor what a find is worth.

use super::folded::Folded;
use super::language::Languages;
use super::literal::Literal;
use super::names::{Candidate, ConceptId, Name, built_in, choose};
use super::zone::Zones;
use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
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
    /// For each head, where its members begin in `members`; one more than there are heads.
    starts: Vec<u32>,
    /// Literals, then built-in names, then own names.
    members: Vec<u32>,
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
        let all = literals.iter().chain(built_in.iter().chain(&own).map(|name| &name.literal));
        for (number, literal) in (0..).zip(all) {
            for head in literal.heads() {
                heads.add(&head, number);
            }
        }
        let searcher = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(kind_for(&heads.texts)))
            .build(&heads.texts)?;
        let (starts, members) = heads.into_lists();
        Ok(Self { searcher, starts, members, literals, built_in, own, zones })
    }

    /// Calls `accept` with everything that stands in a text that may be in any of `languages`.
    pub(super) fn run(&self, folded: &Folded, languages: Languages, mut accept: impl FnMut(Find)) {
        let mut candidates = Vec::new();
        for head in self.searcher.find_overlapping_iter(folded.text()) {
            let head_number = head.pattern().as_usize();
            let members = self.starts[head_number] as usize..self.starts[head_number + 1] as usize;
            for &member in &self.members[members] {
                let Some(literal) = self.literals.get(member as usize) else {
                    candidates.extend(self.candidate(member, folded, head.start(), languages));
                    continue;
                };
                if let Some(end) = literal.ends(folded, head.start()) {
                    accept(Find { thing: member, name: NAMELESS, place: head.start()..end });
                }
            }
        }
        for candidate in choose(candidates) {
            accept(Find {
                thing: CONCEPT | candidate.concept,
                name: candidate.name,
                place: candidate.place,
            });
        }
    }

    fn candidate(
        &self,
        member: u32,
        folded: &Folded,
        start: usize,
        languages: Languages,
    ) -> Option<Candidate> {
        let name = self.name(member)?;
        let end = name.ends(folded, start, languages)?;
        Some(Candidate { name: member, place: start..end, rank: name.rank, concept: name.concept })
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
        self.searcher.memory_usage() + (self.starts.len() + self.members.len()) * size_of::<u32>()
    }
}

/// The distinct heads, and the members that begin with each.
#[derive(Default)]
struct Heads {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
    /// Head and member.
    pairs: Vec<(u32, u32)>,
}

impl Heads {
    fn add(&mut self, head: &str, member: u32) {
        let head = &head[..short(head)];
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let number = self.numbers.get(head).copied().unwrap_or_else(|| {
            self.numbers.insert(head.to_owned(), next);
            self.texts.push(head.to_owned());
            next
        });
        self.pairs.push((number, member));
    }

    fn into_lists(mut self) -> (Vec<u32>, Vec<u32>) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        let mut starts = Vec::with_capacity(self.texts.len() + 1);
        let mut at = 0;
        for head in 0..=u32::try_from(self.texts.len()).unwrap_or(u32::MAX) {
            while self.pairs.get(at).is_some_and(|(other, _)| *other < head) {
                at += 1;
            }
            starts.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        (starts, self.pairs.into_iter().map(|(_, member)| member).collect())
    }
}

/// The end of the last letter that begins within [`HEAD`] bytes.
fn short(head: &str) -> usize {
    let within = head.char_indices().map(|(at, c)| at + c.len_utf8());
    within.take_while(|end| *end <= HEAD).last().unwrap_or(head.len())
}

/// Bytes of heads up to which the faster automaton is worth its memory, which is about a kilobyte
/// for each of them.
const SMALL: usize = 4 * 1024;

/// A table of all transitions is searched twice as fast, and grows with what it holds.
fn kind_for(heads: &[String]) -> AhoCorasickKind {
    let bytes: usize = heads.iter().map(String::len).sum();
    if bytes <= SMALL { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA }
}

/// The number of a concept as finds have it.
pub(super) fn thing_of(concept: ConceptId) -> Thing {
    CONCEPT | concept
}
