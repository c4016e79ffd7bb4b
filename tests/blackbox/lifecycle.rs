//! Starting, stopping, and being one of a kind.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::{Answer, Origin};
use crate::support::wait;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

#[test]
fn sigterm_ends_it_within_five_seconds_even_when_origins_hang() {
    let origin = Origin::start();
    origin.serve("/good", Feed::rss("Rivers", feeds::series("river", 3)).page());
    let config = (0..8).fold(Config::new().topic("all", "river", ""), |config, n| {
        let path = format!("/hang{n}");
        origin.serve(&path, Answer::Hang);
        config.source(&format!("h{n}"), &origin.url(&path), "")
    });
    let home = Home::new(&config.source("good", &origin.url("/good"), ""));
    let daemon = home.start();
    daemon.wait_for_items("all", 3);
    wait::until_true("all of them hang", || origin.in_flight() == 8);
    let (status, took) = daemon.terminate();
    assert_eq!(status.code(), Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(
        home.source_status("h0")["failures"],
        0,
        "a poll that we broke off is no failure of the source"
    );
    assert_eq!(home.source_status("good")["entries"], 3);
}

#[test]
fn a_second_daemon_is_refused_and_the_first_goes_on() {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    let mut first = home.start();
    let second = home.run(&["run"]);
    assert!([Some(69), Some(75)].contains(&second.code), "{second}");
    let names_it = second.err.contains(&first.pid().to_string());
    assert!(names_it, "it does not say which process has the store: {second}");
    assert!(first.is_running());
    assert_eq!(first.get("/healthz").status, 200);
}

#[test]
fn a_daemon_after_a_kill_takes_the_store_over() {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    home.start().kill();
    assert_eq!(home.start().get("/healthz").status, 200);
}

#[test]
fn systemd_hears_ready_watchdog_and_stopping() {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    let path = home.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(wait::PATIENCE)).expect("a time-out");
    let next = || {
        let mut buffer = [0; 4096];
        let length = socket.recv(&mut buffer).expect("a message to systemd");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    let hear = |word: &str| {
        let mut heard = String::new();
        while !heard.lines().any(|line| line == word) {
            heard += &(next() + "\n");
        }
        heard
    };
    let mut command = home.command(&["run"]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "1000000");
    let daemon = Daemon::start(command);
    let before = hear("READY=1");
    assert!(!before.contains("WATCHDOG=1"), "alive before it was ready: {before}");
    hear("WATCHDOG=1");
    hear("WATCHDOG=1");
    assert_eq!(daemon.terminate().0.code(), Some(0));
    hear("STOPPING=1");
}

#[test]
fn muara_alone_is_muara_run() {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    let daemon = Daemon::start(home.command(&[]));
    assert_eq!(daemon.get("/healthz").status, 200);
    let metrics = daemon.get("/metrics");
    assert_eq!(metrics.status, 200);
    assert!(
        metrics.text().lines().any(|line| line.starts_with("# TYPE muara_")),
        "{}",
        metrics.text()
    );
    assert_eq!(daemon.terminate().0.code(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let home = Home::new(&Config::new().topic("all", "river", ""));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let config = std::fs::read_to_string(home.path("config.toml")).expect("a config");
    home.write("config.toml", config.replace("127.0.0.1:0", &address));
    let ran = home.run(&["run"]);
    assert!(![Some(0), Some(101), None].contains(&ran.code), "{ran}");
    assert!(ran.err.contains(&address), "{ran}");
}
