//! A small company with the free licence, and security defaults where others have policies.
//!
//! Quay Street Dental never bought a premium licence. Everybody is asked for multifactor
//! authentication by security defaults, which know no exclusion: the emergency access accounts
//! are asked as well. One of them has a security key; the other has nothing but its password.

use halligan_core::id::{GLOBAL_ADMINISTRATOR, TenantId, UserId};

use super::{add_user, watcher};
use crate::directory::{Directory, Licence, objects};

/// The tenant's id.
pub const TENANT: TenantId = TenantId::from_u128(0x5a11_de47_4b1d_4c0e_9a2f_10c4_7b0a_7010);
/// The domain that the tenant was created with.
pub const INITIAL_DOMAIN: &str = "quaystreet.onmicrosoft.com";
/// The emergency access account with a key.
pub const ACCOUNT_ALPHA: UserId = UserId::from_u128(0xa1fa_0000_4b1d_4c0e_9a2f_10c4_7b0a_0011);
/// The emergency access account without one.
pub const ACCOUNT_BRAVO: UserId = UserId::from_u128(0xb2a7_0000_4b1d_4c0e_9a2f_10c4_7b0a_0012);
/// The owner of the practice, a Global Administrator by day.
pub const DAILY_ADMIN: UserId = UserId::from_u128(0xda11_0000_4b1d_4c0e_9a2f_10c4_7b0a_0013);
/// A receptionist.
pub const RECEPTIONIST: UserId = UserId::from_u128(0x2ece_0000_4b1d_4c0e_9a2f_10c4_7b0a_0014);

impl Directory {
    /// A tenant without a premium licence, without policies, and with security defaults; see
    /// [`crate::story::small`].
    pub fn security_defaults_only() -> Self {
        let mut directory = Self::empty(TENANT, "Quay Street Dental", INITIAL_DOMAIN);
        directory.register(watcher());
        for (id, name, display_name) in [
            (ACCOUNT_ALPHA, "sys-rowan-52", "Emergency access alpha"),
            (ACCOUNT_BRAVO, "sys-alder-18", "Emergency access bravo"),
            (DAILY_ADMIN, "mara.voss", "Mara Voss"),
            (RECEPTIONIST, "desk", "Front desk"),
        ] {
            add_user(&mut directory, id, &format!("{name}@{INITIAL_DOMAIN}"), display_name);
        }
        for id in [ACCOUNT_ALPHA, ACCOUNT_BRAVO, DAILY_ADMIN] {
            let assignment = objects::assignment(id.0, GLOBAL_ADMINISTRATOR.0, "/");
            directory.role_assignments.push(assignment);
        }
        if let Some(alpha) = directory.users.get_mut(&ACCOUNT_ALPHA.0) {
            // The AAGUID of a YubiKey 5 NFC, firmware 5.4 (FIDO Metadata Service).
            let aaguid = "2fc0579f-8113-47ea-b116-bb5a8db9202a";
            alpha.methods.push(objects::fido2_method(
                "alpha-key",
                "alpha",
                aaguid,
                "YubiKey 5 NFC",
            ));
            alpha.object.insert("passwordPolicies".into(), "DisablePasswordExpiration".into());
        }
        if let Some(admin) = directory.users.get_mut(&DAILY_ADMIN.0) {
            admin.methods.push(objects::authenticator_method(DAILY_ADMIN.0, "Phone"));
        }
        directory.with_licence(Licence::Free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_nothing_but_security_defaults() {
        let small = Directory::security_defaults_only();
        assert_eq!(small.licence, Licence::Free);
        assert_eq!(small.security_defaults["isEnabled"], true);
        assert!(small.policies.is_empty() && small.groups.is_empty());
        assert_eq!(small.users[&ACCOUNT_ALPHA.0].methods.len(), 2);
        assert_eq!(small.users[&ACCOUNT_BRAVO.0].methods.len(), 1);
        assert_eq!(small.role_assignments.len(), 3);
    }
}
