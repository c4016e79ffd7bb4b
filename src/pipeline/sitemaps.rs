//! The sitemaps that an index lists, fetched for the source whose document the index is.
//!
//! They are asked for one after the other, the newest news first, and only a few of them: an index of
//! an archive lists thousands. Every request goes through the guard, and only those to the site of the
//! index may be private where the source may, or carry its headers and credentials.

use super::documents::hash16;
use crate::clock;
use crate::discovery;
use crate::feed;
use crate::fetch::{FetchRequest, Fetcher};
use crate::link;
use crate::model::{Access, Document, FetchFailure, FetchOutcome, Source, Validators, Visit};
use std::collections::{HashMap, HashSet, VecDeque};
use url::Url;

/// Requests for what one index lists at most.
pub(super) const MOST_REQUESTS: u32 = 4;
/// Indexes may list indexes, down to this depth.
const DEEPEST: usize = 2;

/// What an index led to.
#[derive(Debug)]
pub(super) struct Found {
    /// The sitemaps that could be had, in order.
    pub(super) sitemaps: Vec<Document>,
    /// Everything that was asked, the index first.
    pub(super) visits: Vec<Visit>,
}

/// Asks for what an index lists, as its source is asked, each address once.
pub(super) struct Sitemaps<'a> {
    fetcher: &'a Fetcher,
    /// The source's own address, to which headers and credentials belong.
    home: &'a Url,
    access: &'a Access,
    allow_private: bool,
    /// The registrable domain of the index, whose addresses alone may be private.
    site: String,
    /// What was asked at the last poll, the index first; empty when it was no index, or when it is
    /// time to read all of it whole.
    visits: &'a [Visit],
    /// What was asked for already.
    answers: HashMap<Url, Result<Document, FetchFailure>>,
}

/// Fetches the sitemaps that `index` lists; nothing where it is none, or lists none.
///
/// # Errors
/// Why none could be had, of the first that was asked for.
pub async fn follow(
    fetcher: &Fetcher,
    index: &Document,
    allow_private: bool,
) -> Result<Vec<Document>, FetchFailure> {
    let access = Access::default();
    let mut sitemaps = Sitemaps::new(fetcher, &index.url, &access, allow_private);
    Ok(sitemaps.follow(index).await?.sitemaps)
}

impl<'a> Sitemaps<'a> {
    /// For a source, of which `visits` were made at the last poll.
    pub(super) fn of(fetcher: &'a Fetcher, source: &'a Source, visits: &'a [Visit]) -> Self {
        let sitemaps = Self::new(fetcher, &source.url, &source.access, source.allow_private);
        Self { visits, ..sitemaps }
    }

    fn new(fetcher: &'a Fetcher, home: &'a Url, access: &'a Access, allow_private: bool) -> Self {
        let (site, answers) = (link::registrable_domain(home), HashMap::new());
        Self { fetcher, home, access, allow_private, site, visits: &[], answers }
    }

    /// Whether that is the index of the last poll, byte for byte.
    pub(super) fn is_known(&self, index: &Document) -> bool {
        self.visits.first().is_some_and(|it| it.hash == Some(hash16(&index.body)))
    }

    /// Whether all that the index of the last poll led to is as it was then, asked conditionally, and
    /// only until something is not. What was found out once is not asked again.
    pub(super) async fn are_as_before(&mut self) -> bool {
        let Some((index, listed)) = std::mem::take(&mut self.visits).split_first() else {
            return false;
        };
        self.site = link::registrable_domain(&index.url);
        for visit in listed {
            let request = self.request(&visit.url, &visit.validators);
            let hash = match self.fetcher.fetch(&request, clock::now()).await {
                FetchOutcome::NotModified { .. } => continue,
                FetchOutcome::Fetched(document) => {
                    let hash = hash16(&document.body);
                    self.answers.insert(visit.url.clone(), Ok(document));
                    Some(hash)
                }
                FetchOutcome::Failed(failure) => {
                    self.answers.insert(visit.url.clone(), Err(failure));
                    None
                }
            };
            if hash != visit.hash {
                return false;
            }
        }
        true
    }

    /// Fetches what `index` lists, whatever it was before; nothing where it is none, or lists none.
    pub(super) async fn follow(&mut self, index: &Document) -> Result<Found, FetchFailure> {
        self.site = link::registrable_domain(&index.url);
        let mut waiting: VecDeque<(Url, usize)> = listed(index).map(|url| (url, 1)).collect();
        let mut seen = HashSet::from([index.url.clone()]);
        let mut found = Found { sitemaps: Vec::new(), visits: vec![visit(&index.url, Ok(index))] };
        let (mut failure, mut asked) = (None, 0);
        while asked < MOST_REQUESTS
            && let Some((url, depth)) = waiting.pop_front()
        {
            if !seen.insert(url.clone()) {
                continue;
            }
            asked += 1;
            let answer = self.get(&url).await;
            found.visits.push(visit(&url, answer.as_ref()));
            match answer {
                Ok(document) => {
                    let inner: Vec<_> = listed(&document).map(|url| (url, depth + 1)).collect();
                    if inner.is_empty() {
                        found.sitemaps.push(document);
                    } else if depth < DEEPEST {
                        inner.into_iter().rev().for_each(|it| waiting.push_front(it));
                    }
                }
                Err(failed) => {
                    let detail = format!("a sitemap of its index: {}", failed.detail);
                    failure = failure.or(Some(FetchFailure { detail, ..failed }));
                }
            }
        }
        match failure {
            Some(failure) if found.sitemaps.is_empty() => Err(failure),
            _ => Ok(found),
        }
    }

    async fn get(&mut self, url: &Url) -> Result<Document, FetchFailure> {
        if let Some(answer) = self.answers.remove(url) {
            return answer;
        }
        let validators = Validators::default();
        self.fetcher.get_by(&self.request(url, &validators), clock::now()).await
    }

    fn request<'r>(&'r self, url: &'r Url, validators: &'r Validators) -> FetchRequest<'r> {
        FetchRequest {
            url: self.home,
            instead: Some(url),
            validators,
            allow_private: self.allow_private && link::registrable_domain(url) == self.site,
            access: self.access,
        }
    }
}

fn visit(url: &Url, answer: Result<&Document, &FetchFailure>) -> Visit {
    let validators = answer.map(|document| document.validators.clone()).unwrap_or_default();
    let hash = answer.ok().map(|document| hash16(&document.body));
    Visit { url: url.clone(), validators, hash }
}

fn listed(document: &Document) -> impl Iterator<Item = Url> {
    discovery::listed(&feed::text(document), &document.url).into_iter()
}
