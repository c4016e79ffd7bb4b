//! The real binary, driven through the doors that its users have: config, commands, signals and HTTP,
//! against an origin on loopback. Each test has its own folder, its own origin and its own ports.

#[path = "../support/mod.rs"]
mod support;
#[path = "../support/validity/mod.rs"]
mod validity;

mod add;
mod archive;
mod chains;
mod commands;
mod concepts;
mod config;
mod demo;
mod digests;
mod events;
mod hub;
mod identity;
mod lifecycle;
mod moving;
mod operators;
mod opml;
mod origin;
mod outcomes;
mod output;
mod pages;
mod polling;
mod proxy;
mod pyongyang;
mod reader;
mod reading;
mod reload;
mod reload_storm;
mod retries;
mod search;
mod speakers;
mod store;
mod stories;
mod subscriber;
mod topics;
mod tricks;
mod trouble;
