//! The state file: `halligan.told`, version 1.
//!
//! It holds outcomes, ids and code names; no display name and no user principal name.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::change::{CheckRecord, Finding, Last, Mark, Record};
use halligan_core::report::Verdict;
use halligan_core::time::Timestamp;
use serde_json::{Map, Value, json};
use thiserror::Error;

const FORMAT: &str = "halligan.told";
const VERSION: u64 = 1;
const VERDICTS: [(&str, Verdict); 3] =
    [("holds", Verdict::Holds), ("undecided", Verdict::Undecided), ("fails", Verdict::Fails)];

/// Why a state file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// It is cut, or something else altogether.
    #[error("is not JSON: {0}")]
    NotJson(String),
    /// It is JSON of another kind.
    #[error("is no state of `halligan check --notify`")]
    Foreign,
    /// Another version of Halligan wrote it.
    #[error("is of version {0}, and this version of Halligan reads version {VERSION}")]
    Version(u64),
    /// A member is missing or wrong.
    #[error("cannot be read: `{0}` is missing or wrong")]
    Member(&'static str),
}

/// The text of a state file.
pub(super) fn write(last: &Last) -> String {
    let Record { tenant, judged, verdict, checks, unread } = &last.record;
    let verdict = VERDICTS.iter().find(|(_, one)| one == verdict).map(|(word, _)| *word);
    let whole = json!({
        "format": FORMAT,
        "version": VERSION,
        "mailed": last.mailed.to_string(),
        "judged": judged.to_string(),
        "tenant": tenant.map(|id| id.to_string()),
        "verdict": verdict,
        "checks": checks.iter().map(|(id, check)| check_value(id, check)).collect::<Vec<_>>(),
        "unread": unread,
    });
    format!("{whole:#}\n")
}

fn check_value(id: &str, check: &CheckRecord) -> Value {
    let findings = check.findings.iter().map(|(key, finding)| {
        json!({
            "id": key,
            "name": finding.name,
            "acceptedUntil": finding.accepted_until.map(|until| until.to_string()),
        })
    });
    json!({
        "id": id,
        "outcome": check.outcome.word(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

/// Reads a state file's text.
pub(super) fn read(bytes: &[u8]) -> Result<Last, StateError> {
    let whole: Value =
        serde_json::from_slice(bytes).map_err(|error| StateError::NotJson(error.to_string()))?;
    let whole = whole.as_object().ok_or(StateError::Foreign)?;
    if whole.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(StateError::Foreign);
    }
    match whole.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(other) => return Err(StateError::Version(other)),
        None => return Err(StateError::Member("version")),
    }
    let verdict = text(whole, "verdict")?;
    let verdict = VERDICTS.iter().find(|(word, _)| *word == verdict).map(|(_, verdict)| *verdict);
    let checks: Result<BTreeMap<_, _>, _> = list(whole, "checks")?.iter().map(check).collect();
    let unread = list(whole, "unread")?.iter().map(|part| part.as_str().map(String::from));
    let unread: Option<BTreeSet<String>> = unread.collect();
    Ok(Last {
        mailed: time(whole, "mailed")?,
        record: Record {
            tenant: optional(whole, "tenant")?,
            judged: time(whole, "judged")?,
            verdict: verdict.ok_or(StateError::Member("verdict"))?,
            checks: checks?,
            unread: unread.ok_or(StateError::Member("unread"))?,
        },
    })
}

fn check(value: &Value) -> Result<(String, CheckRecord), StateError> {
    let check = value.as_object().ok_or(StateError::Member("checks"))?;
    let word = text(check, "outcome")?;
    let outcome = Mark::ALL.into_iter().find(|mark| mark.word() == word);
    let findings: Result<_, _> = list(check, "findings")?.iter().map(finding).collect();
    let outcome = outcome.ok_or(StateError::Member("outcome"))?;
    Ok((text(check, "id")?.into(), CheckRecord { outcome, findings: findings? }))
}

fn finding(value: &Value) -> Result<(String, Finding), StateError> {
    let finding = value.as_object().ok_or(StateError::Member("findings"))?;
    let accepted_until = optional(finding, "acceptedUntil")?;
    let name = text(finding, "name")?.into();
    Ok((text(finding, "id")?.into(), Finding { name, accepted_until }))
}

fn text<'v>(map: &'v Map<String, Value>, name: &'static str) -> Result<&'v str, StateError> {
    map.get(name).and_then(Value::as_str).ok_or(StateError::Member(name))
}

fn list<'v>(map: &'v Map<String, Value>, name: &'static str) -> Result<&'v [Value], StateError> {
    map.get(name).and_then(Value::as_array).map(Vec::as_slice).ok_or(StateError::Member(name))
}

fn time(map: &Map<String, Value>, name: &'static str) -> Result<Timestamp, StateError> {
    text(map, name)?.parse().map_err(|_| StateError::Member(name))
}

/// A member that may be `null`, and must be there.
fn optional<T: std::str::FromStr>(
    map: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<T>, StateError> {
    match map.get(name) {
        Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => text.parse().map(Some).map_err(|_| StateError::Member(name)),
        _ => Err(StateError::Member(name)),
    }
}
