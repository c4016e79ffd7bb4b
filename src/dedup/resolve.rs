//! Stories across sources: the same page, or the same text within a window, is a copy.

use super::ids::item_ids;
use crate::link;
use crate::model::{
    EntryId, Evidence, EvidenceKind, PendingEntry, Relation, SourceNo, Time, Verdict, Witness,
};
use crate::text;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Letters that title and text must have together to be evidence; "Weather" proves nothing.
/// Characters of scripts without spaces count twice: they say as much in half the length.
const LEAST_LETTERS: usize = 16;
/// The same for a title without any text below it.
const LEAST_LETTERS_OF_TITLE: usize = 24;

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

/// The evidence that an entry bears; `folded`: its title and text through `text::fold`.
#[must_use]
pub fn evidence_of(entry: &PendingEntry, [title, text]: [&str; 2]) -> Vec<Evidence> {
    let link = entry
        .canonical_link
        .as_deref()
        .filter(|link| !link::is_root(link))
        .map(|link| evidence(EvidenceKind::Link, &[link]))
        .or_else(|| entry.link.is_none().then(|| own_id(entry)));
    let title = letters(title);
    let body = letters(text);
    let bare = body.is_empty() || body == title;
    let least = if bare { LEAST_LETTERS_OF_TITLE } else { LEAST_LETTERS };
    let text = (weight(&title) + weight(&body) >= least)
        .then(|| evidence(EvidenceKind::Text, &[&title, "\n", &body]));
    link.into_iter().chain(text).collect()
}

/// What it will be known by to those who take it from us: should it come back, it is the same.
fn own_id(entry: &PendingEntry) -> Evidence {
    let (_, id) = item_ids(None, &entry.source_id, entry.key);
    evidence(EvidenceKind::Link, &[&id.urn().to_string()])
}

/// Decides which story an entry belongs to. Entries come in the sequencer's order.
#[must_use]
pub fn resolve(
    entry: &PendingEntry,
    evidence: &[Evidence],
    witnesses: &Witnesses,
    window: Duration,
) -> Resolution {
    let mut link_is_evidence = false;
    let mut copied: Option<&Witness> = None;
    for piece in evidence {
        let found = witnesses.of(piece);
        let candidate = match piece.kind {
            EvidenceKind::Link => {
                link_is_evidence = !shared_within_a_source(found, entry.source, entry.id);
                found.first().filter(|_| link_is_evidence)
            }
            EvidenceKind::Text => same_text(entry, found, window),
        };
        copied = copied.or(candidate);
    }
    let verdict = copied.map_or(Verdict::OpensStory, |witness| Verdict::JoinsStory {
        story: witness.story,
        group: witness.group,
        relation: Relation::Copy,
        of: witness.entry,
    });
    Resolution { verdict, link_is_evidence }
}

/// A link that one source uses for two entries (a live blog, a home page) is no evidence.
fn shared_within_a_source(found: &[Witness], source: SourceNo, id: EntryId) -> bool {
    let mut sources = HashSet::from([source]);
    found
        .iter()
        .filter(|witness| witness.entry != id)
        .any(|witness| !sources.insert(witness.source))
}

/// A source that repeats a bare title ("Morning briefing") has a template; another source's same
/// title, or the same words below it, is a copy.
fn same_text<'a>(
    entry: &PendingEntry,
    found: &'a [Witness],
    window: Duration,
) -> Option<&'a Witness> {
    let bare = entry.text.is_empty() || entry.text == entry.title;
    found.iter().find(|witness| {
        apart(witness.seen, entry.first_seen) <= window && !(bare && witness.source == entry.source)
    })
}

fn apart(a: Time, b: Time) -> Duration {
    (a - b).abs().to_std().unwrap_or(Duration::MAX)
}

fn evidence(kind: EvidenceKind, parts: &[&str]) -> Evidence {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    let mut hash = [0; 16];
    hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Evidence { kind, hash }
}

/// The letters and digits of folded text, words parted by single spaces: what is left when
/// punctuation, quotes and layout differ between outlets.
fn letters(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    for word in folded.split(parts_words).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// White space, punctuation and signs of the scripts that news is written in. By ranges: asking the
/// tables of Unicode for each letter costs more than everything else here.
fn parts_words(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric();
    }
    matches!(c,
        '\u{80}'..='\u{bf}' | '×' | '÷'
        | '\u{589}'..='\u{58f}' | '\u{5be}' | '\u{5f3}' | '\u{5f4}'
        | '\u{600}'..='\u{60f}' | '\u{61b}'..='\u{61f}' | '\u{66a}'..='\u{66d}' | '\u{6d4}'
        | '\u{964}' | '\u{965}' | '\u{e2f}' | '\u{e5a}' | '\u{e5b}'
        | '\u{2000}'..='\u{206f}' | '\u{2190}'..='\u{2bff}'
        | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{30fb}'
        | '\u{fe10}'..='\u{fe6f}' | '\u{1f000}'..='\u{1faff}'
    )
}

/// How many letters there are, counted no further than anybody asks.
fn weight(letters: &str) -> usize {
    let letters = letters.chars().filter(|c| *c != ' ').take(LEAST_LETTERS_OF_TITLE);
    letters.map(|c| if text::script(c).is_spaced() { 1 } else { 2 }).sum()
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
