//! Records of logs that other people wrote, and the scan against reading everything.

use std::fs;

use halligan_core::id::UserId;
use halligan_core::watch::activity::{Activities, Area};
use halligan_core::watch::event::{AuditResult, Event, SignInKind, What};
use halligan_core::watch::scan::Scan;
use halligan_core::watch::touch::touches;
use halligan_core::watch::watched::{Subject, Watched};
use halligan_wire::event::{read, read_all, records};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::shared::{folder, json_files};

const ID: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";
const NAME: &str = "breakglass1@contoso.onmicrosoft.com";

fn watched() -> Watched {
    let subject = Subject::Account(UserId(ID.parse().unwrap()));
    let mut watched = Watched::default();
    watched.watch_id(ID, &subject);
    watched.watch_name(NAME, &subject);
    watched
}

/// What the scan may leave unread is the sign-in of somebody who is not watched.
#[track_caller]
fn check(bytes: &[u8], scan: &Scan, watched: &Watched) -> Event {
    let mut events = read_all(bytes).unwrap();
    let event = events.remove(0);
    assert_eq!(events, [], "no real record has a member twice");
    if scan.reason(bytes).is_none() {
        let text = String::from_utf8_lossy(bytes);
        assert!(matches!(event.what, What::SignIn(_)), "left unread: {text}");
        assert_eq!(touches(&event, watched), [], "left unread: {text}");
    }
    event
}

fn check_value(value: &Value) -> Event {
    let watched = watched();
    check(value.to_string().as_bytes(), &Scan::new([&watched]), &watched)
}

#[test]
fn rows_of_log_analytics_by_msticpy() {
    let Some(folder) = folder("events/msticpy") else { return };
    let text = fs::read_to_string(folder.join("aad_logons.ndjson")).unwrap();
    let (mut kinds, mut codes) = (Vec::new(), Vec::new());
    let watched = watched();
    let scan = Scan::new([&watched]);
    let mut unread = 0;
    for line in text.lines() {
        let event = check(line.as_bytes(), &scan, &watched);
        assert!(event.id.is_some() && event.at.is_some() && event.tenant.is_some(), "{event:?}");
        let row: Value = serde_json::from_str(line).unwrap();
        assert_ne!(
            event.tenant.unwrap().to_string(),
            row["TenantId"].as_str().unwrap(),
            "`TenantId` is the workspace"
        );
        let What::SignIn(sign_in) = event.what else { panic!("no sign-in: {line}") };
        assert!(sign_in.user.is_some() && !sign_in.app.name.is_empty(), "{line}");
        unread += usize::from(scan.reason(line.as_bytes()).is_none());
        kinds.push(sign_in.kind);
        codes.push(sign_in.outcome.code);
    }
    let count = |kind| kinds.iter().filter(|one| **one == kind).count();
    assert_eq!(kinds.len(), 86);
    assert_eq!(count(SignInKind::NonInteractive) + count(SignInKind::Interactive), 86);
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 84);
    assert_eq!(codes.iter().filter(|code| **code == Some(90072)).count(), 2);
    assert!(unread > 80, "the scan left only {unread} of 86 unread");
}

#[test]
fn audits_with_json_in_strings_by_otrf() {
    let Some(folder) = folder("events/otrf") else { return };
    let text = fs::read(folder.join("AADAuditEvents.json")).unwrap();
    let table = Activities::default();
    let mut areas = Vec::new();
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for record in lines.flat_map(|line| records(line).unwrap()) {
        let event = check(&record, &Scan::new([&watched()]), &watched());
        let What::Audit(audit) = event.what else { panic!("no audit") };
        assert!(audit.by.user.is_some() || audit.by.service_principal.is_some(), "{audit:?}");
        assert!(!audit.targets.is_empty() && audit.result == AuditResult::Success, "{audit:?}");
        areas.push(table.find(&audit.activity).map(|one| one.area));
    }
    assert_eq!(areas.len(), 4);
    assert!(areas.contains(&Some(Area::Application)), "{areas:?}");
}

