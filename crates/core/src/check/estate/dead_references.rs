//! HG-ESTATE-02: policies name nothing that does not exist.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::ca::network::is_mfa_trusted_ips;
use crate::check::context::some_of;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{Case, EMERGENCY, PHISHING_RESISTANT, strength_policy};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GroupId, RoleTemplateId};
use crate::tenant::{
    Gap, GapReason, GroupRef, LocationRef, Part, PartKind, Policy, RoleRef, Strength, StrengthKind,
    UserRef,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-02",
    title: "No policy names a user, group, role, location or strength that does not exist",
    family: Family::Estate,
    severity: Severity::Medium,
    why: "An exclusion of a deleted group excludes nobody, and nothing in the portal says so: the \
          policy looks as if it spared the accounts.",
    reads: &[
        PartKind::Policies,
        PartKind::ReferencedUsers,
        PartKind::ReferencedGroups,
        PartKind::RoleDefinitions,
        PartKind::NamedLocations,
        PartKind::Strengths,
    ],
    controls: &[cis("5.2.2"), iso("A.8.2"), mitre("T1556.009"), nist("CM-6")],
    remedy: Remedy {
        action: "Open the policy, remove what does not exist, and put the right group in its place",
        portal: "Entra admin center > Entra ID > Conditional Access > Policies > the policy",
        graph: "PATCH /beta/identity/conditionalAccess/policies/{id}",
    },
    sources: &[Link {
        title: "Conditional Access policy resource",
        url: "https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy",
    }],
    judge,
    samples: &[
        Sample::pass("all exist", |_| {}),
        Sample::pass("the trusted addresses of the legacy MFA settings", |case| {
            locate(case, "00000000-0000-0000-0000-000000000000");
        }),
        Sample::fail("an excluded group is gone", |case| {
            if let Part::Read { value, .. } = &mut case.snapshot.referenced_groups {
                value.remove(&EMERGENCY);
            }
        }),
        Sample::fail("an excluded user is gone", |case| {
            case.policy(0, |policy| {
                let users = policy.conditions.users.as_mut();
                users.into_iter().for_each(|users| {
                    users.exclude_users = vec![UserRef::Id(crate::id::UserId::from_u128(404))];
                });
            });
        }),
        Sample::fail("a role is unknown", |case| {
            case.policy(0, |policy| {
                let users = policy.conditions.users.as_mut();
                users.into_iter().for_each(|users| {
                    users.exclude_roles = vec![RoleRef::Id(RoleTemplateId::from_u128(404))];
                });
            });
        }),
        Sample::fail("a named location is gone", |case| {
            locate(case, "11111111-1111-1111-1111-111111111111");
        }),
        Sample::fail("a custom strength is gone", |case| {
            case.add_policy(strength_of(StrengthKind::Custom, "c0ffee"));
        }),
        Sample::pass("a built-in strength needs no list", |case| {
            case.add_policy(strength_of(StrengthKind::BuiltIn, PHISHING_RESISTANT));
            let at = case.now;
            case.snapshot.strengths = Part::Read { at, value: Vec::new() };
        }),
        Sample::gap("groups cannot be read", |case| {
            let gap = Case::denied(PartKind::ReferencedGroups);
            case.snapshot.referenced_groups = Part::Gap(gap);
        }),
        Sample::gap("a placeholder of a template", |case| {
            case.policy(0, |policy| {
                let users = policy.conditions.users.as_mut();
                users.into_iter().for_each(|users| {
                    users.exclude_groups = vec![GroupRef::Other("<Emergency>".into())];
                });
            });
        }),
    ],
};

fn strength_of(kind: StrengthKind, id: &str) -> Policy {
    let mut policy = strength_policy("strong");
    if let Some(strength) = policy.grant.as_mut().and_then(|grant| grant.strength.as_mut()) {
        strength.kind = Some(kind);
        strength.id = id.into();
    }
    policy
}

fn locate(case: &mut Case, id: &str) {
    case.policy(0, |policy| {
        policy.conditions.locations = Some(crate::tenant::Locations {
            include: vec![LocationRef::All],
            exclude: vec![LocationRef::Id(id.into())],
            unknown: crate::tenant::Unknown::new(),
        });
    });
}

