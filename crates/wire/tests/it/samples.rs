//! The responses that Microsoft's documentation prints.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use halligan_core::tenant::{
    Domain, Group, Member, Membership, Method, MethodsPolicy, NamedLocation, Organization, Policy,
    RoleAssignment, RoleDefinition, RoleSchedule, SecurityDefaults, Strength, User,
};
use halligan_wire::error::{self, OAuthError};
use halligan_wire::{Entity, read, read_page};
use serde_json::Value;

use crate::shared;

/// Reads a sample as what its request asks for; `None` when it is none of our entities.
fn read_as(request: &str, bytes: &[u8]) -> Option<Result<usize, String>> {
    let path = request.split_once("graph.microsoft.com/")?.1.split_once('/')?.1;
    let path = path.split('?').next()?.trim_end_matches('/').to_ascii_lowercase();
    let steps: Vec<&str> = path.split('/').collect();
    Some(match steps.as_slice() {
        ["organization", ..] => entity::<Organization>(bytes),
        ["domains"] | ["domains", _] => entity::<Domain>(bytes),
        ["policies", "identitysecuritydefaultsenforcementpolicy"] => {
            entity::<SecurityDefaults>(bytes)
        }
        ["policies", "authenticationmethodspolicy"] => entity::<MethodsPolicy>(bytes),
        ["policies", "authenticationstrengthpolicies"] => entity::<Strength>(bytes),
        ["identity", "conditionalaccess", "policies", ..] => entity::<Policy>(bytes),
        ["identity", "conditionalaccess", "namedlocations", ..] => entity::<NamedLocation>(bytes),
        ["me" | "users", .., "authentication", "methods"] => entity::<Method>(bytes),
        ["me"] | ["users"] | ["users", _] => entity::<User>(bytes),
        ["me" | "users", .., "memberof" | "transitivememberof"] => entity::<Membership>(bytes),
        ["groups"] | ["groups", _] => entity::<Group>(bytes),
        ["groups", _, "members" | "owners" | "transitivemembers"]
        | ["directoryroles", _, "members"] => entity::<Member>(bytes),
        ["rolemanagement", "directory", "roledefinitions", ..] => entity::<RoleDefinition>(bytes),
        ["rolemanagement", "directory", "roleassignments", ..] => entity::<RoleAssignment>(bytes),
        [.., "roleassignmentscheduleinstances" | "roleeligibilityscheduleinstances"]
        | [.., "roleassignmentscheduleinstances" | "roleeligibilityscheduleinstances", _]
        | ["identitygovernance", "privilegedaccess", "group", _] => entity::<RoleSchedule>(bytes),
        _ => return None,
    })
}

/// Reads one object or a page of them, and that what is written is read as the same again.
fn entity<T: Entity + PartialEq + Debug>(bytes: &[u8]) -> Result<usize, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let items: Vec<T> = if value.get("value").is_some_and(Value::is_array) {
        read_page(bytes).map_err(|error| error.to_string())?.items
    } else {
        let inner = value.get("value").filter(|inner| inner.is_object()).unwrap_or(&value);
        vec![read(inner.to_string().as_bytes()).map_err(|error| error.to_string())?]
    };
    for item in &items {
        let text = Value::Object(item.write()).to_string();
        assert_eq!(&read::<T>(text.as_bytes()).expect("its own writing"), item);
    }
    Ok(items.len())
}

/// The request asked for other members (`$select`, or `delta` with changes only).
const SELECTED: &str = "only some members were asked for";
/// Graph answers with the member; the page leaves it out.
const SHORTENED: &str = "the page shortens the answer";
/// The page writes `odata.type` without its `@`.
const MISSPELT: &str = "the page misspells a member";

