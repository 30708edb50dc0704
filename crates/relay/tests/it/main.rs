//! Mail against servers that say what a test wants, and against Postfix with Dovecot's sign-in;
//! Kafka against brokers in the process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking, and say aloud what they skip"
)]

mod authority;
#[cfg(feature = "kafka-lab")]
mod kafka;
mod postfix;
mod refusals;
mod server;

use std::time::{Duration, SystemTime};

use halligan_relay::smtp::{Address, Mail, Options, Trust};

/// Options for a server on loopback.
fn options(url: &str) -> Options {
    Options {
        server: url.parse().unwrap(),
        trust: Trust::System,
        login: None,
        from: address("halligan@example.org"),
        timeout: Duration::from_secs(10),
    }
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn mail() -> Mail {
    Mail {
        subject: "Halligan: 1 change, worse; it does not hold".into(),
        body: "WHAT CHANGED\n.\n..a line with dots\nverdict…\n".into(),
        date: SystemTime::UNIX_EPOCH,
        id: "halligan.0.1".into(),
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future)
}
