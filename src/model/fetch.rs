//! What a fetch brought. A failure is data that the scheduler reads, not an error.

use super::Time;
use bytes::Bytes;
use std::time::Duration;
use url::Url;

/// The end of one fetch, whatever it was.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchOutcome {
    /// The server said that nothing changed (304).
    NotModified {
        /// What it sent along about when to ask again.
        hints: ServerHints,
        /// Validators that came with the 304 (RFC 9110 §15.4.5 allows newer ones).
        validators: Validators,
        /// As [`Document::moved_to`].
        moved_to: Option<Url>,
    },
    /// A whole document arrived.
    Fetched(Document),
    /// Nothing usable arrived.
    Failed(FetchFailure),
}

/// A document as it came over the wire, decompressed but not decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The decompressed body; at most the cap of the fetcher (10 MiB).
    pub body: Bytes,
    /// The address that answered, after redirects: the base of relative links.
    pub url: Url,
    /// The `charset` of the Content-Type, as written.
    pub charset: Option<String>,
    /// What to send with the next conditional request.
    pub validators: Validators,
    /// What the server wishes about the next request.
    pub hints: ServerHints,
    /// The address that a chain of only permanent redirects (301, 308) led to, or had led to before.
    pub moved_to: Option<Url>,
}

/// What makes the next request conditional (RFC 9110 §13).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Validators {
    /// The ETag, byte for byte, quotes and `W/` included.
    pub etag: Option<String>,
    /// The Last-Modified date, byte for byte.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is anything to make a request conditional with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// A document that one poll asked for among several, as it was then.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Visit {
    /// Its address.
    pub url: Url,
    /// What makes the next request for it conditional.
    pub validators: Validators,
    /// First 16 bytes of BLAKE3 over its body; `None` where it could not be had.
    pub hash: Option<[u8; 16]>,
}

/// What a server wishes about the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerHints {
    /// `Retry-After`, as time from now; capped by the reader of it.
    pub retry_after: Option<Duration>,
    /// `Cache-Control: max-age`.
    pub max_age: Option<Duration>,
    /// `Expires`.
    pub expires: Option<Time>,
}

/// Why nothing usable arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchFailure {
    /// The class that the scheduler acts on.
    pub class: FailureClass,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// What happened, for a person; never holds a secret or a body.
    pub detail: String,
    /// What the server wishes about the next request.
    pub hints: ServerHints,
}

/// The classes of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureClass {
    /// The name did not resolve.
    Dns,
    /// Nobody listens there.
    Refused,
    /// No other connection: unreachable, or time-out while connecting.
    Connect,
    /// TLS failed: the certificate, the name on it, or the handshake.
    Tls,
    /// It took too long.
    Timeout,
    /// The connection broke, or what came was not HTTP.
    Broken,
    /// The address is private and the source does not allow that, or its scheme is not http(s).
    Blocked,
    /// Too many redirects, a circle, or one that leads nowhere.
    Redirect,
    /// The body is larger than the cap.
    TooLarge,
    /// A Content-Encoding that we cannot undo.
    Encoding,
    /// 401, 407: it wants credentials, or others.
    Auth,
    /// A guard before the site asks for a browser.
    Challenge,
    /// 403: it does not want us.
    Denied,
    /// 410: the feed is gone for good.
    Gone,
    /// 404 and other 4xx.
    NotFound,
    /// 429 or 503: it asks for fewer requests.
    Throttled,
    /// 5xx.
    Server,
    /// The document arrived and is not a feed.
    NotAFeed,
}

impl FailureClass {
    /// Every class, in the order of their declaration.
    pub const ALL: [Self; 18] = [
        Self::Dns,
        Self::Refused,
        Self::Connect,
        Self::Tls,
        Self::Timeout,
        Self::Broken,
        Self::Blocked,
        Self::Redirect,
        Self::TooLarge,
        Self::Encoding,
        Self::Auth,
        Self::Challenge,
        Self::Denied,
        Self::Gone,
        Self::NotFound,
        Self::Throttled,
        Self::Server,
        Self::NotAFeed,
    ];

    /// The word that stands for it in the store, in metrics and in `muara status`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Refused => "refused",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::Blocked => "blocked",
            Self::Redirect => "redirect",
            Self::TooLarge => "too-large",
            Self::Encoding => "encoding",
            Self::Auth => "auth",
            Self::Challenge => "challenge",
            Self::Denied => "denied",
            Self::Gone => "gone",
            Self::NotFound => "not-found",
            Self::Throttled => "throttled",
            Self::Server => "server",
            Self::NotAFeed => "not-a-feed",
        }
    }

    /// The class that `word` stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }
}
