//! The service under the real systemd, installed as the README says: started, reloaded, watched, crashed
//! and stopped. Says SKIPPED where nothing can be booted.

#[expect(dead_code, reason = "shared with the black-box tests, which need more of it")]
#[path = "../support/mod.rs"]
mod support;

mod machine;

use machine::Machine;
use std::time::{Duration, Instant};
use support::feeds::{self, Feed};
use support::origin::Origin;
use support::{wait, wire};

const QUICK: &str = "[Service]\nRestartSec=100ms\n";

/// A config with one source, one topic and files for a web server.
fn config(origin: &Origin, listen: &str) -> String {
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 7)).page());
    let url = origin.url("/feed");
    format!(
        "[daemon]\nlisten = \"{listen}\"\npublic_url = \"https://news.example.org/\"\n\
         [publish]\ndirectory = \"/srv/muara\"\n\
         [[source]]\nid = \"rivers\"\nurl = \"{url}\"\nallow_private = true\n\
         [[topic]]\nname = \"river\"\nrule = \"river\"\n"
    )
}

const ANY: &str = "127.0.0.1:0";

#[test]
fn five_lines_of_the_readme_bring_it_up_for_a_web_server_to_read() {
    let origin = Origin::start();
    let Some(machine) = Machine::with_service(&config(&origin, ANY), QUICK) else { return };
    assert_eq!(machine.property("ActiveState"), "active");
    let status = machine.property("StatusText");
    assert!(status.contains("1 source"), "{status}");
    assert_eq!(machine.ok("systemctl is-enabled muara"), "enabled");

    let unit = "/etc/systemd/system/muara.service";
    machine.ok(&format!("systemd-analyze verify --man=no {unit}"));
    machine.ok(&format!("systemd-analyze security --offline=yes --threshold=12 {unit}"));

    let address = machine.address();
    machine.feed(&address);
    for format in ["rss", "atom", "json"] {
        let path = format!("/river.{format}");
        let served = wire::request(&address, "GET", &path, &[]).expect("an answer").body;
        let file = format!("/srv/muara/river.{format}");
        wait::until_true("the file is as served", || {
            std::fs::read(machine.path(&file)).is_ok_and(|file| file == served)
        });
        assert_eq!(machine.rights(&file), "644 muara");
        machine.ok(&format!("setpriv --reuid nobody --clear-groups cat {file}"));
    }
    for (path, rights) in [
        ("/srv/muara", "755 muara"),
        ("/run/muara", "755 muara"),
        ("/run/muara/control.sock", "600 muara"),
        ("/var/lib/muara", "700 muara"),
    ] {
        assert_eq!(machine.rights(path), rights, "{path}");
    }
    assert!(machine.log().contains("listening on"), "the journal lacks its words");
}

#[test]
fn a_reload_keeps_the_process_and_a_stop_ends_it_in_time() {
    let origin = Origin::start();
    let Some(machine) = Machine::with_service(&config(&origin, ANY), QUICK) else { return };
    let (process, address) = (machine.property("MainPID"), machine.address());
    let before = machine.feed(&address);

    machine.ok("systemctl reload muara");
    machine.wait_for("ActiveState", "active");
    assert_eq!(machine.property("MainPID"), process);
    assert!(machine.feed(&address) == before, "a subscriber notices the reload");

    let started = Instant::now();
    machine.ok("systemctl stop muara");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert_eq!(machine.property("Result"), "success");
    assert_eq!(machine.property("ExecMainStatus"), "0");

    machine.ok("systemctl start muara");
    assert!(machine.feed(&machine.address()) == before, "a subscriber notices the restart");
}

#[test]
fn a_reload_takes_effect_or_says_in_the_status_why_not() {
    let origin = Origin::start();
    let config = config(&origin, ANY);
    let Some(machine) = Machine::with_service(&config, QUICK) else { return };
    let (process, address) = (machine.property("MainPID"), machine.address());
    machine.feed(&address);

    let wrong = config.replace("rule = ", "role = ");
    machine.write("/etc/muara/config.toml", &wrong);
    machine.ok("systemctl reload muara");
    let status = wait::until("the status says what is wrong", || {
        let status = machine.property("StatusText");
        status.contains("not reloaded").then_some(status)
    });
    assert!(status.contains("config.toml"), "{status}");
    assert_eq!(machine.property("ActiveState"), "active");

    let more = "[[topic]]\nname = \"sixth\"\nrule = \"title:6\"\n";
    machine.write("/etc/muara/config.toml", &(config + more));
    machine.ok("systemctl reload muara");
    wait::until_true("the new topic is served", || {
        let reply = wire::request(&address, "GET", "/sixth.rss", &[]);
        reply.is_ok_and(|reply| reply.text().contains("river report number 6"))
    });
    let said = || machine.property("StatusText").contains("2 topics");
    wait::until_true("the status tells of the new topic", said);
    assert_eq!(machine.property("ActiveState"), "active");
    assert_eq!(machine.property("MainPID"), process);
}

