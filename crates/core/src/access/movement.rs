//! Changes as facts: who carries, who opens, who sees it. What is proposed is walked first, step by
//! step, and custody decides each fact as it will when somebody reports it.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::arrangement::{Arrangement, Change};
use crate::custody::{
    Command, Entry, Event, Holder, Issue, ItemKind, Record, Secret, Witness, breaches, decide, fold,
};
use crate::id::{ItemId, PersonId, SealNumber};
use crate::time::Timestamp;

/// How many numbers are tried for a new item or seal.
const NUMBERS_MAX: usize = 10_000;

/// A change, and the facts that bring it about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What changes.
    pub change: Change,
    /// What happens for it, in its order: custody takes each of them after those before. Who
    /// carries, opens, sees and types it are people who can, and others may as well; numbers of new
    /// items and seals are made up. None, where the declaration changes.
    pub facts: Vec<Entry>,
}

/// An arrangement on the way from the present one.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) at: Arrangement,
    pub(super) steps: Vec<Step>,
    now: Timestamp,
}

impl Walk {
    pub(super) fn from(present: &Arrangement, now: Timestamp) -> Self {
        // A ledger whose clock ran ahead is gone on with all the same.
        let now = present.state.last.map_or(now, |last| now.max(last));
        Self { at: present.clone(), steps: Vec::new(), now }
    }

    /// What comes of all these changes, in an order in which custody takes each, with the fewest
    /// faults by `faults`; `None` where no order was found. One change after the other is the first
    /// that can be taken: what brings together what must be apart waits until the other is gone.
    pub(super) fn through(
        self,
        mut changes: Vec<Change>,
        faults: &dyn Fn(&Arrangement) -> usize,
    ) -> Option<Self> {
        let mut walk = self;
        while !changes.is_empty() {
            let next = changes.iter().enumerate();
            let (at, after) =
                { next }.find_map(|(at, one)| Some((at, walk.after(one, faults)?)))?;
            changes.remove(at);
            walk = after;
        }
        Some(walk)
    }

    /// The walk after a change, brought about in the way that leaves the fewest faults; `None`
    /// where custody takes none.
    fn after(&self, change: &Change, faults: &dyn Fn(&Arrangement) -> usize) -> Option<Self> {
        if let Change::Opens { .. } = change {
            let after = self.at.with(change.clone());
            let before = breaches(&self.at.state, &self.at.custody);
            let is_kept = breaches(&after.state, &after.custody).is_subset(&before);
            return is_kept.then(|| self.stepped(after, change, Vec::new()));
        }
        // Somebody else may carry an item, or set a new PIN, so that more or less is known to them.
        let people: Vec<&PersonId> = self.at.present().collect();
        let ways = people.into_iter().filter_map(|person| self.by(change, person));
        let mut ways: Vec<Self> = ways.collect();
        ways.dedup_by(|a, b| a.at.state == b.at.state);
        match ways.len() {
            0 | 1 => ways.pop(),
            _ => ways.into_iter().min_by_key(|one| faults(&one.at)),
        }
    }

    fn stepped(&self, after: Arrangement, change: &Change, facts: Vec<Entry>) -> Self {
        let mut steps = self.steps.clone();
        steps.push(Step { change: change.clone(), facts });
        Self { at: after, steps, now: self.now }
    }

    /// The walk after a change that one person carries out, where custody takes it.
    fn by(&self, change: &Change, person: &PersonId) -> Option<Self> {
        let mut at = self.at.clone();
        let mut facts = Vec::new();
        let mut take = |at: &mut Arrangement, event: Event| -> Option<()> {
            facts.extend(at.takes(event, person, self.now)?);
            Some(())
        };
        match change {
            Change::Hand { item, from: from @ Holder::Place(_), to: to @ Holder::Place(_) } => {
                let carrier = Holder::Person(person.clone());
                let out = at.hand_over(item, from, &carrier, person);
                take(&mut at, out)?;
                let back = at.hand_over(item, &carrier, to, person);
                take(&mut at, back)?;
            }
            Change::Hand { item, from, to } => {
                let event = at.hand_over(item, from, to, person);
                take(&mut at, event)?;
            }
            Change::SecondEnvelope { key, to } => {
                let secret = Secret::Pin(key.clone());
                let change = at.state.secrets.get(&secret).map_or(0, |one| one.generation) + 1;
                let by = person.clone();
                take(&mut at, Event::SecretChanged { secret, by, seen: true, change })?;
                let mut holders = Vec::new();
                for id in at.envelopes(key) {
                    let event = at.destroyed(&id)?;
                    holders.push(at.state.items.get(&id)?.holder.clone());
                    take(&mut at, event)?;
                }
                holders.push(to.clone());
                for holder in holders {
                    let event = at.envelope(key, holder, person)?;
                    take(&mut at, event)?;
                }
            }
            Change::Opens { .. } => return None,
        }
        at.changes.push(change.clone());
        Some(self.stepped(at, change, facts))
    }
}

