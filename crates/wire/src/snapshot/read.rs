//! Reading a snapshot file.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::digest::Digest;
use halligan_core::id::{GroupId, Guid, PrincipalId, UserId};
use halligan_core::tenant::{
    Account, AccountState, ApplicationRead, ApplicationState, Gap, GapReason, GroupRead,
    GroupState, Holder, Part, PartKind, PartName, PerUserMfa, Snapshot, Source,
};
use halligan_core::time::Timestamp;
use serde_json::Value;

use super::print::compact;
use super::{FORMAT, SnapshotError, VERSION};
use crate::members::{each, guid, mismatch, missing, text};
use crate::text::{decode, quoted};
use crate::{Entity, Members, Node, ReadError, read_node};

type Result<T> = core::result::Result<T, SnapshotError>;

/// Reads a snapshot file, in any encoding that [`crate::text::decode`] takes.
pub fn read(bytes: &[u8]) -> Result<Snapshot> {
    let text = decode(bytes).map_err(SnapshotError::Encoding)?;
    let node = Node::parse(text.as_bytes()).map_err(SnapshotError::NotJson)?;
    if !matches!(node.member("format"), Some(Node::Text(format)) if format == FORMAT) {
        return Err(SnapshotError::NotASnapshot);
    }
    let mut head = Members::of(node.clone())?;
    let version = head.integer("version")?.ok_or_else(|| missing("version"))?;
    if version > VERSION {
        return Err(SnapshotError::Newer { version });
    }
    check_digest(node, &head.required_text("digest")?)?;

    let taken = head.timestamp("taken")?.ok_or_else(|| missing("taken"))?;
    let source = head.object("source", source)?.ok_or_else(|| missing("source"))?;
    let entries = match head.node("parts") {
        Some(Node::List(items)) => each(items, entry).map_err(|error| error.within("parts"))?,
        Some(other) => return Err(mismatch("a list of parts", &other).within("parts").into()),
        None => return Err(missing("parts").into()),
    };
    let incomplete = match head.node("incomplete") {
        Some(Node::List(items)) => {
            each(items, missing_part).map_err(|error| error.within("incomplete"))?
        }
        Some(other) => {
            return Err(mismatch("a list of gaps", &other).within("incomplete").into());
        }
        None => Vec::new(),
    };
    Ok(Snapshot { incomplete, ..snapshot(taken, source, Parts::new(entries)?)? })
}

/// One item of `incomplete`.
fn missing_part(node: Node<'_>) -> core::result::Result<Gap, ReadError> {
    let Entry { name, content } = entry(node)?;
    match content {
        Content::Gap(reason) => Ok(Gap { part: name, reason }),
        Content::Read { .. } => Err(missing("gap")),
    }
}

/// Compares the digest that the file carries with that of everything else in it.
fn check_digest(node: Node<'_>, written: &str) -> Result<()> {
    let mut content = node.into_value();
    if let Value::Object(members) = &mut content {
        members.retain(|name, _| !name.eq_ignore_ascii_case("digest"));
    }
    let found = Digest::of(compact(&content).as_bytes());
    if written.parse() == Ok(found) {
        return Ok(());
    }
    Err(SnapshotError::Changed { written: written.into(), found })
}

fn source(members: &mut Members<'_>) -> core::result::Result<Source, ReadError> {
    let kind = members.required_text("kind")?;
    match kind.as_str() {
        "graph" => Ok(Source::Graph { endpoint: members.required_text("endpoint")? }),
        "files" => Ok(Source::Files),
        other => {
            Err(ReadError::new(format!("{} is no kind of source", quoted(other))).within("kind"))
        }
    }
}

/// One item of `parts`.
struct Entry<'a> {
    name: PartName,
    content: Content<'a>,
}

enum Content<'a> {
    Read { at: Timestamp, value: Node<'a> },
    Gap(GapReason),
}

