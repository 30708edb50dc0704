//! Rules that say whom a lifecycle workflow concerns, held against an account: yes, no, or "it asks
//! for what is not known". Comparisons with `eq` and `ne` under `and` and `or` are understood; what
//! is not understood is never taken for a no.
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/identitygovernance-rulebasedsubjectset>.

use alloc::format;
use alloc::string::{String, ToString as _};

use crate::tenant::User;

/// Whether a rule means an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// It does.
    Yes,
    /// It cannot.
    No,
    /// It asks for something that is not known here, and for what.
    Unknown(String),
}

/// Holds `rule` against `user`; an empty rule means everybody.
pub(super) fn matches(rule: &str, user: &User) -> Match {
    let rule = unwrapped(rule.trim());
    if rule.is_empty() {
        return Match::Yes;
    }
    for (word, combine) in [(" or ", Match::or as fn(Match, Match) -> Match), (" and ", Match::and)]
    {
        if let Some((left, right)) = split(rule, word) {
            return combine(matches(left, user), matches(right, user));
        }
    }
    compare(rule, user)
}

fn compare(rule: &str, user: &User) -> Match {
    let unknown = |what: &str| Match::Unknown(what.to_string());
    for (word, wants_equal) in [(" eq ", true), (" ne ", false)] {
        let Some((attribute, value)) = split(rule, word) else { continue };
        let Some(actual) = value_of(attribute.trim(), user) else {
            return unknown(&format!("`{}`", attribute.trim()));
        };
        let wanted = value.trim().trim_matches(['\'', '"']);
        return match actual.eq_ignore_ascii_case(wanted) == wants_equal {
            true => Match::Yes,
            false => Match::No,
        };
    }
    unknown("a rule of a form that this version does not know")
}

/// The value of an attribute that a snapshot holds.
fn value_of(attribute: &str, user: &User) -> Option<String> {
    let text = |value: &Option<String>| Some(value.clone().unwrap_or_else(|| "null".into()));
    let truth = |value: Option<bool>| value.map(|value| value.to_string());
    let name = attribute.rsplit(['.', '/']).next().unwrap_or(attribute);
    match name.to_ascii_lowercase().as_str() {
        "id" | "objectid" => Some(user.id.to_string()),
        "userprincipalname" => Some(user.user_principal_name.clone()),
        "displayname" => text(&user.display_name),
        "givenname" => text(&user.given_name),
        "surname" => text(&user.surname),
        "usertype" => user.user_type.as_ref().map(alloc::string::ToString::to_string),
        "accountenabled" => truth(user.account_enabled),
        "onpremisessyncenabled" => truth(Some(user.on_premises_sync_enabled == Some(true))),
        _ => None,
    }
}

/// The rule without parentheses around all of it.
fn unwrapped(rule: &str) -> &str {
    let inner = rule.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(inner) if depths(inner).all(|(_, depth)| depth >= 0) => unwrapped(inner.trim()),
        _ => rule,
    }
}

/// The rule on both sides of the first `word` that stands outside parentheses and quotes.
fn split<'t>(rule: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let at = depths(rule).find(|(at, depth)| {
        let found = rule.get(*at..*at + word.len());
        *depth == 0 && found.is_some_and(|found| found.eq_ignore_ascii_case(word))
    });
    let (at, _) = at?;
    Some((rule.get(..at)?, rule.get(at + word.len()..)?))
}

/// Every place outside quotes, with how many parentheses are open there.
fn depths(rule: &str) -> impl Iterator<Item = (usize, i32)> {
    let mut depth = 0;
    let mut is_quoted = false;
    rule.char_indices().filter_map(move |(at, letter)| {
        match letter {
            '\'' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth -= 1,
            _ => {}
        }
        (!is_quoted).then_some((at, depth))
    })
}

impl Match {
    /// Both must hold: one that cannot decides.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown(what), _) | (_, Self::Unknown(what)) => Self::Unknown(what),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    /// Either suffices: one that does decides.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Unknown(what), _) | (_, Self::Unknown(what)) => Self::Unknown(what),
            (Self::No, Self::No) => Self::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::sample::{ALPHA, Case};

    fn verdict(rule: &str) -> Match {
        let mut case = Case::sound();
        let mut found = None;
        case.user(ALPHA, |user| found = Some(user.clone()));
        matches(rule, &found.unwrap())
    }

    #[test]
    fn a_rule_is_decided_where_it_asks_for_what_is_known() {
        for rule in [
            "",
            "()",
            "userType eq 'member'",
            "(accountEnabled eq true)",
            "displayName ne 'x' and (userType eq 'Member' or department eq 'Sales')",
            "user.surname eq null",
        ] {
            assert_eq!(verdict(rule), Match::Yes, "{rule}");
        }
        for rule in [
            "userType eq 'Guest'",
            "department eq 'Sales' and userType eq 'Guest'",
            "(userType eq 'Guest') or (displayName eq 'a and b')",
            "onPremisesSyncEnabled eq true",
        ] {
            assert_eq!(verdict(rule), Match::No, "{rule}");
        }
    }

    #[test]
    fn what_is_not_known_or_not_understood_is_never_a_no() {
        for rule in [
            "department eq 'Sales'",
            "userType eq 'Member' and department eq 'Sales'",
            "(userType eq 'Guest') or (department eq 'Sales')",
            "startsWith(displayName, 'k7')",
            "not (userType eq 'Guest')",
            "((",
            "department eq 'it''s) or (userType eq 'Guest'",
        ] {
            assert!(matches!(verdict(rule), Match::Unknown(_)), "{rule}");
        }
    }
}
