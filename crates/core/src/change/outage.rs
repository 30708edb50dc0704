//! A check that cannot run: the change that those who are told need most.
//!
//! What hinders it is told once, again when something else does, and as often as the heartbeat
//! while it lasts. What was known before stays the record that the next result is compared with.

use alloc::format;
use alloc::string::{String, ToString as _};

use super::letter::{Letter, minute, said};
use super::occasion::{Last, is_due};
use crate::id::TenantId;
use crate::time::Timestamp;

/// What keeps a check from running. It leaves the house: no name of a person is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hindrance {
    /// What stays the same from run to run while the cause does, such as `token AADSTS7000222`.
    pub kind: String,
    /// Why it does not run, for a person.
    pub why: String,
    /// What to do about it, where something is known to help.
    pub hint: Option<String>,
}

/// A time in which the check does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// When it was first told.
    pub since: Timestamp,
    /// The [`Hindrance::kind`] that was told last.
    pub kind: String,
    /// When the last letter about it was sent.
    pub mailed: Timestamp,
}

/// Why it is written that a check could not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutageOccasion {
    /// It is news.
    Began,
    /// Something else hinders it than before.
    OtherCause,
    /// It was told before, and either lasts long enough to be told again or a letter was asked for.
    Lasts,
}

/// The reason to write at `now` that a check is hindered in this way, if there is one.
/// `heartbeat_days` of 0 means that what lasts is not told again.
pub fn outage_occasion(
    outage: Option<&Outage>,
    kind: &str,
    now: Timestamp,
    always: bool,
    heartbeat_days: u16,
) -> Option<OutageOccasion> {
    let Some(outage) = outage else {
        return Some(OutageOccasion::Began);
    };
    if outage.kind != kind {
        return Some(OutageOccasion::OtherCause);
    }
    let is_told = always || is_due(outage.mailed, now, heartbeat_days);
    is_told.then_some(OutageOccasion::Lasts)
}

/// Writes that the check of `tenant` could not run at `now`, which it could not `since`.
pub fn outage_letter(
    tenant: Option<TenantId>,
    now: Timestamp,
    since: Timestamp,
    hindrance: &Hindrance,
    occasion: OutageOccasion,
    last: Option<&Last>,
) -> Letter {
    let what = match occasion {
        OutageOccasion::Began => "the check could not run",
        OutageOccasion::OtherCause => "the check cannot run, for another reason",
        OutageOccasion::Lasts => "the check still cannot run",
    };
    let Hindrance { why, hint, .. } = hindrance;
    let hint = hint.as_ref().map_or(String::new(), |hint| format!("WHAT TO DO\n{hint}\n\n"));
    let known = match last {
        Some(last) => format!(
            "LAST KNOWN, and maybe no longer true\n{}, judged {}\n",
            said(last.record.verdict),
            minute(last.record.judged),
        ),
        None => "It was never judged before.\n".into(),
    };
    let tenant = tenant.map_or_else(|| "no tenant is named".into(), |id| format!("tenant {id}"));
    let lasts =
        if since == now { String::new() } else { format!(", and not since {}", minute(since)) };
    let body = format!(
        "THE CHECK COULD NOT RUN\nWhether emergency access holds is not known.\n\n\
         WHY\n{why}\n\n{hint}{known}{NEXT}\n{tenant}, tried {}{lasts}\n",
        minute(now),
    );
    Letter { subject: format!("Halligan: {what}"), body }
}

const NEXT: &str = "
The next letter comes when the check runs again, when something else keeps it from running, or
when this has lasted for as long as a heartbeat. What the run said in full is where it was run.
";

impl Letter {
    /// The letter of the first run after an outage: that the check runs again comes first.
    pub fn after_outage(self, since: Timestamp) -> Self {
        let rest = self.subject.strip_prefix("Halligan: ").unwrap_or(&self.subject).to_string();
        let body =
            format!("THE CHECK RUNS AGAIN: it could not since {}\n\n{}", minute(since), self.body);
        Self { subject: format!("Halligan: the check runs again; {rest}"), body }
    }
}
