//! What of an entry is the same in all languages: whom and what it names (the concepts that are found in
//! it come from whoever calls), what happens, numbers, and names by their sound.

mod happening;
mod number;
mod sound;

use super::terms::{Class, KeyKind, Term};
use super::words::hash;
use crate::text::{fold, loosen};

/// Keys of one entry.
const MOST: usize = 24;
/// Bytes of a text that say what it is about.
const LEAD: usize = 300;

/// Something that is named in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What it is called, the same in all languages.
    pub name: String,
    /// Whether it is a country or territory: those are in every second headline.
    pub is_country: bool,
    /// Whether the title itself does not name it: it follows from what is named, or the text says it.
    pub is_aside: bool,
}

/// The keys of a title and a text, sorted by hash.
pub(super) fn keys([title, text]: [&str; 2], named: &[Named]) -> Vec<Term> {
    let mut keys: Vec<Term> = named
        .iter()
        .map(|named| {
            let kind = if named.is_country { KeyKind::Country } else { KeyKind::Named };
            let Term { hash, class } = key(kind, &named.name);
            Term { hash, class: if named.is_aside { class.aside() } else { class } }
        })
        .collect();
    keys.extend(said(title));
    keys.extend(said(lead(text)).map(|Term { hash, class }| Term { hash, class: class.aside() }));
    // What the title says stands for what both say, and is kept first.
    keys.sort_unstable();
    keys.dedup_by_key(|key| key.hash);
    keys.sort_by_key(|key| !key.class.is_firm());
    keys.truncate(MOST);
    keys.sort_unstable();
    keys
}

/// What a text begins with.
#[must_use]
pub fn lead(text: &str) -> &str {
    let end = (0..=LEAD.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

/// What happens in a text, its numbers, and names by their sound.
fn said(text: &str) -> impl Iterator<Item = Term> + use<> {
    let folded = fold(text);
    let happenings = happening::all(&loosen(&folded)).map(|(name, kind)| key(kind, name));
    let numbers = number::all(&folded).into_iter().map(|number| {
        let kind = if number.is_telling() { KeyKind::Number } else { KeyKind::Count };
        let Term { hash, class } = key(kind, &number.to_string());
        Term { hash, class: if number.is_one_of_many() { class } else { class.vague() } }
    });
    let sounds = sound::all(text).into_iter().map(|sound| {
        let Term { hash, class } = key(KeyKind::Sound, &sound);
        Term { hash, class: if sound.len() > sound::LEAST { class } else { class.vague() } }
    });
    happenings.chain(numbers).chain(sounds)
}

fn key(kind: KeyKind, name: &str) -> Term {
    let class = Class::of_key(kind);
    Term { hash: hash(name).rotate_left(7) ^ class.salt(), class }
}
