use super::*;
use crate::model::{
    Collapse, FeedSettings, Format, Profile, PublishContent, Rendition, RenditionSet, Speakers,
    Time, TopicName,
};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;
use tempfile::TempDir;

const MEMORY: u64 = 1 << 20;

fn name(text: &str) -> TopicName {
    text.parse().unwrap()
}

fn at(seconds: i64) -> Time {
    DateTime::from_timestamp(1_760_000_000 + seconds, 123_456_789).unwrap()
}

fn stamp(version: i64) -> Stamp {
    Stamp { version, renderer: 1, settings: 7 }
}

/// Every format says `text`, in its own way.
fn set(topic: &str, version: i64, changed_at: Time, text: &str) -> RenditionSet {
    let body = |format: Format| Bytes::from(format!("{}: {text} {text}", format.extension()));
    let renditions =
        Format::ALL.map(|format| Rendition { format, body: body(format), items: Vec::new() });
    RenditionSet {
        name: name(topic),
        version,
        changed_at,
        fresh_for: Duration::from_secs(300),
        renditions: renditions.into(),
    }
}

fn read(shelf: &Shelf, topic: &str, format: Format, encoding: Encoding) -> Bytes {
    shelf.load(topic, format, encoding).unwrap().unwrap().1
}

fn decoded(body: &[u8], encoding: Encoding) -> String {
    let mut text = String::new();
    match encoding {
        Encoding::Identity => text.push_str(std::str::from_utf8(body).unwrap()),
        Encoding::Gzip => {
            flate2::read::GzDecoder::new(body).read_to_string(&mut text).map(drop).unwrap();
        }
        Encoding::Brotli => {
            brotli::Decompressor::new(body, 4096).read_to_string(&mut text).map(drop).unwrap();
        }
    }
    text
}

#[test]
fn what_is_put_is_there_in_every_format_and_coding() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    shelf.put(&set("korea", 1, at(0), "북한과 러시아"), stamp(1)).unwrap();
    let mut etags = Vec::new();
    for format in Format::ALL {
        for encoding in Encoding::ALL {
            let (shelved, body) = shelf.load("korea", format, encoding).unwrap().unwrap();
            let expected = format!("{}: 북한과 러시아 북한과 러시아", format.extension());
            assert_eq!(decoded(&body, encoding), expected);
            assert_eq!(shelved.last_modified(), at(0) - TimeDelta::nanoseconds(123_456_789));
            etags.push(shelved.etag(encoding).to_owned());
        }
    }
    etags.sort();
    etags.dedup();
    assert_eq!(
        etags.len(),
        Encoding::ALL.len() * Format::ALL.len(),
        "each coding of each format is a representation of its own"
    );
    assert!(etags.iter().all(|etag| etag.starts_with('"') && etag.ends_with('"')));
    assert!(shelf.get("other", Format::Rss).is_none());
    assert_eq!(shelf.stamp(&name("korea")), Some(stamp(1)));
    assert_eq!(shelf.stamp(&name("other")), None);
}

#[test]
fn a_restart_finds_everything_as_it_was() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    shelf.put(&set("a", 3, at(0), "один"), stamp(3)).unwrap();
    shelf.put(&set("b", 4, at(9), "два"), stamp(4)).unwrap();
    let again = Shelf::open(dir.path(), MEMORY).unwrap();
    assert_eq!(again.names().iter().map(|name| &**name).collect::<Vec<_>>(), ["a", "b"]);
    for topic in ["a", "b"] {
        assert_eq!(again.stamp(&name(topic)), shelf.stamp(&name(topic)));
        for format in Format::ALL {
            let (was, is) = (shelf.get(topic, format).unwrap(), again.get(topic, format).unwrap());
            assert_eq!(was.last_modified(), is.last_modified());
            for encoding in Encoding::ALL {
                assert_eq!(was.etag(encoding), is.etag(encoding));
                assert_eq!(
                    read(&shelf, topic, format, encoding),
                    read(&again, topic, format, encoding)
                );
            }
        }
    }
}

