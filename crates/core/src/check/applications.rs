//! Applications that hold a power over the door: by an application permission of Microsoft Graph
//! or by a directory role.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::powers::Powers;
use super::{Context, State, Statement, Subject};
use crate::id::PrincipalId;
use crate::power::{self, Power};
use crate::tenant::{
    AppRoleGrant, ApplicationRead, ApplicationState, Gap, GapReason, Member, ObjectKind, PartKind,
    RoleAssignment, ServicePrincipal,
};

/// An application that holds a power.
#[derive(Clone, Debug)]
pub(super) struct Mighty<'a> {
    /// Its service principal.
    pub(super) id: PrincipalId,
    /// Its display name, where one is known.
    pub(super) name: Option<String>,
    /// The permissions and roles that have powers.
    pub(super) holds: BTreeSet<String>,
    /// What they let it do; never empty.
    pub(super) powers: BTreeSet<Power>,
    /// What was read about it.
    pub(super) read: Option<&'a ApplicationRead>,
}

impl Mighty<'_> {
    /// The statement's subject.
    pub(super) fn subject(&self) -> Subject {
        Subject::Principal { id: self.id, name: self.name.clone() }
    }

    /// Whether it is a way in.
    pub(super) fn is_way_in(&self) -> bool {
        self.powers.iter().any(|power| power.is_way_in())
    }

    /// What it holds, for a sentence.
    pub(super) fn words(&self) -> String {
        self.holds.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

/// Applications that hold powers, and what could not be told.
#[derive(Debug)]
pub(super) struct Applications<'a> {
    /// By id.
    pub(super) found: Vec<Mighty<'a>>,
    /// Why there may be more.
    pub(super) gaps: Vec<Gap>,
}

impl<'a> Applications<'a> {
    /// Every application with a power, by permission or by role.
    pub(super) fn of(context: &Context<'a>) -> Self {
        let mut found: BTreeMap<PrincipalId, Mighty<'a>> = BTreeMap::new();
        let mut gaps = Vec::new();
        match context.snapshot.app_role_grants.value() {
            Ok(grants) => {
                for grant in grants {
                    let (name, powers) = granted(grant);
                    let one = enter(context, &mut found, grant.principal, powers, name);
                    if let Some(one) = one {
                        one.name = one.name.take().or_else(|| grant.principal_name.clone());
                    }
                }
            }
            Err(gap) => gaps.push(gap.clone()),
        }
        let roles = Powers::of(context);
        for one in roles.found.iter().filter(|one| one.scope == "/") {
            if is_application(context, one.principal) {
                enter(context, &mut found, one.principal, one.powers.clone(), one.role.clone());
            }
        }
        gaps.extend(roles.gaps);
        gaps.sort();
        gaps.dedup();
        Self { found: found.into_values().collect(), gaps }
    }

    /// The ways in among them.
    pub(super) fn ways_in(&self) -> impl Iterator<Item = &Mighty<'a>> {
        self.found.iter().filter(|one| one.is_way_in())
    }

    /// The statements about each way in whose service principal is known; for the others one that
    /// leaves the question open. What is not there is no way in.
    pub(super) fn each_way_in<J>(&self, mut judge: J) -> Vec<Statement>
    where
        J: FnMut(&Mighty<'a>, &'a ApplicationRead, &'a ServicePrincipal) -> Vec<Statement>,
    {
        let mut statements = Vec::new();
        for one in self.ways_in() {
            let state = one.read.map(|read| (read, read.state.value()));
            match state {
                Some((read, Ok(ApplicationState::Present(principal)))) => {
                    statements.extend(judge(one, read, principal));
                }
                Some((_, Ok(ApplicationState::Absent))) => {
                    statements.push(Statement::note(one.subject(), "it does not exist"));
                }
                Some((_, Err(gap))) => statements.push(Statement::unknown(one.subject(), gap)),
                None => {
                    let kind = PartKind::Application;
                    let gap = Gap::new(kind, Some(one.id.0), GapReason::NotInSource);
                    statements.push(Statement::unknown(one.subject(), &gap));
                }
            }
        }
        statements.extend(open(&self.gaps));
        statements
    }
}

/// Says that `text` holds of the tenant, where nothing but notes was said.
pub(super) fn unless_told(statements: &mut Vec<Statement>, text: &str) {
    if statements.iter().all(|one| one.state == State::Note) {
        statements.push(Statement::holds(Subject::Tenant, text));
    }
}

/// Gaps as statements about the tenant.
pub(super) fn open(gaps: &[Gap]) -> impl Iterator<Item = Statement> {
    gaps.iter().map(|gap| Statement::unknown(Subject::Tenant, gap))
}

/// A granted permission's name, and what it lets its holder do.
pub(super) fn granted(grant: &AppRoleGrant) -> (String, BTreeSet<Power>) {
    let by_name = grant.permission.as_deref().and_then(power::permission);
    let known = power::permission_by_id(grant.role).or(by_name);
    let name = match (known, &grant.permission) {
        (Some(known), _) => known.name.to_string(),
        (None, Some(name)) => name.clone(),
        (None, None) => grant.role.to_string(),
    };
    (name, known.map(|known| known.powers.iter().copied().collect()).unwrap_or_default())
}

/// Whether a principal is a service principal, as far as the snapshot knows.
pub(super) fn is_application(context: &Context<'_>, id: PrincipalId) -> bool {
    let snapshot = context.snapshot;
    let assignments = snapshot.role_assignments.value().map(Vec::as_slice).unwrap_or_default();
    let is_assigned = |one: &RoleAssignment| {
        let kind = one.principal_kind.as_ref();
        one.principal == id && kind.is_some_and(ObjectKind::is_application)
    };
    let is_member = |one: &Member| one.id == id && one.kind == ObjectKind::ServicePrincipal;
    let mut groups = snapshot.groups.values().filter_map(|read| read.transitive.value().ok());
    snapshot.applications.contains_key(&id)
        || assignments.iter().any(is_assigned)
        || groups.any(|members| members.iter().any(is_member))
}

fn enter<'f, 'a>(
    context: &Context<'a>,
    found: &'f mut BTreeMap<PrincipalId, Mighty<'a>>,
    id: PrincipalId,
    powers: BTreeSet<Power>,
    holds: String,
) -> Option<&'f mut Mighty<'a>> {
    if powers.is_empty() {
        return None;
    }
    let one = found.entry(id).or_insert_with(|| Mighty {
        id,
        name: super::powers::name_of(context, id),
        holds: BTreeSet::new(),
        powers: BTreeSet::new(),
        read: context.snapshot.applications.get(&id),
    });
    one.powers.extend(powers);
    one.holds.insert(holds);
    Some(one)
}
