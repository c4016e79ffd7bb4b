//! The daemon's life: start, serve, stop.

use super::control::{self, Desk};
use super::reload::{Reading, Reloader, status};
use super::{Engine, heartbeat};
use crate::config::{Config, Listen};
use crate::http::{self, Answer, Ask, HttpState, Listener, Pages, Search};
use crate::model::{EntryId, TopicName};
use crate::pipeline::{RuleError, Shared, TaskResult, Tasks, find_rule, find_words, page_at};
use crate::store::{Mode, SqliteStore};
use crate::systemd;
use crate::telemetry::Metrics;
use anyhow::{Context, Result, bail};
use listenfd::ListenFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How long a starting daemon waits for the lock of a command that is still at work.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long tasks get to finish after a signal; systemd and users expect an end within seconds.
const DRAIN: Duration = Duration::from_secs(4);

/// Runs the daemon until SIGTERM or SIGINT.
pub async fn run(config: Config) -> Result<()> {
    run_on(config, None).await
}

/// The same on a socket that is open already, in place of the one that config names.
pub(super) async fn run_on(config: Config, listener: Option<Listener>) -> Result<()> {
    let reading = Reading::of(&config.path);
    let metrics = Metrics::install();
    let store = SqliteStore::open(&config.daemon.state, Mode::Daemon { wait: PATIENCE }).await?;
    let closing = store.clone();
    let ran = serve((config, reading), store, metrics, listener).await;
    systemd::stopping();
    let closed = closing.close().await;
    ran?;
    Ok(closed?)
}

async fn serve(
    (config, reading): (Config, Reading),
    store: SqliteStore,
    metrics: Metrics,
    listener: Option<Listener>,
) -> Result<()> {
    // Before the service manager can ask for a reload: unheard, the signal would end the process.
    let hangup = signal(SignalKind::hangup())?;
    let (state, listen) = (config.daemon.state.clone(), config.daemon.listen.clone());
    let (engine, ends) = Engine::build(config, store).await?;
    let listener = match listener {
        Some(open) => open,
        None => bind(&listen).await?,
    };
    let address = address(&listener, &listen);
    let socket = control::socket_path(&state);
    let control = control::bind(&socket)?;
    engine.shared.store.announce(&socket)?;

    let (cancel, mut tasks) = (CancellationToken::new(), Tasks::default());
    let healthy = Arc::new(AtomicBool::new(true));
    engine.start(ends, &mut tasks, &cancel, true);
    let http = http_state(&engine, metrics.clone(), &healthy);
    let http = http::serve(listener, http, cancel.clone());
    tasks.start("HTTP server", async move { Ok(http.await?) });
    let (reloads, requests) = mpsc::channel(16);
    let desk = Desk { engine: engine.clone(), reloads, listen: address.clone() };
    let commands = control::serve(control, desk, cancel.clone());
    tasks.start("control socket", async move { Ok(commands.await?) });
    let beat = heartbeat::beat(engine.clone(), metrics, healthy, cancel.clone());
    tasks.start("heartbeat", ending(beat));
    let reloader = Reloader { engine: engine.clone(), reading, hangup, requests };
    tasks.start("reloader", ending(reloader.run(cancel.clone())));
    tasks.start("signals", signals(cancel.clone())?);

    tracing::info!("listening on {address}");
    systemd::ready(&status(&engine.shared.plan()));
    let ended = tasks.supervise(cancel, DRAIN).await;
    drop(std::fs::remove_file(&socket));
    Ok(ended?)
}

/// A task that cannot fail.
async fn ending(task: impl Future<Output = ()>) -> TaskResult {
    task.await;
    Ok(())
}

async fn bind(listen: &Listen) -> Result<Listener> {
    let bound = match listen {
        Listen::Tcp(address) => Listener::bind_tcp(*address).await,
        Listen::Unix(path) => Listener::bind_unix(path).await,
        Listen::Systemd => return inherited(),
    };
    bound.with_context(|| format!("cannot listen on {listen}"))
}

/// The socket that systemd opened for us.
fn inherited() -> Result<Listener> {
    let mut sockets = ListenFd::from_env();
    if let Ok(Some(socket)) = sockets.take_tcp_listener(0) {
        socket.set_nonblocking(true)?;
        return Ok(tokio::net::TcpListener::from_std(socket)?.into());
    }
    if let Ok(Some(socket)) = sockets.take_unix_listener(0) {
        socket.set_nonblocking(true)?;
        return Ok(tokio::net::UnixListener::from_std(socket)?.into());
    }
    bail!(
        "`listen = \"systemd\"`, but systemd handed over no socket: start muara by its .socket unit"
    )
}

/// Where the daemon serves, for people and for commands.
fn address(listener: &Listener, listen: &Listen) -> String {
    listener.address().map_or_else(|| listen.to_string(), |address| format!("http://{address}/"))
}

fn http_state(engine: &Engine, metrics: Metrics, healthy: &Arc<AtomicBool>) -> HttpState {
    let healthy = Arc::clone(healthy);
    HttpState {
        shelf: Arc::clone(&engine.shared.shelf),
        names: Arc::clone(&engine.names),
        public_url: engine.shared.plan().config.daemon.public_url.clone(),
        hub: engine.hub(),
        search: search(engine.shared.clone()),
        pages: pages(engine.shared.clone()),
        acts: Arc::clone(&engine.shared.acts),
        metrics: Arc::new(move || metrics.render()),
        ready: Arc::new(AtomicBool::new(true)),
        health: Arc::new(move || healthy.load(Ordering::Relaxed)),
    }
}

/// Answers who searches, from the store.
fn search(shared: Shared) -> Search {
    Arc::new(move |ask: Ask| {
        let shared = shared.clone();
        Box::pin(async move {
            let Ask { query, before, format } = ask;
            let found = match format {
                None => find_words(&shared, &query, before.map(EntryId))
                    .await
                    .map(|body| Answer::Page { body })
                    .map_err(Into::into),
                Some(format) => find_rule(&shared, &query, format)
                    .await
                    .map(|(body, changed_at)| Answer::Feed { body, changed_at }),
            };
            match found {
                Ok(answer) => Some(answer),
                Err(RuleError::Wrong(reason)) => Some(Answer::Wrong(reason)),
                Err(error) => {
                    tracing::error!(%error, "a search failed");
                    None
                }
            }
        })
    })
}

/// Writes the pages of archives that are asked for.
fn pages(shared: Shared) -> Pages {
    Arc::new(move |name: TopicName, number: i64| {
        let shared = shared.clone();
        Box::pin(async move {
            let page = page_at(&shared, &name, number).await;
            page.inspect_err(|error| {
                tracing::error!(topic = %name, page = number, "no page of the archive: {error}");
            })
            .ok()
        })
    })
}

type Ending = std::pin::Pin<Box<dyn Future<Output = TaskResult> + Send>>;

/// Ends the daemon on SIGTERM and SIGINT.
fn signals(cancel: CancellationToken) -> Result<Ending> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(Box::pin(async move {
        tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        systemd::stopping();
        cancel.cancel();
        Ok(())
    }))
}
