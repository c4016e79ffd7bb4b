//! Whether an Atom feed follows RFC 4287's own schema (appendix B), as libxml2 reads it: a second opinion beside the rules
//! that are written out here.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Once;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/validity/atom.rng");

/// What the schema does not allow; nothing for documents that are no Atom, and where nobody can read the schema.
pub(crate) fn complaints(document: &str) -> Vec<String> {
    let has_no_schema = document.starts_with('{') || document.contains("<rss ");
    let options = ["--noout", "--nonet", "--relaxng", SCHEMA, "-"];
    let xmllint = || {
        let mut command = Command::new("xmllint");
        command.args(options).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn()
    };
    if has_no_schema {
        return Vec::new();
    }
    let Ok(mut child) = xmllint() else {
        say_once();
        return Vec::new();
    };
    // It stops reading at the first error, and says so.
    drop(child.stdin.take().expect("a pipe").write_all(document.as_bytes()));
    let said = child.wait_with_output().expect("it ends");
    if said.status.success() {
        return Vec::new();
    }
    String::from_utf8_lossy(&said.stderr).lines().map(|line| format!("schema: {line}")).collect()
}

/// Whether the schema can be read here.
#[allow(dead_code, reason = "only the test of the schema itself asks")]
pub(crate) fn is_checked() -> bool {
    let found = Command::new("xmllint").arg("--version").output().is_ok();
    if !found {
        say_once();
    }
    found
}

/// Past the harness, which shows nothing of a test that passes.
fn say_once() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        let line = "SKIPPED Atom by RFC 4287's schema: xmllint is not installed\n";
        drop(std::io::stderr().lock().write_all(line.as_bytes()));
    });
}
