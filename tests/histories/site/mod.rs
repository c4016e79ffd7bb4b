//! A model of a site: articles in a content system, the system's settings, and what stands between it and
//! its readers. Editors change articles, administrators change settings, caches and proxies change
//! answers; whatever leaves the evidence that the promise names may happen.

mod article;
mod dates;
mod document;
mod promise;
mod settings;
mod ways;
mod weather;
mod words;

use super::House;
use crate::random::Random;
use crate::support::origin::Page;
use article::{Article, Kind};
use promise::Past;
use std::collections::BTreeSet;
use ways::{Moment, Ways};
use weather::{Served, Weather};
use words::{TONGUES, Tongue};

/// 2025-01-06T08:00:00Z.
const BEGIN: i64 = 1_736_150_400;
/// Words of a lead: enough for forty letters in each language.
const LEAD: u64 = 26;
/// Articles that a system still has.
const KEPT: usize = 40;
/// Polls whose deeds are told when something went wrong.
const TOLD: usize = 4;

pub(crate) struct Site {
    dice: Random,
    tongue: &'static Tongue,
    ways: Ways,
    /// In the order in which they were written.
    articles: Vec<Article>,
    past: Past,
    served: Served,
    former: Vec<Served>,
    weather: Weather,
    deeds: Vec<String>,
    clock: i64,
    requests: u64,
    written: u64,
    column: String,
    /// Titles and last parts of addresses that were ever given.
    taken: BTreeSet<String>,
}

impl House for Site {
    fn act(&mut self) {
        match self.dice.between(0, 100) {
            0..12 => self.publish(Kind::Report),
            12..14 => self.publish_live(),
            14..16 => self.publish(Kind::Column),
            16..18 => self.follow_up(),
            18..80 => self.edit(),
            80..88 => self.change_weather(),
            _ => self.administrate(),
        }
    }

    fn page(&mut self) -> Page {
        self.requests += 1;
        self.served = self.serve();
        for (name, face) in self.served.faces.clone() {
            self.tell(format!("= {name} {face:?}"));
        }
        let mut page = Page::new(self.served.media_type, self.served.body.clone());
        page.has_etag = self.ways.site.is_multiple_of(2);
        page
    }

    fn is_down(&self) -> bool {
        self.weather == Weather::Down
    }

    fn shows(&self) -> &[String] {
        &self.served.names
    }

    fn polled(&mut self) {
        if self.weather != Weather::Down {
            self.past.read(&self.served.faces);
            if !self.served.faces.is_empty() {
                self.former.push(self.served.clone());
            }
            if self.former.len() > 5 {
                self.former.remove(0);
            }
        }
        self.weather = Weather::Fine;
        self.deeds.push(format!("— read: {} —", self.served.names.join(" ")));
        let reads = self.deeds.iter().filter(|deed| deed.starts_with('—')).count();
        if reads > TOLD {
            let first =
                self.deeds.iter().position(|deed| deed.starts_with('—')).unwrap_or_default();
            self.deeds.drain(..=first);
        }
    }

    fn deeds(&self) -> &[String] {
        &self.deeds
    }
}

impl Site {
    pub(crate) fn new(number: usize, seed: u64) -> Self {
        let mut dice = Random::new(seed.wrapping_mul(1_000_003) + 17 * number as u64 + 5);
        let tongue = &TONGUES[number % TONGUES.len()];
        let column = tongue.say(&mut dice, 2);
        let mut site = Self {
            ways: settings::first(number, &mut dice),
            dice,
            tongue,
            articles: Vec::new(),
            past: Past::default(),
            served: Served::default(),
            former: Vec::new(),
            weather: Weather::Fine,
            deeds: Vec::new(),
            clock: BEGIN,
            requests: 0,
            written: 0,
            column,
            taken: BTreeSet::new(),
        };
        (0..8).for_each(|_| site.publish(Kind::Report));
        site
    }

    fn tell(&mut self, deed: impl Into<String>) {
        self.deeds.push(deed.into());
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.dice.between(0, 100) < percent
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[below(&mut self.dice, choices.len())]
    }

    fn some_article(&mut self) -> usize {
        below(&mut self.dice, self.articles.len())
    }

    /// Never the same second twice.
    fn tick(&mut self) -> i64 {
        self.clock += 20 + i64::try_from(self.dice.between(0, 180)).expect("small");
        self.clock
    }

    /// `text`, or with a number where it was given before.
    fn untaken(&mut self, text: String) -> String {
        let free =
            if self.taken.contains(&text) { format!("{text}-{}", self.taken.len()) } else { text };
        self.taken.insert(free.clone());
        free
    }

    fn new_title(&mut self) -> String {
        let count = self.dice.between(4, 7);
        let title = self.tongue.say(&mut self.dice, count);
        self.untaken(title)
    }

    fn draft(&mut self, kind: Kind) -> Article {
        self.written += 1;
        let title = match kind {
            Kind::Column => self.column.clone(),
            _ => self.new_title(),
        };
        let now = self.tick();
        Article {
            name: format!("truth-{}-{}", self.ways.site, self.written),
            kind,
            number: self.written + 100,
            tested: self.new_title(),
            slug: self.untaken(slug_of(&title)),
            title,
            lead: self.tongue.say(&mut self.dice, LEAD),
            body: self.tongue.say(&mut self.dice, 30),
            author: self.tongue.say(&mut self.dice, 2),
            comments: 0,
            version: 1,
            born: now,
            changed: now,
            birthplace: self.ways.domain,
            is_listed: true,
            is_sticky: false,
        }
    }

