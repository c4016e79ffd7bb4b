//! An origin on 254 addresses of loopback: it answers for all feeds, conditionally where it is asked so, and
//! notes how long each entry waited for the request that brought it.

use crate::feed::Feed;
use chrono::{DateTime, Utc};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const HOSTS: usize = 254;
/// Of so many sources one hangs, once some do.
const ONE_OF: usize = 20;

/// What happened.
#[derive(Default)]
pub(crate) struct Heard {
    /// When requests came.
    pub(crate) requests: Vec<Duration>,
    /// How long entries waited, of sources that never hang.
    pub(crate) waited: Vec<f64>,
}

/// A running origin.
pub(crate) struct Origin {
    port: u16,
    start: Instant,
    start_by_clock: DateTime<Utc>,
    feeds: Vec<Mutex<Feed>>,
    hang: AtomicBool,
    heard: Mutex<Heard>,
}

impl Origin {
    pub(crate) async fn start(sources: usize) -> Arc<Self> {
        let first = TcpListener::bind((host(0), 0)).await.unwrap();
        let port = first.local_addr().unwrap().port();
        let mut listeners = vec![first];
        for number in 1..HOSTS {
            listeners.push(TcpListener::bind((host(number), port)).await.unwrap());
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "dates are reckoned from the daemon's own clock"
        )]
        let start_by_clock = Utc::now();
        let origin = Arc::new(Self {
            port,
            start: Instant::now(),
            start_by_clock,
            feeds: (0..sources).map(|number| Mutex::new(Feed::new(number))).collect(),
            hang: AtomicBool::new(false),
            heard: Mutex::default(),
        });
        for listener in listeners {
            #[expect(clippy::disallowed_methods, reason = "it ends with the benchmark")]
            tokio::spawn(listen(listener, Arc::clone(&origin)));
        }
        origin
    }

    pub(crate) fn address(&self, number: usize) -> String {
        format!("http://{}/{number}", SocketAddr::new(host(number).into(), self.port))
    }

    /// One of twenty sources hangs from now on, or none does.
    pub(crate) fn hang(&self, hang: bool) {
        self.hang.store(hang, Ordering::Relaxed);
    }

    /// What happened since this was asked last.
    pub(crate) fn heard(&self) -> Heard {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    /// The answer to one request; `None`: there is none.
    fn answer(&self, number: usize, known: Option<&str>) -> Option<String> {
        let now = self.start.elapsed();
        let may_hang = number.is_multiple_of(ONE_OF);
        if may_hang && self.hang.load(Ordering::Relaxed) {
            self.heard.lock().unwrap().requests.push(now);
            return None;
        }
        let mut feed = self.feeds[number].lock().unwrap();
        let waited = feed.read(now.as_secs_f64());
        let etag = format!("\"{}\"", feed.published);
        let answer = if known == Some(etag.as_str()) {
            format!("HTTP/1.1 304 Not Modified\r\netag: {etag}\r\n\r\n")
        } else {
            let body = feed.document(number, self.start_by_clock);
            let length = body.len();
            format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\netag: {etag}\r\n\
                 content-length: {length}\r\n\r\n{body}"
            )
        };
        drop(feed);
        let mut heard = self.heard.lock().unwrap();
        heard.requests.push(now);
        if !may_hang {
            heard.waited.extend(waited);
        }
        Some(answer)
    }
}

fn host(number: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 1, u8::try_from(number % HOSTS + 1).unwrap())
}

async fn listen(listener: TcpListener, origin: Arc<Origin>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        #[expect(clippy::disallowed_methods, reason = "it ends with its connection")]
        tokio::spawn(converse(stream, Arc::clone(&origin)));
    }
}

/// Answers the requests of one connection until the client goes.
async fn converse(mut stream: TcpStream, origin: Arc<Origin>) -> Option<()> {
    let (reader, mut writer) = stream.split();
    let mut lines = BufReader::new(reader).lines();
    loop {
        let first = lines.next_line().await.ok()??;
        let number = first.split(' ').nth(1)?.trim_start_matches('/').parse().ok()?;
        let mut known = None;
        while let Some(line) = lines.next_line().await.ok()?.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(": ")?;
            known = if name == "if-none-match" { Some(value.to_owned()) } else { known };
        }
        match origin.answer(number, known.as_deref()) {
            Some(answer) => writer.write_all(answer.as_bytes()).await.ok()?,
            // Silence until the client gives up.
            None => while lines.next_line().await.ok()?.is_some() {},
        }
    }
}
