//! Which records were handed over, and which of them are safe.

use std::collections::BTreeMap;

/// A partition of a topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition {
    /// The topic.
    pub topic: String,
    /// Its number, from 0.
    pub number: i32,
}

/// How far each partition of this member is, since it was assigned.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress(BTreeMap<Partition, Handed>);

/// What was handed over of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Handed {
    first: i64,
    last: i64,
    /// The highest record that is safe.
    done: Option<i64>,
}

/// The record was not handed over by the assignment that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOurs;

impl Progress {
    /// Forgets partitions that went to another member: should they come back, they are read from
    /// what the group committed, and what was handed over before is not this member's to say.
    pub(super) fn forget(&mut self, partitions: &[Partition]) {
        for partition in partitions {
            self.0.remove(partition);
        }
    }

    /// Notes a record that is handed over.
    pub(super) fn handed(&mut self, partition: &Partition, offset: i64) {
        if let Some(handed) = self.0.get_mut(partition) {
            handed.last = offset;
            return;
        }
        let handed = Handed { first: offset, last: offset, done: None };
        self.0.insert(partition.clone(), handed);
    }

    /// Notes that everything up to a record is safe; whether that is news. An offset never goes
    /// back, and never beyond what was handed over: the first would bring records again without
    /// need, the second would lose them.
    pub(super) fn done(&mut self, partition: &Partition, offset: i64) -> Result<bool, NotOurs> {
        let handed = self.0.get_mut(partition).ok_or(NotOurs)?;
        if !(handed.first..=handed.last).contains(&offset) {
            return Err(NotOurs);
        }
        if handed.done.is_some_and(|done| done >= offset) {
            return Ok(false);
        }
        handed.done = Some(offset);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(number: i32) -> Partition {
        Partition { topic: "t".into(), number }
    }

    #[test]
    fn what_is_safe_only_grows_and_never_beyond_what_was_handed_over() {
        let mut progress = Progress::default();
        assert_eq!(progress.done(&partition(0), 4), Err(NotOurs));
        for offset in [4, 5, 9] {
            progress.handed(&partition(0), offset);
        }
        assert_eq!(progress.done(&partition(0), 5), Ok(true));
        assert_eq!(progress.done(&partition(0), 5), Ok(false));
        assert_eq!(progress.done(&partition(0), 4), Ok(false));
        assert_eq!(progress.done(&partition(0), 10), Err(NotOurs));
        assert_eq!(progress.done(&partition(0), 3), Err(NotOurs));
        assert_eq!(progress.done(&partition(1), 5), Err(NotOurs));
        assert_eq!(progress.done(&partition(0), 9), Ok(true));
    }

    #[test]
    fn a_partition_that_went_and_came_back_begins_anew() {
        let mut progress = Progress::default();
        progress.handed(&partition(0), 4);
        progress.handed(&partition(1), 4);
        progress.forget(&[partition(0)]);
        assert_eq!(progress.done(&partition(0), 4), Err(NotOurs));
        assert_eq!(progress.done(&partition(1), 4), Ok(true));
        // Another member went on to 20 meanwhile.
        progress.handed(&partition(0), 20);
        assert_eq!(progress.done(&partition(0), 4), Err(NotOurs));
        assert_eq!(progress.done(&partition(0), 20), Ok(true));
    }
}
