//! The network: who can do which single act, and what it leads to.

use alloc::borrow::ToOwned as _;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{GLOBAL_ADMINISTRATOR, Guid, PrincipalId, RoleTemplateId, TenantId};
use crate::power::{self, Power};
use crate::tenant::{
    AccountState, ApplicationState, AuthenticationType, GroupState, Member, MemberType, ObjectKind,
    Part, RoleAssignment, RoleDefinition, RoleRule, RoleSchedule, ServicePrincipalKind, Snapshot,
    User,
};
use crate::time::Timestamp;

/// A place in the network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A user, group or service principal.
    Principal(PrincipalId),
    /// A directory role, by the id of its definition.
    Role(Guid),
    /// A directory role for one application only: its `directoryScopeId` is an application's.
    RoleFor {
        /// The role, by the id of its definition.
        role: Guid,
        /// The application, by its service principal.
        application: PrincipalId,
    },
    /// The identity provider of a federated domain.
    IdentityProvider(String),
    /// The on-premises directory from which users are synchronised.
    OnPremises,
    /// A cloud service provider's tenant.
    Partner(TenantId),
    /// Being Global Administrator: where every path ends.
    Administrator,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A person or an account like one.
    User,
    /// A group.
    Group,
    /// A user account that belongs to an AI agent.
    AgentUser,
    /// An application or managed identity.
    Application,
    /// The account of an AI agent, a service principal of its own kind.
    Agent,
    /// The service principal of an agent blueprint, which signs in for its agents.
    Blueprint,
    /// A directory role.
    Role,
    /// An identity provider, a directory or a tenant outside.
    Outside,
    /// A principal of which not even the kind was read.
    Unknown,
}

impl Kind {
    /// One word for tables and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::AgentUser => "agent-user",
            Self::Application => "application",
            Self::Agent => "agent",
            Self::Blueprint => "blueprint",
            Self::Role => "role",
            Self::Outside => "outside",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is a user of some kind.
    pub fn is_user(self) -> bool {
        matches!(self, Self::User | Self::AgentUser)
    }

    /// Whether it is a service principal of some kind.
    pub fn is_application(self) -> bool {
        matches!(self, Self::Application | Self::Agent | Self::Blueprint)
    }

    fn of(kind: &ObjectKind) -> Self {
        match kind {
            ObjectKind::User => Self::User,
            ObjectKind::Group => Self::Group,
            ObjectKind::ServicePrincipal => Self::Application,
            ObjectKind::AgentIdentity => Self::Agent,
            ObjectKind::AgentIdentityBlueprintPrincipal => Self::Blueprint,
            ObjectKind::AgentUser => Self::AgentUser,
            _ => Self::Unknown,
        }
    }

    /// Whether `other` says no more than this: a look-up among users finds agents' users as well.
    fn includes(self, other: Self) -> bool {
        other == Self::Unknown
            || (other == Self::User && self.is_user())
            || (other == Self::Application && self.is_application())
    }
}

/// A single act that brings a node nearer to the role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Holds the role now.
    Holds {
        /// When that ends; `None` for never or not known.
        until: Option<Timestamp>,
    },
    /// Is a member of the group.
    IsMember,
    /// Activates the role, and what that asks for.
    Activates {
        /// Whether somebody else must approve; `None` when the role's settings were not read.
        needs_approval: Option<bool>,
    },
    /// Activates a membership of the group, or its ownership.
    ActivatesMembership {
        /// Whether somebody else must approve; `None` when the group's settings were not read.
        needs_approval: Option<bool>,
    },
    /// Owns the group, and can make itself a member.
    OwnsGroup,
    /// Owns the application, and can give it a credential.
    OwnsApplication,
    /// Uses a power of its role or permission.
    Uses(Power),
    /// Signs in as somebody, because it answers for the sign-in.
    SignsInAs,
    /// Has been given administrative access that this side cannot see.
    HasPartnerAccess,
}

/// Nodes, and the acts between them.
#[derive(Debug, Default)]
pub(super) struct Network {
    edges: BTreeMap<Node, BTreeSet<(Act, Node)>>,
    names: BTreeMap<Node, String>,
    kinds: BTreeMap<Node, Kind>,
    /// Types of what is neither user nor group nor application, as the directory names them.
    types: BTreeMap<Node, String>,
}

