//! Whole fetches against a server on loopback.

mod bodies;
mod hostile;
mod origin;
mod redirects;

use super::*;
use crate::model::{Document, Login, Secret};
use chrono::TimeZone;
use origin::{Origin, Reply, answer};
use std::sync::LazyLock;

static FETCHER: LazyLock<Fetcher> = LazyLock::new(|| Fetcher::new(FetchLimits::default()).unwrap());

/// One that gives up soon, for servers that would keep it waiting.
static IMPATIENT: LazyLock<Fetcher> = LazyLock::new(|| {
    let connect = Duration::from_secs(1);
    let (read, total) = (Duration::from_millis(500), Duration::from_millis(1200));
    let limits = FetchLimits { connect, read, total, ..FetchLimits::default() };
    Fetcher::new(limits).unwrap()
});

/// One that takes little.
static SMALL: LazyLock<Fetcher> = LazyLock::new(|| {
    Fetcher::new(FetchLimits { max_body: 64 * 1024, ..FetchLimits::default() }).unwrap()
});

fn now() -> Time {
    chrono::Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()
}

async fn fetch_with(fetcher: &Fetcher, url: &Url) -> FetchOutcome {
    let request = FetchRequest {
        url,
        instead: None,
        validators: &Validators::default(),
        allow_private: true,
        access: &Access::default(),
    };
    fetcher.fetch(&request, now()).await
}

async fn fetched(origin: &Origin, path: &str) -> Document {
    match fetch_with(&FETCHER, &origin.url(path)).await {
        FetchOutcome::Fetched(document) => document,
        other => panic!("{other:?}"),
    }
}

