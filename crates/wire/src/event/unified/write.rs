//! Writing events as records of the unified audit log: what the simulated tenant says.

use halligan_core::id::Guid;
use halligan_core::time::Timestamp;
use halligan_core::watch::event::{Audit, AuditResult, Event, Modified, SignIn, Target, What};
use serde_json::{Value, json};

use super::WORKLOAD;
use super::change::category_word;
use super::sign_in::logon_error;

/// `IdentityType`, by number: an id, as sign-ins have it; a display name; an id, as changes have
/// it; a user principal name.
const CLAIM: u8 = 0;
const NAME: u8 = 1;
const OTHER: u8 = 2;
const UPN: u8 = 5;

/// The record of a sign-in or a change; `None` for what is neither.
pub fn write_unified(event: &Event) -> Option<Value> {
    match &event.what {
        What::SignIn(one) => Some(sign_in(event, one)),
        What::Audit(one) => Some(change(event, one)),
        What::Operation(_) | What::Sign(_) | What::Other { .. } => None,
    }
}

/// The time in UTC, to the second and without a zone, as the service writes it.
fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

fn sign_in(event: &Event, one: &SignIn) -> Value {
    let tenant = event.tenant.map(|id| id.to_string());
    let user = one.user.filter(|id| !id.is_zero()).map(|id| id.to_string());
    let name = one.names.first().map_or("Not Available", |named| named.name.as_str());
    let code = one.outcome.code.unwrap_or_default();
    let is_success = one.outcome.is_success();
    let detail = if is_success { "Success" } else { "UserError" };
    let resource = one.resource.id.or(one.app.id).map(|id| id.to_string());
    let mut actor = vec![json!({"ID": name, "Type": UPN})];
    if let Some(user) = &user {
        actor.insert(0, json!({"ID": user, "Type": CLAIM}));
    }
    json!({
        "CreationTime": time(event.at),
        "Id": event.id,
        "Operation": if is_success { "UserLoggedIn" } else { "UserLoginFailed" },
        "OrganizationId": tenant,
        "RecordType": 15,
        "ResultStatus": if is_success { "Success" } else { "Failed" },
        "UserKey": user.as_deref().unwrap_or("Not Available"),
        "UserType": 0,
        "Version": 1,
        "Workload": WORKLOAD,
        "ClientIP": one.from.address,
        "ObjectId": resource,
        "UserId": name,
        "AzureActiveDirectoryEventType": 1,
        "ExtendedProperties": [
            {"Name": "ResultStatusDetail", "Value": detail},
            {"Name": "RequestType", "Value": "Login:login"},
        ],
        "ModifiedProperties": [],
        "Actor": actor,
        "ActorContextId": tenant,
        "ActorIpAddress": one.from.address,
        "InterSystemsId": event.correlation,
        "IntraSystemId": event.id,
        "SupportTicketId": "",
        "Target": [{"ID": resource, "Type": CLAIM}],
        "TargetContextId": tenant,
        "ApplicationId": one.app.id.map(|id| id.to_string()),
        "ErrorNumber": code.to_string(),
        "LogonError": logon_error(code).filter(|_| !is_success),
    })
}

fn change(event: &Event, one: &Audit) -> Value {
    let tenant = event.tenant.map(|id| id.to_string());
    let by = &one.by;
    let principal = by.service_principal.map(|id| format!("ServicePrincipal_{id}"));
    let name = Some(by.user_name.clone()).filter(|name| !name.is_empty());
    let user_id = name.clone().or(principal).unwrap_or_else(|| "Not Available".into());
    let first = one.targets.first();
    let result = match one.result {
        AuditResult::Success => "Success",
        AuditResult::Failure | AuditResult::Timeout | AuditResult::Unknown => "Failure",
    };
    let word = category_word(&one.category).unwrap_or(&one.category);
    json!({
        "CreationTime": time(event.at),
        "Id": event.id,
        "Operation": format!("{}.", one.activity),
        "OrganizationId": tenant,
        "RecordType": 8,
        "ResultStatus": result,
        "UserKey": "Not Available",
        "UserType": 0,
        "Version": 1,
        "Workload": WORKLOAD,
        "ObjectId": first.map_or("Not Available", object),
        "UserId": user_id,
        "AzureActiveDirectoryEventType": 1,
        "ExtendedProperties": [{"Name": "extendedAuditEventCategory", "Value": word}],
        "ModifiedProperties": one.targets.iter().flat_map(|target| &target.changes)
            .map(modified).collect::<Vec<_>>(),
        "Actor": actor(one, name.as_deref()),
        "ActorContextId": tenant,
        "ActorIpAddress": Some(by.address.as_str()).filter(|address| !address.is_empty()),
        "InterSystemsId": event.correlation,
        "IntraSystemId": event.id,
        "SupportTicketId": "",
        "Target": one.targets.iter().flat_map(target).collect::<Vec<_>>(),
        "TargetContextId": tenant,
    })
}

/// What `ObjectId` holds: a user's name, anything else's id.
fn object(target: &Target) -> &str {
    match target.principal_name.as_str() {
        "" => target.id.as_str(),
        name => name,
    }
}

/// The names of one thing, one after another, as the service lists them.
fn identity(kind: &str, id: &str, name: &str, principal_name: &str) -> Vec<Value> {
    let mut list = Vec::new();
    if id.parse::<Guid>().is_ok() && !kind.is_empty() {
        list.push(json!({"ID": format!("{kind}_{id}"), "Type": OTHER}));
    }
    for (text, number) in [(id, OTHER), (kind, OTHER), (principal_name, UPN), (name, NAME)] {
        if !text.is_empty() {
            list.push(json!({"ID": text, "Type": number}));
        }
    }
    list
}

fn actor(one: &Audit, name: Option<&str>) -> Vec<Value> {
    let id = |id: Option<Guid>| id.map(|id| id.to_string()).unwrap_or_default();
    let by = &one.by;
    let mut list = Vec::new();
    if by.user.is_some() || name.is_some() {
        list.extend(identity("User", &id(by.user), "", name.unwrap_or_default()));
    }
    if by.service_principal.is_some() || by.app.is_some() {
        list.extend(by.app.map(|id| json!({"ID": id.to_string(), "Type": OTHER})));
        let principal = id(by.service_principal);
        list.extend(identity("ServicePrincipal", &principal, &by.app_name, ""));
    }
    list
}

fn target(target: &Target) -> Vec<Value> {
    identity(&target.kind, &target.id, &target.name, &target.principal_name)
}

fn modified(one: &Modified) -> Value {
    json!({
        "Name": one.name,
        "OldValue": one.old.as_deref().unwrap_or_default(),
        "NewValue": one.new.as_deref().unwrap_or_default(),
    })
}
