//! Where a record touches what is watched.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt::Arguments;

use memchr::memchr_iter;

use super::event::{Audit, Event, Initiator, Modified, Operation, SignIn, Target, What};
use super::json::Json;
use super::watched::{Likeness, Subject, Watched};
use crate::id::Guid;

/// How deep JSON in strings of JSON is opened.
pub const NESTED_MAX: usize = 6;

/// What part the watched thing has in what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// It tried to sign in.
    SignsIn,
    /// It made the change.
    Initiator,
    /// The change was made to it.
    Target,
    /// It stands in a value before or after, or in a detail: the member that was added to a group,
    /// the account that is taken out of a policy's exclusions.
    Named,
}

/// One place of a record that names something watched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// What is named.
    pub subject: Subject,
    /// What part it has.
    pub part: Part,
    /// How sure that is.
    pub likeness: Likeness,
    /// The member that names it, as Graph spells it: `targetResources[0].id`.
    pub member: String,
}

/// Every place of a record that names something watched, the surest first.
pub fn touches(event: &Event, watched: &Watched) -> Vec<Touch> {
    let mut look = Look { watched, found: Vec::new() };
    match &event.what {
        What::SignIn(sign_in) => look.sign_in(sign_in),
        What::Audit(audit) => look.audit(audit),
        What::Operation(operation) => look.operation(operation),
        What::Sign(_) | What::Other { .. } => {}
    }
    let mut found = look.found;
    found.sort();
    found.dedup();
    found.sort_by_key(|one| (one.likeness, one.part));
    found
}

/// Members are written only where something is found: in nearly every record nothing is.
struct Look<'w> {
    watched: &'w Watched,
    found: Vec<Touch>,
}

impl Look<'_> {
    fn sign_in(&mut self, sign_in: &SignIn) {
        self.guid(sign_in.user, Part::SignsIn, format_args!("userId"));
        for named in &sign_in.names {
            self.name(&named.name, Part::SignsIn, format_args!("{}", named.member));
        }
        self.guid(sign_in.service_principal, Part::SignsIn, format_args!("servicePrincipalId"));
        // Everybody signs in to an application; that it is the watcher is told by its principal.
        if sign_in.user.is_none() && sign_in.names.is_empty() {
            self.guid(sign_in.app.id, Part::SignsIn, format_args!("appId"));
        }
    }

    fn audit(&mut self, audit: &Audit) {
        self.initiator(&audit.by);
        for (number, target) in audit.targets.iter().enumerate() {
            self.target(target, format_args!("targetResources[{number}]"));
        }
        for (number, (_, value)) in audit.details.iter().enumerate() {
            self.value(value, format_args!("additionalDetails[{number}].value"));
        }
    }

    fn initiator(&mut self, by: &Initiator) {
        self.guid(by.user, Part::Initiator, format_args!("initiatedBy.user.id"));
        self.name(
            &by.user_name,
            Part::Initiator,
            format_args!("initiatedBy.user.userPrincipalName"),
        );
        self.guid(by.app, Part::Initiator, format_args!("initiatedBy.app.appId"));
        let principal = format_args!("initiatedBy.app.servicePrincipalId");
        self.guid(by.service_principal, Part::Initiator, principal);
    }

    fn target(&mut self, target: &Target, member: Arguments<'_>) {
        self.id(&target.id, Part::Target, format_args!("{member}.id"));
        let name = format_args!("{member}.userPrincipalName");
        self.name(&target.principal_name, Part::Target, name);
        for (number, Modified { old, new, .. }) in target.changes.iter().enumerate() {
            let change = format_args!("{member}.modifiedProperties[{number}]");
            for (side, value) in [("oldValue", old), ("newValue", new)] {
                if let Some(value) = value {
                    self.value(value, format_args!("{change}.{side}"));
                }
            }
        }
    }

    fn operation(&mut self, operation: &Operation) {
        self.guid(operation.caller_id, Part::Initiator, format_args!("identity.claims"));
        self.name(&operation.caller, Part::Initiator, format_args!("caller"));
        self.value(&operation.resource, format_args!("resourceId"));
    }

    fn guid(&mut self, id: Option<Guid>, part: Part, member: Arguments<'_>) {
        for subject in id.map(|id| self.watched.of_guid(id)).into_iter().flatten() {
            self.add(subject.clone(), part, Likeness::Same, member);
        }
    }

    fn id(&mut self, id: &str, part: Part, member: Arguments<'_>) {
        for subject in self.watched.of_id(id) {
            self.add(subject.clone(), part, Likeness::Same, member);
        }
    }

    fn name(&mut self, name: &str, part: Part, member: Arguments<'_>) {
        for (subject, likeness) in self.watched.of_name(name) {
            self.add(subject.clone(), part, likeness, member);
        }
    }

    fn add(&mut self, subject: Subject, part: Part, likeness: Likeness, member: Arguments<'_>) {
        self.found.push(Touch { subject, part, likeness, member: member.to_string() });
    }

    /// Ids and names anywhere in a text, and in the JSON that it may hold, at every depth.
    fn value(&mut self, text: &str, member: Arguments<'_>) {
        self.nested(text, member, NESTED_MAX);
    }

    fn nested(&mut self, text: &str, member: Arguments<'_>, depth: usize) {
        let opens = matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'[' | b'"'));
        let inner: Option<Json> = match depth > 0 && opens {
            true => serde_json::from_str(text).ok(),
            false => None,
        };
        match inner {
            Some(inner) => self.opened(&inner, member, depth - 1),
            None => self.plain(text, member),
        }
    }

    fn opened(&mut self, value: &Json, member: Arguments<'_>, depth: usize) {
        match value {
            Json::Text(text) => self.nested(text, member, depth),
            Json::List(items) => items.iter().for_each(|one| self.opened(one, member, depth)),
            Json::Object(members) => {
                for (name, value) in members {
                    self.plain(name, member);
                    self.opened(value, member, depth);
                }
            }
            Json::Scalar(_) => {}
        }
    }

    /// Ids and names between whatever else a text holds.
    fn plain(&mut self, text: &str, member: Arguments<'_>) {
        const FIRST_DASH: usize = 8;
        const LENGTH: usize = 36;
        let bytes = text.as_bytes();
        for dash in memchr_iter(b'-', bytes) {
            let id = dash.checked_sub(FIRST_DASH).and_then(|at| text.get(at..at + LENGTH));
            if let Some(id) = id.filter(|id| id.parse::<Guid>().is_ok()) {
                self.id(id, Part::Named, member);
            }
        }
        for at in memchr_iter(b'@', bytes) {
            let (before, behind) = text.split_at(at);
            let first = before.rfind(is_between).map_or(0, |last| {
                last + before
                    .get(last..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8)
            });
            let end = behind.find(is_between).map_or(text.len(), |end| at + end);
            if let Some(name) = text.get(first..end) {
                self.name(name, Part::Named, member);
            }
        }
    }
}

