//! Feeds that nobody here wrote, compared with what a lenient reference parser makes of them.
//!
//! The reference is an oracle to compare with, not a law: where it is known to be wrong (ambiguous
//! dates, zones that it ignores, guids as links) agreement cannot be whole. What is asserted are
//! floors; `CORPUS_VERBOSE=1` with `--nocapture` shows each difference.

use super::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is compared, and the percentage of agreement that must not be lost.
const FLOORS: [(&str, f64); 10] = [
    ("document", 99.0),
    ("entries", 99.6),
    ("feed title", 99.0),
    ("title", 99.8),
    ("link", 98.0),
    ("published", 97.0),
    ("updated", 97.0),
    ("text", 99.8),
    ("author", 99.9),
    ("enclosures", 99.7),
];

#[derive(Default)]
struct Tallies {
    /// Agreements and comparisons by what was compared.
    counts: BTreeMap<&'static str, (u32, u32)>,
    path: String,
}

impl Tallies {
    fn compare<T: PartialEq + std::fmt::Debug>(
        &mut self,
        what: &'static str,
        ours: &T,
        theirs: &T,
    ) {
        let (agree, of) = self.counts.entry(what).or_default();
        *of += 1;
        if ours == theirs {
            *agree += 1;
        } else if std::env::var_os("CORPUS_VERBOSE").is_some() {
            println!("{what} {} {ours:?} {theirs:?}", self.path);
        }
    }

    fn compare_feed(&mut self, feed: &ReadFeed, reference: &Value) {
        let count = reference["n"].as_u64().unwrap_or_default();
        self.compare("entries", &(feed.entries.len() as u64), &count);
        self.compare(
            "feed title",
            &line(feed.title.as_deref()),
            &line(reference["title"].as_str()),
        );
        if feed.entries.len() as u64 == count {
            let theirs = reference["entries"].as_array().into_iter().flatten();
            entries(feed)
                .into_iter()
                .zip(theirs)
                .for_each(|(ours, theirs)| self.compare_entry(ours, theirs));
        }
    }

    fn compare_entry(&mut self, ours: &Entry, theirs: &Value) {
        self.compare("title", &line(Some(&ours.title)), &line(theirs["title"].as_str()));
        let counted = |link: &&str| link.contains("feedproxy") || link.contains("feeds.feedburner");
        let link = theirs["link"]
            .as_str()
            .map(str::trim)
            .filter(|link| link.starts_with("http") && !counted(link));
        if let Some(link) = link.and_then(|link| Url::parse(link).ok()) {
            self.compare("link", &ours.link, &Some(link));
        }
        if !ours.date_clamped {
            self.compare_time("published", ours.published, &theirs["published_parsed"]);
            self.compare_time(
                "updated",
                ours.updated.or(ours.published),
                &theirs["updated_parsed"],
            );
        }
        let contents =
            theirs["content"].as_array().into_iter().flatten().map(|content| &content["value"]);
        if contents.chain([&theirs["summary"]]).any(|text| !line(text.as_str()).is_empty()) {
            self.compare("text", &ours.text.is_empty(), &false);
        }
        if !line(theirs["author"].as_str()).is_empty() {
            self.compare("author", &ours.authors.is_empty(), &false);
        }
        let enclosures = theirs["enclosures"].as_array().map_or(0, Vec::len);
        self.compare("enclosures", &(ours.enclosures.len() >= enclosures), &true);
    }

    fn compare_time(&mut self, what: &'static str, ours: Option<Time>, theirs: &Value) {
        let parts: Vec<u64> =
            theirs.as_array().into_iter().flatten().filter_map(Value::as_u64).take(6).collect();
        if !parts.is_empty() {
            let ours = ours
                .map(|time| time.format("%Y %-m %-d %-H %-M %-S").to_string())
                .unwrap_or_default();
            let ours: Vec<u64> = ours.split(' ').filter_map(|part| part.parse().ok()).collect();
            self.compare(what, &ours, &parts);
        }
    }
}

fn line(text: Option<&str>) -> String {
    crate::text::one_line(text.unwrap_or_default())
}

#[test]
fn other_peoples_feeds_are_read_as_by_the_reference() {
    let Some(corpora) = corpora() else { return };
    let mut tallies = Tallies::default();
    for reference in std::fs::read_to_string(corpora.join("reference.jsonl")).unwrap().lines() {
        let reference: Value = serde_json::from_str(reference).unwrap();
        if reference["version"] == "" {
            continue;
        }
        reference["path"].as_str().unwrap().clone_into(&mut tallies.path);
        let feed = read_whole(&std::fs::read(corpora.join(&tallies.path)).unwrap());
        tallies.compare("document", &feed.as_ref().err(), &None);
        if let Ok(feed) = feed {
            tallies.compare_feed(&feed, &reference);
        }
    }
    for (what, floor) in FLOORS {
        let (agree, of) = tallies.counts[what];
        let percent = 100.0 * f64::from(agree) / f64::from(of);
        println!("{what}: {agree} of {of} ({percent:.2} %)");
        assert!(percent >= floor, "{what}: {percent:.2} % is less than {floor} %");
    }
}
