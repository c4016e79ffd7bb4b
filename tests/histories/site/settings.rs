//! What administrators do to a site: a setting, several with a new system, numbers given anew.

use super::article::Article;
use super::dates::{Dating, Form};
use super::ways::{Address, Guid, Headline, Order, Path, Prose, Shape, Ways};
use super::{Site, below};
use crate::random::Random;

impl Site {
    /// Changes a setting, or several at once.
    pub(super) fn administrate(&mut self) {
        let mut ways = self.ways.clone();
        let deed = match self.dice.between(0, 30) {
            0 => self.migrate(&mut ways),
            1 => return self.renumber(),
            _ => self.set(&mut ways),
        };
        if !deed.is_empty() && self.may_be(&ways, &self.articles) {
            self.tell(format!("SITE {deed}"));
            self.ways = ways;
        }
    }

    fn set(&mut self, ways: &mut Ways) -> String {
        match self.dice.between(0, 14) {
            0 => {
                ways.shape = self.one_of(&[
                    Shape::Rss,
                    Shape::Rss,
                    Shape::Atom,
                    Shape::Json,
                    Shape::Rdf,
                    Shape::Sitemap,
                ]);
            }
            1 => ways.encoding = self.some_encoding(),
            2 => ways.is_cdata = !ways.is_cdata,
            3 => ways.is_secure = !ways.is_secure,
            4 => ways.domain = self.one_of(&[0, 1, 2]),
            5 => ways.path = self.one_of(&PATHS),
            6 | 7 => ways.address = self.some_address(),
            8 => ways.guid = self.some_guid(),
            9 => ways.dating = self.some_dating(),
            10 => {
                ways.form = self.one_of(&[
                    Form::Mail,
                    Form::MailSeoul,
                    Form::Zulu,
                    Form::Jakarta,
                    Form::Clock,
                ]);
            }
            11 => ways.headline = self.some_headline(),
            12 => ways.prose = self.some_prose(),
            _ => {
                ways.order = self.one_of(&[
                    Order::Newest,
                    Order::Newest,
                    Order::Oldest,
                    Order::Modified,
                    Order::Shuffled,
                ]);
                ways.window = 4 + below(&mut self.dice, 12);
            }
        }
        differences(&self.ways, ways)
    }

    /// Another content system.
    fn migrate(&mut self, ways: &mut Ways) -> String {
        ways.path = self.one_of(&PATHS);
        ways.guid = self.some_guid();
        ways.form = self.one_of(&[Form::Mail, Form::Zulu, Form::Jakarta]);
        ways.address = self.some_address();
        ways.prose = self.some_prose();
        ways.is_secure = true;
        if self.chance(40) {
            ways.domain = self.one_of(&[0, 1, 2]);
        }
        format!("migrated: {}", differences(&self.ways, ways))
    }

    /// The articles were imported anew: each has the number that another had.
    fn renumber(&mut self) {
        let mut articles = self.articles.clone();
        let count = articles.len();
        for (place, article) in articles.iter_mut().enumerate() {
            article.number = self.articles[(place + 1) % count].number;
        }
        if self.may_be(&self.ways, &articles) {
            self.tell("SITE numbered its articles anew");
            self.articles = articles;
        }
    }

    /// Whether what is promised covers these settings.
    fn may_be(&self, ways: &Ways, articles: &[Article]) -> bool {
        articles.iter().enumerate().all(|(place, article)| {
            let (_, face) = ways.show(article, self.tongue, self.next_moment(place));
            self.past.knows(&article.name, &face) && self.past.keeps_apart(&article.name, &face)
        })
    }

