//! What the tests of the real binary share: an origin that does what it is told, feeds to serve from
//! it, a home for the daemon with its config and state, and a client that shows what came over the wire.

pub(crate) mod clock;
pub(crate) mod daemon;
pub(crate) mod feeds;
pub(crate) mod origin;
pub(crate) mod skip;
pub(crate) mod wait;
pub(crate) mod wire;
