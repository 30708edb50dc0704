//! What an assessment means, in words, once for every format that people read.

use std::collections::BTreeMap;

use halligan_core::check::{CheckResult, Outcome, Severity, State, Statement, Subject};
use halligan_core::report::{Assessment, Counts, Verdict};
use halligan_core::tenant::{Gap, GapReason, Source};
use halligan_core::time::Timestamp;

/// What follows when the ledger cannot be believed.
pub(super) const LEDGER: &str =
    "Nothing below stands on who holds what. `halligan custody verify` says where it breaks.";

/// The verdict in two or three words.
pub(super) fn headline(assessment: &Assessment) -> &'static str {
    match assessment.verdict {
        Verdict::Holds => "IT HOLDS",
        Verdict::Undecided => "CANNOT BE TOLD",
        Verdict::Fails => "IT DOES NOT HOLD",
    }
}

/// The verdict's word in formats that machines read.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Undecided => "undecided",
        Verdict::Fails => "fails",
    }
}

/// What the verdict means, in one sentence.
pub(super) fn meaning(assessment: &Assessment) -> String {
    let counts = assessment.counts();
    match assessment.verdict {
        Verdict::Holds => "every check that concerns this tenant passes or is accepted".into(),
        Verdict::Undecided => format!(
            "nothing known is wrong, but {} of {} checks cannot be decided",
            counts.gap,
            assessment.results.len()
        ),
        Verdict::Fails => failing(assessment.worst(), counts.gap, assessment.results.len()),
    }
}

/// What a failure of this severity means. While anything is unknown, nobody may read out of it
/// that the rest is in order.
fn failing(worst: Option<Severity>, undecided: usize, of: usize) -> String {
    let known = match (worst, undecided) {
        (Some(Severity::Critical), _) => {
            return "today the owners can be locked out, or others can walk in".into();
        }
        (Some(Severity::High), 0) => "one more failure locks the owners out or lets somebody in",
        (Some(Severity::Medium), 0) => "the door still opens, and something weakens it",
        (Some(Severity::Low) | None, 0) => "the door still opens, and something is untidy",
        (Some(Severity::High), _) => "a serious fault",
        (Some(Severity::Medium), _) => "something weakens it",
        (Some(Severity::Low) | None, _) => "something is untidy",
    };
    match undecided {
        0 => known.into(),
        gaps => format!("{known}, and {gaps} of {of} checks cannot be decided"),
    }
}

/// What was assessed.
pub(super) fn subject(assessment: &Assessment) -> String {
    let accounts = match assessment.accounts {
        1 => "1 account".to_owned(),
        count => format!("{count} accounts"),
    };
    let tenant = match (&assessment.tenant_name, assessment.tenant) {
        (Some(name), Some(id)) => format!("{name} (tenant {id})"),
        (Some(name), None) => name.clone(),
        (None, Some(id)) => format!("tenant {id}"),
        (None, None) => "exported policies".to_owned(),
    };
    format!("{tenant}, {accounts}, shape {}", assessment.shape)
}

/// Where and when it was read, and when judged.
pub(super) fn origin(assessment: &Assessment) -> String {
    let source = match &assessment.source {
        Source::Graph { endpoint } => endpoint.as_str(),
        Source::Files => "exported files",
    };
    let (taken, judged) = (minute(assessment.taken), minute(assessment.judged));
    if taken == judged {
        return format!("read from {source}, {taken}");
    }
    format!("read from {source}, {taken}; judged {judged}")
}

/// A time as people read it, to the minute.
pub(crate) fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How many checks came out in which way.
pub(super) fn counts(assessment: &Assessment) -> String {
    let Counts { pass, fail, gap, not_applicable, accepted } = assessment.counts();
    let of_which = match failures(assessment) {
        none if none.is_empty() => none,
        some => format!(" ({some})"),
    };
    format!(
        "{fail} fail{of_which}, {gap} could not be decided, {accepted} accepted, {pass} pass, \
         {not_applicable} do not apply"
    )
}