fn judge(context: &Context<'_>) -> Judgement {
    let policies = match context.policies() {
        Ok(policies) => policies,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut statements: Vec<_> = policies.iter().flat_map(|p| references(context, p)).collect();
    statements.extend(context.unread_policies());
    if statements.is_empty() {
        let text = format!("{} policies read, all that they name exists", policies.len());
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    Judgement::Stated(statements)
}

fn references(context: &Context<'_>, policy: &Policy) -> Vec<Statement> {
    let mut found = Found { policy, statements: Vec::new() };
    let snapshot = context.snapshot;
    if let Some(users) = &policy.conditions.users {
        let exists = snapshot.referenced_users.value();
        for (list, what) in
            [(&users.include_users, "included user"), (&users.exclude_users, "excluded user")]
        {
            let ids = list.iter().filter_map(|user| match user {
                UserRef::Id(id) => Some(Ok(*id)),
                UserRef::Other(text) => Some(Err(text)),
                UserRef::All | UserRef::None | UserRef::GuestsOrExternalUsers => None,
            });
            found.look(what, ids, |id| exists.map(|all| all.contains(id)));
        }
        let exists = snapshot.referenced_groups.value();
        let is_known = |id: &GroupId| exists.map(|all| all.contains_key(id));
        for (list, what) in
            [(&users.include_groups, "included group"), (&users.exclude_groups, "excluded group")]
        {
            let ids = list.iter().map(|group| match group {
                GroupRef::Id(id) => Ok(*id),
                GroupRef::Other(text) => Err(text),
            });
            found.look(what, ids, is_known);
        }
        let exists = context.role_ids.as_ref().map_err(|gap| *gap);
        for (list, what) in
            [(&users.include_roles, "included role"), (&users.exclude_roles, "excluded role")]
        {
            let ids = list.iter().map(|role| match role {
                RoleRef::Id(id) => Ok(*id),
                RoleRef::Other(text) => Err(text),
            });
            found.look(what, ids, |id| exists.map(|all| all.contains(id)));
        }
    }
    places(context, policy, &mut found);
    found.statements
}

fn places(context: &Context<'_>, policy: &Policy, found: &mut Found<'_>) {
    let exists = context.location_ids.as_ref().map_err(|gap| *gap);
    if let Some(locations) = &policy.conditions.locations {
        for (list, what) in
            [(&locations.include, "included location"), (&locations.exclude, "excluded location")]
        {
            let ids = list.iter().filter_map(|location| match location {
                LocationRef::Id(id) if is_mfa_trusted_ips(id) => None,
                LocationRef::Id(id) => Some(Ok(id.clone())),
                LocationRef::Other(text) => Some(Err(text)),
                LocationRef::All | LocationRef::AllTrusted => None,
            });
            found.look(what, ids, |id| exists.map(|all| all.contains(id)));
        }
    }
    let strength = policy.grant.as_ref().and_then(|grant| grant.strength.as_ref());
    let strength = strength.filter(|strength| !is_built_in(strength));
    let exists = context.strength_ids.as_ref().map_err(|gap| *gap);
    let ids = strength.into_iter().map(|strength| Ok(strength.id.clone()));
    found.look("authentication strength", ids, |id| exists.map(|all| all.contains(id)));
}

/// Whether Microsoft defines the strength: it is in every tenant, and exports leave it out.
fn is_built_in(strength: &Strength) -> bool {
    let id = strength.id.as_str();
    strength.kind == Some(StrengthKind::BuiltIn)
        || matches!(id.strip_prefix("00000000-0000-0000-0000-00000000000"), Some("2" | "3" | "4"))
}

/// What one policy names, list by list.
struct Found<'a> {
    policy: &'a Policy,
    statements: Vec<Statement>,
}

impl Found<'_> {
    /// Looks every id of one list up; a text that is no id is a template's placeholder.
    fn look<'t, 'g, Id: ToString>(
        &mut self,
        what: &str,
        ids: impl Iterator<Item = Result<Id, &'t String>>,
        exists: impl Fn(&Id) -> Result<bool, &'g Gap>,
    ) {
        let subject = || Subject::policy(self.policy);
        let mut dead = Vec::new();
        let mut placeholders = Vec::new();
        let mut gap = None;
        for id in ids {
            match id.as_ref().map(&exists) {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => dead.extend(id.ok().map(|id| format!("`{}`", id.to_string()))),
                Ok(Err(missing)) => gap = Some(missing.clone()),
                Err(text) => placeholders.push(format!("`{text}`")),
            }
        }
        if !dead.is_empty() {
            let text = format!("{what} does not exist: {}", some_of(&dead));
            self.statements.push(Statement::broken(subject(), text));
        }
        if !placeholders.is_empty() {
            let what = format!("{what} is no id but a placeholder: {}", some_of(&placeholders));
            let gap = Gap::new(PartKind::Policies, None, GapReason::Failed { what });
            self.statements.push(Statement::unknown(subject(), &gap));
        }
        if let Some(gap) = gap {
            self.statements.push(Statement::unknown(subject(), &gap));
        }
    }
}
