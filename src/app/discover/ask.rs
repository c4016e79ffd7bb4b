//! One question of a search: what an address turns out to be.

use super::Found;
use crate::clock;
use crate::config::source_id;
use crate::discovery::{Hint, Robots};
use crate::feed::{self, ReadContext, ReadFeed};
use crate::fetch::{FetchRequest, Fetcher};
use crate::link;
use crate::model::{
    Document, DocumentEntry, FailureClass, FetchFailure, FetchOutcome, IntervalBounds, Source,
    Validators, Window,
};
use std::time::Duration;
use url::Url;

/// What an address turned out to be.
pub(super) enum Answer {
    Feed(Found),
    /// Something else that came whole.
    Page(Document),
    Nothing(FetchFailure),
}

/// Asks with every guard of the fetcher.
pub(super) struct Asker {
    pub(super) fetcher: Fetcher,
    /// The domain whose addresses may be private: that of the address the person gave. Where its
    /// pages lead to is not theirs to permit.
    pub(super) private_domain: Option<String>,
}

impl Asker {
    pub(super) async fn ask(&self, hint: Hint) -> Answer {
        match self.get(&hint.url).await {
            Ok(document) => match read(&document) {
                Some(feed) => Answer::Feed(found(hint, &document, &feed)),
                None => Answer::Page(document),
            },
            Err(failure) => Answer::Nothing(failure),
        }
    }

    /// The wishes of a site, from its `robots.txt`.
    pub(super) async fn robots(&self, address: &Url) -> Robots {
        match self.get(address).await {
            Ok(document) => Robots::parse(&document.body, &document.url),
            // RFC 9309 §2.3.1.3: without a file everything is allowed.
            Err(failure) if failure.status.is_some_and(|s| (400..500).contains(&s)) => {
                Robots::default()
            }
            Err(_) => Robots::closed(),
        }
    }

    async fn get(&self, url: &Url) -> Result<Document, FetchFailure> {
        let validators = Validators::default();
        let domain = link::registrable_domain(url);
        let allow_private = self.private_domain.as_ref().is_some_and(|home| *home == domain);
        let request = FetchRequest { url, validators: &validators, allow_private };
        match self.fetcher.fetch(&request, clock::now()).await {
            FetchOutcome::Fetched(document) => Ok(document),
            FetchOutcome::Failed(failure) => Err(failure),
            FetchOutcome::NotModified { hints, .. } => Err(FetchFailure {
                class: FailureClass::Broken,
                status: Some(304),
                detail: "304 without having asked for it".to_owned(),
                hints,
            }),
        }
    }
}

fn read(document: &Document) -> Option<ReadFeed> {
    let source = source(&document.url)?;
    let window = Window::default();
    let context = ReadContext { document, window: &window, source: &source, now: clock::now() };
    feed::read(&context).ok()
}

/// What `feed` wants to know of a source that is none yet.
fn source(url: &Url) -> Option<Source> {
    let every = Duration::from_secs(900);
    Some(Source {
        id: source_id(url)?,
        url: url.clone(),
        name: None,
        language: None,
        tags: Vec::new(),
        schedule: None,
        interval: IntervalBounds { every, min: every, max: every },
        allow_private: false,
        domain: String::new(),
    })
}

/// Entries without a headline do not count: a sitemap of all pages is no feed.
fn found(hint: Hint, document: &Document, feed: &ReadFeed) -> Found {
    let entries = || {
        feed.entries.iter().filter_map(|item| match item {
            DocumentEntry::Read { entry, .. } if !entry.title.is_empty() => Some(entry),
            _ => None,
        })
    };
    Found {
        url: document.moved_to.clone().unwrap_or(hint.url),
        answered: document.url.clone(),
        way: hint.way,
        title: feed.title.clone(),
        language: feed.language.clone(),
        format: feed.format,
        entries: entries().count(),
        newest: entries().filter_map(|entry| entry.published.or(entry.updated)).max(),
    }
}
