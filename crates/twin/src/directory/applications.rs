//! Applications of the tenant: registrations, who owns them, what they were granted.
//!
//! Microsoft Graph is a service principal itself, and its permissions are its app roles. Every
//! registered client application of the twin is a service principal too, and its permissions are
//! its grants.

use std::collections::BTreeMap;

use halligan_core::id::{AppId, Guid};
use halligan_core::power::{self, MICROSOFT_GRAPH};
use serde_json::{Value, json};

use super::app_roles::READING;
use super::objects::{CREATED, mixed, object};
use super::{Directory, Object, text_of};
use crate::app::App;

/// The tenant that Microsoft's own applications live in.
const MICROSOFT_TENANT: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/// Registrations, owners and grants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applications {
    /// `application` objects by object id.
    pub registrations: BTreeMap<Guid, Object>,
    /// Owners of service principals and of registrations, by the owned object's id.
    pub owners: BTreeMap<Guid, Vec<Guid>>,
    /// `federatedIdentityCredential` objects by the registration's id; those that the twin's own
    /// client applications sign in with are added in answers.
    pub federated: BTreeMap<Guid, Vec<Object>>,
    /// `appRoleAssignment` objects; those of the twin's own client applications are added in
    /// answers.
    pub app_role_assignments: Vec<Object>,
    /// `oAuth2PermissionGrant` objects.
    pub permission_grants: Vec<Object>,
    /// App roles of Microsoft Graph beyond those that the twin knows, by id.
    pub app_roles: BTreeMap<Guid, String>,
}

impl Directory {
    /// The object id of an application's service principal.
    pub(crate) fn principal_of(&self, app: AppId) -> Option<Guid> {
        let app = app.to_string();
        let mut all = self.service_principals.iter();
        all.find(|(_, one)| text_of(one, "appId").eq_ignore_ascii_case(&app)).map(|(id, _)| *id)
    }

    /// The object id of Microsoft Graph's own service principal.
    pub(crate) fn graph_principal(&self) -> Guid {
        self.principal_of(MICROSOFT_GRAPH).unwrap_or(Guid::from_u128(0))
    }

    /// Gives Microsoft Graph's service principal this object id.
    pub(super) fn move_graph_principal(&mut self, id: Guid) {
        let old = self.graph_principal();
        let object = self.service_principals.remove(&old).unwrap_or_else(|| microsoft_graph(id));
        let mut object = object;
        object.insert("id".into(), id.to_string().into());
        self.service_principals.insert(id, object);
    }

    /// Gives the application a service principal and a registration unless it has them.
    pub(super) fn enrol(&mut self, app: &App) {
        if self.principal_of(app.client_id).is_some() {
            return;
        }
        let tenant = self.tenant.to_string();
        let name = &app.display_name;
        let id = mixed(&app.client_id.to_string(), &format!("{tenant} service principal"));
        let principal = service_principal(id, app.client_id, name, &tenant);
        self.service_principals.insert(id, principal);
        let id = mixed(&app.client_id.to_string(), &format!("{tenant} registration"));
        self.applications.registrations.insert(id, registration(id, app.client_id, name));
    }

    /// Every app role of Microsoft Graph by id: those in the tables, those of the directory, and
    /// one for each permission of an application that neither knows.
    pub(crate) fn graph_app_roles(&self) -> BTreeMap<Guid, String> {
        let mut roles: BTreeMap<Guid, String> =
            READING.iter().map(|(name, id)| (Guid::from_u128(*id), (*name).to_owned())).collect();
        roles.extend(power::PERMISSIONS.iter().map(|one| (one.id, one.name.to_owned())));
        roles.extend(self.applications.app_roles.clone());
        for name in self.apps.values().flat_map(|app| &app.permissions) {
            if !roles.values().any(|known| known == name) {
                roles.insert(made_up_role(name), name.clone());
            }
        }
        roles
    }

    /// A service principal as answers show it: that of Microsoft Graph with its app roles.
    pub(crate) fn shown_principal(&self, object: &Object) -> Object {
        let mut object = object.clone();
        let is_graph = text_of(&object, "appId").eq_ignore_ascii_case(&MICROSOFT_GRAPH.to_string());
        if is_graph && !object.contains_key("appRoles") {
            let roles = self.graph_app_roles();
            let roles: Vec<Value> = roles.iter().map(|(id, name)| app_role(*id, name)).collect();
            object.insert("appRoles".into(), roles.into());
        }
        object
    }

    /// Grants of app roles, and those of the twin's own client applications.
    pub(crate) fn every_app_role_assignment(&self) -> Vec<Object> {
        let mut all = self.applications.app_role_assignments.clone();
        let graph = self.graph_principal();
        let roles = self.graph_app_roles();
        let holds = |all: &[Object], principal: Guid, role: Guid| {
            let (principal, role) = (principal.to_string(), role.to_string());
            all.iter().any(|one| {
                text_of(one, "principalId").eq_ignore_ascii_case(&principal)
                    && text_of(one, "appRoleId").eq_ignore_ascii_case(&role)
            })
        };
        for app in self.apps.values() {
            let Some(principal) = self.principal_of(app.client_id) else { continue };
            for (role, _) in roles.iter().filter(|(_, name)| app.permissions.contains(*name)) {
                if !holds(&all, principal, *role) {
                    let name = &app.display_name;
                    all.push(app_role_assignment(principal, name, *role, graph));
                }
            }
        }
        all
    }
}

