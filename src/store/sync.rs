//! Config's sources and topics brought into the store in one unit: a reload takes effect whole or not at
//! all.

use super::sources::{Described, sync_sources};
use super::topics::{former_names, sync_topics};
use super::{SqliteStore, StoreError, SyncedSources, SyncedTopic, TopicSpec};
use crate::model::{Source, TopicName};

/// The store in line with config.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Synced {
    /// What became of the sources.
    pub sources: SyncedSources,
    /// The topics, in the order in which they were given.
    pub topics: Vec<SyncedTopic>,
    /// Names that belonged to a topic and belong to none now: of topics that left config, and their
    /// aliases.
    pub gone: Vec<TopicName>,
}

impl SqliteStore {
    /// Makes the stored sources and topics those of config.
    ///
    /// New sources and ones that came back are due at once; one whose address changed forgets its
    /// validators and is due at once. Polls under way of sources that left or moved are fenced. A
    /// topic whose name is not stored takes over the row of the first of its aliases that is.
    pub async fn sync(
        &self,
        sources: &[Source],
        topics: &[TopicSpec],
    ) -> Result<Synced, StoreError> {
        let described: Vec<Described> = sources.iter().map(Described::of).collect();
        let topics = topics.to_vec();
        self.write(move |connection| {
            Ok(Synced {
                sources: sync_sources(connection, described)?,
                topics: sync_topics(connection, &topics)?,
                gone: former_names(connection, &topics)?,
            })
        })
        .await
    }
}
