use super::*;
use crate::id::UserId;
use crate::watch::watched::Subject;
use std::format;
use std::string::String;

const ID: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";

fn scan() -> Scan {
    let mut watched = Watched::default();
    let subject = Subject::Account(UserId(ID.parse().unwrap()));
    watched.watch_id(ID, &subject);
    watched.watch_name("breakglass1@contoso.onmicrosoft.com", &subject);
    Scan::new([&watched])
}

/// The sign-in of a person who is not watched, with `inner` among its members.
fn sign_in(inner: &str) -> String {
    format!(
        r#"{{"time": "2026-11-22T07:00:00.0000000Z", "operationName": "Sign-in activity",
        "category": "NonInteractiveUserSignInLogs", "resultType": "0", "properties":
        {{"id":"c4b4ea3c-58ff-4e0e-b5b0-d2ea01cce380","userPrincipalName":"ada@contoso.com",{inner}
        "appliedConditionalAccessPolicies":[{{"id":"8872f6fb-da88-4b63-bcc7-17247669596b"}}]}}}}"#
    )
}

#[track_caller]
fn check(record: &str, reason: Option<Reason>) {
    assert_eq!(scan().reason(record.as_bytes()), reason, "{record}");
}

#[test]
fn an_id_is_found_at_every_alignment_and_in_every_letter_case() {
    for space in 0..70 {
        for id in [ID.into(), ID.to_ascii_uppercase()] {
            let inner = format!(r#""x":"{:space$}","userId":"{id}","#, "");
            check(&sign_in(&inner), Some(Reason::Id));
        }
    }
    check(&sign_in(""), None);
    let near = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e22";
    check(&sign_in(&format!(r#""userId":"{near}","#)), None);
    check(&sign_in(r#""x":"7a1e5c90-4b2d-4f6a-9c3e","y":"-","z":"--------","#), None);
}

#[test]
fn names_and_those_that_look_like_them() {
    for name in [
        "breakglass1@contoso.onmicrosoft.com",
        "BreakGlass1@contoso.onmicrosoft.com",
        "break.giass1@contoso.com",
        "7a1e5c904b2d4f6a9c3e0d8b6a5f4e21breakglass1@contoso.onmicrosoft.com",
        "brеakglass1@contoso.onmicrosoft.com",
        r"\tbreakglass1@contoso.onmicrosoft.com",
    ] {
        check(&sign_in(&format!(r#""userPrincipalName":"{name}","#)), Some(Reason::Name));
    }
    for name in ["xbreakglass1@contoso.onmicrosoft.com", "glass1@contoso.com", "@", "a@b"] {
        check(&sign_in(&format!(r#""userPrincipalName":"{name}","#)), None);
    }
}

#[test]
fn escapes_that_could_hide_an_identifier() {
    for escaped in [
        r"breakglass1\u0040contoso.onmicrosoft.com",
        r"breakgl\u0061ss1@contoso.onmicrosoft.com",
        r"7a1e5c90\u002d4b2d-4f6a-9c3e-0d8b6a5f4e21",
        r"7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e2\u0031",
        r#"{\"id\":\"7a1e5c90\\u002d4b2d\"}"#,
        r#"{\"id\":\"7a1e5c90\u005cu002d4b2d\"}"#,
    ] {
        check(&sign_in(&format!(r#""x":"{escaped}","#)), Some(Reason::Escape));
    }
    let usual = r#""x":"\u0022a\u0022 \u0026 \u0027b\u0027 \u003c\u002B\u003e \u00fc","#;
    check(&sign_in(usual), None);
    let domain = r#""x":"breakglass2@contoso.\u04bbnmicrosoft.com","#;
    check(&sign_in(domain), Some(Reason::Name));
}

#[test]
fn a_change_is_always_read() {
    let change = r#"{"time":"","operationName":"Add named location","category":"AuditLogs"}"#;
    check(change, Some(Reason::Category));
    // The words of a sign-in in the strings of a change make it none.
    let old = r#""x":[{"modifiedProperties":[{"newValue":"{\"category\":\"SignInLogs\"}"}]}]"#;
    check(&format!(r#"{{"category":"AuditLogs",{old}}}"#), Some(Reason::Category));
    check(&format!(r#"{{{old}}}"#), Some(Reason::Category));
    check(r#"{"x":"\"isInteractive\":"}"#, Some(Reason::Category));
    check(r#"{"x":", \"isInteractive\""}"#, Some(Reason::Category));
    check(
        r#"{"records":[{"category":"SignInLogs"},{"category":"AuditLogs"}]}"#,
        Some(Reason::Category),
    );
    check(
        r#"{"value":[{"isInteractive":true},{"activityDisplayName":"x"}]}"#,
        Some(Reason::Category),
    );
    // One that was broken off, and others on the same line.
    for line in [
        r#"{"category":"SignInLogs","properties":{"userPri{"category":"AuditLogs"}"#,
        r#"{"category":"SignInLogs"} {"category":"AuditLogs"}"#,
        r#"{"category":"SignInLogs"},{"category":"AuditLogs"}"#,
        r#"{"isInteractive":true},{"activityDisplayName":"x"}"#,
    ] {
        check(line, Some(Reason::Category));
    }
    check(r#"[{"category":"SignInLogs"}]"#, Some(Reason::Category));
    check(r#"{"category":"xSignInLogsx"}"#, Some(Reason::Category));
    check(r#"{"category":"SignInLogs"}{"category":"AuditLogs"}"#, Some(Reason::Category));
    check(r#"{"isInteractive":true,"Category":"AuditLogs"}"#, Some(Reason::Category));
    check(r#"{"isInteractive":true,"ActivityDisplayName":"x"}"#, Some(Reason::Category));
    for other in ["", "{", "null", "{\"category\":", "SignInLogs\""] {
        check(other, Some(Reason::Category));
    }
}

#[test]
fn sign_ins_of_every_shape_are_left_unread() {
    for record in [
        r#"{"category":"SignInLogs"}"#,
        r#" { "Category" : "ServicePrincipalSignInLogs" , "x":1}"#,
        r#"{"TenantId":"x","CATEGORY":"ManagedIdentitySignInLogs"}"#,
        r#"{"id":"1","conditionalAccessStatus":"success","location":{"city":"x"}}"#,
        r#"{"id":"1", "isInteractive" : true}"#,
    ] {
        check(record, None);
    }
}
