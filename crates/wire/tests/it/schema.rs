//! What is written is what Graph's schema allows, and nothing of a full object gets lost.

use std::fmt::Debug;
use std::fs;

use halligan_core::tenant::{
    AccessReview, AdministrativeUnit, AppCredentialKind, AppRoleGrant, AuthenticationContext,
    AuthorizationPolicy, CatalogResource, DelegatedAdmin, DelegatedGrant, DiagnosticSetting,
    DirectorySync, Domain, FederatedCredential, Federation, Group, GroupAccess, GroupPolicy,
    LifecycleWorkflow, Member, Membership, Method, MethodsPolicy, NamedLocation, Organization,
    Partner, Policy, ProtectedAction, RecoveryJob, RecoveryProfile, Registration, ReviewDecision,
    RoleAssignment, RoleDefinition, RoleDemand, RolePolicy, RoleRule, RoleSchedule,
    SecurityDefaults, ServicePrincipal, SignInActivity, Strength, User, Watcher,
};
use halligan_wire::{Entity, read};
use serde_json::{Value, json};

use crate::{full, settings, shared};

const POLICY: &str = "microsoft.graph.conditionalAccessPolicy";

/// Graph's schemas, strict: members that they do not know are refused.
struct Schemas {
    v1: Value,
    beta: Value,
}

