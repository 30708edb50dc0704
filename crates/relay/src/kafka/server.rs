//! Addresses of brokers.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::host;

/// A broker to begin with: it names the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub(super) host: String,
    pub(super) port: u16,
}

/// Why a text names no broker. What may be a password is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ServerError {
    /// It has a scheme, a name, or something behind the port.
    #[error("must be `HOST:PORT` and nothing more, such as `broker.example.org:9093`")]
    Shape,
    /// The host cannot be one.
    #[error("names no host")]
    Host,
    /// The port is no port, or there is none.
    #[error("needs a port, a number from 1 to 65535")]
    Port,
}

impl FromStr for Server {
    type Err = ServerError;

    fn from_str(text: &str) -> Result<Self, ServerError> {
        if text.contains(['/', '@', ',', '?', '#']) {
            return Err(ServerError::Shape);
        }
        let (host, port) = host::split(text).map_err(|_| ServerError::Host)?;
        let port = port.and_then(host::port).ok_or(ServerError::Port)?;
        Ok(Self { host, port })
    }
}

impl Server {
    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        host::is_loopback(&self.host)
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// Several of them, as they are written in one setting.
#[cfg(any(feature = "kafka", test))]
pub(super) fn list(servers: &[Server]) -> String {
    servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_a_host_and_a_port() {
        let read = |text: &str| text.parse().map(|server: Server| server.to_string());
        for (text, expected) in [
            ("Broker.Example.org:9093", Ok("broker.example.org:9093")),
            ("127.0.0.1:9092", Ok("127.0.0.1:9092")),
            ("[::1]:9092", Ok("[::1]:9092")),
            ("broker.example.org", Err(ServerError::Port)),
            ("broker.example.org:0", Err(ServerError::Port)),
            ("broker.example.org:x", Err(ServerError::Port)),
            ("kafka://broker.example.org:9093", Err(ServerError::Shape)),
            ("me:hunter2@broker.example.org:9093", Err(ServerError::Shape)),
            ("one:9092,two:9092", Err(ServerError::Shape)),
            (":9092", Err(ServerError::Host)),
            ("a b:9092", Err(ServerError::Host)),
            ("[::1:9092", Err(ServerError::Host)),
        ] {
            assert_eq!(read(text), expected.map(String::from), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let is = |text: &str| text.parse::<Server>().is_ok_and(|server| server.is_loopback());
        assert!(is("127.9.9.9:1") && is("localhost:1") && is("[::1]:1"));
        assert!(!is("localhost.example:1") && !is("10.0.0.1:1"));
    }
}
