//! A subscriber of the hub: a server that confirms what it asked for and keeps what it is sent.

use crate::support::wire;
use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

/// What the hub asked or sent.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) method: String,
    /// With its query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        wire::find(&self.headers, name)
    }

    pub(crate) fn query(&self) -> HashMap<String, String> {
        let (_, query) = self.target.split_once('?').unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }
}

#[derive(Debug, Default)]
struct State {
    told: Vec<Told>,
    /// Whether it means what it asked for.
    is_firm: bool,
    /// What it answers to deliveries.
    status: u16,
}

/// The server; it stops taking part when it is dropped, though its port stays taken.
pub(crate) struct Subscriber {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Subscriber {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("an address");
        let state = State { is_firm: true, status: 204, ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || drop(answer(&stream, &shared)));
            }
        });
        Self { address, state }
    }

    pub(crate) fn callback(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on, whether it confirms.
    pub(crate) fn be_firm(&self, is_firm: bool) {
        self.state().is_firm = is_firm;
    }

    /// From now on, what it answers to deliveries.
    pub(crate) fn answer(&self, status: u16) {
        self.state().status = status;
    }

    /// Everything that it was asked (`GET`) or sent (`POST`).
    pub(crate) fn told(&self, method: &str) -> Vec<Told> {
        self.state().told.iter().filter(|told| told.method == method).cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic in the subscriber")
    }
}

fn answer(stream: &TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let (line, rest) = head.split_once("\r\n").unwrap_or_default();
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    let (method, target, headers) = (word(), word(), wire::header_lines(rest));
    let length = wire::find(&headers, "content-length").map_or(0, |n| n.parse().unwrap_or(0));
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let told = Told { method, target, headers, body };
    let (status, words) = {
        let mut state = state.lock().expect("no panic in the subscriber");
        state.told.push(told.clone());
        match (told.method.as_str(), state.is_firm) {
            ("GET", true) => (200, told.query().remove("hub.challenge").unwrap_or_default()),
            ("GET", false) => (404, String::new()),
            _ => (state.status, String::new()),
        }
    };
    let length = words.len();
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{words}"
    )
}

/// Sends a form to `path` of the daemon at `address`; the status of the answer.
pub(crate) fn post(address: &str, path: &str, fields: &[(&str, &str)]) -> u16 {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut stream = TcpStream::connect(address).expect("the daemon");
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .expect("a request");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("an answer");
    reply.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}
