use halligan_core::id::{Guid, UserId};
use halligan_core::watch::activity::Activities;
use halligan_core::watch::detect::{all, detect};
use halligan_core::watch::event::{Audit, AuditResult, Event, SignIn, SignInKind, What};
use halligan_core::watch::scan::{Reason, Scan};
use halligan_core::watch::watched::{Subject, Watched};
use serde_json::{Value, json};

use super::super::{read, write_unified};

const TENANT: &str = "5e11da00-0000-4000-8000-0000000000aa";
const ACCOUNT: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";
const ROLE: &str = "62e90394-69f5-4237-9190-012177145e10";

fn failed() -> Value {
    json!({
        "CreationTime": "2026-11-23T11:58:02",
        "Id": "0b8f0a11-9c7d-4b7e-a9a5-0f1e2d3c4b00",
        "Operation": "UserLoginFailed",
        "OrganizationId": TENANT,
        "RecordType": 15,
        "ResultStatus": "Success",
        "UserKey": ACCOUNT,
        "UserType": 0,
        "Workload": "AzureActiveDirectory",
        "ClientIP": "198.51.100.7",
        "ObjectId": "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        "UserId": "Spare.One@contoso.com",
        "AzureActiveDirectoryEventType": 1,
        "ExtendedProperties": [{"Name": "RequestType", "Value": "Login:login"}],
        "Actor": [{"ID": ACCOUNT, "Type": 0}, {"ID": "spare.one@contoso.com", "Type": 5}],
        "ActorIpAddress": "198.51.100.7",
        "InterSystemsId": "c0ffee00-1111-4222-8333-444455556666",
        "IntraSystemId": "0b8f0a11-9c7d-4b7e-a9a5-0f1e2d3c4b00",
        "Target": [{"ID": "797f4846-ba00-4fd7-ba43-dac1f8f63013", "Type": 0}],
        "ApplicationId": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        "DeviceProperties": [
            {"Name": "OS", "Value": "Windows 10"}, {"Name": "BrowserType", "Value": "Edge"},
        ],
        "ErrorNumber": "50126",
        "LogonError": "InvalidUserNameOrPassword",
    })
}

fn changed(operation: &str, target: Value, modified: Value) -> Value {
    json!({
        "CreationTime": "2026-11-23T12:00:00",
        "Id": "2c0ffee0-0000-4000-8000-000000000001",
        "Operation": operation,
        "OrganizationId": TENANT,
        "RecordType": 8,
        "ResultStatus": "Success",
        "UserKey": "1003BFFD8EC47CA6@contoso.onmicrosoft.com",
        "Workload": "AzureActiveDirectory",
        "ObjectId": "spare.one@contoso.com",
        "UserId": "ada@contoso.com",
        "AzureActiveDirectoryEventType": 1,
        "ExtendedProperties": [
            {"Name": "additionalDetails", "Value": "{\"UserType\":\"Member\"}"},
            {"Name": "extendedAuditEventCategory", "Value": "Role"},
        ],
        "ModifiedProperties": modified,
        "Actor": [
            {"ID": "ada@contoso.com", "Type": 5}, {"ID": "1003BFFD8EC47CA6", "Type": 3},
            {"ID": "User_ada00000-0000-4000-8000-000000000001", "Type": 2},
            {"ID": "ada00000-0000-4000-8000-000000000001", "Type": 2}, {"ID": "User", "Type": 2},
        ],
        "InterSystemsId": "c0ffee00-1111-4222-8333-444455556666",
        "Target": target,
    })
}

fn account_as_target() -> Value {
    json!([
        {"ID": format!("User_{ACCOUNT}"), "Type": 2}, {"ID": ACCOUNT, "Type": 2},
        {"ID": "User", "Type": 2}, {"ID": "spare.one@contoso.com", "Type": 5},
        {"ID": "10037FFE91510806", "Type": 3},
    ])
}

fn event(record: &Value) -> Event {
    read(record.to_string().as_bytes()).unwrap()
}

fn sign_in(record: &Value) -> SignIn {
    match event(record).what {
        What::SignIn(one) => *one,
        other => panic!("{other:?}"),
    }
}

fn audit(record: &Value) -> Audit {
    match event(record).what {
        What::Audit(one) => *one,
        other => panic!("{other:?}"),
    }
}

