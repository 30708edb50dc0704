//! The sources of records, as they are named on the command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use halligan_app::ingest::file::Until;
use halligan_app::ingest::kafka::Server;

use crate::failure::Failure;

/// Where records come from, and until when.
#[derive(Debug, clap::Args)]
pub(crate) struct SourceArguments {
    /// Where records come from: `file:PATH`, `graph` (Microsoft Graph, as the register signs in),
    /// `activity` (the unified audit log, for tenants without Entra ID P1), `event-hubs` or
    /// `kafka` (as the register says), `kafka:HOST:PORT/TOPIC`, `push:127.0.0.1:PORT` (what others
    /// send over HTTP), or `-` for standard input; repeat it for each
    #[arg(long, value_name = "SOURCE")]
    source: Vec<Source>,
    /// Read what there is, and end; without this a file is followed as it grows
    #[arg(long)]
    once: bool,
}

/// Where records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Graph,
    Activity,
    EventHubs,
    /// Topics: those of the register, or those that are named.
    Kafka(Option<Topics>),
    /// Records that are pushed to an address of this machine.
    Push(SocketAddr),
    Pipe,
}

/// Topics of brokers that ask for no login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Topics {
    pub(super) servers: Vec<Server>,
    pub(super) topics: Vec<String>,
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
    pub(super) fn name(&self) -> Arc<str> {
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

    /// Whether it is a service, which may be away for a while.
    pub(super) const fn is_service(&self) -> bool {
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

impl SourceArguments {
    /// Refuses a command line without sources, or with one pipe twice.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.source.is_empty() {
            return Err(Failure::usage(
                "nothing says where records come from",
                "name it: `--source file:signins.ndjson`, or `--source -` for standard input",
            ));
        }
        let once = [
            (Source::Pipe, "standard input"),
            (Source::Graph, "`graph`"),
            (Source::Activity, "`activity`"),
            (Source::EventHubs, "`event-hubs`"),
            (Source::Kafka(None), "`kafka`"),
        ];
        for (one, name) in once {
            if self.source.iter().filter(|source| **source == one).count() > 1 {
                return Err(Failure::usage(format!("{name} is named twice"), "once is enough"));
            }
        }
        Ok(())
    }

    /// The sources.
    pub(crate) fn all(&self) -> &[Source] {
        &self.source
    }

    /// Until when they are read.
    pub(crate) const fn until(&self) -> Until {
        if self.once { Until::End } else { Until::Stopped }
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