#[test]
fn the_same_bytes_keep_their_date_and_only_the_stamp_moves() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    shelf.put(&set("a", 1, at(0), "one"), stamp(1)).unwrap();
    let first = shelf.get("a", Format::Rss).unwrap();
    shelf.put(&set("a", 2, at(60), "one"), stamp(2)).unwrap();
    let second = shelf.get("a", Format::Rss).unwrap();
    assert_eq!(first.last_modified(), second.last_modified());
    assert_eq!(first.etag(Encoding::Gzip), second.etag(Encoding::Gzip));
    assert_eq!(shelf.stamp(&name("a")), Some(stamp(2)));
}

#[test]
fn other_bytes_within_the_same_second_or_before_it_get_a_later_date() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    let mut last = None;
    for (version, changed_at) in [at(0), at(0), at(-3600), at(5)].into_iter().enumerate() {
        let text = format!("version {version}");
        shelf.put(&set("a", 1, changed_at, &text), stamp(1)).unwrap();
        let now = Some(shelf.get("a", Format::Atom).unwrap().last_modified());
        assert!(now > last, "{now:?} after {last:?}");
        last = now;
    }
    assert_eq!(last.unwrap().timestamp(), at(5).timestamp(), "and the clock takes over again");
}

#[test]
fn a_file_cut_short_anywhere_counts_as_absent() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("renditions/a");
    Shelf::open(dir.path(), MEMORY).unwrap().put(&set("a", 1, at(0), "x"), stamp(1)).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        fs::write(&path, &whole[..length]).unwrap();
        let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
        assert!(shelf.get("a", Format::Rss).is_none(), "{length} of {} bytes", whole.len());
    }
    fs::write(&path, [&whole[..], b"more"].concat()).unwrap();
    assert!(Shelf::open(dir.path(), MEMORY).unwrap().stamp(&name("a")).is_none());
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    shelf.put(&set("a", 1, at(0), "x"), stamp(1)).unwrap();
    assert_eq!(fs::read(&path).unwrap(), whole, "putting it again gives the same file");
}

#[test]
fn a_damaged_body_is_never_served_and_the_topic_asks_to_be_rendered_again() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("renditions/a");
    Shelf::open(dir.path(), MEMORY).unwrap().put(&set("a", 1, at(0), "x"), stamp(1)).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let start = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes[start + 2] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    assert!(shelf.load("a", Format::Atom, Encoding::Gzip).unwrap().is_some(), "it is whole");
    let error = shelf.load("a", Format::Rss, Encoding::Identity).unwrap_err();
    assert!(error.to_string().contains("renditions/a"), "{error}");
    assert_eq!(shelf.stamp(&name("a")), None);
    assert!(shelf.load("a", Format::Atom, Encoding::Gzip).unwrap().is_some(), "still whole");
    shelf.put(&set("a", 1, at(0), "x"), stamp(1)).unwrap();
    assert_eq!(shelf.stamp(&name("a")), Some(stamp(1)));
    assert_eq!(&read(&shelf, "a", Format::Rss, Encoding::Identity)[..], b"rss: x x");
}

#[test]
fn a_crash_between_writing_and_renaming_leaves_the_old_one() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("renditions");
    Shelf::open(dir.path(), MEMORY).unwrap().put(&set("a", 1, at(0), "old"), stamp(1)).unwrap();
    fs::write(folder.join(".new-a"), b"half of the n").unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    assert_eq!(shelf.stamp(&name("a")), Some(stamp(1)));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "the remains are gone");
}

#[test]
fn bodies_are_held_when_asked_for_and_never_more_than_fit() {
    let dir = TempDir::new().unwrap();
    let memory = 10_000;
    let shelf = Shelf::open(dir.path(), memory).unwrap();
    let text = "0123456789".repeat(50);
    for topic in 0..40 {
        shelf.put(&set(&format!("t{topic}"), 1, at(0), &text), stamp(1)).unwrap();
    }
    let held = |topic: usize| {
        let shelved = shelf.get(&format!("t{topic}"), Format::Rss).unwrap();
        shelf.held(&shelved, Encoding::Identity).is_some()
    };
    assert!(!(0..40).any(held), "nobody asked yet");
    for topic in 0..40 {
        read(&shelf, &format!("t{topic}"), Format::Rss, Encoding::Identity);
        assert!(held(0), "what is used all the time stays");
        assert!(held(topic));
    }
    let kept = (0..40).filter(|topic| held(*topic)).count();
    assert!((5..=10).contains(&kept), "{kept} bodies of 1 KB in 10 KB");
    shelf.put(&set("t0", 2, at(1), "new"), stamp(2)).unwrap();
    assert!(held(0), "who had the last version at hand has the new one");
    assert_eq!(&read(&shelf, "t0", Format::Rss, Encoding::Identity)[..], b"rss: new new");
}

