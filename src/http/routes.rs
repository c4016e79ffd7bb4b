//! Which address answers what.

use super::feeds::{self, Feeds};
use super::search::{self, Searches};
use super::{HttpState, answer, hub};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use std::convert::Infallible;
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
        let searches = Searches::new(&state);
        let router = Router::new()
            .route("/healthz", get(healthz))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics))
            .route("/hub", post(hub::subscribe))
            .route_service("/search", get(search::page).with_state(searches.clone()))
            .route_service("/search.rss", get(search::feed).with_state(searches.clone()))
            .route_service("/search.atom", get(search::feed).with_state(searches.clone()))
            .route_service("/search.json", get(search::feed).with_state(searches))
            .fallback_service(get(feeds::named).with_state(Feeds::new(state.clone())))
            .with_state(state.clone());
        Self { router, state }
    }

    /// Answers one request, and counts it.
    pub(super) async fn answer<B>(self, mut request: Request<B>) -> Result<Response, Infallible>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        if self.state.lacks_slash(request.uri().path()) {
            // Our pages lead on from here by relative addresses.
            return Ok(answer::moved(self.state.public_url.path()));
        }
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("/{}{query}", self.state.below_public_url(request.uri().path()));
        // A path that came from a URI is one again.
        *request.uri_mut() = path.parse().unwrap_or_default();
        let mut response = self.router.oneshot(request.map(Body::new)).await?;
        answer::protect(response.headers_mut());
        let status = response.status().as_str().to_owned();
        metrics::counter!("muara_http_requests_total", "status" => status).increment(1);
        Ok(response)
    }
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
        answer::not_now()
    }
}

async fn metrics(State(state): State<HttpState>) -> Response {
    let mut response = answer::text(StatusCode::OK, (state.metrics)());
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
