//! The closed pages of the topics' archives (RFC 5005 §4), each a file with all formats.
//!
//! Pages are numbered from 1. Retention drops the oldest; an empty file in place of the newest dropped
//! one says that it and all before it are gone. Few ask for archives: nothing of them is held in memory.

use super::kept::{self, NewSheet};
use super::shelved::{Shelved, Topic};
use super::{Encoding, PublishError, Stamp, replace_file};
use crate::model::{Format, RenditionSet, TopicName};
use bytes::Bytes;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of the topics' folders, in the state directory.
const FOLDER: &str = "archive";

/// The closed pages.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
}

/// What there is at a page's number.
#[derive(Debug)]
pub enum Found {
    /// The page.
    Page(Shelved),
    /// It was dropped.
    Dropped,
    /// It will be the next to be closed: what will stand there is in the current feed.
    NotYet,
    /// Nothing.
    Nothing,
}

impl Archive {
    pub(super) fn open(directory: &Path) -> Result<Self, PublishError> {
        let folder = directory.join(FOLDER);
        fs::create_dir_all(&folder).map_err(PublishError::when("create the folder", &folder))?;
        Ok(Self { folder })
    }

    /// Puts page `number` of a topic there, in place of what stood there.
    pub fn put(&self, set: &RenditionSet, number: i64) -> Result<(), PublishError> {
        let folder = self.folder.join(set.name.as_str());
        fs::create_dir_all(&folder).map_err(PublishError::when("create the folder", &folder))?;
        let path = folder.join(number.to_string());
        let sheet = |rendition| NewSheet::of(rendition, set.changed_at, None);
        let sheets: Vec<NewSheet> = set.renditions.iter().map(sheet).collect();
        let stamp = Stamp { version: set.version, ..Stamp::default() };
        let written = kept::write(&path, stamp, set.fresh_for, &sheets);
        written.map(drop).map_err(PublishError::when("write the archive to", &path))
    }

    /// What there is at page `number` of the topic `name`.
    pub fn find(
        &self,
        name: &TopicName,
        number: i64,
        format: Format,
    ) -> Result<Found, PublishError> {
        let path = self.path(name, number);
        match fs::metadata(&path) {
            Ok(file) if file.len() == 0 => return Ok(Found::Dropped),
            Ok(_) => return page(path, format),
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(PublishError::when("read the archive in", &path)(error));
            }
            Err(_) => {}
        }
        if self.newest_dropped(name).is_some_and(|newest| number <= newest) {
            return Ok(Found::Dropped);
        }
        let is_next = number == 1 || self.path(name, number - 1).exists();
        Ok(if is_next { Found::NotYet } else { Found::Nothing })
    }

    /// The body of a page in a coding.
    pub fn body(&self, page: &Shelved, encoding: Encoding) -> Result<Bytes, PublishError> {
        let (path, sheet) = (&page.topic.path, page.sheet());
        let plain = kept::read(path, sheet.offset, sheet.bytes, &sheet.hash)
            .map_err(PublishError::when("read the archive in", path))?;
        Ok(encoding.encode(&plain))
    }

    /// Drops the pages of a topic up to `number`.
    pub fn drop_through(&self, name: &TopicName, number: i64) -> Result<(), PublishError> {
        let folder = self.folder.join(name.as_str());
        if self.newest_dropped(name).is_some_and(|newest| newest >= number) || !folder.is_dir() {
            return Ok(());
        }
        let marker = self.path(name, number);
        replace_file(&marker, b"", 0o644)
            .map_err(PublishError::when("drop the archive in", &marker))?;
        for older in numbers(&folder).into_iter().filter(|older| *older < number) {
            let path = self.path(name, older);
            fs::remove_file(&path).map_err(PublishError::when("drop the archive in", &path))?;
        }
        Ok(())
    }

    /// Takes over the archive that a topic had under a former name.
    pub fn rename(&self, former: &TopicName, name: &TopicName) -> Result<(), PublishError> {
        let (from, to) = (self.folder.join(former.as_str()), self.folder.join(name.as_str()));
        if !from.is_dir() || to.exists() {
            return Ok(());
        }
        fs::rename(&from, &to).map_err(PublishError::when("rename the archive in", &from))
    }

    fn newest_dropped(&self, name: &TopicName) -> Option<i64> {
        let is_empty =
            |number: &i64| fs::metadata(self.path(name, *number)).is_ok_and(|file| file.len() == 0);
        numbers(&self.folder.join(name.as_str())).into_iter().filter(is_empty).max()
    }

    fn path(&self, name: &TopicName, number: i64) -> PathBuf {
        self.folder.join(name.as_str()).join(number.to_string())
    }
}

fn page(path: PathBuf, format: Format) -> Result<Found, PublishError> {
    let (header, start) =
        kept::describe(&path).map_err(PublishError::when("read the archive in", &path))?;
    let topic = Arc::new(Topic::new(path, &header, start));
    let sheet = topic.sheets.iter().position(|sheet| sheet.format == format);
    Ok(sheet.map_or(Found::Nothing, |sheet| Found::Page(Shelved { topic, sheet })))
}

/// The pages in a folder; none where it cannot be read.
fn numbers(folder: &Path) -> Vec<i64> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    names.filter_map(|file| file.file_name().to_str()?.parse().ok()).collect()
}
