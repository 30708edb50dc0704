//! Connection strings of Azure Event Hubs.
//!
//! A namespace speaks the Kafka protocol on port 9093, from the tier Standard on: TLS, SASL PLAIN,
//! a user that is literally `$ConnectionString`, and the whole connection string as the password
//! (<https://learn.microsoft.com/azure/event-hubs/azure-event-hubs-kafka-overview>).

use thiserror::Error;
use zeroize::Zeroizing;

use super::{OPEN_TIMEOUT, Options, SESSION_TIMEOUT, Server};
use crate::{Login, Trust, host};

/// The port on which a namespace speaks Kafka.
const PORT: u16 = 9093;

/// The user that stands for "the password is a connection string".
const USER: &str = "$ConnectionString";

/// Why a text is no connection string of Event Hubs. Nothing of it is repeated: it holds a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConnectionStringError {
    /// A part is not `NAME=VALUE`.
    #[error("has a part that is not `NAME=VALUE`; parts end with `;`")]
    Part,
    /// It has line breaks or other control characters.
    #[error("has a line break or another control character in it")]
    Control,
    /// It names no namespace.
    #[error("has no `Endpoint=sb://NAMESPACE.servicebus.windows.net/`")]
    Endpoint,
    /// It does not say which key it has.
    #[error("has no `SharedAccessKeyName`")]
    KeyName,
    /// There is no key in it.
    #[error("has no `SharedAccessKey`")]
    Key,
    /// It holds a signature that ends, in place of a key.
    #[error("has a `SharedAccessSignature`, which Kafka's sign-in cannot use")]
    Signature,
    /// It is of an emulator, which speaks no TLS.
    #[error("is of the emulator, which speaks Kafka without TLS")]
    Emulator,
}

impl ConnectionStringError {
    /// The next thing to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Emulator => "name the emulator as a broker on loopback, with its topic",
            _ => {
                "copy \"Connection string-primary key\" of a shared access policy with the claim \
                 Listen, of the hub or of its namespace"
            }
        }
    }
}

impl Options {
    /// How to read an event hub by its connection string. Where the string is of one hub
    /// (`EntityPath`), that is the topic; where it is of a namespace, the topics are up to the
    /// caller.
    ///
    /// # Errors
    ///
    /// A text that is no connection string, or not one with a key.
    pub fn event_hubs(
        connection_string: &Zeroizing<String>,
        group: &str,
    ) -> Result<Self, ConnectionStringError> {
        let text = connection_string.trim();
        let parts = Parts::read(text)?;
        let server = parts.server()?;
        parts.check_key()?;
        let hub = parts.hub.filter(|hub| !hub.is_empty());
        Ok(Self {
            servers: vec![server],
            topics: hub.into_iter().map(String::from).collect(),
            group: group.to_owned(),
            login: Some(Login { user: USER.to_owned(), password: Zeroizing::new(text.to_owned()) }),
            trust: Trust::System,
            timeout: OPEN_TIMEOUT,
            session: SESSION_TIMEOUT,
        })
    }
}

