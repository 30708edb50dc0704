//! Detections: what a record that touches the door means, how bad it is, and what to do first.
//!
//! One file each, with the events that it fires on and those that it must not fire on; the registry
//! ([`all`]) is held by a test that refuses one without. A detection decides by one event and what
//! it touches. What takes several events (a burst, a gap) comes as an event of its own
//! ([`Sign`]), from where windows are kept.

mod account_changed;
mod activity_new;
mod acts;
mod back;
mod burst;
mod canary_answer;
mod canary_missed;
mod change_of_door;
mod credential_changed;
mod declaration;
mod declared_use;
mod decoy;
mod gap;
mod group_changed;
mod late;
mod log_pipeline;
mod look_alike;
mod managed_policy;
mod other_credential;
mod policy_changed;
mod recovery_job;
mod restored;
mod role_changed;
mod sample;
mod sign_in_failure;
mod sign_in_success;
mod source_failing;
mod support_access;
mod text;
mod unreadable;
mod watcher_changed;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub use sample::{ACCOUNT as SAMPLE_ACCOUNT, Sample, watched as sample_watched};
#[cfg(test)]
pub(super) use sample::{failed as sample_sign_in, renamed as sample_renamed};
pub use text::{About, Mail, SMS_CHARACTERS_MAX};

use super::activity::{Activities, Activity, Area};
use super::canary::Verdict;
use super::event::{Audit, AuditResult, Event, Sign, SignIn, What};
use super::touch::{Part, Touch, touches};
use super::watched::{DeclaredUse, Likeness, Subject, Watched};
use crate::id::Guid;
use crate::time::Timestamp;

/// How bad it is. The worse of two is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Evidence: kept and printed, and nobody is called for it.
    Evidence,
    /// To be looked at in working hours.
    Low,
    /// To be looked at on the same day.
    Medium,
    /// Somebody is called.
    High,
    /// Everybody is called: the door is being used, or is open.
    Critical,
}

impl Severity {
    /// All, the least first.
    pub const ALL: &[Self] = &[Self::Evidence, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word in output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// One thing that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Detection {
    /// Its id, which stays: `HG-WATCH-01`.
    pub id: &'static str,
    /// What happened, in a few words without anybody's name: it goes out by text message.
    pub title: &'static str,
    /// How bad it is, where the event does not make it less or more.
    pub severity: Severity,
    /// Techniques of MITRE ATT&CK: `T1078.004`.
    pub mitre: &'static [&'static str],
    /// What to do first, one sentence each.
    pub first_steps: &'static [&'static str],
    /// Whether an event is one of these.
    pub(super) judge: fn(&Seen<'_>) -> Option<Found>,
    /// Events that it fires on, and that it does not.
    pub samples: &'static [Sample],
}

impl Detection {
    /// Whether it tells of a change of Conditional Access, or of the groups that policies name, so
    /// that a proof says what that does.
    pub fn is_proved(&self) -> bool {
        let proved = [&policy_changed::DETECTION, &managed_policy::DETECTION, &restored::DETECTION];
        proved.iter().any(|one| one.id == self.id) || self.id == group_changed::DETECTION.id
    }
}

/// An event with what it touches.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The event.
    pub event: &'a Event,
    /// Where it names something watched.
    pub touches: &'a [Touch],
    /// The activity that it is, where that is known.
    pub activity: Option<&'a Activity>,
    /// What is watched.
    pub watched: &'a Watched,
}

impl<'a> Seen<'a> {
    fn sign_in(&self) -> Option<&'a SignIn> {
        match &self.event.what {
            What::SignIn(sign_in) => Some(sign_in),
            _ => None,
        }
    }

    fn audit(&self) -> Option<&'a Audit> {
        match &self.event.what {
            What::Audit(audit) => Some(audit),
            _ => None,
        }
    }

    /// The first place that names such a thing, in such a part.
    fn touch(&self, is_it: impl Fn(&Subject, Part) -> bool) -> Option<&'a Touch> {
        let mut same = self.touches.iter().filter(|one| one.likeness == Likeness::Same);
        same.find(|one| is_it(&one.subject, one.part))
    }

    /// Where a sign-in has the id or a name of an emergency account.
    fn account_signs_in(&self) -> Option<&'a Touch> {
        self.touch(|subject, part| matches!(subject, Subject::Account(_)) && part == Part::SignsIn)
    }

    /// The declared use that a sign-in is; `None` for one that nobody declared.
    fn declared_use(&self) -> Option<&'a DeclaredUse> {
        let Subject::Account(account) = self.account_signs_in()?.subject else { return None };
        self.watched.declared(account, self.event.at?)
    }

    fn sign(&self) -> Option<&'a Sign> {
        match &self.event.what {
            What::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    /// Whether an emergency account made a change.
    fn is_by_account(&self) -> bool {
        self.initiator().is_some_and(|one| matches!(one.subject, Subject::Account(_)))
    }

    /// Where a change was made by something watched.
    fn initiator(&self) -> Option<&'a Touch> {
        self.touch(|_, part| part == Part::Initiator)
    }

    /// Where a change has an emergency account as its target or names it.
    fn account_changed(&self) -> Option<&'a Touch> {
        self.touch(|subject, part| {
            matches!(subject, Subject::Account(_)) && matches!(part, Part::Target | Part::Named)
        })
    }

    /// Whether the activity is of one of these areas.
    fn is_in(&self, areas: &[Area]) -> bool {
        self.activity.is_some_and(|one| areas.contains(&one.area))
    }
}