    fn some_encoding(&mut self) -> &'static str {
        if self.chance(50) { "utf-8" } else { self.one_of(self.tongue.encodings) }
    }

    fn some_address(&mut self) -> Address {
        const FOLDED: [Address; 13] = [
            Address::Bare,
            Address::Bare,
            Address::Slash,
            Address::Campaign,
            Address::Click,
            Address::Session,
            Address::Www,
            Address::Mobile,
            Address::Amp,
            Address::Redirector,
            Address::Port,
            Address::Loud,
            Address::Comments,
        ];
        match self.dice.between(0, 20) {
            0 => Address::Token,
            1 => Address::Home,
            2 => Address::Missing,
            3 => Address::Relative,
            _ => self.one_of(&FOLDED),
        }
    }

    /// Guids that lie are believed no more: two sites of three never have them, so that much rests on guids.
    fn some_guid(&mut self) -> Guid {
        if self.ways.site.is_multiple_of(3) && self.chance(30) {
            return self.one_of(&[Guid::EachRequest, Guid::Same, Guid::Position, Guid::Day]);
        }
        if !self.ways.site.is_multiple_of(3) && self.chance(80) {
            return self.ways.guid;
        }
        self.one_of(&[
            Guid::Missing,
            Guid::Permalink,
            Guid::Born,
            Guid::Short,
            Guid::Drupal,
            Guid::Tag,
            Guid::Number,
            Guid::Opaque,
            Guid::Versioned,
            Guid::Digest,
        ])
    }

    fn some_dating(&mut self) -> Dating {
        if self.chance(50) {
            return Dating::Published;
        }
        self.one_of(&[
            Dating::Modified,
            Dating::Missing,
            Dating::Now,
            Dating::Day,
            Dating::WrongZone,
        ])
    }

    fn some_headline(&mut self) -> Headline {
        self.one_of(&[
            Headline::Plain,
            Headline::Plain,
            Headline::Suffixed,
            Headline::Prefixed,
            Headline::Upper,
            Headline::Spaced,
            Headline::Decomposed,
            Headline::Shortened,
            Headline::Tested,
            Headline::Blank,
        ])
    }

    fn some_prose(&mut self) -> Prose {
        self.one_of(&[
            Prose::Lead,
            Prose::Lead,
            Prose::Full,
            Prose::Missing,
            Prose::Boilerplate,
            Prose::Related,
            Prose::Picture,
        ])
    }
}

const PATHS: [Path; 7] =
    [Path::Dated, Path::Slug, Path::Numbered, Path::Node, Path::Query, Path::Board, Path::Routed];

/// As systems are set when they are new.
pub(super) fn first(site: usize, dice: &mut Random) -> Ways {
    let systems = [
        (Shape::Rss, Path::Dated, Guid::Born),
        (Shape::Atom, Path::Numbered, Guid::Tag),
        (Shape::Rss, Path::Node, Guid::Drupal),
        (Shape::Rss, Path::Board, Guid::Missing),
        (Shape::Rss, Path::Slug, Guid::Permalink),
        (Shape::Json, Path::Slug, Guid::Opaque),
        (Shape::Sitemap, Path::Numbered, Guid::Missing),
        (Shape::Rdf, Path::Query, Guid::Permalink),
        (Shape::Rss, Path::Query, Guid::Number),
        (Shape::Rss, Path::Numbered, Guid::Versioned),
    ];
    let (shape, path, guid) = systems[below(dice, systems.len())];
    Ways {
        site,
        shape,
        encoding: "utf-8",
        is_cdata: false,
        is_secure: dice.between(0, 2) == 0,
        domain: 0,
        path,
        address: Address::Bare,
        guid,
        dating: Dating::Published,
        form: Form::Mail,
        headline: Headline::Plain,
        prose: Prose::Lead,
        order: Order::Newest,
        window: 6 + below(dice, 10),
    }
}

/// Which settings differ, by their names.
fn differences(before: &Ways, after: &Ways) -> String {
    let [before, after] = [before, after].map(|ways| format!("{ways:#?}"));
    let pairs = before.lines().zip(after.lines()).filter(|(old, new)| old != new);
    pairs.map(|(old, new)| format!("{} → {}", old.trim(), new.trim())).collect::<Vec<_>>().join(" ")
}
