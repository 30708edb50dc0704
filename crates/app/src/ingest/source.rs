//! The sources of records, as the command line and the register name them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use super::kafka::Server;

/// Where records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file: `file:PATH`.
    File(PathBuf),
    /// Microsoft Graph.
    Graph,
    /// The unified audit log.
    Activity,
    /// Hubs of Event Hubs, as the register says.
    EventHubs,
    /// Topics: those of the register, or those that are named.
    Kafka(Option<Topics>),
    /// Records that are pushed to an address of this machine.
    Push(SocketAddr),
    /// Standard input: `-`.
    Pipe,
}

/// Topics of brokers that ask for no login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topics {
    /// Brokers to begin with.
    pub servers: Vec<Server>,
    /// The topics.
    pub topics: Vec<String>,
}

impl FromStr for Topics {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (servers, topics) =
            text.split_once('/').ok_or("brokers are `kafka:HOST:PORT/TOPIC`")?;
        let server = |one: &str| one.parse().map_err(|error| format!("`{one}` {error}"));
        let servers = servers.split(',').map(server).collect::<Result<_, String>>()?;
        let topics: Vec<String> = topics.split(',').map(String::from).collect();
        match topics.iter().any(String::is_empty) {
            true => Err("behind `/` stands a topic, or several with commas".into()),
            false => Ok(Self { servers, topics }),
        }
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            _ if text == "-" => Ok(Self::Pipe),
            _ if text == "graph" => Ok(Self::Graph),
            _ if text == "activity" => Ok(Self::Activity),
            _ if text == "event-hubs" => Ok(Self::EventHubs),
            _ if text == "kafka" => Ok(Self::Kafka(None)),
            Some(("push", address)) => pushed_to(address),
            Some(("kafka", topics)) => Ok(Self::Kafka(Some(topics.parse()?))),
            Some(("file", "" | "-")) => Err("`file:` needs a path".into()),
            Some(("file", path)) => Ok(Self::File(path.into())),
            _ if Path::new(text).exists() => Err(format!("a file is `file:{text}`")),
            _ => Err("it is `file:PATH`, `graph`, `activity`, `event-hubs`, `kafka`, \
                     `push:ADDRESS`, or `-` for standard input"
                .into()),
        }
    }
}

impl Source {
    /// What it is called in what is told.
    pub fn name(&self) -> Arc<str> {
        match self {
            Self::File(path) => path.display().to_string().into(),
            Self::Graph => "graph".into(),
            Self::Activity => "activity".into(),
            Self::EventHubs => "event-hubs".into(),
            Self::Kafka(_) => "kafka".into(),
            Self::Push(_) => "push".into(),
            Self::Pipe => "-".into(),
        }
    }

    /// Whether it can be named once only.
    pub const fn is_single(&self) -> bool {
        !matches!(self, Self::File(_) | Self::Push(_) | Self::Kafka(Some(_)))
    }

    /// Whether it is a service, which may be away for a while.
    pub const fn is_service(&self) -> bool {
        matches!(self, Self::Graph | Self::Activity | Self::EventHubs | Self::Kafka(_))
    }
}

/// TLS is a reverse proxy's, on this machine.
fn pushed_to(address: &str) -> Result<Source, String> {
    let address: SocketAddr =
        address.parse().map_err(|_| "records are pushed to `push:127.0.0.1:PORT`".to_owned())?;
    match address.ip().is_loopback() {
        true => Ok(Source::Push(address)),
        false => {
            Err("only an address of this machine: a reverse proxy with TLS stands before it".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_as_people_write_them() {
        let read = |text: &str| text.parse::<Source>();
        let file = "file:a:b.ndjson".parse::<Source>();
        assert_eq!(file, Ok(Source::File("a:b.ndjson".into())));
        assert_eq!(read("kafka"), Ok(Source::Kafka(None)));
        let Ok(Source::Kafka(Some(found))) = read("kafka:a.example:9092,[::1]:9093/x,y") else {
            panic!("brokers and topics");
        };
        let servers: Vec<String> = found.servers.iter().map(ToString::to_string).collect();
        assert_eq!(
            (servers, found.topics),
            (
                vec!["a.example:9092".to_owned(), "[::1]:9093".into()],
                vec!["x".to_owned(), "y".into()],
            )
        );
        for (text, said) in [
            ("kafka:a.example/x", "`a.example` needs a port"),
            ("kafka:a.example:9092", "`kafka:HOST:PORT/TOPIC`"),
            ("kafka:a.example:9092/", "behind `/` stands a topic"),
            ("kafka:me:hunter2@a.example:9092/x", "must be `HOST:PORT`"),
            ("push:0.0.0.0:8081", "only an address of this machine"),
            ("push:8081", "`push:127.0.0.1:PORT`"),
            ("file:", "needs a path"),
            ("nonsense", "it is `file:PATH`"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(said), "{text}: {refused}");
        }
    }
}