#[test]
fn a_daemon_that_hangs_is_ended_by_the_watchdog_and_comes_back() {
    let origin = Origin::start();
    let watched = format!("{QUICK}WatchdogSec=4s\n");
    let Some(machine) = Machine::with_service(&config(&origin, ANY), &watched) else { return };
    let before = machine.feed(&machine.address());
    machine.ok("systemctl kill --kill-whom=main -s STOP muara");
    machine.wait_for("NRestarts", "1");
    machine.wait_for("ActiveState", "active");
    let log = machine.log();
    assert!(log.contains("Watchdog timeout"), "{log}");
    assert!(machine.feed(&machine.address()) == before, "a subscriber notices");
}

#[test]
fn a_crash_is_followed_by_a_start_and_a_wrong_config_is_not() {
    let origin = Origin::start();
    let config = config(&origin, ANY);
    let Some(machine) = Machine::with_service(&config, QUICK) else { return };
    let before = machine.feed(&machine.address());
    machine.ok("systemctl kill --kill-whom=main -s KILL muara");
    machine.wait_for("NRestarts", "1");
    machine.wait_for("ActiveState", "active");
    assert!(machine.feed(&machine.address()) == before, "a subscriber notices");

    machine.ok("systemctl stop muara");
    machine.write("/etc/muara/config.toml", &config.replace("rule = ", "role = "));
    assert_ne!(machine.run("systemctl start muara").code, Some(0));
    assert_eq!(machine.property("ActiveState"), "failed");
    assert_eq!(machine.property("ExecMainStatus"), "78");
    assert_eq!(machine.property("NRestarts"), "0");
    let log = machine.log();
    assert!(log.contains("role") && log.contains("config.toml:"), "{log}");
}

#[test]
fn a_socket_of_systemd_starts_it_and_stays_open_while_it_restarts() {
    let origin = Origin::start();
    let taken = std::net::TcpListener::bind(ANY).expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    drop(taken);
    let config = config(&origin, "systemd");
    let activated = format!("{QUICK}Sockets=muara.socket\n");
    let Some(machine) = Machine::boot(&config) else { return };
    let socket = format!("[Socket]\nListenStream={address}\n");
    machine.write("/etc/systemd/system/muara.socket", &socket);
    machine.install(&activated);
    let before = machine.feed(&address);

    machine.ok("systemctl stop muara");
    assert_eq!(machine.property("ActiveState"), "inactive");
    assert!(machine.feed(&address) == before, "it starts another feed");
    let process = machine.property("MainPID");
    machine.ok("systemctl --no-block restart muara");
    wait::until_true("another process serves", || {
        let reply = wire::request(&address, "GET", "/river.rss", &[]);
        assert!(reply.expect("a socket that stays open").text() == before);
        machine.property("MainPID") != process
    });
}

#[test]
fn what_root_does_while_it_is_stopped_leaves_nothing_that_it_cannot_use() {
    let origin = Origin::start();
    let Some(machine) = Machine::with_service(&config(&origin, ANY), QUICK) else { return };
    machine.feed(&machine.address());
    machine.ok("systemctl stop muara");
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 8)).page());
    machine.ok("muara --config /etc/muara/config.toml poll --all");
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 9)).page());
    machine.ok("systemctl start muara");
    machine.ok("muara --config /etc/muara/config.toml poll --all");
    let address = machine.address();
    wait::until_true("it goes on with what root began", || {
        let feed = machine.feed(&address);
        feed.contains("river report number 7") && feed.contains("river report number 8")
    });
    // The list of all topics is written after the topics: until then root's stands there.
    wait::until_true("every file is the service's", || {
        machine.ok("find /var/lib/muara /srv/muara ! -user muara").is_empty()
    });
}
