//! The owners' side of custody: what it takes to bring an item out and to use a credential.
//!
//! Where something is not as it should be, it counts as what is the worse for the owners: nobody
//! counts on somebody who left, on a place that nobody declares, on paper with an old secret.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::formula::{Formula, Model};
use super::matching::Matched;
use super::part::Part;
use super::remark::{Remark, Remarks};
use super::thing::Thing;
use crate::ca::{Credential, CredentialKind};
use crate::custody::{Condition, Holder, Item, ItemKind, Secret, State};
use crate::id::{ItemId, PersonId, PlaceId, UserId};
use crate::register::{Contact, ContactKind, Custody, Person};
use crate::time::{SignedDuration, Timestamp};

/// How many places are opened one after the other, each for the combination of the next.
pub const DEPTH_MAX: usize = 4;

/// Hours between setting a password and writing down who has the paper that are taken for one
/// sitting.
pub const SITTING_HOURS_MAX: i64 = 12;

/// Builds what the owners can bring out.
pub(super) struct Custodians<'a> {
    pub(super) state: &'a State,
    pub(super) declared: &'a Custody,
    /// When the account's password was last set, by the tenant.
    pub(super) password_set: Option<Timestamp>,
    /// Domains whose mail is read by signing in to the tenant.
    /// `None` where they were not read: then all mail is.
    pub(super) domains: Option<&'a BTreeSet<String>>,
    pub(super) remarks: &'a mut Remarks,
    pub(super) model: &'a mut Model<Thing>,
}

type Is = Formula<Thing>;

