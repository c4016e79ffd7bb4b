//! Which entry speaks for an item that several tell. It may change what is shown, never the item's id,
//! its place or its date.

use crate::model::{EntryId, Preference, Speakers, Voice, speaks};
use crate::text::fold;

/// The best of `voices` by what `speakers` prefers.
///
/// Preferred languages speak first, whatever their texts: the best that any voice has. In that language
/// the group of copies that the item was opened with goes before others, and of one group the
/// preferences choose. Where they see no difference it is `opening`, the entry that opened the item;
/// then the one that was seen first.
#[must_use]
pub fn speaker(voices: &[Voice], opening: EntryId, speakers: &Speakers) -> EntryId {
    if speakers.prefer.is_empty() && speakers.languages.is_empty() {
        return opening;
    }
    let able = able(voices, opening, speakers);
    let best = able.iter().min_by_key(|voice| {
        let qualities = speakers.prefer.iter().map(|it| quality(*it, voice, &able, speakers));
        (qualities.collect::<Vec<_>>(), voice.entry != opening, voice.entry)
    });
    best.map_or(opening, |voice| voice.entry)
}

/// The voices of one group in the best language.
fn able<'v>(voices: &'v [Voice], opening: EntryId, speakers: &Speakers) -> Vec<&'v Voice> {
    let Some(best) = voices.iter().map(|voice| language(voice, speakers)).min() else {
        return Vec::new();
    };
    let opened = voices.iter().find(|voice| voice.entry == opening).map(|voice| voice.group);
    let mut able: Vec<_> =
        voices.iter().filter(|voice| language(voice, speakers) == best).collect();
    let first = able.iter().min_by_key(|voice| (Some(voice.group) != opened, voice.entry));
    let group = first.map(|voice| voice.group);
    able.retain(|voice| Some(voice.group) == group);
    able
}

/// How far down in the preferred languages; after all of them where it is in none.
fn language(voice: &Voice, speakers: &Speakers) -> usize {
    let ranges = &speakers.languages;
    let spoken = voice.language.as_deref();
    let place = spoken.and_then(|spoken| ranges.iter().position(|range| speaks(spoken, range)));
    place.unwrap_or(ranges.len())
}

/// Less is better.
fn quality(preference: Preference, voice: &Voice, voices: &[&Voice], speakers: &Speakers) -> i64 {
    match preference {
        Preference::Original => originality(voice, voices),
        Preference::Complete => -fullness(voice.length),
        Preference::Earliest => voice.published.timestamp(),
        Preference::SourceRank => {
            let rank = speakers.ranks.get(&voice.source);
            rank.and_then(|rank| i64::try_from(*rank).ok()).unwrap_or(i64::MAX)
        }
    }
}

/// 0: another voice names its source; 1: it is at home; 2: it says that it was taken from elsewhere, or
/// links there.
fn originality(voice: &Voice, voices: &[&Voice]) -> i64 {
    let mut others = voices.iter().filter(|other| other.source != voice.source);
    if others.any(|other| names(other, voice)) {
        return 0;
    }
    let leads_away =
        voice.link_domain.as_ref().is_some_and(|domain| !voice.domains.contains(domain));
    1 + i64::from(voice.origin.is_some() || leads_away)
}

/// Whether `other` says that it has this from the source of `voice`: by its origin, by where it links
/// to, or in the place of the author, as papers name the agency.
fn names(other: &Voice, voice: &Voice) -> bool {
    let name = fold(&voice.name);
    let is_name = |text: &str| !name.is_empty() && fold(text) == name;
    let is_domain =
        |domain: &String| voice.domains.contains(domain) && !other.domains.contains(domain);
    let (title, domain) = other
        .origin
        .as_ref()
        .map_or((None, None), |(title, domain)| (title.as_deref(), domain.as_ref()));
    title.is_some_and(is_name)
        || domain.is_some_and(is_domain)
        || other.link_domain.as_ref().is_some_and(is_domain)
        || other.authors.iter().any(|author| is_name(author))
}

/// How full a text is, in steps of about 1.4 times: a closing line more is no fuller text.
fn fullness(length: u64) -> i64 {
    length.saturating_mul(length).checked_ilog2().map_or(0, |steps| i64::from(steps) + 1)
}

#[cfg(test)]
#[path = "speaker_tests.rs"]
mod tests;