impl Network {
    pub(super) fn of(snapshot: &Snapshot, now: Timestamp) -> Self {
        let mut network = Self::default();
        network.add_people(snapshot);
        network.add_groups(snapshot, now);
        network.add_applications(snapshot);
        network.add_roles(snapshot, now);
        network.add_scoped(snapshot, now);
        network.add_powers(snapshot);
        network.add_outside(snapshot);
        network
    }

    /// Calls the declared accounts by their code names, in every path.
    pub(super) fn call(&mut self, id: PrincipalId, code_name: &str) {
        self.names.insert(Node::Principal(id), code_name.to_owned());
    }

    /// Everybody that can act: every node with an edge but the roles.
    pub(super) fn actors(&self) -> impl Iterator<Item = &Node> {
        self.edges.keys().filter(|node| !is_role(node))
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (&Node, &Act, &Node)> {
        self.edges.iter().flat_map(|(from, acts)| acts.iter().map(move |(act, to)| (from, act, to)))
    }

    pub(super) fn acts_of(&self, node: &Node) -> impl Iterator<Item = &(Act, Node)> {
        self.edges.get(node).into_iter().flatten()
    }

    pub(super) fn name(&self, node: &Node) -> Option<&str> {
        self.names.get(node).map(String::as_str)
    }

    pub(super) fn kind(&self, node: &Node) -> Kind {
        match node {
            Node::Principal(_) => self.kinds.get(node).copied().unwrap_or(Kind::Unknown),
            Node::Role(_) | Node::RoleFor { .. } | Node::Administrator => Kind::Role,
            Node::IdentityProvider(_) | Node::OnPremises | Node::Partner(_) => Kind::Outside,
        }
    }

    pub(super) fn link(&mut self, from: Node, act: Act, to: Node) {
        if from != to {
            self.edges.entry(from).or_default().insert((act, to));
        }
    }

    fn know(&mut self, node: Node, kind: Kind, name: Option<&str>) {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            self.names.insert(node.clone(), name.to_owned());
        }
        let known = self.kinds.entry(node).or_insert(kind);
        if !known.includes(kind) {
            *known = kind;
        }
    }

    fn mention(&mut self, member: &Member) -> Node {
        let node = Node::Principal(member.id);
        self.know_type(node.clone(), &member.kind, member.display_name.as_deref());
        node
    }

    /// The same, by the type that the directory gives it.
    fn know_type(&mut self, node: Node, kind: &ObjectKind, name: Option<&str>) {
        if Kind::of(kind) == Kind::Unknown {
            self.types.insert(node.clone(), kind.as_graph().to_owned());
        }
        self.know(node, Kind::of(kind), name);
    }

    /// The type of something of an unknown kind, such as `#microsoft.graph.device`.
    pub(super) fn unknown_type(&self, node: &Node) -> Option<&str> {
        let is_unknown = self.kind(node) == Kind::Unknown;
        self.types.get(node).filter(|_| is_unknown).map(String::as_str)
    }

    fn add_people(&mut self, snapshot: &Snapshot) {
        for (id, user) in users(snapshot) {
            self.know(Node::Principal(id), Kind::User, user.display_name.as_deref());
        }
    }

    fn add_groups(&mut self, snapshot: &Snapshot, now: Timestamp) {
        let is_live = |one: &&RoleSchedule| one.is_live(now);
        for (id, read) in &snapshot.groups {
            let group = Node::Principal((*id).into());
            let name = match read.state.value() {
                Ok(GroupState::Present(group)) => Some(group.display_name.as_str()),
                _ => None,
            };
            self.know(group.clone(), Kind::Group, name);
            for member in read.transitive.value().into_iter().flatten() {
                let member = self.mention(member);
                self.link(member, Act::IsMember, group.clone());
            }
            for member in read.members.value().into_iter().flatten() {
                let member = self.mention(member);
                self.link(member, Act::IsMember, group.clone());
            }
            for owner in read.owners.value().into_iter().flatten() {
                let owner = self.mention(owner);
                self.link(owner, Act::OwnsGroup, group.clone());
            }
            for one in read.eligibilities.value().into_iter().flatten().filter(is_live) {
                let who = Node::Principal(one.principal);
                let policies = read.policies.value().map_or(&[][..], Vec::as_slice);
                let policy = policies.iter().find(|policy| policy.access == one.group_access());
                let needs_approval =
                    policy.and_then(|policy| RoleRule::ask_approval(&policy.rules));
                self.link(who, Act::ActivatesMembership { needs_approval }, group.clone());
            }
            for one in read.schedules.value().into_iter().flatten().filter(is_live) {
                self.link(Node::Principal(one.principal), Act::IsMember, group.clone());
            }
        }
    }