/// The parts of a connection string, by their names in any letter case.
#[derive(Default)]
struct Parts<'a> {
    endpoint: Option<&'a str>,
    key_name: Option<&'a str>,
    key: Option<&'a str>,
    hub: Option<&'a str>,
    has_signature: bool,
    is_emulator: bool,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Result<Self, ConnectionStringError> {
        if text.chars().any(char::is_control) {
            return Err(ConnectionStringError::Control);
        }
        let mut parts = Self::default();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            // A key ends with `=`.
            let (name, value) = part.split_once('=').ok_or(ConnectionStringError::Part)?;
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "endpoint" => parts.endpoint = Some(value),
                "sharedaccesskeyname" => parts.key_name = Some(value),
                "sharedaccesskey" => parts.key = Some(value),
                "sharedaccesssignature" => parts.has_signature = true,
                "entitypath" => parts.hub = Some(value),
                "usedevelopmentemulator" => {
                    parts.is_emulator = value.eq_ignore_ascii_case("true");
                }
                // The service may add parts; it reads them itself.
                _ => {}
            }
        }
        Ok(parts)
    }

    fn server(&self) -> Result<Server, ConnectionStringError> {
        if self.is_emulator {
            return Err(ConnectionStringError::Emulator);
        }
        let refused = ConnectionStringError::Endpoint;
        let (scheme, rest) =
            self.endpoint.and_then(|text| text.split_once("://")).ok_or(refused)?;
        let host = rest.strip_suffix('/').unwrap_or(rest);
        // The port of an endpoint, where there is one, is that of AMQP.
        let (host, _) = host::split(host).map_err(|_| refused)?;
        match scheme.eq_ignore_ascii_case("sb") && host.contains('.') {
            true => Ok(Server { host, port: PORT }),
            false => Err(refused),
        }
    }

    fn check_key(&self) -> Result<(), ConnectionStringError> {
        let has = |part: Option<&str>| part.is_some_and(|value| !value.is_empty());
        match () {
            () if self.has_signature => Err(ConnectionStringError::Signature),
            () if !has(self.key_name) => Err(ConnectionStringError::KeyName),
            () if !has(self.key) => Err(ConnectionStringError::Key),
            () => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=";

    fn options(text: &str) -> Result<Options, ConnectionStringError> {
        Options::event_hubs(&Zeroizing::new(text.to_owned()), "halligan")
    }

    #[test]
    fn a_connection_string_is_a_server_a_topic_and_a_password() {
        let text = format!(
            "Endpoint=sb://Contoso-Logs.servicebus.windows.net/;SharedAccessKeyName=listen;\
             SharedAccessKey={KEY};EntityPath=insights-logs-signinlogs"
        );
        let read = options(&format!(" {text}\n")).unwrap();
        assert_eq!(
            super::super::server::list(&read.servers),
            "contoso-logs.servicebus.windows.net:9093"
        );
        assert_eq!(read.topics, ["insights-logs-signinlogs"]);
        let login = read.login.as_ref().unwrap();
        assert_eq!((login.user.as_str(), login.password.as_str()), ("$ConnectionString", &*text));
        assert!(!format!("{read:?}").contains("c2Vj"), "{read:?}");
    }

    #[test]
    fn a_string_of_a_namespace_leaves_the_topics_open() {
        // Government clouds have domains of their own; names and order are the writer's.
        let text = format!(
            "sharedaccesskey={KEY} ; ENDPOINT = sb://x.servicebus.usgovcloudapi.net:5671;\
             SharedAccessKeyName=RootManageSharedAccessKey;"
        );
        let read = options(&text).unwrap();
        assert_eq!(
            super::super::server::list(&read.servers),
            "x.servicebus.usgovcloudapi.net:9093"
        );
        assert!(read.topics.is_empty());
    }

    #[test]
    fn what_is_none_is_refused_by_its_cause_and_not_repeated() {
        let good = "Endpoint=sb://x.servicebus.windows.net/";
        let named = format!("{good};SharedAccessKeyName=n");
        for (text, expected) in [
            ("".to_owned(), ConnectionStringError::Endpoint),
            (KEY.trim_end_matches('=').to_owned(), ConnectionStringError::Part),
            (format!("{named};SharedAccessKey={KEY}\n;x=y"), ConnectionStringError::Control),
            (
                format!("Endpoint=https://x.y/;SharedAccessKey={KEY}"),
                ConnectionStringError::Endpoint,
            ),
            (format!("Endpoint=sb://x/;SharedAccessKey={KEY}"), ConnectionStringError::Endpoint),
            (format!("Endpoint=sb:///;SharedAccessKey={KEY}"), ConnectionStringError::Endpoint),
            (format!("Endpoint=sb://{KEY}@x.y/"), ConnectionStringError::Endpoint),
            (format!("{good};SharedAccessKey={KEY}"), ConnectionStringError::KeyName),
            (named.clone(), ConnectionStringError::Key),
            (format!("{named};SharedAccessKey="), ConnectionStringError::Key),
            (format!("{named};SharedAccessSignature={KEY}"), ConnectionStringError::Signature),
            (format!("{named};UseDevelopmentEmulator=true"), ConnectionStringError::Emulator),
        ] {
            let error = options(&text).unwrap_err();
            assert_eq!(error, expected, "{text}");
            let said = format!("{error} {error:?} {}", error.hint());
            assert!(!said.contains("c2Vj"), "{said}");
        }
    }
}
