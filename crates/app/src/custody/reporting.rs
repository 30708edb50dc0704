//! What is reported becomes facts, or a refusal.

use std::path::Path;
use std::sync::Arc;

use halligan_core::custody::{
    Command, Entry, Event, Keeping, Record, Refusal, Said, Signed, State, decide, stream,
};
use halligan_core::id::{LedgerId, PersonId};
use halligan_core::register::Custody;
use halligan_core::stream::Head;
use halligan_core::time::Timestamp;
use halligan_store::{Repair, run};

use super::error::CustodyError;
use super::key::SigningKey;
use super::{Ledger, read, streams};

/// What somebody reports.
#[allow(missing_debug_implementations, reason = "it may hold a key")]
pub struct Report<'k> {
    /// What happened.
    pub event: Event,
    /// Who types it.
    pub operator: PersonId,
    /// Signatures that came from elsewhere.
    pub signed: Vec<Signed>,
    /// The operator's own key, to sign with here.
    pub key: Option<&'k SigningKey>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Custody with the new facts.
    pub state: State,
    /// Where the stream ends.
    pub head: Head,
    /// The fact; `None` when it was written down already.
    pub entry: Option<Entry>,
    /// The id of a ledger that was opened by it.
    pub opened: Option<LedgerId>,
    /// A write that had not finished, and was removed.
    pub repaired: Option<Repair>,
}

/// Writes down what is reported; the first fact opens the ledger. When somebody else writes
/// meanwhile, it is decided again on what they left.
pub fn record(
    register: &Path,
    declared: &Arc<Custody>,
    report: Report<'_>,
    now: Timestamp,
) -> Result<Recorded, CustodyError> {
    let ledger = known(register)?;
    let state = ledger.map(|ledger| ledger.state).unwrap_or_default();
    let open_as = random_id()?;
    let Report { event, operator, mut signed, key } = report;
    if let Some(key) = key {
        check_key(&state, &event, &operator, key)?;
        let id = state.ledger.as_ref().unwrap_or(&open_as);
        signed.push(key.sign(&said(&state, id, &event, &operator, now), now));
    }
    let entry = Entry { event, record: Record { operator, signed } };
    write(register, declared, &state, entry, open_as, now)
}

/// What `person` signs of the event, as the ledger stands. What would be refused is refused here,
/// before anybody signs it. A statement names its ledger: one that is not open yet is opened.
pub fn statement(
    register: &Path,
    declared: &Arc<Custody>,
    report: Report<'_>,
    person: &PersonId,
    now: Timestamp,
) -> Result<(Said, Option<Recorded>), CustodyError> {
    let Report { event, operator, .. } = report;
    let ledger = known(register)?;
    let mut state = ledger.map(|ledger| ledger.state).unwrap_or_default();
    let record = Record { operator: operator.clone(), signed: Vec::new() };
    let (declared, open_as) = (Arc::clone(declared), random_id()?);
    if !event.people().contains(person) {
        return Err(CustodyError::refused(Refusal::NotNamed(person.clone())));
    }
    let entry = Entry { event: event.clone(), record: record.clone() };
    let command =
        Command { declared: Arc::clone(&declared), entry, open_as: Some(open_as.clone()) };
    match decide(&state, &command, now) {
        // The proof is the signature that this statement is for.
        Ok(_) | Err(Refusal::ProofMissing(_)) => {}
        Err(refusal) => return Err(CustodyError::refused(refusal)),
    }
    let mut opened = None;
    if state.ledger.is_none() {
        let event = Event::Opened { ledger: open_as.clone() };
        let done =
            write(register, &declared, &state, Entry { event, record }, open_as.clone(), now)?;
        state = done.state.clone();
        opened = Some(done);
    }
    let id = state.ledger.clone().unwrap_or(open_as);
    Ok((said(&state, &id, &event, person, now), opened))
}

/// The ledger, unless its state is a guess.
pub fn known(register: &Path) -> Result<Option<Ledger>, CustodyError> {
    let ledger = read(register)?;
    match ledger.as_ref().and_then(Ledger::gap) {
        Some(fact) => Err(CustodyError::unread(fact.clone())),
        None => Ok(ledger),
    }
}

fn said(
    state: &State,
    ledger: &LedgerId,
    event: &Event,
    person: &PersonId,
    made: Timestamp,
) -> Said {
    let (ledger, person) = (ledger.clone(), person.clone());
    Said { ledger, person, made, revision: state.revision(event), event: event.clone() }
}

fn write(
    register: &Path,
    declared: &Arc<Custody>,
    before: &State,
    entry: Entry,
    open_as: LedgerId,
    now: Timestamp,
) -> Result<Recorded, CustodyError> {
    let (declared, open_as) = (Arc::clone(declared), Some(open_as));
    let command = Command { declared, entry: entry.clone(), open_as };
    let ran = run::<Keeping>(&streams(register), &stream(), &command, now)?;
    let opened = ran.state.ledger.clone().filter(|_| before.ledger.is_none());
    let entry = (ran.facts > 0).then_some(entry);
    Ok(Recorded { state: ran.state, head: ran.head, entry, opened, repaired: ran.repaired })
}

/// Refuses a key that is not the person's, with its own words: the signature would just not hold.
fn check_key(
    state: &State,
    event: &Event,
    person: &PersonId,
    key: &SigningKey,
) -> Result<(), CustodyError> {
    let is_enrolment = matches!(event, Event::KeyEnrolled { person: of, .. } if of == person);
    match (state.key_of(person), key.public()) {
        (Some(enrolled), Some(found)) if enrolled != found && !is_enrolment => {
            Err(CustodyError::OtherKey { person: person.clone(), found })
        }
        _ => Ok(()),
    }
}

/// An id that no other ledger has.
fn random_id() -> Result<LedgerId, CustodyError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| CustodyError::NoRandomness)?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("l-{digits}").parse().map_err(|_| CustodyError::NoRandomness)
}
