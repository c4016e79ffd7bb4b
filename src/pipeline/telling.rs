//! What the sequencer remembers to recognise tellings: the open stories, which are read from the store
//! when the first pending entry comes and a topic shows stories, and forgotten when a batch could not be saved.

use super::tasks::off_the_runtime;
use crate::config::DedupSettings;
use crate::dedup::{Named, QUIET, Stories, TERMS_VERSION, Terms, lead};
use crate::model::{EntryId, PendingEntry, Relation, StoredTelling, Time};
use crate::store::{SqliteStore, StoreError};
use crate::text::fold;
use crate::topics::{Concepts, Mention, Recognized, Recognizer};
use std::sync::LazyLock;

/// Entries that are read at once: some hundredths of a second.
const PAGE: usize = 2_000;

/// The open stories, once they are known.
#[derive(Debug, Default)]
pub(super) struct Telling {
    stories: Option<Stories>,
    loading: Option<(Stories, EntryId)>,
    /// What operators had said of stories when that was read.
    regroupings: i64,
}

impl Telling {
    /// Reads one page of what the store has of open stories, if that is `wanted` and not done yet. Says
    /// whether it is done; its reader calls until then, with other work in between.
    pub(super) async fn load(
        &mut self,
        store: &SqliteStore,
        now: Time,
        wanted: Option<DedupSettings>,
    ) -> Result<bool, StoreError> {
        let Some(DedupSettings { stories: strictness, .. }) = wanted else {
            *self = Self::default();
            return Ok(true);
        };
        let regroupings = store.regroupings().await?;
        if self.regroupings != regroupings {
            *self = Self { regroupings, ..Self::default() };
        }
        if let Some(stories) = &mut self.stories {
            stories.set_strictness(strictness);
            return Ok(true);
        }
        let (mut stories, from) = match self.loading.take() {
            Some(loading) => loading,
            None => (Stories::new(strictness), store.first_telling(now - QUIET).await?),
        };
        let page = store.tellings(from, PAGE, TERMS_VERSION).await?;
        let is_last = page.len() < PAGE;
        let next = page.last().map_or(from, |last| EntryId(last.entry.0 + 1));
        let stories = off_the_runtime(move || {
            for telling in &page {
                add(&mut stories, telling);
            }
            stories
        })
        .await?;
        if is_last {
            tracing::debug!(stories = stories.len(), "the open stories are loaded");
            self.stories = Some(stories);
        } else {
            self.loading = Some((stories, next));
        }
        Ok(is_last)
    }

    /// The stories for the time of a batch; [`Telling::keep`] gives them back once the batch is saved.
    pub(super) fn lend(&mut self) -> Option<Stories> {
        self.stories.take()
    }

    pub(super) fn keep(&mut self, stories: Option<Stories>) {
        self.stories = stories;
    }
}

fn add(stories: &mut Stories, telling: &StoredTelling) {
    let terms = match &telling.remade_from {
        Some([title, text]) => Terms::of([title, text], [&fold(title), &fold(text)]),
        None => Terms::from_bytes(&telling.terms),
    };
    stories.arrive(telling.seen);
    stories.add(telling.story, telling.published, &terms, telling.relation == Relation::Copy);
}

/// What of an entry is compared with stories, `kept` without what its source repeats. One that was
/// sequenced before keeps its story.
pub(super) fn terms(entry: &PendingEntry, kept: [&str; 2], across: bool) -> Option<Terms> {
    if entry.sequenced.is_some() {
        return None;
    }
    let terms = Terms::of([&entry.title, &entry.text], kept);
    let language = entry.language.as_deref();
    Some(if across {
        let written = [&*entry.title, &*entry.text];
        terms.across(written, language, &named(written, language))
    } else {
        terms
    })
}

static CONCEPTS: LazyLock<Option<Recognizer>> =
    LazyLock::new(|| Recognizer::new(&Concepts::default()).ok());

/// What a title and others name that is the same, as each calls it: "Путин/푸틴". Titles come with their
/// languages.
#[must_use]
pub fn shared_names(one: (&str, Option<&str>), others: &[(&str, Option<&str>)]) -> Vec<String> {
    let mentions = |(title, language): (&str, Option<&str>)| {
        let found = CONCEPTS.as_ref().map(|it| it.recognize(title, "", language).mentions);
        found.unwrap_or_default()
    };
    let theirs: Vec<Mention> = others.iter().flat_map(|other| mentions(*other)).collect();
    let mut shared = Vec::new();
    for ours in mentions(one) {
        let known = theirs.iter().find(|theirs| theirs.concept == ours.concept);
        let Some(theirs) = known else { continue };
        let both = format!("{}/{}", ours.name, theirs.name);
        let said = if ours.name == theirs.name { ours.name } else { both };
        if !shared.contains(&said) {
            shared.push(said);
        }
    }
    shared
}

/// The built-in concepts that a title in `language` names, in whatever language, and beside it what
/// follows from them or the text names. Where a name is one by what stands near it, that is named already,
/// and other languages do without the name.
#[must_use]
pub fn named([title, text]: [&str; 2], language: Option<&str>) -> Vec<Named> {
    let Some(recognizer) = CONCEPTS.as_ref() else { return Vec::new() };
    let Recognized { concepts, implied, mentions, .. } =
        recognizer.recognize(title, lead(text), language);
    let is_country = |name: &str| name.len() == 2 && name.bytes().all(|b| b.is_ascii_uppercase());
    let is_said = |name: &String| {
        mentions.iter().any(|it| it.concept == *name && it.field == "title" && !it.by_others)
    };
    let all = concepts.into_iter().chain(implied);
    all.map(|name| Named { is_country: is_country(&name), is_aside: !is_said(&name), name })
        .collect()
}
