//! What is watched, from the register and a snapshot.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde_json::Value;

use super::event::{Event, What};
use super::watched::{Credential, Likeness, Subject, Watched};
use crate::register::{Register, Shape};
use crate::tenant::{AccountState, GroupState, Membership, ObjectKind, Snapshot, User};

impl Watched {
    /// Everything that a register declares by id, and, with a snapshot, what belongs to it: the
    /// accounts' names, the groups and administrative units that hold them, owners, roles,
    /// policies, locations, strengths, and the application that watches.
    pub fn of(register: &Register, snapshot: Option<&Snapshot>) -> Self {
        let mut watched = Self::default();
        for account in register.distinct_accounts() {
            watched.watch_id(&account.id.to_string(), &Subject::Account(account.id));
        }
        if let Some(group) = register.group {
            watched.watch_id(&group.to_string(), &Subject::Group(group.0));
        }
        if let Some(snapshot) = snapshot {
            watched.add(register, snapshot);
        }
        watched
    }

    /// Watches what belongs to a register's accounts by a snapshot, beside what is watched already:
    /// former names stay.
    pub fn add(&mut self, register: &Register, snapshot: &Snapshot) {
        self.add_accounts(register, snapshot);
        self.add_groups(register, snapshot);
        self.add_tenant(snapshot);
    }

    /// Says that the accounts are meant to be used as the register's shape has it: with a password
    /// where there is nothing else, and with a key or certificate otherwise.
    pub fn seal_as_declared(&mut self, register: &Register) {
        let sealed: &[Credential] = match register.shape {
            Shape::Paper => &[Credential::Password],
            Shape::Exempt | Shape::ExemptWithStrength { .. } => {
                &[Credential::Passkey, Credential::Certificate]
            }
        };
        for account in register.distinct_accounts() {
            sealed.iter().for_each(|one| self.seal(account.id, *one));
        }
    }

    /// Watches the names that a record gives a watched account besides those it has: it was
    /// renamed, or will be. Whether there was one.
    pub fn learn(&mut self, event: &Event) -> bool {
        let What::Audit(audit) = &event.what else { return false };
        let mut is_new = false;
        for target in &audit.targets {
            let by_name = self.of_name(&target.principal_name).into_iter();
            let same = by_name.filter(|(_, likeness)| *likeness == Likeness::Same);
            let subjects = self.of_id(&target.id).iter().chain(same.map(|(subject, _)| subject));
            let account = subjects.into_iter().find(|one| matches!(one, Subject::Account(_)));
            let Some(account) = account.cloned() else { continue };
            let renamed = target.changes.iter().filter(|change| {
                NAMES.iter().any(|name| name.eq_ignore_ascii_case(change.name.trim()))
            });
            let sides = renamed.flat_map(|change| [&change.old, &change.new]).flatten();
            let mut found: Vec<String> = Vec::from([target.principal_name.clone()]);
            for side in sides {
                match serde_json::from_str(side) {
                    Ok(value) => texts(&value, &mut |text| found.push(address(text).into())),
                    Err(_) => found.push(address(side).into()),
                }
            }
            for name in found {
                is_new |= self.watch_name(&name, &account);
            }
        }
        is_new
    }

    fn add_accounts(&mut self, register: &Register, snapshot: &Snapshot) {
        for account in register.distinct_accounts() {
            let subject = Subject::Account(account.id);
            let Some(read) = snapshot.accounts.get(&account.id) else { continue };
            if let Ok(AccountState::Present(user)) = read.state.value() {
                names(user, &mut |name| {
                    self.watch_name(name, &subject);
                });
            }
            for one in read.memberships.value().into_iter().flatten() {
                self.add_membership(one);
            }
        }
    }

    fn add_membership(&mut self, one: &Membership) {
        let id = one.id.0;
        let subject = match &one.kind {
            ObjectKind::Group => Subject::Group(id),
            ObjectKind::DirectoryRole => Subject::Role(id),
            ObjectKind::AdministrativeUnit => Subject::AdministrativeUnit(id),
            _ => return,
        };
        self.watch_id(&id.to_string(), &subject);
    }

    /// Owners of the emergency group can change who is in it.
    fn add_groups(&mut self, register: &Register, snapshot: &Snapshot) {
        let group = register.group.and_then(|id| snapshot.groups.get(&id));
        let Some(group) = group else { return };
        if let Ok(GroupState::Present(_)) = group.state.value() {
            for owner in group.owners.value().into_iter().flatten() {
                self.watch_id(&owner.id.to_string(), &Subject::GroupOwner(owner.id.0));
            }
        }
    }