fn guid(text: &str) -> Option<Guid> {
    text.parse().ok()
}

fn watched() -> Watched {
    let subject = Subject::Account(UserId(guid(ACCOUNT).unwrap()));
    let mut watched = Watched::default();
    watched.watch_id(ACCOUNT, &subject);
    watched.watch_name("spare.one@contoso.com", &subject);
    watched
}

fn fired(record: &Value) -> Vec<&'static str> {
    let fired = detect(&event(record), &watched(), &Activities::default());
    fired.into_iter().map(|one| one.detection.id).collect()
}

/// The record with other values of some members.
fn with(mut record: Value, members: &[(&str, Value)]) -> Value {
    for (name, value) in members {
        record[*name] = value.clone();
    }
    record
}

#[test]
fn a_failed_sign_in_says_who_why_and_from_where() {
    let whole = event(&failed());
    assert_eq!(whole.id.as_deref(), Some("0b8f0a11-9c7d-4b7e-a9a5-0f1e2d3c4b00"));
    assert_eq!(whole.at.unwrap().to_string(), "2026-11-23T11:58:02Z");
    assert_eq!(whole.tenant.unwrap().to_string(), TENANT);
    assert_eq!(whole.correlation.as_deref(), Some("c0ffee00-1111-4222-8333-444455556666"));
    let one = sign_in(&failed());
    assert_eq!((one.kind, one.user), (SignInKind::Unknown, guid(ACCOUNT)));
    let names: Vec<_> = one.names.iter().map(|one| (one.member, one.name.as_str())).collect();
    assert_eq!(names, [("UserId", "Spare.One@contoso.com")]);
    assert_eq!(one.outcome.code, Some(50126));
    assert_eq!(one.outcome.reason, "InvalidUserNameOrPassword");
    assert_eq!(
        (one.from.address.as_str(), one.from.device.as_str()),
        ("198.51.100.7", "Windows 10, Edge")
    );
    assert_eq!(one.app.name, "Azure portal and Entra and Intune admin centers");
    assert_eq!(one.resource.id, guid("797f4846-ba00-4fd7-ba43-dac1f8f63013"));
    assert!(one.steps.is_empty(), "the record does not say what was shown");
    assert_eq!(fired(&failed()), ["HG-WATCH-02"]);
}

#[test]
fn letter_case_strings_and_wrappings_do_not_matter() {
    let expected = event(&failed());
    let mut lower = serde_json::Map::new();
    for (name, value) in failed().as_object().unwrap() {
        let value = match value {
            Value::Number(_) => Value::String(value.to_string()),
            Value::Array(_) => Value::String(value.to_string()),
            other => other.clone(),
        };
        lower.insert(name.to_lowercase(), value);
    }
    assert_eq!(event(&Value::Object(lower)), expected);
    let exported = json!({
        "RecordType": 15, "CreationDate": "11/23/2026 11:58:02 AM", "UserIds": "x",
        "Operations": "UserLoginFailed", "AuditData": failed().to_string(),
    });
    assert_eq!(event(&exported), expected);
    let searched = json!({"id": "other", "operation": "UserLoginFailed", "auditData": failed()});
    assert_eq!(event(&searched), expected);
    let named = with(failed(), &[("RecordType", "AzureActiveDirectoryStsLogon".into())]);
    assert_eq!(event(&named), expected);
}

#[test]
fn a_failed_sign_in_of_nobody_known_is_known_by_its_name() {
    let zeros = "00000000-0000-0000-0000-000000000000";
    for key in ["Not Available", zeros, "1003BFFD8EC47CA6@contoso.com", ""] {
        let unknown = with(
            failed(),
            &[("UserKey", key.into()), ("Actor", json!([{"ID": zeros, "Type": 0}]))],
        );
        let one = sign_in(&unknown);
        assert_eq!((one.user, one.names.len()), (None, 1), "{key}");
        assert_eq!(fired(&unknown), ["HG-WATCH-02"], "{key}");
        let nobody = with(unknown, &[("UserId", "Not Available".into())]);
        assert_eq!((sign_in(&nobody).user, sign_in(&nobody).names), (None, vec![]));
        assert!(fired(&nobody).is_empty());
    }
    let by_id = with(
        failed(),
        &[("UserKey", "Not Available".into()), ("Actor", json!([])), ("UserId", ACCOUNT.into())],
    );
    assert_eq!(sign_in(&by_id).user, guid(ACCOUNT));
}

