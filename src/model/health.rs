//! How a source fares, in one of a few words, and what may be odd about one that answers.

/// How a source fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Health {
    /// It was never polled.
    #[default]
    New,
    /// Its last poll ended well, and nothing is odd about it.
    Healthy,
    /// Its last poll ended well, but something wants a look: `SourceState::concern` says what.
    Degraded,
    /// Its last poll failed.
    Failing,
    /// It said that it is gone for good (410); it is asked again monthly.
    Retired,
}

impl Health {
    /// Every state, in the order of their declaration.
    pub const ALL: [Self; 5] =
        [Self::New, Self::Healthy, Self::Degraded, Self::Failing, Self::Retired];

    /// The word that stands for it in the store, in metrics and in `muara status`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
            Self::Retired => "retired",
        }
    }

    /// The state that `word` stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|health| health.word() == word)
    }
}

/// What is odd about a document that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Oddity {
    /// It is a feed without entries.
    NoEntries,
    /// All of its entries have other ids than before, and most are older than the last poll.
    AllIdsChanged,
}

impl Oddity {
    /// The word that stands for it in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoEntries => "no-entries",
            Self::AllIdsChanged => "all-ids-changed",
        }
    }

    /// The oddity that `word` stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::NoEntries, Self::AllIdsChanged].into_iter().find(|oddity| oddity.word() == word)
    }
}
