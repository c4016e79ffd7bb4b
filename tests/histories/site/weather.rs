//! What stands between a site and its readers: caches that lag, proxies that cut, servers that are down.

use super::article::{Face, Item};
use super::ways::{Moment, Order};
use super::{Site, below, document};

/// So many new items with old dates are no flood.
const FEW: usize = 3;

/// What happens to the next answer only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fine,
    Down,
    /// Another node of a network answers, so many answers behind.
    Stale(usize),
    Empty,
    Cut,
    /// Items stand twice, word for word or with another campaign in their links.
    Twins,
}

/// An answer, and what it says.
#[derive(Debug, Clone, Default)]
pub(super) struct Served {
    pub(super) body: Vec<u8>,
    pub(super) media_type: &'static str,
    pub(super) faces: Vec<(String, Face)>,
    /// The articles that arrive whole.
    pub(super) names: Vec<String>,
    /// Whether any of it tells a time.
    pub(super) is_dated: bool,
}

impl Site {
    pub(super) fn change_weather(&mut self) {
        self.weather = match self.dice.between(0, 8) {
            0 => Weather::Down,
            1..4 => Weather::Stale(below(&mut self.dice, 5)),
            4 => Weather::Empty,
            5 => Weather::Cut,
            6 => Weather::Twins,
            _ => Weather::Fine,
        };
    }

    pub(super) fn serve(&mut self) -> Served {
        self.tell(format!("WEATHER {:?}", self.weather));
        match self.weather {
            Weather::Down => Served::default(),
            Weather::Stale(lag) => self.stale(lag).unwrap_or_else(|| self.render()),
            _ => self.render(),
        }
    }

    /// A former answer, if it still proves enough.
    fn stale(&mut self, lag: usize) -> Option<Served> {
        let served = self.former.iter().rev().nth(lag)?.clone();
        self.past.judge(&served.faces);
        served.faces.iter().all(|shown| self.is_promised(shown)).then_some(served)
    }

    fn is_promised(&self, (name, face): &(String, Face)) -> bool {
        self.past.knows(name, face) && self.past.keeps_apart(name, face)
    }

    fn render(&mut self) -> Served {
        let mut faces = Vec::<(String, Face)>::new();
        let mut items = Vec::<Item>::new();
        for index in self.listing() {
            let at = Moment { request: self.requests, position: items.len() };
            let article = &self.articles[index];
            let (item, face) = self.ways.show(article, self.tongue, at);
            let shown = (article.name.clone(), face);
            let is_one = faces.iter().all(|(_, other)| self.are_two(&shown.1, other));
            if is_one && self.is_promised(&shown) {
                faces.push(shown);
                items.push(item);
            }
        }
        self.past.judge(&faces);
        let is_promised: Vec<bool> = faces.iter().map(|shown| self.is_promised(shown)).collect();
        let mut kept = is_promised.iter();
        faces.retain(|_| kept.next() == Some(&true));
        let mut kept = is_promised.iter();
        items.retain(|_| kept.next() == Some(&true));
        self.date_slowly(&mut items, &mut faces);
        if self.is_foreign(&faces) {
            (items, faces) = (Vec::new(), Vec::new());
        }
        self.write(items, faces)
    }

    /// After a list without dates, few that are new have one: when they were written is judged by when that
    /// list was read, and the articles here are of another year.
    fn date_slowly(&self, items: &mut Vec<Item>, faces: &mut Vec<(String, Face)>) {
        let before = self.former.iter().rev().find(|served| !served.faces.is_empty());
        if before.is_none_or(|before| before.is_dated) {
            return;
        }
        let mut left = FEW;
        let is_kept: Vec<bool> = items
            .iter()
            .map(|item| {
                let is_old = self.past.has_read(&item.name) || !self.ways.tells_time(item);
                left = left.saturating_sub(usize::from(!is_old));
                is_old || left > 0
            })
            .collect();
        let mut kept = is_kept.iter();
        faces.retain(|_| kept.next() == Some(&true));
        let mut kept = is_kept.iter();
        items.retain(|_| kept.next() == Some(&true));
    }

