//! Closes the pages of a topic's archive, writes those that somebody asks for, and drops them when
//! retention says so.

use super::publisher::{RenderError, complete};
use super::{Plan, PlannedTopic, Shared};
use crate::model::{PageState, TopicName};
use crate::publish::{Files, PublishError};
use crate::render::archive_page;
use crate::store::{PageDue, StoreError};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;

/// Items of a page at most. A reader that goes back takes them page by page.
const PAGE: usize = 100;

/// The right to write and to drop pages: who looks at what a page is to hold writes it, and notes that it
/// is written, before anybody else does.
pub(super) type Turn = OwnedMutexGuard<()>;

/// Closes the pages whose items are about to leave the feed, which is rendered next and links to the
/// newest; and writes those with something hidden since they were written. Few pages are ever read:
/// the others wait until they are asked for, unless they are files that somebody else serves.
pub(super) async fn close_pages(
    shared: &Shared,
    planned: &PlannedTopic,
    files: Option<&Files>,
) -> Result<(), RenderError> {
    let items = planned.settings.items;
    let length = items.div_ceil(2).min(PAGE);
    let (items, length) = (as_number(items), as_number(length));
    shared.store.cut_archive(planned.no, items, length).await?;
    let due = || shared.store.archive_due(planned.no, files.is_some());
    // Nothing is, mostly: a feed does not wait for those who read its archive.
    if due().await?.is_empty() {
        return Ok(());
    }
    let mut turn = shared.turn_at_archives().await;
    for due in due().await? {
        turn = write(shared, planned, (files, due), turn).await?;
    }
    Ok(())
}

/// What there is at page `number` of a topic. One that is closed is in the archive when this returns,
/// and as it should be.
///
/// # Errors
/// When the store cannot be read, or the page not be written.
pub async fn page_at(
    shared: &Shared,
    name: &TopicName,
    number: i64,
) -> Result<PageState, RenderError> {
    let (state, due) = look(shared, &shared.plan(), (name, number)).await?;
    if due.is_none() {
        return Ok(state);
    }
    let turn = shared.turn_at_archives().await;
    // The plan may be another one by now, and the page written.
    let plan = shared.plan();
    let (state, due) = look(shared, &plan, (name, number)).await?;
    if let Some((planned, due)) = plan.named(name).zip(due) {
        write(shared, planned, (plan.files.as_ref(), due), turn).await?;
    }
    Ok(state)
}

/// What there is, and how it is to be written first, if it is.
async fn look(
    shared: &Shared,
    plan: &Plan,
    (name, number): (&TopicName, i64),
) -> Result<(PageState, Option<PageDue>), RenderError> {
    let Some(planned) = plan.named(name) else { return Ok((PageState::Absent, None)) };
    let (renditions, topic) = (Arc::clone(&shared.shelf), name.clone());
    let has = tokio::task::spawn_blocking(move || renditions.archive().has(&topic, number));
    let is_lost = !has.await?;
    Ok(shared.store.archive_page(planned.no, number, is_lost).await?)
}

fn as_number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Who asked may be gone before a page is whole: its turn lasts until it is.
async fn write(
    shared: &Shared,
    planned: &PlannedTopic,
    (files, due): (Option<&Files>, PageDue),
    turn: Turn,
) -> Result<Turn, RenderError> {
    let (settings, number) = (planned.settings.clone(), due.page);
    let content = settings.content;
    let page = shared.store.archived_items(planned.no, due.places, planned.look()).await?;
    let Some(mut page) = page else { return Ok(turn) };
    page.feed.changed_at = due.changed_at;
    let (shelf, files) = (Arc::clone(&shared.shelf), files.cloned());
    let turn = tokio::task::spawn_blocking(move || {
        // What is sanitized here is asked for too seldom to be kept.
        let (feed, _) = complete(page, content);
        let set = archive_page(&feed, &settings, number);
        shelf.archive().put(&set, number)?;
        files.map_or(Ok(()), |files| files.write_archived(&set, number))?;
        Ok::<_, PublishError>(turn)
    })
    .await??;
    shared.store.archived(planned.no, number, due.hidden).await?;
    tracing::debug!(topic = %planned.topic.name, page = number, "a page of the archive is written");
    Ok(turn)
}

/// Drops the pages whose items were all placed before `before`.
pub(super) async fn drop_pages(
    shared: &Shared,
    before: crate::model::Time,
) -> Result<(), StoreError> {
    let turn = shared.turn_at_archives().await;
    let plan = shared.plan();
    let gone = shared.store.drop_archives(before).await?;
    let names = gone
        .into_iter()
        .filter_map(|dropped| Some((plan.topic(dropped.topic)?.topic.name.clone(), dropped.page)));
    let (names, shelf): (Vec<_>, _) = (names.collect(), Arc::clone(&shared.shelf));
    let files = plan.files.clone();
    let dropped = tokio::task::spawn_blocking(move || {
        let _turn = turn;
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
