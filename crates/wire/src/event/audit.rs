//! Directory audits.

use halligan_core::watch::event::{Audit, AuditResult, Initiator, Modified, Target};

use super::fields::Member;
use super::{Layers, value};
use crate::node::Node;

pub(super) fn read(layers: &Layers<'_>) -> Audit {
    let activity = layers.text(Member::ActivityDisplayName);
    let activity = activity.or_else(|| layers.text(Member::OperationName)).unwrap_or_default();
    // The category of the event, not the one of the log that it came by.
    let inner = layers.inner.raw(Member::Category).and_then(|raw| layers.text_of(raw));
    let category = inner.or_else(|| layers.outer_text(Member::Category)).unwrap_or_default();
    let list = |member, read: fn(&Node<'_>) -> Vec<Target>| {
        layers.raw(member).and_then(|raw| layers.opened(raw, read)).unwrap_or_default()
    };
    Audit {
        activity: activity.into(),
        category: category.into(),
        service: layers.string(Member::LoggedByService),
        result: result(&said(layers)),
        reason: reason(layers),
        by: layers
            .raw(Member::InitiatedBy)
            .and_then(|raw| layers.opened(raw, initiator))
            .unwrap_or_default(),
        targets: list(Member::TargetResources, |node| {
            value::objects(node).iter().map(target).collect()
        }),
        details: layers
            .raw(Member::AdditionalDetails)
            .and_then(|raw| layers.opened(raw, details))
            .unwrap_or_default(),
    }
}

fn said(layers: &Layers<'_>) -> String {
    let result = layers.string(Member::Result);
    if result.is_empty() { layers.string(Member::ResultType) } else { result }
}

fn reason(layers: &Layers<'_>) -> String {
    let reason = layers.string(Member::ResultReason);
    if reason.is_empty() { layers.string(Member::ResultDescription) } else { reason }
}

/// How it ended, in the words of the shapes and of Azure's activity log.
pub(super) fn result(said: &str) -> AuditResult {
    match said.trim().to_ascii_lowercase().as_str() {
        "success" | "succeeded" | "0" => AuditResult::Success,
        "failure" | "failed" => AuditResult::Failure,
        "timeout" => AuditResult::Timeout,
        _ => AuditResult::Unknown,
    }
}

fn initiator(node: &Node<'_>) -> Initiator {
    let nobody = Node::Null;
    let user = node.member("user").unwrap_or(&nobody);
    let app = node.member("app").unwrap_or(&nobody);
    Initiator {
        user: value::member_guid(user, "id"),
        user_name: value::member(user, "userPrincipalName"),
        address: value::member(user, "ipAddress"),
        app: value::member_guid(app, "appId"),
        service_principal: value::member_guid(app, "servicePrincipalId"),
        app_name: value::member(app, "displayName"),
    }
}

fn target(node: &Node<'_>) -> Target {
    let changes = node.member("modifiedProperties").map(value::objects).unwrap_or_default();
    Target {
        id: value::member(node, "id"),
        kind: value::member(node, "type"),
        name: value::member(node, "displayName"),
        principal_name: value::member(node, "userPrincipalName"),
        changes: changes.iter().map(modified).collect(),
    }
}

/// A value is a string that holds JSON in nearly every record; where it is JSON itself, it is kept
/// as that.
fn modified(node: &Node<'_>) -> Modified {
    let side = |name: &str| match node.member(name)? {
        Node::Null => None,
        Node::Text(text) => Some(text.as_ref().to_owned()),
        other => Some(other.clone().into_value().to_string()),
    };
    Modified {
        name: value::member(node, "displayName"),
        old: side("oldValue"),
        new: side("newValue"),
    }
}

fn details(node: &Node<'_>) -> Vec<(String, String)> {
    let pair = |node: &Node<'_>| (value::member(node, "key"), value::member(node, "value"));
    value::objects(node).iter().map(pair).collect()
}
