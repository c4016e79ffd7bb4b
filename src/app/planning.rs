//! From config to the plan that the tasks follow: what can fail comes first, then the store is brought in
//! line, in one unit.

use crate::config::{Config, IN_FORCE, Timeouts};
use crate::fetch::{FetchLimits, Fetcher};
use crate::http::Names;
use crate::pipeline::{Plan, Tools};
use crate::publish::{Files, replace_file};
use crate::store::{SqliteStore, TopicSpec};
use crate::topics::{Topic, TopicIndex};
use anyhow::{Context, Result};
use std::sync::Arc;

/// Redirects that one fetch follows.
const REDIRECTS: usize = 8;

/// Brings the store in line with `config` and gives the plan; `before` is the one in force. After an
/// error everything is as it was.
pub(super) async fn plan(
    config: Config,
    store: &SqliteStore,
    before: Option<&Plan>,
) -> Result<Plan> {
    let index = TopicIndex::build(&config.topics).context("the rules cannot be compiled")?;
    let files = config.publish.directory.as_deref().map(Files::open).transpose()?;
    let tools = Tools { fetcher: fetcher(&config, before)?, files };
    for source in config.sources.iter().filter(|source| source.access.insecure_tls) {
        tracing::warn!(
            source = %source.id,
            "insecure_tls: any certificate is taken; who sits between can read and forge this feed"
        );
    }
    let synced = store.sync(&config.sources, &specs(&config)).await?;
    store.archive_at(&config.daemon.public_url, config.publish.directory.as_deref()).await?;
    keep(&config);
    Ok(Plan::new(config, index, synced, tools))
}

/// Keeps a copy of the config, with which changed ones are compared. It may hold what others must not read.
fn keep(config: &Config) {
    let path = config.daemon.state.join(IN_FORCE);
    if let Err(error) = replace_file(&path, config.text.as_bytes(), 0o600) {
        tracing::warn!("no copy of the config is kept at {}: {error}", path.display());
    }
}

/// A client keeps its connections: only other limits make another one.
fn fetcher(config: &Config, before: Option<&Plan>) -> Result<Arc<Fetcher>> {
    let of = |config: &Config| (config.polling.timeouts, config.polling.max_body);
    match before {
        Some(before) if of(&before.config) == of(config) => Ok(Arc::clone(&before.fetcher)),
        _ => {
            let fetcher = Fetcher::new(limits(config));
            Ok(Arc::new(fetcher.context("the HTTP client cannot be built")?))
        }
    }
}

pub(super) fn limits(config: &Config) -> FetchLimits {
    let Timeouts { connect, read, total } = config.polling.timeouts;
    FetchLimits { connect, read, total, max_body: config.polling.max_body, redirects: REDIRECTS }
}

fn specs(config: &Config) -> Vec<TopicSpec> {
    config
        .topics
        .iter()
        .map(|topic| TopicSpec {
            name: topic.name.clone(),
            aliases: topic.aliases.clone(),
            rule_hash: rule_hash(topic),
            digest: topic.digest.as_ref().map(|it| format!("{} {}", it.schedule, it.timezone)),
        })
        .collect()
}

/// Over the rule and everything that narrows it.
fn rule_hash(topic: &Topic) -> [u8; 16] {
    let Topic { rule_text, min_score, scope, languages, sources, tags, max_age, .. } = topic;
    let narrowing = format!("{min_score} {scope:?} {languages:?} {sources:?} {tags:?} {max_age:?}");
    let mut hash = [0; 16];
    let digest = blake3::hash(format!("{rule_text}\n{narrowing}").as_bytes());
    hash.copy_from_slice(&digest.as_bytes()[..16]);
    hash
}

/// What names mean under `plan`, for HTTP.
pub(super) fn names(plan: &Plan) -> Names {
    let topics = &plan.config.topics;
    let aliases = topics
        .iter()
        .flat_map(|topic| topic.aliases.iter().map(|a| (a.to_string(), topic.name.to_string())));
    Names {
        topics: topics.iter().map(|topic| topic.name.to_string()).collect(),
        aliases: aliases.collect(),
        gone: plan.gone.iter().map(ToString::to_string).collect(),
        has_hub: plan.config.hub.enabled,
        has_search_feeds: plan.config.publish.search_feeds,
    }
}
