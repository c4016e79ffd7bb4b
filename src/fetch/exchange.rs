//! One request of the hub and its answer: to addresses that strangers gave, hence under the same guard
//! as every fetch. Redirects are not followed.

use super::client::Way;
use super::{Fetcher, body, failure, guard};
use crate::model::{FailureClass, FetchFailure};
use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;
use url::Url;

/// What is read of an answer: a challenge, or an error's first words.
const MOST: usize = 16 * 1024;
/// For the whole exchange. A subscriber that needs longer is asked again later.
const PATIENCE: Duration = Duration::from_secs(15);

/// A request.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Where to.
    pub url: Url,
    /// What to send, with its headers; `None` to ask.
    pub post: Option<(Vec<(&'static str, String)>, Bytes)>,
    /// Whether the address may be private.
    pub allow_private: bool,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body; empty where it was too long or broke off.
    pub body: Bytes,
}

impl Reply {
    /// Whether it went well (2xx).
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Fetcher {
    /// Sends one request and reads the answer.
    pub async fn exchange(&self, exchange: Exchange) -> Result<Reply, FetchFailure> {
        let answered = tokio::time::timeout(PATIENCE, self.send(exchange)).await;
        let late = || failure::new(FailureClass::Timeout, format!("no answer within {PATIENCE:?}"));
        answered.map_err(|_| late())?
    }

    async fn send(&self, exchange: Exchange) -> Result<Reply, FetchFailure> {
        let Exchange { url, post, allow_private } = exchange;
        guard::admit(&url, allow_private)?;
        let client = self.client(Way::direct(allow_private))?;
        let request = match post {
            None => client.get(url),
            Some((headers, body)) => client.post(url).headers(as_headers(headers)).body(body),
        };
        let answer = request.send().await.map_err(failure::from_error)?;
        let status = answer.status().as_u16();
        let body = body::read(answer, MOST).await.unwrap_or_default();
        Ok(Reply { status, body })
    }
}

fn as_headers(headers: Vec<(&'static str, String)>) -> HeaderMap {
    let header = |(name, value): (&'static str, String)| {
        Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
    };
    headers.into_iter().filter_map(header).collect()
}
