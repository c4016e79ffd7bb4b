//! Reads the concepts that config defines: their names, their terms, and what they refer to. Every
//! problem is reported with its place.

use super::concept::{Concept, ConceptTerm, Definition};
use super::concepts::{Concepts, Links, Node, suggestion};
use super::error::{ConceptError, ConceptPlace, RuleError};
use super::language::Language;
use super::literal::Literal;
use super::world::{WorldId, world};
use super::{lexer, word};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

impl Concepts {
    /// Resolves the concepts that config defines. All problems are reported.
    pub fn build(concepts: Vec<Concept>) -> Result<Self, Vec<ConceptError>> {
        let builder = Builder::new(concepts);
        if builder.problems.is_empty() { Ok(builder.finish()) } else { Err(builder.problems) }
    }
}

/// Concepts on their way from definitions to resolved ones, by their place in the definitions.
struct Builder {
    concepts: Vec<Concept>,
    places: HashMap<String, usize>,
    terms: Vec<Vec<ConceptTerm>>,
    /// Each concept's references: their places in `any`, and the concepts that they lead to.
    takes_in: Vec<Vec<(usize, Node)>>,
    implies: Vec<Vec<Node>>,
    problems: Vec<ConceptError>,
}

impl Builder {
    fn new(concepts: Vec<Concept>) -> Self {
        let mut builder = Self {
            places: HashMap::new(),
            terms: Vec::new(),
            takes_in: Vec::new(),
            implies: Vec::new(),
            problems: Vec::new(),
            concepts,
        };
        builder.name_all();
        builder.read_terms();
        builder.check_exceptions();
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
            } else if concept.is_empty() {
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
            let mut terms = Vec::with_capacity(self.concepts[at].terms.len());
            for (place, wording) in self.concepts[at].terms.clone().iter().enumerate() {
                match lexer::term(&wording.text) {
                    Ok((term, weight)) => {
                        let language = wording.language.as_deref().and_then(Language::of);
                        terms.push(ConceptTerm { term, weight, language });
                    }
                    Err(error) => self.problem(at, ConceptPlace::Term(place), error),
                }
            }
            self.terms.push(terms);
        }
    }

    fn check_exceptions(&mut self) {
        for at in 0..self.concepts.len() {
            for place in 0..self.concepts[at].except.len() {
                let phrase = &self.concepts[at].except[place];
                if Literal::of(phrase).is_none() {
                    let error =
                        RuleError::new(0..phrase.len(), "there is no letter or digit in this");
                    self.problem(at, ConceptPlace::Except(place), error);
                }
            }
        }
    }

    fn find_references(&mut self) {
        for at in 0..self.concepts.len() {
            let any = self.concepts[at].any.clone();
            let found = self.references(at, &any, ConceptPlace::Any);
            self.takes_in.push(found);
            let implied = self.concepts[at].implies.clone();
            let found = self.references(at, &implied, ConceptPlace::Implies);
            self.implies.push(found.into_iter().map(|(_, node)| node).collect());
        }
    }

    fn references(
        &mut self,
        at: usize,
        written: &[String],
        place_of: fn(usize) -> ConceptPlace,
    ) -> Vec<(usize, Node)> {
        let mut found = Vec::new();
        for (place, written) in written.iter().enumerate() {
            let name = written.trim_start_matches('@');
            if let Some(node) = self.node(name) {
                found.push((place, node));
                continue;
            }
            let names = self.concepts.iter().map(|concept| concept.name.as_str());
            let error = RuleError::new(0..written.len(), format!("there is no concept `@{name}`"))
                .help(suggestion(name, names));
            self.problem(at, place_of(place), error);
        }
        found
    }

    fn node(&self, name: &str) -> Option<Node> {
        if let Some(&at) = self.places.get(&name.to_lowercase()) {
            return Some(Node::Own(at));
        }
        world().find(name).map(Node::World)
    }

    /// The built-in concept that a definition adds to.
    fn extended(&self, at: usize) -> Option<WorldId> {
        world().find(&self.concepts[at].name)
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
            let first = self.takes_in[at].iter().find(|(_, other)| *other == Node::Own(circle[1]));
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
                let Node::Own(next) = next else { continue };
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

    fn finish(self) -> Concepts {
        let extended: Vec<Option<WorldId>> =
            (0..self.concepts.len()).map(|at| self.extended(at)).collect();
        // What adds to a built-in concept is that concept, for all others.
        let whole = |node: Node| match node {
            Node::Own(at) => extended[at].map_or(node, Node::World),
            Node::World(_) => node,
        };
        let links = (0..self.concepts.len()).map(|at| Links {
            extends: extended[at],
            any: self.takes_in[at].iter().map(|(_, node)| whole(*node)).collect(),
            implies: self.implies[at].iter().map(|node| whole(*node)).collect(),
        });
        let links = links.collect();
        let definitions = self.concepts.into_iter().zip(self.terms).map(|(concept, terms)| {
            let name = Arc::from(concept.name);
            Arc::new(Definition { name, terms, except: concept.except })
        });
        Concepts { definitions: definitions.collect(), places: self.places, links }
    }
}

#[cfg(test)]
mod tests {
    use super::super::concept::Wording;
    use super::super::concepts::Part;
    use super::*;

    fn concept(name: &str, any: &[&str], terms: &[&str]) -> Concept {
        let strings = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let terms = terms.iter().map(|term| Wording::from(*term)).collect();
        Concept { name: name.to_owned(), any: strings(any), terms, ..Concept::default() }
    }

    fn terms(concepts: &Concepts, name: &str) -> Vec<String> {
        let found = concepts.find(name, 0..0).expect("it is there");
        let own = found.parts.iter().filter_map(|part| match part {
            Part::Own(definition) => Some(definition),
            Part::World(_) => None,
        });
        own.flat_map(|it| it.terms.iter().map(|term| format!("{}:{}", it.name, term.term)))
            .collect()
    }

    #[test]
    fn a_concept_has_its_own_terms_and_those_that_it_takes_in_once() {
        let concepts = Concepts::build(vec![
            concept("asia", &["@mine", "ZP"], &[]),
            concept("mine", &["@zp"], &["Korean Peninsula", "kore*", "/x+/", "“a b”", "한반도^2"]),
            concept("ZP", &[], &["КНДР"]),
        ])
        .expect("these are sound");
        let mine = [
            "mine:\"Korean Peninsula\"",
            "mine:kore*",
            "mine:/x+/",
            "mine:\"a b\"",
            "mine:한반도",
            "ZP:КНДР",
        ];
        assert_eq!(terms(&concepts, "Mine"), mine);
        let mut asia = terms(&concepts, "ASIA");
        asia.sort_unstable();
        let mut wanted = mine.to_vec();
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
