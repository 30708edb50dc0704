//! Tests of the shapes, each in the least form that another tool writes.

use super::*;
use halligan_core::tenant::{GroupRef, LocationKind, UserRef};

fn read(text: &str) -> Vec<Item> {
    read_file("CA001.json", text.as_bytes()).unwrap()
}

fn refusal(text: &str) -> Refusal {
    read_file("x.json", text.as_bytes()).unwrap_err()
}

fn policies(items: Vec<Item>) -> Vec<Policy> {
    let policy = |item| match item {
        Item::Policy(policy) => policy,
        other => panic!("a policy, not {other:?}"),
    };
    items.into_iter().map(policy).collect()
}

const BARE: &str = r#"{"displayName":"Block","state":"enabled",
    "conditions":{"users":{"includeUsers":["All"],"excludeGroups":["<AdministratorGroup>"]}},
    "grantControls":{"operator":"OR","builtInControls":["block"]}}"#;

#[test]
fn a_policy_without_id_is_named_after_its_file() {
    let policy = policies(read(BARE)).remove(0);
    assert_eq!((policy.id.as_str(), policy.display_name.as_str()), ("CA001", "Block"));
    let users = policy.conditions.users.unwrap();
    assert_eq!(users.include_users, [UserRef::All]);
    assert_eq!(users.exclude_groups, [GroupRef::Other("<AdministratorGroup>".into())]);
    assert_eq!(stem("dir/CA 1.JSON"), "dir/CA 1");
    assert_eq!(stem("é"), "é");
}

#[test]
fn lists_and_envelopes_number_the_later_ones() {
    for text in [format!("[{BARE},{BARE}]"), format!("{{\"value\":[{BARE},{BARE}]}}")] {
        let ids: Vec<_> = policies(read(&text)).into_iter().map(|policy| policy.id).collect();
        assert_eq!(ids, ["CA001".into(), "CA001 #2".into()]);
    }
    assert_eq!(read("[]"), []);
    assert_eq!(read(r#"{"value":[]}"#), []);
}

#[test]
fn a_template_is_a_disabled_policy_under_its_own_name() {
    let text = r#"{"id":"c7503427","name":"Require MFA","description":"d","scenarios":"zeroTrust",
        "details":{"conditions":{"users":{"includeUsers":["All"]}},"grantControls":null}}"#;
    let policy = policies(read(text)).remove(0);
    assert_eq!((policy.id.as_str(), policy.display_name.as_str()), ("c7503427", "Require MFA"));
    assert_eq!(policy.state, PolicyState::Disabled);
}

#[test]
fn policies_hidden_in_a_report_are_found_in_any_letter_case() {
    let pascal = r#"{"Id":"p1","DisplayName":"A","State":"enabledForReportingButNotEnforced",
        "CreatedDateTime":"/Date(1613679244000)/",
        "Conditions":{"Users":{"IncludeUsers":"All","IncludeGuestsOrExternalUsers":
            {"GuestOrExternalUserTypes":null,"ExternalTenants":{"MembershipKind":null}}},
            "Applications":{"ApplicationFilter":{"Mode":null,"Rule":null}},
            "Devices":{"DeviceFilter":{"Mode":null,"Rule":null}}},
        "GrantControls":{"AuthenticationStrength":{"Id":null,"AllowedCombinations":null},
            "Operator":"or","BuiltInControls":["Mfa"]},
        "SessionControls":{"SignInFrequency":{"IsEnabled":null}}}"#;
    for held in [pascal.to_owned(), format!("[{pascal}]")] {
        let text =
            format!(r#"{{"MetaData":{{"x":1}},"Raw":{{"conditional_access_policies":{held}}}}}"#);
        let policy = policies(read(&text)).remove(0);
        assert_eq!(policy.state, PolicyState::ReportOnly);
        assert!(policy.created.is_some());
        assert_eq!(policy.conditions.users.unwrap().include_guests, None);
        assert_eq!((policy.conditions.devices, policy.session), (None, None));
        assert_eq!(policy.grant.unwrap().strength, None);
    }
    let broken = r#"{"Raw":{"conditional_access_policies":[{"Conditions":{"Users":{}}}]}}"#;
    let Refusal::Broken { error, .. } = refusal(broken) else { panic!("broken") };
    assert_eq!(error.path, "Raw.conditional_access_policies[0].displayName");
}

#[test]
fn locations_groups_and_strengths_are_read_too() {
    let location = r#"{"displayName":"HQ","locationType":"ipNamedLocation","isTrusted":true,
        "ipRanges":[{"cidrAddress":"203.0.113.0/24"}]}"#;
    let Item::NamedLocation(location) = read(location).remove(0) else { panic!("a location") };
    let ranges = vec!["203.0.113.0/24".into()];
    assert_eq!(location.kind, LocationKind::Ip { is_trusted: true, ranges });
    assert_eq!(location.id.as_str(), "CA001");

    let group = r#"{"id":"00000000-0000-0000-0000-000000000001","displayName":"G",
        "securityEnabled":true,"mailEnabled":false,"groupTypes@odata.type":"x","groupTypes":[]}"#;
    assert!(matches!(read(group).remove(0), Item::Group(_)));

    let strength = r#"{"displayName":"S","allowedCombinations":["fido2","password,sms"]}"#;
    assert!(matches!(read(strength).remove(0), Item::Strength(_)));
    let methods = r#"{"id":"authenticationMethodsPolicy","authenticationMethodConfigurations":[]}"#;
    assert!(matches!(read(methods).remove(0), Item::MethodsPolicy(_)));
}