/// Whether a letter stands between names rather than in one.
fn is_between(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control() || "\"'<>()[]{},;:=|\\/".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;
    use crate::watch::event::{Named, SignInKind};
    use alloc::boxed::Box;
    use std::format;
    use std::vec;

    const ID: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";
    const NAME: &str = "breakglass1@contoso.onmicrosoft.com";

    fn watched() -> (Watched, Subject) {
        let subject = Subject::Account(UserId(ID.parse().unwrap()));
        let mut watched = Watched::default();
        watched.watch_id(ID, &subject);
        watched.watch_name(NAME, &subject);
        (watched, subject)
    }

    fn of(what: What) -> Vec<(Part, Likeness, String)> {
        let event = Event { id: None, at: None, tenant: None, correlation: None, what };
        let found = touches(&event, &watched().0);
        found.into_iter().map(|one| (one.part, one.likeness, one.member)).collect()
    }

    fn sign_in(user: &str, name: &str) -> What {
        What::SignIn(Box::new(SignIn {
            kind: SignInKind::Interactive,
            user: user.parse().ok(),
            names: vec![Named { member: "userPrincipalName", name: name.into() }],
            service_principal: None,
            app: Default::default(),
            resource: Default::default(),
            outcome: Default::default(),
            from: Default::default(),
            client_app: String::new(),
            steps: vec![],
            request: None,
        }))
    }

    #[test]
    fn a_sign_in_by_id_by_name_and_by_one_that_looks_like_it() {
        let by_id = (Part::SignsIn, Likeness::Same, "userId".to_string());
        let by_name = |likeness| (Part::SignsIn, likeness, "userPrincipalName".to_string());
        assert_eq!(of(sign_in(ID, "")), std::slice::from_ref(&by_id));
        assert_eq!(of(sign_in("", &NAME.to_uppercase())), [by_name(Likeness::Same)]);
        assert_eq!(of(sign_in(ID, NAME)), [by_id, by_name(Likeness::Same)]);
        let alike = "breakgiass1@contoso.com";
        assert_eq!(of(sign_in("", alike)), [by_name(Likeness::LookAlike)]);
        assert_eq!(of(sign_in("", "ada@contoso.com")), []);
    }

    #[test]
    fn values_are_searched_at_every_depth() {
        let once = format!("\"{ID}\"");
        let twice = serde_json::to_string(&once).unwrap();
        let listed = format!("{{\"excludeUsers\":[\"{}\"]}}", ID.to_uppercase());
        let hidden = format!("{{\"excludeUsers\":[\"{ID}\"],\"excludeUsers\":[]}}");
        for value in [ID.into(), once, twice, listed, hidden, format!("[Key={ID},Name={NAME}]")] {
            let modified = Modified { name: "x".into(), old: Some(value.clone()), new: None };
            let target = Target { changes: vec![modified], ..Target::default() };
            let audit = Audit { targets: vec![target], ..Audit::default() };
            let member = "targetResources[0].modifiedProperties[0].oldValue".to_string();
            assert_eq!(
                of(What::Audit(Box::new(audit))),
                [(Part::Named, Likeness::Same, member)],
                "{value}"
            );
        }
    }

    #[test]
    fn who_did_it_and_to_whom() {
        let by = Initiator { user: ID.parse().ok(), ..Initiator::default() };
        let target = Target { principal_name: NAME.into(), ..Target::default() };
        let audit = Audit { by, targets: vec![target], ..Audit::default() };
        let found = of(What::Audit(Box::new(audit)));
        let parts: Vec<Part> = found.iter().map(|one| one.0).collect();
        assert_eq!(parts, [Part::Initiator, Part::Target]);
    }

    #[test]
    fn nesting_has_an_end() {
        let mut value = format!("\"{ID}\"");
        for _ in 0..12 {
            value = serde_json::to_string(&value).unwrap();
        }
        let modified = Modified { name: "x".into(), old: None, new: Some(value) };
        let target = Target { changes: vec![modified], ..Target::default() };
        let audit = Audit { targets: vec![target], ..Audit::default() };
        // Backslashes and quotes around it do not hide an id; an escaped one would be hidden.
        assert_eq!(of(What::Audit(Box::new(audit))).len(), 1);
    }
}
