//! The parts of a scenario beyond people, policies and roles, read and written: settings,
//! governance, applications, administrative units.

use halligan_core::id::Guid;
use serde_json::{Value, json};

use super::read::{Node, Result, filled, insert_new, without, wrong};
use crate::directory::settings::directory_sync;
use crate::directory::{Directory, Object, Unit, objects};

/// Members of a scenario that this module reads and writes.
pub(super) const MEMBERS: [&str; 21] = [
    "directorySync",
    "authorizationPolicy",
    "federations",
    "deletedPolicies",
    "authenticationContexts",
    "resourceActions",
    "crossTenantAccess",
    "diagnosticSettings",
    "administrativeUnits",
    "groupPolicies",
    "groupSchedules",
    "accessReviews",
    "lifecycleWorkflows",
    "catalogResources",
    "recoveryJobs",
    "recoveryProfiles",
    "rolePolicies",
    "applications",
    "appRoleGrants",
    "delegatedGrants",
    "appRoles",
];

/// Whose tokens stand for a registration, among its members.
const FEDERATED: &str = "federatedIdentityCredentials";

/// Reads them; what is left out stays as in an empty tenant.
pub(super) fn read(directory: &mut Directory, root: &Node<'_>) -> Result<()> {
    read_settings(directory, root)?;
    read_units(directory, root)?;
    read_applications(directory, root)?;
    directory.group_schedules = root.identified("groupSchedules")?;
    let governance = &mut directory.governance;
    governance.access_reviews = root.identified("accessReviews")?;
    governance.lifecycle_workflows = root.identified("lifecycleWorkflows")?;
    governance.catalog_resources = root.identified("catalogResources")?;
    governance.recovery_jobs = root.identified("recoveryJobs")?;
    governance.recovery_profiles = root.identified("recoveryProfiles")?;
    for node in root.items("rolePolicies")? {
        node.required("roleDefinitionId")?.guid()?;
        node.required("id")?.text()?;
        governance.role_policies.push(node.object()?.clone());
    }
    for node in root.items("groupPolicies")? {
        node.required("scopeId")?.guid()?;
        node.required("roleDefinitionId")?.text()?;
        node.required("id")?.text()?;
        governance.group_policies.push(node.object()?.clone());
    }
    Ok(())
}

fn read_settings(directory: &mut Directory, root: &Node<'_>) -> Result<()> {
    let settings = &mut directory.settings;
    if let Some(sync) = root.member("directorySync") {
        let known = directory_sync(directory.tenant, false);
        settings.directory_sync = Some(filled(known, sync.object()?));
    }
    if let Some(policy) = root.member("authorizationPolicy") {
        settings.authorization_policy.extend(policy.object()?.clone());
    }
    for node in root.items("federations")? {
        let domain = node.required("domain")?.text()?.to_lowercase();
        node.required("id")?.text()?;
        let object = without(node.object()?.clone(), &["domain"]);
        settings.federations.entry(domain).or_default().push(object);
    }
    settings.deleted_policies = root.identified("deletedPolicies")?;
    settings.authentication_contexts = root.identified("authenticationContexts")?;
    if root.member("resourceActions").is_some() {
        settings.resource_actions = root.identified("resourceActions")?;
    }
    if let Some(access) = root.member("crossTenantAccess") {
        access.only(&["default", "partners"])?;
        if let Some(default) = access.member("default") {
            settings.cross_tenant_default.extend(default.object()?.clone());
        }
        for partner in access.items("partners")? {
            partner.required("tenantId")?.guid()?;
            settings.partners.push(partner.object()?.clone());
        }
    }
    for node in root.items("diagnosticSettings")? {
        node.required("name")?.text()?;
        settings.diagnostic_settings.push(node.object()?.clone());
    }
    Ok(())
}

