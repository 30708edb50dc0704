//! What an account can prove: its registered authentication methods, as far as the authentication
//! methods policy lets it use them at sign-in. Restrictions act on sign-in and not only on
//! registration, and an excluded group wins over an included one.
//!
//! A Temporary Access Pass is never counted: it ends within hours.
//!
//! Source: <https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkeys-fido2>,
//! <https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkey-profiles>,
//! <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-methods-manage>.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::id::{GroupId, Guid, MethodId, UserId};
use crate::tenant::{
    Enforcement, Feature, Fido2Settings, Gap, GapReason, KeyRestrictions, Method,
    MethodConfiguration, MethodKind, MethodMode, MethodTarget, MethodsPolicy, PartKind, Passkey,
    PasskeyProfile, TargetKind,
};

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

fn unclear(what: &str) -> Gap {
    let what = alloc::format!("the authentication methods policy does not say {what}");
    Gap::new(PartKind::MethodsPolicy, None, GapReason::Failed { what })
}
