//! Any rule over any text: the first line is a rule, the second a language, the rest an entry. What holds: no
//! panic; an error points into the rule, at whole letters; a rule's normal form is a rule and matches the
//! same; the names that are found are no more than the text has places for.

#![no_main]

use libfuzzer_sys::fuzz_target;
use muara::topics::{Concepts, Recognizer, Rule};
use std::sync::LazyLock;

static ALL: LazyLock<Recognizer> =
    LazyLock::new(|| Recognizer::new(&Concepts::default()).expect("the names are sound"));

fuzz_target!(|data: &str| {
    let mut parts = data.splitn(3, '\n');
    let rule = parts.next().unwrap_or_default();
    let language = parts.next().filter(|tag| !tag.is_empty());
    let text = parts.next().unwrap_or_default();
    match Rule::parse(rule, &Concepts::default()) {
        Ok(read) => {
            let normal = read.to_string();
            let again = Rule::parse(&normal, &Concepts::default()).expect("a normal form is a rule");
            assert_eq!(again.to_string(), normal);
        }
        Err(error) => assert!(rule.get(error.span.clone()).is_some(), "{:?} in {rule:?}", error.span),
    }
    let found = ALL.recognize("", text, language);
    assert!(found.mentions.len() <= 4 * text.len() + 4);
});
