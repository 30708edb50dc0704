//! Operations of Azure Resource Manager, from Azure's activity log.

use halligan_core::watch::event::Operation;

use super::fields::Member;
use super::{Layers, audit, value};
use crate::node::Node;

/// The claim of a token that holds the caller's object id.
pub(super) const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";

/// The operation; `None` where the record's name for what was done is no operation of a provider.
pub(super) fn read(layers: &Layers<'_>) -> Option<Operation> {
    let name = match layers.text(Member::OperationName) {
        Some(text) => text.into_owned(),
        // Some exporters write both the value and what is shown for it.
        None => layers
            .raw(Member::OperationName)
            .and_then(|raw| layers.opened(raw, |node| value::member_text(node, "value")))??,
    };
    if !name.contains('/') {
        return None;
    }
    let identity = layers.raw(Member::Identity).and_then(|raw| {
        layers.opened(raw, |node| {
            let nobody = Node::Null;
            let claims = node.member("claims").unwrap_or(&nobody);
            let id = value::member_guid(claims, OBJECT_ID);
            let evidence = node.member("authorization").and_then(|one| one.member("evidence"));
            let id = id.or_else(|| value::member_guid(evidence?, "principalId"));
            let named = ["name", "upn"].map(|member| value::member(claims, member));
            (id, named.into_iter().find(|name| !name.is_empty()).unwrap_or_default())
        })
    });
    let (caller_id, named) = identity.unwrap_or_default();
    let caller = layers.string(Member::Caller);
    Some(Operation {
        name,
        resource: layers.string(Member::ResourceId),
        caller: if caller.is_empty() { named } else { caller },
        caller_id,
        result: audit::result(&layers.string(Member::ResultType)),
    })
}