    fn publish(&mut self, kind: Kind) {
        let article = self.draft(kind);
        self.add(article);
    }

    fn add(&mut self, article: Article) {
        let (_, face) =
            self.ways.show(&article, self.tongue, self.next_moment(self.articles.len()));
        if self.past.keeps_apart(&article.name, &face) {
            self.tell(format!("{} {:?} {:?}", article.name, article.kind, article.title));
            self.articles.push(article);
        }
        if self.articles.len() > KEPT {
            self.articles.remove(0);
        }
    }

    fn next_moment(&self, position: usize) -> Moment {
        Moment { request: self.requests + 1, position }
    }

    /// Posts of a page, new or old, whose address they share.
    fn publish_live(&mut self) {
        let old = self.articles.iter().rev().find_map(|article| match article.kind {
            Kind::Live(page) => Some(page),
            _ => None,
        });
        let page = old.filter(|_| self.chance(70)).unwrap_or(self.written);
        for _ in 0..self.dice.between(1, 4) {
            self.publish(Kind::Live(page));
        }
    }

    /// Another article about what an article was about: a correction, an agency's next version.
    fn follow_up(&mut self) {
        let first = self.some_article();
        let mark = self.one_of(&["Correction: ", "UPDATE 2-", "Video: "]);
        let mut article = self.draft(Kind::Report);
        let old = &self.articles[first];
        article.title = format!("{mark}{}", old.title);
        article.lead = format!("{} {}", old.lead, article.lead);
        article.title = self.untaken(article.title.clone());
        self.add(article);
    }

    fn edit(&mut self) {
        let index = self.some_article();
        let mut article = self.articles[index].clone();
        let deed = self.change(&mut article);
        let (_, face) = self.ways.show(&article, self.tongue, self.next_moment(index));
        let keeps = |past: &Past| {
            past.knows(&article.name, &face) && past.keeps_apart(&article.name, &face)
        };
        if keeps(&self.past) {
            self.tell(format!("{} {deed}", article.name));
            self.articles[index] = article;
        }
    }

    fn change(&mut self, article: &mut Article) -> String {
        match self.dice.between(0, 24) {
            0..5 => self.retitle(article),
            5..7 => {
                article.slug = self.untaken(slug_of(&article.title));
                format!("moved to {}", article.slug)
            }
            7..11 => self.rewrite(article),
            11 => {
                article.author = self.tongue.say(&mut self.dice, 2);
                "has another author".to_owned()
            }
            12..15 => {
                article.comments += self.dice.between(1, 9);
                format!("has {} comments", article.comments)
            }
            15..17 => {
                article.born = self.tick();
                article.changed = article.born;
                "published again, with a new date".to_owned()
            }
            17 => {
                article.tested = self.new_title();
                format!("tested as {:?}", article.tested)
            }
            18..20 => {
                article.is_sticky = !article.is_sticky;
                format!("sticky: {}", article.is_sticky)
            }
            20 => {
                article.slug = self.untaken(slug_of(&article.title));
                let title = self.retitle(article);
                format!("moved and {title}")
            }
            _ => {
                article.is_listed = !article.is_listed;
                format!("listed: {}", article.is_listed)
            }
        }
    }

    fn retitle(&mut self, article: &mut Article) -> String {
        if article.kind == Kind::Column {
            return "kept its title".to_owned();
        }
        let title = match self.dice.between(0, 4) {
            0 => format!("{} {}", article.title, self.tongue.say(&mut self.dice, 1)),
            1 => format!("Breaking: {}", article.title),
            2 => article.title.split_once(' ').map_or(&*article.title, |(_, rest)| rest).to_owned(),
            _ => self.new_title(),
        };
        if title.split(' ').count() > 14 || self.taken.contains(&title) {
            article.title = self.new_title();
        } else {
            self.taken.insert(title.clone());
            article.title = title;
        }
        article.version += 1;
        format!("retitled {:?}", article.title)
    }

    fn rewrite(&mut self, article: &mut Article) -> String {
        article.changed = self.tick();
        article.version += 1;
        if self.chance(50) {
            article.lead = format!("{} {}", article.lead, self.tongue.say(&mut self.dice, 6));
        } else {
            article.lead = self.tongue.say(&mut self.dice, LEAD);
        }
        "rewritten".to_owned()
    }
}

/// A number below `count`.
fn below(dice: &mut Random, count: usize) -> usize {
    usize::try_from(dice.between(0, count as u64)).expect("small")
}

/// The last part of an address by a title, as browsers show it in letters and servers write it in bytes.
fn slug_of(title: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric();
    let write = |byte: u8| match byte {
        b' ' => "-".to_owned(),
        _ if plain(&byte) => char::from(byte.to_ascii_lowercase()).to_string(),
        _ if byte.is_ascii() => String::new(),
        _ => format!("%{byte:02X}"),
    };
    title.bytes().map(write).collect()
}
