//! How commands end: exit codes of sysexits.h, and errors for the person who reads them.

use super::out;
use crate::config::{EditError, NotFound, Problems};
use crate::store::StoreError;
use std::process::ExitCode;

/// How a command that did its work ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// It did.
    Ok,
    /// It was used wrongly (`EX_USAGE`).
    Usage,
    /// What it was given is wrong (`EX_DATAERR`).
    Data,
    /// What it was to read is not there (`EX_NOINPUT`).
    NoInput,
    /// Something that it needs cannot be had (`EX_UNAVAILABLE`).
    Unavailable,
    /// A bug, or a part that gave up (`EX_SOFTWARE`).
    Software,
    /// The disk failed or is full (`EX_IOERR`).
    Io,
    /// Another time it may work (`EX_TEMPFAIL`).
    Temporary,
    /// Config is wrong (`EX_CONFIG`).
    Config,
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Usage => 64,
            Self::Data => 65,
            Self::NoInput => 66,
            Self::Unavailable => 69,
            Self::Software => 70,
            Self::Io => 74,
            Self::Temporary => 75,
            Self::Config => 78,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        let exit = error
            .chain()
            .find_map(|cause| Some(exit_of(cause.downcast_ref::<StoreError>()?)))
            .unwrap_or(Exit::Software);
        Self::new(exit, format!("{error:#}"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(exit_of(&error), error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(Exit::Io, error.to_string())
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::new(Exit::Config, problems.render(out::styled()))
    }
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Problems(problems) => problems.into(),
            EditError::Changed(_) => Self::new(Exit::Temporary, error.to_string()),
            EditError::Io { .. } => Self::new(Exit::Io, error.to_string()),
        }
    }
}

impl From<NotFound> for Failure {
    fn from(error: NotFound) -> Self {
        Self::new(Exit::Config, error.to_string())
    }
}

fn exit_of(error: &StoreError) -> Exit {
    match error {
        StoreError::Locked(_) | StoreError::Busy => Exit::Temporary,
        StoreError::Missing(_) => Exit::NoInput,
        StoreError::Io(_) | StoreError::Full => Exit::Io,
        _ => Exit::Unavailable,
    }
}

/// Says why a command failed.
pub(super) fn report(failure: &Failure) -> ExitCode {
    let message = failure.message.trim_end();
    if message.starts_with("error") || message.starts_with('\u{1b}') {
        out::to_stderr(message);
    } else {
        out::to_stderr(&format!("muara: {message}"));
    }
    failure.exit.into()
}

/// Answers a command line that clap did not take: help and version are no errors.
pub(super) fn usage(message: &clap::Error) -> ExitCode {
    // Nobody is left to tell when the terminal is gone.
    drop(message.print());
    if message.use_stderr() { Exit::Usage.into() } else { Exit::Ok.into() }
}
