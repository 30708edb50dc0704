//! What happens in the tenant while it runs: attempts to sign in, decided by the reference
//! evaluator over the directory, and changes of policies; each written to the logs as the service
//! writes it.
//!
//! Whether a policy applies is the evaluator's answer; whether what was shown satisfies it is
//! decided here, as far as a record tells: a passkey or certificate satisfies whatever asks for
//! more than a password, a password alone does not, and no device is managed.

use std::net::IpAddr;

use halligan_core::ca::{self, Country, Target, Truth, WELL_KNOWN};
use halligan_core::id::{Guid, UserId};
use halligan_core::tenant::{GrantControl, Policy, PolicyState};
use halligan_core::time::{SignedDuration, Timestamp};
use halligan_core::watch::event::{
    Audit, AuditResult, Event, Initiator, Modified, Named, Origin, Outcome, Party, SignIn,
    SignInKind, Step, Target as Changed, What,
};
use halligan_wire::evaluate::Conditions;

use serde_json::Value;

use crate::areas::evaluate::{read, standing, surroundings};
use crate::directory::{Directory, Object, text_of};
use crate::random;

/// What somebody shows who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The right password.
    Password,
    /// A wrong one.
    WrongPassword,
    /// A passkey.
    Passkey,
}

/// An attempt to sign in.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The name that is typed.
    pub name: String,
    /// What is shown.
    pub shown: Shown,
    /// The application, by a word such as `azure-portal`.
    pub app: String,
    /// The public address.
    pub address: IpAddr,
    /// The country of the address, two letters.
    pub country: Option<Country>,
    /// How long the record takes to arrive.
    pub delay: SignedDuration,
    /// The request id that the client sent; `None` for one of the service's own.
    pub correlation: Option<Guid>,
}

impl Attempt {
    /// An attempt at the Azure portal, from an address for documentation, whose record is there at
    /// once.
    pub fn new(name: &str, shown: Shown) -> Self {
        Self {
            name: name.into(),
            shown,
            app: "azure-portal".into(),
            address: IpAddr::from([198, 51, 100, 7]),
            country: None,
            delay: SignedDuration::ZERO,
            correlation: None,
        }
    }
}

/// Reads an attempt: `{"name": …, "shown": "password" | "wrong-password" | "passkey", "app": …,
/// "address": …, "delay_seconds": …}`, of which the first two must be there.
pub(crate) fn read_attempt(body: &[u8]) -> Result<Attempt, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let name = text("name").ok_or("`name` is missing")?;
    let shown = match text("shown").ok_or("`shown` is missing")? {
        "password" => Shown::Password,
        "wrong-password" => Shown::WrongPassword,
        "passkey" => Shown::Passkey,
        other => return Err(format!("`{other}` is nothing that can be shown")),
    };
    let mut attempt = Attempt::new(name, shown);
    if let Some(app) = text("app") {
        attempt.app = app.into();
    }
    if let Some(address) = text("address") {
        attempt.address = address.parse().map_err(|_| format!("`{address}` is no address"))?;
    }
    let delay = value.get("delay_seconds").and_then(Value::as_i64).unwrap_or(0);
    attempt.delay = SignedDuration::from_secs(delay.max(0));
    Ok(attempt)
}

/// Decides an attempt at a time, and writes its record. The event is what was written.
pub(crate) fn attempt(directory: &mut Directory, attempt: &Attempt, now: Timestamp) -> Event {
    let user = directory.users.iter().find(|(_, user)| {
        text_of(&user.object, "userPrincipalName").eq_ignore_ascii_case(attempt.name.trim())
    });
    let user = user.map(|(id, user)| (*id, user.object.clone()));
    let known = WELL_KNOWN.iter().find(|one| one.word == attempt.app);
    let code = match &user {
        None => 50034,
        Some((id, object)) => code(directory, *id, object, attempt),
    };
    let (method, is_accepted) = match attempt.shown {
        Shown::Password => ("Password", true),
        Shown::WrongPassword => ("Password", false),
        Shown::Passkey => ("Passkey (device-bound)", true),
    };
    let step =
        Step { method: method.into(), detail: String::new(), is_accepted: Some(is_accepted) };
    let event = Event {
        id: Some(random::guid().to_string()),
        at: Some(now),
        tenant: None,
        correlation: Some(attempt.correlation.unwrap_or_else(random::guid).to_string()),
        what: What::SignIn(Box::new(SignIn {
            kind: SignInKind::Interactive,
            // The service gives the zeros where it knows nobody.
            user: Some(user.map_or(Guid::from_u128(0), |(id, _)| id)),
            names: vec![Named { member: "userPrincipalName", name: attempt.name.to_lowercase() }],
            service_principal: None,
            app: Party {
                id: known.map(|one| one.id.0),
                name: known.map_or(attempt.app.as_str(), |one| one.title).into(),
            },
            resource: Party::default(),
            outcome: Outcome { code: Some(code), reason: reason(code).into() },
            from: Origin {
                address: attempt.address.to_string(),
                country: attempt.country.map(|one| one.to_string()).unwrap_or_default(),
                ..Origin::default()
            },
            client_app: "Browser".into(),
            steps: vec![step],
            request: None,
        })),
    };
    let readable = now.checked_add(attempt.delay).unwrap_or(now);
    directory.logs.add(&event, readable);
    event
}

