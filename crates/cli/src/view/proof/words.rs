//! Culprits, doubts and verdicts in words.

use halligan_core::ca::{Blame, Doubt, PolicyVerdict, Verdict};
use halligan_core::tenant::{GapReason, PartKind, Policy, PolicyState};

/// The verdict as people read it.
pub(crate) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "proved",
        Verdict::Undecided => "undecided",
        Verdict::Harmed => "harmed",
        Verdict::LockedOut => "locked out",
    }
}

/// The sign that stands before the verdict in a table; the word stands beside it.
pub(crate) const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "✓",
        Verdict::Undecided => "?",
        Verdict::Harmed => "!",
        Verdict::LockedOut => "✗",
    }
}

/// The verdict's word for what one policy does, in formats that machines read.
pub(crate) const fn policy_verdict(verdict: &PolicyVerdict) -> &'static str {
    match verdict {
        PolicyVerdict::NotHit(_) => "not_hit",
        PolicyVerdict::OutOfReach(_) => "out_of_reach",
        PolicyVerdict::Satisfiable { .. } => "satisfiable",
        PolicyVerdict::Harmless { .. } => "harmless",
        PolicyVerdict::Blocking { .. } => "blocking",
        PolicyVerdict::Indeterminate(_) => "indeterminate",
    }
}

/// Why a policy does what it does, in one line.
pub(crate) fn policy_reason(verdict: &PolicyVerdict) -> String {
    match verdict {
        PolicyVerdict::NotHit(why) => why.to_string(),
        PolicyVerdict::OutOfReach(condition) => {
            format!("no declared sign-in matches its {}", condition)
        }
        PolicyVerdict::Satisfiable { by, .. } => {
            format!("the account meets what it demands: {by}")
        }
        PolicyVerdict::Harmless { .. } => "it demands nothing that could deny access".into(),
        PolicyVerdict::Blocking { why, .. } => why.clone(),
        PolicyVerdict::Indeterminate(doubt) => doubt.to_string(),
    }
}

/// A policy with its id; one that has none is known by its name.
pub(crate) fn policy(policy: &Policy) -> String {
    if policy.id.as_str() == policy.display_name {
        return format!("policy `{}`", policy.display_name);
    }
    format!("policy `{}` ({})", policy.display_name, policy.id)
}

/// A policy's state as people say it.
pub(crate) fn state(state: &PolicyState) -> String {
    match state {
        PolicyState::Enabled => "enforced".into(),
        PolicyState::Disabled => "disabled".into(),
        PolicyState::ReportOnly => "report-only".into(),
        PolicyState::Other(text) => format!("in the unknown state `{text}`"),
    }
}

/// Whose fault it is.
pub(crate) fn blame(blame: &Blame, policies: &[Policy]) -> String {
    match blame {
        Blame::Policy(place) | Blame::Position(place) => {
            policies.get(*place).map_or_else(|| "a policy".into(), policy)
        }
        Blame::Barrier(barrier) => barrier.to_string(),
        Blame::Unread(gap) => gap.part.to_string(),
    }
}

/// What would turn a doubt into an answer; `None` where the doubt says so itself.
pub(crate) fn decides(doubt: &Doubt) -> Option<String> {
    let Doubt::Gap(gap) = doubt else { return None };
    match (&gap.reason, &gap.part.kind) {
        (GapReason::MissingPermission { permission }, _) => Some(format!(
            "grant the watcher's application `{permission}`, with admin consent, and read again"
        )),
        (
            GapReason::NotInSource,
            PartKind::Account | PartKind::AccountMethods | PartKind::AccountMemberships,
        ) => Some(
            "read the tenant itself (`halligan snapshot`), or say what an account holds with \
             `--member-of` and `--method`"
                .into(),
        ),
        (GapReason::NotInSource, _) => Some("read the tenant itself (`halligan snapshot`)".into()),
        (GapReason::Failed { .. }, _) if gap.part.kind == PartKind::Policies => None,
        (GapReason::Failed { .. }, _) => Some("read again".into()),
        (GapReason::MissingLicence { .. }, _) => None,
    }
}

/// Names, with `and` before the last.
pub(crate) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().into(),
        [others @ .., last] => {
            let others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", others.join(", "), last.as_ref())
        }
    }
}
