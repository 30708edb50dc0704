//! Reading a scenario, strictly: unknown members are errors, and every error names its path.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{AppId, Guid, TenantId};
use serde_json::Value;

use super::{ACCESS_ASSIGNMENTS, FORMAT, MAX_BYTES, ScenarioError, VERSION};
use crate::app::{App, Certificate, FederatedCredential, Secret};
use crate::directory::objects;
use crate::directory::{
    DelegatedAdmin, DelegatedAdminRelationship, Directory, Group, Licence, Object, User, text_of,
};

type Result<T> = std::result::Result<T, ScenarioError>;

/// The members of a scenario.
const MEMBERS: [&str; 23] = [
    "format",
    "version",
    "tenant",
    "securityDefaults",
    "methodsPolicy",
    "strengths",
    "policies",
    "previewPolicies",
    "namedLocations",
    "users",
    "deletedUsers",
    "groups",
    "deletedGroups",
    "servicePrincipals",
    "roleDefinitions",
    "roleAssignments",
    "roleSchedules",
    "roleEligibilities",
    "groupEligibilities",
    "delegatedAdminCustomers",
    "delegatedAdminRelationships",
    "apps",
    "issuers",
];

impl Directory {
    /// Reads a scenario file in UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    ///
    /// When the bytes are no JSON, or a member is unknown, missing, of the wrong type, an id twice,
    /// or names a member or owner that is not there.
    pub fn from_scenario(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_BYTES {
            return Err(ScenarioError::TooLarge { limit: MAX_BYTES });
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|error| ScenarioError::Json {
            line: error.line(),
            column: error.column(),
            what: error.to_string(),
        })?;
        let root = Node { value: &value, path: String::new() };
        let object = root.object()?;
        check_head(&root)?;
        for name in object.keys() {
            if !MEMBERS.contains(&name.as_str()) {
                return Err(wrong(name, "no member of a scenario"));
            }
        }
        let mut directory = tenant(&root.required("tenant")?)?;
        read_policies(&mut directory, &root)?;
        read_people(&mut directory, &root)?;
        read_roles(&mut directory, &root)?;
        directory.delegated_admin = read_delegated_admin(&root)?;
        for app in root.items("apps")? {
            directory.register(read_app(&app)?);
        }
        for issuer in root.items("issuers")? {
            issuer.only(&["issuer", "certificate"])?;
            let pem = issuer.required("certificate")?;
            let certificate = Certificate::from_pem(pem.text()?.as_bytes())
                .map_err(|error| wrong(&pem.path, error.to_string()))?;
            let url = issuer.required("issuer")?.text()?.to_owned();
            directory.issuers.insert(url, certificate);
        }
        check_relations(&directory)?;
        Ok(directory)
    }
}

fn check_head(root: &Node<'_>) -> Result<()> {
    if root.required("format")?.text()? != FORMAT {
        return Err(wrong("format", format!("`{FORMAT}` is expected")));
    }
    let version = root.required("version")?;
    if version.value.as_u64() != Some(VERSION) {
        return Err(wrong("version", format!("this version of Halligan reads version {VERSION}")));
    }
    Ok(())
}

fn tenant(node: &Node<'_>) -> Result<Directory> {
    node.only(&["id", "displayName", "licence", "domains", "organization"])?;
    let id = TenantId(node.required("id")?.guid()?);
    let display_name = node.required("displayName")?;
    let mut domains = Vec::new();
    for domain in node.items("domains")? {
        domains.push(match domain.value {
            Value::String(name) => objects::domain(name, "Managed", domains.is_empty()),
            _ => {
                let name = domain.required("id")?;
                filled(objects::domain(name.text()?, "Managed", false), domain.object()?)
            }
        });
    }
    let first = domains.first().map_or("", |domain| text_of(domain, "id")).to_owned();
    if first.is_empty() {
        return Err(wrong("tenant.domains", "at least the initial domain is expected"));
    }
    let mut directory = Directory::empty(id, display_name.text()?, &first);
    directory.domains = domains;
    if let Some(organization) = node.member("organization") {
        directory.organization =
            filled(std::mem::take(&mut directory.organization), organization.object()?);
    }
    if let Some(licence) = node.member("licence") {
        directory.licence = match licence.text()? {
            "Free" => Licence::Free,
            "P1" => Licence::P1,
            "P2" => Licence::P2,
            _ => return Err(wrong(&licence.path, "`Free`, `P1` or `P2` is expected")),
        };
    }
    Ok(directory)
}