#[test]
fn what_is_no_policy_is_described() {
    for (text, what) in [
        ("7", "is a number, not an object"),
        ("{}", "has no `conditions` of a policy; its members are none"),
        (r#"{"a":1,"b":2}"#, "has no `conditions` of a policy; its members are `a`, `b`"),
        (
            r#"{"Objects":[],"TenantId":"t"}"#,
            "looks like a migration table: no `conditions` of a policy",
        ),
        (r##"{"@odata.type":"#microsoft.graph.user"}"##, "is of the type `microsoft.graph.user`"),
        ("[[1]]", "is a list; its first item is a list, not an object"),
        (
            r#"{"displayName":"G","securityEnabled":true,"id":"%Id%"}"#,
            "looks like a group without an object id: no `conditions` of a policy",
        ),
    ] {
        let expected = Refusal::NotAPolicy { file: "x.json".into(), what: what.into() };
        assert_eq!(refusal(text), expected);
    }
}

#[test]
fn what_should_be_read_and_cannot_be_is_broken() {
    let snapshot = format!(r#"{{"format":"{}"}}"#, crate::snapshot::FORMAT);
    let cut = BARE.get(..40).unwrap().to_owned();
    let mixed = format!("[{BARE},{{\"a\":1}}]");
    let wrong = BARE.replace("[\"All\"]", "{\"x\":1}");
    for (text, message) in [
        (snapshot, "x.json: is a snapshot of Halligan; read it with `--snapshot`"),
        (cut, "x.json: is cut off"),
        (mixed, "x.json: [1]: has no `conditions` of a policy; its members are `a`"),
        (
            wrong,
            "x.json: conditions.users.includeUsers: expected a list of strings, found an object",
        ),
        (BARE.replace("\"state\":\"enabled\",", ""), "x.json: state: is missing"),
    ] {
        let refusal = refusal(&text);
        assert!(matches!(refusal, Refusal::Broken { .. }), "{refusal:?}");
        assert!(refusal.to_string().starts_with(message), "{refusal}");
    }
    let refusal = read_file("x.json", b"{\"a\":\"\xfc\"}").unwrap_err();
    assert!(refusal.to_string().contains("not UTF-8 (byte 6)"), "{refusal}");
}
