//! HTML's named character references, from a correct table.
//!
//! quick-xml's own table is wrong for about 440 of the 2,031 names, so an HTML tokenizer is asked.

use html5gum::{Token, Tokenizer};

/// The longest name that HTML knows has 31 letters.
const LONGEST_NAME: usize = 32;

/// What the references stand for that nearly all are: escaped HTML has one at every tag.
pub(super) fn common(name: &str) -> Option<&'static str> {
    match name {
        "amp" => Some("&"),
        "lt" => Some("<"),
        "gt" => Some(">"),
        "quot" => Some("\""),
        "apos" => Some("'"),
        "nbsp" => Some("\u{a0}"),
        _ => None,
    }
}

/// What `&name;` stands for in HTML; `None` for a name that HTML does not know.
pub(super) fn named(name: &str) -> Option<String> {
    if let Some(common) = common(name) {
        return Some(common.to_owned());
    }
    let plausible = name.len() <= LONGEST_NAME
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !plausible {
        return None;
    }
    let reference = format!("&{name};");
    let mut text = String::new();
    for token in Tokenizer::new(&reference) {
        if let Ok(Token::String(string)) = token {
            text.push_str(&String::from_utf8_lossy(&string.value));
        }
    }
    // Names may be prefixes of others (`&notit;` is `¬it;`): only a whole match counts.
    (!text.is_empty() && !text.ends_with(';')).then_some(text)
}

/// The character of a numeric reference, given what stands between `&#` and `;`. Numbers in the
/// C1 range mean windows-1252 there, as in HTML; `None` for what XML forbids.
pub(super) fn numeric(digits: &str) -> Option<char> {
    let c = number(digits)?;
    let mut byte = [0];
    match c {
        '\u{80}'..='\u{9f}' => {
            byte[0] = u8::try_from(c).ok()?;
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next()
        }
        _ => is_xml_char(c).then_some(c),
    }
}

/// Whether a numeric reference may stay as it is: XML allows its character, and HTML means the
/// same one.
pub(super) fn is_sound_number(digits: &str) -> bool {
    digits.starts_with(|c: char| c == 'x' || c.is_ascii_digit())
        && !digits.contains('+')
        && number(digits).is_some_and(|c| is_xml_char(c) && !('\u{80}'..='\u{9f}').contains(&c))
}

fn number(digits: &str) -> Option<char> {
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(number)
}

/// Whether XML 1.0 allows the character (§2.2).
pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_html() {
        for (name, text) in [("nbsp", "\u{a0}"), ("eacute", "é"), ("hellip", "…"), ("rsquo", "’")]
        {
            assert_eq!(named(name).as_deref(), Some(text), "{name}");
        }
        assert_eq!(named("NotEqualTilde").as_deref(), Some("\u{2242}\u{338}"));
        for unknown in ["bogus", "notit", "", "a b", "1x", "amp;amp"] {
            assert_eq!(named(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn numbers_are_characters_that_xml_allows() {
        assert_eq!(numeric("8217"), Some('’'));
        assert_eq!(numeric("x1F600"), Some('😀'));
        assert_eq!(numeric("146"), Some('’'));
        for bad in ["0", "11", "xFFFF", "xD800", "99999999999", "", "x"] {
            assert_eq!(numeric(bad), None, "{bad}");
        }
    }
}
