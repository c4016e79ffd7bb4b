//! What the hub says to a subscriber: "do you mean it?", and what came into a feed.

use crate::fetch::{Exchange, Fetcher};
use crate::model::{HubMode, HubRequest, Subscription};
use crate::publish::{Encoding, PublishError, Shelf};
use bytes::Bytes;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// A delivery to be made.
#[derive(Debug)]
pub(super) struct Delivery {
    /// The topic's name.
    pub name: String,
    /// The feed's address.
    pub feed: String,
    /// The hub's address.
    pub hub: String,
    pub allow_private: bool,
    pub subscription: Subscription,
}

/// What is delivered.
#[derive(Debug)]
pub(super) struct Payload {
    /// The version that the subscriber has then.
    etag: String,
    /// `None` where nothing came in: something was taken out, or only the head differs.
    body: Option<Bytes>,
}

/// How a delivery ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The subscriber has the version with this entity tag.
    Has(String),
    /// It does not answer, or not well.
    Later(String),
    /// It says that nobody is there any more.
    Gone,
}

impl Payload {
    /// What came in since the version that the subscriber has; the whole feed where that is forgotten.
    pub(super) async fn of(shelf: Arc<Shelf>, delivery: &Delivery) -> Option<Self> {
        let (name, format) = (delivery.name.clone(), delivery.subscription.format);
        let known = delivery.subscription.known.clone();
        let read = move || -> Result<Option<Self>, PublishError> {
            if let Some(since) = shelf.since(&name, format, &known)? {
                let etag = since.shelved.etag(Encoding::Identity).to_owned();
                let body = (!since.items.is_empty()).then_some(since.body);
                return Ok(Some(Self { etag, body }));
            }
            let whole = shelf.load(&name, format, Encoding::Identity)?;
            Ok(whole.map(|(shelved, body)| {
                let etag = shelved.etag(Encoding::Identity).to_owned();
                Self { etag, body: Some(body) }
            }))
        };
        match tokio::task::spawn_blocking(read).await {
            Ok(Ok(payload)) => payload,
            failed => {
                tracing::error!(?failed, "a feed cannot be read for its subscribers");
                None
            }
        }
    }
}

/// Asks a subscriber whether it means its request (WebSub §5.3).
pub(super) async fn verify(
    fetcher: &Fetcher,
    request: &HubRequest,
    feed: &str,
    (lease, allow_private): (Duration, bool),
) -> bool {
    let Some(challenge) = challenge() else { return false };
    let mut url = request.callback.clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("hub.mode", request.mode.word()).append_pair("hub.topic", feed);
        query.append_pair("hub.challenge", &challenge);
        if request.mode == HubMode::Subscribe {
            query.append_pair("hub.lease_seconds", &lease.as_secs().to_string());
        }
    }
    let answer = fetcher.exchange(Exchange { url, post: None, allow_private }).await;
    answer.is_ok_and(|reply| reply.is_success() && reply.body == challenge.as_bytes())
}

/// What nobody can guess.
fn challenge() -> Option<String> {
    let mut bytes = [0; 24];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// Sends a payload (WebSub §7).
pub(super) async fn deliver(fetcher: &Fetcher, delivery: Delivery, payload: Payload) -> Outcome {
    let Payload { etag, body: Some(body) } = payload else { return Outcome::Has(payload.etag) };
    let Delivery { feed, hub, allow_private, subscription, .. } = delivery;
    let links = format!("<{hub}>; rel=\"hub\", <{feed}>; rel=\"self\"");
    let mut headers =
        vec![("content-type", subscription.format.media_type().to_owned()), ("link", links)];
    if let Some(secret) = &subscription.secret {
        headers.push(("x-hub-signature", signature(secret, &body)));
    }
    let url = subscription.callback;
    let post = Some((headers, body));
    match fetcher.exchange(Exchange { url, post, allow_private }).await {
        Ok(reply) if reply.is_success() => Outcome::Has(etag),
        Ok(reply) if reply.status == 410 => Outcome::Gone,
        Ok(reply) => Outcome::Later(format!("it answers {}", reply.status)),
        Err(failure) => Outcome::Later(failure.detail),
    }
}

/// WebSub §7.1.
fn signature(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("sha256={}", hex(hmac::sign(&key, body).as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_rfc_4231() {
        let signed = signature("Jefe", b"what do ya want for nothing?");
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signed, expected);
    }

    #[test]
    fn no_challenge_comes_twice() {
        let (one, other) = (challenge().unwrap(), challenge().unwrap());
        assert!(one.len() == 48 && one != other);
    }
}
