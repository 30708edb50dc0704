//! Whole files read the fast way, and by parsing all of them: the same detections.
//!
//! The fast way finds records in bytes, leaves most unread, and goes through the rest without
//! parsing it. The slow one parses each file into a tree, writes each record again in one spelling,
//! and reads every one. `HALLIGAN_FILES=10000` compares as many files.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use halligan_app::ingest::file::read_pipe;
use halligan_app::ingest::{Ingest, Piece, TenantNames, WatchedTenant};
use halligan_core::id::UserId;
use halligan_core::time::Timestamp;
use halligan_core::watch::activity::Activities;
use halligan_core::watch::detect::detect;
use halligan_core::watch::told::key;
use halligan_core::watch::watched::{Subject, Watched};
use halligan_wire::event::read_all;
use serde_json::{Deserializer, Map, Value, json};

const ACCOUNT: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";
const NAME: &str = "breakglass1@contoso.onmicrosoft.com";
const GROUP: &str = "e6e20000-4b1d-4c0e-9a2f-10c47b0a1001";

struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

fn watched() -> Watched {
    let mut watched = Watched::default();
    let account = Subject::Account(UserId(ACCOUNT.parse().unwrap()));
    watched.watch_id(ACCOUNT, &account);
    watched.watch_name(NAME, &account);
    watched.watch_id(GROUP, &Subject::Group(GROUP.parse().unwrap()));
    watched
}

/// A word that names something watched, or nearly.
fn identifier(random: &mut Random) -> String {
    let word = random.pick(&[
        ACCOUNT,
        NAME,
        GROUP,
        "00000000-0000-0000-0000-000000000000",
        "0b0b0b0b-4b2d-4f6a-9c3e-0d8b6a5f4e21",
        "ada@contoso.com",
        "not-breakglass1@contoso.onmicrosoft.com",
        "breakg1ass1@contoso.onmicrosoft.com",
        "",
    ]);
    match random.below(4) {
        0 => word.to_uppercase(),
        1 => word
            .chars()
            .map(|one| if random.one_in(2) { one.to_ascii_uppercase() } else { one })
            .collect(),
        _ => word.to_owned(),
    }
}

fn properties(random: &mut Random, is_audit: bool, number: usize) -> Value {
    let id = format!("record-{number}");
    if !is_audit {
        return json!({
            "id": id, "userId": identifier(random), "userPrincipalName": identifier(random),
            "createdDateTime": "2026-11-23T06:58:12Z", "appId": identifier(random),
            "status": { "errorCode": *random.pick(&[&0, &50126, &50053, &53003]) },
            "appliedConditionalAccessPolicies": [{ "id": identifier(random) }],
        });
    }
    let inner = json!([{ "id": identifier(random), "note": identifier(random) }]).to_string();
    let inner = if random.one_in(2) { Value::String(inner).to_string() } else { inner };
    json!({
        "id": id, "activityDateTime": "2026-11-23T06:58:12Z",
        "activityDisplayName": random.pick(&["Update user", "Add member to group",
            "Reset user password", "Update conditional access policy", "Delete group",
            "Wipe device"]),
        "category": random.pick(&["UserManagement", "GroupManagement", "Policy", "Device"]),
        "result": "success",
        "initiatedBy": { "user": {
            "id": identifier(random), "userPrincipalName": identifier(random),
        } },
        "targetResources": [{
            "id": identifier(random), "userPrincipalName": identifier(random),
            "modifiedProperties": [{ "displayName": "X", "oldValue": inner, "newValue": null }],
        }],
    })
}

/// A record in one of the shapes.
fn record(random: &mut Random, number: usize) -> Value {
    let is_audit = random.one_in(3);
    let category = match is_audit {
        true => "AuditLogs",
        false => random.pick(&["SignInLogs", "NonInteractiveUserSignInLogs"]),
    };
    let properties = properties(random, is_audit, number);
    match random.below(4) {
        0 => properties,
        1 => {
            let Value::Object(members) = properties else { return Value::Null };
            let row = members.into_iter().map(|(name, value)| {
                let name = name[..1].to_uppercase() + &name[1..];
                let value = if value.is_object() || value.is_array() {
                    value.to_string().into()
                } else {
                    value
                };
                (name, value)
            });
            let mut row: Map<String, Value> = row.collect();
            let table = if is_audit { "AuditLogs" } else { "SigninLogs" };
            row.insert("Type".into(), table.into());
            if is_audit {
                let activity = row.remove("ActivityDisplayName");
                row.insert("OperationName".into(), activity.unwrap_or_default());
            }
            Value::Object(row)
        }
        2 => json!({ "category": category, "properties": properties.to_string() }),
        _ => json!({ "category": category, "properties": properties }),
    }
}

