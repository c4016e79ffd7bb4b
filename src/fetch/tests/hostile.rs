//! Servers that hang, break off or talk nonsense.

use super::origin::{Origin, Reply};
use super::*;
use std::time::Instant;

/// How a server fails us that answers like this, within the limits of time.
async fn failure_of(reply: impl Fn() -> Reply + Send + Sync + 'static) -> FetchFailure {
    let origin = Origin::start(move |_| reply()).await;
    let begun = Instant::now();
    let failure = failed_with(&IMPATIENT, &origin.url("/feed")).await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    failure
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";

#[tokio::test]
async fn silence_is_not_waited_out() {
    let begun = format!("{HEAD}<rss>");
    for (said, detail) in [
        ("", "no answer in time"),
        ("HTTP/1.1 200", "no answer in time"),
        (HEAD, "the server fell silent amid the document"),
        (&begun, "the server fell silent amid the document"),
    ] {
        let said = said.as_bytes().to_vec();
        let failure = failure_of(move || Reply::Hang(said.clone())).await;
        assert_eq!((failure.class, failure.detail.as_str()), (FailureClass::Timeout, detail));
    }
}

#[tokio::test]
async fn a_server_that_trickles_is_ended_all_the_same() {
    for (at_once, detail) in
        [("HTTP/1.1 200 OK\r\nX: ", "no answer in time"), (HEAD, "no complete answer within 1.2s")]
    {
        let reply = || Reply::Trickle(at_once.as_bytes().to_vec(), vec![b'x'; 1000]);
        let failure = failure_of(reply).await;
        assert_eq!((failure.class, failure.detail.as_str()), (FailureClass::Timeout, detail));
    }
}

#[tokio::test]
async fn redirects_share_one_total_time() {
    let origin = Origin::start(|path| {
        let next = format!("HTTP/1.1 302 F\r\nLocation: {path}x\r\n\r\n");
        Reply::Trickle(Vec::new(), next.into_bytes())
    })
    .await;
    let failure = failed_with(&IMPATIENT, &origin.url("/")).await;
    assert_eq!(failure.class, FailureClass::Timeout);
}

#[tokio::test]
async fn a_connection_that_breaks_brings_nothing() {
    for said in ["", "HTTP/1.1 200 OK\r\n", HEAD, &format!("{HEAD}<rss></rss>")] {
        let said = said.to_owned();
        let failure = failure_of(move || Reply::Reset(said.clone().into_bytes())).await;
        assert_eq!(failure.class, FailureClass::Broken);
    }
}

#[tokio::test]
async fn a_body_shorter_than_it_should_be_brings_nothing() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for said in [
        format!("{HEAD}<rss></rss>"),
        format!("{chunked}5\r\n<rss>\r\n"),
        format!("{chunked}5\r\n<r"),
        format!("{chunked}zz\r\n<rss>\r\n0\r\n\r\n"),
        format!("{chunked}10000000000000000\r\n<rss>"),
    ] {
        let shown = said.clone();
        let failure = failure_of(move || Reply::Say(said.clone().into_bytes())).await;
        assert_eq!(failure.class, FailureClass::Broken, "{shown:?}");
        assert_eq!(failure.status, Some(200));
    }
}

#[tokio::test]
async fn what_is_not_http_is_said_to_be_broken() {
    for said in [
        "",
        "<rss></rss>",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: minus one\r\n\r\n<rss/>",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 6\r\n\r\n<rss/>",
    ] {
        let failure = failure_of(move || Reply::Say(said.as_bytes().to_vec())).await;
        assert_eq!(failure.class, FailureClass::Broken, "{said:?}");
        assert!(!failure.detail.is_empty());
    }
}

#[tokio::test]
async fn headers_without_end_are_not_read_to_their_end() {
    let line = format!("X-Filler: {}\r\n", "x".repeat(8000)).into_bytes();
    let failure =
        failure_of(move || Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), line.clone())).await;
    assert_eq!(failure.class, FailureClass::Broken);
    let failure =
        failure_of(|| Reply::Endless(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 65536])).await;
    assert_eq!(failure.class, FailureClass::Broken);
}

#[tokio::test]
async fn a_body_without_end_stops_at_the_cap() {
    let origin = Origin::start(|_| {
        Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n<rss>".to_vec(), vec![b' '; 65536])
    })
    .await;
    assert_eq!(failed_with(&SMALL, &origin.url("/")).await.class, FailureClass::TooLarge);
}

#[tokio::test]
async fn the_pool_outlives_a_server_that_closes_what_it_kept_open() {
    let origin =
        Origin::saying(origin::answer("200 OK", "Connection: keep-alive\r\n", b"<rss/>")).await;
    for _ in 0..3 {
        assert_eq!(fetched(&origin, "/").await.body, "<rss/>");
    }
}
