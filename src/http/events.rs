//! `/{topic}/events`: the items of a topic as they come, as server-sent events
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>. Each event is an item of the JSON
//! Feed; its id is the entity tag of the version that brought it, so that a client which comes back with
//! `Last-Event-ID` gets what it has missed.

use super::feeds::Feeds;
use super::{HttpState, answer};
use crate::model::Format;
use crate::publish::{Encoding, PublishError, Shelf};
use axum::body::{Body, Bytes};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use futures::stream;
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::timeout;

/// Streams at once: each holds a connection of those that there are.
pub(super) const STREAMS: usize = 64;
/// A word now and then, so that proxies keep the connection and we see that the client is gone.
const BEAT: Duration = Duration::from_secs(15);

/// The topic whose events `file` asks for.
pub(super) fn asked(file: &str) -> Option<&str> {
    file.strip_suffix("/events").filter(|name| !name.contains('/'))
}

pub(super) fn follow(feeds: &Feeds, name: &str, headers: &HeaderMap) -> Response {
    let state = &feeds.state;
    if let Some(response) = elsewhere(feeds, name, headers) {
        return response;
    }
    let Ok(place) = feeds.streams.clone().try_acquire_owned() else { return answer::not_now() };
    let Some(shelved) = state.shelf.get(name, Format::Json) else { return answer::not_now() };
    let current = shelved.etag(Encoding::Identity).to_owned();
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let follower = Follower {
        shelf: Arc::clone(&state.shelf),
        name: name.to_owned(),
        changes: state.shelf.changes(),
        known: last.unwrap_or_else(|| current.clone()),
        first: Some(format!("retry: 5000\nid: {current}\n\n")),
        _place: place,
    };
    let events = stream::unfold(follower, |mut follower| async {
        let text = follower.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), follower))
    });
    let mut response = Response::new(Body::from_stream(events));
    let head = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    head.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    head.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    // nginx would keep events back otherwise.
    head.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

fn elsewhere(feeds: &Feeds, name: &str, headers: &HeaderMap) -> Option<Response> {
    let HttpState { names, public_url, .. } = &feeds.state;
    let names = names.load();
    if names.gone.contains(name) {
        return Some(answer::gone());
    }
    if let Some(present) = names.aliases.get(name) {
        return Some(answer::moved(&format!("{}{present}/events", public_url.path())));
    }
    (!names.topics.contains(name)).then(|| feeds.not_found(headers))
}

/// One client and what it has.
struct Follower {
    shelf: Arc<Shelf>,
    name: String,
    changes: Receiver<Arc<str>>,
    known: String,
    first: Option<String>,
    _place: OwnedSemaphorePermit,
}

impl Follower {
    /// The next piece of the stream; `None` ends it.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            // What came while it was away. Nothing else is known to be new.
            let missed = self.news().await?;
            return Some(missed.unwrap_or_default() + &first);
        }
        loop {
            match timeout(BEAT, self.changes.recv()).await {
                Err(_) => return Some(":\n\n".to_owned()),
                Ok(Err(RecvError::Closed)) => return None,
                Ok(Ok(name)) if *name != *self.name => {}
                Ok(Ok(_) | Err(RecvError::Lagged(_))) => {
                    if let Some(news) = self.news().await? {
                        return Some(news);
                    }
                }
            }
        }
    }

    /// The events since the version that the client has; `None` in it where there are none.
    async fn news(&mut self) -> Option<Option<String>> {
        let shelved = self.shelf.get(&self.name, Format::Json)?;
        let current = shelved.etag(Encoding::Identity).to_owned();
        if self.known == current {
            return Some(None);
        }
        let (all, name, known) = (self.shelf.clone(), self.name.clone(), self.known.clone());
        let events = tokio::task::spawn_blocking(move || events(&all, &name, &known)).await;
        match events {
            Ok(Ok((events, etag))) => {
                self.known = etag;
                Some(Some(events))
            }
            failed => {
                tracing::error!(?failed, "a stream of events ends early");
                None
            }
        }
    }
}

/// The events, oldest first, and the version that they lead to. Only the last has an id: who is cut off
/// between two of one version gets both again.
fn events(shelf: &Shelf, name: &str, known: &str) -> Result<(String, String), PublishError> {
    let Some(since) = shelf.since(name, Format::Json, known)? else {
        let etag = shelf.get(name, Format::Json);
        let etag = etag.map_or_else(String::new, |it| it.etag(Encoding::Identity).to_owned());
        // The client has to look at the feed itself.
        return Ok((format!("event: reset\nid: {etag}\ndata: {name}.json\n\n"), etag));
    };
    let etag = since.shelved.etag(Encoding::Identity).to_owned();
    let mut text = String::new();
    for (place, item) in since.items.iter().enumerate().rev() {
        let item = String::from_utf8_lossy(item);
        let id = if place == 0 { format!("id: {etag}\n") } else { String::new() };
        // Writing to a string cannot fail; JSON as we write it has no line feeds.
        let _ = write!(text, "event: item\n{id}data: {item}\n\n");
    }
    Ok((text, etag))
}
