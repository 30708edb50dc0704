//! Credentials that somebody supposes an account to hold, for a proof about an account that does
//! not exist yet, or that no directory shows.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::credentials::{Credential, CredentialKind, Usable, credentials};
use super::method_policy::Holder;
use crate::id::{GroupId, Guid, MethodId, UserId};
use crate::tenant::{
    Gap, GapReason, Method, MethodKind, MethodsPolicy, Passkey, PasskeyType, Unknown,
};

/// A credential that an account is supposed to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supposed {
    /// What it is. A certificate is taken to count for several factors, unless the authentication
    /// methods policy says otherwise.
    pub kind: CredentialKind,
    /// The model of a passkey; `None` for one that is not known.
    pub aaguid: Option<Guid>,
}

/// What `holds` amounts to for an account in `groups`. A passkey is taken to be bound to its
/// device. Where the source holds no authentication methods policy, every credential is taken.
pub fn supposed_credentials(
    id: UserId,
    groups: &BTreeSet<GroupId>,
    holds: &[Supposed],
    policy: Result<&MethodsPolicy, &Gap>,
) -> Vec<Credential> {
    supposed_of(Holder { id, groups, more: None }, holds, policy)
}

/// The same for whoever holds them.
pub(crate) fn supposed_of(
    holder: Holder<'_>,
    holds: &[Supposed],
    policy: Result<&MethodsPolicy, &Gap>,
) -> Vec<Credential> {
    let all = holds.iter().flat_map(|one| {
        let found = credentials(holder, &[method(*one)], policy);
        // A phone number serves for text messages and for calls; one of them is meant.
        let is_meant = |found: &Credential| {
            let is_certificate = one.kind == CredentialKind::CertificateMultiFactor
                && found.kind == CredentialKind::CertificateSingleFactor;
            found.kind == one.kind || is_certificate
        };
        found.into_iter().filter(is_meant).collect::<Vec<_>>()
    });
    let taken = |mut one: Credential| {
        one.method = None;
        if let Usable::Unknown(gap) = &one.use_at_sign_in
            && gap.reason == GapReason::NotInSource
        {
            one.use_at_sign_in = Usable::Yes;
        }
        one
    };
    all.map(taken).collect()
}

fn method(supposed: Supposed) -> Method {
    let kind = match supposed.kind {
        CredentialKind::Password
        | CredentialKind::Federated
        | CredentialKind::FederatedMultiFactor => MethodKind::Password,
        CredentialKind::Passkey => MethodKind::Fido2,
        CredentialKind::CertificateMultiFactor | CredentialKind::CertificateSingleFactor => {
            MethodKind::X509Certificate
        }
        CredentialKind::WindowsHello => MethodKind::WindowsHello,
        CredentialKind::AuthenticatorPush => MethodKind::MicrosoftAuthenticator,
        CredentialKind::PhoneSignIn => MethodKind::PasswordlessAuthenticator,
        CredentialKind::SoftwareOath => MethodKind::SoftwareOath,
        CredentialKind::HardwareOath => MethodKind::HardwareOath,
        CredentialKind::Sms | CredentialKind::Voice => MethodKind::Phone,
        CredentialKind::External => MethodKind::External,
    };
    let passkey = (supposed.kind == CredentialKind::Passkey).then_some(Passkey {
        display_name: None,
        aaguid: supposed.aaguid,
        model: None,
        attestation: None,
        passkey_type: Some(PasskeyType::DeviceBound),
    });
    Method { id: MethodId::from("supposed"), kind, created: None, passkey, unknown: Unknown::new() }
}
