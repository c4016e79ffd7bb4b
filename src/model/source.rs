//! What a source is. How it fares is `SourceState`, in `poll`.

use super::{Access, KeyKind, SourceId};
use chrono_tz::Tz;
use std::time::Duration;
use url::Url;

/// The store's own number for a source; never used again for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceNo(pub i64);

/// What a source's document has to be, where config says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A feed of any format, but no sitemap.
    Feed,
    /// A news sitemap, or an index of some.
    Sitemap,
}

/// A feed that we poll, as config describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Its name in config, or one derived from the first URL.
    pub id: SourceId,
    /// Where the feed is.
    pub url: Url,
    /// Its name for people; the feed's own title where config gives none.
    pub name: Option<String>,
    /// BCP 47 language of its entries; overrides what the feed says.
    pub language: Option<String>,
    /// Free words that topics can select by.
    pub tags: Vec<String>,
    /// How much it is preferred when it tells what others tell as well: 1 before 2, none last.
    pub rank: Option<usize>,
    /// A cron expression, seconds first; instead of adaptive polling.
    pub schedule: Option<String>,
    /// The time zone of `schedule`.
    pub timezone: Tz,
    /// How often it may and must be polled.
    pub interval: IntervalBounds,
    /// What its document has to be; `None`: whatever can be read.
    pub kind: Option<SourceKind>,
    /// Whether it may live on a private address.
    pub allow_private: bool,
    /// How it is asked, beyond its address.
    pub access: Access,
    /// The registrable domain of `url` (an IP literal stands for itself): the unit of politeness.
    pub domain: String,
}

/// The bounds within which `schedule` chooses when to poll next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntervalBounds {
    /// The wished average over all sources.
    pub every: Duration,
    /// Never sooner after the last poll.
    pub min: Duration,
    /// Never later after the last poll (servers may ask for more).
    pub max: Duration,
}

/// Whether a source's guids, and failing them its links, identify its entries. It is only ever
/// lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum GuidTrust {
    /// Guids are believed.
    #[default]
    Honest,
    /// Some guids stand on several different entries, or change while the entries stay: identity
    /// goes by link first, and a guid alone proves nothing.
    Dishonest,
    /// There are no guids to believe, and several entries share a link (the home page, say):
    /// identity goes by title and date.
    NorLinks,
}

impl GuidTrust {
    /// Whether a key of `kind` can identify an entry.
    #[must_use]
    pub fn believes(self, kind: KeyKind) -> bool {
        match self {
            Self::Honest => true,
            Self::Dishonest => kind != KeyKind::Guid,
            Self::NorLinks => kind > KeyKind::Link,
        }
    }

    /// The lower of two judgements.
    #[must_use]
    pub fn lowered_to(self, other: Self) -> Self {
        self.max(other)
    }
}

/// Which orders of day and month the dates of a source were seen in beyond doubt (`13/02/2025`,
/// `02/13/2025`). They decide what its `07/02/2025` means; what was seen is never forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateOrders {
    /// The day first.
    pub day_first: bool,
    /// The month first.
    pub month_first: bool,
}

impl DateOrders {
    /// What either has seen.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            day_first: self.day_first || other.day_first,
            month_first: self.month_first || other.month_first,
        }
    }
}

impl Source {
    /// One that config does not have: what its document says is read by no other rules.
    #[must_use]
    pub fn bare(id: SourceId, url: Url) -> Self {
        let every = Duration::from_secs(900);
        Self {
            id,
            url,
            name: None,
            language: None,
            tags: Vec::new(),
            rank: None,
            schedule: None,
            timezone: Tz::UTC,
            interval: IntervalBounds { every, min: every, max: every },
            kind: None,
            allow_private: false,
            access: Access::default(),
            domain: String::new(),
        }
    }

    /// A word for logs and errors.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }
}
