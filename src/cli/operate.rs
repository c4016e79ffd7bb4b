//! `muara hide`, `merge`, `split` and `release`.

use super::exit::{Exit, Failure};
use super::out::Out;
use crate::app::operate::{Operation, operate};
use crate::config::Config;
use std::path::Path;

/// Does what an operator says about entries, and says what came of it.
pub(super) async fn run(
    config: Option<&Path>,
    operation: Operation,
    json: bool,
) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let done = operate(&config, operation).await.map_err(|error| {
        let is_ours = error.chain().all(|cause| cause.downcast_ref::<std::io::Error>().is_none());
        let is_stores = error.is::<crate::store::StoreError>();
        // What was named is not there.
        if is_ours && !is_stores {
            Failure::new(Exit::Data, format!("{error:#}"))
        } else {
            error.into()
        }
    })?;
    let mut out = Out::new();
    if json {
        out.json(&done)?;
    } else {
        out.line(&done.message)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}
