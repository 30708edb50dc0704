//! How well the permissions of a token fit what a snapshot needs: no less, and no more.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::{EVALUATE, Need, covering, needs};
use crate::power::{Power, permission};
use crate::tenant::Watcher;

/// Permissions that every sign-in of a person brings; they read nothing of others.
const OF_EVERY_SIGN_IN: [&str; 5] = ["openid", "profile", "email", "offline_access", "User.Read"];

/// What no part needs and the reading is better for: with it, a group in the recycle bin is told
/// from one that is gone. A confirmation of a proof asks by the other.
const USEFUL: [&str; 2] = ["Group.Read.All", EVALUATE];

/// What a token has, lacks, and has too much of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// Needs that are met, and by which permission.
    pub held: Vec<Held>,
    /// Needs that are not met: their parts become gaps.
    pub lacking: Vec<Need>,
    /// Permissions with which whoever holds the token can do something to the back door.
    pub dangerous: Vec<Danger>,
    /// Permissions that no need is met by, the dangerous ones apart.
    pub unneeded: Vec<String>,
    /// Needs that a token of Microsoft Graph does not show.
    pub unseen: Vec<Need>,
}

/// A need that is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What is needed.
    pub need: Need,
    /// A wider permission by which it is met; `None` when it is the very one.
    pub by: Option<String>,
}

/// A permission that a reader should not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Danger {
    /// The permission.
    pub permission: String,
    /// What it lets its holder do, the gravest first.
    pub powers: &'static [Power],
}

/// Examines the permissions of a watcher.
pub fn examine(watcher: &Watcher) -> Examination {
    let permissions = &watcher.permissions;
    let (seen, unseen): (Vec<Need>, Vec<Need>) = needs().into_iter().partition(Need::is_of_graph);
    let (mut held, mut lacking) = (Vec::new(), Vec::new());
    for need in seen {
        match covering(permissions, need.permission) {
            Some(by) => {
                let is_own = by.eq_ignore_ascii_case(need.permission);
                held.push(Held { by: (!is_own).then(|| by.into()), need });
            }
            None => lacking.push(need),
        }
    }
    let dangerous: Vec<Danger> = permissions
        .iter()
        .filter_map(|name| {
            let powers = permission(name)?.powers;
            Some(Danger { permission: name.clone(), powers })
        })
        .collect();
    let used: BTreeSet<String> = held
        .iter()
        .map(|one| one.by.as_deref().unwrap_or(one.need.permission).to_ascii_lowercase())
        .chain(dangerous.iter().map(|one| one.permission.to_ascii_lowercase()))
        .chain(OF_EVERY_SIGN_IN.iter().chain(&USEFUL).map(|name| name.to_ascii_lowercase()))
        .collect();
    let is_unneeded = |name: &&String| !used.contains(&name.to_ascii_lowercase());
    let unneeded = permissions.iter().filter(is_unneeded).cloned().collect();
    Examination { held, lacking, dangerous, unneeded, unseen }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    fn watcher(permissions: &[&str]) -> Watcher {
        Watcher {
            app: None,
            principal: None,
            is_delegated: false,
            permissions: permissions.iter().map(ToString::to_string).collect(),
        }
    }

    fn all() -> Vec<&'static str> {
        needs().iter().filter(|need| need.is_of_graph()).map(|need| need.permission).collect()
    }

    #[test]
    fn a_token_with_exactly_what_is_needed_has_nothing_else_said_of_it() {
        let found = examine(&watcher(&all()));
        assert_eq!(found.held.len(), all().len());
        assert!(found.held.iter().all(|held| held.by.is_none()));
        assert!(found.lacking.is_empty() && found.dangerous.is_empty());
        assert_eq!(found.unneeded, Vec::<String>::new());
        assert_eq!(found.unseen.len(), 1);
    }

    #[test]
    fn what_is_missing_is_lacking_and_nothing_is_held_without_it() {
        let found = examine(&watcher(&[]));
        let lacking: Vec<_> = found.lacking.iter().map(|need| need.permission).collect();
        assert_eq!(lacking, all());
        assert!(found.held.is_empty() && found.unneeded.is_empty());
    }

    #[test]
    fn wider_permissions_meet_needs_and_dangerous_ones_are_told_with_their_powers() {
        let held = [
            "RoleManagement.ReadWrite.Directory",
            "Directory.Read.All",
            "Mail.Read",
            "openid",
            "Group.Read.All",
            EVALUATE,
            "GroupMember.Read.All",
        ];
        let found = examine(&watcher(&held));
        let by = |name: &str| {
            let held = found.held.iter().find(|held| held.need.permission == name);
            held.map(|held| held.by.clone())
        };
        assert_eq!(by("User.Read.All"), Some(Some("Directory.Read.All".into())));
        assert_eq!(by("GroupMember.Read.All"), Some(None));
        assert_eq!(by("Policy.Read.All"), None);
        assert_eq!(found.dangerous.len(), 1);
        assert_eq!(found.dangerous[0].permission, "RoleManagement.ReadWrite.Directory");
        assert!(found.dangerous[0].powers.contains(&Power::AssignRoles));
        assert_eq!(found.unneeded, vec!["Mail.Read".to_string()]);
    }
}
