//! Recordings: feeds as they were at successive times, one file a version. What a file is called
//! says which source it is, in which language, and which version.

use super::DemoError;
use super::embedded::FILES;
use axum::body::Bytes;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// One feed, from its first version to its last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recording {
    /// What it is called at the origin.
    pub file: String,
    /// What it is called as a source.
    pub id: String,
    /// Its language, where the name of the file says it: `hangang.ko.rss`.
    pub language: Option<String>,
    /// Its documents in their order, at least one.
    pub versions: Vec<Bytes>,
}

impl Recording {
    /// Our own, which are part of the binary.
    pub(super) fn embedded() -> Result<Vec<Self>, DemoError> {
        assemble(FILES.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes))))
    }

    /// Those in `folder`; hidden files and folders within it are left out.
    pub(super) fn read_all(folder: &Path) -> Result<Vec<Self>, DemoError> {
        let files = files(folder).map_err(|error| {
            let folder = folder.to_owned();
            DemoError::Unreadable { folder, error }
        })?;
        if files.is_empty() {
            return Err(DemoError::Empty(folder.to_owned()));
        }
        assemble(files)
    }
}

fn files(folder: &Path) -> io::Result<Vec<(String, Bytes)>> {
    let mut files = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && file.path().is_file() {
            files.push((name, std::fs::read(file.path())?.into()));
        }
    }
    Ok(files)
}

/// Puts the versions of each recording together, in the order of their names.
fn assemble(files: impl IntoIterator<Item = (String, Bytes)>) -> Result<Vec<Recording>, DemoError> {
    let mut by_name: BTreeMap<String, BTreeMap<u32, Bytes>> = BTreeMap::new();
    for (name, bytes) in files {
        let (name, version) = versioned(&name);
        by_name.entry(name.to_owned()).or_default().insert(version, bytes);
    }
    let mut recordings: Vec<Recording> = Vec::with_capacity(by_name.len());
    for (file, versions) in by_name {
        let (id, language) = (id(&file), language(&file).map(str::to_owned));
        if let Some(first) = recordings.iter().find(|recording| recording.id == id) {
            return Err(DemoError::SameId { first: first.file.clone(), second: file, id });
        }
        let versions = versions.into_values().collect();
        recordings.push(Recording { file, id, language, versions });
    }
    Ok(recordings)
}

/// The name without the number of its version; what has none is the first.
fn versioned(name: &str) -> (&str, u32) {
    let numbered = name.rsplit_once('.').filter(|(stem, _)| stem.contains('.'));
    numbered.and_then(|(stem, number)| Some((stem, number.parse().ok()?))).unwrap_or((name, 1))
}

/// Everything before the ending, as ids are written: `hangang.ko.rss` is `hangang-ko`.
fn id(file: &str) -> String {
    let words = stem(file).to_ascii_lowercase();
    let words: Vec<&str> =
        words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "feed".to_owned() } else { words.join("-") }
}

/// What stands before the ending, when it looks like a language: `ko`, `zh-Hant`.
fn language(file: &str) -> Option<&str> {
    let (_, tag) = stem(file).rsplit_once('.')?;
    let mut parts = tag.split('-');
    let is_language = parts.next().is_some_and(|part| {
        matches!(part.len(), 2 | 3) && part.chars().all(|c| c.is_ascii_lowercase())
    });
    let is_tag = parts.all(|part| {
        (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    });
    (is_language && is_tag).then_some(tag)
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn assembled(names: &[&str]) -> Result<Vec<Recording>, DemoError> {
        assemble(names.iter().map(|name| ((*name).to_owned(), Bytes::from((*name).to_owned()))))
    }

    #[test]
    fn versions_follow_their_numbers_and_not_their_letters() {
        let recordings = assembled(&["a.rss.10", "b.json", "a.rss.2", "a.rss"]).unwrap();
        assert_eq!(recordings[0].versions, ["a.rss", "a.rss.2", "a.rss.10"]);
        assert_eq!((recordings[1].file.as_str(), recordings[1].versions.len()), ("b.json", 1));
    }

    #[test]
    fn a_file_name_says_id_and_language() {
        for (file, id, language) in [
            ("yonhap.rss", "yonhap", None),
            ("hangang.ko.rss", "hangang-ko", Some("ko")),
            ("Port News.zh-Hant.atom", "port-news-zh-hant", Some("zh-Hant")),
            ("feed.v1.xml", "feed-v1", None),
            ("feeds.example.org.xml", "feeds-example-org", Some("org")),
            ("한강.xml", "feed", None),
            ("tass", "tass", None),
        ] {
            let recording = assembled(&[file]).unwrap().remove(0);
            assert_eq!((recording.id.as_str(), recording.language.as_deref()), (id, language));
        }
    }

    #[test]
    fn recordings_that_would_be_one_source_are_told() {
        let same = assembled(&["tass.rss", "tass.atom"]);
        assert!(matches!(same, Err(DemoError::SameId { id, .. }) if id == "tass"));
    }

    #[test]
    fn every_recording_of_the_folder_is_in_the_binary() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/app/demo/recordings");
        let on_disk: BTreeSet<String> =
            files(folder.as_ref()).unwrap().into_iter().map(|(name, _)| name).collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, on_disk);
    }
}
