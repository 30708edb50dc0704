//! Addresses of people and of servers.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::host;

/// The port of `smtps://` where none is given (RFC 8314).
const PORT_TLS: u16 = 465;
/// The port of `smtp://` where none is given (RFC 6409).
const PORT_STARTTLS: u16 = 587;

/// A mail address. It is that of a person: no message and no `Debug` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(pub(super) lettre::Address);

/// Why a text is no mail address. The text is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It has not the shape of one.
    #[error("is no mail address, such as `somebody@example.org`")]
    Shape,
    /// It has letters that not every server takes.
    #[error("has letters beyond ASCII; write its domain as `xn--…`")]
    NotAscii,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if !text.is_ascii() {
            return Err(AddressError::NotAscii);
        }
        text.parse().map(Self).map_err(|_| AddressError::Shape)
    }
}

impl Address {
    /// The address masked as people may see it: first letter and domain.
    pub fn masked(&self) -> String {
        let first = self.0.user().chars().next().unwrap_or('*');
        format!("{first}***@{}", self.0.domain())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.masked())
    }
}

/// A submission server, and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    /// TLS from the first byte, in contrast to STARTTLS.
    pub(super) tls: bool,
}

/// Why a text names no server. What may be a password is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ServerError {
    /// It does not begin with one of the two schemes.
    #[error("must begin with `smtps://` (TLS, port 465) or `smtp://` (STARTTLS, port 587)")]
    Scheme,
    /// There is a name or password in it.
    #[error("must not hold a name or password: they are `user` and `password`")]
    Credentials,
    /// The host cannot be one.
    #[error("names no host")]
    Host,
    /// The port is no port.
    #[error("the port must be a number from 1 to 65535")]
    Port,
    /// There is something behind the port.
    #[error("must end with the port")]
    Path,
}

impl FromStr for Server {
    type Err = ServerError;

    fn from_str(text: &str) -> Result<Self, ServerError> {
        let (scheme, rest) = text.split_once("://").ok_or(ServerError::Scheme)?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(ServerError::Scheme),
        };
        if rest.contains('@') {
            return Err(ServerError::Credentials);
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#']) {
            return Err(ServerError::Path);
        }
        let (host, port) = host::split(rest).map_err(|_| ServerError::Host)?;
        let port = match port {
            Some(port) => host::port(port).ok_or(ServerError::Port)?,
            None if tls => PORT_TLS,
            None => PORT_STARTTLS,
        };
        Ok(Self { host, port, tls })
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
        let scheme = if self.tls { "smtps" } else { "smtp" };
        match self.host.contains(':') {
            true => write!(f, "{scheme}://[{}]:{}", self.host, self.port),
            false => write!(f, "{scheme}://{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> Result<String, ServerError> {
        text.parse().map(|server: Server| server.to_string())
    }

    #[test]
    fn servers_have_a_scheme_a_host_and_a_port() {
        for (text, expected) in [
            ("smtps://Mail.Example.org", "smtps://mail.example.org:465"),
            ("smtp://mail.example.org/", "smtp://mail.example.org:587"),
            ("SMTP://127.0.0.1:2525", "smtp://127.0.0.1:2525"),
            ("smtps://[::1]:1465", "smtps://[::1]:1465"),
            ("smtp://[0:0::1]", "smtp://[::1]:587"),
        ] {
            assert_eq!(server(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_names_no_server_is_refused_by_its_cause() {
        for (text, expected) in [
            ("mail.example.org", ServerError::Scheme),
            ("https://mail.example.org", ServerError::Scheme),
            ("smtp://me:hunter2@mail.example.org", ServerError::Credentials),
            ("smtp://", ServerError::Host),
            ("smtp://a b", ServerError::Host),
            ("smtp://[::1", ServerError::Host),
            ("smtp://[x]:1", ServerError::Host),
            ("smtp://[::1]1", ServerError::Host),
            ("smtp://host:0", ServerError::Port),
            ("smtp://host:", ServerError::Port),
            ("smtp://host:70000", ServerError::Port),
            ("smtp://host:25/x", ServerError::Path),
        ] {
            assert_eq!(server(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let is = |text: &str| text.parse::<Server>().is_ok_and(|server| server.is_loopback());
        assert!(is("smtp://127.9.9.9") && is("smtp://localhost:1") && is("smtp://[::1]"));
        assert!(!is("smtp://localhost.example") && !is("smtp://10.0.0.1"));
    }

    #[test]
    fn an_address_is_read_and_shows_itself_to_nobody() {
        let address: Address = "ada.lovelace@example.org".parse().unwrap();
        assert_eq!(format!("{address:?}"), "Address(a***@example.org)");
        for text in ["", "ada", "ada@", "@example.org", "a b@example.org", "a@b\r\nRCPT TO:<x@y>"] {
            assert_eq!(text.parse::<Address>(), Err(AddressError::Shape), "{text}");
        }
        assert_eq!("ada@exämple.org".parse::<Address>(), Err(AddressError::NotAscii));
    }
}
