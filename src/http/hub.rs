//! What subscribers ask of the hub: `POST /hub` (WebSub §5.1). Here a request is understood or refused;
//! whether the subscriber means it is asked later, by the hub itself.

use super::{HttpState, answer};
use crate::model::{Format, HubMode, HubRequest, TopicName};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// The longest request that is read.
const LONGEST: usize = 8 * 1024;
/// The longest secret (WebSub §5.1).
const LONGEST_SECRET: usize = 199;
/// The longest callback.
const LONGEST_CALLBACK: usize = 2_000;
/// How long the request's body is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn subscribe(State(state): State<HttpState>, request: Request<Body>) -> Response {
    if !state.names.load().has_hub {
        return answer::not_found();
    }
    let Ok(Ok(body)) = timeout(PATIENCE, to_bytes(request.into_body(), LONGEST)).await else {
        return answer::text(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the request is too long or too slow\n",
        );
    };
    match understood(&state, &body) {
        Err(reason) => answer::text(StatusCode::BAD_REQUEST, format!("{reason}\n")),
        Ok(request) => match state.hub.try_send(request) {
            Ok(()) => answer::text(StatusCode::ACCEPTED, "the callback will be asked\n"),
            Err(_) => answer::not_now(),
        },
    }
}

/// What a form asks for; else why it cannot be done, in our words alone.
fn understood(state: &HttpState, form: &[u8]) -> Result<HubRequest, &'static str> {
    let fields: HashMap<_, _> = url::form_urlencoded::parse(form).into_owned().collect();
    let field = |name: &str| fields.get(name).map(String::as_str);
    let mode = match field("hub.mode") {
        Some("subscribe") => HubMode::Subscribe,
        Some("unsubscribe") => HubMode::Unsubscribe,
        _ => return Err("hub.mode must be subscribe or unsubscribe"),
    };
    let topic = field("hub.topic").ok_or("hub.topic is missing")?;
    let (topic, format) = feed(state, topic).ok_or("hub.topic is none of the feeds here")?;
    let callback = field("hub.callback").and_then(callback);
    let callback = callback.ok_or("hub.callback must be an http or https address")?;
    let lease = match field("hub.lease_seconds").filter(|seconds| !seconds.is_empty()) {
        None => None,
        Some(seconds) => Some(seconds.parse().map_err(|_| "hub.lease_seconds must be a number")?),
    };
    let secret = field("hub.secret").filter(|secret| !secret.is_empty());
    if secret.is_some_and(|secret| secret.len() > LONGEST_SECRET) {
        return Err("hub.secret must be shorter than 200 bytes");
    }
    let (lease, secret) = (lease.map(Duration::from_secs), secret.map(str::to_owned));
    Ok(HubRequest { mode, topic, format, callback, lease, secret })
}

/// The feed at an address, which a subscriber got from the feed itself.
fn feed(state: &HttpState, address: &str) -> Option<(TopicName, Format)> {
    let url = Url::parse(address).ok()?;
    let file = url.as_str().strip_prefix(state.public_url.as_str())?;
    let (name, ending) = file.split_once('.')?;
    let format = Format::FEEDS.into_iter().find(|format| format.extension() == ending)?;
    let is_topic = state.names.load().topics.contains(name);
    is_topic.then_some((name.parse().ok()?, format))
}

fn callback(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok().filter(|_| address.len() <= LONGEST_CALLBACK)?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain).then_some(url)
}
