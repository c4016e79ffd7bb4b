//! An HTTP origin on loopback that does what it is told: serves feeds with validators and compression,
//! hangs, cuts connections, answers anything, and remembers every request. It stands on bare sockets
//! so that it can also do what no server should.

use super::wire;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// What to answer at some path.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A document; 304 when the request's validators are its own.
    Page(Page),
    /// A document made anew for every request.
    Made(Arc<dyn Fn() -> Page + Send + Sync>),
    /// Exactly this.
    Fixed { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// Nothing, until the client goes away.
    Hang,
    /// Half of a document, then the end of the connection.
    Cut(Page),
    /// The document, but only once [`Origin::release`] lets it go.
    Held(Page),
}

/// A document that can be asked for conditionally.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) body: Vec<u8>,
    pub(crate) media_type: String,
    /// Whether it is compressed for clients that accept it.
    pub(crate) gzip: bool,
    /// Sent and compared as it stands.
    pub(crate) last_modified: Option<String>,
    pub(crate) has_etag: bool,
}

impl Page {
    /// A document of `media_type` with an `ETag`.
    pub(crate) fn new(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            media_type: media_type.to_owned(),
            gzip: false,
            last_modified: None,
            has_etag: true,
        }
    }

    /// An XML document in UTF-8.
    pub(crate) fn xml(body: impl Into<Vec<u8>>) -> Self {
        Self::new("application/xml", body)
    }

    fn etag(&self) -> Option<String> {
        let mut hasher = DefaultHasher::new();
        self.body.hash(&mut hasher);
        self.has_etag.then(|| format!("\"{:016x}\"", hasher.finish()))
    }

    /// Whether `request` names this very version (RFC 9110 §13.2.2: the `ETag` goes first).
    fn is_known_to(&self, request: &Request) -> bool {
        match request.header("if-none-match") {
            Some(etag) => Some(etag) == self.etag().as_deref(),
            None => {
                self.last_modified.is_some()
                    && request.header("if-modified-since") == self.last_modified.as_deref()
            }
        }
    }
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

impl Answer {
    /// A bare status with `headers`.
    pub(crate) fn status(status: u16, headers: &[(&str, &str)]) -> Self {
        Self::fixed(status, headers, *b"not for readers")
    }

    pub(crate) fn fixed(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self::Fixed { status, headers: headers.iter().map(owned).collect(), body: body.into() }
    }
}

/// A request that came, and what it got.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    /// The status of the answer; 0 while there is none.
    pub(crate) status: u16,
}

impl Request {
    /// The value of the header `name`, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        wire::find(&self.headers, name)
    }
}

#[derive(Default)]
struct State {
    answers: HashMap<String, Answer>,
    requests: Vec<Request>,
    in_flight: usize,
    most_in_flight: usize,
    /// How many held answers may go.
    released: usize,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    released: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic in the origin")
    }
}

/// A running origin. Its threads end with their connections and with the test.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

impl Origin {
    /// An origin on 127.0.0.1.
    pub(crate) fn start() -> Self {
        Self::start_at("127.0.0.1")
    }

    /// An origin on `ip`, one of loopback: each is a domain of its own.
    pub(crate) fn start_at(ip: &str) -> Self {
        let listener = TcpListener::bind((ip, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::<Shared>::default();
        let of_threads = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&of_threads);
                std::thread::spawn(move || drop(converse(&stream, &shared)));
            }
        });
        Self { address, shared }
    }

    /// The address of `path`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers `path` so from now on.
    pub(crate) fn serve(&self, path: &str, answer: impl Into<Answer>) {
        self.shared.lock().answers.insert(path.to_owned(), answer.into());
    }

    /// Everything that was asked at `path`, in order.
    pub(crate) fn requests(&self, path: &str) -> Vec<Request> {
        self.shared.lock().requests.iter().filter(|r| r.path == path).cloned().collect()
    }

    /// How many requests came, whatever for.
    pub(crate) fn count(&self) -> usize {
        self.shared.lock().requests.len()
    }

    /// How many requests are waiting for their answers.
    pub(crate) fn in_flight(&self) -> usize {
        self.shared.lock().in_flight
    }

    /// How many requests at most waited at the same time.
    pub(crate) fn most_in_flight(&self) -> usize {
        self.shared.lock().most_in_flight
    }

    /// Lets one held answer go.
    pub(crate) fn release(&self) {
        self.shared.lock().released += 1;
        self.shared.released.notify_one();
    }
}