impl Custodians<'_> {
    /// What it takes to use a credential.
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
                    self.remarks.add(Remark::Unclear(account, place));
                    let keys = unclear.keys.iter().map(|key| self.key(key)).collect();
                    Some(Formula::AtLeast(unclear.enough, keys))
                }
                None => matched.keys.get(&place).map(|key| self.key(key)),
            },
            CredentialKind::Password => self.password(account, matched),
            _ => None,
        };
        let formula = formula.unwrap_or_else(|| {
            self.remarks.add(Remark::NotInLedger(account, place));
            match self.state.ledger {
                // Nobody counts on a credential that the ledger says nothing of.
                Some(_) => Formula::NEVER,
                None => Formula::Leaf(Thing::Credential(account, place)),
            }
        });
        self.model.add(part, formula)
    }

    /// A key with its PIN.
    fn key(&mut self, key: &ItemId) -> Is {
        let Some(item) = held(self.state, key) else { return Formula::NEVER };
        let at_hand = self.at_hand(key, item, DEPTH_MAX);
        let pin = self.pin(key);
        if pin == Formula::NEVER {
            self.remarks.add(Remark::NoPin(key.clone()));
        }
        Formula::All(vec![at_hand, pin])
    }

    /// A PIN: an envelope; of a key that never had one, somebody who knows it. Nobody counts on
    /// what somebody read once.
    fn pin(&mut self, key: &ItemId) -> Is {
        let state = self.state;
        let is_written = state.items.values().any(|item| item.kind.is_pin_of(key));
        let envelopes = state.live().filter(|(_, item)| item.kind.is_pin_of(key));
        let mut ways: Vec<Is> =
            envelopes.filter_map(|(id, item)| self.paper(id, item, DEPTH_MAX)).collect();
        let known = state.secrets.get(&Secret::Pin(key.clone())).filter(|_| !is_written);
        let known = known.into_iter().flat_map(|secret| &secret.known_by);
        ways.extend(known.map(|person| self.present(person)).filter(|one| *one != Formula::NEVER));
        Formula::any(ways)
    }

    /// A password on a sheet or in shares; `None` where the ledger has neither.
    fn password(&mut self, account: UserId, matched: &Matched) -> Option<Is> {
        let since = self.password_since(account);
        if matched.sheets.is_empty() && matched.splits.is_empty() {
            return None;
        }
        let mut ways: Vec<Is> = Vec::new();
        for sheet in &matched.sheets {
            ways.extend(self.sheet(sheet, since));
        }
        for split in matched.splits.values() {
            let shares = split.shares.values().map(|items| {
                Formula::any(items.iter().filter_map(|item| self.sheet(item, since)).collect())
            });
            ways.push(Formula::AtLeast(split.needed, shares.collect()));
        }
        Some(Formula::any(ways))
    }

    /// Since when an account has the password that is in force: an account has one, so that a
    /// change written down for any of its sheets makes all of them old; and the tenant says when it
    /// was set.
    fn password_since(&self, account: UserId) -> Option<Timestamp> {
        let state = self.state;
        let own = state.items.iter().filter(|(_, item)| item.accounts.contains(&account));
        let changed = own.filter_map(|(id, item)| match item.kind {
            ItemKind::PasswordSheet | ItemKind::Share { .. } => {
                state.secrets.get(&item.kind.secret(id)?)?.changed
            }
            _ => None,
        });
        // A password is set and written down in one sitting, in whichever order.
        let sitting = SignedDuration::from_hours(SITTING_HOURS_MAX);
        let set = self.password_set.and_then(|set| set.checked_sub(sitting).ok());
        changed.max().max(set)
    }

    fn sheet(&mut self, id: &ItemId, since: Option<Timestamp>) -> Option<Is> {
        let item = held(self.state, id)?;
        if since.is_some_and(|since| item.written < since) {
            self.remarks.add(Remark::OutOfDate(id.clone()));
            return None;
        }
        self.paper(id, item, DEPTH_MAX)
    }

    /// A paper at hand with the secret that is in force.
    fn paper(&mut self, id: &ItemId, item: &Item, depth: usize) -> Option<Is> {
        let secret = item.kind.secret(id).and_then(|secret| self.state.secrets.get(&secret));
        if secret.is_some_and(|secret| secret.generation != item.generation) {
            self.remarks.add(Remark::OutOfDate(id.clone()));
            return None;
        }
        Some(self.at_hand(id, item, depth))
    }

    /// An item brought out of where it is.
    fn at_hand(&mut self, id: &ItemId, item: &Item, depth: usize) -> Is {
        let part = Part::AtHand(id.clone(), depth);
        if self.model.has(&part) {
            return Formula::Part(part);
        }
        let holder = match &item.holder {
            Holder::Person(person) => self.present(person),
            Holder::Place(place) => self.opened(place, depth),
        };
        let formula = Formula::All(vec![Formula::Leaf(Thing::Item(id.clone())), holder]);
        self.model.add(part, formula)
    }

    /// A place opened by those who open it, or by its keeper for one of them.
    fn opened(&mut self, id: &PlaceId, depth: usize) -> Is {
        let combinations = combinations(self.state, id);
        // Without a combination that lies elsewhere every depth says the same.
        let depth = if combinations.is_empty() { 0 } else { depth };
        let part = Part::Opened(id.clone(), depth);
        if self.model.has(&part) {
            return Formula::Part(part);
        }
        let Some(place) = self.declared.place(id) else {
            self.remarks.add(Remark::UndeclaredPlace(id.clone()));
            return Formula::NEVER;
        };
        let mut all = vec![Formula::Leaf(Thing::Place(id.clone()))];
        all.extend(place.at.iter().map(|site| Formula::Leaf(Thing::Site(site.clone()))));
        all.push(match place.opened_by.is_empty() {
            true => {
                let people = self.declared.people.iter();
                Formula::any(people.map(|one| self.present(&one.id)).collect())
            }
            false => {
                let mut ways: Vec<Is> = place
                    .opened_by
                    .iter()
                    .map(|person| self.present(person))
                    .filter(|one| *one != Formula::NEVER)
                    .collect();
                ways.extend(self.with_combination(id, &combinations, depth));
                if ways.len() < place.needs {
                    self.remarks.add(Remark::NeverOpens(id.clone()));
                }
                match place.needs {
                    0 | 1 => Formula::any(ways),
                    needs => Formula::AtLeast(needs, ways),
                }
            }
        });
        self.model.add(part, Formula::all(all))
    }

    /// A combination that lies elsewhere, in the place of one who knows it.
    fn with_combination(
        &mut self,
        place: &PlaceId,
        combinations: &[(&ItemId, &Item)],
        depth: usize,
    ) -> Option<Is> {
        if combinations.is_empty() {
            return None;
        }
        let Some(below) = depth.checked_sub(1) else {
            // No way needs a place twice: only where more of them have a combination is one cut.
            let places = self.declared.places.iter();
            let has_one = |id: &PlaceId| !self::combinations(self.state, id).is_empty();
            if places.filter(|one| has_one(&one.id)).count() > DEPTH_MAX {
                self.remarks.add(Remark::TooDeep(place.clone()));
            }
            return None;
        };
        let outside = combinations.iter().filter(|(_, item)| item.holder.place() != Some(place));
        let ways: Vec<Is> = outside.filter_map(|(id, item)| self.paper(id, item, below)).collect();
        (!ways.is_empty()).then(|| Formula::any(ways))
    }

    /// Somebody who is there and can be reached.
    fn present(&mut self, id: &PersonId) -> Is {
        let part = Part::Present(id.clone());
        if self.model.has(&part) {
            return Formula::Part(part);
        }
        if self.state.has_left(id) {
            self.remarks.add(Remark::Left(id.clone()));
            return Formula::NEVER;
        }
        let Some(person) = self.declared.person(id) else {
            self.remarks.add(Remark::Undeclared(id.clone()));
            return Formula::NEVER;
        };
        let is_inside = |domain: &String| self.domains.is_none_or(|all| all.contains(domain));
        let mut ways: BTreeSet<Option<Thing>> = BTreeSet::new();
        for contact in &person.reach {
            ways.insert(match (contact.kind(), contact.mail_domain()) {
                (ContactKind::Sms | ContactKind::Phone, _) => Some(Thing::PhoneNetwork),
                (ContactKind::Mail, Some(domain)) if is_inside(&domain) => continue,
                (ContactKind::Mail, Some(domain)) => Some(Thing::Mail(domain)),
                _ => self.shared_way(contact),
            });
        }
        if person.reach.is_empty() {
            // Who is declared with less is not counted on more.
            self.remarks.add(Remark::NoReach(id.clone()));
            ways.insert(Some(Thing::PhoneNetwork));
        }
        if ways.is_empty() && !person.reach.is_empty() {
            self.remarks.add(Remark::ReachedInside(id.clone()));
            return Formula::NEVER;
        }
        let mut all = vec![Formula::Leaf(Thing::Person(id.clone()))];
        // Who is reached in a way that nobody else has is found at home.
        if !ways.contains(&None) {
            all.push(Formula::any(ways.into_iter().flatten().map(Formula::Leaf).collect()));
        }
        self.model.add(part, Formula::all(all))
    }
}

impl Custodians<'_> {
    /// A way in words that somebody else is reached by as well, such as a chat of the firm; `None`
    /// for one that is a person's own.
    fn shared_way(&self, contact: &Contact) -> Option<Thing> {
        let own = contact.words()?;
        let has_it =
            |person: &&Person| person.reach.iter().any(|one| one.words().as_ref() == Some(&own));
        let several = self.declared.people.iter().filter(has_it).count() > 1;
        several.then_some(Thing::Channel(own))
    }
}

/// The item, where somebody holds it.
fn held<'s>(state: &'s State, id: &ItemId) -> Option<&'s Item> {
    state.items.get(id).filter(|item| item.condition == Condition::Held)
}

/// The papers with the combination of a place.
pub(super) fn combinations<'s>(state: &'s State, place: &PlaceId) -> Vec<(&'s ItemId, &'s Item)> {
    state.live().filter(|(_, item)| item.kind.is_combination_of(place)).collect()
}
