//! The files of names, as everyone gets them.

use super::super::language::Language;
use super::{read, world};
use std::collections::HashSet;
use std::fs;
use std::path::Path;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/concepts"))
}

#[test]
fn every_file_of_names_is_read() {
    let read: HashSet<&str> = super::files::OWN.iter().copied().collect();
    for file in fs::read_dir(folder().join("names")).expect("the folder is there") {
        let path = file.expect("it can be listed").path();
        let text = fs::read_to_string(&path).expect("it is text");
        assert!(read.contains(text.as_str()), "{} is not in files.rs", path.display());
    }
}

#[test]
fn every_line_says_which_concept_or_which_language() {
    for text in super::files::OWN.iter().chain([&super::files::CLDR]) {
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(tags) = line.strip_prefix('[') {
                let tags = tags.strip_suffix(']').expect(line);
                assert!(
                    tags == "*" || tags.split(' ').all(|tag| Language::of(tag).is_some()),
                    "{line}"
                );
                continue;
            }
            let (name, names) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
            let is_known = name == "not" || read::Side::of(name).is_some();
            assert!(is_known || world().by_name.contains_key(&super::slug(name)), "{line}");
            assert!(!names.split("; ").any(|name| name.trim().is_empty()), "{line}");
        }
    }
}

#[test]
fn what_is_implied_and_taken_in_is_there() {
    for line in super::files::INDEX.lines() {
        for list in [line.split(" -> ").nth(1), line.split(" = ").nth(1)].into_iter().flatten() {
            for name in list.split(", ") {
                assert!(world().by_name.contains_key(&super::slug(name)), "{line}");
            }
        }
    }
}

#[test]
fn a_concept_is_called_by_code_by_english_name_and_by_the_names_of_other_languages() {
    let name = |called: &str| world().find(called).map(|id| world().concepts[id].name);
    for called in [
        "KP",
        "kp",
        "north-korea",
        "North_Korea",
        "dprk",
        "북한",
        "КНДР",
        "朝鲜",
        "nordkorea",
        "Corée-du-Nord",
    ] {
        assert_eq!(name(called), Some("KP"), "{called}");
    }
    assert_eq!(name("putin"), Some("putin"));
    assert_eq!(name("european-union"), Some("eu"));
    assert_eq!(name("koera"), None);
}

#[test]
fn a_name_that_is_taken_back_is_gone() {
    let text = "[ko]\nKR: -서울; 한국";
    let names = read::names(world(), "[ko]\nKR: 서울; 대한민국", &[text]);
    let names: Vec<&str> = names.iter().map(|written| written.name).collect();
    assert_eq!(names, ["한국", "대한민국"]);
}