    fn add_applications(&mut self, snapshot: &Snapshot) {
        for (id, read) in &snapshot.applications {
            let application = Node::Principal(*id);
            let (kind, name) = match read.state.value() {
                Ok(ApplicationState::Present(principal)) => {
                    let is_agent = principal.kind == Some(ServicePrincipalKind::ServiceIdentity);
                    let kind = if is_agent { Kind::Agent } else { Kind::Application };
                    (kind, principal.display_name.as_deref())
                }
                _ => (Kind::Application, None),
            };
            self.know(application.clone(), kind, name);
            let owners = [&read.owners, &read.registration_owners];
            for owner in owners.into_iter().flat_map(|part| part.value().into_iter().flatten()) {
                let owner = self.mention(owner);
                self.link(owner, Act::OwnsApplication, application.clone());
            }
        }
    }

    /// Who holds or may activate which role, in the whole tenant or for one application that was
    /// read. Roles for an administrative unit are another module's.
    fn add_roles(&mut self, snapshot: &Snapshot, now: Timestamp) {
        let administrator = Node::Role(GLOBAL_ADMINISTRATOR.0);
        self.link(administrator, Act::Holds { until: None }, Node::Administrator);
        for definition in snapshot.role_definitions.value().into_iter().flatten() {
            self.know(Node::Role(definition.id), Kind::Role, Some(&definition.display_name));
        }
        let places = Places::of(snapshot);
        let active = snapshot.role_schedules.value().map_or(&[][..], Vec::as_slice);
        for held in snapshot.role_assignments.value().into_iter().flatten() {
            let who = Node::Principal(held.principal);
            match &held.principal_kind {
                Some(kind) => self.know_type(who.clone(), kind, None),
                None => self.know(who.clone(), Kind::Unknown, None),
            }
            if let Some(role) = places.role(held.role, &held.scope) {
                let until = end_of(active, held);
                self.link(who, Act::Holds { until }, role);
            }
        }
        let eligible = snapshot.role_eligibilities.value().map_or(&[][..], Vec::as_slice);
        let own = |one: &&RoleSchedule| {
            one.member != MemberType::Group && one.end.is_none_or(|end| end > now)
        };
        let place = |one: &RoleSchedule| {
            let scope = one.scope.as_deref().unwrap_or(TENANT);
            one.role.and_then(|role| Some((role, places.role(role, scope)?)))
        };
        for one in active.iter().filter(own) {
            if let Some((_, role)) = place(one) {
                self.link(Node::Principal(one.principal), Act::Holds { until: one.end }, role);
            }
        }
        for one in eligible.iter().filter(own) {
            if let Some((id, role)) = place(one) {
                let needs_approval = needs_approval(snapshot, id);
                self.link(Node::Principal(one.principal), Act::Activates { needs_approval }, role);
            }
        }
        self.drop_weaker_holdings();
    }

    /// Of several holdings of one role the one without an end says it all.
    fn drop_weaker_holdings(&mut self) {
        for acts in self.edges.values_mut() {
            let lasting: BTreeSet<Node> = acts
                .iter()
                .filter(|(act, _)| *act == Act::Holds { until: None })
                .map(|(_, to)| to.clone())
                .collect();
            acts.retain(|(act, to)| {
                !matches!(act, Act::Holds { until: Some(_) }) || !lasting.contains(to)
            });
        }
    }