#[test]
fn a_body_larger_than_the_memory_is_served_from_its_file() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), 0).unwrap();
    shelf.put(&set("a", 1, at(0), "x"), stamp(1)).unwrap();
    assert_eq!(&read(&shelf, "a", Format::Json, Encoding::Identity)[..], b"json: x x");
    let shelved = shelf.get("a", Format::Json).unwrap();
    assert!(shelf.held(&shelved, Encoding::Identity).is_none());
}

#[test]
fn topics_that_config_dropped_go_with_their_files() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    for topic in ["a", "b", "c"] {
        shelf.put(&set(topic, 1, at(0), topic), stamp(1)).unwrap();
    }
    shelf.retain(&[name("b")]).unwrap();
    assert!(shelf.get("a", Format::Rss).is_none());
    assert!(shelf.get("b", Format::Rss).is_some());
    let left: Vec<_> = fs::read_dir(dir.path().join("renditions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["b"]);
}

#[test]
fn readers_see_one_version_whole_while_it_is_replaced() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), 0).unwrap();
    shelf.put(&set("a", 0, at(0), "version 0"), stamp(0)).unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = Vec::new();
            while shelf.stamp(&name("a")) != Some(stamp(60)) {
                let (shelved, body) =
                    shelf.load("a", Format::Rss, Encoding::Identity).unwrap().unwrap();
                let hash = &blake3::hash(&body).to_hex()[..32];
                assert_eq!(shelved.etag(Encoding::Identity), format!("\"{hash}\""));
                seen.push(body);
            }
            seen
        });
        for version in 1..=60 {
            let text = format!("version {version}");
            shelf.put(&set("a", version, at(version), &text), stamp(version)).unwrap();
        }
        assert!(!reader.join().unwrap().is_empty());
    });
}

#[test]
fn a_file_is_replaced_with_the_permissions_asked_for() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("korea.rss");
    fs::write(&path, "old").unwrap();
    fs::write(dir.path().join(".new-korea.rss"), "left by a crash").unwrap();
    replace_file(&path, b"new", 0o640).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    let nowhere = dir.path().join("missing/korea.rss");
    assert_eq!(
        replace_file(&nowhere, b"x", 0o644).unwrap_err().kind(),
        std::io::ErrorKind::NotFound
    );
}

#[test]
fn a_stamp_moves_with_every_setting_that_shows() {
    let settings = FeedSettings {
        name: name("a"),
        title: "A".into(),
        description: None,
        language: None,
        public_url: "https://news.example.org/".parse().unwrap(),
        items: 100,
        content: PublishContent::Summary,
        collapse: Collapse::Story,
        profile: Profile::default(),
        speakers: Speakers::default(),
        hubs: Vec::new(),
        asked: None,
    };
    let stamp = Stamp::of(1, &settings);
    assert_eq!(Stamp::of(1, &settings.clone()), stamp);
    let mut stamps = vec![stamp, Stamp::of(2, &settings)];
    for change in [
        |s: &mut FeedSettings| s.title = "B".into(),
        |s: &mut FeedSettings| s.description = Some(String::new()),
        |s: &mut FeedSettings| s.language = Some("ko".into()),
        |s: &mut FeedSettings| s.items = 50,
        |s: &mut FeedSettings| s.content = PublishContent::Full,
        |s: &mut FeedSettings| s.public_url = "https://news.example.org/x/".parse().unwrap(),
    ] {
        let mut changed = settings.clone();
        change(&mut changed);
        stamps.push(Stamp::of(1, &changed));
    }
    let all = stamps.len();
    stamps.sort_by_key(|stamp| (stamp.version, stamp.settings));
    stamps.dedup();
    assert_eq!(stamps.len(), all);
}

