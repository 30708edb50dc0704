//! What a policy demands of an account that it hits, and whether the account's own keys meet it.
//!
//! Only a passkey or certificate counts: phones, apps and managed devices are what is missing on
//! the day for which the account exists. An unknown control cannot be satisfied.
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-grant>,
//! <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strength-how-it-works>.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::credentials::Credentials;
use crate::tenant::{
    CombinationConfiguration, Gap, GapReason, GrantControl, GrantControls, GrantOperator,
    MethodMode, PartKind, Passkey, Policy, SessionControls, Strength, said,
};

/// What a policy that hits demands of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Nothing that could deny access.
    Nothing,
    /// Something that the account's own key or certificate satisfies.
    Satisfied(String),
    /// Something that the account cannot be counted on to satisfy.
    Blocks(String),
    /// It cannot be told.
    Unknown(Gap),
}

/// What `policy` demands of an account with these `credentials` when it hits.
pub(super) fn demand(policy: &Policy, credentials: &Result<Credentials<'_>, Gap>) -> Demand {
    let session = policy.session.as_ref().map_or(Demand::Nothing, denies);
    let judge = Judge { credentials };
    let grant = policy.grant.as_ref().map_or(Demand::Nothing, |grant| judge.grants(grant));
    session.and(grant)
}

/// Grant controls held against what an account can prove.
struct Judge<'a> {
    credentials: &'a Result<Credentials<'a>, Gap>,
}

impl Judge<'_> {
    fn grants(&self, grant: &GrantControls) -> Demand {
        let mut demands: Vec<Demand> = grant
            .built_in
            .iter()
            // Not enforced since 2026-06-30: Microsoft treats it as if it were not selected.
            .filter(|control| **control != GrantControl::ApprovedApplication)
            .map(|control| self.control(control))
            .collect();
        demands.extend(grant.strength.as_ref().map(|strength| self.strength(strength)));
        let other = |what: &str| Demand::Blocks(what.into());
        demands.extend(grant.custom.first().map(|_| other("a custom control")));
        demands.extend(grant.terms_of_use.first().map(|_| other("acceptance of terms of use")));
        demands.extend(said(&grant.unknown).map(|name| other(&format!("the control `{name}`"))));
        let any_suffices = grant.operator == Some(GrantOperator::Or);
        let combine = if any_suffices { Demand::or } else { Demand::and };
        demands.into_iter().reduce(combine).unwrap_or(Demand::Nothing)
    }

    fn control(&self, control: &GrantControl) -> Demand {
        match control {
            GrantControl::Block => Demand::Blocks("it blocks access".into()),
            GrantControl::Mfa => self.key_for("multifactor authentication", |_| true),
            GrantControl::CompliantDevice => {
                Demand::Blocks("it requires a compliant device".into())
            }
            GrantControl::DomainJoinedDevice => {
                Demand::Blocks("it requires a hybrid joined device".into())
            }
            GrantControl::CompliantApplication => {
                Demand::Blocks("it requires an app protection policy".into())
            }
            GrantControl::PasswordChange => Demand::Blocks("it requires a password change".into()),
            GrantControl::RiskRemediation => Demand::Blocks("it requires risk remediation".into()),
            GrantControl::ApprovedApplication => Demand::Nothing,
            GrantControl::Other(name) => Demand::Blocks(format!("it requires `{name}`")),
        }
    }

    fn strength(&self, strength: &Strength) -> Demand {
        let name = strength.display_name.as_deref().unwrap_or(strength.id.as_str());
        let what = format!("authentication strength `{name}`");
        let Some(combinations) = &strength.allowed_combinations else {
            let reason = GapReason::NotInSource;
            return Demand::Unknown(Gap::new(PartKind::Strengths, None, reason));
        };
        let takes_certificate = combinations
            .iter()
            .any(|modes| modes.as_slice() == [MethodMode::X509CertificateMultiFactor]);
        let certificate = [MethodMode::X509CertificateMultiFactor];
        if takes_certificate && self.credentials.as_ref().is_ok_and(|c| c.has_certificate) {
            // Which issuer or policy a certificate has, no snapshot tells.
            return match narrowing(strength, &certificate).next() {
                None => Demand::Satisfied(what),
                Some(_) => self.passkey_for(strength, &what).or(unclear(&what)),
            };
        }
        self.passkey_for(strength, &what)
    }

    /// Whether a passkey of the account satisfies a strength.
    fn passkey_for(&self, strength: &Strength, what: &str) -> Demand {
        let combinations = strength.allowed_combinations.as_deref().unwrap_or_default();
        let fido2 = [MethodMode::Fido2];
        if !combinations.iter().any(|modes| modes.as_slice() == fido2) {
            return match &self.credentials {
                Err(gap) => Demand::Unknown(gap.clone()),
                Ok(_) => Demand::Blocks(format!("it requires {what}, which takes no passkey")),
            };
        }
        if narrowing(strength, &fido2).any(|one| said(&one.unknown).next().is_some()) {
            return unclear(what);
        }
        self.key_for(what, |passkey| {
            narrowing(strength, &fido2).all(|configuration| {
                configuration.allowed_aaguids.is_empty()
                    || configuration
                        .allowed_aaguids
                        .iter()
                        .any(|text| passkey.aaguid.is_some() && text.parse().ok() == passkey.aaguid)
            })
        })
    }

    /// Whether the account has a certificate, or a passkey that `takes` accepts.
    fn key_for(&self, what: &str, takes: impl Fn(&Passkey) -> bool) -> Demand {
        match &self.credentials {
            Err(gap) => Demand::Unknown(gap.clone()),
            Ok(held) if held.passkeys.iter().any(|passkey| takes(passkey)) => {
                Demand::Satisfied(what.into())
            }
            Ok(held) if held.has_certificate && what == "multifactor authentication" => {
                Demand::Satisfied(what.into())
            }
            Ok(held) if held.passkeys.is_empty() => Demand::Blocks(format!(
                "it requires {what}, and the account has no passkey that it may use"
            )),
            Ok(_) => {
                Demand::Blocks(format!("it requires {what}, which takes none of its passkeys"))
            }
        }
    }
}

