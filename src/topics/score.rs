//! Weighs what a rule found in an entry, and tells it as reasons.

use super::automaton::Automaton;
use super::compile::TopicTerm;
use super::evaluate::{Evidence, Thing};
use super::names::Name;
use super::zone::Zone;
use crate::model::Reason;
use std::collections::BTreeSet;

/// The score of the evidence, and the reasons in the rule's order, for each term the title first.
///
/// The score is the sum, over distinct terms and the zones where each stands, of
/// `weight × zone × (2 − 2^(1 − count))`, where a title counts 3, the first 400 characters of a text
/// 1.5 and everything else 1: the second find in a zone is worth half of the first, and no number of
/// them more than twice the first.
pub(super) fn weigh(
    mut evidence: Vec<Evidence>,
    terms: &[TopicTerm],
    automaton: &Automaton,
) -> (f32, Vec<Reason>) {
    evidence.sort_unstable_by_key(|found| (found.thing, found.zone, found.term));
    evidence.dedup_by_key(|found| (found.thing, found.zone));
    evidence.sort_unstable_by_key(|found| (found.term, found.thing, found.zone));
    let mut words = BTreeSet::new();
    // The same word may be a term of the rule and a name of a concept.
    evidence.retain(|found| words.insert((written(found, terms, automaton), found.zone)));
    let worth = |found: &Evidence| {
        let name = name(found, automaton).map_or(1.0, |name| name.weight);
        terms[found.term as usize].weight * name * zone_weight(found.zone)
    };
    let score = evidence.iter().map(|found| worth(found) * damped(found.count)).sum();
    let same_field = |a: &Evidence, b: &Evidence| {
        (a.term, a.thing, a.zone.field()) == (b.term, b.thing, b.zone.field())
    };
    let reasons = evidence.chunk_by(same_field);
    (score, reasons.map(|found| reason(found, terms, automaton)).collect())
}

fn name<'a>(found: &Evidence, automaton: &'a Automaton) -> Option<&'a Name> {
    match found.thing {
        Thing::Name(number) => automaton.name(number),
        Thing::Literal(_) | Thing::Regex(_) | Thing::Own(_) => None,
    }
}

fn written(found: &Evidence, terms: &[TopicTerm], automaton: &Automaton) -> String {
    let term = &terms[found.term as usize];
    name(found, automaton).map_or_else(|| term.written.clone(), |name| name.written.to_string())
}

fn reason(found: &[Evidence], terms: &[TopicTerm], automaton: &Automaton) -> Reason {
    let term = &terms[found[0].term as usize];
    Reason {
        term: written(&found[0], terms, automaton),
        concept: term.concept.as_deref().map(str::to_owned),
        field: found[0].zone.field().to_owned(),
        count: found.iter().map(|found| found.count).sum(),
    }
}

fn zone_weight(zone: Zone) -> f32 {
    match zone {
        Zone::Title => 3.0,
        Zone::Lead => 1.5,
        Zone::Body | Zone::Author | Zone::Category | Zone::Source | Zone::Lang | Zone::Link => 1.0,
    }
}

/// Powers of two, so the same on every machine; beyond 24 finds nothing is added.
fn damped(count: u32) -> f32 {
    let finds = i32::try_from(count.min(24)).unwrap_or(24);
    2.0 - 0.5_f32.powi(finds - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "sums of powers of two are exact")]
    fn each_further_find_is_worth_half_of_the_one_before() {
        assert_eq!([1, 2, 3, 1_000].map(damped), [1.0, 1.5, 1.75, 2.0 - 0.5_f32.powi(23)]);
    }
}
