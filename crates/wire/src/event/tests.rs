use super::*;
use halligan_core::watch::event::{AuditResult, SignInKind};
use serde_json::{Value, json};

const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const USER: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";

fn read_value(value: &Value) -> Event {
    read(value.to_string().as_bytes()).unwrap()
}

/// A sign-in as Graph (beta) writes it.
fn graph() -> Value {
    json!({
        "id": "req-1",
        "createdDateTime": "2026-11-22T07:00:00Z",
        "userId": USER,
        "userPrincipalName": "breakglass1@contoso.onmicrosoft.com",
        "appId": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        "appDisplayName": "Azure Portal",
        "ipAddress": "198.51.100.7",
        "clientAppUsed": "Browser",
        "correlationId": "cor-1",
        "conditionalAccessStatus": "notApplied",
        "isInteractive": true,
        "resourceDisplayName": "Windows Azure Service Management API",
        "resourceId": "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        "status": {"errorCode": 50126, "failureReason": "Invalid username or password."},
        "location": {"city": "Graz", "countryOrRegion": "AT"},
        "deviceDetail": {"operatingSystem": "Windows 10", "browser": "Edge"},
        "authenticationDetails": [
            {"authenticationMethod": "Password", "succeeded": false,
             "authenticationStepResultDetail": "Incorrect password"}
        ],
        "signInIdentifier": "BreakGlass1@contoso.onmicrosoft.com"
    })
}

/// The same through diagnostic settings.
fn envelope() -> Value {
    json!({
        "time": "2026-11-22T07:02:11.0000000Z",
        "resourceId": format!("/tenants/{TENANT}/providers/Microsoft.aadiam"),
        "operationName": "Sign-in activity",
        "category": "SignInLogs",
        "resultType": "50126",
        "resultDescription": "Invalid username or password.",
        "callerIpAddress": "198.51.100.7",
        "correlationId": "cor-1",
        "Level": 4,
        "location": "AT",
        "properties": graph()
    })
}

/// The same as a row of Log Analytics: Pascal case, nested values in strings.
fn row() -> Value {
    let mut row = json!({
        "TenantId": "99999999-2222-3333-4444-555555555555",
        "TimeGenerated": "2026-11-22T07:02:11.0",
        "ResourceId": format!("/tenants/{TENANT}/providers/Microsoft.aadiam"),
        "OperationName": "Sign-in activity",
        "Category": "SignInLogs",
        "ResultType": "50126",
        "Type": "SigninLogs",
        "Location": "AT"
    });
    for (name, value) in graph().as_object().unwrap() {
        let mut letters = name.chars();
        let first = letters.next().unwrap().to_ascii_uppercase();
        let name = format!("{first}{}", letters.as_str());
        let value = if value.is_object() || value.is_array() {
            Value::String(value.to_string())
        } else {
            value.clone()
        };
        let name = match name.as_str() {
            "Location" => "LocationDetails".into(),
            "ResourceId" => "ResourceIdentity".into(),
            "IpAddress" => "IPAddress".into(),
            _ => name,
        };
        row[name] = value;
    }
    row
}

#[test]
fn one_sign_in_in_three_shapes() {
    let of_envelope = read_value(&envelope());
    assert_eq!(read_value(&row()), of_envelope);
    let of_graph = read_value(&graph());
    assert_eq!(of_graph, Event { tenant: None, ..of_envelope.clone() });
    let mut text = envelope();
    text["properties"] = Value::String(text["properties"].to_string());
    assert_eq!(read_value(&text), of_envelope);
    assert_eq!(of_envelope.tenant.map(|id| id.to_string()).as_deref(), Some(TENANT));
    assert_eq!(of_envelope.at, Some("2026-11-22T07:00:00Z".parse().unwrap()));
    let What::SignIn(sign_in) = of_envelope.what else { panic!("no sign-in") };
    assert_eq!(sign_in.kind, SignInKind::Interactive);
    assert_eq!(sign_in.user.map(|id| id.to_string()).as_deref(), Some(USER));
    assert_eq!(sign_in.names.len(), 2);
    assert_eq!(sign_in.outcome.code, Some(50126));
    assert_eq!(sign_in.from.country, "AT");
    assert_eq!(sign_in.from.device, "Windows 10, Edge");
    assert_eq!(sign_in.steps.first().and_then(|step| step.is_accepted), Some(false));
    assert_eq!(
        sign_in.resource.id.map(|id| id.to_string()).as_deref(),
        graph()["resourceId"].as_str()
    );
}