    fn add_tenant(&mut self, snapshot: &Snapshot) {
        for policy in snapshot.policies.value().into_iter().flatten() {
            self.watch_id(policy.id.as_str(), &Subject::Policy(policy.id.as_str().into()));
        }
        for location in snapshot.locations.value().into_iter().flatten() {
            let id = location.id.as_str();
            self.watch_id(id, &Subject::Location(id.into()));
        }
        for strength in snapshot.strengths.value().into_iter().flatten() {
            let id = strength.id.as_str();
            self.watch_id(id, &Subject::Strength(id.into()));
        }
        if let Ok(watcher) = snapshot.watcher.value()
            && !watcher.is_delegated
        {
            if let Some(app) = watcher.app {
                self.watch_id(&app.to_string(), &Subject::Watcher(app));
            }
            if let Some(principal) = watcher.principal {
                let subject = Subject::WatcherPrincipal(principal.0);
                self.watch_id(&principal.to_string(), &subject);
            }
        }
    }
}

/// The names that a user signs in with, or is addressed by.
fn names(user: &User, take: &mut impl FnMut(&str)) {
    take(&user.user_principal_name);
    let aliases = user.mail.iter().chain(&user.proxy_addresses);
    aliases.for_each(|alias| take(address(alias)));
    for (member, value) in &user.unknown {
        if NAMES.iter().any(|known| known.eq_ignore_ascii_case(member)) {
            texts(value, &mut |text| take(address(text)));
        }
    }
}

/// Properties of a user that hold names to sign in with. `otherMails` is left out: nobody signs in
/// by it, and it is where the own address of whoever keeps the account stands, whose every sign-in
/// would be taken for one of the account.
const NAMES: [&str; 4] = ["userPrincipalName", "mail", "proxyAddresses", "identities"];

/// An address without its kind: proxy addresses begin with `SMTP:` or `smtp:`.
fn address(text: &str) -> &str {
    text.split_once(':').map_or(text, |(_, address)| address)
}

fn texts(value: &Value, take: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(all) => all.iter().for_each(|one| texts(one, take)),
        Value::Object(members) => members.values().for_each(|one| texts(one, take)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Case;
    use crate::check::sample::ALPHA;
    use crate::watch::watched::Likeness;
    use std::format;

    #[test]
    fn ids_of_the_register_and_names_of_the_snapshot() {
        let case = Case::sound();
        let account = Subject::Account(ALPHA);
        let by_register = Watched::of(&case.register, None);
        assert_eq!(by_register.of_id(&format!("{ALPHA}")), core::slice::from_ref(&account));
        let AccountState::Present(user) =
            case.snapshot.accounts[&ALPHA].state.value().unwrap().clone()
        else {
            panic!("there is no such account")
        };
        let name = user.user_principal_name.to_uppercase();
        assert_eq!(by_register.of_name(&name), [], "a register knows no names");

        let watched = Watched::of(&case.register, Some(&case.snapshot));
        assert_eq!(watched.of_name(&name), [(&account, Likeness::Same)]);
        let group = case.register.group.unwrap();
        assert_eq!(watched.of_id(&format!("{group}")), [Subject::Group(group.0)]);
        let mut watched = watched;
        assert!(!watched.is_unsealed(ALPHA, Credential::Password), "nobody said");
        watched.seal_as_declared(&case.register);
        assert!(watched.is_unsealed(ALPHA, Credential::Password));
        assert!(!watched.is_unsealed(ALPHA, Credential::Passkey));
    }

    #[test]
    fn a_renamed_account_is_watched_by_both_names() {
        let mut watched = crate::watch::detect::sample_watched();
        let event = crate::watch::detect::sample_renamed("\"innocent@contoso.com\"");
        assert_eq!(watched.of_name("innocent@contoso.com"), []);
        assert!(watched.learn(&event));
        assert!(!watched.learn(&event), "once is enough");
        assert_eq!(watched.of_name("Innocent@contoso.com").len(), 1);
    }

    #[test]
    fn aliases_are_names_too() {
        let mut case = Case::sound();
        let others = serde_json::json!(["ada@contoso.com"]);
        case.user(ALPHA, |user| {
            user.mail = Some("box@contoso.com".into());
            user.proxy_addresses =
                ["SMTP:Spare.Key@contoso.com".into(), "smtp:x@contoso.com".into()].into();
            user.unknown.insert("otherMails".into(), others);
        });
        let watched = Watched::of(&case.register, Some(&case.snapshot));
        for name in ["spare.key@contoso.com", "X@contoso.com", "box@contoso.com"] {
            let found = watched.of_name(name);
            assert_eq!(found, [(&Subject::Account(ALPHA), Likeness::Same)], "{name}");
        }
        assert_eq!(watched.of_name("ada@contoso.com"), [], "she keeps the account");
    }
}