/// What a detection says of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    severity: Severity,
    what: String,
    why: Why,
}

impl Found {
    /// What a change is; one that was refused weighs less.
    fn of_change(seen: &Seen<'_>, audit: &Audit, severity: Severity, why: Why) -> Self {
        Self { severity: lessened(severity, &audit.result), what: said(seen, audit), why }
    }
}

/// Why a detection fired: a member of the record, or the activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A member names something watched.
    Touch(Touch),
    /// The activity is one that touches the door, whoever it names.
    Activity(String),
    /// Several records together, or none.
    Sign,
}

/// A detection that fired.
#[derive(Clone, Debug)]
pub struct Fired {
    /// Which.
    pub detection: &'static Detection,
    /// How bad it is.
    pub severity: Severity,
    /// What happened, for those who may read names.
    pub what: String,
    /// Why.
    pub why: Why,
}

impl Fired {
    /// Whether somebody is called for it, about an account or the canary's decoy.
    pub fn is_call(&self) -> bool {
        let is_account = match &self.why {
            Why::Touch(touch) => {
                matches!(touch.subject, Subject::Account(_) | Subject::Decoy(_))
            }
            Why::Activity(_) => false,
            Why::Sign => self.detection.id == BURST,
        };
        is_account && self.severity >= Severity::High
    }
}

/// What is detected of an account without touching it.
pub(super) const BURST: &str = burst::DETECTION.id;

/// All detections, in the order of their ids.
pub fn all() -> &'static [Detection] {
    &[
        sign_in_success::DETECTION,
        sign_in_failure::DETECTION,
        look_alike::DETECTION,
        credential_changed::DETECTION,
        account_changed::DETECTION,
        group_changed::DETECTION,
        role_changed::DETECTION,
        policy_changed::DETECTION,
        change_of_door::DETECTION,
        watcher_changed::DETECTION,
        log_pipeline::DETECTION,
        support_access::DETECTION,
        activity_new::DETECTION,
        other_credential::DETECTION,
        declared_use::DETECTION,
        burst::DETECTION,
        restored::DETECTION,
        managed_policy::DETECTION,
        recovery_job::DETECTION,
        unreadable::DETECTION,
        gap::DETECTION,
        source_failing::DETECTION,
        acts::DETECTION,
        late::DETECTION,
        back::DETECTION,
        declaration::DETECTION,
        decoy::DETECTION,
        canary_missed::DETECTION,
        canary_answer::DETECTION,
    ]
}

/// What an event means, the worst first.
pub fn detect(event: &Event, watched: &Watched, activities: &Activities) -> Vec<Fired> {
    let touches = touches(event, watched);
    let seen = Seen { event, touches: &touches, activity: activities.of(event), watched };
    let fired = all().iter().filter_map(|detection| {
        let Found { severity, what, why } = (detection.judge)(&seen)?;
        Some(Fired { detection, severity, what, why })
    });
    let mut fired: Vec<Fired> = fired.collect();
    fired.sort_by(|a, b| {
        b.severity.cmp(&a.severity).then_with(|| a.detection.id.cmp(b.detection.id))
    });
    fired
}

/// The request of an announced attempt whose record an event is, come at a time in which it may;
/// `None` for any other event, and for a copy.
pub fn of_canary(event: &Event, watched: &Watched, came: Timestamp) -> Option<Guid> {
    if watched.attempts().all().is_empty() {
        return None;
    }
    let touches = touches(event, watched);
    let seen = Seen { event, touches: &touches, activity: None, watched };
    let (_, _, sighting) = decoy::of(&seen)?;
    match watched.attempts().verdict(&sighting, Some(came)) {
        Verdict::Ours(request) => Some(request),
        _ => None,
    }
}

/// What an emergency access account is called that did something.
const BY_ACCOUNT: &str = "an emergency access account";

/// A change as a sentence: what, by whom, and whether it was made. An emergency access account that
/// made it is not named: nobody is told its name who does not have it.
fn said(seen: &Seen<'_>, audit: &Audit) -> String {
    let by = match (audit.by.user_name.as_str(), audit.by.app_name.as_str()) {
        _ if seen.is_by_account() => BY_ACCOUNT,
        ("", "") => "somebody whom the record does not name",
        ("", app) => app,
        (user, _) => user,
    };
    let result = match audit.result {
        AuditResult::Success => "",
        AuditResult::Failure => ", and failed",
        AuditResult::Timeout => ", and ran out of time: it may be made",
        AuditResult::Unknown => ", and the record does not say how it ended",
    };
    format!("`{}`{} by {by}{result}", audit.activity.trim(), of_what(audit))
}

/// What a change was made to, by display name; people are not named.
fn of_what(audit: &Audit) -> String {
    let is_person = |kind: &str| kind.eq_ignore_ascii_case("user");
    let mut named = audit.targets.iter().filter(|one| !is_person(&one.kind));
    let name = named.find_map(|one| Some(one.name.trim()).filter(|name| !name.is_empty()));
    name.map(|name| format!(" of \u{201c}{name}\u{201d}")).unwrap_or_default()
}

/// A try that failed tells of somebody, and opened nothing.
fn lessened(severity: Severity, result: &AuditResult) -> Severity {
    match (result, severity) {
        (AuditResult::Failure, Severity::Critical) => Severity::High,
        (AuditResult::Failure, Severity::High) => Severity::Medium,
        (_, severity) => severity,
    }
}

#[cfg(test)]
mod tests;
