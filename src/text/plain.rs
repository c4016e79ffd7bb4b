//! Plain text from HTML in one linear pass: what an entry is matched, hashed and searched by.
//! No tree is built, so depth costs nothing. Safe HTML for readers is `feed::sanitize`'s.

use std::borrow::Cow;

use html5gum::Tokenizer;

use super::clean::squash;
use super::extract::Extractor;
use super::layout::Layout;

/// The text of `html`, cleaned, its white space folded; blocks and `<br>` are divided by one line
/// feed each.
///
/// What is no text (scripts, styles, heads, templates, drawings, ruby readings) is dropped; references are
/// decoded exactly once. Text that is not HTML passes: `a < b`, `Vec<T>`, `<me@example.org>`; if
/// there is nothing like a tag in it, it keeps its own lines. Never fails, never recurses, linear.
#[must_use]
pub fn plain(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return lines(html);
    }
    let html = unwrapped(html);
    let mut extractor = Extractor::new(&html, !has_tags(&html));
    let Ok(()) = Tokenizer::new_with_emitter(html.as_ref(), &mut extractor).finish();
    extractor.finish()
}

/// [`plain`] on one line: for titles and names.
#[must_use]
pub fn one_line(html: &str) -> String {
    let text = plain(html);
    match squash(&text) {
        Cow::Borrowed(same) if same.len() == text.len() => text,
        squashed => squashed.into_owned(),
    }
}

/// Text without markup, its lines kept.
fn lines(text: &str) -> String {
    let mut layout = Layout::with_capacity(text.len());
    layout.push(text, true);
    layout.finish()
}

/// `html` without CDATA delimiters. Some feeds wrap twice: a browser would show a stray `]]>` and
/// lose the first tag.
fn unwrapped(html: &str) -> Cow<'_, str> {
    const OPEN: &str = "<![CDATA[";
    if html.contains(OPEN) {
        Cow::Owned(html.replace(OPEN, "").replace("]]>", ""))
    } else {
        Cow::Borrowed(html)
    }
}

/// Whether anything in `html` starts like a tag or a comment.
fn has_tags(html: &str) -> bool {
    html.as_bytes().windows(2).any(|pair| {
        pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || matches!(pair[1], b'/' | b'!' | b'?'))
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{one_line, plain};
    use crate::text::clean;

    #[test]
    fn blocks_and_breaks_are_lines_and_nothing_else_is() {
        let html = "<p>Первый\n  абзац,<b>жир</b>ный.</p>\n\n<div><p>Второй<br>строка</p></div><ul><li>a<li>b</ul>";
        assert_eq!(plain(html), "Первый абзац,жирный.\nВторой\nстрока\na\nb");
        assert_eq!(plain("<table><tr><td>1<td>2<tr><th>3<th>4</table>"), "1 2\n3 4");
        assert_eq!(plain("한국<wbr>어<img src=x>뉴스"), "한국어 뉴스");
    }

    #[test]
    fn what_is_not_text_is_dropped() {
        for html in [
            "a<script>if (1<2) { x('</p>') }</script>b",
            "a<style>p > a { }</style>b",
            "a<template><p>c</p></template>b",
            "a<noscript><img alt='</b>'>c</noscript>b",
            "<html><head><title>c</title><meta name=x></head>ab",
            "<html><head><title>c</title><body>ab",
            "a<!-- c -->b",
            "a<?php c ?>b",
            "<!DOCTYPE html>ab",
            "a<script src='x'/>b",
            "a<svg><title>c</title><style>c</style><text>c</text></svg>b",
            "a<svg><path><p>b",
        ] {
            assert_eq!(plain(html).replace([' ', '\n'], ""), "ab", "{html}");
        }
    }

    #[test]
    fn references_are_decoded_exactly_once() {
        assert_eq!(
            plain("AT&amp;T &lt;b&gt; &amp;lt; &#1050;&#x41D;ДР&nbsp;&hellip;"),
            "AT&T <b> &lt; КНДР …"
        );
        assert_eq!(plain("Q&A, R&D &unknown; &copy 2026"), "Q&A, R&D &unknown; © 2026");
    }

    #[test]
    fn text_that_is_not_html_passes() {
        for text in [
            "if a < b and b > c",
            "I <3 Seoul",
            "Vec<T> or HashMap<K, V>",
            "Ким <kim@example.kp> пишет",
            "see <https://example.org/a?b=c> there",
            "x <y and z are numbers",
            "<",
            "a<",
            "a</",
        ] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn text_without_tags_keeps_its_lines() {
        assert_eq!(plain("one\r\n  two \n\n three & four"), "one\ntwo\nthree & four");
        assert_eq!(
            plain("<p>one\ntwo</p><pre>three\nfour</pre>five\nsix"),
            "one two\nthree\nfour\nfive six"
        );
    }

    #[test]
    fn a_torn_tag_at_the_end_is_not_shown() {
        assert_eq!(plain("<p>Presiden tiba <a href=\"https://exam"), "Presiden tiba");
        assert_eq!(plain("<p>Presiden tiba <stro"), "Presiden tiba");
        assert_eq!(plain("Presiden tiba</p"), "Presiden tiba");
    }

    #[test]
    fn twice_wrapped_cdata_is_unwrapped() {
        assert_eq!(plain("<![CDATA[<p>서울</p>]]>"), "서울");
    }

    #[test]
    fn readings_do_not_divide_japanese_words() {
        let html = "<ruby>首<rt>しゅ</rt>脳<rp>(</rp><rt>のう</rt><rp>)</rp></ruby>会談<p>次</p>";
        assert_eq!(plain(html), "首脳会談\n次");
        assert_eq!(plain("<p><ruby>首<rt>しゅ<p>次"), "首\n次");
    }

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(one_line(" <b>Сеул</b>\n&amp;<br>Москва "), "Сеул & Москва");
        assert_eq!(one_line("plain"), "plain");
    }

    #[test]
    fn depth_and_endless_markup_cost_linear_time() {
        let started = std::time::Instant::now();
        for piece in
            ["<", "<div>", "<b ", "</", "<!--", "&", "<a href='", "<![CDATA[", "&#", "<script>"]
        {
            let _ = plain(&piece.repeat(1_000_000 / piece.len()));
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    proptest! {
        #[test]
        fn any_input_gives_clean_trimmed_text(html in any::<String>()) {
            let text = plain(&html);
            prop_assert!(matches!(clean(&text), Cow::Borrowed(_)));
            prop_assert_eq!(text.trim(), text.as_str());
        }

        #[test]
        fn any_soup_of_tags_is_survived(html in "(<|>|/|!|--|=|'|\"|&|#|;|p|b|script|style|head|title|pre| |\n|x|é|한|\\[CDATA\\[|\\]\\]){0,40}") {
            let text = plain(&html);
            prop_assert!(!text.contains("\n\n") && !text.contains("  "));
        }
    }
}