fn entry(node: Node<'_>) -> core::result::Result<Entry<'_>, ReadError> {
    let mut members = Members::of(node)?;
    let kind = PartKind::from_graph(&members.required_text("part")?);
    let name = PartName { kind, subject: members.id("subject")? };
    if let Some(reason) = members.object("gap", gap)? {
        return Ok(Entry { name, content: Content::Gap(reason) });
    }
    let at = members.timestamp("read")?.ok_or_else(|| missing("read"))?;
    let value = members.node("value").ok_or_else(|| missing("value"))?;
    Ok(Entry { name, content: Content::Read { at, value } })
}

fn gap(members: &mut Members<'_>) -> core::result::Result<GapReason, ReadError> {
    let reason = members.required_text("reason")?;
    Ok(match reason.as_str() {
        "missingPermission" => {
            GapReason::MissingPermission { permission: members.required_text("permission")? }
        }
        "missingLicence" => GapReason::MissingLicence { code: members.required_text("code")? },
        "notInSource" => GapReason::NotInSource,
        "failed" => GapReason::Failed { what: members.required_text("what")? },
        other => {
            let what = format!("{} is no reason that this version knows", quoted(other));
            return Err(ReadError::new(what).within("reason"));
        }
    })
}

/// The parts of a file that have not found their place yet.
struct Parts<'a>(BTreeMap<PartName, Content<'a>>);

impl<'a> Parts<'a> {
    fn new(entries: Vec<Entry<'a>>) -> Result<Self> {
        let mut parts = BTreeMap::new();
        for Entry { name, content } in entries {
            if parts.insert(name.clone(), content).is_some() {
                return Err(SnapshotError::Duplicate(name));
            }
        }
        Ok(Self(parts))
    }

    /// The objects that the file holds any of these parts about.
    fn subjects(&self, kinds: &[PartKind]) -> BTreeSet<Guid> {
        let about = self.0.keys().filter(|name| kinds.contains(&name.kind));
        about.filter_map(|name| name.subject).collect()
    }

