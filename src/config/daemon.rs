//! `[daemon]`: where to listen, under which address subscribers see us, where state lives.

use super::findings::Complaint;
use super::problem::Problem;
use super::reader::Section;
use super::{Surroundings, shapes};
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// The daemon itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Daemon {
    /// Where HTTP is served.
    pub listen: Listen,
    /// What subscribers see in front of every path; ends in a slash.
    pub public_url: Url,
    /// The directory of the database and the shelf.
    pub state: PathBuf,
    /// How many bytes of renditions are held in memory.
    pub shelf: u64,
}

/// Where HTTP is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// An address and a port; port 0 takes a free one.
    Tcp(SocketAddr),
    /// A unix socket.
    Unix(PathBuf),
    /// The socket that systemd hands over.
    Systemd,
}

const SHELF: u64 = 64 << 20;
const ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 7878);

pub(super) fn read(mut section: Section<'_, '_, '_>, surroundings: &Surroundings) -> Daemon {
    let listen = section.text("listen", listen);
    let public_url = section.text("public_url", public_url);
    let state = section.text("state", state);
    let shelf = section.size("shelf");

    let listen_span = listen.as_ref().map(toml::Spanned::span);
    let listen = listen.map_or(Listen::Tcp(ADDRESS), toml::Spanned::into_inner);
    if section.lacks("public_url")
        && let (Some(span), Some(guess)) = (listen_span, unknown_to_subscribers(&listen))
    {
        section.findings.push(
            Problem::warning(format!("subscribers cannot reach `{guess}`"))
                .at(span)
                .label("without `public_url` feeds give that address")
                .help(NAME_THE_ADDRESS.to_owned()),
        );
    }
    section.finish();
    Daemon {
        public_url: public_url.map_or_else(|| own_address(&listen), toml::Spanned::into_inner),
        state: state.map_or_else(|| default_state(surroundings), toml::Spanned::into_inner),
        shelf: shelf.map_or(SHELF, toml::Spanned::into_inner),
        listen,
    }
}

const NAME_THE_ADDRESS: &str =
    "say how they reach it: `public_url = \"https://news.example.org/\"`";

fn listen(text: &str) -> Result<Listen, Complaint> {
    const HELP: &str = "an address with its port `\"127.0.0.1:7878\"`, \
         a socket `\"unix:/run/muara/http.sock\"`, or `\"systemd\"`";
    if text == "systemd" {
        return Ok(Listen::Systemd);
    }
    if let Some(path) = text.strip_prefix("unix:") {
        let path = Path::new(path);
        return if path.is_absolute() {
            Ok(Listen::Unix(path.to_owned()))
        } else {
            Err(Complaint::new("the path of a socket must be absolute").help(HELP))
        };
    }
    text.parse().map(Listen::Tcp).map_err(|_| {
        let is_port = text.trim_start_matches(':').parse::<u16>().is_ok();
        let what =
            if is_port { "the address is missing" } else { "this is not a place to listen on" };
        let help = match text.trim_start_matches(':').strip_prefix("localhost:") {
            Some(port) => format!("localhost is `\"127.0.0.1:{port}\"`"),
            None if is_port => format!("`\"127.0.0.1:{}\"`", text.trim_start_matches(':')),
            None => HELP.to_owned(),
        };
        Complaint::new(what).help(help)
    })
}

fn public_url(text: &str) -> Result<Url, Complaint> {
    let mut url = shapes::http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Complaint::new("paths are appended to it: it cannot hold `?` or `#`"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn state(text: &str) -> Result<PathBuf, Complaint> {
    if text.trim().is_empty() {
        return Err(Complaint::new("the path is empty"));
    }
    Ok(PathBuf::from(text))
}

/// `$STATE_DIRECTORY` comes from systemd; without it the service's own config (`sudo muara status`) means
/// the service's state, and any other config the current directory.
fn default_state(surroundings: &Surroundings) -> PathBuf {
    if let Some(directory) = &surroundings.state_directory {
        return directory.clone();
    }
    if surroundings.path == Path::new(super::find::SYSTEM) {
        return PathBuf::from("/var/lib/muara");
    }
    PathBuf::from("./muara-state")
}

/// What `public_url` is when config does not say it.
fn own_address(listen: &Listen) -> Url {
    let text = match listen {
        Listen::Tcp(address) => format!("http://{address}/"),
        Listen::Unix(_) | Listen::Systemd => String::new(),
    };
    Url::parse(&text).unwrap_or_else(|_| localhost())
}

#[expect(clippy::expect_used, reason = "the text is a constant")]
fn localhost() -> Url {
    Url::parse("http://localhost/").expect("a URL")
}

/// The address that feeds would name, when nobody could follow it.
fn unknown_to_subscribers(listen: &Listen) -> Option<Url> {
    let nowhere = match listen {
        // Which port it will be is not known before it is taken.
        Listen::Tcp(address) => address.ip().is_unspecified() || address.port() == 0,
        Listen::Unix(_) | Listen::Systemd => true,
    };
    nowhere.then(|| own_address(listen))
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Systemd => f.write_str("systemd"),
        }
    }
}