/// The configurations of a strength that narrow a combination.
fn narrowing<'a>(
    strength: &'a Strength,
    combination: &[MethodMode],
) -> impl Iterator<Item = &'a CombinationConfiguration> {
    strength
        .configurations
        .iter()
        .filter(move |one| one.applies_to.iter().any(|modes| modes.as_slice() == combination))
}

/// A strength takes some credentials of a kind, and nothing says whether the account's are among
/// them.
fn unclear(what: &str) -> Demand {
    let what = format!("{what} is narrowed by what this version does not know");
    Demand::Unknown(Gap::new(PartKind::Strengths, None, GapReason::Failed { what }))
}

/// Session controls that deny some sign-ins rather than shape the session.
fn denies(session: &SessionControls) -> Demand {
    if session.secure_sign_in_session == Some(true) {
        return Demand::Blocks("it requires token protection, and so a registered device".into());
    }
    if let Some(mode) = &session.continuous_access_evaluation
        && mode.eq_ignore_ascii_case("strictLocation")
    {
        return Demand::Blocks("it enforces locations strictly".into());
    }
    // A profile of Global Secure Access filters what a session reaches; it denies no sign-in.
    let unknown = said(&session.unknown).find(|name| *name != "globalSecureAccessFilteringProfile");
    match unknown {
        Some(name) => {
            let what = format!("this version does not know the session control `{name}`");
            Demand::Unknown(Gap::new(PartKind::Policies, None, GapReason::Failed { what }))
        }
        None => Demand::Nothing,
    }
}

impl Demand {
    /// Both must be met: the worse of the two.
    fn and(self, other: Self) -> Self {
        if self.rank() >= other.rank() { self } else { other }
    }

    /// Either suffices: the better of the two.
    fn or(self, other: Self) -> Self {
        if self.rank() <= other.rank() { self } else { other }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Satisfied(_) => 1,
            Self::Unknown(_) => 2,
            Self::Blocks(_) => 3,
        }
    }
}
