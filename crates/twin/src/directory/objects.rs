//! Graph objects with every member that the real service writes, ready to be changed.

use halligan_core::id::{Guid, TenantId};
use serde_json::{Value, json};

use super::{Object, text_of};

/// When nothing more telling is given: objects of the twin were created on this day.
pub(crate) const CREATED: &str = "2025-03-03T08:00:00Z";

/// The object that a `json!` literal writes.
pub(crate) fn object(value: Value) -> Object {
    match value {
        Value::Object(members) => members,
        _ => Object::new(),
    }
}

pub(crate) fn organization(tenant: TenantId, display_name: &str) -> Object {
    object(json!({
        "id": tenant.to_string(),
        "displayName": display_name,
        "createdDateTime": CREATED,
        "tenantType": "AAD",
        "countryLetterCode": "DE",
        "businessPhones": [],
        "technicalNotificationMails": [],
        "onPremisesSyncEnabled": null,
    }))
}

/// A verified domain; `authentication` is `Managed` or `Federated`.
pub(crate) fn domain(name: &str, authentication: &str, is_initial: bool) -> Object {
    object(json!({
        "id": name,
        "authenticationType": authentication,
        "availabilityStatus": null,
        "isAdminManaged": true,
        "isDefault": is_initial,
        "isInitial": is_initial,
        "isRoot": true,
        "isVerified": true,
        "passwordNotificationWindowInDays": null,
        "passwordValidityPeriodInDays": null,
        "state": null,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
    }))
}

/// An enabled cloud-only member.
pub(crate) fn user(id: Guid, principal_name: &str, display_name: &str) -> Object {
    object(json!({
        "id": id.to_string(),
        "accountEnabled": true,
        "assignedLicenses": [],
        "businessPhones": [],
        "createdDateTime": CREATED,
        "creationType": null,
        "displayName": display_name,
        "employeeLeaveDateTime": null,
        "givenName": null,
        "isManagementRestricted": null,
        "jobTitle": null,
        "lastPasswordChangeDateTime": CREATED,
        "mail": null,
        "mailNickname": principal_name.split('@').next().unwrap_or(principal_name),
        "onPremisesImmutableId": null,
        "onPremisesSyncEnabled": null,
        "passwordPolicies": null,
        "surname": null,
        "userPrincipalName": principal_name,
        "userType": "Member",
    }))
}

/// An assigned security group.
pub(crate) fn security_group(id: Guid, display_name: &str) -> Object {
    let nickname: String =
        display_name.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    object(json!({
        "id": id.to_string(),
        "createdDateTime": CREATED,
        "description": null,
        "displayName": display_name,
        "expirationDateTime": null,
        "groupTypes": [],
        "isAssignableToRole": null,
        "isManagementRestricted": null,
        "mail": null,
        "mailEnabled": false,
        "mailNickname": nickname,
        "membershipRule": null,
        "membershipRuleProcessingState": null,
        "onPremisesSyncEnabled": null,
        "securityEnabled": true,
        "visibility": null,
    }))
}

/// An administrative unit; `is_restricted` keeps administrators of the whole tenant out of it.
pub(crate) fn administrative_unit(id: Guid, display_name: &str, is_restricted: bool) -> Object {
    object(json!({
        "id": id.to_string(),
        "deletedDateTime": null,
        "displayName": display_name,
        "description": null,
        "isMemberManagementRestricted": is_restricted,
        "membershipRule": null,
        "membershipRuleProcessingState": null,
        "membershipType": null,
        "visibility": null,
    }))
}

/// A holding of a group's membership by assignment (PIM for Groups).
pub(crate) fn group_schedule(group: Guid, principal: Guid, end: Option<&str>) -> Object {
    let id = format!("{group}_member_{principal}");
    object(json!({
        "id": id,
        "accessId": "member",
        "assignmentScheduleId": id,
        "assignmentType": "assigned",
        "groupId": group.to_string(),
        "memberType": "direct",
        "principalId": principal.to_string(),
        "startDateTime": CREATED,
        "endDateTime": end,
    }))
}

/// When a user was last used: `signInActivity`.
pub(crate) fn sign_in_activity(last: &str) -> Value {
    json!({
        "lastSignInDateTime": last,
        "lastSignInRequestId": null,
        "lastNonInteractiveSignInDateTime": last,
        "lastNonInteractiveSignInRequestId": null,
        "lastSuccessfulSignInDateTime": last,
        "lastSuccessfulSignInRequestId": null,
    })
}

