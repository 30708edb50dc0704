//! Custody as it is declared: the people, the places, and how often presence is confirmed.
//!
//! Items are not declared: what there is, and who holds it, is a matter of facts
//! ([`crate::custody`]). A person's ways to be reached stand here and nowhere else, so that they
//! can be changed and erased; streams know the id alone.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::id::{PersonId, PlaceId};

/// Who may hold things, where they may lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custody {
    /// The people, each id once.
    pub people: Vec<Person>,
    /// The places, each id once.
    pub places: Vec<CustodyPlace>,
    /// After how many days the presence of an item is due for confirmation.
    pub confirm_days: u16,
}

impl Custody {
    /// The term where none is declared: Microsoft has emergency access accounts validated at
    /// least every 90 days, and a key that is missing fails that validation.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access>.
    pub const CONFIRM_DAYS: u16 = 90;

    /// The declared person.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|one| one.id == *id)
    }

    /// The declared person of this id, or else of this code name.
    pub fn person_called(&self, text: &str) -> Option<&Person> {
        let by_id = self.people.iter().find(|one| one.id.as_str() == text);
        by_id.or_else(|| self.people.iter().find(|one| one.name.as_deref() == Some(text)))
    }

    /// The declared place.
    pub fn place(&self, id: &PlaceId) -> Option<&CustodyPlace> {
        self.places.iter().find(|one| one.id == *id)
    }
}

impl Default for Custody {
    fn default() -> Self {
        Self { people: Vec::new(), places: Vec::new(), confirm_days: Self::CONFIRM_DAYS }
    }
}

/// A person who may hold, witness, open or operate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The opaque id.
    pub id: PersonId,
    /// The code name for output; the id stands in where there is none.
    pub name: Option<String>,
    /// How the person is reached, in the order in which it is tried.
    pub reach: Vec<Contact>,
}

impl Person {
    /// What output calls the person.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }
}

/// A place where items lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodyPlace {
    /// Its id.
    pub id: PlaceId,
    /// The code name for output; the id stands in where there is none.
    pub name: Option<String>,
    /// What kind of place it is.
    pub kind: PlaceKind,
    /// Who can open it; empty where its keeper does (a bank, a notary).
    pub opened_by: BTreeSet<PersonId>,
    /// How many of them it takes together; at least 1, and more than 1 is dual control.
    pub needs: usize,
    /// The place of `[environment]` that it is in; places that share it share its fate.
    pub at: Option<String>,
}

impl CustodyPlace {
    /// Whether somebody gets into it without another of us: as one of those who open it, or as
    /// anybody to whom its keeper hands out what lies there.
    pub fn is_opened_alone_by(&self, person: &PersonId) -> bool {
        self.needs <= 1 && (self.opened_by.is_empty() || self.opened_by.contains(person))
    }

    /// What output calls the place.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }
}

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// A safe of one's own.
    Safe,
    /// A vault with a keeper.
    Vault,
    /// A bank's safe deposit box.
    Bank,
    /// A notary's or lawyer's keeping.
    Notary,
    /// An office without a safe.
    Office,
    /// Somebody's home.
    Home,
    /// Anything else.
    Other,
}

impl PlaceKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Safe, Self::Vault, Self::Bank, Self::Notary, Self::Office, Self::Home, Self::Other];

    /// The words of all kinds, as the register spells them.
    pub const NAMES: &'static [&'static str] =
        &["safe", "vault", "bank", "notary", "office", "home", "other"];

    /// The kind's word in the register.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Vault => "vault",
            Self::Bank => "bank",
            Self::Notary => "notary",
            Self::Office => "office",
            Self::Home => "home",
            Self::Other => "other",
        }
    }
}

impl FromStr for PlaceKind {
    type Err = super::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || super::UnknownWord { what: "kind of place", word: text.into() };
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(unknown)
    }
}

