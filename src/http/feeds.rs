//! What is on the shelf: found, negotiated, compared with what the client has, and handed out.

use super::{HttpState, answer, archive, condition, events, negotiate};
use crate::model::{Format, TopicName};
use crate::publish::{Encoding, PublishError, Shelved};
use crate::render;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// What feeds are handed out from.
#[derive(Clone)]
pub(super) struct Feeds {
    pub(super) state: HttpState,
    /// One for each body that may be prepared at once: each takes a core, and some megabytes.
    preparing: Arc<Semaphore>,
    /// One for each stream of events.
    pub(super) streams: Arc<Semaphore>,
    /// What people see where there is nothing.
    missing: Bytes,
}

impl Feeds {
    pub(super) fn new(state: HttpState) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let missing = render::missing(&state.public_url).into();
        let streams = Arc::new(Semaphore::new(events::STREAMS));
        Self { state, preparing: Arc::new(Semaphore::new(cores)), streams, missing }
    }

    /// Prepares something to hand out, when it is its turn; the answer to give where that fails.
    pub(super) async fn blocking<T, F>(&self, prepare: F) -> Result<T, Response>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, PublishError> + Send + 'static,
    {
        let turn = self.preparing.clone().acquire_owned().await;
        let turn = turn.map_err(|_| answer::not_now())?;
        let prepared = tokio::task::spawn_blocking(move || {
            // Kept to the end of the work, which does not end when the client leaves.
            let _turn = turn;
            prepare()
        });
        match prepared.await {
            Ok(Ok(prepared)) => Ok(prepared),
            Ok(Err(error)) => {
                tracing::error!(%error, "a feed could not be served");
                Err(answer::not_now())
            }
            Err(error) => {
                tracing::error!(%error, "preparing a feed ended early");
                Err(answer::not_now())
            }
        }
    }

    pub(super) fn not_found(&self, headers: &HeaderMap) -> Response {
        if negotiate::prefers_page(headers) {
            answer::not_found_page(self.missing.clone())
        } else {
            answer::not_found()
        }
    }
}

/// `/`, `/opml`, `/{topic}` and `/{topic}.{format}`. Names need no decoding: what is not plain is
/// not a name. (HEAD comes here too: axum takes the body off, and leaves its length.)
pub(super) async fn named(State(feeds): State<Feeds>, uri: Uri, headers: HeaderMap) -> Response {
    let file = uri.path().trim_start_matches('/');
    if let Some(page) = archive::asked(file) {
        return archive::hand_out(&feeds, page, &headers).await;
    }
    if let Some(name) = events::asked(file) {
        return events::follow(&feeds, name, &headers);
    }
    let Some((name, format)) = find(file) else { return feeds.not_found(&headers) };
    let ending = file.find('.').map_or("", |dot| &file[dot..]);
    if format == Format::Page && !ending.is_empty() {
        return answer::moved(&page_address(&feeds.state, name));
    }
    // Before the shelf, which may still hold it for a moment.
    if feeds.state.names.load().gone.contains(name) {
        return answer::gone();
    }
    let is_browser = Format::FEEDS.contains(&format) && negotiate::prefers_page(&headers);
    let given = if is_browser { Format::Subscribe } else { format };
    match feeds.state.shelf.get(name, given) {
        Some(shelved) => hand_out(&feeds, Asked { name, format: given, headers }, shelved).await,
        None => elsewhere(&feeds, name, ending, &headers),
    }
}

/// The name and the format of what is at `file`; `None` for what nothing is ever at.
fn find(file: &str) -> Option<(&str, Format)> {
    const INDEX: &str = "index";
    let (name, format) = match file.split_once('.') {
        None if file.is_empty() => return Some((INDEX, Format::Page)),
        None if file == "opml" => return Some((INDEX, Format::Opml)),
        None => (file, Format::Page),
        Some((name, ending)) => {
            let is_meant = |format: &Format| format.is_file() && format.extension() == ending;
            (name, Format::ALL.into_iter().find(is_meant)?)
        }
    };
    let is_index = name == INDEX;
    let there = if is_index { &Format::INDEX[..] } else { &Format::TOPIC[..] };
    let bare_index = is_index && file == INDEX;
    (name.parse::<TopicName>().is_ok() && there.contains(&format) && !bare_index)
        .then_some((name, format))
}

