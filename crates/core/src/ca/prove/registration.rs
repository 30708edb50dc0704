//! Whoever has nothing but the password may be asked to register a method in the middle of a
//! sign-in: a way in for the owners, and for anybody else who holds the paper.
//!
//! Keys and certificates cannot be registered there. A policy on the user action *register security
//! information* must be met before; one for all resources is met by what is registered.
//!
//! Source: <https://learn.microsoft.com/entra/identity/authentication/concept-registration-mfa-sspr-combined>,
//! <https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication>.

use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::super::credentials::{Credential, CredentialKind, Usable};
use super::super::evaluate::REGISTER_SECURITY_INFORMATION;
use super::super::standing::Standing;
use super::super::surface::Surface;
use super::model::Model;
use super::{Enforcing, Question, Unprovable, decide};
use crate::register::{Environment, Target};
use crate::tenant::{Feature, Policy};

/// What can be registered in the middle of a sign-in.
const REGISTRABLE: [CredentialKind; 4] = [
    CredentialKind::AuthenticatorPush,
    CredentialKind::SoftwareOath,
    CredentialKind::Sms,
    CredentialKind::Voice,
];

/// Whether an account that no sign-in to a surface lets in would get in by registering a method
/// there: it has nothing usable but its password, the tenant lets it register one, and with that
/// one the surface opens.
pub(super) fn registers(
    model: &Model<'_>,
    surface: &Surface,
    enforcing: Enforcing,
) -> Result<bool, Unprovable> {
    let credentials = model.standing.credentials.as_deref().unwrap_or_default();
    let usable = |one: &&Credential| !matches!(one.use_at_sign_in, Usable::No(_));
    let mut left = credentials.iter().filter(usable).peekable();
    if left.peek().is_none() || !left.all(|one| one.kind == CredentialKind::Password) {
        return Ok(false);
    }
    let on_its_own =
        opens(model, &named(model), model.standing, &[Target::SecurityInfo], enforcing)?;
    if !on_its_own {
        return Ok(false);
    }
    for kind in REGISTRABLE.into_iter().filter(|kind| may_register(model, *kind)) {
        let name = kind.title().to_string();
        let use_at_sign_in = Usable::Yes;
        let method = Credential { kind, method: None, aaguid: None, name, use_at_sign_in };
        let mut standing = model.standing.clone();
        standing.credentials.iter_mut().for_each(|all| all.push(method.clone()));
        let both = [surface.target, Target::SecurityInfo];
        if opens(model, model.policies, &standing, &both, enforcing)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Policies that name the user action, and so must be met without what is to be registered.
fn named(model: &Model<'_>) -> Vec<Policy> {
    let names_it = |policy: &&Policy| {
        let mut actions = policy.conditions.applications.include_user_actions.iter();
        actions.any(|one| one.eq_ignore_ascii_case(REGISTER_SECURITY_INFORMATION))
    };
    model.policies.iter().filter(names_it).cloned().collect()
}

/// Whether the authentication methods policy lets the account register a method, as far as it was
/// read.
fn may_register(model: &Model<'_>, kind: CredentialKind) -> bool {
    let (Some(id), Ok(policy)) = (kind.configuration(), model.snapshot.methods_policy.value())
    else {
        return true;
    };
    let mut all = policy.configurations.iter();
    let is_on = all.any(|one| one.state != Feature::Disabled && one.id.eq_ignore_ascii_case(id));
    is_on && model.standing.may_use(policy, id) != Ok(false)
}

/// Whether some sign-in to each of these surfaces is let through.
fn opens(
    model: &Model<'_>,
    policies: &[Policy],
    standing: &Standing,
    targets: &[Target],
    enforcing: Enforcing,
) -> Result<bool, Unprovable> {
    let environment = Environment { targets: targets.to_vec(), ..model.environment.clone() };
    let question = Question {
        snapshot: model.snapshot,
        policies,
        standing,
        environment: &environment,
        now: model.now,
        enforcing,
    };
    Ok(decide(question)?.iter().all(|surface| surface.way_in.is_some()))
}
