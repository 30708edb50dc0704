//! What is reported into facts, or a refusal.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use super::command::Command;
use super::event::{Event, Witness};
use super::fact::{Entry, Record};
use super::fold::{fold, is_verified};
use super::item::{Holder, Secret};
use super::limits::{
    CLOCK_SKEW_SECONDS_MAX, OPENERS_MAX, REASON_BYTES_MAX, SIGNATURES_MAX, STATEMENT_AGE_DAYS_MAX,
};
use super::reach::{Arrangement, Breach};
use super::refusal::Refusal;
use super::state::{Condition, Item, Seal, State};
use super::{issue, witness};
use crate::id::{ItemId, LedgerId, PersonId, PlaceId, SealNumber};
use crate::register::Custody;
use crate::time::{Timestamp, days_between};

/// The facts that `command` gives in `state` at `now`: one; none, when it says what is written down
/// already; or the reason why it is refused.
pub fn decide(state: &State, command: &Command, now: Timestamp) -> Result<Vec<Entry>, Refusal> {
    let Command { declared, entry, open_as } = command;
    if let (None, Some(ledger)) = (&state.ledger, open_as)
        && !matches!(entry.event, Event::Opened { .. })
    {
        return opened(state, command, ledger, now);
    }
    let judging = Judging { state, declared, entry, now };
    if judging.is_written() {
        return Ok(Vec::new());
    }
    judging.check()?;
    match judging.says_nothing_new() {
        true => Ok(Vec::new()),
        false => Ok(vec![entry.clone()]),
    }
}

/// The same behind the fact that opens the ledger; both or none.
fn opened(
    state: &State,
    command: &Command,
    ledger: &LedgerId,
    now: Timestamp,
) -> Result<Vec<Entry>, Refusal> {
    let record = Record { operator: command.entry.record.operator.clone(), signed: Vec::new() };
    let first = Entry { event: Event::Opened { ledger: ledger.clone() }, record };
    let opening = Command { entry: first, open_as: None, ..command.clone() };
    let mut facts = decide(state, &opening, now)?;
    let state = facts.iter().fold(state.clone(), |state, fact| fold(state, fact, now));
    facts.extend(decide(&state, &Command { open_as: None, ..command.clone() }, now)?);
    Ok(facts)
}

/// One command under judgement.
pub(super) struct Judging<'a> {
    pub(super) state: &'a State,
    pub(super) declared: &'a Custody,
    pub(super) entry: &'a Entry,
    now: Timestamp,
}

impl<'a> Judging<'a> {
    /// Whether this very event was the last about its subject.
    fn is_written(&self) -> bool {
        let event = &self.entry.event;
        match event {
            Event::Opened { ledger } => self.state.ledger.as_ref() == Some(ledger),
            Event::ClockCorrected { last, .. } => {
                let noted = super::Irregularity::ClockCorrected(*last);
                self.state.irregular.iter().any(|(_, what)| *what == noted)
            }
            Event::SecretChanged { secret, .. } => {
                self.state.secrets.get(secret).and_then(|one| one.last.as_ref()) == Some(event)
            }
            Event::PersonLeft { person } => self.state.has_left(person),
            Event::KeyEnrolled { person, .. } | Event::KeyRevoked { person, .. } => {
                self.state.people.get(person).and_then(|one| one.last.as_ref()) == Some(event)
            }
            Event::ConfirmedPresent { .. } => false,
            _ => {
                let item = event.item().and_then(|id| self.state.items.get(id));
                item.is_some_and(|item| item.last == *event)
            }
        }
    }

