//! A second model of publishers, made apart from the first: outlets of many scripts and formats behind
//! servers that disagree, with ids that are positions, titles or sessions, dates without a time or none.
//! Each report carries its true name as a category, which identifies nothing.

use crate::House;
use crate::random::Random;
use crate::support::origin::Page;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::json;
use std::fmt::Write as _;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Rss,
    Atom,
    Json,
}

/// What stands in the place of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ids {
    /// `tag:`, never changed.
    Tag,
    /// The address, with the visitor's session.
    Session,
    /// The place in the list.
    Position,
    /// Made from the title.
    Title,
    /// None.
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Addresses {
    /// Made from the title, once.
    Slug,
    /// A number.
    Number,
    /// The home page, for all.
    Home,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dates {
    Second,
    Day,
    Absent,
}

const FORMATS: [Format; 3] = [Format::Rss, Format::Atom, Format::Json];
const IDS: [Ids; 5] = [Ids::Tag, Ids::Session, Ids::Position, Ids::Title, Ids::Absent];
const ADDRESSES: [Addresses; 3] = [Addresses::Slug, Addresses::Number, Addresses::Home];
const DATES: [Dates; 4] = [Dates::Second, Dates::Second, Dates::Day, Dates::Absent];

#[derive(Debug, Clone)]
struct Report {
    name: String,
    title: String,
    body: String,
    address: String,
    at: DateTime<Utc>,
    /// Whether it changed in a way that takes a trace away since it was last read.
    is_touched: bool,
    was_read: bool,
    /// Whether it was in the page that was read last. What has neither id nor address of its own and changes
    /// while it is not there is nobody's to recognize.
    is_listed: bool,
}

/// What a server answered: the document, and the reports in it.
type Edition = (Page, Vec<String>);

/// One outlet.
pub(crate) struct Newsroom {
    number: usize,
    random: Random,
    clock: DateTime<Utc>,
    reports: Vec<Report>,
    /// The list, newest first.
    list: Vec<usize>,
    format: Format,
    ids: Ids,
    addresses: Addresses,
    dates: Dates,
    requests: u64,
    /// What the next request gets instead of the newest.
    answers: Option<Answer>,
    /// The edition that was read last.
    last: Option<Edition>,
    now: Vec<String>,
    deeds: Vec<String>,
}

/// What a server may give instead of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// The edition before: another server behind the same name.
    Stale,
    /// A list without entries.
    Empty,
    /// The list with each of its first three twice.
    Twice,
    /// Half of the list.
    Short,
}

const ANSWERS: [Answer; 4] = [Answer::Short, Answer::Stale, Answer::Empty, Answer::Twice];
/// How many reports a list holds.
const SHOWN: usize = 40;

#[expect(clippy::disallowed_methods, reason = "what it publishes has to be of these days")]
fn start() -> DateTime<Utc> {
    Utc::now() - Duration::days(9)
}

impl Newsroom {
    pub(crate) fn new(number: usize, seed: u64) -> Self {
        let mut room = Self {
            number,
            random: Random::new(seed.wrapping_mul(7919) + number as u64 + 1),
            clock: start(),
            reports: Vec::new(),
            list: Vec::new(),
            format: FORMATS[number % FORMATS.len()],
            ids: IDS[number % IDS.len()],
            addresses: ADDRESSES[number / 5 % ADDRESSES.len()],
            dates: DATES[number / 3 % DATES.len()],
            requests: 0,
            answers: None,
            last: None,
            now: Vec::new(),
            deeds: Vec::new(),
        };
        (0..12).for_each(|_| room.publish());
        room
    }

    /// Whether its reports have neither ids nor addresses of their own.
    fn is_bare(&self) -> bool {
        self.addresses == Addresses::Home && self.ids != Ids::Tag
    }

    /// Whether something beside title and text tells its reports apart.
    fn is_told_apart(&self) -> bool {
        self.ids == Ids::Tag || self.addresses != Addresses::Home || self.dates == Dates::Second
    }