    /// What roles and permissions let their holders do.
    fn add_powers(&mut self, snapshot: &Snapshot) {
        let mut holders: Vec<(Node, BTreeSet<Power>)> = power::ROLES
            .iter()
            .filter(|role| role.id != GLOBAL_ADMINISTRATOR)
            .map(|role| (Node::Role(role.id.0), role.powers.iter().copied().collect()))
            .collect();
        for definition in snapshot.role_definitions.value().into_iter().flatten() {
            if power::role(RoleTemplateId(definition.id)).is_none() {
                holders.push((Node::Role(definition.id), powers_of(definition)));
            }
        }
        for role in power::ROLES {
            self.names.entry(Node::Role(role.id.0)).or_insert_with(|| role.name.to_owned());
        }
        self.add_powers_for_one(&holders);
        for grant in snapshot.app_role_grants.value().into_iter().flatten() {
            let named = grant.permission.as_deref().and_then(power::permission);
            let Some(permission) = named.or_else(|| power::permission_by_id(grant.role)) else {
                continue;
            };
            let who = Node::Principal(grant.principal);
            if !self.kinds.contains_key(&who) {
                self.know(who.clone(), Kind::Application, grant.principal_name.as_deref());
            }
            holders.push((who, permission.powers.iter().copied().collect()));
        }
        let applications: Vec<Node> =
            snapshot.applications.keys().map(|id| Node::Principal(*id)).collect();
        let ordinary = self.ordinary_people();
        let is_federable = has_federable_administrator(snapshot);
        for (from, powers) in holders {
            for power in powers {
                let targets: &[Node] = match power {
                    Power::AssignRoles | Power::TakeOver | Power::GrantPermissions => {
                        &[Node::Administrator]
                    }
                    Power::FederateDomains if is_federable => &[Node::Administrator],
                    Power::ActAsApplications => &applications,
                    Power::ResetUsers => &ordinary,
                    _ => &[],
                };
                for target in targets {
                    self.link(from.clone(), Act::Uses(power), target.clone());
                }
            }
        }
    }

    /// What roles for one application let their holders do to it: act as it, and no more.
    fn add_powers_for_one(&mut self, holders: &[(Node, BTreeSet<Power>)]) {
        let acts = Power::ActAsApplications;
        let global = Node::Role(GLOBAL_ADMINISTRATOR.0);
        let held: BTreeSet<Node> =
            self.edges.values().flatten().map(|(_, to)| to.clone()).collect();
        for node in held {
            let Node::RoleFor { role, application } = node else { continue };
            let whole = Node::Role(role);
            if let Some(name) = self.names.get(&whole).cloned() {
                self.names.insert(node.clone(), format!("{name} for one application"));
            }
            let is_able = whole == global
                || holders.iter().any(|(one, powers)| *one == whole && powers.contains(&acts));
            if is_able {
                self.link(node, Act::Uses(acts), Node::Principal(application));
            }
        }
    }

    /// People with an act of their own and no role: whoever resets passwords can be them.
    fn ordinary_people(&self) -> Vec<Node> {
        let holds = |node: &Node| {
            self.acts_of(node).any(|(act, to)| {
                is_role(to) || matches!((act, to), (Act::IsMember, Node::Principal(_)))
            })
        };
        let people = self.edges.keys().filter(|node| self.kind(node).is_user());
        people.filter(|node| !holds(node)).cloned().collect()
    }

    /// Those outside the tenant who answer for sign-ins of its people, or administer it.
    fn add_outside(&mut self, snapshot: &Snapshot) {
        let federated: BTreeSet<&str> = snapshot
            .domains
            .value()
            .into_iter()
            .flatten()
            .filter(|domain| domain.authentication == AuthenticationType::Federated)
            .map(|domain| domain.name.as_str())
            .collect();
        for (id, user) in users(snapshot) {
            let person = Node::Principal(id);
            let domain = domain_of(user);
            if federated.contains(domain.as_str()) {
                let provider = Node::IdentityProvider(domain);
                self.link(provider, Act::SignsInAs, person.clone());
            }
            if user.on_premises_sync_enabled == Some(true) {
                self.know(Node::OnPremises, Kind::Outside, Some("on-premises directory"));
                self.link(Node::OnPremises, Act::SignsInAs, person);
            }
        }
        for partner in snapshot.partners.value().into_iter().flatten() {
            if let (Some(tenant), Some(true)) = (partner.tenant, partner.is_service_provider) {
                let partner = Node::Partner(tenant);
                self.link(partner, Act::HasPartnerAccess, Node::Administrator);
            }
        }
    }
}

