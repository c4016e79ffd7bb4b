//! The index of all topics: rendered when any of them was, from what is kept of each.

use super::publisher::RenderError;
use super::{PlannedTopic, Shared};
use crate::model::{TopicName, TopicNo};
use crate::publish::{Files, PublishError, Stamp};
use crate::render::{self, TopicDigest};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// What the index is made from.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Each topic's digest, with the stamp of the renditions that it agrees with.
    digests: HashMap<TopicNo, (Stamp, Arc<TopicDigest>)>,
    /// When it was last rendered.
    rendered: Option<Instant>,
}

/// The index is made of all topics: where there are many, a change of one must not cost as much as all of
/// them each time. A page may be that much late with one headline.
const REST_A_TOPIC: Duration = Duration::from_millis(20);
/// So many may change as they like.
const FEW: usize = 50;

impl Index {
    /// Keeps the digest of a topic that was just rendered.
    pub(super) fn keep(&mut self, topic: TopicNo, stamp: Stamp, digest: TopicDigest) {
        self.digests.insert(topic, (stamp, Arc::new(digest)));
    }

    /// Renders the index of `topics`, unless it is what would come of it. Topics that are not on
    /// the shelf yet are left out: they have no page to lead to.
    pub(super) async fn render(
        &mut self,
        shared: &Shared,
        topics: &[PlannedTopic],
        files: Option<Files>,
        public_url: &Url,
    ) -> Result<(), RenderError> {
        let name = TopicName::index();
        let stamped =
            topics.iter().filter_map(|it| Some((it, shared.shelf.stamp(&it.topic.name)?)));
        let stamped: Vec<(&PlannedTopic, Stamp)> = stamped.collect();
        let stamps: Vec<Stamp> = stamped.iter().map(|(_, stamp)| *stamp).collect();
        let stamp = Stamp::of_index(&stamps, public_url);
        let lacks_files = files.as_ref().is_some_and(|files| files.lack(&name));
        let present = shared.shelf.stamp(&name);
        let is_same = !lacks_files && present == Some(stamp);
        if is_same || (present.is_some() && self.rests(topics.len())) {
            return Ok(());
        }
        self.rendered = Some(Instant::now());
        let mut digests = Vec::with_capacity(stamped.len());
        for (topic, stamp) in stamped {
            digests.extend(self.digest(shared, topic, stamp).await?);
        }
        let (renditions, public_url) = (Arc::clone(&shared.shelf), public_url.clone());
        let written = tokio::task::spawn_blocking(move || {
            let topics: Vec<&TopicDigest> = digests.iter().map(Arc::as_ref).collect();
            let set = render::index(&topics, &public_url, stamp.version, files.is_none());
            if let Some(files) = files {
                files.write(&set)?;
            }
            renditions.put(&set, stamp)
        });
        written.await?.map_err(PublishError::into)
    }

    fn rests(&self, topics: usize) -> bool {
        let many = u32::try_from(topics.saturating_sub(FEW)).unwrap_or(u32::MAX);
        self.rendered.is_some_and(|at| at.elapsed() < REST_A_TOPIC * many)
    }

    /// The digest of a topic as it is on the shelf: kept, or read once after a start.
    async fn digest(
        &mut self,
        shared: &Shared,
        planned: &PlannedTopic,
        stamp: Stamp,
    ) -> Result<Option<Arc<TopicDigest>>, RenderError> {
        if let Some((kept, digest)) = self.digests.get(&planned.no)
            && *kept == stamp
        {
            return Ok(Some(Arc::clone(digest)));
        }
        let settings = &planned.settings;
        let items = settings.items.min(TopicDigest::ITEMS);
        let page = shared.store.topic_items(planned.no, items, planned.look()).await?;
        let digest = page.map(|page| Arc::new(TopicDigest::of(&page.feed, settings)));
        if let Some(digest) = &digest {
            self.digests.insert(planned.no, (stamp, Arc::clone(digest)));
        }
        Ok(digest)
    }
}