#[test]
fn the_index_is_stamped_by_its_topics_in_their_order() {
    let here = "https://news.example.org/".parse().unwrap();
    let there = "https://news.example.org/feeds/".parse().unwrap();
    let of = |versions: &[i64], url| {
        let stamps: Vec<Stamp> = versions.iter().map(|version| stamp(*version)).collect();
        Stamp::of_index(&stamps, url)
    };
    let first = of(&[1, 2], &here);
    assert_eq!(of(&[1, 2], &here), first);
    for other in [of(&[2, 1], &here), of(&[1, 3], &here), of(&[1, 2], &there), of(&[1], &here)] {
        assert_ne!(other, first);
    }
}

#[test]
fn the_index_stays_when_topics_go_and_is_written_without_feeds() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    let mut index = set("index", 1, at(0), "all");
    index.renditions.retain(|rendition| Format::INDEX.contains(&rendition.format));
    shelf.put(&index, stamp(1)).unwrap();
    shelf.retain(&[]).unwrap();
    assert!(shelf.get("index", Format::Opml).is_some());

    let files = Files::open(&dir.path().join("srv")).unwrap();
    assert!(files.lack(&TopicName::index()) && files.lack(&name("a")));
    files.write(&index).unwrap();
    files.write(&set("a", 1, at(0), "a")).unwrap();
    assert!(!files.lack(&TopicName::index()) && !files.lack(&name("a")));
    assert!(!dir.path().join("srv/a.subscribe.html").exists(), "it needs someone who negotiates");
}

/// A feed whose items say `words`, one each.
fn listed(version: i64, words: &[&str]) -> RenditionSet {
    let mut body = String::from("<feed>");
    let mut items = Vec::new();
    for word in words {
        let start = body.len();
        body.extend(["<entry>", word, "</entry>"]);
        items.push(start..body.len());
        body += " ";
    }
    body.extend(["</feed v", &version.to_string(), ">"]);
    let rendition = Rendition { format: Format::Atom, body: body.into(), items };
    RenditionSet {
        name: name("korea"),
        version,
        changed_at: at(version),
        fresh_for: Duration::from_secs(300),
        renditions: vec![rendition],
    }
}

fn etag(shelf: &Shelf, encoding: Encoding) -> String {
    shelf.get("korea", Format::Atom).unwrap().etag(encoding).to_owned()
}

fn news(shelf: &Shelf, known: &str) -> Option<(String, Vec<String>)> {
    let since = shelf.since("korea", Format::Atom, known).unwrap()?;
    let text = |bytes: &Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    Some((text(&since.body), since.items.iter().map(text).collect()))
}

#[test]
fn what_came_in_since_a_version_is_told_by_its_etag_in_whatever_coding() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    shelf.put(&listed(1, &["평양", "Москва", "ソウル"]), stamp(1)).unwrap();
    let first = etag(&shelf, Encoding::Gzip);
    assert_eq!(news(&shelf, &first), None, "it is the one that is there");
    shelf.put(&listed(2, &["北京", "평양", "Москва", "ソウル"]), stamp(2)).unwrap();
    let second = etag(&shelf, Encoding::Brotli);
    // Москва was corrected, ソウル left.
    shelf.put(&listed(3, &["Hà Nội", "北京", "평양", "Москва!"]), stamp(3)).unwrap();
    let (body, items) = news(&shelf, &second).unwrap();
    assert_eq!(body, "<feed><entry>Hà Nội</entry> <entry>Москва!</entry> </feed v3>");
    assert_eq!(items, ["<entry>Hà Nội</entry>", "<entry>Москва!</entry>"]);
    let (_, items) = news(&shelf, &format!("W/{first}")).unwrap();
    assert_eq!(items.len(), 3, "and what the versions between brought");
    assert_eq!(news(&shelf, "\"0123\""), None, "nobody knows it");

    let again = Shelf::open(dir.path(), MEMORY).unwrap();
    assert_eq!(news(&again, &first).unwrap().1.len(), 3, "a restart forgets nothing");
}

