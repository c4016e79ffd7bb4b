//! The rules of others, written from what they publish. Each says after how many hours it would poll
//! again; the play multiplies that by one factor for all sources, so that requests come out equal.

/// All rules, ours first.
pub(crate) const NAMES: [&str; 6] =
    ["Muara", "fixed", "Miniflux", "Media Cloud", "CommaFeed", "news-crawl"];

/// What a poll brought.
pub(crate) struct Poll<'a> {
    /// When, in hours.
    pub(crate) now: f64,
    /// When the new entries were published.
    pub(crate) new: &'a [f64],
    /// Entries in the list.
    pub(crate) listed: usize,
}

/// A rule, with what it remembers of one source.
pub(crate) trait Rule {
    /// After how many hours it would poll again.
    fn wait(&mut self, poll: &Poll) -> f64;
}

/// The rule of that name.
pub(crate) fn rule(name: &str) -> Box<dyn Rule> {
    match name {
        "fixed" => Box::new(Fixed),
        "Miniflux" => Box::new(Miniflux { seen: Vec::new() }),
        "Media Cloud" => Box::new(MediaCloud { minutes: 720.0, last_new: 0.0, polled: false }),
        "CommaFeed" => Box::new(CommaFeed { seen: Vec::new() }),
        "news-crawl" => Box::new(NewsCrawl { minutes: 720.0, polled: false }),
        _ => panic!("there is no rule {name}"),
    }
}

/// The same interval for every source.
struct Fixed;

impl Rule for Fixed {
    fn wait(&mut self, _: &Poll) -> f64 {
        1.0
    }
}

/// Miniflux, `POLLING_SCHEDULER=entry_frequency` (`internal/model/feed.go`, `ScheduleNextCheck`): a week
/// divided by the entries of the last week, between 5 minutes and 24 hours.
struct Miniflux {
    seen: Vec<f64>,
}

impl Rule for Miniflux {
    fn wait(&mut self, poll: &Poll) -> f64 {
        self.seen.extend_from_slice(poll.new);
        self.seen.retain(|time| *time > poll.now - 168.0);
        (168.0 / count(self.seen.len())).clamp(5.0 / 60.0, 24.0)
    }
}

/// Media Cloud's rss-fetcher (`fetcher/tasks.py`, `_check_auto_adjust`; defaults of `fetcher/config.py`):
/// with 67 % duplicates or more ten minutes longer, an hour if nothing came for a week; with less
/// than half, an hour shorter, and at once down to twelve hours; between one hour and a day.
struct MediaCloud {
    minutes: f64,
    last_new: f64,
    polled: bool,
}

impl Rule for MediaCloud {
    fn wait(&mut self, poll: &Poll) -> f64 {
        if !poll.new.is_empty() {
            self.last_new = poll.now;
        }
        if !std::mem::replace(&mut self.polled, true) {
            return self.minutes / 60.0;
        }
        let duplicates = 1.0 - count(poll.new.len()) / count(poll.listed);
        if poll.new.is_empty() || duplicates >= 0.67 {
            let recent = poll.now - self.last_new <= 7.0 * 24.0 || !poll.new.is_empty();
            self.minutes = (self.minutes + if recent { 10.0 } else { 60.0 }).min(1440.0);
        } else if duplicates < 0.5 {
            let shorter = if self.minutes > 720.0 { 720.0 } else { self.minutes - 60.0 };
            self.minutes = shorter.max(60.0);
        }
        self.minutes / 60.0
    }
}

/// `CommaFeed` with `interval-empirical` (`FeedRefreshIntervalCalculator`): by the days since the newest
/// entry 4, 2 or 1 hours, else half the mean distance of the list's entries, 5 minutes to an hour.
struct CommaFeed {
    seen: Vec<f64>,
}

impl Rule for CommaFeed {
    fn wait(&mut self, poll: &Poll) -> f64 {
        self.seen.extend_from_slice(poll.new);
        let excess = self.seen.len().saturating_sub(poll.listed.max(2));
        self.seen.drain(..excess);
        let Some(newest) = self.seen.last() else { return 4.0 };
        match ((poll.now - newest) / 24.0).floor() {
            days if days >= 30.0 => 4.0,
            days if days >= 14.0 => 2.0,
            days if days >= 7.0 => 1.0,
            _ if self.seen.len() < 2 => 4.0,
            _ => {
                let mean = (newest - self.seen[0]) / (count(self.seen.len()) - 1.0);
                (mean / 2.0).clamp(5.0 / 60.0, 1.0)
            }
        }
    }
}

/// Common Crawl's news-crawl (`conf/crawler-conf.yaml`, the `AdaptiveScheduler`): half a day
/// at first, 50 % longer after a poll without changes, 20 % shorter after one with; from 90 minutes to
/// 90 days.
struct NewsCrawl {
    minutes: f64,
    polled: bool,
}

impl Rule for NewsCrawl {
    fn wait(&mut self, poll: &Poll) -> f64 {
        if std::mem::replace(&mut self.polled, true) {
            let changed = self.minutes * if poll.new.is_empty() { 1.5 } else { 0.8 };
            self.minutes = changed.clamp(90.0, 129_600.0);
        }
        self.minutes / 60.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "thousands")]
fn count(length: usize) -> f64 {
    length.max(1) as f64
}
