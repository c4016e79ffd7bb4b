//! "Did you mean …": the nearest of the words that would have been right.

/// Nobody reads a list of a thousand sources.
const SHOWN: usize = 24;

/// The candidate that `word` is most probably a slip of, if any is near enough.
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate))
        // A third of the letters may be wrong: more, and short words all resemble each other.
        .filter(|(distance, candidate)| *distance <= word.len().max(candidate.len()).max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `every`?", else the whole list after `otherwise`; `None` when there is nothing to say.
pub(super) fn help<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str> + Clone,
    otherwise: &str,
) -> Option<String> {
    if let Some(near) = nearest(word, candidates.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let mut names: Vec<String> =
        candidates.into_iter().take(SHOWN + 1).map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return None;
    }
    if names.len() > SHOWN {
        names.truncate(SHOWN);
        names.push("…".to_owned());
    }
    Some(format!("{otherwise} {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_recognised_and_other_words_are_not() {
        let keys = ["every", "min", "max", "max_age", "connect_timeout"];
        for (slip, meant) in [
            ("evrey", Some("every")),
            ("Every", Some("every")),
            ("max-age", Some("max_age")),
            ("conect_timeout", Some("connect_timeout")),
            ("mni", Some("min")),
            ("interval", None),
            ("x", None),
        ] {
            assert_eq!(nearest(slip, keys), meant, "{slip}");
        }
    }
}
