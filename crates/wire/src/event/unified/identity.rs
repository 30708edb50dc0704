//! `Actor` and `Target`: lists of values, each with what kind of value it is.
//!
//! A user is three to five of them in a row (`User_{id}`, `{id}`, `User`, the principal name, the
//! PUID), an application likewise with `ServicePrincipal`.

use halligan_core::id::Guid;
use serde_json::{Map, Value};

use super::super::value::guid;
use super::member_text;

/// `IdentityType`: a display name.
const NAME: &str = "1";
/// `IdentityType`: a passport unique id, of which nothing here knows whose it is.
const PUID: &str = "3";
/// `IdentityType`: a user principal name.
const UPN: &str = "5";

/// What a list names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identities {
    /// Ids in the order of the list, each with its kind, such as `User`, where the list says it.
    pub(super) ids: Vec<(Guid, String)>,
    /// User principal names.
    pub(super) principal_names: Vec<String>,
    /// Display names.
    pub(super) names: Vec<String>,
    /// A kind that stands by itself: `User`, `Group`, `ServicePrincipal`.
    pub(super) kind: String,
}

impl Identities {
    pub(super) fn of(list: &[Map<String, Value>]) -> Self {
        let mut found = Self::default();
        for item in list {
            let Some(id) = member_text(item, "ID") else { continue };
            found.take(id.trim(), member_text(item, "Type").unwrap_or_default().as_str());
        }
        found
    }

    fn take(&mut self, id: &str, kind: &str) {
        if let Some((word, rest)) = id.split_once('_')
            && let Some(marked) = guid(rest)
        {
            match self.ids.iter_mut().find(|(known, _)| *known == marked) {
                Some((_, known)) => *known = word.into(),
                None => self.ids.push((marked, word.into())),
            }
            return;
        }
        if let Some(plain) = guid(id) {
            if !self.ids.iter().any(|(known, _)| *known == plain) {
                self.ids.push((plain, String::new()));
            }
            return;
        }
        match kind {
            NAME | "Name" => self.names.push(id.into()),
            UPN | "UPN" => self.principal_names.push(id.into()),
            PUID | "PUID" => {}
            _ if id.contains('@') => self.principal_names.push(id.into()),
            _ if is_word(id) && self.kind.is_empty() => self.kind = id.into(),
            _ => {}
        }
    }

    /// Whether it is an application rather than a person.
    pub(super) fn is_application(&self) -> bool {
        let is_it = |kind: &str| kind.eq_ignore_ascii_case("ServicePrincipal");
        is_it(&self.kind) || self.ids.iter().any(|(_, kind)| is_it(kind))
    }

    /// The id that is marked as one of a `kind`, else the first that is marked as none.
    pub(super) fn id(&self, kind: &str) -> Option<Guid> {
        let marked = self.ids.iter().find(|(_, known)| known.eq_ignore_ascii_case(kind));
        let plain = || self.ids.iter().find(|(_, known)| known.is_empty());
        marked.or_else(plain).map(|(id, _)| *id)
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphabetic())
}
