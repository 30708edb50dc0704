//! What was told already: the same record comes twice, from two sources, and again with more in it.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::collections::btree_map::{BTreeMap, Entry};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::detect::{Fired, Severity};
use super::event::{Event, What};
use crate::digest::Digest;

/// Records that are remembered; with more, those that were told first are forgotten. Only records
/// that something was told of count: a tenant has a few in a month, an estate of a thousand some
/// thousands.
pub const TOLD_RECORDS_MAX: usize = 200_000;

/// The longest key of a record, in bytes. Ids of Microsoft's records have 36 to 90.
pub const KEY_BYTES_MAX: usize = 200;

/// The records that something was told of, each with what was told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// By record, the detections that were told of it: mostly one.
    told: BTreeMap<Arc<str>, Vec<(Cow<'static, str>, Severity)>>,
    order: VecDeque<Arc<str>>,
}

impl Told {
    /// Keeps what of `fired` was not told yet of this record, and remembers it. A copy that says
    /// more, and is worse for it, is told again.
    pub fn fresh(&mut self, record: &str, mut fired: Vec<Fired>) -> Vec<Fired> {
        fired.retain(|one| self.note(record, one.detection.id.into(), one.severity));
        fired
    }

    /// Whether a detection of a record was told already, as bad or worse.
    pub fn has(&self, record: &str, detection: &str, severity: Severity) -> bool {
        let of_record = self.told.get(record).into_iter().flatten();
        let mut of_detection = of_record.filter(|(told, _)| told == detection);
        of_detection.next().is_some_and(|(_, before)| *before >= severity)
    }

    /// Remembers one detection of one record; `false` where it was told already, as bad or worse.
    pub fn remember(&mut self, record: &str, detection: &str, severity: Severity) -> bool {
        self.note(record, String::from(detection).into(), severity)
    }

    fn note(&mut self, record: &str, detection: Cow<'static, str>, severity: Severity) -> bool {
        let record = Arc::from(record);
        let of_record = match self.told.entry(Arc::clone(&record)) {
            Entry::Occupied(of_record) => of_record.into_mut(),
            Entry::Vacant(place) => {
                place.insert(Vec::from([(detection, severity)]));
                self.order.push_back(record);
                self.forget();
                return true;
            }
        };
        match of_record.iter_mut().find(|(told, _)| *told == detection) {
            Some((_, before)) if *before >= severity => return false,
            Some((_, before)) => *before = severity,
            None => of_record.push((detection, severity)),
        }
        true
    }

    fn forget(&mut self) {
        if self.order.len() > TOLD_RECORDS_MAX
            && let Some(first) = self.order.pop_front()
        {
            self.told.remove(&first);
        }
    }
}

/// By what copies of a record are known: its own id, which Graph, diagnostic settings and Log
/// Analytics all give; for a record without one, what it says.
///
/// What a record says holds names, which stand in no key: it is the digest of that, and so is an id
/// of more than [`KEY_BYTES_MAX`] bytes.
pub fn key(event: &Event) -> String {
    match &event.id {
        Some(id) if !id.trim().is_empty() && id.len() <= KEY_BYTES_MAX => id.trim().to_lowercase(),
        Some(id) if !id.trim().is_empty() => Digest::of(id.as_bytes()).to_string(),
        _ => Digest::of(without_id(event).as_bytes()).to_string(),
    }
}

fn without_id(event: &Event) -> String {
    let at = event.at.map(|at| at.as_millisecond()).unwrap_or_default();
    let correlation = event.correlation.as_deref().unwrap_or_default();
    let what = match &event.what {
        What::SignIn(one) => {
            let who = one.names.first().map_or("", |named| named.name.as_str());
            format!("{:?}/{who}/{:?}/{}", one.user, one.outcome.code, one.from.address)
        }
        What::Audit(one) => {
            let targets: Vec<&str> = one.targets.iter().map(|target| target.id.as_str()).collect();
            format!("{}/{}", one.activity, targets.join(","))
        }
        What::Operation(one) => format!("{}/{}/{}", one.name, one.resource, one.caller),
        What::Sign(sign) => format!("{sign:?}"),
        What::Other { category } => category.clone(),
    };
    format!("{at}/{correlation}/{what}").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::activity::Activities;
    use crate::watch::detect::{detect, sample_sign_in, sample_watched};

    fn told(told: &mut Told, event: &Event) -> Vec<&'static str> {
        let fired = detect(event, &sample_watched(), &Activities::default());
        told.fresh(&key(event), fired).into_iter().map(|one| one.detection.id).collect()
    }

    #[test]
    fn a_copy_is_told_once_and_again_when_it_says_worse() {
        let mut all = Told::default();
        assert_eq!(told(&mut all, &sample_sign_in(50126)), ["HG-WATCH-02"]);
        assert_eq!(told(&mut all, &sample_sign_in(50126)), [""; 0]);
        assert_eq!(told(&mut all, &sample_sign_in(50076)), ["HG-WATCH-02"], "the right password");
        assert_eq!(told(&mut all, &sample_sign_in(50126)), [""; 0]);
        assert_eq!(told(&mut all, &sample_sign_in(0)), ["HG-WATCH-01"], "it succeeded after all");
        let mut other = sample_sign_in(50126);
        other.id = Some("another".into());
        assert_eq!(told(&mut all, &other), ["HG-WATCH-02"]);
    }

    #[test]
    fn records_without_an_id_are_known_by_what_they_say() {
        let mut all = Told::default();
        let mut event = sample_sign_in(50126);
        event.id = None;
        assert_eq!(told(&mut all, &event).len(), 1);
        assert_eq!(told(&mut all, &event).len(), 0);
        event.at = event.at.map(|at| at + core::time::Duration::from_secs(1));
        assert_eq!(told(&mut all, &event).len(), 1);
    }

    #[test]
    fn the_memory_has_an_end() {
        let mut all = Told::default();
        for number in 0..=TOLD_RECORDS_MAX {
            assert!(all.remember(&format!("{number}"), "HG-WATCH-01", Severity::High));
        }
        assert_eq!(all.order.len(), TOLD_RECORDS_MAX);
        assert!(all.remember("0", "HG-WATCH-01", Severity::High), "the first is forgotten");
        assert!(!all.remember("2", "HG-WATCH-01", Severity::High));
    }
}
