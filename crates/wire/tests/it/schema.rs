//! What is written is what Graph's schema allows, and nothing of a full object gets lost.

use std::fmt::Debug;
use std::fs;

use halligan_core::tenant::{
    Domain, Group, Member, Membership, Method, MethodsPolicy, NamedLocation, Organization, Policy,
    RoleAssignment, RoleDefinition, RoleSchedule, SecurityDefaults, Strength, User,
};
use halligan_wire::{Entity, read};
use serde_json::{Value, json};

use crate::{full, shared};

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
