//! The broker that the client's library has for tests: groups of several members, and topics that
//! keep only so much.

use std::time::Duration;

use halligan_relay::kafka::{Options, Trust};
use rdkafka::ClientConfig;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, DefaultProducerContext, Producer as _};

/// Three brokers on free ports of loopback.
pub(crate) struct Cluster {
    mocked: MockCluster<'static, DefaultProducerContext>,
    producer: BaseProducer,
}

impl Cluster {
    /// With one topic, `logs`.
    pub(crate) fn with_logs(partitions: i32) -> Self {
        let mocked = MockCluster::new(3).unwrap();
        mocked.create_topic("logs", partitions, 1).unwrap();
        let servers = mocked.bootstrap_servers();
        let producer = ClientConfig::new().set("bootstrap.servers", servers).create().unwrap();
        Self { mocked, producer }
    }

    pub(crate) fn options(&self) -> Options {
        let servers = self.mocked.bootstrap_servers();
        Options {
            servers: servers.split(',').map(|server| server.parse().unwrap()).collect(),
            topics: vec!["logs".into()],
            group: "halligan".into(),
            login: None,
            trust: Trust::System,
            timeout: Duration::from_secs(10),
            // It waits so long for every member at every change.
            session: Duration::from_secs(3),
        }
    }

    /// Writes records to a partition of `logs`.
    pub(crate) fn write(&self, partition: i32, records: &[&[u8]]) {
        for record in records {
            let record = BaseRecord::<(), [u8]>::to("logs").partition(partition).payload(record);
            self.producer.send(record).map_err(|(error, _)| error).unwrap();
        }
        self.producer.flush(Duration::from_secs(10)).unwrap();
    }
}
