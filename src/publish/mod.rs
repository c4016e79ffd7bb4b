//! Keeps the current renditions: in memory for HTTP, as files for the next start.