fn read_units(directory: &mut Directory, root: &Node<'_>) -> Result<()> {
    for node in root.items("administrativeUnits")? {
        let id = node.required("id")?.guid()?;
        let name = node.required("displayName")?;
        let object = objects::administrative_unit(id, name.text()?, false);
        let object = without(filled(object, node.object()?), &["members"]);
        let members = node.guids("members")?;
        for member in &members {
            if directory.principal(*member).is_none() {
                let what = format!("no object has the id `{member}`");
                return Err(wrong(&format!("{}.members", node.path), what));
            }
        }
        insert_new(&mut directory.administrative_units, id, Unit { object, members }, &node)?;
    }
    Ok(())
}

fn read_applications(directory: &mut Directory, root: &Node<'_>) -> Result<()> {
    for node in root.items("applications")? {
        let id = node.required("id")?.guid()?;
        node.required("appId")?.guid()?;
        let object = without(node.object()?.clone(), &["owners", FEDERATED]);
        insert_new(&mut directory.applications.registrations, id, object, &node)?;
        read_owners(directory, &node)?;
        for credential in node.items(FEDERATED)? {
            credential.required("name")?.text()?;
            credential.required("issuer")?.text()?;
        }
        let federated = node.identified(FEDERATED)?;
        if !federated.is_empty() {
            directory.applications.federated.insert(id, federated);
        }
    }
    for node in root.items("servicePrincipals")? {
        read_owners(directory, &node)?;
    }
    for (list, id) in [("appRoleGrants", "appRoleId"), ("delegatedGrants", "clientId")] {
        for node in root.items(list)? {
            node.required("id")?.text()?;
            node.required(id)?.guid()?;
        }
    }
    let graph = directory.graph_principal().to_string();
    let of_graph = |mut grant: Object| {
        grant.entry("resourceId").or_insert_with(|| graph.as_str().into());
        grant
    };
    let grants = root.identified("appRoleGrants")?.into_iter().map(of_graph).collect();
    directory.applications.app_role_assignments = grants;
    let grants = root.identified("delegatedGrants")?.into_iter().map(of_graph).collect();
    directory.applications.permission_grants = grants;
    if let Some(roles) = root.member("appRoles") {
        for (id, name) in roles.object()? {
            let node = Node { value: name, path: format!("appRoles.{id}") };
            let id = id.parse().map_err(|error| wrong(&node.path, format!("{error}")))?;
            directory.applications.app_roles.insert(id, node.text()?.to_owned());
        }
    }
    Ok(())
}

fn read_owners(directory: &mut Directory, node: &Node<'_>) -> Result<()> {
    let id = node.required("id")?.guid()?;
    let owners = node.guids("owners")?;
    for owner in &owners {
        if directory.principal(*owner).is_none() {
            let what = format!("no object has the id `{owner}`");
            return Err(wrong(&format!("{}.owners", node.path), what));
        }
    }
    if !owners.is_empty() {
        directory.applications.owners.insert(id, owners);
    }
    Ok(())
}

/// Writes them into a scenario.
pub(super) fn write(directory: &Directory, scenario: &mut Object) {
    let settings = &directory.settings;
    let governance = &directory.governance;
    let federations: Vec<Object> = settings
        .federations
        .iter()
        .flat_map(|(domain, all)| all.iter().map(move |one| with(one, "domain", json!(domain))))
        .collect();
    let units: Vec<Object> = directory
        .administrative_units
        .values()
        .map(|unit| with(&unit.object, "members", texts(&unit.members)))
        .collect();
    let registrations = directory.applications.registrations.iter();
    let registrations: Vec<Object> = registrations
        .map(|(id, one)| {
            let owned = owned(directory, *id, one);
            match directory.applications.federated.get(id) {
                Some(federated) => with(&owned, FEDERATED, json!(federated)),
                None => owned,
            }
        })
        .collect();
    let parts = json!({
        "directorySync": settings.directory_sync,
        "authorizationPolicy": settings.authorization_policy,
        "federations": federations,
        "deletedPolicies": settings.deleted_policies,
        "authenticationContexts": settings.authentication_contexts,
        "resourceActions": settings.resource_actions,
        "crossTenantAccess": {
            "default": settings.cross_tenant_default,
            "partners": settings.partners,
        },
        "diagnosticSettings": settings.diagnostic_settings,
        "administrativeUnits": units,
        "groupSchedules": directory.group_schedules,
        "accessReviews": governance.access_reviews,
        "lifecycleWorkflows": governance.lifecycle_workflows,
        "catalogResources": governance.catalog_resources,
        "recoveryJobs": governance.recovery_jobs,
        "recoveryProfiles": governance.recovery_profiles,
        "rolePolicies": governance.role_policies,
        "groupPolicies": governance.group_policies,
        "applications": registrations,
        "appRoleGrants": directory.applications.app_role_assignments,
        "delegatedGrants": directory.applications.permission_grants,
        "appRoles": directory
            .applications
            .app_roles
            .iter()
            .map(|(id, name)| (id.to_string(), json!(name)))
            .collect::<Object>(),
    });
    scenario.extend(objects::object(parts));
}

