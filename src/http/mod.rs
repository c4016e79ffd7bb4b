//! Serves the shelf: feeds, health and metrics over HTTP.
//!
//! Answers come from memory or from the shelf's files; who asks for something else, such as a search
//! or a page of an archive that nobody read so far, has it made. What is rendered, and when the daemon
//! is ready, is decided elsewhere.

mod answer;
mod archive;
mod condition;
mod connection;
mod events;
mod feeds;
mod hub;
mod listen;
mod negotiate;
mod routes;
mod search;
mod serve;
mod state;
#[cfg(test)]
mod tests;

pub use archive::Pages;
pub use listen::Listener;
pub use search::{Answer, Ask, Search};
pub use serve::serve;
pub use state::{HttpState, Names};
