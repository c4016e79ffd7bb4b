//! Real HTTP on loopback, written and read byte by byte: a client of our choice would hide what
//! is tested.

use super::connection::{self, Patience};
use super::routes::Site;
use super::*;
use crate::model::{Format, PageState, Rendition, RenditionSet, TopicName};
use crate::publish::{Shelf, Stamp};
use arc_swap::ArcSwap;
use bytes::Bytes;
use chrono::DateTime;
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

struct Server {
    address: SocketAddr,
    state: HttpState,
    cancel: CancellationToken,
    served: JoinHandle<std::io::Result<()>>,
    _dir: TempDir,
}

struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

fn state(public_url: &str, memory: u64) -> (HttpState, TempDir) {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::open(dir.path(), memory).unwrap();
    let names = Names {
        topics: ["korea-russia", "about-to-come"].map(str::to_owned).into(),
        aliases: HashMap::from([("old-name".to_owned(), "korea-russia".to_owned())]),
        gone: HashSet::from(["over".to_owned()]),
        has_hub: true,
        has_search_feeds: false,
    };
    let state = HttpState {
        shelf: Arc::new(shelf),
        names: Arc::new(ArcSwap::from_pointee(names)),
        public_url: public_url.parse().unwrap(),
        hub: tokio::sync::mpsc::channel(1).0,
        search: Arc::new(|ask| {
            Box::pin(
                async move { Some(super::Answer::Page { body: ask.query.into_bytes().into() }) },
            )
        }),
        pages: Arc::new(|_, number| {
            let state = if number == 1 { PageState::Next } else { PageState::Absent };
            Box::pin(async move { Some(state) })
        }),
        acts: Arc::default(),
        metrics: Arc::new(|| "muara_up 1\n".to_owned()),
        ready: Arc::new(AtomicBool::new(true)),
        health: Arc::new(|| true),
    };
    put(&state, "Пхеньян и Москва");
    (state, dir)
}

fn put(state: &HttpState, text: &str) {
    let body = |format: Format| Bytes::from(format!("{} {}", format.extension(), text.repeat(50)));
    let set = RenditionSet {
        name: "korea-russia".parse().unwrap(),
        version: 1,
        // Sun, 06 Nov 1994 08:49:37 GMT
        changed_at: DateTime::from_timestamp(784_111_777, 0).unwrap(),
        fresh_for: std::time::Duration::from_secs(300),
        renditions: Format::TOPIC
            .map(|format| Rendition { format, body: body(format), items: Vec::new() })
            .into(),
    };
    let stamp = Stamp { version: 1, renderer: 1, settings: 1 };
    state.shelf.put(&set, stamp).unwrap();
    let renditions = Format::INDEX
        .map(|format| Rendition { format, body: body(format), items: Vec::new() })
        .into();
    let index = RenditionSet { name: TopicName::index(), renditions, ..set };
    state.shelf.put(&index, stamp).unwrap();
}

/// What browsers send.
const BROWSER: &str = "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