impl Directory {
    /// Whose tokens stand for a registration: what is written there, and what the twin's own client
    /// application of the same id signs in with.
    pub(crate) fn federated_credentials(&self, id: Guid, registration: &Object) -> Vec<Object> {
        let mut all = self.applications.federated.get(&id).cloned().unwrap_or_default();
        let app = text_of(registration, "appId").parse::<AppId>().ok();
        let own = app.and_then(|app| self.apps.get(&app.0)).map(|app| app.federated.as_slice());
        for (place, one) in own.unwrap_or_default().iter().enumerate() {
            let is_it = |known: &Object| {
                text_of(known, "issuer") == one.issuer && text_of(known, "subject") == one.subject
            };
            if !all.iter().any(is_it) {
                let name = format!("own-{}", place + 1);
                all.push(federated_credential(id, &name, &one.issuer, &one.subject, &one.audience));
            }
        }
        all
    }
}

/// An id for a permission of which no source at hand gives the id: it follows from the name.
fn made_up_role(name: &str) -> Guid {
    mixed(name, "app role of Microsoft Graph")
}

/// The id of Microsoft Graph's app role with this name.
pub(crate) fn app_role_id(name: &str) -> Guid {
    let known = READING.iter().find(|(known, _)| *known == name);
    match (known, power::permission(name)) {
        (Some((_, id)), _) => Guid::from_u128(*id),
        (None, Some(permission)) => permission.id,
        (None, None) => made_up_role(name),
    }
}

fn app_role(id: Guid, name: &str) -> Value {
    json!({
        "allowedMemberTypes": ["Application"],
        "description": name,
        "displayName": name,
        "id": id.to_string(),
        "isEnabled": true,
        "origin": "Application",
        "value": name,
    })
}

/// Microsoft Graph as a service principal of the tenant, without its app roles.
pub(super) fn microsoft_graph(id: Guid) -> Object {
    service_principal(id, MICROSOFT_GRAPH, "Microsoft Graph", MICROSOFT_TENANT)
}

/// A service principal of an application that belongs to the tenant `home`.
pub(crate) fn service_principal(id: Guid, app: AppId, name: &str, home: &str) -> Object {
    object(json!({
        "id": id.to_string(),
        "appId": app.to_string(),
        "displayName": name,
        "appDisplayName": name,
        "accountEnabled": true,
        "appOwnerOrganizationId": home,
        "appRoleAssignmentRequired": false,
        "servicePrincipalNames": [app.to_string()],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
        "keyCredentials": [],
        "passwordCredentials": [],
    }))
}

/// The registration of an application.
pub(crate) fn registration(id: Guid, app: AppId, name: &str) -> Object {
    object(json!({
        "id": id.to_string(),
        "appId": app.to_string(),
        "displayName": name,
        "createdDateTime": CREATED,
        "signInAudience": "AzureADMyOrg",
        "keyCredentials": [],
        "passwordCredentials": [],
    }))
}

/// Whose tokens stand for a registration: exactly one subject of one issuer.
pub(crate) fn federated_credential(
    registration: Guid,
    name: &str,
    issuer: &str,
    subject: &str,
    audience: &str,
) -> Object {
    object(json!({
        "id": mixed(&registration.to_string(), &format!("{name} {issuer}")).to_string(),
        "name": name,
        "issuer": issuer,
        "subject": subject,
        "description": null,
        "audiences": [audience],
        "claimsMatchingExpression": null,
    }))
}

/// A permission of Microsoft Graph, granted to a service principal.
pub(crate) fn app_role_assignment(principal: Guid, name: &str, role: Guid, graph: Guid) -> Object {
    let id = mixed(&principal.to_string(), &format!("{role}{graph}")).to_string();
    object(json!({
        "id": format!("grant-{}", id.replace('-', "")),
        "deletedDateTime": null,
        "appRoleId": role.to_string(),
        "createdDateTime": CREATED,
        "principalId": principal.to_string(),
        "principalDisplayName": name,
        "principalType": "ServicePrincipal",
        "resourceId": graph.to_string(),
        "resourceDisplayName": "Microsoft Graph",
    }))
}

/// Delegated permissions of Microsoft Graph, granted for every user of the tenant.
pub(crate) fn permission_grant(client: Guid, scope: &str, graph: Guid) -> Object {
    let id = mixed(&client.to_string(), &format!("{scope}{graph}")).to_string();
    object(json!({
        "id": format!("consent-{}", id.replace('-', "")),
        "clientId": client.to_string(),
        "consentType": "AllPrincipals",
        "principalId": null,
        "resourceId": graph.to_string(),
        "scope": scope,
    }))
}

/// A client secret as objects show it: never its value.
pub(crate) fn secret(key: Guid, end: &str) -> Value {
    json!([{
        "customKeyIdentifier": null,
        "displayName": "secret",
        "endDateTime": end,
        "hint": null,
        "keyId": key.to_string(),
        "secretText": null,
        "startDateTime": CREATED,
    }])
}
