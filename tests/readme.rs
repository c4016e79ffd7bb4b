//! What the README shows is what there is: its commands run, in its order, with its pieces of config and
//! against newspapers on loopback; its picture of `muara status` has the shape of a real one. (What brings
//! up the service runs in `tests/service`.)

#[expect(dead_code, reason = "shared with the black-box tests, which need more of it")]
#[path = "support/mod.rs"]
mod support;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::daemon::{self, Daemon, Ran};
use support::feeds::{Entry, Feed};
use support::origin::{Answer, Origin, Page};
use support::wait;

const README: &str = include_str!("../README.md");
/// The host of its example, which is served from loopback here.
const EXAMPLE: &str = "https://www.example.co.kr";
/// Where its daemon listens; ours takes any port.
const ADDRESS: &str = "127.0.0.1:7878";

/// The blocks of one language under every heading, with their headings.
fn blocks(language: &str) -> Vec<(&'static str, &'static str)> {
    let (mut heading, mut rest, mut found) = ("", README, Vec::new());
    while let Some(line_end) = rest.find('\n') {
        let line = &rest[..line_end];
        rest = &rest[line_end + 1..];
        if let Some(title) = line.strip_prefix("## ") {
            heading = title;
        } else if let Some(of) = line.strip_prefix("```") {
            let (block, after) = rest.split_once("```\n").expect("an end of every block");
            rest = after;
            if of == language {
                found.push((heading, block));
            }
        }
    }
    found
}

/// A reader of the README: a folder with the config that it makes of its pieces.
struct Reader {
    folder: tempfile::TempDir,
    origin: Origin,
    /// What runs by now.
    daemon: Option<Daemon>,
}

impl Reader {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("muara-").tempdir().expect("a folder");
        let reader = Self { folder, origin: newspapers(), daemon: None };
        std::fs::create_dir(reader.path("config")).expect("a folder");
        let path = reader.path("config/config.toml");
        std::fs::write(path, reader.config()).expect("a file");
        reader
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The README's pieces and the sources of its picture.
    fn config(&self) -> String {
        let pieces = blocks("toml").into_iter().map(|(_, block)| self.local(block));
        let sources = SOURCES.into_iter().map(|(id, keys, _)| {
            let url = self.origin.url(&format!("/{id}"));
            format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\n{keys}\n")
        });
        let daemon = "[daemon]\nlisten = \"127.0.0.1:0\"\n".to_owned();
        let config: String = std::iter::once(daemon).chain(sources).chain(pieces).collect();
        // A source on loopback has to be allowed, which no reader of the README needs.
        let here = format!("url = \"{}", self.origin.url(""));
        config.replace(&here, &format!("allow_private = true\n{here}"))
    }

    /// `text` with the README's addresses in this test.
    fn local(&self, text: &str) -> String {
        let text = text.replace(&format!("{EXAMPLE}/"), &self.origin.url("/"));
        match &self.daemon {
            Some(daemon) => text.replace(ADDRESS, &daemon.address),
            None => text,
        }
    }

    /// The binary, in the folder.
    fn muara(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muara"));
        self.at_home(&mut command);
        command
    }

    fn at_home(&self, command: &mut Command) {
        command.current_dir(self.folder.path()).stdin(Stdio::null()).env("NO_COLOR", "1");
        for name in ["MUARA_CONFIG", "NOTIFY_SOCKET", "STATE_DIRECTORY", "RUNTIME_DIRECTORY"] {
            command.env_remove(name);
        }
    }

    /// Runs a line in a shell for which `muara` is ours.
    fn shell(&self, line: &str) -> Ran {
        let binary = Path::new(env!("CARGO_BIN_EXE_muara")).parent().expect("a folder");
        let others = std::env::var("PATH").expect("a path of programs");
        let mut command = Command::new("bash");
        self.at_home(&mut command);
        command.env("PATH", format!("{}:{others}", binary.display()));
        command.args(["-c", &self.local(line)]);
        daemon::run(command)
    }

    /// Does what the README says.
    fn follow(&mut self, line: &str) {
        let line = line.split_once(" #").map_or(line, |(command, _)| command).trim();
        if line == "./tests/run" {
            // It runs us.
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
            let ran = self.shell(&format!("test -x {0} && bash -n {0}", script.display()));
            assert_eq!(ran.code, Some(0), "{ran}");
        } else if let Some(arguments) = line.strip_prefix("cargo run --release") {
            // The build that is tested in place of another; it serves until something else is run so.
            let arguments = arguments.trim_start().trim_start_matches("--").split_whitespace();
            let mut command = self.muara();
            command.args(arguments);
            self.daemon = None;
            self.daemon = Some(Daemon::start(command));
        } else if line.starts_with("muara ") || line.starts_with("curl ") {
            // As in config: loopback has to be allowed.
            let ran = self.shell(&line.replace("muara read ", "muara read --allow-private "));
            assert_eq!(ran.code, Some(0), "{line}\n{ran}");
        } else {
            panic!("nobody runs this line of the README: `{line}`; say here how");
        }
    }
}

