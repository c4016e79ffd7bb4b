//! Where new sources and concepts go into the text of a config, and how they look there.

use toml_edit::{DocumentMut, Item, Key, Table, Value};

/// `text` with `tables` as further `[[source]]` tables. Everything else stays byte for byte, unless
/// the sources are written as an inline array, which is then printed anew.
pub(super) fn sources(text: &str, tables: &[Table]) -> String {
    let parsed = toml_edit::Document::parse(text);
    let found = parsed.as_ref().ok().and_then(|document| document.get("source"));
    match found {
        Some(Item::Value(Value::Array(_))) => into_array(text, tables),
        Some(Item::ArrayOfTables(sources)) => {
            let ends = sources.iter().flat_map(Table::iter).filter_map(|(_, item)| item.span());
            let last = ends.map(|span| span.end).max().unwrap_or(text.len());
            inserted(text, end_of_block(text, last), &with_header(tables))
        }
        _ => inserted(text, text.len(), &with_header(tables)),
    }
}

/// `text` with `tables` as further `[concepts.NAME]` tables at its end, where they disturb nothing.
pub(super) fn concepts(text: &str, tables: &[(String, Table)]) -> String {
    let header = |name: &str| format!("[concepts.{}]", Key::new(name).display_repr());
    let tables: Vec<_> = tables.iter().map(|(name, table)| (header(name), table)).collect();
    inserted(text, text.len(), &tables)
}

fn with_header(sources: &[Table]) -> Vec<(String, &Table)> {
    sources.iter().map(|table| ("[[source]]".to_owned(), table)).collect()
}

fn inserted(text: &str, at: usize, tables: &[(String, &Table)]) -> String {
    if tables.is_empty() {
        return text.to_owned();
    }
    let (before, after) = text.split_at(at);
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = before.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str(line_end);
    }
    for (header, table) in tables {
        if !out.is_empty() {
            out.push_str(line_end);
        }
        out.push_str(header);
        out.push_str(line_end);
        out.push_str(&table.to_string().replace('\n', line_end));
    }
    let next = after.lines().next();
    if next.is_some_and(|line| !line.trim().is_empty()) {
        out.push_str(line_end);
    }
    out + after
}

/// The end of the lines that belong to the table whose last value ends at `last`: the value's own
/// line and the comments right below. Comments right above another table belong to that one.
fn end_of_block(text: &str, last: usize) -> usize {
    let own = text[last..].find('\n').map_or(text.len(), |feed| last + feed + 1);
    let mut end = own;
    for line in text[own..].split_inclusive('\n') {
        match line.trim_start() {
            comment if comment.starts_with('#') => end += line.len(),
            header if header.starts_with('[') => return own,
            _ => return end,
        }
    }
    end
}

fn into_array(text: &str, tables: &[Table]) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    if let Some(array) = document["source"].as_array_mut() {
        for table in tables {
            array.push(table.clone().into_inline_table());
        }
    }
    document.to_string()
}
