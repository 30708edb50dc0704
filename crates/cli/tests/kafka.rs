//! The daemon on a topic: what is told is on the disk before the group forgets it, and a broken
//! record stops nothing. The broker shares no code with the client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use halligan_app::simulated::{Origin, Shown, Simulated, Stream, Throttling, TwinOptions};
use krafka::Record;
use krafka::testing::FakeBroker;
use tokio::runtime::Runtime;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

struct Lab {
    broker: FakeBroker,
    tenant: Simulated,
    folder: tempfile::TempDir,
    runtime: Runtime,
}

impl Lab {
    fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let broker = runtime.block_on(FakeBroker::start()).unwrap();
        assert!(broker.create_topic("logs", 1));
        let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
        let tenant = runtime.block_on(Simulated::start(&Origin::Story, options)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        tenant.write(folder.path()).unwrap();
        Self { broker, tenant, folder, runtime }
    }

    fn source(&self) -> String {
        format!("kafka:127.0.0.1:{}/logs", self.broker.broker_addr(0).unwrap().port())
    }

    /// A failed sign-in with the first account.
    fn attempt(&self, id: &str) -> Vec<u8> {
        let account = self.tenant.register().distinct_accounts().first().unwrap().id;
        let tenant = self.tenant.register().tenant.unwrap();
        let properties = format!(
            "{{\"id\":\"{id}\",\"createdDateTime\":\"2026-11-23T12:00:00Z\",\
             \"userId\":\"{account}\",\"status\":{{\"errorCode\":50126}}}}"
        );
        format!(
            "{{\"category\":\"SignInLogs\",\"tenantId\":\"{tenant}\",\
             \"properties\":{properties}}}"
        )
        .into_bytes()
    }

    fn write(&self, records: &[Vec<u8>]) {
        self.runtime.block_on(async {
            let kafka = self.broker.kafka().connect().await.unwrap();
            let producer = kafka.producer().build().await.unwrap();
            for record in records {
                let record = Record::new("logs", record.clone()).partition(0);
                let _ = producer.send(record).await.unwrap();
            }
            producer.close().await.unwrap();
        });
    }

    fn serve(&self) -> Daemon {
        Daemon::start(self.folder.path(), &["serve", "--source", &self.source()])
    }
}

/// A process, and the lines that it says.
struct Daemon {
    child: Child,
    told: Receiver<String>,
    said: Receiver<String>,
}

impl Daemon {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_halligan"))
            .current_dir(folder)
            .args(arguments)
            .args(["--format", "json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told = lines(child.stdout.take().unwrap());
        let said = lines(child.stderr.take().unwrap());
        Self { child, told, said }
    }

    /// The next detection: its id and the id of its record.
    fn told(&self) -> (String, String) {
        let line = self.told.recv_timeout(PATIENCE).expect("nothing was told");
        let text = |name: &str| {
            let start = line.split_once(&format!("\"{name}\":\"")).unwrap().1;
            start.split_once('"').unwrap().0.to_owned()
        };
        (text("detection"), text("event_id"))
    }

    fn says(&self, word: &str) -> String {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let line = self.said.recv_timeout(PATIENCE).expect("it ended");
            if line.contains(word) {
                return line;
            }
        }
        panic!("`{word}` was not said");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

#[test]
fn a_killed_daemon_tells_every_attempt_once_and_a_poisoned_record_stops_nothing() {
    let lab = Lab::start();
    lab.write(&[
        lab.attempt("first"),
        b"\xff{\"userId\": not JSON".to_vec(),
        lab.attempt("second"),
    ]);
    let daemon = lab.serve();
    assert_eq!(daemon.told().1, "first");
    let said = daemon.says("offset 1");
    assert!(said.contains("`kafka:logs/0`"), "{said}");
    // It is a fact as well, with where it lies.
    assert_eq!(daemon.told(), ("HG-WATCH-20".into(), "parked:kafka:logs/0:1".into()));
    assert_eq!(daemon.told().1, "second");
    // At any moment; what was read is not committed yet.
    drop(daemon);
    lab.write(&[lab.attempt("third")]);
    let daemon = lab.serve();
    // What comes again was told.
    assert_eq!(daemon.told().1, "third");
    drop(daemon);
}

#[test]
fn brokers_that_are_away_are_tried_again_and_that_is_told() {
    let lab = Lab::start();
    // A port where nobody listens.
    let daemon = Daemon::start(lab.folder.path(), &["serve", "--source", "kafka:127.0.0.1:9/logs"]);
    assert_eq!(daemon.told().0, "HG-WATCH-22");
    daemon.says("`kafka` is tried again in 5 s");
    drop(daemon);
    // Whoever only watches is told at once.
    let watch = ["watch", "--source", "kafka:127.0.0.1:9/logs"];
    let mut watch = Daemon::start(lab.folder.path(), &watch);
    assert_eq!(watch.child.wait().unwrap().code(), Some(1));
    watch.says("cannot be reached");
}

#[test]
fn a_topic_is_read_once_to_its_end() {
    let lab = Lab::start();
    lab.write(&[lab.attempt("only")]);
    let source = lab.source();
    let watch = ["watch", "--once", "--source", &source];
    let mut watch = Daemon::start(lab.folder.path(), &watch);
    assert_eq!(watch.told().1, "only");
    assert_eq!(watch.child.wait().unwrap().code(), Some(3));
}

/// What diagnostic settings send, and event hubs give back: the story's own records, twice, out of
/// order, and again with more in them.
#[test]
fn what_happens_at_the_tenant_comes_by_a_topic_and_is_told_once() {
    let lab = Lab::start();
    lab.tenant.attempt(0, Shown::WrongPassword);
    lab.tenant.attempt(1, Shown::Password);
    let policy = lab.tenant.block_everybody();
    for (updates, reordered) in [(true, false), (false, true)] {
        let stream = Stream { duplicates: true, updates, reordered, ..Stream::default() };
        lab.write(&lab.tenant.running().stream(&stream));
    }
    let source = lab.source();
    let arguments = ["watch", "--once", "--source", &source];
    let mut watch = Daemon::start(lab.folder.path(), &arguments);
    assert_eq!(watch.child.wait().unwrap().code(), Some(3));
    let mut told = Vec::new();
    while let Ok(line) = watch.told.recv_timeout(Duration::from_secs(5)) {
        told.push(line);
    }
    let count = |detection: &str| {
        let marker = format!("\"detection\":\"{detection}\"");
        told.iter().filter(|line| line.contains(&marker)).count()
    };
    // A wrong password, and the right one without what the policies ask for.
    assert_eq!(count("HG-WATCH-02"), 2, "{told:#?}");
    assert_eq!(count("HG-WATCH-08"), 1, "{told:#?}");
    assert!(told.iter().any(|line| line.contains(policy)), "{told:#?}");
    assert_eq!(count("HG-WATCH-20"), 0, "{told:#?}");
}