    fn publish(&mut self) {
        let (title, body) = (self.words(5, 9), self.words(20, 40));
        let place = self.reports.len();
        let pause = self.number(1, 600);
        self.clock += Duration::seconds(pause);
        let address = match self.addresses {
            Addresses::Slug => format!("/{}/{}-{place}", self.number, title.replace(' ', "-")),
            Addresses::Number => format!("/story/{}{place:05}", self.number),
            Addresses::Home => "/".to_owned(),
        };
        let name = format!("truth-{}-{place}", self.number);
        self.deeds.push(format!("published {name}"));
        self.list.insert(0, place);
        self.reports.push(Report {
            name,
            title,
            body,
            address,
            at: self.clock,
            is_touched: true,
            was_read: false,
            is_listed: false,
        });
    }

    /// A title that says the same in some other words.
    fn correct_title(&mut self) {
        let word = self.word();
        let may = self.is_told_apart() && self.ids != Ids::Title;
        let Some(report) = self.untouched().filter(|_| may) else { return };
        let mut words: Vec<&str> = report.title.split(' ').collect();
        let place = word.chars().count() % words.len();
        words[place] = &word;
        report.title = words.join(" ");
        report.is_touched = true;
        let deed = format!("corrected the title of {}", report.name);
        self.deeds.push(deed);
    }

    /// Another title over the same text, where id or address stay.
    fn replace_title(&mut self) {
        let title = self.words(5, 9);
        let may = self.ids == Ids::Tag
            || (self.addresses == Addresses::Number && self.dates != Dates::Absent);
        let Some(report) = self.untouched().filter(|_| may) else { return };
        report.title = title;
        report.is_touched = true;
        let deed = format!("replaced the title of {}", report.name);
        self.deeds.push(deed);
    }

    /// Another address for a report whose title and date stay.
    fn move_report(&mut self) {
        let words = self.words(2, 4).replace(' ', "-");
        let may = self.addresses != Addresses::Home && self.dates == Dates::Second;
        let Some(report) = self.untouched().filter(|_| may) else { return };
        report.address = format!("{}-{words}", report.address);
        report.is_touched = true;
        let deed = format!("moved {}", report.name);
        self.deeds.push(deed);
    }

    /// More text, or less of it.
    fn edit(&mut self) {
        let more = self.words(3, 8);
        let (cut, is_bare) = (self.chance(40), self.is_bare());
        let Some(report) = self.any() else { return };
        report.is_touched |= is_bare;
        let words: Vec<&str> = report.body.split(' ').collect();
        report.body = if cut && words.len() > 20 {
            words[..words.len() - 3].join(" ")
        } else {
            format!("{} {more}", report.body)
        };
        let deed = format!("edited {}", report.name);
        self.deeds.push(deed);
    }

    /// A report leaves the list and may come back when `bring_back` finds it.
    fn withdraw(&mut self) {
        if self.list.len() > 12 {
            let place = self.below(self.list.len().min(SHOWN));
            if !self.reports[self.list[place]].is_touched {
                let report = self.list.remove(place);
                self.deeds.push(format!("withdrew {}", self.reports[report].name));
            }
        }
    }

    fn bring_back(&mut self) {
        let report = self.below(self.reports.len());
        let is_old = self.list.iter().take(SHOWN).all(|place| *place != report);
        let Report { was_read, is_touched, .. } = self.reports[report];
        if is_old && was_read && !(is_touched && self.is_bare()) {
            self.list.retain(|place| *place != report);
            let place = self.below(self.list.len().min(SHOWN));
            self.list.insert(place, report);
            self.deeds.push(format!("brought back {}", self.reports[report].name));
        }
    }

    /// Another format with the same ids, addresses and dates.
    fn change_format(&mut self) {
        self.format = FORMATS[self.below(FORMATS.len())];
        self.deeds.push(format!("writes {:?}", self.format));
    }

