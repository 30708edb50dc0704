//! What the authentication methods policy lets an account use. Restrictions act on sign-in and not
//! only on registration, and an excluded group wins over an included one.
//!
//! Source: <https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkeys-fido2>,
//! <https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkey-profiles>,
//! <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-methods-manage>.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{GroupId, Guid, UserId};
use crate::tenant::{
    Enforcement, Feature, Fido2Settings, Gap, GapReason, KeyRestrictions, MethodConfiguration,
    MethodTarget, MethodsPolicy, PartKind, Passkey, PasskeyProfile, TargetKind,
};

/// Whose credentials they are, as far as a method's targets ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder<'a> {
    /// The account.
    pub(crate) id: UserId,
    /// The groups that it is known to be in.
    pub(crate) groups: &'a BTreeSet<GroupId>,
    /// Why there may be more of them.
    pub(crate) more: Option<&'a Gap>,
}

/// For how many factors a certificate counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Factors {
    /// It takes the place of a password.
    One,
    /// It is multifactor authentication by itself.
    Several,
}

/// For how many factors certificates count under a configuration of the method.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/x509certificateauthenticationmodeconfiguration>.
pub(crate) fn certificate_factors(configuration: &MethodConfiguration) -> Result<Factors, Gap> {
    let modes = configuration.unknown.get("authenticationModeConfiguration");
    let default = modes.and_then(|modes| modes.get("x509CertificateAuthenticationDefaultMode"));
    let factors = match default.and_then(serde_json::Value::as_str) {
        Some(mode) if mode.eq_ignore_ascii_case("x509CertificateMultiFactor") => Factors::Several,
        Some(mode) if mode.eq_ignore_ascii_case("x509CertificateSingleFactor") => Factors::One,
        _ => return Err(unclear("for how many factors a certificate counts")),
    };
    let is_same = |rule: &serde_json::Value| {
        let mode = rule.get("x509CertificateAuthenticationMode").and_then(|mode| mode.as_str());
        mode.is_some_and(|mode| {
            mode.eq_ignore_ascii_case("x509CertificateMultiFactor") == (factors == Factors::Several)
        })
    };
    let rules = modes.and_then(|modes| modes.get("rules")).and_then(|rules| rules.as_array());
    match rules.is_none_or(|rules| rules.iter().all(is_same)) {
        true => Ok(factors),
        false => Err(unclear("for how many factors this one certificate counts")),
    }
}

/// A method's configuration, and the targets of it that mean an account.
pub(crate) type Allowing<'p> = (&'p MethodConfiguration, Vec<&'p MethodTarget>);

/// The configuration that lets `holder` use a method; `None` when it may not.
pub(crate) fn allowing<'p>(
    holder: Holder<'_>,
    policy: &'p MethodsPolicy,
    method: &str,
) -> Result<Option<Allowing<'p>>, Gap> {
    let mut configurations = policy.configurations.iter();
    let found = configurations.find(|one| one.id.eq_ignore_ascii_case(method));
    let Some(configuration) = found else { return Ok(None) };
    match &configuration.state {
        Feature::Enabled => {}
        Feature::Disabled => return Ok(None),
        Feature::Default | Feature::Other(_) => return Err(unclear("whether a method is on")),
    }
    for target in &configuration.exclude {
        if means(target, holder)? {
            return Ok(None);
        }
    }
    if configuration.include.is_empty() {
        return Err(unclear("whom it is for"));
    }
    let mut targets = Vec::new();
    let mut unknown = None;
    for target in &configuration.include {
        match means(target, holder) {
            Ok(true) => targets.push(target),
            Ok(false) => {}
            Err(gap) => unknown = Some(gap),
        }
    }
    match unknown {
        Some(gap) if targets.is_empty() => Err(gap),
        _ if targets.is_empty() => Ok(None),
        _ => Ok(Some((configuration, targets))),
    }
}

