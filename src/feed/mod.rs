//! From the bytes of a document to normalized entries. Pure.

mod sanitize;

pub use sanitize::{SANITIZER_VERSION, sanitize};
