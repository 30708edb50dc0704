//! Edits of a tenant, each with its label and the reason of it, which follow from how the edit is
//! made and from nothing that the prover says.
//!
//! An edit is **harmful** when, in the default environment, some sign-in of the account is denied
//! after it that was let through before it; otherwise it is **harmless**.

mod addition;
mod credential;
mod exclusion;
mod membership;
mod switch;

use std::sync::Arc;

use halligan_core::check::sample;
use halligan_core::id::{GroupId, Guid};
use halligan_core::tenant::{GrantControl, GroupRef, Policy, UserRef, Users};

use super::base::Base;
use super::reading::Reading;
use super::tenant::Tenant;

/// Whether an edit locks out of some sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// Some sign-in that was let through is denied.
    Harmful,
    /// None is.
    Harmless,
}

impl Label {
    /// Its word in the list of labels.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Harmful => "harmful",
            Self::Harmless => "harmless",
        }
    }
}

/// A kind of edit, and the rule that gives its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Its name in the list of labels.
    pub(super) name: &'static str,
    /// What is done, and when that is harmful.
    pub(super) harmful: &'static str,
    /// The twin, and why it is harmless.
    pub(super) harmless: &'static str,
}

/// Every kind.
pub(super) const KINDS: [Kind; 16] = [
    Kind {
        name: "exclusion-removed",
        harmful: "the emergency group is taken out of a policy's exclusions, and the policy then \
                  applies to the account and demands what an unmanaged computer and a key do not \
                  give",
        harmless: "the same, of a policy that a key meets, that is not enforced, or that does not \
                   reach the account's sign-ins (other users, legacy clients, other resources, \
                   other flows)",
    },
    Kind {
        name: "member-left",
        harmful: "the account leaves the emergency group, and some policy that excluded it denies",
        harmless: "the other account leaves it",
    },
    Kind {
        name: "nesting",
        harmful: "the account leaves the emergency group for one that contains it: members of the \
                  outer group are not members of the inner one",
        harmless: "the account leaves it for one that it contains: nested members count",
    },
    Kind {
        name: "group-deleted",
        harmful: "the emergency group is deleted, and policies keep its id, which means nobody",
        harmless: "another group that policies exclude is deleted, and they keep its id",
    },
    Kind {
        name: "role-included",
        harmful: "a new policy blocks Global Administrators",
        harmless: "it blocks a role that the account does not hold; holds by a custom role, in an \
                   administrative unit only, or as eligible only: policies match built-in, \
                   tenant-wide, active roles alone",
    },
    Kind {
        name: "strength-changed",
        harmful: "the strength that the accounts' own policy demands loses FIDO2",
        harmless: "it loses another combination, or gains one",
    },
    Kind {
        name: "aaguid-dropped",
        harmful: "the model of the account's keys is dropped from the strength's list, from the \
                  allowed models of the passkey method, or is added to the blocked ones",
        harmless: "the same with another model",
    },
    Kind {
        name: "gps-location",
        harmful: "a new policy demands multifactor authentication in a country by GPS: keys meet \
                  the demand, and give no position",
        harmless: "the same with the country by address",
    },
    Kind {
        name: "compliant-network",
        harmful: "a new policy blocks every network but the compliant one",
        harmless: "the same with the emergency group excluded; or for the compliant network, from \
                   which the environment does not come",
    },
    Kind {
        name: "device-filter",
        harmful: "a new policy blocks devices of a filter with a negative operator, or all but \
                  devices of one with a positive operator: an unregistered device has null \
                  attributes, which negative operators match and positive ones do not",
        harmless: "the same with the other operator",
    },
    Kind {
        name: "platform-blocked",
        harmful: "a new policy blocks unknown platforms, or Windows Phone: the environment is any \
                  platform",
        harmless: "the same with the emergency group excluded, or with multifactor authentication \
                   for block",
    },
    Kind {
        name: "state-changed",
        harmful: "a report-only or disabled policy without the exclusion is enabled, and denies",
        harmless: "a disabled one becomes report-only; a report-only one is widened",
    },
    Kind {
        name: "security-defaults",
        harmful: "with every policy disabled, security defaults are switched on, and the account \
                  holds a password only",
        harmless: "the same, and the account holds its keys",
    },
    Kind {
        name: "per-user-mfa",
        harmful: "per-user MFA is enforced for the account, which every policy excludes and which \
                  holds a password only",
        harmless: "the same, and the account holds its keys",
    },
    Kind {
        name: "protected-action",
        harmful: "changing policies demands an authentication context, whose policy blocks or \
                  demands a compliant device",
        harmless: "its policy demands multifactor authentication, or excludes the group; or \
                   the action is not on policies",
    },
    Kind {
        name: "method-switched-off",
        harmful: "the passkey method is switched off, or excludes the emergency group",
        harmless: "another method is switched off, or the passkey method excludes another group",
    },
];

