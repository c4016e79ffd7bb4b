//! Shortens a text so that it still reads well. How long an excerpt is, and of what, is the
//! caller's to say.

use unicode_normalization::char::is_combining_mark;

use super::script::script;

/// At most `chars` characters of `text`, trimmed: the whole text if it fits, else its beginning up
/// to the end of a sentence (when that keeps at least half) or of a word, and `…`.
///
/// Where words have no spaces it is cut between characters, never between a letter and its marks.
#[must_use]
pub fn excerpt(text: &str, chars: usize) -> String {
    let text = text.trim();
    let Some((limit, _)) = text.char_indices().nth(chars) else {
        return text.to_owned();
    };
    // Room for the ellipsis, and for a space before it.
    let mut places = text[..limit].char_indices().rev().map(|(at, _)| at);
    let Some(last) = places.next() else {
        return String::new();
    };
    if let Some(end) = places.next().and_then(|limit| sentence_end(text, limit)) {
        return format!("{} …", &text[..end]);
    }
    let end = word_end(text, last).unwrap_or(last);
    format!("{}…", text[..end].trim_end_matches(is_dangling))
}

/// The end of the last sentence of `text[..limit]`, if it lies in the second half.
fn sentence_end(text: &str, limit: usize) -> Option<usize> {
    let mut after = text[limit..].chars().next();
    for (at, c) in text[..limit].char_indices().rev() {
        if at < limit / 2 {
            return None;
        }
        let wide = matches!(c, '。' | '！' | '？' | '।' | '۔' | '؟');
        let narrow = matches!(c, '.' | '!' | '?' | '…') && after.is_none_or(char::is_whitespace);
        if wide || narrow {
            return Some(at + c.len_utf8());
        }
        after = Some(c);
    }
    None
}

/// The last place in the second half of `text[..=limit]` where a word ends.
fn word_end(text: &str, limit: usize) -> Option<usize> {
    let places = text[..limit].char_indices().rev().map(|(at, _)| at);
    std::iter::once(limit)
        .chain(places.take_while(|at| *at >= limit / 2))
        .find(|&at| is_word_end(text, at))
        .or_else(|| (0..=limit).rev().find(|&at| text.is_char_boundary(at) && is_cut(text, at)))
}

/// Whether a word of `text` ends at byte `at`.
fn is_word_end(text: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = (text[..at].chars().next_back(), text[at..].chars().next())
    else {
        return false;
    };
    if before.is_whitespace() || !is_cut(text, at) {
        return false;
    }
    after.is_whitespace() || !script(before).is_spaced() || !script(after).is_spaced()
}

/// Whether `text` may be cut at byte `at` without tearing a letter from its marks.
fn is_cut(text: &str, at: usize) -> bool {
    let after = text[at..].chars().next();
    let joined = text[..at].ends_with('\u{200d}');
    !joined && after.is_none_or(|c| !is_attached(c))
}

/// Characters that are drawn with the one before them.
fn is_attached(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Signs that should not stand before an ellipsis.
fn is_dangling(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, ',' | ';' | ':' | '-' | '–' | '—' | '、' | '，' | '(' | '«' | '“')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::excerpt;

    #[test]
    fn what_fits_is_kept_whole() {
        assert_eq!(excerpt(" Короткая новость. ", 40), "Короткая новость.");
    }

    #[test]
    fn a_sentence_is_a_better_end_than_a_word() {
        let text =
            "Pemimpin kedua negara bertemu di Moskow. Mereka membahas perdagangan dan keamanan.";
        assert_eq!(excerpt(text, 60), "Pemimpin kedua negara bertemu di Moskow. …");
    }

    #[test]
    fn words_are_not_torn() {
        assert_eq!(
            excerpt("Переговоры продолжаются, несмотря на снег", 28),
            "Переговоры продолжаются…"
        );
        assert_eq!(excerpt("북한과 러시아의 정상회담이 열린다", 10), "북한과 러시아의…");
    }

    #[test]
    fn scripts_without_spaces_are_cut_between_characters() {
        assert_eq!(excerpt("朝鮮とロシアの首脳会談が開かれた", 8), "朝鮮とロシアの…");
        assert_eq!(excerpt("ที่นี่มีข่าวใหม่", 6), "ที่…");
    }

    #[test]
    fn one_endless_word_and_no_room_at_all_still_end() {
        assert_eq!(excerpt(&"x".repeat(100), 10), format!("{}…", "x".repeat(9)));
        assert_eq!(excerpt("word", 0), "");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_never_longer_than_asked(text in any::<String>(), chars in 0_usize..40) {
            prop_assert!(excerpt(&text, chars).chars().count() <= chars);
        }
    }
}
