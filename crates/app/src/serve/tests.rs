use super::*;
use crate::ingest::{Ingest, Place, TenantNames, WatchedTenant};
use halligan_core::watch::detect::{all, sample_watched};
use halligan_core::watch::event::Event;
use std::path::Path;
use std::sync::mpsc::sync_channel;

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn ingest() -> Ingest {
    Ingest::new(vec![WatchedTenant {
        names: TenantNames { code_name: "sample".into(), ..TenantNames::default() },
        watched: sample_watched(),
        standing: None,
    }])
}

/// An event of a sample that fires, with an id of its own.
fn event(number: usize) -> Event {
    let sample = all().iter().flat_map(|one| one.samples).find(|one| one.fires).unwrap();
    Event { id: Some(format!("record-{number}")), ..(sample.event)() }
}

fn told(ingest: &mut Ingest, event: Event) -> Vec<Told> {
    let place = Place { source: "test".into(), line: Some(1), offset: None };
    let found = ingest.event(event, &place, now());
    found.into_iter().map(|detected| Told { tenant: "contoso".into(), detected }).collect()
}

fn recalled(register: &Path, ingest: &mut Ingest) -> usize {
    let told = ingest.told_mut(0).unwrap();
    let mut facts = Facts::beside(register);
    facts
        .recall(now(), |fact| {
            told.remember(&fact.record, &fact.detection, fact.severity().unwrap());
        })
        .unwrap()
}

#[test]
fn what_was_told_before_a_restart_is_not_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    let mut before = ingest();
    let mut facts = Facts::beside(&register);
    let batch = told(&mut before, event(1));
    assert_eq!(batch.len(), 1);
    facts.append(&batch, now()).unwrap();

    let mut after = ingest();
    assert_eq!(recalled(&register, &mut after), 1);
    assert_eq!(told(&mut after, event(1)).len(), 0);
    assert_eq!(told(&mut after, event(2)).len(), 1);
}

#[test]
fn two_months_before_are_remembered_and_the_one_before_that_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    for (number, month) in
        ["2026-08-31", "2026-09-01", "2026-10-01", "2026-11-01"].into_iter().enumerate()
    {
        let at = format!("{month}T00:00:00Z").parse().unwrap();
        let batch = told(&mut ingest(), event(number));
        Facts::beside(&register).append(&batch, at).unwrap();
    }
    assert_eq!(recalled(&register, &mut ingest()), 3);
}

#[test]
fn two_daemons_write_each_detection_once() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    let (mut one, mut other) = (Facts::beside(&register), Facts::beside(&register));
    let batch = |number| told(&mut ingest(), event(number));
    assert_eq!(one.append(&batch(1), now()).unwrap().known.len(), 0);
    assert_eq!(other.append(&batch(1), now()).unwrap().known.len(), 1, "it looks first");
    assert_eq!(one.append(&batch(2), now()).unwrap().known.len(), 0);
    assert_eq!(other.append(&batch(2), now()).unwrap().known.len(), 1, "it looks again");
}

#[test]
fn what_cannot_be_written_is_said_at_once_and_written_when_it_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    // A file where the folder of the streams should be.
    let blocked = folder.path().join("halligan.streams");
    std::fs::write(&blocked, "").unwrap();
    let (send, incoming) = sync_channel(WAITING_MAX);
    let mut ingest = ingest();
    for number in 0..3 {
        told(&mut ingest, event(number)).into_iter().for_each(|one| send.send(one).unwrap());
    }
    let late = told(&mut ingest, event(3)).pop();
    let late = std::cell::RefCell::new(late.map(|late| (send, late)));
    let mut words = Vec::new();
    let waits = std::cell::RefCell::new(Vec::new());
    let sleep = |wait: Duration| {
        waits.borrow_mut().push(wait.as_secs());
        // One more comes while the disk is full, and it is the last.
        if let Some((send, late)) = late.borrow_mut().take() {
            send.send(late).unwrap();
        }
        if waits.borrow().len() == 7 {
            std::fs::remove_file(&blocked).unwrap();
        }
    };
    let mut facts = Facts::beside(&register);
    write(&mut facts, &incoming, now, sleep, |word| {
        words.push(match word {
            Word::Kept(batch, _) => format!("kept {}", batch.len()),
            Word::NotKept(batch, _) => format!("not kept {}", batch.len()),
            Word::KeptAtLast(batch) => format!("kept at last {}", batch.len()),
            Word::GivenUp(batch, _) => format!("given up {}", batch.len()),
        });
    });
    assert_eq!(words, ["not kept 3", "not kept 1", "kept at last 4"]);
    assert_eq!(waits.into_inner(), [1, 2, 4, 8, 16, 30, 30]);
    assert_eq!(recalled(&register, &mut self::ingest()), 4);
}

#[test]
fn a_daemon_that_is_asked_to_end_does_not_wait_for_the_disk_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    std::fs::write(folder.path().join("halligan.streams"), "").unwrap();
    let (send, incoming) = sync_channel(WAITING_MAX);
    told(&mut ingest(), event(1)).into_iter().for_each(|one| send.send(one).unwrap());
    drop(send);
    let mut given_up = 0;
    write(
        &mut Facts::beside(&register),
        &incoming,
        now,
        |_| {},
        |word| {
            if let Word::GivenUp(batch, _) = word {
                given_up += batch.len();
            }
        },
    );
    assert_eq!(given_up, 1);
}

#[test]
fn more_than_one_append_takes_is_written_in_several() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    let mut ingest = ingest();
    let all: Vec<Told> = (0..1_200).flat_map(|one| told(&mut ingest, event(one))).collect();
    Facts::beside(&register).append(&all, now()).unwrap();
    assert_eq!(recalled(&register, &mut self::ingest()), all.len());
}
