//! The parts of an entry that are told apart, sets of them, and counts in them.

/// The parts of an entry that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Zone {
    Title,
    /// The first 400 characters of the text.
    Lead,
    /// The rest of the text.
    Body,
    Author,
    Category,
    Source,
    Lang,
    Link,
}

/// A set of zones, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Zones(u8);

/// How many zones there are.
const ZONES: usize = 8;
impl Zone {
    const ALL: [Self; ZONES] = [
        Self::Title,
        Self::Lead,
        Self::Body,
        Self::Author,
        Self::Category,
        Self::Source,
        Self::Lang,
        Self::Link,
    ];

    /// The field's name in a reason.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Lead | Self::Body => "text",
            Self::Author => "author",
            Self::Category => "category",
            Self::Source => "source",
            Self::Lang => "lang",
            Self::Link => "link",
        }
    }
}

impl Zones {
    pub(super) const fn of(zones: &[Zone]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < zones.len() {
            bits |= 1 << zones[at] as u8;
            at += 1;
        }
        Self(bits)
    }

    pub(super) fn has(self, zone: Zone) -> bool {
        self.0 & (1 << zone as u8) != 0
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How often something stands in each zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts([u32; ZONES]);

impl Counts {
    pub(super) fn add(&mut self, zone: Zone) {
        self.0[zone as usize] += 1;
    }

    /// The zones of `within` that have some, with how many.
    pub(super) fn within(&self, within: Zones) -> impl Iterator<Item = (Zone, u32)> {
        let counts = self.0;
        Zone::ALL
            .into_iter()
            .map(move |zone| (zone, counts[zone as usize]))
            .filter(move |(zone, count)| *count > 0 && within.has(*zone))
    }

    pub(super) fn any(&self, within: Zones) -> bool {
        self.within(within).next().is_some()
    }
}
