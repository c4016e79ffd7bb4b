//! What an answer that is no redirect means.

use super::coding::Coding;
use super::route::Route;
use super::{FetchLimits, FetchRequest, body, challenge, failure, headers};
use crate::feed;
use crate::model::{Document, FailureClass, FetchFailure, FetchOutcome, Time};
use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

/// Reads the answer to its end. `now` is the time of the request.
pub(super) async fn of(
    answer: Response,
    route: &Route,
    request: &FetchRequest<'_>,
    limits: &FetchLimits,
    now: Time,
) -> Result<FetchOutcome, FetchFailure> {
    let hints = headers::hints(answer.headers(), now);
    let (status, validators) = (answer.status(), headers::validators(answer.headers()));
    if status == StatusCode::NOT_MODIFIED && !request.validators.is_empty() {
        return Ok(FetchOutcome::NotModified { hints, validators, moved_to: route.moved_to() });
    }
    let charset = headers::charset(answer.headers());
    let body = document(answer, limits.max_body).await.map_err(|failure| {
        let failure = failure::with_status(failure, status);
        FetchFailure { hints, ..failure }
    })?;
    let (url, moved_to) = (route.here().clone(), route.moved_to());
    Ok(FetchOutcome::Fetched(Document { body, url, charset, validators, hints, moved_to }))
}

/// What is read of a page that refuses, to see whose it is.
const PAGE: usize = 256 * 1024;

/// The decompressed body of an answer that brings one.
async fn document(answer: Response, most: usize) -> Result<Bytes, FetchFailure> {
    let Some((class, detail)) = refusal(answer.status(), answer.headers()) else {
        return decoded(answer, most).await;
    };
    let status = answer.status();
    let may_be_a_guards = matches!(status.as_u16(), 403 | 429 | 503);
    if !may_be_a_guards || class == FailureClass::Challenge {
        return Err(failure::new(class, detail));
    }
    // A page that cannot be read says nothing.
    let page = decoded(answer, PAGE).await.unwrap_or_default();
    match feed::challenge(&String::from_utf8_lossy(&page)) {
        Some(who) => Err(challenged(status, who)),
        None => Err(failure::new(class, detail)),
    }
}

async fn decoded(answer: Response, most: usize) -> Result<Bytes, FetchFailure> {
    let coding = Coding::of(answer.headers())?;
    coding.undo(body::read(answer, most).await?, most)
}

fn challenged(status: StatusCode, who: &str) -> FetchFailure {
    let line = failure::status_line(status);
    let detail = format!("{line}: {who}; only the publisher can let this daemon through");
    failure::new(FailureClass::Challenge, detail)
}

/// Why an answer brings no document, and the words for it; `None` when it does.
fn refusal(status: StatusCode, headers: &HeaderMap) -> Option<(FailureClass, String)> {
    let line = failure::status_line(status);
    if let Some(who) = challenge::challenger(headers) {
        let detail = format!(
            "{line}: {who} asks for a browser; only the publisher can let this daemon through"
        );
        return Some((FailureClass::Challenge, detail));
    }
    let class = class_of(status)?;
    let detail = match (challenge::guard(status, headers), explanation(status)) {
        (Some(who), _) if class == FailureClass::Denied => {
            format!("{line}: refused by {who} or the site behind it")
        }
        (Some(who), _) => format!("{line}, by way of {who}"),
        (None, Some(explanation)) => format!("{line}: {explanation}"),
        (None, None) => line,
    };
    Some((class, detail))
}

/// The class of failure that a status is; `None` for one that comes with a document.
fn class_of(status: StatusCode) -> Option<FailureClass> {
    match status.as_u16() {
        204 | 205 => Some(FailureClass::NotAFeed),
        206 | 304 => Some(FailureClass::Broken),
        200..=299 => None,
        300..=399 => Some(FailureClass::Redirect),
        401 | 407 => Some(FailureClass::Auth),
        403 => Some(FailureClass::Denied),
        410 => Some(FailureClass::Gone),
        429 | 503 => Some(FailureClass::Throttled),
        400..=499 => Some(FailureClass::NotFound),
        500..=599 => Some(FailureClass::Server),
        _ => Some(FailureClass::Broken),
    }
}

/// What a status does not say by itself.
fn explanation(status: StatusCode) -> Option<&'static str> {
    match status.as_u16() {
        204 | 205 => Some("the server has no document"),
        206 => Some("a part, though the whole was asked for"),
        304 => Some("though nothing was sent that it could compare with"),
        300..=399 => Some("a redirect of a kind that leads nowhere"),
        401 | 407 => Some("it wants a user name and password"),
        _ => None,
    }
}