#[test]
fn who_has_nothing_of_a_feed_any_more_gets_the_whole() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    shelf.put(&listed(1, &["a", "b"]), stamp(1)).unwrap();
    let first = etag(&shelf, Encoding::Identity);
    shelf.put(&listed(2, &["c", "d"]), stamp(2)).unwrap();
    assert_eq!(news(&shelf, &first), None);
    // What is taken out leaves nothing new behind.
    let second = etag(&shelf, Encoding::Identity);
    shelf.put(&listed(3, &["d"]), stamp(3)).unwrap();
    assert_eq!(news(&shelf, &second).unwrap(), ("<feed> </feed v3>".to_owned(), Vec::new()));
    // A version that comes back is not its own past.
    shelf.put(&listed(2, &["c", "d"]), stamp(4)).unwrap();
    assert_eq!(news(&shelf, &second), None);
}

#[test]
fn who_saw_a_feed_without_items_gets_what_came_into_it_as_long_as_all_of_it_is_there() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    let items = |known: &str| news(&shelf, known).map(|(_, items)| items.len());
    shelf.put(&listed(1, &[]), stamp(1)).unwrap();
    let empty = etag(&shelf, Encoding::Identity);
    shelf.put(&listed(2, &["a"]), stamp(2)).unwrap();
    let first = etag(&shelf, Encoding::Identity);
    assert_eq!(items(&empty), Some(1));
    shelf.put(&listed(3, &["b", "a"]), stamp(3)).unwrap();
    assert_eq!((items(&empty), items(&first)), (Some(2), Some(1)));
    shelf.put(&listed(4, &["c", "b"]), stamp(4)).unwrap();
    assert_eq!((items(&empty), items(&first)), (None, Some(2)));
    shelf.put(&listed(5, &["d", "c"]), stamp(5)).unwrap();
    assert_eq!(items(&first), None, "b came and is gone");
}

#[test]
fn archives_keep_their_pages_until_they_are_dropped() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), MEMORY).unwrap();
    let (archive, korea) = (shelf.archive(), name("korea"));
    let kind = |number: i64| match archive.find(&korea, number, Format::Atom).unwrap() {
        Some(page) => {
            let body = archive.body(&page, Encoding::Gzip).unwrap();
            decoded(&body, Encoding::Gzip).split(['>', '<']).nth(4).unwrap().to_owned()
        }
        None => "none".to_owned(),
    };
    assert_eq!(kind(1), "none");
    for number in 1..=4 {
        archive.put(&listed(number, &[&format!("page {number}")]), number).unwrap();
    }
    assert_eq!([1, 4, 5].map(kind), ["page 1", "page 4", "none"]);
    archive.drop_through(&korea, 2).unwrap();
    archive.drop_through(&korea, 1).unwrap();
    assert_eq!([1, 2, 3].map(kind), ["none", "none", "page 3"]);
    archive.rename(&korea, &name("koreas")).unwrap();
    assert_eq!([4, 3].map(|number| archive.has(&name("koreas"), number)), [true; 2]);
    archive.put(&listed(4, &["asked for before"]), 4).unwrap();
    archive.rename(&korea, &name("koreas")).unwrap();
    assert!(!archive.has(&korea, 4), "who has the new name has pages of its own");
    archive.drop_through(&name("koreas"), 4).unwrap();
    archive.drop_through(&korea, 4).unwrap();
    assert_eq!([3, 4].map(|number| archive.has(&name("koreas"), number)), [false; 2]);
}

#[test]
fn of_pages_that_are_files_the_old_ones_go_past_a_gap_and_what_is_not_ours_stays() {
    let dir = TempDir::new().unwrap();
    let (files, korea) = (Files::open(dir.path()).unwrap(), name("korea"));
    for number in [1, 3, 4] {
        files.write_archived(&listed(number, &["a page"]), number).unwrap();
    }
    let folder = dir.path().join("korea/archive");
    std::fs::write(folder.join("2.txt"), "a note").unwrap();
    files.drop_archived(&korea, 3).unwrap();
    files.drop_archived(&name("nothing"), 3).unwrap();
    let left = std::fs::read_dir(&folder).unwrap();
    let mut left: Vec<_> =
        left.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["2.txt", "4.atom"]);
}