fn read_policies(directory: &mut Directory, root: &Node<'_>) -> Result<()> {
    if let Some(defaults) = root.member("securityDefaults") {
        directory.security_defaults.extend(defaults.object()?.clone());
    }
    if let Some(policy) = root.member("methodsPolicy") {
        directory.methods_policy.extend(policy.object()?.clone());
    }
    replace(&mut directory.strengths, root.identified("strengths")?);
    directory.policies = root.identified("policies")?;
    directory.locations = root.identified("namedLocations")?;
    for id in root.items("previewPolicies")? {
        directory.preview_policies.insert(id.text()?.to_owned());
    }
    Ok(())
}

fn read_people(directory: &mut Directory, root: &Node<'_>) -> Result<()> {
    for node in root.items("users")? {
        let id = node.required("id")?.guid()?;
        let name = node.required("userPrincipalName")?;
        let object = filled(objects::user(id, name.text()?, name.text()?), node.object()?);
        let mut methods = Vec::new();
        for method in node.items("methods")? {
            method.required("@odata.type")?.text()?;
            method.required("id")?.text()?;
            methods.push(method.object()?.clone());
        }
        let user = User { object: without(object, &["methods"]), methods };
        insert_new(&mut directory.users, id, user, &node)?;
    }
    for node in root.items("groups")? {
        let id = node.required("id")?.guid()?;
        let name = node.required("displayName")?;
        let object = filled(objects::security_group(id, name.text()?), node.object()?);
        let ids = |list: &str| -> Result<Vec<Guid>> {
            node.items(list)?.iter().map(Node::guid).collect()
        };
        let (members, owners) = (ids("members")?, ids("owners")?);
        let group = Group { object: without(object, &["members", "owners"]), members, owners };
        insert_new(&mut directory.groups, id, group, &node)?;
    }
    for (list, into) in [
        ("deletedUsers", &mut directory.deleted_users),
        ("deletedGroups", &mut directory.deleted_groups),
        ("servicePrincipals", &mut directory.service_principals),
    ] {
        for node in root.items(list)? {
            let id = node.required("id")?.guid()?;
            insert_new(into, id, node.object()?.clone(), &node)?;
        }
    }
    Ok(())
}

fn read_roles(directory: &mut Directory, root: &Node<'_>) -> Result<()> {
    replace(&mut directory.role_definitions, root.identified("roleDefinitions")?);
    for node in root.items("roleAssignments")? {
        let (principal, role) =
            (node.required("principalId")?.guid()?, node.required("roleDefinitionId")?.guid()?);
        let scope = node.member("directoryScopeId");
        let scope = scope.as_ref().map_or(Ok("/"), Node::text)?;
        let assignment = filled(objects::assignment(principal, role, scope), node.object()?);
        directory.role_assignments.push(assignment);
    }
    for node in root.items("roleEligibilities")? {
        let (principal, role) =
            (node.required("principalId")?.guid()?, node.required("roleDefinitionId")?.guid()?);
        let eligibility = filled(objects::eligibility(principal, role, None), node.object()?);
        directory.eligibility_instances.push(eligibility);
    }
    directory.assignment_instances = root.identified("roleSchedules")?;
    directory.group_eligibilities = root.identified("groupEligibilities")?;
    Ok(())
}

fn read_delegated_admin(root: &Node<'_>) -> Result<DelegatedAdmin> {
    let mut relationships = Vec::new();
    for node in root.items("delegatedAdminRelationships")? {
        node.required("id")?.text()?;
        relationships.push(DelegatedAdminRelationship {
            object: without(node.object()?.clone(), &[ACCESS_ASSIGNMENTS]),
            access_assignments: node.identified(ACCESS_ASSIGNMENTS)?,
        });
    }
    Ok(DelegatedAdmin { customers: root.identified("delegatedAdminCustomers")?, relationships })
}

fn read_app(node: &Node<'_>) -> Result<App> {
    node.only(&[
        "clientId",
        "displayName",
        "secret",
        "secretSha256",
        "certificate",
        "permissions",
        "delegatedPermissions",
        "isPublicClient",
        "isManagedIdentity",
        "federatedCredentials",
    ])?;
    let client_id = AppId(node.required("clientId")?.guid()?);
    let name = node.member("displayName");
    let mut app = App::new(client_id, name.as_ref().map_or(Ok(""), Node::text)?, &[]);
    for permission in node.items("permissions")? {
        app.permissions.insert(permission.text()?.to_owned());
    }
    for permission in node.items("delegatedPermissions")? {
        app.delegated.insert(permission.text()?.to_owned());
    }
    let is = |name| node.member(name).map_or(Ok(false), |node| node.is_true());
    app.is_public_client = is("isPublicClient")?;
    app.is_managed_identity = is("isManagedIdentity")?;
    for credential in node.items("federatedCredentials")? {
        credential.only(&["issuer", "subject", "audience"])?;
        let text = |name| Ok(credential.required(name)?.text()?.to_owned());
        let (issuer, subject, audience) = (text("issuer")?, text("subject")?, text("audience")?);
        app.federated.push(FederatedCredential { issuer, subject, audience });
    }
    if let Some(secret) = node.member("secret") {
        app = app.with_secret(secret.text()?);
    }
    if let Some(digest) = node.member("secretSha256") {
        let secret = Secret::from_hex(digest.text()?);
        let what = "64 hexadecimal digits are expected";
        app.secret = Some(secret.ok_or_else(|| wrong(&digest.path, what))?);
    }
    if let Some(pem) = node.member("certificate") {
        app = app
            .with_certificate(pem.text()?.as_bytes())
            .map_err(|error| wrong(&pem.path, error.to_string()))?;
    }
    Ok(app)
}

