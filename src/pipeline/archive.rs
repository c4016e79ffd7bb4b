//! Closes the pages of a topic's archive, writes those that somebody asks for, and drops them when
//! retention says so.

use super::publisher::{RenderError, complete};
use super::{PlannedTopic, Shared};
use crate::model::{PageState, TopicName};
use crate::publish::{Files, PublishError};
use crate::render::archive_page;
use crate::store::{PageDue, StoreError};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Items of a page at most. A reader that goes back takes them page by page.
const PAGE: usize = 100;

/// Closes the pages whose items are about to leave the feed, which is rendered next and links to the
/// newest; and writes those with something hidden since they were written. Few pages are ever read: the others
/// wait until they are asked for, but where they are files that somebody else serves.
pub(super) async fn close_pages(
    shared: &Shared,
    planned: &PlannedTopic,
    files: Option<&Files>,
) -> Result<(), RenderError> {
    let items = planned.settings.items;
    let length = items.div_ceil(2).min(PAGE);
    let (items, length) = (as_number(items), as_number(length));
    shared.store.cut_archive(planned.no, items, length).await?;
    for due in shared.store.archive_due(planned.no, files.is_some()).await? {
        write(shared, planned, files, due).await?;
    }
    Ok(())
}

/// Sees to it that pages are there when they are asked for.
#[derive(Debug)]
pub struct ArchivePages {
    shared: Shared,
    /// One page is written after the other.
    turn: Mutex<()>,
}

impl ArchivePages {
    /// Pages of the topics of `shared`.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared, turn: Mutex::new(()) }
    }

    /// What there is at page `number` of a topic. One that is closed is in the archive when this
    /// returns, and as it should be.
    pub async fn at(&self, name: &TopicName, number: i64) -> Result<PageState, RenderError> {
        let shared = &self.shared;
        let plan = shared.plan();
        let Some(planned) = plan.topics.iter().find(|planned| planned.topic.name == *name) else {
            return Ok(PageState::Absent);
        };
        let is_lost = || {
            let (renditions, topic) = (Arc::clone(&shared.shelf), name.clone());
            tokio::task::spawn_blocking(move || !renditions.archive().has(&topic, number))
        };
        let (state, due) = shared.store.archive_page(planned.no, number, is_lost().await?).await?;
        if due.is_none() {
            return Ok(state);
        }
        let _turn = self.turn.lock().await;
        // Who waited beside another for the same page finds it written.
        let (state, due) = shared.store.archive_page(planned.no, number, is_lost().await?).await?;
        if let Some(due) = due {
            write(shared, planned, plan.files.as_ref(), due).await?;
        }
        Ok(state)
    }
}

fn as_number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

async fn write(
    shared: &Shared,
    planned: &PlannedTopic,
    files: Option<&Files>,
    due: PageDue,
) -> Result<(), RenderError> {
    let (settings, number) = (planned.settings.clone(), due.page);
    let content = settings.content;
    let page = shared.store.archived_items(planned.no, due.places, planned.look()).await?;
    let Some(mut page) = page else { return Ok(()) };
    page.feed.changed_at = due.changed_at;
    let (shelf, files) = (Arc::clone(&shared.shelf), files.cloned());
    tokio::task::spawn_blocking(move || {
        // What is sanitized here left the feed, or is about to: nobody will ask for it again.
        let (feed, _) = complete(page, content);
        let set = archive_page(&feed, &settings, number);
        shelf.archive().put(&set, number)?;
        files.map_or(Ok(()), |files| files.write_archived(&set, number))
    })
    .await??;
    shared.store.archived(planned.no, number, due.hidden).await?;
    tracing::debug!(topic = %planned.topic.name, page = number, "a page of the archive is written");
    Ok(())
}

/// Drops the pages whose items were all placed before `before`.
pub(super) async fn drop_pages(
    shared: &Shared,
    before: crate::model::Time,
) -> Result<(), StoreError> {
    let plan = shared.plan();
    let gone = shared.store.drop_archives(before).await?;
    let names = gone
        .into_iter()
        .filter_map(|dropped| Some((plan.topic(dropped.topic)?.topic.name.clone(), dropped.page)));
    let (names, shelf): (Vec<_>, _) = (names.collect(), Arc::clone(&shared.shelf));
    let files = plan.files.clone();
    let dropped = tokio::task::spawn_blocking(move || {
        names.iter().try_for_each(|(name, page)| {
            shelf.archive().drop_through(name, *page)?;
            files.as_ref().map_or(Ok(()), |files| files.drop_archived(name, *page))
        })
    });
    let dropped: Result<Result<(), PublishError>, _> = dropped.await;
    match dropped {
        Ok(Ok(())) => shared.changed.notify_one(),
        Ok(Err(error)) => tracing::error!("old archives are still there: {error}"),
        Err(error) => tracing::error!("dropping archives failed inside ({error}); this is a bug"),
    }
    Ok(())
}