/// How many failures there are of each severity, worst first.
fn failures(assessment: &Assessment) -> String {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let counted: Vec<String> = severities
        .into_iter()
        .filter_map(|severity| {
            let of = |result: &&CheckResult| result.check.severity == severity;
            let count = assessment.failures().filter(of).count();
            (count > 0).then(|| format!("{count} {}", severity.word()))
        })
        .collect();
    counted.join(", ")
}

/// The statements that made a check fail, then those that keep it from being decided, then notes.
pub(super) fn telling(result: &CheckResult) -> Vec<&Statement> {
    let decides = !matches!(result.outcome, Outcome::Pass | Outcome::NotApplicable(_));
    let rank = |state: &State| match state {
        State::Broken if decides => Some(0),
        State::Unknown(_) if decides => Some(1),
        State::Note => Some(2),
        State::Broken | State::Unknown(_) | State::Holds => None,
    };
    let mut telling: Vec<_> = result
        .statements
        .iter()
        .filter_map(|statement| Some((rank(&statement.state)?, statement)))
        .collect();
    telling.sort_by_key(|(rank, _)| *rank);
    telling.into_iter().map(|(_, statement)| statement).collect()
}

/// A statement as one sentence with its subject, which goes without saying when it is the tenant.
pub(super) fn sentence(statement: &Statement) -> String {
    let Statement { subject, state, text, .. } = statement;
    let name = subject.to_string();
    // A gap often names its subject by itself.
    let is_named = matches!(state, State::Unknown(_)) && text.contains(&name);
    let said = if *subject == Subject::Tenant || is_named {
        text.clone()
    } else {
        format!("{name}: {text}")
    };
    if *state == State::Note { format!("note: {said}") } else { said }
}

/// What each failing check is about, without repetition, in the order of its statements.
pub(super) fn subjects(result: &CheckResult) -> Vec<String> {
    let mut subjects = Vec::new();
    for statement in &result.statements {
        let subject = statement.subject.to_string();
        if statement.state == State::Broken && !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    subjects
}

/// The parts that could not be read, by the reason in words.
pub(super) fn unread(gaps: &[Gap]) -> BTreeMap<String, Vec<String>> {
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for gap in gaps {
        let parts = reasons.entry(gap.reason.to_string()).or_default();
        parts.push(gap.part.to_string());
    }
    reasons
}

/// The last thing to do: how to see what could not be seen. `None` when there is nothing.
pub(super) fn see_more(assessment: &Assessment) -> Option<String> {
    let permissions = assessment.missing_permissions();
    if !permissions.is_empty() {
        return Some(format!(
            "Grant the watcher's application {}, with admin consent, and read again",
            permissions.join(", ")
        ));
    }
    let undecided = assessment.undecided().next().is_some();
    if assessment.source == Source::Files && undecided {
        let text = "Read the tenant itself (`halligan snapshot`) to decide what files cannot say";
        return Some(text.into());
    }
    let failed = |gap: &Gap| matches!(gap.reason, GapReason::Failed { .. });
    assessment
        .gaps
        .iter()
        .any(failed)
        .then(|| "Read again: some parts failed for a reason that may have passed".into())
}

/// Where application permissions are granted.
pub(super) const PERMISSIONS_PORTAL: &str = "Entra admin center > Entra ID > App registrations > \
    the watcher's application > API permissions > Add a permission > Microsoft Graph > \
    Application permissions";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_picture_gives_comfort() {
        let severities = [Severity::High, Severity::Medium, Severity::Low];
        for severity in severities {
            let whole = failing(Some(severity), 0, 26);
            assert!(!whole.contains("decided"), "{whole}");
            let partial = failing(Some(severity), 21, 26);
            assert!(partial.ends_with(", and 21 of 26 checks cannot be decided"), "{partial}");
            assert!(!partial.contains("opens"), "{partial}");
        }
        assert_eq!(
            failing(Some(Severity::Critical), 21, 26),
            failing(Some(Severity::Critical), 0, 26)
        );
    }
}