    /// Whether a confirmation adds nothing to what is known since the last movement: one that was
    /// typed on a day on which one is written down, or a signed one no younger than the last.
    fn says_nothing_new(&self) -> bool {
        let Event::ConfirmedPresent { item, by, .. } = &self.entry.event else { return false };
        let Some(item) = self.state.items.get(item) else { return false };
        let signed = self.entry.record.signed.iter().find(|signed| signed.person == *by);
        match signed {
            Some(signed) => item.moved.confirmed.is_some_and(|at| at >= signed.made),
            None => item.moved.asserted.is_some_and(|at| utc_day(at) == utc_day(self.now)),
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        self.check_ledger()?;
        self.check_time()?;
        self.check_limits()?;
        self.check_people()?;
        self.check_event()?;
        witness::check(self.state, self.declared, self.entry)?;
        self.check_arrangement()?;
        self.check_signatures()
    }

    fn check_ledger(&self) -> Result<(), Refusal> {
        match (&self.state.ledger, &self.entry.event) {
            (Some(ledger), Event::Opened { .. }) => Err(Refusal::OpenAs(ledger.clone())),
            (None, Event::Opened { .. }) | (Some(_), _) => Ok(()),
            (None, _) => Err(Refusal::NotOpen),
        }
    }

    /// Clocks of one machine may be set back a little; facts keep their order all the same.
    fn check_time(&self) -> Result<(), Refusal> {
        let Some(last) = self.state.last else { return Ok(()) };
        let is_behind = last.as_second() - self.now.as_second() > CLOCK_SKEW_SECONDS_MAX;
        match (&self.entry.event, is_behind) {
            (Event::ClockCorrected { last: said, .. }, true) if *said == last => Ok(()),
            (Event::ClockCorrected { .. }, false) => Err(Refusal::ClockIsFine),
            (_, true) => Err(Refusal::TimeJumpsBack { last, now: self.now }),
            (_, false) => Ok(()),
        }
    }

    fn check_limits(&self) -> Result<(), Refusal> {
        let Entry { event, record } = self.entry;
        at_most("OPENERS_MAX", OPENERS_MAX, event.opened_by().len())?;
        at_most("SIGNATURES_MAX", SIGNATURES_MAX, record.signed.len())?;
        for reason in event.reasons() {
            at_most("REASON_BYTES_MAX", REASON_BYTES_MAX, reason.len())?;
            if reason.trim().is_empty() {
                return Err(Refusal::ReasonMissing);
            }
            if reason.chars().any(is_unseen) {
                return Err(Refusal::ReasonUnreadable);
            }
        }
        Ok(())
    }

    /// Everybody who is named is declared and has not left; but a person who left gives back what
    /// they have, may have broken a seal, and has keys to revoke.
    fn check_people(&self) -> Result<(), Refusal> {
        let Entry { event, record } = self.entry;
        let excused = match event {
            Event::HandedOver { from, .. } => from.person(),
            Event::Returned { by, .. } => Some(by),
            Event::SealBroken { by, .. } => by.as_ref(),
            Event::PersonLeft { person } | Event::KeyRevoked { person, .. } => Some(person),
            _ => None,
        };
        if let Some(person) = excused
            && self.declared.person(person).is_none()
            && !self.is_known(person)
        {
            return Err(Refusal::Undeclared(person.clone()));
        }
        // Only as a party: nobody opens or witnesses after leaving.
        let parties = event.parties().into_iter().filter(|one| Some(*one) != excused);
        let beside = event.opened_by().iter().chain(event.witness().and_then(Witness::person));
        let others = parties.chain(beside).chain([&record.operator]);
        others.into_iter().try_for_each(|person| self.check_active(person))
    }

    fn check_active(&self, person: &PersonId) -> Result<(), Refusal> {
        if self.declared.person(person).is_none() {
            Err(Refusal::Undeclared(person.clone()))
        } else if self.state.has_left(person) {
            Err(Refusal::HasLeft(person.clone()))
        } else {
            Ok(())
        }
    }

    /// Whether the facts know a person whom the declaration does not, or no longer.
    fn is_known(&self, person: &PersonId) -> bool {
        let holds = |item: &Item| item.holder.person() == Some(person);
        self.state.people.contains_key(person)
            || self.state.items.values().any(holds)
            || self.state.secrets.values().any(|secret| secret.known_by.contains(person))
    }

    fn check_event(&self) -> Result<(), Refusal> {
        match &self.entry.event {
            Event::Opened { .. } | Event::ClockCorrected { .. } | Event::PersonLeft { .. } => {
                Ok(())
            }
            Event::Issued { issue, opened_by, .. } => {
                issue::check(self, issue)?;
                self.check_holder(&issue.to, opened_by)
            }
            Event::HandedOver { item, from, to, opened_by, .. } => {
                self.check_hand_over(item, from, to, opened_by)
            }
            Event::Returned { item, by, place, opened_by, .. } => {
                let held = self.held(item, &Holder::Person(by.clone()))?;
                if held.home.as_ref() != Some(place) {
                    let home = held.home.clone();
                    return Err(Refusal::NotItsPlace { item: item.clone(), home });
                }
                self.check_place(place, opened_by)
            }
            Event::ConfirmedPresent { item, by, seal } => {
                self.check_confirmation(item, by, seal.as_ref())
            }
            Event::SealBroken { item, .. } => match self.item(item)?.seal {
                Seal::Intact(_) => Ok(()),
                Seal::None | Seal::Broken(_) => Err(Refusal::NoIntactSeal(item.clone())),
            },
            Event::Resealed { item, by, seal, .. } => {
                if !self.item(item)?.is_open() {
                    return Err(Refusal::SealIntact(item.clone()));
                }
                self.check_at_hand(item, by)?;
                self.check_new_seal(seal)
            }
            Event::SecretChanged { secret, change, .. } => self.check_change(secret, *change),
            Event::Lost { item, .. } => self.item(item).map(drop),
            Event::Destroyed { item, by, .. } => self.check_at_hand(item, by),
            Event::KeyEnrolled { person, key, .. } => {
                if self.state.key_of(person).is_some() {
                    return Err(Refusal::KeyEnrolledAlready(person.clone()));
                }
                if let Some(owner) = self.state.keys.get(key) {
                    return Err(Refusal::KeyTaken(owner.clone()));
                }
                let is_own = self.entry.record.signed.iter().any(|one| one.person == *person);
                if is_own { Ok(()) } else { Err(Refusal::ProofMissing(person.clone())) }
            }
            Event::KeyRevoked { person, .. } => match self.state.key_of(person) {
                Some(_) => Ok(()),
                None => Err(Refusal::NoKey(person.clone())),
            },
        }
    }

    fn check_hand_over(
        &self,
        item: &ItemId,
        from: &Holder,
        to: &Holder,
        opened_by: &[PersonId],
    ) -> Result<(), Refusal> {
        self.held(item, from)?;
        if from == to {
            return Err(Refusal::SameHolder(to.clone()));
        }
        if let (Holder::Place(from), Holder::Place(to)) = (from, to) {
            let (from, to) = (from.clone(), to.clone());
            return Err(Refusal::NobodyCarries { from, to });
        }
        // A place that is declared no more can be emptied.
        if let Some(place) = from.place().and_then(|place| self.declared.place(place)) {
            self.check_place(&place.id, opened_by)?;
        }
        self.check_holder(to, opened_by)
    }

    fn check_holder(&self, to: &Holder, opened_by: &[PersonId]) -> Result<(), Refusal> {
        to.place().map_or(Ok(()), |place| self.check_place(place, opened_by))
    }

    /// The place is declared, and opened by as many as it needs of those who open it.
    fn check_place(&self, id: &PlaceId, opened_by: &[PersonId]) -> Result<(), Refusal> {
        let place = self.declared.place(id).ok_or_else(|| Refusal::UndeclaredPlace(id.clone()))?;
        if place.opened_by.is_empty() {
            return Ok(());
        }
        let named: BTreeSet<&PersonId> = opened_by.iter().collect();
        if let Some(person) = named.iter().find(|one| !place.opened_by.contains(**one)) {
            return Err(Refusal::CannotOpen { place: id.clone(), person: (*person).clone() });
        }
        let (needs, named) = (place.needs.max(1), named.len());
        match named < needs {
            true => Err(Refusal::TooFewOpeners { place: id.clone(), needs, named }),
            false => Ok(()),
        }
    }

    fn check_confirmation(
        &self,
        id: &ItemId,
        by: &PersonId,
        seen: Option<&SealNumber>,
    ) -> Result<(), Refusal> {
        let item = self.item(id)?;
        self.check_at_hand(id, by)?;
        let expected = item.seal.intact();
        if expected != seen {
            let (expected, seen) = (expected.cloned(), seen.cloned());
            return Err(Refusal::SealMismatch { item: id.clone(), expected, seen });
        }
        Ok(())
    }

    /// The person holds the item, or opens the place where it lies; a place with a keeper shows it
    /// to anybody whom we send.
    fn check_at_hand(&self, id: &ItemId, person: &PersonId) -> Result<(), Refusal> {
        let holder = &self.item(id)?.holder;
        let is_at_hand = match holder {
            Holder::Person(holder) => holder == person,
            Holder::Place(place) => self
                .declared
                .place(place)
                .is_none_or(|place| place.opened_by.is_empty() || place.opened_by.contains(person)),
        };
        let (item, person, holder) = (id.clone(), person.clone(), holder.clone());
        if is_at_hand { Ok(()) } else { Err(Refusal::OutOfReach { item, person, holder }) }
    }

    pub(super) fn check_new_seal(&self, seal: &SealNumber) -> Result<(), Refusal> {
        match self.state.seals.get(seal) {
            Some(item) => Err(Refusal::SealUsed { seal: seal.clone(), item: item.clone() }),
            None => Ok(()),
        }
    }

    fn check_change(&self, secret: &Secret, change: u64) -> Result<(), Refusal> {
        let is_one = match secret {
            Secret::Pin(id) | Secret::Password(id) => self.state.items.contains_key(id),
            Secret::Combination(place) => self.declared.place(place).is_some(),
            Secret::Split(_) => false,
        };
        let state = self.state.secrets.get(secret);
        if !is_one && state.is_none() {
            return Err(Refusal::NoSuchSecret(secret.clone()));
        }
        let next = state.map_or(0, |one| one.generation) + 1;
        match change == next {
            true => Ok(()),
            false => Err(Refusal::WrongChange { secret: secret.clone(), next }),
        }
    }

    /// The item that somebody holds.
    pub(super) fn item(&self, id: &ItemId) -> Result<&'a Item, Refusal> {
        let item = self.state.items.get(id).ok_or_else(|| Refusal::NoSuchItem(id.clone()))?;
        match item.condition {
            Condition::Held => Ok(item),
            Condition::Lost(_) => Err(Refusal::ItemLost(id.clone())),
            Condition::Destroyed(_) => Err(Refusal::ItemDestroyed(id.clone())),
        }
    }

