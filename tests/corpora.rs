//! Feeds that nobody here wrote, read by the real binary and compared with what others make of
//! them: a lenient reference parser, and the expectations of another parser's own suite.
//!
//! Every disagreement is counted before any excuse, and must stand in `tests/corpora/explained.tsv`
//! with its reason. The data are not part of the project: without `../shared/corpora` the tests say
//! that they were skipped.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "tests report and may panic")]

use muara::text::one_line;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const EXPLAINED: &str = include_str!("corpora/explained.tsv");

fn corpora() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/corpora", "../../shared/corpora"].map(|path| root.join(path));
    let found = places.into_iter().find(|path| path.is_dir());
    if found.is_none() {
        println!("SKIPPED: ../shared/corpora is not here");
    }
    found
}

/// What `muara read --json` prints of each of these files, all in one call.
fn read(corpora: &Path, paths: &[String]) -> BTreeMap<String, Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_muara"))
        .current_dir(corpora)
        .args(["read", "--json"])
        .args(paths)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let read: BTreeMap<String, Value> = lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .map(|report: Value| (report["path"].as_str().unwrap().to_owned(), report))
        .collect();
    assert_eq!(read.len(), paths.len(), "one line a file");
    read
}

/// Every file below `folder`, by its path below `corpora`.
fn files(corpora: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(corpora, &path, found);
        } else {
            found.push(path.strip_prefix(corpora).unwrap().display().to_string());
        }
    }
}

/// A link but for its scheme, its `www.`, its fragment and a slash at its end: no feed means two
/// articles by these.
fn bare(link: &str) -> Option<String> {
    let url = url::Url::parse(link).ok()?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(host + url.path().trim_end_matches('/') + &query)
}

#[test]
fn no_two_entries_of_a_feed_get_one_canonical_link_that_had_two_pages() {
    let Some(corpora) = corpora() else { return };
    let mut paths = Vec::new();
    files(&corpora, &corpora.join("real"), &mut paths);
    let (mut links, mut changed, mut merged) = (0, BTreeSet::new(), Vec::new());
    for (path, report) in read(&corpora, &paths) {
        let mut by_canonical: BTreeMap<String, String> = BTreeMap::new();
        for entry in report["entries"].as_array().into_iter().flatten() {
            let Some(link) = entry["link"].as_str() else { continue };
            let (Ok(url), Some(bare)) = (url::Url::parse(link), bare(link)) else { continue };
            let canonical = muara::link::canonical(&url);
            links += 1;
            if !canonical.ends_with(&bare) {
                changed.insert(format!("{link}\n    {canonical}"));
            }
            match by_canonical.get(&canonical) {
                Some(other) if *other != bare => merged.push((path.clone(), other.clone(), bare)),
                _ => drop(by_canonical.insert(canonical, bare)),
            }
        }
    }
    println!("{links} links, {} changed beyond scheme, `www.`, fragment and slash:", changed.len());
    for change in &changed {
        println!("  {change}");
    }
    assert!(links > 1000, "only {links} links were read");
    assert!(merged.is_empty(), "{merged:#?}");
}

/// Agreements, comparisons and disagreements.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<&'static str, (u32, u32)>,
    disagreements: BTreeSet<(String, &'static str)>,
}

impl Tally {
    fn note(&mut self, path: &str, field: &'static str, agrees: bool) {
        let (agree, of) = self.counts.entry(field).or_default();
        *of += 1;
        if agrees {
            *agree += 1;
        } else {
            self.disagreements.insert((path.to_owned(), field));
        }
    }

    fn check(&self, field: &str, least: f64) {
        let (agree, of) = self.counts[field];
        let percent = 100.0 * f64::from(agree) / f64::from(of);
        println!("{field}: {agree} of {of} ({percent:.2} %)");
        assert!(percent >= least, "{field}: {percent:.2} % is less than {least} %");
    }

