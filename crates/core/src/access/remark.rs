//! What is odd about the things at hand: each counts as what is the worse for the owners.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

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
    /// Whether what was found may be otherwise because of it.
    pub const fn is_doubt(&self) -> bool {
        matches!(
            self,
            Self::NoLedger
                | Self::NotInLedger(..)
                | Self::TooDeep(_)
                | Self::ManyGroups(_)
                | Self::Unproved(..)
        )
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