#[test]
fn records_of_rules_by_panther() {
    let Some(folder) = folder("events/panther") else { return };
    let text = fs::read_to_string(folder.join("tests.ndjson")).unwrap();
    let table = Activities::default();
    let (mut sign_ins, mut audits, mut operations, mut known) = (0, 0, 0, 0);
    let mut unified = 0;
    for line in text.lines() {
        let test: Value = serde_json::from_str(line).unwrap();
        let event = check_value(&test["event"]);
        match (event.what, test["event"]["category"].as_str()) {
            (What::SignIn(_), Some("SignInLogs" | "ServicePrincipalSignInLogs")) => sign_ins += 1,
            (What::Audit(audit), Some("AuditLogs")) => {
                audits += 1;
                known += usize::from(table.find(&audit.activity).is_some());
            }
            (What::Operation(operation), Some("Administrative")) => {
                operations += 1;
                known += usize::from(table.find(&operation.name).is_some());
            }
            (What::Audit(audit), None) if test["event"]["RecordType"] == 8 => {
                unified += 1;
                known += usize::from(table.find(&audit.activity).is_some());
            }
            (What::Other { .. }, None) => {}
            (other, category) => panic!("{category:?} is read as {other:?}"),
        }
    }
    assert_eq!((sign_ins, audits, operations, unified), (17, 9, 7, 2));
    assert!(known >= 14, "{known} activities are in the table");
}

#[test]
fn samples_of_microsofts_documentation() {
    let Some(folder) = folder("graph-samples") else { return };
    for (name, is_sign_in) in [("sign-in", true), ("directory-audit", false)] {
        let mut seen = 0;
        for path in json_files(&folder.join(name)) {
            if path.to_string_lossy().ends_with("request.json") {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            for record in records(&bytes).unwrap() {
                let event = check(&record, &Scan::new([&watched()]), &watched());
                let is_one = match &event.what {
                    What::SignIn(_) => is_sign_in,
                    What::Audit(audit) => !is_sign_in && !audit.activity.is_empty(),
                    _ => false,
                };
                assert!(is_one && event.id.is_some(), "{}: {event:?}", path.display());
                seen += 1;
            }
        }
        assert!(seen > 2, "{name}: {seen}");
    }
}

/// Records of every shape, with `who` where somebody may be named.
fn shapes(who: &str) -> Vec<Value> {
    let graph = json!({
        "id": "r-1", "createdDateTime": "2026-11-22T07:00:00Z", "userId": who,
        "userPrincipalName": "ada@contoso.com", "signInIdentifier": who, "isInteractive": true,
        "conditionalAccessStatus": "success", "status": {"errorCode": 0}
    });
    let audit = json!({
        "id": "Directory_1", "category": "GroupManagement",
        "activityDisplayName": "Add member to group",
        "initiatedBy": {"user": {"id": who, "userPrincipalName": "ada@contoso.com"}},
        "targetResources": [{"id": who, "type": "User", "modifiedProperties": [
            {"displayName": "Group.ObjectID", "oldValue": null,
                "newValue": Value::String(format!("\"{who}\""))}
        ]}]
    });
    let envelope = |category: &str, properties: &Value| {
        json!({"time": "2026-11-22T07:00:00Z", "category": category, "correlationId": "c",
            "properties": properties})
    };
    vec![
        graph.clone(),
        audit.clone(),
        envelope("SignInLogs", &graph),
        envelope("NonInteractiveUserSignInLogs", &Value::String(graph.to_string())),
        envelope("AuditLogs", &audit),
        envelope("ServicePrincipalSignInLogs", &json!({"servicePrincipalId": who, "status": "{}"})),
        json!({"TimeGenerated": "2026-11-22T07:00:00", "Category": "SignInLogs", "UserId": who,
            "AlternateSignInName": who, "ResultType": "50126"}),
        json!({"operationName": "microsoft.aadiam/diagnosticSettings/delete", "caller": who}),
    ]
}

/// How a text is written: which letters are escaped, which names change their case, where space is.
#[derive(Clone, Debug)]
struct Style {
    seed: u64,
    escapes: u64,
    cases: bool,
    spaces: bool,
    order: bool,
}

impl Style {
    /// Whether something rare happens, one in so many.
    fn once_in(&mut self, many: u64) -> bool {
        // A linear congruential generator: nothing depends on its quality.
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        many > 0 && (self.seed >> 33).is_multiple_of(many)
    }

    fn space(&mut self, text: &mut String) {
        if self.spaces && self.once_in(3) {
            text.push_str(if self.once_in(2) { " " } else { "\t " });
        }
    }

    fn string(&mut self, value: &str, is_name: bool, text: &mut String) {
        text.push('"');
        for letter in value.chars() {
            let letter = match is_name && self.cases && self.once_in(4) {
                true => letter.to_ascii_uppercase(),
                false => letter,
            };
            let escapes = self.escapes;
            if self.once_in(escapes) {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    text.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                let plain = Value::String(letter.into()).to_string();
                text.push_str(plain.trim_matches('"'));
                if letter == '"' {
                    text.push('"');
                }
            }
        }
        text.push('"');
    }

    fn write(&mut self, value: &Value, text: &mut String) {
        self.space(text);
        match value {
            Value::Object(members) => {
                text.push('{');
                let mut members: Vec<_> = members.iter().collect();
                if self.order && self.once_in(2) {
                    members.reverse();
                }
                for (place, (name, value)) in members.into_iter().enumerate() {
                    if place > 0 {
                        text.push(',');
                    }
                    self.space(text);
                    self.string(name, true, text);
                    self.space(text);
                    text.push(':');
                    self.write(value, text);
                }
                text.push('}');
            }
            Value::Array(items) => {
                text.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        text.push(',');
                    }
                    self.write(item, text);
                }
                text.push(']');
            }
            Value::String(value) => self.string(value, false, text),
            other => text.push_str(&other.to_string()),
        }
        self.space(text);
    }
}

