//! What goes wrong after the start: it is said once, and survived.

use std::time::{Duration, Instant};

use halligan_relay::kafka::{Consumer, KafkaTrouble, Login, Next};
use krafka::testing::{ApiKey, Control};
use zeroize::Zeroizing;

use super::lab::{Lab, partition, record, records, trouble, until, wait_for};

fn is_recovered(next: Next) -> Option<()> {
    (next == Next::Recovered).then_some(())
}

#[test]
fn a_broker_that_goes_away_and_comes_back_is_waited_for() {
    let lab = Lab::with_logs(1);
    lab.write(0, &[b"0"]);
    let mut consumer = Consumer::open(&lab.options()).unwrap();
    record(&mut consumer);
    lab.broker.crash(0);
    let away = trouble(&mut consumer, |_| true);
    assert!(matches!(away, KafkaTrouble::NotReached { .. }) && away.lasts(), "{away:?}");
    // It is said once, however often it is tried.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(5) {
        let next = consumer.next(Duration::from_secs(1)).unwrap();
        assert_eq!(next, Next::Idle);
    }
    lab.broker.restart(0);
    until(&mut consumer, is_recovered);
    lab.write(0, &[b"1"]);
    assert_eq!(record(&mut consumer).bytes, b"1");
}

#[test]
fn a_password_that_is_refused_later_lasts_until_it_is_good_again() {
    let lab = Lab::with_logs(1);
    lab.write(0, &[b"0"]);
    lab.broker.require_sasl_plain("halligan", "hunter2");
    let mut options = lab.options();
    let password = Zeroizing::new("hunter2".to_owned());
    options.login = Some(Login { user: "halligan".into(), password });
    let mut consumer = Consumer::open(&options).unwrap();
    record(&mut consumer);

    lab.broker.require_sasl_plain("halligan", "another");
    lab.broker.crash(0);
    lab.broker.restart(0);
    let refused = trouble(&mut consumer, |one| matches!(one, KafkaTrouble::SignIn { .. }));
    assert!(refused.lasts() && !format!("{refused:?}").contains("hunter2"), "{refused:?}");
    for _ in 0..4 {
        assert_eq!(consumer.next(Duration::from_secs(1)).unwrap(), Next::Idle);
    }

    lab.broker.require_sasl_plain("halligan", "hunter2");
    until(&mut consumer, is_recovered);
}

#[test]
fn a_topic_that_disappears_is_said_and_read_again_when_it_is_back() {
    let lab = Lab::with_logs(1);
    lab.write(0, &[b"before"]);
    let mut consumer = Consumer::open(&lab.options()).unwrap();
    record(&mut consumer);
    consumer.done(&partition(0), 0).unwrap();
    let committed = || lab.broker.committed_offset("halligan", "logs", 0);
    wait_for("it is not committed", || committed() == Some(1));

    assert!(lab.broker.delete_topic("logs"));
    let gone = trouble(&mut consumer, KafkaTrouble::lasts);
    assert_eq!(gone, KafkaTrouble::UnknownTopic { topic: "logs".into() });

    // A new topic of the same name: what was committed is in the middle of it.
    assert!(lab.broker.create_topic("logs", 1));
    lab.write(0, &[b"after 0", b"after 1"]);
    let after = record(&mut consumer);
    assert_eq!((after.offset, &*after.bytes), (0, &b"after 0"[..]));
    assert_eq!(record(&mut consumer).bytes, b"after 1");
    consumer.done(&partition(0), 1).unwrap();
    consumer.close().unwrap();
    assert_eq!(committed(), Some(2));
}

#[test]
fn a_record_that_was_damaged_on_the_way_is_not_handed_over() {
    let lab = Lab::with_logs(1);
    lab.write(0, &[b"0"]);
    lab.broker.on_once(ApiKey::Fetch, |_| Control::CorruptRecords);
    let mut consumer = Consumer::open(&lab.options()).unwrap();
    let damaged = trouble(&mut consumer, |_| true);
    assert!(matches!(damaged, KafkaTrouble::Unreadable { .. }), "{damaged:?}");
    assert_eq!(record(&mut consumer).bytes, b"0", "it is asked for again");
}

#[test]
fn a_close_without_a_broker_ends_and_says_what_is_not_committed() {
    let lab = Lab::with_logs(1);
    lab.write(0, &[b"0", b"1"]);
    let mut consumer = Consumer::open(&lab.options()).unwrap();
    records(&mut consumer, 2);
    consumer.done(&partition(0), 1).unwrap();
    lab.broker.crash(0);
    let begun = Instant::now();
    let closed = consumer.close();
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(matches!(closed, Err(KafkaTrouble::NotCommitted { .. })), "{closed:?}");
    assert_eq!(lab.broker.committed_offset("halligan", "logs", 0), None);
}
