//! A machine to install the service on: the real systemd as PID 1 of its own namespaces (see `boot`),
//! with the files of `config/` in /root/muara and the binary where `cargo install` would put it.

use crate::support::skip::skipped;
use crate::support::{daemon, wait, wire};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What `boot` ends with where there is nothing to boot on.
const CANNOT: i32 = 77;

/// Lets a README's lines run here: there is nothing to build, and we are root.
const SHIMS: [(&str, &str); 2] = [
    ("cargo", "#!/bin/sh\n[ \"$*\" = 'install --locked --path .' ]\n"),
    ("sudo", "#!/bin/sh\nexec \"$@\"\n"),
];

/// The commands that the README gives under this heading.
const SECTION: &str = "## Run it as a service";

/// A running machine; gone when dropped.
pub(crate) struct Machine {
    boot: Child,
    init: String,
    _folder: tempfile::TempDir,
}

impl Machine {
    /// Boots one whose config is `config`; `None`, and said loudly, where that cannot be.
    #[track_caller]
    pub(crate) fn boot(config: &str) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("muara-").tempdir().expect("a folder");
        prepare(&folder.path().join("files"), config);
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut boot = Command::new(project.join("tests/service/boot"))
            .arg(folder.path())
            .arg(concat!(env!("CARGO_BIN_EXE_muara"), "=/root/.cargo/bin/muara"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bash");
        let mut init = String::new();
        let mut out = BufReader::new(boot.stdout.take().expect("a pipe"));
        out.read_line(&mut init).expect("output in UTF-8");
        if init.is_empty() {
            let ended = boot.wait_with_output().expect("a child");
            let why = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(CANNOT), "no machine: {why}");
            skipped("the service under systemd", why.trim());
            return None;
        }
        Some(Self { boot, init: init.trim().to_owned(), _folder: folder })
    }

    /// Boots one and installs the service by the README.
    #[track_caller]
    pub(crate) fn with_service(config: &str, drop_in: &str) -> Option<Self> {
        let machine = Self::boot(config)?;
        machine.install(drop_in);
        Some(machine)
    }

    /// Installs the service by the README, with `drop_in` for the unit.
    #[track_caller]
    pub(crate) fn install(&self, drop_in: &str) {
        self.write("/etc/systemd/system/muara.service.d/test.conf", drop_in);
        self.ok(&format!("cd /root/muara && {}", readme_lines()));
    }

    /// Runs `script` in the machine.
    #[track_caller]
    pub(crate) fn run(&self, script: &str) -> daemon::Ran {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.init, "-a", "env", "-i", "HOME=/root"]);
        command.arg("PATH=/opt/shims:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        daemon::run({
            command.args(["bash", "-ec", script]).stdin(Stdio::null());
            command
        })
    }

    /// Runs `script`, which has to succeed; gives its output.
    #[track_caller]
    pub(crate) fn ok(&self, script: &str) -> String {
        let ran = self.run(script);
        assert_eq!(ran.code, Some(0), "{script}\n{ran}\n{}", self.log());
        ran.out.trim().to_owned()
    }

    /// What systemd knows of the service under `property`.
    #[track_caller]
    pub(crate) fn property(&self, property: &str) -> String {
        self.ok(&format!("systemctl show --value -p {property} muara"))
    }

    /// Waits until `property` is `value`.
    #[track_caller]
    pub(crate) fn wait_for(&self, property: &str, value: &str) {
        wait::until_true(&format!("{property} is {value}:\n{}", self.log()), || {
            self.property(property) == value
        });
    }

    /// The service's journal.
    pub(crate) fn log(&self) -> String {
        self.run("journalctl --no-pager -o cat -u muara").out
    }

    /// The path of a file of the machine for us.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{path}", self.init))
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable machine");
        std::fs::write(path, content).expect("a writable machine");
    }

    /// Permissions of a file as `ls` would show them in octal, and whose it is.
    #[track_caller]
    pub(crate) fn rights(&self, path: &str) -> String {
        self.ok(&format!("stat -c '%a %U' {path}"))
    }

    /// Where the daemon listens, by its control socket.
    #[track_caller]
    pub(crate) fn address(&self) -> String {
        let status = self.ok("muara --config /etc/muara/config.toml status --json");
        let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
        let listen = status["daemon"]["listen"].as_str().expect("a running daemon");
        listen.trim_start_matches("http://").trim_end_matches('/').to_owned()
    }

    /// The feed of the daemon at `address`, once it holds its items.
    #[track_caller]
    pub(crate) fn feed(&self, address: &str) -> String {
        wait::until(&format!("the feed is served:\n{}", self.log()), || {
            let reply = wire::request(address, "GET", "/river.rss", &[]).ok()?;
            reply.text().contains("river report number 6").then(|| reply.text().to_owned())
        })
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // The end of its input is what it waits for.
        drop(self.boot.stdin.take());
        let _ = self.boot.wait();
    }
}

/// Puts everything that the README's reader has into `files`.
fn prepare(files: &Path, config: &str) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let (ours, shims) = (files.join("root/muara/config"), files.join("opt/shims"));
    for folder in [&ours, &shims] {
        std::fs::create_dir_all(folder).expect("a folder");
    }
    for name in ["muara.service", "sysusers.conf", "tmpfiles.conf"] {
        std::fs::copy(project.join(name), ours.join(name)).expect("a file of config/");
    }
    std::fs::write(ours.join("config.toml"), config).expect("a file");
    for (name, script) in SHIMS {
        let path = shims.join(name);
        std::fs::write(&path, script).expect("a file");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&path, mode).expect("our own file");
    }
}

/// The first block of commands in the README's section on the service.
fn readme_lines() -> String {
    let readme = include_str!("../../README.md");
    let section = readme.split_once(SECTION).expect("a section on the service").1;
    let block = section.split_once("```sh\n").expect("commands").1;
    let lines = block.split_once("```").expect("an end").0.trim();
    assert!(lines.lines().count() <= 5, "more than five lines to install:\n{lines}");
    lines.replace('\n', " && ")
}