    fn change_answer(&mut self) {
        // Of bare reports that change and are left out nothing is left to recognize.
        let answers = if self.is_bare() { &ANSWERS[1..] } else { &ANSWERS };
        self.answers = Some(answers[self.below(answers.len())]);
        self.deeds.push(format!("answers {:?}", self.answers));
    }

    /// The list as the next request gets it.
    fn edition(&mut self) -> Edition {
        self.requests += 1;
        let whole: Vec<usize> = self.list.iter().take(SHOWN).copied().collect();
        let shown = match self.answers {
            Some(Answer::Stale) => match &self.last {
                Some(last) => return last.clone(),
                None => whole,
            },
            Some(Answer::Empty) => Vec::new(),
            Some(Answer::Twice) => {
                let twice = whole.iter().take(3).chain(&whole);
                twice.copied().collect()
            }
            Some(Answer::Short) => whole[..whole.len() / 2].to_vec(),
            None => whole,
        };
        let names = shown.iter().map(|report| self.reports[*report].name.clone()).collect();
        let page = match self.format {
            Format::Rss => Page::new("application/rss+xml", self.rss(&shown)),
            Format::Atom => Page::new("application/atom+xml", self.atom(&shown)),
            Format::Json => Page::new("application/feed+json", self.json(&shown)),
        };
        (page, names)
    }

    /// The address as this request's server writes it.
    fn link(&self, report: &Report) -> String {
        let host = format!("outlet{}.example", self.number);
        if self.addresses == Addresses::Home {
            return format!("https://www.{host}/");
        }
        let path = &report.address;
        match (self.requests + report.name.len() as u64) % 6 {
            0 => format!("https://www.{host}{path}"),
            1 => format!("http://www.{host}{path}/"),
            2 => format!("https://m.{host}{path}"),
            3 => format!("https://{host}{path}?utm_source=rss&utm_medium=feed"),
            4 => format!("https://www.{host}{path}#comments"),
            _ => format!("HTTPS://WWW.{}:443{path}", host.to_uppercase()),
        }
    }

    fn id(&self, report: &Report, place: usize) -> Option<String> {
        match self.ids {
            Ids::Tag => Some(format!("tag:outlet{},2026:{}", self.number, report.name)),
            Ids::Session => Some(format!("{}?sid={:x}", report.address, self.requests * 7919)),
            Ids::Position => Some(format!("{}", place + 1)),
            Ids::Title => Some(report.title.replace(' ', "_")),
            Ids::Absent => None,
        }
    }

    fn date(&self, report: &Report) -> Option<String> {
        match self.dates {
            Dates::Second => Some(report.at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            Dates::Day => Some(report.at.format("%F").to_string()),
            Dates::Absent => None,
        }
    }

    fn rss(&self, shown: &[usize]) -> String {
        let mut xml = format!(
            "<rss version=\"2.0\"><channel><title>Outlet {}</title>\
             <link>https://outlet{}.example/</link><description>d</description>",
            self.number, self.number
        );
        for (place, report) in self.shown(shown) {
            let id = self
                .id(report, place)
                .map(|id| format!("<guid isPermaLink=\"false\">{}</guid>", escaped(&id)));
            let date = self.date(report).map(|date| format!("<pubDate>{date}</pubDate>"));
            let _ = write!(
                xml,
                "<item><title>{}</title><link>{}</link>{}{}<description>{}</description>\
                 <category>{}</category></item>",
                report.title,
                escaped(&self.link(report)),
                id.unwrap_or_default(),
                date.unwrap_or_default(),
                report.body,
                report.name
            );
        }
        xml + "</channel></rss>"
    }

    fn atom(&self, shown: &[usize]) -> String {
        let mut xml = format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Outlet {}</title>\
             <updated>2026-01-01T00:00:00Z</updated>",
            self.number
        );
        for (place, report) in self.shown(shown) {
            let id = self.id(report, place).map(|id| format!("<id>{}</id>", escaped(&id)));
            let date = self.date(report).map(|date| format!("<published>{date}</published>"));
            let _ = write!(
                xml,
                "<entry>{}<title>{}</title><link href=\"{}\"/>{}<summary>{}</summary>\
                 <category term=\"{}\"/></entry>",
                id.unwrap_or_default(),
                report.title,
                escaped(&self.link(report)),
                date.unwrap_or_default(),
                report.body,
                report.name
            );
        }
        xml + "</feed>"
    }

