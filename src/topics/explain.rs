//! Why a topic takes an entry, or why not: the same questions that matching asks, answered one by one.

use super::compile::Node;
use super::index::TopicIndex;
use super::rule::Expr;
use super::scan::Scan;
use super::topic::{Narrow, Subject};
use crate::model::TopicMatch;

/// What one topic says of an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The entry belongs to it.
    Takes(TopicMatch),
    /// The rule holds, but the score is too low.
    Weak(TopicMatch),
    /// The rule is not asked: the topic takes other entries only.
    Narrowed(Narrow),
    /// The rule does not hold, for these parts of it.
    Refuses(Vec<Failing>),
}

/// A part of a rule on which it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// As the rule's normal form writes it.
    pub written: String,
    /// Whether it is there and must not be; else it is missing.
    pub is_excluded: bool,
}

impl TopicIndex {
    /// What each topic says of an entry, in their order.
    #[must_use]
    pub fn explain(&self, subject: &Subject) -> Vec<Answer> {
        let scan = self.scan(subject);
        let all = self.topics().iter().enumerate();
        all.map(|(place, (topic, compiled))| {
            if let Some(narrow) = topic.narrows(subject) {
                return Answer::Narrowed(narrow);
            }
            if !compiled.node.holds(&scan) {
                let mut parts = Vec::new();
                failing(&topic.rule.expr, &compiled.node, &scan, &mut parts);
                return Answer::Refuses(parts);
            }
            let found = self.weighed(place, &scan);
            if found.score < topic.min_score { Answer::Weak(found) } else { Answer::Takes(found) }
        })
        .collect()
    }
}

/// The smallest parts of a rule that make it fail. Expression and node have the same shape.
fn failing(expr: &Expr, node: &Node, scan: &Scan, parts: &mut Vec<Failing>) {
    match (expr, node) {
        (Expr::And(exprs), Node::And(nodes)) => {
            let failing_ones = exprs.iter().zip(nodes).filter(|(_, node)| !node.holds(scan));
            failing_ones.for_each(|(expr, node)| failing(expr, node, scan, parts));
        }
        (Expr::Not(inner), _) => {
            parts.push(Failing { written: inner.to_string(), is_excluded: true });
        }
        _ => parts.push(Failing { written: expr.to_string(), is_excluded: false }),
    }
}
