//! Reads a parsed TOML document key by key, notes every problem and goes on.
//!
//! serde would stop at the first error. Here a wrong value is noted and counts as absent, so that one
//! run shows everything. What the keys mean is left to the readers of the sections.

use super::findings::{Complaint, Findings};
use super::problem::Problem;
use super::{suggest, units};
use std::ops::{Range, RangeInclusive};
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One table of the document while it is read.
pub(super) struct Section<'f, 'a, 't> {
    /// As the operator knows it: `[polling]`, `[[source]]`.
    title: String,
    /// Its header.
    span: Range<usize>,
    table: Option<&'a DeTable<'t>>,
    /// The keys that were asked for: all that there are.
    known: Vec<&'static str>,
    pub(super) findings: &'f mut Findings<'t>,
}

type Value<'a, 't> = &'a Spanned<DeValue<'t>>;

impl<'f, 'a, 't> Section<'f, 'a, 't> {
    /// The document itself.
    pub(super) fn root(table: &'a Spanned<DeTable<'t>>, findings: &'f mut Findings<'t>) -> Self {
        let (span, table) = (table.span(), Some(table.get_ref()));
        Self { title: String::new(), span, table, known: Vec::new(), findings }
    }

    /// Whether the file does not give `key` at all: neither rightly nor wrongly.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.table.is_some_and(|table| table.contains_key(key))
    }

    fn ask(&mut self, key: &'static str) -> Option<Value<'a, 't>> {
        self.known.push(key);
        self.table?.get(key)
    }

    /// The table `[key]`; one without keys where the file has none.
    pub(super) fn section(&mut self, key: &'static str) -> Section<'_, 'a, 't> {
        let found = self.ask(key).and_then(|value| self.table_of(&format!("[{key}]"), value));
        let (span, table) = found.map_or((0..0, None), |(span, table)| (span, Some(table)));
        self.enter(format!("[{key}]"), span, table)
    }

    /// Calls `read` with each table `[[key]]`, in the order of the file.
    pub(super) fn each(&mut self, key: &'static str, mut read: impl FnMut(Section<'_, 'a, 't>)) {
        let title = format!("[[{key}]]");
        let Some(value) = self.ask(key) else { return };
        let Some(array) = value.get_ref().as_array() else {
            self.findings.push(
                Problem::error(format!("`{key}` is a list of tables"))
                    .at(value.span())
                    .help(format!("write `{title}`, in double brackets, before each of them")),
            );
            return;
        };
        for element in array {
            if let Some((span, table)) = self.table_of(&title, element) {
                read(self.enter(title.clone(), span, Some(table)));
            }
        }
    }

    /// Calls `read` with the name of each table `[key.NAME]` and the table, in the order of the file.
    pub(super) fn named(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(Spanned<String>, Section<'_, 'a, 't>),
    ) {
        let Some((_, outer)) = self.ask(key).and_then(|value| self.table_of(key, value)) else {
            return;
        };
        let mut tables: Vec<_> = outer.iter().collect();
        tables.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in tables {
            let title = format!("[{key}.{name}]");
            if let Some((span, table)) = self.table_of(&title, value) {
                let name = Spanned::new(name.span(), name.get_ref().clone().into_owned());
                read(name, self.enter(title, span, Some(table)));
            }
        }
    }

    fn enter(
        &mut self,
        title: String,
        span: Range<usize>,
        table: Option<&'a DeTable<'t>>,
    ) -> Section<'_, 'a, 't> {
        Section { title, span, table, known: Vec::new(), findings: self.findings }
    }

    fn table_of(
        &mut self,
        title: &str,
        value: Value<'a, 't>,
    ) -> Option<(Range<usize>, &'a DeTable<'t>)> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(&format!("`{title}`"), "a table", value);
        }
        table.map(|table| (value.span(), table))
    }

    /// A string that `read` understands.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<Spanned<T>> {
        let value = self.ask(key)?;
        self.read_text(key, value, read)
    }

    /// A list of strings that `read` understands; those that it does not are left out.
    pub(super) fn texts<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, Complaint>,
    ) -> Vec<Spanned<T>> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(&format!("`{key}`"), "a list of strings, `[\"…\", \"…\"]`", value);
            return Vec::new();
        };
        let what = format!("each of `{key}`");
        let mut texts = Vec::with_capacity(array.len());
        for element in array {
            if element.get_ref().is_str() {
                texts.extend(self.read_text(key, element, &read));
            } else {
                self.wrong_type(&what, "a string", element);
            }
        }
        texts
    }

    fn read_text<T>(
        &mut self,
        key: &str,
        value: Value<'a, 't>,
        read: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<Spanned<T>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(&format!("`{key}`"), "a string", value);
            return None;
        };
        match read(text) {
            Ok(read) => Some(Spanned::new(value.span(), read)),
            Err(complaint) => {
                self.findings.complain(key, text, &value.span(), complaint);
                None
            }
        }
    }

    /// A duration.
    pub(super) fn duration(&mut self, key: &'static str) -> Option<Spanned<Duration>> {
        let value = self.ask(key)?;
        if let DeValue::Integer(number) = value.get_ref() {
            self.findings.push(
                Problem::error(format!("`{key}`: a number needs a unit"))
                    .at(value.span())
                    .help(format!("`\"{number}s\"` for seconds, `\"{number}m\"` for minutes")),
            );
            return None;
        }
        self.read_text(key, value, units::duration)
    }

    /// A size in bytes: `"10 MiB"`, or a plain number.
    pub(super) fn size(&mut self, key: &'static str) -> Option<Spanned<u64>> {
        let value = self.ask(key)?;
        let DeValue::Integer(integer) = value.get_ref() else {
            return self.read_text(key, value, units::size);
        };
        let bytes = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        if let Some(bytes) = bytes.and_then(|bytes| u64::try_from(bytes).ok()) {
            return Some(Spanned::new(value.span(), bytes));
        }
        let message = format!("`{key}` is not a number of bytes");
        self.findings.push(Problem::error(message).at(value.span()));
        None
    }

    /// A whole number within `range`.
    pub(super) fn whole(
        &mut self,
        key: &'static str,
        range: RangeInclusive<usize>,
    ) -> Option<Spanned<usize>> {
        let value = self.ask(key)?;
        self.read_whole(key, value, range)
    }

    fn read_whole(
        &mut self,
        key: &str,
        value: Value<'a, 't>,
        range: RangeInclusive<usize>,
    ) -> Option<Spanned<usize>> {
        let DeValue::Integer(integer) = value.get_ref() else {
            self.wrong_type(&format!("`{key}`"), "a whole number", value);
            return None;
        };
        let number = usize::from_str_radix(integer.as_str(), integer.radix()).ok();
        if let Some(number) = number.filter(|number| range.contains(number)) {
            return Some(Spanned::new(value.span(), number));
        }
        let message = format!("`{key}` must lie between {} and {}", range.start(), range.end());
        self.findings.push(Problem::error(message).at(value.span()));
        None
    }

    /// A number that is not negative.
    pub(super) fn number(&mut self, key: &'static str) -> Option<Spanned<f32>> {
        let value = self.ask(key)?;
        let written = match value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            _ => {
                self.wrong_type(&format!("`{key}`"), "a number", value);
                return None;
            }
        };
        match written.parse::<f32>() {
            Ok(number) if number.is_finite() && number >= 0.0 => {
                Some(Spanned::new(value.span(), number))
            }
            _ => {
                let message = format!("`{key}` must be a number of 0 or more");
                self.findings.push(Problem::error(message).at(value.span()));
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.ask(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(&format!("`{key}`"), "`true` or `false`", value);
        }
        flag
    }

    /// Notes that `key` must be there, unless it is.
    pub(super) fn require(&mut self, key: &str, example: &str) {
        if self.lacks(key) && self.findings.is_whole() {
            self.findings.push(
                Problem::error(format!("{} has no `{key}`", self.title))
                    .at(self.span.clone())
                    .help(format!("add `{key} = {example}`")),
            );
        }
    }

    fn wrong_type(&mut self, what: &str, wanted: &str, value: Value<'a, 't>) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a fraction",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.findings.push(
            Problem::error(format!("{what} must be {wanted}"))
                .at(value.span())
                .label(format!("this is {found}")),
        );
    }

    /// Notes the keys that nobody asked for. To be called last.
    pub(super) fn finish(self) {
        let Some(table) = self.table else { return };
        for (name, value) in table {
            if self.known.contains(&name.get_ref().as_ref()) {
                continue;
            }
            let is_root = self.title.is_empty();
            let (what, place) = match (is_root, value.get_ref()) {
                (true, DeValue::Table(_) | DeValue::Array(_)) => ("section", String::new()),
                (true, _) => ("key", " outside of any section".to_owned()),
                (false, _) => ("key", format!(" in {}", self.title)),
            };
            let kind = if is_root { "the sections are" } else { "the keys here are" };
            self.findings.push(
                Problem::error(format!("unknown {what} `{name}`{place}"))
                    .at(name.span())
                    .help(suggest::help(name.get_ref(), self.known.iter().copied(), kind)),
            );
        }
    }
}
