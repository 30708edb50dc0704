//! What has to be there for the owners to get in, and who could walk in instead.

use alloc::string::String;

use crate::ca::CredentialKind;
use crate::custody::Secret;
use crate::id::{GroupId, Guid, ItemId, PersonId, PlaceId, UserId};
use crate::inventory::Node;

/// Something that has to be there, or to work, for the owners to get in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// The sign-in service of Entra ID itself.
    Entra,
    /// The tenant.
    Tenant,
    /// An account: it exists, and its sign-in is allowed.
    Account(UserId),
    /// A group without whose membership an account does not get in.
    Group(GroupId),
    /// A model of key that stays allowed.
    Model(Guid),
    /// A method that stays switched on, by its configuration's id.
    Method(&'static str),
    /// The service behind a method.
    Service(CredentialKind),
    /// The federated identity provider.
    Federation,
    /// Intune, which calls devices compliant.
    Compliance,
    /// The networks that policies trust.
    TrustedNetwork,
    /// That ID Protection sees no high sign-in risk.
    SignInRisk,
    /// That ID Protection sees no high user risk.
    UserRisk,
    /// A workstation of the environment.
    Workstation(String),
    /// A place of the environment: an office with its network.
    Site(String),
    /// A safe, a vault, a drawer.
    Place(PlaceId),
    /// A key, an envelope, a sheet.
    Item(ItemId),
    /// A credential of an account that no item of the ledger is, by its place in the account's
    /// list.
    Credential(UserId, usize),
    /// Somebody who holds or opens something.
    Person(PersonId),
    /// The network that every phone call and text message goes through.
    PhoneNetwork,
    /// Whoever carries the mail of a domain.
    Mail(String),
    /// A way in words by which several are reached.
    Channel(String),
}

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThingKind {
    /// Somebody.
    Person,
    /// Something that is held.
    Item,
    /// Where something lies or is signed in from.
    Place,
    /// What is signed in on.
    Workstation,
    /// A service or network of others.
    Service,
    /// Something in the tenant that an administrator can change.
    Setting,
    /// Something that no arrangement replaces.
    Foundation,
}

impl ThingKind {
    /// The kind's word in output for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Item => "item",
            Self::Place => "place",
            Self::Workstation => "workstation",
            Self::Service => "service",
            Self::Setting => "setting",
            Self::Foundation => "foundation",
        }
    }
}

impl Thing {
    /// What kind of thing it is.
    pub const fn kind(&self) -> ThingKind {
        match self {
            Self::Entra | Self::Tenant => ThingKind::Foundation,
            Self::Account(_) | Self::Group(_) | Self::Model(_) | Self::Method(_) => {
                ThingKind::Setting
            }
            Self::Service(_)
            | Self::Federation
            | Self::Compliance
            | Self::TrustedNetwork
            | Self::SignInRisk
            | Self::UserRisk
            | Self::PhoneNetwork
            | Self::Mail(_)
            | Self::Channel(_) => ThingKind::Service,
            Self::Workstation(_) => ThingKind::Workstation,
            Self::Site(_) | Self::Place(_) => ThingKind::Place,
            Self::Item(_) | Self::Credential(..) => ThingKind::Item,
            Self::Person(_) => ThingKind::Person,
        }
    }
}

/// Somebody or something that can act, alone or together with others, so that somebody walks in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agent {
    /// Somebody who holds, opens or knows something.
    Person(PersonId),
    /// Whoever breaks into a place.
    Burglar(PlaceId),
    /// Whoever breaks into a site of the environment, and into all that is kept there.
    Intruder(String),
    /// Whoever keeps a place for others: a bank, a notary.
    Keeper(PlaceId),
    /// Whoever has an item that is lost.
    Finder(ItemId),
    /// Whoever has read a secret that was exposed.
    Stranger(Secret),
    /// Whoever has a credential that no item of the ledger is, by its place in the account's list.
    Holder(UserId, usize),
    /// An administrator, application or tenant that can give itself the role or a credential.
    Actor(Node),
}
