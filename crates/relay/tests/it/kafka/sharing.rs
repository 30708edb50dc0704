//! Two members of one group, and a topic that forgets.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use halligan_relay::kafka::{Consumer, KafkaTrouble, Next, Partition};

use super::cluster::Cluster;
use super::lab::{PATIENCE, partition, record, trouble};

const PARTITIONS: i32 = 4;

/// A member, what it holds, and what it read.
struct Member {
    consumer: Consumer,
    held: BTreeSet<Partition>,
    read: BTreeSet<(i32, i64)>,
}

impl Member {
    fn open(cluster: &Cluster) -> Self {
        let consumer = Consumer::open(&cluster.options()).unwrap();
        Self { consumer, held: BTreeSet::new(), read: BTreeSet::new() }
    }

    fn step(&mut self) {
        match self.consumer.next(Duration::from_millis(50)).unwrap() {
            Next::Message(message) => {
                assert!(self.held.contains(&message.partition), "{message:?} {:?}", self.held);
                self.read.insert((message.partition.number, message.offset));
                self.consumer.done(&message.partition, message.offset).unwrap();
            }
            Next::Assigned(partitions) => self.held.extend(partitions),
            Next::Revoked(partitions) => {
                self.held.retain(|partition| !partitions.contains(partition));
            }
            Next::Idle => {}
            other => panic!("{other:?}"),
        }
    }
}

/// A daemon reads on a thread of its own.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Consumer>();
};

fn until(members: &mut [&mut Member], is_so: impl Fn(&[&mut Member]) -> bool) {
    let begun = Instant::now();
    while !is_so(members) {
        let held: Vec<_> = members.iter().map(|member| &member.held).collect();
        assert!(begun.elapsed() < PATIENCE, "{held:?}");
        members.iter_mut().for_each(|member| member.step());
    }
}

fn write(cluster: &Cluster, count: usize) {
    for number in 0..PARTITIONS {
        cluster.write(number, &vec![&b"record"[..]; count]);
    }
}

fn all(offsets: std::ops::Range<i64>) -> BTreeSet<(i32, i64)> {
    let of = |number| offsets.clone().map(move |offset| (number, offset));
    (0..PARTITIONS).flat_map(of).collect()
}

#[test]
fn two_members_share_the_partitions_and_one_takes_over() {
    let cluster = Cluster::with_logs(PARTITIONS);
    write(&cluster, 5);
    let mut one = Member::open(&cluster);
    until(&mut [&mut one], |members| members[0].read == all(0..5));
    assert_eq!(one.held.len(), 4);

    let mut two = Member::open(&cluster);
    until(&mut [&mut one, &mut two], |members| members.iter().all(|one| one.held.len() == 2));
    assert!(one.held.is_disjoint(&two.held));

    // What one member handed over before the change is not its to say any more.
    let lost = (0..PARTITIONS).map(partition).find(|one| two.held.contains(one)).unwrap();
    one.consumer.done(&lost, 4).unwrap_err();

    write(&cluster, 5);
    let is_read = |members: &[&mut Member]| {
        let read: BTreeSet<_> = members.iter().flat_map(|one| one.read.iter().copied()).collect();
        read == all(0..10)
    };
    until(&mut [&mut one, &mut two], is_read);
    // The last records of before may have come to both.
    let both: Vec<_> = one.read.intersection(&two.read).filter(|(_, offset)| *offset > 4).collect();
    assert!(both.is_empty(), "{both:?}");

    drop(one);
    write(&cluster, 5);
    let expected = all(10..15);
    until(&mut [&mut two], |members| members[0].read.is_superset(&expected));
    assert_eq!(two.held.len(), 4);
}

#[test]
fn records_that_expired_unread_are_told() {
    let cluster = Cluster::with_logs(1);
    let large = vec![b'x'; 900_000];
    cluster.write(0, &[&large, &large]);
    let mut consumer = Consumer::open(&cluster.options()).unwrap();
    record(&mut consumer);
    consumer.done(&partition(0), 0).unwrap();
    consumer.close().unwrap();
    // It keeps 5 MiB of a partition.
    cluster.write(0, &[&large[..]; 8]);

    let mut consumer = Consumer::open(&cluster.options()).unwrap();
    let lost = trouble(&mut consumer, |_| true);
    let KafkaTrouble::Lost { what } = &lost else { panic!("{lost:?}") };
    assert!(what.contains("logs [0]: offset reset"), "{what}");
    let next = record(&mut consumer).offset;
    assert!((2..10).contains(&next), "the oldest that is left: {next}");
}
