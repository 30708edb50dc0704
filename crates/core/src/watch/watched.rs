//! What is watched in one tenant, and where a record names it.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{AppId, Guid, UserId};
use crate::time::Timestamp;

use super::name;

/// Something that is watched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An emergency access account.
    Account(UserId),
    /// The group that the accounts are members of, or another that holds them.
    Group(Guid),
    /// An owner of such a group.
    GroupOwner(Guid),
    /// A directory role that the accounts hold.
    Role(Guid),
    /// A Conditional Access policy.
    Policy(String),
    /// A named location.
    Location(String),
    /// An authentication strength.
    Strength(String),
    /// An administrative unit that holds an account.
    AdministrativeUnit(Guid),
    /// The application that watches, by its client id.
    Watcher(AppId),
    /// The service principal of the application that watches.
    WatcherPrincipal(Guid),
    /// The account without roles that the canary knocks at.
    Decoy(UserId),
}

impl Subject {
    /// Whether it signs in itself, so that sign-in records are searched for it.
    pub const fn signs_in(&self) -> bool {
        matches!(
            self,
            Self::Account(_) | Self::Watcher(_) | Self::WatcherPrincipal(_) | Self::Decoy(_)
        )
    }
}

/// How sure a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It is the thing: by its id, or by a name that it has or had.
    Same,
    /// A name that is taken for one of its names at a glance.
    LookAlike,
}

/// A kind of credential, as far as records tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credential {
    /// A password.
    Password,
    /// A passkey, on a security key or elsewhere.
    Passkey,
    /// An X.509 certificate.
    Certificate,
    /// Anything else: a message, an app, a temporary access pass.
    Other,
}

impl Credential {
    /// The kind that a record's word for a method means; `None` for what is none, such as an
    /// earlier sign-in that still counts.
    ///
    /// Source: <https://learn.microsoft.com/graph/api/resources/authenticationdetail>.
    pub fn of(method: &str) -> Option<Self> {
        let method = method.trim().to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| method.contains(word));
        Some(match () {
            () if method.is_empty() || has(&["previously satisfied"]) => return None,
            () if method == "password" || has(&["password hash", "password in the cloud"]) => {
                Self::Password
            }
            () if has(&["fido2", "passkey"]) => Self::Passkey,
            () if has(&["x.509", "certificate"]) => Self::Certificate,
            () => Self::Other,
        })
    }
}

/// Why an account may be used for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// To see whether the door opens.
    Drill,
    /// Because it is needed.
    Emergency,
}

/// A use of an account that was said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredUse {
    /// Why.
    pub kind: UseKind,
    /// Whose account.
    pub account: UserId,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl DeclaredUse {
    /// Whether a use of an account at a time is this one.
    pub fn covers(&self, account: UserId, at: Timestamp) -> bool {
        self.account == account && self.from <= at && at <= self.until
    }
}

/// What is watched in one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    ids: BTreeMap<String, Vec<Subject>>,
    names: BTreeMap<String, Vec<Subject>>,
    /// Skeletons of a name's local part, each with the domains' skeletons and the subjects.
    alike: BTreeMap<String, Vec<(String, Subject)>>,
    /// What the accounts are meant to be used with; nothing where nobody said.
    sealed: BTreeMap<UserId, BTreeSet<Credential>>,
    uses: Vec<DeclaredUse>,
}

impl Watched {
    /// Watches a thing by its id: a GUID, in any letter case.
    pub fn watch_id(&mut self, id: &str, subject: &Subject) {
        add(self.ids.entry(id.trim().to_ascii_lowercase()).or_default(), subject.clone());
    }

    /// Watches an account by one of its names: user principal name, former ones, aliases. What has
    /// no `@` is no name to sign in with in Entra and is left out. Whether it is new.
    pub fn watch_name(&mut self, spelled: &str, subject: &Subject) -> bool {
        let folded = name::folded(spelled);
        let Some((local, domain)) = folded.rsplit_once('@') else { return false };
        let alike = (family(domain), subject.clone());
        add(self.alike.entry(name::skeleton(local)).or_default(), alike);
        add(self.names.entry(folded).or_default(), subject.clone())
    }

    /// Says what an account is meant to be used with; other credentials are told.
    pub fn seal(&mut self, account: UserId, credential: Credential) {
        self.sealed.entry(account).or_default().insert(credential);
    }

    /// Whether an account is not meant to be used with such a credential.
    pub fn is_unsealed(&self, account: UserId, credential: Credential) -> bool {
        self.sealed.get(&account).is_some_and(|sealed| !sealed.contains(&credential))
    }

    /// Says beforehand that an account will be used.
    pub fn declare(&mut self, one: DeclaredUse) {
        self.uses.push(one);
    }

    /// The declared use that a use of an account at a time is.
    pub fn declared(&self, account: UserId, at: Timestamp) -> Option<&DeclaredUse> {
        self.uses.iter().find(|one| one.covers(account, at))
    }