#[test]
fn the_operation_and_the_error_say_how_it_ended() {
    let succeeded = |number: &str, error: Value| {
        let operation = ("Operation", "UserLoggedIn".into());
        let record =
            with(failed(), &[operation, ("ErrorNumber", number.into()), ("LogonError", error)]);
        (sign_in(&record).outcome.code, fired(&record))
    };
    assert_eq!(succeeded("0", Value::Null), (Some(0), vec!["HG-WATCH-01"]));
    assert_eq!(succeeded("50140", Value::Null), (Some(0), vec!["HG-WATCH-01"]));
    let interrupted = succeeded("50074", "UserStrongAuthClientAuthNRequiredInterrupt".into());
    assert_eq!(interrupted, (Some(50074), vec!["HG-WATCH-02"]));
    for (number, error, expected) in [
        (Value::Null, Value::from("BlockedByConditionalAccess"), Some(53003)),
        (Value::from(50053), Value::Null, Some(50053)),
        (Value::from("0"), Value::from("InvalidUserNameOrPassword"), Some(50126)),
        (Value::Null, Value::from("SomethingNew"), None),
        (Value::Null, Value::Null, None),
    ] {
        let record = with(failed(), &[("ErrorNumber", number), ("LogonError", error)]);
        assert_eq!(sign_in(&record).outcome.code, expected);
        assert_eq!(fired(&record), ["HG-WATCH-02"]);
    }
    let by_code = with(failed(), &[("ErrorNumber", Value::Null), ("ErrorCode", "50057".into())]);
    assert_eq!(sign_in(&by_code).outcome.code, Some(50057));
}

#[test]
fn the_type_of_former_years_has_a_status_of_its_own() {
    let former = |status: i64| {
        with(
            failed(),
            &[
                ("RecordType", 9.into()),
                ("Operation", "PasswordLogonInitialAuthUsingPassword".into()),
                ("UserKey", "1153977025279851686@contoso.onmicrosoft.com".into()),
                ("ObjectId", "spare.one@contoso.com".into()),
                ("Actor", Value::Null),
                ("ErrorNumber", Value::Null),
                ("LogonError", Value::Null),
                (
                    "ExtendedProperties",
                    json!([{"Name": "LoginError", "Value": "PP_E_BAD_PASSWORD"}]),
                ),
                ("LoginStatus", status.into()),
            ],
        )
    };
    let outcome = sign_in(&former(-2_147_217_390)).outcome;
    assert_eq!((outcome.code, outcome.reason.as_str()), (None, "PP_E_BAD_PASSWORD"));
    assert_eq!(sign_in(&former(0)).outcome.code, Some(0));
    assert_eq!(fired(&former(0)), ["HG-WATCH-01"]);
}

