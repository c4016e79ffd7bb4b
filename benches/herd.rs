//! Ten thousand sources on 254 domains, in simulated time: how many polls start in each second, from
//! the first start on, in a steady state, and after an outage of an hour. The schedule and the pacer are the
//! daemon's own.
//!
//! `cargo bench --bench herd`
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]
#![expect(clippy::unwrap_used, reason = "a benchmark ends with its first surprise")]

use chrono::{DateTime, Utc};
use muara::model::{IntervalBounds, PollKind, PollSummary, ServerHints, SourceState, Time};
use muara::pipeline::Pacer;
use muara::schedule::{self, Demand, Harvest, Situation};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

const SOURCES: usize = 10_000;
const DOMAINS: usize = 254;
const PAUSE: Duration = Duration::from_millis(500);
const BOUNDS: IntervalBounds = IntervalBounds {
    every: Duration::from_secs(15 * 60),
    min: Duration::from_secs(2 * 60),
    max: Duration::from_secs(24 * 3600),
};
/// Time goes on in these steps.
const STEP: Duration = Duration::from_millis(50);

fn main() {
    let mut world = World::new();
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    report("the first ten minutes, all new", &world.run(minutes(10)));
    report("the next ten minutes", &world.run(minutes(10)));
    report("the two hours after that", &world.run(minutes(120)));
    world.sleep(minutes(60));
    report("ten minutes after an hour's outage", &world.run(minutes(10)));
    report("the hour after that", &world.run(minutes(60)));
}

struct World {
    start: Time,
    since: Instant,
    now: Duration,
    sources: Vec<Source>,
    due: BinaryHeap<Reverse<(Duration, usize)>>,
    pacer: Pacer,
    /// When the pause at each domain ends.
    pauses: Vec<Duration>,
    multiplier: f64,
    added_up: Duration,
    random: u64,
}

struct Source {
    state: SourceState,
    /// Entries an hour.
    rate: f64,
    polled: Duration,
}

impl World {
    fn new() -> Self {
        let average = f64::from(u32::try_from(SOURCES).unwrap()) / BOUNDS.every.as_secs_f64();
        let since = Instant::now();
        let mut world = Self {
            start: DateTime::<Utc>::UNIX_EPOCH + chrono::Duration::days(20_000),
            since,
            now: Duration::ZERO,
            sources: Vec::new(),
            due: (0..SOURCES).map(|source| Reverse((Duration::ZERO, source))).collect(),
            pacer: Pacer::new(average, since),
            pauses: vec![Duration::ZERO; DOMAINS],
            multiplier: 1.0,
            added_up: Duration::ZERO,
            random: 7,
        };
        for _ in 0..SOURCES {
            // From one entry in four days to twelve an hour.
            let rate = (world.fraction() * f64::ln(12.0 / 0.01)).exp() * 0.01;
            let (state, polled) = (SourceState::default(), Duration::ZERO);
            world.sources.push(Source { state, rate, polled });
        }
        world
    }

    fn fraction(&mut self) -> f64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        f64::from(u32::try_from(self.random >> 32).unwrap()) / f64::from(u32::MAX)
    }

    /// Nothing is polled for a while.
    fn sleep(&mut self, span: Duration) {
        self.now += span;
    }

    /// How many polls started in each second.
    fn run(&mut self, span: Duration) -> Vec<u32> {
        let (from, until) = (self.now, self.now + span);
        let mut starts = vec![0; usize::try_from(span.as_secs()).unwrap()];
        while self.now < until {
            self.add_up();
            let second = usize::try_from(self.now.saturating_sub(from).as_secs()).unwrap();
            starts[second] += self.start_polls();
            self.now += STEP;
        }
        starts
    }

    fn add_up(&mut self) {
        if self.now < self.added_up + Duration::from_secs(10) {
            return;
        }
        let demand = |source: &Source| {
            let pace = source.state.pace.as_ref()?;
            Some(Demand::of(pace, source.state.window_len, BOUNDS))
        };
        let demands: Vec<Demand> = self.sources.iter().filter_map(demand).collect();
        (self.multiplier, self.added_up) = (schedule::multiplier(&demands), self.now);
    }

    fn start_polls(&mut self) -> u32 {
        let mut left = self.pacer.left(self.since + self.now);
        let (mut started, mut later) = (0, Vec::new());
        while left > 0 {
            let Some(Reverse((due, source))) = self.due.pop() else { break };
            if due > self.now {
                later.push((due, source));
                break;
            }
            let pause = self.pauses[source % DOMAINS];
            if pause > self.now {
                later.push((due, source));
                continue;
            }
            self.pauses[source % DOMAINS] = self.now + PAUSE;
            self.pacer.take(1);
            (left, started) = (left - 1, started + 1);
            let next = self.poll(source);
            later.push((next, source));
        }
        self.due.extend(later.into_iter().map(Reverse));
        started
    }

    /// Polls a source; when it is due again.
    fn poll(&mut self, number: usize) -> Duration {
        let (chance, jitter) = (self.fraction(), self.fraction());
        let (now, multiplier) = (self.start + self.now, self.multiplier);
        let source = &mut self.sources[number];
        let waited = self.now.saturating_sub(source.polled).as_secs_f64() / 3600.0;
        // Whole entries, rounded by chance.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few")]
        let new = (source.rate * waited + chance).min(30.0) as u32;
        let first = source.state.pace.is_none();
        let dates: Vec<Option<Time>> = if first {
            let step = Duration::from_secs_f64(3600.0 / source.rate);
            let ago = |n: u32| now - step * n;
            (0..30).map(|n| Some(ago(n))).collect()
        } else {
            vec![None; usize::try_from(new).unwrap()]
        };
        schedule::harvested(&mut source.state, &Harvest { items: 30, new: &dates }, now);
        let kind = PollKind::Fetched { new, revised: 0, items: 30 };
        let (took, hints) = (Duration::ZERO, ServerHints::default());
        let summary = PollSummary { at: now, kind, detail: String::new(), took, hints };
        schedule::ended(&mut source.state, summary);
        if let Some(pace) = source.state.pace.as_mut() {
            schedule::note_demand(pace, BOUNDS, multiplier);
        }
        source.polled = self.now;
        let (cron, bounds, state) = (None, BOUNDS, &source.state);
        let due = schedule::next_due(&Situation { now, bounds, cron, state, multiplier, jitter });
        self.now + (due.at - now).to_std().unwrap()
    }
}

fn report(phase: &str, starts: &[u32]) {
    let sum: u32 = starts.iter().sum();
    let mean = f64::from(sum) / f64::from(u32::try_from(starts.len()).unwrap());
    let most = starts.iter().max().copied().unwrap_or_default();
    let ratio = f64::from(most) / mean;
    println!("{phase:36} {mean:6.2} polls/s on average, {most:3} at most: {ratio:.2} times");
}