/// One edit.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    /// The name of its kind.
    pub(super) kind: &'static str,
    /// Which of the kind's edits.
    pub(super) variant: &'static str,
    /// The policy that it changes or adds; empty where it is none.
    pub(super) policy: String,
    /// Whether it harms.
    pub(super) label: Label,
    /// Why.
    pub(super) reason: String,
    /// The tenant before.
    pub(super) before: Arc<Tenant>,
    /// The tenant after.
    pub(super) after: Tenant,
}

/// The edits of a tenant, and how many more were not derived because a reading is unclear.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits {
    /// The edits.
    pub(super) all: Vec<Edit>,
    /// What was left out: the kind, and why.
    pub(super) left_out: Vec<(&'static str, &'static str)>,
}

/// Every edit of a tenant.
pub(super) fn edits(base: &Base) -> Edits {
    let base = Arc::new(base.tenant.clone());
    let mut edits = Edits::default();
    exclusion::removed(&base, &mut edits);
    exclusion::states(&base, &mut edits);
    membership::all(&base, &mut edits);
    addition::all(&base, &mut edits);
    credential::all(&base, &mut edits);
    switch::all(&base, &mut edits);
    edits
}

impl Edits {
    /// Adds an edit whose label is known.
    fn add(
        &mut self,
        (kind, variant): (&'static str, &'static str),
        (label, reason): (Label, &str),
        before: &Arc<Tenant>,
        after: Tenant,
    ) {
        self.add_for((kind, variant), String::new(), (label, reason.into()), before, after);
    }

    fn add_for(
        &mut self,
        (kind, variant): (&'static str, &'static str),
        policy: String,
        (label, reason): (Label, String),
        before: &Arc<Tenant>,
        after: Tenant,
    ) {
        let before = Arc::clone(before);
        self.all.push(Edit { kind, variant, policy, label, reason, before, after });
    }
}

/// The label of a reading of a policy that did not apply before.
fn label(reading: Reading) -> Result<(Label, String), &'static str> {
    match reading {
        Reading::Denies(why) => Ok((Label::Harmful, why)),
        Reading::Meets => Ok((Label::Harmless, "the account meets what it demands".into())),
        Reading::Apart(why) => Ok((Label::Harmless, why.into())),
        Reading::Unclear(why) => Err(why),
    }
}

/// A group of which nobody is a member unless an edit says so.
const OTHER_GROUP: GroupId = GroupId::from_u128(0x07e6);

/// A model of key that is not the account's.
const OTHER_AAGUID: Guid = Guid::from_u128(0x07aa);

/// A new enabled policy for all users and all resources.
fn new_policy(name: &str, control: GrantControl) -> Policy {
    let mut policy = sample::policy(name, control);
    policy.conditions.users = Some(Users { include_users: vec![UserRef::All], ..Users::default() });
    policy
}

/// The same policy with the emergency group of a tenant excluded.
fn excluding(mut policy: Policy, tenant: &Tenant) -> Policy {
    exclude(&mut policy, tenant.emergency);
    policy
}

/// Makes a policy exclude a group, where it has users.
fn exclude(policy: &mut Policy, group: GroupId) {
    if let Some(users) = &mut policy.conditions.users
        && !users.exclude_groups.contains(&GroupRef::Id(group))
    {
        users.exclude_groups.push(GroupRef::Id(group));
    }
}
