use super::*;
use crate::dedup::Copies;
use crate::model::{EntryKey, KeyKind};
use crate::text::fold;
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(72 * 3600);

fn entry(id: i64, source: i64, link: &str, title: &str, text: &str) -> PendingEntry {
    PendingEntry {
        id: EntryId(id),
        change: 1,
        source: SourceNo(source),
        source_id: format!("s{source}").parse().unwrap(),
        key: EntryKey::of(KeyKind::Link, link),
        first_seen: "2024-06-19T00:00:00Z".parse().unwrap(),
        published: None,
        link: Some(link.to_owned()),
        canonical_link: Some(link.to_owned()),
        title: title.to_owned(),
        text: text.to_owned(),
        authors: vec![],
        categories: vec![],
        language: None,
        sequenced: None,
    }
}

/// Resolves entries in order as the sequencer does; gives each one's story.
fn stories(entries: &[PendingEntry]) -> Vec<i64> {
    let (mut witnesses, mut originals) = (Witnesses::default(), Originals::default());
    let mut copies = Copies::new(WINDOW);
    entries
        .iter()
        .map(|entry| {
            let evidence = evidence_of(entry);
            let likeness = Likeness::of([&fold(&entry.title), &fold(&entry.text)]);
            let candidates = likeness.as_ref().map_or(Vec::new(), |likeness| {
                let found = copies.candidates(entry.first_seen, &likeness.minima);
                copies.add(entry.id, entry.first_seen, &likeness.minima);
                found.iter().map(|candidate| candidate.entry).collect()
            });
            let original =
                likeness.as_ref().and_then(|it| originals.copied(it, entry.source, &candidates));
            let verdict = resolve(entry, &evidence, &witnesses, original).verdict;
            let (story, group, _, of) = verdict.place(entry.id);
            let (source, seen) = (entry.source, entry.first_seen);
            let witness = Witness { entry: entry.id, source, story, group, seen };
            witnesses.add(&evidence, &witness);
            if let Some(likeness) = &likeness {
                originals.add(likeness, &witness, of);
            }
            story.0
        })
        .collect()
}

#[test]
fn the_same_page_from_two_outlets_is_one_story() {
    let link = "https://example.org/putin";
    let entries = [entry(1, 1, link, "Putin lands", "a"), entry(2, 2, link, "Путин прилетел", "b")];
    assert_eq!(stories(&entries), [1, 1]);
}

#[test]
fn the_same_text_under_other_punctuation_is_one_story() {
    let entries = [
        entry(1, 1, "https://a.example/1", "“Putin arrives in Pyongyang”", "He was met by Kim."),
        entry(2, 2, "https://b.example/1", "Putin arrives in Pyongyang", "He was met by Kim"),
    ];
    assert_eq!(stories(&entries), [1, 1]);
}

#[test]
fn a_short_title_alone_proves_nothing() {
    let entries = [
        entry(1, 1, "https://a.example/1", "Weather", ""),
        entry(2, 2, "https://b.example/1", "Weather", ""),
    ];
    assert_eq!(stories(&entries), [1, 2]);
}

#[test]
fn a_title_in_a_script_without_spaces_says_as_much_in_half_the_length() {
    let title = "普京抵達平壤開始國事訪問";
    let entries = [
        entry(1, 1, "https://a.example/1", title, ""),
        entry(2, 2, "https://b.example/1", title, ""),
    ];
    assert_eq!(stories(&entries), [1, 1]);
}

#[test]
fn a_link_that_one_source_uses_twice_is_no_evidence() {
    let live = "https://a.example/live";
    let entries = [
        entry(1, 1, live, "Eight o'clock", "first update of the morning"),
        entry(2, 1, live, "Nine o'clock", "second update of the morning"),
        entry(3, 2, live, "Somebody else on it", "an outlet that links to the live page"),
    ];
    assert_eq!(stories(&entries), [1, 2, 3]);
}

#[test]
fn the_root_of_a_site_is_no_evidence() {
    let entries = [
        entry(1, 1, "https://a.example/", "One thing", "of some length, to be sure"),
        entry(2, 2, "https://a.example/", "Another thing", "told at length by others"),
    ];
    assert_eq!(stories(&entries), [1, 2]);
}

#[test]
fn a_source_that_repeats_a_bare_title_has_a_template() {
    let title = "The morning briefing of our newsroom";
    let entries = [
        entry(1, 1, "https://a.example/1", title, ""),
        entry(2, 1, "https://a.example/2", title, ""),
    ];
    assert_eq!(stories(&entries), [1, 2]);
}

#[test]
fn the_same_text_outside_the_window_is_another_story() {
    let mut later = entry(2, 2, "https://b.example/1", "North Korea fires a missile", "Again.");
    later.first_seen += chrono::Duration::days(4);
    let entries =
        [entry(1, 1, "https://a.example/1", "North Korea fires a missile", "Again."), later];
    assert_eq!(stories(&entries), [1, 2]);
}
