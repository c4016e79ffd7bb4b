//! Proves that the daemon works, to systemd's watchdog and to `/healthz`: by a round trip through
//! the writer and the sequencer, never by a mere timer. With each beat it also measures what
//! nobody counts: how sources fare, and what waits.

use super::Engine;
use crate::systemd;
use crate::telemetry::{self, Metrics};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often to look when no watchdog asks for more.
const EVERY: Duration = Duration::from_secs(10);
/// How long a round trip may take before the daemon counts as stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// Beats until `cancel`, and keeps `healthy` true as long as round trips come back.
pub(super) async fn beat(
    engine: Engine,
    metrics: Metrics,
    healthy: Arc<AtomicBool>,
    cancel: CancellationToken,
) {
    let every = systemd::watchdog_interval().map_or(EVERY, |interval| interval.min(EVERY));
    loop {
        let alive = tokio::select! {
            () = cancel.cancelled() => break,
            alive = tokio::time::timeout(PATIENCE, engine.alive()) => matches!(alive, Ok(Ok(()))),
        };
        healthy.store(alive, Ordering::Relaxed);
        if alive {
            systemd::watchdog();
            measure(&engine).await;
        } else {
            tracing::error!("no answer from the store or the sequencer in {PATIENCE:?}");
        }
        metrics.upkeep();
        tokio::select! {
            () = cancel.cancelled() => break,
            () = tokio::time::sleep(every) => {}
        }
    }
}

/// Sets the gauges. They stay as they were where the store does not tell: who asked for its answer
/// hears of that.
async fn measure(engine: &Engine) {
    let (units, commits) = engine.shared.store.written();
    telemetry::store_written(units, commits);
    telemetry::topics_served(engine.shared.plan().topics.len());
    let Ok(health) = engine.shared.store.health().await else { return };
    telemetry::sources_in("new", health.new);
    telemetry::sources_in("healthy", health.healthy);
    telemetry::sources_in("degraded", health.degraded);
    telemetry::sources_in("failing", health.failing);
    telemetry::sources_in("retired", health.retired);
    telemetry::sources_overdue(health.overdue);
    telemetry::entries_pending(health.pending);
    telemetry::entries_held(health.held);
}