#[test]
fn an_id_of_zeros_is_none_and_a_name_stays() {
    for id in ["00000000-0000-0000-0000-000000000000", "", "<null>"] {
        let mut sign_in = graph();
        sign_in["userId"] = id.into();
        let What::SignIn(sign_in) = read_value(&sign_in).what else { panic!("no sign-in") };
        assert_eq!((sign_in.user, sign_in.names.len()), (None, 2), "{id}");
    }
}

#[test]
fn the_kind_of_a_sign_in() {
    let kind = |category: &str| {
        let mut record = envelope();
        record["category"] = category.into();
        record["properties"].as_object_mut().unwrap().remove("isInteractive");
        match read_value(&record).what {
            What::SignIn(sign_in) => Some(sign_in.kind),
            _ => None,
        }
    };
    assert_eq!(kind("signinlogs"), Some(SignInKind::Interactive));
    assert_eq!(kind("NonInteractiveUserSignInLogs"), Some(SignInKind::NonInteractive));
    assert_eq!(kind("ServicePrincipalSignInLogs"), Some(SignInKind::ServicePrincipal));
    assert_eq!(kind("ManagedIdentitySignInLogs"), Some(SignInKind::ManagedIdentity));
    assert_eq!(kind("ADFSSignInLogs"), Some(SignInKind::Unknown));
    assert_eq!(
        sign_in::kind_of("AADNonInteractiveUserSignInLogs"),
        Some(SignInKind::NonInteractive)
    );
    assert_eq!(sign_in::kind_of("äSignInLogs"), Some(SignInKind::Unknown));
    assert_eq!(sign_in::kind_of("Logs"), None);
}

/// A change of a policy as diagnostic settings write it.
fn change() -> Value {
    let policy = json!({"id": "p-1", "state": "enabled"}).to_string();
    json!({
        "time": "2026-11-22T07:02:11.0000000Z",
        "resourceId": format!("/tenants/{TENANT}/providers/Microsoft.aadiam"),
        "operationname": "Update conditional access policy",
        "category": "AuditLogs",
        "properties": {
            "id": "IPCGraph_1", "category": "Policy", "result": "success",
            "activityDisplayName": "Update conditional access policy",
            "activityDateTime": "2026-11-22T07:00:00.1234567+00:00",
            "initiatedBy": {
                "user": {"id": USER, "userPrincipalName": "ada@contoso.com"}, "app": null
            },
            "targetResources": [{"id": "p-1", "Type": "Policy", "modifiedProperties": [
                {"displayName": "ConditionalAccessPolicy", "oldValue": policy, "newValue": null}
            ]}],
            "additionalDetails": [{"key": "Category", "value": "Conditional Access"}]
        }
    })
}

#[test]
fn a_change_and_what_was_there_before() {
    let event = read_value(&change());
    let What::Audit(audit) = &event.what else { panic!("no audit") };
    assert_eq!(audit.activity, "Update conditional access policy");
    assert_eq!((audit.category.as_str(), &audit.result), ("Policy", &AuditResult::Success));
    assert_eq!(audit.by.user_name, "ada@contoso.com");
    let [target] = audit.targets.as_slice() else { panic!("one target") };
    assert_eq!((target.id.as_str(), target.kind.as_str()), ("p-1", "Policy"));
    let old = target.changes.first().unwrap().old.as_deref().unwrap();
    assert_eq!(serde_json::from_str::<Value>(old).unwrap()["state"], "enabled");
    assert_eq!(target.changes.first().unwrap().new, None);
    let mut text = change();
    for member in ["initiatedBy", "targetResources", "additionalDetails"] {
        let inner = text["properties"][member].to_string();
        text["properties"][member] = inner.into();
    }
    assert_eq!(read_value(&text), event);
}

#[test]
fn an_application_can_make_a_change() {
    let mut record = change();
    let app = json!({"appId": null, "servicePrincipalId": USER, "displayName": "x"});
    record["properties"]["initiatedBy"] = json!({"user": null, "app": app});
    let What::Audit(audit) = read_value(&record).what else { panic!("no audit") };
    assert_eq!(audit.by.service_principal.map(|id| id.to_string()).as_deref(), Some(USER));
    assert_eq!((audit.by.app, audit.by.user), (None, None));
}

