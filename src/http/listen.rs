//! Where connections come from.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener, UnixStream};

/// A socket that takes connections. One that was bound to a path takes its file away with it.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    file: Option<PathBuf>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// A connection, whatever it came over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Listener {
    /// Listens on `address`.
    pub async fn bind_tcp(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Self::from)
    }

    /// Listens on a socket file, in place of one that nobody listens on any more. Everyone may
    /// connect who may enter its folder: a proxy seldom runs as the same user.
    pub async fn bind_unix(path: &Path) -> io::Result<Self> {
        remove_stale(path).await?;
        let socket = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o666))?;
        Ok(Self { socket: Socket::Unix(socket), file: Some(path.to_owned()) })
    }

    /// The address of a TCP socket: the port that the system chose for port 0.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(socket) => socket.local_addr().ok(),
            Socket::Unix(_) => None,
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match &self.socket {
            Socket::Tcp(socket) => {
                let (stream, _) = socket.accept().await?;
                // An answer is written whole; waiting for more would only delay it. A client that
                // is gone already is no error of the socket.
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
            Socket::Unix(socket) => Ok(Box::new(socket.accept().await?.0)),
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(socket: TcpListener) -> Self {
        Self { socket: Socket::Tcp(socket), file: None }
    }
}

impl From<UnixListener> for Listener {
    /// A socket that somebody else bound and cleans up after.
    fn from(socket: UnixListener) -> Self {
        Self { socket: Socket::Unix(socket), file: None }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // The next start removes what stays here.
            let _ = fs::remove_file(file);
        }
    }
}

/// Takes away a socket file that a crash left; never one that is in use, nor another kind of file.
async fn remove_stale(path: &Path) -> io::Result<()> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !kind.is_socket() {
        return Err(io::Error::new(ErrorKind::AlreadyExists, "there is a file that is no socket"));
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) => Err(error),
        Ok(_) => Err(ErrorKind::AddrInUse.into()),
    }
}
