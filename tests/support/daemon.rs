//! A home for one muara: a folder with its config and its state, the commands run in it, and the daemon
//! when it is wanted. Everything ends with the test.

use super::{wait, wire};
use std::fmt;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A config to be written. Sources may live on loopback and nothing is asked twice by itself.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    listen: String,
    polling: String,
    publish: String,
    connections: Option<usize>,
    rest: String,
}

impl Config {
    pub(crate) fn new() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            polling: "every = \"6h\"\nmin = \"3h\"\nmax = \"24h\"\n".to_owned(),
            publish: String::new(),
            connections: Some(16),
            rest: String::new(),
        }
    }

    /// Listens elsewhere than on any free port.
    pub(crate) fn listen(mut self, listen: &str) -> Self {
        listen.clone_into(&mut self.listen);
        self
    }

    /// Replaces the keys of `[polling]`.
    pub(crate) fn polling(mut self, lines: &str) -> Self {
        lines.clone_into(&mut self.polling);
        self
    }

    /// Sets the keys of `[publish]`.
    pub(crate) fn publish(mut self, lines: &str) -> Self {
        lines.clone_into(&mut self.publish);
        self
    }

    /// Leaves 127.0.0.1 to the ordinary rules of politeness.
    pub(crate) fn polite(mut self) -> Self {
        self.connections = None;
        self
    }

    /// A source on loopback; `lines` are further keys.
    pub(crate) fn source(self, id: &str, url: &str, lines: &str) -> Self {
        let table = format!("id = \"{id}\"\nurl = \"{url}\"\nallow_private = true\n{lines}");
        self.table("[source]", &table)
    }

    /// A topic; `rule` is written as a literal string. It shows copies once, not stories, unless `lines`
    /// say otherwise: entries that are made by counting look like one story.
    pub(crate) fn topic(self, name: &str, rule: &str, lines: &str) -> Self {
        let collapse = if lines.contains("collapse") { "" } else { "collapse = \"copy\"\n" };
        let table = format!(
            "name = \"{name}\"\ntitle = \"All of {name}\"\nrule = '{rule}'\n{collapse}{lines}"
        );
        self.table("[topic]", &table)
    }

    /// Any further table, `[source]` for an element of the array `source`.
    pub(crate) fn table(mut self, name: &str, lines: &str) -> Self {
        self.rest += "\n[";
        self.rest += name;
        self.rest += "]\n";
        self.rest += lines;
        self.rest += "\n";
        self
    }

    pub(crate) fn text(&self, state: &Path) -> String {
        let Self { listen, polling, publish, connections, rest } = self;
        let state = state.display();
        let daemon = format!("[daemon]\nlisten = \"{listen}\"\nstate = \"{state}\"\n");
        let public = "public_url = \"https://news.example.org/feeds/\"\n";
        let domain = |n: &usize| format!("[[domain]]\nname = \"127.0.0.1\"\nconnections = {n}\n");
        let domain = connections.as_ref().map(domain).unwrap_or_default();
        format!("{daemon}{public}\n[polling]\n{polling}\n[publish]\n{publish}\n{domain}{rest}")
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.out, self.err)
    }
}

/// The folder of one muara.
pub(crate) struct Home {
    folder: Arc<tempfile::TempDir>,
}

impl Home {
    pub(crate) fn new(config: &Config) -> Self {
        let folder = tempfile::Builder::new().prefix("muara-").tempdir().expect("a folder");
        let home = Self { folder: Arc::new(folder) };
        home.configure(config);
        home
    }

    /// Writes another config.
    pub(crate) fn configure(&self, config: &Config) {
        self.write("config.toml", config.text(&self.state()));
    }

    /// Writes a file into the folder; gives its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a writable folder");
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The store's database: the one file of the state that begins as SQLite files do.
    pub(crate) fn database(&self) -> PathBuf {
        let files = std::fs::read_dir(self.state()).expect("a state directory");
        let mut paths = files.flatten().map(|file| file.path()).filter(|path| path.is_file());
        let is_database = |path: &PathBuf| {
            std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"))
        };
        paths.find(is_database).expect("a database in the state directory")
    }

    /// The command `muara --config … ARGUMENTS`, in the folder and with nothing of our environment
    /// that it would listen to.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = muara(self.folder.path());
        command.arg("--config").arg(self.path("config.toml")).args(arguments);
        command
    }

    /// Runs a command to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(self.command(arguments))
    }

    /// Runs a command that has to succeed; gives its output.
    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "muara {} failed: {ran}", arguments.join(" "));
        ran.out
    }

    /// The JSON that a command prints.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(arguments)).expect("one JSON value")
    }

    /// The JSON values that a command prints, one a line.
    #[track_caller]
    pub(crate) fn json_lines(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        json_lines(&self.ok(arguments))
    }

    /// What `muara status --json` says of `source`.
    #[track_caller]
    pub(crate) fn source_status(&self, source: &str) -> serde_json::Value {
        let status = self.json(&["status", "--json"]);
        let sources = status["sources"].as_array().expect("a list of sources");
        let found = sources.iter().find(|known| known["id"] == source);
        found.unwrap_or_else(|| panic!("no source {source} in {status}")).clone()
    }

    /// Starts the daemon and waits until it listens.
    #[track_caller]
    pub(crate) fn start(&self) -> Daemon {
        let mut daemon = Daemon::start(self.command(&["run"]));
        daemon.folder = Some(Arc::clone(&self.folder));
        daemon
    }
}

