//! SARIF 2.1.0 (OASIS standard): a rule per check, a result per statement that failed.
//!
//! Checks that could not be decided are results of kind `open`, accepted ones are suppressed.

use halligan_core::check::{Check, CheckResult, Outcome, Severity, State, Statement};
use halligan_core::digest::Digest;
use halligan_core::report::Assessment;
use serde_json::{Value, json};

use super::story;

/// The schema that the output follows.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn render(assessment: &Assessment) -> String {
    let rules: Vec<Value> = assessment.results.iter().map(|one| rule(one.check)).collect();
    let results: Vec<Value> = assessment
        .results
        .iter()
        .enumerate()
        .flat_map(|(place, one)| results(place, one))
        .collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "halligan",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": true,
                "endTimeUtc": assessment.judged.to_string(),
            }],
            "properties": {
                "verdict": story::word(assessment.verdict),
                "tenant": assessment.tenant.map(|id| id.to_string()),
                "missingPermissions": assessment.missing_permissions(),
            },
            "results": results,
        }],
    });
    format!("{whole:#}\n")
}

fn rule(check: &Check) -> Value {
    let controls: Vec<String> = check.controls.iter().map(ToString::to_string).collect();
    json!({
        "id": check.id,
        "name": check.title,
        "shortDescription": { "text": check.title },
        "fullDescription": { "text": check.why },
        "help": {
            "text": format!("{}\n\n{}\n\n{}", check.remedy.action, check.remedy.portal,
                check.remedy.graph),
        },
        "helpUri": check.sources.first().map(|link| link.url),
        "defaultConfiguration": { "level": level(check.severity) },
        "properties": {
            "family": check.family.word(),
            "severity": check.severity.word(),
            // The scale on which code scanning sorts: critical from 9, high from 7, medium from 4.
            "security-severity": score(check.severity),
            "controls": controls,
            "tags": ["security", check.family.word()],
        },
    })
}

fn results(rule: usize, result: &CheckResult) -> Vec<Value> {
    let broken = |suppressions: &Value| -> Vec<Value> {
        let statements = result.statements.iter().filter(|one| one.state == State::Broken);
        statements.map(|one| statement(rule, result.check, one, suppressions)).collect()
    };
    match &result.outcome {
        Outcome::Fail => broken(&json!([])),
        Outcome::Accepted { by, reason, until } => broken(&json!([{
            "kind": "external",
            "status": "accepted",
            "justification": format!("{by}, until {until}: {reason}"),
        }])),
        Outcome::Gap(_) => vec![open(rule, result)],
        Outcome::Pass | Outcome::NotApplicable(_) => Vec::new(),
    }
}

fn statement(rule: usize, check: &Check, statement: &Statement, suppressions: &Value) -> Value {
    let mut text = story::sentence(statement);
    if let Some(witness) = &statement.witness {
        text.push_str(&format!("; for example: {witness}"));
    }
    let key = statement.subject.key();
    let print = format!("{}\n{key}\n{}", check.id, statement.text);
    json!({
        "ruleId": check.id,
        "ruleIndex": rule,
        "kind": "fail",
        "level": level(check.severity),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": declaration(),
            "logicalLocations": [{
                "fullyQualifiedName": key,
                "name": statement.subject.to_string(),
                "kind": "resource",
            }],
        }],
        // Given everywhere or nowhere (section 3.27.23); an empty list says that it counts.
        "suppressions": suppressions,
        "partialFingerprints": { "halligan/v1": Digest::of(print.as_bytes()).to_string() },
    })
}

fn open(rule: usize, result: &CheckResult) -> Value {
    let telling = story::telling(result).into_iter().map(story::sentence);
    let why: Vec<String> = telling.collect();
    let why = if why.is_empty() { "nothing to examine".into() } else { why.join("; ") };
    json!({
        "ruleId": result.check.id,
        "ruleIndex": rule,
        "kind": "open",
        "level": "none",
        "suppressions": [],
        "locations": [{ "physicalLocation": declaration() }],
        "message": { "text": format!("{}: could not be decided: {why}", result.check.title) },
    })
}

/// The file that declares what a finding departs from. What was found is in a tenant and in no
/// file, and code scanning services take no result without one.
fn declaration() -> Value {
    json!({
        "artifactLocation": { "uri": "halligan.toml" },
        "region": { "startLine": 1 },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
    }
}
