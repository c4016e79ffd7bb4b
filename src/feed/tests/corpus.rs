//! Feeds that nobody here wrote, compared with what a lenient reference parser makes of them.

use super::*;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Default)]
struct Tally {
    agree: usize,
    of: usize,
}

impl Tally {
    fn add(&mut self, agrees: bool) {
        self.of += 1;
        self.agree += usize::from(agrees);
    }

    fn percent(&self) -> f64 {
        100.0 * f64::from(u32::try_from(self.agree).unwrap())
            / f64::from(u32::try_from(self.of.max(1)).unwrap())
    }
}

fn squashed(value: &Value) -> String {
    crate::text::one_line(value.as_str().unwrap_or_default()).replace('\u{a0}', " ")
}

#[test]
fn other_peoples_feeds_are_read_as_by_the_reference() {
    let Some(corpora) = corpora() else { return };
    let verbose = std::env::var_os("CORPUS_VERBOSE").is_some();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for line in std::fs::read_to_string(corpora.join("reference.jsonl")).unwrap().lines() {
        let reference: Value = serde_json::from_str(line).unwrap();
        let path = reference["path"].as_str().unwrap();
        let body = std::fs::read(corpora.join(path)).unwrap();
        let feed = read_whole(&body);
        let mut note = |what: &'static str, agrees: bool, detail: &dyn Fn() -> String| {
            tallies.entry(what).or_default().add(agrees);
            if !agrees && verbose {
                println!("{what} {path} {}", detail());
            }
        };
        let is_known = reference["version"] != "";
        if !is_known {
            note("refused where the reference knows nothing", feed.is_err(), &|| String::new());
            continue;
        }
        note("read", feed.is_ok(), &|| format!("{:?}", feed.as_ref().err()));
        let Ok(feed) = feed else { continue };
        let count = usize::try_from(reference["n"].as_u64().unwrap()).unwrap();
        note("entries", feed.entries.len() == count, &|| {
            format!("{} of {count}", feed.entries.len())
        });
        note(
            "feed title",
            squashed(&reference["title"])
                == squashed(&feed.title.clone().unwrap_or_default().into()),
            &|| format!("{:?} {}", feed.title, reference["title"]),
        );
        if feed.entries.len() != count {
            continue;
        }
        for (ours, theirs) in entries(&feed).iter().zip(reference["entries"].as_array().unwrap()) {
            note(
                "title",
                squashed(&theirs["title"]) == squashed(&ours.title.clone().into()),
                &|| format!("{:?} {}", ours.title, theirs["title"]),
            );
            let link = ours.link.as_ref().map(Url::as_str).unwrap_or_default();
            let same = theirs["link"].as_str().unwrap_or_default().trim();
            let counted = same.contains("feedproxy") || same.contains("feeds.feedburner");
            if same.starts_with("http") && !counted {
                let same = Url::parse(same).map(String::from).unwrap_or_default();
                note("link", same == link, &|| format!("{link:?} {}", theirs["link"]));
            }
            for (what, name, time) in [
                ("published", "published_parsed", ours.published),
                ("updated", "updated_parsed", ours.updated.or(ours.published)),
            ] {
                let parsed = theirs[name].as_array().map(|parts| {
                    parts.iter().filter_map(Value::as_u64).take(6).collect::<Vec<_>>()
                });
                let Some(parsed) = parsed.filter(|parts| !parts.is_empty()) else { continue };
                let parts: Vec<u64> = time
                    .map(|time| time.format("%Y %m %d %H %M %S").to_string())
                    .unwrap_or_default()
                    .split(' ')
                    .filter_map(|part| part.parse().ok())
                    .collect();
                note(what, parts == parsed || ours.date_clamped, &|| {
                    format!("{parts:?} {parsed:?} {} {}", theirs["published"], theirs["updated"])
                });
            }
            let has_text = |value: &Value| !squashed(value).is_empty();
            let texts = theirs["content"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|content| &content["value"])
                .chain([&theirs["summary"]]);
            if texts.into_iter().any(has_text) {
                note("text", !ours.text.is_empty(), &|| theirs["summary"].to_string());
            }
            if has_text(&theirs["author"]) {
                note("author", !ours.authors.is_empty(), &|| theirs["author"].to_string());
            }
            let enclosures = theirs["enclosures"].as_array().map_or(0, Vec::len);
            note("enclosures", ours.enclosures.len() >= enclosures, &|| {
                format!("{:?} {}", ours.enclosures, theirs["enclosures"])
            });
        }
    }
    for (what, tally) in &tallies {
        println!("{what}: {} of {} ({:.2} %)", tally.agree, tally.of, tally.percent());
    }
}
