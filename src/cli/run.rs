//! `muara run`.

use super::exit::{Exit, Failure};
use crate::app;
use crate::config::Config;
use crate::telemetry::{self, LogFormat};
use std::path::Path;

/// Runs the daemon.
pub(super) async fn run(config: Option<&Path>) -> Result<Exit, Failure> {
    telemetry::init(LogFormat::Auto);
    let config = Config::load(&Config::find(config)?)?;
    if config.warnings.count() > 0 {
        tracing::warn!("what config says is probably not meant\n{}", config.warnings.render(false));
    }
    app::run(config).await?;
    Ok(Exit::Ok)
}
