//! A publisher with everything that publishers do to their feeds: the truth about its articles, and how
//! it writes them out today. Each article carries its true name as a category, which identifies nothing.

use crate::House;
use crate::random::Random;
use crate::support::origin::Page;
use chrono::{DateTime, Duration, Utc};
use std::fmt::Write as _;

/// What stands in the place of a guid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guids {
    /// The address itself.
    Permalink,
    /// A number of the publisher's own, under a prefix.
    Opaque,
    /// Another one at every request.
    Churning,
    /// One for all.
    Same,
    /// The day.
    Day,
    /// None.
    Missing,
}

const GUIDS: [Guids; 6] =
    [Guids::Permalink, Guids::Opaque, Guids::Churning, Guids::Same, Guids::Day, Guids::Missing];

#[derive(Debug, Clone)]
struct Article {
    name: String,
    title: String,
    text: String,
    slug: String,
    date: DateTime<Utc>,
    /// Whether its title, address or date changed since the last poll: never two of them at once.
    is_touched: bool,
    /// Whether the last poll saw it. What changes its title, its address or its date while nobody looks
    /// is nobody's to recognize.
    was_seen: bool,
    is_gone: bool,
}

/// One publisher and its feed.
pub(crate) struct Publisher {
    number: usize,
    random: Random,
    now: DateTime<Utc>,
    /// All that it ever published, oldest first.
    articles: Vec<Article>,
    /// The feed's list, newest first, by place in `articles`.
    list: Vec<usize>,
    shown: usize,
    guids: Guids,
    prefix: u64,
    host: u64,
    is_secure: bool,
    is_numbered: bool,
    is_tracking: bool,
    zone: i32,
    requests: u64,
    /// Whether everything changed since the last poll.
    is_upset: bool,
    /// What it did since the last poll.
    deeds: Vec<String>,
    /// The true names of what its feed shows.
    shows: Vec<String>,
}

#[expect(clippy::disallowed_methods, reason = "what it publishes has to be of these days")]
fn start() -> DateTime<Utc> {
    Utc::now() - Duration::days(12)
}

const SYLLABLES: [&str; 40] = [
    "ka", "mor", "ti", "sel", "ban", "dor", "vi", "ren", "lo", "mak", "sin", "tur", "pa", "gel",
    "ni", "fos", "ar", "bel", "cu", "den", "es", "fir", "gan", "hol", "ist", "jan", "kul", "lem",
    "mir", "nor", "ost", "per", "qua", "rin", "sut", "tam", "ul", "ver", "wes", "zor",
];

impl Publisher {
    pub(crate) fn new(number: usize, seed: u64) -> Self {
        let mut random = Random::new(seed.wrapping_mul(1000) + number as u64 + 1);
        let guids = GUIDS[number % GUIDS.len()];
        let now = start();
        let shown = usize::try_from(random.between(30, 60)).expect("small");
        let mut publisher = Self {
            number,
            random,
            now,
            articles: Vec::new(),
            list: Vec::new(),
            shown,
            guids,
            prefix: 0,
            host: 0,
            is_secure: number.is_multiple_of(2),
            is_numbered: number.is_multiple_of(3),
            is_tracking: false,
            zone: 0,
            requests: 0,
            is_upset: false,
            deeds: Vec::new(),
            shows: Vec::new(),
        };
        for _ in 0..16 {
            publisher.publish();
        }
        publisher.polled();
        publisher
    }

    /// What changed and left the list before anybody saw it never comes back: see `was_seen`.
    fn forget_unseen(&mut self) {
        let unseen: Vec<usize> = self.list.iter().skip(self.shown).copied().collect();
        for article in unseen {
            if !self.articles[article].is_touched {
                continue;
            }
            self.list.retain(|place| *place != article);
            self.articles[article].is_gone = true;
        }
    }

    fn publish(&mut self) {
        let (title, text) = (self.words(6, 10), self.words(18, 40));
        let name = format!("truth-{}-{}", self.number, self.articles.len());
        self.deeds.push(format!("published {name}"));
        self.now += Duration::seconds(i64::try_from(self.random.between(1, 50)).expect("small"));
        let slug = format!("{}-{}", title.to_lowercase().replace(' ', "-"), self.articles.len());
        let date = self.now;
        self.list.insert(0, self.articles.len());
        self.articles.push(Article {
            name,
            title,
            text,
            slug,
            date,
            is_touched: true,
            was_seen: false,
            is_gone: false,
        });
        // So much is new at a time that nothing leaves the list before it was seen.
        self.shown = self.shown.max(30);
    }

