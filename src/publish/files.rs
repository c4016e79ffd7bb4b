//! The feeds and pages as files for a web server, in the directory that config names. Names come from config
//! alone, and everyone may read them.

use super::{PublishError, replace_file};
use crate::model::{Format, RenditionSet, TopicName};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Owner writes, everyone reads: a web server runs as another user.
const MODE: u32 = 0o644;

/// The directory.
#[derive(Debug, Clone)]
pub struct Files {
    directory: PathBuf,
}

impl Files {
    /// Takes the directory at `path`, making it where there is none.
    pub fn open(path: &Path) -> Result<Self, PublishError> {
        fs::create_dir_all(path).map_err(PublishError::when("make the directory", path))?;
        Ok(Self { directory: path.to_owned() })
    }

    /// Whether a file of this topic, or of the index, is missing.
    #[must_use]
    pub fn lack(&self, name: &TopicName) -> bool {
        let formats: &[Format] =
            if *name == TopicName::index() { &Format::INDEX } else { &Format::TOPIC };
        let files = formats.iter().filter(|format| format.is_file());
        files.into_iter().any(|format| !self.path(name, *format).exists())
    }

    /// Replaces the files of a topic, or of the index, whose content is another one now.
    pub fn write(&self, set: &RenditionSet) -> Result<(), PublishError> {
        for rendition in set.renditions.iter().filter(|rendition| rendition.format.is_file()) {
            let path = self.path(&set.name, rendition.format);
            if is_ours(&path) && fs::read(&path).is_ok_and(|present| present == rendition.body) {
                continue;
            }
            replace_file(&path, &rendition.body, MODE)
                .map_err(PublishError::when("write", &path))?;
        }
        Ok(())
    }

    /// Writes page `number` of a topic's archive, at the address that it has below the topic's.
    pub fn write_archived(&self, set: &RenditionSet, number: i64) -> Result<(), PublishError> {
        let folder = self.archive(&set.name);
        fs::create_dir_all(&folder).map_err(PublishError::when("make the directory", &folder))?;
        for rendition in &set.renditions {
            let path = folder.join(format!("{number}.{}", rendition.format.extension()));
            replace_file(&path, &rendition.body, MODE)
                .map_err(PublishError::when("write", &path))?;
        }
        Ok(())
    }

    /// Removes the pages of a topic's archive up to `number`, as far as there are any.
    pub fn drop_archived(&self, topic: &TopicName, number: i64) -> Result<(), PublishError> {
        let folder = self.archive(topic);
        let is_dropped = |file: &fs::DirEntry| {
            let name = file.file_name();
            let (page, ending) = name.to_str().and_then(|name| name.split_once('.'))?;
            let is_ours = Format::FEEDS.into_iter().any(|format| format.extension() == ending);
            Some(is_ours && page.parse::<i64>().ok()? <= number)
        };
        let files = fs::read_dir(&folder).into_iter().flatten().flatten();
        files
            .filter(|file| is_dropped(file) == Some(true))
            .try_for_each(|file| remove(&file.path()).map(drop))
    }

    /// Removes the files of a topic, as far as there are any.
    pub fn remove(&self, topic: &TopicName) -> Result<(), PublishError> {
        for format in Format::ALL {
            let path = self.path(topic, format);
            remove(&path)?;
        }
        let archive = self.archive(topic);
        match fs::remove_dir_all(&archive) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(PublishError::when("remove the archive", &archive)(error))
            }
            _ => Ok(()),
        }
    }

    fn archive(&self, topic: &TopicName) -> PathBuf {
        self.directory.join(topic.as_str()).join("archive")
    }

    fn path(&self, topic: &TopicName, format: Format) -> PathBuf {
        self.directory.join(format!("{topic}.{}", format.extension()))
    }
}

/// Whether a file is this user's: what root wrote while the service was stopped is replaced.
fn is_ours(path: &Path) -> bool {
    let owner = |path: &Path| fs::metadata(path).map(|file| file.uid()).ok();
    owner(path).is_some_and(|uid| owner(Path::new("/proc/self")) == Some(uid))
}

/// Whether there was such a file.
fn remove(path: &Path) -> Result<bool, PublishError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(PublishError::when("remove the feed", path)(error)),
    }
}
