//! The daemon's tasks: poller, collectors, sequencer, publisher, chores.
