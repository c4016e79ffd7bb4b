//! The concepts that rules may name, and which of them stand for which. What config says is read by
//! `definitions`; finding names in a text is left to `automaton`.

use super::concept::Definition;
use super::error::{RuleError, nearest};
use super::names::{ConceptId, number};
use super::world::{WorldId, world};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// The concepts that rules may name: those that config defines, and those that are built in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Concepts {
    pub(super) definitions: Vec<Arc<Definition>>,
    /// Places in `definitions` by lower-cased name.
    pub(super) places: HashMap<String, usize>,
    pub(super) links: Vec<Links>,
}

/// What a defined concept leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Links {
    /// The built-in concept that it adds to.
    pub(super) extends: Option<WorldId>,
    pub(super) any: Vec<Node>,
    pub(super) implies: Vec<Node>,
}

/// A concept, defined or built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Node {
    Own(usize),
    World(WorldId),
}

/// A concept with everything that stands for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ResolvedConcept {
    /// As the rule writes it, or the config.
    pub(super) name: String,
    /// The concept itself first, then what it takes in and what implies it.
    pub(super) parts: Vec<Part>,
}

/// A concept whose names stand for another.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    World(WorldId),
    Own(Arc<Definition>),
}

impl Concepts {
    /// How many concepts are defined.
    #[must_use]
    pub fn len(&self) -> usize {
        self.definitions.len()
    }

    /// Whether none is defined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }

    /// Whether config defines a concept of this name, or adds to one.
    #[must_use]
    pub fn defines(&self, name: &str) -> bool {
        self.places.contains_key(&name.to_lowercase())
    }

    /// The concept that a rule calls `name` at `span`.
    pub(super) fn find(
        &self,
        name: &str,
        span: Range<usize>,
    ) -> Result<Arc<ResolvedConcept>, RuleError> {
        let node = self.node(name).ok_or_else(|| {
            RuleError::new(span, format!("there is no concept `@{name}`"))
                .maybe_help(Some(self.suggestion(name)))
        })?;
        let name = match (self.places.get(&name.to_lowercase()), node) {
            (Some(&at), _) | (None, Node::Own(at)) => self.definitions[at].name.to_string(),
            (None, Node::World(id)) => world().concepts[id].name.to_owned(),
        };
        let parts = self.reached(node).into_iter().map(|node| self.part(node)).collect();
        Ok(Arc::new(ResolvedConcept { name, parts }))
    }

    /// The definitions, and the built-in concepts that they add to.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (&Definition, Option<WorldId>)> {
        let links = self.links.iter().map(|links| links.extends);
        self.definitions.iter().map(|definition| &**definition).zip(links)
    }

    /// For each built-in concept, then each definition: the numbers of what follows where it is found,
    /// which is what it implies and the groups that take it in.
    pub(super) fn implied(&self) -> Vec<Vec<ConceptId>> {
        let world = world();
        let first = world.concepts.len();
        let number_of = |node: Node| match node {
            Node::World(id) => id,
            Node::Own(at) => self.links[at].extends.unwrap_or(first + at),
        };
        let mut implied = vec![Vec::new(); first + self.links.len()];
        let mut add = |from: usize, to: usize| {
            if from != to {
                implied[from].push(number(to));
            }
        };
        for (id, concept) in world.concepts.iter().enumerate() {
            concept.implies.iter().for_each(|to| add(id, *to));
            concept.any.iter().for_each(|member| add(*member, id));
        }
        for (at, links) in self.links.iter().enumerate() {
            let own = number_of(Node::Own(at));
            links.implies.iter().for_each(|to| add(own, number_of(*to)));
            links.any.iter().for_each(|member| add(number_of(*member), own));
        }
        implied
    }

    fn node(&self, name: &str) -> Option<Node> {
        if let Some(&at) = self.places.get(&name.to_lowercase()) {
            return Some(self.links[at].extends.map_or(Node::Own(at), Node::World));
        }
        world().find(name).map(Node::World)
    }

    fn suggestion(&self, wanted: &str) -> String {
        let own = self.definitions.iter().map(|definition| &*definition.name);
        suggestion(wanted, own)
    }

    fn part(&self, node: Node) -> Part {
        match node {
            Node::World(id) => Part::World(id),
            Node::Own(at) => Part::Own(Arc::clone(&self.definitions[at])),
        }
    }

    /// The concept and everything that stands for it, each once, nearest first.
    fn reached(&self, start: Node) -> Vec<Node> {
        let mut seen = BTreeSet::from([start]);
        let mut order = vec![start];
        let mut next = 0;
        while let Some(&at) = order.get(next) {
            next += 1;
            order.extend(self.standing_for(at).into_iter().filter(|other| seen.insert(*other)));
        }
        order
    }

    /// What adds to a concept, what it takes in, and what implies it.
    fn standing_for(&self, node: Node) -> Vec<Node> {
        let own = self.links.iter().enumerate().filter(|(_, links)| {
            links.implies.contains(&node) || links.extends.map(Node::World) == Some(node)
        });
        let mut found: Vec<Node> = own.map(|(at, _)| Node::Own(at)).collect();
        match node {
            Node::Own(at) => found.extend(&self.links[at].any),
            Node::World(id) => {
                let world = world();
                found.extend(world.concepts[id].any.iter().map(|id| Node::World(*id)));
                let implying =
                    world.concepts.iter().enumerate().filter(|(_, c)| c.implies.contains(&id));
                found.extend(implying.map(|(at, _)| Node::World(at)));
            }
        }
        found
    }
}

/// What may have been meant by a name that is unknown.
pub(super) fn suggestion<'a>(wanted: &str, own: impl Iterator<Item = &'a str>) -> String {
    let wanted = wanted.to_lowercase();
    // Among hundreds of names some resembles anything.
    let built_in = || {
        nearest(&wanted, world().known()).filter(|near| strsim::jaro_winkler(&wanted, near) > 0.9)
    };
    match nearest(&wanted, own).or_else(built_in) {
        Some(near) => format!("did you mean `@{near}`?"),
        None => "define it under `[concepts]`".to_owned(),
    }
}