    /// Whether all is new and on another site than the list before: so another site's feed looks.
    fn is_foreign(&self, faces: &[(String, Face)]) -> bool {
        let host = |face: &Face| {
            face.page.as_ref().and_then(|page| page.split('/').next()).map(str::to_owned)
        };
        let before = self.former.iter().rev().find(|served| !served.faces.is_empty());
        let has_read = faces.iter().any(|(name, _)| self.past.has_read(name));
        let is_elsewhere = |before: &Served| {
            faces
                .iter()
                .all(|(_, face)| before.faces.iter().all(|(_, old)| host(old) != host(face)))
        };
        before.is_some_and(is_elsewhere) && !has_read
    }

    /// Whether two items of one document say enough to be two.
    fn are_two(&self, face: &Face, other: &Face) -> bool {
        let is_told = face.page.is_none() && face.guid.is_none() && face.title.is_empty();
        let share_page = face.page.is_some() && face.page == other.page;
        let has_guids =
            self.past.believes_guids() && face.guid.is_some() && face.guid != other.guid;
        let is_one = is_told || (face.has_title_of(other) && face.date == other.date);
        !is_one && (!share_page || has_guids || face.path.as_deref() == Some(""))
    }

    fn write(&mut self, mut items: Vec<Item>, mut faces: Vec<(String, Face)>) -> Served {
        if self.weather == Weather::Twins && !items.is_empty() {
            let twin = below(&mut self.dice, items.len());
            let twin = self.twin(&items[twin]);
            items.push(twin);
        }
        let is_dated = items.iter().any(|item| self.ways.tells_time(item));
        let document = document::write(&self.ways, self.tongue, &items);
        let mut text = document.text;
        if self.weather == Weather::Cut && !items.is_empty() {
            let cut = document.ends[0] + below(&mut self.dice, text.len() - document.ends[0]);
            let cut = whole(&text, cut);
            let whole = document.ends.iter().filter(|&&end| end <= cut).count();
            if !self.is_foreign(&faces[..whole]) {
                text.truncate(cut);
                faces.truncate(whole);
            }
        }
        Served {
            body: document::encode(&text, self.ways.encoding_of_shape()),
            media_type: document::media_type(self.ways.shape),
            names: faces.iter().map(|(name, _)| name.clone()).collect(),
            faces,
            is_dated,
        }
    }

    fn twin(&mut self, item: &Item) -> Item {
        let mut twin = item.clone();
        if let Some(link) = twin
            .link
            .as_mut()
            .filter(|link| link.contains("utm_") && self.requests.is_multiple_of(2))
        {
            link.push_str("&utm_medium=twin");
        }
        twin
    }

    /// The places of the articles that the feed lists now.
    fn listing(&mut self) -> Vec<usize> {
        if self.weather == Weather::Empty {
            return Vec::new();
        }
        let listed = self.articles.iter().enumerate().filter(|(_, article)| article.is_listed);
        let mut places: Vec<usize> = listed.map(|(place, _)| place).collect();
        places.sort_by_key(|&place| std::cmp::Reverse(self.articles[place].born));
        if self.ways.order == Order::Modified {
            places.sort_by_key(|&place| std::cmp::Reverse(self.articles[place].changed));
        }
        places.sort_by_key(|&place| !self.articles[place].is_sticky);
        places.truncate(self.ways.window);
        match self.ways.order {
            Order::Oldest => places.reverse(),
            Order::Shuffled => {
                for place in (1..places.len()).rev() {
                    let other = below(&mut self.dice, place + 1);
                    places.swap(place, other);
                }
            }
            Order::Newest | Order::Modified => {}
        }
        places
    }
}

/// `cut`, or where the character or the true name that it would cut ends.
fn whole(text: &str, cut: usize) -> usize {
    let is_name = |byte: u8| byte == b'-' || byte.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    let is_part = |at: usize| {
        let start =
            bytes[..at].iter().rposition(|&byte| !is_name(byte)).map_or(0, |place| place + 1);
        let word = &bytes[start..at];
        let is_named =
            word.starts_with(b"truth-") || (!word.is_empty() && b"truth-".starts_with(word));
        !text.is_char_boundary(at) || (is_named && is_name(bytes[at]))
    };
    (cut..bytes.len()).find(|&at| !is_part(at)).unwrap_or(bytes.len())
}
