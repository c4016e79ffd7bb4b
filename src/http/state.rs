//! What answers are made from.

use super::{Pages, Search};
use crate::model::HubRequest;
use crate::publish::Shelf;
use arc_swap::ArcSwap;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use tokio::sync::mpsc;
use url::Url;

/// What names of topics mean. A name is in one of the three at most.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Topics: one that is not on the shelf is about to be rendered.
    pub topics: HashSet<String>,
    /// The present name of a topic by each of its former ones.
    pub aliases: HashMap<String, String>,
    /// Names of topics that are no more.
    pub gone: HashSet<String>,
    /// Whether `/hub` takes subscriptions.
    pub has_hub: bool,
    /// Whether any rule is answered with a feed.
    pub has_search_feeds: bool,
}

/// What answers are made from; shared with the rest of the daemon.
#[derive(Clone)]
pub struct HttpState {
    /// The renditions.
    pub shelf: Arc<Shelf>,
    /// What names mean; a reload replaces it.
    pub names: Arc<ArcSwap<Names>>,
    /// Where the daemon is reached from outside, with a final slash. Its path is recognised in
    /// requests whether or not a proxy takes it off.
    pub public_url: Url,
    /// Takes what subscribers ask of the hub.
    pub hub: mpsc::Sender<HubRequest>,
    /// Answers who searches.
    pub search: Search,
    /// Writes the pages of archives that are asked for.
    pub pages: Pages,
    /// How often operators have taken something out or changed what tells a story.
    pub acts: Arc<AtomicU64>,
    /// Writes all metrics in the text format of Prometheus.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Whether everything has started.
    pub ready: Arc<AtomicBool>,
    /// Whether the daemon's tasks answer; must not block.
    pub health: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl HttpState {
    /// Whether `path` is the path of `public_url` but for its final slash.
    pub(super) fn lacks_slash(&self, path: &str) -> bool {
        let prefix = self.public_url.path();
        path.len() > 1 && prefix.strip_suffix('/') == Some(path)
    }

    /// `path` as seen from `public_url`, without a leading slash.
    pub(super) fn below_public_url<'p>(&self, path: &'p str) -> &'p str {
        let prefix = self.public_url.path();
        path.strip_prefix(prefix).unwrap_or_else(|| path.trim_start_matches('/'))
    }
}
