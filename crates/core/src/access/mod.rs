//! Access: what must be there to get in, and who gets in with what.
//!
//! Two monotone models come out of a snapshot, the proof of its policies, the declared people and
//! places, and the ledger of custody; nobody types them.
//!
//! - **The owners get in** ([`Access::owners`], over [`Thing`]s): a way in of the proof
//!   ([`crate::ca::ways`]) needs credentials, networks, settings; a credential needs an item, the
//!   item somebody who brings it out of a place, that person a way to be reached. Minimal cut sets
//!   are the smallest failures that lock the owners out: one of a single thing is a hole in the
//!   exit.
//! - **Somebody walks in** ([`Access::others`], over [`Agent`]s): who holds, opens or knows, who
//!   breaks in, who finds what was lost, who gives themselves the role in the directory. Minimal
//!   path sets are the smallest coalitions: one of a single agent is a hole in the lock.
//!
//! What is doubtful counts as what is the worse for the owners on both sides, and is said
//! ([`Remark`]). The owners' model leaves out whatever would let somebody in only because something
//! is missing: it stays monotone, and the proof quantifies such conditions away.
//!
//! Models are kept as named formulas ([`Model`]) that people read, and are solved by
//! `halligan-bdd`.

mod accepted;
mod answer;
mod arrangement;
mod build;
mod burglars;
mod custodians;
mod evaluated;
mod formula;
mod matching;
mod movement;
mod names;
mod outcome;
mod part;
mod proof;
mod propose;
mod remark;
mod scope;
mod shared;
#[cfg(test)]
mod tests;
mod thing;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

pub use accepted::{ENTRA, Irreducible, Standing, TENANT};
pub use answer::{ACCESS_STEPS_MAX, Answer, LISTED_MAX, SETS_MAX, Sets, Single};
pub use arrangement::{Change, Faults};
pub use custodians::{DEPTH_MAX, SITTING_HOURS_MAX};
pub use formula::{Formula, Model};
pub use movement::Step;
pub use names::Names;
pub use outcome::Outcome;
pub use part::Part;
pub use proof::GROUPS_TOGETHER_MAX;
pub use propose::{
    ARRANGEMENTS_JUDGED_MAX, ARRANGEMENTS_KEPT, Addition, CHANGES_MAX, Impossible, Proposal,
    Proposed,
};
pub use remark::Remark;
pub use scope::Scope;
pub use shared::Shared;
pub use thing::{Agent, Thing, ThingKind};

use crate::ca::{Credential, Verdict};
use crate::custody::{Breach, State};
use crate::id::{GroupId, ItemId, UserId};
use crate::inventory::Inventory;
use crate::register::{Register, Target};
use crate::tenant::{Gap, Snapshot};
use crate::time::Timestamp;

/// What access is asked of.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What is wanted: accounts, environment, people and places.
    pub register: &'a Register,
    /// What is.
    pub snapshot: &'a Snapshot,
    /// Who holds what; `None` where nobody keeps a ledger.
    pub custody: Option<&'a State>,
    /// When: roles, facts and terms hold by it.
    pub now: Timestamp,
}

/// Both models, with what they are made of.
#[derive(Clone, Debug)]
pub struct Access {
    /// The declared accounts without repetitions.
    pub accounts: Vec<AccountAccess>,
    /// When the owners get in.
    pub owners: Model<Thing>,
    /// When somebody walks in: [`Part::Account`] by what an account signs in with,
    /// [`Part::Directory`] by an act in the directory, [`Scope::Tenant`] by either.
    pub others: Model<Agent>,
    /// What everything is called.
    pub names: Names,
    /// What is odd, and how it was counted.
    pub remarks: Vec<Remark>,
    /// What could not be read and may hide somebody who walks in.
    pub gaps: Vec<Gap>,
    /// A key with its PIN, or shares enough for a password, in one hand, place or reach.
    pub breaches: Vec<Breach>,
    /// Who can become Global Administrator, and how.
    pub inventory: Inventory,
    /// The surfaces of the environment.
    pub targets: Vec<Target>,
    /// What the proof says, for whoever asks what another arrangement would do.
    proved: Vec<proof::Proved>,
}

/// A declared account, as the models know it.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountAccess {
    /// Its id.
    pub id: UserId,
    /// Its code name.
    pub code_name: String,
    /// What it can prove itself with.
    pub credentials: Vec<Credential>,
    /// Which item of the ledger each passkey is, by the credential's place.
    pub keys: BTreeMap<usize, ItemId>,
    /// Keys that are its own by the ledger, and that it has not registered.
    pub unregistered: Vec<ItemId>,
    /// Its surfaces with what was proved about each.
    pub surfaces: Vec<SurfaceAccess>,
    /// The names of its groups, where they are known.
    pub groups: BTreeMap<GroupId, String>,
}

/// What was proved about an account at a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurfaceAccess {
    /// The surface.
    pub target: Target,
    /// Whether the account gets in with all that it has.
    pub verdict: Verdict,
}