/// A source of the picture: its id, further keys, and what its server does.
type Pictured = (&'static str, &'static str, Doing);

const SOURCES: [Pictured; 4] = [
    ("yonhap-north-korea", "", Doing::Publishes { items: 20, each_time: 2 }),
    ("tass", "", Doing::Publishes { items: 30, each_time: 5 }),
    ("nhk-world-news", "every = \"6h\"", Doing::Publishes { items: 7, each_time: 0 }),
    ("antara-dunia", "", Doing::Fails(503)),
];

#[derive(Clone, Copy)]
enum Doing {
    /// Shows so many items, of which some are new whenever it is asked.
    Publishes {
        items: usize,
        each_time: usize,
    },
    Fails(u16),
}

/// The README's example and the sources of its picture, served from loopback.
fn newspapers() -> Origin {
    let origin = Origin::start();
    origin.serve("/rss/northkorea.xml", feed("example", 0..9));
    for (id, _, doing) in SOURCES {
        let path = format!("/{id}");
        match doing {
            Doing::Fails(status) => origin.serve(&path, Answer::status(status, &[])),
            Doing::Publishes { items, each_time } => {
                let asked = AtomicUsize::new(0);
                let page = move || {
                    let first = asked.fetch_add(1, Ordering::Relaxed) * each_time;
                    feed(id, first..first + items)
                };
                origin.serve(&path, Answer::Made(Arc::new(page)));
            }
        }
    }
    origin
}

fn feed(paper: &str, numbers: Range<usize>) -> Page {
    let entry = |n| {
        let title = format!("푸틴 대통령, 평양 방문 {n}일째 북한과 회담 ({paper})");
        let summary = format!("<p>Путин в КНДР, день {n}: {paper}</p>");
        Entry::new(&title, &summary, &format!("https://{paper}.example/{n}"))
    };
    Feed::rss(paper, numbers.rev().map(entry).collect()).page()
}

/// `text` without what differs from one run to the next: numbers, times and the widths of columns.
fn shape(text: &str) -> Vec<String> {
    let word = |word: &str| {
        let digits = word.replace(|c: char| c.is_ascii_digit() || c == '.', "#");
        let mut squeezed = String::new();
        for c in digits.chars().filter(|c| *c != '\n') {
            if !(c == '#' && squeezed.ends_with('#')) {
                squeezed.push(c);
            }
        }
        // Seconds, minutes and hours are times alike.
        match squeezed.trim_end_matches([':', ',']) {
            "#s" | "#m" | "#h" | "#d" => squeezed.replacen(['s', 'm', 'h', 'd'], "t", 1),
            "entries/d" => "entries/h".to_owned(),
            _ => squeezed,
        }
    };
    let line = |line: &str| line.split_whitespace().map(word).collect::<Vec<_>>().join(" ");
    text.trim().lines().map(line).collect()
}

#[test]
fn its_commands_do_what_it_says_and_status_looks_like_its_picture() {
    let mut reader = Reader::new();
    let service = |heading: &str| heading == "Run it as a service";
    for (heading, block) in blocks("sh").into_iter().filter(|(heading, _)| !service(heading)) {
        assert!(!heading.is_empty(), "commands without a heading");
        block.lines().filter(|line| !line.is_empty()).for_each(|line| reader.follow(line));
    }
    let daemon = reader.daemon.as_ref().expect("the daemon of the README");
    for address in README.split(&format!("http://{ADDRESS}")).skip(1) {
        let path = address.split(['>', '`', ' ', ';']).next().expect("a path");
        assert_eq!(daemon.get(path).status, 200, "{path}");
    }

    let picture = blocks("text").into_iter().map(|(_, block)| block);
    let picture = picture.filter(|block| block.starts_with("muara is ")).collect::<String>();
    // Once its first poll is not its last any more.
    let status = wait::until("every source was polled twice", || {
        let status = reader.shell("muara poll --all && muara status").out;
        let (_, table) = status.split_once("muara is ")?;
        let again = table.contains(" times (");
        let known = table.matches("not-modified").count() == 2;
        (again && known).then(|| format!("muara is {table}"))
    });
    let status = status.replace(&daemon.address, ADDRESS);
    assert_eq!(shape(&picture), shape(&status), "the README should show this:\n{status}");
}

#[test]
fn every_command_that_it_names_exists() {
    let reader = Reader::new();
    let inline =
        README.split('`').skip(1).step_by(2).filter_map(|code| code.strip_prefix("muara "));
    let mut known = 0;
    for command in inline.filter_map(|code| code.split([' ', '\n']).next()) {
        let ran = reader.shell(&format!("muara {command} --help"));
        assert_eq!(ran.code, Some(0), "muara {command}: {ran}");
        known += 1;
    }
    assert!(known > 8, "only {known} commands were found in the README");
}
