//! Answers who searches, from the store.

use super::Shared;
use crate::model::EntryId;
use crate::render::search_page;
use crate::store::StoreError;
use crate::text::SearchQuery;

/// What a page shows.
const SHOWN: usize = 30;

/// The page for `query`, with entries before `before` where a page before this one ended.
pub async fn find_words(
    shared: &Shared,
    query: &str,
    before: Option<EntryId>,
) -> Result<Vec<u8>, StoreError> {
    let wanted = SearchQuery::of(query);
    let mut hits = if wanted.is_empty() {
        Vec::new()
    } else {
        shared.store.search(wanted, SHOWN + 1, before).await?
    };
    let more = hits.len() > SHOWN;
    hits.truncate(SHOWN);
    let plan = shared.plan();
    Ok(search_page(query, &hits, more, &plan.config.daemon.public_url))
}
