//! What of an entry is the same in all languages: whom and what it names (the concepts that are found in
//! it come from whoever calls), what happens, numbers, and names by their sound.

mod happening;
mod number;
mod sound;

use super::terms::{Class, KeyKind, Term};
use super::words::hash;
use crate::text::fold;

/// Keys of one entry.
const MOST: usize = 24;

/// Something that is named in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What it is called, the same in all languages.
    pub name: String,
    /// Whether it is a country or territory: those are in every second headline.
    pub is_country: bool,
}

/// The keys of a text, sorted by hash.
pub(super) fn keys(text: &str, named: &[Named]) -> Vec<Term> {
    let folded = fold(text);
    let mut keys: Vec<Term> = named
        .iter()
        .map(|named| {
            let kind = if named.is_country { KeyKind::Country } else { KeyKind::Named };
            key(kind, &named.name)
        })
        .collect();
    keys.extend(happening::all(&folded).map(|name| key(KeyKind::Happening, name)));
    keys.extend(number::all(&folded).into_iter().map(|number| {
        let kind = if number.is_telling() { KeyKind::Number } else { KeyKind::Count };
        key(kind, &number.to_string())
    }));
    keys.extend(sound::all(text).into_iter().map(|sound| key(KeyKind::Sound, &sound)));
    keys.sort_unstable();
    keys.dedup_by_key(|key| key.hash);
    keys.truncate(MOST);
    keys
}

fn key(kind: KeyKind, name: &str) -> Term {
    let class = Class::of_key(kind);
    Term { hash: hash(name).rotate_left(7) ^ class.salt(), class }
}
