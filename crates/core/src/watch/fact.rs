//! What was detected, as it is written down: the stream `watch/2026-11`, a stream a month.
//!
//! A fact holds ids and no names of people: who a user id is, the tenant says, for as long as it
//! knows.

use alloc::format;
use alloc::string::{String, ToString as _};

use serde::{Deserialize, Serialize};

use super::detect::{BURST, Fired, Severity, Why};
use super::event::{Event, Sign, What};
use super::watched::{Likeness, Subject};
use crate::stream::{Body, BodyError, StreamName, StreamNameError};
use crate::time::Timestamp;

/// The kind of the fact.
const KIND: &str = "detected";

/// Something that was detected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detected {
    kind: String,
    /// By what copies of the record are known: [`super::told::key`].
    pub record: String,
    /// The detection: `HG-WATCH-01`.
    pub detection: String,
    /// How bad it is, as [`Severity::word`] has it.
    pub severity: String,
    /// The tenant: its id where that is known, else what the watch calls it.
    pub tenant: String,
    /// When it happened, by the record, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<String>,
    /// When it was seen here, in RFC 3339.
    pub seen: String,
    /// Where the record came from.
    pub source: String,
    /// The line, in a file or pipe; the offset, in a partition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// What it touches, by kind and id: `account 7a1e…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touches: Option<String>,
    /// The member of the record that names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Whether a name only looks like one that is watched.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_look_alike: bool,
    /// The activity, of a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// Who made a change: the object id of a user, or of a service principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Where from, as an IP address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The error code, of a sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// Why a record cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a fact is about, beside its record.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The key of the record.
    pub record: &'a str,
    /// The record.
    pub event: &'a Event,
    /// What was detected in it.
    pub fired: &'a Fired,
    /// The tenant's id, or what it is called.
    pub tenant: &'a str,
    /// Where the record came from.
    pub source: &'a str,
    /// Its line or offset there.
    pub position: Option<u64>,
    /// When it was seen.
    pub seen: Timestamp,
}

impl Detected {
    /// The fact of what was found. Text of the record is cut at [`TEXT_BYTES_MAX`].
    pub fn of(found: Found<'_>) -> Self {
        let Found { record, event, fired, tenant, source, position, seen } = found;
        let (touches, member, is_look_alike) = match &fired.why {
            Why::Touch(touch) => {
                let alike = touch.likeness == Likeness::LookAlike;
                (Some(id_of(&touch.subject)), Some(cut(&touch.member)), alike)
            }
            Why::Activity(_) | Why::Sign => (None, None, false),
        };
        let (by, address, code, activity) = match &event.what {
            What::SignIn(one) => (None, Some(one.from.address.as_str()), one.outcome.code, None),
            What::Audit(one) => {
                let by = one.by.user.or(one.by.service_principal).or(one.by.app);
                (by, Some(one.by.address.as_str()), None, Some(one.activity.as_str()))
            }
            What::Operation(one) => (one.caller_id, None, None, Some(one.name.as_str())),
            What::Sign(_) | What::Other { .. } => (None, None, None, None),
        };
        let reason = match &event.what {
            What::Sign(Sign::Unreadable { flaw } | Sign::Parked { flaw }) => Some(cut(flaw)),
            _ => None,
        };
        Self {
            kind: KIND.into(),
            record: record.into(),
            detection: fired.detection.id.into(),
            severity: fired.severity.word().into(),
            tenant: tenant.into(),
            happened: event.at.map(|at| at.to_string()),
            seen: seen.to_string(),
            source: cut(source),
            position,
            touches,
            member,
            is_look_alike,
            activity: activity.map(|text| cut(text.trim())),
            by: by.map(|id| id.to_string()),
            address: address.filter(|text| !text.is_empty()).map(cut),
            code: code.filter(|code| code.unsigned_abs() <= crate::stream::FACT_INTEGER_MAX),
            reason,
        }
    }

    /// The body of the fact.
    pub fn body(&self) -> Result<Body, BodyError> {
        Body::of(self)
    }

    /// Reads a fact of a stream; `None` for one of another kind.
    pub fn read(body: &Body) -> Option<Self> {
        body.read::<Self>().ok().filter(|fact| fact.kind == KIND)
    }

    /// Whether somebody is called for it, about an account or the canary's decoy.
    pub fn is_call(&self) -> bool {
        let is_of = |what: &str| what.starts_with(ACCOUNT) || what.starts_with(DECOY);
        let is_account = self.touches.as_deref().is_some_and(is_of);
        let is_burst = self.detection == BURST;
        (is_account || is_burst)
            && self.severity().is_some_and(|severity| severity >= Severity::High)
    }

    /// How bad it is; `None` for a word of a later version.
    pub fn severity(&self) -> Option<Severity> {
        Severity::ALL.iter().copied().find(|one| one.word() == self.severity)
    }
}

/// The longest text of a record that a fact holds, in bytes.
pub const TEXT_BYTES_MAX: usize = 300;

