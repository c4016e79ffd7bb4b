//! Names of concepts as the automaton looks for them, and which of several that overlap is meant: the
//! one that begins first, of those the longest. "South Korea" is not the Korea that it ends with.

use super::language::Languages;
use super::literal::Literal;
use super::world::{WorldId, world};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::LazyLock;
use xxhash_rust::xxh3::Xxh3Builder;

/// What a name is a name of, by its number in the index; `NOTHING` for a phrase that only looks like
/// a name.
pub(super) type ConceptId = u32;
pub(super) const NOTHING: ConceptId = ConceptId::MAX;

/// A name of a concept.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) literal: Literal,
    pub(super) concept: ConceptId,
    /// Where it is a name.
    pub(super) languages: Languages,
    /// As its file or the config writes it.
    pub(super) written: Cow<'static, str>,
    pub(super) rank: Rank,
    pub(super) weight: f32,
}

/// Who gives way where names overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rank {
    /// A built-in name or an exception: where it stands, nothing shorter does.
    Strong,
    /// A term of the config: gives way to a longer name, and takes no other's place.
    Own,
    /// Gives way to every other.
    Weak,
}

/// A name that stands somewhere, if no other stands there in its stead.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) name: u32,
    pub(super) place: Range<usize>,
    pub(super) rank: Rank,
    pub(super) concept: ConceptId,
}

/// About how many names are built in.
const ABOUT: usize = 1 << 17;

/// The names that are built in; made once, when the first index needs them.
pub(super) fn built_in() -> &'static [Name] {
    static NAMES: LazyLock<Vec<Name>> = LazyLock::new(make);
    &NAMES
}

fn make() -> Vec<Name> {
    let mut names: Vec<Name> = Vec::with_capacity(ABOUT);
    // By hash: a map of the literals themselves would hold all of them twice.
    let mut known: HashMap<u64, usize> = HashMap::with_capacity(ABOUT);
    let hasher = Xxh3Builder::new();
    for one in world().names() {
        let concept = one.concept.map_or(NOTHING, number);
        let literals = match one.language {
            Some(language) => Literal::of_name(one.name, language),
            None => Literal::of_name_anywhere(one.name),
        };
        let languages = one.language.map_or(Languages::ALL, Languages::only);
        for literal in literals {
            let mut hash = hasher.hash_one((&literal, concept));
            let is_same = |name: &Name| name.concept == concept && name.literal == literal;
            while known.get(&hash).is_some_and(|at| !is_same(&names[*at])) {
                hash = hash.wrapping_add(1);
            }
            if let Some(at) = known.get(&hash) {
                names[*at].languages = names[*at].languages.union(languages);
                continue;
            }
            known.insert(hash, names.len());
            let written = Cow::from(one.name.trim_start_matches('=').trim_end_matches('*'));
            let rank = if one.weak { Rank::Weak } else { Rank::Strong };
            names.push(Name { literal, concept, languages, written, rank, weight: 1.0 });
        }
    }
    names.shrink_to_fit();
    names
}

/// There are a few hundred.
pub(super) fn number(id: WorldId) -> ConceptId {
    ConceptId::try_from(id).unwrap_or(NOTHING)
}

/// Leaves those candidates that are meant.
pub(super) fn choose(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let order = |c: &Candidate| (c.place.start, Reverse(c.place.end), c.concept, c.rank, c.name);
    candidates.sort_unstable_by_key(order);
    // Several spellings of one name are one.
    candidates.dedup_by(|b, a| (&a.place, a.concept, a.rank) == (&b.place, b.concept, b.rank));
    let mut strong: Vec<Range<usize>> = Vec::new();
    for candidate in candidates.iter().filter(|c| c.rank == Rank::Strong) {
        if strong.last().is_none_or(|last| candidate.place.start >= last.end) {
            strong.push(candidate.place.clone());
        }
    }
    let nothing: HashSet<Range<usize>> =
        candidates.iter().filter(|c| c.concept == NOTHING).map(|c| c.place.clone()).collect();
    let mut weak_end = 0;
    candidates.retain(|candidate| {
        let over = overlapped(&strong, &candidate.place);
        let holds = match candidate.rank {
            Rank::Strong => over == Some(&candidate.place) && !nothing.contains(&candidate.place),
            Rank::Own => over.is_none_or(|over| !is_within(&candidate.place, over)),
            Rank::Weak => {
                let free = over.is_none() && candidate.place.start >= weak_end;
                let tied = candidate.place.end == weak_end && over.is_none();
                if free {
                    weak_end = candidate.place.end;
                }
                free || tied
            }
        };
        holds && candidate.concept != NOTHING
    });
    candidates
}

/// The first of the sorted, disjoint `places` that shares a letter with `place`.
fn overlapped<'p>(places: &'p [Range<usize>], place: &Range<usize>) -> Option<&'p Range<usize>> {
    let at = places.partition_point(|other| other.end <= place.start);
    places.get(at).filter(|other| other.start < place.end)
}

/// Whether `inner` is a real part of `outer`.
fn is_within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    inner != outer && outer.start <= inner.start && inner.end <= outer.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(list: &[(ConceptId, Range<usize>, Rank)]) -> Vec<ConceptId> {
        let candidates = (0..).zip(list).map(|(name, (concept, place, rank))| Candidate {
            name,
            place: place.clone(),
            rank: *rank,
            concept: *concept,
        });
        choose(candidates.collect()).into_iter().map(|c| c.concept).collect()
    }

    #[test]
    fn the_longest_of_the_first_is_meant_and_equals_are_all_meant() {
        use Rank::Strong;
        let found =
            [(1, 6..11, Strong), (2, 0..11, Strong), (3, 0..11, Strong), (4, 12..15, Strong)];
        assert_eq!(candidates(&found), [2, 3, 4]);
    }

    #[test]
    fn what_is_no_name_takes_the_place_of_what_it_holds_and_means_nothing() {
        use Rank::{Own, Strong};
        assert!(candidates(&[(1, 0..6, Strong), (NOTHING, 0..13, Strong)]).is_empty());
        assert!(candidates(&[(1, 0..13, Strong), (NOTHING, 0..13, Strong)]).is_empty());
        assert!(candidates(&[(1, 0..6, Own), (NOTHING, 0..13, Strong)]).is_empty());
    }

    #[test]
    fn own_terms_give_way_to_longer_names_and_take_no_place() {
        use Rank::{Own, Strong};
        assert_eq!(candidates(&[(1, 6..11, Own), (2, 0..11, Strong)]), [2]);
        assert_eq!(candidates(&[(1, 0..20, Own), (2, 6..11, Strong)]), [1, 2]);
        assert_eq!(candidates(&[(1, 0..5, Own), (2, 0..5, Strong)]), [1, 2]);
    }

    #[test]
    fn weak_names_stand_only_where_no_other_does() {
        use Rank::{Strong, Weak};
        assert_eq!(candidates(&[(1, 0..6, Weak), (2, 3..9, Strong)]), [2]);
        assert_eq!(candidates(&[(1, 0..6, Weak), (2, 0..6, Weak), (3, 6..9, Strong)]), [1, 2, 3]);
        assert_eq!(candidates(&[(1, 0..6, Weak), (2, 3..9, Weak), (3, 12..15, Weak)]), [1, 3]);
    }
}
