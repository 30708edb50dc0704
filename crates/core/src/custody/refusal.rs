//! Why something is not written down, and what to do instead.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::item::{Holder, Secret};
use super::limits::{CLOCK_SKEW_SECONDS_MAX, SERIAL_CHARACTERS_MAX, STATEMENT_AGE_DAYS_MAX};
use super::reach::Breach;
use crate::id::{ItemId, LedgerId, PersonId, PlaceId, SealNumber, SplitId};
use crate::time::Timestamp;

/// Declares the refusals, each with its line and its hint, so that none can be without.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident
        $(($($(#[$part_doc:meta])* $part:ident: $part_type:ty),+))?
        $({$($(#[$field_doc:meta])* $field:ident: $field_type:ty),+ $(,)?})?
        => $line:expr, $hint:expr;)+) => {
        /// Why something is not written down.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Refusal {
            $($(#[$doc])* $name $(($($(#[$part_doc])* $part_type),+))?
                $({$($(#[$field_doc])* $field: $field_type),+})?,)+
        }

        impl fmt::Display for Refusal {
            #[allow(unused_variables, reason = "a line need not say every part")]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name $(($($part),+))? $({$($field),+})? => {
                        f.write_str($line.as_ref())
                    })+
                }
            }
        }

        impl Refusal {
            /// What to do instead, in one line.
            #[allow(unused_variables, reason = "a hint need not say every part")]
            pub fn hint(&self) -> String {
                match self {
                    $(Self::$name $(($($part),+))? $({$($field),+})? => $hint.to_string(),)+
                }
            }

            /// The name of every refusal, for tests that want each of them to fire.
            #[cfg(test)]
            pub(super) const NAMES: &[&str] = &[$(stringify!($name)),+];
        }
    };
}

refusals! {
    /// The ledger was not opened.
    NotOpen => "the ledger is not open", "open it first, with an id of its own";
    /// The ledger is open, under another id.
    OpenAs(ledger: LedgerId)
        => format!("the ledger is open as `{ledger}`"),
           "write to this one, or begin another in a place of its own";
    /// The clock says a time before the last fact.
    TimeJumpsBack {
        /// The time of the last fact.
        last: Timestamp,
        /// What the clock says.
        now: Timestamp,
    } => format!("the clock says {now}, and the last fact is of {last}"),
         "set the clock; if it is right and was ahead before, record that it was corrected";
    /// A correction of a clock that is not behind the last fact.
    ClockIsFine => "the clock is not behind the last fact",
        "go on without the correction";
    /// Nobody declared the person, or no fact names them.
    Undeclared(person: PersonId)
        => format!("nobody declared the person `{person}`"),
           "declare them under `[[custody.people]]`, or correct the id";
    /// The person left.
    HasLeft(person: PersonId)
        => format!("`{person}` has left"),
           "name somebody who has not; who comes back is declared with a new id";
    /// Nobody declared the place.
    UndeclaredPlace(place: PlaceId)
        => format!("nobody declared the place `{place}`"),
           "declare it under `[[custody.places]]`, or correct the id";
    /// The item was never issued.
    NoSuchItem(item: ItemId)
        => format!("there is no item `{item}`"), "issue it first, or correct the id";
    /// The item was lost.
    ItemLost(item: ItemId)
        => format!("item `{item}` was lost"),
           "issue a new one under a new id: what was lost is not trusted again";
    /// The item was destroyed.
    ItemDestroyed(item: ItemId)
        => format!("item `{item}` was destroyed"), "issue a new one under a new id";
    /// The item is there already: it would be at two places.
    ItemExists {
        /// The item.
        item: ItemId,
        /// Who has it.
        holder: Holder
    } => format!("item `{item}` is there already, with {holder}"),
         "hand it over, or issue the new one under an id of its own";
    /// A key with this serial number is there already: one key would be two items.
    SerialTaken {
        /// The serial number.
        serial: String,
        /// The item that it is.
        item: ItemId,
    } => format!("the key with serial number `{}` is item `{item}`", serial.escape_debug()),
         "hand that item over, or correct the serial number";
    /// The serial number is no text of one line.
    SerialUnreadable => format!(
            "a serial number has 1 to SERIAL_CHARACTERS_MAX ({SERIAL_CHARACTERS_MAX}) visible \
             characters"),
        "copy it from the key, as it is printed there";
    /// The item would belong to no account.
    AccountMissing(item: ItemId)
        => format!("item `{item}` belongs to no account"),
           "name the object id of each account that it belongs to";
    /// A PIN belongs to the accounts of its key, a combination to none.
    AccountsNotItsOwn(item: ItemId)
        => format!("item `{item}` has no accounts of its own"),
           "leave them out: a PIN belongs to those of its key, a combination to none";
    /// The envelope's key is no key.
    NotAKeyItem(item: ItemId)
        => format!("item `{item}` is no security key, and has no PIN"),
           "name the key that the PIN opens";
    /// The numbers of a share make no sense.
    ShareImpossible {
        /// Which.
        index: u8,
        /// How many give the password.
        needed: u8,
        /// How many there are.
        total: u8,
    } => format!("there is no share {index} of {total} of which {needed} are needed"),
         "number shares from 1; at least 2 are needed, and no more than there are";
    /// The share says something else than the others of its split.
    ShareDiffers(split: SplitId)
        => format!("the split `{split}` has shares with other numbers or accounts"),
           "say the same of every share, or give a new split an id of its own";
    /// The share is there already.
    ShareTaken {
        /// The split.
        split: SplitId,
        /// The item that is this share.
        item: ItemId,
    } => format!("that share of `{split}` is item `{item}`"),
         "destroy that item first, or correct the number";
    /// Something that can be read would be open.
    SealMissing(item: ItemId)
        => format!("item `{item}` can be read and has no seal"),
           "close it with a numbered seal, and say the number";
    /// The seal was used before.
    SealUsed {
        /// The seal.
        seal: SealNumber,
        /// What it closed.
        item: ItemId,
    } => format!("seal `{seal}` was used before, on `{item}`"),
         "take a new seal; if this one was copied, break the seal in the ledger and say so";
    /// The seal that was seen is not the one that it was closed with.
    SealMismatch {
        /// The item.
        item: ItemId,
        /// What it was closed with; nothing when it has no intact seal.
        expected: Option<SealNumber>,
        /// What was seen.
        seen: Option<SealNumber>,
    } => mismatch(item, expected.as_ref(), seen.as_ref()),
         "look again; if it is so, record the seal as found broken, by nobody known";
    /// The seal is intact.
    SealIntact(item: ItemId)
        => format!("the seal of item `{item}` is intact"),
           "record that it was broken, and what for, before it is closed again";
    /// There is no intact seal to break.
    NoIntactSeal(item: ItemId)
        => format!("item `{item}` has no intact seal"),
           "close it with a new seal first; what was read before is written down already";
    /// Somebody else has it.
    NotHeldBy {
        /// The item.
        item: ItemId,
        /// Who was said to have it.
        said: Holder,
        /// Who has it.
        holder: Holder,
    } => format!("{said} does not hold item `{item}`: {holder} does"),
         "record first how it came to the giver, or correct who gives it";
    /// Giver and receiver are the same.
    SameHolder(holder: Holder)
        => format!("{holder} would hand it to themselves"), "name who takes it";
    /// From place to place, without a person.
    NobodyCarries {
        /// The place that it leaves.
        from: PlaceId,
        /// The place that it comes to.
        to: PlaceId,
    } => format!("nobody carries it from `{from}` to `{to}`"),
         "hand it to the person who carries it, and by them to the place";
    /// It was taken from another place.
    NotItsPlace {
        /// The item.
        item: ItemId,
        /// The place that it was taken from, if any.
        home: Option<PlaceId>,
    } => match home {
            Some(home) => format!("item `{item}` was taken from `{home}`"),
            None => format!("item `{item}` was taken from no place"),
         },
         "return it there, or hand it over to the new place";
    /// Somebody who does not open the place.
    CannotOpen {
        /// The place.
        place: PlaceId,
        /// The person.
        person: PersonId,
    } => format!("`{person}` does not open `{place}`"),
         "name those who opened it; who opens it is declared as `opened_by`";
    /// Fewer than the place needs.
    TooFewOpeners {
        /// The place.
        place: PlaceId,
        /// How many it needs.
        needs: usize,
        /// How many are named.
        named: usize,
    } => format!("`{place}` is opened by {needs} together, and {named} are named"),
         "name everybody who opened it";
    /// Somebody who neither holds the item nor opens its place.
    OutOfReach {
        /// The item.
        item: ItemId,
        /// The person.
        person: PersonId,
        /// Who has it.
        holder: Holder,
    } => format!("`{person}` cannot have had item `{item}` at hand: {holder} has it"),
         "let its holder do it, or one who opens its place; or record the hand-over first";
    /// The witness has a part in it.
    OwnWitness(person: PersonId)
        => format!("`{person}` has a part in it, and cannot be its witness"),
           "let somebody else see it";
    /// The witness was waived, and somebody could be it.
    WitnessNeeded {
        /// Who could.
        able: BTreeSet<PersonId>
    } => "a witness is waived only where nobody could be one",
         format!("let one of these see it: {}", list(able));
    /// The witness was waived, and who could be it left by what somebody typed.
    WitnessDeclared {
        /// Who.
        left: BTreeSet<PersonId>
    } => format!("a witness is not waived while the register still has {}", list(left)),
         "take who left out of `[[custody.people]]` first; that somebody left is typed by anybody";
    /// The movement would bring about what must not be.
    Arrangement(breach: Breach)
        => format!("then {breach}"),
           "give it to another person or place, or move the other part first";
    /// The secret is not one of this ledger.
    NoSuchSecret(secret: Secret)
        => format!("there is no {secret}"), "correct the id, or issue what carries it first";
    /// The change of the secret is not the next one.
    WrongChange {
        /// The secret.
        secret: Secret,
        /// Which change is next.
        next: u64,
    } => format!("the next change of the {secret} is number {next}"),
         "read the ledger again, and record the change that was made after it";
    /// No reason was given.
    ReasonMissing => "there is no reason", "say why, in a few words";
    /// A reason that cannot be read, such as one of several lines.
    ReasonUnreadable => "the reason has characters that cannot be seen",
        "say it in one line of plain text";
    /// More than a limit allows.
    Limit {
        /// The limit's name.
        limit: &'static str,
        /// Its value.
        value: usize,
    } => format!("more than {limit} ({value})"), limit_hint(limit);
    /// The person has a key.
    KeyEnrolledAlready(person: PersonId)
        => format!("`{person}` has a key"), "revoke that one first, and say why";
    /// The key was enrolled before.
    KeyTaken(person: PersonId)
        => format!("that key was enrolled before, for `{person}`"),
           "let each person make a new key of their own";
    /// The person has no key.
    NoKey(person: PersonId)
        => format!("`{person}` has no key"),
           "enrol one first, or record it without the signature";
    /// The key's owner did not sign with it.
    ProofMissing(person: PersonId)
        => format!("`{person}` did not sign the enrolment with the new key"),
           "let them sign it: that shows that the key is theirs";
    /// Somebody signed who is not named in it.
    NotNamed(person: PersonId)
        => format!("`{person}` signed, and has no part in it"), "leave that signature out";
    /// Somebody signed twice.
    SignedTwice(person: PersonId)
        => format!("`{person}` signed twice"), "keep one of the signatures";
    /// The signature is not of this person's key over this statement in this state.
    SignatureWrong(person: PersonId)
        => format!("the signature of `{person}` does not hold"),
           "let them sign the statement as the ledger stands; it may have changed since";
    /// The signature says that it was made in the future.
    SignedInFuture {
        /// Who signed.
        person: PersonId,
        /// When, as they say.
        made: Timestamp,
    } => format!("`{person}` signed at {made}, more than {CLOCK_SKEW_SECONDS_MAX} s ahead"),
         "set the clocks, and let them sign again";
    /// The signature was made too long ago.
    SignedLongAgo {
        /// Who signed.
        person: PersonId,
        /// When.
        made: Timestamp,
    } => format!("`{person}` signed at {made}, more than {STATEMENT_AGE_DAYS_MAX} days ago"),
         "let them sign again: what was kept back may be no longer so";
}

impl core::error::Error for Refusal {}

fn mismatch(item: &ItemId, expected: Option<&SealNumber>, seen: Option<&SealNumber>) -> String {
    match (expected, seen) {
        (Some(expected), Some(seen)) => {
            format!("item `{item}` was closed with seal `{expected}`, and `{seen}` was seen")
        }
        (Some(expected), None) => {
            format!("item `{item}` was closed with seal `{expected}`, and no seal was seen")
        }
        (None, Some(seen)) => format!("item `{item}` has no intact seal, and `{seen}` was seen"),
        (None, None) => format!("item `{item}` has no intact seal"),
    }
}

fn limit_hint(limit: &str) -> &'static str {
    match limit {
        "ITEMS_MAX" => "begin a new ledger with what is there",
        "REASON_BYTES_MAX" => "say it more briefly; the long story belongs into the incident",
        _ => "record it in several parts",
    }
}

fn list(people: &BTreeSet<PersonId>) -> String {
    let named: Vec<String> = people.iter().take(5).map(|id| format!("`{id}`")).collect();
    let more = people.len().saturating_sub(named.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}