impl Schemas {
    fn load() -> Option<Self> {
        let folder = shared::folder("graph-openapi")?;
        let load = |name| {
            let bytes = fs::read(folder.join(name)).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        let (v1, mut beta): (Value, Value) =
            (load("graph-v1.0.subset.json"), load("graph-beta.subset.json"));
        // The subset of beta lacks `templateId`, which policies exported from beta have.
        let template = json!({"type": ["string", "null"]});
        let variants = &mut beta["components"]["schemas"][POLICY]["anyOf"];
        for variant in variants.as_array_mut().unwrap() {
            if variant.get("properties").is_some() {
                variant["properties"]["templateId"] = template.clone();
            }
        }
        Some(Self { v1, beta })
    }

    fn check(&self, name: &str, instance: &Value) {
        let whole = if name == "conditionalAccessPolicy" { &self.beta } else { &self.v1 };
        let schema = json!({
            "$ref": format!("#/components/schemas/microsoft.graph.{name}"),
            "components": whole["components"],
        });
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(instance)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {}\n{instance:#}", errors.join("\n"));
    }

    /// Reads, writes, validates, reads again.
    fn round<T: Entity + PartialEq + Debug>(&self, name: &str, input: &Value) -> Value {
        let entity: T = read(input.to_string().as_bytes()).unwrap();
        let output = Value::Object(entity.write());
        self.check(name, &output);
        assert_eq!(read::<T>(output.to_string().as_bytes()).as_ref(), Ok(&entity), "{name}");
        output
    }

    /// The same, and what is written is what was read.
    fn same<T: Entity + PartialEq + Debug>(&self, name: &str, input: &Value) {
        assert_eq!(self.round::<T>(name, input), *input, "{name}");
    }
}

#[test]
fn directory_and_policies_are_written_as_the_schema_says() {
    let Some(schemas) = Schemas::load() else { return };
    schemas.round::<Organization>("organization", &full::organization());
    schemas.round::<Domain>("domain", &full::domain());
    schemas.same::<SecurityDefaults>(
        "identitySecurityDefaultsEnforcementPolicy",
        &full::security_defaults(),
    );
    schemas.same::<MethodsPolicy>("authenticationMethodsPolicy", &full::methods_policy());
    schemas.same::<Strength>("authenticationStrengthPolicy", &full::strength());
    schemas.same::<Policy>("conditionalAccessPolicy", &full::policy());
    for location in full::locations() {
        schemas.same::<NamedLocation>("namedLocation", &location);
    }
}

#[test]
fn people_groups_and_roles_are_written_as_the_schema_says() {
    let Some(schemas) = Schemas::load() else { return };
    schemas.round::<User>("user", &full::user());
    for method in full::methods() {
        schemas.round::<Method>("authenticationMethod", &method);
    }
    schemas.same::<Group>("group", &full::group());
    for object in full::directory_objects() {
        schemas.same::<Member>("directoryObject", &object);
        schemas.same::<Membership>("directoryObject", &object);
    }
    schemas.same::<Membership>("directoryObject", &full::membership());
    schemas.same::<RoleDefinition>("unifiedRoleDefinition", &full::role_definition());
    schemas.same::<RoleAssignment>("unifiedRoleAssignment", &full::role_assignment());
    schemas.same::<RoleSchedule>(
        "unifiedRoleAssignmentScheduleInstance",
        &full::assignment_schedule(),
    );
    schemas.same::<RoleSchedule>(
        "unifiedRoleEligibilityScheduleInstance",
        &full::eligibility_schedule(),
    );
    schemas.same::<RoleSchedule>(
        "privilegedAccessGroupEligibilityScheduleInstance",
        &full::group_eligibility(),
    );
}

#[test]
fn settings_and_applications_are_written_as_the_schema_says() {
    let Some(schemas) = Schemas::load() else { return };
    schemas.same::<AuthorizationPolicy>("authorizationPolicy", &settings::authorization_policy());
    schemas.same::<Federation>("internalDomainFederation", &settings::federation());
    schemas.same::<AuthenticationContext>(
        "authenticationContextClassReference",
        &settings::authentication_context(),
    );
    schemas.same::<AdministrativeUnit>("administrativeUnit", &settings::administrative_unit());
    schemas.same::<AppRoleGrant>("appRoleAssignment", &settings::app_role_grant());
    schemas.same::<DelegatedGrant>("oAuth2PermissionGrant", &settings::delegated_grant());
    schemas.round::<ServicePrincipal>("servicePrincipal", &settings::service_principal());
    schemas.round::<Registration>("application", &settings::registration());
    let mut relationship = settings::delegated_admin();
    round::<DelegatedAdmin>(&relationship);
    relationship.as_object_mut().unwrap().remove("accessAssignments");
    schemas.round::<DelegatedAdmin>("delegatedAdminRelationship", &relationship);
    let mut role_policy = settings::role_policy();
    round::<RolePolicy>(&role_policy);
    let rules = role_policy["policy"]["rules"].as_array_mut().unwrap();
    rules.pop();
    schemas.round::<RolePolicy>("unifiedRoleManagementPolicyAssignment", &role_policy);
    let mut group_policy = settings::group_policy();
    round::<GroupPolicy>(&group_policy);
    group_policy["policy"]["rules"].as_array_mut().unwrap().pop();
    schemas.round::<GroupPolicy>("unifiedRoleManagementPolicyAssignment", &group_policy);
}

/// What Microsoft's schemas at hand lack is at least written as it was read.
#[test]
fn what_no_schema_describes_keeps_every_member() {
    same::<DirectorySync>(&settings::directory_sync());
    same::<ProtectedAction>(&settings::protected_action());
    same::<AccessReview>(&settings::access_review());
    round::<LifecycleWorkflow>(&settings::lifecycle_workflow());
    same::<CatalogResource>(&settings::catalog_resource());
    settings::recovery_jobs().iter().for_each(same::<RecoveryJob>);
    same::<RecoveryProfile>(&settings::recovery_profile());
    same::<SignInActivity>(&settings::sign_in_activity());
    same::<Watcher>(&settings::watcher());
    settings::partners().iter().for_each(round::<Partner>);
    round::<DiagnosticSetting>(&settings::diagnostic_setting());
    settings::federated_credentials().iter().for_each(same::<FederatedCredential>);
}

/// Reads, writes and reads again.
fn round<T: Entity + PartialEq + Debug>(input: &Value) {
    let entity: T = read(input.to_string().as_bytes()).unwrap();
    let output = Value::Object(entity.write());
    assert_eq!(read::<T>(output.to_string().as_bytes()), Ok(entity), "{output}");
}

/// The same, and what is written is what was read.
fn same<T: Entity + PartialEq + Debug>(input: &Value) {
    round::<T>(input);
    let entity: T = read(input.to_string().as_bytes()).unwrap();
    assert_eq!(Value::Object(entity.write()), *input);
}

#[test]
fn what_a_check_asks_for_is_found_in_settings() {
    fn one<T: Entity>(value: &Value) -> T {
        read(value.to_string().as_bytes()).unwrap()
    }
    let review: AccessReview = one(&settings::access_review());
    assert_eq!(
        review.queries,
        ["/v1.0/users", "/groups/14f2746d-7d6f-4ac6-acd8-8cac318b041b"].map(String::from)
    );
    assert_eq!(review.default_decision, Some(ReviewDecision::Recommendation));
    assert_eq!(review.end.map(|end| end.to_string()).as_deref(), Some("2027-06-30T00:00:00Z"));
    let trusted: Vec<FederatedCredential> =
        settings::federated_credentials().iter().map(one).collect();
    let subject = trusted[0].subject.as_deref();
    assert_eq!(subject, Some("repo:contoso/web:ref:refs/heads/main"));
    assert_eq!((trusted[0].expression.as_deref(), trusted[0].is_pattern()), (None, false));
    let expression = trusted[1].expression.as_deref();
    assert_eq!(expression, Some("claims['sub'] matches 'repo:contoso/*'"));
    assert_eq!((trusted[1].subject.as_deref(), trusted[1].is_pattern()), (None, true));
    let policy: RolePolicy = one(&settings::role_policy());
    let approval = policy.rules.iter().find(|rule| rule.is_for_activation()).unwrap();
    let RoleDemand::Approval { is_required, approvers } = &approval.demand else { panic!() };
    assert_eq!((is_required, approvers.len()), (&Some(true), 3));
    assert!(approvers[0].id.is_some() && approvers[1].id.is_some() && approvers[2].id.is_none());
    assert_eq!(RoleRule::ask_approval(&policy.rules), Some(true));
    let policy: GroupPolicy = one(&settings::group_policy());
    assert_eq!((policy.access, policy.rules.len()), (GroupAccess::Owner, 6));
    assert_eq!(policy.unknown["scopeId"], "00000000-0000-0000-0000-0000000000b1");
    let setting: DiagnosticSetting = one(&settings::diagnostic_setting());
    assert_eq!(setting.categories, ["SignInLogs", "AuditLogs"].map(String::from));
    assert_eq!(setting.targets, ["eventHub".to_owned()]);
    let principal: ServicePrincipal = one(&settings::service_principal());
    assert_eq!(principal.credentials.len(), 1);
    assert_eq!(principal.credentials[0].kind, AppCredentialKind::Secret);
    let written = Value::Object(principal.write()).to_string();
    assert!(!written.contains("hunter2") && !written.contains("b7A"), "{written}");
    let profile: RecoveryProfile = one(&settings::recovery_profile());
    assert!(profile.is_enabled && !profile.is_test_only);
    let unsaid: RecoveryProfile = one(&json!({"id": "x"}));
    assert!(unsaid.is_enabled && !unsaid.is_test_only);
    let partners: Vec<Partner> = settings::partners().iter().map(one).collect();
    let trusts = partners[0].inbound_trust.as_ref().unwrap();
    assert!(trusts.hybrid_joined_device && !trusts.mfa);
    assert_eq!((partners[1].is_service_provider, &partners[1].inbound_trust), (Some(true), &None));
}

#[test]
fn the_least_objects_are_written_as_the_schema_says_too() {
    let Some(schemas) = Schemas::load() else { return };
    let policy = json!({"id": "a", "displayName": "b", "state": "disabled",
        "conditions": {"applications": {"includeApplications": ["None"]}}});
    schemas.round::<Policy>("conditionalAccessPolicy", &policy);
    let controls = json!({"id": "a", "displayName": "b", "state": "disabled",
        "conditions": {"users": {"includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "none"}}},
        "grantControls": {"authenticationStrength": {"id": "x"}},
        "sessionControls": {"signInFrequency": {"isEnabled": false},
            "disableResilienceDefaults": false}});
    schemas.round::<Policy>("conditionalAccessPolicy", &controls);
    let user = json!({"id": "00000000-0000-0000-0000-0000000000a1", "userPrincipalName": "a@b"});
    schemas.round::<User>("user", &user);
    let group = json!({"id": "00000000-0000-0000-0000-0000000000a1", "displayName": "g"});
    schemas.round::<Group>("group", &group);
    let strength = json!({"id": "s"});
    schemas.round::<Strength>("authenticationStrengthPolicy", &strength);
    let policy = json!({"authenticationMethodConfigurations": [{"state": "enabled", "id": "Fido2",
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration"}]});
    schemas.round::<MethodsPolicy>("authenticationMethodsPolicy", &policy);
}

#[test]
fn any_letter_case_is_read_and_the_schemas_case_is_written() {
    fn shout(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(shout).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| {
                    let upper = name.chars().take(1).flat_map(char::to_uppercase);
                    (upper.chain(name.chars().skip(1)).collect::<String>(), shout(value))
                })
                .collect(),
            other => other.clone(),
        }
    }
    let expected: Policy = read(full::policy().to_string().as_bytes()).unwrap();
    let mut loud: Policy = read(shout(&full::policy()).to_string().as_bytes()).unwrap();
    let strength = |policy: &Policy| policy.grant.clone().unwrap().strength.unwrap();
    assert_eq!(strength(&loud).allowed_combinations, strength(&expected).allowed_combinations);
    // Members that no type knows keep the spelling in which they came.
    let known = |unknown: &mut halligan_core::tenant::Unknown| unknown.clear();
    let mut expected = expected;
    for policy in [&mut loud, &mut expected] {
        let grant = policy.grant.as_mut().unwrap().strength.as_mut().unwrap();
        known(&mut grant.unknown);
        grant.configurations.iter_mut().for_each(|one| known(&mut one.unknown));
        known(&mut policy.conditions.devices.as_mut().unwrap().unknown);
        known(&mut policy.conditions.client_applications.as_mut().unwrap().unknown);
    }
    assert_eq!(loud, expected);
}