/// The value in some spelling or other: order, space, letter case of names, escapes.
fn spell(random: &mut Random, value: &Value, text: &mut String, in_lines: bool) {
    let space = |random: &mut Random, text: &mut String| {
        for _ in 0..random.below(3) / 2 {
            text.push_str(if in_lines {
                random.pick(&[" ", "\n", "\t", "\r\n"])
            } else {
                random.pick(&[" ", "\t"])
            });
        }
    };
    space(random, text);
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            for at in (1..members.len()).rev() {
                members.swap(at, random.below(at + 1));
            }
            text.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                space(random, text);
                let name = if random.one_in(8) { name.to_uppercase() } else { name.clone() };
                string(random, &name, text);
                space(random, text);
                text.push(':');
                spell(random, value, text, in_lines);
            }
            space(random, text);
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                spell(random, item, text, in_lines);
            }
            text.push(']');
        }
        Value::String(value) => string(random, value, text),
        other => text.push_str(&other.to_string()),
    }
    space(random, text);
}

fn string(random: &mut Random, value: &str, text: &mut String) {
    // Nothing, letters here and there, or only what stands between them.
    let (often, signs) = match random.below(8) {
        0 | 1 => (6, false),
        2 => (1, true),
        _ => (usize::MAX, false),
    };
    text.push('"');
    for letter in value.chars() {
        let is_escaped = often != usize::MAX
            && random.one_in(often)
            && !(signs && letter.is_ascii_alphanumeric());
        match letter {
            _ if is_escaped && letter.is_ascii() => {
                write!(text, "\\u{:04X}", letter as u32).unwrap()
            }
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            letter => text.push(letter),
        }
    }
    text.push('"');
}

/// Records in one of the layouts, with members in upper case only where a list is none.
fn file(random: &mut Random, records: &[Value]) -> String {
    let mut text = String::new();
    match random.below(4) {
        0 => {
            text.push('[');
            for (at, one) in records.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                spell(random, one, &mut text, true);
            }
            text.push(']');
        }
        1 => {
            let _ = write!(text, "{{\"{}\":[", random.pick(&["records", "value"]));
            for (at, one) in records.iter().enumerate() {
                text.push_str(if at > 0 { ",\n" } else { "" });
                spell(random, one, &mut text, true);
            }
            text.push_str("]}");
        }
        2 => {
            for one in records {
                let _ = writeln!(text, "{one:#}");
            }
        }
        _ => {
            // A record in lines of its own whose first is between braces is none here.
            for one in records {
                spell(random, one, &mut text, false);
                text.push('\n');
            }
        }
    }
    text
}

type Found = BTreeSet<(String, &'static str)>;

fn fast(text: &str) -> Found {
    let tenant =
        WatchedTenant { names: TenantNames::default(), watched: watched(), standing: None };
    let (mut ingest, source): (_, Arc<str>) = (Ingest::new(vec![tenant]), "made".into());
    let mut found = Found::new();
    let mut take = |piece: Piece<'_>| {
        let taken = ingest.piece(piece, &source, || Timestamp::UNIX_EPOCH);
        assert_eq!(taken.unreadable, None, "{text}");
        found.extend(taken.detected.into_iter().map(|one| (one.record, one.fired.detection.id)));
    };
    read_pipe(Cursor::new(text.as_bytes().to_vec()), "made", &AtomicBool::new(false), &mut take)
        .unwrap();
    found.retain(|(record, _)| !record.starts_with("burst:"));
    found
}

fn slow(text: &str) -> Found {
    let (mut found, mut watched) = (Found::new(), watched());
    for whole in Deserializer::from_str(text).into_iter::<Value>() {
        let whole = whole.unwrap();
        let list = whole
            .as_array()
            .or_else(|| ["records", "value"].iter().find_map(|name| whole.get(name)?.as_array()));
        for record in list.cloned().unwrap_or_else(|| vec![whole.clone()]) {
            for event in read_all(record.to_string().as_bytes()).unwrap() {
                let fired = detect(&event, &watched, &Activities::default());
                found.extend(fired.into_iter().map(|one| (key(&event), one.detection.id)));
                // An account that is given a new name is watched by both.
                watched.learn(&event);
            }
        }
    }
    found
}

#[test]
fn whole_files_tell_the_same_however_they_are_spelled() {
    let files = std::env::var("HALLIGAN_FILES").ok().and_then(|text| text.parse().ok());
    let (mut told, mut silent) = (0, 0);
    for seed in 0..files.unwrap_or(300_u64) {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let count = 1 + random.below(12);
        let records: Vec<Value> = (0..count).map(|number| record(&mut random, number)).collect();
        let text = file(&mut random, &records);
        let found = slow(&text);
        assert_eq!(fast(&text), found, "file {seed}: {text}");
        told += found.iter().map(|(record, _)| record).collect::<BTreeSet<_>>().len();
        silent += count;
    }
    silent -= told;
    assert!(told > silent / 8 && silent > told / 8, "{told} told, {silent} silent");
}
