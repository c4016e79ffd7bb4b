//! Plays histories of publication against Muara's rule of when to poll and against the published rules
//! of others, all at the same number of requests, and prints how long entries waited and how many were
//! missed.
//!
//! `cargo bench --bench simulate`, or with `-- --histories DIR` on histories of your own: a file a source, an
//! RFC 3339 time a line. `--seeds N` (20), `--every MINUTES` (15), `--kind NAME` (all).
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]
#![expect(clippy::print_stderr, reason = "and on standard error what is wrong with a history")]
#![expect(clippy::unwrap_used, reason = "a benchmark ends with its first surprise")]

mod given;
mod histories;
mod ours;
mod play;
mod random;
mod report;
mod rivals;

use histories::Kind;
use play::{Played, calibrated};
use random::Random;
use report::Table;
use std::path::PathBuf;
use std::process::ExitCode;

/// What the command line says.
struct Options {
    seeds: u64,
    every_hours: f64,
    kind: Option<String>,
    histories: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = options();
    let given = options.histories.as_ref().map(|directory| given::given(directory));
    let kinds = match given.transpose() {
        Ok(Some(histories)) => vec![Kind::Given(histories)],
        Ok(None) => histories::kinds(),
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::FAILURE;
        }
    };
    println!(
        "{} seeds, on average a poll every {:.0} minutes; delays in minutes, ± 95 % over seeds",
        options.seeds,
        options.every_hours * 60.0
    );
    for kind in kinds {
        if options.kind.as_deref().is_none_or(|name| name == kind.name()) {
            println!("\n{}", compare(&kind, &options));
        }
    }
    ExitCode::SUCCESS
}

/// Every rule on the same histories, seed by seed.
fn compare(kind: &Kind, options: &Options) -> Table {
    let mut table = Table::new(kind.name(), kind.describe());
    for seed in 0..options.seeds {
        let mut random = Random::new(seed.wrapping_mul(7919) ^ random::hash(kind.name()));
        let sources = kind.sources(&mut random);
        let played: Vec<Played> = rivals::NAMES
            .iter()
            .map(|name| calibrated(&sources, name, options.every_hours, seed))
            .collect();
        table.add(played);
    }
    table
}

fn options() -> Options {
    let mut options = Options { seeds: 20, every_hours: 0.25, kind: None, histories: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{word} needs a value"));
        match word.as_str() {
            "--seeds" => options.seeds = value().parse().unwrap(),
            "--every" => options.every_hours = value().parse::<f64>().unwrap() / 60.0,
            "--kind" => options.kind = Some(value()),
            "--histories" => options.histories = Some(value().into()),
            // cargo says so by itself.
            "--bench" => {}
            _ => panic!("what is {word}? --seeds N, --every MINUTES, --kind NAME, --histories DIR"),
        }
    }
    options
}