/// A service principal or registration with its owners.
pub(super) fn owned(directory: &Directory, id: Guid, one: &Object) -> Object {
    match directory.applications.owners.get(&id) {
        Some(owners) => with(one, "owners", texts(owners)),
        None => one.clone(),
    }
}

fn with(object: &Object, name: &str, value: Value) -> Object {
    let mut object = object.clone();
    object.insert(name.into(), value);
    object
}

fn texts(ids: &[Guid]) -> Value {
    ids.iter().map(ToString::to_string).collect::<Vec<String>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ScenarioError;
    use crate::{Size, story};

    #[test]
    fn everything_survives_a_file() {
        let size = Size { policies: 2, groups: 30, role_holders: 30, users: 20 };
        for directory in [Directory::story(), Directory::generate(3, &size)] {
            let text = directory.to_scenario();
            assert_eq!(Directory::from_scenario(text.as_bytes()).as_ref(), Ok(&directory));
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let id = story::PROVIDER.to_string();
        let nobody = json!(["00000000-0000-0000-0000-000000000009"]);
        for (member, value, path) in [
            (
                "administrativeUnits",
                json!([{"id": id, "displayName": "x", "members": nobody}]),
                "administrativeUnits[0].members",
            ),
            ("administrativeUnits", json!([{"id": id}]), "administrativeUnits[0].displayName"),
            (
                "applications",
                json!([{"id": id, "appId": id, "owners": nobody}]),
                "applications[0].owners",
            ),
            ("applications", json!([{"id": id}]), "applications[0].appId"),
            (
                "applications",
                json!([{"id": id, "appId": id, FEDERATED: [{"id": id, "name": "x"}]}]),
                "applications[0].federatedIdentityCredentials[0].issuer",
            ),
            ("federations", json!([{"id": id}]), "federations[0].domain"),
            ("accessReviews", json!([{"id": id}, {"id": id}]), "accessReviews[1].id"),
            ("rolePolicies", json!([{"id": id}]), "rolePolicies[0].roleDefinitionId"),
            (
                "groupPolicies",
                json!([{"id": id, "roleDefinitionId": "member"}]),
                "groupPolicies[0].scopeId",
            ),
            ("appRoleGrants", json!([{"id": "x"}]), "appRoleGrants[0].appRoleId"),
            ("appRoles", json!({"x": "y"}), "appRoles.x"),
            ("crossTenantAccess", json!({"partner": []}), "crossTenantAccess.partner"),
            (
                "crossTenantAccess",
                json!({"partners": [{}]}),
                "crossTenantAccess.partners[0].tenantId",
            ),
            ("diagnosticSettings", json!([{}]), "diagnosticSettings[0].name"),
            ("directorySync", json!(7), "directorySync"),
        ] {
            let mut scenario: Value =
                serde_json::from_str(&Directory::story().to_scenario()).unwrap();
            scenario[member] = value;
            match Directory::from_scenario(scenario.to_string().as_bytes()) {
                Err(ScenarioError::Member { path: actual, .. }) => assert_eq!(actual, path),
                other => panic!("{path}: {:?}", other.map(|_| ())),
            }
        }
    }
}
