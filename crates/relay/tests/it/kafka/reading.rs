//! What is read, and what the group remembers.

use std::time::Duration;

use halligan_relay::kafka::{COMMIT_EVERY, Consumer, KafkaTrouble};
use krafka::Compression;

use super::lab::{Lab, is_quiet, partition, record, records, wait_for};

#[test]
fn every_record_is_handed_over_as_it_came() {
    let lab = Lab::with_logs(1);
    let large = vec![b'x'; 1 << 20];
    let poison: &[u8] = b"{\"records\":[\xff\x00 no JSON at all";
    let all: [&[u8]; 4] = [b"{\"records\":[]}", poison, b"", &large];
    lab.write(0, &all);
    for packed in [Compression::Gzip, Compression::Snappy, Compression::Lz4] {
        lab.write_packed(0, &[b"packed packed packed packed"], packed);
    }
    let mut consumer = Consumer::open(&lab.options()).unwrap();
    for (offset, expected) in (0_i64..).zip(all) {
        let message = record(&mut consumer);
        assert_eq!((message.partition, message.offset), (partition(0), offset));
        assert!(message.bytes == expected, "record {offset}: {} bytes", message.bytes.len());
        assert!(message.timestamp_ms.is_some_and(|ms| ms > 1_600_000_000_000));
    }
    for message in records(&mut consumer, 3) {
        assert_eq!(message.bytes, b"packed packed packed packed");
    }
    is_quiet(&mut consumer, Duration::from_millis(300));
}

#[test]
fn what_is_not_done_comes_again_and_what_is_done_does_not() {
    let lab = Lab::with_logs(1);
    lab.write(0, &[b"0", b"1", b"2", b"3"]);
    let committed = || lab.broker.committed_offset("halligan", "logs", 0);

    let mut consumer = Consumer::open(&lab.options()).unwrap();
    assert_eq!(records(&mut consumer, 4).len(), 4);
    drop(consumer);
    assert_eq!(committed(), None, "nothing was done");

    let mut consumer = Consumer::open(&lab.options()).unwrap();
    let first = record(&mut consumer);
    assert_eq!(first.offset, 0, "it comes again");
    records(&mut consumer, 2);
    consumer.done(&partition(0), 1).unwrap();
    // A record of before, and one that was not handed over.
    consumer.done(&partition(0), 0).unwrap();
    let beyond = consumer.done(&partition(0), 3).unwrap_err();
    assert_eq!(beyond, KafkaTrouble::NotOurs { partition: partition(0), offset: 3 });
    consumer.close().unwrap();
    assert_eq!(committed(), Some(2));

    let mut consumer = Consumer::open(&lab.options()).unwrap();
    let offsets: Vec<_> = records(&mut consumer, 2).iter().map(|one| one.offset).collect();
    assert_eq!(offsets, [2, 3]);
    consumer.done(&partition(0), 3).unwrap();
    drop(consumer);
    assert_eq!(committed(), Some(4), "dropping commits as well");
    let mut consumer = Consumer::open(&lab.options()).unwrap();
    is_quiet(&mut consumer, Duration::from_secs(1));
}

#[test]
fn what_is_done_is_committed_before_the_end_too() {
    let lab = Lab::with_logs(1);
    lab.write(0, &[b"0", b"1"]);
    let mut consumer = Consumer::open(&lab.options()).unwrap();
    records(&mut consumer, 2);
    std::thread::sleep(COMMIT_EVERY + Duration::from_secs(1));
    let committed = || lab.broker.committed_offset("halligan", "logs", 0);
    assert_eq!(committed(), None, "handing over is not done");
    consumer.done(&partition(0), 0).unwrap();
    wait_for("it is not committed", || committed() == Some(1));
}

#[test]
fn another_group_reads_everything_for_itself() {
    let lab = Lab::with_logs(1);
    lab.write(0, &[b"0"]);
    let mut one = Consumer::open(&lab.options()).unwrap();
    record(&mut one);
    one.done(&partition(0), 0).unwrap();
    one.close().unwrap();
    let mut options = lab.options();
    options.group = "another".into();
    let mut other = Consumer::open(&options).unwrap();
    assert_eq!(record(&mut other).offset, 0, "a new group begins with the oldest record");
}
