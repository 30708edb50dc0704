//! What is odd about the things at hand: each counts as what is the worse for the owners.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::custodians::DEPTH_MAX;
use super::names::Names;
use super::proof::GROUPS_TOGETHER_MAX;
use crate::ca::Doubt;
use crate::id::{ItemId, PersonId, PlaceId, UserId};

/// Something that the declarations, the ledger and the tenant do not agree on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// There is no ledger: nobody wrote down who holds what.
    NoLedger,
    /// An account has a credential that is no item of the ledger: nobody says who has it.
    NotInLedger(UserId, usize),
    /// A key is an account's by the ledger, and the account has not registered it.
    NotRegistered(UserId, ItemId),
    /// A key's PIN is in no envelope and in nobody's head: it opens nothing.
    NoPin(ItemId),
    /// A paper carries a secret that was changed since.
    OutOfDate(ItemId),
    /// Somebody holds or opens something whom nobody declares; the owners do not count on them.
    Undeclared(PersonId),
    /// Somebody holds something who left; the owners do not count on them.
    Left(PersonId),
    /// Something lies in a place that nobody declares; the owners do not count on it.
    UndeclaredPlace(PlaceId),
    /// Fewer people open a place than it takes.
    NeverOpens(PlaceId),
    /// The combinations of these places lie in one another.
    Circle(BTreeSet<PlaceId>),
    /// More places have to be opened before this one than are looked at.
    TooDeep(PlaceId),
    /// A passkey may be one or the other of several keys of the ledger.
    Unclear(UserId, usize),
    /// An account's keys are told from others by their model alone: a key that was put in the place
    /// of another would not be seen.
    ByModel(UserId),
    /// Nobody says how a person is reached: they are counted as reached by phone alone.
    NoReach(PersonId),
    /// Everything that reaches a person goes through the tenant that is locked.
    ReachedInside(PersonId),
    /// All keys come from one maker.
    OneMaker(String),
    /// An account does not hold Global Administrator now: it repairs nothing, and is not counted.
    NoRole(UserId),
    /// The account is in more groups that matter than are looked at together.
    ManyGroups(UserId),
    /// Something keeps the proof of an account from being certain.
    Unproved(UserId, Doubt),
}

impl Remark {
    /// Whether an answer may be otherwise because of it.
    pub const fn is_doubt(&self) -> bool {
        self.blurs_models() || matches!(self, Self::NotInLedger(..) | Self::Unclear(..))
    }

    /// Whether the models may be otherwise because of it. A credential that is no item changes
    /// neither: the owners do not count on it, and whoever has it is asked about as such.
    pub const fn blurs_models(&self) -> bool {
        matches!(self, Self::NoLedger | Self::TooDeep(_) | Self::ManyGroups(_) | Self::Unproved(..))
    }

    /// The account that it is about.
    pub const fn account(&self) -> Option<UserId> {
        match self {
            Self::NotInLedger(id, _)
            | Self::NotRegistered(id, _)
            | Self::Unclear(id, _)
            | Self::ByModel(id)
            | Self::ManyGroups(id)
            | Self::NoRole(id)
            | Self::Unproved(id, _) => Some(*id),
            _ => None,
        }
    }

    /// What it says, as a sentence without a full stop.
    pub fn said(&self, names: &Names) -> String {
        match self {
            Self::NoLedger => "nobody wrote down who holds what".into(),
            Self::NotInLedger(account, place) => {
                format!("{} is no item of the ledger", names.credential(*account, *place))
            }
            Self::NotRegistered(account, item) => {
                format!("{} has not registered its {}", names.account(*account), names.item(item))
            }
            Self::NoPin(key) => {
                format!("nobody wrote down who has the PIN of {}", names.item(key))
            }
            Self::OutOfDate(item) => {
                format!("{} carries a secret that was changed since", names.item(item))
            }
            Self::Undeclared(person) => {
                format!("`{person}` holds or opens something, and nobody declares them")
            }
            Self::Left(person) => {
                format!("{} left, and still holds or opens something", names.person(person))
            }
            Self::UndeclaredPlace(place) => {
                format!("something lies in `{place}`, which nobody declares")
            }
            Self::NeverOpens(place) => {
                format!("fewer people open {} than it takes", names.place(place))
            }
            Self::Circle(places) => {
                let places: Vec<String> = places.iter().map(|one| names.place(one)).collect();
                format!("the combinations of these lie in one another: {}", places.join(", "))
            }
            Self::TooDeep(place) => format!(
                "more places are opened before {} than are looked at (DEPTH_MAX, {DEPTH_MAX})",
                names.place(place)
            ),
            Self::Unclear(account, place) => format!(
                "which key of the ledger {} is cannot be told",
                names.credential(*account, *place)
            ),
            Self::ByModel(account) => format!(
                "the keys of {} are told from others by their model alone: one in the place of \
                 another would not be seen",
                names.account(*account)
            ),
            Self::NoReach(person) => {
                format!("nobody says how {} is reached: counted as by phone", names.person(person))
            }
            Self::ReachedInside(person) => {
                format!("everything that reaches {} is in the tenant", names.person(person))
            }
            Self::OneMaker(maker) => format!("all keys come from one maker: {maker}"),
            Self::NoRole(account) => {
                format!("{} does not hold Global Administrator", names.account(*account))
            }
            Self::ManyGroups(account) => format!(
                "more groups of {} matter than are looked at together (GROUPS_TOGETHER_MAX, \
                 {GROUPS_TOGETHER_MAX})",
                names.account(*account)
            ),
            Self::Unproved(account, what) => {
                format!("it cannot be told where {} gets in: {what}", names.account(*account))
            }
        }
    }
}

/// Remarks, each once, in a fixed order.
#[derive(Clone, Debug, Default)]
pub(super) struct Remarks(BTreeSet<Remark>);

impl Remarks {
    pub(super) fn add(&mut self, remark: Remark) {
        self.0.insert(remark);
    }

    pub(super) fn extend(&mut self, remarks: impl IntoIterator<Item = Remark>) {
        self.0.extend(remarks);
    }

    pub(super) fn into_vec(self) -> Vec<Remark> {
        self.0.into_iter().collect()
    }
}