#[test]
fn an_operation_of_azure() {
    let name = "MICROSOFT.AADIAM/DIAGNOSTICSETTINGS/DELETE";
    for operation in [json!(name), json!({"value": name, "localizedValue": "Delete"})] {
        let record = json!({"operationName": operation, "category": "Administrative",
            "resultType": "Success",
            "identity": {"claims": {"name": "Ada", (operation::OBJECT_ID): USER}}});
        let What::Operation(operation) = read_value(&record).what else { panic!("no operation") };
        assert_eq!((operation.name.as_str(), operation.result), (name, AuditResult::Success));
        assert_eq!(operation.caller_id.map(|id| id.to_string()).as_deref(), Some(USER));
        assert_eq!(operation.caller, "Ada");
    }
}

#[test]
fn values_of_a_wrong_type_count_as_absent() {
    let odd = json!({"category": "SignInLogs", "properties": {"userId": 5, "status": [],
        "userPrincipalName": {"a": 1}, "authenticationDetails": "[{", "createdDateTime": "soon"}});
    let event = read_value(&odd);
    assert_eq!(event.at, None);
    let What::SignIn(sign_in) = event.what else { panic!("no sign-in") };
    assert_eq!((sign_in.user, sign_in.names, sign_in.outcome.code), (None, Vec::new(), None));
    for properties in ["5", "\"x\"", "[1,{}]", "true", "null", "1.5", "-3"] {
        let text = format!("{{\"category\":\"Other\",\"properties\":{properties}}}");
        let what = read(text.as_bytes()).unwrap().what;
        assert_eq!(what, What::Other { category: "Other".into() }, "{properties}");
    }
}

