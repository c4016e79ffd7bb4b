//! `[[topic]]`: what is republished, under which name.

use super::findings::Complaint;
use super::problem::Problem;
use super::publish::{MOST_ITEMS, read_preferences};
use super::reader::Section;
use super::{cron, rules, shapes, suggest};
use crate::model::{
    Collapse, DigestTimes, OnGrowth, Preference, Profile, PublishContent, Shown as ShownParts,
    Source, SourceId, TitleTemplate, TopicName,
};
use crate::topics::{Concepts, Rule, Scope, Topic};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;

/// First segments of addresses that are ours (`/search`), or that every crawler asks for.
const RESERVED: [&str; 20] = [
    "about", "api", "archive", "assets", "entry", "favicon", "healthz", "hub", "index", "live",
    "metrics", "opml", "readyz", "robots", "search", "sitemap", "sources", "static", "story",
    "topics",
];

/// Reads the `[[topic]]` tables one by one.
pub(super) struct Topics<'s> {
    pub(super) list: Vec<Topic>,
    concepts: &'s Concepts,
    sources: &'s [Source],
    /// Whether sources are missing from `sources` because of their own problems.
    sources_are_partial: bool,
    /// Names and aliases.
    names_at: HashMap<TopicName, Range<usize>>,
    /// Topics that narrow nothing else, by their rule.
    rules_at: HashMap<String, Range<usize>>,
}

impl<'s> Topics<'s> {
    pub(super) fn new(
        concepts: &'s Concepts,
        sources: &'s [Source],
        sources_are_partial: bool,
    ) -> Self {
        let (names_at, rules_at) = (HashMap::new(), HashMap::new());
        Self { list: Vec::new(), concepts, sources, sources_are_partial, names_at, rules_at }
    }

    pub(super) fn read(&mut self, mut section: Section<'_, '_, '_>) {
        section.require("name", "\"korea-russia\"");
        section.require("rule", "'\"North Korea\" and Russia'");
        let name = section.text("name", topic_name);
        let aliases = section.texts("aliases", topic_name);
        for name in name.iter().chain(&aliases) {
            self.claim(&mut section, name);
        }
        let title = section.text("title", shapes::line).map(Spanned::into_inner);
        let description = section.text("description", shapes::line).map(Spanned::into_inner);
        let language = section.text("language", shapes::language).map(Spanned::into_inner);
        let rule = section.text("rule", |text| rules::rule(text, self.concepts));
        let excluded = section.text("exclude", |text| match &rule {
            Some(rule) => rules::excluding(&rule.get_ref().0, text, self.concepts),
            None => rules::rule(text, self.concepts),
        });
        let rule = match (rule, excluded) {
            (Some(rule), Some(excluded)) => Some(Spanned::new(rule.span(), excluded.into_inner())),
            (rule, _) => rule,
        };
        let shown = Shown::read(&mut section);
        let digest = digest(&mut section);
        let narrowing = self.narrowing(&mut section);
        if let Some(rule) = &rule {
            self.compare(&mut section, rule, &narrowing, digest.as_ref());
        }
        section.finish();
        let (Some(name), Some(rule)) = (name, rule) else { return };
        let (rule_text, rule) = rule.into_inner();
        let name = name.into_inner();
        self.list.push(Topic {
            title: title.unwrap_or_else(|| name.to_string()),
            name,
            aliases: plain(aliases),
            description,
            language,
            rule_text,
            rule,
            collapse: shown.collapse,
            digest,
            content: shown.content,
            profile: shown.profile,
            prefer: shown.prefer,
            prefer_languages: shown.prefer_languages,
            items: shown.items,
            min_score: narrowing.min_score,
            scope: narrowing.scope,
            languages: narrowing.languages,
            sources: narrowing.sources,
            tags: narrowing.tags,
            max_age: narrowing.max_age,
        });
    }

    /// Takes a name or an alias, which no other topic may have.
    fn claim(&mut self, section: &mut Section<'_, '_, '_>, name: &Spanned<TopicName>) {
        if let Some(first) = self.names_at.get(name.get_ref()) {
            section.findings.push(
                Problem::error(format!("`{}` is the address of two topics", name.get_ref()))
                    .at(name.span())
                    .also(first.clone(), "the other one"),
            );
        } else {
            self.names_at.insert(name.get_ref().clone(), name.span());
        }
    }

    fn narrowing(&self, section: &mut Section<'_, '_, '_>) -> Narrowing {
        let min_score = section.number("min_score").map_or(0.0, Spanned::into_inner);
        let scope =
            section.text("scope", |text| shapes::word(text, &SCOPES)).map(Spanned::into_inner);
        let languages = plain(section.texts("languages", shapes::language));
        let sources = plain(section.texts("sources", |text| self.source(text)));
        let tags = section.texts("tags", shapes::tag);
        for tag in &tags {
            self.check_tag(section, tag);
        }
        let max_age = section.duration("max_age").map(Spanned::into_inner);
        let scope = scope.unwrap_or(Scope::Text);
        Narrowing { min_score, scope, languages, sources, tags: plain(tags), max_age }
    }

    /// The id of a source that there is.
    fn source(&self, text: &str) -> Result<SourceId, Complaint> {
        let id = shapes::name::<SourceId>(text)?;
        if self.sources_are_partial || self.sources.iter().any(|source| source.id == id) {
            return Ok(id);
        }
        let ids = self.sources.iter().map(|source| source.id.as_str());
        let complaint = Complaint::new(format!("there is no source `{id}`"));
        Err(Complaint { help: suggest::help(text, ids, "the sources are"), ..complaint })
    }