/// Members and owners exist: a directory knows no others.
fn check_relations(directory: &Directory) -> Result<()> {
    for (id, group) in &directory.groups {
        for (list, ids) in [("members", &group.members), ("owners", &group.owners)] {
            let mut seen = BTreeSet::new();
            for member in ids {
                let path = || format!("groups[{id}].{list}");
                if directory.principal(*member).is_none() {
                    return Err(wrong(&path(), format!("no object has the id `{member}`")));
                }
                if !seen.insert(member) {
                    return Err(wrong(&path(), format!("`{member}` is listed twice")));
                }
            }
        }
    }
    Ok(())
}

fn insert_new<T>(
    objects: &mut BTreeMap<Guid, T>,
    id: Guid,
    object: T,
    node: &Node<'_>,
) -> Result<()> {
    if objects.insert(id, object).is_some() {
        return Err(wrong(&format!("{}.id", node.path), format!("`{id}` is there twice")));
    }
    Ok(())
}

/// Adds objects to built-in ones, in place of those with the same id.
fn replace(built_in: &mut Vec<Object>, said: Vec<Object>) {
    for object in said {
        match built_in.iter_mut().find(|known| known.get("id") == object.get("id")) {
            Some(known) => *known = object,
            None => built_in.push(object),
        }
    }
}

/// The new object with what the file says about it; its id in the spelling of the twin.
fn filled(mut object: Object, said: &Object) -> Object {
    let id = object.get("id").cloned();
    object.extend(said.clone());
    if let (Some(id), Some(written)) = (id, object.get_mut("id"))
        && written.as_str().is_some_and(|text| text.parse::<Guid>().is_ok())
    {
        *written = id;
    }
    object
}

fn without(mut object: Object, names: &[&str]) -> Object {
    object.retain(|name, _| !names.contains(&name.as_str()));
    object
}

fn wrong(path: &str, what: impl Into<String>) -> ScenarioError {
    ScenarioError::Member { path: path.into(), what: what.into() }
}

