//! The commands. Each parses its arguments, asks the rooms below, and says what came of it: in words
//! for people, with `--json` as JSON for programs. Exit codes are those of sysexits.h.

mod add;
mod against;
mod args;
mod backup;
mod check;
mod concepts;
mod demo;
mod exit;
mod explain;
mod export;
mod import;
mod jsonl;
mod names_table;
mod operate;
mod out;
mod poll;
mod read;
mod reload;
mod run;
mod search;
mod status;
mod stored;
mod stories;
mod topics;
mod try_rule;
mod why;

use crate::app::operate::Operation;
use args::{Args, Command};
use clap::{CommandFactory, Parser};
use exit::{Exit, Failure};
use std::future::Future;
use std::path::Path;
use std::process::ExitCode;

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(message) => return exit::usage(&message),
    };
    match dispatch(args) {
        Ok(exit) => exit.into(),
        Err(failure) => exit::report(&failure),
    }
}

fn dispatch(args: Args) -> Result<Exit, Failure> {
    let config = args.config.as_deref();
    match args.command.unwrap_or(Command::Run) {
        Command::Run => on_runtime(run::run(config)),
        Command::Check { file, against_running: false, .. } => {
            check::check(file.as_deref().or(config))
        }
        Command::Check { file, since, .. } => {
            check::check(file.as_deref().or(config))?;
            on_runtime(against::against(config, file.as_deref(), since))
        }
        Command::Status { source, json } => on_runtime(status::status(config, source, json)),
        Command::Poll { source, all, json } => on_runtime(poll::poll(config, source, all, json)),
        Command::Reload { json } => on_runtime(reload::reload(config, json)),
        Command::Read(wanted) => on_runtime(read::read(wanted)),
        Command::Topics { json } => on_runtime(topics::topics(config, json)),
        Command::Try(wanted) => on_runtime(try_rule::try_rule(config, wanted)),
        Command::Search(wanted) => on_runtime(search::search(config, wanted)),
        Command::Concepts(wanted) => concepts::concepts(config, wanted),
        Command::Stories(wanted) => on_runtime(stories::stories(config, wanted)),
        Command::Add(wanted) => on_runtime(add::add(config, wanted)),
        Command::Import { file, dry_run } => import::import(config, &file, dry_run),
        Command::Export { topics } => export::export(config, topics),
        Command::Explain { what, json } => on_runtime(explain::explain(config, &what, json)),
        Command::Hide { what, json } => operate(config, Operation::Hide { what }, json),
        Command::Merge { one, other, json } => {
            operate(config, Operation::Merge { one, other }, json)
        }
        Command::Split { what, json } => operate(config, Operation::Split { what }, json),
        Command::Release { source, drop, json } => {
            operate(config, Operation::Release { source, drop }, json)
        }
        Command::Backup { to, json } => on_runtime(backup::backup(config, to, json)),
        Command::Restore { file, from, json } => {
            on_runtime(backup::restore(config, (file, from), json))
        }
        Command::Demo(wanted) => on_runtime(demo::demo(wanted)),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "muara", &mut std::io::stdout());
            Ok(Exit::Ok)
        }
    }
}

fn operate(config: Option<&Path>, operation: Operation, json: bool) -> Result<Exit, Failure> {
    on_runtime(operate::run(config, operation, json))
}

/// Does `work`. Threads that are still busy then, with a name that a server does not resolve or a
/// document that nobody waits for, are not waited for: the process ends without them.
fn on_runtime(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}
