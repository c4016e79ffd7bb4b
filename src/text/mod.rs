//! Text as people write it: folding for comparison, white space, cleaning, plain text from HTML,
//! scripts, languages, excerpts. Pure functions over `&str`, used by every floor above; links are
//! `link`'s, matching is `topics`', and what may be shown as HTML is decided by `feed::sanitize`.

mod boilerplate;
mod clean;
mod excerpt;
mod extract;
mod fold;
mod language;
mod layout;
mod letters;
mod loosen;
mod markers;
mod plain;
mod script;
mod search;

pub use boilerplate::{Boilerplate, Lines, leave_out};
pub use clean::{clean, squash};
pub use excerpt::excerpt;
pub use fold::fold;
pub use language::language;
pub use letters::{hash_of_words, is_dense, letters, weight, words};
pub use loosen::loosen;
pub use markers::marked;
pub use plain::{one_line, plain};
pub use script::{Script, script};
pub use search::{SearchQuery, search_words};