    /// Each disagreement is in the table, and the table holds nothing that agrees by now.
    fn check_explained(&self, set: &str) {
        let explained: BTreeSet<(&str, &str)> = EXPLAINED
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('\t'))
            .map(|(path, rest)| (path, rest.split('\t').next().unwrap_or_default()))
            .filter(|(path, _)| path.starts_with(set))
            .collect();
        let found: BTreeSet<(&str, &str)> =
            self.disagreements.iter().map(|(path, field)| (path.as_str(), *field)).collect();
        let unexplained: Vec<_> = found.difference(&explained).collect();
        let stale: Vec<_> = explained.difference(&found).collect();
        for (path, field) in &unexplained {
            println!("UNEXPLAINED\t{path}\t{field}");
        }
        assert!(unexplained.is_empty(), "{} unexplained", unexplained.len());
        assert!(stale.is_empty(), "explained but in agreement: {stale:?}");
    }
}

/// Texts without their markup and escapes, which expectations keep.
fn same_text(ours: &Value, theirs: &str) -> bool {
    let bare = |text: &str| one_line(&one_line(text)).replace(char::is_whitespace, "");
    bare(ours.as_str().unwrap_or_default()) == bare(theirs)
}

/// The same address; a relative one agrees with what it was resolved to.
fn same_link(ours: &Value, theirs: &str) -> bool {
    let ours = ours.as_str().unwrap_or_default();
    let bare = |link: &str| {
        let link = url::Url::parse(link).map_or(link.to_owned(), String::from);
        link.trim_end_matches('/').to_owned()
    };
    bare(ours) == bare(theirs) || (!theirs.contains(':') && ours.ends_with(theirs))
}

/// To the second.
fn same_time(ours: &Value, theirs: &str) -> bool {
    let second = |text: &str| text.get(..19).unwrap_or_default().to_owned();
    second(ours.as_str().unwrap_or_default()) == second(theirs)
}

#[test]
fn feeds_of_others_are_read_as_by_the_reference() {
    let Some(corpora) = corpora() else { return };
    let lines = std::fs::read_to_string(corpora.join("reference.jsonl")).unwrap();
    let references: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let paths: Vec<String> =
        references.iter().map(|r| r["path"].as_str().unwrap().to_owned()).collect();
    let reports = read(&corpora, &paths);
    let (mut real, mut every) = (Tally::default(), Tally::default());
    let (mut arrived, mut expected) = (0, 0);
    for (path, reference) in paths.iter().zip(&references) {
        if reference["version"] == "" {
            continue;
        }
        compare(&mut every, path, &reports[path], reference);
        if path.starts_with("real/") {
            compare(&mut real, path, &reports[path], reference);
            let n = reference["n"].as_u64().unwrap();
            expected += n;
            arrived += n.min(reports[path]["entries"].as_array().unwrap().len() as u64);
        }
    }
    println!("entries of real feeds: {arrived} of {expected}");
    assert!(arrived * 1000 >= expected * 995);
    for field in ["title", "link", "date"] {
        real.check(field, 98.5);
    }
    every.check_explained("");
}

fn compare(tally: &mut Tally, path: &str, report: &Value, reference: &Value) {
    tally.note(path, "document", report["ok"] == true);
    if report["ok"] != true {
        return;
    }
    let ours = report["entries"].as_array().unwrap();
    tally.note(path, "entries", Some(ours.len() as u64) == reference["n"].as_u64());
    let theirs = reference["entries"].as_array().unwrap();
    for (ours, theirs) in ours.iter().zip(theirs) {
        let word = |name: &str| theirs[name].as_str().map(str::trim).filter(|t| !t.is_empty());
        if let Some(title) = word("title") {
            tally.note(path, "title", same_text(&ours["title"], title));
        }
        if let Some(link) = word("link") {
            tally.note(path, "link", same_link(&ours["link"], link));
        }
        for (name, parsed) in [("published", "published_parsed"), ("updated", "updated_parsed")] {
            // Where there is no date of update, the reference repeats that of publication.
            let ours = if ours[name].is_null() { &ours["published"] } else { &ours[name] };
            if let Some(time) = time(&theirs[parsed]) {
                tally.note(path, "date", same_time(ours, &time));
            }
        }
    }
}

