//! 接続元 — the networks a request may come from, and the addresses that may be listened on. The office is reached over
//! closed networks (閉域) alone, so an address of the Internet is refused unless it is listed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::str::FromStr;

/// A range of addresses, as `10.1.0.0/16` or `192.0.2.7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, bits) = text.split_once('/').unwrap_or((text, ""));
        let wrong =
            || format!("{text} は 10.1.0.0/16 のような、アドレスと長さの形で指定してください");
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most: u8 = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            "" if !text.contains('/') => most,
            _ => bits.parse().map_err(|_| wrong())?,
        };
        if bits > most {
            return Err(wrong());
        }
        Ok(Self { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.address, self.bits)
    }
}

impl Network {
    /// Whether an address lies in the range. An IPv4 address written as IPv6 is the IPv4 address.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let bits = u32::from(self.bits);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let apart = own.to_bits() ^ other.to_bits();
                apart.checked_shr(32 - bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let apart = own.to_bits() ^ other.to_bits();
                apart.checked_shr(128 - bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// Whether an address belongs to this machine or to a network that the Internet does not lead to.
#[must_use]
pub fn is_closed(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(own) => own.is_loopback() || own.is_private() || own.is_link_local(),
        IpAddr::V6(own) => {
            own.is_loopback() || own.is_unique_local() || own.is_unicast_link_local()
        }
    }
}

/// Whether a request may come from an address.
#[must_use]
pub fn allows(networks: &[Network], address: IpAddr) -> bool {
    if networks.is_empty() {
        return is_closed(address);
    }
    networks.iter().any(|network| network.holds(address))
}

/// An address of the Internet that is nobody's (RFC 5737), to ask for the way out with.
pub const OUTSIDE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)), 9);

/// The address this machine would send from, where it knows a way to a place. Nothing is sent: a datagram socket only
/// looks the way up.
#[must_use]
pub fn route_out(place: SocketAddr) -> Option<IpAddr> {
    let any = if place.is_ipv4() {
        "0.0.0.0:0"
    } else {
        "[::]:0"
    };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(place).ok()?;
    socket.local_addr().ok().map(|own| own.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_holds_its_addresses_to_the_bit() {
        let range: Network = "10.1.128.0/17".parse().unwrap();
        assert!(range.holds(address("10.1.128.0")) && range.holds(address("10.1.255.255")));
        assert!(range.holds(address("::ffff:10.1.200.1")));
        assert!(!range.holds(address("10.1.127.255")) && !range.holds(address("10.2.128.0")));
        assert!(!range.holds(address("2001:db8::1")));
        let one: Network = "192.0.2.7".parse().unwrap();
        assert!(one.holds(address("192.0.2.7")) && !one.holds(address("192.0.2.6")));
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.holds(address("203.0.113.9")));
        let six: Network = "fd00:1::/32".parse().unwrap();
        assert!(six.holds(address("fd00:1::5")) && !six.holds(address("fd00:2::5")));
        for wrong in [
            "",
            "10.1.0.0/33",
            "10.1.0.0/",
            "10.1/16",
            "::/129",
            "x",
            "1.2.3.4/-1",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    // covers: SEC-064
    #[test]
    fn a_way_out_is_found_without_sending_anything() {
        let here = route_out("127.0.0.1:9".parse().unwrap());
        assert_eq!(here, Some(address("127.0.0.1")));
        // 240.0.0.0/4 is routed nowhere.
        assert_eq!(route_out("255.255.255.255:9".parse().unwrap()), None);
        assert!(!is_closed(OUTSIDE.ip()));
    }

    // covers: SEC-063, SEC-065
    #[test]
    fn without_a_list_only_closed_networks_are_heard() {
        for closed in [
            "127.0.0.1",
            "10.9.8.7",
            "172.16.0.1",
            "192.168.1.1",
            "::1",
            "fd00::1",
        ] {
            assert!(allows(&[], address(closed)), "{closed}");
        }
        for open in [
            "203.0.113.5",
            "8.8.8.8",
            "172.32.0.1",
            "2001:db8::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(!allows(&[], address(open)), "{open}");
        }
        let listed: Network = "198.51.100.0/24".parse().unwrap();
        assert!(allows(&[listed], address("198.51.100.20")));
        assert!(
            !allows(&[listed], address("10.9.8.7")),
            "a list is the whole list"
        );
    }
}