/// The binary in `folder`, with nothing of our environment that it would listen to.
pub(crate) fn muara(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muara"));
    let listened_to = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "STATE_DIRECTORY"];
    for name in listened_to.into_iter().chain(["LISTEN_FDS", "JOURNAL_STREAM", "RUST_LOG"]) {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null()).env("NO_COLOR", "1");
    command
}

#[track_caller]
pub(crate) fn json_lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON on every line")).collect()
}

/// Runs `command` to its end, which has to come.
#[track_caller]
pub(crate) fn run(mut command: Command) -> Ran {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary");
    let out = collect(child.stdout.take().expect("a pipe"));
    let err = collect(child.stderr.take().expect("a pipe"));
    let status = wait::until(&format!("{command:?} ends"), || child.try_wait().expect("a child"));
    let text = |thread: std::thread::JoinHandle<String>| thread.join().expect("output in UTF-8");
    Ran { code: status.code(), out: text(out), err: text(err) }
}

fn collect(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).expect("output in UTF-8");
        text
    })
}

/// A running daemon; killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    /// Host and port that it listens on, or `unix:` and a path.
    pub(crate) address: String,
    log: Arc<Mutex<String>>,
    /// Its home, which must not go before it does.
    folder: Option<Arc<tempfile::TempDir>>,
}

impl Daemon {
    /// Starts `command` and waits until it listens.
    #[track_caller]
    pub(crate) fn start(command: Command) -> Self {
        Self::start_with(command, Stdio::null())
    }

    /// The same with standard output to `out`.
    #[track_caller]
    pub(crate) fn start_with(mut command: Command, out: impl Into<Stdio>) -> Self {
        let mut child = command.stdout(out).stderr(Stdio::piped()).spawn().expect("the binary");
        let log = Arc::<Mutex<String>>::default();
        keep_log(child.stderr.take().expect("a pipe"), Arc::clone(&log));
        let address = wait::until("the daemon listens", || {
            let text = log.lock().expect("no panic in the log").clone();
            let has_ended = child.try_wait().expect("a child");
            assert!(has_ended.is_none(), "the daemon ended with {has_ended:?}:\n{text}");
            let (_, after) = text.split_once("listening on ")?;
            let address = after.split_once('\n')?.0;
            Some(address.trim_start_matches("http://").trim_end_matches('/').to_owned())
        });
        Self { child, address, log, folder: None }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything that it has logged.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("no panic in the log").clone()
    }

    /// Gets `path` without compression.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> wire::Reply {
        self.request("GET", path, &[])
    }

    #[track_caller]
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> wire::Reply {
        let reply = wire::request(&self.address, method, path, headers);
        reply.unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.log()))
    }

    /// The items of a topic by its JSON Feed; none while there is no such feed.
    #[track_caller]
    pub(crate) fn items(&self, topic: &str) -> Vec<serde_json::Value> {
        let reply = self.get(&format!("/{topic}.json"));
        if reply.status != 200 {
            return Vec::new();
        }
        reply.json()["items"].as_array().expect("items").clone()
    }

    /// Waits until `topic` has `count` items; gives them.
    #[track_caller]
    pub(crate) fn wait_for_items(&self, topic: &str, count: usize) -> Vec<serde_json::Value> {
        wait::until(&format!("{topic} has {count} items"), || {
            let items = self.items(topic);
            (items.len() == count).then_some(items)
        })
    }

    /// Sends SIGTERM and waits for the end; gives the status and how long it took.
    #[track_caller]
    pub(crate) fn terminate(self) -> (ExitStatus, Duration) {
        self.end_by("TERM")
    }

    /// Sends a signal, `INT` or `TERM`, and waits for the end.
    #[track_caller]
    pub(crate) fn end_by(mut self, signal: &str) -> (ExitStatus, Duration) {
        let started = Instant::now();
        let (option, pid) = (format!("-{signal}"), self.pid().to_string());
        let sent = Command::new("kill").args([&option, &pid]).status().expect("kill");
        assert!(sent.success(), "nobody to send SIG{signal} to");
        let status = wait::until("the daemon ends", || self.child.try_wait().expect("a child"));
        (status, started.elapsed())
    }

    /// Ends it at once, as a power cut would end its process.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a child to kill");
        self.child.wait().expect("a child");
    }

    /// Whether it is still there.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already: then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            tell(&format!("--- the daemon's log\n{}", self.log()));
        }
    }
}

/// Prints what a failed test, or one that takes long, has to say.
#[expect(clippy::print_stderr, reason = "the one place that prints")]
pub(crate) fn tell(text: &str) {
    eprintln!("{text}");
}

fn keep_log(pipe: impl Read + Send + 'static, log: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let mut log = log.lock().expect("no panic in the log");
            log.push_str(&line);
            log.push('\n');
        }
    });
}