    /// Takes a part; one that the file does not hold is a gap.
    fn take<T>(
        &mut self,
        kind: PartKind,
        subject: Option<Guid>,
        read: impl FnOnce(Node<'a>) -> core::result::Result<T, ReadError>,
    ) -> Result<Part<T>> {
        let name = PartName { kind, subject };
        Ok(match self.0.remove(&name) {
            None => Part::Gap(Gap { part: name, reason: GapReason::NotInSource }),
            Some(Content::Gap(reason)) => Part::Gap(Gap { part: name, reason }),
            Some(Content::Read { at, value }) => match read(value) {
                Ok(value) => Part::Read { at, value },
                Err(error) => {
                    return Err(SnapshotError::Part { part: name, error: error.within("value") });
                }
            },
        })
    }
}

const ACCOUNT: [PartKind; 6] = [
    PartKind::Account,
    PartKind::AccountMethods,
    PartKind::AccountMemberships,
    PartKind::AccountActivity,
    PartKind::AccountPerUserMfa,
    PartKind::AccountLeave,
];
const HOLDER: [PartKind; 3] = [PartKind::Holder, PartKind::HolderMethods, PartKind::HolderActivity];
const GROUP: [PartKind; 9] = [
    PartKind::Group,
    PartKind::GroupMembers,
    PartKind::GroupTransitiveMembers,
    PartKind::GroupOwners,
    PartKind::GroupEligibilities,
    PartKind::GroupSchedules,
    PartKind::GroupPolicies,
    PartKind::GroupMemberships,
    PartKind::GroupCatalogs,
];
const APPLICATION: [PartKind; 5] = [
    PartKind::Application,
    PartKind::ApplicationOwners,
    PartKind::Registration,
    PartKind::RegistrationOwners,
    PartKind::FederatedCredentials,
];

fn snapshot(taken: Timestamp, source: Source, mut parts: Parts<'_>) -> Result<Snapshot> {
    use PartKind as Kind;
    let parts = &mut parts;
    let snapshot = Snapshot {
        taken,
        source,
        organization: parts.take(Kind::Organization, None, read_node)?,
        watcher: parts.take(Kind::Watcher, None, read_node)?,
        domains: parts.take(Kind::Domains, None, objects)?,
        federations: parts.take(Kind::Federations, None, objects)?,
        directory_sync: parts.take(Kind::DirectorySync, None, optional)?,
        authorization_policy: parts.take(Kind::AuthorizationPolicy, None, read_node)?,
        security_defaults: parts.take(Kind::SecurityDefaults, None, read_node)?,
        methods_policy: parts.take(Kind::MethodsPolicy, None, read_node)?,
        strengths: parts.take(Kind::Strengths, None, objects)?,
        policies: parts.take(Kind::Policies, None, objects)?,
        policy_ids_v1: parts.take(Kind::PolicyIdsV1, None, |node| {
            Ok(list(node, |item| text(item).map(|id| id.as_ref().into()))?.into_iter().collect())
        })?,
        deleted_policies: parts.take(Kind::DeletedPolicies, None, objects)?,
        locations: parts.take(Kind::NamedLocations, None, objects)?,
        authentication_contexts: parts.take(Kind::AuthenticationContexts, None, objects)?,
        protected_actions: parts.take(Kind::ProtectedActions, None, objects)?,
        role_definitions: parts.take(Kind::RoleDefinitions, None, objects)?,
        role_assignments: parts.take(Kind::RoleAssignments, None, objects)?,
        role_schedules: parts.take(Kind::RoleSchedules, None, objects)?,
        role_eligibilities: parts.take(Kind::RoleEligibilities, None, objects)?,
        role_policies: parts.take(Kind::RolePolicies, None, objects)?,
        administrative_units: parts.take(Kind::AdministrativeUnits, None, objects)?,
        app_role_grants: parts.take(Kind::AppRoleGrants, None, objects)?,
        delegated_grants: parts.take(Kind::DelegatedGrants, None, objects)?,
        partners: parts.take(Kind::Partners, None, objects)?,
        delegated_admins: parts.take(Kind::DelegatedAdmins, None, objects)?,
        access_reviews: parts.take(Kind::AccessReviews, None, objects)?,
        lifecycle_workflows: parts.take(Kind::LifecycleWorkflows, None, objects)?,
        recovery_jobs: parts.take(Kind::RecoveryJobs, None, objects)?,
        recovery_profiles: parts.take(Kind::RecoveryProfiles, None, objects)?,
        diagnostic_settings: parts.take(Kind::DiagnosticSettings, None, objects)?,
        referenced_users: parts.take(Kind::ReferencedUsers, None, |node| {
            Ok(list(node, guid)?.into_iter().collect())
        })?,
        referenced_groups: parts.take(Kind::ReferencedGroups, None, |node| {
            Ok(list(node, named)?.into_iter().collect())
        })?,
        accounts: (parts.subjects(&ACCOUNT).into_iter())
            .map(|id| Ok((UserId(id), account(parts, id)?)))
            .collect::<Result<_>>()?,
        holders: (parts.subjects(&HOLDER).into_iter())
            .map(|id| Ok((UserId(id), holder(parts, id)?)))
            .collect::<Result<_>>()?,
        groups: (parts.subjects(&GROUP).into_iter())
            .map(|id| Ok((GroupId(id), group(parts, id)?)))
            .collect::<Result<_>>()?,
        applications: (parts.subjects(&APPLICATION).into_iter())
            .map(|id| Ok((PrincipalId(id), application(parts, id)?)))
            .collect::<Result<_>>()?,
        incomplete: Vec::new(),
    };
    match parts.0.pop_first() {
        Some((name, _)) => Err(SnapshotError::Misplaced(name)),
        None => Ok(snapshot),
    }
}

fn account(parts: &mut Parts<'_>, id: Guid) -> Result<Account> {
    Ok(Account {
        id: UserId(id),
        state: parts.take(PartKind::Account, Some(id), account_state)?,
        methods: parts.take(PartKind::AccountMethods, Some(id), objects)?,
        memberships: parts.take(PartKind::AccountMemberships, Some(id), objects)?,
        activity: parts.take(PartKind::AccountActivity, Some(id), read_node)?,
        per_user_mfa: parts.take(PartKind::AccountPerUserMfa, Some(id), |node| {
            let mut members = Members::of(node)?;
            let state = members.open("perUserMfaState", PerUserMfa::from_graph)?;
            state.ok_or_else(|| missing("perUserMfaState"))
        })?,
        leave: parts.take(PartKind::AccountLeave, Some(id), |node| {
            Members::of(node)?.timestamp("employeeLeaveDateTime")
        })?,
    })
}

fn holder(parts: &mut Parts<'_>, id: Guid) -> Result<Holder> {
    Ok(Holder {
        id: UserId(id),
        state: parts.take(PartKind::Holder, Some(id), account_state)?,
        methods: parts.take(PartKind::HolderMethods, Some(id), objects)?,
        activity: parts.take(PartKind::HolderActivity, Some(id), read_node)?,
    })
}

fn account_state(node: Node<'_>) -> core::result::Result<AccountState, ReadError> {
    Ok(match state(&node)? {
        State::Present => AccountState::Present(read_node(node)?),
        State::SoftDeleted => AccountState::SoftDeleted,
        State::Absent => AccountState::Absent,
    })
}

fn group(parts: &mut Parts<'_>, id: Guid) -> Result<GroupRead> {
    Ok(GroupRead {
        id: GroupId(id),
        state: parts.take(PartKind::Group, Some(id), |node| {
            Ok(match state(&node)? {
                State::Present => GroupState::Present(read_node(node)?),
                State::SoftDeleted => GroupState::SoftDeleted,
                State::Absent => GroupState::Absent,
            })
        })?,
        members: parts.take(PartKind::GroupMembers, Some(id), objects)?,
        transitive: parts.take(PartKind::GroupTransitiveMembers, Some(id), objects)?,
        owners: parts.take(PartKind::GroupOwners, Some(id), objects)?,
        eligibilities: parts.take(PartKind::GroupEligibilities, Some(id), objects)?,
        schedules: parts.take(PartKind::GroupSchedules, Some(id), objects)?,
        policies: parts.take(PartKind::GroupPolicies, Some(id), objects)?,
        memberships: parts.take(PartKind::GroupMemberships, Some(id), objects)?,
        catalogs: parts.take(PartKind::GroupCatalogs, Some(id), objects)?,
    })
}

fn application(parts: &mut Parts<'_>, id: Guid) -> Result<ApplicationRead> {
    Ok(ApplicationRead {
        id: PrincipalId(id),
        state: parts.take(PartKind::Application, Some(id), |node| {
            Ok(match state(&node)? {
                State::Present => ApplicationState::Present(read_node(node)?),
                State::SoftDeleted | State::Absent => ApplicationState::Absent,
            })
        })?,
        owners: parts.take(PartKind::ApplicationOwners, Some(id), objects)?,
        registration: parts.take(PartKind::Registration, Some(id), optional)?,
        registration_owners: parts.take(PartKind::RegistrationOwners, Some(id), objects)?,
        federated: parts.take(PartKind::FederatedCredentials, Some(id), objects)?,
    })
}

/// A list of one object, or of none.
fn optional<T: Entity>(node: Node<'_>) -> core::result::Result<Option<T>, ReadError> {
    let mut all = objects(node)?.into_iter();
    match (all.next(), all.next()) {
        (found, None) => Ok(found),
        _ => Err(ReadError::new("expected at most one object, found several")),
    }
}

/// Whether an object exists.
enum State {
    Present,
    SoftDeleted,
    Absent,
}

/// An object that exists has an id; a user's own `state` is a part of its address.
fn state(node: &Node<'_>) -> core::result::Result<State, ReadError> {
    match (node.member("id"), node.member("state")) {
        (None, Some(Node::Text(state))) => match state.as_ref() {
            "softDeleted" => Ok(State::SoftDeleted),
            "absent" => Ok(State::Absent),
            other => Err(ReadError::new(format!("{} is no state", quoted(other))).within("state")),
        },
        _ => Ok(State::Present),
    }
}

fn list<'a, T>(
    node: Node<'a>,
    read: impl FnMut(Node<'a>) -> core::result::Result<T, ReadError>,
) -> core::result::Result<Vec<T>, ReadError> {
    match node {
        Node::List(items) => each(items, read),
        other => Err(mismatch("a list", &other)),
    }
}

fn objects<T: Entity>(node: Node<'_>) -> core::result::Result<Vec<T>, ReadError> {
    list(node, read_node)
}

fn named(node: Node<'_>) -> core::result::Result<(GroupId, String), ReadError> {
    let mut members = Members::of(node)?;
    Ok((members.required_id("id")?, members.required_text("displayName")?))
}
