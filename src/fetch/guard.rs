//! Which addresses may be asked at all. Literals are judged here hop by hop, names after they are
//! resolved: the HTTP client dials exactly what [`PublicOnly`] lets through, so that a name cannot
//! change its mind between check and connection.

use super::failure;
use crate::model::{FailureClass, FetchFailure};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// IPv4 blocks that are not the public internet: the IANA special-purpose registry (RFC 6890 and
/// what updates it), multicast, and one number that a cloud keeps for itself.
const NOT_PUBLIC_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8), // this network: RFC 791 §3.2; Linux dials itself
    (Ipv4Addr::new(10, 0, 0, 0), 8), // private: RFC 1918
    (Ipv4Addr::new(100, 64, 0, 0), 10), // carriers' own: RFC 6598
    (Ipv4Addr::new(127, 0, 0, 0), 8), // loopback: RFC 1122 §3.2.1.3
    (Ipv4Addr::new(168, 63, 129, 16), 32), // Azure's host agent, reachable only from inside
    (Ipv4Addr::new(169, 254, 0, 0), 16), // link-local: RFC 3927; the clouds' metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12), // private: RFC 1918
    (Ipv4Addr::new(192, 0, 0, 0), 24), // protocol assignments: RFC 6890 §2.1
    (Ipv4Addr::new(192, 0, 2, 0), 24), // documentation: RFC 5737
    (Ipv4Addr::new(192, 88, 99, 0), 24), // 6to4 relays: RFC 7526
    (Ipv4Addr::new(192, 168, 0, 0), 16), // private: RFC 1918
    (Ipv4Addr::new(198, 18, 0, 0), 15), // benchmarks: RFC 2544
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation: RFC 5737
    (Ipv4Addr::new(203, 0, 113, 0), 24), // documentation: RFC 5737
    (Ipv4Addr::new(224, 0, 0, 0), 4), // multicast: RFC 5771
    (Ipv4Addr::new(240, 0, 0, 0), 4), // reserved, and broadcast: RFC 1112 §4, RFC 919
];

/// All of IPv6 that is handed out for use on the internet: RFC 4291 §2.4. Loopback, unique local,
/// link-local, site-local, multicast, discard and segment routing all lie outside of it.
const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// The parts of [`GLOBAL_UNICAST`] that are not public.
const NOT_PUBLIC_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // Teredo, ORCHID, …: RFC 2928
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation: RFC 3849
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4, any IPv4 inside: RFC 7526
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation: RFC 9637
];

/// Prefixes whose last 32 bits are the IPv4 address that is really reached.
const CARRIES_V4: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), // mapped: RFC 4291 §2.5.5.2
    // NAT64: RFC 6052 §2.1. On a network with DNS64 every IPv4 site has such an address.
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96),
];

/// Whether an address belongs to the public internet. What is not known to be public is not.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !NOT_PUBLIC_V4.iter().any(|&(net, length)| (bits ^ net.to_bits()) >> (32 - length) == 0)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let within = |&(net, length): &(Ipv6Addr, u32)| (bits ^ net.to_bits()) >> (128 - length) == 0;
    if CARRIES_V4.iter().any(within) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    within(&GLOBAL_UNICAST) && !NOT_PUBLIC_V6.iter().any(within)
}

/// Whether a hop may be asked: http or https, and no private literal. `url` has already brought
/// decimal, octal, hexadecimal and short forms of IPv4 into their plain one.
pub(super) fn admit(url: &Url, allow_private: bool) -> Result<(), FetchFailure> {
    if !matches!(url.scheme(), "http" | "https") {
        let detail = format!("{}: addresses are not fetched, only http and https", url.scheme());
        return Err(failure::new(FailureClass::Blocked, detail));
    }
    let literal = match url.host() {
        Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
        Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    if allow_private || is_public(literal) {
        return Ok(());
    }
    let refused = NotPublic { name: None, address: literal };
    Err(failure::new(FailureClass::Blocked, refused.to_string()))
}

/// A name or literal that leads to no public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotPublic {
    name: Option<String>,
    address: IpAddr,
}

impl std::error::Error for NotPublic {}

impl std::fmt::Display for NotPublic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name} leads to ")?;
        }
        write!(
            f,
            "{}, which is not a public address (allow_private = true on the source permits it)",
            self.address
        )
    }
}

/// The system's resolver, with every address left out that is not public.
#[derive(Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public = keep_public(name.as_str(), &found)?;
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// The public ones; an error that names a private one when no other is left.
fn keep_public(name: &str, found: &[SocketAddr]) -> Result<Vec<SocketAddr>, NotPublic> {
    let public: Vec<_> = found.iter().copied().filter(|found| is_public(found.ip())).collect();
    match found.first() {
        Some(first) if public.is_empty() => {
            Err(NotPublic { name: Some(name.to_owned()), address: first.ip() })
        }
        _ => Ok(public),
    }
}
