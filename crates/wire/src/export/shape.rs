//! What a JSON object looks like, by the members that tell.

use crate::Node;
use crate::snapshot;
use crate::text::quoted;

/// Names of members that a description lists.
const NAMES_LISTED: usize = 4;

/// What an object looks like.
#[derive(Debug, PartialEq)]
pub(super) enum Shape {
    /// A Conditional Access policy.
    Policy,
    /// A policy within a template: `{id, name, details: {conditions, …}}`.
    Template,
    /// A list in an envelope: `{"value": […]}`.
    Page,
    /// A named location.
    NamedLocation,
    /// A group.
    Group,
    /// An authentication strength.
    Strength,
    /// The authentication methods policy.
    MethodsPolicy,
    /// A snapshot of ours.
    Snapshot,
    /// Something else, described: `looks like …`.
    Other(String),
}

/// What `node` looks like.
pub(super) fn of(node: &Node<'_>) -> Shape {
    let has = |name: &str| node.member(name).is_some_and(|value| *value != Node::Null);
    let odata_type = match node.member("@odata.type") {
        Some(Node::Text(name)) => name.trim_start_matches('#'),
        _ => "",
    };
    let is_snapshot = match node.member("format") {
        Some(Node::Text(format)) => format == snapshot::FORMAT,
        _ => false,
    };
    if is_snapshot {
        Shape::Snapshot
    } else if is_policy(node) {
        Shape::Policy
    } else if node.member("details").is_some_and(is_policy) {
        Shape::Template
    } else if matches!(node.member("value"), Some(Node::List(_))) {
        Shape::Page
    } else if odata_type.ends_with("NamedLocation")
        || ["ipRanges", "countriesAndRegions", "locationType"].into_iter().any(has)
    {
        Shape::NamedLocation
    } else if is_group(node) {
        Shape::Group
    } else if has("allowedCombinations") {
        Shape::Strength
    } else if has("authenticationMethodConfigurations") {
        Shape::MethodsPolicy
    } else {
        Shape::Other(describe(node, odata_type))
    }
}

/// Controls make a policy, and so do conditions over users, workload identities or resources.
fn is_policy(node: &Node<'_>) -> bool {
    let within = |names: [&str; 3]| {
        let conditions = node.member("conditions");
        conditions.is_some_and(|set| names.iter().any(|name| set.member(name).is_some()))
    };
    node.member("grantControls").is_some()
        || node.member("sessionControls").is_some()
        || within(["users", "applications", "clientApplications"])
}

/// A group of a directory: a template of one has no id that is a GUID.
fn is_group(node: &Node<'_>) -> bool {
    let has = |name: &str| node.member(name).is_some();
    let has_guid = matches!(node.member("id"), Some(Node::Text(id))
        if id.parse::<halligan_core::id::Guid>().is_ok());
    has_guid && has("displayName") && has("securityEnabled") && has("mailEnabled")
}

fn describe(node: &Node<'_>, odata_type: &str) -> String {
    let has = |name: &str| node.member(name).is_some();
    let Node::Object(members) = node else {
        return format!("is {}, not an object", node.describe());
    };
    if !odata_type.is_empty() {
        return format!("is of the type {}", quoted(odata_type));
    }
    let looks = if has("dataProtection") || has("appConfiguration") || has("targetedManagedApps") {
        "an app protection or app configuration policy"
    } else if has("trafficType") || has("trafficForwardingType") || has("profile") {
        "a traffic profile of Global Secure Access"
    } else if has("Objects") && has("TenantId") {
        "a migration table"
    } else if has("securityEnabled") {
        "a group without an object id"
    } else if has("userPrincipalName") {
        "a user"
    } else {
        return format!("has no `conditions` of a policy; its members are {}", names(members));
    };
    format!("looks like {looks}: no `conditions` of a policy")
}

fn names<'a, V: 'a>(members: &[(std::borrow::Cow<'a, str>, V)]) -> String {
    let first: Vec<_> = members.iter().take(NAMES_LISTED).map(|(name, _)| quoted(name)).collect();
    match (first.is_empty(), members.len() > NAMES_LISTED) {
        (true, _) => "none".into(),
        (_, true) => format!("{}, …", first.join(", ")),
        (_, false) => first.join(", "),
    }
}
