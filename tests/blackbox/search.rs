//! Searching what is stored, by the page and by the command.

use crate::pyongyang;
use crate::support::daemon::{Daemon, Home};
use crate::support::origin::Origin;
use crate::support::wait;
use crate::validity::assert_valid;
use serde_json::Value;

#[test]
fn words_of_every_script_are_found_on_the_page_and_by_the_command() {
    let origin = Origin::start();
    let home = Home::new(&pyongyang::serve(&origin));
    let daemon = home.start();
    home.ok(&["poll", "--all"]);
    let hits = |words: &str| home.json_lines(&["search", "--json", words]);
    for word in ["평양", "Пхеньян", "平壌"] {
        let found = wait::until(&format!("{word} is found"), || {
            let hits = hits(word);
            (!hits.is_empty()).then_some(hits)
        });
        let encoded: String = url::form_urlencoded::byte_serialize(word.as_bytes()).collect();
        let page = daemon.get(&format!("/search?q={encoded}"));
        assert_eq!(page.status, 200);
        let title = found[0]["title"].as_str().expect("a title");
        assert!(page.text().contains(title), "{title} in {}", page.text());
    }
    assert!(home.ok(&["search", "Пхеньян"]).contains("http"));
    assert!(home.ok(&["search", "qwertyuiop"]).contains("nothing was found"));
    assert_eq!(home.run(&["search", "…"]).code, Some(64));
}

#[test]
fn the_page_repeats_a_question_without_running_it() {
    let origin = Origin::start();
    let daemon = Home::new(&pyongyang::serve(&origin)).start();
    let page = daemon.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22%20onfocus=x");
    assert!(!page.text().contains("<script>") && !page.text().contains("\" onfocus"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("form-action 'self'") && policy.contains("default-src 'none'"));
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    assert_eq!(daemon.get("/search").status, 200);
    assert_eq!(daemon.request("POST", "/search", &[("content-length", "0")]).status, 405);
}

/// A daemon that answers rules, and the rules' items.
fn answering(origin: &Origin) -> (Home, Daemon) {
    let config = pyongyang::serve(origin).publish("search_feeds = true");
    let home = Home::new(&config.topic("pyongyang", "Pyongyang", ""));
    let daemon = home.start();
    home.ok(&["poll", "--all"]);
    (home, daemon)
}

fn answer(daemon: &Daemon, rule: &str) -> Vec<Value> {
    let rule: String = url::form_urlencoded::byte_serialize(rule.as_bytes()).collect();
    let answer = daemon.get(&format!("/search.json?q={rule}")).json();
    answer["items"].as_array().expect("items").clone()
}

#[test]
fn no_rule_is_answered_unless_config_says_so() {
    let origin = Origin::start();
    let daemon = Home::new(&pyongyang::serve(&origin)).start();
    for format in ["atom", "rss", "json"] {
        assert_eq!(daemon.get(&format!("/search.{format}?q=Pyongyang")).status, 404);
    }
}

#[test]
fn an_answer_holds_what_the_rule_means_under_the_ids_of_topics() {
    let origin = Origin::start();
    let (_home, daemon) = answering(&origin);
    let of_topic = wait::until("the topic has items", || {
        let items = daemon.items("pyongyang");
        (!items.is_empty()).then_some(items)
    });
    assert_eq!(answer(&daemon, "Pyongyang").len(), of_topic.len());
    let found = answer(&daemon, "Pyongyang and not title:treaty");
    assert!(!found.is_empty() && found.len() < of_topic.len(), "{} found", found.len());
    for item in &found {
        assert!(!item["title"].as_str().expect("a title").to_lowercase().contains("treaty"));
        assert!(of_topic.iter().any(|other| other["id"] == item["id"]), "its own id: {item}");
    }
}

#[test]
fn what_is_hidden_is_in_no_answer() {
    let origin = Origin::start();
    let (home, daemon) = answering(&origin);
    let items = answer(&daemon, "Pyongyang");
    let id = items[0]["id"].as_str().expect("an id");
    home.ok(&["hide", id]);
    let left = answer(&daemon, "Pyongyang");
    assert_eq!(left.len(), items.len() - 1);
    assert!(left.iter().all(|item| item["id"] != id));
}

#[test]
fn answers_are_valid_feeds_that_are_not_sent_twice() {
    let origin = Origin::start();
    let (_home, daemon) = answering(&origin);
    for format in ["atom", "rss", "json"] {
        let path = format!("/search.{format}?q=%ED%8F%89%EC%96%91+or+Pyongyang");
        let reply = daemon.get(&path);
        assert_valid(reply.text());
        assert!(reply.text().contains(&path[1..]), "its own address in {}", reply.text());
        assert!(!reply.text().contains("urn:muara:search:평양"), "an id that is no URI");
        let etag = reply.header("etag").expect("an ETag");
        let again = daemon.request("GET", &path, &[("if-none-match", etag)]);
        assert_eq!((again.status, again.body.len()), (304, 0));
        let modified = reply.header("last-modified").expect("a date");
        let later = daemon.request("GET", &path, &[("if-modified-since", modified)]);
        assert_eq!((later.status, later.header("last-modified")), (304, Some(modified)));
        let before = ("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(daemon.request("GET", &path, &[before]).status, 200);
        let packed = daemon.request("GET", &path, &[("accept-encoding", "gzip")]);
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        assert_ne!(packed.header("etag"), Some(etag));
    }
}

#[test]
fn what_is_no_rule_or_too_long_is_refused_with_the_reason() {
    let origin = Origin::start();
    let (_home, daemon) = answering(&origin);
    let wrong = daemon.get("/search.rss?q=%40nowhere+and+(");
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().len() > 10, "{}", wrong.text());
    let long = daemon.get(&format!("/search.rss?q={}", "a".repeat(599)));
    assert_eq!(long.status, 400);
    assert!(long.text().contains("at most 500 characters"), "{}", long.text());
}
