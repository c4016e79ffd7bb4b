//! One question of a search: what an address turns out to be.

use super::Found;
use crate::clock;
use crate::config::source_id;
use crate::discovery::{Hint, Robots, Way, is_index};
use crate::feed::{self, ReadContext, ReadFeed};
use crate::fetch::Fetcher;
use crate::link;
use crate::model::{DateOrders, Document, DocumentEntry, FetchFailure, Source, Window};
use crate::pipeline::follow;
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
            Ok(document) => match self.read(&document, hint.way).await {
                Some(feed) => Answer::Feed(found(hint, &document, &feed)),
                None => Answer::Page(document),
            },
            Err(failure) => Answer::Nothing(failure),
        }
    }

    /// Who gives the address of an index of sitemaps means all of them; of one that was come by, each
    /// is looked at by itself.
    async fn read(&self, document: &Document, way: Way) -> Option<ReadFeed> {
        if way != Way::Given || !is_index(&document.body) {
            return read(std::slice::from_ref(document), document);
        }
        let home = link::registrable_domain(&document.url);
        let allow_private = self.private_domain.as_ref() == Some(&home);
        let sitemaps = follow(&self.fetcher, document, allow_private).await.ok()?;
        read(&sitemaps, document)
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
        let domain = link::registrable_domain(url);
        let allow_private = self.private_domain.as_ref().is_some_and(|home| *home == domain);
        self.fetcher.get(url, allow_private, clock::now()).await
    }
}

/// Reads what a document is, or what it lists.
fn read(documents: &[Document], document: &Document) -> Option<ReadFeed> {
    let source = source(&document.url)?;
    let window = Window::default();
    let context = ReadContext {
        document,
        window: &window,
        date_orders: DateOrders::default(),
        source: &source,
        now: clock::now(),
    };
    match documents {
        [only] if only.url == document.url => feed::read(&context).ok(),
        several => feed::read_together(several, &context).ok(),
    }
}

/// What `feed` wants to know of a source that is none yet.
fn source(url: &Url) -> Option<Source> {
    Some(Source::bare(source_id(url)?, url.clone()))
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