    fn edit(&mut self) {
        let more = self.words(2, 5);
        let Some(article) = self.one() else { return };
        article.text = format!("{} {more}", article.text);
        let deed = format!("edited {}", article.name);
        self.deeds.push(deed);
    }

    fn retitle(&mut self) {
        let title = self.words(6, 10);
        let is_bare =
            matches!(self.guids, Guids::Missing | Guids::Churning | Guids::Same | Guids::Day);
        if self.is_upset || (is_bare && self.is_numbered) {
            return;
        }
        let Some(article) = self.untouched() else { return };
        article.title = title;
        article.is_touched = true;
        let deed = format!("retitled {}", article.name);
        self.deeds.push(deed);
    }

    /// A new title, and the address with it; the date and the text stay.
    fn rename_slug(&mut self) {
        let title = self.words(6, 10);
        if self.is_upset {
            return;
        }
        let Some(article) = self.untouched() else { return };
        article.slug = format!("{}-x", title.to_lowercase().replace(' ', "-"));
        article.title = title;
        article.is_touched = true;
        let deed = format!("renamed {}", article.name);
        self.deeds.push(deed);
    }

    fn redate(&mut self) {
        self.now += Duration::seconds(1);
        let now = self.now;
        if self.is_upset {
            return;
        }
        let Some(article) = self.untouched() else { return };
        article.date = now;
        article.is_touched = true;
        let deed = format!("redated {}", article.name);
        self.deeds.push(deed);
    }

    /// An article leaves the list, perhaps for a while.
    fn take_back(&mut self) {
        let list = self.list.len().min(self.shown);
        let place = self.below(list);
        if !self.articles[self.list[place]].is_touched {
            let gone = self.list.remove(place);
            self.deeds.push(format!("took back {}", self.articles[gone].name));
        }
    }

    /// An old article is on top again, as it was.
    fn repeat_old(&mut self) {
        if self.is_upset {
            return;
        }
        let old = self.below(self.articles.len());
        let is_shown = self.list.iter().take(self.shown).any(|place| *place == old);
        if !is_shown && !self.articles[old].is_gone {
            self.list.retain(|place| *place != old);
            self.list.insert(0, old);
            self.articles[old].is_touched = true;
            self.deeds.push(format!("repeated {}", self.articles[old].name));
        }
    }

    fn swap(&mut self) {
        let list = self.list.len().min(self.shown);
        let (a, b) = (self.below(list), self.below(list));
        self.list.swap(a, b);
    }

    fn resize(&mut self) {
        if !self.is_upset {
            self.shown = usize::try_from(self.random.between(30, 60)).expect("small");
        }
    }

    /// One upheaval between two polls, and none together with single changes of the same kind.
    fn may_upset(&self) -> bool {
        let seen = |article: &usize| {
            let article = &self.articles[*article];
            article.is_touched && self.is_older(article)
        };
        !self.is_upset && !self.list.iter().take(self.shown).any(seen)
    }

    /// Whether it was there at the last poll.
    fn is_older(&self, article: &Article) -> bool {
        !self.deeds.iter().any(|deed| deed.strip_prefix("published ") == Some(&article.name))
    }

    fn upset(&mut self) {
        self.is_upset = true;
        let what = self.random.between(0, 9);
        self.deeds.push(format!("upheaval {what}"));
        match what {
            0 => self.prefix += 1,
            1 => self.is_secure = !self.is_secure,
            2 => self.host += 1,
            3 => self.is_tracking = !self.is_tracking,
            4 => self.zone = (self.zone + 3) % 12,
            5 => self.guids = GUIDS[self.below(GUIDS.len())],
            6 => {
                self.is_numbered = !self.is_numbered;
                self.prefix += 1;
            }
            7 => self.migrate(),
            _ => self.redate_all(),
        }
    }

    /// Another program: other addresses, other guids, another host.
    fn migrate(&mut self) {
        self.host += 1;
        self.prefix += 1;
        self.is_numbered = !self.is_numbered;
    }

