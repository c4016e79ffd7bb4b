//! Identity of entries within a source, and of stories across sources. Pure.
