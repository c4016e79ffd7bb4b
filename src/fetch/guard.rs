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

#[cfg(test)]
mod tests {
    use super::*;

    /// First and last address of each block, and its neighbours outside.
    const V4: &[(&str, &str, &str, &str)] = &[
        ("", "0.0.0.0", "0.255.255.255", "1.0.0.0"),
        ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
        ("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"),
        ("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"),
        ("168.63.129.15", "168.63.129.16", "168.63.129.16", "168.63.129.17"),
        ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"),
        ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
        ("191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"),
        ("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"),
        ("192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"),
        ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"),
        ("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"),
        ("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"),
        ("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"),
        ("223.255.255.255", "224.0.0.0", "239.255.255.255", ""),
        ("", "240.0.0.0", "255.255.255.255", ""),
    ];

    const V6: &[(&str, &str, &str, &str)] = &[
        ("", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"),
        ("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff::", "2001:200::"),
        ("2001:db7:ffff::", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"),
        ("2001:ffff::", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"),
        ("3ffe:ffff::", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"),
        ("3fff:ffff:ffff::", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
    ];

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn each_block_ends_where_it_ends() {
        for &(before, first, last, after) in V4.iter().chain(V6) {
            assert!(!public(first), "{first}");
            assert!(!public(last), "{last}");
            for outside in [before, after].into_iter().filter(|outside| !outside.is_empty()) {
                assert!(public(outside), "{outside}");
            }
        }
    }

    #[test]
    fn addresses_of_each_kind_that_no_public_site_has() {
        for (address, what) in [
            ("0.0.0.0", "this host"),
            ("169.254.169.254", "metadata of most clouds"),
            ("100.100.100.200", "metadata of Alibaba"),
            ("192.0.0.192", "metadata of Oracle"),
            ("fd00:ec2::254", "metadata of Amazon"),
            ("255.255.255.255", "broadcast"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::7f00:1", "IPv4-compatible: RFC 4291 §2.5.5.1"),
            ("::ffff:127.0.0.1", "mapped loopback"),
            ("::ffff:10.1.2.3", "mapped private"),
            ("::ffff:0:127.0.0.1", "translated: RFC 7915"),
            ("64:ff9b::7f00:1", "NAT64 to loopback"),
            ("64:ff9b::a9fe:a9fe", "NAT64 to metadata"),
            ("64:ff9b:1::808:808", "NAT64 of a network's own: RFC 8215"),
            ("100::1", "discard: RFC 6666"),
            ("2001::1", "Teredo: RFC 4380"),
            ("2001:2::1", "benchmarks: RFC 5180"),
            ("2001:10::1", "ORCHID: RFC 4843"),
            ("2001:20::1", "ORCHIDv2: RFC 7343"),
            ("2002:7f00:1::1", "6to4 to loopback"),
            ("2002:808:808::1", "6to4 to anywhere"),
            ("5f00::1", "segment routing: RFC 9602"),
            ("fc00::1", "unique local: RFC 4193"),
            ("fdff:ffff::1", "unique local: RFC 4193"),
            ("fe80::1", "link-local: RFC 4291 §2.5.6"),
            ("fec0::1", "site-local: RFC 3879"),
            ("ff02::1", "multicast: RFC 4291 §2.7"),
        ] {
            assert!(!public(address), "{address}: {what}");
        }
    }

    #[test]
    fn addresses_that_public_sites_do_have() {
        for address in [
            "8.8.8.8",
            "1.1.1.1",
            "93.184.216.34",
            "172.217.1.1",
            "192.0.66.2",
            "211.231.99.17",
            "77.88.55.242",
            "2001:4860:4860::8888",
            "2606:4700::6810:84e5",
            "2a02:6b8::2:242",
            "2404:6800:4004:80a::200e",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(public(address), "{address}");
        }
    }

    fn sockets(addresses: &[&str]) -> Vec<SocketAddr> {
        addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn of_a_mixed_answer_only_the_public_addresses_are_dialled() {
        let found = sockets(&["127.0.0.1", "8.8.8.8", "fd00::1", "2606:4700::1", "169.254.1.1"]);
        let kept = keep_public("feeds.example.org", &found);
        assert_eq!(kept, Ok(sockets(&["8.8.8.8", "2606:4700::1"])));
    }

    #[test]
    fn a_name_with_private_addresses_only_is_refused_by_one_of_them() {
        let refused = keep_public("intranet.example", &sockets(&["10.0.0.7", "::1"])).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "intranet.example leads to 10.0.0.7, which is not a public address \
             (allow_private = true on the source permits it)"
        );
        assert_eq!(keep_public("nothing.example", &[]), Ok(Vec::new()));
    }

    #[test]
    fn permission_is_for_addresses_and_not_for_schemes() {
        let admitted = |url: &str, allow| admit(&Url::parse(url).unwrap(), allow).is_ok();
        assert!(admitted("http://10.0.0.1/feed", true));
        assert!(!admitted("http://10.0.0.1/feed", false));
        assert!(admitted("https://feeds.example.org/", false));
        assert!(!admitted("file:///etc/passwd", true));
        assert!(!admitted("unix:/run/feed.sock", true));
    }
}