fn cut(text: &str) -> String {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().into()
}

/// How an account begins among what a fact touches.
const ACCOUNT: &str = "account ";
/// The same of a decoy.
const DECOY: &str = "decoy ";

fn id_of(subject: &Subject) -> String {
    match subject {
        Subject::Account(id) => format!("{ACCOUNT}{id}"),
        Subject::Group(id) => format!("group {id}"),
        Subject::GroupOwner(id) => format!("group-owner {id}"),
        Subject::Role(id) => format!("role {id}"),
        Subject::Policy(id) => format!("policy {}", cut(id)),
        Subject::Location(id) => format!("location {}", cut(id)),
        Subject::Strength(id) => format!("strength {}", cut(id)),
        Subject::AdministrativeUnit(id) => format!("administrative-unit {id}"),
        Subject::Watcher(id) => format!("watcher {id}"),
        Subject::WatcherPrincipal(id) => format!("watcher-principal {id}"),
        Subject::Decoy(id) => format!("{DECOY}{id}"),
    }
}

/// The stream of the month in which something is seen.
pub fn stream(seen: Timestamp) -> Result<StreamName, StreamNameError> {
    format!("watch/{}", seen.strftime("%Y-%m")).parse()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::activity::Activities;
    use crate::watch::detect::{all, detect, sample_watched};
    use crate::watch::told::key;

    fn seen() -> Timestamp {
        "2026-11-23T12:00:00.25Z".parse().unwrap()
    }

    #[test]
    fn every_sample_is_a_fact_that_reads_back_and_names_nobody() {
        let mut count = 0;
        for sample in all().iter().flat_map(|one| one.samples).filter(|one| one.fires) {
            let whole = (sample.event)();
            let bare = Event { id: None, ..whole.clone() };
            let both = [whole, bare];
            for (event, fired) in both.iter().flat_map(|event| {
                let fired = detect(event, &sample_watched(), &Activities::default());
                fired.into_iter().map(move |fired| (event, fired))
            }) {
                let (record, tenant, source) = (&key(event), "contoso", "file:x");
                let position = Some(7);
                let (fired, seen) = (&fired, seen());
                let found = Found { record, event, fired, tenant, source, position, seen };
                let fact = Detected::of(found);
                let body = fact.body().unwrap();
                assert_eq!(Detected::read(&body).as_ref(), Some(&fact), "{}", sample.name);
                assert_eq!(fact.severity(), Some(fired.severity));
                assert!(!body.as_str().contains('@'), "{}", body.as_str());
                count += 1;
            }
        }
        assert!(count > 40, "{count}");
    }

    #[test]
    fn a_record_that_was_left_behind_is_kept_with_its_place_and_the_reason() {
        let mut event = crate::watch::detect::sample_sign_in(0);
        event.what = What::Sign(Sign::Parked { flaw: "is cut off".into() });
        let fired = detect(&event, &sample_watched(), &Activities::default());
        let found = Found {
            record: "parked:kafka:entra/3:17",
            event: &event,
            fired: &fired[0],
            tenant: "contoso",
            source: "kafka:entra/3",
            position: Some(17),
            seen: seen(),
        };
        let fact = Detected::read(&Detected::of(found).body().unwrap()).unwrap();
        assert_eq!((fact.source.as_str(), fact.position), ("kafka:entra/3", Some(17)));
        assert_eq!(fact.reason.as_deref(), Some("is cut off"));
        assert_eq!(fact.severity(), Some(Severity::Evidence));
    }

    #[test]
    fn a_call_is_about_an_account_or_the_decoy_and_bad() {
        let mut calls = alloc::collections::BTreeSet::new();
        for sample in all().iter().flat_map(|one| one.samples).filter(|one| one.fires) {
            let event = (sample.event)();
            for fired in &detect(&event, &sample_watched(), &Activities::default()) {
                let (record, tenant, source, position) = ("r", "contoso", "file:x", None);
                let (event, seen) = (&event, seen());
                let found = Found { record, event, fired, tenant, source, position, seen };
                let fact = Detected::of(found);
                if fact.is_call() {
                    assert!(fired.severity >= Severity::High, "{}", sample.name);
                    calls.insert(fired.detection.id);
                }
                assert_eq!(fact.is_call(), fired.is_call(), "{}", sample.name);
            }
        }
        for id in ["HG-WATCH-01", "HG-WATCH-16", "HG-WATCH-27"] {
            assert!(calls.contains(id), "{id}: {calls:?}");
        }
        assert!(!calls.contains("HG-WATCH-15") && !calls.contains("HG-WATCH-28"), "{calls:?}");
    }

    #[test]
    fn a_month_has_a_stream_and_long_text_is_cut() {
        assert_eq!(stream(seen()).unwrap().as_str(), "watch/2026-11");
        assert_eq!(cut(&"ü".repeat(400)).len(), TEXT_BYTES_MAX);
    }
}