    fn redate_all(&mut self) {
        for place in (0..self.list.len().min(self.shown)).rev() {
            self.now += Duration::seconds(1);
            let article = self.list[place];
            self.articles[article].date = self.now;
            self.articles[article].is_touched = true;
        }
    }

    /// The feed as it is asked for now.
    fn document(&mut self) -> String {
        self.requests += 1;
        let mut xml = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Paper {}</title>\
             <link>https://paper{}.example/</link><description>d</description>\n",
            self.number, self.number
        );
        for place in self.list.iter().take(self.shown) {
            self.write(&self.articles[*place], *place, &mut xml);
        }
        xml + "</channel></rss>"
    }

    fn write(&self, article: &Article, number: usize, xml: &mut String) {
        let scheme = if self.is_secure { "https" } else { "http" };
        let host = format!("www{}.paper{}.example", self.host, self.number);
        let path = if self.is_numbered {
            format!("/?p={}", number + 100)
        } else {
            format!("/news/{}", article.slug)
        };
        let link = format!("{scheme}://{host}{path}");
        let guid = match self.guids {
            Guids::Permalink => Some(link.clone()),
            Guids::Opaque => Some(format!("{}:{number}", self.prefix)),
            Guids::Churning => Some(format!("{}:{number}", self.requests)),
            Guids::Same => Some("paper".to_owned()),
            Guids::Day => Some(article.date.format("%F").to_string()),
            Guids::Missing => None,
        };
        let tracking = match (self.is_tracking, self.is_numbered) {
            (false, _) => "",
            (true, true) => "&amp;utm_source=feed",
            (true, false) => "?utm_source=feed",
        };
        let zone = chrono::FixedOffset::east_opt(self.zone * 3600).expect("a zone");
        let date = article.date.with_timezone(&zone).to_rfc2822();
        let guid = guid.map(|guid| format!("<guid isPermaLink=\"false\">{guid}</guid>"));
        let (title, text, name) = (&article.title, &article.text, &article.name);
        let _ = writeln!(
            xml,
            "<item><title>{title}</title><link>{link}{tracking}</link><description>{text}\
             </description><pubDate>{date}</pubDate>{}<category>{name}</category></item>",
            guid.unwrap_or_default()
        );
    }

    fn one(&mut self) -> Option<&mut Article> {
        let place = self.below(self.list.len().min(self.shown));
        let article = *self.list.get(place)?;
        Some(&mut self.articles[article])
    }

    fn untouched(&mut self) -> Option<&mut Article> {
        self.one().filter(|article| !article.is_touched && article.was_seen)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.random.between(0, count.max(1) as u64)).expect("small")
    }

    fn words(&mut self, least: u64, most: u64) -> String {
        let count = self.random.between(least, most);
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn word(&mut self) -> String {
        let length = self.random.between(2, 4);
        (0..length).map(|_| SYLLABLES[self.below(SYLLABLES.len())]).collect()
    }
}

impl House for Publisher {
    fn act(&mut self) {
        match self.random.between(0, 100) {
            0..36 => self.publish(),
            36..56 => self.edit(),
            56..64 => self.retitle(),
            64..70 => self.rename_slug(),
            70..76 => self.redate(),
            76..81 => self.take_back(),
            81..86 => self.repeat_old(),
            86..90 => self.swap(),
            90..92 => self.resize(),
            _ if self.may_upset() => self.upset(),
            _ => self.edit(),
        }
    }

    fn page(&mut self) -> Page {
        let list = self.list.iter().take(self.shown);
        self.shows = list.map(|article| self.articles[*article].name.clone()).collect();
        Page::new("application/rss+xml", self.document())
    }

    fn shows(&self) -> &[String] {
        &self.shows
    }

    /// What is said next is another day's.
    fn polled(&mut self) {
        self.forget_unseen();
        for article in &mut self.articles {
            (article.is_touched, article.was_seen) = (false, false);
        }
        for article in self.list.iter().take(self.shown) {
            self.articles[*article].was_seen = true;
        }
        self.is_upset = false;
        self.deeds.clear();
    }

    fn deeds(&self) -> &[String] {
        &self.deeds
    }
}