async fn failed_with(fetcher: &Fetcher, url: &Url) -> FetchFailure {
    match fetch_with(fetcher, url).await {
        FetchOutcome::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

async fn failed(origin: &Origin) -> FetchFailure {
    failed_with(&FETCHER, &origin.url("/feed")).await
}

fn validators(etag: &str, last_modified: &str) -> Validators {
    Validators { etag: Some(etag.to_owned()), last_modified: Some(last_modified.to_owned()) }
}

/// An address where somebody listened a moment ago.
fn closed_port() -> Url {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    Url::parse(&format!("http://{}/feed", listener.local_addr().unwrap())).unwrap()
}

const DATE: &str = "Sun, 01 Feb 2026 08:00:00 GMT";

#[tokio::test]
async fn a_document_arrives_with_all_that_the_server_says_of_it() {
    let headers = format!(
        "Content-Type: application/rss+xml; charset=\"EUC-KR\"\r\nETag: W/\"한-7\"\r\n\
         Last-Modified: {DATE}\r\nCache-Control: public, max-age=600\r\n"
    );
    let origin = Origin::saying(answer("200 OK", &headers, b"<rss/>")).await;
    let document = fetched(&origin, "/feed?page=1#top").await;
    assert_eq!(document.body, "<rss/>");
    assert_eq!(document.url, origin.url("/feed?page=1"));
    assert_eq!(document.charset.as_deref(), Some("EUC-KR"));
    assert_eq!(document.validators, validators("W/\"한-7\"", DATE));
    assert_eq!(document.hints.max_age, Some(Duration::from_secs(600)));
    assert_eq!(document.moved_to, None);
}

#[tokio::test]
async fn a_request_says_who_asks_and_what_is_wanted_and_nothing_else() {
    let origin = Origin::saying(answer("200 OK", "", b"<rss/>")).await;
    fetched(&origin, "/feed").await;
    let [request] = &origin.heard()[..] else { panic!() };
    let lines: Vec<&str> = request.trim_end().lines().collect();
    let mut names: Vec<_> = lines.iter().map(|line| line.split(':').next().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["GET /feed HTTP/1.1", "accept", "accept-encoding", "host", "user-agent"]);
    let version = env!("CARGO_PKG_VERSION");
    let agent = format!("user-agent: muara/{version} (+https://github.com/muara-news/muara)");
    assert!(lines.contains(&agent.as_str()), "{request}");
    assert!(lines.contains(&"accept-encoding: gzip, br, deflate"), "{request}");
}

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_304_means_not_modified() {
    let headers = "ETag: \"b\"\r\nCache-Control: max-age=60\r\n";
    let origin = Origin::saying(format!("HTTP/1.1 304 Not Modified\r\n{headers}\r\n")).await;
    let sent = validators("W/\"a b\"-gzip'", "Sun, 1 Feb 2026 8:00:00 UTC");
    let url = origin.url("/feed");
    let request = FetchRequest {
        url: &url,
        instead: None,
        validators: &sent,
        allow_private: true,
        access: &Access::default(),
    };
    let outcome = FETCHER.fetch(&request, now()).await;
    let FetchOutcome::NotModified { hints, validators, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(hints.max_age, Some(Duration::from_secs(60)));
    assert_eq!(validators.etag.as_deref(), Some("\"b\""));
    let request = &origin.heard()[0];
    assert!(request.contains("\r\nif-none-match: W/\"a b\"-gzip'\r\n"), "{request}");
    assert!(
        request.contains("\r\nif-modified-since: Sun, 1 Feb 2026 8:00:00 UTC\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn validators_that_no_header_can_hold_are_left_out() {
    let origin = Origin::saying(answer("200 OK", "", b"<rss/>")).await;
    let (url, sent) = (origin.url("/feed"), validators("\"a\"\r\nX-Evil: 1", DATE));
    let request = FetchRequest {
        url: &url,
        instead: None,
        validators: &sent,
        allow_private: true,
        access: &Access::default(),
    };
    assert!(matches!(FETCHER.fetch(&request, now()).await, FetchOutcome::Fetched(_)));
    let request = &origin.heard()[0];
    assert!(!request.contains("if-none-match") && request.contains("if-modified-since"));
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_no_answer() {
    let origin = Origin::saying("HTTP/1.1 304 Not Modified\r\n\r\n").await;
    let failure = failed(&origin).await;
    assert_eq!((failure.class, failure.status), (FailureClass::Broken, Some(304)));
}

#[tokio::test]
async fn each_status_has_its_class() {
    let origin = Origin::start(|path| {
        Reply::Say(answer(&format!("{} Status", &path[1..]), "", b"<html>sorry</html>"))
    })
    .await;
    for (status, class, detail) in [
        (
            300,
            FailureClass::Redirect,
            "300 Multiple Choices: a redirect of a kind that leads nowhere",
        ),
        (400, FailureClass::NotFound, "400 Bad Request"),
        (401, FailureClass::Auth, "401 Unauthorized: it wants a user name and password"),
        (403, FailureClass::Denied, "403 Forbidden"),
        (404, FailureClass::NotFound, "404 Not Found"),
        (410, FailureClass::Gone, "410 Gone"),
        (429, FailureClass::Throttled, "429 Too Many Requests"),
        (451, FailureClass::NotFound, "451 Unavailable For Legal Reasons"),
        (500, FailureClass::Server, "500 Internal Server Error"),
        (503, FailureClass::Throttled, "503 Service Unavailable"),
        (521, FailureClass::Server, "521"),
        (206, FailureClass::Broken, "206 Partial Content: a part, though the whole was asked for"),
        (999, FailureClass::Broken, "999"),
    ] {
        let failure = failed_with(&FETCHER, &origin.url(&format!("/{status}"))).await;
        assert_eq!((failure.class, failure.detail.as_str()), (class, detail));
        assert_eq!(failure.status, Some(status));
    }
}

#[tokio::test]
async fn an_answer_without_content_is_no_feed() {
    let origin = Origin::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    let failure = failed(&origin).await;
    assert_eq!((failure.class, failure.status), (FailureClass::NotAFeed, Some(204)));
}

#[tokio::test]
async fn a_throttled_fetch_says_when_to_come_back() {
    let headers =
        "Retry-After: Sun, 01 Mar 2026 14:00:00 GMT\r\nDate: Sun, 01 Mar 2026 13:58:00 GMT\r\n";
    let origin = Origin::saying(answer("429 Slow Down", headers, b"")).await;
    let failure = failed(&origin).await;
    assert_eq!(failure.hints.retry_after, Some(Duration::from_mins(2)));
}

#[tokio::test]
async fn a_guard_before_the_site_is_called_by_its_name() {
    let reply = answer("403 Forbidden", "Server: cloudflare\r\ncf-mitigated: challenge\r\n", b"");
    let failure = failed(&Origin::saying(reply).await).await;
    assert_eq!(failure.class, FailureClass::Challenge);
    assert!(failure.detail.starts_with("403 Forbidden: Cloudflare asks for a browser"));

    let reply = answer("202 Accepted", "x-amzn-waf-action: challenge\r\n", b"<html></html>");
    let failure = failed(&Origin::saying(reply).await).await;
    assert_eq!(failure.class, FailureClass::Challenge);
    assert!(failure.detail.starts_with("202 Accepted: AWS WAF"));

    let reply = answer("403 Forbidden", "Server: AkamaiGHost\r\n", b"");
    let failure = failed(&Origin::saying(reply).await).await;
    assert!(failure.detail.starts_with("403 Forbidden: refused by Akamai"));

    let reply = answer("503 Busy", "Server: cloudflare\r\nRetry-After: 9\r\n", b"");
    let failure = failed(&Origin::saying(reply).await).await;
    assert_eq!(failure.class, FailureClass::Throttled);
    assert_eq!(failure.hints.retry_after, Some(Duration::from_secs(9)));
    assert!(failure.detail.contains("Cloudflare"));
}

#[tokio::test]
async fn an_http_1_0_server_is_understood() {
    let origin = Origin::saying("HTTP/1.0 200 OK\r\n\r\n<rss/>").await;
    assert_eq!(fetched(&origin, "/").await.body, "<rss/>");
}

#[tokio::test]
async fn odd_header_lines_do_not_hide_the_document() {
    let head = "HTTP/1.1 200 OK\r\nX Generator: blog\r\nETag : \"7\"\r\nX-Folded: one,\r\n two\r\n";
    let origin = Origin::saying(format!("{head}Content-Length: 6\r\n\r\n<rss/>")).await;
    let document = fetched(&origin, "/").await;
    assert_eq!(document.body, "<rss/>");
    assert_eq!(document.validators.etag.as_deref(), Some("\"7\""));
}

#[test]
fn a_fetch_can_move_between_threads() {
    fn movable<T: Send>(_: &T) {}
    let (url, validators) = (closed_port(), Validators::default());
    let request = FetchRequest {
        url: &url,
        instead: None,
        validators: &validators,
        allow_private: true,
        access: &Access::default(),
    };
    movable(&FETCHER.fetch(&request, now()));
}

#[tokio::test]
async fn a_name_that_nobody_has_is_a_failure_of_dns() {
    // Longer than a label may be: no resolver needs a network to refuse it.
    let url = Url::parse(&format!("http://{}.example/feed", "n".repeat(70))).unwrap();
    for allow_private in [false, true] {
        let request = FetchRequest {
            url: &url,
            instead: None,
            validators: &Validators::default(),
            allow_private,
            access: &Access::default(),
        };
        let outcome = FETCHER.fetch(&request, now()).await;
        let FetchOutcome::Failed(failure) = outcome else { panic!("{outcome:?}") };
        assert_eq!(failure.class, FailureClass::Dns, "{failure:?}");
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_refuses_the_connection() {
    let failure = failed_with(&FETCHER, &closed_port()).await;
    assert_eq!(failure.class, FailureClass::Refused);
    assert!(failure.detail.contains("refused"), "{}", failure.detail);
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_a_failure_of_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    let plain = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let said = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, said).await.unwrap();
        std::future::pending::<()>().await;
    };
    let failure = tokio::select! {
        failure = failed_with(&FETCHER, &url) => failure,
        () = plain => unreachable!(),
    };
    assert_eq!(failure.class, FailureClass::Tls, "{failure:?}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_a_failure_to_connect() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    let limits = FetchLimits { connect: Duration::from_millis(200), ..FetchLimits::default() };
    let failure = failed_with(&Fetcher::new(limits).unwrap(), &url).await;
    assert_eq!(failure.class, FailureClass::Connect, "{failure:?}");
}
