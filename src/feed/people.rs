//! Names of authors out of what feeds put where a name should be.

use super::cut::cut;
use super::prose::Prose;

/// What is longer is no name but a biography, in bytes.
const LONGEST: usize = 1024;

/// The name in `"joe@example.org (Joe Doe)"`, `"Joe Doe <joe@example.org>"` and the like; the
/// address where there is nothing else. `None` for nothing at all.
pub(super) fn name(raw: &str) -> Option<String> {
    let raw = cut(raw, LONGEST);
    if is_plain(raw) {
        return is_somebody(raw).then(|| raw.to_owned());
    }
    let line = Prose::html(raw.replace('<', " <").replace("&lt;", " &lt;")).line();
    // Some escape a name with its tags twice.
    let line = if line.contains("</") { Prose::html(line.clone()).line() } else { line };
    let line = line.trim();
    let candidate = match address(line) {
        Some(address) => {
            let around = line.replace(address, " ").replace("mailto:", "");
            let around = trimmed(&around);
            if around.is_empty() { address.to_owned() } else { around }
        }
        None => trimmed(line),
    };
    is_somebody(&candidate).then_some(candidate)
}

/// Whether a name is letters and single spaces, and so as it should be: most are.
fn is_plain(raw: &str) -> bool {
    let is_plain = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '.' | '’');
    raw.chars().all(is_plain) && raw.trim() == raw && !raw.contains("  ")
}

fn is_somebody(name: &str) -> bool {
    const NOBODY: [&str; 7] = ["", "none", "null", "n/a", "undefined", "noreply", "no-reply"];
    !NOBODY.iter().any(|nobody| name.eq_ignore_ascii_case(nobody))
}

/// Without the brackets, quotes and commas that stood around an address or a name.
fn trimmed(text: &str) -> String {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | ':')
    });
    let bracketed = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let text = bracketed.filter(|inner| !inner.contains(['(', ')'])).unwrap_or(text);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let emptied = ["( )", "()", "（ ）", "< >", "[ ]"]
        .iter()
        .find_map(|brackets| line.strip_suffix(brackets));
    emptied.unwrap_or(&line).trim().to_owned()
}

/// The first mail address in a text.
fn address(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    text.match_indices('@').find_map(|(at, _)| {
        let start = text[..at]
            .rfind(|c| !is_part(c))
            .map_or(0, |end| end + text[end..].chars().next().map_or(1, char::len_utf8));
        let end = text[at + 1..].find(|c| !is_part(c)).map_or(text.len(), |end| at + 1 + end);
        let domain = text[at + 1..end].trim_end_matches('.');
        let plausible = start < at && domain.contains('.');
        plausible.then(|| &text[start..at + 1 + domain.len()])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_beside_addresses() {
        let cases = [
            ("joe@example.org (Joe Doe)", "Joe Doe"),
            ("noreply@blogger.com (김민수)", "김민수"),
            ("Joe Doe <joe@example.org>", "Joe Doe"),
            ("\"Joe Doe\" &lt;joe@example.org&gt;", "Joe Doe"),
            ("mailto:joe@example.org (Joe)", "Joe"),
            ("joe@example.org", "joe@example.org"),
            ("　山田太郎（yamada@example.co.jp）", "山田太郎"),
            ("Анна Каренина, ТАСС", "Анна Каренина, ТАСС"),
            ("<b>Joe</b>", "Joe"),
            ("Joe (Staff writer)", "Joe (Staff writer)"),
            ("@joe", "@joe"),
        ];
        for (raw, expected) in cases {
            assert_eq!(name(raw).as_deref(), Some(expected), "{raw}");
        }
        for nobody in ["", " ", "null", "()", "N/A"] {
            assert_eq!(name(nobody), None, "{nobody}");
        }
    }
}