async fn start(public_url: &str) -> Server {
    let (state, dir) = state(public_url, 1 << 20);
    let listener = Listener::bind_tcp(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = listener.address().unwrap();
    let cancel = CancellationToken::new();
    #[expect(clippy::disallowed_methods, reason = "the test waits for it")]
    let served = tokio::spawn(serve(listener, state.clone(), cancel.clone()));
    Server { address, state, cancel, served, _dir: dir }
}

impl Server {
    async fn ask(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        ask(&mut stream, request).await
    }

    async fn get(&self, path: &str, headers: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n"))
            .await
    }

    async fn stop(self) -> Duration {
        let start = Instant::now();
        self.cancel.cancel();
        timeout(DEADLINE, self.served).await.unwrap().unwrap().unwrap();
        start.elapsed()
    }
}

async fn ask<S: AsyncReadExt + AsyncWriteExt + Unpin>(stream: &mut S, request: &str) -> Answer {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    timeout(DEADLINE, stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Answer { status, headers, body: bytes[end + 4..].to_vec() }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

#[tokio::test]
async fn a_feed_comes_with_everything_that_a_cache_and_a_browser_need() {
    let server = start("https://news.example.org/").await;
    for (ending, kind) in [("rss", "rss+xml"), ("atom", "atom+xml"), ("json", "feed+json")] {
        let answer = server.get(&format!("/korea-russia.{ending}"), "").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.text(), format!("{ending} {}", "Пхеньян и Москва".repeat(50)));
        for (name, value) in [
            ("content-type", format!("application/{kind}; charset=utf-8").as_str()),
            ("content-length", &answer.body.len().to_string()),
            ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("cache-control", "public, max-age=300, stale-if-error=86400"),
            ("vary", "Accept-Encoding, Accept"),
            ("referrer-policy", "no-referrer"),
            ("access-control-allow-origin", "*"),
            ("x-robots-tag", "noindex"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'"),
            ("content-encoding", ""),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
        assert!(answer.header("etag").starts_with('"'));
    }
}

#[tokio::test]
async fn a_page_comes_with_a_policy_under_which_nothing_runs() {
    let server = start("https://news.example.org/").await;
    let page = server.get("/korea-russia", BROWSER).await;
    let etag = format!("if-none-match: {}\r\n", page.header("etag"));
    let again = server.get("/korea-russia", &etag).await;
    assert_eq!((page.status, again.status), (200, 304));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for answer in [&page, &again] {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("script"), "{policy}");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_browser_at_a_feeds_address_learns_how_to_subscribe() {
    let server = start("https://news.example.org/").await;
    let mut etags = Vec::new();
    for ending in ["rss", "atom", "json"] {
        let path = format!("/korea-russia.{ending}");
        let page = server.get(&path, BROWSER).await;
        assert!(page.text().starts_with("subscribe.html "), "{path}");
        assert_eq!(page.header("vary"), "Accept-Encoding, Accept");
        let feed = server.get(&path, "accept: */*\r\n").await;
        assert!(feed.text().starts_with(ending), "{path}");
        assert_eq!(feed.header("vary"), page.header("vary"));
        assert_ne!(feed.header("etag"), page.header("etag"));
        let condition = format!("{BROWSER}if-none-match: {}\r\n", feed.header("etag"));
        assert_eq!(
            server.get(&path, &condition).await.status,
            200,
            "it has the feed, not the page"
        );
        etags.push(page.header("etag").to_owned());
    }
    assert_eq!(etags[0], etags[2]);
}

#[tokio::test]
async fn a_browser_gets_a_page_where_there_is_nothing() {
    let server = start("https://news.example.org/x/").await;
    let answer = server.get("/nothing-here", BROWSER).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.header("content-security-policy").contains("style-src 'sha256-"));
    assert!(answer.text().contains("href=\"/x/\"") && !answer.text().contains("nothing-here"));
}

#[tokio::test]
async fn codings_are_the_same_feed_with_tags_of_their_own() {
    let server = start("https://news.example.org/").await;
    let plain = server.get("/korea-russia.rss", "").await;
    let gzip = server.get("/korea-russia.rss", "accept-encoding: gzip\r\n").await;
    let brotli = server.get("/korea-russia.rss", "accept-encoding: gzip, br\r\n").await;
    assert_eq!(
        (gzip.header("content-encoding"), brotli.header("content-encoding")),
        ("gzip", "br")
    );
    let mut text = String::new();
    flate2::read::GzDecoder::new(&gzip.body[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text());
    text.clear();
    brotli::Decompressor::new(&brotli.body[..], 4096).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain.text());
    assert_ne!(plain.header("etag"), gzip.header("etag"));
    assert_ne!(gzip.header("etag"), brotli.header("etag"));
    assert_eq!(server.get("/korea-russia.rss", "accept-encoding: *;q=0\r\n").await.status, 406);
}

#[tokio::test]
async fn who_has_the_feed_already_gets_no_body() {
    let server = start("https://news.example.org/").await;
    let first = server.get("/korea-russia.rss", "accept-encoding: gzip\r\n").await;
    let etag = first.header("etag");
    for condition in [
        format!("accept-encoding: gzip\r\nif-none-match: {etag}\r\n"),
        format!("accept-encoding: gzip\r\nif-none-match: \"x\", W/{etag}\r\n"),
        // A proxy asks for its client, who takes another coding.
        format!("accept-encoding: br\r\nif-none-match: {etag}\r\n"),
        "accept-encoding: gzip\r\nif-none-match: *\r\n".to_owned(),
        "accept-encoding: gzip\r\nif-modified-since: Sun, 06 Nov 1994 08:49:37 GMT\r\n".to_owned(),
    ] {
        let again = server.get("/korea-russia.rss", &condition).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{condition}");
        assert_eq!(again.header("etag"), etag);
        for name in ["last-modified", "cache-control", "vary"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
        assert_eq!(again.header("content-type"), "");
    }
    put(&server.state, "Pyongyang dan Moskow");
    let condition = format!(
        "accept-encoding: gzip\r\nif-none-match: {etag}\r\nif-modified-since: Sat, 06 Nov 2094 08:49:37 GMT\r\n"
    );
    let changed = server.get("/korea-russia.rss", &condition).await;
    assert_eq!(changed.status, 200, "the tag wins over the date");
    let condition = format!("if-modified-since: {}\r\n", first.header("last-modified"));
    let changed = server.get("/korea-russia.rss", &condition).await;
    assert_eq!(changed.status, 200, "even when both versions are of the same second");
}

#[tokio::test]
async fn head_says_what_get_would() {
    let server = start("https://news.example.org/").await;
    for path in ["/korea-russia.rss", "/", "/healthz", "/nothing.rss"] {
        let get = server.get(path, "accept-encoding: br\r\n").await;
        let head = format!(
            "HEAD {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: br\r\n\r\n"
        );
        let head = server.ask(&head).await;
        assert_eq!(head.status, get.status);
        assert!(head.body.is_empty());
        for name in ["content-length", "content-encoding", "etag", "content-type"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
}

#[tokio::test]
async fn a_former_name_leads_to_the_present_one() {
    let server = start("https://news.example.org/feeds/").await;
    for (path, location) in [
        ("/old-name.rss", "/feeds/korea-russia.rss"),
        ("/feeds/old-name.json", "/feeds/korea-russia.json"),
        ("/old-name", "/feeds/korea-russia"),
    ] {
        let answer = server.get(path, "").await;
        assert_eq!((answer.status, answer.header("location")), (301, location), "{path}");
    }
}

#[tokio::test]
async fn a_topic_that_was_removed_is_gone_and_one_that_is_about_to_come_is_not_there_yet() {
    let server = start("https://news.example.org/").await;
    for (path, status) in [
        ("/over.rss", 410),
        ("/over", 410),
        ("/about-to-come.json", 503),
        ("/about-to-come", 503),
        ("/never-was.rss", 404),
    ] {
        assert_eq!(server.get(path, "").await.status, status, "{path}");
    }
    let removed = Names { gone: HashSet::from(["korea-russia".to_owned()]), ..Names::default() };
    server.state.names.store(Arc::new(removed));
    let answer = server.get("/korea-russia.rss", "").await;
    assert_eq!(answer.status, 410, "the shelf may hold it for a moment longer");
}

#[tokio::test]
async fn a_proxy_may_take_its_prefix_off_or_leave_it() {
    let server = start("https://news.example.org/x/feeds/").await;
    for path in ["/korea-russia.rss", "/x/feeds/korea-russia.rss", "/x/feeds/healthz", "/healthz"] {
        assert_eq!(server.get(path, "").await.status, 200, "{path}");
    }
    for (path, starts) in [
        ("/", "html"),
        ("/?query", "html"),
        ("/x/feeds/", "html"),
        ("/x/feeds/opml", "opml"),
        ("/x/feeds/index.opml", "opml"),
        ("/korea-russia", "html"),
        ("/x/feeds/korea-russia", "html"),
    ] {
        let answer = server.get(path, "").await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().starts_with(&format!("{starts} ")), "{path}");
    }
    for (path, location) in [
        ("/x/feeds", "/x/feeds/"),
        ("/korea-russia.html", "/x/feeds/korea-russia"),
        ("/index.html", "/x/feeds/"),
    ] {
        let answer = server.get(path, "").await;
        assert_eq!((answer.status, answer.header("location")), (301, location), "{path}");
    }
    assert_eq!(server.get("/x/korea-russia.rss", "").await.status, 404);
}

#[tokio::test]
async fn what_is_not_there_is_not_there_whatever_it_is_called() {
    let server = start("https://news.example.org/").await;
    for path in [
        "/nothing.rss",
        "/korea-russia.xml",
        "/korea-russia.rss/",
        "/korea-russia.rss.rss",
        "/.rss",
        "/korea%2Drussia.rss",
        "/../../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "//korea-russia.rss//x",
        "/<script>alert(1)</script>",
        "/%00",
        "/KOREA-RUSSIA.rss",
        "/korea-russia.subscribe.html",
        "/korea-russia.opml",
        "/index",
        "/index.rss",
    ] {
        for client in ["", BROWSER] {
            let answer = server.get(path, client).await;
            assert!((400..=404).contains(&answer.status), "{path} gives {}", answer.status);
            let text = answer.text();
            assert!(!text.contains("script") && !text.contains("passwd"), "{path}");
        }
    }
    let answer = server.get("/nothing", "").await;
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'");
}

#[tokio::test]
async fn nothing_can_be_written() {
    let server = start("https://news.example.org/").await;
    for method in ["POST", "PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"] {
        for path in ["/korea-russia.rss", "/", "/metrics"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi"
            );
            let answer = server.ask(&request).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), "GET,HEAD");
        }
    }
}

#[tokio::test]
async fn health_is_of_the_tasks_and_readiness_of_the_start() {
    let server = start("https://news.example.org/").await;
    assert_eq!(server.get("/healthz", "").await.text(), "ok\n");
    assert_eq!(server.get("/readyz", "").await.status, 200);
    let metrics = server.get("/metrics", "").await;
    assert_eq!(metrics.text(), "muara_up 1\n");
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    server.state.ready.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(server.get("/readyz", "").await.status, 503);
    let unknown = server.get("/not-rendered-yet.rss", "").await;
    assert_eq!((unknown.status, unknown.header("retry-after")), (503, "10"));
    assert_eq!(server.get("/korea-russia.rss", "").await.status, 200);
}

#[tokio::test]
async fn a_task_that_does_not_answer_makes_the_daemon_unhealthy() {
    let (mut state, _dir) = state("https://news.example.org/", 0);
    state.health = Arc::new(|| false);
    let listener = Listener::bind_tcp(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = listener.address().unwrap();
    let serving = serve(listener, state, CancellationToken::new());
    let asking = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        ask(&mut stream, "GET /healthz HTTP/1.0\r\n\r\n").await.status
    };
    tokio::select! {
        status = asking => assert_eq!(status, 503),
        _ = serving => panic!("it ended"),
    }
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let server = start("https://news.example.org/").await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let one = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let last = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(one.repeat(3).as_bytes()).await.unwrap();
    stream.write_all(last.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    timeout(DEADLINE, stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.matches("HTTP/1.1 200").count(), 4, "{text}");
}

#[tokio::test]
async fn stopping_waits_for_no_idle_connection() {
    let server = start("https://news.example.org/").await;
    let silent = TcpStream::connect(server.address).await.unwrap();
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut buffer = [0; 16];
    timeout(DEADLINE, idle.read_exact(&mut buffer)).await.unwrap().unwrap();
    let address = server.address;
    let took = server.stop().await;
    assert!(took < Duration::from_secs(1), "it took {took:?}");
    assert!(TcpStream::connect(address).await.is_err());
    drop(silent);
}

#[tokio::test]
async fn stopping_waits_no_longer_than_two_seconds_for_anyone() {
    let server = start("https://news.example.org/").await;
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nho").await.unwrap();
    // Answered after the slow one was taken, for the socket takes them in order.
    assert_eq!(server.get("/healthz", "").await.status, 200);
    let took = server.stop().await;
    assert!(took < Duration::from_secs(4), "it took {took:?}");
}

#[tokio::test]
async fn six_hundred_silent_clients_keep_nobody_out() {
    let server = start("https://news.example.org/").await;
    let mut silent = Vec::new();
    for _ in 0..600 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    let start = Instant::now();
    assert_eq!(server.get("/healthz", "").await.status, 200);
    assert!(start.elapsed() < Duration::from_secs(2), "it took {:?}", start.elapsed());
}

#[tokio::test]
async fn an_endless_header_is_refused() {
    let server = start("https://news.example.org/").await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let sending = async {
        let line = format!("x-{}: {}\r\n", "a".repeat(100), "b".repeat(900));
        let _ = writer.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await;
        // It ends by an error once the server has closed.
        while writer.write_all(line.as_bytes()).await.is_ok() {}
    };
    let reading = async {
        let mut answer = Vec::new();
        let _ = reader.read_to_end(&mut answer).await;
        answer
    };
    let (answer, ()) = timeout(DEADLINE, async { tokio::join!(reading, sending) }).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn clients_that_send_or_take_nothing_are_not_waited_for() {
    let (state, _dir) = state("https://news.example.org/", 0);
    let site = Site::new(state);
    let patience = Patience { header: Duration::from_millis(50), stall: Duration::from_millis(50) };
    let request: &[u8] = b"GET /korea-russia.rss HTTP/1.1\r\nhost: x\r\n\r\n";
    for sent in [b"".as_slice(), b"GET /korea", request] {
        // Smaller than the answer, which is never read.
        let (mut client, stream) = tokio::io::duplex(256);
        client.write_all(sent).await.unwrap();
        let leave = CancellationToken::new();
        let served = connection::serve(Box::new(stream), site.clone(), patience, leave);
        assert!(timeout(DEADLINE, served).await.is_ok(), "{}", sent.len());
    }
}

#[tokio::test]
async fn it_serves_on_a_socket_file_and_takes_the_file_along() {
    let (state, dir) = state("https://news.example.org/", 0);
    let path = dir.path().join("http.sock");
    drop(tokio::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists(), "left by a crash");
    let listener = Listener::bind_unix(&path).await.unwrap();
    let taken = Listener::bind_unix(&path).await.unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    let cancel = CancellationToken::new();
    let asking = async {
        let mut stream = UnixStream::connect(&path).await.unwrap();
        let request = "GET /korea-russia.rss HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let status = ask(&mut stream, request).await.status;
        cancel.cancel();
        status
    };
    let (served, status) = tokio::join!(serve(listener, state, cancel.clone()), asking);
    served.unwrap();
    assert_eq!(status, 200);
    assert!(!path.exists());
    std::fs::write(&path, "precious").unwrap();
    assert!(Listener::bind_unix(&path).await.is_err());
    assert!(path.exists(), "a file that is no socket is left alone");
}
