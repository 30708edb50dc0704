//! The state file: `halligan.told`, version 1.
//!
//! It holds outcomes, ids and code names, and masked addresses of whom a letter is owed; no display
//! name and no user principal name. Before the first assessment it holds no record.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::change::{CheckRecord, Finding, Last, Mark, Outage, Record};
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

/// What one run leaves for the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// What was told last of the tenant.
    pub(super) last: Option<Last>,
    /// Since when the check does not run; `None` while it does.
    pub(super) outage: Option<Outage>,
    /// Who did not get a letter that others got, masked: they are owed a whole one.
    pub(super) owed: BTreeSet<String>,
}

/// The text of a state file.
pub(super) fn write(state: &State) -> String {
    let outage = state.outage.as_ref().map(|outage| {
        json!({
            "since": outage.since.to_string(),
            "kind": outage.kind,
            "mailed": outage.mailed.to_string(),
        })
    });
    let mut whole = json!({
        "format": FORMAT,
        "version": VERSION,
        "outage": outage,
        "owed": state.owed,
    });
    if let (Some(last), Some(whole)) = (&state.last, whole.as_object_mut()) {
        record_members(last, whole);
    }
    format!("{whole:#}\n")
}

fn record_members(last: &Last, whole: &mut Map<String, Value>) {
    let Record { tenant, judged, verdict, checks, unread } = &last.record;
    let verdict = VERDICTS.iter().find(|(_, one)| one == verdict).map(|(word, _)| *word);
    let checks: Vec<_> = checks.iter().map(|(id, check)| check_value(id, check)).collect();
    for (name, value) in [
        ("mailed", json!(last.mailed.to_string())),
        ("judged", json!(judged.to_string())),
        ("tenant", json!(tenant.map(|id| id.to_string()))),
        ("verdict", json!(verdict)),
        ("checks", json!(checks)),
        ("unread", json!(unread)),
    ] {
        whole.insert(name.into(), value);
    }
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
pub(super) fn read(bytes: &[u8]) -> Result<State, StateError> {
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
    let outage = match whole.get("outage") {
        None | Some(Value::Null) => None,
        Some(value) => Some(outage(value)?),
    };
    let owed = if whole.contains_key("owed") { words(whole, "owed")? } else { BTreeSet::new() };
    // A check that never ran has left an outage and no record.
    let has_record = outage.is_none() || whole.contains_key("judged");
    let last = has_record.then(|| last(whole)).transpose()?;
    Ok(State { last, outage, owed })
}

fn last(whole: &Map<String, Value>) -> Result<Last, StateError> {
    let verdict = text(whole, "verdict")?;
    let verdict = VERDICTS.iter().find(|(word, _)| *word == verdict).map(|(_, verdict)| *verdict);
    let checks: Result<BTreeMap<_, _>, _> = list(whole, "checks")?.iter().map(check).collect();
    Ok(Last {
        mailed: time(whole, "mailed")?,
        record: Record {
            tenant: optional(whole, "tenant")?,
            judged: time(whole, "judged")?,
            verdict: verdict.ok_or(StateError::Member("verdict"))?,
            checks: checks?,
            unread: words(whole, "unread")?,
        },
    })
}

fn outage(value: &Value) -> Result<Outage, StateError> {
    let outage = value.as_object().ok_or(StateError::Member("outage"))?;
    let kind = text(outage, "kind")?.into();
    Ok(Outage { since: time(outage, "since")?, kind, mailed: time(outage, "mailed")? })
}

fn words(map: &Map<String, Value>, name: &'static str) -> Result<BTreeSet<String>, StateError> {
    let words = list(map, name)?.iter().map(|word| word.as_str().map(String::from));
    words.collect::<Option<_>>().ok_or(StateError::Member(name))
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
