//! The logs: attempts that are decided and written, records that come late and are updated.

use halligan_core::time::SignedDuration;
use halligan_core::watch::event::{Event, What};
use halligan_twin::{Attempt, Directory, Licence, Options, Shown, Throttling, story};
use serde_json::{Value, json};

use crate::start;

fn options() -> Options {
    Options { throttling: Throttling::Off, ..Options::default() }
}

fn name_of(directory: &Directory) -> String {
    let alpha = &directory.users[&story::ACCOUNT_ALPHA.0];
    alpha.object["userPrincipalName"].as_str().unwrap().into()
}

fn code(event: &Event) -> i64 {
    match &event.what {
        What::SignIn(one) => one.outcome.code.unwrap(),
        other => panic!("{other:?}"),
    }
}

/// A policy that is on, for everybody and everything, with this control.
fn policy(control: &str) -> Value {
    json!({
        "id": "00000000-0000-0000-0000-0000000000cc", "displayName": "x", "state": "enabled",
        "createdDateTime": null, "modifiedDateTime": null,
        "conditions": {"users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]},
        "grantControls": {"operator": "OR", "builtInControls": [control],
            "customAuthenticationFactors": [], "termsOfUse": []},
        "sessionControls": null
    })
}

#[tokio::test]
async fn attempts_are_decided_by_the_policies_and_written() {
    let mut directory = Directory::story();
    directory.policies.clear();
    let name = name_of(&directory);
    let (running, client) = start(directory, options()).await;
    let attempt = |name: &str, shown| code(&running.attempt(&Attempt::new(name, shown)));
    assert_eq!(attempt("nobody@harbourpine.onmicrosoft.com", Shown::Password), 50034);
    assert_eq!(attempt(&name.to_uppercase(), Shown::WrongPassword), 50126);
    assert_eq!(attempt(&name, Shown::Password), 0);
    let put = |control: &str| {
        let policy = policy(control).as_object().unwrap().clone();
        running.change(|directory| directory.policies = vec![policy]);
    };
    put("mfa");
    assert_eq!(attempt(&name, Shown::Password), 50076);
    assert_eq!(attempt(&name, Shown::Passkey), 0);
    put("compliantDevice");
    assert_eq!(attempt(&name, Shown::Passkey), 53000);
    put("block");
    assert_eq!(attempt(&name, Shown::Passkey), 53003);

    let all = client.get("/v1.0/auditLogs/signIns").await.body;
    let codes: Vec<i64> = all["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"]["errorCode"].as_i64().unwrap())
        .collect();
    assert_eq!(codes.len(), 7);
    assert!(all["value"][0].get("authenticationDetails").is_none(), "v1.0 does not say");
    let unknown = format!(
        "/v1.0/auditLogs/signIns?$filter=userPrincipalName eq '{}'",
        "nobody@harbourpine.onmicrosoft.com"
    );
    let unknown = client.get(&unknown).await.body;
    assert_eq!(unknown["value"][0]["userId"], "00000000-0000-0000-0000-000000000000");
    running.stop().await;
}

#[tokio::test]
async fn records_come_late_and_an_updated_one_replaces_the_first() {
    let directory = Directory::story();
    let name = name_of(&directory);
    let (running, client) = start(directory, options()).await;
    let late = Attempt {
        delay: SignedDuration::from_secs(2),
        ..Attempt::new(&name, Shown::WrongPassword)
    };
    let event = running.attempt(&late);
    let path = "/beta/auditLogs/signIns";
    assert_eq!(client.get(path).await.ids(), [""; 0], "it is not there yet");
    tokio::time::sleep(std::time::Duration::from_millis(3_100)).await;
    let id = event.id.clone().unwrap();
    assert_eq!(client.get(path).await.ids(), std::slice::from_ref(&id));
    let mut updated = event;
    if let What::SignIn(sign_in) = &mut updated.what {
        sign_in.outcome.code = Some(0);
    }
    running
        .change(|directory| directory.logs.add(&updated, "2026-01-01T00:00:00Z".parse().unwrap()));
    let found = client.get(path).await.body;
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    assert_eq!(found["value"][0]["status"]["errorCode"], 0);
    assert_eq!(found["value"][0]["authenticationDetails"][0]["succeeded"], false);
    running.stop().await;
}

#[tokio::test]
async fn filters_of_the_logs() {
    let directory = Directory::story();
    let name = name_of(&directory);
    let (running, client) = start(directory, options()).await;
    running.attempt(&Attempt::new(&name, Shown::WrongPassword));
    let count = async |filter: &str| {
        client.get(&format!("/beta/auditLogs/signIns?$filter={filter}")).await.ids().len()
    };
    let id = story::ACCOUNT_ALPHA;
    assert_eq!(
        count(&format!("userId eq '{id}' and createdDateTime ge 2026-01-01T00:00:00Z")).await,
        1
    );
    assert_eq!(count("createdDateTime ge 2999-01-01T00:00:00Z").await, 0);
    assert_eq!(count("createdDateTime le 2999-01-01T00:00:00Z").await, 1);
    assert_eq!(count("signInEventTypes/any(t: t eq 'nonInteractiveUser')").await, 0);
    let either = "signInEventTypes/any(t: t eq 'x' or t eq 'interactiveUser')";
    assert_eq!(count(either).await, 1);
    for wrong in [
        "signInEventTypes/any(t: u eq 'x')",
        "signInEventTypes/any(t eq 'x')",
        "createdDateTime ge yesterday",
        "userAgent eq 'x'",
    ] {
        let answer = client.get(&format!("/beta/auditLogs/signIns?$filter={wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    running.stop().await;
}

#[tokio::test]
async fn who_may_read_the_logs() {
    let mut directory = Directory::story();
    directory.licence = Licence::Free;
    directory.organization.remove("assignedPlans");
    let (running, client) = start(directory, options()).await;
    let refused = client.get("/v1.0/auditLogs/signIns").await;
    assert_eq!(refused.code(), "Authentication_RequestFromNonPremiumTenantOrB2CTenant");
    assert_eq!(client.get("/v1.0/auditLogs/directoryAudits").await.status, 200);
    running.change(|directory| {
        directory.apps.get_mut(&story::WATCHER.0).unwrap().permissions.remove("AuditLog.Read.All");
    });
    assert_eq!(client.get("/v1.0/auditLogs/directoryAudits").await.status, 403);
    running.stop().await;
}
