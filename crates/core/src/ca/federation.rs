//! Domains whose sign-ins another identity provider answers for.
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/internaldomainfederation>.

use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::credentials::{Credential, CredentialKind, Usable};
use super::truth::Truth;
use crate::tenant::{
    Account, AccountState, AuthenticationType, FederatedMfa, Gap, GapReason, PartKind, Snapshot,
};

/// Who answers for the sign-ins of an account's domain.
pub(super) struct Federation {
    pub(super) is_federated: Truth,
    /// Whether the provider's word on multifactor authentication counts.
    mfa_counts: Result<bool, Gap>,
}

impl Federation {
    pub(super) fn of(account: &Account, snapshot: &Snapshot) -> Self {
        let user = match account.state.value() {
            Ok(AccountState::Present(user)) => user,
            Ok(_) => return Self { is_federated: Truth::No, mfa_counts: Ok(false) },
            Err(gap) => {
                let is_federated = Truth::Unknown(gap.clone().into());
                return Self { is_federated, mfa_counts: Ok(false) };
            }
        };
        let name = user.user_principal_name.to_ascii_lowercase();
        let domain = name.rsplit_once('@').map_or("", |(_, domain)| domain);
        let is_federated = match snapshot.domains.value() {
            Ok(domains) => match domains.iter().find(|one| one.name == domain) {
                Some(found) => (found.authentication == AuthenticationType::Federated).into(),
                // A sign-in name in no domain of the tenant is a guest's.
                None => Truth::No,
            },
            Err(gap) => Truth::Unknown(gap.clone().into()),
        };
        let mfa_counts = snapshot.federations.value().map_err(Clone::clone).and_then(|all| {
            let mfa = all.iter().find(|one| one.domain == domain).and_then(|one| one.mfa.as_ref());
            match mfa {
                Some(FederatedMfa::EnforceMfaByFederatedIdp) => Ok(true),
                Some(FederatedMfa::AcceptIfMfaDoneByFederatedIdp) => {
                    let what = "whether the federated identity provider does multifactor \
                                authentication is not known";
                    let reason = GapReason::Failed { what: what.into() };
                    Err(Gap::new(PartKind::Federations, None, reason))
                }
                _ => Ok(false),
            }
        });
        Self { is_federated, mfa_counts }
    }

    /// A federated account proves its password to the identity provider, and not to Entra ID.
    pub(super) fn apply(&self, credentials: &mut Vec<Credential>) {
        let Some(password) =
            credentials.iter_mut().find(|one| one.kind == CredentialKind::Password)
        else {
            return;
        };
        let doubtful = match (&self.is_federated, &self.mfa_counts) {
            (Truth::No, _) => return,
            (Truth::Unknown(doubt), _) => {
                password.use_at_sign_in = Usable::Unknown(doubt.as_gap(PartKind::Domains));
                return;
            }
            (Truth::Yes, Ok(true)) => {
                password.kind = CredentialKind::FederatedMultiFactor;
                None
            }
            (Truth::Yes, Ok(false)) => {
                password.kind = CredentialKind::Federated;
                None
            }
            // It begins a sign-in in any case; for how much it counts is in doubt.
            (Truth::Yes, Err(gap)) => {
                password.kind = CredentialKind::Federated;
                let kind = CredentialKind::FederatedMultiFactor;
                let use_at_sign_in = Usable::Unknown(gap.clone());
                Some(Credential { kind, use_at_sign_in, ..password.clone() })
            }
        };
        password.name = password.kind.title().to_string();
        credentials.extend(doubtful);
    }
}
