use super::*;
use crate::model::{Content, Fingerprint, KnownEntry, WindowSlot};

/// An item by its guid, link, title and text; empty means that it has none.
fn item(guid: &str, link: &str, title: &str, text: &str) -> Entry {
    let key = |kind, text: &str| (!text.is_empty()).then(|| EntryKey::of(kind, text));
    let keys = [
        key(KeyKind::Guid, guid),
        key(KeyKind::Link, link),
        key(KeyKind::TitleDate, title),
        key(KeyKind::Content, &format!("{title}\n{text}")),
    ];
    let mut digest = [0; 16];
    digest.copy_from_slice(&blake3::hash(format!("{title}{text}").as_bytes()).as_bytes()[..16]);
    Entry {
        keys: keys.into_iter().flatten().collect(),
        guid: None,
        link: None,
        canonical_link: (!link.is_empty()).then(|| link.to_owned()),
        title: title.to_owned(),
        text: text.to_owned(),
        content: Content::default(),
        authors: vec![],
        categories: vec![],
        enclosures: vec![],
        language: None,
        origin: None,
        published: None,
        updated: None,
        date_clamped: false,
        date_guessed: false,
        digest,
    }
}

fn document(entries: &[Entry]) -> Vec<DocumentEntry> {
    entries
        .iter()
        .map(|entry| DocumentEntry::Read { fingerprint: None, entry: Box::new(entry.clone()) })
        .collect()
}

/// A store in miniature: applies decisions as `finish_poll` does.
#[derive(Default)]
struct Memory {
    known: Known,
    trust: GuidTrust,
    next: i64,
}

impl Memory {
    fn poll(&mut self, entries: &[Entry]) -> Vec<Identity> {
        let (decisions, trust) = identify(&document(entries), &self.known, self.trust);
        self.trust = trust;
        for decision in &decisions {
            let entry = &entries[decision.index];
            let id = match decision.identity {
                Identity::New => {
                    self.next += 1;
                    EntryId(self.next)
                }
                Identity::Revises(id) => id,
                Identity::Unchanged(id) => id.unwrap_or(EntryId(0)),
            };
            for key in &decision.new_keys {
                self.known.by_key.insert(*key, id);
            }
            let stored = self.known.entries.entry(id).or_insert_with(|| KnownEntry {
                digest: entry.digest,
                keys: vec![],
                published: None,
            });
            stored.digest = entry.digest;
            stored.keys.extend(&decision.new_keys);
        }
        decisions.into_iter().map(|decision| decision.identity).collect()
    }
}

const FIRST: EntryId = EntryId(1);

#[test]
fn an_entry_is_new_once() {
    let mut memory = Memory::default();
    let entry = item("g1", "l1", "푸틴 방북", "본문");
    assert_eq!(memory.poll(std::slice::from_ref(&entry)), [Identity::New]);
    assert_eq!(memory.poll(&[entry]), [Identity::Unchanged(Some(FIRST))]);
}

#[test]
fn a_changed_text_is_a_revision() {
    let mut memory = Memory::default();
    memory.poll(&[item("g1", "l1", "Putin arrives", "")]);
    assert_eq!(
        memory.poll(&[item("g1", "l1", "Putin arrives in Pyongyang", "")]),
        [Identity::Revises(FIRST)]
    );
}

#[test]
fn a_change_of_guids_makes_nothing_new_and_ends_the_trust_in_them() {
    let mut memory = Memory::default();
    let with = |prefix: &str| -> Vec<Entry> {
        (0..5)
            .map(|n| item(&format!("{prefix}{n}"), &format!("l{n}"), &format!("T{n}"), ""))
            .collect()
    };
    memory.poll(&with("old-"));
    let identities = memory.poll(&with("new-"));
    assert!(identities.iter().all(|i| matches!(i, Identity::Unchanged(Some(_)))), "{identities:?}");
    assert_eq!(memory.trust, GuidTrust::Dishonest);
    assert!(memory.poll(&with("newer-")).iter().all(|i| *i != Identity::New));
}

#[test]
fn a_change_of_host_is_healed_by_title_and_date() {
    let mut memory = Memory::default();
    memory.poll(&[item("http://old.example/1", "http://old.example/1", "T1", "text")]);
    let moved = item("https://new.example/1", "https://new.example/1", "T1", "text");
    assert_eq!(memory.poll(&[moved]), [Identity::Unchanged(Some(FIRST))]);
}

