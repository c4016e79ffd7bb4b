//! Behind a real nginx, which reaches the daemon by a unix socket and shows it under a path prefix, or
//! serves the files that it writes.

use crate::support::daemon::{Config, Daemon, Home};
use crate::support::feeds::{self, Feed};
use crate::support::origin::Origin;
use crate::support::skip::skipped;
use crate::support::{wait, wire};
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What the tests' `public_url` has in front of every path.
const PREFIX: &str = "/feeds/";

/// A running nginx; ended with its workers when dropped.
struct Nginx(Child);

impl Nginx {
    /// One with `servers` in its config and its files in `folder`; `None`, and said loudly, where there is none.
    fn start(folder: &Path, servers: &str) -> Option<Self> {
        let config = format!(
            "daemon off; pid nginx.pid; error_log stderr; events {{}}\n\
             http {{ include /etc/nginx/mime.types; access_log off; gzip on; gzip_types *; gzip_proxied any;\n\
             client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4;\n\
             scgi_temp_path t5;\n{servers} }}\n"
        );
        let path = folder.join("nginx.conf");
        std::fs::write(&path, config).expect("a writable folder");
        let path_of_programs = std::env::var("PATH").unwrap_or_default();
        let started = Command::new("nginx")
            .env("PATH", format!("{path_of_programs}:/usr/sbin"))
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(&path)
            .args(["-e", "stderr"])
            .stdin(Stdio::null())
            .spawn();
        match started {
            Ok(child) => Some(Self(child)),
            Err(error) => {
                skipped("a real proxy", &format!("nginx: {error}"));
                None
            }
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGTERM, not the SIGKILL of `Child::kill`: that would leave the workers.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// A port that is free now.
fn free_address() -> String {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    taken.local_addr().expect("an address").to_string()
}

/// A folder that nginx's workers, who are nobody, may enter, and a daemon that is to live there.
fn home(origin: &Origin) -> Home {
    origin.serve("/feed", Feed::rss("Rivers", feeds::series("river", 20)).page());
    let topic = "aliases = [\"streams\"]";
    let config = Config::new().source("rivers", &origin.url("/feed"), "");
    let home = Home::new(&config.clone());
    let socket = format!("unix:{}", home.path("http.sock").display());
    let files = format!("directory = \"{}\"", home.path("files").display());
    home.configure(&config.listen(&socket).publish(&files).topic("river", "river", topic));
    set_permissions(home.path("."), Permissions::from_mode(0o755)).expect("our own folder");
    home
}

fn get(address: &str, path: &str, headers: &[(&str, &str)]) -> wire::Reply {
    wait::until(&format!("{address} answers"), || wire::request(address, "GET", path, headers).ok())
}

#[test]
fn under_a_prefix_and_over_a_socket_links_and_etags_are_right() {
    let origin = Origin::start();
    let home = home(&origin);
    let [keeps, cuts] = [free_address(), free_address()];
    let socket = home.path("http.sock").display().to_string();
    // With a path behind the socket's, nginx replaces the prefix by it.
    let server = |address: &str, path: &str| {
        format!(
            "server {{ listen {address}; location {PREFIX} {{ proxy_pass http://unix:{socket}{path}; }} }}\n"
        )
    };
    let servers = server(&keeps, "") + &server(&cuts, ":/");
    let Some(_nginx) = Nginx::start(&home.path("."), &servers) else { return };
    let daemon = home.start();
    daemon.wait_for_items("river", 20);
    for address in [keeps, cuts] {
        for format in ["rss", "atom", "json"] {
            assert_served(&daemon, &address, format);
        }
        let moved = get(&address, &format!("{PREFIX}streams.rss"), &[]);
        let target = (moved.status, moved.header("location").expect("a location"));
        assert!(target.0 == 301 && target.1.ends_with(&format!("{PREFIX}river.rss")), "{target:?}");
        assert_eq!(get(&address, &format!("{PREFIX}absent.rss"), &[]).status, 404);
    }
}

/// The feed is, through the proxy, what the daemon gives, and says where it is seen.
fn assert_served(daemon: &Daemon, address: &str, format: &str) {
    let path = format!("{PREFIX}river.{format}");
    let own = daemon.get(&format!("/river.{format}"));
    let seen = get(address, &path, &[]);
    assert_eq!((seen.status, &seen.body), (200, &own.body), "{address}{path}");
    assert_eq!(seen.header("server").map(|server| &server[..5]), Some("nginx"));
    let self_link = format!("https://news.example.org{path}");
    assert!(seen.text().contains(&self_link), "{self_link} is not in {}", seen.text());
    for header in ["etag", "content-type", "last-modified", "cache-control", "vary"] {
        assert_eq!(seen.header(header), own.header(header), "{header} of {path}");
    }
    for encoding in ["identity", "gzip", "br"] {
        let asked = ("accept-encoding", encoding);
        let packed = get(address, &path, &[asked]);
        let etag = packed.header("etag").expect("an ETag").to_owned();
        assert!(etag.starts_with('"'), "{encoding}: {etag} is not strong any more");
        let again = get(address, &path, &[asked, ("if-none-match", &etag)]);
        let got = (again.status, again.body.len(), again.header("etag"));
        assert_eq!(got, (304, 0, Some(etag.as_str())), "{address}{path} {encoding}");
    }
}

#[test]
fn a_web_server_serves_the_files() {
    let origin = Origin::start();
    let home = home(&origin);
    let (address, files) = (free_address(), home.path("files"));
    let server = format!(
        "server {{ listen {address}; location {PREFIX} {{ alias {}/; }} }}",
        files.display()
    );
    let Some(_nginx) = Nginx::start(&home.path("."), &server) else { return };
    let daemon = home.start();
    daemon.wait_for_items("river", 20);
    for (format, media_type) in [
        ("rss", "application/rss+xml"),
        ("atom", "application/atom+xml"),
        ("json", "application/json"),
    ] {
        let own = daemon.get(&format!("/river.{format}")).body;
        let path = format!("{PREFIX}river.{format}");
        let reply = wait::until("the file is as served", || {
            let reply = get(&address, &path, &[]);
            (reply.body == own).then_some(reply)
        });
        assert_eq!(reply.header("content-type"), Some(media_type));
    }
}
