//! Muara polls the world's news feeds, works out which entries tell the same story, and republishes
//! merged topic feeds.
//!
//! The rooms, by floor; a room uses only floors below its own (`tests/layers.rs` checks it):
//!
//! | floor | rooms |
//! |---|---|
//! | 6 | [`cli`] |
//! | 5 | [`app`] |
//! | 4 | [`pipeline`], [`http`] |
//! | 3 | [`fetch`], [`store`], [`publish`], [`systemd`], [`telemetry`] |
//! | 2 | [`config`], [`clock`] |
//! | 1 | [`feed`], [`dedup`], [`topics`], [`schedule`], [`render`], [`opml`], [`discovery`] |
//! | 0 | [`model`], [`text`], [`link`] |
//!
//! `ARCHITECTURE.md` follows one entry through them.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dedup;
pub mod discovery;
pub mod feed;
pub mod fetch;
pub mod http;
pub mod link;
pub mod model;
pub mod opml;
pub mod pipeline;
pub mod publish;
pub mod render;
pub mod schedule;
pub mod store;
pub mod systemd;
pub mod telemetry;
pub mod text;
pub mod topics;
