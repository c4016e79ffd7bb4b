//! `muara concepts import`: a table of names, as Wikidata's query service or a spreadsheet gives it, made
//! into concepts of the config.

use super::exit::{Exit, Failure};
use super::import::bytes;
use super::out::Out;
use crate::config::{Config, Edit, NewConcept};
use std::collections::HashMap;
use std::path::Path;

/// What columns may be called; case does not matter.
const CONCEPT: &[&str] = &["concept", "item", "id", "entity"];
const TITLE: &[&str] = &["title", "itemlabel", "conceptlabel"];
const LANGUAGE: &[&str] = &["language", "lang"];
const NAME: &[&str] = &["name", "label", "alias", "altlabel", "term", "names"];
const IMPLIES: &[&str] = &["implies"];

/// Adds the concepts of a table to the config.
pub(super) fn import(config: Option<&Path>, file: &Path, dry_run: bool) -> Result<Exit, Failure> {
    let mut edit = Edit::open(&Config::find(config)?)?;
    let path = edit.config().path.clone();
    let (concepts, mut skipped) = read(&bytes(file)?)
        .map_err(|message| Failure::new(Exit::Data, format!("{}: {message}", file.display())))?;
    let mut added = Vec::new();
    for concept in &concepts {
        let names: usize = concept.names.values().map(Vec::len).sum();
        match edit.add_concept(concept) {
            Ok(()) => added.push(format!(
                "@{}  {names} names in {} languages",
                concept.name,
                concept.names.len()
            )),
            Err(refusal) => skipped.push(format!("@{}: {refusal}", concept.name)),
        }
    }
    if dry_run {
        edit.preview()?;
    } else {
        edit.save()?;
    }
    let mut out = Out::new();
    let (label, done) = if dry_run { ("new", "would be added") } else { ("added", "added") };
    for line in &added {
        out.line(format_args!("{label:8} {line}"))?;
    }
    for line in &skipped {
        out.line(format_args!("skipped  {line}"))?;
    }
    let (new, passed) = (added.len(), skipped.len());
    out.line(format_args!("{new} {done} to {}, {passed} skipped", path.display()))?;
    out.flush()?;
    Ok(Exit::Ok)
}

/// Which columns hold what.
struct Columns {
    concept: usize,
    names: Vec<usize>,
    title: Option<usize>,
    language: Option<usize>,
    implies: Option<usize>,
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self, String> {
        let all = |names: &[&str]| -> Vec<usize> {
            let is_one = |cell: &str| names.contains(&cell.trim().to_lowercase().as_str());
            header.iter().enumerate().filter(|(_, cell)| is_one(cell)).map(|(at, _)| at).collect()
        };
        let first = |names: &[&str]| all(names).first().copied();
        let missing = |names: &[&str]| {
            format!("its first line names no column `{}` or `{}`", names[0], names[1])
        };
        let names = all(NAME);
        if names.is_empty() {
            return Err(missing(NAME));
        }
        Ok(Self {
            concept: first(CONCEPT).ok_or_else(|| missing(CONCEPT))?,
            names,
            title: first(TITLE),
            language: first(LANGUAGE),
            implies: first(IMPLIES),
        })
    }
}

/// The concepts of a table in its order, and what is wrong with single lines.
fn read(bytes: &[u8]) -> Result<(Vec<NewConcept>, Vec<String>), String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';'].into_iter().find(|sign| header.contains(char::from(*sign)));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = Columns::of(reader.headers().map_err(|error| error.to_string())?)?;
    let (mut concepts, mut wrong) = (Vec::<NewConcept>::new(), Vec::new());
    let mut places: HashMap<String, usize> = HashMap::new();
    for (line, row) in (2..).zip(reader.records()) {
        let row = row.map_err(|error| error.to_string())?;
        let Some(name) = name(&row, &columns) else {
            wrong.push(format!("line {line}: it names no concept"));
            continue;
        };
        let place = *places.entry(name.to_lowercase()).or_insert_with(|| {
            let title = cell(&row, columns.title).map(str::to_owned);
            concepts.push(NewConcept { name, title, ..NewConcept::default() });
            concepts.len() - 1
        });
        take(&mut concepts[place], &row, &columns);
    }
    Ok((concepts, wrong))
}

