//! The values of a section's keys, by type. What is not of the type that was asked for, or not within
//! its bounds, is noted and counts as absent.

use super::findings::Complaint;
use super::problem::Problem;
use super::reader::{Section, Value};
use super::shapes;
use super::units;
use std::ops::RangeInclusive;
use std::time::Duration;
use toml::Spanned;
use toml::de::DeValue;

impl<'a, 't> Section<'_, 'a, 't> {
    /// A string that `read` understands.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<Spanned<T>> {
        let value = self.ask(key)?;
        self.read_text(key, "a string", value, read)
    }

    /// A list of strings that `read` understands; those that it does not are left out.
    pub(super) fn texts<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, Complaint>,
    ) -> Vec<Spanned<T>> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        self.read_texts(key, value, &read)
    }

    /// A list of strings, or a table of such lists by language; `*` there stands for every language.
    pub(super) fn texts_by_language(
        &mut self,
        key: &'static str,
    ) -> Vec<(Option<String>, Spanned<String>)> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let read = |text: &str| Ok(text.to_owned());
        let Some(table) = value.get_ref().as_table() else {
            return self
                .read_texts(key, value, &read)
                .into_iter()
                .map(|text| (None, text))
                .collect();
        };
        let mut tables: Vec<_> = table.iter().collect();
        tables.sort_by_key(|(name, _)| name.span().start);
        let mut texts = Vec::new();
        for (name, value) in tables {
            let key = name.get_ref().as_ref();
            let language = match shapes::language(key) {
                _ if key == "*" => None,
                Ok(language) => Some(language),
                Err(complaint) => {
                    self.findings.complain("terms", key, &name.span(), complaint);
                    continue;
                }
            };
            let list = self.read_texts(key, value, &read);
            texts.extend(list.into_iter().map(|text| (language.clone(), text)));
        }
        texts
    }

    fn read_texts<T>(
        &mut self,
        key: &str,
        value: Value<'a, 't>,
        read: &impl Fn(&str) -> Result<T, Complaint>,
    ) -> Vec<Spanned<T>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(&format!("`{key}`"), "a list of strings, `[\"…\", \"…\"]`", value);
            return Vec::new();
        };
        let what = format!("each of `{key}`");
        let mut texts = Vec::with_capacity(array.len());
        for element in array {
            if element.get_ref().is_str() {
                texts.extend(self.read_text(key, "a string", element, read));
            } else {
                self.wrong_type(&what, "a string", element);
            }
        }
        texts
    }

    fn read_text<T>(
        &mut self,
        key: &str,
        wanted: &str,
        value: Value<'a, 't>,
        read: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<Spanned<T>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(&format!("`{key}`"), wanted, value);
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
        self.read_text(key, "a duration such as `\"15m\"`", value, units::duration)
    }

    /// A size in bytes: `"10 MiB"`, or a plain number.
    pub(super) fn size(&mut self, key: &'static str) -> Option<Spanned<u64>> {
        let value = self.ask(key)?;
        let DeValue::Integer(integer) = value.get_ref() else {
            return self.read_text(key, "a size such as `\"10 MiB\"`", value, units::size);
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
}
