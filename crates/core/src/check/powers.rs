//! Who holds a power over the door through a directory role: active, eligible, through groups and
//! PIM for Groups, in built-in and custom roles.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::Context;
use crate::ca::holdings;
use crate::id::{GroupId, Guid, PrincipalId, RoleTemplateId, UserId};
use crate::power::{self, Power};
use crate::tenant::{
    Gap, GapReason, GroupAccess, GroupRead, ObjectKind, Part, PartKind, RoleRule, RoleSchedule,
};

/// One way in which a principal comes by a role that has powers.
#[derive(Clone, Debug)]
pub(super) struct Powerful {
    /// Who: a user or service principal; groups are followed to their members.
    pub(super) principal: PrincipalId,
    /// The role's name.
    pub(super) role: String,
    /// The id of its definition.
    pub(super) role_id: Guid,
    /// Where it applies: `/` for the whole tenant.
    pub(super) scope: String,
    /// The group that holds the role, when it is not the principal's own.
    pub(super) through: Option<GroupId>,
    /// Whether it must be activated first.
    pub(super) is_eligible: bool,
    /// Whether the role itself must be activated, by the principal or as a member of the group.
    pub(super) is_role_eligible: bool,
    /// What the way through groups that must be activated first asks for.
    pub(super) activation: Activation,
    /// What the role lets its holder do; never empty.
    pub(super) powers: BTreeSet<Power>,
}

/// What stands between a principal and a group's membership, the least first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Activation {
    /// Nothing: it is a member, or no group stands in between.
    Active,
    /// It activates a membership or ownership, and nobody is asked.
    Alone,
    /// It activates one, and whether somebody is asked could not be told.
    Unknown(Gap),
    /// It activates one after somebody else approves.
    Approved,
}

impl Powerful {
    /// Whether it is a way in for the whole tenant.
    pub(super) fn is_way_in(&self) -> bool {
        self.scope == "/" && self.powers.iter().any(|power| power.is_way_in())
    }

    /// What is held, and what it lets the holder do, as the end of a sentence.
    pub(super) fn words(&self) -> String {
        let how = if self.is_eligible { "can activate" } else { "holds" };
        let through = self.through.map(|id| format!(" through group {id}")).unwrap_or_default();
        let scope = match self.scope.as_str() {
            "/" => String::new(),
            scope => format!(" for `{scope}`"),
        };
        let can = self.powers.first().map_or("do nothing here", |power| power.can());
        format!("{how} `{}`{scope}{through}: can {can}", self.role)
    }
}

/// Everybody who holds a power through a role, and what could not be told.
#[derive(Debug, Default)]
pub(super) struct Powers {
    /// In the order of the assignments, active ones first.
    pub(super) found: Vec<Powerful>,
    /// Why there may be more.
    pub(super) gaps: Vec<Gap>,
    /// Groups that hold a role with powers, with the gravest of the roles' names.
    pub(super) groups: BTreeMap<GroupId, String>,
}

