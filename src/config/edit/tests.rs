//! What becomes of a file that people wrote.

use super::*;
use std::os::unix::fs::PermissionsExt;

const FILE: &str = "# ours\n[[source]]\nurl = \"https://a.example/feed\" # the first\n# every = \"1h\"\n\n\
    # Топики\n[[topic]]\nname = \"all\"\nrule = 'river'\n";

fn home(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn new(address: &str) -> NewSource {
    NewSource { address: address.to_owned(), ..NewSource::default() }
}

/// The file after the sources were added to it.
fn after(text: &str, added: &[NewSource]) -> String {
    let (_folder, path) = home(text);
    let mut edit = Edit::open(&path).unwrap();
    for source in added {
        edit.add(source).unwrap();
    }
    edit.save().unwrap();
    Config::load(&path).unwrap();
    std::fs::read_to_string(&path).unwrap()
}

#[test]
fn new_sources_follow_the_last_one_and_its_comments() {
    let source = NewSource {
        name: Some("연합\n뉴스 \"속보\"".to_owned()),
        language: Some("ko_KR".to_owned()),
        tags: vec!["World News".to_owned(), "세계, 뉴스".to_owned(), "world news".to_owned()],
        allow_private: true,
        ..new("feed:https://b.example/rss#x")
    };
    assert_eq!(
        after(FILE, &[source, new("https://c.example/")]),
        FILE.replace(
            "# every = \"1h\"\n",
            "# every = \"1h\"\n\n[[source]]\nurl = \"https://b.example/rss\"\n\
             name = '연합 뉴스 \"속보\"'\nlanguage = \"ko-KR\"\ntags = [\"world-news\", \"세계-뉴스\"]\n\
             allow_private = true\n\n[[source]]\nurl = \"https://c.example/\"\n"
        )
    );
}

#[test]
fn comments_above_the_next_table_stay_there() {
    let text = "[[source]]\nurl = \"https://a.example/\"\n# The topic\n[[topic]]\nname = \"a\"\nrule = 'x'";
    let expected = "[[source]]\nurl = \"https://a.example/\"\n\n[[source]]\nurl = \"https://b.example/\"\n\n\
        # The topic\n[[topic]]\nname = \"a\"\nrule = 'x'";
    assert_eq!(after(text, &[new("https://b.example/")]), expected);
}

#[test]
fn a_file_without_sources_without_an_end_or_without_anything_takes_them() {
    let table = "[[source]]\nurl = \"https://b.example/\"\n";
    let added = [new("https://b.example/")];
    assert_eq!(after("", &added), table);
    assert_eq!(after("# nothing yet", &added), format!("# nothing yet\n\n{table}"));
    let crlf = after("[[source]]\r\nurl = \"https://a.example/\"\r\n", &added);
    assert_eq!(crlf.replace("\r\n", "\n").matches('\n').count(), crlf.matches("\r\n").count());
    assert!(crlf.ends_with("\r\n\r\n[[source]]\r\nurl = \"https://b.example/\"\r\n"), "{crlf:?}");
    let inline = after("source = [{ url = \"https://a.example/\" }] # few\n", &added);
    assert!(inline.ends_with("{ url = \"https://b.example/\" }] # few\n"), "{inline:?}");
}

#[test]
fn the_shipped_config_keeps_every_line() {
    let shipped = std::fs::read_to_string("config/config.toml").unwrap();
    let text = after(&shipped, &[new("https://b.example/")]);
    let added = "[[source]]\nurl = \"https://b.example/\"\n\n";
    assert_eq!(text.replacen(added, "", 1), shipped);
}

#[test]
fn what_is_there_already_is_refused_under_any_scheme() {
    let (_folder, path) = home(FILE);
    let mut edit = Edit::open(&path).unwrap();
    let known = edit.config().sources[0].id.clone();
    for same in ["https://a.example/feed", "feed://www.a.example/feed", "http://a.example/feed#1"] {
        assert_eq!(edit.add(&new(same)), Err(Refusal::Known(known.clone())), "{same}");
    }
    let given = NewSource { id: Some(known.clone()), ..new("https://b.example/") };
    assert_eq!(edit.add(&given), Err(Refusal::Taken(known)));
    for bad in ["exec:ls", "a.example/feed", "https://me:secret@a.example/", "file:///etc/passwd"] {
        assert!(matches!(edit.add(&new(bad)), Err(Refusal::Address(_))), "{bad}");
    }
    assert_eq!(edit.added(), 0);
}

#[test]
fn addresses_whose_derived_names_meet_get_names_of_their_own() {
    let text = after("", &[new("https://a.example/x/y"), new("https://a.example/x-y")]);
    assert!(text.contains("id = \"a-example-x-y-"), "{text}");
}

#[test]
fn a_file_that_somebody_else_changed_stays_as_they_left_it() {
    let (folder, path) = home(FILE);
    let mut edit = Edit::open(&path).unwrap();
    edit.add(&new("https://b.example/")).unwrap();
    std::fs::write(&path, "# mine now\n").unwrap();
    assert!(matches!(edit.save(), Err(EditError::Changed(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "# mine now\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
}

#[test]
fn links_and_permissions_stay() {
    let (folder, path) = home(FILE);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.toml");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut edit = Edit::open(&link).unwrap();
    edit.add(&new("https://b.example/")).unwrap();
    edit.save().unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(std::fs::read_to_string(&path).unwrap().contains("b.example"));
}

#[test]
fn a_broken_config_is_not_touched() {
    let (_folder, path) = home("[[source]]\nurl = 5\n");
    assert!(matches!(Edit::open(&path), Err(EditError::Problems(_))));
}

/// A piece of a config as people lay them out.
fn piece(kind: u8, n: usize) -> String {
    match kind {
        0 => format!("# a remark {n}\n"),
        1 => "\n".to_owned(),
        2 => format!("[[source]]\nurl = \"https://s{n}.example/\"\n"),
        3 => format!(
            "[[source]] # {n}\nurl = 'https://s{n}.example/'\ntags = [\n  \"a\", # one\n]\n"
        ),
        4 => format!("[[domain]]\nname = \"d{n}.example\"\nconnections = 1\n"),
        _ => format!("[[topic]]\nname = \"t{n}\"\nrule = \"\"\"\nriver\"\"\"\n"),
    }
}

proptest::proptest! {
    #[test]
    fn wherever_it_goes_nothing_that_was_there_moves(kinds in proptest::collection::vec(0..6u8, 0..12)) {
        let text: String =
            kinds.iter().enumerate().map(|(n, kind)| piece(*kind, n)).collect::<Vec<_>>().concat();
        let (_folder, path) = home(&text);
        let mut edit = Edit::open(&path).unwrap();
        edit.add(&new("https://added.example/")).unwrap();
        let after = edit.preview().unwrap();
        let before = edit.config().sources.len();
        let config = Config::read(&after, &Surroundings::of(&path)).unwrap();
        assert_eq!(config.sources.len(), before + 1);
        assert_eq!(config.sources[before].id.as_str(), "added-example", "it is the last one");
        let is_new = |at: usize, length: usize| [&after[..at], &after[at + length..]].concat() == text;
        let length = after.len() - text.len();
        let mut places = (0..=text.len()).filter(|at| after.is_char_boundary(*at));
        assert!(places.any(|at| is_new(at, length)), "{text}\n---\n{after}");
    }
}
