//! Broken JSON made readable: control characters within strings, commas that nothing follows, and
//! documents that were cut off on their way, of which every item that arrived whole is kept.

use super::mends::Mends;

/// How deep an item of a feed stands: within the feed's object and its list.
const ITEM: usize = 2;

/// Makes a document valid that begins with a brace, as far as that is what it lacks.
pub(super) fn repair(text: &str, mends: &mut Mends) -> String {
    let mut repair = Repair { out: String::with_capacity(text.len() + 8), ..Repair::default() };
    for c in text.chars() {
        if repair.take(c) {
            break;
        }
    }
    mends.add("control characters in JSON", usize::from(repair.controls));
    mends.add("comma before nothing", repair.commas);
    mends.add("truncated", usize::from(!repair.open.is_empty()));
    repair.finish()
}

#[derive(Default)]
struct Repair {
    out: String,
    /// What closes the objects and lists that are open, the innermost last.
    open: Vec<char>,
    in_string: bool,
    /// Whether a backslash stands before the next character of a string.
    is_escaped: bool,
    /// Where the output may end: behind a whole item, or a whole member of the feed before its items.
    whole: usize,
    /// What was open there.
    open_there: Vec<char>,
    controls: bool,
    commas: usize,
}

impl Repair {
    /// Takes the next character; `true` behind the end of the document.
    fn take(&mut self, c: char) -> bool {
        if self.in_string {
            self.within_string(c);
            return false;
        }
        match c {
            '"' => {
                self.in_string = true;
                self.out.push(c);
            }
            '{' | '[' => {
                self.out.push(c);
                self.open.push(if c == '{' { '}' } else { ']' });
                if self.open.len() == ITEM && c == '[' {
                    self.note_whole();
                }
            }
            '}' | ']' if self.open.last() == Some(&c) => {
                self.drop_comma();
                self.open.pop();
                self.out.push(c);
                if self.open.len() == ITEM && self.open.last() == Some(&']') {
                    self.note_whole();
                }
            }
            '}' | ']' => {}
            ',' if self.open.len() == 1 => {
                self.note_whole();
                self.out.push(c);
            }
            c => self.out.push(if c.is_control() { ' ' } else { c }),
        }
        self.open.is_empty() && !self.out.is_empty()
    }

    fn within_string(&mut self, c: char) {
        self.controls |= c.is_control();
        self.out.push(if c.is_control() { ' ' } else { c });
        self.in_string = self.is_escaped || c != '"';
        self.is_escaped = !self.is_escaped && c == '\\';
    }

    fn note_whole(&mut self) {
        self.whole = self.out.len();
        self.open_there.clone_from(&self.open);
    }

    fn drop_comma(&mut self) {
        let end = self.out.trim_end().len();
        if self.out[..end].ends_with(',') {
            self.out.truncate(end - 1);
            self.commas += 1;
        }
    }

    fn finish(mut self) -> String {
        if !self.open.is_empty() && self.whole > 0 {
            self.out.truncate(self.whole);
            self.out.extend(self.open_there.iter().rev());
        }
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> (String, Vec<String>) {
        let mut mends = Mends::default();
        let repaired = repair(text, &mut mends);
        (repaired, mends.into_lines())
    }

    #[test]
    fn whole_items_of_a_cut_document_are_kept() {
        let whole = r#"{"title":"뉴스","items":[{"id":"1","tags":["a"]},{"id":"2"}]}"#;
        assert_eq!(repaired(whole), (whole.to_owned(), vec![]));
        let second = whole.find(r#",{"id":"2"#).unwrap();
        for end in second..whole.len() - 4 {
            let Some(cut) = whole.get(..end) else { continue };
            let kept = r#"{"title":"뉴스","items":[{"id":"1","tags":["a"]}]}"#;
            assert_eq!(repaired(cut), (kept.to_owned(), vec!["truncated".to_owned()]), "{cut}");
        }
        assert_eq!(
            repaired(r#"{"title":"뉴스","items":[{"id""#).0,
            r#"{"title":"뉴스","items":[]}"#
        );
        assert_eq!(repaired(r#"{"title":"뉴스","desc"#).0, r#"{"title":"뉴스"}"#);
    }

    #[test]
    fn commas_before_nothing_and_raw_controls_go() {
        assert_eq!(
            repaired("{\"items\":[{\"id\":\"a\tb \\\" ,]\",},\n],}"),
            (
                "{\"items\":[{\"id\":\"a b \\\" ,]\"}]}".to_owned(),
                vec!["control characters in JSON".to_owned(), "comma before nothing ×3".to_owned()]
            )
        );
    }
}
