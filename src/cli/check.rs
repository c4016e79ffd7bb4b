//! `muara check`.

use super::exit::{Exit, Failure};
use super::out::{self, Out};
use crate::config::Config;
use std::path::Path;

/// Checks a config file.
pub(super) fn check(config: Option<&Path>) -> Result<Exit, Failure> {
    let path = Config::find(config)?;
    let config = Config::load(&path)?;
    if config.warnings.count() > 0 {
        out::to_stderr(config.warnings.render(out::styled()).trim_end());
    }
    let mut out = Out::new();
    out.line(format_args!(
        "{}: {} sources, {} topics; no errors",
        path.display(),
        config.sources.len(),
        config.topics.len()
    ))?;
    out.flush()?;
    Ok(Exit::Ok)
}
