//! Stories across sources: the same page, or a text that is the same but for an edit, is a copy.

use super::gist::Gist;
use super::ids::item_ids;
use super::likeness;
use super::signature::Minima;
use crate::link;
use crate::model::{
    EntryId, Evidence, EvidenceKind, Original, PendingEntry, Relation, SourceNo, Verdict, Witness,
};
use std::collections::{HashMap, HashSet};

/// Sequenced entries by the evidence that they bear.
#[derive(Debug, Default)]
pub struct Witnesses(HashMap<Evidence, Vec<Witness>>);

impl Witnesses {
    /// What the store found.
    #[must_use]
    pub fn new(found: HashMap<Evidence, Vec<Witness>>) -> Self {
        Self(found)
    }

    /// Adds an entry that was just sequenced.
    pub fn add(&mut self, evidence: &[Evidence], witness: &Witness) {
        for evidence in evidence {
            self.0.entry(*evidence).or_default().push(witness.clone());
        }
    }

    fn of(&self, evidence: &Evidence) -> &[Witness] {
        self.0.get(evidence).map_or(&[], Vec::as_slice)
    }
}

/// A verdict, and what else was found out on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution {
    /// Where the entry belongs.
    pub verdict: Verdict,
    /// Whether its link can stand for it: no source uses the link for two entries, and it is not the
    /// root of a site.
    pub link_is_evidence: bool,
}

/// The evidence that an entry bears.
#[must_use]
pub fn evidence_of(entry: &PendingEntry) -> Vec<Evidence> {
    let link = entry.canonical_link.as_deref().filter(|link| !link::is_root(link));
    let link = link.map(|link| evidence(EvidenceKind::Link, link));
    link.or_else(|| entry.link.is_none().then(|| own_id(entry))).into_iter().collect()
}

/// What it will be known by to those who take it from us: should it come back, it is the same.
fn own_id(entry: &PendingEntry) -> Evidence {
    let (_, id) = item_ids(None, &entry.source_id, entry.key);
    evidence(EvidenceKind::Link, &id.urn().to_string())
}

/// What an entry looks like to others.
#[derive(Debug, Clone)]
pub struct Likeness {
    /// What is compared.
    pub gist: Gist,
    /// What it is found by.
    pub minima: Minima,
}

impl Likeness {
    /// Of a folded title and text, what the source repeats taken away; `None` where they say too
    /// little.
    #[must_use]
    pub fn of(folded: [&str; 2]) -> Option<Self> {
        let gist = Gist::of(folded)?;
        Some(Self { minima: Minima::of(&gist), gist })
    }
}

/// Sequenced entries whose texts may be copied.
#[derive(Debug, Default)]
pub struct Originals(HashMap<EntryId, Original>);

impl Originals {
    /// What the store found.
    #[must_use]
    pub fn new(found: Vec<Original>) -> Self {
        Self(found.into_iter().map(|original| (original.entry, original)).collect())
    }

    /// Adds an entry that was just sequenced, with the one that it copies.
    pub fn add(&mut self, likeness: &Likeness, witness: &Witness, of: Option<EntryId>) {
        let of = of.and_then(|of| self.0.get(&of));
        let opening = of.map(|of| of.opening.as_ref().unwrap_or(&of.text).clone());
        let original = Original {
            entry: witness.entry,
            source: witness.source,
            story: witness.story,
            group: witness.group,
            text: likeness.gist.text().to_owned(),
            edition: likeness.gist.edition,
            opening,
        };
        self.0.insert(original.entry, original);
    }

    /// The one that an entry of `source` is a copy of, among `candidates`.
    #[must_use]
    pub fn copied(
        &self,
        likeness: &Likeness,
        source: SourceNo,
        candidates: &[EntryId],
    ) -> Option<&Original> {
        let candidates = candidates.iter().filter_map(|entry| self.0.get(entry));
        likeness::original(&likeness.gist, source, candidates)
    }
}

/// Decides which story an entry belongs to. Entries come in the sequencer's order; `copied` is the
/// one that its text is a copy of.
#[must_use]
pub fn resolve(
    entry: &PendingEntry,
    evidence: &[Evidence],
    witnesses: &Witnesses,
    copied: Option<&Original>,
) -> Resolution {
    let mut link_is_evidence = false;
    let mut verdict = copied.map(|original| Verdict::JoinsStory {
        story: original.story,
        group: original.group,
        relation: Relation::Copy,
        of: original.entry,
    });
    for piece in evidence {
        let found = witnesses.of(piece);
        link_is_evidence = !shared_within_a_source(found, entry.source, entry.id);
        if let Some(witness) = found.first().filter(|_| link_is_evidence) {
            verdict = Some(Verdict::JoinsStory {
                story: witness.story,
                group: witness.group,
                relation: Relation::Copy,
                of: witness.entry,
            });
        }
    }
    Resolution { verdict: verdict.unwrap_or(Verdict::OpensStory), link_is_evidence }
}

/// A link that one source uses for two entries (a live blog, a home page) is no evidence.
fn shared_within_a_source(found: &[Witness], source: SourceNo, id: EntryId) -> bool {
    let mut sources = HashSet::from([source]);
    found
        .iter()
        .filter(|witness| witness.entry != id)
        .any(|witness| !sources.insert(witness.source))
}

fn evidence(kind: EvidenceKind, text: &str) -> Evidence {
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
    Evidence { kind, hash }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
