//! What a topic is and what an entry shows to it, as plain values.

use super::rule::Rule;
use crate::model::{
    Collapse, DigestTimes, Preference, Profile, PublishContent, SourceId, Time, TopicName, speaks,
};
use std::ops::Range;
use std::time::Duration;

/// A named rule and everything that narrows and publishes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Its address and the name of its files.
    pub name: TopicName,
    /// Names that it had before; they redirect to it.
    pub aliases: Vec<TopicName>,
    /// Its name for people.
    pub title: String,
    /// What it is about, for people.
    pub description: Option<String>,
    /// BCP 47 language of its output; `None` for mixed.
    pub language: Option<String>,
    /// The rule as written.
    pub rule_text: String,
    /// The rule.
    pub rule: Rule,
    /// What it shows once.
    pub collapse: Collapse,
    /// When it sums up what came in; its items are these digests then, not stories.
    pub digest: Option<DigestTimes>,
    /// How much of an entry it publishes.
    pub content: PublishContent,
    /// How its items look in readers that show no more than title and text.
    pub profile: Profile,
    /// Which of an item's entries speaks for it, the first difference first; `None` for the daemon's
    /// setting.
    pub prefer: Option<Vec<Preference>>,
    /// BCP 47 languages whose entries speak for an item before all others, the best first.
    pub prefer_languages: Vec<String>,
    /// How many items its feed holds; `None` for the daemon's setting.
    pub items: Option<usize>,
    /// Matches that score less are none; 0 takes everything.
    pub min_score: f32,
    /// Where terms without a field are looked for.
    pub scope: Scope,
    /// BCP 47 languages (`pt` takes in `pt-BR`); empty for all. An entry whose language is unknown is
    /// in none of them.
    pub languages: Vec<String>,
    /// Sources; empty for all.
    pub sources: Vec<SourceId>,
    /// Tags, one of which the source must bear; empty for all.
    pub tags: Vec<String>,
    /// How old an entry may be, by its own date, when it is first seen.
    pub max_age: Option<Duration>,
}

/// Where terms without a field are looked for. A term with a field is looked for in its field
/// whatever the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// In the title.
    Title,
    /// In the title and the first 400 characters of the text.
    Lead,
    /// In the title and the whole text.
    #[default]
    Text,
}

/// What topics see of an entry.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Plain text, one line.
    pub title: &'a str,
    /// Plain text.
    pub text: &'a str,
    /// Title and text, where the caller has prepared them already.
    pub prepared: Option<Prepared<'a>>,
    /// Names.
    pub authors: &'a [String],
    /// Terms or labels.
    pub categories: &'a [String],
    /// BCP 47.
    pub language: Option<&'a str>,
    /// The address of the page.
    pub link: Option<&'a str>,
    /// Its source.
    pub source: &'a SourceId,
    /// Its source's name for people.
    pub source_name: &'a str,
    /// Its source's tags.
    pub tags: &'a [String],
    /// When it was published by its own account.
    pub published: Option<Time>,
    /// When it was first seen.
    pub seen: Time,
}

/// What a topic takes beside what its rule says, by its key in config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrow {
    /// `languages`.
    Languages,
    /// `sources`.
    Sources,
    /// `tags`.
    Tags,
    /// `max_age`.
    MaxAge,
}

impl Narrow {
    /// The key.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Languages => "languages",
            Self::Sources => "sources",
            Self::Tags => "tags",
            Self::MaxAge => "max_age",
        }
    }
}

/// Title and text as they are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Prepared<'a> {
    /// Both through `text::fold`.
    pub folded: [&'a str; 2],
    /// What of each is no part of the article (`text::Boilerplate`): nothing is found there.
    pub left_out: [&'a [Range<usize>]; 2],
}

impl Topic {
    /// A topic that is its rule and nothing else.
    #[must_use]
    pub fn new(name: TopicName, rule_text: &str, rule: Rule) -> Self {
        Self {
            name,
            aliases: Vec::new(),
            title: rule_text.to_owned(),
            description: None,
            language: None,
            rule_text: rule_text.to_owned(),
            rule,
            collapse: Collapse::default(),
            digest: None,
            content: PublishContent::default(),
            profile: Profile::default(),
            items: None,
            prefer: None,
            prefer_languages: Vec::new(),
            min_score: 0.0,
            scope: Scope::default(),
            languages: Vec::new(),
            sources: Vec::new(),
            tags: Vec::new(),
            max_age: None,
        }
    }

    /// What of the topic keeps an entry out before its rule is asked, if anything does.
    pub(super) fn narrows(&self, subject: &Subject) -> Option<Narrow> {
        if !self.takes_language(subject.language) {
            return Some(Narrow::Languages);
        }
        if !self.sources.is_empty() && !self.sources.contains(subject.source) {
            return Some(Narrow::Sources);
        }
        if !self.tags.is_empty() && !self.tags.iter().any(|tag| subject.tags.contains(tag)) {
            return Some(Narrow::Tags);
        }
        (!self.takes_age(subject)).then_some(Narrow::MaxAge)
    }

    fn takes_language(&self, language: Option<&str>) -> bool {
        self.languages.is_empty()
            || language
                .is_some_and(|language| self.languages.iter().any(|range| speaks(language, range)))
    }

    fn takes_age(&self, subject: &Subject) -> bool {
        let (Some(max), Some(published)) = (self.max_age, subject.published) else { return true };
        (subject.seen - published).to_std().is_ok_and(|age| age <= max)
            // Published after it was seen: as young as can be.
            || published > subject.seen
    }
}