/// The address of a page, without the ending that its file has.
fn page_address(state: &HttpState, name: &str) -> String {
    let name = if name == TopicName::index().as_str() { "" } else { name };
    format!("{}{name}", state.public_url.path())
}

/// A request for something that there is.
struct Asked<'a> {
    name: &'a str,
    format: Format,
    headers: HeaderMap,
}

async fn hand_out(feeds: &Feeds, asked: Asked<'_>, shelved: Shelved) -> Response {
    let Some(encoding) = negotiate::encoding(&asked.headers) else {
        return answer::text(StatusCode::NOT_ACCEPTABLE, "br, gzip or identity\n");
    };
    if let Some(known) = known_encoding(&asked.headers, &shelved, encoding) {
        return answer::not_modified(&shelved, asked.format, known);
    }
    if let Some(known) = remembered(&asked, &shelved) {
        return news_alone(feeds, &asked, encoding, known).await;
    }
    if let Some(body) = feeds.state.shelf.held(&shelved, encoding) {
        return answer::rendition(&shelved, asked.format, encoding, body);
    }
    prepared(feeds, &asked, encoding).await
}

/// The version that the client has, where it would take no more than what came in since.
fn remembered(asked: &Asked<'_>, shelved: &Shelved) -> Option<String> {
    if !Format::FEEDS.contains(&asked.format) || !negotiate::takes_news_alone(&asked.headers) {
        return None;
    }
    condition::shown(&asked.headers).find(|etag| shelved.remembers(etag)).map(str::to_owned)
}

/// 226, or the whole where the version was forgotten in this moment.
async fn news_alone(
    feeds: &Feeds,
    asked: &Asked<'_>,
    encoding: Encoding,
    known: String,
) -> Response {
    let (shelf, name, format) = (feeds.state.shelf.clone(), asked.name.to_owned(), asked.format);
    let since = feeds.blocking(move || {
        let since = shelf.since(&name, format, &known)?;
        Ok(since.map(|since| {
            let body = encoding.encode(&since.body);
            answer::since(&since, (format, encoding), &known, body)
        }))
    });
    match since.await {
        Ok(Some(response)) | Err(response) => response,
        Ok(None) => prepared(feeds, asked, encoding).await,
    }
}

/// The coding in which the client has the current rendition. Any will do, whichever it would get
/// now: a proxy between us may have asked for another one than its clients do.
pub(super) fn known_encoding(
    headers: &HeaderMap,
    shelved: &Shelved,
    chosen: Encoding,
) -> Option<Encoding> {
    let mut encodings = Encoding::ALL;
    encodings.sort_by_key(|encoding| *encoding != chosen);
    let etags = encodings.map(|encoding| shelved.etag(encoding));
    let place = condition::has_current(headers, &etags, shelved.last_modified())?;
    encodings.get(place).copied()
}

/// With a body that was not in memory.
async fn prepared(feeds: &Feeds, asked: &Asked<'_>, encoding: Encoding) -> Response {
    let (shelf, name, format) = (feeds.state.shelf.clone(), asked.name.to_owned(), asked.format);
    match feeds.blocking(move || shelf.load(&name, format, encoding)).await {
        Ok(Some((shelved, body))) => answer::rendition(&shelved, format, encoding, body),
        Ok(None) => elsewhere(feeds, asked.name, "", &asked.headers),
        Err(response) => response,
    }
}

/// The topic's present name, with the same ending; else nothing, or nothing yet.
fn elsewhere(feeds: &Feeds, name: &str, ending: &str, headers: &HeaderMap) -> Response {
    let state = &feeds.state;
    let names = state.names.load();
    let is_coming = name == TopicName::index().as_str() || names.topics.contains(name);
    if let Some(present) = names.aliases.get(name) {
        answer::moved(&format!("{}{present}{ending}", state.public_url.path()))
    } else if names.gone.contains(name) {
        answer::gone()
    } else if is_coming || !state.ready.load(Relaxed) {
        answer::not_now()
    } else {
        feeds.not_found(headers)
    }
}
