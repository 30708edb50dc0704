//! What is wrong with the emergency access of tenants, as one finds it.

use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use serde_json::Value;

use crate::directory::{Directory, Licence, Object, objects, text_of};
use crate::random::Seeded;

/// Something that is wrong with a tenant's emergency access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// A policy was made without the exclusion.
    ForgottenExclusion,
    /// The accounts have no key, but a password alone.
    NoKey,
    /// There is one account instead of two.
    OneAccount,
    /// An account is disabled.
    Disabled,
    /// An account is on a federated domain.
    Federated,
    /// An account is eligible for the role instead of holding it.
    EligibleOnly,
    /// An account's password expires.
    PasswordExpires,
    /// A stranger is a member of the group.
    ExtraMember,
    /// Somebody owns the group.
    GroupOwner,
    /// The group is an ordinary one, which many administrators may change.
    OrdinaryGroup,
    /// Half of the staff holds Global Administrator.
    ManyAdministrators,
}

/// Every flaw, how many of a hundred tenants have it, and the licence that it takes.
const FLAWS: [(Flaw, usize, Licence); 11] = [
    (Flaw::ForgottenExclusion, 35, Licence::P1),
    (Flaw::NoKey, 25, Licence::Free),
    (Flaw::OneAccount, 12, Licence::Free),
    (Flaw::Disabled, 4, Licence::Free),
    (Flaw::Federated, 8, Licence::Free),
    (Flaw::EligibleOnly, 10, Licence::P2),
    (Flaw::PasswordExpires, 30, Licence::Free),
    (Flaw::ExtraMember, 12, Licence::P1),
    (Flaw::GroupOwner, 15, Licence::P1),
    (Flaw::OrdinaryGroup, 20, Licence::P1),
    (Flaw::ManyAdministrators, 20, Licence::Free),
];
/// Tenants of a hundred that have no flaw of these.
const GOOD_PERCENT: usize = 20;

impl Flaw {
    /// A word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ForgottenExclusion => "forgotten-exclusion",
            Self::NoKey => "no-key",
            Self::OneAccount => "one-account",
            Self::Disabled => "disabled",
            Self::Federated => "federated",
            Self::EligibleOnly => "eligible-only",
            Self::PasswordExpires => "password-expires",
            Self::ExtraMember => "extra-member",
            Self::GroupOwner => "group-owner",
            Self::OrdinaryGroup => "ordinary-group",
            Self::ManyAdministrators => "many-administrators",
        }
    }
}

/// The flaws of a tenant with this licence.
pub(super) fn some(random: &mut Seeded, licence: Licence) -> Vec<Flaw> {
    let is_good = random.chance(GOOD_PERCENT);
    let mut found = Vec::new();
    for (flaw, percent, least) in FLAWS {
        // Drawn in any case, so that one flaw does not move the others.
        let is_drawn = random.chance(percent);
        if is_drawn && !is_good && licence >= least {
            found.push(flaw);
        }
    }
    found
}

/// The emergency access of a generated tenant.
pub(super) struct Emergency {
    pub(super) accounts: Vec<Guid>,
    pub(super) group: Option<Guid>,
}

impl Emergency {
    /// Finds the accounts and their group by the names that they are generated with.
    pub(super) fn of(directory: &Directory) -> Self {
        let named =
            |object: &Object| text_of(object, "displayName").starts_with("Emergency access");
        let users = directory.users.iter().filter(|(_, user)| named(&user.object));
        let mut groups = directory.groups.iter().filter(|(_, group)| named(&group.object));
        Self {
            accounts: users.map(|(id, _)| *id).collect(),
            group: groups.next().map(|(id, _)| *id),
        }
    }
}

