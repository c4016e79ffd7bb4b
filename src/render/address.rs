//! Addresses that may stand in an output.

use std::borrow::Cow;
use url::Url;

/// `url` if a reader may follow it: http or https, without a user's name and password, which a
/// source's address may hold and a subscriber must not see.
pub(super) fn address(url: &str) -> Option<Cow<'_, str>> {
    let after_scheme = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let unusual = |c: char| {
        !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}')
    };
    if authority.is_empty() {
        return None;
    }
    if is_plain_host(authority) && !url.contains(unusual) {
        return Some(url.into());
    }
    let parsed = Url::parse(url).ok().filter(Url::has_host)?;
    if url.contains(unusual) || authority.contains('@') {
        return Some(plain_address(without_user(parsed)).into());
    }
    Some(url.into())
}

/// Whether it is a name as nearly all hosts have one, which need not be parsed to be known for it: the
/// parser refuses numbers that are no address, and what IDNA does not allow.
fn is_plain_host(authority: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
    };
    let last = authority.rsplit('.').next().unwrap_or_default();
    last.starts_with(|c: char| c.is_ascii_alphabetic()) && authority.split('.').all(is_label)
}

/// What browsers let stand in addresses, and RFC 3986 does not.
fn plain_address(url: String) -> String {
    const LEFT: [(char, &str); 6] =
        [('\\', "%5C"), ('^', "%5E"), ('`', "%60"), ('{', "%7B"), ('|', "%7C"), ('}', "%7D")];
    LEFT.iter().fold(url, |url, (c, code)| url.replace(*c, code))
}

fn without_user(mut url: Url) -> String {
    // Both only fail on addresses that cannot have a user.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_a_reader_may_follow() {
        for plain in [
            "https://example.org/a?b=c#d",
            "http://news.EXAMPLE.co.kr",
            "https://127.0.0.1:8080/a",
            "https://xn--e1afmkfd.xn--p1ai/",
        ] {
            assert_eq!(address(plain).as_deref(), Some(plain));
        }
        for (odd, shown) in [
            ("https://joe:secret@example.org/a", "https://example.org/a"),
            ("https://example.org/a b|c", "https://example.org/a%20b%7Cc"),
            ("https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"),
        ] {
            assert_eq!(address(odd).as_deref(), Some(shown));
        }
        for none in
            ["ftp://example.org/", "https:///a", "https://1.2.3.400/", "https://xn--a/", "/a"]
        {
            assert_eq!(address(none), None, "{none}");
        }
    }
}