/// Saves a policy at a time, and writes its record. The event is what was written.
pub(crate) fn save_policy(
    directory: &mut Directory,
    mut policy: Object,
    by: &str,
    now: Timestamp,
) -> Event {
    policy.insert("modifiedDateTime".into(), now.to_string().into());
    let id = text_of(&policy, "id").to_owned();
    let name = text_of(&policy, "displayName").to_owned();
    let new = Value::Object(policy.clone()).to_string();
    let known = directory.policies.iter_mut().find(|one| text_of(one, "id") == id);
    let (activity, old) = match known {
        Some(known) => {
            let old = Value::Object(std::mem::replace(known, policy)).to_string();
            ("Update conditional access policy", Some(old))
        }
        None => {
            directory.policies.push(policy);
            ("Add conditional access policy", None)
        }
    };
    let changed = Modified { name: "ConditionalAccessPolicy".into(), old, new: Some(new) };
    let target = Changed {
        id,
        kind: "Policy".into(),
        name,
        principal_name: String::new(),
        changes: vec![changed],
    };
    let event = Event {
        id: Some(format!("IPCGraph_{}", random::guid())),
        at: Some(now),
        tenant: None,
        correlation: Some(random::guid().to_string()),
        what: What::Audit(Box::new(Audit {
            activity: activity.into(),
            category: "Policy".into(),
            service: "Conditional Access".into(),
            result: AuditResult::Success,
            by: Initiator { user_name: by.into(), ..Initiator::default() },
            targets: vec![target],
            ..Audit::default()
        })),
    };
    directory.logs.add(&event, now);
    event
}

/// The error code of the service; 0 for whoever is let in.
fn code(directory: &Directory, id: Guid, object: &Object, attempt: &Attempt) -> i64 {
    if attempt.shown == Shown::WrongPassword {
        return 50126;
    }
    if object.get("accountEnabled").and_then(Value::as_bool) == Some(false) {
        return 50057;
    }
    let Ok(standing) = standing(directory, UserId(id)) else { return 50034 };
    let Ok(surroundings) = surroundings(directory) else { return 500_011 };
    let target = WELL_KNOWN.iter().find(|one| one.word == attempt.app).map(|one| one.id);
    let Some(target) = target else { return 700_016 };
    let conditions = Conditions {
        address: Some(attempt.address),
        country: attempt.country,
        ..Conditions::default()
    };
    let sign_in = conditions.sign_in(Target::Resource(target));
    let enabled = directory.policies.iter().filter_map(|object| read::<Policy>(object).ok());
    let enabled = enabled.filter(|policy| policy.state == PolicyState::Enabled);
    let codes = enabled.filter_map(|policy| {
        let policies = std::slice::from_ref(&policy);
        let result = ca::evaluate(&surroundings, policies, &standing, &sign_in).pop()?;
        (result.applies() == Truth::Yes).then(|| demand(&policy, attempt.shown))?
    });
    // Whoever is blocked is told so, whatever else was asked for.
    codes.min_by_key(|code| *code != 53003).unwrap_or(0)
}

/// What a policy that applies answers to what was shown; `None` where it is satisfied.
fn demand(policy: &Policy, shown: Shown) -> Option<i64> {
    let grant = policy.grant.as_ref()?;
    let is_strong = shown == Shown::Passkey;
    let answer = |control: &GrantControl| match control {
        GrantControl::Block => Some(53003),
        GrantControl::Mfa => (!is_strong).then_some(50076),
        GrantControl::CompliantDevice => Some(53000),
        GrantControl::DomainJoinedDevice => Some(53001),
        _ => Some(53003),
    };
    let mut answers: Vec<Option<i64>> = grant.built_in.iter().map(answer).collect();
    if grant.strength.is_some() {
        answers.push((!is_strong).then_some(50076));
    }
    let is_any = grant.operator == Some(halligan_core::tenant::GrantOperator::Or);
    match is_any && answers.contains(&None) {
        true => None,
        false => answers.into_iter().flatten().next(),
    }
}

/// The service's words for an error code.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
pub(crate) const fn reason(code: i64) -> &'static str {
    match code {
        0 => "",
        50034 => "The user account does not exist in the directory.",
        50057 => "The user account is disabled.",
        50076 => "Multifactor authentication is required.",
        50126 => "Invalid username or password.",
        53000 | 53001 => "The device is not in a required state.",
        53003 => "Access has been blocked by Conditional Access policies.",
        _ => "The sign-in failed.",
    }
}