    /// The item, which `said` must have.
    fn held(&self, id: &ItemId, said: &Holder) -> Result<&'a Item, Refusal> {
        let item = self.item(id)?;
        let (holder, said) = (item.holder.clone(), said.clone());
        match holder == said {
            true => Ok(item),
            false => Err(Refusal::NotHeldBy { item: id.clone(), said, holder }),
        }
    }

    /// No movement brings a breach about that was not there before it, or lets somebody reach what
    /// they did not.
    fn check_arrangement(&self) -> Result<(), Refusal> {
        let event = &self.entry.event;
        let ((_, Some(to)), Some(id)) = (event.movement(), event.item()) else { return Ok(()) };
        let kind = match event {
            Event::Issued { issue, .. } => &issue.kind,
            _ => &self.item(id)?.kind,
        };
        let before = Arrangement::of(self.state);
        let after = before.clone().with(id, kind, &to).breaches(self.state, self.declared);
        let before = before.reached(self.state, self.declared);
        let is_new = |breach: &&Breach| !before.iter().any(|one| one.covers(breach));
        match after.iter().find(is_new) {
            Some(breach) => Err(Refusal::Arrangement(breach.clone())),
            None => Ok(()),
        }
    }

    fn check_signatures(&self) -> Result<(), Refusal> {
        let Entry { event, record } = self.entry;
        let named = event.people();
        let mut seen = BTreeSet::new();
        for signed in &record.signed {
            let (person, made) = (signed.person.clone(), signed.made);
            let is_enrolled = match event {
                Event::KeyEnrolled { person: owner, .. } => *owner == person,
                _ => false,
            };
            if !named.contains(&person) {
                return Err(Refusal::NotNamed(person));
            }
            if !seen.insert(&signed.person) {
                return Err(Refusal::SignedTwice(person));
            }
            if made.as_second() - self.now.as_second() > CLOCK_SKEW_SECONDS_MAX {
                return Err(Refusal::SignedInFuture { person, made });
            }
            if days_between(made, self.now) > STATEMENT_AGE_DAYS_MAX {
                return Err(Refusal::SignedLongAgo { person, made });
            }
            if !is_enrolled && self.state.key_of(&person).is_none() {
                return Err(Refusal::NoKey(person));
            }
            if !is_verified(self.state, event, signed) {
                return Err(Refusal::SignatureWrong(person));
            }
        }
        Ok(())
    }
}

pub(super) fn at_most(limit: &'static str, value: usize, found: usize) -> Result<(), Refusal> {
    if found > value { Err(Refusal::Limit { limit, value }) } else { Ok(()) }
}

/// What would let a text look like another one in a statement or a list.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn utc_day(at: Timestamp) -> i64 {
    days_between(Timestamp::UNIX_EPOCH, at)
}