/// Samples that are not the entity: why, what the reader says, and which.
const NOT_THE_ENTITY: &[(&str, &str, &[&str])] = &[
    (MISSPELT, "value[0].@odata.type: is missing", &["authentication-list-methods.beta.1"]),
    (
        SELECTED,
        "displayName: is missing",
        &["group-get.beta.2", "group-get.beta.3", "group-get.v1.0.2"],
    ),
    (
        SELECTED,
        "id: is missing",
        &[
            "user-get.beta.3",
            "user-get.beta.4",
            "user-get.beta.5",
            "user-get.v1.0.3",
            "user-get.v1.0.4",
        ],
    ),
    (
        SELECTED,
        "value[0].displayName: is missing",
        &["group-list.beta.8", "group-list.beta.9", "group-list.v1.0.8", "group-list.v1.0.9"],
    ),
    (
        SELECTED,
        "value[0].id: is missing",
        &[
            "group-delta.beta.1",
            "group-delta.beta.2",
            "group-delta.beta.3",
            "user-delta.beta.2",
            "user-delta.beta.3",
            "user-list.beta.3",
            "user-list.beta.4",
            "user-list.beta.12",
            "group-delta.v1.0.1",
            "group-delta.v1.0.2",
            "group-delta.v1.0.3",
            "user-delta.v1.0.2",
            "user-delta.v1.0.3",
            "user-list.v1.0.9",
        ],
    ),
    (
        SELECTED,
        "value[0].userPrincipalName: is missing",
        &["user-list.beta.2", "user-list.beta.11", "user-list.v1.0.2", "user-list.v1.0.8"],
    ),
    (
        SHORTENED,
        "authenticationMethodConfigurations: is missing",
        &["authenticationmethodspolicy-update.beta.1"],
    ),
    (SHORTENED, "isVerified: is missing", &["domain-get.beta.1", "domain-get.v1.0.1"]),
    (
        SHORTENED,
        "userPrincipalName: is missing",
        &["user-post-users.beta.2", "user-post-users.v1.0.2"],
    ),
    (
        SHORTENED,
        "value[0].@odata.type: is missing",
        &[
            "directoryrole-list-members.beta.1",
            "directoryrole-list-members.beta.2",
            "group-list-members.beta.1",
            "group-list-members.beta.5",
            "group-list-transitivemembers.beta.1",
            "directoryrole-list-members.v1.0.1",
            "directoryrole-list-members.v1.0.2",
            "group-list-members.v1.0.1",
            "group-list-members.v1.0.5",
        ],
    ),
    (
        SHORTENED,
        "value[0].id: is missing",
        &[
            "domain-list.beta.1",
            "group-list.beta.5",
            "group-list.beta.6",
            "group-list.beta.7",
            "user-list.beta.1",
            "user-list.beta.5",
            "user-list.beta.7",
            "user-list.beta.9",
            "user-list.beta.10",
            "group-list.v1.0.5",
            "group-list.v1.0.6",
            "group-list.v1.0.7",
            "user-list.v1.0.4",
            "user-list.v1.0.6",
            "user-list.v1.0.7",
        ],
    ),
    (SHORTENED, "value[0].isVerified: is missing", &["domain-list.v1.0.1"]),
];

#[test]
fn every_response_is_read_or_listed_with_its_reason() {
    let Some(folder) = shared::folder("graph-samples") else { return };
    let index: Value =
        serde_json::from_slice(&fs::read(folder.join("index.json")).unwrap()).unwrap();
    let (mut files, mut objects, mut surprises) = (0, 0, Vec::new());
    for sample in index.as_array().unwrap() {
        let of = |name: &str| sample[name].as_str().unwrap_or_default();
        if of("kind") != "response" || of("file").is_empty() || !of("status").contains(" 20") {
            continue;
        }
        let bytes = fs::read(folder.join(of("file"))).unwrap();
        let Some(outcome) = read_as(of("request"), &bytes) else { continue };
        files += 1;
        let name = short(of("file"));
        let listed = NOT_THE_ENTITY.iter().find(|(.., files)| files.contains(&name));
        match (outcome, listed) {
            (Ok(count), None) => objects += count,
            (Err(error), Some((_, expected, _))) if error == *expected => {}
            (outcome, listed) => surprises.push(format!("{name}: {outcome:?}, listed {listed:?}")),
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    assert!(files > 150 && objects > 130, "{files} responses, {objects} objects");
}

#[test]
fn errors_of_graph_and_of_the_token_endpoint_are_read() {
    let Some(folder) = shared::folder("graph-samples") else { return };
    let bytes = |name: &str| fs::read(folder.join(name)).unwrap();
    let licence = error::read(&bytes("errors/premium-license-403.v1.0.1.response.json")).unwrap();
    assert_eq!(licence.code, "Authentication_RequestFromNonPremiumTenantOrB2CTenant");
    let throttled = error::read(&bytes("errors/throttled-429.v1.0.1.response.json")).unwrap();
    assert_eq!(throttled.request_id.as_deref(), Some("94fb3b52-452a-4535-a601-69e0a90e3aa2"));
    assert_eq!(throttled.date.as_deref(), Some("2020-08-18T12:51:51"));

    let token = bytes("oauth-token/token-client-credentials.v2.0.1.response.json");
    assert_eq!(OAuthError::read(&token), None);
    let bytes = bytes("oauth-token/token-client-credentials.v2.0.2.response.json");
    assert_eq!(error::read(&bytes), None);
    let refused = OAuthError::read(&bytes).unwrap();
    assert_eq!((refused.error.as_str(), refused.codes), ("invalid_scope", vec![70011]));
    assert!(refused.description.starts_with("AADSTS70011"));
    assert!(!refused.description.contains(['\r', '\n']));
    let trace = "255d1aef-8c98-452f-ac51-23d051240864";
    assert_eq!(refused.trace_id.as_deref(), Some(trace));
}

/// The file's name without folder and ending.
fn short(file: &str) -> &str {
    let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
    name.trim_end_matches(".response.json")
}
