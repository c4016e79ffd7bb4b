//! Beginnings of texts that end between characters.

/// The longest beginning of `text` that is at most `bytes` long.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
