//! Walks a parsed TOML document section by section and notes every key that nobody asked for.
//!
//! serde would stop at the first error. Here a wrong value is noted and counts as absent, so that one
//! run shows everything. Values are read in `values`; what they mean is left to the readers of the
//! sections.

use super::findings::Findings;
use super::problem::Problem;
use super::suggest;
use std::ops::Range;
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

pub(super) type Value<'a, 't> = &'a Spanned<DeValue<'t>>;

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

    pub(super) fn ask(&mut self, key: &'static str) -> Option<Value<'a, 't>> {
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

    pub(super) fn wrong_type(&mut self, what: &str, wanted: &str, value: Value<'a, 't>) {
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