impl Powers {
    /// Follows every assignment and eligibility of a role that has powers.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut powers = Self::default();
        match holdings(context.snapshot) {
            Ok(all) => {
                for one in all.iter().filter(|one| one.is_live(context.now)) {
                    let held = Held { role: one.role, scope: one.scope, is_eligible: false };
                    powers.add(context, held, one.principal);
                }
            }
            Err(gap) => powers.gaps.push(gap.clone()),
        }
        match context.licensed(&context.snapshot.role_eligibilities) {
            Ok(all) => {
                for one in all.iter().filter(|one| one.is_live(context.now)) {
                    let Some(role) = one.role else { continue };
                    let scope = one.scope.as_deref().unwrap_or("/");
                    let held = Held { role, scope, is_eligible: true };
                    powers.add(context, held, one.principal);
                }
            }
            Err(gap) => powers.gaps.push(gap.clone()),
        }
        powers.gaps.sort();
        powers.gaps.dedup();
        powers
    }

    fn add(&mut self, context: &Context<'_>, held: Held<'_>, holder: PrincipalId) {
        let (name, powers) = match role_powers(context, held.role) {
            Ok((_, powers)) if powers.is_empty() => return,
            Ok(known) => known,
            Err(gap) => return self.gaps.push(gap),
        };
        let one = |principal, through, activation: Activation| Powerful {
            principal,
            role: name.clone(),
            role_id: held.role,
            scope: held.scope.to_string(),
            through,
            is_eligible: held.is_eligible || activation != Activation::Active,
            is_role_eligible: held.is_eligible,
            activation,
            powers: powers.clone(),
        };
        let is_group = is_group(context, holder);
        if is_group != Ok(true) {
            self.found.push(one(holder, None, Activation::Active));
            self.gaps.extend(is_group.err());
            return;
        }
        let group = GroupId(holder.0);
        self.groups.entry(group).or_insert_with(|| name.clone());
        let (members, gaps) = members(context, group);
        self.gaps.extend(gaps);
        let found = members.into_iter().map(|(id, activation)| one(id, Some(group), activation));
        self.found.extend(found);
    }

    /// Each principal once, with every way in which it comes by a power.
    pub(super) fn by_principal(&self) -> BTreeMap<PrincipalId, Vec<&Powerful>> {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for one in &self.found {
            all.entry(one.principal).or_default().push(one);
        }
        all
    }

    /// Everybody who holds a way in.
    pub(super) fn ways_in(&self) -> BTreeSet<PrincipalId> {
        self.found.iter().filter(|one| one.is_way_in()).map(|one| one.principal).collect()
    }
}

/// A role, where, and whether it waits to be activated.
#[derive(Clone, Copy)]
struct Held<'a> {
    role: Guid,
    scope: &'a str,
    is_eligible: bool,
}

/// A role's name, and what it lets its holder do.
fn role_powers(context: &Context<'_>, id: Guid) -> Result<(String, BTreeSet<Power>), Gap> {
    let of_table = |id| power::role(RoleTemplateId(id));
    if let Some(role) = of_table(id) {
        return Ok((role.name.to_string(), role.powers.iter().copied().collect()));
    }
    let definitions = context.snapshot.role_definitions.value().map_err(Clone::clone)?;
    let Some(definition) = definitions.iter().find(|one| one.id == id) else {
        let what = format!("no role definition has the id `{id}`");
        return Err(Gap::new(PartKind::RoleDefinitions, None, GapReason::Failed { what }));
    };
    let is_privileged = definition.is_built_in && definition.is_privileged == Some(true);
    let template = definition.template.unwrap_or(RoleTemplateId(id));
    if is_privileged && definition.actions.is_empty() && power::role(template).is_none() {
        let what = format!(
            "`{}` is privileged and newer than this version, and what it may do was not read",
            definition.display_name
        );
        return Err(Gap::new(PartKind::RoleDefinitions, None, GapReason::Failed { what }));
    }
    let is_followed = is_privileged || !definition.is_built_in;
    let powers = power::powers_of_role(template, is_followed, &definition.actions);
    Ok((definition.display_name.clone(), powers))
}

/// Whether a holder is a group. Eligibilities and schedules do not say it, so that something of
/// which nothing was read may be one, with members whom nobody counts.
pub(super) fn is_group(context: &Context<'_>, id: PrincipalId) -> Result<bool, Gap> {
    let snapshot = context.snapshot;
    if snapshot.groups.contains_key(&GroupId(id.0)) {
        return Ok(true);
    }
    let user = UserId(id.0);
    let is_known = snapshot.accounts.contains_key(&user)
        || snapshot.holders.contains_key(&user)
        || context.is_declared(id)
        || snapshot.applications.contains_key(&id);
    let assignments = snapshot.role_assignments.value().map(Vec::as_slice).unwrap_or_default();
    let mut kinds = assignments
        .iter()
        .filter(|one| one.principal == id)
        .filter_map(|one| one.principal_kind.as_ref());
    match (is_known, kinds.next()) {
        (true, _) => Ok(false),
        (false, Some(kind)) => Ok(*kind == ObjectKind::Group),
        (false, None) => Err(Gap::new(PartKind::Holder, Some(id.0), GapReason::NotInSource)),
    }
}

