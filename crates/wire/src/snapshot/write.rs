//! Writing a snapshot file.

use halligan_core::digest::Digest;
use halligan_core::id::Guid;
use halligan_core::tenant::{
    Account, AccountState, ApplicationRead, ApplicationState, Gap, GapReason, GroupRead,
    GroupState, Holder, Part, PartKind, PartName, Snapshot, Source,
};
use serde_json::{Map, Value, json};

use super::print::{compact, pretty};
use super::{FORMAT, VERSION};
use crate::Entity;

/// Writes a snapshot file: equal snapshots give equal files, byte by byte.
pub fn write(snapshot: &Snapshot) -> String {
    let source = match &snapshot.source {
        Source::Graph { endpoint } => json!({"kind": "graph", "endpoint": endpoint}),
        Source::Files => json!({"kind": "files"}),
    };
    let mut content = Map::new();
    content.insert("format".into(), FORMAT.into());
    content.insert("version".into(), VERSION.into());
    content.insert("taken".into(), snapshot.taken.to_string().into());
    content.insert("source".into(), source);
    content.insert("parts".into(), parts(snapshot).into());
    if !snapshot.incomplete.is_empty() {
        let gaps: Vec<_> = snapshot.incomplete.iter().map(gap).collect();
        content.insert("incomplete".into(), gaps.into());
    }
    let content = Value::Object(content);
    let digest = Digest::of(compact(&content).as_bytes());

    // The head comes first, so that the first lines of a file say what it is.
    let mut text = String::from("{");
    for name in ["format", "version", "digest", "taken", "source", "incomplete", "parts"] {
        let value = match content.get(name) {
            Some(value) => pretty(value, 1),
            None if name == "digest" => format!("\"{digest}\""),
            None => continue,
        };
        let comma = if name == "parts" { "" } else { "," };
        text.push_str(&format!("\n  \"{name}\": {value}{comma}"));
    }
    text.push_str("\n}\n");
    text
}

fn parts(snapshot: &Snapshot) -> Vec<Value> {
    use PartKind as Kind;
    let tenant = |kind| (kind, None);
    let mut parts = vec![
        part(tenant(Kind::Organization), &snapshot.organization, object),
        part(tenant(Kind::Watcher), &snapshot.watcher, object),
        part(tenant(Kind::Domains), &snapshot.domains, objects),
        part(tenant(Kind::Federations), &snapshot.federations, objects),
        part(tenant(Kind::DirectorySync), &snapshot.directory_sync, optional),
        part(tenant(Kind::SecurityDefaults), &snapshot.security_defaults, object),
        part(tenant(Kind::AuthorizationPolicy), &snapshot.authorization_policy, object),
        part(tenant(Kind::MethodsPolicy), &snapshot.methods_policy, object),
        part(tenant(Kind::Strengths), &snapshot.strengths, objects),
        part(tenant(Kind::Policies), &snapshot.policies, objects),
        part(tenant(Kind::PolicyIdsV1), &snapshot.policy_ids_v1, texts),
        part(tenant(Kind::DeletedPolicies), &snapshot.deleted_policies, objects),
        part(tenant(Kind::NamedLocations), &snapshot.locations, objects),
        part(tenant(Kind::AuthenticationContexts), &snapshot.authentication_contexts, objects),
        part(tenant(Kind::ProtectedActions), &snapshot.protected_actions, objects),
        part(tenant(Kind::RoleDefinitions), &snapshot.role_definitions, objects),
        part(tenant(Kind::RoleAssignments), &snapshot.role_assignments, objects),
        part(tenant(Kind::RoleSchedules), &snapshot.role_schedules, objects),
        part(tenant(Kind::RoleEligibilities), &snapshot.role_eligibilities, objects),
        part(tenant(Kind::RolePolicies), &snapshot.role_policies, objects),
        part(tenant(Kind::AdministrativeUnits), &snapshot.administrative_units, objects),
        part(tenant(Kind::AppRoleGrants), &snapshot.app_role_grants, objects),
        part(tenant(Kind::DelegatedGrants), &snapshot.delegated_grants, objects),
        part(tenant(Kind::Partners), &snapshot.partners, objects),
        part(tenant(Kind::DelegatedAdmins), &snapshot.delegated_admins, objects),
        part(tenant(Kind::AccessReviews), &snapshot.access_reviews, objects),
        part(tenant(Kind::LifecycleWorkflows), &snapshot.lifecycle_workflows, objects),
        part(tenant(Kind::RecoveryJobs), &snapshot.recovery_jobs, objects),
        part(tenant(Kind::RecoveryProfiles), &snapshot.recovery_profiles, objects),
        part(tenant(Kind::DiagnosticSettings), &snapshot.diagnostic_settings, objects),
        part(tenant(Kind::ReferencedUsers), &snapshot.referenced_users, texts),
        part(tenant(Kind::ReferencedGroups), &snapshot.referenced_groups, |groups| {
            let write = |(id, name): (&_, &String)| named(id, name);
            groups.iter().map(write).collect()
        }),
    ];
    parts.extend(snapshot.accounts.values().flat_map(account));
    parts.extend(snapshot.holders.values().flat_map(holder));
    parts.extend(snapshot.groups.values().flat_map(group));
    parts.extend(snapshot.applications.values().flat_map(application));
    parts
}

