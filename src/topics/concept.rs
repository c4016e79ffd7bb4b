//! Things with names in many languages. Config defines them; here their references are resolved
//! and their terms read. Finding the terms in a text is left to `index`.

use super::error::{ConceptError, ConceptPlace, RuleError, nearest};
use super::rule::Term;
use super::{lexer, word};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

/// A concept as config defines it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concept {
    /// What rules call it, without the `@`; case does not matter.
    pub name: String,
    /// Its name for people.
    pub title: Option<String>,
    /// Other concepts that it takes in, with or without the `@`.
    pub any: Vec<String>,
    /// Its terms as a rule would write them; several words are a phrase even without quotes.
    pub terms: Vec<String>,
}

/// The concepts that rules may name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Concepts {
    /// By lower-cased name.
    by_name: HashMap<String, Arc<ResolvedConcept>>,
}

/// A concept with everything that it takes in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ResolvedConcept {
    /// As defined.
    pub(super) name: String,
    /// Own terms first, then those of the concepts that it takes in.
    pub(super) terms: Vec<ConceptTerm>,
}

/// A term and the concept whose definition lists it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ConceptTerm {
    pub(super) concept: Arc<str>,
    pub(super) term: Term,
    pub(super) weight: f32,
}

impl Concepts {
    /// Resolves the concepts that config defines. All problems are reported.
    pub fn build(concepts: Vec<Concept>) -> Result<Self, Vec<ConceptError>> {
        let builder = Builder::new(concepts);
        if builder.problems.is_empty() { Ok(builder.resolve()) } else { Err(builder.problems) }
    }

    /// How many concepts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The concept that a rule calls `name` at `span`.
    pub(super) fn find(
        &self,
        name: &str,
        span: Range<usize>,
    ) -> Result<Arc<ResolvedConcept>, RuleError> {
        let lower = name.to_lowercase();
        self.by_name.get(&lower).cloned().ok_or_else(|| {
            let names = self.by_name.values().map(|concept| concept.name.as_str());
            RuleError::new(span, format!("there is no concept `@{name}`"))
                .maybe_help(Some(suggestion(&lower, names)))
        })
    }
}

fn suggestion<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> String {
    match nearest(wanted, names) {
        Some(near) => format!("did you mean `@{near}`?"),
        None => "define it under `[concepts]`".to_owned(),
    }
}

/// Concepts on their way from definitions to resolved ones, by their place in the definitions.
struct Builder {
    concepts: Vec<Concept>,
    places: HashMap<String, usize>,
    terms: Vec<Vec<ConceptTerm>>,
    /// Each concept's references: their places in `any`, and the concepts that they lead to.
    takes_in: Vec<Vec<(usize, usize)>>,
    problems: Vec<ConceptError>,
}

impl Builder {
    fn new(concepts: Vec<Concept>) -> Self {
        let mut builder = Self {
            places: HashMap::new(),
            terms: Vec::new(),
            takes_in: Vec::new(),
            problems: Vec::new(),
            concepts,
        };
        builder.name_all();
        builder.read_terms();
        builder.find_references();
        builder.refuse_circles();
        builder
    }

    fn problem(&mut self, at: usize, place: ConceptPlace, error: RuleError) {
        let concept = self.concepts[at].name.clone();
        let RuleError { span, message, help } = error;
        self.problems.push(ConceptError { concept, place, span, message, help });
    }

    fn name_all(&mut self) {
        for at in 0..self.concepts.len() {
            let concept = &self.concepts[at];
            let whole = 0..concept.name.len();
            let problem = if concept.name.is_empty() || !concept.name.chars().all(word::is_name) {
                Some("a name is made of letters, digits, `-` and `_`")
            } else if concept.any.is_empty() && concept.terms.is_empty() {
                Some("it has neither `terms` nor `any`")
            } else {
                None
            };
            let lower = concept.name.to_lowercase();
            if let Some(message) = problem {
                self.problem(at, ConceptPlace::Name, RuleError::new(whole.clone(), message));
            }
            if self.places.insert(lower, at).is_some() {
                let error = RuleError::new(whole, "another concept has this name")
                    .help("names differ in more than case");
                self.problem(at, ConceptPlace::Name, error);
            }
        }
    }

    fn read_terms(&mut self) {
        for at in 0..self.concepts.len() {
            let concept: Arc<str> = Arc::from(self.concepts[at].name.as_str());
            let mut terms = Vec::with_capacity(self.concepts[at].terms.len());
            for (place, text) in self.concepts[at].terms.clone().iter().enumerate() {
                match lexer::term(text) {
                    Ok((term, weight)) => {
                        terms.push(ConceptTerm { concept: Arc::clone(&concept), term, weight });
                    }
                    Err(error) => self.problem(at, ConceptPlace::Term(place), error),
                }
            }
            self.terms.push(terms);
        }
    }

    fn find_references(&mut self) {
        for at in 0..self.concepts.len() {
            let mut found = Vec::new();
            for (place, written) in self.concepts[at].any.clone().iter().enumerate() {
                let name = written.strip_prefix('@').unwrap_or(written).to_lowercase();
                if let Some(other) = self.places.get(&name) {
                    found.push((place, *other));
                    continue;
                }
                let names = self.concepts.iter().map(|concept| concept.name.as_str());
                let error = RuleError::new(
                    0..written.len(),
                    format!("there is no concept `@{}`", written.trim_start_matches('@')),
                )
                .help(suggestion(&name, names));
                self.problem(at, ConceptPlace::Any(place), error);
            }
            self.takes_in.push(found);
        }
    }

