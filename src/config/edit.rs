//! Adding sources and concepts to a config file that belongs to a person: every byte that stands in
//! it stays, new sources follow the last `[[source]]`, new concepts stand at the end, and a file that
//! would not be a good config is never written.
//!
//! The place is found in the parsed file, and the tables are written as text: a printer of whole
//! documents moves comments that stand between tables.

mod concept;
mod insert;
mod replace;
#[cfg(test)]
mod tests;

use super::shapes;
use super::{Config, Problems, Surroundings, source_id};
use crate::model::{Source, SourceId};
use crate::text;
pub use concept::NewConcept;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use toml_edit::{Array, Table, value};
use url::Url;

/// A source to be added, as somebody else's list or a feed describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewSource {
    /// The address of the feed; `feed:` addresses are understood.
    pub address: String,
    /// What config is to call it; derived from the address where `None`.
    pub id: Option<SourceId>,
    /// Its name for people.
    pub name: Option<String>,
    /// Its language; left out where it has not the shape of a language tag.
    pub language: Option<String>,
    /// Folders and categories, made into tags.
    pub tags: Vec<String>,
    /// Whether it is a sitemap, and no feed.
    pub is_sitemap: bool,
    /// Whether it may live on a private address.
    pub allow_private: bool,
}

/// Why a source or a concept was not added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is polled already, under this name.
    #[error("it is there already, as `{0}`")]
    Known(SourceId),
    /// The given name belongs to another source.
    #[error("another source is called `{0}`")]
    Taken(SourceId),
    /// The config defines such a concept.
    #[error("the config defines `@{0}` already")]
    Defined(String),
    /// What cannot be the name of a concept, or has no names of its own.
    #[error("{0}")]
    Concept(String),
    /// The address cannot be fetched.
    #[error("{0}")]
    Address(String),
}

/// Why the file stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// What is in the file, or would be in it, is not a good config.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// Somebody wrote to it meanwhile.
    #[error("{} was changed by somebody else meanwhile; it stays as it is: try again", .0.display())]
    Changed(PathBuf),
    /// It cannot be read or written.
    #[error("{} cannot be written: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

/// A config file and what will be added to it.
#[derive(Debug)]
pub struct Edit {
    /// The config as it stands.
    config: Config,
    text: String,
    /// The sources by their addresses without scheme and `www.`.
    addresses: HashMap<String, SourceId>,
    /// Their names; those of the added ones too.
    ids: HashSet<SourceId>,
    tables: Vec<Table>,
    /// Concepts by name.
    concepts: Vec<(String, Table)>,
}

impl Edit {
    /// Opens the config at `path`, which must be a good one.
    pub fn open(path: &Path) -> Result<Self, EditError> {
        let io = |error| EditError::Io { path: path.to_owned(), error };
        // What comes through a pipe can be read once, and not written.
        if !std::fs::metadata(path).map_err(io)?.is_file() {
            return Err(io(std::io::Error::other("it is not a plain file")));
        }
        let config = Config::load(path)?;
        let text = std::fs::read_to_string(path).map_err(io)?;
        let known = |source: &Source| (place(&source.url), source.id.clone());
        Ok(Self {
            addresses: config.sources.iter().map(known).collect(),
            ids: config.sources.iter().map(|source| source.id.clone()).collect(),
            config,
            text,
            tables: Vec::new(),
            concepts: Vec::new(),
        })
    }

    /// The config as it stands in the file.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How many sources will be added.
    #[must_use]
    pub fn added(&self) -> usize {
        self.tables.len()
    }

    /// Adds a source; gives the name that it goes by.
    pub fn add(&mut self, new: &NewSource) -> Result<SourceId, Refusal> {
        let url = feed_address(&new.address)?;
        if let Some(known) = self.addresses.get(&place(&url)) {
            return Err(Refusal::Known(known.clone()));
        }
        let (id, is_given) = self.name(&url, new.id.as_ref())?;
        self.addresses.insert(place(&url), id.clone());
        self.ids.insert(id.clone());
        self.tables.push(table(new, &url, is_given.then_some(&id)));
        Ok(id)
    }

