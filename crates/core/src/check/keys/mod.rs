//! Credentials: what the accounts sign in with.

pub(super) mod account_recovery;
pub(super) mod azure_root;
pub(super) mod certificate;
pub(super) mod common_cause;
mod custody;
pub(super) mod custody_record;
pub(super) mod kept_apart;
pub(super) mod key_works;
pub(super) mod leavers;
pub(super) mod no_single;
pub(super) mod nobody_alone;
pub(super) mod passkey_policy;
pub(super) mod password;
pub(super) mod password_expiry;
pub(super) mod private_methods;
pub(super) mod reached_outside;
pub(super) mod registration_prompt;
pub(super) mod seen_lately;
pub(super) mod self_service_reset;
pub(super) mod temporary_pass;
pub(super) mod two_keys;

use super::Link;
use crate::id::Guid;
use crate::tenant::{Method, MethodKind, Passkey, PasskeyType};

/// Passkeys, and what the policy demands of them.
const PASSKEYS: Link = Link {
    title: "Enable passkeys (FIDO2) for your organization",
    url: "https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkeys-fido2",
};

/// Profiles: kinds, attestation and models for groups of users.
const PASSKEY_PROFILES: Link = Link {
    title: "Enable passkey (FIDO2) profiles",
    url: "https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkey-profiles",
};

/// Microsoft's own page on the accounts.
const EMERGENCY_ACCESS: Link = super::exit::EMERGENCY_ACCESS;

/// Models that are no key in a safe: Microsoft Authenticator for Android and for iOS, and Windows
/// Hello of one computer (hardware, virtualization-based, software).
///
/// Source: the lists of AAGUIDs in the pages on passkeys in Authenticator and in Windows Hello.
const ON_A_DEVICE: [Guid; 5] = [
    Guid::from_u128(0xde1e552d_db1d_4423_a619_566b625cdc84),
    Guid::from_u128(0x90a3ccdf_635c_4729_a248_9b709135078f),
    Guid::from_u128(0x08987058_cadc_4b81_b6e1_30de50dcbe96),
    Guid::from_u128(0x9ddd1817_af5a_4672_a2b9_3e3dd95000a9),
    Guid::from_u128(0x6028b017_b1d4_4c02_b4b3_afcdafc96bb2),
];

/// What a registered passkey is, for somebody who has to lay it into a safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nature {
    /// A key that stays one thing.
    Key,
    /// Copied through somebody's account.
    Synced,
    /// On a phone or a computer.
    OnDevice,
    /// The source does not say.
    Unsaid,
}

fn nature(method: &Method, passkey: &Passkey) -> Nature {
    let is_on_device = passkey.aaguid.is_some_and(|id| ON_A_DEVICE.contains(&id));
    match &passkey.passkey_type {
        Some(PasskeyType::Synced) => Nature::Synced,
        _ if is_on_device || method.kind == MethodKind::Passkey => Nature::OnDevice,
        Some(PasskeyType::DeviceBound) => Nature::Key,
        Some(PasskeyType::Other(_)) | None => Nature::Unsaid,
    }
}