fn style() -> impl Strategy<Value = Style> {
    let escapes = prop_oneof![Just(0_u64), 2..40_u64];
    (any::<u64>(), escapes, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(seed, escapes, cases, spaces, order)| Style { seed, escapes, cases, spaces, order },
    )
}

/// Who a record names: watched in some spelling, one that looks like it, and others.
fn who() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(ID.to_owned()),
        Just(ID.to_uppercase()),
        Just(NAME.to_owned()),
        Just("BreakGlass1@Contoso.onMicrosoft.com".to_owned()),
        Just("br3akg1ass1@contoso.com".to_owned()),
        Just(format!("{}{NAME}", ID.replace('-', ""))),
        Just("brеakglass1@contoso.onmicrosoft.com".to_owned()),
        Just("00000000-0000-0000-0000-000000000000".to_owned()),
        Just(String::new()),
        Just("xbreakglass1@contoso.onmicrosoft.com".to_owned()),
        Just("7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e22".to_owned()),
        "[a-z0-9.]{1,12}@[a-z]{1,8}\\.com",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_scan_leaves_nothing_unread_that_says_something(who in who(), mut style in style()) {
        let watched = watched();
        let scan = Scan::new([&watched]);
        for shape in shapes(&who) {
            let mut text = String::new();
            style.write(&shape, &mut text);
            let event = check(text.as_bytes(), &scan, &watched);
            // Spelling changes nothing in what is read.
            let plain = read(shape.to_string().as_bytes()).unwrap();
            prop_assert_eq!(event, plain, "{}", text);
        }
    }

    #[test]
    fn every_watched_name_is_found(at in 0..8_usize, upper in any::<bool>(), mut style in style()) {
        let watched = watched();
        for who in [ID, NAME] {
            let who = if upper { who.to_uppercase() } else { who.to_owned() };
            let Some(shape) = shapes(&who).into_iter().nth(at) else { continue };
            let mut text = String::new();
            style.write(&shape, &mut text);
            let found = touches(&read(text.as_bytes()).unwrap(), &watched);
            let only_principal = at == 5 && who.contains('@');
            let only_caller = at == 7 && !who.contains('@');
            let is_elsewhere = only_principal || only_caller;
            prop_assert_eq!(found.is_empty(), is_elsewhere, "{} {:?}", text, found);
            prop_assert!(Scan::new([&watched]).reason(text.as_bytes()).is_some());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let watched = watched();
        let _ = Scan::new([&watched]).reason(&bytes);
        let _ = records(&bytes).map(|all| all.iter().map(|one| read(one)).collect::<Vec<_>>());
    }
}

#[test]
fn a_record_of_many_members_is_read_at_once() {
    let mut wide = Map::new();
    for number in 0..50_000 {
        wide.insert(format!("member{number}"), json!({"x": [number, {"y": "z"}]}));
    }
    wide.insert("category".into(), "SignInLogs".into());
    wide.insert("userId".into(), ID.into());
    assert!(matches!(check_value(&Value::Object(wide)).what, What::SignIn(_)));
}
