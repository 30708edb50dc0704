//! Authentication strengths: combinations of methods, any of which suffices, each of whose methods
//! must be registered, taken by the authentication methods policy and, for keys and certificates,
//! within the narrower terms of the strength.
//!
//! Several policies with strengths must each be met, not by one and the same method.
//!
//! Source: <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strength-how-it-works>,
//! <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strength-advanced-options>.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::control::{Met, Purse, Setting};
use super::credentials::{Credential, CredentialKind, Usable};
use super::truth::Doubt;
use crate::tenant::{
    CombinationConfiguration, Gap, GapReason, MethodMode, PartKind, Strength, said,
};

use MethodMode::{
    DeviceBasedPush, FederatedMultiFactor, FederatedSingleFactor, Fido2, HardwareOath,
    MicrosoftAuthenticatorPush, Password, Sms, SoftwareOath, Voice, WindowsHelloForBusiness,
    X509CertificateMultiFactor, X509CertificateSingleFactor,
};

/// The combinations of the built-in strength *Multifactor authentication* without the Temporary
/// Access Pass, what asks for least first.
///
/// Source: <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths>.
pub(crate) const MULTIFACTOR: &[&[MethodMode]] = &[
    &[Fido2],
    &[X509CertificateMultiFactor],
    &[WindowsHelloForBusiness],
    &[DeviceBasedPush],
    &[FederatedMultiFactor],
    &[Password, HardwareOath],
    &[Password, SoftwareOath],
    &[Password, MicrosoftAuthenticatorPush],
    &[Password, Sms],
    &[Password, Voice],
    &[X509CertificateSingleFactor, HardwareOath],
    &[X509CertificateSingleFactor, SoftwareOath],
    &[X509CertificateSingleFactor, MicrosoftAuthenticatorPush],
    &[X509CertificateSingleFactor, Sms],
    &[X509CertificateSingleFactor, Voice],
    &[FederatedSingleFactor, HardwareOath],
    &[FederatedSingleFactor, SoftwareOath],
    &[FederatedSingleFactor, MicrosoftAuthenticatorPush],
    &[FederatedSingleFactor, Sms],
    &[FederatedSingleFactor, Voice],
];

/// The built-in strength *Passwordless MFA*.
const PASSWORDLESS: &[&[MethodMode]] =
    &[&[Fido2], &[X509CertificateMultiFactor], &[WindowsHelloForBusiness], &[DeviceBasedPush]];

/// The built-in strength *Phishing-resistant MFA*.
const PHISHING_RESISTANT: &[&[MethodMode]] =
    &[&[Fido2], &[X509CertificateMultiFactor], &[WindowsHelloForBusiness]];

/// The built-in strengths, the same in every tenant.
///
/// Source: <https://learn.microsoft.com/graph/api/authenticationstrengthroot-list-policies>.
fn built_in(id: &str) -> Option<&'static [&'static [MethodMode]]> {
    match id {
        "00000000-0000-0000-0000-000000000002" => Some(MULTIFACTOR),
        "00000000-0000-0000-0000-000000000003" => Some(PASSWORDLESS),
        "00000000-0000-0000-0000-000000000004" => Some(PHISHING_RESISTANT),
        _ => None,
    }
}

/// Whether the account meets a strength.
pub(crate) fn met(strength: &Strength, purse: Purse<'_>, setting: Setting) -> Met {
    let whole = in_full(strength, purse);
    let name = whole.display_name.as_deref().unwrap_or(whole.id.as_str());
    let what = format!("authentication strength `{name}`");
    if !setting.is_modern {
        return Met::No(format!("it requires {what}, which legacy clients cannot show"));
    }
    if let Some(combinations) = &whole.allowed_combinations {
        let accepts = |modes: &[MethodMode], one: &Credential| takes(whole, modes, one);
        return any_of(combinations, &what, (purse, setting), accepts);
    }
    match (built_in(whole.id.as_str()), purse.strengths) {
        (Some(combinations), _) => any_of(combinations, &what, (purse, setting), |_, _| Ok(true)),
        (None, Err(gap)) => Met::Unknown(gap.clone().into()),
        (None, Ok(_)) => {
            let reason = GapReason::NotInSource;
            Met::Unknown(Gap::new(PartKind::Strengths, None, reason).into())
        }
    }
}

/// A policy's strength as the tenant defines it, where the policy gives its id only.
fn in_full<'a>(strength: &'a Strength, purse: Purse<'a>) -> &'a Strength {
    let all = purse.strengths.unwrap_or_default();
    let found = || all.iter().find(|one| one.id == strength.id);
    match strength.allowed_combinations {
        Some(_) => strength,
        None => found().unwrap_or(strength),
    }
}

