//! Which address answers what.

use super::{HttpState, answer, condition, negotiate};
use crate::model::{Format, TopicName};
use crate::publish::{Encoding, Shelved};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::atomic::Ordering::Relaxed;
use tower::ServiceExt;

/// Everything that the daemon answers.
#[derive(Clone)]
pub(super) struct Site {
    router: Router,
    state: HttpState,
}

impl Site {
    pub(super) fn new(state: HttpState) -> Self {
        let router = Router::new()
            .route("/", get(index))
            .route("/healthz", get(healthz))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics))
            .fallback_service(get(topic).with_state(state.clone()))
            .with_state(state.clone());
        Self { router, state }
    }

    /// Answers one request, and counts it.
    pub(super) async fn answer<B>(self, mut request: Request<B>) -> Result<Response, Infallible>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let path = format!("/{}", self.state.below_public_url(request.uri().path()));
        // A path that came from a URI is one again.
        *request.uri_mut() = path.parse().unwrap_or_default();
        let mut response = self.router.oneshot(request.map(Body::new)).await?;
        answer::protect(response.headers_mut());
        let status = response.status().as_str().to_owned();
        metrics::counter!("muara_http_requests_total", "status" => status).increment(1);
        Ok(response)
    }
}

/// The addresses of all feeds.
async fn index(State(state): State<HttpState>) -> Response {
    let mut lines = String::new();
    for name in state.shelf.names() {
        lines.push_str(&addresses(&state, &name));
    }
    answer::text(StatusCode::OK, lines)
}

async fn healthz(State(state): State<HttpState>) -> Response {
    if (state.health)() {
        answer::text(StatusCode::OK, "ok\n")
    } else {
        answer::text(StatusCode::SERVICE_UNAVAILABLE, "a task does not answer\n")
    }
}

async fn readyz(State(state): State<HttpState>) -> Response {
    if state.ready.load(Relaxed) {
        answer::text(StatusCode::OK, "ready\n")
    } else {
        answer::starting()
    }
}

async fn metrics(State(state): State<HttpState>) -> Response {
    let mut response = answer::text(StatusCode::OK, (state.metrics)());
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// `/{topic}` and `/{topic}.{format}`. Names need no decoding: what is not plain is not a name.
async fn topic(
    State(state): State<HttpState>,
    uri: Uri,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let file = uri.path().trim_start_matches('/');
    let (name, format) = match file.rsplit_once('.') {
        Some((name, ending)) => (name, Format::ALL.into_iter().find(|f| f.extension() == ending)),
        None => (file, None),
    };
    let page = name.len() == file.len();
    if name.parse::<TopicName>().is_err() || (format.is_none() && !page) {
        return not_found();
    }
    let Some(shelved) = state.shelf.get(name, format.unwrap_or(Format::Rss)) else {
        return elsewhere(&state, name, &file[name.len()..]);
    };
    match format {
        Some(format) => feed(state, Asked { name, format, method, headers }, shelved).await,
        None => answer::text(StatusCode::OK, addresses(&state, name)),
    }
}

/// A request for a feed that there is.
struct Asked<'a> {
    name: &'a str,
    format: Format,
    method: Method,
    headers: HeaderMap,
}

async fn feed(state: HttpState, asked: Asked<'_>, shelved: Shelved) -> Response {
    let Some(encoding) = negotiate::encoding(&asked.headers) else {
        return answer::text(StatusCode::NOT_ACCEPTABLE, "br, gzip or identity\n");
    };
    if let Some(known) = known_encoding(&asked.headers, &shelved, encoding) {
        return answer::not_modified(&shelved, known);
    }
    if asked.method == Method::HEAD {
        return answer::rendition(&shelved, asked.format, encoding, None);
    }
    if let Some(body) = state.shelf.held(&shelved, encoding) {
        return answer::rendition(&shelved, asked.format, encoding, Some(body.into()));
    }
    from_file(state, asked.name.to_owned(), asked.format, encoding).await
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

async fn from_file(state: HttpState, name: String, format: Format, encoding: Encoding) -> Response {
    let shelf = state.shelf;
    let loaded = tokio::task::spawn_blocking(move || shelf.load(&name, format, encoding)).await;
    match loaded {
        Ok(Ok(Some((shelved, body)))) => {
            answer::rendition(&shelved, format, encoding, Some(body.into()))
        }
        Ok(Ok(None)) => not_found(),
        Ok(Err(error)) => {
            tracing::error!(%error, "a feed could not be served");
            answer::starting()
        }
        Err(error) => {
            tracing::error!(%error, "reading a rendition ended early");
            answer::starting()
        }
    }
}

/// The topic's present name, with the same ending; else nothing, or nothing yet.
fn elsewhere(state: &HttpState, name: &str, ending: &str) -> Response {
    match state.aliases.load().get(name) {
        Some(present) => answer::moved(&format!("{}{present}{ending}", state.public_url.path())),
        None if state.ready.load(Relaxed) => not_found(),
        None => answer::starting(),
    }
}

fn addresses(state: &HttpState, name: &str) -> String {
    let mut lines = String::new();
    for format in Format::ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{}{name}.{}", state.public_url, format.extension());
    }
    lines
}

fn not_found() -> Response {
    answer::text(StatusCode::NOT_FOUND, "not found\n")
}
