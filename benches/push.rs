//! How long it takes from the moment a source has told of a new entry to its delivery at subscribers of the hub, over
//! real HTTP on loopback: reading, recording, sequencing, rendering and sending. The daemon is the real one.
//!
//! `cargo bench --bench push`
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]
#![expect(clippy::unwrap_used, reason = "a benchmark ends with its first surprise")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const ROUNDS: usize = 10;
/// Subscribers live on so many hosts.
const HOSTS: usize = 50;
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    for subscribers in [1, 100, 1_000] {
        let world = World::new(subscribers);
        let mut spans: Vec<_> = (0..ROUNDS).map(|round| world.round(round + 1)).collect();
        report(subscribers, &mut spans);
    }
}

fn report(subscribers: usize, spans: &mut [(Duration, Duration)]) {
    let mut of = |which: fn(&(Duration, Duration)) -> Duration| {
        spans.sort_by_key(which);
        (which(&spans[spans.len() / 2]), which(&spans[spans.len() - 1]))
    };
    let ((first, worst_first), (last, worst_last)) = (of(|span| span.0), of(|span| span.1));
    println!(
        "{subscribers:5} subscribers: the first is told after {first:>8.1?} ({worst_first:.1?} at most), \
         the last after {last:>8.1?} ({worst_last:.1?} at most)"
    );
}

struct World {
    subscribers: usize,
    folder: tempfile::TempDir,
    _daemon: Daemon,
    entries: Arc<AtomicUsize>,
    asked: Arc<Mutex<Instant>>,
    delivered: Receiver<Instant>,
}

impl World {
    fn new(subscribers: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (entries, asked) =
            (Arc::<AtomicUsize>::default(), Arc::new(Mutex::new(Instant::now())));
        let feed = origin(Arc::clone(&entries), Arc::clone(&asked));
        std::fs::write(folder.path().join("config.toml"), config(folder.path(), &feed)).unwrap();
        let (daemon, address) = start(folder.path());
        let (sender, delivered) = mpsc::channel();
        let callbacks = (0..HOSTS.min(subscribers)).map(|host| subscriber(host, sender.clone()));
        let callbacks: Vec<String> = callbacks.collect();
        for n in 0..subscribers {
            let callback = format!("{}/{n}", callbacks[n % callbacks.len()]);
            // The hub lets no more than so many wait, and says so.
            while !subscribe(&address, &callback) {
                std::thread::yield_now();
            }
        }
        let started = Instant::now();
        while SUBSCRIBED.load(Ordering::SeqCst) < subscribers {
            assert!(started.elapsed() < PATIENCE, "not all have subscribed");
            std::thread::yield_now();
        }
        SUBSCRIBED.store(0, Ordering::SeqCst);
        Self { subscribers, folder, _daemon: daemon, entries, asked, delivered }
    }

    fn muara(&self, arguments: &[&str]) {
        let done = muara(self.folder.path(), arguments).stdout(Stdio::null()).status().unwrap();
        assert!(done.success());
    }

    /// The source tells of one more entry; after how long the first and the last subscriber have it.
    fn round(&self, entries: usize) -> (Duration, Duration) {
        self.entries.store(entries, Ordering::SeqCst);
        self.muara(&["poll", "--all"]);
        let told: Vec<Instant> = (0..self.subscribers)
            .map(|_| self.delivered.recv_timeout(PATIENCE).expect("a delivery"))
            .collect();
        let asked = *self.asked.lock().unwrap();
        let after = |at: Option<&Instant>| *at.unwrap() - asked;
        (after(told.iter().min()), after(told.iter().max()))
    }
}

/// Ends with the benchmark.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn muara(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muara"));
    command.current_dir(folder).args(["--config", "config.toml"]).args(arguments);
    command.stderr(Stdio::null()).stdin(Stdio::null());
    command
}

fn config(folder: &Path, feed: &str) -> String {
    format!(
        "[daemon]\nlisten = \"127.0.0.1:0\"\nstate = \"{}\"\npublic_url = \"https://news.example.org/\"\n\
         [polling]\nevery = \"6h\"\nmin = \"3h\"\nmax = \"24h\"\n\
         [[domain]]\nname = \"127.0.0.1\"\nconnections = 16\npause = \"0s\"\n\
         [hub]\nallow_private = true\n\
         [[source]]\nid = \"rivers\"\nurl = \"{feed}\"\nallow_private = true\n\
         [[topic]]\nname = \"river\"\nrule = \"river\"\ncollapse = \"off\"\n",
        folder.join("state").display()
    )
}

/// The daemon and its address.
fn start(folder: &Path) -> (Daemon, String) {
    let mut daemon = muara(folder, &["run"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(daemon.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("the daemon listens").unwrap();
        if let Some((_, address)) = line.split_once("listening on http://") {
            break address.trim_end_matches('/').to_owned();
        }
    };
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if line.contains("a subscription began") {
                SUBSCRIBED.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (Daemon(daemon), address)
}

/// A source with as many entries as `entries` says; notes when it was asked last.
fn origin(entries: Arc<AtomicUsize>, asked: Arc<Mutex<Instant>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            read_request(&stream);
            let mut feed = String::from("<rss version=\"2.0\"><channel><title>Rivers</title>");
            for n in (0..entries.load(Ordering::SeqCst)).rev() {
                let link = format!("https://river.example/{n}");
                let _ = write!(
                    feed,
                    "<item><title>river number {n}</title><link>{link}</link><guid>{link}</guid></item>"
                );
            }
            feed += "</channel></rss>";
            let length = feed.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\ncontent-length: {length}\r\n\
                 connection: close\r\n\r\n"
            );
            stream.write_all((head + &feed).as_bytes()).unwrap();
            *asked.lock().unwrap() = Instant::now();
        }
    });
    format!("http://{address}/feed")
}

/// How many subscriptions the hub says have begun.
static SUBSCRIBED: AtomicUsize = AtomicUsize::new(0);

/// Confirms all subscriptions of a host, and says when each delivery came.
fn subscriber(host: usize, delivered: Sender<Instant>) -> String {
    let listener = TcpListener::bind(format!("127.0.0.{}:0", host + 2)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let target = read_request(&stream);
            let challenge = target.split_once("hub.challenge=").map(|(_, rest)| rest);
            let challenge = challenge.and_then(|rest| rest.split(['&', ' ']).next());
            let words = challenge.unwrap_or_default();
            let length = words.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{words}"
            );
            let _ = stream.write_all(answer.as_bytes());
            if challenge.is_none() {
                // At the end nobody counts any more.
                let _ = delivered.send(Instant::now());
            }
        }
    });
    format!("http://{address}")
}

/// Reads a request to its end; its first line.
fn read_request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) <= 2 {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if first.is_empty() {
            first = line;
        }
    }
    let _ = reader.read_exact(&mut vec![0; length]);
    first
}

/// Whether the hub takes it now.
fn subscribe(daemon: &str, callback: &str) -> bool {
    let form = format!(
        "hub.mode=subscribe&hub.topic=https%3A%2F%2Fnews.example.org%2Friver.atom&hub.callback={}",
        url::form_urlencoded::byte_serialize(callback.as_bytes()).collect::<String>()
    );
    let mut stream = TcpStream::connect(daemon).unwrap();
    write!(
        stream,
        "POST /hub HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.starts_with("HTTP/1.1 202")
}
