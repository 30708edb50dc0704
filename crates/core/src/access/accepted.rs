//! What a single is: a hole, a setting that somebody has to guard, or the ground that all stands
//! on.
//!
//! Some singles no arrangement of people, places and items takes away. They are in the model by
//! name, each with the page that says so, so that the rule "nothing single" can pass honestly.

use super::thing::{Agent, Thing, ThingKind};
use crate::id::PrincipalId;
use crate::inventory::{Inventory, Node};
use crate::register::Register;

/// How a single counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is a hole: an arrangement can take it away.
    Hole,
    /// Nobody says who it is.
    Unknown,
    /// It is a state of the tenant that one administrator can change: watched rather than arranged.
    Setting,
    /// Whoever it is has the role by right, or was declared in `[known]`.
    Known,
    /// Nothing takes it away.
    Irreducible(&'static Irreducible),
}

impl Standing {
    /// The standing's word in output for programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Hole => "hole",
            Self::Unknown => "unknown",
            Self::Setting => "setting",
            Self::Known => "known",
            Self::Irreducible(_) => "irreducible",
        }
    }

    /// Whether the rule fails because of it.
    pub const fn is_hole(&self) -> bool {
        matches!(self, Self::Hole)
    }
}

/// A single that nothing takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Irreducible {
    /// Why, in a sentence.
    pub why: &'static str,
    /// The documentation page that says so.
    pub page: &'static str,
}

/// An outage of the sign-in service.
pub const ENTRA: Irreducible = Irreducible {
    why: "while the sign-in service is down, the backup authentication system renews sessions that \
          exist and starts none",
    page: "https://learn.microsoft.com/entra/identity/conditional-access/resilience-defaults",
};

/// Deletion of the tenant.
pub const TENANT: Irreducible = Irreducible {
    why: "a deleted tenant has no accounts; Microsoft keeps it for 30 days",
    page: "https://learn.microsoft.com/entra/identity/users/directory-delete-howto",
};

/// How the loss of one thing counts.
pub(super) const fn of_thing(thing: &Thing) -> Standing {
    match thing {
        Thing::Entra => Standing::Irreducible(&ENTRA),
        Thing::Tenant => Standing::Irreducible(&TENANT),
        other => match other.kind() {
            ThingKind::Setting => Standing::Setting,
            _ => Standing::Hole,
        },
    }
}

/// How one who walks in alone counts.
pub(super) fn of_agent(agent: &Agent, register: &Register, inventory: &Inventory) -> Standing {
    let known = &register.known;
    let is_known =
        |id: &PrincipalId| known.administrators.contains(id) || known.applications.contains(id);
    match agent {
        Agent::Holder(..) => Standing::Unknown,
        Agent::Actor(node) => {
            let has_role =
                inventory.entries.iter().any(|one| one.node == *node && one.is_administrator());
            let is_declared = match node {
                Node::Principal(id) => is_known(id),
                Node::Partner(tenant) => known.partners.contains(tenant),
                _ => false,
            };
            if has_role || is_declared { Standing::Known } else { Standing::Hole }
        }
        _ => Standing::Hole,
    }
}
