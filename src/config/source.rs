//! `[[source]]`: the feeds that are polled.

use super::polling::{self, Polling};
use super::problem::Problem;
use super::reader::Section;
use super::{Surroundings, access, cron, shapes, source_id};
use crate::link;
use crate::model::{Source, SourceId, SourceKind};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::ops::Range;
use toml::Spanned;
use url::Url;

const KINDS: [(&str, SourceKind); 2] =
    [("feed", SourceKind::Feed), ("sitemap", SourceKind::Sitemap)];

/// More sources than anybody ranks.
const WORST_RANK: usize = 1_000_000;

/// Reads the `[[source]]` tables one by one.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) list: Vec<Source>,
    ids_at: HashMap<SourceId, Range<usize>>,
    urls_at: HashMap<Url, Range<usize>>,
    /// Whether a source was left out because of its problems: ids that topics name may be its.
    pub(super) is_partial: bool,
}

impl Sources {
    pub(super) fn read(
        &mut self,
        mut section: Section<'_, '_, '_>,
        polling: &Polling,
        surroundings: &Surroundings,
    ) {
        section.require("url", "\"https://example.org/feed.xml\"");
        let url = section.text("url", |text| {
            let mut url = shapes::http_url(text)?;
            url.set_fragment(None);
            Ok(url)
        });
        let id = section.text("id", shapes::name::<SourceId>);
        let name = section.text("name", shapes::line);
        let language = section.text("language", shapes::language);
        let tags = section.texts("tags", shapes::tag);
        let rank = section.whole("rank", 1..=WORST_RANK);
        let schedule = section.text("schedule", cron::schedule);
        let timezone = section.text("timezone", cron::timezone);
        if let (None, Some(timezone)) = (&schedule, &timezone) {
            section.findings.push(
                Problem::error("`timezone` is that of a `schedule`, and there is none")
                    .at(timezone.span()),
            );
        }
        let interval = polling::interval(&mut section, polling.interval, "from [polling]");
        let kind = section.text("kind", |text| shapes::word(text, &KINDS));
        let allow_private = section.flag("allow_private").unwrap_or_default();
        let access = access::read(&mut section, surroundings);

        let is_named = id.is_some() || section.lacks("id");
        let id = url.as_ref().and_then(|url| self.settle(&mut section, url, id));
        section.finish();
        let (Some(url), Some(id), true) = (url.map(Spanned::into_inner), id, is_named) else {
            self.is_partial = true;
            return;
        };
        self.list.push(Source {
            id,
            domain: link::registrable_domain(&url),
            url,
            name: name.map(Spanned::into_inner),
            language: language.map(Spanned::into_inner),
            tags: tags.into_iter().map(Spanned::into_inner).collect(),
            rank: rank.map(Spanned::into_inner),
            schedule: schedule.map(Spanned::into_inner),
            interval,
            kind: kind.map(Spanned::into_inner),
            allow_private,
            access,
            timezone: timezone.map_or(Tz::UTC, Spanned::into_inner),
        });
    }

    /// The id, given or derived, when neither it nor the URL is taken.
    fn settle(
        &mut self,
        section: &mut Section<'_, '_, '_>,
        url: &Spanned<Url>,
        given: Option<Spanned<SourceId>>,
    ) -> Option<SourceId> {
        if let Some(first) = self.urls_at.get(url.get_ref()) {
            section.findings.push(
                Problem::error("the same feed is there twice")
                    .at(url.span())
                    .also(first.clone(), "first here"),
            );
            return None;
        }
        self.urls_at.insert(url.get_ref().clone(), url.span());
        let is_derived = given.is_none();
        let id = match given {
            Some(id) => id,
            None => Spanned::new(url.span(), source_id::derive(url.get_ref())?),
        };
        if let Some(first) = self.ids_at.get(id.get_ref()) {
            let problem = Problem::error(format!("two sources are called `{}`", id.get_ref()))
                .at(id.span())
                .also(first.clone(), "the other one");
            let help = "this id was made from the address; give one of them an `id` of its own";
            section.findings.push(problem.help(is_derived.then(|| help.to_owned())));
            return None;
        }
        self.ids_at.insert(id.get_ref().clone(), id.span());
        Some(id.into_inner())
    }
}
