//! Answers who searches, from the store.

use super::publisher::complete;
use super::{Plan, Shared};
use crate::dedup;
use crate::feed::SANITIZER_VERSION;
use crate::model::{
    Collapse, EntryId, FeedSettings, Format, PendingEntry, Profile, PublishContent, Speakers,
    StoryId, Time, TopicName,
};
use crate::render::{answer, search_page};
use crate::store::{Asked, Look, StoreError};
use crate::text::SearchQuery;
use crate::topics::{Rule, Topic, TopicIndex};
use bytes::Bytes;
use chrono::SubsecRound;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a page shows.
const SHOWN: usize = 30;

/// The page for `query`, with entries before `before` where a page before this one ended.
pub async fn find_words(
    shared: &Shared,
    query: &str,
    before: Option<EntryId>,
) -> Result<Bytes, StoreError> {
    let wanted = SearchQuery::of(query);
    let mut hits = if wanted.is_empty() {
        Vec::new()
    } else {
        shared.store.search(wanted, SHOWN + 1, before).await?
    };
    let more = hits.len() > SHOWN;
    hits.truncate(SHOWN);
    let plan = shared.plan();
    Ok(search_page(query, &hits, more, &plan.config.daemon.public_url).into())
}

/// The longest rule that is looked for.
const LONGEST_RULE: usize = 500;
/// What a feed of an answer holds.
const ITEMS: usize = 50;
/// What is looked at, newest first, in steps, and how long at most.
const LOOKED_AT: usize = 5_000;
const STEP: usize = 250;
const PATIENCE: Duration = Duration::from_secs(2);
/// What is looked at of a story that began before that.
const BEGINNING: usize = 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The rule cannot be understood.
    #[error("{0}")]
    Wrong(String),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The answer failed inside.
    #[error("an answer failed inside ({0}); this is a bug")]
    Panicked(#[from] tokio::task::JoinError),
}

/// The newest stories that `rule` means, as a feed, and when anything in it last changed.
pub async fn find_rule(
    shared: &Shared,
    rule: &str,
    format: Format,
) -> Result<(Bytes, Time), RuleError> {
    let asked = Arc::new(Question::read(shared.plan(), rule.to_owned()).await?);
    let found = asked.look(shared).await?;
    let look = Look {
        publish: PublishContent::Summary,
        policy: SANITIZER_VERSION,
        speakers: Speakers::default(),
    };
    let mut page = shared.store.asked_items(found, look).await?;
    // What an operator took out changed the answer and is not in it.
    let last_act = shared.store.last_act().await?;
    let items = page.feed.items.iter();
    let changes = items.flat_map(|it| [Some(it.updated), Some(it.placed_at), it.grown]);
    let changed_at = changes.chain([last_act]).flatten().max().unwrap_or_default().trunc_subsecs(0);
    page.feed.changed_at = changed_at;
    let rendered = tokio::task::spawn_blocking(move || {
        let (feed, _) = complete(page, PublishContent::Summary);
        answer(&feed, &settings(&asked.plan, &asked.rule), format).body
    });
    Ok((rendered.await?, changed_at))
}

/// A rule that is asked.
struct Question {
    plan: Arc<Plan>,
    rule: String,
    index: TopicIndex,
}

/// What a rule means of each story: the first of the entries that were looked at, as a topic shows it.
/// Then it has the same id.
type Found = HashMap<StoryId, Asked>;

impl Question {
    async fn read(plan: Arc<Plan>, rule: String) -> Result<Self, RuleError> {
        let read = tokio::task::spawn_blocking(move || {
            let index = index(&plan, &rule)?;
            Ok(Self { plan, rule, index })
        });
        read.await?
    }

    /// Looks through what is stored, the newest first, until there are enough stories.
    async fn look(self: &Arc<Self>, shared: &Shared) -> Result<Vec<Asked>, RuleError> {
        let (started, mut found) = (Instant::now(), Found::new());
        let (mut before, mut seen) = (None, 0);
        while found.len() < ITEMS && seen < LOOKED_AT && started.elapsed() < PATIENCE {
            let entries = shared.store.newest_entries(STEP, before).await?;
            let Some(last) = entries.last() else { break };
            (before, seen) = (Some(last.id), seen + entries.len());
            found = self.add(found, entries).await?;
        }
        let mut newest = found.into_iter().collect::<Vec<_>>();
        newest.sort_by_key(|(_, asked)| Reverse(asked.entry));
        newest.truncate(ITEMS);
        let mut found: Found = newest.into_iter().collect();
        if let Some(before) = before {
            let stories = found.keys().copied().collect();
            let entries = shared.store.first_entries(stories, before, BEGINNING).await?;
            found = self.add(found, entries).await?;
        }
        let mut found: Vec<Asked> = found.into_values().collect();
        found.sort_by_key(|asked| Reverse(asked.entry));
        Ok(found)
    }

    async fn add(
        self: &Arc<Self>,
        mut found: Found,
        entries: Vec<PendingEntry>,
    ) -> Result<Found, RuleError> {
        let question = Arc::clone(self);
        let added = tokio::task::spawn_blocking(move || {
            for (story, asked) in entries.iter().filter_map(|entry| question.meant(entry)) {
                match found.entry(story) {
                    Entry::Occupied(mut first) if asked.entry < first.get().entry => {
                        first.insert(asked);
                    }
                    Entry::Occupied(_) => {}
                    Entry::Vacant(place) => {
                        place.insert(asked);
                    }
                }
            }
            found
        });
        Ok(added.await?)
    }

    /// The story of an entry that the rule means, and what is shown of it.
    fn meant(&self, entry: &PendingEntry) -> Option<(StoryId, Asked)> {
        let matched = self.index.matching(&self.plan.subject(entry, None)).pop()?;
        let (story, _) = entry.sequenced?;
        let ids = dedup::item_ids(entry.canonical_link.as_deref(), &entry.source_id, entry.key);
        Some((story, Asked { entry: entry.id, ids, reasons: matched.reasons }))
    }
}

fn index(plan: &Plan, rule: &str) -> Result<TopicIndex, RuleError> {
    if rule.chars().count() > LONGEST_RULE {
        return Err(RuleError::Wrong(format!("a rule has at most {LONGEST_RULE} characters")));
    }
    let read = Rule::parse(rule, &plan.config.concepts);
    let read = read.map_err(|error| RuleError::Wrong(error.message))?;
    let topic = Topic::new(TopicName::search(), rule, read);
    TopicIndex::build(&[topic]).map_err(|error| RuleError::Wrong(error.to_string()))
}

fn settings(plan: &Plan, rule: &str) -> FeedSettings {
    FeedSettings {
        name: TopicName::search(),
        title: rule.to_owned(),
        description: None,
        language: None,
        public_url: plan.config.daemon.public_url.clone(),
        items: ITEMS,
        content: PublishContent::Summary,
        collapse: Collapse::Story,
        profile: Profile::default(),
        speakers: Speakers::default(),
        hubs: Vec::new(),
        asked: Some(rule.to_owned()),
    }
}
