//! Where an agency's report begins: "МОСКВА, 3 мар — ТАСС.", "МОСКВА, 3 марта." and "SEOUL (Reuters) -" say
//! where it was written, whatever it is about.

/// How far into a text its dateline may reach, in letters.
const LONGEST: usize = 80;
/// The shortest place in capitals, in letters.
const SHORTEST_PLACE: usize = 3;

/// The length of the dateline that `text` begins with, in bytes; 0 if it begins otherwise.
pub(super) fn length(text: &str) -> usize {
    // It begins with a capital, and all of its place is in capitals or the agency is named behind it: most
    // texts are seen at once to have none.
    if !text.starts_with(char::is_uppercase) {
        return 0;
    }
    let place = || text.chars().take_while(|c| c.is_alphabetic());
    let capitals = place().all(char::is_uppercase) && place().count() >= SHORTEST_PLACE;
    let head = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end]);
    if !capitals && !head.contains(" (") {
        return 0;
    }
    let date = head.find(". ").filter(|at| {
        let before = &head[..*at];
        let has_dash = before.contains(['—', '–']) || before.contains(" -");
        capitals
            && !has_dash
            && before.contains(", ")
            && before.contains(|c: char| c.is_ascii_digit())
    });
    if let Some(at) = date {
        return at + ". ".len();
    }
    let dash = [" — ", " – ", " - ", " -- ", ") — ", ") - "]
        .iter()
        .filter_map(|dash| head.find(dash).map(|at| at + dash.len()));
    let Some(end) = dash.min() else { return 0 };
    let agency = text[..end].contains(" (");
    if capitals || (agency && !text[..end].contains(". ")) { end } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_writing_is_told_from_the_report() {
        for (dateline, report) in [
            ("МОСКВА, 3 мар — ", "Агентство. Банк Кореи объявил решение."),
            ("СЕУЛ/МОСКВА, 3 мар — ", "Банк объявил решение."),
            ("МОСКВА, 19 июня. ", "Певица отменила концерт"),
            ("SEOUL, March 3 (Agency) -- ", "The bank announced it."),
            ("Seoul (Agency) - ", "The bank announced it."),
        ] {
            assert_eq!(length(&format!("{dateline}{report}")), dateline.len(), "{dateline}");
        }
        for report in [
            "Russia and North Korea – old friends – have signed.",
            "МИД РФ: ответ будет дан",
            "Putin will go. Kim (the host) - says so.",
            "김정은, 러시아 방문 — 북한 매체",
            "",
        ] {
            assert_eq!(length(report), 0, "{report}");
        }
    }
}
