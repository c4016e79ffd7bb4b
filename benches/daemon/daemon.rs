//! The daemon that is measured: the program itself, in a process of its own.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

pub(crate) struct Daemon {
    folder: PathBuf,
    process: Child,
}

impl Daemon {
    /// Starts it with the config in `folder`.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = muara(folder, &["run"]);
        let process = command.stdin(Stdio::null()).spawn().unwrap();
        Self { folder: folder.to_owned(), process }
    }

    /// Ends it as systemd does, and starts it again at once.
    pub(crate) fn restart(self) -> Self {
        let folder = self.folder.clone();
        self.stop();
        Self::start(&folder)
    }

    /// Ends it as systemd does.
    pub(crate) fn stop(mut self) {
        let pid = self.process.id().to_string();
        let start = Instant::now();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        let status = self.process.wait().unwrap();
        assert!(status.success() && start.elapsed() < Duration::from_secs(10), "{status}");
    }

    /// Seconds of CPU until now.
    pub(crate) fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        // User and system time (proc(5)), in hundredths of seconds.
        let ticks = fields.split_whitespace().skip(11).take(2);
        ticks.map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
    }

    /// The most memory that it ever held.
    pub(crate) fn peak_mib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// How long a command takes beside it, in seconds.
    pub(crate) fn command(&self, words: &[&str]) -> f64 {
        let start = Instant::now();
        let output = muara(&self.folder, words).output().unwrap();
        assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        start.elapsed().as_secs_f64()
    }
}

/// How long metrics take, in seconds.
pub(crate) fn metrics(port: u16) -> f64 {
    let start = Instant::now();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    start.elapsed().as_secs_f64()
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn muara(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muara"));
    command.arg("--config").arg(folder.join("config.toml")).args(words).env("MUARA_LOG", "error");
    command
}
