//! Which config file is meant when nobody says.

use std::path::{Path, PathBuf};

/// The config of the system service.
pub(super) const SYSTEM: &str = "/etc/muara/config.toml";

/// Where a config is looked for, in this order.
const PLACES: [&str; 2] = ["./config/config.toml", SYSTEM];

/// There is no config file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// The one that was asked for is not there.
    #[error("there is no config file `{}`", .0.display())]
    Explicit(PathBuf),
    /// None was asked for, and none of the usual ones is there.
    #[error("no config file: looked for {} (name another one with --config)", said(.0))]
    Anywhere(Vec<PathBuf>),
}

fn said(places: &[PathBuf]) -> String {
    places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(" and ")
}

/// The config file to use: `explicit`, else `./config/config.toml`, else `/etc/muara/config.toml`.
pub(super) fn find(explicit: Option<&Path>, places: &[PathBuf]) -> Result<PathBuf, NotFound> {
    if let Some(path) = explicit {
        // Not `is_file`: a config may come through a pipe (`--config <(…)`).
        let found = path.exists() && !path.is_dir();
        return if found { Ok(path.to_owned()) } else { Err(NotFound::Explicit(path.to_owned())) };
    }
    let found = places.iter().find(|place| place.is_file());
    found.cloned().ok_or_else(|| NotFound::Anywhere(places.to_vec()))
}

pub(super) fn usual_places() -> Vec<PathBuf> {
    PLACES.iter().map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_that_has_one_is_taken() {
        let home = tempfile::tempdir().unwrap();
        let places = [home.path().join("config/config.toml"), home.path().join("etc.toml")];
        std::fs::write(&places[1], "").unwrap();
        assert_eq!(find(None, &places), Ok(places[1].clone()));
        std::fs::create_dir(home.path().join("config")).unwrap();
        std::fs::write(&places[0], "").unwrap();
        assert_eq!(find(None, &places), Ok(places[0].clone()));
    }

    #[test]
    fn an_explicit_one_is_never_replaced_by_another() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("here.toml");
        std::fs::write(&place, "").unwrap();
        let missing = home.path().join("missing.toml");
        let error = find(Some(&missing), &[place]).unwrap_err();
        assert_eq!(error.to_string(), format!("there is no config file `{}`", missing.display()));
    }

    #[test]
    fn the_error_says_where_was_looked() {
        assert_eq!(
            NotFound::Anywhere(usual_places()).to_string(),
            "no config file: looked for ./config/config.toml and /etc/muara/config.toml \
             (name another one with --config)"
        );
    }
}