    /// Whether nothing is watched.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.names.is_empty()
    }

    /// What has this id, in any letter case.
    pub fn of_id(&self, id: &str) -> &[Subject] {
        let id = id.trim();
        if id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.ids.get(&id.to_ascii_lowercase()).map_or(&[], Vec::as_slice);
        }
        self.ids.get(id).map_or(&[], Vec::as_slice)
    }

    /// What has this id.
    pub fn of_guid(&self, id: Guid) -> &[Subject] {
        self.ids.get(id.write(&mut [0; 36])).map_or(&[], Vec::as_slice)
    }

    /// What has this name, or one that looks like it.
    ///
    /// The name of a deleted user is its object id without dashes and the former name behind it.
    pub fn of_name(&self, spelled: &str) -> Vec<(&Subject, Likeness)> {
        // Every name that is watched has one.
        if !spelled.contains('@') {
            return Vec::new();
        }
        let folded = name::folded(spelled);
        let same = self.names.get(&folded).or_else(|| self.names.get(undeleted(&folded)?));
        if let Some(same) = same {
            return same.iter().map(|subject| (subject, Likeness::Same)).collect();
        }
        let (local, domain) = parts(&folded);
        let alike = self.alike.get(&name::skeleton(local)).into_iter().flatten();
        let family = family(domain);
        let near = alike.filter(|(of, _)| *of == family);
        near.map(|(_, subject)| (subject, Likeness::LookAlike)).collect()
    }

    /// The names that a thing is watched by, folded.
    pub fn names_of<'a>(&'a self, subject: &'a Subject) -> impl Iterator<Item = &'a str> {
        let has = |subjects: &Vec<Subject>| subjects.contains(subject);
        self.names.iter().filter(move |(_, subjects)| has(subjects)).map(|(name, _)| name.as_str())
    }

    /// Whether a thing is watched by a name.
    pub fn has_name(&self, subject: &Subject) -> bool {
        self.names.values().any(|subjects| subjects.contains(subject))
    }

    /// The ids that sign-in records are searched for.
    pub fn ids_that_sign_in(&self) -> impl Iterator<Item = &str> {
        let signs_in = |subjects: &Vec<Subject>| subjects.iter().any(Subject::signs_in);
        self.ids.iter().filter(move |(_, subjects)| signs_in(subjects)).map(|(id, _)| id.as_str())
    }

    /// The skeletons of the local parts of all names.
    pub fn skeletons(&self) -> impl Iterator<Item = &str> {
        self.alike.keys().map(String::as_str)
    }
}

/// Whether it was not there yet.
fn add<T: PartialEq>(list: &mut Vec<T>, one: T) -> bool {
    let is_new = !list.contains(&one);
    if is_new {
        list.push(one);
    }
    is_new
}

fn parts(name: &str) -> (&str, &str) {
    name.rsplit_once('@').unwrap_or((name, ""))
}

/// What a domain looks like: the skeleton of its first label. `contoso.com` and
/// `contoso.onmicrosoft.com` are one family, and `c0ntoso.net` is taken for it.
fn family(domain: &str) -> String {
    name::skeleton(domain.split('.').next().unwrap_or_default())
}

/// A deleted user's name without the id in front of it.
fn undeleted(name: &str) -> Option<&str> {
    const ID_DIGITS: usize = 32;
    let (id, rest) = name.split_at_checked(ID_DIGITS)?;
    id.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "BreakGlass1@Contoso.onmicrosoft.com";

    fn watched() -> (Watched, Subject) {
        let subject = Subject::Account(UserId::from_u128(0xb1));
        let mut watched = Watched::default();
        watched.watch_id("00000000-0000-0000-0000-0000000000B1", &subject);
        watched.watch_name(NAME, &subject);
        (watched, subject)
    }

    #[test]
    fn ids_and_names_in_any_letter_case() {
        let (watched, subject) = watched();
        for id in ["00000000-0000-0000-0000-0000000000b1", " 00000000-0000-0000-0000-0000000000B1"]
        {
            assert_eq!(watched.of_id(id), core::slice::from_ref(&subject), "{id}");
        }
        assert_eq!(watched.of_id("00000000-0000-0000-0000-0000000000b2"), []);
        for spelled in [
            "breakglass1@contoso.onmicrosoft.com",
            " BREAKGLASS1@CONTOSO.ONMICROSOFT.COM ",
            "000000000000000000000000000000b1breakglass1@contoso.onmicrosoft.com",
        ] {
            assert_eq!(watched.of_name(spelled), [(&subject, Likeness::Same)], "{spelled}");
        }
    }

    #[test]
    fn look_alikes_are_told_apart() {
        let (watched, subject) = watched();
        for spelled in [
            "breakgiass1@contoso.onmicrosoft.com",
            "break.glass1@contoso.com",
            "brеakglass1@c0ntoso.onmicrosoft.com",
        ] {
            assert_eq!(watched.of_name(spelled), [(&subject, Likeness::LookAlike)], "{spelled}");
        }
        for spelled in [
            "xbreakglass1@contoso.onmicrosoft.com",
            "breakglass1@fabrikam.com",
            "breakglass12@contoso.onmicrosoft.com",
            "",
            "@",
            "00000000000000000000000000000b1breakglass1@contoso.onmicrosoft.com",
        ] {
            assert_eq!(watched.of_name(spelled), [], "{spelled}");
        }
    }
}
