//! A web server on loopback that behaves as badly as it is told. It writes raw bytes: no HTTP
//! library would send what these tests need.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

/// What the server does with a request.
pub(super) enum Reply {
    /// Writes this and closes.
    Say(Vec<u8>),
    /// Writes this and then nothing more, for ever.
    Hang(Vec<u8>),
    /// Writes this and breaks the connection (RST).
    Reset(Vec<u8>),
    /// Writes the first at once and the second a byte every 20 ms.
    Trickle(Vec<u8>, Vec<u8>),
    /// Writes the first and then the second again and again.
    Endless(Vec<u8>, Vec<u8>),
}

type Answer = Arc<dyn Fn(&str) -> Reply + Send + Sync>;

/// The server; gone when dropped.
pub(super) struct Origin {
    pub(super) address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Origin {
    /// Answers every request by its path.
    pub(super) async fn start(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::new(answer), Arc::clone(&heard)));
        Self { address, heard, _tasks: tasks }
    }

    /// Always writes the same and closes.
    pub(super) async fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |_| Reply::Say(bytes.clone())).await
    }

    pub(super) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// The heads of all requests so far.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn accept(listener: TcpListener, answer: Answer, heard: Arc<Mutex<Vec<String>>>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(serve(stream, Arc::clone(&answer), Arc::clone(&heard)));
    }
}

async fn serve(mut stream: TcpStream, answer: Answer, requests: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let reply = answer(head.split(' ').nth(1).unwrap());
    requests.lock().unwrap().push(head);
    // The other side may well have gone away.
    let _ = behave(stream, reply).await;
}

async fn behave(mut stream: TcpStream, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Say(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await?;
        }
        Reply::Hang(bytes) => {
            stream.write_all(&bytes).await?;
            std::future::pending::<()>().await;
        }
        Reply::Reset(bytes) => {
            stream.write_all(&bytes).await?;
            // What was written is to arrive first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            stream.set_zero_linger()?;
        }
        Reply::Trickle(first, slowly) => {
            stream.write_all(&first).await?;
            for byte in slowly {
                stream.write_u8(byte).await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Reply::Endless(first, again) => {
            stream.write_all(&first).await?;
            loop {
                stream.write_all(&again).await?;
            }
        }
    }
    Ok(())
}

/// A status line, headers and a body with its length.
pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

/// A redirect.
pub(super) fn redirect(status: u16, location: &str) -> Reply {
    Reply::Say(answer(&format!("{status} Elsewhere"), &format!("Location: {location}\r\n"), b""))
}
