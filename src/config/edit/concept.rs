//! A concept that is added to a config, as a table of names from elsewhere describes it.

use super::{Edit, Refusal, name};
use std::collections::BTreeMap;
use toml_edit::{Array, Item, Table, value};

/// A concept to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewConcept {
    /// What rules are to call it.
    pub name: String,
    /// Its name for people.
    pub title: Option<String>,
    /// Concepts that are meant where it is found.
    pub implies: Vec<String>,
    /// Its names by language tag; `*` for those that are the same everywhere.
    pub names: BTreeMap<String, Vec<String>>,
}

/// Names that are the same everywhere.
const EVERYWHERE: &str = "*";

impl Edit {
    /// Adds a concept under a name that the config does not define.
    pub fn add_concept(&mut self, new: &NewConcept) -> Result<(), Refusal> {
        let is_name = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        if new.name.is_empty() || !new.name.chars().all(is_name) {
            let message = format!("`{}` is no name: letters, digits, `-` and `_`", new.name);
            return Err(Refusal::Concept(message));
        }
        let lower = new.name.to_lowercase();
        let is_added = self.concepts.iter().any(|(name, _)| name.to_lowercase() == lower);
        if is_added || self.config.concepts.defines(&new.name) {
            return Err(Refusal::Defined(new.name.clone()));
        }
        if new.names.values().all(Vec::is_empty) {
            return Err(Refusal::Concept("it has no names".to_owned()));
        }
        self.concepts.push((new.name.clone(), table(new)));
        Ok(())
    }
}

fn table(new: &NewConcept) -> Table {
    let mut table = Table::new();
    if let Some(title) = new.title.as_deref().and_then(name) {
        table["title"] = value(title);
    }
    if !new.implies.is_empty() {
        table["implies"] = value(new.implies.iter().collect::<Array>());
    }
    let list = |names: &[String]| value(names.iter().map(|name| term(name)).collect::<Array>());
    match new.names.get(EVERYWHERE) {
        Some(names) if new.names.len() == 1 => table["terms"] = list(names),
        _ => {
            let mut terms = Table::new();
            terms.set_dotted(true);
            for (language, names) in &new.names {
                terms[language] = list(names);
            }
            table["terms"] = Item::Table(terms);
        }
    }
    table
}

/// A name as a term: in quotes where a rule would read its signs.
fn term(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’' | '·' | '・');
    let marks = unicode_normalization::char::is_combining_mark;
    if name.chars().all(|c| plain(c) || marks(c)) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', ""))
}
