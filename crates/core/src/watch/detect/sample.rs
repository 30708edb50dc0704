//! Events of a made-up tenant for the samples of detections.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
#[cfg(test)]
use alloc::vec;
use alloc::vec::Vec;

use crate::id::{AppId, Guid, UserId};
use crate::time::Timestamp;
use crate::watch::canary::Attempt;
use crate::watch::event::{
    Audit, AuditResult, Event, Initiator, Modified, Named, Operation, Origin, Outcome, Party,
    SignIn, SignInKind, Step, Target, What,
};
use crate::watch::watched::{Credential, DeclaredUse, Subject, UseKind, Watched};

/// The emergency access account of the samples.
pub const ACCOUNT: UserId = UserId::from_u128(0xb1);
/// Its user principal name.
pub(super) const NAME: &str = "breakglass1@contoso.onmicrosoft.com";
/// The group that holds it.
pub(super) const GROUP: Guid = Guid::from_u128(0xe6);
/// The watcher's application.
pub(super) const WATCHER: AppId = AppId::from_u128(0xa7);
/// The watcher's service principal.
pub(super) const WATCHER_PRINCIPAL: Guid = Guid::from_u128(0xa8);
/// Somebody who is not watched.
pub(super) const OTHER: UserId = UserId::from_u128(0xda);

/// The decoy.
pub(super) const DECOY: UserId = UserId::from_u128(0xdec0);
/// The request id of the canary's attempt, whose record was seen.
pub(super) const KNOCK: Guid = Guid::from_u128(0x0ca_4a4);

/// What a detection does with an event.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// What the event is, in a few words.
    pub name: &'static str,
    /// Whether the detection fires.
    pub fires: bool,
    /// The event.
    pub event: fn() -> Event,
}

impl Sample {
    pub(super) const fn fires(name: &'static str, event: fn() -> Event) -> Self {
        Self { name, fires: true, event }
    }

    pub(super) const fn silent(name: &'static str, event: fn() -> Event) -> Self {
        Self { name, fires: false, event }
    }
}

/// What is watched in the samples' tenant.
pub fn watched() -> Watched {
    let mut watched = Watched::default();
    let account = Subject::Account(ACCOUNT);
    watched.watch_id(&ACCOUNT.to_string(), &account);
    watched.watch_name(NAME, &account);
    watched.watch_id(&GROUP.to_string(), &Subject::Group(GROUP));
    watched.watch_id(&WATCHER.to_string(), &Subject::Watcher(WATCHER));
    let principal = Subject::WatcherPrincipal(WATCHER_PRINCIPAL);
    watched.watch_id(&WATCHER_PRINCIPAL.to_string(), &principal);
    watched.seal(ACCOUNT, Credential::Passkey);
    let (from, until) = (time("2026-11-20T09:00:00Z"), time("2026-11-20T10:00:00Z"));
    if let (Some(from), Some(until)) = (from, until) {
        watched.declare(DeclaredUse { kind: UseKind::Drill, account: ACCOUNT, from, until });
    }
    watched.watch_id(&DECOY.to_string(), &Subject::Decoy(DECOY));
    if let (Some(at), Some(until)) = (time(AT), time("2026-11-22T08:00:00Z")) {
        let attempts = watched.attempts_mut();
        attempts.announce(Attempt::new(KNOCK, DECOY, at, until));
        attempts.see(KNOCK, ID);
    }
    watched
}

/// The id of every event of the samples, and when it happened.
const ID: &str = "sample-1";
const AT: &str = "2026-11-22T07:00:00Z";

fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// A sign-in of the account, at such a time, with these methods.
pub(super) fn sign_in_with(at: &str, methods: &[&str]) -> Event {
    let mut event = sign_in(Some(ACCOUNT), NAME, 0);
    event.at = time(at);
    if let What::SignIn(sign_in) = &mut event.what {
        let step = |method: &&str| Step {
            method: (*method).into(),
            detail: String::new(),
            is_accepted: Some(true),
        };
        sign_in.steps = methods.iter().map(step).collect();
    }
    event
}

