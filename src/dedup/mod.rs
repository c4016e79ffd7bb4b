//! Which entry is which. [`identify`] decides within a source, before anything is stored;
//! [`resolve`] decides across sources, in the sequencer's order; [`item_ids`] gives what subscribers
//! know an entry by. Pure: what the store knows comes in, verdicts go out.

mod bounds;
mod copies;
mod edition;
mod gist;
mod grams;
mod hours;
mod identify;
mod ids;
mod likeness;
mod pool;
mod replay;
mod resolve;
mod settle;
mod signature;
mod speaker;
mod stories;

pub use bounds::Bounds;
pub use copies::{Candidate, Copies, MOST_ENTRIES};
pub use gist::Gist;
pub use hours::{hour, hours};
pub use identify::{Decision, identify};
pub use ids::{digest_id, item_ids, link_id};
pub use replay::{Naming, Replay, ReplayRelation, Replayed};
pub use resolve::{Likeness, Originals, Resolution, Witnesses, evidence_of, resolve};
pub use settle::{Arrival, Question, Settled};
pub use signature::{Minima, SIGNATURE_VERSION};
pub use speaker::speaker;
pub use stories::{Named, QUIET, Stories, TERMS_VERSION, Terms, Told, lead, shared};
