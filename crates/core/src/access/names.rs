//! Things, agents and parts in words: code names, never what would tell a burglar more.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::part::Part;
use super::scope::Scope;
use super::thing::{Agent, Thing};
use crate::custody::{Breach, Hand, ItemKind, Secret};
use crate::id::{GroupId, ItemId, PersonId, PlaceId, UserId};
use crate::inventory::Node;

/// What everything is called.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub(super) accounts: BTreeMap<UserId, String>,
    pub(super) credentials: BTreeMap<(UserId, usize), String>,
    pub(super) people: BTreeMap<PersonId, String>,
    pub(super) places: BTreeMap<PlaceId, String>,
    pub(super) items: BTreeMap<ItemId, ItemKind>,
    pub(super) groups: BTreeMap<GroupId, String>,
    pub(super) nodes: BTreeMap<Node, String>,
    /// Who is reached by the mail of each domain: private domains are nobody's business.
    pub(super) mails: BTreeMap<String, BTreeSet<PersonId>>,
    /// Who is reached by each way in words, which may say as much.
    pub(super) channels: BTreeMap<String, BTreeSet<PersonId>>,
}

impl Names {
    /// An account's code name.
    pub fn account(&self, id: UserId) -> String {
        self.accounts.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// A credential with its account: `passkey `left` of alpha`.
    pub fn credential(&self, account: UserId, place: usize) -> String {
        let name = self.credentials.get(&(account, place)).map_or("?", String::as_str);
        format!("{name} of {}", self.account(account))
    }

    /// A person's code name.
    pub fn person(&self, id: &PersonId) -> String {
        self.people.get(id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// A place's code name.
    pub fn place(&self, id: &PlaceId) -> String {
        self.places.get(id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// An item with what it is: `security key `k-1``.
    pub fn item(&self, id: &ItemId) -> String {
        self.items.get(id).map_or("item", ItemKind::title).to_string() + &format!(" `{id}`")
    }

    /// The number of a way in words by which several are reached, from 1.
    pub fn channel(&self, text: &str) -> Option<usize> {
        let mut several = self.channels.iter().filter(|(_, people)| people.len() > 1);
        several.position(|(one, _)| one == text).map(|at| at + 1)
    }

    /// The number of the mail service of a domain, from 1: what it is called where the domain is
    /// not said.
    pub fn mail(&self, domain: &str) -> Option<usize> {
        self.mails.keys().position(|one| one == domain).map(|at| at + 1)
    }

    /// What has come together, as a sentence without a full stop.
    pub fn breach(&self, breach: &Breach) -> String {
        match breach {
            Breach::KeyWithPin { key, pin, hand } => {
                format!("{} and {} are {}", self.item(key), self.item(pin), self.hand(hand))
            }
            Breach::Shares { split, shares, hand } => {
                let hand = self.hand(hand);
                format!("{shares} shares of `{split}`, enough for the password, are {hand}")
            }
        }
    }

    fn hand(&self, hand: &Hand) -> String {
        match hand {
            Hand::Person(id) => format!("in the hand of {}", self.person(id)),
            Hand::Place(id) => format!("in one place, {}", self.place(id)),
            Hand::Reach(id) => format!("within reach of {} alone", self.person(id)),
        }
    }

    /// A thing as a noun.
    pub fn thing(&self, thing: &Thing) -> String {
        match thing {
            Thing::Entra => "the sign-in service of Entra ID".into(),
            Thing::Tenant => "the tenant itself".into(),
            Thing::Account(id) => format!("account {}", self.account(*id)),
            Thing::Group(id) => match self.groups.get(id) {
                Some(name) => format!("group `{name}`"),
                None => format!("group {id}"),
            },
            Thing::Model(aaguid) => format!("keys of model {aaguid} being allowed"),
            Thing::Method(method) => format!("method `{method}` being switched on"),
            Thing::Service(kind) => format!("the service behind {}", kind.title()),
            Thing::Federation => "the federated identity provider".into(),
            Thing::Compliance => "Intune".into(),
            Thing::TrustedNetwork => "the trusted networks".into(),
            Thing::SignInRisk => "a sign-in that ID Protection does not call risky".into(),
            Thing::UserRisk => "an account that ID Protection does not call risky".into(),
            Thing::Workstation(name) => format!("workstation `{name}`"),
            Thing::Site(name) => format!("site `{name}`"),
            Thing::Place(id) => self.place(id),
            Thing::Item(id) => self.item(id),
            Thing::Credential(account, place) => self.credential(*account, *place),
            Thing::Person(id) => self.person(id),
            Thing::PhoneNetwork => "the phone network".into(),
            Thing::Mail(domain) => {
                let reached = self.mails.get(domain).into_iter().flatten();
                let reached: Vec<String> = reached.map(|one| self.person(one)).collect();
                format!("the mail service that reaches {}", reached.join(" and "))
            }
            Thing::Channel(text) => {
                let reached = self.channels.get(text).into_iter().flatten();
                let reached: Vec<String> = reached.map(|one| self.person(one)).collect();
                format!("the way by which {} are reached", reached.join(" and "))
            }
        }
    }

    /// The loss of a thing, as a sentence without a full stop.
    pub fn loss(&self, thing: &Thing) -> String {
        let name = self.thing(thing);
        match thing {
            Thing::Entra => format!("{name} is down"),
            Thing::Tenant => format!("{name} is deleted"),
            Thing::Account(_) => format!("{name} is deleted or disabled"),
            Thing::Group(_) => format!("{name} is deleted, or loses its members"),
            Thing::Model(aaguid) => format!("keys of model {aaguid} are taken off the list"),
            Thing::Method(method) => format!("the method `{method}` is switched off"),
            Thing::Service(_)
            | Thing::Federation
            | Thing::PhoneNetwork
            | Thing::Mail(_)
            | Thing::Channel(_) => {
                format!("{name} is down")
            }
            Thing::Compliance => "Intune calls no device compliant".into(),
            Thing::TrustedNetwork | Thing::Site(_) | Thing::Place(_) => {
                format!("{name} cannot be reached")
            }
            Thing::SignInRisk => "ID Protection sees a high sign-in risk".into(),
            Thing::UserRisk => "ID Protection sees a high user risk".into(),
            Thing::Workstation(_) | Thing::Item(_) | Thing::Credential(..) => {
                format!("{name} is lost or broken")
            }
            Thing::Person(_) => format!("{name} cannot come"),
        }
    }

    /// An agent as a noun.
    pub fn agent(&self, agent: &Agent) -> String {
        match agent {
            Agent::Person(id) => self.person(id),
            Agent::Burglar(id) => format!("whoever breaks into {}", self.place(id)),
            Agent::Intruder(site) => format!("whoever breaks into site `{site}`"),
            Agent::Keeper(id) => format!("whoever keeps {}", self.place(id)),
            Agent::Finder(id) => format!("whoever has the lost {}", self.item(id)),
            Agent::Stranger(secret) => format!("whoever read the {}", self.secret(secret)),
            Agent::Holder(account, place) => {
                format!("whoever has {}", self.credential(*account, *place))
            }
            Agent::Actor(node) => match (self.nodes.get(node), node) {
                (Some(name), _) => format!("`{name}`"),
                (None, Node::Principal(id)) => id.to_string(),
                (None, Node::IdentityProvider(domain)) => {
                    format!("the identity provider of `{domain}`")
                }
                (None, Node::OnPremises) => "the on-premises directory".into(),
                (None, Node::Partner(tenant)) => format!("the partner tenant {tenant}"),
                (None, _) => "a role".into(),
            },
        }
    }

    /// A secret with names in it.
    pub fn secret(&self, secret: &Secret) -> String {
        match secret {
            Secret::Pin(key) => format!("PIN of {}", self.item(key)),
            Secret::Combination(place) => format!("combination of {}", self.place(place)),
            Secret::Password(_) | Secret::Split(_) => secret.to_string(),
        }
    }

    /// A part as a noun.
    pub fn part(&self, part: &Part) -> String {
        match part {
            Part::Present(id) => format!("{} is there", self.person(id)),
            Part::Opened(id, _) => format!("{} is opened", self.place(id)),
            Part::AtHand(id, _) => format!("{} is at hand", self.item(id)),
            Part::Credential(account, place) => {
                format!("{} can be used", self.credential(*account, *place))
            }
            Part::At(account, target) => {
                format!("{} signs in ({})", self.account(*account), target.title())
            }
            Part::Account(account) => {
                format!("somebody has what {} signs in with", self.account(*account))
            }
            Part::Directory => "somebody acts in the directory".into(),
            Part::Scope(scope) => self.scope(*scope),
        }
    }

    /// What is asked for, as a sentence.
    pub fn scope(&self, scope: Scope) -> String {
        match scope {
            Scope::Tenant => "the owners get in".into(),
            Scope::Surface(target) => format!("the owners get in ({})", target.title()),
            Scope::Account(account) => format!("{} gets in", self.account(account)),
            Scope::At(account, target) => {
                format!("{} gets in ({})", self.account(account), target.title())
            }
        }
    }
}
