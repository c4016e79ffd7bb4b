//! Asks a compiled rule about a scanned entry: whether it holds, and what made it hold. And, for
//! the index, which literals must be there for it to hold at all.

use super::compile::{Group, Node};
use super::positions::Positions;
use super::scan::Scan;
use super::zone::{Counts, Zone};
use crate::model::speaks;
use std::ops::Range;

/// Something that made a rule hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Evidence {
    /// The same thing found by two parts of a rule has the same number.
    pub(super) thing: Thing,
    /// Its place among the topic's terms.
    pub(super) term: u32,
    pub(super) zone: Zone,
    pub(super) count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Literal(u32),
    /// A name of a concept.
    Name(u32),
    Regex(u32),
    Own(u32),
}

impl Node {
    /// Whether the rule holds for the entry.
    pub(super) fn holds(&self, scan: &Scan) -> bool {
        match self {
            Self::Group(group) => group.holds(scan),
            Self::Near(left, right, words) => near(left, right, *words, scan),
            Self::Lang(own) => scan.language().is_some_and(|language| speaks(language, &own.text)),
            Self::Link(own) => scan.link().contains(&own.text),
            Self::Not(inner) => !inner.holds(scan),
            Self::And(parts) => parts.iter().all(|part| part.holds(scan)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(scan)),
            Self::AtLeast(count, parts) => {
                parts.iter().filter(|part| part.holds(scan)).take(*count).count() == *count
            }
        }
    }

    /// Adds what made the rule hold, given that it does. What stands under `not` is no evidence.
    pub(super) fn gather(&self, scan: &Scan, evidence: &mut Vec<Evidence>) {
        match self {
            Self::Group(group) => group.gather(scan, evidence),
            Self::Near(left, right, _) => {
                left.gather(scan, evidence);
                right.gather(scan, evidence);
            }
            Self::Lang(own) => {
                let thing = Thing::Own(own.term);
                evidence.push(Evidence { thing, term: own.term, zone: Zone::Lang, count: 1 });
            }
            Self::Link(own) => {
                let thing = Thing::Own(own.term);
                evidence.push(Evidence { thing, term: own.term, zone: Zone::Link, count: 1 });
            }
            Self::Not(_) => {}
            Self::And(parts) => parts.iter().for_each(|part| part.gather(scan, evidence)),
            Self::Or(parts) | Self::AtLeast(_, parts) => {
                let holding = parts.iter().filter(|part| part.holds(scan));
                holding.for_each(|part| part.gather(scan, evidence));
            }
        }
    }

    /// Literals of which at least one stands in every entry that the rule holds for; `None` if the
    /// rule can hold without any.
    pub(super) fn needs(&self) -> Option<Vec<u32>> {
        match self {
            Self::Group(group) => group.needs(),
            Self::Near(left, right, _) => fewer(left.needs(), right.needs()),
            Self::Lang(_) | Self::Link(_) | Self::Not(_) => None,
            Self::And(parts) => parts.iter().map(Self::needs).reduce(fewer).flatten(),
            Self::Or(parts) => at_least(1, parts),
            Self::AtLeast(count, parts) => at_least(*count, parts),
        }
    }
}

fn fewer(a: Option<Vec<u32>>, b: Option<Vec<u32>>) -> Option<Vec<u32>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.len() < a.len() { b } else { a }),
        (some, None) | (None, some) => some,
    }
}

/// With fewer parts that need nothing than must hold, one of the others must hold.
fn at_least(count: usize, parts: &[Node]) -> Option<Vec<u32>> {
    let needs: Vec<Vec<u32>> = parts.iter().filter_map(Node::needs).collect();
    let free = parts.len() - needs.len();
    (free < count).then(|| needs.concat())
}

impl Group {
    fn holds(&self, scan: &Scan) -> bool {
        self.found(scan).any(|(_, _, counts)| counts.any(self.zones))
    }

    fn gather(&self, scan: &Scan, evidence: &mut Vec<Evidence>) {
        for (thing, term, counts) in self.found(scan) {
            let said = match thing {
                Thing::Literal(number) => scan.thing(number).map(|found| scan.said(found)),
                _ => None,
            };
            let mut add = |thing, counts: &Counts| {
                let here = counts.within(self.zones);
                evidence.extend(here.map(|(zone, count)| Evidence { thing, term, zone, count }));
            };
            let Some(said) = said.filter(|said| !said.is_empty()) else {
                add(thing, counts);
                continue;
            };
            for (name, counts) in &said {
                add(Thing::Name(*name), counts);
            }
        }
    }

    /// The members that stand somewhere, regexes last: they are searched for only then.
    fn found<'a>(&'a self, scan: &'a Scan) -> impl Iterator<Item = (Thing, u32, &'a Counts)> + 'a {
        // A concept may have thousands of literals; an entry holds few.
        let few = self.literals.len() < scan.found().len();
        let asked = if few { self.literals.as_slice() } else { &[] };
        let from_group = asked.iter().filter_map(|&thing| scan.thing(thing));
        let from_entry = if few { &[] } else { scan.found() };
        let literals = from_group.chain(from_entry).filter_map(|found| {
            let at = self.literals.binary_search(&found.thing).ok()?;
            Some((Thing::Literal(found.thing), self.literal_terms[at], &found.counts))
        });
        let regexes = self.regexes.iter().zip(&self.regex_terms);
        literals
            .chain(regexes.map(|(&regex, &term)| (Thing::Regex(regex), term, scan.regex(regex))))
    }

    fn needs(&self) -> Option<Vec<u32>> {
        self.regexes.is_empty().then(|| self.literals.clone())
    }
}

fn near(left: &Group, right: &Group, words: u32, scan: &Scan) -> bool {
    if !left.holds(scan) || !right.holds(scan) {
        return false;
    }
    let places = |group: &Group| {
        let in_title = group.zones.has(Zone::Title);
        let title = in_title.then(|| scan.in_title(&group.literals, &group.regexes));
        let text = scan.in_text(&group.literals, &group.regexes, group.zones);
        (title.unwrap_or_default(), text)
    };
    let ((left_title, left_text), (right_title, right_text)) = (places(left), places(right));
    close(&left_title, &right_title, words, || scan.title_positions())
        || close(&left_text, &right_text, words, || scan.text_positions())
}

fn close<'a>(
    left: &[Range<usize>],
    right: &[Range<usize>],
    words: u32,
    positions: impl Fn() -> &'a Positions,
) -> bool {
    !left.is_empty()
        && !right.is_empty()
        && (positions().follows(left, right, words) || positions().follows(right, left, words))
}
