//! Several documents read as one feed: the sitemaps that an index lists.

use super::{NotAFeed, ReadContext, ReadFeed, read};
use crate::model::{Document, DocumentEntry};

/// Reads the sitemaps of one source in their order. Only news counts there: a page without a headline
/// is none. A sitemap that cannot be read is left out while another can.
///
/// # Errors
/// [`NotAFeed`] where none holds a headline.
pub fn read_together(
    documents: &[Document],
    context: &ReadContext<'_>,
) -> Result<ReadFeed, NotAFeed> {
    let mut whole: Option<ReadFeed> = None;
    let mut refused = None;
    for document in documents {
        let date_orders = whole.as_ref().map_or(context.date_orders, |feed| feed.date_orders);
        match read(&ReadContext { document, date_orders, ..*context }) {
            Ok(mut feed) => {
                feed.entries.retain(has_headline);
                match &mut whole {
                    Some(whole) => add(whole, feed),
                    None => whole = Some(feed),
                }
            }
            Err(refusal) => refused = refused.or(Some(refusal)),
        }
    }
    let silent = || NotAFeed::new("an index of sitemaps whose newest hold no news");
    whole.filter(|feed| !feed.entries.is_empty()).ok_or_else(|| refused.unwrap_or_else(silent))
}

/// What stood in the last document had one.
fn has_headline(item: &DocumentEntry) -> bool {
    match item {
        DocumentEntry::Known(_) => true,
        DocumentEntry::Read { entry, .. } => !entry.title.is_empty(),
    }
}

fn add(whole: &mut ReadFeed, feed: ReadFeed) {
    whole.entries.extend(feed.entries);
    whole.entries.truncate(super::MOST_ENTRIES);
    whole.date_orders = feed.date_orders;
    for repair in feed.repairs {
        match whole.repairs.iter_mut().find(|known| known.what == repair.what) {
            Some(known) => known.times += repair.times,
            None => whole.repairs.push(repair),
        }
    }
}
