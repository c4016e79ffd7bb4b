//! Ten thousand sources on 254 hosts of loopback, polled by the real daemon: polls a second, its memory
//! and CPU, what 5 % of sources that hang cost the others, what a restart does, and how long an operator
//! waits for an answer meanwhile. A minute stands for a quarter of an hour: `every = "60s"`, two seconds
//! until the time-out. Last comes the pace of production, after another restart.
//!
//! `cargo bench --bench daemon`; `-- --sources N --seconds N` for fewer, or longer phases.
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]
#![expect(clippy::unwrap_used, reason = "a benchmark ends with its first surprise")]

mod daemon;
mod feed;
mod origin;

use daemon::Daemon;
use origin::{Heard, Origin};
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Seconds between two polls of a source, on average: here, and by default.
const EVERY: u64 = 60;
const IN_PRODUCTION: u64 = 15 * 60;

#[tokio::main]
async fn main() {
    let (sources, seconds) = (option("--sources", 10_000), option("--seconds", 120));
    let folder = tempfile::tempdir().unwrap();
    let origin = Origin::start(usize::try_from(sources).unwrap()).await;
    let port = daemon::free_port();
    let bench = Bench { origin: &origin, sources, folder: folder.path(), port };
    bench.configure(EVERY);
    println!("{sources} sources on {} hosts, each every {EVERY} s on average", origin::HOSTS);

    let mut daemon = Daemon::start(folder.path());
    bench.phase(&daemon, "all new", EVERY * 2 / 3).await;
    bench.phase(&daemon, "settling", seconds).await;
    let before = bench.phase(&daemon, "steady", seconds).await;
    origin.hang(true);
    let during = bench.phase(&daemon, "5 % hang", seconds).await;
    origin.hang(false);
    println!("{:19}entries of the others wait {:+.1} %", "", 100.0 * (during / before - 1.0));
    bench.ask(&daemon);

    daemon = daemon.restart();
    bench.phase(&daemon, "after a restart", EVERY).await;
    bench.configure(IN_PRODUCTION);
    println!("\nEach every {} min on average", IN_PRODUCTION / 60);
    daemon = daemon.restart();
    bench.phase(&daemon, "after a restart", 60).await;
    bench.phase(&daemon, "a minute later", 60).await;
    bench.ask(&daemon);
    daemon.stop();
}

/// A number that the command line gives.
fn option(name: &str, otherwise: u64) -> u64 {
    let words: Vec<String> = std::env::args().collect();
    let at = words.iter().position(|word| word == name);
    at.map_or(otherwise, |at| words[at + 1].parse().unwrap())
}

struct Bench<'a> {
    origin: &'a Origin,
    sources: u64,
    folder: &'a Path,
    /// Where the daemon listens.
    port: u16,
}

impl Bench<'_> {
    /// Writes the config, with all but the pace as it is by default.
    fn configure(&self, every: u64) {
        let scaled = |seconds: u64| seconds * every / IN_PRODUCTION;
        let mut text = format!(
            "[daemon]\nlisten = \"127.0.0.1:{}\"\nstate = \"{}\"\n\n[polling]\nevery = \"{every}s\"\n\
             min = \"{}s\"\nmax = \"{}s\"\ntimeout = \"{}s\"\nread_timeout = \"{}s\"\n\
             \n[[topic]]\nname = \"rivers\"\ntitle = \"Rivers\"\nrule = \"river\"\n",
            self.port,
            self.folder.join("state").display(),
            scaled(120),
            scaled(24 * 3600),
            scaled(30),
            scaled(30),
        );
        for number in 0..self.sources {
            let address = self.origin.address(usize::try_from(number).unwrap());
            let source = format!("id = \"s{number}\"\nurl = \"{address}\"\nallow_private = true\n");
            write!(text, "\n[[source]]\n{source}").unwrap();
        }
        std::fs::write(self.folder.join("config.toml"), text).unwrap();
    }

    /// Lets seconds pass and tells what happened in them; how long entries waited on average, in seconds.
    async fn phase(&self, daemon: &Daemon, name: &str, seconds: u64) -> f64 {
        self.origin.heard();
        let (start, cpu) = (Instant::now(), daemon.cpu());
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let (heard, passed) = (self.origin.heard(), start.elapsed().as_secs_f64());
        let Heard { requests, waited } = heard;
        let (polls, used) = (count(requests.len()), daemon.cpu() - cpu);
        let (mean, wait) = (polls / passed, waited.iter().sum::<f64>() / count(waited.len()));
        let most = busiest(&requests);
        println!(
            "{name:16} {mean:6.1} polls/s, {most:3} at most ({:.2} times); entries wait {wait:5.2} s; \
             {:3.0} % of a core, {:.2} ms a poll; {} MiB at most",
            count(most) / mean,
            100.0 * used / passed,
            1000.0 * used / polls,
            daemon.peak_mib(),
        );
        wait
    }

    /// How long commands of an operator take.
    fn ask(&self, daemon: &Daemon) {
        let one = format!("s{}", self.sources / 2);
        let status = daemon.command(&["status"]);
        let of_one = daemon.command(&["status", &one]);
        println!(
            "{:19}`muara status` {status:.2} s, `muara status {one}` {of_one:.2} s, /metrics {:.2} s",
            "",
            daemon::metrics(self.port)
        );
    }
}

/// Requests in the second that had most of them.
fn busiest(requests: &[Duration]) -> usize {
    let mut seconds: Vec<u64> = requests.iter().map(Duration::as_secs).collect();
    seconds.sort_unstable();
    seconds.chunk_by(u64::eq).map(<[u64]>::len).max().unwrap_or(0)
}

fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap()).max(1.0)
}
