//! What the dates of a document tell of the order of their numbers.
//!
//! `13/02/2025` can only be day first, `02/13/2025` only month first; a publisher writes all of its
//! dates alike. What was seen is kept with the source and only ever grows, so that it does not matter
//! which items of a document were read again and which were known.

use super::Order;
use super::tokens::plainly_spelled;
use crate::model::DateOrders;
use std::borrow::Cow;

/// The orders that a date is evidence of: at most one.
pub(in crate::feed) fn evidence(text: &str) -> DateOrders {
    let text: Cow<'_, str> =
        if text.is_ascii() { text.into() } else { plainly_spelled(text).into() };
    let Some((first, second)) = leading_numbers(&text) else { return DateOrders::default() };
    DateOrders {
        day_first: first > 12 && first <= 31 && (1..=12).contains(&second),
        month_first: second > 12 && second <= 31 && (1..=12).contains(&first),
    }
}

/// The order that what was seen settles: none where nothing or both was seen.
pub(in crate::feed) fn settled(seen: DateOrders) -> Option<Order> {
    match (seen.day_first, seen.month_first) {
        (true, false) => Some(Order::DayFirst),
        (false, true) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// The two small numbers that stand before a year of four digits: `13/02/2025`, `13-02-2025`.
fn leading_numbers(text: &str) -> Option<(u32, u32)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (first, rest) = small_number(&text[start..])?;
    let mark = rest.chars().next().filter(|c| matches!(c, '/' | '-'))?;
    let (second, rest) = small_number(&rest[1..])?;
    let year = rest.strip_prefix(mark)?;
    let digits = year.bytes().take_while(u8::is_ascii_digit).count();
    (digits == 4).then_some((first, second))
}

fn small_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let value = text[..end].parse().ok().filter(|_| (1..=2).contains(&end))?;
    Some((value, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_twelve_tell_the_order() {
        let seen = |text| {
            let DateOrders { day_first, month_first } = evidence(text);
            (day_first, month_first)
        };
        assert_eq!(seen("13/02/2025 14:05"), (true, false));
        assert_eq!(seen("Thu, 02-13-2025"), (false, true));
        assert_eq!(seen("١٣/٠٢/٢٠٢٥"), (true, false));
        for silent in
            ["07/02/2025", "13.02.2025", "2025-02-13", "13 Feb 2025", "13/02/25", "33/02/2025", ""]
        {
            assert_eq!(seen(silent), (false, false), "{silent}");
        }
    }
}
