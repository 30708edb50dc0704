//! Writing a scenario that reads as the same directory.

use serde_json::{Value, json};

use super::{ACCESS_ASSIGNMENTS, FORMAT, VERSION};
use crate::app::{App, Certificate};
use crate::directory::{Directory, Licence, Object, text_of};

impl Directory {
    /// The directory as a scenario file, indented.
    pub fn to_scenario(&self) -> String {
        let built_in = Self::empty(self.tenant, "", "");
        let beside = |all: &[Object], known: &[Object]| -> Vec<Object> {
            all.iter().filter(|object| !known.contains(object)).cloned().collect()
        };
        let scenario = json!({
            "format": FORMAT,
            "version": VERSION,
            "tenant": {
                "id": self.tenant.to_string(),
                "displayName": text_of(&self.organization, "displayName"),
                "licence": match self.licence {
                    Licence::Free => "Free",
                    Licence::P1 => "P1",
                    Licence::P2 => "P2",
                },
                "domains": self.domains,
                "organization": self.organization,
            },
            "securityDefaults": self.security_defaults,
            "methodsPolicy": self.methods_policy,
            "strengths": beside(&self.strengths, &built_in.strengths),
            "policies": self.policies,
            "previewPolicies": self.preview_policies,
            "namedLocations": self.locations,
            "users": self.users.values().map(|user| {
                let mut object = user.object.clone();
                object.insert("methods".into(), json!(user.methods));
                object
            }).collect::<Vec<Object>>(),
            "deletedUsers": self.deleted_users.values().collect::<Vec<&Object>>(),
            "groups": self.groups.values().map(|group| {
                let texts = |ids: &[halligan_core::id::Guid]| -> Vec<String> {
                    ids.iter().map(ToString::to_string).collect()
                };
                let mut object = group.object.clone();
                object.insert("members".into(), json!(texts(&group.members)));
                object.insert("owners".into(), json!(texts(&group.owners)));
                object
            }).collect::<Vec<Object>>(),
            "deletedGroups": self.deleted_groups.values().collect::<Vec<&Object>>(),
            "servicePrincipals": self.service_principals.values().collect::<Vec<&Object>>(),
            "roleDefinitions": beside(&self.role_definitions, &built_in.role_definitions),
            "roleAssignments": self.role_assignments,
            "roleSchedules": self.assignment_instances,
            "roleEligibilities": self.eligibility_instances,
            "groupEligibilities": self.group_eligibilities,
            "delegatedAdminCustomers": self.delegated_admin.customers,
            "delegatedAdminRelationships": self.delegated_admin.relationships.iter()
                .map(|relationship| {
                    let mut object = relationship.object.clone();
                    let assignments = json!(relationship.access_assignments);
                    object.insert(ACCESS_ASSIGNMENTS.into(), assignments);
                    object
                })
                .collect::<Vec<Object>>(),
            "apps": self.apps.values().map(app).collect::<Vec<Value>>(),
            "issuers": self.issuers.iter().map(issuer).collect::<Vec<Value>>(),
        });
        format!("{scenario:#}\n")
    }
}

fn app(app: &App) -> Value {
    json!({
        "clientId": app.client_id.to_string(),
        "displayName": app.display_name,
        "secretSha256": app.secret.map(|secret| secret.to_hex()),
        "certificate": app.certificate.as_ref().map(|certificate| certificate.to_pem()),
        "permissions": app.permissions,
        "delegatedPermissions": app.delegated,
        "isPublicClient": app.is_public_client,
        "isManagedIdentity": app.is_managed_identity,
        "federatedCredentials": app.federated.iter().map(|one| json!({
            "issuer": one.issuer, "subject": one.subject, "audience": one.audience,
        })).collect::<Vec<Value>>(),
    })
}

fn issuer((url, certificate): (&String, &Certificate)) -> Value {
    json!({"issuer": url, "certificate": certificate.to_pem()})
}
