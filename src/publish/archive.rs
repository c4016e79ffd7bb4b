//! The closed pages of the topics' archives (RFC 5005 §4), as far as they were written: each a file with
//! all formats.
//!
//! Pages are numbered from 1; the store knows which are closed and which retention dropped. Few ask for
//! archives: nothing of them is held in memory.

use super::kept::{self, NewSheet};
use super::shelved::{Shelved, Topic};
use super::{Encoding, PublishError, Stamp};
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

    /// Whether page `number` of the topic `name` was written and can still be read.
    #[must_use]
    pub fn has(&self, name: &TopicName, number: i64) -> bool {
        kept::describe(&self.path(name, number)).is_ok()
    }

    /// Page `number` of the topic `name`, if it is there in that format.
    pub fn find(
        &self,
        name: &TopicName,
        number: i64,
        format: Format,
    ) -> Result<Option<Shelved>, PublishError> {
        let path = self.path(name, number);
        let (header, start) = match kept::describe(&path) {
            Ok(described) => described,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PublishError::when("read the archive in", &path)(error)),
        };
        let topic = Arc::new(Topic::new(path, &header, start));
        let sheet = topic.sheets.iter().position(|sheet| sheet.format == format);
        Ok(sheet.map(|sheet| Shelved { topic, sheet }))
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
        for older in numbers(&folder).into_iter().filter(|older| *older <= number) {
            let path = self.path(name, older);
            fs::remove_file(&path).map_err(PublishError::when("drop the archive in", &path))?;
        }
        Ok(())
    }

    /// Takes over the archive that a topic had under a former name.
    pub fn rename(&self, former: &TopicName, name: &TopicName) -> Result<(), PublishError> {
        let (from, to) = (self.folder.join(former.as_str()), self.folder.join(name.as_str()));
        if !from.is_dir() {
            return Ok(());
        }
        if to.exists() {
            // Somebody asked for a page under the new name: the others are written again as well.
            return fs::remove_dir_all(&from)
                .map_err(PublishError::when("remove the archive in", &from));
        }
        fs::rename(&from, &to).map_err(PublishError::when("rename the archive in", &from))
    }

    fn path(&self, name: &TopicName, number: i64) -> PathBuf {
        self.folder.join(name.as_str()).join(number.to_string())
    }
}

/// The pages in a folder; none where it cannot be read.
fn numbers(folder: &Path) -> Vec<i64> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    names.filter_map(|file| file.file_name().to_str()?.parse().ok()).collect()
}
