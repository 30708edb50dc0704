//! Writing events as Graph's `signIn` (beta) and `directoryAudit` spell them, and operations as
//! Azure's activity log does: what the simulated tenant says, and what samples are read from.

use halligan_core::id::Guid;
use halligan_core::watch::event::{
    Audit, AuditResult, Event, Initiator, Modified, Operation, SignIn, SignInKind, Step, Target,
    What,
};
use serde_json::{Map, Value, json};

use super::operation::OBJECT_ID;

/// The record of an event; `None` for what is no record of a tenant's logs.
pub fn write(event: &Event) -> Option<Value> {
    let mut record = match &event.what {
        What::SignIn(one) => sign_in(event, one),
        What::Audit(one) => audit(event, one),
        What::Operation(one) => return Some(operation(event, one)),
        What::Sign(_) | What::Other { .. } => return None,
    };
    record.retain(|_, value| !value.is_null());
    Some(Value::Object(record))
}

/// The record as diagnostic settings carry it: the same in `properties`, its category outside.
pub fn write_envelope(event: &Event) -> Option<Value> {
    let (category, name, code) = match &event.what {
        What::SignIn(one) => (category_of(one.kind), "Sign-in activity", one.outcome.code),
        What::Audit(one) => ("AuditLogs", one.activity.as_str(), None),
        What::Operation(_) => return write(event),
        What::Sign(_) | What::Other { .. } => return None,
    };
    let tenant = event.tenant.map(|id| id.to_string()).unwrap_or_default();
    Some(json!({
        "time": time(event),
        "resourceId": format!("/tenants/{tenant}/providers/Microsoft.aadiam"),
        "operationName": name,
        "operationVersion": "1.0",
        "category": category,
        "tenantId": event.tenant.map(|id| id.to_string()),
        "resultType": code.map(|code| code.to_string()),
        "correlationId": event.correlation,
        "Level": 4,
        "properties": write(event)?,
    }))
}

const fn category_of(kind: SignInKind) -> &'static str {
    match kind {
        SignInKind::Interactive | SignInKind::Unknown => "SignInLogs",
        SignInKind::NonInteractive => "NonInteractiveUserSignInLogs",
        SignInKind::ServicePrincipal => "ServicePrincipalSignInLogs",
        SignInKind::ManagedIdentity => "ManagedIdentitySignInLogs",
    }
}

fn time(event: &Event) -> Option<String> {
    event.at.map(|at| at.to_string())
}

fn sign_in(event: &Event, one: &SignIn) -> Map<String, Value> {
    let types: &[&str] = match one.kind {
        SignInKind::Interactive => &["interactiveUser"],
        SignInKind::NonInteractive => &["nonInteractiveUser"],
        SignInKind::ServicePrincipal => &["servicePrincipal"],
        SignInKind::ManagedIdentity => &["managedIdentity"],
        SignInKind::Unknown => &[],
    };
    let mut record = members(json!({
        "id": event.id,
        "createdDateTime": time(event),
        "correlationId": event.correlation,
        "userId": id(one.user),
        "appId": id(one.app.id),
        "appDisplayName": text(&one.app.name),
        "resourceId": id(one.resource.id),
        "resourceDisplayName": text(&one.resource.name),
        "ipAddress": text(&one.from.address),
        "clientAppUsed": text(&one.client_app),
        "isInteractive": matches!(one.kind, SignInKind::Interactive),
        "signInEventTypes": types,
        "originalRequestId": one.request,
        "servicePrincipalId": id(one.service_principal),
        "status": {"errorCode": one.outcome.code, "failureReason": text(&one.outcome.reason)},
        "location": {"city": text(&one.from.city), "countryOrRegion": text(&one.from.country)},
        "deviceDetail": {"operatingSystem": text(&one.from.device)},
        "authenticationDetails": one.steps.iter().map(step).collect::<Vec<_>>(),
        // The evaluation of policies is told in full elsewhere.
        "conditionalAccessStatus": "notApplied",
    }));
    for named in &one.names {
        record.insert(named.member.into(), named.name.as_str().into());
    }
    record
}

