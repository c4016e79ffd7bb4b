//! The words of the domain as plain values.
//!
//! Everything that travels between rooms is defined here: sources and how they fare, what a fetch
//! brought, entries and their keys, verdicts, items and output feeds. Nothing here decides, reads a
//! clock or touches the outside world.

mod access;
mod entry;
mod fetch;
mod health;
mod hit;
mod hub;
mod names;
mod output;
mod pace;
mod poll;
mod source;
mod speaker;
mod story;
mod template;
mod topic;

pub use access::{Access, Login, Secret};
pub use entry::{
    Content, DocumentEntry, Enclosure, Entry, EntryId, EntryKey, Fingerprint, KeyKind, Known,
    KnownEntry, Origin, StoredEntry, Window, WindowSlot,
};
pub use fetch::{
    Document, FailureClass, FetchFailure, FetchOutcome, ServerHints, Validators, Visit,
};
pub use health::{Health, Oddity};
pub use hit::Hit;
pub use hub::{HubMode, HubRequest, Subscription, SubscriptionNo};
pub use names::{InvalidName, SourceId, TopicName};
pub use output::{
    FeedSettings, Format, ListedStory, OnGrowth, Outlet, OutputFeed, OutputItem, PageState,
    Profile, Rendition, RenditionSet, SanitizedHtml, Shown,
};
pub use pace::{Pace, SPANS};
pub use poll::{
    Due, Identified, Identity, Lease, PollKind, PollRecord, PollSummary, Repair, SourceState,
};
pub use source::{DateOrders, GuidTrust, IntervalBounds, Source, SourceKind, SourceNo};
pub use speaker::{Preference, Speakers, Voice, speaks};
pub use story::{
    Evidence, EvidenceKind, GroupId, Original, PendingEntry, Relation, Sequenced, Signature,
    StoredSignature, StoredTelling, StoryId, Strictness, Verdict, Witness,
};
pub use template::{TemplateError, TitleFields, TitleTemplate};
pub use topic::{
    Collapse, DigestTimes, Growth, ItemUnit, NewItem, Placed, PublishContent, Reason,
    SequencedBatch, TopicMatch, TopicNo,
};

/// A point in time. The store keeps microseconds since the epoch; feeds show whole seconds.
pub type Time = chrono::DateTime<chrono::Utc>;
