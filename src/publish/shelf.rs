//! The shelf: which renditions there are, and the bodies that are asked for, in memory.
//!
//! Readers take no lock: the list of topics is replaced whole, never changed. Bodies live in their
//! topic's file; one that is asked for is compressed then and held until its memory is needed for
//! others. (Most codings of most feeds are never asked for, and compressing costs several times
//! what rendering does.)

use super::kept::{self, NewSheet};
use super::shelved::{Body, Held, Sheet, Shelved, Topic};
use super::{Archive, Encoding, PublishError, Since, Stamp, replace};
use crate::model::{Format, Rendition, RenditionSet, Time, TopicName};
use arc_swap::ArcSwap;
use bytes::Bytes;
use chrono::{SubsecRound, TimeDelta};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// The folder of the files, in the state directory.
const FOLDER: &str = "renditions";
/// Changes that a listener may be behind; one that missed some has to look at all.
const CHANGES: usize = 1024;

type Topics = HashMap<Arc<str>, Arc<Topic>>;

/// The current renditions of all topics.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    archive: Archive,
    /// How many bytes of bodies may be held.
    memory: u64,
    topics: ArcSwap<Topics>,
    /// How many bytes of bodies are held.
    held: Arc<AtomicU64>,
    /// Counts the uses of bodies: the order in which they were last used.
    uses: AtomicU64,
    /// Held by who changes the topics and their files.
    writing: Mutex<()>,
    /// Says the names of topics whose renditions have changed.
    changes: broadcast::Sender<Arc<str>>,
}

impl Shelf {
    /// The shelf with what `directory` has from before; at most `memory` bytes of bodies will be
    /// held. A file that is damaged or of another layout counts as absent.
    pub fn open(directory: &Path, memory: u64) -> Result<Self, PublishError> {
        let folder = directory.join(FOLDER);
        fs::create_dir_all(&folder).map_err(PublishError::when("create the folder", &folder))?;
        let mut topics = Topics::new();
        for name in file_names(&folder)? {
            let path = folder.join(&name);
            if replace::is_unfinished(&name) {
                fs::remove_file(&path).map_err(PublishError::when("remove", &path))?;
            } else if name.parse::<TopicName>().is_ok() {
                topics.extend(kept_topic(path).map(|topic| (name.into(), Arc::new(topic))));
            }
        }
        Ok(Self {
            archive: Archive::open(directory)?,
            folder,
            memory,
            topics: ArcSwap::from_pointee(topics),
            held: Arc::default(),
            uses: AtomicU64::new(0),
            writing: Mutex::new(()),
            changes: broadcast::Sender::new(CHANGES),
        })
    }

