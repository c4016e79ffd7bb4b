//! When a source is due next, and why. Pure.