/// Why `holder` may not use a method, where [`allowing`] says so.
pub(crate) fn barred(holder: Holder<'_>, policy: &MethodsPolicy, method: &str) -> &'static str {
    let mut configurations = policy.configurations.iter();
    let found = configurations.find(|one| one.id.eq_ignore_ascii_case(method));
    match found.filter(|one| one.state == Feature::Enabled) {
        None => "the method is switched off",
        Some(one) if one.exclude.iter().any(|target| means(target, holder) == Ok(true)) => {
            "the method excludes the account, and an exclusion wins"
        }
        Some(_) => "the method does not include the account",
    }
}

/// Why the policy does not take `passkey` from `holder`; `None` when it takes it.
pub(crate) fn refusal(
    holder: Holder<'_>,
    policy: &MethodsPolicy,
    passkey: &Passkey,
) -> Result<Option<&'static str>, Gap> {
    const METHOD: &str = "fido2";
    let Some((configuration, targets)) = allowing(holder, policy, METHOD)? else {
        return Ok(Some(barred(holder, policy, METHOD)));
    };
    let settings = configuration.fido2.as_ref().ok_or_else(|| unclear("its settings"))?;
    let refused = "no passkey profile or key restriction takes its kind and model";
    takes(settings, &targets, passkey).map(|takes| (!takes).then_some(refused))
}

/// Whether a target means the account.
pub(crate) fn means(target: &MethodTarget, holder: Holder<'_>) -> Result<bool, Gap> {
    if target.id.eq_ignore_ascii_case("all_users") {
        return Ok(true);
    }
    match (&target.kind, target.id.parse::<Guid>()) {
        (TargetKind::User, Ok(id)) => Ok(id == holder.id.0),
        (TargetKind::Group, Ok(id)) if holder.groups.contains(&GroupId(id)) => Ok(true),
        (TargetKind::Group, Ok(_)) => holder.more.map_or(Ok(false), |gap| Err(gap.clone())),
        _ => Err(unclear("whom it is for")),
    }
}

/// Whether the settings take a passkey from somebody whom these targets mean.
fn takes(
    settings: &Fido2Settings,
    targets: &[&MethodTarget],
    passkey: &Passkey,
) -> Result<bool, Gap> {
    if settings.profiles.is_empty() {
        return settings.key_restrictions.as_ref().map_or(Ok(true), |list| passes(list, passkey));
    }
    let default: Vec<&String> = settings.default_profile.iter().collect();
    let named = targets.iter().flat_map(|target| match target.passkey_profiles.is_empty() {
        true => default.clone(),
        false => target.passkey_profiles.iter().collect(),
    });
    let mut unknown = Some(unclear("its profiles"));
    for name in named {
        let profile = settings.profiles.iter().find(|one| one.id.eq_ignore_ascii_case(name));
        match profile.map(|profile| profile_takes(profile, passkey)) {
            Some(Ok(true)) => return Ok(true),
            Some(Ok(false)) => unknown = None,
            Some(Err(gap)) => return Err(gap),
            None => return Err(unclear("its profiles")),
        }
    }
    unknown.map_or(Ok(false), Err)
}

fn profile_takes(profile: &PasskeyProfile, passkey: &Passkey) -> Result<bool, Gap> {
    if !profile.passkey_types.is_empty() {
        let kind = passkey.passkey_type.as_ref().ok_or_else(|| unclear("the key's type"))?;
        if !profile.passkey_types.contains(kind) {
            return Ok(false);
        }
    }
    profile.key_restrictions.as_ref().map_or(Ok(true), |list| passes(list, passkey))
}

/// Whether a list of models lets a passkey pass.
fn passes(list: &KeyRestrictions, passkey: &Passkey) -> Result<bool, Gap> {
    match list.is_enforced {
        Some(true) => {}
        Some(false) => return Ok(true),
        None if list.aaguids.is_empty() => return Ok(true),
        None => return Err(unclear("whether its list of models counts")),
    }
    let aaguid = passkey.aaguid.ok_or_else(|| unclear("the key's AAGUID"))?;
    let is_listed = list.aaguids.iter().any(|text| text.parse() == Ok(aaguid));
    match &list.enforcement {
        Some(Enforcement::Allow) => Ok(is_listed),
        Some(Enforcement::Block) => Ok(!is_listed),
        _ => Err(unclear("whether its list allows or blocks")),
    }
}

pub(super) fn unclear(what: &str) -> Gap {
    let what = format!("the authentication methods policy does not say {what}");
    Gap::new(PartKind::MethodsPolicy, None, GapReason::Failed { what })
}