/// The same change, made by this user.
pub(super) fn by_user(mut event: Event, user: UserId) -> Event {
    if let What::Audit(audit) = &mut event.what {
        audit.by = Initiator { user: Some(user.0), ..Initiator::default() };
    }
    event
}

/// The same change, made by this service principal.
pub(super) fn by_principal(mut event: Event, principal: Guid) -> Event {
    if let What::Audit(audit) = &mut event.what {
        audit.by = Initiator { service_principal: Some(principal), ..Initiator::default() };
    }
    event
}

/// The same change, made by an application of this name.
pub(super) fn by_application(mut event: Event, name: &str) -> Event {
    if let What::Audit(audit) = &mut event.what {
        audit.by = Initiator { app_name: name.into(), ..Initiator::default() };
    }
    event
}

pub(super) fn event(what: What) -> Event {
    let at = AT.parse().ok();
    Event { id: Some(ID.into()), at, tenant: None, correlation: None, what }
}

/// A sign-in of somebody with such an error code.
pub(super) fn sign_in(user: Option<UserId>, name: &str, code: i64) -> Event {
    let named = Named { member: "userPrincipalName", name: name.into() };
    let names = Some(named).filter(|one| !one.name.is_empty());
    event(What::SignIn(Box::new(SignIn {
        kind: SignInKind::Interactive,
        user: user.map(|user| user.0),
        names: names.into_iter().collect(),
        service_principal: None,
        app: Party { id: None, name: "Azure Portal".into() },
        resource: Party::default(),
        outcome: Outcome { code: Some(code), reason: String::new() },
        from: Origin { address: "198.51.100.7".into(), ..Origin::default() },
        client_app: "Browser".into(),
        steps: Vec::new(),
        request: None,
    })))
}

/// A change of such a name, made to these by somebody who is not watched.
pub(super) fn change(activity: &str, category: &str, targets: Vec<Target>) -> Event {
    let by = Initiator {
        user: Some(OTHER.0),
        user_name: "ada@contoso.com".into(),
        ..Initiator::default()
    };
    event(What::Audit(Box::new(Audit {
        activity: activity.into(),
        category: category.into(),
        service: "Core Directory".into(),
        result: AuditResult::Success,
        by,
        targets,
        ..Audit::default()
    })))
}

/// The same, which was refused.
pub(super) fn refused(mut event: Event) -> Event {
    if let What::Audit(audit) = &mut event.what {
        audit.result = AuditResult::Failure;
    }
    event
}

/// Something that is changed.
pub(super) fn target(kind: &str, id: impl ToString) -> Target {
    Target { id: id.to_string(), kind: kind.into(), ..Target::default() }
}

/// The same with one property before and after.
pub(super) fn with(mut target: Target, name: &str, old: Option<&str>, new: Option<&str>) -> Target {
    let [old, new] = [old, new].map(|side| side.map(String::from));
    target.changes.push(Modified { name: name.into(), old, new });
    target
}

/// An operation of Azure Resource Manager.
pub(super) fn operation(name: &str, resource: &str) -> Event {
    event(What::Operation(Box::new(Operation {
        name: name.into(),
        resource: resource.into(),
        caller: "ada@contoso.com".into(),
        caller_id: None,
        result: AuditResult::Success,
    })))
}

/// A sign-in of the account with such an error code.
#[cfg(test)]
pub(in crate::watch) fn failed(code: i64) -> Event {
    sign_in(Some(ACCOUNT), NAME, code)
}

/// A change of the account's name.
#[cfg(test)]
pub(in crate::watch) fn renamed(name: &str) -> Event {
    let user = with(target("User", ACCOUNT), "UserPrincipalName", None, Some(name));
    change("Update user", "UserManagement", vec![user])
}