/// Every user object of the snapshot.
pub(super) fn users(snapshot: &Snapshot) -> impl Iterator<Item = (PrincipalId, &User)> {
    let accounts = snapshot.accounts.values().map(|one| (one.id, &one.state));
    let holders = snapshot.holders.values().map(|one| (one.id, &one.state));
    accounts.chain(holders).filter_map(|(id, state)| match state.value() {
        Ok(AccountState::Present(user)) => Some((id.into(), user)),
        _ => None,
    })
}

/// The domain of a user's sign-in name, in lower case.
pub(super) fn domain_of(user: &User) -> String {
    let name = user.user_principal_name.as_str();
    name.rsplit_once('@').map(|(_, domain)| domain.to_lowercase()).unwrap_or_default()
}

/// Whether some Global Administrator signs in under a domain that can be federated: every one but
/// the initial domain.
fn has_federable_administrator(snapshot: &Snapshot) -> bool {
    let initial: BTreeSet<&str> = snapshot
        .domains
        .value()
        .into_iter()
        .flatten()
        .filter(|domain| domain.is_initial)
        .map(|domain| domain.name.as_str())
        .collect();
    users(snapshot).any(|(_, user)| !initial.contains(domain_of(user).as_str()))
}

/// When an active holding ends, by its schedules; `None` for never or not known.
fn end_of(schedules: &[RoleSchedule], held: &RoleAssignment) -> Option<Timestamp> {
    let theirs = schedules.iter().filter(|one| {
        let scope = one.scope.as_deref().unwrap_or(TENANT);
        one.principal == held.principal && one.role == Some(held.role) && scope == held.scope
    });
    let ends: Vec<Option<Timestamp>> = theirs.map(|one| one.end).collect();
    if ends.iter().any(Option::is_none) { None } else { ends.into_iter().flatten().max() }
}

/// What the holder of a role that no table knows can do.
pub(super) fn powers_of(definition: &RoleDefinition) -> BTreeSet<Power> {
    let template = definition.template.unwrap_or(RoleTemplateId(definition.id));
    let is_followed = !definition.is_built_in || definition.is_privileged == Some(true);
    power::powers_of_role(template, is_followed, &definition.actions)
}

/// Whether it is a role, in whatever scope.
pub(super) fn is_role(node: &Node) -> bool {
    matches!(node, Node::Role(_) | Node::RoleFor { .. })
}

/// The scope of a role that is held in the whole tenant.
const TENANT: &str = "/";

/// Applications that were read, by the ids under which a role's scope can name them.
struct Places(BTreeMap<Guid, PrincipalId>);

impl Places {
    /// A scope names the registration or the service principal.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/assign-roles-different-scopes>.
    fn of(snapshot: &Snapshot) -> Self {
        let mut places = BTreeMap::new();
        for (id, read) in &snapshot.applications {
            places.insert(id.0, *id);
            if let Ok(Some(registration)) = read.registration.value() {
                places.insert(registration.id, *id);
            }
        }
        Self(places)
    }

    /// The role in this scope; `None` where the scope holds nothing that is followed.
    fn role(&self, role: Guid, scope: &str) -> Option<Node> {
        if scope == TENANT {
            return Some(Node::Role(role));
        }
        let object: Guid = scope.strip_prefix(TENANT)?.parse().ok()?;
        let application = *self.0.get(&object)?;
        Some(Node::RoleFor { role, application })
    }
}

/// Whether activating the role needs somebody else's approval.
fn needs_approval(snapshot: &Snapshot, role: Guid) -> Option<bool> {
    let Part::Read { value: policies, .. } = &snapshot.role_policies else { return None };
    let policy = policies.iter().find(|policy| policy.role == role)?;
    RoleRule::ask_approval(&policy.rules)
}

/// The name of a role that no definition of the tenant names.
pub(super) fn role_name(role: Guid) -> Option<&'static str> {
    power::role(RoleTemplateId(role)).map(|role| role.name)
}