    /// The id, and whether config has to say it.
    fn name(&self, url: &Url, given: Option<&SourceId>) -> Result<(SourceId, bool), Refusal> {
        if let Some(id) = given {
            let is_taken = self.ids.contains(id);
            return if is_taken { Err(Refusal::Taken(id.clone())) } else { Ok((id.clone(), true)) };
        }
        let derived = source_id::derive(url);
        let derived =
            derived.ok_or_else(|| Refusal::Address("its address names nothing".into()))?;
        if !self.ids.contains(&derived) {
            return Ok((derived, false));
        }
        // Two addresses whose readable parts are the same: the hash of the whole tells them apart.
        let hash = blake3::hash(url.as_str().as_bytes()).to_hex();
        let stem: String = derived.as_str().chars().take(55).collect();
        let marked = format!("{}-{}", stem.trim_end_matches('-'), &hash[..8]).parse();
        match marked {
            Ok(id) if !self.ids.contains(&id) => Ok((id, true)),
            _ => Err(Refusal::Taken(derived)),
        }
    }

    /// The text of the file with everything that was added, checked as a config.
    pub fn preview(&self) -> Result<String, EditError> {
        let text = insert::sources(&self.text, &self.tables);
        let text = insert::concepts(&text, &self.concepts);
        Config::read(&text, &Surroundings::of(&self.config.path))?;
        Ok(text)
    }

    /// Replaces the file, in one step that a crash cannot cut in two. On any error it stays as it is.
    pub fn save(self) -> Result<(), EditError> {
        if self.tables.is_empty() && self.concepts.is_empty() {
            return Ok(());
        }
        let text = self.preview()?;
        replace::replace(&self.config.path, self.text.as_bytes(), text.as_bytes())
    }
}

/// The address of a feed as a web address. Some programs write `feed://example.org/x` for http and
/// `feed:https://example.org/x` for what it says.
pub fn feed_address(text: &str) -> Result<Url, Refusal> {
    let text = text.trim();
    let is_feed = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("feed:"));
    let plain = if is_feed { text.get(5..).unwrap_or_default() } else { text };
    let plain = match plain.strip_prefix("//") {
        Some(rest) => format!("http://{rest}"),
        None => plain.to_owned(),
    };
    let mut url = shapes::http_url(&plain)
        .map_err(|complaint| Refusal::Address(format!("{}: {text}", complaint.message)))?;
    url.set_fragment(None);
    Ok(url)
}

/// What two addresses of the same feed have in common: http or https, with `www.` or without.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{}{query}", url.path())
}

fn table(new: &NewSource, url: &Url, id: Option<&SourceId>) -> Table {
    let mut table = Table::new();
    if let Some(id) = id {
        table["id"] = value(id.as_str());
    }
    table["url"] = value(url.as_str());
    if let Some(name) = new.name.as_deref().and_then(name) {
        table["name"] = value(name);
    }
    if let Some(language) = new.language.as_deref().and_then(language) {
        table["language"] = value(language);
    }
    let tags = tags(&new.tags);
    if !tags.is_empty() {
        table["tags"] = value(tags.into_iter().collect::<Array>());
    }
    if new.is_sitemap {
        table["kind"] = value("sitemap");
    }
    if new.allow_private {
        table["allow_private"] = value(true);
    }
    table
}

fn name(name: &str) -> Option<String> {
    let name = text::squash(&text::clean(name)).into_owned();
    shapes::line(&name).ok()
}

fn language(language: &str) -> Option<String> {
    let language = language.trim().replace('_', "-");
    shapes::language(&language).ok()
}

/// Each as one word in lower case, each once.
fn tags(names: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for name in names {
        let cleaned = text::clean(name).to_lowercase();
        let is_gap = |c: char| c.is_whitespace() || c.is_control() || c == ',';
        let words: Vec<&str> = cleaned.split(is_gap).filter(|word| !word.is_empty()).collect();
        let tag = words.join("-");
        if shapes::tag(&tag).is_ok() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}
