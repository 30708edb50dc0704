//! What an account can prove: its registered authentication methods, as far as the authentication
//! methods policy lets it use them at sign-in.
//!
//! A Temporary Access Pass is never counted: it ends within hours.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::method_policy::{
    Factors, Holder, allowing, barred, certificate_factors, refusal, unclear,
};
use crate::id::{Guid, MethodId};
use crate::tenant::{Gap, GapReason, Method, MethodKind, MethodMode, MethodsPolicy, PartKind};

/// One thing that an account can prove itself with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// What it is.
    pub kind: CredentialKind,
    /// The registered method; `None` for one that is only supposed.
    pub method: Option<MethodId>,
    /// The key's model, for a passkey.
    pub aaguid: Option<Guid>,
    /// What a person calls it: `passkey `left safe``.
    pub name: String,
    /// Whether the tenant takes it.
    pub use_at_sign_in: Usable,
}

/// Whether the tenant takes a credential at sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usable {
    /// It does.
    Yes,
    /// It does not, and why.
    No(&'static str),
    /// It cannot be told.
    Unknown(Gap),
}

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredentialKind {
    /// A password.
    Password,
    /// A passkey (FIDO2).
    Passkey,
    /// A certificate that counts as several factors.
    CertificateMultiFactor,
    /// A certificate that counts as one factor.
    CertificateSingleFactor,
    /// Windows Hello for Business or a platform credential: bound to one computer.
    WindowsHello,
    /// Authenticator notification.
    AuthenticatorPush,
    /// Passwordless phone sign-in.
    PhoneSignIn,
    /// Codes of an app.
    SoftwareOath,
    /// Codes of a token.
    HardwareOath,
    /// Text message.
    Sms,
    /// Phone call.
    Voice,
    /// A method of another provider.
    External,
    /// The federated identity provider's sign-in.
    Federated,
    /// The federated identity provider's sign-in, whose multifactor authentication counts.
    FederatedMultiFactor,
}

impl CredentialKind {
    /// The modes of authentication strengths that it stands for.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strength-how-it-works>.
    pub const fn modes(self) -> &'static [MethodMode] {
        match self {
            Self::Password => &[MethodMode::Password],
            Self::Passkey => &[MethodMode::Fido2],
            Self::CertificateMultiFactor => {
                &[MethodMode::X509CertificateMultiFactor, MethodMode::X509CertificateSingleFactor]
            }
            Self::CertificateSingleFactor => &[MethodMode::X509CertificateSingleFactor],
            Self::WindowsHello => &[MethodMode::WindowsHelloForBusiness],
            Self::AuthenticatorPush => &[MethodMode::MicrosoftAuthenticatorPush],
            Self::PhoneSignIn => {
                &[MethodMode::DeviceBasedPush, MethodMode::MicrosoftAuthenticatorPush]
            }
            Self::SoftwareOath => &[MethodMode::SoftwareOath],
            Self::HardwareOath => &[MethodMode::HardwareOath],
            Self::Sms => &[MethodMode::Sms],
            Self::Voice => &[MethodMode::Voice],
            Self::External => &[],
            Self::Federated => &[MethodMode::FederatedSingleFactor],
            Self::FederatedMultiFactor => {
                &[MethodMode::FederatedSingleFactor, MethodMode::FederatedMultiFactor]
            }
        }
    }

    /// Whether it begins a sign-in by itself.
    pub const fn is_first_factor(self) -> bool {
        matches!(
            self,
            Self::Password
                | Self::Passkey
                | Self::CertificateMultiFactor
                | Self::CertificateSingleFactor
                | Self::WindowsHello
                | Self::PhoneSignIn
                | Self::Federated
                | Self::FederatedMultiFactor
        )
    }

    /// Whether it resists phishing, and needs no phone and no managed computer.
    pub const fn is_key(self) -> bool {
        matches!(self, Self::Passkey | Self::CertificateMultiFactor)
    }

    /// Whether it is a password, Entra ID's or another identity provider's.
    pub const fn is_password(self) -> bool {
        matches!(self, Self::Password | Self::Federated | Self::FederatedMultiFactor)
    }

    /// Whether it works on the one computer that it was set up on, and on no other.
    pub const fn is_bound(self) -> bool {
        matches!(self, Self::WindowsHello)
    }

    /// Its configuration in the authentication methods policy; `None` for what the policy does not
    /// rule.
    pub const fn configuration(self) -> Option<&'static str> {
        Some(match self {
            Self::Passkey => "fido2",
            Self::CertificateMultiFactor | Self::CertificateSingleFactor => "x509Certificate",
            Self::AuthenticatorPush | Self::PhoneSignIn => "microsoftAuthenticator",
            Self::SoftwareOath => "softwareOath",
            Self::HardwareOath => "hardwareOath",
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Password
            | Self::WindowsHello
            | Self::External
            | Self::Federated
            | Self::FederatedMultiFactor => return None,
        })
    }

    /// What a person calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey (FIDO2)",
            Self::CertificateMultiFactor => "certificate (multifactor)",
            Self::CertificateSingleFactor => "certificate (single factor)",
            Self::WindowsHello => "Windows Hello for Business",
            Self::AuthenticatorPush => "Authenticator notification",
            Self::PhoneSignIn => "Authenticator phone sign-in",
            Self::SoftwareOath => "code of an app",
            Self::HardwareOath => "code of a token",
            Self::Sms => "text message",
            Self::Voice => "phone call",
            Self::External => "external method",
            Self::Federated => "federated sign-in",
            Self::FederatedMultiFactor => "federated multifactor sign-in",
        }
    }
}

