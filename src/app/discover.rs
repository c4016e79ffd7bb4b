//! Looks for the feeds of a site: asks the address, follows the hints of `discovery`, and keeps what
//! `feed` can read.
//!
//! Every request goes through the guarded fetcher, two at a time. What a page announces to feed
//! readers is asked for; everything else only where `robots.txt` allows it.

mod ask;

use super::engine::limits;
use crate::clock;
use crate::config::Config;
use crate::discovery::{self, Hint, Robots, Way};
use crate::fetch::{FetchLimits, Fetcher};
use crate::link;
use crate::model::{Document, Time};
use anyhow::{Context, Result, anyhow};
use ask::{Answer, Asker};
use encoding_rs::{Encoding, UTF_8};
use futures::StreamExt;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use url::Url;

/// Addresses that one search asks at most, `robots.txt` not counted.
const MOST_REQUESTS: usize = 48;
/// Hints of one page that are followed.
const MOST_HINTS: usize = 20;
/// Linked pages that are looked through for further links.
const MOST_LISTS: usize = 2;
/// Sitemaps of one list that are looked at.
const MOST_SITEMAPS: usize = 4;
/// Requests at the same time.
const AT_ONCE: usize = 2;
/// For one address: somebody is waiting.
const PATIENCE: Duration = Duration::from_secs(10);
/// For the whole search; what was found until then is shown.
const WHOLE_PATIENCE: Duration = Duration::from_secs(90);
/// Days without an entry after which a feed is taken for abandoned.
const STALE_DAYS: i64 = 180;

/// A feed that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Where to poll it: after permanent redirects.
    pub url: Url,
    /// What answered, after all redirects.
    pub answered: Url,
    /// How it was come by.
    pub way: Way,
    /// What it calls itself.
    pub title: Option<String>,
    /// The language that it declares.
    pub language: Option<String>,
    /// Its format by its usual name.
    pub format: &'static str,
    /// How many entries it holds.
    pub entries: usize,
    /// The date of its newest entry.
    pub newest: Option<Time>,
}

/// What a search brought.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The feeds, the best first.
    pub found: Vec<Found>,
    /// How many addresses were asked.
    pub asked: usize,
    /// How many were not asked because `robots.txt` forbids it.
    pub forbidden: usize,
}

/// Looks for feeds at `url`. An address that is a feed itself ends the search.
pub async fn discover(config: &Config, url: &Url, allow_private: bool) -> Result<Discovery> {
    let limits = limits(config);
    let limits = FetchLimits { total: limits.total.min(PATIENCE), ..limits };
    let asker = Asker {
        fetcher: Fetcher::new(limits)?,
        private_domain: allow_private.then(|| link::registrable_domain(url)),
    };
    let mut discovery = Discovery { asked: 1, ..Discovery::default() };
    match asker.ask(Hint { url: url.clone(), way: Way::Given }).await {
        Answer::Feed(found) => discovery.found.push(found),
        Answer::Page(page) => {
            let seen = HashSet::from([url.clone(), page.url.clone()]);
            let mut search = Search { asker, robots: HashMap::new(), seen, discovery };
            // Of a search that takes too long, what it has found is kept.
            let _ = tokio::time::timeout(WHOLE_PATIENCE, search.page(&page)).await;
            discovery = search.discovery;
        }
        Answer::Nothing(failure) => {
            return Err(anyhow!("{}: {}", failure.class.word(), failure.detail))
                .with_context(|| format!("{url} cannot be had"));
        }
    }
    let now = clock::now();
    discovery.found.sort_by_key(|found| rank(found, now));
    Ok(discovery)
}

/// What goes last: feeds without entries, comments, abandoned ones, then by how they were found.
fn rank(found: &Found, now: Time) -> (bool, bool, bool, Way) {
    let is_comments = found.url.path().to_ascii_lowercase().contains("comment");
    let is_stale = found.newest.is_none_or(|newest| (now - newest).num_days() > STALE_DAYS);
    (found.entries == 0, is_comments, is_stale, found.way)
}

