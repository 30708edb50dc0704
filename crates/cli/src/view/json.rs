//! The whole assessment as JSON: `halligan.assessment`, version 1.
//!
//! Members are only ever added within a version. Absent values are `null`, lists are never absent.

use halligan_core::ca::Verdict;
use halligan_core::check::{CheckResult, Outcome, State, Statement, Subject};
use halligan_core::register::Target;
use halligan_core::report::{Assessment, Entry};
use halligan_core::tenant::{Gap, GapReason, Source};
use serde_json::{Value, json};

use super::story;

/// The member `format`.
const FORMAT: &str = "halligan.assessment";
/// The member `version`.
const VERSION: u32 = 1;

pub(super) fn render(assessment: &Assessment) -> String {
    let counts = assessment.counts();
    let whole = json!({
        "format": FORMAT,
        "version": VERSION,
        "halligan": env!("CARGO_PKG_VERSION"),
        "tenant": {
            "id": assessment.tenant.map(|id| id.to_string()),
            "name": assessment.tenant_name,
        },
        "accounts": assessment.accounts,
        "shape": assessment.shape.to_string(),
        "source": source(&assessment.source),
        "taken": assessment.taken.to_string(),
        "judged": assessment.judged.to_string(),
        "ledgerUnread": assessment.ledger,
        "verdict": story::word(assessment.verdict),
        "meaning": story::meaning(assessment),
        "entries": assessment.entries.iter().map(entry).collect::<Vec<_>>(),
        "counts": {
            "pass": counts.pass,
            "fail": counts.fail,
            "gap": counts.gap,
            "notApplicable": counts.not_applicable,
            "accepted": counts.accepted,
        },
        "checks": assessment.results.iter().map(check).collect::<Vec<_>>(),
        "gaps": assessment.gaps.iter().map(gap).collect::<Vec<_>>(),
        "missingPermissions": assessment.missing_permissions(),
    });
    format!("{whole:#}\n")
}

fn entry(entry: &Entry) -> Value {
    let surface = |(target, verdict): &(Target, Verdict)| {
        let (target, verdict) = (target.name(), verdict.name());
        json!({ "target": target, "verdict": verdict })
    };
    let failing = entry.failing.as_ref().map(|failing| {
        json!({
            "target": failing.target.name(),
            "signIn": failing.sign_in,
            "blame": failing.blame,
            "why": failing.why,
        })
    });
    json!({
        "account": entry.code_name,
        "verdict": entry.verdict.name(),
        "surfaces": entry.surfaces.iter().map(surface).collect::<Vec<_>>(),
        "failing": failing,
        "open": entry.doubt,
    })
}

fn source(source: &Source) -> Value {
    match source {
        Source::Graph { endpoint } => json!({ "kind": "graph", "endpoint": endpoint }),
        Source::Files => json!({ "kind": "files", "endpoint": null }),
    }
}

fn check(result: &CheckResult) -> Value {
    let check = result.check;
    let controls: Vec<Value> = check
        .controls
        .iter()
        .map(|control| json!({ "framework": control.framework.title(), "id": control.id }))
        .collect();
    let sources: Vec<Value> =
        check.sources.iter().map(|link| json!({ "title": link.title, "url": link.url })).collect();
    json!({
        "id": check.id,
        "title": check.title,
        "family": check.family.word(),
        "severity": check.severity.word(),
        "outcome": outcome(&result.outcome),
        "because": because(&result.outcome),
        "accepted": accepted(&result.outcome),
        "why": check.why,
        "remedy": {
            "action": result.mending.action,
            "portal": result.mending.portal,
            "graph": result.mending.graph,
        },
        "controls": controls,
        "sources": sources,
        "statements": result.statements.iter().map(statement).collect::<Vec<_>>(),
    })
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplicable(_) => "notApplicable",
        other => other.word(),
    }
}

fn because(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::NotApplicable(why) => Some(why),
        _ => None,
    }
}

fn accepted(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Accepted { by, reason, until } => {
            json!({ "by": by, "reason": reason, "until": until.to_string() })
        }
        _ => Value::Null,
    }
}

fn statement(statement: &Statement) -> Value {
    let (state, gap_of) = match &statement.state {
        State::Holds => ("holds", Value::Null),
        State::Broken => ("broken", Value::Null),
        State::Unknown(missing) => ("unknown", gap(missing)),
        State::Note => ("note", Value::Null),
    };
    json!({
        "subject": subject(&statement.subject),
        "state": state,
        "text": statement.text,
        "witness": statement.witness,
        "gap": gap_of,
    })
}

fn subject(subject: &Subject) -> Value {
    let (kind, name, state) = match subject {
        Subject::Tenant => ("tenant", None, None),
        Subject::Account { code_name, .. } => ("account", Some(code_name.as_str()), None),
        Subject::Group(_) => ("group", None, None),
        Subject::Policy { name, state, .. } => {
            ("policy", Some(name.as_str()), Some(state.as_graph()))
        }
        Subject::Principal { name, .. } => ("principal", name.as_deref(), None),
        Subject::Object { name, .. } => ("object", name.as_deref(), None),
        Subject::Part(_) => ("part", None, None),
    };
    json!({
        "kind": kind,
        "id": subject.key(),
        "name": name,
        "policyState": state,
        "text": subject.to_string(),
    })
}

pub(super) fn gap(gap: &Gap) -> Value {
    let (reason, permission, code, what) = match &gap.reason {
        GapReason::MissingPermission { permission } => {
            ("missingPermission", Some(permission), None, None)
        }
        GapReason::MissingLicence { code } => ("missingLicence", None, Some(code), None),
        GapReason::NotInSource => ("notInSource", None, None, None),
        GapReason::Failed { what } => ("failed", None, None, Some(what)),
    };
    json!({
        "part": gap.part.kind.as_graph(),
        "subject": gap.part.subject.map(|id| id.to_string()),
        "reason": reason,
        "permission": permission,
        "code": code,
        "what": what,
        "text": gap.to_string(),
    })
}
