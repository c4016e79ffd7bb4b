//! What an operator who made a mistake gets to read.

use crate::support::daemon::{Config, Home};

fn home_with(text: &str) -> Home {
    let home = Home::new(&Config::new());
    home.write("config.toml", text);
    home
}

const BROKEN: &str = r#"[daemon]
listen = "127.0.0.1:0"
public_url = "not an address"

[polling]
every = "15 parsecs"
first_pol = 5

[[source]]
id = "rivers"
url = "ftp://example.org/feed"

[[source]]
id = "lakes"
url = "https://example.org/lakes"
schedule = "every now and then"

[[topic]]
name = "water"
title = "Water"
rule = "river and (lake or"
colapse = "story"

[[topic]]
name = "water"
title = "More water"
rule = "@sea"
"#;

/// For each mistake in [`BROKEN`] its line, the column in which what is wrong begins (a message may
/// point further inside), and a word that has to be said.
const MISTAKES: [(usize, usize, &str); 9] = [
    (3, 14, "not an address"),
    (6, 9, "parsecs"),
    (7, 1, "first_poll"),
    (11, 7, "ftp"),
    (16, 12, "schedule"),
    (21, 8, "rule"),
    (22, 1, "collapse"),
    (25, 8, "water"),
    (27, 8, "sea"),
];

/// The columns that `said` points at in `line` of the config.
fn columns(said: &str, line: usize) -> Vec<usize> {
    let place = format!("config.toml:{line}:");
    let after = said.split(&place).skip(1);
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    after.filter_map(|text| digits(text).parse().ok()).collect()
}

#[test]
fn all_mistakes_are_reported_at_once_each_with_its_place_and_a_caret() {
    let home = home_with(BROKEN);
    for arguments in [vec!["check"], vec!["run"], vec!["poll", "--all"]] {
        let ran = home.run(&arguments);
        assert_eq!(ran.code, Some(78), "{arguments:?}: {ran}");
        let said = format!("{}{}", ran.out, ran.err);
        for (line, column, word) in MISTAKES {
            let columns = columns(&said, line);
            assert!(columns.iter().any(|c| *c >= column), "line {line}: {columns:?} in\n{said}");
            assert!(said.contains(word), "{word} is not in\n{said}");
        }
        assert!(said.matches('^').count() >= MISTAKES.len(), "a caret under each:\n{said}");
    }
    assert!(!home.state().exists(), "a config with mistakes has touched the state");
}

#[test]
fn a_file_that_is_no_toml_is_pointed_at_where_it_breaks() {
    let home = home_with("[daemon]\nlisten = \"127.0.0.1:0\"\npublic_url = https://example.org\n");
    let ran = home.run(&["check"]);
    assert_eq!(ran.code, Some(78), "{ran}");
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains("config.toml:3:") && said.contains('^'), "{said}");
}

#[test]
fn a_config_that_is_not_there_is_named() {
    let home = home_with("");
    std::fs::remove_file(home.path("config.toml")).expect("the file");
    for arguments in [["check"], ["run"]] {
        let ran = home.run(&arguments);
        assert_eq!(ran.code, Some(78), "{ran}");
        assert!(ran.err.contains("config.toml"), "{ran}");
    }
}

#[test]
fn check_accepts_the_annotated_example_and_a_good_file_given_by_name() {
    let home = home_with("");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/config/config.toml");
    home.ok(&["check", example]);
    let good =
        Config::new().source("rivers", "https://example.org/feed", "").topic("all", "river", "");
    home.configure(&good);
    home.ok(&["check"]);
}

#[test]
fn an_argument_that_does_not_exist_ends_with_64() {
    let ran = home_with("").run(&["pol"]);
    assert_eq!(ran.code, Some(64), "{ran}");
    assert!(ran.err.contains("poll"), "no suggestion: {ran}");
}
