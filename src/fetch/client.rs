//! The two HTTP clients and the request that they send. Redirects, decompression and the decision
//! which addresses may be asked are not left to reqwest: see `route`, `coding` and `guard`.

use super::guard::PublicOnly;
use super::route::Route;
use super::{FetchLimits, FetchRequest};
use crate::model::{Access, Login, Secret, Validators};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, Proxy, Response, redirect};
use std::sync::Once;
use std::time::Duration;

/// Publishers who look into their logs find out who asks, and where to complain.
const USER_AGENT: &str =
    concat!("muara/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")");

/// Feeds first; some servers choose by it. The rest because many feeds are labelled wrongly.
const ACCEPTED: &str = "application/rss+xml, application/atom+xml, application/feed+json, \
     application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, \
     */*;q=0.1";

/// Idle connections are kept for the next source of the same domain, which is polled seconds
/// later if at all; each kept one costs a file descriptor.
const IDLE: Duration = Duration::from_secs(15);
/// As many as politeness ever opens to one domain.
const IDLE_PER_HOST: usize = 2;

/// Why no fetcher could be made.
#[derive(Debug, thiserror::Error)]
pub enum FetcherError {
    /// TLS could not be set up; nearly always the machine has no certificate authorities.
    #[error(
        "cannot set up HTTPS: {0}; install the ca-certificates package or point SSL_CERT_FILE at a \
         file of certificate authorities"
    )]
    Tls(String),
    /// The address of a proxy was refused.
    #[error("the address of the proxy cannot be used")]
    Proxy,
}

/// The client for the internet.
pub(super) fn guarded(limits: &FetchLimits) -> Result<Client, FetcherError> {
    build(builder(limits).dns_resolver(PublicOnly))
}

/// A way to the network. The default one is guarded and direct.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Way {
    /// Whether it may lead to private addresses.
    private: bool,
    /// Whether any certificate will do.
    insecure: bool,
    proxy: Option<Secret>,
}

impl Way {
    /// Without a proxy.
    pub(super) fn direct(private: bool) -> Self {
        Self { private, ..Self::default() }
    }

    pub(super) fn of(request: &FetchRequest<'_>) -> Self {
        let Access { insecure_tls, proxy, .. } = request.access;
        Self { private: request.allow_private, insecure: *insecure_tls, proxy: proxy.clone() }
    }
}

/// The client for another way than the default one. A proxy is where the operator says; what lies
/// behind it, it resolves itself.
pub(super) fn by(way: &Way, limits: &FetchLimits) -> Result<Client, FetcherError> {
    let builder = builder(limits).tls_danger_accept_invalid_certs(way.insecure);
    let builder = match &way.proxy {
        Some(proxy) => {
            let proxy = Proxy::all(proxy.expose()).map_err(|_| FetcherError::Proxy)?;
            builder.proxy(proxy)
        }
        None if way.private => builder,
        None => builder.dns_resolver(PublicOnly),
    };
    build(builder)
}

/// HTTP/1.1 only: two connections a domain need no multiplexing, and a whole class of attacks on
/// clients does not exist without it. No proxy: it would resolve names itself, past the guard.
/// Odd header lines are overlooked as browsers do: they say nothing about the feed behind them.
pub(super) fn builder(limits: &FetchLimits) -> ClientBuilder {
    install_crypto();
    Client::builder()
        .user_agent(USER_AGENT)
        .default_headers(constant_headers())
        .http1_only()
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .no_proxy()
        .referer(false)
        .redirect(redirect::Policy::none())
        .connect_timeout(limits.connect)
        .read_timeout(limits.read)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_PER_HOST)
}

pub(super) fn build(builder: ClientBuilder) -> Result<Client, FetcherError> {
    builder.build().map_err(|error| FetcherError::Tls(super::failure::root_cause(&error)))
}

/// reqwest panics where rustls has no provider. One that is installed already is as good.
fn install_crypto() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn constant_headers() -> HeaderMap {
    HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static(ACCEPTED)),
        (ACCEPT_ENCODING, HeaderValue::from_static(super::coding::ACCEPTED)),
    ])
}

/// Sends the request for the place where the route has got to, and waits for the answer's head.
pub(super) async fn get(
    client: &Client,
    route: &Route,
    request: &FetchRequest<'_>,
) -> Result<Response, reqwest::Error> {
    let mut asked = client.get(route.address()).headers(conditional(request.validators));
    if route.at_home() {
        asked = asked.headers(own_headers(request.access));
        asked = match &request.access.login {
            Some(Login::Basic { user, password }) => {
                asked.basic_auth(user, Some(password.expose()))
            }
            Some(Login::Bearer(token)) => asked.bearer_auth(token.expose()),
            None => asked,
        };
    }
    asked.send().await
}

/// The headers of config, marked so that no log of the client shows them.
fn own_headers(access: &Access) -> HeaderMap {
    let header = |(name, secret): &(String, Secret)| {
        let mut value = HeaderValue::from_bytes(secret.expose().as_bytes()).ok()?;
        value.set_sensitive(true);
        Some((name.parse::<HeaderName>().ok()?, value))
    };
    access.headers.iter().filter_map(header).collect()
}

/// The validators byte for byte. One that is no header value any more is left out: the request is
/// then not conditional, and nothing is lost.
fn conditional(validators: &Validators) -> HeaderMap {
    let header = |name: HeaderName, text: &Option<String>| {
        let value = HeaderValue::from_bytes(text.as_ref()?.as_bytes()).ok()?;
        Some((name, value))
    };
    let both = [
        header(IF_NONE_MATCH, &validators.etag),
        header(IF_MODIFIED_SINCE, &validators.last_modified),
    ];
    both.into_iter().flatten().collect()
}
