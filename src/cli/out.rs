//! Where commands write to. A reader that goes away (`muara stories | head`) is no error.

use serde::Serialize;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

/// Standard output, buffered.
pub(super) struct Out(BufWriter<StdoutLock<'static>>);

impl Out {
    pub(super) fn new() -> Self {
        Self(BufWriter::new(io::stdout().lock()))
    }

    /// One line of text.
    pub(super) fn line(&mut self, text: impl std::fmt::Display) -> io::Result<()> {
        quiet(writeln!(self.0, "{text}"))
    }

    /// One JSON object in one line.
    pub(super) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let line = serde_json::to_string(value).map_err(io::Error::from)?;
        self.line(line)
    }

    /// Hands over what is buffered.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        quiet(self.0.flush())
    }
}

fn quiet(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Whether messages may be coloured.
pub(super) fn styled() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// One message to standard error; nobody is left to tell when that fails.
pub(super) fn to_stderr(message: &str) {
    drop(writeln!(io::stderr(), "{message}"));
}