/// Everybody who is or can become a member of a group, and what that asks for at least.
///
/// A group can be an eligible member of another (PIM for Groups): each of its members can activate
/// the membership, so that such groups are followed to their members as well. Where several groups
/// are activated one after the other, the one that asks for most counts.
pub(super) fn members(
    context: &Context<'_>,
    group: GroupId,
) -> (BTreeMap<PrincipalId, Activation>, Vec<Gap>) {
    let mut found = BTreeMap::new();
    let mut gaps = Vec::new();
    let mut seen: BTreeMap<GroupId, Activation> = BTreeMap::new();
    let mut next = Vec::from([(group, Activation::Active)]);
    while let Some((group, so_far)) = next.pop() {
        // Whoever was found on an easier way is found on this one as well.
        if seen.get(&group).is_some_and(|easiest| *easiest <= so_far) {
            continue;
        }
        seen.insert(group, so_far.clone());
        let Some(read) = context.snapshot.groups.get(&group) else {
            let kind = PartKind::GroupTransitiveMembers;
            gaps.push(Gap::new(kind, Some(group.0), GapReason::NotInSource));
            continue;
        };
        let mut add = |id, activation: &Activation| {
            // Whoever is a member already does not need to activate it.
            let least = found.entry(id).or_insert_with(|| activation.clone());
            *least = activation.clone().min(least.clone());
        };
        for (part, is_eligible) in [(&read.eligibilities, true), (&read.schedules, false)] {
            let all = match context.licensed(part) {
                Ok(all) => all,
                Err(gap) => {
                    gaps.push(gap.clone());
                    continue;
                }
            };
            for one in live(all, context) {
                let activation = match is_eligible {
                    true => activation(context, read, &one.group_access()).max(so_far.clone()),
                    false => so_far.clone(),
                };
                match is_group(context, one.principal) {
                    Ok(true) => next.push((GroupId(one.principal.0), activation)),
                    Ok(false) => add(one.principal, &activation),
                    Err(gap) => {
                        add(one.principal, &activation);
                        gaps.push(gap);
                    }
                }
            }
        }
        match read.transitive.value() {
            Ok(all) => {
                let all = all.iter().filter(|member| member.kind != ObjectKind::Group);
                all.for_each(|member| add(member.id, &so_far));
            }
            Err(gap) => gaps.push(gap.clone()),
        }
    }
    (found, gaps)
}

/// What activating a membership or the ownership of the group asks for.
fn activation(context: &Context<'_>, read: &GroupRead, access: &GroupAccess) -> Activation {
    let policies = match context.licensed(&read.policies) {
        Ok(policies) => policies,
        Err(gap) => return Activation::Unknown(gap.clone()),
    };
    let Some(policy) = policies.iter().find(|policy| policy.access == *access) else {
        let what = format!("no settings for `{access}` are listed");
        let reason = GapReason::Failed { what };
        return Activation::Unknown(Gap::new(PartKind::GroupPolicies, Some(read.id.0), reason));
    };
    match RoleRule::ask_approval(&policy.rules) {
        Some(true) => Activation::Approved,
        _ => Activation::Alone,
    }
}

fn live<'a>(
    all: &'a [RoleSchedule],
    context: &Context<'_>,
) -> impl Iterator<Item = &'a RoleSchedule> {
    all.iter().filter(|one| one.is_live(context.now))
}

/// The display name of a principal, as far as the snapshot knows it.
pub(super) fn name_of(context: &Context<'_>, id: PrincipalId) -> Option<String> {
    use crate::tenant::{AccountState, ApplicationState};
    let snapshot = context.snapshot;
    let holder = snapshot.holders.get(&UserId(id.0)).map(|holder| &holder.state);
    if let Some(Part::Read { value: AccountState::Present(user), .. }) = holder {
        return user.display_name.clone();
    }
    let application = snapshot.applications.get(&id).map(|one| &one.state);
    match application {
        Some(Part::Read { value: ApplicationState::Present(one), .. }) => one.display_name.clone(),
        _ => None,
    }
}