/// A value of the file and where it stands.
struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    fn object(&self) -> Result<&'a Object> {
        self.value.as_object().ok_or_else(|| self.expected("an object"))
    }

    fn is_true(&self) -> Result<bool> {
        self.value.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    fn text(&self) -> Result<&'a str> {
        self.value.as_str().ok_or_else(|| self.expected("a string"))
    }

    fn guid(&self) -> Result<Guid> {
        let text = self.text()?;
        text.parse().map_err(|error| wrong(&self.path, format!("{error}")))
    }

    /// A member that is there and not `null`.
    fn member(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Node { value, path: self.below(name) })
    }

    fn required(&self, name: &str) -> Result<Self> {
        self.object()?;
        self.member(name).ok_or_else(|| wrong(&self.below(name), "missing"))
    }

    /// The items of a list; none when it is not there.
    fn items(&self, name: &str) -> Result<Vec<Self>> {
        let Some(list) = self.member(name) else { return Ok(Vec::new()) };
        let items = list.value.as_array().ok_or_else(|| list.expected("a list"))?;
        let items = items.iter().enumerate();
        Ok(items
            .map(|(place, value)| Node { value, path: format!("{}[{place}]", list.path) })
            .collect())
    }

    /// The objects of a list, each with an `id` of its own.
    fn identified(&self, name: &str) -> Result<Vec<Object>> {
        let mut seen = BTreeSet::new();
        let mut objects = Vec::new();
        for item in self.items(name)? {
            let id = item.required("id")?;
            if !seen.insert(id.text()?.to_ascii_lowercase()) {
                return Err(wrong(&id.path, format!("`{}` is there twice", id.text()?)));
            }
            objects.push(item.object()?.clone());
        }
        Ok(objects)
    }

    fn only(&self, names: &[&str]) -> Result<()> {
        match self.object()?.keys().find(|name| !names.contains(&name.as_str())) {
            Some(name) => {
                let known = names.join("`, `");
                Err(wrong(&self.below(name), format!("unknown; `{known}` are known")))
            }
            None => Ok(()),
        }
    }

    fn below(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn expected(&self, what: &str) -> ScenarioError {
        wrong(&self.path, format!("{what} is expected"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;
    use serde_json::json;

    fn smallest() -> Value {
        json!({
            "format": "halligan.scenario",
            "version": 1,
            "tenant": {
                "id": "00000000-0000-0000-0000-00000000000A",
                "displayName": "Ten",
                "domains": ["ten.onmicrosoft.com"],
            },
        })
    }

    fn read(value: &Value) -> Result<Directory> {
        Directory::from_scenario(value.to_string().as_bytes())
    }

    #[test]
    fn scenarios_survive_a_round_trip() {
        let size = Size { policies: 9, groups: 9, role_holders: 9, users: 9 };
        let mut with_certificate = Directory::generate(3, &size);
        let pem = include_bytes!("../../tests/fixtures/app.pem");
        let mut app = App::new(AppId::from_u128(5), "Five", &["A"]).with_certificate(pem).unwrap();
        app.is_managed_identity = true;
        let [issuer, subject, audience] = ["https://i.example", "s", "a"].map(String::from);
        with_certificate.issuers.insert(issuer.clone(), Certificate::from_pem(pem).unwrap());
        app.federated.push(FederatedCredential { issuer, subject, audience });
        with_certificate.register(app);
        with_certificate.preview_policies.insert("x".into());
        let estate = crate::Estate::new(7, 9, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap();
        let small = Directory::security_defaults_only();
        let partner = estate.partner_directory();
        for directory in [Directory::story(), with_certificate, small, partner] {
            let text = directory.to_scenario();
            assert_eq!(Directory::from_scenario(text.as_bytes()), Ok(directory));
        }
    }

    #[test]
    fn the_smallest_scenario_is_an_empty_tenant() {
        let expected = Directory::empty(TenantId::from_u128(10), "Ten", "ten.onmicrosoft.com");
        assert_eq!(read(&smallest()), Ok(expected.clone()));
        let text = format!("\u{feff}{}", smallest());
        assert_eq!(Directory::from_scenario(text.as_bytes()), Ok(expected));
    }

    #[test]
    fn errors_name_the_path() {
        let id = "00000000-0000-0000-0000-000000000001";
        let user = json!({"id": id, "userPrincipalName": "a@ten.example"});
        for (member, value, path) in [
            ("format", json!("other"), "format"),
            ("version", json!(2), "version"),
            ("tenant", json!({"id": id, "displayName": "x"}), "tenant.domains"),
            ("tenant", json!({"displayName": "x"}), "tenant.id"),
            ("tenant", json!({"id": id, "dispalyName": "x"}), "tenant.dispalyName"),
            ("tenant", json!(7), "tenant"),
            ("polices", json!([]), "polices"),
            ("users", json!({}), "users"),
            ("users", json!([user, {"id": "x"}]), "users[1].id"),
            ("users", json!([{"id": id}]), "users[0].userPrincipalName"),
            ("users", json!([user, user]), "users[1].id"),
            (
                "users",
                json!([{"id": id, "userPrincipalName": "a", "methods": [{"id": "1"}]}]),
                "users[0].methods[0].@odata.type",
            ),
            ("policies", json!([{"displayName": "x"}]), "policies[0].id"),
            ("policies", json!([{"id": "A"}, {"id": "a"}]), "policies[1].id"),
            (
                "groups",
                json!([{"id": id, "displayName": "x", "members": [id, 7]}]),
                "groups[0].members[1]",
            ),
            (
                "groups",
                json!([{"id": id, "displayName": "x",
                        "members": ["00000000-0000-0000-0000-000000000009"]}]),
                "groups[00000000-0000-0000-0000-000000000001].members",
            ),
            ("apps", json!([{"clientId": id, "secretSha256": "ab"}]), "apps[0].secretSha256"),
            ("apps", json!([{"clientId": id, "certificate": "ab"}]), "apps[0].certificate"),
            (
                "roleAssignments",
                json!([{"principalId": id}]),
                "roleAssignments[0].roleDefinitionId",
            ),
        ] {
            let mut scenario = smallest();
            scenario[member] = value;
            match read(&scenario) {
                Err(ScenarioError::Member { path: actual, .. }) => assert_eq!(actual, path),
                other => panic!("{path}: {other:?}"),
            }
        }
    }

    #[test]
    fn broken_json_names_the_place() {
        let error = Directory::from_scenario(b"{\n  \"format\": nope").unwrap_err();
        assert!(matches!(error, ScenarioError::Json { line: 2, .. }), "{error}");
        assert!(Directory::from_scenario(b"").is_err());
        assert!(Directory::from_scenario(&[0xff, 0xfe]).is_err());
        let deep = "[".repeat(100_000);
        assert!(Directory::from_scenario(deep.as_bytes()).is_err());
    }
}
