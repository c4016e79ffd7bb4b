//! The real binary, driven through the doors that its users have: config, commands, signals and HTTP,
//! against an origin on loopback. Each test has its own folder, its own origin and its own ports.

#[path = "../support/mod.rs"]
mod support;

mod add;
mod commands;
mod config;
mod demo;
mod identity;
mod lifecycle;
mod opml;
mod origin;
mod outcomes;
mod output;
mod pages;
mod polling;
mod proxy;
mod pyongyang;
mod reader;
mod store;
mod topics;
