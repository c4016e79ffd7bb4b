//! Which entry is which. [`identify`] decides within a source, before anything is stored;
//! [`resolve`] decides across sources, in the sequencer's order; [`item_ids`] gives what subscribers
//! know an entry by. Pure: what the store knows comes in, verdicts go out.

mod bounds;
mod identify;
mod ids;
mod replay;
mod resolve;

pub use bounds::Bounds;
pub use identify::{Decision, identify};
pub use ids::item_ids;
pub use replay::{Replay, ReplayRelation, Replayed};
pub use resolve::{Resolution, Witnesses, evidence_of, resolve};