/// The credentials that `methods` amount to for `holder` under `policy`.
pub(crate) fn credentials(
    holder: Holder<'_>,
    methods: &[Method],
    policy: Result<&MethodsPolicy, &Gap>,
) -> Vec<Credential> {
    methods
        .iter()
        .flat_map(|method| kinds(&method.kind).iter().map(move |kind| (method, *kind)))
        .map(|(method, kind)| credential(holder, method, kind, policy))
        .collect()
}

/// What a registered method may be used as.
const fn kinds(method: &MethodKind) -> &'static [CredentialKind] {
    match method {
        MethodKind::Password => &[CredentialKind::Password],
        MethodKind::Fido2 | MethodKind::Passkey => &[CredentialKind::Passkey],
        MethodKind::X509Certificate => &[CredentialKind::CertificateMultiFactor],
        MethodKind::WindowsHello | MethodKind::PlatformCredential => {
            &[CredentialKind::WindowsHello]
        }
        MethodKind::MicrosoftAuthenticator => &[CredentialKind::AuthenticatorPush],
        MethodKind::PasswordlessAuthenticator => &[CredentialKind::PhoneSignIn],
        MethodKind::SoftwareOath => &[CredentialKind::SoftwareOath],
        MethodKind::HardwareOath => &[CredentialKind::HardwareOath],
        MethodKind::Phone => &[CredentialKind::Sms, CredentialKind::Voice],
        MethodKind::External => &[CredentialKind::External],
        MethodKind::Email | MethodKind::TemporaryAccessPass | MethodKind::Other(_) => &[],
    }
}

fn credential(
    holder: Holder<'_>,
    method: &Method,
    kind: CredentialKind,
    policy: Result<&MethodsPolicy, &Gap>,
) -> Credential {
    let passkey = method.passkey.as_ref();
    let named = passkey.and_then(|one| one.display_name.as_deref().or(one.model.as_deref()));
    let name = named.map_or_else(|| kind.title().to_string(), |name| format!("passkey `{name}`"));
    let mut kind = kind;
    let use_at_sign_in = match (kind.configuration(), policy) {
        // Whether one of the declared workstations is that computer, nobody says.
        _ if kind.is_bound() => unread("which computer it was set up on"),
        _ if kind == CredentialKind::External => unread("whether its configuration takes it"),
        _ if kind == CredentialKind::Sms && !takes_texts(method) => {
            Usable::No("only a mobile number takes text messages")
        }
        (None, _) => Usable::Yes,
        (Some(_), Err(gap)) => Usable::Unknown(gap.clone()),
        (Some(_), Ok(policy)) if kind == CredentialKind::CertificateMultiFactor => {
            certificate(holder, policy, &mut kind)
        }
        (Some(configuration), Ok(policy)) => match passkey {
            Some(passkey) => Usable::of(refusal(holder, policy, passkey)),
            None => Usable::of(allowed(holder, policy, configuration)),
        },
    };
    let aaguid = passkey.and_then(|one| one.aaguid);
    Credential { kind, method: Some(method.id.clone()), aaguid, name, use_at_sign_in }
}

/// Whether a registered number takes text messages: of an account's numbers only the mobile one
/// does. One whose kind is not said is taken for it.
///
/// Source: <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-phone-options>.
fn takes_texts(method: &Method) -> bool {
    let kind = method.unknown.get("phoneType").and_then(serde_json::Value::as_str);
    kind.is_none_or(|kind| kind.eq_ignore_ascii_case("mobile"))
}

/// What no part of a tenant says of a registered method.
fn unread(what: &str) -> Usable {
    let what = format!("{what} is not read");
    Usable::Unknown(Gap::new(PartKind::AccountMethods, None, GapReason::Failed { what }))
}

impl Usable {
    fn of(refusal: Result<Option<&'static str>, Gap>) -> Self {
        match refusal {
            Ok(None) => Self::Yes,
            Ok(Some(why)) => Self::No(why),
            Err(gap) => Self::Unknown(gap),
        }
    }
}

/// Why the policy does not take a method other than a passkey; `None` when it takes it. While the
/// legacy settings for MFA and self-service reset still count, they may take what the policy does
/// not.
fn allowed(
    holder: Holder<'_>,
    policy: &MethodsPolicy,
    method: &str,
) -> Result<Option<&'static str>, Gap> {
    if allowing(holder, policy, method)?.is_some() {
        return Ok(None);
    }
    let is_migrated = policy
        .migration_state
        .as_deref()
        .is_some_and(|state| state.eq_ignore_ascii_case("migrationComplete"));
    match is_migrated {
        true => Ok(Some(barred(holder, policy, method))),
        false => Err(unclear("whether the legacy settings for MFA take a method")),
    }
}

/// Whether the policy takes a certificate, and for how many factors. By default it counts as one,
/// and rules can make some certificates count for more or for less: which certificate somebody
/// holds, no policy tells.
fn certificate(holder: Holder<'_>, policy: &MethodsPolicy, kind: &mut CredentialKind) -> Usable {
    let configuration = match allowing(holder, policy, "x509Certificate") {
        Ok(Some((configuration, _))) => configuration,
        Ok(None) => return Usable::No(barred(holder, policy, "x509Certificate")),
        Err(gap) => return Usable::Unknown(gap),
    };
    match certificate_factors(configuration) {
        Ok(Factors::Several) => Usable::Yes,
        Ok(Factors::One) => {
            *kind = CredentialKind::CertificateSingleFactor;
            Usable::Yes
        }
        Err(gap) => Usable::Unknown(gap),
    }
}
