//! How sources are asked.

use super::*;
use crate::model::{Access, Login};

fn with_variables(text: &str) -> Result<Config, Problems> {
    let variable = |name: &str| (name == "FEED_KEY").then(|| "hunter2".to_owned());
    let path = PathBuf::from("config.toml");
    Config::read(text, &Surroundings { path, state_directory: None, variable })
}

fn access(keys: &str) -> (Access, String) {
    let text = format!("[[source]]\nurl = \"https://example.org/feed\"\n{keys}\n");
    let config = with_variables(&text).unwrap();
    (config.sources[0].access.clone(), config.warnings.to_string())
}

#[test]
fn secrets_come_from_the_environment_and_are_not_shown() {
    let keys = "user = \"me\"\npassword = { env = \"FEED_KEY\" }\nheaders = { X-Key = { env = \"FEED_KEY\" } }";
    let (access, warnings) = access(keys);
    let Some(Login::Basic { user, password }) = &access.login else { panic!("{access:?}") };
    assert_eq!((user.as_str(), password.expose()), ("me", "hunter2"));
    let (name, value) = &access.headers[0];
    assert_eq!((name.as_str(), value.expose()), ("x-key", "hunter2"));
    assert!(warnings.is_empty() && !format!("{access:?}").contains("hunter2"));
}

#[test]
fn a_secret_that_is_missing_is_a_warning_and_remembered() {
    let (access, warnings) = access("bearer = { credential = \"feedkey\" }");
    assert!(access.missing.is_some() && access.login.is_none(), "{access:?}");
    assert!(warnings.contains("`bearer` is not there"), "{warnings}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for (keys, complaint) in [
        ("password = \"x\"", "a `password` needs a `user`"),
        ("user = \"me\"\nbearer = \"x\"", "two ways to log in"),
        ("headers = { Host = \"x\" }", "Muara's own to send"),
        ("headers = { \"a b\" = \"x\" }", "not the name of a header"),
        ("proxy = \"ftp://proxy.example/\"", "not the address of an HTTP proxy"),
        ("bearer = { file = \"x\" }", "given in no way that is known"),
        ("timezone = \"Asia/Seoul\"", "there is none"),
        ("schedule = \"@daily\"\ntimezone = \"Asia/Soul\"", "not the name of a time zone"),
    ] {
        let text = format!("[[source]]\nurl = \"https://example.org/feed\"\n{keys}\n");
        let problems = with_variables(&text).unwrap_err().to_string();
        assert!(problems.contains(complaint), "{keys}: {problems}");
    }
}
