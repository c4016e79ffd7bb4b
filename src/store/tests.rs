//! What the store promises, tried on real files.