/// Adds to a concept what one line says of it.
fn take(concept: &mut NewConcept, row: &csv::StringRecord, columns: &Columns) {
    // Wikidata says `mul` of what is the same in many languages.
    let language = cell(row, columns.language).filter(|tag| *tag != "mul").unwrap_or("*");
    let own = concept.names.entry(language.to_owned()).or_default();
    let cells = columns.names.iter().filter_map(|at| cell(row, Some(*at)));
    for name in cells.flat_map(|cell| cell.split('|')).map(str::trim) {
        if !name.is_empty() && !own.iter().any(|known| known == name) {
            own.push(name.to_owned());
        }
    }
    for implied in cell(row, columns.implies).into_iter().flat_map(|cell| cell.split('|')) {
        let implied = implied.trim().to_owned();
        if !implied.is_empty() && !concept.implies.contains(&implied) {
            concept.implies.push(implied);
        }
    }
}

fn cell(row: &csv::StringRecord, at: Option<usize>) -> Option<&str> {
    row.get(at?).map(str::trim).filter(|cell| !cell.is_empty())
}

/// What rules are to call the concept of a line. Wikidata's own numbers (Q7747) are called by their title
/// where there is one.
fn name(row: &csv::StringRecord, columns: &Columns) -> Option<String> {
    let written = cell(row, Some(columns.concept))?;
    let last = written.rsplit('/').next().unwrap_or(written).trim_start_matches('@');
    let digits = last.strip_prefix('Q').unwrap_or_default();
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let title = cell(row, columns.title).filter(|_| is_number);
    Some(named(title.unwrap_or(last))).filter(|name| !name.is_empty())
}

/// A title as a name: "Kim Jong Un" is `kim-jong-un`.
fn named(title: &str) -> String {
    let words = title.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_wikidatas_query_service_becomes_concepts() {
        let table = "item,itemLabel,lang,label\n\
            http://www.wikidata.org/entity/Q1,Sergei Shoigu,ru,Сергей Шойгу\n\
            http://www.wikidata.org/entity/Q1,Sergei Shoigu,en,\"Shoigu, Sergei\"\n\
            http://www.wikidata.org/entity/Q1,Sergei Shoigu,mul,Shoigu\n\
            http://www.wikidata.org/entity/Q2,,ko,최선희\n,,en,nobody\n";
        let (concepts, wrong) = read(table.as_bytes()).expect("a table");
        assert_eq!(concepts.len(), 2);
        assert_eq!(concepts[0].name, "sergei-shoigu");
        assert_eq!(concepts[0].title.as_deref(), Some("Sergei Shoigu"));
        assert_eq!(concepts[0].names["ru"], ["Сергей Шойгу"]);
        assert_eq!(concepts[0].names["en"], ["Shoigu, Sergei"]);
        assert_eq!(concepts[0].names["*"], ["Shoigu"]);
        assert_eq!(concepts[1].name, "q2");
        assert_eq!(wrong, ["line 6: it names no concept"]);
    }

    #[test]
    fn a_plain_table_with_tabs_may_hold_several_names_in_a_cell() {
        let table = "\u{feff}Concept\tName\timplies\nagency\tKCNA|조선중앙통신|KCNA\t@KP\n";
        let (concepts, _) = read(table.as_bytes()).expect("a table");
        assert_eq!(concepts[0].names["*"], ["KCNA", "조선중앙통신"]);
        assert_eq!(concepts[0].implies, ["@KP"]);
    }

    #[test]
    fn a_table_without_the_columns_is_told_what_it_lacks() {
        assert_eq!(
            read(b"item,lang\nQ1,en\n").expect_err("no names"),
            "its first line names no column `name` or `label`"
        );
    }
}