#[test]
fn what_is_no_record_is_refused_with_the_reason() {
    for (text, what) in [
        (&b"[1]"[..], "a record: a JSON object"),
        (b"{\"a\":", "is cut off"),
        (b"", "is empty"),
        (b"<html>", "HTML"),
        (b"{\"a\":\"\xff\"}", "is not UTF-8 (byte 6)"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
    let deep = format!("{{\"x\":{}", "[".repeat(100_000));
    assert!(read(deep.as_bytes()).is_err());
}

#[test]
fn the_records_of_a_message() {
    let of = |text: &str| -> Vec<String> {
        let found = records(text.as_bytes()).unwrap();
        found.into_iter().map(|one| String::from_utf8(one.into_owned()).unwrap()).collect()
    };
    assert_eq!(of(r#"{"records":[{"a":1}, {"b":2}]}"#), [r#"{"a":1}"#, r#"{"b":2}"#]);
    assert_eq!(of(r#"{"@odata.context":"x","Value":[{"a":1}]}"#), [r#"{"a":1}"#]);
    assert_eq!(of(r#"[{"a":1},{"b":2}]"#), [r#"{"a":1}"#, r#"{"b":2}"#]);
    assert_eq!(of(r#"{"a":1}"#), [r#"{"a":1}"#]);
    assert_eq!(of(r#"{"records":5,"x":1}"#), [r#"{"records":5,"x":1}"#]);
    assert_eq!(of(r#"{"records":[]}"#), Vec::<String>::new());
    assert_eq!(of(r#"{"value":[1],"records":[2]}"#), ["1", "2"], "neither hides the other");
    assert!(records(b"{\"records\":[").is_err());
}

#[test]
fn rows_of_an_answer_are_records() {
    let row = row();
    let members = row.as_object().unwrap();
    let columns: Vec<Value> =
        members.keys().map(|name| json!({"name": name, "type": "string"})).collect();
    let values: Vec<&Value> = members.values().collect();
    let answer = json!({"tables": [
        {"name": "PrimaryResult", "columns": columns, "rows": [values, values, ["too few"]]},
        {"name": "AuditLogs", "columns": [{"name": "Id", "type": "string"}], "rows": [["a"]]},
    ]});
    let text = answer.to_string();
    let Message::Many(all) = message(text.as_bytes()).unwrap() else { panic!("it is one record") };
    let read_row = |place: usize| read(&all[place]);
    assert_eq!(read_row(0).unwrap(), read_value(&row));
    assert_eq!(read_row(1).unwrap(), read_value(&row));
    assert!(read_row(2).is_err());
    assert!(matches!(read_row(3).unwrap().what, What::Audit(_)), "by the table's name");
    assert_eq!(all.len(), 4);
    let older = text.replace("\"tables\"", "\"Tables\"").replace("\"rows\"", "\"Rows\"");
    let older = older.replace("\"name\"", "\"ColumnName\"").replace("\"columns\"", "\"Columns\"");
    let all = records(older.as_bytes()).unwrap();
    assert_eq!(read(&all[0]).unwrap(), read_value(&row));
    for odd in [r#"{"tables":[{"rows":[]}]}"#, r#"{"tables":[5]}"#] {
        assert!(message(odd.as_bytes()).is_err(), "{odd}");
    }
}

#[test]
fn an_answer_that_is_not_whole_and_pages_in_pages_are_refused() {
    let said = |text: &str| read(text.as_bytes()).unwrap_err().to_string();
    let partial = r#"{"tables":[],"error":{"code":"PartialError"}}"#;
    let all = records(partial.as_bytes()).unwrap();
    assert!(read(&all[0]).unwrap_err().to_string().contains("error"));
    assert!(message(br#"{"error":{"code":"Forbidden"}}"#).is_err());
    assert!(said(r#"{"records":[{"id":"1"}]}"#).contains("records within a record"));
    assert!(said(r#"{"tables":[{}]}"#).contains("records within a record"));
    assert!(read(br#"{"value":[]}"#).is_ok(), "an empty page hides nothing");
}

/// Whom the events of a record name, by the copies of its members.
fn named(text: &str) -> Vec<Vec<String>> {
    let of = |event: Event| match event.what {
        What::Audit(audit) => {
            let by = audit.by.user.map(|id| id.to_string());
            by.into_iter().chain(audit.targets.into_iter().map(|one| one.id)).collect()
        }
        What::SignIn(one) => one.names.into_iter().map(|one| one.name).collect(),
        _ => Vec::new(),
    };
    let read = read_all(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    read.into_iter().map(of).collect()
}

#[test]
fn no_copy_of_a_member_hides_another() {
    let audit = |members: &str| {
        format!(r#"{{"id":"a","activityDisplayName":"Update user","category":"X",{members}}}"#)
    };
    let (one, two) = (r#"[{"id":"one"}]"#, r#"[{"id":"two"}]"#);
    let both = [vec!["one".to_owned()], vec!["two".to_owned()]];
    for members in [
        format!(r#""targetResources":{one},"targetResources":{two}"#),
        format!(r#""targetResources":{one},"TargetResources":{two}"#),
        format!(r#""targetResources":{one},"x":1,"targetResour\u0063es":{two}"#),
        r#""targetResources":[{"id":"one","id":"two"}]"#.into(),
        r#""targetResources":"[{\"id\":\"one\",\"ID\":\"two\"}]""#.into(),
        format!(
            r#""properties":{{"targetResources":{one}}},"properties":{{"targetResources":{two}}}"#
        ),
        format!(r#""properties":{{"targetResources":{one},"targetResources":{two}}}"#),
        r#""properties":"{\"targetResources\":[{\"id\":\"one\",\"id\":\"two\"}]}""#.into(),
    ] {
        assert_eq!(named(&audit(&members)), both, "{members}");
    }
    let by = |id: &str| format!(r#""initiatedBy":{{"user":{{"id":"{id}"}}}}"#);
    let other = "11111111-2222-3333-4444-555555555555";
    let twice = audit(&format!("{},{}", by(USER), by(other)));
    assert_eq!(named(&twice), [vec![USER.to_owned()], vec![other.to_owned()]]);

    let text = graph().to_string();
    let names = text.replacen('{', "{\"userPrincipalName\":\"x@contoso.com\",", 1);
    assert_eq!(
        named(&names).iter().map(|one| &*one[0]).collect::<Vec<_>>(),
        ["x@contoso.com", "breakglass1@contoso.onmicrosoft.com"]
    );
    let code = text.replacen("\"errorCode\":50126", "\"errorCode\":50126,\"errorCode\":0", 1);
    let codes = read_all(code.as_bytes()).unwrap().into_iter().map(|event| {
        let What::SignIn(one) = event.what else { panic!("no sign-in") };
        one.outcome.code
    });
    assert_eq!(codes.collect::<Vec<_>>(), [Some(50126), Some(0)]);
    assert_eq!(read_all(text.as_bytes()).unwrap().len(), 1);
}

#[test]
fn a_copy_in_the_unified_log_hides_none() {
    let record = r#"{"Operation":"Update user.","RecordType":8,"Workload":"AzureActiveDirectory",
        "Target":[{"ID":"User_7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21","Type":2}],
        "Target":[{"ID":"User_11111111-2222-3333-4444-555555555555","Type":2}]}"#;
    let both = [vec![USER.to_owned()], vec!["11111111-2222-3333-4444-555555555555".to_owned()]];
    assert_eq!(named(record), both);
    let wrapped = serde_json::json!({"AuditData": record.replace('\n', "")});
    assert_eq!(named(&wrapped.to_string()), both);
}

#[test]
fn a_message_is_one_record_or_holds_some() {
    let text = envelope().to_string();
    let one = message(text.as_bytes()).unwrap();
    assert_eq!(one, Message::One(vec![read_value(&envelope())]));
    let listed = format!("{{\"records\":[{text},{{\"x\":}}]}}");
    let many = message(listed.as_bytes()).unwrap();
    // One that is broken costs itself.
    assert_eq!(many, Message::Many(vec![text.as_bytes().into(), b"{\"x\":}".into()]));
    assert!(message(b"{\"records\":[{]}").is_err());
    let error = message(b"5").unwrap_err().to_string();
    assert!(error.contains("a record or a list of records"), "{error}");
}

#[test]
fn what_is_read_is_json_and_what_is_not_may_be_anything() {
    let fine = envelope().to_string();
    let broken = |from: &str, to: &str| {
        let text = fine.replacen(from, to, 1);
        assert_ne!(text, fine);
        read(text.as_bytes()).map(|event| event.what)
    };
    let what = read(fine.as_bytes()).unwrap().what;
    assert_eq!(broken("\"Level\":4", "\"Level\":[4,,{\"x\"}]").unwrap(), what);
    for (from, to) in [
        ("\"city\":\"Graz\"", "\"city\":\"Gr\\az\""),
        ("\"errorCode\":50126", "\"errorCode\" 50126"),
        ("breakglass1@contoso", "breakglass1\\@contoso"),
        ("breakglass1@contoso", "breakglass1\n@contoso"),
        ("\"succeeded\":false", "\"succeeded\":,"),
    ] {
        let error = broken(from, to).unwrap_err().to_string();
        assert!(error.starts_with("is not JSON: "), "{error}");
    }
}

#[test]
fn half_a_character_in_any_text_leaves_the_record_as_it_is() {
    let half = |record: &Value| record.to_string().replace("HALF", r"\ud83d");
    let whole = |record: &Value| record.to_string().replace("HALF", r"\ufffd");
    let mut records = Vec::new();
    for mut record in [change(), envelope(), row(), graph()] {
        record["unrelated"] = "HALF".into();
        records.push(record.clone());
        record["HALF"] = 1.into();
        records.push(record);
    }
    let mut named = change();
    named["properties"]["targetResources"][0]["displayName"] = "HALF".into();
    records.push(named.clone());
    named["properties"]["targetResources"] =
        Value::String(half(&named["properties"]["targetResources"]));
    records.push(named.clone());
    named["properties"] = Value::String(named["properties"].to_string());
    records.push(named);
    let mut policy = change();
    let text = r#"{"id":"p-1","displayName":"\ud83d","state":"enabled"}"#;
    policy["properties"]["targetResources"][0]["modifiedProperties"][0]["newValue"] = text.into();
    records.push(policy);
    let mut city = row();
    for member in ["LocationDetails", "Status", "DeviceDetail", "AuthenticationDetails"] {
        let text = city[member].as_str().unwrap();
        city[member] = text.replacen("\":\"", r#"":"\ud83d"#, 1).into();
        assert_ne!(city[member], row()[member]);
    }
    records.push(city);
    for record in records {
        let text = half(&record);
        let mended = whole(&record).replace("ud83d", "ufffd");
        let expected = read(mended.as_bytes()).unwrap();
        assert!(!matches!(expected.what, What::Other { .. }));
        assert_eq!(read(text.as_bytes()).unwrap(), expected, "{text}");
        assert_eq!(message(text.as_bytes()).unwrap(), Message::One(vec![expected]), "{text}");
    }
    let listed = half(&json!({"HALF": 1, "records": [change()]}));
    let Message::Many(all) = message(listed.as_bytes()).unwrap() else { panic!("one record") };
    assert_eq!(read(&all[0]).unwrap(), read_value(&change()));
}

#[test]
fn what_is_refused_for_its_copies_is_read_by_the_first() {
    let text = graph().to_string();
    let codes: String = (0..9).map(|code| format!("\"errorCode\":{code},")).collect();
    let text = text.replacen("\"errorCode\":50126", &format!("{codes}\"a\":1"), 1);
    assert!(read_all(text.as_bytes()).unwrap_err().to_string().contains("COPIES_MAX"));
    let first = read_first(text.as_bytes());
    let [Event { what: What::SignIn(one), .. }] = &first[..] else { panic!("{first:?}") };
    assert_eq!(one.outcome.code, Some(0));
    for none in ["", "{", "{\"a\":1}", "5", "{\"a\":\"\\x\"}"] {
        assert_eq!(read_first(none.as_bytes()), [], "{none}");
    }
}
