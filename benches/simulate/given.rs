//! Histories from files: a file a source, an RFC 3339 time a line, in any order and any zone.

use crate::histories::hours;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};

/// The histories of the files in `directory`, by name; what is wrong, with its file and line.
pub(crate) fn given(directory: &Path) -> Result<Vec<Vec<f64>>, String> {
    let paths = files(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let (mut histories, mut problems) = (Vec::new(), Vec::new());
    for path in &paths {
        match read(path) {
            Ok(times) if times.first() < times.last() => histories.push(times),
            Ok(times) => println!(
                "left out: {}: {}, and a history needs two at different times",
                path.display(),
                match times.len() {
                    0 => "no time".to_owned(),
                    1 => "one time".to_owned(),
                    same => format!("{same} times that are the same"),
                }
            ),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    if histories.is_empty() {
        return Err(format!("{}: no history in {} files", directory.display(), paths.len()));
    }
    println!("{} histories of {} files in {}", histories.len(), paths.len(), directory.display());
    Ok(histories)
}

/// All files but hidden ones, in order.
fn files(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.path().is_file() && !is_hidden {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// The times of one file, in order.
fn read(path: &Path) -> Result<Vec<f64>, String> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
    let mut times = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let time = DateTime::parse_from_rfc3339(line).map_err(|error| {
            let (file, line) = (path.display(), shortened(line));
            let number = number + 1;
            format!("{file}:{number}: `{line}` is no RFC 3339 time, as 2026-03-01T09:30:00Z is ({error})")
        })?;
        times.push(hours(time.with_timezone(&Utc)));
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

fn shortened(line: &str) -> String {
    let mut short: String = line.chars().take(40).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}
