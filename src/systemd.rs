//! Talks to systemd: readiness, status, watchdog.
