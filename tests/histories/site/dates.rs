//! What a feed says of the time of an article, and in which form.

use super::article::Article;
use chrono::{DateTime, FixedOffset};

/// A day after the first articles: what is dated days before the newest is held back.
const NOW: i64 = 1_736_236_800;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dating {
    Published,
    Modified,
    Missing,
    /// The time of the request.
    Now,
    Day,
    /// The site's clock with the zone of somewhere else.
    WrongZone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Mail,
    MailSeoul,
    Zulu,
    Jakarta,
    /// Without a zone.
    Clock,
    Slashed,
}

/// A date as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// The instant, or what stands for it.
    pub(super) value: String,
    /// Whether it is a second, of which an article has one of its own.
    pub(super) is_second: bool,
}

impl Dating {
    /// The date of `article` as it is written, and as evidence.
    pub(super) fn write(
        self,
        article: &Article,
        form: Form,
        request: u64,
    ) -> (Option<String>, Option<Told>) {
        let seconds = match self {
            Self::Missing => return (None, None),
            Self::Now => {
                return (
                    Some(form.instant(NOW + 60 * i64::try_from(request).expect("small"))),
                    None,
                );
            }
            Self::Published => article.born,
            Self::Modified => article.changed,
            Self::Day => {
                let written = Form::Zulu.instant(article.born)[..10].to_owned();
                return (Some(written.clone()), Some(Told { value: written, is_second: false }));
            }
            Self::WrongZone => article.born + 9 * 3600,
        };
        let written = form.instant(seconds);
        let value = if form == Form::Clock { written.clone() } else { seconds.to_string() };
        (Some(written), Some(Told { value, is_second: true }))
    }
}

impl Form {
    pub(super) fn instant(self, seconds: i64) -> String {
        let hours = match self {
            Self::MailSeoul => 9,
            Self::Jakarta => 7,
            _ => 0,
        };
        let zone = FixedOffset::east_opt(hours * 3600).expect("a zone");
        let time = DateTime::from_timestamp(seconds, 0).expect("a time").with_timezone(&zone);
        let pattern = match self {
            Self::Mail => "%a, %d %b %Y %H:%M:%S GMT",
            Self::MailSeoul => "%a, %d %b %Y %H:%M:%S +0900",
            Self::Zulu => "%Y-%m-%dT%H:%M:%SZ",
            Self::Jakarta => "%Y-%m-%dT%H:%M:%S+07:00",
            Self::Clock => "%Y-%m-%d %H:%M:%S",
            Self::Slashed => "%Y/%m/%d",
        };
        time.format(pattern).to_string()
    }
}