/// Puts a flaw into a tenant whose emergency access is good.
pub(super) fn apply(directory: &mut Directory, random: &mut Seeded, flaw: Flaw, domain: &str) {
    let emergency = Emergency::of(directory);
    let Some(last) = emergency.accounts.last().copied() else { return };
    let mut set = |member: &str, value: Value| {
        if let Some(user) = directory.users.get_mut(&last) {
            user.object.insert(member.into(), value);
        }
    };
    match flaw {
        Flaw::Disabled => set("accountEnabled", false.into()),
        Flaw::PasswordExpires => set("passwordPolicies", Value::Null),
        Flaw::Federated => {
            let name = domain.split('.').next().unwrap_or_default();
            let federated = format!("{name}.example");
            set("userPrincipalName", format!("emergency@{federated}").into());
            directory.domains.push(objects::domain(&federated, "Federated", false));
        }
        Flaw::NoKey => forget_keys(directory, &emergency.accounts),
        Flaw::OneAccount => forget_account(directory, last),
        Flaw::EligibleOnly => make_eligible(directory, last),
        Flaw::ForgottenExclusion => forget_exclusion(directory, random, emergency.group),
        Flaw::ManyAdministrators => promote_half(directory),
        Flaw::ExtraMember | Flaw::GroupOwner | Flaw::OrdinaryGroup => {
            spoil_group(directory, random, flaw, &emergency);
        }
    }
}

fn forget_keys(directory: &mut Directory, accounts: &[Guid]) {
    for account in accounts {
        if let Some(user) = directory.users.get_mut(account) {
            user.methods.retain(|method| {
                text_of(method, "@odata.type") == "#microsoft.graph.passwordAuthenticationMethod"
            });
        }
    }
}

fn forget_account(directory: &mut Directory, account: Guid) {
    directory.users.remove(&account);
    let id = account.to_string();
    directory.role_assignments.retain(|one| text_of(one, "principalId") != id);
    directory.eligibility_instances.retain(|one| text_of(one, "principalId") != id);
    for group in directory.groups.values_mut() {
        group.members.retain(|member| *member != account);
    }
}

fn make_eligible(directory: &mut Directory, account: Guid) {
    let id = account.to_string();
    directory.role_assignments.retain(|one| text_of(one, "principalId") != id);
    let eligibility = objects::eligibility(account, GLOBAL_ADMINISTRATOR.0, None);
    directory.eligibility_instances.push(eligibility);
}

/// Takes the exclusion out of one policy, which then is one that acts on everybody.
fn forget_exclusion(directory: &mut Directory, random: &mut Seeded, group: Option<Guid>) {
    let group = group.map(|id| id.to_string());
    let place = random.below(directory.policies.len());
    let Some(policy) = directory.policies.get_mut(place) else { return };
    policy.insert("state".into(), "enabled".into());
    let users = policy.get_mut("conditions").and_then(|conditions| conditions.get_mut("users"));
    let Some(users) = users.and_then(Value::as_object_mut) else { return };
    users.insert("includeUsers".into(), vec!["All"].into());
    if let Some(excluded) = users.get_mut("excludeGroups").and_then(Value::as_array_mut) {
        excluded.retain(|id| id.as_str() != group.as_deref());
    }
}

fn promote_half(directory: &mut Directory) {
    let half: Vec<Guid> = directory.users.keys().step_by(2).copied().collect();
    for user in half {
        let assignment = objects::assignment(user, GLOBAL_ADMINISTRATOR.0, "/");
        if !directory.role_assignments.iter().any(|one| one.get("id") == assignment.get("id")) {
            directory.role_assignments.push(assignment);
        }
    }
}

fn spoil_group(directory: &mut Directory, random: &mut Seeded, flaw: Flaw, emergency: &Emergency) {
    let users: Vec<Guid> = directory.users.keys().copied().collect();
    let others: Vec<Guid> =
        users.into_iter().filter(|id| !emergency.accounts.contains(id)).collect();
    let other = random.pick(&others).copied();
    let Some(group) = emergency.group.and_then(|id| directory.groups.get_mut(&id)) else { return };
    match flaw {
        Flaw::ExtraMember => group.members.extend(other),
        Flaw::GroupOwner => group.owners.extend(other),
        _ => _ = group.object.insert("isAssignableToRole".into(), Value::Null),
    }
}
