//! Authentication methods: what the tenant allows, what accounts registered, and the strengths
//! that policies ask for.

use alloc::string::String;
use alloc::vec::Vec;

use super::Unknown;
use super::open::open_enum;
use crate::id::{Guid, MethodId, StrengthId};
use crate::time::Timestamp;

/// `authenticationMethodsPolicy`.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodsPolicy {
    /// `policyMigrationState`: whether the legacy MFA and SSPR policies still count.
    pub migration_state: Option<String>,
    /// The campaign that interrupts sign-ins with a demand to register a method.
    pub registration_campaign: Option<RegistrationCampaign>,
    /// One configuration per method.
    pub configurations: Vec<MethodConfiguration>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// `registrationEnforcement.authenticationMethodsRegistrationCampaign`.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistrationCampaign {
    /// Whether it runs.
    pub state: Feature,
    /// Days for which a person may put it off.
    pub snooze_days: Option<i64>,
    /// Who is asked.
    pub include: Vec<MethodTarget>,
    /// Who is not.
    pub exclude: Vec<MethodTarget>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Whether one method may be used, and by whom.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodConfiguration {
    /// Its id, such as `Fido2` or `TemporaryAccessPass`; compared in any letter case.
    pub id: String,
    /// Its `@odata.type`; `None` where the source leaves it out.
    pub odata_type: Option<String>,
    /// Whether the method is on.
    pub state: Feature,
    /// Who may use it.
    pub include: Vec<MethodTarget>,
    /// Who may not, even when included.
    pub exclude: Vec<MethodTarget>,
    /// Settings of the passkey (FIDO2) method, on its configuration only.
    pub fido2: Option<Fido2Settings>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A group or user at which a method's configuration is aimed.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodTarget {
    /// Group or user.
    pub kind: TargetKind,
    /// An object id, or `all_users`.
    pub id: String,
    /// Passkey profiles that apply to the target (FIDO2 only).
    pub passkey_profiles: Vec<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Settings of the passkey (FIDO2) method.
#[derive(Clone, Debug, PartialEq)]
pub struct Fido2Settings {
    /// Whether users may register keys themselves; provisioning on behalf needs it as well.
    pub is_self_service_registration_allowed: Option<bool>,
    /// Deprecated in favour of profiles, gone in October 2027.
    pub is_attestation_enforced: Option<bool>,
    /// Deprecated in favour of profiles, gone in October 2027.
    pub key_restrictions: Option<KeyRestrictions>,
    /// The profile of targets that name none.
    pub default_profile: Option<String>,
    /// Passkey profiles.
    pub profiles: Vec<PasskeyProfile>,
}

/// A passkey profile.
#[derive(Clone, Debug, PartialEq)]
pub struct PasskeyProfile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Which passkeys it allows.
    pub passkey_types: Vec<PasskeyType>,
    /// Whether attestation is demanded at registration.
    pub attestation: Option<AttestationEnforcement>,
    /// Which models it allows, at registration and at every sign-in.
    pub key_restrictions: Option<KeyRestrictions>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Which models of key may be used, by AAGUID; acts on sign-in as well as on registration.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyRestrictions {
    /// Whether the list counts.
    pub is_enforced: Option<bool>,
    /// Whether the list allows or blocks.
    pub enforcement: Option<Enforcement>,
    /// AAGUIDs, as they were written.
    pub aaguids: Vec<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A registered authentication method.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Its id.
    pub id: MethodId,
    /// What it is.
    pub kind: MethodKind,
    /// When it was registered.
    pub created: Option<Timestamp>,
    /// The key, when it is a passkey.
    pub passkey: Option<Passkey>,
    /// Members that this version does not know; numbers and addresses are masked.
    pub unknown: Unknown,
}

/// A registered passkey (FIDO2 key).
#[derive(Clone, Debug, PartialEq)]
pub struct Passkey {
    /// The name that was given at registration.
    pub display_name: Option<String>,
    /// The model; `None` when it was not said or is no GUID.
    pub aaguid: Option<Guid>,
    /// The model's name.
    pub model: Option<String>,
    /// Whether the model was attested.
    pub attestation: Option<AttestationLevel>,
    /// Whether it stays on one device; `None` when the source is older than the property.
    pub passkey_type: Option<PasskeyType>,
}

/// An authentication strength policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Strength {
    /// Its id.
    pub id: StrengthId,
    /// Display name.
    pub display_name: Option<String>,
    /// Built-in or custom.
    pub kind: Option<StrengthKind>,
    /// `requirementsSatisfied`: `mfa` or `none`.
    pub requirements_satisfied: Option<String>,
    /// Combinations of methods, any of which suffices; a combination needs all of its modes.
    /// `None` when the source names the strength by id only.
    pub allowed_combinations: Option<Vec<Vec<MethodMode>>>,
    /// Narrower terms for single combinations.
    pub configurations: Vec<CombinationConfiguration>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Narrower terms for some combinations of a strength, such as allowed AAGUIDs.
#[derive(Clone, Debug, PartialEq)]
pub struct CombinationConfiguration {
    /// Its id.
    pub id: Option<String>,
    /// Its `@odata.type`.
    pub odata_type: Option<String>,
    /// The combinations it narrows.
    pub applies_to: Vec<Vec<MethodMode>>,
    /// AAGUIDs that it allows (FIDO2 configurations), as they were written.
    pub allowed_aaguids: Vec<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// Whether a feature is on.
    pub enum Feature {
        /// On.
        Enabled = "enabled",
        /// Off.
        Disabled = "disabled",
        /// As Microsoft sets it.
        Default = "default",
    }

    /// What a target is.
    pub enum TargetKind {
        /// A group.
        Group = "group",
        /// A user.
        User = "user",
    }

    /// Whether a list allows or blocks.
    pub enum Enforcement {
        /// Only what is listed.
        Allow = "allow",
        /// All but what is listed.
        Block = "block",
    }

    /// Where a passkey lives.
    pub enum PasskeyType {
        /// On one device, never copied.
        DeviceBound = "deviceBound",
        /// Synchronised through a provider's account.
        Synced = "synced",
    }

    /// Whether attestation is demanded.
    pub enum AttestationEnforcement {
        /// Never.
        Disabled = "disabled",
        /// At registration.
        RegistrationOnly = "registrationOnly",
    }

    /// Whether a key proved its model at registration.
    pub enum AttestationLevel {
        /// It did.
        Attested = "attested",
        /// It did not.
        NotAttested = "notAttested",
    }

    /// Who defined a strength.
    pub enum StrengthKind {
        /// Microsoft.
        BuiltIn = "builtIn",
        /// The tenant.
        Custom = "custom",
    }

    /// A registered method's kind, from its `@odata.type`.
    pub enum MethodKind {
        /// Password.
        Password = "#microsoft.graph.passwordAuthenticationMethod",
        /// Passkey (FIDO2).
        Fido2 = "#microsoft.graph.fido2AuthenticationMethod",
        /// Passkey in Microsoft Authenticator and other passkeys outside FIDO2 keys.
        Passkey = "#microsoft.graph.passkeyAuthenticationMethod",
        /// Certificate.
        X509Certificate = "#microsoft.graph.x509CertificateAuthenticationMethod",
        /// Windows Hello for Business.
        WindowsHello = "#microsoft.graph.windowsHelloForBusinessAuthenticationMethod",
        /// Platform credential of macOS.
        PlatformCredential = "#microsoft.graph.platformCredentialAuthenticationMethod",
        /// Microsoft Authenticator.
        MicrosoftAuthenticator = "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod",
        /// Passwordless phone sign-in, the older form.
        PasswordlessAuthenticator =
            "#microsoft.graph.passwordlessMicrosoftAuthenticatorAuthenticationMethod",
        /// Time-based codes of an app.
        SoftwareOath = "#microsoft.graph.softwareOathAuthenticationMethod",
        /// Time-based codes of a token.
        HardwareOath = "#microsoft.graph.hardwareOathAuthenticationMethod",
        /// Phone, by call or SMS.
        Phone = "#microsoft.graph.phoneAuthenticationMethod",
        /// E-mail, for password reset only.
        Email = "#microsoft.graph.emailAuthenticationMethod",
        /// Temporary Access Pass.
        TemporaryAccessPass = "#microsoft.graph.temporaryAccessPassAuthenticationMethod",
        /// A method of another provider.
        External = "#microsoft.graph.externalAuthenticationMethod",
    }

    /// A mode within a combination of an authentication strength.
    pub enum MethodMode {
        /// Windows Hello for Business or platform credential.
        WindowsHelloForBusiness = "windowsHelloForBusiness",
        /// Passkey (FIDO2).
        Fido2 = "fido2",
        /// Certificate that counts as two factors.
        X509CertificateMultiFactor = "x509CertificateMultiFactor",
        /// Certificate that counts as one.
        X509CertificateSingleFactor = "x509CertificateSingleFactor",
        /// Passwordless phone sign-in.
        DeviceBasedPush = "deviceBasedPush",
        /// One-time Temporary Access Pass.
        TemporaryAccessPassOneTime = "temporaryAccessPassOneTime",
        /// Temporary Access Pass for several uses.
        TemporaryAccessPassMultiUse = "temporaryAccessPassMultiUse",
        /// Password.
        Password = "password",
        /// Authenticator notification.
        MicrosoftAuthenticatorPush = "microsoftAuthenticatorPush",
        /// Code of an app.
        SoftwareOath = "softwareOath",
        /// Code of a token.
        HardwareOath = "hardwareOath",
        /// Text message.
        Sms = "sms",
        /// Phone call.
        Voice = "voice",
        /// Federated sign-in that counts as several factors.
        FederatedMultiFactor = "federatedMultiFactor",
        /// Federated sign-in that counts as one.
        FederatedSingleFactor = "federatedSingleFactor",
    }
}
