//! What an account can prove without a phone, an app or a managed device: the passkeys and
//! certificates that are registered on it and that the authentication methods policy lets it use
//! now. Restrictions act on sign-in, not only on registration, and an excluded group wins over an
//! included one.
//!
//! Source: <https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkeys-fido2>,
//! <https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkey-profiles>.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{GroupId, Guid, UserId};
use crate::tenant::{
    Enforcement, Feature, Fido2Settings, Gap, GapReason, KeyRestrictions, Method,
    MethodConfiguration, MethodKind, MethodTarget, MethodsPolicy, Part, PartKind, Passkey,
    PasskeyProfile, TargetKind,
};

/// What an account can prove.
#[derive(Debug)]
pub(super) struct Credentials<'a> {
    /// Registered passkeys that the account may use.
    pub(super) passkeys: Vec<&'a Passkey>,
    /// Whether a certificate is registered that the account may use and that counts as more than
    /// one factor.
    pub(super) has_certificate: bool,
}

/// Whose credentials they are, as far as a method's targets ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder<'a> {
    /// The account.
    pub(super) id: UserId,
    /// The groups that it is known to be in.
    pub(super) groups: &'a BTreeSet<GroupId>,
    /// Why there may be more of them.
    pub(super) more: Option<&'a Gap>,
}

impl<'a> Credentials<'a> {
    /// The credentials among `methods` that `policy` lets `holder` use.
    pub(super) fn of(
        holder: Holder<'_>,
        methods: &'a Part<Vec<Method>>,
        policy: &Part<MethodsPolicy>,
    ) -> Result<Self, Gap> {
        let methods = methods.value().map_err(Clone::clone)?;
        let policy = policy.value().map_err(Clone::clone)?;
        let registered: Vec<_> = methods.iter().filter_map(|m| m.passkey.as_ref()).collect();
        let passkeys = match registered.is_empty() {
            true => Ok(Vec::new()),
            false => usable(holder, policy, registered),
        };
        let is_registered = methods.iter().any(|m| m.kind == MethodKind::X509Certificate);
        let certificate = match is_registered {
            true => multifactor_certificate(holder, policy),
            false => Ok(false),
        };
        // One that is known to work is enough, whatever is unknown about the other.
        match (passkeys, certificate) {
            (Ok(passkeys), Ok(has_certificate)) => Ok(Self { passkeys, has_certificate }),
            (Ok(passkeys), Err(_)) if !passkeys.is_empty() => {
                Ok(Self { passkeys, has_certificate: false })
            }
            (Err(_), Ok(true)) => Ok(Self { passkeys: Vec::new(), has_certificate: true }),
            (Err(gap), _) | (_, Err(gap)) => Err(gap),
        }
    }

    /// Whether there is any of them.
    pub(super) fn is_any(&self) -> bool {
        self.has_certificate || !self.passkeys.is_empty()
    }
}

/// Whether a certificate of `holder` works and counts as multifactor authentication. By default it
/// counts as one factor, and rules can make some certificates count for more or for less: which
/// certificate somebody holds, no policy tells.
fn multifactor_certificate(holder: Holder<'_>, policy: &MethodsPolicy) -> Result<bool, Gap> {
    let Some((configuration, _)) = allowing(holder, policy, "x509Certificate")? else {
        return Ok(false);
    };
    certificate_factors(configuration).map(|factors| factors == Factors::Several)
}

/// For how many factors a certificate counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Factors {
    /// It takes the place of a password.
    One,
    /// It is multifactor authentication by itself.
    Several,
}

/// For how many factors certificates count under a configuration of the method.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/x509certificateauthenticationmodeconfiguration>.
pub(super) fn certificate_factors(configuration: &MethodConfiguration) -> Result<Factors, Gap> {
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

/// The passkeys among `registered` that the policy takes from `holder`.
fn usable<'a>(
    holder: Holder<'_>,
    policy: &MethodsPolicy,
    registered: Vec<&'a Passkey>,
) -> Result<Vec<&'a Passkey>, Gap> {
    let Some((configuration, targets)) = allowing(holder, policy, "fido2")? else {
        return Ok(Vec::new());
    };
    let settings = configuration.fido2.as_ref().ok_or_else(|| unclear("its settings"))?;
    let mut taken = Vec::new();
    let mut unknown = None;
    for passkey in registered {
        match takes(settings, &targets, passkey) {
            Ok(true) => taken.push(passkey),
            Ok(false) => {}
            Err(gap) => unknown = Some(gap),
        }
    }
    match unknown {
        Some(gap) if taken.is_empty() => Err(gap),
        _ => Ok(taken),
    }
}

/// A method's configuration, and the targets of it that mean an account.
pub(super) type Allowing<'p> = (&'p MethodConfiguration, Vec<&'p MethodTarget>);

/// The configuration that lets `holder` use a method; `None` when it may not.
pub(super) fn allowing<'p>(
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
pub(super) fn barred(holder: Holder<'_>, policy: &MethodsPolicy, method: &str) -> &'static str {
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
pub(super) fn refusal(
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
pub(super) fn means(target: &MethodTarget, holder: Holder<'_>) -> Result<bool, Gap> {
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

fn unclear(what: &str) -> Gap {
    let what = alloc::format!("the authentication methods policy does not say {what}");
    Gap::new(PartKind::MethodsPolicy, None, GapReason::Failed { what })
}
