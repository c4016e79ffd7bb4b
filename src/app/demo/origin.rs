//! The origin on loopback: serves what the stage shows as a good server would, with validators and
//! 304 (RFC 9110 §13). It is asked over real HTTP, by the same fetcher that asks the world.

use super::stage::{Scene, Stage};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::net::TcpListener;

/// Serves until it is dropped.
pub(super) async fn serve(listener: TcpListener, stage: Arc<Stage>) -> io::Result<()> {
    let router = Router::new().route("/{file}", get(answer)).with_state(stage);
    axum::serve(listener, router).await
}

async fn answer(
    State(stage): State<Arc<Stage>>,
    Path(file): Path<String>,
    request: HeaderMap,
) -> Response {
    let Some(scene) = stage.scene(&file) else {
        return (StatusCode::NOT_FOUND, "no such feed\n").into_response();
    };
    let since = httpdate::fmt_http_date(SystemTime::from(scene.since));
    let validators = [(ETAG, scene.etag.clone()), (LAST_MODIFIED, since)];
    stage.fetched(&file, &scene.etag);
    if is_current(&scene, &request) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    (validators, [(CONTENT_TYPE, media_type(&file))], scene.body).into_response()
}

/// Whether the client has this very document. The tag goes before the date (§13.2.2).
fn is_current(scene: &Scene, request: &HeaderMap) -> bool {
    let value = |name| request.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = value(IF_NONE_MATCH) {
        return tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == scene.etag);
    }
    let asked = value(IF_MODIFIED_SINCE).and_then(|date| httpdate::parse_http_date(date).ok());
    // The date that we sent was cut to seconds.
    asked
        .is_some_and(|asked| scene.since.timestamp() <= crate::model::Time::from(asked).timestamp())
}

/// By the ending; documents say their encodings themselves.
fn media_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, ending)| ending) {
        Some("rss") => "application/rss+xml",
        Some("atom") => "application/atom+xml",
        Some("rdf") => "application/rdf+xml",
        Some("json") => "application/feed+json",
        _ => "application/xml",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use axum::http::HeaderName;

    fn known(name: HeaderName, value: &str) -> bool {
        let scene = Scene {
            body: Bytes::new(),
            etag: "\"abc\"".to_owned(),
            since: "1994-11-06T08:49:37.5Z".parse().unwrap(),
        };
        let mut request = HeaderMap::new();
        request.insert(name, value.parse().unwrap());
        is_current(&scene, &request)
    }

    #[test]
    fn a_client_that_names_the_tag_or_the_date_has_the_document() {
        assert!(known(IF_NONE_MATCH, "\"abc\""));
        assert!(known(IF_NONE_MATCH, "\"x\", W/\"abc\""));
        assert!(!known(IF_NONE_MATCH, "\"x\""));
        assert!(known(IF_MODIFIED_SINCE, "Sun, 06 Nov 1994 08:49:37 GMT"));
        assert!(!known(IF_MODIFIED_SINCE, "Sun, 06 Nov 1994 08:49:36 GMT"));
        assert!(!known(IF_MODIFIED_SINCE, "yesterday"));
    }
}
