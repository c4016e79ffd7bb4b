//! From the bytes of a document to normalized entries. Pure.
