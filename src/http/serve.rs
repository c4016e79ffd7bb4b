//! Taking connections, and letting them go.

use super::connection::{self, Patience};
use super::listen::Stream;
use super::routes::Site;
use super::{HttpState, Listener};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How many connections are served at once; more wait in the system's queue.
const CONNECTIONS: usize = 512;
/// After a failed accept: without file descriptors, trying again at once would only spin.
const PAUSE: Duration = Duration::from_millis(100);
/// How long answers under way may take to finish once the daemon stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// Serves `state` to whoever connects, until `cancel`. Then idle connections end at once, others
/// with their answer or after two seconds. An error means that the socket is of no use.
pub async fn serve(
    listener: Listener,
    state: HttpState,
    cancel: CancellationToken,
) -> io::Result<()> {
    let mut door = Door::new(Site::new(state), cancel.clone());
    let served = cancel.run_until_cancelled(door.keep_open(&listener)).await;
    drop(listener);
    door.close().await;
    served.unwrap_or(Ok(()))
}

/// The connections and the places for them.
struct Door {
    site: Site,
    cancel: CancellationToken,
    places: Arc<Semaphore>,
    connections: JoinSet<()>,
    /// Cancelled to make idle connections leave; then another one for those that come.
    leave: CancellationToken,
}

impl Door {
    fn new(site: Site, cancel: CancellationToken) -> Self {
        let leave = cancel.child_token();
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        Self { site, cancel, places, connections: JoinSet::new(), leave }
    }

    /// Ends only when the socket is of no use.
    async fn keep_open(&mut self, listener: &Listener) -> io::Result<()> {
        let mut failing = false;
        loop {
            let place = self.place().await?;
            match listener.accept().await {
                Ok(stream) => {
                    failing = false;
                    self.admit(stream, place);
                }
                Err(error) if is_lasting(&error) => return Err(error),
                Err(error) => {
                    if !failing {
                        tracing::warn!(%error, "cannot take connections; idle ones are closed");
                    }
                    failing = true;
                    self.make_room();
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// A place for one more connection. When all are taken, the idle ones are asked to leave: who
    /// holds connections open without using them must not keep others out.
    async fn place(&mut self) -> io::Result<OwnedSemaphorePermit> {
        if self.places.available_permits() == 0 {
            self.make_room();
        }
        self.places.clone().acquire_owned().await.map_err(io::Error::other)
    }

    fn admit(&mut self, stream: Box<dyn Stream>, place: OwnedSemaphorePermit) {
        let (site, leave) = (self.site.clone(), self.leave.clone());
        let served = connection::serve(stream, site, Patience::default(), leave);
        self.connections.spawn(async move {
            served.await;
            drop(place);
        });
        while let Some(ended) = self.connections.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, "a connection's task failed");
            }
        }
    }

    fn make_room(&mut self) {
        self.leave.cancel();
        self.leave = self.cancel.child_token();
    }

    async fn close(mut self) {
        let all_gone = async { while self.connections.join_next().await.is_some() {} };
        if timeout(FAREWELL, all_gone).await.is_err() {
            tracing::info!(open = self.connections.len(), "closing connections that did not end");
        }
    }
}

/// Whether every later accept would fail the same way: the socket does not listen, or is none.
fn is_lasting(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
}
