//! What every tenant has: role definitions, authentication strengths, default policies.

use halligan_core::power::{Power, ROLES, Role};
use serde_json::{Value, json};

use super::Object;
use super::objects::{CREATED, object};

/// Built-in strength "Multifactor authentication".
pub const MFA_STRENGTH: &str = "00000000-0000-0000-0000-000000000002";
/// Built-in strength "Passwordless MFA".
pub const PASSWORDLESS_STRENGTH: &str = "00000000-0000-0000-0000-000000000003";
/// Built-in strength "Phishing-resistant MFA".
pub const PHISHING_RESISTANT_STRENGTH: &str = "00000000-0000-0000-0000-000000000004";

/// Built-in roles that generated tenants give away, by display name and template id, Global
/// Administrator first.
///
/// Source: the generated table of maester365/maester @6bf1d98f, made from
/// <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>.
pub(crate) const BUILT_IN_ROLES: [(&str, &str); 14] = [
    ("Global Administrator", "62e90394-69f5-4237-9190-012177145e10"),
    ("Privileged Role Administrator", "e8611ab8-c189-46e8-94e1-60213ab1f814"),
    ("Privileged Authentication Administrator", "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"),
    ("Conditional Access Administrator", "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"),
    ("Security Administrator", "194ae4cb-b126-40b2-bd5b-6091b380977d"),
    ("Authentication Administrator", "c4e39bd9-1100-46d3-8c65-fb160da0071f"),
    ("Authentication Policy Administrator", "0526716b-113d-4c15-b2c8-68e3c22b9f80"),
    ("Application Administrator", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"),
    ("Cloud Application Administrator", "158c047a-c907-4556-b7ef-446551a6b5f7"),
    ("Hybrid Identity Administrator", "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"),
    ("User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1"),
    ("Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8"),
    ("Global Reader", "f2ef992c-3afb-46b9-b7cf-a126ee74c451"),
    ("Security Reader", "5d6b6bb7-de71-4623-b4af-96380a352509"),
];

/// The actions that stand for what a built-in role can do; the service lists more of them.
///
/// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>.
const ACTIONS: [(Power, &str); 10] = [
    (Power::AssignRoles, "microsoft.directory/roleAssignments/allProperties/allTasks"),
    (Power::TakeOver, "microsoft.directory/users/authenticationMethods/create"),
    (Power::ActAsApplications, "microsoft.directory/applications/credentials/update"),
    (Power::GrantPermissions, "microsoft.directory/servicePrincipals/appRoleAssignedTo/update"),
    (Power::FederateDomains, "microsoft.directory/domains/federation/update"),
    (
        Power::ChangeRoleSettings,
        "microsoft.directory/privilegedIdentityManagement/allProperties/update",
    ),
    (Power::ChangeDemands, "microsoft.directory/conditionalAccessPolicies/basic/update"),
    (Power::DisableAccounts, "microsoft.directory/users/disable"),
    (Power::ChangeGroups, "microsoft.directory/groups/members/update"),
    (Power::ResetUsers, "microsoft.directory/users/password/update"),
];

pub(super) fn role_definitions() -> Vec<Object> {
    ROLES.iter().map(role_definition).collect()
}

fn role_definition(role: &Role) -> Object {
    let reading = "microsoft.directory/users/standard/read";
    let can =
        |(power, action): &(Power, &'static str)| role.powers.contains(power).then_some(*action);
    let actions: Vec<&str> = ACTIONS.iter().filter_map(can).chain([reading]).collect();
    let (name, template) = (role.name, role.id.to_string());
    object(json!({
        "id": template,
        "description": format!("Built-in role {name}."),
        "displayName": name,
        "isBuiltIn": true,
        "isEnabled": true,
        "isPrivileged": role.is_privileged,
        "resourceScopes": ["/"],
        "rolePermissions": [{"allowedResourceActions": actions, "condition": null}],
        "templateId": template,
        "version": "1",
    }))
}

const PHISHING_RESISTANT: [&str; 3] =
    ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"];
const PASSWORDLESS: [&str; 4] =
    ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor", "deviceBasedPush"];
const MFA: [&str; 17] = [
    "windowsHelloForBusiness",
    "fido2",
    "x509CertificateMultiFactor",
    "deviceBasedPush",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "password,microsoftAuthenticatorPush",
    "password,softwareOath",
    "password,hardwareOath",
    "password,sms",
    "password,voice",
    "federatedMultiFactor",
    "microsoftAuthenticatorPush,federatedSingleFactor",
    "softwareOath,federatedSingleFactor",
    "hardwareOath,federatedSingleFactor",
    "sms,federatedSingleFactor",
    "voice,federatedSingleFactor",
];

/// The three built-in strengths.
///
/// Source: <https://learn.microsoft.com/graph/api/authenticationstrengthroot-list-policies>.
pub(super) fn strengths() -> Vec<Object> {
    vec![
        strength(
            MFA_STRENGTH,
            "Multifactor authentication",
            "Combinations of methods that satisfy strong authentication, such as a password + SMS",
            &MFA,
        ),
        strength(
            PASSWORDLESS_STRENGTH,
            "Passwordless MFA",
            "Passwordless methods that satisfy strong authentication, such as Passwordless sign-in \
             with the Microsoft Authenticator",
            &PASSWORDLESS,
        ),
        strength(
            PHISHING_RESISTANT_STRENGTH,
            "Phishing-resistant MFA",
            "Phishing-resistant, Passwordless methods for the strongest authentication, such as a \
             FIDO2 security key",
            &PHISHING_RESISTANT,
        ),
    ]
}

fn strength(id: &str, name: &str, description: &str, combinations: &[&str]) -> Object {
    object(json!({
        "id": id,
        "createdDateTime": "2021-12-01T00:00:00Z",
        "modifiedDateTime": "2021-12-01T00:00:00Z",
        "displayName": name,
        "description": description,
        "policyType": "builtIn",
        "requirementsSatisfied": "mfa",
        "allowedCombinations": combinations,
        "combinationConfigurations": [],
    }))
}

pub(super) fn security_defaults() -> Object {
    object(json!({
        "id": "00000000-0000-0000-0000-000000000005",
        "displayName": "Security Defaults",
        "description": "Security defaults is a set of basic identity security mechanisms.",
        "isEnabled": false,
    }))
}

/// The methods policy: FIDO2 and Authenticator on for everybody, no key restrictions.
pub(super) fn methods_policy() -> Object {
    let everybody =
        json!({"targetType": "group", "id": "all_users", "isRegistrationRequired": false});
    object(json!({
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "description": "The tenant-wide policy that controls which methods are allowed.",
        "lastModifiedDateTime": CREATED,
        "policyVersion": "1.5",
        "policyMigrationState": "migrationComplete",
        "registrationEnforcement": {"authenticationMethodsRegistrationCampaign": {
            "snoozeDurationInDays": 1,
            "state": "default",
            "excludeTargets": [],
            "includeTargets": [{
                "id": "all_users",
                "targetType": "group",
                "targetedAuthenticationMethod": "microsoftAuthenticator",
            }],
        }},
        "authenticationMethodConfigurations": [
            fido2_configuration(&everybody),
            {
                "@odata.type":
                    "#microsoft.graph.microsoftAuthenticatorAuthenticationMethodConfiguration",
                "id": "MicrosoftAuthenticator",
                "state": "enabled",
                "isSoftwareOathEnabled": false,
                "excludeTargets": [],
                "includeTargets": [{
                    "targetType": "group",
                    "id": "all_users",
                    "isRegistrationRequired": false,
                    "authenticationMode": "any",
                }],
            },
            {
                "@odata.type":
                    "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
                "id": "TemporaryAccessPass",
                "state": "disabled",
                "defaultLifetimeInMinutes": 60,
                "defaultLength": 8,
                "minimumLifetimeInMinutes": 60,
                "maximumLifetimeInMinutes": 480,
                "isUsableOnce": true,
                "excludeTargets": [],
                "includeTargets": [everybody],
            },
            {
                "@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration",
                "id": "Sms",
                "state": "disabled",
                "excludeTargets": [],
                "includeTargets": [],
            },
        ],
    }))
}

fn fido2_configuration(everybody: &Value) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
        "id": "Fido2",
        "state": "enabled",
        "isSelfServiceRegistrationAllowed": true,
        "isAttestationEnforced": true,
        "keyRestrictions": {"isEnforced": false, "enforcementType": "allow", "aaGuids": []},
        "excludeTargets": [],
        "includeTargets": [everybody],
    })
}