impl fmt::Display for PlaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The longest text of a [`Contact`], in bytes: that of a mail address (RFC 5321, 4.5.3.1.3).
pub const CONTACT_BYTES_MAX: usize = 254;

/// How a person is reached. What it says is shown by [`Contact::value`] alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    kind: ContactKind,
    value: String,
}

impl Contact {
    /// What kind of way it is.
    pub fn kind(&self) -> ContactKind {
        self.kind
    }

    /// The address or number itself: for sending and comparing, never for output.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The domain of a mail address, in lower case: one of the watched tenant reaches nobody on the
    /// worst day.
    pub fn mail_domain(&self) -> Option<String> {
        let (_, domain) = self.value.rsplit_once('@')?;
        (self.kind == ContactKind::Mail).then(|| domain.to_ascii_lowercase())
    }

    /// A way in words, as words are compared: no space around it, lower case. It may be private.
    pub fn words(&self) -> Option<String> {
        (self.kind == ContactKind::Other).then(|| self.value.trim().to_lowercase())
    }
}

/// Masked: the kind, and what lets its owner tell it from another.
impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.value.chars().next().unwrap_or('…');
        let last = self.value.len().checked_sub(2).and_then(|from| self.value.get(from..));
        match (self.kind, last) {
            (ContactKind::Mail, _) => write!(f, "mail {first}…@…"),
            (ContactKind::Other, _) | (_, None) => write!(f, "{} …", self.kind.name()),
            (kind, Some(last)) => write!(f, "{} …{last}", kind.name()),
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({self})")
    }
}

/// The kinds of ways to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactKind {
    /// A mail address.
    Mail,
    /// A number that takes text messages.
    Sms,
    /// A number that is called.
    Phone,
    /// Anything else, in words.
    Other,
}

impl ContactKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Mail, Self::Sms, Self::Phone, Self::Other];

    /// The kind's word in the register.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::Other => "other",
        }
    }
}

/// Why a text says no way to reach a person. The text is not repeated: it may be private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAContact {
    /// It has no kind before a colon.
    Kind,
    /// It is no mail address.
    Mail,
    /// It is no number in the international form (E.164).
    Number,
    /// It is empty, too long, or has characters that cannot be seen.
    Text,
}

impl fmt::Display for NotAContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind => f.write_str("does not begin with `mail:`, `sms:`, `phone:` or `other:`"),
            Self::Mail => f.write_str("is no mail address, such as `mail:ada@example.org`"),
            Self::Number => f.write_str(
                "is no number in the international form: `+`, the country and 7 to 15 digits in \
                 all, such as `sms:+31612345678`",
            ),
            Self::Text => {
                write!(f, "must have 1 to {CONTACT_BYTES_MAX} bytes and no control characters")
            }
        }
    }
}

impl core::error::Error for NotAContact {}

impl FromStr for Contact {
    type Err = NotAContact;

    /// `mail:ada@example.org`, `sms:+31612345678`, `phone:+31 20 123 4567`, `other:pager 7`.
    fn from_str(text: &str) -> Result<Self, NotAContact> {
        let (kind, value) = text.split_once(':').ok_or(NotAContact::Kind)?;
        let is_kind = |one: &ContactKind| one.name() == kind.trim();
        let kind = ContactKind::ALL.into_iter().find(is_kind).ok_or(NotAContact::Kind)?;
        let value = value.trim();
        if value.is_empty() || value.len() > CONTACT_BYTES_MAX || value.chars().any(is_unseen) {
            return Err(NotAContact::Text);
        }
        let value = match kind {
            ContactKind::Mail => mail(value).ok_or(NotAContact::Mail)?,
            ContactKind::Sms | ContactKind::Phone => number(value).ok_or(NotAContact::Number)?,
            ContactKind::Other => value.into(),
        };
        Ok(Self { kind, value })
    }
}

/// Controls, and the marks that turn the direction of writing around.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn mail(text: &str) -> Option<String> {
    let (name, domain) = text.rsplit_once('@')?;
    let is_plain = |text: &str| !text.is_empty() && !text.contains([' ', '@', '<', '>', ',', ';']);
    (is_plain(name) && is_plain(domain)).then(|| text.into())
}

