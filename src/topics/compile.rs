//! Makes one matcher of all rules: each distinct term is looked for once, and each rule becomes an
//! expression over the numbers of its terms and concepts.

use super::automaton::{Automaton, thing_of};
use super::concept::Definition;
use super::concepts::Part;
use super::index::IndexError;
use super::literal::Literal;
use super::names::{self, ConceptId, Name};
use super::rule::{Expr, Field, Leaf, Near, Term, What};
use super::topic::{Scope, Topic};
use super::world::world;
use super::zone::{Zone, Zones};
use crate::text::{fold, loosen};
use std::collections::HashMap;
use std::sync::Arc;

/// A rule over numbers.
#[derive(Debug)]
pub(super) enum Node {
    /// True when one of its members stands in its zones.
    Group(Group),
    Near(Group, Group, u32),
    Lang(Own),
    Link(Own),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    AtLeast(usize, Vec<Node>),
}

/// Alternatives that are looked for in the same zones: a term, or all terms of a concept.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) zones: Zones,
    /// The numbers of literals and concepts, sorted, and beside them their places among the topic's terms.
    pub(super) literals: Vec<u32>,
    pub(super) literal_terms: Vec<u32>,
    /// The numbers of regexes, sorted, and beside them their places among the topic's terms.
    pub(super) regexes: Vec<u32>,
    pub(super) regex_terms: Vec<u32>,
}

/// A language range, or a folded part of a link: compared, not searched for.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) text: String,
    /// Its place among the topic's terms.
    pub(super) term: u32,
}

/// A term of a topic's rule, as reasons name it.
#[derive(Debug)]
pub(super) struct TopicTerm {
    pub(super) written: String,
    pub(super) concept: Option<Arc<str>>,
    pub(super) weight: f32,
}

/// A topic's rule, compiled.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) node: Node,
    /// In the rule's order.
    pub(super) terms: Vec<TopicTerm>,
}

/// A regex, and the zones that some rule asks it about.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) regex: regex::Regex,
    pub(super) zones: Zones,
}

/// Numbers the terms of rules.
#[derive(Default)]
pub(super) struct Compiler {
    numbers: HashMap<Literal, u32>,
    regex_numbers: HashMap<String, u32>,
    patterns: Vec<Pattern>,
    zones: Zones,
    /// Concepts of the config, by their definitions' places in memory.
    own: HashMap<*const Definition, ConceptId>,
    names: Vec<Name>,
    /// Whether concepts that are built in are asked for.
    with_names: bool,
    /// Of the topic that is being compiled.
    terms: Vec<TopicTerm>,
    scope: Scope,
}

impl Compiler {
    /// Compiles one topic's rule.
    pub(super) fn topic(&mut self, topic: &Topic) -> Result<Compiled, IndexError> {
        self.scope = topic.scope;
        let node = self.node(&topic.rule.expr)?;
        Ok(Compiled { node, terms: std::mem::take(&mut self.terms) })
    }

    /// The automaton and the regexes for all topics compiled.
    pub(super) fn finish(self) -> Result<(Automaton, Vec<Pattern>), IndexError> {
        let mut literals: Vec<(Literal, u32)> = self.numbers.into_iter().collect();
        literals.sort_unstable_by_key(|(_, number)| *number);
        let literals: Vec<Literal> = literals.into_iter().map(|(literal, _)| literal).collect();
        let automaton = Automaton::build(literals, self.names, self.with_names, self.zones)?;
        Ok((automaton, self.patterns))
    }

    fn node(&mut self, expr: &Expr) -> Result<Node, IndexError> {
        Ok(match expr {
            Expr::Leaf(leaf) => self.leaf(leaf)?,
            Expr::Near(near) => self.near(near)?,
            Expr::Not(inner) => Node::Not(Box::new(self.node(inner)?)),
            Expr::And(parts) => Node::And(self.nodes(parts)?),
            Expr::Or(parts) => Node::Or(self.nodes(parts)?),
            Expr::AtLeast(count, parts) => Node::AtLeast(*count, self.nodes(parts)?),
        })
    }

    fn nodes(&mut self, parts: &[Expr]) -> Result<Vec<Node>, IndexError> {
        parts.iter().map(|part| self.node(part)).collect()
    }

    fn near(&mut self, near: &Near) -> Result<Node, IndexError> {
        let left = self.group(&near.left, near.field)?;
        let right = self.group(&near.right, near.field)?;
        Ok(Node::Near(left, right, near.words))
    }

    fn leaf(&mut self, leaf: &Leaf) -> Result<Node, IndexError> {
        let own = match (leaf.field, &leaf.what) {
            (Some(Field::Lang), What::Term(Term::Word(text))) => {
                Some((Node::Lang as fn(_) -> _, text))
            }
            (Some(Field::Link), What::Term(Term::Word(text) | Term::Phrase(text))) => {
                Some((Node::Link as fn(_) -> _, text))
            }
            _ => None,
        };
        if let Some((node, text)) = own {
            let term = self.term(text.clone(), None, leaf.weight);
            return Ok(node(Own { text: fold(text).into_owned(), term }));
        }
        Ok(Node::Group(self.group(std::slice::from_ref(leaf), leaf.field)?))
    }

