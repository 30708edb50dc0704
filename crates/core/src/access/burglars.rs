//! The other side of custody: who comes to have a credential together with whom.
//!
//! Where something is not as it should be, it counts as what is the worse for the owners here as
//! well: whoever left still knows, a lost key is with its finder, and a thief has the workstation,
//! the network and the time that the owners may lack.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use super::custodians::DEPTH_MAX;
use super::formula::{Formula, Model};
use super::matching::{Matched, Split};
use super::part::Part;
use super::thing::Agent;
use crate::ca::{Credential, CredentialKind};
use crate::custody::{Condition, Holder, Item, ItemKind, Secret, State};
use crate::id::{ItemId, PlaceId, UserId};
use crate::register::Custody;

/// Builds what others can bring together.
pub(super) struct Burglars<'a> {
    pub(super) state: &'a State,
    pub(super) declared: &'a Custody,
    pub(super) model: &'a mut Model<Agent>,
}

type Is = Formula<Agent>;

impl Burglars<'_> {
    /// What it takes to have a credential.
    pub(super) fn credential(
        &mut self,
        account: UserId,
        place: usize,
        one: &Credential,
        matched: &Matched,
    ) -> Is {
        let part = Part::Credential(account, place);
        if self.model.has(&part) {
            return Formula::Part(part);
        }
        let formula = match one.kind {
            CredentialKind::Passkey => match matched.unclear.get(&place) {
                Some(unclear) => {
                    Some(Formula::any(unclear.keys.iter().map(|key| self.key(key)).collect()))
                }
                None => matched.keys.get(&place).map(|key| self.key(key)),
            },
            CredentialKind::Password => self.password(account, matched),
            _ => None,
        };
        let holder = || Formula::Leaf(Agent::Holder(account, place));
        self.model.add(part, formula.unwrap_or_else(holder))
    }

    fn key(&mut self, key: &ItemId) -> Is {
        let state = self.state;
        let Some(item) = state.items.get(key) else { return Formula::NEVER };
        let secret = Secret::Pin(key.clone());
        let envelopes = state.items.iter().filter(|(_, item)| item.kind.is_pin_of(key));
        let mut pins: Vec<Is> =
            envelopes.filter_map(|(id, item)| self.paper(id, item, &secret)).collect();
        pins.extend(self.known(&secret));
        let grabbed = self.grabbed(key, item, DEPTH_MAX);
        if pins.is_empty() {
            // A PIN that nobody wrote down is known to whoever set it, who may well have the key.
            return grabbed;
        }
        Formula::All(vec![grabbed, Formula::any(pins)])
    }

    fn password(&mut self, account: UserId, matched: &Matched) -> Option<Is> {
        if matched.sheets.is_empty() && matched.splits.is_empty() {
            return None;
        }
        let state = self.state;
        let mut ways: Vec<Is> = Vec::new();
        for id in &matched.sheets {
            let secret = Secret::Password(id.clone());
            let item = state.items.get(id);
            ways.extend(item.and_then(|item| self.paper(id, item, &secret)));
        }
        // What somebody has read outlives the sheet, until the password is changed.
        let sheets = state.items.iter().filter(|(_, item)| {
            item.kind == ItemKind::PasswordSheet && item.accounts.contains(&account)
        });
        for (id, _) in sheets {
            ways.extend(self.known(&Secret::Password(id.clone())));
        }
        for (split, shares) in &matched.splits {
            ways.extend(self.split(&Secret::Split(split.clone()), shares));
        }
        Some(Formula::any(ways))
    }

    /// A password in shares: enough of them, each in a hand or in a head, or all of it in one head.
    fn split(&mut self, secret: &Secret, shares: &Split) -> Vec<Is> {
        let state = self.state;
        let known = state.secrets.get(secret);
        let mut of: Vec<Is> = Vec::new();
        for items in shares.shares.values() {
            let mut ways: Vec<Is> = Vec::new();
            for id in items {
                let item = state.items.get(id);
                ways.extend(item.and_then(|item| self.paper(id, item, secret)));
            }
            let has_read = |read: &BTreeSet<ItemId>| !read.is_disjoint(items);
            let readers = known.into_iter().flat_map(|known| &known.read);
            let readers = readers.filter(|(_, read)| has_read(read));
            ways.extend(readers.map(|(who, _)| Formula::Leaf(Agent::Person(who.clone()))));
            of.push(Formula::any(ways));
        }
        // Whoever has read one of which nobody knows which it was needs one less of the others.
        let stranger = known.filter(|known| known.is_exposed);
        of.extend(stranger.map(|_| Formula::Leaf(Agent::Stranger(secret.clone()))));
        let whole = known.into_iter().flat_map(|known| known.whole.iter().cloned());
        let mut ways: Vec<Is> = whole.map(|who| Formula::Leaf(Agent::Person(who))).collect();
        ways.push(Formula::AtLeast(shares.needed, of));
        ways
    }

    /// Those who know a secret, and whoever has read it when it was exposed.
    fn knowing(&self, secret: &Secret) -> BTreeSet<Agent> {
        let Some(state) = self.state.secrets.get(secret) else { return BTreeSet::new() };
        let known = state.known_by.iter().cloned().map(Agent::Person);
        known.chain(state.is_exposed.then(|| Agent::Stranger(secret.clone()))).collect()
    }

    fn known(&self, secret: &Secret) -> impl Iterator<Item = Is> + use<> {
        self.knowing(secret).into_iter().map(Formula::Leaf)
    }

    /// A paper with the secret that is in force.
    fn paper(&mut self, id: &ItemId, item: &Item, secret: &Secret) -> Option<Is> {
        self.paper_within(id, item, secret, DEPTH_MAX)
    }

    fn paper_within(
        &mut self,
        id: &ItemId,
        item: &Item,
        secret: &Secret,
        depth: usize,
    ) -> Option<Is> {
        let is_gone = matches!(item.condition, Condition::Destroyed(_));
        let in_force = self.state.secrets.get(secret);
        let is_old = in_force.is_some_and(|one| one.generation != item.generation);
        (!is_gone && !is_old).then(|| self.grabbed(id, item, depth))
    }

    fn grabbed(&mut self, id: &ItemId, item: &Item, depth: usize) -> Is {
        let part = Part::AtHand(id.clone(), depth);
        if self.model.has(&part) {
            return Formula::Part(part);
        }
        let formula = match (&item.condition, &item.holder) {
            (Condition::Destroyed(_), _) => Formula::NEVER,
            (Condition::Lost(_), _) => Formula::Leaf(Agent::Finder(id.clone())),
            (Condition::Held, Holder::Person(person)) => {
                Formula::Leaf(Agent::Person(person.clone()))
            }
            (Condition::Held, Holder::Place(place)) => self.inside(place, depth),
        };
        self.model.add(part, formula)
    }

    /// Into a place: by breaking in, through its keeper, by those who open it, or with its
    /// combination, which opens for one alone what is meant to take two.
    fn inside(&mut self, id: &PlaceId, depth: usize) -> Is {
        let state = self.state;
        let papers = state.items.iter().filter(|(_, item)| item.kind.is_combination_of(id));
        let papers: Vec<(&ItemId, &Item)> = papers.collect();
        let depth = if papers.is_empty() { 0 } else { depth };
        let part = Part::Opened(id.clone(), depth);
        if self.model.has(&part) {
            return Formula::Part(part);
        }
        // Whoever breaks into an office has the night for every safe in it.
        let site = self.declared.place(id).and_then(|place| place.at.clone());
        let burglar = site.map_or_else(|| Agent::Burglar(id.clone()), Agent::Intruder);
        let mut ways = vec![Formula::Leaf(burglar)];
        let secret = Secret::Combination(id.clone());
        let known = state.secrets.get(&secret);
        let mut openers: BTreeSet<Agent> = self.knowing(&secret);
        let mut needs = 1;
        if let Some(place) = self.declared.place(id) {
            needs = place.needs.max(1);
            openers.extend(place.opened_by.iter().cloned().map(Agent::Person));
            if place.opened_by.is_empty() {
                // The keeper hands out what is kept to any of us.
                let people = self.declared.people.iter().map(|one| one.id.clone());
                openers.extend(people.map(Agent::Person));
                ways.push(Formula::Leaf(Agent::Keeper(id.clone())));
            }
        }
        // Whoever has read it, or opened alone, opens alone, whatever is declared now; whoever
        // opened it with others knows what it takes of them.
        let whole = known.into_iter().flat_map(|known| known.whole.iter().cloned());
        let alone: BTreeSet<Agent> = whole.map(Agent::Person).collect();
        let together = openers.difference(&alone).cloned().map(Formula::Leaf);
        match needs {
            1 => ways.extend(together),
            needs => ways.push(Formula::AtLeast(needs, together.collect())),
        }
        ways.extend(alone.into_iter().map(Formula::Leaf));
        if let Some(below) = depth.checked_sub(1) {
            for (paper, item) in papers {
                let is_inside =
                    item.condition == Condition::Held && item.holder.place() == Some(id);
                if !is_inside {
                    ways.extend(self.paper_within(paper, item, &secret, below));
                }
            }
        }
        self.model.add(part, Formula::any(ways))
    }
}
