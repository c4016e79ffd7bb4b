//! The sitemaps that an index lists, fetched for the source whose document the index is.
//!
//! They are asked for one after the other, the newest news first, and only a few of them: an index of
//! an archive lists thousands. Every request goes through the guard, and only those to the site of the
//! index may be private where the source may.

use crate::clock;
use crate::discovery;
use crate::feed;
use crate::fetch::Fetcher;
use crate::link;
use crate::model::{Document, FetchFailure};
use std::collections::{HashSet, VecDeque};
use url::Url;

/// Requests for one index at most.
pub(super) const MOST_REQUESTS: u32 = 4;
/// Indexes may list indexes, down to this depth.
const DEEPEST: usize = 2;

/// Fetches the sitemaps that `index` lists; nothing where it is none, or lists none.
///
/// # Errors
/// Why none could be had, of the first that was asked for.
pub async fn follow(
    fetcher: &Fetcher,
    index: &Document,
    allow_private: bool,
) -> Result<Vec<Document>, FetchFailure> {
    let home = allow_private.then(|| link::registrable_domain(&index.url));
    let mut waiting: VecDeque<(Url, usize)> = listed(index).map(|url| (url, 1)).collect();
    let mut seen = HashSet::from([index.url.clone()]);
    let (mut found, mut failure, mut asked) = (Vec::new(), None, 0);
    while asked < MOST_REQUESTS
        && let Some((url, depth)) = waiting.pop_front()
    {
        if !seen.insert(url.clone()) {
            continue;
        }
        asked += 1;
        let allow_private = home.as_ref() == Some(&link::registrable_domain(&url));
        match fetcher.get(&url, allow_private, clock::now()).await {
            Ok(document) => {
                let inner: Vec<_> = listed(&document).map(|url| (url, depth + 1)).collect();
                if inner.is_empty() {
                    found.push(document);
                } else if depth < DEEPEST {
                    inner.into_iter().rev().for_each(|it| waiting.push_front(it));
                }
            }
            Err(failed) => {
                let detail = format!("a sitemap of its index, {url}: {}", failed.detail);
                failure = failure.or(Some(FetchFailure { detail, ..failed }));
            }
        }
    }
    match failure {
        Some(failure) if found.is_empty() => Err(failure),
        _ => Ok(found),
    }
}

fn listed(document: &Document) -> impl Iterator<Item = Url> {
    discovery::listed(&feed::text(document), &document.url).into_iter()
}
