//! Names that operators give: of sources and of topics.

use std::fmt;
use std::str::FromStr;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name is 1 to 64 of a-z, 0-9 and inner hyphens")]
pub struct InvalidName;

/// The longest name, in bytes. Names become file names and addresses.
const LONGEST: usize = 64;

fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..=LONGEST).contains(&bytes.len())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                if is_name(text) { Ok(Self(text.to_owned())) } else { Err(InvalidName) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// What config calls a source. It survives a change of the source's URL.
    SourceId
}
name! {
    /// What config calls a topic; its address and the name of its files.
    TopicName
}

impl TopicName {
    /// The name of the index of all topics, where renditions are kept by name. Config gives it to
    /// no topic.
    #[must_use]
    pub fn index() -> Self {
        Self("index".to_owned())
    }

    /// The name under which rules are asked. Config gives it to no topic.
    #[must_use]
    pub fn search() -> Self {
        Self("search".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_as_files_and_addresses() {
        for good in ["a", "korea-russia", "x1", &"a".repeat(64)] {
            assert!(good.parse::<TopicName>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "../x", "A", "a b", "a.b", "한국", &"a".repeat(65)] {
            assert_eq!(bad.parse::<SourceId>(), Err(InvalidName), "{bad}");
        }
    }
}
