//! The stages of reading one by one, for the fuzz targets alone.

use super::dates::{self, Habits, Order};
use super::mends::Mends;
use super::{decode, prolog, repair, scan};
use crate::model::Time;

/// Decodes `bytes`, of which HTTP said that its charset is `charset`: the text and its encoding.
#[must_use]
pub fn decoded(bytes: &[u8], charset: Option<&str>) -> (String, &'static str) {
    let decoded = decode::decode(bytes, charset);
    (decoded.text.into_owned(), decoded.encoding)
}

/// The front of a document cut off, and the rest made well-formed; `None` for what is no XML feed.
#[must_use]
pub fn mended(text: &str) -> Option<String> {
    let mut mends = Mends::default();
    match prolog::document(text, &mut mends).ok()? {
        prolog::Document::Xml(text) => Some(repair::repair(&text, &mut mends)),
        prolog::Document::Json(_) => None,
    }
}

/// Whether items can be found in a text; what is mended always can.
#[must_use]
pub fn is_sound(text: &str) -> bool {
    scan::scan(text).is_ok()
}

/// A date, and whether it is a guess.
#[must_use]
pub fn date(text: &str, month_first: bool) -> Option<(Time, bool)> {
    let order = if month_first { Order::MonthFirst } else { Order::DayFirst };
    let habits = Habits { order, is_settled: false, language: None };
    let _ = dates::evidence(text);
    dates::read(text, habits).map(|reading| (reading.time, reading.guess))
}
