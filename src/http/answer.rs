//! The answers: a rendition, "as it was", "elsewhere", "not here", and lines of plain text. None of them
//! repeats what the client sent or what a feed says outside a feed.

use super::condition;
use crate::model::{Format, Time};
use crate::publish::{Encoding, Shelved, Since};
use crate::render;
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION, REFERRER_POLICY,
    RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use std::time::SystemTime;

/// How long "it is elsewhere" may be believed unasked.
const FRESHNESS: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// Who looks at a page wants to see what is new. Asking costs a 304.
const PAGE_FRESHNESS: HeaderValue = HeaderValue::from_static("public, max-age=60");
const UNKEPT: HeaderValue = HeaderValue::from_static("no-store");
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// When to come back after a 503, in seconds.
const LATER: u16 = 10;

/// A rendition with its body.
pub(super) fn rendition(
    shelved: &Shelved,
    format: Format,
    encoding: Encoding,
    body: Bytes,
) -> Response {
    let length = body.len();
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    standing(headers, shelved, (format, encoding));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(CONTENT_LENGTH, length.into());
    if encoding != Encoding::Identity {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.token()));
    }
    response
}

/// 304: the client has the rendition in this coding.
pub(super) fn not_modified(shelved: &Shelved, format: Format, encoding: Encoding) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    standing(response.headers_mut(), shelved, (format, encoding));
    response
}

/// What a 304 repeats of a 200 (RFC 9110 §15.4.5): caches take these over from it.
fn standing(headers: &mut HeaderMap, shelved: &Shelved, (format, encoding): (Format, Encoding)) {
    let modified = httpdate::fmt_http_date(SystemTime::from(shelved.last_modified()));
    for (name, value) in [(ETAG, shelved.etag(encoding)), (LAST_MODIFIED, &modified)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    let is_page = matches!(format, Format::Page | Format::Subscribe);
    headers.insert(CACHE_CONTROL, if is_page { PAGE_FRESHNESS } else { freshness(shelved) });
    headers.insert(VARY, HeaderValue::from_static(vary(format)));
    if is_page {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(render::page_policy()));
    } else {
        // A feed is public: pages elsewhere may read it.
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
}

/// As the topic's pace has it. While we cannot be reached, yesterday's feed is better than none.
fn freshness(shelved: &Shelved) -> HeaderValue {
    let seconds = shelved.fresh_for().as_secs();
    let value = format!("public, max-age={seconds}, stale-if-error=86400");
    HeaderValue::from_str(&value).unwrap_or(FRESHNESS)
}

/// 226: what came in since the version that the client has (RFC 3229, with `feed` for its way of
/// telling). Only who asked for it understands it: no cache may keep it.
pub(super) fn since(since: &Since, asked: (Format, Encoding), base: &str, body: Bytes) -> Response {
    let (format, encoding) = asked;
    let mut response = rendition(&since.shelved, format, encoding, body);
    *response.status_mut() = StatusCode::IM_USED;
    let headers = response.headers_mut();
    headers.insert("im", HeaderValue::from_static("feed"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, im"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding, Accept, A-IM, If-None-Match"));
    if let Ok(base) = HeaderValue::from_str(base) {
        headers.insert("delta-base", base);
    }
    response
}

/// An answer that is on no shelf, or 304: the client has it in this coding.
pub(super) fn found(
    asked: &HeaderMap,
    (format, encoding): (Format, Encoding),
    body: Bytes,
    changed_at: Time,
) -> Response {
    let etag = format!("\"{}\"", &blake3::hash(&body).to_hex()[..32]);
    let is_known = condition::has_current(asked, &[&etag], changed_at).is_some();
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(body) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(ETAG, etag);
    }
    let modified = httpdate::fmt_http_date(SystemTime::from(changed_at));
    if let Ok(modified) = HeaderValue::from_str(&modified) {
        headers.insert(LAST_MODIFIED, modified);
    }
    headers.insert(CACHE_CONTROL, FRESHNESS);
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    if encoding != Encoding::Identity {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.token()));
    }
    response
}

/// 307: the page of the archive is not closed yet.
pub(super) fn not_yet(location: &str) -> Response {
    let mut response = moved(location);
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    response.headers_mut().insert(CACHE_CONTROL, UNKEPT);
    response
}

/// 410: retention dropped the page.
pub(super) fn dropped() -> Response {
    text(StatusCode::GONE, "gone: this page of the archive is not kept any more\n")
}

/// At the address of a feed, browsers get a page.
fn vary(format: Format) -> &'static str {
    match format {
        Format::Rss | Format::Atom | Format::Json | Format::Subscribe => "Accept-Encoding, Accept",
        Format::Page | Format::Opml => "Accept-Encoding",
    }
}

/// 301: the topic has another name now.
pub(super) fn moved(location: &str) -> Response {
    let mut response = text(StatusCode::MOVED_PERMANENTLY, "moved\n");
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(location) {
        headers.insert(LOCATION, location);
    }
    headers.insert(CACHE_CONTROL, FRESHNESS);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// 404, in our words alone.
pub(super) fn not_found() -> Response {
    text(StatusCode::NOT_FOUND, "not found\n")
}

/// The same for people, with a page of ours.
pub(super) fn not_found_page(page: Bytes) -> Response {
    let mut response = text(StatusCode::NOT_FOUND, page);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(Format::Page.media_type()));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(render::page_policy()));
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    response
}

/// 410: there was such a topic. Readers may unsubscribe.
pub(super) fn gone() -> Response {
    text(StatusCode::GONE, "gone: this topic is not published any more\n")
}

/// 503 while the daemon starts, or when a file cannot be read: a reader must not take a feed for
/// gone.
pub(super) fn not_now() -> Response {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, "not now\n");
    response.headers_mut().insert(RETRY_AFTER, LATER.into());
    response
}

/// A few words of ours.
pub(super) fn text(status: StatusCode, words: impl Into<Body>) -> Response {
    let mut response = Response::new(words.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, PLAIN);
    response.headers_mut().insert(CACHE_CONTROL, UNKEPT);
    response
}

/// What stands on every answer: should a browser take any of them for a page, nothing in it runs,
/// and what a page links to does not learn of us.
pub(super) fn protect(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let nothing = HeaderValue::from_static("default-src 'none'");
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(nothing);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
}
