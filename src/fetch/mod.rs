//! One conditional HTTP GET with every guard that a hostile web asks for.
//!
//! [`Fetcher::fetch`] asks one address, follows its redirects, reads the body and says how it ended.
//! It neither retries, waits nor remembers: when to ask is for `schedule`, what the bytes mean is
//! for `feed`, and what becomes of validators is for the store.

mod body;
mod challenge;
mod client;
mod coding;
mod exchange;
mod failure;
mod guard;
mod headers;
mod outcome;
mod route;
#[cfg(test)]
mod tests;

pub use client::FetcherError;
use client::Way;
pub use exchange::{Exchange, Reply};
pub use guard::is_public;

use crate::model::{Access, Document, FailureClass, FetchFailure, FetchOutcome, Time, Validators};
use reqwest::Client;
use route::Route;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// How long a fetch may take and how much it may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchLimits {
    /// For the name, the connection and the TLS handshake of one hop.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub read: Duration,
    /// For the whole fetch with all its redirects. Only this one ends a server that sends a byte
    /// a second.
    pub total: Duration,
    /// Bytes of a body, on the wire and again after decompression.
    pub max_body: usize,
    /// How many redirects are followed.
    pub redirects: usize,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(10),
            total: Duration::from_secs(30),
            max_body: 10 * 1024 * 1024,
            redirects: 8,
        }
    }
}

/// What to fetch. It has no `Debug`: the address may hold a password.
#[derive(Clone, Copy)]
pub struct FetchRequest<'a> {
    /// The address. A user name and password in it become basic authentication, sent only to the
    /// site that the address names.
    pub url: &'a Url,
    /// Asked in its place, without what is meant for the site of `url` alone: where permanent
    /// redirects from there have led for days, or a sitemap that it lists.
    pub instead: Option<&'a Url>,
    /// What makes the request conditional; sent on every hop, because the last hop is the one
    /// that they came from.
    pub validators: &'a Validators,
    /// Whether the address, and those it redirects to, may be private.
    pub allow_private: bool,
    /// Headers and credentials, sent only to the site that the address names, and the way there.
    pub access: &'a Access,
}

/// Fetches documents. One for the whole process: connections and TLS sessions are reused.
#[derive(Debug)]
pub struct Fetcher {
    limits: FetchLimits,
    /// Never connects to an address that is not public.
    guarded: Client,
    /// For the other ways to the network; each made when the first source is fetched that way. Clients
    /// of their own, so that no guarded request finds a private connection in the pool.
    others: Mutex<HashMap<Way, Client>>,
}

impl Fetcher {
    /// A fetcher with these limits.
    pub fn new(limits: FetchLimits) -> Result<Self, FetcherError> {
        Ok(Self { limits, guarded: client::guarded(&limits)?, others: Mutex::default() })
    }

    /// Fetches once. `now` is the time of the request: `Expires` and the like are reckoned from it.
    pub async fn fetch(&self, request: &FetchRequest<'_>, now: Time) -> FetchOutcome {
        let fetched = tokio::time::timeout(self.limits.total, self.follow(request, now)).await;
        match fetched {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(failure)) => FetchOutcome::Failed(failure),
            Err(_) => FetchOutcome::Failed(failure::new(
                FailureClass::Timeout,
                format!("no complete answer within {:?}", self.limits.total),
            )),
        }
    }

    /// Fetches once, whatever was fetched before.
    pub async fn get(
        &self,
        url: &Url,
        allow_private: bool,
        now: Time,
    ) -> Result<Document, FetchFailure> {
        let (validators, access) = (Validators::default(), Access::default());
        let request = FetchRequest {
            url,
            instead: None,
            validators: &validators,
            allow_private,
            access: &access,
        };
        self.get_by(&request, now).await
    }

    /// Fetches once what the request, which is not conditional, asks for.
    pub async fn get_by(
        &self,
        request: &FetchRequest<'_>,
        now: Time,
    ) -> Result<Document, FetchFailure> {
        match self.fetch(request, now).await {
            FetchOutcome::Fetched(document) => Ok(document),
            FetchOutcome::Failed(failure) => Err(failure),
            FetchOutcome::NotModified { hints, .. } => {
                let detail = "304 without having asked for it".to_owned();
                Err(FetchFailure { class: FailureClass::Broken, status: Some(304), detail, hints })
            }
        }
    }

    /// Asks hop after hop until one of them answers with something else than a redirect.
    async fn follow(
        &self,
        request: &FetchRequest<'_>,
        now: Time,
    ) -> Result<FetchOutcome, FetchFailure> {
        if let Some(missing) = &request.access.missing {
            return Err(failure::new(FailureClass::Auth, missing.clone()));
        }
        let client = self.client(Way::of(request))?;
        let mut route = Route::from(request, self.limits.redirects);
        loop {
            guard::admit(route.here(), request.allow_private).map_err(|f| route.locate(f))?;
            let answer = client::get(&client, &route, request).await;
            let answer = answer.map_err(|error| route.locate(failure::from_error(error)))?;
            if !route.follow(answer.status(), answer.headers())? {
                let outcome = outcome::of(answer, &route, request, &self.limits, now).await;
                return outcome.map_err(|failure| route.locate(failure));
            }
        }
    }

    fn client(&self, way: Way) -> Result<Client, FetchFailure> {
        if way == Way::default() {
            return Ok(self.guarded.clone());
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = others.get(&way) {
            return Ok(client.clone());
        }
        let client = client::by(&way, &self.limits)
            .map_err(|error| failure::new(FailureClass::Tls, error.to_string()))?;
        Ok(others.entry(way).or_insert(client).clone())
    }
}
