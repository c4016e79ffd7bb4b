use super::*;
use crate::model::{EntryKey, KeyKind};

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
    let mut witnesses = Witnesses::default();
    entries
        .iter()
        .map(|entry| {
            let folded = [text::fold(&entry.title), text::fold(&entry.text)];
            let evidence = evidence_of(entry, [&folded[0], &folded[1]]);
            let resolution = resolve(entry, &evidence, &witnesses, WINDOW);
            let (story, group, ..) = resolution.verdict.place(entry.id);
            witnesses.add(
                &evidence,
                &Witness {
                    entry: entry.id,
                    source: entry.source,
                    story,
                    group,
                    seen: entry.first_seen,
                },
            );
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
        entry(2, 2, "https://a.example/", "Another thing", "of some length, to be sure"),
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
