//! The closed pages of archives: `/{topic}/archive/{number}.{format}`.

use super::feeds::{Feeds, known_encoding};
use super::{answer, negotiate};
use crate::model::{Format, PageState, TopicName};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures::future::BoxFuture;
use std::sync::Arc;

/// Says what there is at a page of a topic, once a closed one is in the archive; `None` when that
/// failed.
pub type Pages = Arc<dyn Fn(TopicName, i64) -> BoxFuture<'static, Option<PageState>> + Send + Sync>;

/// A page that is asked for.
pub(super) struct AskedPage {
    topic: TopicName,
    number: i64,
    format: Format,
}

/// What `file` asks for, if that is a page of an archive.
pub(super) fn asked(file: &str) -> Option<AskedPage> {
    let (topic, page) = file.split_once("/archive/")?;
    let (number, ending) = page.split_once('.')?;
    let format = Format::FEEDS.into_iter().find(|format| format.extension() == ending)?;
    let topic = topic.parse().ok()?;
    // One address a page: `+7` and `007` are none.
    let is_plain = number.starts_with(|c: char| ('1'..='9').contains(&c));
    Some(AskedPage { topic, number: number.parse().ok().filter(|_| is_plain)?, format })
}

pub(super) async fn hand_out(feeds: &Feeds, page: AskedPage, headers: &HeaderMap) -> Response {
    let state = &feeds.state;
    let (name, ending) = (page.topic.as_str(), page.format.extension());
    let base = state.public_url.path();
    {
        let names = state.names.load();
        if names.gone.contains(name) {
            return answer::gone();
        }
        if let Some(present) = names.aliases.get(name) {
            return answer::moved(&format!("{base}{present}/archive/{}.{ending}", page.number));
        }
        if !names.topics.contains(name) {
            return feeds.not_found(headers);
        }
    }
    let current = format!("{base}{name}.{ending}");
    let (shelf, AskedPage { topic, number, format }) = (state.shelf.clone(), page);
    match (state.pages)(topic.clone(), number).await {
        Some(PageState::Closed) => {}
        Some(PageState::Dropped) => return answer::dropped(),
        Some(PageState::Next) => return answer::not_yet(&current),
        Some(PageState::Absent) => return feeds.not_found(headers),
        None => return answer::not_now(),
    }
    match feeds.blocking(move || shelf.archive().find(&topic, number, format)).await {
        Ok(Some(found)) => page_answer(feeds, headers, (found, format)).await,
        // Retention may have dropped it just now: who asks again hears so.
        Ok(None) => answer::not_now(),
        Err(response) => response,
    }
}

async fn page_answer(
    feeds: &Feeds,
    headers: &HeaderMap,
    (found, format): (crate::publish::Shelved, Format),
) -> Response {
    let Some(encoding) = negotiate::encoding(headers) else {
        return answer::text(StatusCode::NOT_ACCEPTABLE, "br, gzip or identity\n");
    };
    if let Some(known) = known_encoding(headers, &found, encoding) {
        return answer::not_modified(&found, format, known);
    }
    let shelf = feeds.state.shelf.clone();
    let body = feeds.blocking(move || Ok((shelf.archive().body(&found, encoding)?, found)));
    match body.await {
        Ok((body, found)) => answer::rendition(&found, format, encoding, body),
        Err(response) => response,
    }
}
