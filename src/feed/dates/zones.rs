//! Names of time zones, as feeds write them. Where a name means several zones, the one that the
//! most feeds mean is taken.

const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("uct", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("mez", 60),
    ("wat", 60),
    ("cest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("sast", 120),
    ("cat", 120),
    ("eest", 180),
    ("msk", 180),
    ("мск", 180),
    ("москва", 180),
    ("eat", 180),
    ("trt", 180),
    ("idt", 180),
    ("irst", 210),
    ("msd", 240),
    ("gst", 240),
    ("samt", 240),
    ("azt", 240),
    ("get", 240),
    ("pkt", 300),
    ("uzt", 300),
    ("yekt", 300),
    ("ist", 330),
    ("npt", 345),
    ("bdt", 360),
    ("almt", 360),
    ("omst", 360),
    ("mmt", 390),
    ("ict", 420),
    ("wib", 420),
    ("krat", 420),
    ("novt", 420),
    ("wita", 480),
    ("sgt", 480),
    ("myt", 480),
    ("pht", 480),
    ("hkt", 480),
    ("awst", 480),
    ("irkt", 480),
    ("kst", 540),
    ("jst", 540),
    ("wit", 540),
    ("yakt", 540),
    ("acst", 570),
    ("aest", 600),
    ("vlat", 600),
    ("chst", 600),
    ("acdt", 630),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("nst", -210),
    ("ndt", -150),
    ("brt", -180),
    ("art", -180),
    ("uyt", -180),
    ("adt", -180),
    ("ast", -240),
    ("clt", -240),
    ("bot", -240),
    ("vet", -240),
    ("edt", -240),
    ("est", -300),
    ("cdt", -300),
    ("cot", -300),
    ("pet", -300),
    ("ect", -300),
    ("cst", -360),
    ("mdt", -360),
    ("mst", -420),
    ("pdt", -420),
    ("pst", -480),
    ("akdt", -480),
    ("akst", -540),
    ("hst", -600),
    ("sst", -660),
];

/// Names of which each means zones of several countries.
const AMBIGUOUS: [&str; 12] =
    ["ist", "bst", "ast", "adt", "gst", "sst", "ect", "bdt", "wst", "amt", "mmt", "wat"];

/// A zone of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Zone {
    /// East of UTC.
    pub(super) minutes: i32,
    /// Whether its name stands for several; those of the United States stand for themselves
    /// (RFC 2822 §4.3).
    pub(super) is_ambiguous: bool,
}

/// A zone by its folded name.
pub(super) fn of(name: &str) -> Option<Zone> {
    let minutes = ZONES.iter().find(|(zone, _)| *zone == name).map(|(_, minutes)| *minutes)?;
    Some(Zone { minutes, is_ambiguous: AMBIGUOUS.contains(&name) })
}
