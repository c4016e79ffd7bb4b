//! The composition root: builds the daemon from its config, starts it, stops it.