/// The password that every cloud account has; its id is the same everywhere.
///
/// Source: <https://learn.microsoft.com/graph/api/authentication-list-passwordmethods>.
pub(crate) fn password_method(created: &str) -> Object {
    object(json!({
        "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
        "id": "28c10230-6103-485e-b985-444c60001490",
        "password": null,
        "createdDateTime": created,
    }))
}

/// A device-bound, attested security key.
pub(crate) fn fido2_method(id: &str, name: &str, aaguid: &str, model: &str) -> Object {
    object(json!({
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
        "id": id,
        "displayName": name,
        "createdDateTime": CREATED,
        "aaGuid": aaguid,
        "model": model,
        "attestationCertificates": [],
        "attestationLevel": "attested",
        "passkeyType": "deviceBound",
    }))
}

pub(crate) fn phone_method(number: &str) -> Object {
    object(json!({
        "@odata.type": "#microsoft.graph.phoneAuthenticationMethod",
        "id": "3179e48a-750b-4051-897c-87b9720928f7",
        "createdDateTime": CREATED,
        "phoneNumber": number,
        "phoneType": "mobile",
        "smsSignInState": "notConfigured",
    }))
}

pub(crate) fn authenticator_method(id: Guid, device: &str) -> Object {
    object(json!({
        "@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod",
        "id": id.to_string(),
        "createdDateTime": CREATED,
        "displayName": device,
        "deviceTag": "SoftwareTokenActivated",
        "phoneAppVersion": "6.2511.7533",
    }))
}

/// An active assignment; its id is as opaque as Graph's and follows from its members.
pub(crate) fn assignment(principal: Guid, role: Guid, scope: &str) -> Object {
    object(json!({
        "id": opaque_id("lAPpYvVpN0KRkAEhdxReE", principal, role, scope),
        "principalId": principal.to_string(),
        "roleDefinitionId": role.to_string(),
        "directoryScopeId": scope,
        "appScopeId": null,
        "condition": null,
    }))
}

/// The schedule instance of an assignment that was made for good.
pub(crate) fn permanent_instance(assignment: &Object) -> Object {
    let id = text_of(assignment, "id");
    object(json!({
        "id": format!("{id}-1"),
        "principalId": text_of(assignment, "principalId"),
        "roleDefinitionId": text_of(assignment, "roleDefinitionId"),
        "directoryScopeId": text_of(assignment, "directoryScopeId"),
        "appScopeId": null,
        "startDateTime": null,
        "endDateTime": null,
        "assignmentType": "Assigned",
        "memberType": "Direct",
        "roleAssignmentOriginId": id,
        "roleAssignmentScheduleId": id,
    }))
}

/// An eligible assignment for the whole tenant.
pub(crate) fn eligibility(principal: Guid, role: Guid, end: Option<&str>) -> Object {
    let id = opaque_id("Eligible", principal, role, "/");
    object(json!({
        "id": format!("{id}-e"),
        "principalId": principal.to_string(),
        "roleDefinitionId": role.to_string(),
        "directoryScopeId": "/",
        "appScopeId": null,
        "startDateTime": CREATED,
        "endDateTime": end,
        "memberType": "Direct",
        "roleEligibilityScheduleId": id,
    }))
}

/// An activated directory role, as `memberOf` lists it.
pub(crate) fn directory_role(tenant: TenantId, definition: &Object) -> Object {
    let template = text_of(definition, "templateId");
    object(json!({
        "id": mixed(template, &tenant.to_string()).to_string(),
        "deletedDateTime": null,
        "description": definition.get("description").cloned().unwrap_or(Value::Null),
        "displayName": text_of(definition, "displayName"),
        "roleTemplateId": template,
    }))
}

fn opaque_id(prefix: &str, principal: Guid, role: Guid, scope: &str) -> String {
    let number = mixed(&principal.to_string(), &format!("{role}{scope}")).to_string();
    format!("{prefix}{}", number.replace('-', ""))
}

/// A GUID that follows from two texts (FNV-1a over both, 128 bits).
pub(crate) fn mixed(one: &str, other: &str) -> Guid {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash = OFFSET;
    for byte in one.bytes().chain([0]).chain(other.bytes()) {
        hash = (hash ^ u128::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME);
    }
    Guid::from_u128(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_ids_tell_assignments_apart() {
        let one = assignment(Guid::from_u128(1), Guid::from_u128(2), "/");
        let other = assignment(Guid::from_u128(2), Guid::from_u128(1), "/");
        assert_ne!(one["id"], other["id"]);
        assert_eq!(one, assignment(Guid::from_u128(1), Guid::from_u128(2), "/"));
    }
}
