//! A broker in the process, who writes to it, and what stands before it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use halligan_relay::kafka::{
    Consumer, KafkaTrouble, Message, Next, Options, Partition, SESSION_TIMEOUT, Trust,
};
use krafka::Compression;
use krafka::Record;
use krafka::testing::FakeBroker;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::super::authority::{Authority, authority};

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A broker on a free port of loopback.
pub(crate) struct Lab {
    /// Dropped last: the broker's tasks run on it.
    pub(crate) broker: FakeBroker,
    pub(crate) runtime: tokio::runtime::Runtime,
}

impl Lab {
    pub(crate) fn start() -> Self {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        let broker = runtime.block_on(FakeBroker::start()).unwrap();
        Self { broker, runtime }
    }

    /// A broker with one topic, `logs`.
    pub(crate) fn with_logs(partitions: i32) -> Self {
        let lab = Self::start();
        assert!(lab.broker.create_topic("logs", partitions));
        lab
    }

    pub(crate) fn port(&self) -> u16 {
        self.broker.broker_addr(0).unwrap().port()
    }

    /// Options for it, without a login.
    pub(crate) fn options(&self) -> Options {
        Options {
            servers: vec![format!("127.0.0.1:{}", self.port()).parse().unwrap()],
            topics: vec!["logs".into()],
            group: "halligan".into(),
            login: None,
            trust: Trust::System,
            timeout: Duration::from_secs(10),
            session: SESSION_TIMEOUT,
        }
    }

    /// Writes records to a partition of `logs`.
    pub(crate) fn write(&self, partition: i32, records: &[&[u8]]) {
        self.write_packed(partition, records, Compression::None);
    }

    pub(crate) fn write_packed(&self, partition: i32, records: &[&[u8]], packed: Compression) {
        self.runtime.block_on(async {
            let kafka = self.broker.kafka().connect().await.unwrap();
            let producer = kafka.producer().compression(packed).build().await.unwrap();
            for record in records {
                let record = Record::new("logs", record.to_vec()).partition(partition);
                let _ = producer.send(record).await.unwrap();
            }
            producer.close().await.unwrap();
        });
    }

    /// Puts TLS before the broker, on a port of its own that the broker names from then on, with a
    /// certificate for `localhost`. Gives the port and the authority.
    pub(crate) fn with_tls(&self) -> (u16, Authority) {
        let authority = authority();
        let certificate = CertificateDer::from_pem_slice(authority.certificate.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(authority.key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider);
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = self.runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = self.broker.broker_addr(0).unwrap();
        self.runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut open = TcpStream::connect(behind).await?;
                    let mut private = acceptor.accept(stream).await?;
                    tokio::io::copy_bidirectional(&mut private, &mut open).await
                });
            }
        });
        self.leads_to("localhost", port);
        (port, authority)
    }

    /// Has the broker call itself so.
    pub(crate) fn leads_to(&self, host: &str, port: u16) {
        self.broker.with_state(|state| {
            state.brokers[0].host = host.to_owned();
            state.brokers[0].port = port.into();
        });
    }
}

pub(crate) fn partition(number: i32) -> Partition {
    Partition { topic: "logs".into(), number }
}

/// The next record; what else comes is let pass.
pub(crate) fn record(consumer: &mut Consumer) -> Message {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Next::Message(message) = consumer.next(Duration::from_secs(1)).unwrap() {
            return message;
        }
    }
    panic!("no record came");
}

/// So many records.
pub(crate) fn records(consumer: &mut Consumer, count: usize) -> Vec<Message> {
    (0..count).map(|_| record(consumer)).collect()
}

/// The next trouble that is such; others are let pass.
pub(crate) fn trouble(
    consumer: &mut Consumer,
    is_such: impl Fn(&KafkaTrouble) -> bool,
) -> KafkaTrouble {
    until(consumer, |next| match next {
        Next::Trouble(trouble) if is_such(&trouble) => Some(trouble),
        _ => None,
    })
}

/// What `pick` takes of what comes.
pub(crate) fn until<T>(consumer: &mut Consumer, pick: impl Fn(Next) -> Option<T>) -> T {
    let begun = Instant::now();
    let mut seen = Vec::new();
    while begun.elapsed() < PATIENCE {
        let next = consumer.next(Duration::from_millis(500)).unwrap();
        if next != Next::Idle {
            seen.push(format!("{:?}: {next:?}", begun.elapsed()));
        }
        if let Some(found) = pick(next) {
            return found;
        }
    }
    panic!("it did not come: {seen:#?}");
}

/// Holds that nothing but silence comes for a while.
pub(crate) fn is_quiet(consumer: &mut Consumer, time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        match consumer.next(Duration::from_millis(200)).unwrap() {
            Next::Idle | Next::Assigned(_) | Next::Revoked(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