/// A number with its spaces, hyphens and parentheses taken out.
fn number(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !" -()".contains(*c)).collect();
    let digits = bare.strip_prefix('+')?;
    let is_number = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (is_number && !digits.starts_with('0')).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn contacts_are_read_and_numbers_have_one_spelling() {
        for (text, kind, value) in [
            ("mail:ada@example.org", ContactKind::Mail, "ada@example.org"),
            ("mail: ada@Example.ORG ", ContactKind::Mail, "ada@Example.ORG"),
            ("sms:+31 6 (1234) 56-78", ContactKind::Sms, "+31612345678"),
            ("phone:+3120123", ContactKind::Phone, "+3120123"),
            ("other:pager: 7, desk", ContactKind::Other, "pager: 7, desk"),
        ] {
            let contact: Contact = text.parse().unwrap();
            assert_eq!((contact.kind(), contact.value()), (kind, value), "{text}");
        }
        let domain = |text: &str| text.parse::<Contact>().unwrap().mail_domain();
        assert_eq!(domain("mail:a@Example.ORG").as_deref(), Some("example.org"));
        assert_eq!(domain("other:a@example.org"), None);
    }

    #[test]
    fn near_misses_say_what_they_are_and_repeat_nothing() {
        let long = format!("other:{}", "x".repeat(CONTACT_BYTES_MAX + 1));
        for (text, why) in [
            ("ada@example.org", NotAContact::Kind),
            ("fax:+3120123", NotAContact::Kind),
            ("mail:ada", NotAContact::Mail),
            ("mail:@example.org", NotAContact::Mail),
            ("mail:a@b@c", NotAContact::Mail),
            ("mail:a@b, c@d", NotAContact::Mail),
            ("sms:0612345678", NotAContact::Number),
            ("sms:+061234567", NotAContact::Number),
            ("sms:+316123", NotAContact::Number),
            ("phone:+3161234567890123", NotAContact::Number),
            ("phone:+31 20 CALL ME", NotAContact::Number),
            ("other:", NotAContact::Text),
            ("other:a\u{202e}b", NotAContact::Text),
            (&long, NotAContact::Text),
        ] {
            assert_eq!(text.parse::<Contact>(), Err(why), "{text}");
            assert!(!format!("{why}").contains("0612"), "{why}");
        }
    }

    #[test]
    fn output_is_masked() {
        for (text, shown) in [
            ("mail:ada@example.org", "mail a…@…"),
            ("sms:+31612345678", "sms …78"),
            ("phone:+31201234567", "phone …67"),
            ("other:pager 7", "other …"),
        ] {
            let contact: Contact = text.parse().unwrap();
            assert_eq!(format!("{contact}"), shown);
            assert_eq!(format!("{contact:?}"), format!("Contact({shown})"));
        }
    }

    #[test]
    fn every_kind_has_its_word() {
        for kind in PlaceKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!(PlaceKind::NAMES, PlaceKind::ALL.map(PlaceKind::name));
        let said = format!("{}", "Safe".parse::<PlaceKind>().unwrap_err());
        assert_eq!(said, "there is no kind of place `Safe`");
    }

    #[test]
    fn a_place_is_opened_alone_where_one_is_enough() {
        let ada: PersonId = "ada".parse().unwrap();
        let mut place = CustodyPlace {
            id: "safe".parse().unwrap(),
            name: None,
            kind: PlaceKind::Safe,
            opened_by: BTreeSet::from([ada.clone()]),
            needs: 1,
            at: None,
        };
        assert!(place.is_opened_alone_by(&ada));
        assert!(!place.is_opened_alone_by(&"bob".parse().unwrap()));
        place.needs = 2;
        assert!(!place.is_opened_alone_by(&ada));
        assert_eq!(place.called(), "safe");
    }
}
