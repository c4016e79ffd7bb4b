//! What is on the shelf: found, negotiated, compared with what the client has, and handed out.

use super::{HttpState, answer, condition, negotiate};
use crate::model::{Format, TopicName};
use crate::publish::{Encoding, Shelved};
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
    state: HttpState,
    /// One for each body that may be prepared at once: each takes a core, and some megabytes.
    preparing: Arc<Semaphore>,
    /// What people see where there is nothing.
    missing: Bytes,
}

impl Feeds {
    pub(super) fn new(state: HttpState) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let missing = render::missing(&state.public_url).into();
        Self { state, preparing: Arc::new(Semaphore::new(cores)), missing }
    }

    fn not_found(&self, headers: &HeaderMap) -> Response {
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
    let Some((name, format)) = find(file) else { return feeds.not_found(&headers) };
    let ending = file.find('.').map_or("", |dot| &file[dot..]);
    if format == Format::Page && !ending.is_empty() {
        return answer::moved(&page_address(&feeds.state, name));
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
        Ok(Ok(None)) => feeds.not_found(&asked.headers),
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
fn elsewhere(feeds: &Feeds, name: &str, ending: &str, headers: &HeaderMap) -> Response {
    let state = &feeds.state;
    let is_index = name == TopicName::index().as_str();
    match state.aliases.load().get(name) {
        Some(present) => answer::moved(&format!("{}{present}{ending}", state.public_url.path())),
        None if state.ready.load(Relaxed) && !is_index => feeds.not_found(headers),
        None => answer::not_now(),
    }
}
