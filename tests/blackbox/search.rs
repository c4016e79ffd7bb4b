//! Searching what is stored, by the page and by the command.

use crate::pyongyang;
use crate::support::daemon::Home;
use crate::support::origin::Origin;
use crate::support::wait;

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
