//! Any bytes as a document: decode, repair, parse, normalize. The first byte chooses the charset
//! that HTTP declares. What holds: no panic; each entry has a key; reading with the document's own
//! window knows every item again and says the same of the feed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use muara::feed::{self, ReadContext, ReadFeed};
use muara::model::{
    DateOrders, Document, DocumentEntry, ServerHints, Source, Time, Validators, Window,
    WindowSlot,
};
use url::Url;

const CHARSETS: [Option<&str>; 8] = [
    None,
    Some("utf-8"),
    Some("windows-1251"),
    Some("iso-2022-jp"),
    Some("gb18030"),
    Some("euc-kr"),
    Some("utf-16"),
    Some("nonsense"),
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else { return };
    let document = Document {
        body: bytes::Bytes::copy_from_slice(body),
        url: Url::parse("https://example.org/feed/").unwrap(),
        charset: CHARSETS[usize::from(*choice) % CHARSETS.len()].map(str::to_owned),
        validators: Validators::default(),
        hints: ServerHints::default(),
        moved_to: None,
    };
    let _ = feed::own_address(&document);
    let Ok(first) = read(&document, &Window::default()) else { return };
    let slots = first.entries.iter().filter_map(|item| match item {
        DocumentEntry::Known(slot) => Some(*slot),
        DocumentEntry::Read { fingerprint, entry } => {
            let key = *entry.keys.first().expect("an entry has a key");
            Some(WindowSlot { fingerprint: (*fingerprint)?, key })
        }
    });
    let window = Window { slots: slots.collect() };
    let again = read(&document, &window).expect("it was read before");
    assert_eq!((&again.title, again.entries.len()), (&first.title, first.entries.len()));
    assert!(again.entries.iter().all(|item| matches!(item, DocumentEntry::Known(_))));
});

fn read(document: &Document, window: &Window) -> Result<ReadFeed, feed::NotAFeed> {
    let source = Source::bare("fuzz".parse().unwrap(), document.url.clone());
    let now = Time::from_timestamp(1_800_000_000, 0).unwrap();
    feed::read(&ReadContext { document, window, date_orders: DateOrders::default(), source: &source, now })
}
