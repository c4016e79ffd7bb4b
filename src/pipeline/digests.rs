//! Makes the digests of topics when they are due, and those that were missed while nobody was there.

use super::{Plan, PlannedTopic, Shared};
use crate::clock;
use crate::dedup;
use crate::model::Time;
use crate::schedule::{Cron, DigestDue, digest_due, digest_label};
use crate::store::{DigestRun, StoreError};

/// Makes every digest that is due. Says when the next one is; `None` while no topic has any.
pub async fn make_due(shared: &Shared, plan: &Plan) -> Result<Option<Time>, StoreError> {
    let mut next: Option<Time> = None;
    for planned in &plan.topics {
        let Some(cron) = &planned.digest else { continue };
        let due = settle(shared, planned, cron).await?;
        next = [next, due].into_iter().flatten().min();
    }
    Ok(next)
}

/// Makes what is due of one topic; when its next digest is.
async fn settle(
    shared: &Shared,
    planned: &PlannedTopic,
    cron: &Cron,
) -> Result<Option<Time>, StoreError> {
    let now = clock::now();
    let Some(ran) = shared.store.digest_ran(planned.no).await? else { return Ok(None) };
    match digest_due(cron, ran, now) {
        DigestDue::Wait(until) => return Ok(until),
        DigestDue::Run(at) => make(shared, planned, cron, at).await?,
        DigestDue::StartOver => {
            tracing::warn!(topic = %planned.topic.name, "the clock went back: digests count from now");
            shared.store.count_digests_from(planned.no, now).await?;
        }
    }
    Ok(cron.next_after(now))
}

async fn make(
    shared: &Shared,
    planned: &PlannedTopic,
    cron: &Cron,
    at: Time,
) -> Result<(), StoreError> {
    let name = &planned.topic.name;
    let run = DigestRun {
        topic: planned.no,
        at,
        id: dedup::digest_id(name, at),
        label: digest_label(cron, at),
    };
    let stories = shared.store.run_digest(run, planned.look()).await?;
    tracing::info!(topic = %name, %at, stories, "a digest was made");
    if stories > 0 {
        shared.changed.notify_one();
    }
    Ok(())
}