/// The first six of the reference's numbers as RFC 3339.
fn time(parsed: &Value) -> Option<String> {
    let n: Vec<u64> = parsed.as_array()?.iter().filter_map(Value::as_u64).collect();
    let [year, month, day, hour, minute, second, ..] = n[..] else { return None };
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

#[test]
fn the_expectations_of_another_parser_are_met() {
    let Some(corpora) = corpora() else { return };
    let cases = cases(&corpora);
    assert_eq!(cases.len(), 539);
    let read = read(&corpora, &cases.keys().cloned().collect::<Vec<_>>());
    let mut tally = Tally::default();
    for (path, expected) in &cases {
        let report = &read[path];
        feed_level(&mut tally, path, report, expected);
        let items = ["entries", "items"].iter().find_map(|name| expected[name].as_array());
        for (at, item) in items.into_iter().flatten().enumerate() {
            entry_level(&mut tally, path, &report["entries"][at], item);
        }
    }
    let (agree, of) = tally.counts.values().fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    println!("all fields: {agree} of {of}: {:?}", tally.counts);
    assert!(agree * 100 >= of * 98, "{agree} of {of}: {:?}", tally.disagreements);
}

/// The expectations by the path of their document.
fn cases(corpora: &Path) -> BTreeMap<String, Value> {
    let mut folders = vec![corpora.join("conformance/gofeed/testdata")];
    let mut cases = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name().into_string().unwrap();
            let expected = match name.rsplit_once('.') {
                Some((stem, "xml")) => format!("{stem}.json"),
                Some((stem, "json")) => format!("{stem}_expected.json"),
                _ => String::new(),
            };
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(folder.join(&expected)) {
                let path = path.strip_prefix(corpora).unwrap().to_str().unwrap().to_owned();
                cases.insert(path, serde_json::from_str(&text).unwrap());
            }
        }
    }
    cases
}

fn feed_level(tally: &mut Tally, path: &str, report: &Value, expected: &Value) {
    if let Some(title) = expected["title"].as_str().filter(|title| !title.is_empty()) {
        tally.note(path, "feed title", same_text(&report["title"], title));
    }
    if let Some(link) = link(expected) {
        tally.note(path, "feed link", same_link(&report["link"], &link));
    }
}

fn entry_level(tally: &mut Tally, path: &str, ours: &Value, expected: &Value) {
    if let Some(title) = expected["title"].as_str().filter(|title| !title.is_empty()) {
        tally.note(path, "title", same_text(&ours["title"], title));
    }
    if let Some(link) = link(expected) {
        tally.note(path, "link", same_link(&ours["link"], &link));
    }
    let date = |names: &[&str]| names.iter().find_map(|name| expected[name].as_str());
    if let Some(time) = date(&["publishedParsed", "pubDateParsed"]) {
        tally.note(path, "published", same_time(&ours["published"], time));
    }
    if let Some(time) = date(&["updatedParsed"]) {
        // A date of Dublin Core is only an update where there is a date of publication as well.
        let ours = if ours["updated"].is_null() { &ours["published"] } else { &ours["updated"] };
        tally.note(path, "updated", same_time(ours, time));
    }
    let authors = people(expected);
    if !authors.is_empty() {
        let ours: Vec<&str> =
            ours["authors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let is_ours = |name: &String| ours.iter().any(|our| same_text(&Value::from(*our), name));
        tally.note(path, "authors", authors.iter().all(is_ours));
    }
}

/// The expected link: that of the format, or the first of Atom's that leads to the matter.
fn link(expected: &Value) -> Option<String> {
    let plain = ["link", "home_page_url", "url"].iter().find_map(|name| expected[name].as_str());
    let of_atom = || {
        let links = expected["links"].as_array()?.iter();
        let mut alternates =
            links.filter(|link| matches!(link["rel"].as_str(), None | Some("" | "alternate")));
        alternates.find_map(|link| link["href"].as_str())
    };
    plain.or_else(of_atom).filter(|link| !link.is_empty()).map(str::to_owned)
}

fn people(expected: &Value) -> Vec<String> {
    let one = expected.get("author").into_iter();
    let several = expected["authors"].as_array().into_iter().flatten();
    let name = |person: &Value| {
        let parts = [person.as_str(), person["name"].as_str(), person["email"].as_str()];
        parts.into_iter().flatten().find(|part| !part.is_empty()).map(str::to_owned)
    };
    one.chain(several).filter_map(name).collect()
}