fn step(step: &Step) -> Value {
    json!({
        "authenticationMethod": step.method,
        "authenticationMethodDetail": text(&step.detail),
        "succeeded": step.is_accepted,
    })
}

fn audit(event: &Event, one: &Audit) -> Map<String, Value> {
    let result = match one.result {
        AuditResult::Success => Some("success"),
        AuditResult::Failure => Some("failure"),
        AuditResult::Timeout => Some("timeout"),
        AuditResult::Unknown => None,
    };
    let detail = |(key, value): &(String, String)| json!({"key": key, "value": value});
    members(json!({
        "id": event.id,
        "category": text(&one.category),
        "correlationId": event.correlation,
        "result": result,
        "resultReason": text(&one.reason),
        "activityDisplayName": one.activity,
        "activityDateTime": time(event),
        "loggedByService": text(&one.service),
        "initiatedBy": initiator(&one.by),
        "targetResources": one.targets.iter().map(target).collect::<Vec<_>>(),
        "additionalDetails": one.details.iter().map(detail).collect::<Vec<_>>(),
    }))
}

fn initiator(by: &Initiator) -> Value {
    let is_user = by.user.is_some() || !by.user_name.is_empty();
    let user = is_user.then(|| {
        json!({
            "id": id(by.user),
            "userPrincipalName": text(&by.user_name),
            "ipAddress": text(&by.address),
        })
    });
    let is_app = by.app.is_some() || by.service_principal.is_some() || !by.app_name.is_empty();
    let app = is_app.then(|| {
        json!({
            "appId": id(by.app),
            "displayName": text(&by.app_name),
            "servicePrincipalId": id(by.service_principal),
        })
    });
    json!({"user": user, "app": app})
}

fn target(target: &Target) -> Value {
    let change = |one: &Modified| {
        let mut change = members(json!({"displayName": one.name}));
        // Real records leave the side out that there is not.
        for (side, value) in [("oldValue", &one.old), ("newValue", &one.new)] {
            if let Some(value) = value {
                change.insert(side.into(), value.as_str().into());
            }
        }
        Value::Object(change)
    };
    json!({
        "id": text(&target.id),
        "displayName": text(&target.name),
        "type": text(&target.kind),
        "userPrincipalName": text(&target.principal_name),
        "modifiedProperties": target.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn operation(event: &Event, one: &Operation) -> Value {
    let result = match one.result {
        AuditResult::Success => "Success",
        AuditResult::Failure => "Failure",
        AuditResult::Timeout => "Timeout",
        AuditResult::Unknown => "Start",
    };
    let claims = one.caller_id.map(|id| json!({OBJECT_ID: id.to_string()}));
    json!({
        "id": event.id,
        "time": time(event),
        "resourceId": one.resource,
        "operationName": one.name,
        "category": "Administrative",
        "resultType": result,
        "correlationId": event.correlation,
        "caller": text(&one.caller),
        "identity": {"claims": claims},
    })
}

fn id(id: Option<Guid>) -> Option<String> {
    id.map(|id| id.to_string())
}

/// A text; an empty one is no value.
fn text(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::read;
    use halligan_core::watch::detect::all;
    use halligan_core::watch::event::Sign;

    /// Every sample of a detection is a record that is read as what it was.
    #[test]
    fn what_is_written_is_read() {
        let mut count = 0;
        for sample in all().iter().flat_map(|detection| detection.samples) {
            let event = (sample.event)();
            let is_sign = matches!(event.what, What::Sign(_) | What::Other { .. });
            assert_eq!(write(&event).is_none(), is_sign, "{}", sample.name);
            let Some(record) = write(&event) else { continue };
            let found = read(record.to_string().as_bytes()).unwrap();
            assert_eq!(found, event, "{}: {record}", sample.name);
            let envelope = write_envelope(&event).unwrap();
            let found = read(envelope.to_string().as_bytes()).unwrap();
            assert_eq!(found, event, "{}: {envelope}", sample.name);
            count += 1;
        }
        assert!(count > 50, "{count}");
        let sign = What::Sign(Sign::Unreadable { flaw: String::new() });
        let event = Event { id: None, at: None, tenant: None, correlation: None, what: sign };
        assert_eq!(write(&event), None);
    }
}
