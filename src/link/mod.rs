//! Canonical links and registrable domains.
