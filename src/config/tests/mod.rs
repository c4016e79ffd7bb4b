//! What a config means, what is said about broken ones, and the example that is shipped.

mod access;
mod example;
#[expect(clippy::too_many_lines, reason = "what is said is shown whole")]
mod problems;
mod values;

use super::*;

/// Reads `text` as the config `config.toml` of a plain user.
fn read(text: &str) -> Result<Config, Problems> {
    let path = PathBuf::from("config.toml");
    Config::read(text, &Surroundings { path, state_directory: None, variable: |_| None })
}

/// Everything that is said about `text`, errors and warnings.
fn said(text: &str) -> String {
    match read(text) {
        Ok(config) => config.warnings.to_string(),
        Err(problems) => problems.to_string(),
    }
}