    /// A tag that no source has selects nothing: not wrong, but hardly meant.
    fn check_tag(&self, section: &mut Section<'_, '_, '_>, tag: &Spanned<String>) {
        let mut known = self.sources.iter().flat_map(|source| &source.tags);
        if self.sources_are_partial || known.any(|known| known == tag.get_ref()) {
            return;
        }
        let tags = self.sources.iter().flat_map(|source| &source.tags).map(String::as_str);
        let near = suggest::nearest(tag.get_ref(), tags);
        section.findings.push(
            Problem::warning(format!("no source has the tag `{}`", tag.get_ref()))
                .at(tag.span())
                .help(near.map(|near| format!("did you mean `{near}`?"))),
        );
    }

    /// Two topics with one rule show the same, unless something else tells them apart.
    fn compare(
        &mut self,
        section: &mut Section<'_, '_, '_>,
        rule: &Spanned<(String, Rule)>,
        narrowing: &Narrowing,
        digest: Option<&DigestTimes>,
    ) {
        let key = format!("{} {narrowing:?} {digest:?}", rules::normal_form(&rule.get_ref().1));
        let Some(first) = self.rules_at.get(&key) else {
            self.rules_at.insert(key, rule.span());
            return;
        };
        section.findings.push(
            Problem::warning("two topics have the same rule")
                .at(rule.span())
                .also(first.clone(), "the other one")
                .help(
                    "for a second address give the first topic an alias: `aliases = [\"…\"]`"
                        .to_owned(),
                ),
        );
    }
}

/// What an item is and how much of it is shown.
struct Shown {
    collapse: Collapse,
    content: PublishContent,
    profile: Profile,
    prefer: Option<Vec<Preference>>,
    prefer_languages: Vec<String>,
    items: Option<usize>,
}

impl Shown {
    fn read(section: &mut Section<'_, '_, '_>) -> Self {
        let collapse = section.text("collapse", |text| shapes::word(text, &COLLAPSES));
        let content = section.text("content", |text| shapes::word(text, &CONTENTS));
        let items = section.whole("items", 1..=MOST_ITEMS);
        Self {
            collapse: collapse.map(Spanned::into_inner).unwrap_or_default(),
            content: content.map(Spanned::into_inner).unwrap_or_default(),
            profile: profile(section),
            prefer: read_preferences(section),
            prefer_languages: plain(section.texts("prefer_languages", shapes::language)),
            items: items.map(Spanned::into_inner),
        }
    }
}

fn digest(section: &mut Section<'_, '_, '_>) -> Option<DigestTimes> {
    let schedule = section.text("digest", cron::schedule);
    let timezone = section.text("timezone", cron::timezone);
    if let (true, Some(timezone)) = (section.lacks("digest"), &timezone) {
        section.findings.push(
            Problem::error("`timezone` is that of a `digest`, and there is none")
                .at(timezone.span()),
        );
    }
    let timezone = timezone.map_or(Tz::UTC, Spanned::into_inner);
    Some(DigestTimes { schedule: schedule?.into_inner(), timezone })
}

fn profile(section: &mut Section<'_, '_, '_>) -> Profile {
    let title = section.text("item_title", item_title).map(Spanned::into_inner);
    let on_growth = section.text("on_growth", |text| shapes::word(text, &GROWTHS));
    let shown = if section.lacks("show") {
        // Asked for all the same, so that it is known.
        section.texts("show", |text| shapes::word(text, &PARTS));
        ShownParts::default()
    } else {
        let parts = plain(section.texts("show", |text| shapes::word(text, &PARTS)));
        let has = |part: Part| parts.contains(&part);
        ShownParts {
            byline: has(Part::Byline),
            outlets: has(Part::Outlets),
            reasons: has(Part::Reasons),
        }
    };
    Profile {
        title: title.unwrap_or_default(),
        shown,
        on_growth: on_growth.map(Spanned::into_inner).unwrap_or_default(),
    }
}

fn item_title(text: &str) -> Result<TitleTemplate, Complaint> {
    let template = shapes::line(text)?.parse::<TitleTemplate>();
    template.map_err(|error| {
        Complaint::new(error.to_string()).help("for example `\"{title} · {source}\"`")
    })
}

/// What a topic takes beside what its rule says.
#[derive(Debug)]
struct Narrowing {
    min_score: f32,
    scope: Scope,
    languages: Vec<String>,
    sources: Vec<SourceId>,
    tags: Vec<String>,
    max_age: Option<Duration>,
}

const COLLAPSES: [(&str, Collapse); 3] =
    [("story", Collapse::Story), ("copy", Collapse::Copy), ("off", Collapse::Off)];
const CONTENTS: [(&str, PublishContent); 3] = [
    ("summary", PublishContent::Summary),
    ("full", PublishContent::Full),
    ("title", PublishContent::Title),
];
const GROWTHS: [(&str, OnGrowth); 2] = [("quiet", OnGrowth::Quiet), ("bump", OnGrowth::Bump)];
const PARTS: [(&str, Part); 3] =
    [("byline", Part::Byline), ("outlets", Part::Outlets), ("reasons", Part::Reasons)];
const SCOPES: [(&str, Scope); 3] =
    [("title", Scope::Title), ("lead", Scope::Lead), ("text", Scope::Text)];

/// What may stand around an entry's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Byline,
    Outlets,
    Reasons,
}

/// One of a few words.
fn topic_name(text: &str) -> Result<TopicName, Complaint> {
    if RESERVED.contains(&text) {
        return Err(Complaint::new(format!("`/{text}` is an address of Muara itself"))
            .help("choose another name; its title can be anything"));
    }
    shapes::name(text)
}

fn plain<T>(list: Vec<Spanned<T>>) -> Vec<T> {
    list.into_iter().map(Spanned::into_inner).collect()
}