    fn group(&mut self, leaves: &[Leaf], field: Option<Field>) -> Result<Group, IndexError> {
        let zones = zones(field, self.scope);
        self.zones = self.zones.with(zones);
        let mut members = Members::default();
        for leaf in leaves {
            match &leaf.what {
                What::Term(term) => self.member(&mut members, term, (None, leaf.weight), zones)?,
                What::Concept(concept) => {
                    for part in &concept.parts {
                        self.part(&mut members, part, leaf.weight, zones)?;
                    }
                }
            }
        }
        Ok(members.into_group(zones))
    }

    fn part(
        &mut self,
        members: &mut Members,
        part: &Part,
        weight: f32,
        zones: Zones,
    ) -> Result<(), IndexError> {
        let (concept, name) = match part {
            Part::World(id) => {
                self.with_names = true;
                (names::number(*id), Arc::from(world().concepts[*id].name))
            }
            Part::Own(definition) => {
                for inner in definition.terms.iter().filter(|term| term.is_regex()) {
                    let named = (Some(&definition.name), inner.weight * weight);
                    self.member(members, &inner.term, named, zones)?;
                }
                (self.own(definition), Arc::clone(&definition.name))
            }
        };
        let place = self.term(String::new(), Some(name), weight);
        members.literals.push((thing_of(concept), place));
        Ok(())
    }

    /// The number of a concept of the config; its terms become names when it is first met.
    fn own(&mut self, definition: &Arc<Definition>) -> ConceptId {
        if let Some(known) = self.own.get(&Arc::as_ptr(definition)) {
            return *known;
        }
        let concept = names::number(world().concepts.len() + self.own.len());
        self.own.insert(Arc::as_ptr(definition), concept);
        self.names.extend(definition.names(concept));
        concept
    }

    fn member(
        &mut self,
        members: &mut Members,
        term: &Term,
        (concept, weight): (Option<&Arc<str>>, f32),
        zones: Zones,
    ) -> Result<(), IndexError> {
        let (list, number) = match term {
            Term::Regex(pattern) => (&mut members.regexes, self.regex(pattern, zones)?),
            Term::Word(_) | Term::Phrase(_) | Term::Prefix(_) => match literal(term) {
                Some(literal) => (&mut members.literals, self.literal(literal)),
                None => return Ok(()),
            },
        };
        let place = self.term(written(term), concept.cloned(), weight);
        list.push((number, place));
        Ok(())
    }

    fn term(&mut self, written: String, concept: Option<Arc<str>>, weight: f32) -> u32 {
        self.terms.push(TopicTerm { written, concept, weight });
        number(self.terms.len() - 1)
    }

    fn literal(&mut self, literal: Literal) -> u32 {
        let next = number(self.numbers.len());
        *self.numbers.entry(literal).or_insert(next)
    }

    fn regex(&mut self, pattern: &str, zones: Zones) -> Result<u32, IndexError> {
        if let Some(&known) = self.regex_numbers.get(pattern) {
            let pattern = &mut self.patterns[known as usize];
            pattern.zones = pattern.zones.with(zones);
            return Ok(known);
        }
        let next = number(self.patterns.len());
        self.patterns.push(Pattern { regex: super::regex(&loosen(pattern))?, zones });
        self.regex_numbers.insert(pattern.to_owned(), next);
        Ok(next)
    }
}

/// The members of a group, each with its place among the topic's terms.
#[derive(Default)]
struct Members {
    literals: Vec<(u32, u32)>,
    regexes: Vec<(u32, u32)>,
}

impl Members {
    fn into_group(self, zones: Zones) -> Group {
        let (literals, literal_terms) = first_of_each(self.literals);
        let (regexes, regex_terms) = first_of_each(self.regexes);
        Group { zones, literals, literal_terms, regexes, regex_terms }
    }
}

/// Sorted by number; of those with the same number the first in the rule.
fn first_of_each(mut members: Vec<(u32, u32)>) -> (Vec<u32>, Vec<u32>) {
    members.sort_unstable();
    members.dedup_by_key(|(number, _)| *number);
    members.into_iter().unzip()
}

/// Rules come from one config file: their terms never come near `u32::MAX`, which would need
/// gigabytes of text.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn literal(term: &Term) -> Option<Literal> {
    match term {
        Term::Word(text) | Term::Phrase(text) => Literal::of(text),
        Term::Prefix(stem) => Literal::of(&format!("{stem}*")),
        Term::Regex(_) => None,
    }
}

/// A term as a reason shows it: quotes only say where it ends, so they are left out.
fn written(term: &Term) -> String {
    match term {
        Term::Word(text) | Term::Phrase(text) => text.clone(),
        Term::Prefix(_) | Term::Regex(_) => term.to_string(),
    }
}

/// Where a term is looked for.
fn zones(field: Option<Field>, scope: Scope) -> Zones {
    use Zone::{Author, Body, Category, Lang, Lead, Link, Source, Title};
    match (field, scope) {
        (None, Scope::Title) | (Some(Field::Title), _) => Zones::of(&[Title]),
        (None, Scope::Lead) => Zones::of(&[Title, Lead]),
        (None, Scope::Text) => Zones::of(&[Title, Lead, Body]),
        (Some(Field::Text), _) => Zones::of(&[Lead, Body]),
        (Some(Field::Source), _) => Zones::of(&[Source]),
        (Some(Field::Author), _) => Zones::of(&[Author]),
        (Some(Field::Category), _) => Zones::of(&[Category]),
        (Some(Field::Lang), _) => Zones::of(&[Lang]),
        (Some(Field::Link), _) => Zones::of(&[Link]),
    }
}
