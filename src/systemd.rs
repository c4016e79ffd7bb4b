//! Talks to the service manager: readiness, status, reload, watchdog (`sd_notify(3)`).
//!
//! Without `NOTIFY_SOCKET` in the environment every function does nothing, so callers need not know
//! whether systemd runs them. What is worth telling, and when, is for `app`.

use sd_notify::NotifyState;
use std::time::Duration;

/// Start-up is complete: what depends on this service may start.
pub fn ready(text: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(&line(text))]);
}

/// The config is being read again; [`ready`] ends it.
pub fn reloading() {
    // Type=notify-reload (systemd 253) also wants the time, to tell this reload from an older one.
    match NotifyState::monotonic_usec_now() {
        Ok(time) => tell(&[NotifyState::Reloading, time]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// Shutdown has begun.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// One line for `systemctl status`.
pub fn status(text: &str) {
    tell(&[NotifyState::Status(&line(text))]);
}

/// How often to call [`watchdog`]: half of the time after which systemd would end the service.
/// `None` when it does not watch this process.
#[must_use]
pub fn watchdog_interval() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2).filter(|interval| !interval.is_zero())
}

/// A sign of life. Only to be given after the parts that matter have answered.
pub fn watchdog() {
    tell(&[NotifyState::Watchdog]);
}

/// The message is made of lines: one inside of a text would be read as another assignment.
fn line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "cannot reach the service manager at NOTIFY_SOCKET");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixDatagram;
    use std::process::Command;

    /// The environment belongs to the process: a child of this very test binary speaks.
    fn heard_from(speaker: &str, environment: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify.sock");
        let manager = UnixDatagram::bind(&path).unwrap();
        manager.set_nonblocking(true).unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &format!("systemd::tests::{speaker}"), "--ignored"])
            .env("NOTIFY_SOCKET", &path)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        let mut heard = String::new();
        let mut buffer = [0; 4096];
        while let Ok(length) = manager.recv(&mut buffer) {
            heard += std::str::from_utf8(&buffer[..length]).unwrap();
            heard += "--\n";
        }
        heard
    }

    #[test]
    #[ignore = "speaks to the socket of the test below"]
    fn a_whole_life() {
        ready("20 sources, 3 topics");
        watchdog();
        status("polling\nMAINPID=1");
        stopping();
    }

    #[test]
    fn the_service_manager_hears_a_life_from_ready_to_stopping() {
        assert_eq!(
            heard_from("a_whole_life", &[]),
            "READY=1\nSTATUS=20 sources, 3 topics\n--\nWATCHDOG=1\n--\n\
             STATUS=polling MAINPID=1\n--\nSTOPPING=1\n--\n"
        );
    }

    #[test]
    #[ignore = "speaks to the socket of the test below"]
    fn a_reload() {
        reloading();
        ready("reloaded");
    }

    #[test]
    fn a_reload_says_when_it_began() {
        let heard = heard_from("a_reload", &[]);
        let (began, ended) = heard.split_once("--\n").unwrap();
        let time = began.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
        assert!(time.trim_end().parse::<u64>().unwrap() > 0);
        assert_eq!(ended, "READY=1\nSTATUS=reloaded\n--\n");
    }

    #[test]
    #[ignore = "speaks to the socket of the test below"]
    fn its_watchdog_interval() {
        status(&format!("{:?}", watchdog_interval()));
    }

    #[test]
    fn the_watchdog_is_fed_twice_as_often_as_it_must_be() {
        let interval = |usec| heard_from("its_watchdog_interval", &[("WATCHDOG_USEC", usec)]);
        assert_eq!(interval("30000000"), "STATUS=Some(15s)\n--\n");
        assert_eq!(interval("0"), "STATUS=None\n--\n");
        assert_eq!(interval("soon"), "STATUS=None\n--\n");
    }

    #[test]
    fn a_watchdog_of_another_process_is_not_ours() {
        let environment = [("WATCHDOG_USEC", "30000000"), ("WATCHDOG_PID", "1")];
        assert_eq!(heard_from("its_watchdog_interval", &environment), "STATUS=None\n--\n");
    }
}
