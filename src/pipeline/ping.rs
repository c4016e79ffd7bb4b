//! Tells hubs of others that feeds have changed: `hub.mode=publish`, as they all understand it.

use super::tasks::TaskResult;
use super::{Plan, Shared};
use crate::fetch::{Exchange, Fetcher};
use crate::model::Format;
use bytes::Bytes;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Topics that change together are told together.
const GATHER: Duration = Duration::from_millis(200);
/// When to try again where a hub does not answer. It will hear of the next change anyway.
const RETRIES: [Duration; 3] =
    [Duration::from_secs(10), Duration::from_secs(60), Duration::from_secs(300)];

/// Tells the hubs that config names of every change, until `cancel`.
pub(super) async fn run(mut shared: Shared, cancel: CancellationToken) -> TaskResult {
    let mut changes = shared.shelf.changes();
    let mut telling = JoinSet::new();
    loop {
        let change = tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            Some(_) = telling.join_next() => continue,
            change = changes.recv() => change,
        };
        let mut names: BTreeSet<Arc<str>> = match change {
            Ok(name) => BTreeSet::from([name]),
            Err(RecvError::Lagged(_)) => shared.shelf.names().into_iter().collect(),
            Err(RecvError::Closed) => return Ok(()),
        };
        tokio::time::sleep(GATHER).await;
        while let Ok(name) = changes.try_recv() {
            names.insert(name);
        }
        let plan = shared.take_up_plan();
        for hub in &plan.config.hub.external {
            let (fetcher, hub) = (Arc::clone(&plan.fetcher), hub.clone());
            let told = tell(fetcher, hub, form(&plan, &names), plan.config.hub.allow_private);
            telling.spawn(told);
        }
    }
}

fn form(plan: &Plan, names: &BTreeSet<Arc<str>>) -> Bytes {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", "publish");
    let topics = plan.topics.iter().map(|planned| planned.topic.name.as_str());
    for name in topics.filter(|name| names.contains(*name)) {
        for format in Format::FEEDS {
            let feed = format!("{}{name}.{}", plan.config.daemon.public_url, format.extension());
            form.append_pair("hub.url", &feed);
        }
    }
    form.finish().into()
}

async fn tell(fetcher: Arc<Fetcher>, hub: Url, form: Bytes, allow_private: bool) {
    for wait in RETRIES {
        let kind = "application/x-www-form-urlencoded".to_owned();
        let post = Some((vec![("content-type", kind)], form.clone()));
        let exchange = Exchange { url: hub.clone(), post, allow_private };
        match fetcher.exchange(exchange).await {
            Ok(reply) if reply.is_success() => return,
            Ok(reply) => tracing::warn!(%hub, "the hub answers {}", reply.status),
            Err(failure) => tracing::warn!(%hub, "the hub is not reached: {}", failure.detail),
        }
        tokio::time::sleep(wait).await;
    }
}
