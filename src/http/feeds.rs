//! Feeds: found, negotiated, compared with what the client has, and handed out.

use super::{HttpState, answer, condition, negotiate, routes};
use crate::model::{Format, TopicName};
use crate::publish::{Encoding, Shelved};
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
    state: HttpState,
    /// One for each body that may be prepared at once: each takes a core, and some megabytes.
    preparing: Arc<Semaphore>,
}

impl Feeds {
    pub(super) fn new(state: HttpState) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { state, preparing: Arc::new(Semaphore::new(cores)) }
    }
}

/// `/{topic}` and `/{topic}.{format}`. Names need no decoding: what is not plain is not a name.
/// (HEAD comes here too: axum takes the body off, and leaves its length.)
pub(super) async fn topic(State(feeds): State<Feeds>, uri: Uri, headers: HeaderMap) -> Response {
    let file = uri.path().trim_start_matches('/');
    let (name, format) = match file.rsplit_once('.') {
        Some((name, ending)) => (name, Format::ALL.into_iter().find(|f| f.extension() == ending)),
        None => (file, None),
    };
    let page = name.len() == file.len();
    if name.parse::<TopicName>().is_err() || (format.is_none() && !page) {
        return answer::not_found();
    }
    let state = &feeds.state;
    // Before the shelf, which may still hold it for a moment.
    if state.names.load().gone.contains(name) {
        return answer::gone();
    }
    let Some(shelved) = state.shelf.get(name, format.unwrap_or(Format::Rss)) else {
        return elsewhere(state, name, &file[name.len()..]);
    };
    match format {
        Some(format) => feed(&feeds, Asked { name, format, headers }, shelved).await,
        None => answer::text(StatusCode::OK, routes::addresses(state, name)),
    }
}

/// A request for a feed that there is.
struct Asked<'a> {
    name: &'a str,
    format: Format,
    headers: HeaderMap,
}

async fn feed(feeds: &Feeds, asked: Asked<'_>, shelved: Shelved) -> Response {
    let Some(encoding) = negotiate::encoding(&asked.headers) else {
        return answer::text(StatusCode::NOT_ACCEPTABLE, "br, gzip or identity\n");
    };
    if let Some(known) = known_encoding(&asked.headers, &shelved, encoding) {
        return answer::not_modified(&shelved, known);
    }
    if let Some(body) = feeds.state.shelf.held(&shelved, encoding) {
        return answer::rendition(&shelved, asked.format, encoding, body);
    }
    prepared(feeds, &asked, encoding).await
}

/// The coding in which the client has the current rendition. Any will do, whichever it would get
/// now: a proxy between us may have asked for another one than its clients do.
fn known_encoding(headers: &HeaderMap, shelved: &Shelved, chosen: Encoding) -> Option<Encoding> {
    let mut encodings = Encoding::ALL;
    encodings.sort_by_key(|encoding| *encoding != chosen);
    let etags = encodings.map(|encoding| shelved.etag(encoding));
    let place = condition::has_current(headers, &etags, shelved.last_modified())?;
    encodings.get(place).copied()
}

/// With a body that was not in memory.
async fn prepared(feeds: &Feeds, asked: &Asked<'_>, encoding: Encoding) -> Response {
    let (shelf, name, format) = (feeds.state.shelf.clone(), asked.name.to_owned(), asked.format);
    let Ok(turn) = feeds.preparing.clone().acquire_owned().await else { return answer::not_now() };
    let load = move || {
        // Kept to the end of the work, which does not end when the client leaves.
        let _turn = turn;
        shelf.load(&name, format, encoding)
    };
    match tokio::task::spawn_blocking(load).await {
        Ok(Ok(Some((shelved, body)))) => answer::rendition(&shelved, format, encoding, body),
        Ok(Ok(None)) => elsewhere(&feeds.state, asked.name, &format!(".{}", format.extension())),
        Ok(Err(error)) => {
            tracing::error!(%error, "a feed could not be served");
            answer::not_now()
        }
        Err(error) => {
            tracing::error!(%error, "preparing a feed ended early");
            answer::not_now()
        }
    }
}

/// The topic's present name, with the same ending; else nothing, or nothing yet.
fn elsewhere(state: &HttpState, name: &str, ending: &str) -> Response {
    let names = state.names.load();
    if let Some(present) = names.aliases.get(name) {
        answer::moved(&format!("{}{present}{ending}", state.public_url.path()))
    } else if names.gone.contains(name) {
        answer::gone()
    } else if names.topics.contains(name) || !state.ready.load(Relaxed) {
        answer::not_now()
    } else {
        answer::not_found()
    }
}
