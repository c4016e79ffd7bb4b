//! `muara run`.

use super::exit::{Exit, Failure};
use crate::app;
use crate::config::Config;
use crate::telemetry::{self, LogFormat};
use std::path::Path;

/// Runs the daemon.
pub(super) fn run(config: Option<&Path>) -> Result<Exit, Failure> {
    telemetry::init(LogFormat::Auto);
    let config = Config::load(&Config::find(config)?)?;
    super::runtime()?.block_on(app::run(config))?;
    Ok(Exit::Ok)
}