#[test]
fn the_same_guid_on_all_items_is_not_believed() {
    let mut memory = Memory::default();
    let items: Vec<Entry> =
        (0..4).map(|n| item("same", &format!("l{n}"), &format!("T{n}"), "")).collect();
    assert_eq!(memory.poll(&items), [Identity::New; 4]);
    assert_eq!(memory.trust, GuidTrust::Dishonest);
    assert!(memory.poll(&items).iter().all(|i| matches!(i, Identity::Unchanged(_))));
}

#[test]
fn items_that_share_a_page_stay_apart() {
    let mut memory = Memory::default();
    let live = |n: u8| item(&format!("g{n}"), "live-blog", &format!("Update {n}"), "");
    assert_eq!(memory.poll(&[live(1), live(2)]), [Identity::New, Identity::New]);
    assert_eq!(memory.poll(&[live(3), live(4)]), [Identity::New, Identity::New]);
    assert_eq!(memory.trust, GuidTrust::Honest);
}

#[test]
fn an_item_repeated_in_its_document_is_one_entry() {
    let mut memory = Memory::default();
    let entry = item("g1", "l1", "T", "");
    assert_eq!(memory.poll(&[entry.clone(), entry]), [Identity::New]);
}

#[test]
fn items_without_guid_and_link_go_by_title_and_date() {
    let mut memory = Memory::default();
    let entry = item("", "", "Kabar pagi|2024-06-19", "isi");
    assert_eq!(memory.poll(std::slice::from_ref(&entry)), [Identity::New]);
    let edited = item("", "", "Kabar pagi|2024-06-19", "isi baru");
    assert_eq!(memory.poll(&[edited]), [Identity::Revises(FIRST)]);
}

#[test]
fn what_was_never_taken_does_not_come_back() {
    let mut memory = Memory::default();
    let entry = item("g1", "l1", "T", "");
    for key in &entry.keys {
        memory.known.by_key.insert(*key, EntryId(0));
    }
    assert_eq!(memory.poll(&[entry]), [Identity::Unchanged(None)]);
}

#[test]
fn an_unread_item_keeps_its_entry_from_being_claimed_by_another() {
    let mut memory = Memory::default();
    let first = item("g1", "shared", "Morning", "");
    memory.poll(std::slice::from_ref(&first));
    let slot = WindowSlot { fingerprint: Fingerprint(1), key: first.keys[0] };
    let second = item("g2", "shared", "Evening", "");
    let items = [
        DocumentEntry::Known(slot),
        DocumentEntry::Read { fingerprint: None, entry: Box::new(second) },
    ];
    let (decisions, _) = identify(&items, &memory.known, memory.trust);
    assert_eq!(decisions.len(), 1);
    assert_eq!(decisions[0].identity, Identity::New);
}

#[test]
fn items_without_guids_that_all_link_to_the_home_page_stay_apart() {
    for guid in ["", "https://example.org/"] {
        let mut memory = Memory::default();
        let note = |n: u8| item(guid, "https://example.org/", &format!("Note {n}"), "text");
        let first = [note(3), note(2), note(1)];
        assert_eq!(memory.poll(&first), [Identity::New; 3], "guid {guid:?}");
        assert_eq!(memory.poll(&[note(4)]), [Identity::New], "a note alone in its document");
        assert!(memory.poll(&first).iter().all(|i| matches!(i, Identity::Unchanged(Some(_)))));
    }
}

#[test]
fn a_new_item_does_not_take_the_link_of_one_that_was_not_read_again() {
    let mut memory = Memory::default();
    let first = item("", "https://example.org/", "Note 1", "text");
    memory.poll(std::slice::from_ref(&first));
    let unread =
        DocumentEntry::Known(WindowSlot { fingerprint: Fingerprint(1), key: first.keys[0] });
    let second = Box::new(item("", "https://example.org/", "Note 2", "text"));
    let items = [DocumentEntry::Read { fingerprint: None, entry: second }, unread];
    let (decisions, trust) = identify(&items, &memory.known, memory.trust);
    assert_eq!(trust, GuidTrust::NorLinks);
    assert_eq!(decisions[0].identity, Identity::New);
}

#[test]
fn a_corrected_title_ends_no_trust_in_links() {
    let mut memory = Memory::default();
    let article = |n: u8| item("", &format!("l{n}"), &format!("Title {n}"), "text");
    memory.poll(&[article(2), article(1)]);
    let corrected = item("", "l1", "Better title", "text");
    let seen = memory.poll(&[article(2), corrected]);
    assert_eq!(seen, [Identity::Unchanged(Some(FIRST)), Identity::Revises(EntryId(2))]);
    assert_eq!(memory.trust, GuidTrust::Honest);
}
