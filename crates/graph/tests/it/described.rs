//! The table of reads against Microsoft's description of Graph.

use std::path::Path;

use halligan_graph::read::{OPERATIONS, Operation};
use serde_json::Value;

/// Reads of beta that the subset of beta's description lacks. Their pages document the same options
/// for both versions: <https://learn.microsoft.com/graph/api/group-list-members>,
/// <https://learn.microsoft.com/graph/api/group-list-transitivemembers>,
/// <https://learn.microsoft.com/graph/api/group-list-owners>,
/// <https://learn.microsoft.com/graph/api/rbacapplication-list-roledefinitions>,
/// <https://learn.microsoft.com/graph/api/conditionalaccessroot-list-namedlocations>.
const BETA_AS_V1: [&str; 5] = [
    "/roleManagement/directory/roleDefinitions",
    "/groups/{group-id}/members",
    "/groups/{group-id}/transitiveMembers",
    "/groups/{group-id}/owners",
    "/identity/conditionalAccess/namedLocations",
];

/// Reads that the subset lacks in every version, with the pages that document them.
const ELSEWHERE: [(&str, &str); 13] = [
    ("/directory/onPremisesSynchronization", "onpremisesdirectorysynchronization-get"),
    (
        "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo",
        "serviceprincipal-list-approleassignedto",
    ),
    ("/servicePrincipals/{servicePrincipal-id}/owners", "serviceprincipal-list-owners"),
    ("/applications/{application-id}/owners", "application-list-owners"),
    (
        "/applications/{application-id}/federatedIdentityCredentials",
        "application-list-federatedidentitycredentials",
    ),
    (
        "/policies/crossTenantAccessPolicy/default",
        "crosstenantaccesspolicyconfigurationdefault-get",
    ),
    ("/policies/crossTenantAccessPolicy/partners", "crosstenantaccesspolicy-list-partners"),
    ("/identityGovernance/accessReviews/definitions", "accessreviewset-list-definitions"),
    (
        "/identityGovernance/lifecycleWorkflows/workflows",
        "identitygovernance-lifecycleworkflowscontainer-list-workflows",
    ),
    ("/identityGovernance/entitlementManagement/resources", "accesspackagecatalog-list-resources"),
    ("/directory/recovery/jobs", "resources/entrarecoveryservices-recovery"),
    ("/identity/verifiedId/profiles", "identityverifiedidroot-list-profiles"),
    ("/policies/authorizationPolicy", "authorizationpolicy-get"),
];

/// The descriptions of v1.0 and beta; `None`, said, where they are not on this machine.
fn descriptions() -> Option<[(&'static str, Value); 2]> {
    let folder =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/graph-openapi"));
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the OpenAPI description is missing");
        println!("skipped: no OpenAPI description beside the repository");
        return None;
    }
    Some(["v1.0", "beta"].map(|version| {
        let file = folder.join(format!("graph-{version}.subset.json"));
        (version, serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
    }))
}

fn is_elsewhere(operation: &Operation) -> bool {
    ELSEWHERE.iter().any(|(path, page)| *path == operation.path && !page.is_empty())
}

/// Each operation and each of its query options is one that the description has.
#[test]
fn the_table_agrees_with_the_openapi_description() {
    let Some(descriptions) = descriptions() else { return };
    for operation in OPERATIONS.iter().filter(|operation| !is_elsewhere(operation)) {
        let (_, own) = descriptions.iter().find(|(name, _)| *name == operation.version).unwrap();
        let version = if BETA_AS_V1.contains(&operation.path) { "v1.0" } else { operation.version };
        let (_, api) = descriptions.iter().find(|(name, _)| *name == version).unwrap();
        let get = &api["paths"][operation.path]["get"];
        assert!(get.is_object(), "{} is not described", operation.path);
        let options: Vec<&str> = get["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let whole = format!("{api} {own}");
        for option in operation.query.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap();
            assert!(options.contains(&name), "{} takes no {name}", operation.path);
            if name == "$select" {
                // Spelled as some member of the description is.
                for member in value.split(',') {
                    assert!(whole.contains(&format!("\"{member}\":")), "{member}");
                }
            }
        }
    }
}

/// Nothing is called undescribed that is described: then it would not be held to anything.
#[test]
fn only_what_the_description_lacks_is_excused() {
    let Some([(_, v1), (_, beta)]) = descriptions() else { return };
    for (path, _) in ELSEWHERE.iter().filter(|(path, _)| *path != "/policies/authorizationPolicy") {
        assert!(v1["paths"][*path].is_null() && beta["paths"][*path].is_null(), "{path}");
        assert!(OPERATIONS.iter().any(|operation| operation.path == *path), "{path}");
    }
}