impl Arrangement {
    /// The declared people who have not left.
    pub(super) fn present(&self) -> impl Iterator<Item = &PersonId> {
        let people = self.custody.people.iter().map(|one| &one.id);
        people.filter(|id| !self.state.has_left(id))
    }

    /// The facts that custody makes of an event, folded in; `None` where it refuses it.
    fn takes(&mut self, event: Event, operator: &PersonId, now: Timestamp) -> Option<Vec<Entry>> {
        let record = Record { operator: operator.clone(), signed: Vec::new() };
        let entry = Entry { event, record };
        let declared = Arc::new(self.custody.clone());
        let facts = decide(&self.state, &Command { declared, entry, open_as: None }, now).ok()?;
        self.state = facts.iter().fold(self.state.clone(), |state, fact| fold(state, fact, now));
        Some(facts)
    }

    /// An item changes hands; `carrier` opens and types where they can.
    fn hand_over(&self, item: &ItemId, from: &Holder, to: &Holder, carrier: &PersonId) -> Event {
        let parties = [from, to].into_iter().filter_map(Holder::person).collect();
        let opened_by = self.openers(from, carrier).or_else(|| self.openers(to, carrier));
        let opened_by = opened_by.unwrap_or_default();
        let witness = self.witness(&parties, &opened_by);
        let (item, from, to) = (item.clone(), from.clone(), to.clone());
        Event::HandedOver { item, from, to, opened_by, witness }
    }

    /// As many as it takes to open a place, `first` among them where they open it; `None` where it
    /// is no place of ours to open.
    fn openers(&self, holder: &Holder, first: &PersonId) -> Option<Vec<PersonId>> {
        let place = self.custody.place(holder.place()?)?;
        let mut able: Vec<&PersonId> =
            self.present().filter(|id| place.opened_by.contains(*id)).collect();
        able.sort_by_key(|id| *id != first);
        Some(able.into_iter().take(place.needs.max(1)).cloned().collect())
    }

    /// Somebody who has no part in it, and opens nothing for it where there is somebody else;
    /// nobody, where there is nobody.
    fn witness(&self, parties: &BTreeSet<&PersonId>, opened_by: &[PersonId]) -> Witness {
        let able = self.present().filter(|id| !parties.contains(*id));
        match able.min_by_key(|id| opened_by.contains(*id)) {
            Some(person) => Witness::Person(person.clone()),
            None => Witness::Waived("nobody else is there".into()),
        }
    }

    /// The envelopes with the PIN of a key.
    fn envelopes(&self, key: &ItemId) -> Vec<ItemId> {
        let live = self.state.live().filter(|(_, item)| item.kind.is_pin_of(key));
        live.map(|(id, _)| id.clone()).collect()
    }

    /// An item is destroyed by somebody who has it at hand.
    fn destroyed(&self, id: &ItemId) -> Option<Event> {
        let holder = &self.state.items.get(id)?.holder;
        let by = match holder {
            Holder::Person(person) => person.clone(),
            Holder::Place(place) => {
                let place = self.custody.place(place)?;
                let opens =
                    |id: &&PersonId| place.opened_by.is_empty() || place.opened_by.contains(*id);
                self.present().find(opens)?.clone()
            }
        };
        let witness = self.witness(&[&by].into(), &[]);
        let reason = "it has the old PIN".into();
        Some(Event::Destroyed { item: id.clone(), by, reason, witness })
    }

    /// A new envelope with the PIN that is in force.
    fn envelope(&self, key: &ItemId, to: Holder, operator: &PersonId) -> Option<Event> {
        let item = (1..NUMBERS_MAX).find_map(|number| {
            let id: ItemId = format!("envelope-{number}").parse().ok()?;
            (!self.state.items.contains_key(&id)).then_some(id)
        })?;
        let seal = (1..NUMBERS_MAX).find_map(|number| {
            let seal: SealNumber = format!("seal-{number}").parse().ok()?;
            (!self.state.seals.contains_key(&seal)).then_some(seal)
        })?;
        let parties = to.person().into_iter().chain([operator]).collect();
        let opened_by = self.openers(&to, operator).unwrap_or_default();
        let witness = self.witness(&parties, &opened_by);
        let kind = ItemKind::PinEnvelope { key: key.clone() };
        let issue = Issue { item, kind, accounts: vec![], seal: Some(seal), to };
        Some(Event::Issued { issue, opened_by, witness })
    }
}
