//! One conditional HTTP GET with every guard that a hostile web asks for.
