//! `muara reload`.

use super::exit::{Exit, Failure};
use super::out::{self, Out};
use crate::app;
use crate::app::Change;
use crate::app::control::{self, Command, Event};
use crate::config::Config;
use std::path::Path;

/// Makes the running daemon take up its config, and ends when feeds are as the config says. A config
/// with errors is refused here, or by the daemon where it has another file.
pub(super) async fn reload(config: Option<&Path>, json: bool) -> Result<Exit, Failure> {
    let config = Config::load(&Config::find(config)?)?;
    let state = &config.daemon.state;
    let Some(socket) = app::daemon(state) else {
        let message = format!("no daemon runs on the state in {}", state.display());
        return Err(Failure::new(Exit::Unavailable, message));
    };
    let (mut changed, mut refused) = (None, None);
    control::ask(&socket, &Command::Reload, |event| {
        match event {
            Event::Reloaded(change) => changed = Some(change),
            Event::Invalid { problems } => refused = Some(problems),
            _ => {}
        }
        Ok(())
    })
    .await?;
    match (changed, refused) {
        (_, Some(problems)) => Err(Failure::new(Exit::Config, problems)),
        (change, None) => show(&change.unwrap_or_default(), json),
    }
}

fn show(change: &Change, json: bool) -> Result<Exit, Failure> {
    let mut out = Out::new();
    if json {
        out.json(change)?;
    } else {
        out.line(change)?;
        for key in &change.kept {
            out::to_stderr(&format!("`{key}` holds from the next start on; until then it stays"));
        }
    }
    out.flush()?;
    Ok(Exit::Ok)
}
