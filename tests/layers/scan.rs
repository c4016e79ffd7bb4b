//! Reads Rust source as tokens, just far enough to know which rooms of the crate a file names, which
//! paths it uses, and whether it does so in test code. It leaves the judgement to `layers.rs`.

/// One identifier, `::`, or other character of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
    /// Whether it stands under `#[cfg(test)]`.
    pub(crate) in_test: bool,
    /// How many inline modules it stands in.
    modules: usize,
}

/// A room of the crate that some code names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomUse {
    /// The room, or `*` where a whole root is imported and nothing can be said of it.
    pub(crate) room: String,
    pub(crate) line: usize,
}

/// The tokens of `source`: comments, strings and character literals are gone.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest);
        let (text, after) = rest.split_at(length);
        let is_code = !first.is_whitespace() && !is_comment(text) && !is_literal(text);
        if is_code {
            tokens.push(Token { text: text.to_owned(), line, in_test: false, modules: 0 });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    place(&mut tokens);
    tokens
}

fn is_comment(text: &str) -> bool {
    text.starts_with("//") || text.starts_with("/*")
}

fn is_literal(text: &str) -> bool {
    text.len() > 1 && text.trim_end_matches('#').ends_with(['"', '\''])
}

/// The length in bytes of the token, comment or literal that `rest` begins with.
fn token_length(rest: &str) -> usize {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if rest.starts_with("::") {
        return 2;
    }
    if let Some(length) = raw_string(rest) {
        return length;
    }
    if rest.starts_with('"') || rest.starts_with("b\"") || rest.starts_with("c\"") {
        return quoted(rest, '"');
    }
    if is_character(rest) {
        return quoted(rest, '\'');
    }
    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    word.max(first)
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of `r"…"`, `br#"…"#` and their like; `None` for anything else.
fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find(|p| {
        let after = rest.strip_prefix(p).map(|after| after.trim_start_matches('#'));
        after.is_some_and(|after| after.starts_with('"'))
    })?;
    let hashes = rest[prefix.len()..].len() - rest[prefix.len()..].trim_start_matches('#').len();
    let open = prefix.len() + hashes + 1;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(rest[open..].find(&close).map_or(rest.len(), |at| open + at + close.len()))
}

/// The length of a literal up to its closing `quote`, escapes skipped.
fn quoted(rest: &str, quote: char) -> usize {
    let open = rest.find(quote).unwrap_or(0) + 1;
    let mut escaped = false;
    for (at, c) in rest[open..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return open + at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Whether `rest` begins with a character literal, not with a lifetime.
fn is_character(rest: &str) -> bool {
    let inner = rest.strip_prefix('\'').or_else(|| rest.strip_prefix("b'"));
    let mut chars = inner.unwrap_or_default().chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), _) => true,
        (Some(c), Some('\'')) => c != '\'',
        _ => false,
    }
}

/// What a pair of braces encloses.
#[derive(Clone, Copy)]
struct Scope {
    is_module: bool,
    in_test: bool,
}

/// Notes for each token whether it is test code and how deep in inline modules it stands.
fn place(tokens: &mut [Token]) {
    let mut scopes: Vec<Scope> = Vec::new();
    let (mut announced, mut is_module) = (false, false);
    for at in 0..tokens.len() {
        let outer = scopes.last().is_some_and(|scope| scope.in_test);
        announced |= is_test_attribute(&tokens[at..]);
        is_module |= tokens[at].text == "mod";
        match tokens[at].text.as_str() {
            "{" => {
                scopes.push(Scope { is_module, in_test: outer || announced });
                (announced, is_module) = (false, false);
            }
            "}" => drop(scopes.pop()),
            _ => {}
        }
        tokens[at].in_test = announced || scopes.last().is_some_and(|scope| scope.in_test);
        tokens[at].modules = scopes.iter().filter(|scope| scope.is_module).count();
        if tokens[at].text == ";" {
            (announced, is_module) = (false, false);
        }
    }
}

/// Whether `tokens` begin with `#[cfg(…test…)]`; `not(test)` is no test.
fn is_test_attribute(tokens: &[Token]) -> bool {
    let starts = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text == text);
    if !(starts(0, "#") && starts(1, "[") && starts(2, "cfg")) {
        return false;
    }
    let attribute: Vec<&str> =
        tokens.iter().map(|token| token.text.as_str()).take_while(|text| *text != "]").collect();
    attribute.contains(&"test") && !attribute.contains(&"not")
}

/// The rooms that code names by `crate::room…`, or by enough `super::` to reach the crate's root.
/// `depth` is how deep the file's own module lies: 1 for `src/room.rs` and `src/room/mod.rs`.
pub(crate) fn rooms_used(tokens: &[Token], depth: usize) -> Vec<RoomUse> {
    let mut uses = Vec::new();
    for at in 0..tokens.len() {
        let after = |n: usize| tokens.get(at + n).map_or("", |token| token.text.as_str());
        let continues = at > 0 && tokens[at - 1].text == "::";
        if tokens[at].text == "crate" && after(1) == "::" {
            uses.extend(first_names(&tokens[at + 2..]));
        } else if tokens[at].text == "crate" && after(1) == "as" {
            uses.push(RoomUse { room: "*".to_owned(), line: tokens[at].line });
        } else if tokens[at].text == "super" && !continues {
            let climbs = (0..tokens.len()).take_while(|n| after(2 * n) == "super").count();
            if climbs >= depth + tokens[at].modules {
                uses.extend(first_names(&tokens[at + 2 * climbs..]));
            }
        }
    }
    uses
}

/// The first name of a path, or of each path in a group `{a::b, c}`.
fn first_names(tokens: &[Token]) -> Vec<RoomUse> {
    let name = |token: &Token| RoomUse { room: token.text.clone(), line: token.line };
    match tokens.first() {
        Some(first) if first.text == "{" => {}
        other => return other.map(name).into_iter().collect(),
    }
    let mut names = Vec::new();
    let (mut depth, mut begins) = (0, false);
    for token in tokens {
        match token.text.as_str() {
            "{" => {
                depth += 1;
                begins = depth == 1;
            }
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            "," => begins = depth == 1,
            _ if begins => {
                names.push(name(token));
                begins = false;
            }
            _ => {}
        }
    }
    names
}

/// The lines on which `path`, such as `Utc::now` or `rusqlite`, stands.
pub(crate) fn mentions<'a>(tokens: &'a [Token], path: &str) -> Vec<&'a Token> {
    let wanted: Vec<String> = self::tokens(path).into_iter().map(|token| token.text).collect();
    tokens
        .windows(wanted.len())
        .filter(|window| window.iter().zip(&wanted).all(|(token, text)| token.text == *text))
        .map(|window| &window[0])
        .collect()
}