fn account(account: &Account) -> Vec<Value> {
    let about = |kind| (kind, Some(account.id.0));
    vec![
        part(about(PartKind::Account), &account.state, account_state),
        part(about(PartKind::AccountMethods), &account.methods, objects),
        part(about(PartKind::AccountMemberships), &account.memberships, objects),
        part(about(PartKind::AccountActivity), &account.activity, object),
        part(
            about(PartKind::AccountPerUserMfa),
            &account.per_user_mfa,
            |state| json!({"perUserMfaState": state.as_graph()}),
        ),
        part(
            about(PartKind::AccountLeave),
            &account.leave,
            |leave| json!({"employeeLeaveDateTime": leave.map(|leave| leave.to_string())}),
        ),
    ]
}

fn account_state(state: &AccountState) -> Value {
    match state {
        AccountState::Present(user) => object(user),
        AccountState::SoftDeleted => json!({"state": "softDeleted"}),
        AccountState::Absent => json!({"state": "absent"}),
    }
}

fn holder(holder: &Holder) -> Vec<Value> {
    let about = |kind| (kind, Some(holder.id.0));
    vec![
        part(about(PartKind::Holder), &holder.state, account_state),
        part(about(PartKind::HolderMethods), &holder.methods, objects),
        part(about(PartKind::HolderActivity), &holder.activity, object),
    ]
}

fn group(group: &GroupRead) -> Vec<Value> {
    let about = |kind| (kind, Some(group.id.0));
    vec![
        part(about(PartKind::Group), &group.state, |state| match state {
            GroupState::Present(group) => object(group),
            GroupState::SoftDeleted => json!({"state": "softDeleted"}),
            GroupState::Absent => json!({"state": "absent"}),
        }),
        part(about(PartKind::GroupMembers), &group.members, objects),
        part(about(PartKind::GroupTransitiveMembers), &group.transitive, objects),
        part(about(PartKind::GroupOwners), &group.owners, objects),
        part(about(PartKind::GroupEligibilities), &group.eligibilities, objects),
        part(about(PartKind::GroupSchedules), &group.schedules, objects),
        part(about(PartKind::GroupPolicies), &group.policies, objects),
        part(about(PartKind::GroupMemberships), &group.memberships, objects),
        part(about(PartKind::GroupCatalogs), &group.catalogs, objects),
    ]
}

fn application(application: &ApplicationRead) -> Vec<Value> {
    let about = |kind| (kind, Some(application.id.0));
    vec![
        part(about(PartKind::Application), &application.state, |state| match state {
            ApplicationState::Present(principal) => object(principal),
            ApplicationState::Absent => json!({"state": "absent"}),
        }),
        part(about(PartKind::ApplicationOwners), &application.owners, objects),
        part(about(PartKind::Registration), &application.registration, optional),
        part(about(PartKind::RegistrationOwners), &application.registration_owners, objects),
        part(about(PartKind::FederatedCredentials), &application.federated, objects),
    ]
}

fn part<T>(
    (kind, about): (PartKind, Option<Guid>),
    part: &Part<T>,
    write: impl Fn(&T) -> Value,
) -> Value {
    let subject = about.map(|subject| subject.to_string());
    match part {
        Part::Read { at, value } => json!({
            "part": kind.as_graph(),
            "subject": subject,
            "read": at.to_string(),
            "value": write(value),
        }),
        Part::Gap(missing) => {
            let part = PartName { kind, subject: about };
            gap(&Gap { part, reason: missing.reason.clone() })
        }
    }
}

fn gap(gap: &Gap) -> Value {
    json!({
        "part": gap.part.kind.as_graph(),
        "subject": gap.part.subject.map(|subject| subject.to_string()),
        "gap": reason(&gap.reason),
    })
}

fn reason(reason: &GapReason) -> Value {
    match reason {
        GapReason::MissingPermission { permission } => {
            json!({"reason": "missingPermission", "permission": permission})
        }
        GapReason::MissingLicence { code } => json!({"reason": "missingLicence", "code": code}),
        GapReason::NotInSource => json!({"reason": "notInSource"}),
        GapReason::Failed { what } => json!({"reason": "failed", "what": what}),
    }
}

fn object(entity: &impl Entity) -> Value {
    Value::Object(entity.write())
}

/// A list of the one object, or of none.
fn optional<T: Entity>(entity: &Option<T>) -> Value {
    entity.iter().map(object).collect()
}

#[expect(clippy::ptr_arg, reason = "used as a function of `&Vec`, which is what a part holds")]
fn objects<T: Entity>(entities: &Vec<T>) -> Value {
    entities.iter().map(object).collect()
}

fn texts<T: ToString>(ids: &std::collections::BTreeSet<T>) -> Value {
    ids.iter().map(ToString::to_string).collect()
}

fn named(id: &impl ToString, name: &str) -> Value {
    json!({"id": id.to_string(), "displayName": name})
}
