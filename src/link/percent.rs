//! Percent-encoding in one spelling (RFC 3986 section 6.2.2).

use std::borrow::Cow;

/// `part` of a URL with unreserved characters decoded, other escapes in upper case, and a `%` that
/// escapes nothing escaped itself: else `%%37e` would decode to `%7e`, and that to `~` next time.
pub(super) fn normalized(part: &str) -> Cow<'_, str> {
    let Some((plain, _)) = part.split_once('%') else {
        return Cow::Borrowed(part);
    };
    let mut out = String::with_capacity(part.len() + 2);
    out.push_str(plain);
    for piece in part[plain.len() + 1..].split('%') {
        match escaped_byte(piece) {
            Some(byte) if is_unreserved(byte) => out.push(char::from(byte)),
            Some(byte) => {
                out.push('%');
                out.extend([byte >> 4, byte & 15].map(hex_digit));
            }
            None => out.push_str("%25"),
        }
        out.push_str(if escaped_byte(piece).is_some() { &piece[2..] } else { piece });
    }
    Cow::Owned(out)
}

/// The byte that the two hexadecimal digits at the start of `piece` name.
fn escaped_byte(piece: &str) -> Option<u8> {
    let digits = piece.get(..2)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u8::from_str_radix(digits, 16).ok()
}

fn hex_digit(value: u8) -> char {
    char::from(if value < 10 { b'0' + value } else { b'A' + value - 10 })
}

/// RFC 3986 section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}
