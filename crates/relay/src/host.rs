//! Hosts, as people write them before a port.

use std::net::IpAddr;

/// The text names no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoHost;

/// Host and port; an IPv6 address stands in brackets.
pub(crate) fn split(text: &str) -> Result<(String, Option<&str>), NoHost> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or(NoHost)?;
        let port = match rest.strip_prefix(':') {
            Some(port) => Some(port),
            None if rest.is_empty() => None,
            None => return Err(NoHost),
        };
        let address: std::net::Ipv6Addr = host.parse().map_err(|_| NoHost)?;
        return Ok((address.to_string(), port));
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    match host.is_empty() || !host.chars().all(plain) {
        true => Err(NoHost),
        false => Ok((host.to_ascii_lowercase(), port)),
    }
}

/// A port that a server can have.
pub(crate) fn port(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port != 0)
}

/// Whether it is on this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
