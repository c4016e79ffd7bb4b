//! Serves the shelf: feeds, health and metrics over HTTP.