    /// Puts a topic's renditions on the shelf and into its file, in place of the last ones. A
    /// format whose body is the same byte for byte keeps its `ETag` and its `last_modified`.
    /// Takes two fsyncs, and some milliseconds for each coding that is in use.
    pub fn put(&self, set: &RenditionSet, stamp: Stamp) -> Result<(), PublishError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let name = set.name.as_str();
        let path = self.folder.join(name);
        let before = self.topics.load().get(name).cloned();
        let sheet = |rendition: &Rendition| {
            let last = before.as_ref().and_then(|topic| topic.sheet(rendition.format));
            new_sheet(rendition, set.changed_at, last)
        };
        let sheets: Vec<NewSheet> = set.renditions.iter().map(sheet).collect();
        let (header, start) = kept::write(&path, stamp, set.fresh_for, &sheets)
            .map_err(PublishError::when("write the renditions to", &path))?;
        let topic = Arc::new(Topic::new(path, &header, start));
        if let Some(before) = before {
            self.prepare_what_was_held(&before, &topic, set);
        }
        let name: Arc<str> = name.into();
        self.change(|topics| drop(topics.insert(Arc::clone(&name), topic)));
        self.make_room();
        // Nobody may be listening.
        let _ = self.changes.send(name);
        Ok(())
    }

    /// The rendition of a topic in a format, if there is one.
    #[must_use]
    pub fn get(&self, name: &str, format: Format) -> Option<Shelved> {
        let topic = self.topics.load().get(name)?.clone();
        let sheet = topic.sheets.iter().position(|sheet| sheet.format == format)?;
        Some(Shelved { topic, sheet })
    }

    /// What the renditions of a topic were made from; `None` if there are none or they were found
    /// damaged: then they should be rendered again.
    #[must_use]
    pub fn stamp(&self, name: &TopicName) -> Option<Stamp> {
        let topics = self.topics.load();
        let topic = topics.get(name.as_str())?;
        (!topic.damaged.load(Relaxed)).then_some(topic.stamp)
    }

    /// Hears from now on which topics were rendered again.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Arc<str>> {
        self.changes.subscribe()
    }

    /// The closed pages of the topics' archives that were written.
    #[must_use]
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// What came into a rendition since the one with the entity tag `known`, in whatever coding that
    /// was; `None` if there is no such rendition or nobody remembers `known`.
    pub fn since(
        &self,
        name: &str,
        format: Format,
        known: &str,
    ) -> Result<Option<Since>, PublishError> {
        if !self.get(name, format).is_some_and(|shelved| shelved.remembers(known)) {
            return Ok(None);
        }
        let loaded = self.load(name, format, Encoding::Identity)?;
        Ok(loaded.and_then(|(shelved, body)| Since::of(shelved, &body, known)))
    }

    /// The names of what has renditions, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<_> = self.topics.load().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// A body that is in memory.
    #[must_use]
    pub fn held(&self, shelved: &Shelved, encoding: Encoding) -> Option<Bytes> {
        self.used(shelved.sheet().body(encoding))
    }

    /// A rendition with its body, prepared from its file if it is not in memory: a few
    /// milliseconds. It may be newer than what `get` returned before. `None` if there is none (any
    /// more).
    pub fn load(
        &self,
        name: &str,
        format: Format,
        encoding: Encoding,
    ) -> Result<Option<(Shelved, Bytes)>, PublishError> {
        let Some(shelved) = self.get(name, format) else { return Ok(None) };
        if let Ok(body) = self.body(&shelved, encoding) {
            return Ok(Some((shelved, body)));
        }
        // `put` renames the file before it changes the shelf. Once it is through, the two agree.
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(shelved) = self.get(name, format) else { return Ok(None) };
        let body = self.body(&shelved, encoding);
        if body.as_ref().is_err_and(PublishError::is_damage) {
            shelved.topic.damaged.store(true, Relaxed);
        }
        body.map(|body| Some((shelved, body)))
    }

    /// Takes every topic but `names` from the shelf and deletes its file. The index stays.
    pub fn retain(&self, names: &[TopicName]) -> Result<(), PublishError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let index = TopicName::index();
        let names: HashSet<&str> = names.iter().chain([&index]).map(TopicName::as_str).collect();
        let stays = |name: &str| names.contains(name);
        self.change(|topics| topics.retain(|name, _| stays(name)));
        for name in file_names(&self.folder)?.into_iter().filter(|name| !stays(name)) {
            let path = self.folder.join(name);
            fs::remove_file(&path)
                .map_err(PublishError::when("remove the renditions in", &path))?;
        }
        Ok(())
    }

    fn body(&self, shelved: &Shelved, encoding: Encoding) -> Result<Bytes, PublishError> {
        let (topic, sheet) = (&shelved.topic, shelved.sheet());
        let body = sheet.body(encoding);
        let _preparing = body.preparing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = self.used(body) {
            return Ok(held);
        }
        let plain = match self.used(sheet.body(Encoding::Identity)) {
            Some(plain) => plain,
            None => kept::read(&topic.path, sheet.offset, sheet.bytes, &sheet.hash)
                .map_err(PublishError::when("read the renditions in", &topic.path))?,
        };
        let bytes = encoding.encode(&plain);
        self.hold(body, bytes.clone());
        self.make_room();
        Ok(bytes)
    }

    fn used(&self, body: &Body) -> Option<Bytes> {
        let held = body.held.load();
        let bytes = held.as_ref()?.body.clone();
        body.used.store(self.uses.fetch_add(1, Relaxed), Relaxed);
        Some(bytes)
    }

    fn hold(&self, body: &Body, bytes: Bytes) {
        if bytes.len() as u64 <= self.memory {
            body.used.store(self.uses.fetch_add(1, Relaxed), Relaxed);
            body.held.store(Some(Arc::new(Held::new(bytes, &self.held))));
        }
    }

    /// Who asked for the last version will ask for this one too.
    fn prepare_what_was_held(&self, before: &Topic, topic: &Topic, set: &RenditionSet) {
        for rendition in &set.renditions {
            let sheets = (before.sheet(rendition.format), topic.sheet(rendition.format));
            let (Some(before), Some(sheet)) = sheets else { continue };
            for encoding in Encoding::ALL {
                if before.body(encoding).held.load().is_some() {
                    self.hold(sheet.body(encoding), encoding.encode(&rendition.body));
                }
            }
        }
    }

    /// Lets go of the bodies that were not used for longest, until an eighth is free: looking
    /// through all of them is worth more than one.
    fn make_room(&self) {
        if self.held.load(Relaxed) <= self.memory {
            return;
        }
        let topics = self.topics.load();
        let sheets = topics.values().flat_map(|topic| &topic.sheets);
        let mut bodies: Vec<&Body> = sheets
            .flat_map(|sheet| &sheet.bodies)
            .filter(|body| body.held.load().is_some())
            .collect();
        bodies.sort_by_cached_key(|body| body.used.load(Relaxed));
        for body in bodies {
            if self.held.load(Relaxed) <= self.memory - self.memory / 8 {
                break;
            }
            body.held.store(None);
        }
    }

    /// Only under `writing`.
    fn change(&self, change: impl FnOnce(&mut Topics)) {
        let mut topics = Topics::clone(&self.topics.load());
        change(&mut topics);
        self.topics.store(Arc::new(topics));
    }
}

fn kept_topic(path: PathBuf) -> Option<Topic> {
    match kept::describe(&path) {
        Ok((header, start)) => Some(Topic::new(path, &header, start)),
        Err(error) => {
            let path = path.display();
            tracing::warn!(%path, %error, "cannot use kept renditions; the topic will be rendered again");
            None
        }
    }
}

fn new_sheet(rendition: &Rendition, changed_at: Time, last: Option<&Sheet>) -> NewSheet {
    let changed_at = changed_at.trunc_subsecs(0);
    let last_modified = match last {
        None => changed_at,
        Some(last) if last.hash == kept::hash(&rendition.body) => last.last_modified,
        // Two changes within a second, or a clock that went back, must not look like none to a
        // client that asks by date alone.
        Some(last) => changed_at.max(last.last_modified + TimeDelta::seconds(1)),
    };
    NewSheet::of(rendition, last_modified, last)
}

/// The names of the files in `folder`, but for those that are not text.
fn file_names(folder: &Path) -> Result<Vec<String>, PublishError> {
    let read = || {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.extend(entry.file_name().into_string());
            }
        }
        Ok(names)
    };
    read().map_err(PublishError::when("list", folder))
}
