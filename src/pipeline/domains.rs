//! What goes on at each registrable domain, and what may start there: how many requests at once,
//! with which pause between their starts, and whether its server asked to be left alone. Pure: the
//! time and the plan come in as arguments.

use super::Plan;
use super::plan::CONNECTIONS;
use crate::model::{SourceId, Time};
use crate::store::DomainRoom;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Leases for each connection that a domain may have: one that is used and one that waits, which
/// gets its turn long before it runs out.
const LEASES: usize = 2;

/// What goes on at one registrable domain.
#[derive(Debug, Default, Clone, Copy)]
struct Load {
    running: usize,
    held: usize,
    /// The pause after the last start ends then.
    pause_ends: Option<Instant>,
}

/// All domains at which something goes on.
#[derive(Debug, Default)]
pub(super) struct Domains {
    loads: HashMap<String, Load>,
    /// Domains that asked to be left alone by what they told one of their sources, and until when.
    left_alone: HashMap<String, Time>,
    /// Domains with more sources due than they may have leases, when last looked.
    crowded: HashSet<String>,
}

impl Domains {
    /// A lease for a source of `domain` waits.
    pub(super) fn hold(&mut self, domain: &str) {
        self.load(domain).held += 1;
    }

    /// One that waited does not any more.
    pub(super) fn release(&mut self, domain: &str) {
        self.change(domain, |load| load.held = load.held.saturating_sub(1));
    }

    /// One that waited is polled now.
    pub(super) fn start(&mut self, domain: &str, now: Instant, pause: Duration) {
        let load = self.load(domain);
        (load.held, load.running) = (load.held.saturating_sub(1), load.running + 1);
        load.pause_ends = Some(now + pause);
    }

    /// A poll ended. Whether that leaves room for sources that are due and were left out for want
    /// of it.
    pub(super) fn end(&mut self, domain: &str) -> bool {
        self.change(domain, |load| load.running = load.running.saturating_sub(1));
        let waits = self.loads.get(domain).is_some_and(|load| load.held > 0);
        !waits && self.crowded.remove(domain)
    }

    fn load(&mut self, domain: &str) -> &mut Load {
        if !self.loads.contains_key(domain) {
            self.loads.insert(domain.to_owned(), Load::default());
        }
        self.loads.entry(domain.to_owned()).or_default()
    }

    fn change(&mut self, domain: &str, change: impl FnOnce(&mut Load)) {
        if let Some(load) = self.loads.get_mut(domain) {
            change(load);
        }
    }

    /// Forgets what is over.
    pub(super) fn tidy(&mut self, now: Instant, time: Time) {
        self.left_alone.retain(|_, until| *until > time);
        self.loads.retain(|_, load| {
            load.running + load.held > 0 || load.pause_ends.is_some_and(|ends| ends > now)
        });
    }

    fn of(&self, domain: &str) -> Load {
        self.loads.get(domain).copied().unwrap_or_default()
    }

    /// Whether a request to `domain` may start.
    pub(super) fn may_start(&self, plan: &Plan, domain: &str, now: Instant) -> bool {
        let load = self.of(domain);
        load.running < plan.connections(domain) && load.pause_ends.is_none_or(|ends| ends <= now)
    }

    /// When the pause at `domain` ends, where it is only that which keeps a request back.
    pub(super) fn pause_ends(&self, plan: &Plan, domain: &str) -> Option<Instant> {
        let load = self.of(domain);
        load.pause_ends.filter(|_| load.running < plan.connections(domain))
    }

    /// The first `most` of `asked`, as far as their domains have room: a lease that had to wait for
    /// hundreds of others of its domain would run out.
    pub(super) fn with_room<'a>(
        &self,
        plan: &Plan,
        asked: impl Iterator<Item = (&'a SourceId, &'a str)>,
        most: usize,
    ) -> HashSet<SourceId> {
        let mut taken: HashMap<&str, usize> = HashMap::new();
        let mut chosen = HashSet::new();
        for (id, domain) in asked {
            let (load, taken) = (self.of(domain), taken.entry(domain).or_default());
            let bound = LEASES * plan.connections(domain);
            if chosen.len() < most && load.running + load.held + *taken < bound {
                *taken += 1;
                chosen.insert(id.clone());
            }
        }
        chosen
    }

    /// How many more leases each domain may have.
    pub(super) fn room(&self, plan: &Plan) -> DomainRoom {
        let room = |domain: &String, load: Load| {
            let bound = LEASES * plan.connections(domain);
            (domain.clone(), bound.saturating_sub(load.running + load.held))
        };
        let ruled = plan.config.domains.iter().map(|rule| room(&rule.name, Load::default()));
        let loaded = self.loads.iter().map(|(domain, load)| room(domain, *load));
        let left_alone = self.left_alone.keys().map(|domain| (domain.clone(), 0));
        let of = ruled.chain(loaded).chain(left_alone).collect();
        DomainRoom { others: LEASES * CONNECTIONS, of }
    }

    /// Leaves `domain` alone until then, whatever of it is due; longer where it asked for more before.
    pub(super) fn leave_alone(&mut self, domain: &str, until: Time) {
        let known = self.left_alone.entry(domain.to_owned()).or_insert(until);
        *known = until.max(*known);
    }

    /// Whether any domain is left alone.
    pub(super) fn leaves_any_alone(&self) -> bool {
        !self.left_alone.is_empty()
    }

    /// Until when `domain` is left alone.
    pub(super) fn left_alone(&self, domain: &str) -> Option<Time> {
        self.left_alone.get(domain).copied()
    }

    /// Notes which domains had more sources due than room.
    pub(super) fn crowd(&mut self, crowded: HashSet<String>) {
        self.crowded = crowded;
    }

    /// Whether some domain has more sources due than room; `Some(false)`: but all of those are left
    /// alone.
    pub(super) fn crowded(&self) -> Option<bool> {
        let crowded = !self.crowded.is_empty();
        crowded.then(|| self.crowded.iter().any(|it| !self.left_alone.contains_key(it)))
    }
}
