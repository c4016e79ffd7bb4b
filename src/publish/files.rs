//! The feeds as files for a web server, in the directory that config names. Names come from config
//! alone, and everyone may read them.

use super::{PublishError, replace_file};
use crate::model::{Format, RenditionSet, TopicName};
use std::fs;
use std::io::ErrorKind;
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

    /// Whether a file of this topic is missing.
    #[must_use]
    pub fn lack(&self, topic: &TopicName) -> bool {
        Format::ALL.into_iter().any(|format| !self.path(topic, format).exists())
    }

    /// Replaces the topic's files whose content is another one now.
    pub fn write(&self, set: &RenditionSet) -> Result<(), PublishError> {
        for rendition in &set.renditions {
            let path = self.path(&set.name, rendition.format);
            if fs::read(&path).is_ok_and(|present| present == rendition.body) {
                continue;
            }
            replace_file(&path, &rendition.body, MODE)
                .map_err(PublishError::when("write the feed", &path))?;
        }
        Ok(())
    }

    /// Removes the files of a topic, as far as there are any.
    pub fn remove(&self, topic: &TopicName) -> Result<(), PublishError> {
        for format in Format::ALL {
            let path = self.path(topic, format);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(PublishError::when("remove the feed", &path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn path(&self, topic: &TopicName, format: Format) -> PathBuf {
        self.directory.join(format!("{topic}.{}", format.extension()))
    }
}