/// Answers the requests of one connection until either side ends it.
fn converse(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        let answer = shared.lock().answers.get(&request.path).cloned();
        let number = begin(shared, request.clone());
        let answer = answer.unwrap_or_else(|| Answer::status(404, &[]));
        let result = answer_with(answer, &request, stream, shared);
        let mut state = shared.lock();
        state.in_flight -= 1;
        state.requests[number].status = *result.as_ref().unwrap_or(&0);
        drop(state);
        result?;
        if request.header("connection") == Some("close") {
            break;
        }
    }
    Ok(())
}

fn begin(shared: &Shared, request: Request) -> usize {
    let mut state = shared.lock();
    state.in_flight += 1;
    state.most_in_flight = state.most_in_flight.max(state.in_flight);
    state.requests.push(request);
    state.requests.len() - 1
}

/// The next request; `None` when the client has gone.
fn read_request(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Request>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut lines = String::new();
    while reader.read_line(&mut lines)? > 2 {}
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    Ok(Some(Request { path, headers: wire::header_lines(&lines), status: 0 }))
}

/// Sends the answer; gives its status.
fn answer_with(
    answer: Answer,
    request: &Request,
    stream: &TcpStream,
    shared: &Shared,
) -> io::Result<u16> {
    match answer {
        Answer::Page(page) => send_page(&page, request, stream),
        Answer::Made(make) => send_page(&make(), request, stream),
        Answer::Fixed { status, headers, body } => send(stream, status, &headers, &body),
        Answer::Held(page) => {
            let state = shared.lock();
            let mut state = shared
                .released
                .wait_while(state, |state| state.released == 0)
                .expect("no panic in the origin");
            state.released -= 1;
            drop(state);
            send_page(&page, request, stream)
        }
        Answer::Hang => {
            let gone = io::copy(&mut stream.take(u64::MAX), &mut io::sink());
            Err(gone.err().unwrap_or_else(|| io::ErrorKind::ConnectionAborted.into()))
        }
        Answer::Cut(page) => {
            let mut out = stream;
            let length = page.body.len();
            write!(out, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n")?;
            out.write_all(&page.body[..length / 2])?;
            stream.shutdown(Shutdown::Both)?;
            Err(io::ErrorKind::ConnectionAborted.into())
        }
    }
}

fn send_page(page: &Page, request: &Request, stream: &TcpStream) -> io::Result<u16> {
    let mut headers = vec![("content-type".to_owned(), page.media_type.clone())];
    headers.extend(page.etag().map(|etag| ("etag".to_owned(), etag)));
    let date = page.last_modified.clone();
    headers.extend(date.map(|date| ("last-modified".to_owned(), date)));
    if page.is_known_to(request) {
        return send(stream, 304, &headers, &[]);
    }
    let accepts = request.header("accept-encoding").is_some_and(|list| list.contains("gzip"));
    if page.gzip && accepts {
        headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
        return send(stream, 200, &headers, &gzip(&page.body));
    }
    send(stream, 200, &headers, &page.body)
}

fn send(
    mut stream: &TcpStream,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<u16> {
    let mut lines = vec![format!("HTTP/1.1 {status} As Told")];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if status != 304 && wire::find(headers, "content-length").is_none() {
        lines.push(format!("content-length: {}", body.len()));
    }
    let mut bytes = format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes();
    bytes.extend_from_slice(body);
    stream.write_all(&bytes)?;
    Ok(status)
}

pub(crate) fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}
