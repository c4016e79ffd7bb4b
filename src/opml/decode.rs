//! From the bytes of a list to text. Lists come from files that people saved, so there is no HTTP to
//! say what they are: a byte-order mark, valid UTF-8, then what the XML declaration says.

use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// How far into the file its declaration is looked for, in bytes.
const REACH: usize = 200;

/// The text, and how many byte sequences meant nothing and were replaced.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, usize) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return lossy(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), 0);
    }
    let declared = declared(bytes).and_then(|encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| (text, 0))
    });
    declared.unwrap_or_else(|| lossy(UTF_8, bytes))
}

fn lossy<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, usize) {
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    let replaced = if has_errors { text.matches('\u{fffd}').count() } else { 0 };
    (text, replaced)
}

/// The encoding that the XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..REACH.min(bytes.len()))?;
    let head = String::from_utf8_lossy(head);
    let (declaration, _) = head.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (label, _) = value.get(1..)?.split_once(quote)?;
    Encoding::for_label(label.trim().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (String, usize) {
        let (text, replaced) = decode(bytes);
        (text.into_owned(), replaced)
    }

    #[test]
    fn a_mark_goes_before_a_declaration_and_utf_8_before_both() {
        let utf_16: Vec<u8> = std::iter::once(0xfeff)
            .chain("<opml>한국</opml>".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(text(&utf_16), ("<opml>한국</opml>".to_owned(), 0));
        assert_eq!(text("\u{feff}<opml/>".as_bytes()), ("<opml/>".to_owned(), 0));
        let lying = "<?xml version='1.0' encoding='euc-kr'?>한국";
        assert_eq!(text(lying.as_bytes()), (lying.to_owned(), 0));
    }

    #[test]
    fn what_is_no_utf_8_is_what_it_says_and_else_its_bytes_are_counted() {
        let declared =
            b"<?xml version='1.0' encoding = 'windows-1251' ?>\xcd\xee\xe2\xee\xf1\xf2\xe8";
        assert!(text(declared).0.ends_with("Новости"));
        assert_eq!(
            text(b"Caf\xe9 <outline/> \xff"),
            ("Caf\u{fffd} <outline/> \u{fffd}".to_owned(), 2)
        );
    }
}