    /// Reports each circle once, at its concept that is defined first.
    fn refuse_circles(&mut self) {
        let mut reported = BTreeSet::new();
        for at in 0..self.concepts.len() {
            if reported.contains(&at) {
                continue;
            }
            let Some(circle) = self.circle_through(at) else { continue };
            let names: Vec<String> =
                circle.iter().map(|&c| format!("@{}", self.concepts[c].name)).collect();
            let first = self.takes_in[at].iter().find(|(_, other)| *other == circle[1]);
            let place = first.map_or(0, |(place, _)| *place);
            let span = 0..self.concepts[at].any[place].len();
            let error = RuleError::new(span, format!("it takes in itself: {}", names.join(" → ")));
            self.problem(at, ConceptPlace::Any(place), error);
            reported.extend(circle);
        }
    }

    /// The shortest way from a concept back to itself, both ends included.
    fn circle_through(&self, start: usize) -> Option<Vec<usize>> {
        let mut came_from: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for &(_, next) in &self.takes_in[at] {
                if next == start {
                    let mut way = vec![start, at];
                    while let Some(&before) = way.last().and_then(|last| came_from.get(last)) {
                        way.push(before);
                    }
                    way.reverse();
                    return Some(way);
                }
                if let Entry::Vacant(slot) = came_from.entry(next) {
                    slot.insert(at);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    fn resolve(self) -> Concepts {
        let by_name = self.places.iter().map(|(name, &at)| {
            let terms =
                self.reached(at).into_iter().flat_map(|c| self.terms[c].iter().cloned()).collect();
            let name_as_defined = self.concepts[at].name.clone();
            (name.clone(), Arc::new(ResolvedConcept { name: name_as_defined, terms }))
        });
        Concepts { by_name: by_name.collect() }
    }

    /// The concept and everything that it takes in, each once, nearest first.
    fn reached(&self, start: usize) -> Vec<usize> {
        let mut seen = BTreeSet::from([start]);
        let mut order = vec![start];
        let mut next = 0;
        while let Some(&at) = order.get(next) {
            next += 1;
            let others = self.takes_in[at].iter().map(|(_, other)| *other);
            order.extend(others.filter(|&other| seen.insert(other)));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(name: &str, any: &[&str], terms: &[&str]) -> Concept {
        let strings = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Concept { name: name.to_owned(), title: None, any: strings(any), terms: strings(terms) }
    }

    fn terms(concepts: &Concepts, name: &str) -> Vec<String> {
        let found = concepts.find(name, 0..0).expect("it is there");
        found.terms.iter().map(|inner| format!("{}:{}", inner.concept, inner.term)).collect()
    }

    #[test]
    fn a_concept_has_its_own_terms_and_those_that_it_takes_in_once() {
        let concepts = Concepts::build(vec![
            concept("asia", &["@korea", "KP"], &[]),
            concept("korea", &["@kp"], &["Korean Peninsula", "kore*", "/x+/", "“a b”", "한반도^2"]),
            concept("KP", &[], &["КНДР"]),
        ])
        .expect("these are sound");
        let korea = [
            "korea:\"Korean Peninsula\"",
            "korea:kore*",
            "korea:/x+/",
            "korea:\"a b\"",
            "korea:한반도",
            "KP:КНДР",
        ];
        assert_eq!(terms(&concepts, "Korea"), korea);
        let mut asia = terms(&concepts, "ASIA");
        asia.sort_unstable();
        let mut wanted = korea.to_vec();
        wanted.sort_unstable();
        assert_eq!(asia, wanted);
        assert_eq!(concepts.len(), 3);
    }

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let problems = Concepts::build(vec![
            concept("a b", &[], &["x"]),
            concept("empty", &[], &[]),
            concept("twice", &[], &["x"]),
            concept("Twice", &[], &["x"]),
            concept(
                "korea",
                &["twice", "@twce", "zzz"],
                &["x", " mis*le", "a and b", "(x)", "\"x"],
            ),
            concept("one", &["twice", "two"], &[]),
            concept("two", &["three"], &[]),
            concept("three", &["@one"], &[]),
            concept("self", &["self"], &["x"]),
        ])
        .expect_err("these are not");
        let told: Vec<_> = problems
            .iter()
            .map(|p| (p.concept.as_str(), p.place, p.span.clone(), p.message.as_str()))
            .collect();
        assert_eq!(
            told,
            vec![
                ("a b", ConceptPlace::Name, 0..3, "a name is made of letters, digits, `-` and `_`"),
                ("empty", ConceptPlace::Name, 0..5, "it has neither `terms` nor `any`"),
                ("Twice", ConceptPlace::Name, 0..5, "another concept has this name"),
                ("korea", ConceptPlace::Term(1), 4..5, "a `*` can only end a word"),
                ("korea", ConceptPlace::Term(3), 0..3, "this is not one term"),
                ("korea", ConceptPlace::Term(4), 0..2, "this phrase has no end"),
                ("korea", ConceptPlace::Any(1), 0..5, "there is no concept `@twce`"),
                ("korea", ConceptPlace::Any(2), 0..3, "there is no concept `@zzz`"),
                (
                    "one",
                    ConceptPlace::Any(1),
                    0..3,
                    "it takes in itself: @one → @two → @three → @one"
                ),
                ("self", ConceptPlace::Any(0), 0..4, "it takes in itself: @self → @self"),
            ]
        );
        assert_eq!(problems[6].help.as_deref(), Some("did you mean `@Twice`?"));
    }
}
