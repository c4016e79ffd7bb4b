//! From `config.toml` to checked config: every problem at once, each with its place in the file.
