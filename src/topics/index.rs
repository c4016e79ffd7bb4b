//! All topics as one matcher: which of them an entry belongs to, how much and why.

use super::automaton::{Automaton, Thing};
use super::compile::{Compiled, Compiler, Pattern};
use super::scan::Scan;
use super::score::weigh;
use super::topic::{Subject, Topic};
use crate::model::TopicMatch;
use std::collections::HashMap;

/// Why topics cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The terms of all topics are too many for one automaton.
    #[error("the terms of all topics are too many to be looked for at once: {0}")]
    TooManyTerms(#[from] aho_corasick::BuildError),
    /// A regex that was valid when its rule was read.
    #[error("a regex cannot be compiled: {0}")]
    Regex(#[from] regex::Error),
}

/// All rules compiled into one matcher. One pass over an entry finds the terms of all topics; only
/// the rules of topics that may match are then asked.
#[derive(Debug)]
pub struct TopicIndex {
    automaton: Automaton,
    patterns: Vec<Pattern>,
    topics: Vec<(Topic, Compiled)>,
    /// For each literal and concept, the topics that may match when it is found.
    woken_by: HashMap<Thing, Vec<u32>>,
    /// The topics that may match when nothing is found.
    always: Vec<u32>,
}

impl TopicIndex {
    /// Compiles `topics`; matches name them by their place in it.
    pub fn build(topics: &[Topic]) -> Result<Self, IndexError> {
        let mut compiler = Compiler::default();
        let rules: Vec<Compiled> =
            topics.iter().map(|topic| compiler.topic(topic)).collect::<Result<_, _>>()?;
        let (automaton, patterns) = compiler.finish()?;
        let mut woken_by: HashMap<Thing, Vec<u32>> = HashMap::new();
        let mut always = Vec::new();
        for (place, topic) in (0..).zip(&rules) {
            match topic.node.needs() {
                Some(things) => {
                    for thing in things {
                        woken_by.entry(thing).or_default().push(place);
                    }
                }
                None => always.push(place),
            }
        }
        let topics = topics.iter().cloned().zip(rules).collect();
        Ok(Self { automaton, patterns, topics, woken_by, always })
    }

    /// The topics that an entry belongs to, in their order.
    #[must_use]
    pub fn matching(&self, subject: &Subject) -> Vec<TopicMatch> {
        if self.topics.is_empty() {
            return Vec::new();
        }
        let scan = self.scan(subject);
        let woken = self.woken(&scan);
        woken.into_iter().filter_map(|place| self.ask(place as usize, subject, &scan)).collect()
    }

    /// How many distinct words, phrases and prefixes are looked for.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.automaton.len()
    }

    /// How many distinct regexes there are.
    #[must_use]
    pub fn regexes(&self) -> usize {
        self.patterns.len()
    }

    fn woken(&self, scan: &Scan) -> Vec<u32> {
        let found = scan.found().iter();
        let mut woken: Vec<u32> =
            found.filter_map(|found| self.woken_by.get(&found.thing)).flatten().copied().collect();
        woken.extend(&self.always);
        woken.sort_unstable();
        woken.dedup();
        woken
    }

    pub(super) fn scan<'s>(&'s self, subject: &'s Subject<'s>) -> Scan<'s> {
        Scan::of(subject, &self.automaton, &self.patterns)
    }

    pub(super) fn topics(&self) -> &[(Topic, Compiled)] {
        &self.topics
    }

    fn ask(&self, place: usize, subject: &Subject, scan: &Scan) -> Option<TopicMatch> {
        let (topic, compiled) = &self.topics[place];
        if topic.narrows(subject).is_some() || !compiled.node.holds(scan) {
            return None;
        }
        Some(self.weighed(place, scan)).filter(|found| found.score >= topic.min_score)
    }

    /// A match of the topic at `place`, whose rule holds.
    pub(super) fn weighed(&self, place: usize, scan: &Scan) -> TopicMatch {
        let (_, compiled) = &self.topics[place];
        let mut evidence = Vec::new();
        compiled.node.gather(scan, &mut evidence);
        let (score, reasons) = weigh(evidence, &compiled.terms, &self.automaton);
        TopicMatch { topic: place, score, reasons }
    }
}