#[test]
fn addresses_lose_their_port() {
    for (address, expected) in [
        ("203.0.113.8:51000", "203.0.113.8"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("<null>", "198.51.100.7"),
    ] {
        let record = with(failed(), &[("ActorIpAddress", address.into())]);
        assert_eq!(sign_in(&record).from.address, expected);
    }
}

#[test]
fn a_change_has_its_targets_and_what_became_different() {
    let modified = json!([
        {"Name": "Role.DisplayName", "NewValue": "Global Administrator", "OldValue": ""},
        {"Name": "Role.TemplateId", "NewValue": ROLE, "OldValue": Value::Null},
    ]);
    let record = changed("Add member to role.", account_as_target(), modified);
    let one = audit(&record);
    assert_eq!(
        (one.activity.as_str(), one.category.as_str()),
        ("Add member to role", "RoleManagement")
    );
    assert_eq!(one.result, AuditResult::Success);
    assert_eq!(one.by.user, guid("ada00000-0000-4000-8000-000000000001"));
    assert_eq!(one.by.user_name, "ada@contoso.com");
    let [target] = one.targets.as_slice() else { panic!("{:?}", one.targets) };
    assert_eq!((target.id.as_str(), target.kind.as_str()), (ACCOUNT, "User"));
    assert_eq!(target.principal_name, "spare.one@contoso.com");
    let changes: Vec<_> = target
        .changes
        .iter()
        .map(|one| (one.name.as_str(), &one.old, one.new.as_deref()))
        .collect();
    assert_eq!(
        changes,
        [
            ("Role.DisplayName", &None, Some("Global Administrator")),
            ("Role.TemplateId", &None, Some(ROLE)),
        ]
    );
    assert!(one.details.iter().any(|(name, _)| name == "additionalDetails"));
    assert!(fired(&record).contains(&"HG-WATCH-07"));
}

#[test]
fn the_operations_of_the_log_are_the_activities_that_are_watched() {
    for (operation, expected) in [
        ("Reset user password.", "HG-WATCH-04"),
        ("Change user password.", "HG-WATCH-04"),
        ("Set force change user password", "HG-WATCH-04"),
        ("Disable account.", "HG-WATCH-05"),
        ("Delete user.", "HG-WATCH-05"),
        ("Update user.", "HG-WATCH-05"),
        ("Change user license.", "HG-WATCH-05"),
        ("Add member to group.", "HG-WATCH-06"),
        ("Remove member from group.", "HG-WATCH-06"),
        ("Add member to role.", "HG-WATCH-07"),
        ("Remove member from role.", "HG-WATCH-07"),
        ("Restore user.", "HG-WATCH-17"),
        ("Update conditional access policy.", "HG-WATCH-08"),
        ("Set Company Information.", "HG-WATCH-09"),
        ("Set domain authentication.", "HG-WATCH-09"),
        ("Set federation settings on domain.", "HG-WATCH-09"),
        ("Add unverified domain.", "HG-WATCH-09"),
        ("Add partner to company.", "HG-WATCH-09"),
    ] {
        let found = fired(&changed(operation, account_as_target(), json!([])));
        assert!(found.contains(&expected), "{operation}: {found:?}");
    }
}

#[test]
fn who_is_named_only_in_a_value_or_by_name_is_found() {
    let group = json!([{"Name": "Group.ObjectID", "NewValue": ACCOUNT, "OldValue": ""}]);
    let other = json!([{"ID": "other@contoso.com", "Type": 5}]);
    let mut record = changed("Add owner to group.", other, group);
    record["ObjectId"] = "other@contoso.com".into();
    assert!(!fired(&record).is_empty());
    // Records of former years name a user by name and PUID alone.
    let by_name = json!([{"ID": "spare.one@contoso.com", "Type": 5}, {"ID": "1003", "Type": 3}]);
    assert_eq!(fired(&changed("Delete user.", by_name, json!([]))), ["HG-WATCH-05"]);
    assert_eq!(fired(&changed("Delete user.", json!([]), json!([]))), ["HG-WATCH-05"], "ObjectId");
}

#[test]
fn an_application_as_actor_is_no_person() {
    let mut record = changed("Update user.", account_as_target(), json!([]));
    record["UserId"] = "ServicePrincipal_5e120000-0000-4000-8000-000000000001".into();
    record["Actor"] = json!([
        {"ID": "Sync", "Type": 1}, {"ID": "a9900000-0000-4000-8000-000000000001", "Type": 2},
        {"ID": "ServicePrincipal_5e120000-0000-4000-8000-000000000001", "Type": 2},
        {"ID": "5e120000-0000-4000-8000-000000000001", "Type": 2},
        {"ID": "ServicePrincipal", "Type": 2},
    ]);
    let by = audit(&record).by;
    assert_eq!((by.user, by.user_name.as_str(), by.app_name.as_str()), (None, "", "Sync"));
    assert_eq!(by.service_principal, guid("5e120000-0000-4000-8000-000000000001"));
    assert_eq!(by.app, guid("a9900000-0000-4000-8000-000000000001"));
}

#[test]
fn other_workloads_and_other_objects_are_left_alone() {
    let exchange = json!({"RecordType": 2, "Operation": "MailItemsAccessed", "Workload": "Exchange",
        "UserId": "spare.one@contoso.com", "CreationTime": "2026-11-23T12:00:00"});
    for record in [exchange, json!({"Operation": "x"}), json!({"RecordType": 15}), json!({})] {
        assert!(matches!(event(&record).what, What::Other { .. }), "{record}");
    }
}

#[test]
fn the_scan_leaves_none_of_them_unread() {
    let all = [watched()];
    let scan = Scan::new(&all);
    let stranger = with(
        failed(),
        &[
            ("UserId", "x@contoso.com".into()),
            ("UserKey", "Not Available".into()),
            ("Actor", json!([])),
        ],
    );
    let change = changed("Update user.", account_as_target(), json!([]));
    for record in [failed(), stranger, change] {
        assert_eq!(scan.reason(record.to_string().as_bytes()), Some(Reason::Category));
        assert_eq!(scan.reason(json!([record]).to_string().as_bytes()), Some(Reason::Category));
    }
}

/// What the simulated tenant writes is read as what it was, as far as the log says it.
#[test]
fn what_is_written_is_read() {
    let mut count = 0;
    for sample in all().iter().flat_map(|detection| detection.samples) {
        let event = (sample.event)();
        let Some(record) = write_unified(&event) else { continue };
        let found = read(record.to_string().as_bytes()).unwrap();
        assert_eq!((&found.id, found.tenant), (&event.id, event.tenant), "{}", sample.name);
        match (&event.what, &found.what) {
            (What::SignIn(written), What::SignIn(read)) => {
                assert_eq!(read.user, written.user, "{}", sample.name);
                assert_eq!(read.outcome.code, written.outcome.code, "{}", sample.name);
                assert_eq!(read.app.id, written.app.id);
            }
            (What::Audit(written), What::Audit(read)) => {
                assert_eq!(read.activity, written.activity, "{}", sample.name);
                assert_eq!(read.category, written.category);
                let first = |audit: &Audit| audit.targets.first().map(|one| one.id.clone());
                assert_eq!(first(read).unwrap_or_default(), first(written).unwrap_or_default());
                assert_eq!(read.by.user, written.by.user);
                assert_eq!(read.by.service_principal, written.by.service_principal);
            }
            other => panic!("{}: {other:?}", sample.name),
        }
        count += 1;
    }
    assert!(count > 50, "{count}");
}

/// A new Global Administrator, which is detected by what was done alone.
fn made_administrator() -> Value {
    let role = json!([{"Name": "Role.TemplateId", "NewValue": ROLE, "OldValue": ""}]);
    let somebody = json!([{"ID": "User_ada00000-0000-4000-8000-000000000002", "Type": 2}]);
    changed("Add member to role.", somebody, role)
}

#[test]
fn what_somebody_chose_makes_no_record_unreadable() {
    let plain = made_administrator();
    let expected = fired(&plain);
    assert!(!expected.is_empty());
    let details = |value: Value| {
        let details = json!([{"Name": "additionalDetails", "Value": value.to_string()}]);
        with(plain.clone(), &[("ExtendedProperties", details)])
    };
    let of = |count: usize, number: fn(usize) -> usize| {
        let members: Vec<String> =
            (0..count).map(|place| format!("\"a\":{}", number(place))).collect();
        format!("{{{}}}", members.join(","))
    };
    for agent in [of(9, |_| 1), of(9, |place| place), of(500, |place| place)] {
        let record = details(json!({"User-Agent": agent}));
        assert_eq!(fired(&record), expected, "{agent}");
        let listed = with(plain.clone(), &[("UserAgent", agent.clone().into())]);
        assert_eq!(fired(&listed), expected, "{agent}");
        let wrapped = json!({"AuditData": record.to_string()});
        assert_eq!(fired(&wrapped), expected, "{agent}");
    }
}

#[test]
fn half_a_character_in_a_text_hides_no_record() {
    let plain = made_administrator();
    let expected = fired(&plain);
    let half = |record: Value| record.to_string().replace("HALF", r"\ud83d");
    let twice = |record: Value| json!({"AuditData": half(record)}).to_string();
    for member in ["UserAgent", "Operation2", "UserId"] {
        let record = with(plain.clone(), &[(member, "HALF".into())]);
        for text in [half(record.clone()), twice(record)] {
            let event = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
            let fired = detect(&event, &watched(), &Activities::default());
            assert_eq!(fired.iter().map(|one| one.detection.id).collect::<Vec<_>>(), expected);
        }
    }
    let broken = plain.to_string().replacen("ada@contoso.com", r"\x", 1);
    assert!(read(broken.as_bytes()).is_err(), "it is told, and not left out");
}