struct Search {
    asker: Asker,
    /// By the address of the file.
    robots: HashMap<Url, Robots>,
    /// The addresses that were asked for or given up.
    seen: HashSet<Url>,
    discovery: Discovery,
}

impl Search {
    /// Follows what the page says; where it says nothing, tries the usual paths. The sitemaps of
    /// the site are looked at in any case: news sites have fresher lists there than in their feeds.
    async fn page(&mut self, page: &Document) {
        let linked = self.follow(discovery::page(&text(page), &page.url), MOST_HINTS).await;
        // Newspapers link a page that lists their feeds.
        for list in linked.iter().take(MOST_LISTS) {
            self.follow(discovery::page(&text(list), &list.url), MOST_HINTS / 2).await;
        }
        if self.discovery.found.is_empty() {
            self.follow(discovery::usual(&page.url), MOST_HINTS).await;
        }
        self.sitemaps(&page.url).await;
    }

    async fn sitemaps(&mut self, page: &Url) {
        let hints = |urls: Vec<Url>| {
            urls.into_iter().map(|url| Hint { url, way: Way::Sitemap }).collect::<Vec<_>>()
        };
        let named = self.robots(page).await.sitemaps().to_vec();
        for index in self.follow(hints(named), MOST_SITEMAPS).await {
            let listed = discovery::listed(&text(&index), &index.url);
            self.follow(hints(listed), MOST_SITEMAPS).await;
        }
    }

    /// Asks for what is new among `hints` and allowed, `most` of them; gives the documents that are
    /// no feeds.
    async fn follow(&mut self, hints: Vec<Hint>, most: usize) -> Vec<Document> {
        let allowed = self.allowed(hints, most).await;
        let asker = &self.asker;
        let mut answers =
            futures::stream::iter(allowed).map(|hint| asker.ask(hint)).buffered(AT_ONCE);
        let mut pages = Vec::new();
        while let Some(answer) = answers.next().await {
            self.discovery.asked += 1;
            match answer {
                Answer::Feed(found) => self.discovery.keep(found),
                Answer::Page(page) => pages.push(page),
                // A hint that leads nowhere is the usual case.
                Answer::Nothing(_) => {}
            }
        }
        pages
    }

    async fn allowed(&mut self, hints: Vec<Hint>, most: usize) -> Vec<Hint> {
        let mut allowed = Vec::new();
        for hint in hints {
            let is_full = allowed.len() >= most || self.seen.len() >= MOST_REQUESTS;
            if is_full || !self.seen.insert(hint.url.clone()) {
                continue;
            }
            if hint.way == Way::Announced || self.robots(&hint.url).await.allow(&hint.url) {
                allowed.push(hint);
            } else {
                self.discovery.forbidden += 1;
            }
        }
        allowed
    }

    /// The wishes of the site of `url`, asked for once.
    async fn robots(&mut self, url: &Url) -> &Robots {
        let file = url.join("/robots.txt").unwrap_or_else(|_| url.clone());
        if !self.robots.contains_key(&file) {
            let robots = self.asker.robots(&file).await;
            self.robots.insert(file.clone(), robots);
        }
        self.robots.entry(file).or_default()
    }
}

impl Discovery {
    /// Two addresses that lead to the same place are one feed; without entries only that counts
    /// which somebody announces.
    fn keep(&mut self, found: Found) {
        let is_there = self.found.iter().any(|known| known.answered == found.answered);
        if !is_there && (found.way == Way::Announced || found.entries > 0) {
            self.found.push(found);
        }
    }
}

/// The text of a page. Its links are ASCII in any of the encodings that pages come in.
fn text(page: &Document) -> String {
    let declared = page.charset.as_deref();
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    declared.unwrap_or(UTF_8).decode(&page.body).0.into_owned()
}