    fn json(&self, shown: &[usize]) -> String {
        let item = |(place, report): (usize, &Report)| {
            let mut item = json!({
                "url": self.link(report),
                "title": report.title,
                "content_text": report.body,
                "tags": [report.name],
            });
            if let Some(id) = self.id(report, place) {
                item["id"] = id.into();
            }
            if let Some(date) = self.date(report) {
                item["date_published"] = date.into();
            }
            item
        };
        let items: Vec<_> = self.shown(shown).map(item).collect();
        let version = "https://jsonfeed.org/version/1.1";
        json!({"version": version, "title": format!("Outlet {}", self.number), "items": items})
            .to_string()
    }

    fn shown<'s>(&'s self, places: &'s [usize]) -> impl Iterator<Item = (usize, &'s Report)> {
        places.iter().map(|place| &self.reports[*place]).enumerate()
    }

    fn any(&mut self) -> Option<&mut Report> {
        let place = self.below(self.list.len().min(SHOWN));
        let is_bare = self.is_bare();
        let report = &mut self.reports[*self.list.get(place)?];
        (report.is_listed || !is_bare).then_some(report)
    }

    fn untouched(&mut self) -> Option<&mut Report> {
        self.any().filter(|report| !report.is_touched && report.was_read)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.random.between(0, 100) < percent
    }

    fn number(&mut self, low: u64, high: u64) -> i64 {
        i64::try_from(self.random.between(low, high)).expect("small")
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.random.between(0, count.max(1) as u64)).expect("small")
    }

    fn words(&mut self, least: u64, most: u64) -> String {
        let count = self.random.between(least, most);
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// In the script of the outlet: Hangul, Cyrillic, Latin, Arabic or kanji.
    fn word(&mut self) -> String {
        let (first, letters, length) = [
            (0xac00, 11_000, 3),
            (0x430, 32, 7),
            (0x61, 26, 7),
            (0x627, 20, 6),
            (0x4e00, 9_000, 3),
        ][self.number % 5];
        let length = self.random.between(length - 1, length + 2);
        let letter = |random: &mut Random| {
            let code = first + u32::try_from(random.between(0, letters)).expect("small");
            char::from_u32(code).expect("a letter")
        };
        (0..length).map(|_| letter(&mut self.random)).collect()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
}

impl House for Newsroom {
    fn act(&mut self) {
        match self.random.between(0, 100) {
            0..34 => self.publish(),
            34..54 => self.edit(),
            54..64 => self.correct_title(),
            64..70 => self.replace_title(),
            70..77 => self.move_report(),
            77..84 => self.withdraw(),
            84..91 => self.bring_back(),
            91..94 => self.change_format(),
            _ => self.change_answer(),
        }
    }

    fn page(&mut self) -> Page {
        let edition = self.edition();
        self.now.clone_from(&edition.1);
        if self.answers != Some(Answer::Stale) {
            self.last = Some(edition.clone());
        }
        edition.0
    }

    fn shows(&self) -> &[String] {
        &self.now
    }

    fn polled(&mut self) {
        self.deeds.clear();
        // A former edition says nothing of what changed since.
        if self.answers.take() == Some(Answer::Stale) {
            return;
        }
        let read: std::collections::HashSet<&String> = self.now.iter().collect();
        for report in &mut self.reports {
            report.is_listed = read.contains(&report.name);
            if report.is_listed {
                (report.is_touched, report.was_read) = (false, true);
            }
        }
    }

    fn deeds(&self) -> &[String] {
        &self.deeds
    }
}