/// Whether the account has every method of one of these combinations in a setting.
pub(crate) fn any_of<M: AsRef<[MethodMode]>>(
    combinations: &[M],
    what: &str,
    (purse, setting): (Purse<'_>, Setting),
    accepts: impl Fn(&[MethodMode], &Credential) -> Result<bool, Doubt>,
) -> Met {
    let credentials: Vec<_> = match purse.credentials(setting) {
        Ok(credentials) => credentials.collect(),
        Err(doubt) => return Met::Unknown(doubt),
    };
    let mut doubt = None;
    let mut takes_key = false;
    for modes in combinations.iter().map(AsRef::as_ref) {
        takes_key |= modes == [Fido2];
        match whole(modes, &credentials, &accepts) {
            Ok(Some(used)) => return Met::By { what: what.to_string(), credentials: used },
            Ok(None) => {}
            Err(why) => doubt = doubt.or(Some(why)),
        }
    }
    let mut keys = credentials.iter().filter(|(_, one)| one.kind == CredentialKind::Passkey);
    let has_usable_key = keys.any(|(_, one)| one.use_at_sign_in == Usable::Yes);
    match (doubt, takes_key, has_usable_key) {
        (Some(doubt), ..) => Met::Unknown(doubt),
        (None, false, _) => Met::No(format!("it requires {what}, which takes no passkey")),
        (None, true, true) => {
            Met::No(format!("it requires {what}, which takes none of its passkeys"))
        }
        (None, true, false) => {
            Met::No(format!("it requires {what}, and the account has no passkey that it may use"))
        }
    }
}

/// The credentials that make up a combination; `None` when one is missing.
fn whole(
    modes: &[MethodMode],
    credentials: &[(usize, &Credential)],
    accepts: &impl Fn(&[MethodMode], &Credential) -> Result<bool, Doubt>,
) -> Result<Option<Vec<usize>>, Doubt> {
    let mut used = Vec::new();
    let mut doubt = None;
    for mode in modes {
        match part(mode, modes, credentials, accepts) {
            Ok(Some(place)) => used.push(place),
            // What is missing for certain wins over what is in doubt.
            Ok(None) => return Ok(None),
            Err(why) => doubt = doubt.or(Some(why)),
        }
    }
    doubt.map_or(Ok((!modes.is_empty()).then_some(used)), Err)
}

/// A credential that stands for one mode of a combination.
fn part(
    mode: &MethodMode,
    modes: &[MethodMode],
    credentials: &[(usize, &Credential)],
    accepts: &impl Fn(&[MethodMode], &Credential) -> Result<bool, Doubt>,
) -> Result<Option<usize>, Doubt> {
    let mut doubt = None;
    for (place, one) in credentials.iter().filter(|(_, one)| one.kind.modes().contains(mode)) {
        let is_taken = match &one.use_at_sign_in {
            Usable::No(_) => continue,
            Usable::Yes => accepts(modes, one),
            Usable::Unknown(gap) => match accepts(modes, one) {
                Ok(false) => continue,
                _ => Err(gap.clone().into()),
            },
        };
        match is_taken {
            Ok(true) => return Ok(Some(*place)),
            Ok(false) => {}
            Err(why) => doubt = doubt.or(Some(why)),
        }
    }
    doubt.map_or(Ok(None), Err)
}

/// Whether the narrower terms of a strength take a credential in a combination.
fn takes(strength: &Strength, modes: &[MethodMode], one: &Credential) -> Result<bool, Doubt> {
    let narrowing = strength
        .configurations
        .iter()
        .filter(|narrower| narrower.applies_to.iter().any(|combination| combination == modes));
    for configuration in narrowing {
        if !passes(strength, configuration, one)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn passes(
    strength: &Strength,
    configuration: &CombinationConfiguration,
    one: &Credential,
) -> Result<bool, Doubt> {
    let name = strength.display_name.as_deref().unwrap_or(strength.id.as_str());
    let is_about_keys = !configuration.allowed_aaguids.is_empty();
    let unclear = |why: &str| {
        let what = format!("authentication strength `{name}` is narrowed {why}");
        let reason = GapReason::Failed { what };
        Doubt::Gap(Gap::new(PartKind::Strengths, None, reason))
    };
    if one.kind == CredentialKind::Passkey && is_about_keys {
        let Some(aaguid) = one.aaguid else {
            return Err(unclear("to some models, and the key's is not known"));
        };
        let mut allowed = configuration.allowed_aaguids.iter();
        return Ok(allowed.any(|text| text.parse() == Ok(aaguid)));
    }
    // Which issuer or policy a certificate has, no snapshot tells.
    match one.kind == CredentialKind::Passkey && said(&configuration.unknown).next().is_none() {
        true => Ok(true),
        false => Err(unclear("by what this version does not know")),
    }
}
